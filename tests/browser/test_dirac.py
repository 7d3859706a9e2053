"""The Dirac-GAN in JupyterLab: sliders by keys, and the box."""

import pytest
from helpers.controls import picture, slider, status
from playwright.sync_api import expect

CHAPTER = "06_when_the_game_goes_wrong"


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "DiracExplorer(")


def test_every_control_moves_the_path(chapter, view):
    expect(status(view)).to_contain_text("they began at 1.41")
    for name in ("step size", "penalty γ", "momentum"):
        with chapter.changes(picture(view), status(view)):
            slider(view, name).press("ArrowRight")
    with chapter.changes(picture(view), status(view)):
        view.get_by_label("in turns").check()
    chapter.screenshots("dirac", view)

"""The dial for rare classes, in chapter 13: how many there are, a remedy, and moved pictures; all of it follows."""

import re

import pytest
from helpers.controls import picture, slider, status
from playwright.sync_api import expect

CHAPTER = "a_rare_dial"
CELLS = (
    "from gancore import load\n"
    "from gancore.lessons.rare.results import load_results\n"
    "from gancore.widgets.rare import RareDial",
    'RareDial(load("digits"), load_results())',
)


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run(*CELLS)


def test_the_slider_the_remedy_and_the_box_are_followed(chapter, view):
    expect(status(view)).to_contain_text("GAN, 10 of each rare class")
    with chapter.changes(picture(view), status(view)):
        slider(view, "examples").press("ArrowRight")
    expect(status(view)).to_contain_text(re.compile("GAN, (30|100) of each rare class"))
    with chapter.changes(picture(view), status(view)):
        view.get_by_label("remedy").select_option("SMOTE")
    expect(status(view)).to_contain_text("SMOTE, ")
    with chapter.changes(picture(view), status(view)):
        view.get_by_role("checkbox").check()
    expect(status(view)).to_contain_text("SMOTE + moved, ")
    expect(picture(view)).to_have_attribute("alt", re.compile("SMOTE . moved"))
    chapter.screenshots("rare-dial", view)

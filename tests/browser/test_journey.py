"""Send pictures there and back, in chapter 15: each control changes what comes home."""

import re

import pytest
from helpers.controls import picture, slider, status
from playwright.sync_api import expect

CHAPTER = "a_journey"
CELLS = (
    "import torch\n"
    "from torch import nn\n"
    "from gancore.data.unpaired import load_zebra\n"
    "from gancore.training.cyclegan import TwoWays\n"
    "from gancore.widgets.journey import JourneyView, Route",
    "pairs = load_zebra().every_held_out(20)\n"
    "ways = TwoWays(nn.Identity(), nn.Identity())\n"
    'JourneyView({"zebra": Route(ways, pairs.given, pairs.real, ("plain", "zebra"))})',
)


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run(*CELLS)


def home(view) -> float:
    expect(status(view)).to_contain_text("comes home")
    return float(re.search(r"comes home (\d\.\d+) off", status(view).inner_text())[1])


def test_noise_in_the_middle_comes_home(chapter, view):
    assert home(view) == 0
    with chapter.changes(picture(view), status(view)):
        slider(view, "noise").press("ArrowRight")
    assert home(view) > 0
    chapter.screenshots("journey", view)


def test_a_blur_in_the_middle_comes_home(chapter, view):
    with chapter.changes(picture(view), status(view)):
        slider(view, "noise").press("Home")
    with chapter.changes(picture(view), status(view)):
        slider(view, "blur").press("End")
    assert home(view) > 0.05


def test_without_its_tint_it_comes_home_grey(chapter, view):
    with chapter.changes(picture(view), status(view)):
        slider(view, "blur").press("Home")
    with chapter.changes(picture(view)):
        view.locator("select").select_option("zebra → plain → back")
    with chapter.changes(picture(view), status(view)):
        slider(view, "tint kept").press("Home")
    assert home(view) > 0.05
    with chapter.changes(picture(view)):
        view.locator("select").select_option("plain → zebra → back")


def test_another_picture_sets_out(chapter, view):
    with chapter.changes(picture(view), status(view)):
        slider(view, "picture").press("ArrowRight")
    expect(picture(view)).to_have_attribute("alt", re.compile("picture 1,"))


def test_the_journey_turns_round(chapter, view):
    with chapter.changes(picture(view)):
        view.locator("select").select_option("zebra → plain → back")
    expect(picture(view)).to_have_attribute("alt", re.compile("zebra → plain → back"))

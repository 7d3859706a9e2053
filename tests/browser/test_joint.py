"""The explorer of chapter 02: click a point, move the sliders, read the probabilities."""

import pytest
from helpers.controls import picture, status
from playwright.sync_api import expect

CHAPTER = "02_discriminative_and_generative"


@pytest.fixture(scope="module")
def explorer(chapter):
    tables = ("joint = counts", 'predict("2a")', "import tables")
    return chapter.run("begin(", "import load, to_float", *tables, "TwoClasses(", "JointExplorer(")


def test_a_click_moves_the_point_and_everything_that_is_read_there(chapter, explorer):
    box = picture(explorer).bounding_box()
    with chapter.changes(picture(explorer), status(explorer), explorer.locator(".widget-readout").first):
        picture(explorer).click(position={"x": 0.2 * box["width"], "y": 0.3 * box["height"]})
    expect(status(explorer)).to_contain_text("P(seven|x) = 1.000")
    with chapter.changes(picture(explorer), status(explorer)):
        picture(explorer).click(position={"x": 0.45 * box["width"], "y": 0.75 * box["height"]})
    expect(status(explorer)).to_contain_text("P(eight|x) = 0.9")


def test_a_click_beside_the_plane_changes_nothing(chapter, explorer):
    box, before = picture(explorer).bounding_box(), status(explorer).inner_text()
    picture(explorer).click(position={"x": 0.85 * box["width"], "y": 0.5 * box["height"]})
    chapter.wait_until_idle()
    expect(status(explorer)).to_have_text(before)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_slider_is_reached_by_keyboard_and_redraws(chapter, explorer, place):
    slider = explorer.get_by_role("slider").nth(place)
    for key in ("PageUp", "ArrowLeft", "ArrowLeft"):  # the first event and the later ones may take different threads
        with chapter.changes(picture(explorer), status(explorer)):
            slider.press(key)


def test_the_picture_is_no_wider_than_its_place(explorer):
    assert picture(explorer).bounding_box()["width"] <= explorer.bounding_box()["width"]


def test_the_prior_moves_the_posterior_and_not_the_density(chapter, explorer):
    prior = explorer.get_by_role("slider").nth(2)
    densities = status(explorer).inner_text().split(";")[0]
    with chapter.changes(picture(explorer), status(explorer)):
        prior.press("Home")
    expect(status(explorer)).to_contain_text("P(seven) = 0.05")
    with chapter.changes(picture(explorer), status(explorer)):
        prior.press("End")
    expect(status(explorer)).to_contain_text("P(seven) = 0.95")
    assert status(explorer).inner_text().split(";")[0] == densities


def test_the_alternative_text_says_what_the_status_says(explorer):
    assert status(explorer).inner_text() in picture(explorer).get_attribute("alt")


def test_the_explorer_is_fit_to_be_projected(chapter, explorer):
    chapter.screenshots("joint-explorer", explorer)

"""The finished generator of chapter 00: its slider draws other digits, by keyboard and by typing."""

import pytest
from helpers.controls import picture, status
from playwright.sync_api import expect

CHAPTER = "00_start_here"


@pytest.fixture(scope="module")
def drawer(chapter):
    return chapter.run("begin(", "load_pretrained(", "Drawer(")


def test_the_slider_draws_other_digits(chapter, drawer):
    slider = drawer.get_by_role("slider")
    with chapter.changes(picture(drawer), status(drawer)):
        slider.press("ArrowRight")
    expect(status(drawer)).to_contain_text("seed 1;")
    first = picture(drawer).get_attribute("src")
    slider.press("ArrowRight")
    expect(status(drawer)).to_contain_text("seed 2;")
    slider.press("ArrowLeft")
    expect(status(drawer)).to_contain_text("seed 1;")
    expect(picture(drawer)).to_have_attribute("src", first)


def test_it_is_fit_to_be_projected(chapter, drawer):
    chapter.screenshots("drawer", drawer)

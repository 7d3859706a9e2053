"""The finished generator of chapter 00: its slider draws other digits, by keyboard and by typing."""

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def chapter(open_chapter):
    return open_chapter("00_start_here")


@pytest.fixture(scope="module")
def drawer(chapter):
    return chapter.run("begin(", "load_pretrained(", "Drawer(")


def test_the_slider_draws_other_digits(chapter, drawer):
    slider = drawer.get_by_role("slider")
    with chapter.changes(drawer.get_by_role("img"), drawer.get_by_role("status")):
        slider.press("ArrowRight")
    expect(drawer.get_by_role("status")).to_contain_text("seed 1;")
    first = drawer.get_by_role("img").get_attribute("src")
    slider.press("ArrowRight")
    expect(drawer.get_by_role("status")).to_contain_text("seed 2;")
    slider.press("ArrowLeft")
    expect(drawer.get_by_role("status")).to_contain_text("seed 1;")
    expect(drawer.get_by_role("img")).to_have_attribute("src", first)


def test_it_is_fit_to_be_projected(chapter, drawer):
    chapter.screenshots("drawer", drawer)

"""Words as chips in chapter 16: each chip and the slider change the pictures, with mouse and keys."""

import pytest
from helpers.controls import button, picture, slider, status
from playwright.sync_api import Locator, expect

CHAPTER = "words"
CELLS = (
    "from gancore.pretrained_runs import load_shipped\nfrom gancore.widgets.chips import WordChips",
    'WordChips(load_shipped("text2image"))',
)


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run(*CELLS)


def chip(view: Locator, attribute: str, word: str) -> Locator:
    row = view.locator(".widget-toggle-buttons", has_text=attribute)
    return button(row, word)


def test_a_word_is_said_and_another_one_in_its_place(chapter, view):
    with chapter.changes(picture(view), status(view)):
        chip(view, "shirt", "yellow").click()
    expect(status(view)).to_contain_text("a yellow shirt")
    with chapter.changes(picture(view), status(view)):
        chip(view, "shirt", "blue").click()
    expect(status(view)).to_contain_text("a blue shirt")
    chapter.screenshots("chips", view)


@pytest.mark.parametrize(("attribute", "word", "said"), [
    ("skin", "dark", "dark skin"),
    ("hair", "black", "black hair"),
    ("length", "short", "short black hair"),
    ("hat", "hat", "a hat"),
    ("beard", "no beard", "no beard"),
    ("mouth", "frown", "a frown"),
    ("glasses", "no glasses", "no glasses"),
])  # fmt: skip
def test_every_row_has_its_say(chapter, view, attribute, word, said):
    with chapter.changes(picture(view), status(view)):
        chip(view, attribute, word).click()
    expect(status(view)).to_contain_text(said)


def test_a_chip_is_pressed_by_keys(chapter, view):
    chip(view, "skin", "light").focus()
    with chapter.changes(picture(view), status(view)):
        chapter.page.keyboard.press("Enter")
    expect(status(view)).to_contain_text("light skin")


def test_other_latents_are_other_pictures(chapter, view):
    slider(view, "latents").focus()
    with chapter.changes(picture(view), status(view)):
        chapter.page.keyboard.press("ArrowRight")
    expect(status(view)).to_contain_text("latents 1.")

"""Being the discriminator and then the forger in JupyterLab: draw with mouse and keys, move the sliders."""

import re

import pytest
from helpers.controls import button, canvas, slider, status, stroke
from playwright.sync_api import expect

CHAPTER = "04_a_game_for_two"


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "PlayByHand(")


def test_a_stroke_is_scored_and_best_d_is_as_good(chapter, view):
    expect(status(view)).to_contain_text("Draw D over the whole width.")
    canvas(view).scroll_into_view_if_needed()
    with chapter.changes(canvas(view), status(view)):
        stroke(view, (0.12, 0.8), (0.55, 0.75), (0.65, 0.2), (0.95, 0.2))
    expect(status(view)).to_contain_text(re.compile(r"Yours is 0\.\d+ short of it"))
    chapter.screenshots("by-hand", view)
    with chapter.changes(canvas(view), status(view)):
        button(view, "Best D").click()
    expect(status(view)).to_contain_text("Yours is as good.")


def test_the_forger_is_moved_by_keys_while_d_waits(chapter, view):
    with chapter.changes(canvas(view), status(view)):
        slider(view, "q: mean").press("End")
    expect(status(view)).to_contain_text("short of it")
    with chapter.changes(canvas(view), status(view)):
        slider(view, "q: width").press("Home")


def test_clear_forgets_the_drawing_and_keys_draw_as_well(chapter, view):
    with chapter.changes(canvas(view), status(view)):
        button(view, "Clear D").click()
    expect(status(view)).to_contain_text("V is -1.386")
    canvas(view).focus()
    for key in ("Space", "ArrowRight", "ArrowUp", "Space"):
        chapter.page.keyboard.press(key)
    expect(status(view)).not_to_contain_text("V is -1.386")

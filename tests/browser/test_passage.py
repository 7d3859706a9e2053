"""The way through a game in JupyterLab: the way there and back by keys, and the scissors."""

import re

import pytest
from helpers.controls import picture, slider, status
from playwright.sync_api import expect

CHAPTER = "05_the_loop_by_hand"


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "data = ring()", "make_players(", "ThereAndBack(")


def test_a_latent_glides_there_and_back(chapter, view):
    expect(picture(view)).to_have_attribute("alt", re.compile("^Step 10 of 10"))
    for key, step in (("Home", 0), ("ArrowRight", 1), ("End", 10)):
        with chapter.changes(picture(view)):
            slider(view, "way").press(key)
        expect(picture(view)).to_have_attribute("alt", re.compile(f"^Step {step} of 10"))


def test_the_scissors_decide_who_learns(chapter, view):
    expect(status(view)).to_contain_text("G learns, by way of D")
    with chapter.changes(picture(view), status(view)):
        view.get_by_label("scissors").select_option("between G and D")
    expect(status(view)).to_contain_text("in G: none. G hears nothing")
    with chapter.changes(picture(view), status(view)):
        view.get_by_label("loss of").select_option("D's move")
    expect(status(view)).to_contain_text("The scissors are called detach.")
    chapter.screenshots("there-and-back", view)


def test_another_latent_is_another_point(chapter, view):
    with chapter.changes(picture(view), status(view)):
        slider(view, "latent").press("ArrowRight")

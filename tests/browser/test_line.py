"""The game on the line in JupyterLab: step either player, play and pause, go back, other data, another seed."""

import re

import pytest
from helpers.controls import button, picture, status
from playwright.sync_api import expect

CHAPTER = "04_a_game_for_two"
FRAMES_SEEN = 10  # while it plays, so that a picture that changes once does not count as playing


@pytest.fixture(scope="module")
def cell(chapter):
    return chapter.run("begin(", "LineLab(")


@pytest.fixture
def view(chapter, cell):
    """The lab with its controls as they are at first, and a new game."""
    cell.get_by_label("data").select_option("one bump")
    cell.get_by_label("moves").select_option("5")
    type_seed(cell, "4")
    expect(picture(cell)).to_have_attribute("alt", re.compile("^Data with one bump, seed 4."))
    press(cell, "Reset")
    expect(status(cell)).to_contain_text("A new game. D has moved 0 times, G 0 times.")
    chapter.wait_until_idle()
    return cell


def press(view, name):
    button(view, name).click()


def type_seed(view, seed):
    field = view.get_by_label("seed")
    field.fill(seed)
    field.press("Enter")


@pytest.mark.parametrize(("name", "words"), [("Step D", "D has moved 5 times, G 0"), ("Step G", "0 times, G 5 times")])
def test_a_step_moves_one_player_and_the_picture(chapter, view, name, words):
    with chapter.changes(picture(view), status(view)):
        press(view, name)
    expect(status(view)).to_contain_text(words)


def test_moves_says_how_many_a_step_makes(chapter, view):
    view.get_by_label("moves").select_option("25")
    with chapter.changes(picture(view)):
        press(view, "Step D")
    expect(status(view)).to_contain_text("D has moved 25 times")


def test_play_goes_on_until_pause(chapter, view):
    button(view, "Play").focus()
    chapter.page.keyboard.press("Enter")
    pause = button(view, "Pause")
    expect(pause).to_be_visible()
    for _ in range(FRAMES_SEEN):
        with chapter.changes(picture(view)):
            pass
    with chapter.changes(status(view)):
        pause.click()
    expect(status(view)).to_contain_text("Paused.")
    expect(button(view, "Play")).to_be_visible()


def test_back_shows_earlier_frames_again(chapter, view):
    first = picture(view).get_attribute("src")
    for name in ("Step D", "Step G"):
        with chapter.changes(picture(view)):
            press(view, name)
    with chapter.changes(picture(view)):
        press(view, "Back 1")
    expect(status(view)).to_contain_text("Went back 1 frame.")
    with chapter.changes(picture(view)):
        press(view, "Back 20")
    assert picture(view).get_attribute("src") == first


def test_reset_begins_the_same_game_anew(chapter, view):
    first = picture(view).get_attribute("src")
    with chapter.changes(picture(view)):
        press(view, "Step G")
    with chapter.changes(picture(view)):
        press(view, "Reset")
    assert picture(view).get_attribute("src") == first


def test_other_data_and_another_seed_begin_other_games(chapter, view):
    with chapter.changes(picture(view)):
        view.get_by_label("data").select_option("two bumps")
    expect(picture(view)).to_have_attribute("alt", re.compile("^Data with two bumps, seed 4. D has moved 0 times"))
    with chapter.changes(picture(view)):
        type_seed(view, "5")
    expect(picture(view)).to_have_attribute("alt", re.compile("^Data with two bumps, seed 5. D has moved 0 times"))


def test_the_picture_is_told_in_words(view):
    told = picture(view).get_attribute("alt")
    assert told.startswith("Data with one bump, seed 4. D has moved 0 times")
    assert "The value V(D, G) is" in told


def test_it_is_fit_to_be_projected(chapter, view):
    with chapter.changes(picture(view)):
        press(view, "Step D")
    chapter.screenshots("line-lab", view)

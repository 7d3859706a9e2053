"""The failure lab of chapter 06 in JupyterLab: predict, reveal, repair, by mouse and keyboard."""

import re

import pytest
from helpers.controls import button, picture, status
from playwright.sync_api import expect

CHAPTER = "06_when_the_game_goes_wrong"
PATIENCE = 60_000  # ms, in which a game of seconds is over on any machine


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "FailureLab(")


def test_it_opens_with_a_cause_and_no_prediction(view):
    expect(view.get_by_role("heading")).to_have_text("The failure lab: predict, reveal, repair")
    expect(status(view)).to_contain_text("G's rate 0.03 instead of 0.001")
    expect(view.locator("input[type=radio]:checked")).to_have_count(0)
    expect(button(view, "Repair")).to_be_disabled()


def test_it_asks_for_a_prediction_first(view):
    button(view, "Reveal").click()
    expect(status(view)).to_contain_text("Predict first")


def test_reveal_plays_the_game_and_tells_what_was_predicted(chapter, view):
    view.get_by_label("few modes, and losses that end like those of a good game").check()
    with chapter.changes(picture(view)):
        button(view, "Reveal").click()
        expect(status(view)).to_contain_text("Playing")
        chapter.run('check("6.1"')
    expect(status(view)).to_contain_text("✓ You predicted “few modes", timeout=PATIENCE)
    expect(button(view, "Repair")).to_be_disabled()  # until a remedy is chosen


def test_repair_plays_it_again_with_the_remedy(chapter, view):
    view.get_by_label("Remedy").select_option("two learning rates")
    with chapter.changes(picture(view)):
        button(view, "Repair").click()
    expect(status(view)).to_contain_text("With two learning rates", timeout=PATIENCE)
    expect(status(view)).to_contain_text("Repaired.")
    expect(picture(view)).to_have_attribute("alt", re.compile("with the remedy, 8 of 8 modes"))


def test_it_is_fit_to_be_projected(chapter, view):
    chapter.screenshots("failure-lab", view)


def test_the_seed_begins_anew_by_keyboard(chapter, view):
    for key in ("ArrowRight", "End", "Home"):
        with chapter.changes(picture(view)):
            view.get_by_role("slider").press(key)
        expect(status(view)).to_contain_text("Predict what it will do")


def test_another_setting_tells_another_cause(chapter, view):
    with chapter.changes(picture(view), status(view)):
        view.get_by_label("Setting").select_option("two training points for each mode")
    expect(status(view)).to_contain_text("training points for each mode 2 instead of new ones for ever")
    expect(view.get_by_label("Remedy").locator("option", has_text="more data")).to_have_count(1)

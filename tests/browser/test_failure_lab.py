"""The failure lab of chapter 06 in JupyterLab: predict, reveal, repair, by mouse and keyboard."""

import re

import pytest
from playwright.sync_api import expect

PATIENCE = 60_000  # ms, in which a game of seconds is over on any machine


@pytest.fixture(scope="module")
def chapter(open_chapter):
    return open_chapter("06_when_the_game_goes_wrong")


@pytest.fixture(scope="module")
def view(chapter):
    return chapter.run("begin(", "FailureLab(")


@pytest.fixture
def picture(view):
    return view.get_by_role("img")


@pytest.fixture
def status(view):
    return view.get_by_role("status")


def test_it_opens_with_a_cause_and_no_prediction(view, status):
    expect(view.get_by_role("heading")).to_have_text("The failure lab: predict, reveal, repair")
    expect(status).to_contain_text("G's rate 0.03 instead of 0.001")
    expect(view.locator("input[type=radio]:checked")).to_have_count(0)
    expect(view.get_by_role("button", name="Repair")).to_be_disabled()


def test_it_asks_for_a_prediction_first(view, status):
    view.get_by_role("button", name="Reveal").click()
    expect(status).to_contain_text("Predict first")


def test_reveal_plays_the_game_and_tells_what_was_predicted(chapter, view, picture, status):
    view.get_by_label("few modes, and losses that end like those of a good game").check()
    with chapter.changes(picture):
        view.get_by_role("button", name="Reveal").click()
        expect(status).to_contain_text("Playing")
        chapter.run('check("6.1"')
    expect(status).to_contain_text("✓ You predicted “few modes", timeout=PATIENCE)
    expect(view.get_by_role("button", name="Repair")).to_be_enabled()


def test_repair_plays_it_again_with_the_remedy(chapter, view, picture, status):
    view.get_by_label("Remedy").select_option("two learning rates")
    with chapter.changes(picture):
        view.get_by_role("button", name="Repair").click()
    expect(status).to_contain_text("With two learning rates", timeout=PATIENCE)
    expect(status).to_contain_text("Repaired.")
    expect(picture).to_have_attribute("alt", re.compile("with the remedy, 8 of 8 modes"))


def test_it_is_fit_to_be_projected(chapter, view):
    chapter.screenshots("failure-lab", view)


def test_the_seed_begins_anew_by_keyboard(chapter, view, picture, status):
    for key in ("ArrowRight", "End", "Home"):
        with chapter.changes(picture):
            view.get_by_role("slider").press(key)
        expect(status).to_contain_text("Predict what it will do")


def test_another_setting_tells_another_cause(chapter, view, picture, status):
    with chapter.changes(picture, status):
        view.get_by_label("Setting").select_option("two training points for each mode")
    expect(status).to_contain_text("training points for each mode 2 instead of new ones for ever")
    expect(view.get_by_label("Remedy").locator("option", has_text="more data")).to_have_count(1)

"""Predictions in JupyterLab: each kind entered by mouse and keyboard, kept, and seen beside the outcome."""

import pytest
from helpers.controls import button, slider, status, stroke
from playwright.sync_api import expect

from gancore.lessons.predictions.kinds import find_prediction

CHAPTER = "predictions"
IMPORT = "from gancore import guess, outcome, predict, predictions"
CELLS = (
    IMPORT,
    'predictions("4", reset=True)\npredictions("6", reset=True)',
    *(f'predict("{number}")' for number in ("4b", "4d", "6a", "6d", "6f")),
    'outcome("6a", 8)',
    'outcome("6d", ["with R1 penalty", "in turns", "both at once"])',
    'print(guess("4d"))',
    'predictions("6")',
)
REMEDIES = find_prediction("6f").options


@pytest.fixture(autouse=True)
def nothing_entered(chapter):
    chapter.run(IMPORT, "reset=True")


def test_a_choice_is_clicked_and_is_there_when_the_cell_is_run_again(chapter):
    view = chapter.run('predict("4b")')
    expect(status(view)).to_contain_text("Not answered yet")
    view.get_by_label("nowhere").check()
    expect(status(view)).to_contain_text("You foresee “nowhere”. It is kept")
    chapter.screenshots("predict-choice", view)
    again = chapter.run('predict("4b")')
    expect(again.get_by_label("nowhere")).to_be_checked()
    expect(status(again)).to_contain_text("You foresee “nowhere”")


def test_boxes_are_ticked(chapter):
    view = chapter.run('predict("6f")')
    for remedy in (REMEDIES[0], REMEDIES[7]):
        view.get_by_label(remedy).check()
    expect(status(view)).to_contain_text(f"You foresee “{REMEDIES[0]}”, “{REMEDIES[7]}”.")
    chapter.screenshots("predict-several", view)
    view.get_by_label(REMEDIES[0]).uncheck()
    expect(status(view)).to_contain_text(f"You foresee “{REMEDIES[7]}”.")


def test_an_order_is_pressed(chapter):
    view = chapter.run('predict("6d")')
    button(view, "in turns").click()
    expect(button(view, "in turns")).to_be_disabled()
    button(view, "both at once").click()
    expect(status(view).last).to_contain_text("You foresee “in turns”, “both at once”, “with R1 penalty”.")
    chapter.screenshots("predict-order", view)
    told = chapter.run('outcome("6d"')
    expect(told).to_contain_text("✗ You foresaw “in turns”")
    button(view, "Start again").click()
    expect(button(view, "in turns")).to_be_enabled()
    expect(status(view).last).to_contain_text("Not answered yet")


def test_a_number_is_set_by_keys_or_kept_as_it_stands(chapter):
    view = chapter.run('predict("6a")')
    expect(status(view)).to_contain_text("Not answered yet")
    button(view, "That is my guess").click()
    expect(status(view)).to_contain_text("You foresee 4 of 8 modes.")
    for key, expected in (("ArrowLeft", 3), ("ArrowLeft", 2), ("End", 8), ("Home", 0), ("ArrowRight", 1)):
        slider(view, "Your guess").press(key)
        expect(status(view)).to_contain_text(f"You foresee {expected} of 8 modes.")
    chapter.screenshots("predict-number", view)
    told = chapter.run('outcome("6a"')
    expect(told).to_contain_text("✗ You foresaw 1 of 8 modes, and it is 8 of 8 modes.")
    expect(told.locator("img")).to_have_attribute("alt", "✗ You foresaw 1 of 8 modes, and it is 8 of 8 modes.")
    chapter.screenshots("predict-outcome", told)


def test_a_curve_is_drawn_and_mended(chapter):
    view = chapter.run('predict("4d")')
    expect(status(view)).to_contain_text("Not answered yet")

    with chapter.changes(view.locator("canvas"), status(view)):
        stroke(view, (0.15, 0.2), (0.54, 0.85), (0.95, 0.2))
    expect(status(view)).to_contain_text("You foresee a curve from")
    chapter.screenshots("predict-curve", view)
    with chapter.changes(view.locator("canvas"), status(view)):
        stroke(view, (0.54, 0.85), (0.95, 0.85))
    expect(chapter.run('guess("4d")')).to_contain_text("tensor(")
    button(view, "Clear").click()
    expect(status(view)).to_contain_text("Not answered yet")
    view.locator("canvas").focus()
    for key in ("Space", "ArrowRight", "ArrowUp", "Space"):
        chapter.page.keyboard.press(key)
    expect(status(view)).to_contain_text("You foresee a curve from")


def test_the_ledger_is_fit_to_be_read(chapter):
    for number, key in (("6a", "ArrowLeft"),):
        slider(chapter.run(f'predict("{number}")'), "Your guess").press(key)
    button(chapter.run('predict("6d")'), "in turns").click()
    button(chapter.output('predict("6d")'), "both at once").click()
    ledger = chapter.run('outcome("6a"', 'predictions("6")')
    expect(ledger).to_contain_text("you entered 2 of 8 predictions. 0 came true, 1 surprised you.")
    chapter.screenshots("predict-ledger", ledger)

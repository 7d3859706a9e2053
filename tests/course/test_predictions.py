"""What a reader foresees is kept, and said and drawn beside the outcome; all of it runs unanswered, too, and again."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from execute import COURSE, read

from gancore import guess, outcome, predict, predictions
from gancore.errors import GancoreError
from gancore.lessons.predictions import ledger
from gancore.lessons.predictions.kinds import (
    Curve,
    Number,
    Order,
    Prediction,
    Several,
    decimals_of,
    find_prediction,
    make_prediction,
    predictions_of,
)
from gancore.widgets.predict import PredictionBox
from gancore.widgets.sketch_axes import COLUMNS, heights_of

CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"
PLACE, DRAWN, ENDS = "4b", "4d", "6d"  # a choice, a curve and an order of the chapters
MODES, CURES = "6a", "6f"  # a number, and several of some options

ANSWERS = {  # of each kind: a guess, the same as the outcome, another outcome
    PLACE: ("nowhere", "nowhere", "on one kind of note"),
    CURES: (["two learning rates", "LeakyReLU"], ["LeakyReLU", "two learning rates"], []),
    ENDS: (
        ["with R1 penalty", "in turns", "both at once"],
        ("with R1 penalty", "in turns", "both at once"),
        ["both at once", "in turns", "with R1 penalty"],
    ),
    MODES: (3, torch.tensor(3), 8),
    DRAWN: ([(-1, 0), (0, -1.4), (1, 0)], torch.tensor([(-1.0, 0), (0, -1.4), (1, 0)]), [(-1, -1.4), (1, 0.5)]),
}
by_kind = pytest.mark.parametrize("number", ANSWERS)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test keeps what was foreseen."""
    path = tmp_path / "predictions.json"
    monkeypatch.setenv("GANCORE_PREDICTIONS", str(path))
    yield path
    ledger._unwritten.clear()


def enter(number: str, value: object) -> str:
    prediction = find_prediction(number)
    return ledger.enter(prediction, prediction.answer(value))


def shown(call, *arguments, **named) -> list[dict]:
    """What a cell that calls this would show."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda data, raw: found.append(data))
        call(*arguments, **named)
    return found


def said(call, *arguments, **named) -> str:
    return "\n".join(data["text/plain"] for data in shown(call, *arguments, **named))


# What is kept


@by_kind
def test_nothing_entered_is_none_and_costs_no_file(number, file):
    assert guess(number) is None
    assert said(outcome, number, ANSWERS[number][2]).startswith("It is ")
    assert not file.exists()


@by_kind
def test_a_guess_is_there_for_the_next_kernel(number):
    assert enter(number, ANSWERS[number][0]) == ""
    found, entered = guess(number), ANSWERS[number][0]
    assert found == entered if number not in (CURES, DRAWN) else len(found) == len(entered)
    assert predict(number).entry.get() is not None


def test_a_curve_comes_as_points_that_can_be_drawn():
    enter(DRAWN, ANSWERS[DRAWN][0])
    assert guess(DRAWN).shape == (3, 2)


@by_kind
def test_an_outcome_says_whether_it_was_foreseen_and_may_be_seen_again(number):
    foreseen, same, other = ANSWERS[number]
    enter(number, foreseen)
    for _ in range(2):
        assert said(outcome, number, same).startswith("✓ You")
        assert said(outcome, number, other).startswith("✗ You")


def test_only_numbers_are_drawn_on_a_scale_and_what_is_drawn_is_said():
    for number, (foreseen, same, _) in ANSWERS.items():
        enter(number, foreseen)
        words = [data["text/plain"] for data in shown(outcome, number, same) if "image/png" in data]
        assert words == (["✓ You foresaw 3 of 8 modes; it is 3 of 8 modes."] if number == MODES else [])


def test_an_outcome_beyond_the_scale_is_drawn_and_said():
    enter(MODES, 3)
    assert "and it is 4,000 of 8 modes." in said(outcome, MODES, 4000)


def test_a_new_guess_waits_for_its_outcome_again(file):
    enter(MODES, 3)
    said(outcome, MODES, 8)
    assert json.loads(file.read_text())[MODES] == {
        "question": find_prediction(MODES).question,
        "guess": 3.0,
        "outcome": 8.0,
    }
    enter(MODES, 8)
    assert "has not been run" in said(predictions, "6")


def test_two_kernels_keep_what_the_other_one_has_entered(file):
    enter(MODES, 3)
    kept = json.loads(file.read_text())
    file.write_text(json.dumps(kept | {PLACE: {"question": find_prediction(PLACE).question, "guess": "nowhere"}}))
    enter(ENDS, ANSWERS[ENDS][0])
    assert (guess(MODES), guess(PLACE), guess(ENDS)) == (3, "nowhere", ANSWERS[ENDS][0])


@pytest.mark.parametrize(
    "entry",
    [
        {"question": "Another question?", "guess": 3},
        {"guess": 3},
        {"question": None, "guess": "many"},
        {"question": None, "guess": None},
        {"question": None, "guess": {}},
        [],
        3,
    ],
)
def test_an_answer_to_another_question_or_to_none_does_not_count(file, entry):
    question = find_prediction(MODES).question
    if isinstance(entry, dict) and "question" in entry and entry["question"] is None:
        entry |= {"question": question}
    file.write_text(json.dumps({MODES: entry}))
    assert guess(MODES) is None
    assert said(outcome, MODES, 8) == "It is 8 of 8 modes."
    assert "You entered none" in said(predictions, "6")


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", "\udc80"])
def test_a_damaged_file_is_as_none(file, damage):
    file.write_bytes(damage.encode("utf-8", "surrogateescape"))
    assert guess(MODES) is None
    enter(MODES, 3)
    assert guess(MODES) == 3


def test_a_file_that_cannot_be_written_costs_a_sentence_and_the_guess_is_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("GANCORE_PREDICTIONS", str(tmp_path / "no folder" / "predictions.json"))
    trouble = enter(MODES, 3)
    assert "cannot be written" in trouble
    assert "as long as the kernel runs" in trouble
    assert guess(MODES) == 3
    assert said(outcome, MODES, 8).startswith("✗ You foresaw 3 of 8 modes")
    assert "1 surprised you" in said(predictions, "6")
    box = predict(MODES)
    box.entry.slider.value = 5
    assert "cannot be written" in box.status.value
    said(predictions, "6", reset=True)
    assert guess(MODES) is None


def test_it_is_kept_beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.delenv("GANCORE_PREDICTIONS")
    monkeypatch.chdir(tmp_path)
    enter(MODES, 3)
    assert MODES in json.loads((tmp_path / "predictions.json").read_text())
    ignored = (COURSE.parent / ".gitignore").read_text(encoding="utf-8").split()
    assert {"/my/", "/course/predictions.json"} <= set(ignored)


# The ledger


def test_the_ledger_tells_what_was_foreseen_and_what_surprised():
    for number in (MODES, ENDS, CURES):
        enter(number, ANSWERS[number][0])
    said(outcome, MODES, 3)
    said(outcome, ENDS, ANSWERS[ENDS][2])
    lines = said(predictions, "6").split("\n")
    assert lines[0] == "Chapter 06: you entered 3 of 8 predictions. 1 came true, 1 surprised you."
    assert f"{MODES} · {find_prediction(MODES).question}" in lines
    assert "✓ You foresaw 3 of 8 modes; it is 3 of 8 modes." in lines
    assert sum(line.startswith("✗") for line in lines) == 1
    assert sum("has not been run" in line for line in lines) == 1


def test_one_call_forgets_a_chapter_and_no_other():
    enter(MODES, 3)
    enter(PLACE, "nowhere")
    assert said(predictions, "6", reset=True) == "Chapter 06 asks for 8 predictions. You entered none."
    assert guess(MODES) is None
    assert guess(PLACE) == "nowhere"


@pytest.mark.parametrize("chapter", [6, "6", "06"])
def test_the_ledger_takes_a_chapter_as_a_quiz_does(chapter):
    assert said(predictions, chapter).startswith("Chapter 06")


# The views


@by_kind
def test_a_view_is_itself_with_a_kernel_and_the_question_without(number):
    enter(number, ANSWERS[number][0])
    bundle = predict(number)._repr_mimebundle_()
    prediction = find_prediction(number)
    assert bundle[WIDGET]
    assert prediction.question in bundle["text/plain"]
    assert f"Predict {number}." in bundle["text/html"]
    ledger.forget(int(number[0]))
    assert bundle | {WIDGET: None} == predict(number)._repr_mimebundle_() | {
        WIDGET: None
    }  # a stored page tells no guess


def test_a_choice_is_kept_when_it_is_made():
    box = predict(PLACE)
    assert "Not answered yet" in box.status.value
    box.entry.value = "nowhere"
    assert "You foresee “nowhere”" in box.status.value
    assert guess(PLACE) == "nowhere"


def test_ticks_are_kept_and_taken_back():
    box = predict(CURES)
    box.entry.boxes[7].value = box.entry.boxes[0].value = True
    assert guess(CURES) == ["LeakyReLU", "two learning rates"]
    box.entry.boxes[0].value = False
    assert guess(CURES) == ["two learning rates"]


def test_an_order_is_pressed_one_after_the_other():
    box = predict(ENDS)
    box.entry.buttons[1].click()
    assert guess(ENDS) is None
    assert "Not answered yet" in box.status.value  # though something is entered
    assert box.entry.buttons[1].disabled
    box.entry.buttons[1].click()  # twice in haste
    box.entry.buttons[2].click()
    assert guess(ENDS) == ["with R1 penalty", "in turns", "both at once"]
    box.entry.again.click()
    assert "Not answered yet" in box.status.value
    assert not any(button.disabled for button in box.entry.buttons)


def test_a_slider_is_a_guess_once_it_is_moved_or_meant():
    box = predict(MODES)
    assert guess(MODES) is None
    box.entry.keep.click()
    assert guess(MODES) == 4
    box.entry.slider.value = 1
    assert guess(MODES) == 1
    assert predict(MODES).entry.slider.value == 1


def test_a_sketch_is_kept_in_the_units_of_its_axes():
    box = predict(DRAWN)
    box.entry.pad.points = torch.tensor([[-1.0, 1.0]])
    assert guess(DRAWN) is None
    box.entry.pad.points = torch.tensor([[-1.0, 1.0], [0.0, -1.0], [1.0, 1.0]])
    points = guess(DRAWN)
    assert points.shape == (COLUMNS, 2)
    assert torch.allclose(points[[0, COLUMNS // 2, -1]], torch.tensor([[-1.2, 0.5], [0, -1.5], [1.2, 0.5]]))
    assert torch.allclose(torch.tensor(predict(DRAWN).entry.get()), points, atol=1e-2)
    box.entry.clear.click()
    assert "Not answered yet" in box.status.value


def test_what_is_drawn_over_a_stroke_replaces_it_there():
    stroke = torch.stack([torch.linspace(-1, 1, 99), torch.zeros(99)], dim=1)
    again = torch.stack([torch.linspace(0, 1, 99), torch.ones(99)], dim=1)
    heights = heights_of(torch.cat([stroke, again]).numpy())
    assert (heights[: COLUMNS // 2] == 0).all()
    assert (heights[COLUMNS // 2 + 1 :] == 1).all()


def test_views_of_one_prediction_may_be_made_again_and_again():
    for value in (1, 2, 3):
        predict(MODES).entry.slider.value = value
    assert guess(MODES) == 3


# The questions


@pytest.mark.parametrize("number", ["6z", "99a", "6.2", "", 6, "a"])
def test_a_prediction_that_is_not_there_costs_a_sentence(number):
    for call in (predict, guess):
        with pytest.raises(GancoreError, match="There is no prediction"):
            call(number)


@pytest.mark.parametrize(
    ("number", "value"),
    [(PLACE, "somewhere"), (CURES, ["hope"]), (ENDS, ["in turns"]), (DRAWN, [(0, 0)]), (DRAWN, [(1, 0), (0, 1)])],
)
def test_an_outcome_that_answers_another_question_costs_a_sentence(number, value):
    with pytest.raises(GancoreError, match=f"no answer to prediction {number}, which takes"):
        outcome(number, value)


ALL = [prediction for name in CHAPTERS for prediction in predictions_of(int(name[:2])).values()]


@pytest.mark.parametrize("prediction", ALL, ids=lambda prediction: prediction.number)
def test_a_question_can_be_answered(prediction: Prediction):
    assert prediction.question.endswith("?")
    assert len(prediction.answers_in_words()) >= 1
    match prediction:
        case Number():
            steps = (prediction.highest - prediction.lowest) / prediction.step
            assert abs(steps - round(steps)) < 1e-9
            assert 2 <= steps <= 200
        case Curve():
            assert prediction.across.lowest < prediction.across.highest
            assert prediction.up.lowest < prediction.up.highest
        case _:
            assert len(set(prediction.options)) == len(prediction.options) >= 2


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_asks_its_predictions_in_order_and_shows_each_outcome_after_its_question(name):
    calls = [call for cell in read(COURSE / name).cells if cell.cell_type == "code" for call in calls_of(cell.source)]
    numbers = list(predictions_of(int(name[:2])))
    assert [number for call, number in calls if call == "predict"] == numbers
    assert sorted(number for call, number in calls if call == "outcome") == numbers
    for number in numbers:
        assert calls.index(("predict", number)) < calls.index(("outcome", number))
    assert numbers == [f"{int(name[:2])}{chr(ord('a') + place)}" for place in range(len(numbers))]
    if numbers:
        assert [number for call, number in calls if call == "predictions"] == [str(int(name[:2]))]


def calls_of(source: str) -> list[tuple[str, str]]:
    """The calls of `predict`, `outcome` and `predictions` in a cell, with what they name."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [(ast.unparse(node.func), node.args[0]) for node in nodes if node.args]
    names = ("predict", "outcome", "predictions")
    return [(name, value.value) for name, value in found if name in names and isinstance(value, ast.Constant)]


@pytest.mark.parametrize(("step", "decimals"), [(1, 0), (0.5, 1), (0.05, 2), (10, 0), (0.125, 3)])
def test_decimals_of_a_step(step, decimals):
    assert decimals_of(step) == decimals


def test_a_curve_is_compared_where_both_are():
    entry = {"question": "?", "kind": "curve", "across": {"name": "x", "lowest": 0, "highest": 4}}
    curve = make_prediction("9z", entry | {"up": {"name": "y", "lowest": 0, "highest": 10}})
    flat = [[0, 5], [4, 5]]
    assert curve.distance([[1, 5], [2, 5]], flat) == 0
    assert curve.distance([[1, 7], [3, 3]], flat) == pytest.approx(0.2)
    assert curve.distance([[5, 5], [6, 5]], flat) == 1


def test_an_order_and_several_are_kinds_of_choice():
    assert isinstance(find_prediction(ENDS), Order)
    assert isinstance(find_prediction(CURES), Several)
    assert isinstance(predict(ENDS), PredictionBox)

"""What `check`, `hint`, `solution` and `quiz` say, on an exercise small enough to see through."""

import asyncio
import math
import re
import threading

import pytest
import torch
from helpers.places import COURSE
from IPython.core.interactiveshell import InteractiveShell

from gancore.errors import GancoreError
from gancore.lessons import teaching
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.judging import Standing, judge
from gancore.lessons.probes import Call, Value
from gancore.lessons.quizzes import Option, Question, Quiz
from gancore.widgets.quiz import QuizBox, quiz
from gancore.widgets.threads import on_main_thread

WIDGET = "application/vnd.jupyter.widget-view+json"


def half_and_broken(x):
    return x / 0


HALVE = Exercise(
    number="99.1",
    title="Halve",
    name="half",
    probes=(
        Call("`half(6)`", (6,), 3),
        Call("`half` of a tensor", (torch.tensor([2.0, 4.0]),), [1, 2]),
    ),
    mistakes=(
        Mistake(lambda x: 2 * x, "You doubled it."),
        Mistake(lambda x: x // 2 + 1, "You went one too far."),
        Mistake(half_and_broken, "You divided by zero."),
    ),
    hints=("Think of a cake.", "Two people share it."),
    praise="Half of everything.",
)
COUNTS = Exercise("99.2", "Counts", "counts", (Value([1, 2, 3]),), (), ("Count.",), "Counted.")
LOGARITHM = Exercise("99.4", "Logarithm", "logarithm", (Value(-math.log(4)),), (), ("Take it.",), "Taken.")
THOUSAND = Exercise("99.5", "Thousand", "thousand", (Value(1000),), (), ("Count.",), "Counted.")
WORD = Exercise("99.3", "Word", "word", (Value("Critic"),), (), ("Arjovsky's word.",), "That is it.")

QUIZ = Quiz(
    99,
    (
        Question("Is `1 < 2`?", "a", (Option("Yes", "It is less."), Option("No", "Count again."), Option("Or", "No."))),
        Question("And 3 < 2?", "b", (Option("Yes", "It is more."), Option("No", "Indeed."), Option("Both", "Never."))),
    ),
)


def message(exercise, answer):
    verdict = judge(exercise, answer)
    assert verdict.status is Standing.NOT_YET
    return verdict.message


def test_a_right_answer_is_correct_however_it_is_written():
    for half in (lambda x: x / 2, lambda x: 0.5 * torch.as_tensor(x), lambda x: x - x / 2):
        assert judge(HALVE, half).status is Standing.CORRECT
    assert judge(COUNTS, (1.0, 2, torch.tensor(3))).status is Standing.CORRECT
    assert judge(COUNTS, torch.arange(1, 4).numpy()).status is Standing.CORRECT
    assert judge(WORD, " critic ").status is Standing.CORRECT


def test_a_mistake_is_recognised_by_what_it_does():
    assert message(HALVE, lambda x: x + x) == "You doubled it."
    assert message(HALVE, lambda x: (x - x % 2) / 2 + 1) == "You went one too far."


def test_an_error_that_is_a_known_mistake_gets_the_message_of_the_mistake():
    with pytest.raises(ZeroDivisionError):
        half_and_broken(6)
    assert message(HALVE, lambda number: number / 0) == "You divided by zero."


def test_an_unknown_mistake_is_told_at_its_first_wrong_result():
    assert message(HALVE, lambda x: x / 2 + 7) == (
        "`half(6)` gives `10`, and `3` is right. Every number is too large by 7."
    )
    only_numbers = message(HALVE, lambda x: x / 2 if isinstance(x, int) else x)
    assert only_numbers == (
        "`half` of a tensor gives `[2, 4]`, and `[1, 2]` is right. Every number is twice what is right."
    )
    assert "should give numbers of shape (2,)." in message(HALVE, lambda x: torch.as_tensor(x / 2).sum())
    assert "does every way through it end with `return`" in message(HALVE, lambda x: 3 if isinstance(x, int) else None)


def test_a_wrong_value_is_told_where_it_is_off_and_not_what_is_right():
    assert message(COUNTS, [1, 5, 3]) == "Entry 2 of 3 is too large."
    assert message(COUNTS, [1, 2, -3]) == "Entry 3 of 3 is too small."
    assert message(COUNTS, [1, ..., 3]) == "Entry 2 of 3 is still empty."
    assert message(COUNTS, [1, float("inf"), 3]) == "Entry 2 of 3 is not a finite number."
    for answer in (6, "six", [1, 2]):
        assert message(COUNTS, answer) == "A list of 3 numbers is asked for."
    assert message(WORD, "judge") == "`judge` is not it."


def test_a_rounded_value_is_told_so():
    assert message(LOGARITHM, -1.386) == message(LOGARITHM, -1.39)
    assert "right when rounded: give more digits" in message(LOGARITHM, -1.386)
    assert message(LOGARITHM, -1.4) == "Your number is too small."
    assert message(THOUSAND, 1001) == "Your number is too large.", "a count is never rounded"


def test_an_answer_of_the_wrong_kind_is_told_so():
    assert "hand over its name, without parentheses" in message(HALVE, 3)
    assert "your answer is a function" in message(COUNTS, lambda: [1, 2, 3])


def test_an_untouched_stub_is_not_attempted():
    def unwritten(x):
        raise NotImplementedError

    for stub in (None, ..., lambda x: None, lambda x: ..., unwritten):
        exercise = HALVE if callable(stub) else COUNTS
        assert judge(exercise, stub).status is Standing.NOT_ATTEMPTED
    assert judge(COUNTS, [..., ..., ...]).status is judge(WORD, "").status is Standing.NOT_ATTEMPTED


def test_a_check_leaves_the_random_numbers_as_they_were():
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    judge(HALVE, lambda x: x + torch.rand(1))
    assert torch.equal(torch.rand(4), expected)


def test_a_right_answer_that_writes_into_its_argument_is_told_so():
    def in_place(x):
        return x.div_(2) if isinstance(x, torch.Tensor) else x / 2

    said = {message(HALVE, in_place) for _ in range(2)}  # the second time the probes must be whole again
    assert len(said) == 1
    assert said.pop().startswith("The result is right, but your function writes into `x`")


def test_an_error_in_a_cell_is_told_with_its_line():
    shell = InteractiveShell()
    shell.user_ns["judge"], shell.user_ns["exercise"] = judge, HALVE
    functions = "def half(x):\n    y = x\n    return helper(y)\n\ndef helper(y):\n    return y + 'a'\n\n"
    assert shell.run_cell(functions + "v = judge(exercise, half)").success
    said = shell.user_ns["v"].message
    assert said.startswith("Your answer stopped in line 6 of its cell, `return y + 'a'`, with `TypeError: ")


def test_a_verdict_shows_sign_and_words_and_no_address():
    verdict = judge(HALVE, lambda x: 2 * x)
    assert repr(verdict) == "✗ Exercise 99.1, Halve: not yet. You doubled it."
    assert verdict._repr_markdown_() == "✗ **Exercise 99.1, Halve: not yet.** You doubled it."
    signs = {repr(judge(HALVE, answer))[0] for answer in (lambda x: None, lambda x: x, lambda x: x / 2)}
    assert signs == {"○", "✗", "✓"}


@pytest.mark.parametrize("number", ["7.99", "98.1", "seven", "", "7.1.2", None, 7.1])
def test_a_check_of_an_unknown_exercise_says_what_there_is_or_how_to_write_it(number):
    verdict = teaching.check(number, 1)
    assert verdict.status is not Standing.CORRECT
    if number == "7.99":
        assert "7.1, 7.2, 7.3" in verdict.message


def test_a_hint_goes_one_step_further_each_time_and_then_stays():
    teaching._hints_given.clear()
    hints = teaching.find_exercise("7.1").hints
    said = [teaching.hint("7.1") for _ in range(len(hints) + 1)]
    assert [note.heading for note in said] == [
        "Exercise 7.1, hint 1 of 3",
        "Exercise 7.1, hint 2 of 3",
        "Exercise 7.1, hint 3 of 3",
        "Exercise 7.1, hint 3 of 3",
    ]
    assert [note.text.split("\n")[0] for note in said] == [*hints, hints[-1]]
    assert ["solution" in note.text for note in said] == [False, False, True, True]
    assert teaching.hint("7.2").heading == "Exercise 7.2, hint 1 of 4"


def test_a_chapter_goes_on_with_what_the_reader_wrote_where_it_is_right():
    def right(pixels, low, high):
        return (2 * pixels.float() - high - low) / (high - low)

    assert teaching.yours("7.2", right, "ours") is right
    for wrong in (None, lambda pixels, low, high: pixels, lambda: 1 / 0):
        assert teaching.yours("7.2", wrong, "ours") == "ours"


def test_a_solution_shows_the_code_of_both_answers():
    shown = teaching.solution("7.2")
    assert shown.code.startswith("import torch\n\n\ndef to_tanh_range(")
    assert "\n\n\n# Another way\nimport torch\n\n\ndef to_tanh_range_another_way(" in shown.code
    assert "```python" in shown._repr_markdown_()
    assert "# %%" not in shown.code


def test_a_withheld_solution_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(teaching, "SOLUTIONS", tmp_path)
    shown = teaching.solution("7.2")
    assert shown.code == ""
    assert "`course/solutions` is not in this copy" in shown.text
    assert str(tmp_path) not in repr(shown)


def test_a_solution_shows_of_the_imports_of_its_file_those_that_it_needs():
    first, second = teaching.solution("3.1").code.split("# Another way\n")
    assert first.startswith("import torch\nfrom torch import Tensor\n\n\ndef ")
    needed = (
        "from torch import Tensor\nfrom torch.distributions import Categorical, MixtureSameFamily, Normal\n\n\ndef "
    )
    assert second.startswith(needed)


def test_a_bank_is_read_with_the_floats_of_the_course_whatever_the_reader_has_set(monkeypatch):
    monkeypatch.setattr(teaching.importlib, "import_module", lambda name: torch.get_default_dtype())
    torch.set_default_dtype(torch.float64)
    try:
        assert teaching.load_bank(10) is torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("folder", [".", "course", "tests"])
def test_the_exercises_are_found_from_wherever_the_notebook_runs(folder, monkeypatch):
    monkeypatch.chdir(COURSE.parent / folder)
    assert teaching.check("7.1", None).status is Standing.NOT_ATTEMPTED


@pytest.mark.parametrize("ask", [teaching.hint, teaching.solution, quiz])
def test_a_chapter_without_exercises_is_named(ask):
    with pytest.raises(GancoreError, match=r"chapter 98"):
        ask("98.1" if ask is not quiz else "98")


@pytest.mark.parametrize("chapter", range(19))
def test_no_quiz_shows_the_signs_of_markdown_which_it_does_not_know(chapter):
    said = quiz(str(chapter)).quiz.as_html()
    assert not re.search(r"(?<![*\w])\*[a-z][a-z ]*\*(?![*\w])", said)


def test_a_quiz_says_how_far_it_has_come():
    assert QUIZ.progress([None, None]) == "0 of 2 answered, 0 right."
    assert QUIZ.progress([2, 1]) == "2 of 2 answered, 1 right."


def test_choosing_an_option_explains_it_and_changes_with_the_choice():
    box = QuizBox(QUIZ)
    assert [reply.value for reply in box.replies] == ["", ""]
    box.buttons[0].index = 1
    assert "✗ Not this one. Count again." in box.replies[0].value
    assert box.replies[1].value == ""
    box.buttons[0].index = 0
    assert "✓ Right. It is less." in box.replies[0].value
    assert "1 of 2 answered, 1 right." in box.score.value


def test_nothing_is_chosen_before_the_reader_chooses_and_every_control_has_a_label():
    box = QuizBox(QUIZ)
    assert [buttons.index for buttons in box.buttons] == [None, None]
    assert [buttons.description for buttons in box.buttons] == ["Answer 1", "Answer 2"]


def test_a_quiz_without_a_kernel_is_html_with_a_word_about_every_option():
    bundle = QuizBox(QUIZ)._repr_mimebundle_()
    assert WIDGET in bundle
    markup = bundle["text/html"]
    assert "Is <code>1 &lt; 2</code>?" in markup
    assert markup.count("<details>") == 6
    assert markup.count("✓ Right.") == 2
    assert all(option.why in markup for question in QUIZ.questions for option in question.options)
    assert bundle["text/plain"].splitlines()[:4] == ["Quiz of chapter 99", "", "1. Is `1 < 2`?", "   a) Yes"]
    assert "Right" not in bundle["text/plain"]
    assert QuizBox(QUIZ)._repr_mimebundle_()["text/html"] == markup


def test_the_quiz_of_a_chapter_is_found_by_its_number():
    assert quiz("7").quiz == quiz("07").quiz
    assert quiz("7").quiz.title == "Quiz of chapter 07"


def test_an_event_on_another_thread_is_handled_on_the_main_thread():
    seen = []

    async def session():
        handle = on_main_thread(lambda: seen.append(threading.current_thread()))
        handle("direct")
        assert len(seen) == 1
        await asyncio.to_thread(handle, "from a thread")
        await asyncio.sleep(0)

    asyncio.run(session())
    assert seen == [threading.main_thread()] * 2


def test_without_an_event_loop_a_callback_is_called_at_once():
    seen = []
    on_main_thread(lambda: seen.append("called"))("event")
    assert seen == ["called"]

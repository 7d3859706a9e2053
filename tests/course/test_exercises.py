"""Every exercise and quiz of the course keeps what it promises, for every bank that there is."""

import ast
import re

import pytest
import torch
from helpers.exercises import CHAPTERS, EXERCISES, reference
from helpers.places import COURSE

from gancore.lessons import teaching
from gancore.lessons.comparing import same, tidy
from gancore.lessons.exercises import Exercise
from gancore.lessons.judging import Standing, judge, observe_mistake, random_numbers_kept
from gancore.lessons.probes import Value
from gancore.lessons.quizzes import Quiz

QUIZZES = [Quiz(chapter, teaching.load_bank(chapter).QUIZ) for chapter in CHAPTERS]
MISTAKES = [(exercise, place) for exercise in EXERCISES for place in range(len(exercise.mistakes))]

FEWEST_EXERCISES, FEWEST_MISTAKES, FEWEST_HINTS = 3, 4, 2
BANNED = re.compile(r"\b(obvious|obviously|easy|easily|simply|trivial|trivially)\b", re.IGNORECASE)
SHORTEST_TELLING = 8  # characters of code that say more than a name

by_number = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)
by_mistake = pytest.mark.parametrize(("exercise", "place"), MISTAKES, ids=[f"{e.number}-{p}" for e, p in MISTAKES])
by_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: f"ch{quiz.chapter:02d}")


def told(exercise: Exercise) -> list[str]:
    """All that a reader may be told before the answer is right."""
    return [*exercise.hints, *(mistake.message for mistake in exercise.mistakes)]


def without_spaces(text: str) -> str:
    return re.sub(r"[\s,_`]", "", text).casefold()


def telling_code(exercise: Exercise) -> set[str]:
    """The expressions that the reference answers return or assign, without spaces; a mere name tells nothing."""
    found = set()
    for code in teaching.find_answers(exercise.number):
        values = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, (ast.Return, ast.Assign))]
        telling = [value for value in values if not isinstance(value, (ast.Name, type(None)))]
        found |= {without_spaces(ast.unparse(value)) for value in telling}
    return {text for text in found if len(text) >= SHORTEST_TELLING}


def telling_values(exercise: Exercise) -> set[str]:
    """The numbers or the text asked for, where the answer is not a function."""
    rights = [tidy(probe.right) for probe in exercise.probes if isinstance(probe, Value)]
    texts = {right for right in rights if isinstance(right, str)}
    numbers = [right for right in rights if not isinstance(right, str)]
    return texts | {f"{number:.10g}" for right in numbers for number in right.flatten().tolist()}


def test_there_are_banks_and_every_bank_has_its_answers():
    assert CHAPTERS
    assert [int(path.stem.removeprefix("ch")) for path in sorted((COURSE / "solutions").glob("ch*.py"))] == CHAPTERS


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_exercises_numbered_in_order(chapter):
    numbers = [exercise.number for exercise in teaching.load_bank(chapter).EXERCISES]
    assert len(numbers) >= FEWEST_EXERCISES
    assert numbers == [f"{chapter}.{place}" for place in range(1, len(numbers) + 1)]


@by_number
@pytest.mark.parametrize("stub", [None, ..., [..., ...], lambda *given: None, lambda *given: ...])
def test_the_untouched_stub_reads_as_not_attempted(exercise, stub):
    function_asked = callable(reference(exercise))
    if callable(stub) == function_asked:
        assert judge(exercise, stub).status is Standing.NOT_ATTEMPTED


@by_number
def test_a_function_that_is_not_implemented_reads_as_not_attempted(exercise):
    def stub(*given):
        raise NotImplementedError

    if callable(reference(exercise)):
        assert judge(exercise, stub).status is Standing.NOT_ATTEMPTED


@by_number
def test_the_reference_answer_passes(exercise):
    verdict = judge(exercise, reference(exercise))
    assert (verdict.status, verdict.message) == (Standing.CORRECT, exercise.praise)


@by_number
def test_a_right_answer_written_differently_passes(exercise):
    first, second = teaching.find_answers(exercise.number)
    assert without_spaces(first) != without_spaces(second.replace("_another_way", ""))
    assert judge(exercise, reference(exercise, another_way=True)).status is Standing.CORRECT


@by_number
def test_an_exercise_knows_enough_mistakes_each_with_a_message_of_its_own(exercise):
    messages = [mistake.message for mistake in exercise.mistakes]
    assert len(set(messages)) == len(messages) >= FEWEST_MISTAKES


@by_mistake
def test_a_mistake_gets_its_own_message(exercise, place):
    mistake = exercise.mistakes[place]
    verdict = judge(exercise, mistake.wrong)
    assert (verdict.status, verdict.message) == (Standing.NOT_YET, mistake.message)


@by_number
def test_no_two_mistakes_can_be_confused(exercise):
    results = [observe_mistake(exercise, place) for place in range(len(exercise.mistakes))]
    pairs = [(i, j) for j in range(len(results)) for i in range(j) if same(results[i], results[j])]
    assert pairs == []


@by_number
def test_an_answer_that_fits_no_mistake_is_told_what_is_wrong(exercise):
    answer = (lambda *given: -1e6) if callable(reference(exercise)) else -1e6
    verdict = judge(exercise, answer)
    assert verdict.status is Standing.NOT_YET
    assert verdict.message not in {mistake.message for mistake in exercise.mistakes}
    assert len(verdict.message) > SHORTEST_TELLING


@by_number
@pytest.mark.parametrize("answer", [1, "b", [1, "b", None], {}, object(), float("nan"), print, int, Exercise])
def test_no_answer_makes_a_check_raise(exercise, answer):
    verdict = judge(exercise, answer)
    assert verdict.status is not Standing.CORRECT
    assert " at 0x" not in verdict.message


@by_number
def test_an_answer_that_raises_is_told_of_its_error(exercise):
    def answer(*given):
        raise KeyError("a key of mine")

    if callable(reference(exercise)):
        verdict = judge(exercise, answer)
        assert verdict.status is Standing.NOT_YET
        assert "KeyError: 'a key of mine'" in verdict.message


@by_number
def test_hints_come_in_steps(exercise):
    assert len(set(exercise.hints)) == len(exercise.hints) >= FEWEST_HINTS


@by_number
def test_neither_hint_nor_message_gives_the_answer_away(exercise):
    code, values = telling_code(exercise), telling_values(exercise)
    assert code | values
    for text in told(exercise):
        assert [secret for secret in code if secret in without_spaces(text)] == [], text
        words = re.findall(r"[\w.-]*\w", re.sub(r"(?<=\d),(?=\d)", "", text.casefold()))
        assert [secret for secret in values if secret in words] == [], text


@by_number
def test_nobody_is_told_that_an_exercise_is_easy(exercise):
    texts = [exercise.title, exercise.praise, *told(exercise)]
    assert [text for text in texts if BANNED.search(text)] == []


@by_quiz
def test_a_quiz_has_four_to_six_questions_with_a_word_about_every_option(quiz):
    assert 4 <= len(quiz.questions) <= 6
    for question in quiz.questions:
        assert len(question.options) >= 3
        assert len({option.text for option in question.options}) == len(question.options)
        words = [option.why for option in question.options]
        assert len(set(words)) == len(words)
        assert min(map(len, words)) > SHORTEST_TELLING


@by_quiz
def test_the_key_of_a_question_is_one_of_its_options(quiz):
    assert all(0 <= question.right < len(question.options) for question in quiz.questions)


@by_quiz
def test_the_right_options_are_not_told_by_their_place_or_length(quiz):
    assert len({question.right for question in quiz.questions}) > 1
    longest = [max(question.options, key=lambda option: len(option.text)) for question in quiz.questions]
    pairs = zip(longest, quiz.questions, strict=True)
    assert not all(option is question.options[question.right] for option, question in pairs)


def test_whoever_always_takes_the_longest_the_shortest_or_one_letter_is_hardly_better_than_a_guess():
    questions = [question for quiz in QUIZZES for question in quiz.questions]
    guessed = sum(1 / len(question.options) for question in questions)  # right on average
    rules = {letter: [question.key == letter for question in questions] for letter in "abcd"}
    for name, extreme in {"longest": max, "shortest": min}.items():
        lengths = [[len(option.text) for option in question.options] for question in questions]
        rules[name] = [each[q.right] == extreme(each) for each, q in zip(lengths, questions, strict=True)]
    assert {name: sum(right) for name, right in rules.items() if sum(right) > 1.25 * guessed} == {}


@by_quiz
def test_nobody_is_told_that_a_question_is_easy(quiz):
    assert not BANNED.search(quiz.as_text() + quiz.as_html())


def test_a_check_leaves_the_random_numbers_of_gpus_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sown: list[int] = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", sown.append)
    teaching.load_bank(5).players(3)
    with random_numbers_kept(3):
        torch.rand(1)
    assert sown == []

"""What the judge makes of answers of every kind, on exercises small enough to see through."""

import dataclasses
import math
import sys
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from torch import Tensor, nn

from gancore.lessons import teaching
from gancore.lessons.diagnosing import told_terms
from gancore.lessons.exercises import Exercise, Mistake, redraw
from gancore.lessons.judging import Standing, judge
from gancore.lessons.probes import Call, Slopes, Value, drawn, whole


def draw(rng: torch.Generator) -> tuple:
    return torch.rand(whole(rng, 3, 6), whole(rng, 2, 4), generator=rng), whole(rng, 2, 4)


def powers(x: Tensor, power: int) -> Tensor:
    return (x**power).sum(1)


def first_column_only(x: Tensor, power: int) -> Tensor:
    return x[:, 0] ** power


POWERS = Exercise(
    number="99.1",
    title="Sums of powers",
    name="powers",
    probes=(
        Call("`powers` of one row", (torch.tensor([[1.0, 2.0]]), 2), [5.0]),
        *drawn("powers", draw, powers),
        Slopes(draw, powers, at=(0,)),
    ),
    mistakes=(
        Mistake(first_column_only, "One column."),
        Mistake(lambda x, power: x.sum(1) ** power, "Sum, then power."),
        Mistake(lambda x, power: (x**power).sum(1).log(), "A logarithm."),
    ),
    hints=("Think.", "Again."),
    praise="Right.",
)
TURNED = Exercise("99.0", "Turned", "turned", drawn("turned", lambda rng: (torch.ones(2),), lambda x: (
    x.float() @ torch.eye(2))), (), ("Think.",), "Right.")  # fmt: skip
ONE = Exercise("99.2", "One", "one", (Value(-0.5),), (), ("Count.",), "Counted.")
LOGS = Exercise("99.3", "Logarithms", "logs", (Value([math.log(2), math.log(3), 0.0], places=2),), (
    Mistake([1.0, 1.0, 0.0], "Both are off."), Mistake([math.log(2), math.log(3), 5.0], "The third entry is off.")),
    ("Count.",), "Counted.")  # fmt: skip


def said_of(exercise: Exercise, answer: object) -> str:
    verdict = judge(exercise, answer)
    assert verdict.status is Standing.NOT_YET
    return verdict.message


def test_what_a_known_mistake_warns_of_is_no_word_to_the_reader(recwarn):
    def warn(x, power):
        warnings.warn("sizes differ", UserWarning, stacklevel=1)
        return first_column_only(x, power)

    warned = dataclasses.replace(POWERS, mistakes=(Mistake(warn, "One column."),))
    assert said_of(warned, first_column_only) == "One column."
    assert list(recwarn) == []


NUMBERS = (
    -0.5,
    [-0.5],
    -0.5 + 0j,
    Decimal("-0.5"),
    Fraction(-1, 2),
    np.float32(-0.5),
    torch.tensor([-0.5]),
    torch.tensor([[-0.5]]).to_sparse(),
)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_may_come_in_any_form(number):
    assert judge(ONE, number).status is Standing.CORRECT


UNUSUAL = {
    "sparse": torch.eye(3).to_sparse(),
    "compressed": torch.eye(3).to_sparse_csr(),
    "meta": torch.empty(3, device="meta"),
    "nested": torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged),
    "quantised": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
    "complex": torch.ones(3) * 1j,
    "words": np.array(["a", "b"]),
    "objects": np.array([object()]),
    "module": nn.Linear(1, 1),
    "too large": Fraction(10**400),
    "its own": (lambda own: own.append(own) or own)([]),
    "coroutine": (value for value in range(3)),
}


@pytest.mark.parametrize("kind", UNUSUAL)
@pytest.mark.filterwarnings("ignore")
def test_an_unusual_result_is_a_sentence_and_no_error(kind):
    for answer, exercise in ((UNUSUAL[kind], ONE), (UNUSUAL[kind], LOGS), (lambda *given: UNUSUAL[kind], POWERS)):
        assert " at 0x" not in said_of(exercise, answer)


@pytest.mark.parametrize("leave", [sys.exit, lambda: exit(), lambda: exec("raise GeneratorExit")])
def test_an_answer_that_leaves_stays(leave):
    assert "stopped" in said_of(POWERS, lambda x, power: leave())


def test_the_exit_of_a_notebook_does_not_end_it_either():
    shell = InteractiveShell.instance()
    asked = []
    shell.ask_exit = lambda: asked.append(True)
    shell.user_ns["judge"], shell.user_ns["exercise"] = judge, POWERS
    try:
        assert shell.run_cell("def powers(x, power):\n    exit()\n\nv = judge(exercise, powers)").success
        assert "SystemExit" in shell.user_ns["v"].message
        assert asked == []
        shell.ask_exit()
        assert asked == [True], "the shell's own is back"
    finally:
        InteractiveShell.clear_instance()


def test_an_interrupt_is_the_readers_own():
    def answer(x: Tensor, power: int) -> Tensor:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(POWERS, answer)


def test_global_random_numbers_stay_as_they_were():
    def answer(x: Tensor, power: int) -> Tensor:
        return powers(x, power) + np.random.rand() + torch.rand(())

    np.random.seed(3)
    expected = np.random.rand(2)
    np.random.seed(3)
    judge(POWERS, answer)
    assert (np.random.rand(2) == expected).all()


@pytest.mark.parametrize("number", [7.1, " 7.1 ", "7.1"])
def test_a_number_of_an_exercise_needs_no_quotation_marks(number):
    assert teaching.check(number, None).number == "7.1"
    assert teaching.hint(number).heading.startswith("Exercise 7.1")
    assert teaching.solution(number).code


# Changed arguments and cut gradients


def test_an_answer_that_writes_into_an_argument_is_told_which_one():
    def answer(rows: Tensor, power: int) -> Tensor:
        result = powers(rows, power)
        rows[:, 0] = 0
        return result

    assert "but your function writes into `rows`" in said_of(POWERS, answer)
    assert "also writes into `rows`" in said_of(POWERS, lambda rows, power: rows.mul_(3).sum(1))


def test_an_answer_that_never_gives_anything_back_is_told_so():
    def in_place(rows: Tensor, power: int) -> None:
        rows.mul_(2)

    def breaks_off(rows: Tensor, power: int) -> None:
        assert len(rows) == 1

    assert said_of(POWERS, in_place).startswith("Your function writes into `rows` and gives nothing back:")
    assert said_of(POWERS, breaks_off).startswith("Your function gives nothing back:")
    assert said_of(POWERS, lambda x, power: None if len(x) == 1 else x).startswith("For some inputs")


def test_a_known_mistake_that_also_writes_is_told_the_mistake():
    def answer(x: Tensor, power: int) -> Tensor:
        x[:, 1:] = 0
        return powers(x, power)

    assert said_of(POWERS, answer) == "One column."


@pytest.mark.parametrize("cut", [Tensor.detach, lambda result: torch.tensor(result.tolist()), Tensor.numpy])
def test_a_right_number_without_gradient_is_told_so_where_one_is_wanted(cut):
    assert "only numbers" in said_of(POWERS, lambda x, power: cut(powers(x, power)))
    total = Exercise("99.4", "T", "t", (Slopes(draw, lambda x, k: powers(x, k).sum(), at=(0,)),), (), ("Sum.",), "!")
    assert "it is only a number" in said_of(total, lambda x, power: cut(powers(x, power).sum()))
    assert "part of how" in said_of(POWERS, lambda x, power: powers(x, power) / 2 + powers(x, power).detach() / 2)
    assert "one PyTorch tensor" in said_of(POWERS, lambda x, power: list(powers(x, power)))


# Known mistakes


def test_a_mistake_is_known_up_to_the_rounding_of_another_way():
    assert said_of(POWERS, lambda x, power: 1.0005 * powers(x, power).log()) == "A logarithm."


def test_a_mistake_is_known_where_the_gradient_is_cut_as_well():
    assert said_of(POWERS, lambda x, power: first_column_only(x, power).detach()) == "One column."


def test_a_mistake_is_known_where_an_edge_case_breaks_off_as_well():
    def answer(x: Tensor, power: int) -> Tensor:
        assert len(x) > 1
        return first_column_only(x, power)

    assert said_of(POWERS, answer) == "One column."


def test_what_goes_wrong_once_is_not_called_what_goes_wrong_always():
    def answer(x: Tensor, power: int) -> Tensor:
        return first_column_only(x, power) if len(x) == 1 else powers(x, power)

    assert said_of(POWERS, answer) == "`powers` of one row gives `[1]`, and `[5]` is right."


def test_a_mistake_in_an_entry_of_a_list_is_known_whatever_the_others_are():
    assert said_of(LOGS, [7.0, ..., 5]) == "The third entry is off."
    assert said_of(LOGS, [1, 1, 9]) == "Both are off."
    assert said_of(LOGS, [1, ..., ...]) == "Both are off."


def test_what_goes_wrong_in_some_entries_is_told_where_one_mistake_alone_explains_it():
    assert said_of(LOGS, [1.0, math.log(3), 0]) == "Entry 1 of 3 is too large. Both are off."


def test_an_entry_that_is_no_number_is_no_infinity():
    right, mistake = (Value([1.5, 0.0]),), (Mistake([1.5, math.inf], "You divided by zero."),)
    exercise = Exercise("99.5", "Two", "two", right, mistake, ("Count.",), "Counted.")
    assert said_of(exercise, [1.5, math.inf]) == "You divided by zero."
    assert said_of(exercise, [1.5, math.nan]) == "Entry 2 of 2 is not a finite number."


def test_a_network_in_the_place_of_the_function_that_builds_it_is_told_so():
    said = said_of(POWERS, nn.Linear(1, 1))
    assert said.endswith("Your answer is a network: where a function is asked for that builds one, hand over that "
                         "function, without parentheses.")  # fmt: skip
    assert "network" not in said_of(POWERS, lambda x, power: nn.Linear(1, 1)(x, power))


def test_a_readers_own_default_type_changes_nothing_of_what_is_asked():
    torch.set_default_dtype(torch.float64)
    try:
        verdicts = judge(POWERS, powers), judge(TURNED, lambda x: torch.eye(2) @ x)
        assert torch.get_default_dtype() is torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert [verdict.status for verdict in verdicts] == [Standing.CORRECT] * 2


def test_an_answer_that_prints_is_told_to_return():
    assert "prints, and gives nothing back" in said_of(POWERS, lambda x, power: print(powers(x, power)))


# What is said


def test_empty_entries_are_counted():
    assert said_of(LOGS, [math.log(2), ..., ...]) == "Entries 2 and 3 of 3 are still empty."
    assert said_of(LOGS, [0.2, ..., 0]) == "Entry 1 of 3 is too small. Entry 2 of 3 is still empty."
    assert said_of(LOGS, ["0.69", "x", 0]) == (
        "Entry 1 of 3 is written as text: leave out the quotation marks. Entry 2 of 3 is not a number yet."
    )
    assert "Leave out the quotation marks" in said_of(ONE, "-0.5")


def test_a_number_may_be_rounded_as_far_as_the_exercise_says():
    assert judge(LOGS, [0.69, 1.10, 0]).status is judge(LOGS, [0.693, 1.099, 0.0]).status is Standing.CORRECT
    assert said_of(LOGS, [0.7, 1.10, 0]).startswith("Entry 1 of 3")


PATTERNS = {
    "opposite sign": lambda right: -right,
    "twice what is right": lambda right: 2 * right,
    "logarithms of base 2": lambda right: right / math.log(2),
    "3 times": lambda right: 3 * right,
    "1 minus what is right": lambda right: 1 - right,
    "too large by 7": lambda right: right + 7,
    "square root": lambda right: right.sqrt(),
    "only their shape": lambda right: right[:, None],
    "off by very little": lambda right: right.half(),
    "in reverse order": lambda right: right.flip(0),
    "in other places": lambda right: right.roll(1),
    "The first one is missing": lambda right: right[1:],
    "The last one is too many": lambda right: torch.cat([right, right[:1]]),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_in_all_wrong_numbers_is_told(pattern):
    exercise = Exercise("99.4", "P", "p", drawn("powers", draw, powers), (), ("Think.",), "Right.")
    assert pattern in said_of(exercise, lambda x, power: PATTERNS[pattern](powers(x, power)))


def test_a_column_is_a_matter_of_shape_where_one_call_gives_a_single_number_too():
    assert said_of(POWERS, lambda x, power: powers(x, power)[:, None]).endswith("and only their shape is not.")


def test_a_column_that_is_nearly_right_is_not_called_right():
    said = said_of(POWERS, lambda x, power: powers(x, power)[:, None] * 1.0005)
    assert said.endswith("gives numbers of shape (1, 1), and should give numbers of shape (1,).")


def test_numbers_that_are_nearly_right_are_not_called_rounded_where_the_same_is_added():
    exercise = Exercise("99.4", "P", "p", drawn("p", draw, lambda x, k: 300 + powers(x, k)), (), ("Think.",), "!")
    assert said_of(exercise, lambda x, k: 300.1 + powers(x, k)).endswith("Every number is too large by 0.1.")


def test_a_fraction_that_is_lost_is_not_called_a_lost_sign():
    exercise = Exercise("99.4", "P", "p", drawn("p", draw, lambda x, k: 500 + 9 * powers(x, k)), (), ("Think.",), "!")
    assert said_of(exercise, lambda x, k: (500 + 9 * powers(x, k)).floor()).endswith("its fraction is lost.")


def test_a_single_number_is_no_pattern():
    exercise = Exercise("99.5", "P", "p", (Call("`p(2)`", (2.0,), 4.0),), (), ("Think.",), "Right.")
    assert said_of(exercise, lambda x: 3 * x) == "`p(2)` gives `6`, and `4` is right."


def test_the_arguments_of_a_drawn_call_are_told():
    probes = drawn("scaled", lambda rng: (torch.tensor([1.0, 0.5]), torch.ones(3, 4), 3), lambda x, y, k: k * x)
    exercise = Exercise("99.6", "S", "scaled", probes, (), ("Think.",), "Right.")
    said = said_of(exercise, lambda x, y, k: x)
    assert said.startswith("`scaled([1.0, 0.5], tensor of shape (3, 4), 3)` gives `[1, 0.5]`, and `[3, 1.5]` is right.")


def test_chance_in_an_answer_is_told():
    assert "there is chance in it" in said_of(POWERS, lambda x, power: powers(x, power) + torch.randn(len(x)))


def test_a_number_that_is_none_is_told_and_is_no_root_of_a_mistake():
    x, y = torch.tensor([2.0, 3.0]), torch.tensor([4.0, 5.0])
    probes = Call("`p(x)`", (x,), x.log()), Call("`p(y)`", (y,), y.log())
    mistakes = (Mistake(lambda x: -x.log(), "You turned it."),)
    exercise = Exercise("99.7", "P", "p", probes, mistakes, ("Think.",), "Right.")
    of = "comes of the logarithm or the root of a number below 0, of 0 / 0, or of infinities."
    assert said_of(exercise, lambda x: x * math.nan).endswith(f" is right. `nan` {of}")
    assert said_of(exercise, lambda x: (3.5 - x).log()).endswith(f"With other numbers it gives `nan`, which {of}")


WITHOUT_A_SAY = {
    "`power` has no say": lambda x, power: x.exp().sum(1) + 3,
    "Of each row of `x` only the first number": lambda x, power: x[:, 0].exp() ** power,
    "Of each row of `x` only the last number": lambda x, power: x[:, -1].exp() ** power,
}


@pytest.mark.parametrize("said", WITHOUT_A_SAY)
def test_an_argument_that_changes_nothing_is_told(said):
    def draw_floats(rng: torch.Generator) -> tuple:
        return torch.rand(whole(rng, 3, 6), whole(rng, 2, 4), generator=rng), 1 + 2 * float(
            torch.rand(1, generator=rng)
        )

    exercise = Exercise("99.8", "P", "p", drawn("powers", draw_floats, powers), (), ("Think.",), "Right.")
    assert said in said_of(exercise, WITHOUT_A_SAY[said])


UNSEEN = {
    "a dictionary": lambda x, power: {"sums": powers(x, power)},
    "a set": lambda x, power: set(powers(x, power).tolist()),
    "complex": lambda x, power: powers(x, power) * 1j,
    "a tuple with one": lambda x, power: (3.0, iter(powers(x, power))),
    "nothing": lambda x, power: x if len(x) == 1 else None,
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_nobody_is_told_that_an_argument_has_no_say_in_what_cannot_be_compared(kind):
    assert "say" not in said_of(POWERS, UNSEEN[kind])


def draw_classes(rng: torch.Generator) -> tuple:
    count, labels = whole(rng, 6, 9), torch.tensor([0, 1, 2])
    labels = torch.cat([labels, torch.randint(3, (count - 3,), generator=rng)])
    way = 1 + float(torch.rand((), generator=rng))
    return torch.randn(count, 2, generator=rng), labels, torch.randn(3, 2, generator=rng), way, [way, 2.0]


def of_classes(x, labels, table, way, ways):
    return (x * table[labels]).sum(1) ** 3 * way + sum(ways)


WITH_A_SAY = {  # in ways that do not show when numbers are stretched and labels shuffled
    "signs of `x`": lambda x, labels, table, way, ways: (x > 0).double().sum(1) + table.exp().sum(),
    "how often `labels` come": lambda x, labels, table, way, ways: x.exp().sum(1) * labels.bincount().max(),
    "another row of `table`": lambda x, labels, table, way, ways: x.exp() @ table[labels[0]],
    "the sign of `way`": lambda x, labels, table, way, ways: (x * table[labels]).exp().sum(1) * (way > 0),
    "the signs of `ways`": lambda x, labels, table, way, ways: way * (x * table[labels]).exp().sum(1) * (ways[0] > 0),
}


@pytest.mark.parametrize("what", WITH_A_SAY)
def test_what_has_a_say_after_all_is_not_said_to_have_none(what):
    exercise = Exercise("99.8", "C", "c", drawn("c", draw_classes, of_classes), (), ("Think.",), "Right.")
    name = what.split()[-1] if what.endswith("`") else what.split()[2]
    assert name not in said_of(exercise, WITH_A_SAY[what])


def test_a_network_whose_signs_alone_count_is_not_said_to_have_no_say():
    def draw_network(rng: torch.Generator) -> tuple:
        network = nn.Linear(1, 4, bias=False)
        with torch.no_grad():
            network.weight.copy_(torch.randn(4, 1, generator=rng))
        return network, 1 + torch.rand(5, 1, generator=rng)

    probes = drawn("n", draw_network, lambda network, x: network(x).square().sum(1))
    exercise = Exercise("99.8", "N", "n", probes, (), ("Think.",), "Right.")
    assert "`network`" not in said_of(exercise, lambda network, x: x[:, 0] * (network(x) > 0).double().sum(1))
    assert "`network` has no say" in said_of(exercise, lambda network, x: x[:, 0].exp())


def draw_rows(rng: torch.Generator) -> tuple:
    shape = whole(rng, 3, 6), whole(rng, 2, 9)
    return torch.randn(shape, generator=rng), 3 + torch.rand(shape, generator=rng), float(torch.rand((), generator=rng))


def distance(x, y, power):
    return (x - 2 * y - 1).abs().mean() ** (1 + power)


MADE_OF_IT = {
    "too large as `x` has entries": lambda x, y, power: distance(x, y, power) * len(x),
    "too large as `x` has numbers:": lambda x, y, power: distance(x, y, power) * x.numel(),
    "too small as `x` has numbers in each": lambda x, y, power: distance(x, y, power) / x.shape[1],
    "too large by the root of how many entries `x` has": lambda x, y, power: distance(x, y, power) * len(x) ** 0.5,
    "right with `x` and `y` exchanged": lambda x, y, power: distance(y, x, power),
    "right if the numbers of `y` had the opposite sign": lambda x, y, power: distance(x, -y, power),
    "right for the square of `power`": lambda x, y, power: distance(x, y, power**2),
    "right if the signs of `x` were lost": lambda x, y, power: distance(x.abs(), y, power),
}


@pytest.mark.parametrize("said", MADE_OF_IT)
def test_a_result_that_is_made_of_what_is_right_is_told_how(said):
    exercise = Exercise("99.8", "D", "d", drawn("distance", draw_rows, distance), (), ("Think.",), "Right.")
    assert said in said_of(exercise, MADE_OF_IT[said])
    assert not any(each in said_of(exercise, lambda x, y, power: distance(x + y, y, power)) for each in MADE_OF_IT)


def high(x, power, more=0.0):
    found = powers(x, power)
    return found > found.mean() + more


MARKS = {
    "more besides": lambda x, power: high(x, power, -0.3),
    "some is missing": lambda x, power: high(x, power, 0.3),
    "the places of what is true": lambda x, power: high(x, power).nonzero().flatten(),
}


@pytest.mark.parametrize("said", MARKS)
def test_truth_values_that_are_wrong_in_one_direction_are_told_so(said):
    probes = drawn("high", draw, high, times=6)
    exercise = Exercise("99.8", "H", "high", probes, (), ("Think.",), "Right.")
    assert said in said_of(exercise, MARKS[said])


def test_a_list_of_numbers_without_a_say_is_told():
    def draw_list(rng: torch.Generator) -> tuple:
        return torch.rand(3, generator=rng), torch.rand(4, generator=rng).tolist()

    probes = drawn("p", draw_list, lambda x, y: x.sum() ** y[0] + sum(y))
    exercise = Exercise("99.8", "P", "p", probes, (), ("Think.",), "Right.")
    assert "`y` has no say" in said_of(exercise, lambda x, y: x.exp().sum() + 3)


def draw_pair(rng: torch.Generator) -> tuple:
    return torch.randn(4, generator=rng), torch.rand(4, generator=rng)


TERMS = {
    "the line": lambda x, y: x,
    "the square": lambda x, y: x**2 * y,
    "the constant": lambda x, y: torch.full_like(x, 2),
}
SUM = Exercise(
    number="99.9",
    title="Sum",
    name="s",
    probes=drawn("s", draw_pair, lambda x, y: x + x**2 * y + 2),
    mistakes=(),
    hints=("Think.",),
    praise="Right.",
    diagnose=lambda cases: told_terms(cases, TERMS),
)


def test_terms_in_wrong_amounts_are_told():
    assert "Of the terms of the formula, the line has the wrong sign." in said_of(SUM, lambda x, y: 2 + x**2 * y - x)
    assert "the square counts twice and the constant is missing." in said_of(SUM, lambda x, y: x + 2 * x**2 * y)
    assert "the constant counts 1.75 times." in said_of(SUM, lambda x, y: x + x**2 * y + 3.5)
    assert "terms" not in said_of(SUM, lambda x, y: x + (x * y) ** 2 + 2)


def test_of_several_results_the_first_wrong_one_is_told():
    probes = (Call("`both(1, 2)`", (1.0, torch.tensor([2.0, 4.0])), (1.0, torch.tensor([2.0, 4.0]))),)
    exercise = Exercise("99.7", "B", "both", probes, (), ("Think.",), "Right.")
    assert judge(exercise, lambda x, y: [x, y]).status is Standing.CORRECT
    assert said_of(exercise, lambda x, y: (x, 2 * y)) == (
        "`both(1, 2)`: the second of its 2 results is `[4, 8]`, and `[2, 4]` is right. Every number is twice what is "
        "right."
    )
    assert said_of(exercise, lambda x, y: (x, ...)) == "`both(1, 2)`: the second of its 2 results is still empty."
    assert said_of(exercise, lambda x, y: y).endswith("and 2 results are asked for, in the order of the text.")


def test_an_exercise_can_be_made_with_other_numbers():
    again = redraw(POWERS, 7)
    assert judge(again, powers).status is Standing.CORRECT
    assert said_of(again, first_column_only) == "One column."
    assert not torch.equal(POWERS.probes[1].call.arguments[0][0, :2], again.probes[1].call.arguments[0][0, :2])

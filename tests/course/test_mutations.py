"""The reference answer of an exercise with anything left out, swapped or frozen is refused.

A mutant that gives back what the reference does, always, is no mistake: `EQUIVALENT` names it and says why. It must
pass then, so that no entry outlives its reason.
"""

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import pytest
import torch
from helpers.exercises import EXERCISES, reference
from torch import Tensor, nn

from gancore.lessons.comparing import tidy
from gancore.lessons.exercises import Exercise, redraw
from gancore.lessons.judging import Standing, judge, passes
from gancore.lessons.probes import Slopes

SHORTEST_MESSAGE = 10  # characters
ANY_ORDER = "draws are as good in any order"
EQUIVALENT = {
    "2.4": {"result turned by one": ANY_ORDER},
    "2.5": {
        "result turned by one": ANY_ORDER,
        "result first entry for the last": "one label of thousands: nobody can tell that it was not drawn",
    },
    "3.1": {
        "result turned by one": ANY_ORDER,
        "result first entry for the last": "one draw of thousands: nobody can tell that it was not drawn",
    },
    "3.5": {"mean_q and mean_p swapped": "it is the square of their difference that comes in"},
    "4.3": {"p and q swapped": "the divergence is symmetric"},
    "5.3": {"always the same": "it gives back nothing, and plays a round each time"},
    "10.1": {
        "result turned by one": "the hundred are as good in any order",
        "result first entry for the last": "eleven of one class and nine of another still score enough",
        "logits without its first coordinate": "a logit of 0 is still the highest, for all others are below it",
        "logits without its last coordinate": "a logit of 0 is still the highest, for all others are below it",
    },
    "10.2": {
        "cov_a and cov_b swapped": "the distance is symmetric in the covariances alone",
        "mean_a and mean_b swapped": "the distance is symmetric in the means alone",
    },
    "11.2": {
        "z with its first row for its last": "one sample of hundreds",
        "thickness with its first row for its last": "one sample of hundreds",
    },
    "13.2": {"result turned by one": "examples to train on are as good in any order"},
    "16.1": {"on_fake and on_wrong swapped": "the two kinds of pairs that do not fit count the same"},
}

Change = Callable[[Any], Any]  # a changed copy, or None where there is nothing to change


class Mutant:
    """The reference, changed. `applied` says whether the change has made a difference to any call."""

    def __init__(self, reference: Callable) -> None:
        self.reference, self.applied = reference, False

    def put_in(self, given: list, place: int, change: Change) -> None:
        """Change the argument at `place` where `change` can."""
        changed = change(given[place])
        if changed is not None and differs(changed, given[place]):
            given[place], self.applied = changed, True


class OnArguments(Mutant):
    """The same `change` at each of these places."""

    def __init__(self, reference: Callable, places: tuple[int, ...], change: Change) -> None:
        super().__init__(reference)
        self.places, self.change = places, change

    def __call__(self, *given: Any) -> Any:
        given = list(given)
        for place in self.places:
            self.put_in(given, place, self.change)
        return self.reference(*given)


class Frozen(Mutant):
    """The argument at `place` stays what it was in the first call."""

    def __init__(self, reference: Callable, place: int) -> None:
        super().__init__(reference)
        self.place, self.first = place, None

    def __call__(self, *given: Any) -> Any:
        given = list(given)
        self.first = copy.deepcopy(given[self.place]) if self.first is None else self.first
        self.put_in(given, self.place, lambda _: self.first)
        return self.reference(*given)


class Swapped(Mutant):
    """Two arguments of one kind have changed places."""

    def __init__(self, reference: Callable, first: int, second: int) -> None:
        super().__init__(reference)
        self.first, self.second = first, second

    def __call__(self, *given: Any) -> Any:
        given = list(given)
        one, two = given[self.first], given[self.second]
        if type(one) is type(two) and differs(one, two):
            given[self.first], given[self.second], self.applied = two, one, True
        return self.reference(*given)


class OnResult(Mutant):
    def __init__(self, reference: Callable, change: Change) -> None:
        super().__init__(reference)
        self.change = change

    def __call__(self, *given: Any) -> Any:
        result = self.reference(*given)
        changed = self.change(result)
        if changed is None or not differs(changed, result):
            return result
        self.applied = True
        return changed


class Constant(Mutant):
    """Whatever it is asked, it gives back what was right in the first call."""

    first = None

    def __call__(self, *given: Any) -> Any:
        self.applied = True
        self.first = self.reference(*given) if self.first is None else self.first
        return self.first


class Returned(Mutant):
    """Its own argument."""

    def __init__(self, reference: Callable, place: int) -> None:
        super().__init__(reference)
        self.place = place

    def __call__(self, *given: Any) -> Any:
        self.applied = True
        return given[self.place]


class WrittenInto(Mutant):
    """Right, and the argument at `place` is zero afterwards."""

    def __init__(self, reference: Callable, place: int) -> None:
        super().__init__(reference)
        self.place = place

    def __call__(self, *given: Any) -> Any:
        result = copy.deepcopy(self.reference(*given)) if not wants_gradient(given) else self.reference(*given)
        if isinstance(given[self.place], Tensor) and not wants_gradient(given) and bool(given[self.place].any()):
            given[self.place].zero_()
            self.applied = True
        return result


class Remembered:
    """A reference answer that gives back at once what it has given back for equal arguments; one that draws random
    numbers is asked each time.

    Most mutants leave most calls as they are, and to read a hundred pictures takes long.
    """

    def __init__(self, reference: Callable) -> None:
        self.reference, self.known = reference, {}

    def __call__(self, *given: Any) -> Any:
        key = content(given)
        if key not in self.known:
            before = torch.get_rng_state()
            result = self.reference(*given)
            if not torch.equal(before, torch.get_rng_state()):
                return result
            self.known[key] = result
        return copy.deepcopy(self.known[key])


def content(value: Any) -> Any:
    """What is equal for equal numbers, tensors, networks, lists and dictionaries; all else is equal to itself alone."""
    if isinstance(value, Tensor):
        return value.shape, value.dtype, value.detach().numpy().tobytes()
    if isinstance(value, (list, tuple)):
        return type(value), *map(content, value)
    if isinstance(value, nn.Module):
        return type(value), content(value.state_dict())
    return tuple((name, content(part)) for name, part in value.items()) if isinstance(value, dict) else value


def wants_gradient(given: tuple) -> bool:
    return any(isinstance(each, Tensor) and each.requires_grad for each in given)


def differs(one: Any, two: Any) -> bool:
    if isinstance(one, Tensor) and isinstance(two, Tensor):
        return one.requires_grad != two.requires_grad or one.shape != two.shape or not torch.equal(one, two)
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) != len(two) or any(map(differs, one, two))
    return one is not two and (type(one) is not type(two) or bool(one != two))


# What can be changed of a number, a tensor or a list


def like_zero(value: Any) -> Any:
    if isinstance(value, Tensor):
        return torch.zeros_like(value)
    return type(value)(0) if isinstance(value, (int, float)) else None


def like_one(value: Any) -> Any:
    if isinstance(value, Tensor):
        return torch.ones_like(value)
    return type(value)(1) if isinstance(value, (int, float)) else None


def without_first_row(value: Any) -> Any:
    return value[1:] if has_rows(value) else None


def without_last_row(value: Any) -> Any:
    return value[:-1] if has_rows(value) else None


def first_row_for_last(value: Any) -> Any:
    """The first row in place of the last one as well."""
    if not has_rows(value):
        return None
    return torch.cat([value[:-1], value[:1]]) if isinstance(value, Tensor) else type(value)([*value[:-1], value[0]])


def has_rows(value: Any) -> bool:
    if isinstance(value, Tensor) and value.ndim == 0:
        return False
    return isinstance(value, (Tensor, list, tuple)) and len(value) > 1


def turned(value: Any) -> Any:
    """The last entry comes first, and all others one place later."""
    if not has_rows(value):
        return None
    return value.roll(1, 0) if isinstance(value, Tensor) else type(value)([value[-1], *value[:-1]])


def zero_coordinate(at: int) -> Change:
    def change(value: Any) -> Any:
        if not isinstance(value, Tensor) or value.ndim < 2 or value.shape[-1] < 2:
            return None
        changed = value.clone()
        changed[..., at] = 0
        return changed

    return change


def is_classes(value: Any) -> bool:
    return isinstance(value, Tensor) and value.dtype == torch.int64 and value.ndim == 1


def zero_for_one(value: Any) -> Any:
    """Class 0 is taken for class 1."""
    return value.clamp(min=1) if is_classes(value) else None


def last_for_first(value: Any) -> Any:
    """The last class is taken for class 0."""
    return torch.where(value == value.max(), 0, value) if is_classes(value) else None


def on_numbers(change: Change) -> Change:
    """`change` of a tensor of floats, a number or a list of numbers."""

    def changed(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            parts = [changed(part) for part in value]
            return None if any(part is None for part in parts) else type(value)(parts)
        return change(value) if is_number(value) else None

    return changed


def is_number(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.dtype is not torch.bool
    return isinstance(value, (int, float)) and not isinstance(value, bool)


ON_ARGUMENTS: dict[str, Change] = {
    "zero": like_zero,
    "one": like_one,
    "without its first row": without_first_row,
    "without its last row": without_last_row,
    "with its first row for its last": first_row_for_last,
    "without its first coordinate": zero_coordinate(0),
    "without its last coordinate": zero_coordinate(-1),
    "with class 0 taken for 1": zero_for_one,
    "with the last class taken for 0": last_for_first,
}
ON_RESULTS: dict[str, Change] = {
    "negated": on_numbers(lambda number: -number),
    "doubled": on_numbers(lambda number: 2 * number),
    "one more": on_numbers(lambda number: number + 1),
    "without its last entry": without_last_row,
    "turned by one": turned,
    "first entry for the last": first_row_for_last,
}


def mutants(exercise: Exercise) -> Iterator[tuple[str, Any]]:
    """Every mutant of the reference answer of an exercise that asks for a function, with a name."""
    right = reference(exercise)
    names = list(inspect.signature(right).parameters)
    if any(isinstance(tidy(probe.right), str) for probe in exercise.probes):
        right = Remembered(right)
    for place, name in enumerate(names):
        for what, change in ON_ARGUMENTS.items():
            yield f"{name} {what}", OnArguments(right, (place,), change)
        yield f"{name} as in the first call", Frozen(right, place)
        yield f"{name} returned", Returned(right, place)
        yield f"{name} written into", WrittenInto(right, place)
    for what in ("without its first coordinate", "without its last coordinate"):
        yield f"everything {what}", OnArguments(right, tuple(range(len(names))), ON_ARGUMENTS[what])
    for one, two in combinations(range(len(names)), 2):
        yield f"{names[one]} and {names[two]} swapped", Swapped(right, one, two)
    for what, change in ON_RESULTS.items():
        yield f"result {what}", OnResult(right, change)
    yield "always the same", Constant(right)
    if any(isinstance(probe, Slopes) for probe in exercise.probes):
        yield "without gradient", OnResult(right, lambda result: result.detach())


def mutant_values(exercise: Exercise) -> Iterator[tuple[str, Any]]:
    """The reference answer of an exercise that asks for a value, with one thing changed."""
    right = reference(exercise)
    if isinstance(right, (list, tuple)):
        for place, entry in enumerate(right):
            for what, change in ON_RESULTS.items():
                changed = change(entry)
                if changed is not None and differs(changed, entry):
                    yield f"entry {place + 1} {what}", [*right[:place], changed, *right[place + 1 :]]
            yield f"without entry {place + 1}", [*right[:place], *right[place + 1 :]]
        for one, two in combinations(range(len(right)), 2):
            if differs(right[one], right[two]):
                swapped = list(right)
                swapped[one], swapped[two] = swapped[two], swapped[one]
                yield f"entries {one + 1} and {two + 1} swapped", swapped
        return
    for what, change in ON_RESULTS.items():
        changed = change(right)
        if changed is not None and differs(changed, right):
            yield what, changed
    yield "nothing", ""


def survivors(exercise: Exercise, is_right: Callable[[Exercise, Any], bool] = passes) -> set[str]:
    """The names of all mutants that pass though they differ from the reference."""
    if not callable(reference(exercise)):
        return {name for name, mutant in mutant_values(exercise) if is_right(exercise, mutant)}
    return {name for name, mutant in mutants(exercise) if is_right(exercise, mutant) and mutant.applied}


def by_exercise(exercises: Sequence[Exercise]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("exercise", exercises, ids=[exercise.number for exercise in exercises])


OF_NUMBERS = {exercise.number for exercise in EXERCISES if any(hasattr(probe, "seed") for probe in exercise.probes)}


@by_exercise(EXERCISES)
def test_the_reference_with_anything_left_out_or_swapped_is_refused_and_told_why(exercise):
    def is_right(exercise: Exercise, mutant: Any) -> bool:
        verdict = judge(exercise, mutant)
        assert len(verdict.message) > SHORTEST_MESSAGE
        return verdict.status is Standing.CORRECT

    assert survivors(exercise, is_right) == set(EQUIVALENT.get(exercise.number, {}))


@by_exercise([exercise for exercise in EXERCISES if exercise.number in OF_NUMBERS])
def test_so_it_is_with_other_numbers(exercise):
    assert survivors(redraw(exercise, 1)) == set(EQUIVALENT.get(exercise.number, {}))


@by_exercise([exercise for exercise in EXERCISES if exercise.number in OF_NUMBERS])
def test_the_reference_passes_with_other_numbers(exercise):
    assert passes(redraw(exercise, 1), reference(exercise))
    assert passes(redraw(exercise, 2), reference(exercise, another_way=True))


def test_every_equivalent_mutant_has_its_reason():
    assert set(EQUIVALENT) <= {exercise.number for exercise in EXERCISES}
    assert [reason for reasons in EQUIVALENT.values() for reason in reasons.values() if len(reason) < 10] == []

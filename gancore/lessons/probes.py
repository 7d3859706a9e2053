"""The questions that an exercise puts to an answer, each with what must come back."""

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from warnings import catch_warnings

import torch
from torch import Tensor, nn

from gancore.errors import GancoreError
from gancore.lessons.comparing import Changed, Cut, fits, shape, tidy
from gancore.lessons.wording import direction_of_error, kind, told_call, told_difference

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


class WrongKind(GancoreError):
    """An answer that no probe can be put to; the sentence is said to the reader as it is."""


class Probe(Protocol):
    """One question put to an answer, and what must come back.

    A probe that depends on chance has a field `seed`, so that an exercise can be made with other numbers.
    """

    @property
    def right(self) -> Any: ...

    def ask(self, answer: Any) -> Any: ...

    def complain(self, result: Any) -> str:
        """A sentence about a tidy `result` that is not right."""
        ...


@dataclass(frozen=True)
class Value:
    """The answer is a number, a list of numbers, a tensor or a text, and is itself asked for.

    `places` is after how many decimal places a rounded number still counts as right; None asks for all of them.
    Its complaint never says what is right: a reader who is told the number has no exercise left.
    """

    right: Any
    places: int | None = None

    def ask(self, answer: Any) -> Any:
        if callable(answer):
            raise WrongKind("This exercise asks for a value, and your answer is a function.")
        return self.unrounded(tidy(answer), tidy(self.right))

    def unrounded(self, result: Any, right: Any) -> Any:
        """`result` with the full number wherever it is the right one, rounded as far as the exercise allows."""
        if self.places is None or not isinstance(right, Tensor) or shape(result)[:1] != shape(right)[:1]:
            return result
        if right.ndim:
            return [self.unrounded(one, two) for one, two in zip(result, right, strict=True)]
        close = isinstance(result, Tensor) and bool((result - right).abs() <= 0.51 * 10.0**-self.places)
        return right if close else result

    def complain(self, result: Any) -> str:
        right = tidy(self.right)
        if isinstance(right, str):
            return f"`{result}` is not it." if isinstance(result, str) else "A text in quotation marks is asked for."
        if right.ndim == 0:
            return complain_of_number(result, right)
        if not isinstance(result, (Tensor, tuple)) or len(shape(result)) != 1 or len(result) != len(right):
            return f"A list of {len(right)} numbers is asked for."
        return complain_of_entries(list(result), list(right))


def complain_of_number(result: Any, right: Tensor) -> str:
    if isinstance(result, str):
        if is_number(result):
            return f"`{result}` is written as a text. Leave out the quotation marks, so that it is a number."
        return f"`{result}` is a text, and a number is asked for."
    if not isinstance(result, Tensor) or result.numel() != 1:
        return "A single number is asked for."
    return f"Your number is {direction_of_error(result.reshape(()), right)}."


def complain_of_entries(entries: list, right: list) -> str:
    """About a list of the right length: which entries are missing, and how the first wrong one is off."""
    count, numbered = len(right), list(enumerate(zip(entries, right, strict=True), start=1))
    wrong = [
        (place, entry, two) for place, (entry, two) in numbered if isinstance(entry, Tensor) and not fits(entry, two)
    ]
    empty = [place for place, (entry, _) in numbered if entry is None]
    texts = [place for place, (entry, _) in numbered if isinstance(entry, str) and is_number(entry)]
    others = [place for place, (entry, _) in numbered if not isinstance(entry, Tensor) and place not in empty + texts]
    said = [f"Entry {place} of {count} is {direction_of_error(entry, two)}." for place, entry, two in wrong[:1]]
    said += [f"{listed(texts)} of {count} {be(texts)} written as text: leave out the quotation marks."] if texts else []
    said += [f"{listed(others)} of {count} {be(others)} not a number yet."] if others else []
    said += [f"{listed(empty)} of {count} {be(empty)} still empty."] if empty else []
    return " ".join(said)


def listed(places: list[int]) -> str:
    """ "Entry 2", or "Entries 2 and 4"."""
    *first, last = map(str, places)
    return f"Entries {', '.join(first)} and {last}" if first else f"Entry {last}"


def be(places: list[int]) -> str:
    return "are" if len(places) > 1 else "is"


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Call:
    """The answer is a function, and is called with copies of `arguments`; `asked` says that in code or words.

    An answer that writes into one of them, or lets it ask for gradients, is told so, however right its result is.
    """

    asked: str
    arguments: tuple
    right: Any

    def ask(self, answer: Any) -> Any:
        return call(answer, self.arguments)

    def complain(self, result: Any) -> str:
        right = tidy(self.right)
        if isinstance(right, tuple):
            return complain_of_parts(self.asked, result, right)
        if type(result) is not type(right) or shape(result) != shape(right):
            return f"{self.asked} gives {kind(result)}, and should give {kind(right)}."
        return f"{self.asked} gives {told_difference(result, right)} is right."


def complain_of_parts(asked: str, result: Any, right: tuple) -> str:
    """About a function that gives several results: how many are asked for, or which is the first wrong one."""
    if not isinstance(result, tuple) or len(result) != len(right):
        found = f"{len(result)} results" if isinstance(result, tuple) and len(result) > 1 else kind(result)
        return f"{asked} gives {found}, and {len(right)} results are asked for, in the order of the text."
    place = next(place for place, (one, two) in enumerate(zip(result, right, strict=True)) if not fits(one, two))
    one, two = result[place], right[place]
    which = f"{asked.removesuffix(',')}: the {ORDINALS[place]} of its {len(right)} results"
    if one is None:
        return f"{which} is still empty."
    if type(one) is not type(two) or shape(one) != shape(two):
        return f"{which} is {kind(one)}, and should be {kind(two)}."
    return f"{which} is {told_difference(one, two)} is right."


@dataclass(frozen=True)
class Drawn:
    """A call with arguments that `make` draws from a generator of random numbers seeded with `seed`.

    What is right is what `reference` says; `name` is what the reader's code calls the answer.
    """

    name: str
    make: Callable[[torch.Generator], tuple]
    reference: Callable
    seed: int = 0

    @cached_property
    def call(self) -> Call:
        arguments = self.make(torch.Generator().manual_seed(self.seed))
        return Call(told_call(self.name, arguments), arguments, self.reference(*copy.deepcopy(arguments)))

    @property
    def right(self) -> Any:
        return self.call.right

    def ask(self, answer: Any) -> Any:
        return self.call.ask(answer)

    def complain(self, result: Any) -> str:
        return self.call.complain(result)


def drawn(
    name: str, make: Callable[[torch.Generator], tuple], reference: Callable, times: int = 3
) -> tuple[Drawn, ...]:
    """So many calls with arguments that `make` draws, each time others."""
    return tuple(Drawn(name, make, reference, seed) for seed in range(times))


def whole(rng: torch.Generator, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included: a size to draw arguments of."""
    return int(torch.randint(low, high + 1, (), generator=rng))


@dataclass(frozen=True)
class Slopes:
    """The gradient of what the answer gives back, at the arguments whose places are `at`.

    It stands after calls that look at the numbers themselves: its complaint says that those are right. Where the
    answer takes no such arguments, `through` makes a function of them of it.
    """

    make: Callable[[torch.Generator], tuple]
    reference: Callable
    at: tuple[int, ...]
    seed: int = 0
    through: Callable[[Callable], Callable] = lambda answer: answer

    @cached_property
    def arguments(self) -> tuple:
        return self.make(torch.Generator().manual_seed(self.seed))

    @cached_property
    def right(self) -> Any:
        return tidy(self.ask(self.reference))

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        leaves = {place: self.arguments[place].clone().requires_grad_() for place in self.at}
        given = [leaves[place].clone() if place in leaves else each for place, each in enumerate(self.arguments)]
        with catch_warnings(action="ignore"):  # PyTorch's own about `float(loss)`; the complaint says it better
            try:
                result = self.through(answer)(*copy_all_but(given, leaves))
            except RuntimeError as error:
                if "requires grad" in str(error):  # NumPy was asked for, which keeps no gradients
                    return Cut()
                raise
        if tidy(result) is None:
            return None
        if isinstance(result, (list, tuple)):
            raise WrongKind("The numbers have to come as one PyTorch tensor, so that gradients pass through it.")
        if not isinstance(result, Tensor) or not result.requires_grad:
            return Cut()
        weights = torch.rand(result.shape, generator=torch.Generator().manual_seed(self.seed)) + 0.5
        total = (result * weights.to(result)).sum()
        return list(torch.autograd.grad(total, list(leaves.values()), materialize_grads=True))

    @cached_property
    def gives_one(self) -> bool:
        """Whether the answer is a single number."""
        return shape(tidy(self.through(self.reference)(*copy.deepcopy(self.arguments)))) == ()

    def complain(self, result: Any) -> str:
        right, number, gradient, it_was = ONE if self.gives_one else SEVERAL
        if isinstance(result, Cut):
            return (
                f"{right}, and {number}: `.item()`, `float`, NumPy, `no_grad` or `detach` has cut off how {it_was} "
                "computed. `backward` starts from the tensor itself."
            )
        return (
            f"{right}, and {gradient} not: part of how {it_was} computed is cut off. Which `detach`, `.item()` or "
            "`torch.tensor` lies between the arguments and the result?"
        )


ONE = "The number is right", "it is only a number", "its gradient is", "it was"
SEVERAL = "The numbers are right", "they are only numbers", "their gradient is", "they were"


def copy_all_but(given: list, kept: dict[int, Tensor]) -> list:
    """Copies of the arguments, but for those at the places in `kept`, which carry gradients."""
    return [each if place in kept else anew(each) for place, each in enumerate(given)]


def anew(value: Any) -> Any:
    """A copy of an argument. A judge makes thousands, and most are of plain tensors, which copy themselves soonest."""
    if type(value) is Tensor and not value.requires_grad:
        return value.clone()
    return tuple(map(anew, value)) if type(value) is tuple else copy.deepcopy(value)


def require_function(answer: Any) -> None:
    if not callable(answer):
        raise WrongKind("This exercise asks for a function: hand over its name, without parentheses.")


THE_LIST = "the list "  # stands before the name of a changed argument that is one


def call(answer: Any, arguments: tuple) -> Any:
    """What `answer` makes of copies of `arguments`, as `Changed` where it has written into one of them."""
    require_function(answer)
    given = anew(arguments)
    result = answer(*given)
    pairs = list(enumerate(zip(given, arguments, strict=True)))
    written = [
        f"{THE_LIST if isinstance(two, list) else ''}{told_place(answer, place)}"
        for place, (one, two) in pairs
        if not intact(one, two)
    ]
    asking = [f"`requires_grad` of {told_place(answer, place)}" for place, (one, two) in pairs if asks(one, two)]
    return Changed(result, [*written, *asking][0]) if written or asking else result


def after(result: Any, measure: Callable[[Any], Any]) -> Any:
    """What `measure` makes of what a call gave back, with the note that an argument was changed where there is one."""
    if isinstance(result, Changed):
        return Changed(measure(result.result), result.argument)
    return measure(result)


def intact(given: Any, original: Any) -> bool:
    """Whether an argument holds what it held before the call. What draws or trains may remember what it did."""
    if isinstance(original, Tensor):
        if given.dtype != original.dtype:
            return False
        return torch.equal(given, original) or torch.equal(given.nan_to_num(), original.nan_to_num())
    if isinstance(original, nn.Module):
        return all(map(torch.equal, given.parameters(), original.parameters()))
    if isinstance(original, dict):
        return given.keys() == original.keys() and all(intact(given[key], original[key]) for key in original)
    if isinstance(original, (list, tuple)):
        return len(given) == len(original) and all(map(intact, given, original))
    return not isinstance(original, (int, float, str)) or given == original or original != original


def asks(given: Any, original: Any) -> bool:
    """Whether a tensor asks for gradients after a call, and did not before it."""
    return isinstance(original, Tensor) and given.requires_grad and not original.requires_grad


def told_place(answer: Callable, place: int) -> str:
    """What the answer itself calls the argument at this place, or which one it is."""
    try:
        names = [name for name, each in inspect.signature(answer).parameters.items() if each.kind < each.VAR_POSITIONAL]
        return f"`{names[place]}`"
    except (TypeError, ValueError, IndexError):
        return f"its {ORDINALS[place]} argument"

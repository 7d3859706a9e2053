"""What an exercise is, and how an answer is judged: by what it does, never by how it is written.

An exercise puts *probes* to an answer. An answer is right when everything it gives back is right. When it is not,
it is compared with what each known mistake would give back, and the one that agrees says what went wrong.
"""

import copy
import linecache
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

import torch
from torch import Tensor

from gancore.errors import GancoreError

RELATIVE, ABSOLUTE = 1e-4, 1e-6  # closer than this counts as equal: room for float32 in another order
ROUNDED = 0.005  # nearer than this to a number with a fraction is that number, rounded
LONGEST_LIST = 6  # numbers that a sentence can hold
LONGEST_TEXT = 200  # characters of an error that a sentence can hold


class Standing(StrEnum):
    """How far an answer has come."""

    NOT_ATTEMPTED = "not attempted"
    NOT_YET = "not yet"
    CORRECT = "correct"


SIGNS = {Standing.NOT_ATTEMPTED: "○", Standing.NOT_YET: "✗", Standing.CORRECT: "✓"}


@dataclass(frozen=True, repr=False)
class Verdict:
    """What `check` says about an answer. It shows itself as a sentence; `message` is Markdown."""

    number: str
    title: str
    status: Standing
    message: str

    def __repr__(self) -> str:
        return f"{SIGNS[self.status]} Exercise {self.number}, {self.title}: {self.status}. {self.message}"

    def _repr_markdown_(self) -> str:
        return f"{SIGNS[self.status]} **Exercise {self.number}, {self.title}: {self.status}.** {self.message}"


class WrongKind(GancoreError):
    """An answer that no probe can be put to; the sentence is said to the reader as it is."""


class Probe(Protocol):
    """One question put to an answer, and what must come back."""

    right: Any

    def ask(self, answer: Any) -> Any: ...

    def complain(self, result: Any) -> str:
        """A sentence about a tidy `result` that is not right."""
        ...


@dataclass(frozen=True)
class Value:
    """The answer is a number, a list of numbers, a tensor or a text, and is itself asked for.

    Its complaint never says what is right: a reader who is told the number has no exercise left.
    """

    right: Any

    def ask(self, answer: Any) -> Any:
        if callable(answer):
            raise WrongKind("This exercise asks for a value, and your answer is a function.")
        return answer

    def complain(self, result: Any) -> str:
        right = tidy(self.right)
        if isinstance(right, str):
            return f"`{result}` is not it." if isinstance(result, str) else "A text in quotation marks is asked for."
        if right.ndim == 0:
            alone = isinstance(result, Tensor) and result.ndim == 0
            return f"Your number is {direction_of_error(result, right)}." if alone else "A single number is asked for."
        if not isinstance(result, (Tensor, tuple)) or len(shape(result)) != 1 or len(result) != len(right):
            return f"A list of {len(right)} numbers is asked for."
        pairs = zip(result, right, strict=True)
        place, entry = next((place, a) for place, (a, b) in enumerate(pairs, start=1) if not same(a, b))
        if not isinstance(entry, Tensor):
            return f"Entry {place} of {len(right)} is not a number yet."
        return f"Entry {place} of {len(right)} is {direction_of_error(entry, right[place - 1])}."


@dataclass(frozen=True)
class Call:
    """The answer is a function, and is called with copies of `arguments`; `asked` says that in code or words."""

    asked: str
    arguments: tuple
    right: Any

    def ask(self, answer: Any) -> Any:
        if not callable(answer):
            raise WrongKind("This exercise asks for a function: hand over its name, without parentheses.")
        return answer(*copy.deepcopy(self.arguments))

    def complain(self, result: Any) -> str:
        right = tidy(self.right)
        if type(result) is not type(right) or shape(result) != shape(right):
            return f"{self.asked} gives {kind(result)}, and {kind(right)} is asked for."
        return f"{self.asked} gives {short(result)}, and {short(right)} is right."


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, and what helps them: the cause, not the answer. `message` is Markdown."""

    wrong: Any
    message: str


@dataclass(frozen=True)
class Exercise:
    """A task of a chapter.

    `number` is "chapter.place"; `name` is what the reader's code calls the answer; `hints` come one at a time;
    `praise` is said of a right answer. Texts are Markdown.
    """

    number: str
    title: str
    name: str
    probes: tuple[Probe, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    praise: str
    known: dict[int, tuple] = field(default_factory=dict, init=False, repr=False, compare=False)

    def observe_mistake(self, place: int) -> tuple:
        """What the mistake at `place` gives back to each probe; some take seconds, so each is asked once."""
        if place not in self.known:
            self.known[place] = observe(self, self.mistakes[place].wrong)
        return self.known[place]


@dataclass(frozen=True)
class Raised:
    """That an answer stopped with an exception. `sentence` tells the reader, with the line; only `error` compares."""

    error: str
    sentence: str = field(compare=False)


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on `answer`. An exception in it is part of the verdict, and the global random numbers stay as
    they were."""

    def verdict(status: Standing, message: str) -> Verdict:
        return Verdict(exercise.number, exercise.title, status, message)

    results = observe(exercise, answer)
    if untouched(results):
        nothing = f"`{exercise.name}` is still empty."
        if callable(answer):
            nothing = "Your function neither returns nor changes anything yet."
        return verdict(Standing.NOT_ATTEMPTED, f'{nothing} Stuck? `hint("{exercise.number}")` gives the next step.')
    if same(results, tuple(tidy(probe.right) for probe in exercise.probes)):
        return verdict(Standing.CORRECT, exercise.praise)
    for place, mistake in enumerate(exercise.mistakes):
        if same(results, exercise.observe_mistake(place)):
            return verdict(Standing.NOT_YET, mistake.message)
    return verdict(Standing.NOT_YET, complaint(exercise.probes, results))


def observe(exercise: Exercise, answer: Any) -> tuple:
    """What `answer` gives back to each probe of `exercise`, tidy; `Raised` where it stopped."""
    results = []
    for probe in exercise.probes:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            try:
                results.append(tidy(probe.ask(answer)))
            except NotImplementedError as error:  # of a stub, which has no text; PyTorch's own have one
                results.append(raised(error) if str(error) else None)
            except Exception as error:  # whatever a reader's code does, the chapter goes on
                results.append(raised(error))
    return tuple(results)


def complaint(probes: Sequence[Probe], results: Sequence[Any]) -> str:
    """What is wrong at the first probe whose result is not right."""
    pairs = zip(probes, results, strict=True)
    probe, result = next((probe, result) for probe, result in pairs if not same(result, tidy(probe.right)))
    if isinstance(result, Raised):
        return result.sentence
    if result is None:
        return "For some inputs your function gives nothing back: does every way through it end with `return`?"
    return probe.complain(result)


def raised(error: Exception) -> Raised:
    """What an answer's exception says, and in which line of the reader's own code it was on its way."""
    if isinstance(error, WrongKind):
        return Raised(str(error), str(error))
    said = (str(error).strip().splitlines() or ["no message"])[0]
    said = said if len(said) <= LONGEST_TEXT else f"{said[:LONGEST_TEXT]}…"
    text = f"{type(error).__name__}: {said}"
    frames = [frame for frame in traceback.walk_tb(error.__traceback__) if is_of_reader(frame[0].f_globals)]
    if not frames:
        return Raised(text, f"Your answer stopped with `{text}`.")
    frame, line = frames[-1]
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    return Raised(text, f"Your answer stopped in line {line} of its cell, `{source}`, with `{text}`.")


def is_of_reader(module: dict[str, Any]) -> bool:
    """Whether code with these globals was typed into a notebook: a kernel runs its cells as `__main__`."""
    return module.get("__name__") == "__main__"


def tidy(value: Any) -> Any:
    """`value` in a form that compares: whatever holds numbers as a float64 tensor, text without case, `...` as None."""
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, str):
        return value.strip().casefold() or None
    if isinstance(value, (list, tuple)):
        parts = tuple(tidy(part) for part in value)
        numeric = all(isinstance(part, Tensor) and part.shape == parts[0].shape for part in parts)
        return torch.stack(parts) if parts and numeric else parts
    try:
        number = float(value) if isinstance(value, Fraction) else value  # torch knows no fractions
        return torch.as_tensor(number).detach().cpu().double()
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return value


def same(one: Any, other: Any) -> bool:
    """Whether two tidy values are equal, numbers up to rounding."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        if one.shape != other.shape or not torch.allclose(one, other, RELATIVE, ABSOLUTE, equal_nan=True):
            return False
        whole = (one == one.round()) & (other == other.round())  # 201,478 is not 201,488 in another order
        return not bool((whole & (one != other)).any())
    return type(one) is type(other) and not isinstance(one, Tensor) and bool(one == other)


def untouched(value: Any) -> bool:
    """Whether a tidy value is still what the chapter's stub holds: nothing, or lists of nothing."""
    return value is None or (isinstance(value, tuple) and len(value) > 0 and all(map(untouched, value)))


def direction_of_error(number: Tensor, right: Tensor) -> str:
    """In which direction a wrong number is off, or that it has been rounded."""
    if not number.isfinite():
        return "not a finite number"
    if right % 1 and (number - right).abs() < ROUNDED * right.abs():
        return "right when rounded: give more digits, or write it as an expression"
    return "too large" if number > right else "too small"


def shape(value: Any) -> tuple[int, ...]:
    """The shape of a tidy value; a tuple has its length, anything else none."""
    if isinstance(value, Tensor):
        return tuple(value.shape)
    return (len(value),) if isinstance(value, tuple) else ()


def kind(value: Any) -> str:
    """What sort of thing a tidy value is."""
    if isinstance(value, Tensor):
        return f"numbers of shape {tuple(value.shape)}" if value.ndim else "a single number"
    names = {str: "a text", tuple: "a tuple or list", dict: "a dictionary"}
    return "nothing" if value is None else names.get(type(value), f"a {type(value).__name__}")


def short(value: Any) -> str:
    """A tidy value in a sentence: a few numbers in full, the first of many."""
    if isinstance(value, Tensor) and value.ndim:
        numbers = ", ".join(f"{number:.4g}" for number in value.flatten()[:LONGEST_LIST].tolist())
        return f"`[{numbers}{', …' if value.numel() > LONGEST_LIST else ''}]`"
    return f"`{value.item():.6g}`" if isinstance(value, Tensor) else f"`{value}`"

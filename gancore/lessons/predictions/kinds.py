"""The kinds of prediction: what a reader may answer, and what is said once the outcome is there.

An answer is what JSON can hold, so that it can be kept: a text, a number, a list of either, a list of points.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import floor, log10
from typing import Any

import torch

from gancore.errors import GancoreError
from gancore.lessons.words import words_of

NAME = re.compile(r"(\d{1,2})[a-z]")  # "6b" is the second prediction of chapter 06; "6.2" is an exercise
NEAR = 0.1  # of the scale: a number or a curve that comes as close as this has been foreseen

Answer = Any


@dataclass(frozen=True)
class Prediction:
    """A question under its number. What each kind adds says which answers there are."""

    number: str
    question: str

    def answer(self, value: Any) -> Answer:
        """`value`, a guess or an outcome, as it is kept. Raises GancoreError where it answers another question."""
        raise NotImplementedError

    def value(self, answer: Answer) -> Any:
        """What a chapter gets of an answer that is kept."""
        return answer

    def in_words(self, answer: Answer) -> str:
        raise NotImplementedError

    def is_foreseen(self, guess: Answer, outcome: Answer) -> bool:
        return guess == outcome

    def answers_in_words(self) -> list[str]:
        """What there is to choose from, or to mark."""
        raise NotImplementedError

    def compare(self, guess: Answer, outcome: Answer) -> str:
        """A sentence about an outcome, and a guess where there is one, which is None otherwise."""
        if guess is None:
            return f"It is {self.in_words(outcome)}."
        if self.is_foreseen(guess, outcome):
            return f"✓ You foresaw {self.in_words(guess)}; it is {self.in_words(outcome)}."
        return f"✗ You foresaw {self.in_words(guess)}, and it is {self.in_words(outcome)}."

    def refuse(self, value: Any) -> GancoreError:
        allowed = "; ".join(self.answers_in_words())
        return GancoreError(f"{value!r} is no answer to prediction {self.number}, which takes: {allowed}.")


@dataclass(frozen=True)
class Choice(Prediction):
    """One of some options."""

    options: list[str]

    def answer(self, value: Any) -> str:
        if value not in self.options:
            raise self.refuse(value)
        return value

    def in_words(self, answer: str) -> str:
        return f"“{answer}”"

    def answers_in_words(self) -> list[str]:
        return self.options


@dataclass(frozen=True)
class Several(Choice):
    """Any number of some options."""

    def answer(self, value: Any) -> list[str]:
        chosen = list(value)
        if not set(chosen) <= set(self.options):
            raise self.refuse(value)
        return [option for option in self.options if option in chosen]

    def in_words(self, answer: list[str]) -> str:
        return ", ".join(f"“{option}”" for option in answer) or "none of them"


@dataclass(frozen=True)
class Order(Choice):
    """All of some options, in the order that the question asks for."""

    def answer(self, value: Any) -> list[str]:
        order = list(value)
        if sorted(order) != sorted(self.options):
            raise self.refuse(value)
        return order

    def in_words(self, answer: list[str]) -> str:
        return ", ".join(f"“{option}”" for option in answer)


@dataclass(frozen=True)
class Number(Prediction):
    """A number on a scale from `lowest` to `highest`, `step` apart, in `unit`. What comes out may lie beyond it."""

    lowest: float
    highest: float
    step: float
    unit: str = ""

    def answer(self, value: Any) -> float:
        return float(value)

    def in_words(self, answer: float) -> str:
        number = f"{round(answer, decimals_of(self.step) + 1):,g}"
        return f"{number} {self.unit}".strip()

    def is_foreseen(self, guess: float, outcome: float) -> bool:
        return abs(guess - outcome) <= NEAR * (self.highest - self.lowest) * (1 + 1e-9)

    def answers_in_words(self) -> list[str]:
        return [f"a number from {self.in_words(self.lowest)} to {self.in_words(self.highest)}"]


@dataclass(frozen=True)
class Axis:
    """What one axis of a sketch stands for: its `name`, and the values at its ends."""

    name: str
    lowest: float
    highest: float

    def say(self, value: float) -> str:
        """`value` in as many digits as can be told apart on this axis."""
        digits = 2 - floor(log10(self.highest - self.lowest))
        return f"{round(value, digits) + 0.0:g}"  # and no -0


@dataclass(frozen=True)
class Curve(Prediction):
    """A curve sketched over two axes: points `(N, 2)` from left to right, at least two of them."""

    across: Axis
    up: Axis

    def answer(self, value: Any) -> list[list[float]]:
        points = [[float(x), float(y)] for x, y in value]
        if len(points) < 2 or any(left >= right for (left, _), (right, _) in pairwise(points)):
            raise self.refuse(points)
        return points

    def value(self, answer: list[list[float]]) -> torch.Tensor:
        return torch.tensor(answer)

    def in_words(self, answer: list[list[float]]) -> str:
        extremes = (extreme(answer, key=lambda point: point[1]) for extreme in (min, max))
        start, end, low, high = (
            f"{self.up.say(y)} at {self.across.say(x)}" for x, y in (answer[0], answer[-1], *extremes)
        )
        return f"a curve from {start} to {end}, lowest with {low} and highest with {high}"

    def distance(self, guess: list[list[float]], outcome: list[list[float]]) -> float:
        """How far apart two curves are in the mean over the places that both have, as a share of the upward axis.

        1 where they have no place in common.
        """
        first, second = torch.tensor(guess, dtype=torch.double), torch.tensor(outcome, dtype=torch.double)
        places = first[(first[:, 0] >= second[0, 0]) & (first[:, 0] <= second[-1, 0])]
        if not len(places):
            return 1.0
        apart = (places[:, 1] - height_at(second, places[:, 0])).abs().mean()
        return float(apart / (self.up.highest - self.up.lowest))

    def is_foreseen(self, guess: list[list[float]], outcome: list[list[float]]) -> bool:
        return self.distance(guess, outcome) <= NEAR

    def compare(self, guess: list[list[float]] | None, outcome: list[list[float]]) -> str:
        if guess is None:
            return f"It is {self.in_words(outcome)}."
        mark = "✓" if self.is_foreseen(guess, outcome) else "✗"
        away = f"{self.distance(guess, outcome):.0%} of the height of the plot"
        return f"{mark} Your curve is {away} away, on average; it is {self.in_words(outcome)}."

    def answers_in_words(self) -> list[str]:
        sides = (("across", self.across), ("up", self.up))
        return [f"{side}: {axis.name}, from {axis.lowest:g} to {axis.highest:g}" for side, axis in sides]


KINDS = {"choice": Choice, "several": Several, "order": Order, "number": Number, "curve": Curve}


def find_prediction(number: str) -> Prediction:
    """The prediction `number`, such as "6b". Raises GancoreError with those that its chapter has."""
    found = NAME.fullmatch(str(number))
    if not found:
        raise GancoreError(f'There is no prediction {number!r}; write "6b" for the second one of chapter 6.')
    predictions = predictions_of(int(found[1]))
    if number not in predictions:
        known = ", ".join(predictions) or "none"
        raise GancoreError(f"There is no prediction {number!r}; this chapter has {known}.")
    return predictions[number]


@cache
def predictions_of(chapter: int) -> dict[str, Prediction]:
    """What `chapter` asks its readers to predict, by number, in the order of the chapter."""
    return {number: make_prediction(number, entry) for number, entry in words_of(chapter, "predict").items()}


def make_prediction(number: str, entry: dict) -> Prediction:
    """The prediction that `entry` of a chapter's file describes: question, kind, and what the kind needs."""
    axes = {name: Axis(**entry[name]) for name in ("across", "up") if name in entry}
    rest = {name: value for name, value in entry.items() if name not in (*axes, "kind")}
    return KINDS[entry["kind"]](number, **rest, **axes)


def decimals_of(step: float) -> int:
    """How many digits behind the point `step` has: 2 for 0.05."""
    return len(f"{step:f}".rstrip("0").partition(".")[2])


def height_at(curve: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """The heights `(M,)` of `curve`, points `(N, 2)` from left to right joined by lines, at `places` `(M,)` within."""
    x, y = curve.T.contiguous()
    right = torch.searchsorted(x, places.contiguous()).clamp(1, len(x) - 1)
    share = (places - x[right - 1]) / (x[right] - x[right - 1])
    return torch.lerp(y[right - 1], y[right], share)

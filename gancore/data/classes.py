"""The names of classes: their order, the labels that stand for them, and finding one by its name."""

import re
from collections.abc import Iterable

import numpy as np

from gancore.errors import GancoreError

MOST_CLASSES = 10_000  # which is more than any game here can ask for


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """What to sort `name` by so that numbers in it come in the order of their values: 2 before 10."""
    parts = re.split(r"(\d+)", name)
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts)), name


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Each of `names` once, sorted as text in which numbers count by their values."""
    return tuple(sorted(set(names), key=natural))


def number_classes(labels: np.ndarray, name: str) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Whole numbers `(N,)` without names as labels from 0 up, the numbers as names of the classes, and notes on it.

    Where they begin at 1 there is no class 0, which is noted. Raises GancoreError for numbers below 0 or far too large.
    """
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= MOST_CLASSES:
        raise GancoreError(
            f"The labels of {name} run from {low} to {high}; they must be whole numbers from 0 to {MOST_CLASSES - 1}."
        )
    first = int(low == 1)
    notes = (f"The labels ran from 1 to {high} and became 0 to {high - 1}: label 0 is the class 1.",) * first
    return labels.astype(np.int64) - first, tuple(map(str, range(first, high + 1))), notes

"""Checks of settings: a value out of its range raises GancoreError where it is given, not hours later."""

from dataclasses import fields
from numbers import Integral, Real
from typing import Any

import numpy as np

from gancore.errors import GancoreError

LONGEST = 50  # characters of a value that are quoted


def make_plain(settings: Any) -> None:
    """Make Python's own numbers of NumPy's in a frozen dataclass, since neither JSON nor checkpoints take those."""
    for each in fields(settings):
        value = getattr(settings, each.name)
        object.__setattr__(settings, each.name, tuple(map(_plain, value)) if type(value) is tuple else _plain(value))


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def check_whole(name: str, value: object, most: int, least: int = 1) -> None:
    """Raise GancoreError unless `value` is a whole number from `least` to `most`."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or not least <= value <= most:  # type: ignore[operator]  # typeshed knows no order of Integral
        raise GancoreError(f"{name} is {brief(value)}; it must be a whole number from {least} to {most}.")


def check_number(name: str, value: object, least: float, most: float, ends: str = "[]") -> None:
    """Raise GancoreError unless `value` is a number in the interval; `ends` such as "[)" leave out the last one."""
    inside = isinstance(value, Real) and not isinstance(value, bool) and least <= value <= most  # type: ignore[operator]
    if not inside or (ends[0] == "(" and value == least) or (ends[1] == ")" and value == most):
        low, high = ("above" if ends[0] == "(" else "at least"), ("below" if ends[1] == ")" else "at most")
        raise GancoreError(f"{name} is {brief(value)}; it must be {low} {least:g} and {high} {most:g}.")


def brief(value: object) -> str:
    """`value` as code, cut to a length that fits into a sentence."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."

"""How results are spoken of: what sort of thing one is, a few of its numbers, and how wrong numbers hang together
with the right ones."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gancore.lessons.comparing import ABSOLUTE, Odd, alike, shape

ROUNDED = 0.005  # nearer than this to a number with a fraction is that number, rounded
LONGEST_LIST = 6  # numbers that a sentence can hold
FACTORS = {  # what a constant factor is called
    2.0: "twice",
    0.5: "half of",
    4.0: "four times",
    0.25: "a quarter of",
    1 / math.log(2): "1 / log 2 times, as with logarithms of base 2,",
    1 / math.log(10): "1 / log 10 times, as with logarithms of base 10,",
    math.sqrt(2): "√2 times",
    math.sqrt(0.5): "1 / √2 times",
    100.0: "a hundred times",
    0.01: "a hundredth of",
}


def direction_of_error(number: Tensor, right: Tensor) -> str:
    """In which direction a wrong number is off, or that it has been rounded."""
    if not number.isfinite():
        return "not a finite number"
    if right % 1 and (number - right).abs() < ROUNDED * right.abs():
        return "right when rounded: give more digits, or write it as an expression"
    return "too large" if number > right else "too small"


def kind(result: Any) -> str:
    """What sort of thing a tidy result is."""
    if isinstance(result, Tensor):
        return f"numbers of shape {tuple(result.shape)}" if result.ndim else "a single number"
    if isinstance(result, Odd):
        return result.kind
    names = {str: "a text", tuple: "a tuple or list"}
    return "nothing" if result is None else names.get(type(result), f"something of type `{type(result).__name__}`")


def short(result: Any) -> str:
    """A tidy result in a sentence: a few numbers in full, the first of many."""
    if isinstance(result, Tensor) and result.ndim:
        numbers = ", ".join(f"{number:.4g}" for number in result.flatten()[:LONGEST_LIST].tolist())
        return f"`[{numbers}{', …' if result.numel() > LONGEST_LIST else ''}]`"
    if isinstance(result, Tensor):
        return f"`{result.item():.6g}`"
    return f"`{result}`" if isinstance(result, str) else kind(result)


def told_call(name: str, arguments: Sequence[Any]) -> str:
    """A call in code: its small arguments in full, of others the shape."""
    return f"`{name}({', '.join(map(told_argument, arguments))})`"


def told_argument(argument: Any) -> str:
    if isinstance(argument, Tensor):
        few = argument.numel() <= LONGEST_LIST
        return f"{rounded(argument.tolist())}" if few else f"tensor of shape {tuple(argument.shape)}"
    if isinstance(argument, nn.Module):
        return "network"
    return f"{rounded(argument)}" if isinstance(argument, (bool, int, float, str, tuple, list)) else "…"


def rounded(value: Any) -> Any:
    """Numbers with as many digits as a sentence can hold, in lists as they come."""
    if isinstance(value, (list, tuple)):
        return [rounded(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def told_pattern(results: Sequence[Any], rights: Sequence[Any]) -> str:
    """A sentence that holds for all of these wrong results, about how they hang together with what is right.

    Empty where there is no such pattern. Two different right numbers at least are needed, for any one number is some
    multiple of any other.
    """
    if not all(isinstance(one, Tensor) and isinstance(two, Tensor) for one, two in zip(results, rights, strict=True)):
        return ""
    if any(shape(one) != shape(two) for one, two in zip(results, rights, strict=True)):
        return told_arrangement(results, rights)
    numbers, right = (torch.cat([each.flatten() for each in tensors]) for tensors in (results, rights))
    if not bool(numbers.isfinite().all() & right.isfinite().all()) or len(right.unique()) < 2:
        return ""
    for relation, sentence in RELATIONS:
        if alike(numbers, relation(right)):
            return sentence
    return told_factor(numbers, right) or told_offset(numbers, right) or told_arrangement(results, rights)


RELATIONS: tuple[tuple[Callable[[Tensor], Tensor], str], ...] = (
    (torch.neg, "Every number has the right size and the opposite sign."),
    (torch.abs, "Every number has the right size, and its sign is lost."),
    (lambda right: 1 - right, "Every number is 1 minus what is right."),
    (torch.reciprocal, "Every number is 1 divided by what is right."),
    (torch.square, "Every number is the square of what is right."),
    (torch.sqrt, "Every number is the square root of what is right."),
    (torch.log, "Every number is the logarithm of what is right."),
    (torch.exp, "Every number is e to the power of what is right."),
    (torch.sigmoid, "Every number is the sigmoid of what is right."),
    (torch.round, "Every number is right when rounded: the fractions are lost."),
    (torch.floor, "Every number is rounded down, and its fraction is lost."),
)


def told_factor(numbers: Tensor, right: Tensor) -> str:
    """That all numbers are one multiple of the right ones."""
    factor = float((numbers @ right) / (right @ right))
    if abs(factor) < ABSOLUTE or not alike(numbers, factor * right):
        return ""
    named = next((name for known, name in FACTORS.items() if math.isclose(factor, known, rel_tol=1e-3)), None)
    return f"Every number is {named or f'{factor:.4g} times'} what is right."


def told_offset(numbers: Tensor, right: Tensor) -> str:
    """That all numbers are off by the same."""
    offset = float((numbers - right).mean())
    if not alike(numbers, right + offset):
        return ""
    return f"Every number is too {'large' if offset > 0 else 'small'} by {abs(offset):.4g}."


def told_arrangement(results: Sequence[Tensor], rights: Sequence[Tensor]) -> str:
    """That the right numbers stand in other places, or in another shape."""
    pairs = list(zip(results, rights, strict=True))
    if any(one.numel() != two.numel() or two.numel() < 2 for one, two in pairs):
        return ""
    if all(two.ndim == 2 and one.ndim == 2 and alike(one, two.T) for one, two in pairs):
        return "The numbers are right, with rows and columns exchanged."
    if all(alike(one.flatten(), two.flatten()) for one, two in pairs):
        return "The numbers are right, and only their shape is not."
    if all(shape(one) == shape(two) and alike(one, two.flip(0)) for one, two in pairs):
        return "The numbers are right, in reverse order."
    if all(alike(one.flatten().sort().values, two.flatten().sort().values) for one, two in pairs):
        return "The numbers are right, and stand in other places."
    return ""

"""How results are spoken of: what sort of thing one is, a few of its numbers, and how wrong numbers hang together
with the right ones."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gancore.lessons.comparing import ABSOLUTE, RELATIVE, Odd, alike, fits, same, shape

ROUNDED = 0.005  # nearer than this to a number with a fraction is that number, rounded
NEAR = 0.03  # of a number: within this a wrong one is nearly right
LONGEST_LIST = 6  # numbers that a sentence can hold
Pairs = list[tuple[Tensor, Tensor]]  # wrong results, each with the right one

FACTORS = {  # what a constant factor is called
    2.0: "twice",
    0.5: "half of",
    4.0: "four times",
    0.25: "a quarter of",
    1 / math.log(2): "1 / log 2 times, as with logarithms of base 2,",
    2 / math.log(2): "2 / log 2 times, as with logarithms of base 2 and without a half,",
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
        if result.ndim == 0:
            return "a single number"
        return f"numbers of shape {tuple(result.shape)}" if result.numel() else "an empty tensor or list"
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


def told_difference(result: Any, right: Any) -> str:
    """Two unequal results in a sentence; of two long ones that begin alike the first number that is wrong."""
    one, two = short(result), short(right)
    if one == two and isinstance(right, Tensor) and right.ndim and shape(result) == shape(right):
        off = (~torch.isclose(result, right, RELATIVE, ABSOLUTE, equal_nan=True)).flatten().nonzero()
        place = int(off[0]) if len(off) else 0
        one, two = (f"`{each.flatten()[place]:.6g}`" for each in (result, right))
        return f"{one} at place {place}, counted from 0, and {two}"
    return f"{one}, and {two}"


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
    pairs = list(zip(results, rights, strict=True))
    if not all(isinstance(one, Tensor) and isinstance(two, Tensor) and one.numel() for one, two in pairs):
        return ""
    if any(shape(one) != shape(two) for one, two in pairs):
        told = (told_arrangement, told_left_over, told_lost, told_cut, told_places)
        return next(filter(None, (each(pairs) for each in told)), "")
    numbers, right = (torch.cat([each.flatten() for each in tensors]) for tensors in (results, rights))
    if not bool(numbers.isfinite().all() & right.isfinite().all()):
        return told_nan(results)
    if len(right.unique()) < 2:
        return OPPOSITE if alike(numbers, -right) and bool(right.any()) else ""
    if len(numbers.unique()) == 1:
        return "Wherever your numbers are wrong, they are the same one."
    nearly = alike(numbers, right)
    for relations, equal in ((RELATIONS, same if nearly else alike), (ROUNDINGS, same)):
        for relation, sentence in relations:
            if equal(numbers, relation(right)):
                return sentence
    if nearly:  # a factor of 1 would be, too
        known = NEARLY if all(alike(one, two) for one, two in pairs) else told_rows(pairs)
        return told_offset(numbers, right, same) or known
    whole = told_factor(numbers, right) or told_offset(numbers, right) or told_arrangement(pairs)
    whole = whole or told_marks(numbers, right)
    return whole or told_in_each_call(pairs) or told_rows(pairs) or told_near(numbers, right)


def told_nan(results: Sequence[Tensor]) -> str:
    """Where numbers that are none may come from; empty where there are none of these."""
    holding = [bool(each.isnan().any()) for each in results]
    if not any(holding):
        return ""
    begun = "`nan`" if holding[0] else "With other numbers it gives `nan`, which"
    return f"{begun} comes of the logarithm or the root of a number below 0, of 0 / 0, or of infinities."


def sign_lost(right: Tensor) -> Tensor:
    """The numbers without their signs; no number where there is none to lose."""
    return right.abs() if bool((right < 0).any()) else torch.full_like(right, math.nan)


OPPOSITE = "Every number has the right size and the opposite sign."
NEARLY = (
    "Measured by the largest of them, your numbers are off by very little. Are they rounded on the way, as by "
    "`.half()` or where nearly equal ones are subtracted, or is something small added or left out?"
)
RELATIONS: tuple[tuple[Callable[[Tensor], Tensor], str], ...] = (
    (torch.neg, OPPOSITE),
    (sign_lost, "Every number has the right size, and its sign is lost."),
    (lambda right: 1 - right, "Every number is 1 minus what is right."),
    (torch.reciprocal, "Every number is 1 divided by what is right."),
    (torch.square, "Every number is the square of what is right."),
    (torch.sqrt, "Every number is the square root of what is right."),
    (torch.log, "Every number is the logarithm of what is right."),
    (torch.exp, "Every number is e to the power of what is right."),
    (torch.sigmoid, "Every number is the sigmoid of what is right."),
)
ROUNDINGS: tuple[tuple[Callable[[Tensor], Tensor], str], ...] = (  # beside large numbers a fraction is little
    (torch.round, "Every number is right when rounded: the fractions are lost."),
    (torch.floor, "Every number is rounded down, and its fraction is lost."),
    (lambda right: right.round(decimals=1), "Every number is right when rounded: give all digits."),
    (lambda right: right.round(decimals=2), "Every number is right when rounded: give all digits."),
)


def told_factor(numbers: Tensor, right: Tensor) -> str:
    """That all numbers are one multiple of the right ones."""
    factor = float((numbers @ right) / (right @ right))
    if abs(factor) < ABSOLUTE or not alike(numbers - right, (factor - 1) * right):
        return ""
    named = next((name for known, name in FACTORS.items() if math.isclose(factor, known, rel_tol=1e-3)), None)
    return f"Every number is {named or f'{factor:.4g} times'} what is right."


def told_offset(numbers: Tensor, right: Tensor, equal: Callable[[Any, Any], bool] = alike) -> str:
    """That all numbers are off by the same."""
    offset = float((numbers - right).mean())
    if not equal(numbers - right, torch.full_like(right, offset)):
        return ""
    return f"Every number is too {'large' if offset > 0 else 'small'} by {abs(offset):.4g}."


def told_near(numbers: Tensor, right: Tensor) -> str:
    """That all numbers are nearly right."""
    if bool(((numbers - right).abs() > NEAR * right.abs()).any()):
        return ""
    return "Your numbers are near what is right, and not equal to it: rounded, estimated, or short of something small."


def told_in_each_call(pairs: Pairs) -> str:
    """That within each call all numbers are off by one factor, or by one number, which differs from call to call."""
    if any(len(two.unique()) < 2 for _, two in pairs):
        return ""
    if all(told_factor(one.flatten(), two.flatten()) for one, two in pairs):
        return "Within each call all numbers are off by one and the same factor, and it differs from call to call."
    if all(told_offset(one.flatten(), two.flatten()) for one, two in pairs):
        return "Within each call all numbers are off by the same amount, and it differs from call to call."
    return ""


def told_rows(pairs: Pairs) -> str:
    """That some rows are right in every call, or that each row has been scaled by itself."""
    if any(two.ndim == 0 or len(two) < 2 for _, two in pairs):
        return ""
    count = len(pairs[0][1])
    if len(pairs) > 1 and all(len(two) == count for _, two in pairs):
        right = {place for place in range(count) if all(fits(one[place], two[place]) for one, two in pairs)}
        if right:
            wrong = [str(place) for place in range(count) if place not in right]
            return f"Of the {count} parts, counted from 0, the wrong ones are: {', '.join(wrong)}."
    rows = [pair for one, two in pairs for pair in zip(one, two, strict=True)]
    if all(two.numel() > 1 and told_factor(one.flatten(), two.flatten()) for one, two in rows):
        return "Each row has the right proportions, and is scaled by a factor of its own."
    return ""


def told_arrangement(pairs: Pairs) -> str:
    """That the right numbers stand in other places, or in another shape."""
    if any(one.numel() != two.numel() for one, two in pairs) or all(two.numel() < 2 for _, two in pairs):
        return ""
    if all(two.ndim == 2 and one.ndim == 2 and same(one, two.T) for one, two in pairs):
        return "The numbers are right, with rows and columns exchanged."
    if all(same(one.flatten(), two.flatten()) for one, two in pairs):
        return "The numbers are right, and only their shape is not."
    if all(shape(one) == shape(two) and same(one, two.flip(0)) for one, two in pairs):
        return "The numbers are right, in reverse order."
    if all(same(one.flatten().sort().values, two.flatten().sort().values) for one, two in pairs):
        return "The numbers are right, and stand in other places."
    return ""


def told_left_over(pairs: Pairs) -> str:
    """That a result has an axis too many, and what is to be done with it."""
    if any(one.ndim <= two.ndim for one, two in pairs):
        return ""
    for axis in (0, -1):
        if all(one.shape[axis] < 2 for one, _ in pairs):
            continue  # nothing is lost with it
        if all(alike(one.mean(axis), two) for one, two in pairs):
            return "The mean of these numbers would be right: one step is missing."
        if all(alike(one.sum(axis), two) for one, two in pairs):
            return "The sum of these numbers would be right: one step is missing."
        for place, name in {0: "first", -1: "last"}.items():
            if all(alike(one.select(axis, place), two) for one, two in pairs):
                return f"Only the {name} part of what you give back is asked for."
    return ""


def told_lost(pairs: Pairs) -> str:
    """That a result has an axis too few, and what has been done with it."""
    if any(one.ndim >= two.ndim for one, two in pairs):
        return ""
    for axis in (0, -1):
        if all(alike(one, two.mean(axis)) for one, two in pairs):
            return "This is the mean of the right numbers, and each of them is asked for."
        if all(alike(one, two.sum(axis)) for one, two in pairs):
            return "This is the sum of the right numbers, and each of them is asked for."
        for place, name in {0: "first", -1: "last"}.items():
            if all(alike(one, two.select(axis, place)) for one, two in pairs):
                return f"This is the {name} part of what is right, and the rest is missing."
    return ""


def told_cut(pairs: Pairs) -> str:
    """That one entry is missing at an end, or that there is one too many."""
    if any(one.ndim != two.ndim or two.ndim == 0 or len(two) < 2 for one, two in pairs):
        return ""
    for name, rest in ENDS.items():
        if all(alike(one, rest(two)) for one, two in pairs):
            return f"The {name} one is missing, and the others are right."
        if all(alike(rest(one), two) for one, two in pairs):
            return f"The {name} one is too many, and the others are right."
    return ""


def told_places(pairs: Pairs) -> str:
    """That there are places where a truth value for each entry is asked for."""
    if all(two.ndim == 1 and is_truth(two) and alike(one, two.nonzero().flatten().to(one)) for one, two in pairs):
        return "These are the places of what is true, and a truth value for each entry is asked for."
    return ""


def told_marks(numbers: Tensor, right: Tensor) -> str:
    """That truth values are all wrong in one direction."""
    if not (is_truth(numbers) and is_truth(right)):
        return ""
    if bool((numbers >= right).all()):
        return "All that should be true is, and more besides: is a condition missing, or too weak?"
    if bool((numbers <= right).all()):
        return "All that you call true is, but some is missing: is a condition too strict?"
    return ""


def is_truth(numbers: Tensor) -> bool:
    return bool(((numbers == 0) | (numbers == 1)).all())


ENDS: dict[str, Callable[[Tensor], Tensor]] = {"first": lambda each: each[1:], "last": lambda each: each[:-1]}

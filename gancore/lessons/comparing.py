"""What an answer gives back, brought into a form that compares, and when two such results count as equal.

A tidy result is None, a text, a dense float64 tensor on the CPU, a tuple of tidy results, or one of the marks below.
Whatever else Python knows is an `Odd`, so that comparing never raises.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from torch import Tensor

RELATIVE, ABSOLUTE = 1e-4, 1e-6  # closer than this counts as equal: room for float32 in another order
ALIKE = 1e-3  # of the largest number: closer than this, two wrong results are the same mistake, differently rounded
DEEPEST = 20  # lists in lists; a list that holds itself has no bottom


@dataclass(frozen=True)
class Odd:
    """Something that is neither number nor text nor a list of them; `kind` says what, with an article."""

    kind: str


@dataclass(frozen=True)
class Raised:
    """That an answer stopped with an exception. `sentence` tells the reader, with the line; only `error` compares."""

    error: str
    sentence: str = field(compare=False)


@dataclass(frozen=True)
class Changed:
    """A result whose maker has written into the argument called `argument` on the way."""

    result: Any
    argument: str


@dataclass(frozen=True)
class Cut:
    """That a result has no gradient where one is wanted."""


def tidy(value: Any, depth: int = 0) -> Any:
    """`value` in a form that compares: whatever holds numbers as a float64 tensor, text without case, `...` as None."""
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, (Odd, Raised, Cut)):
        return value
    if isinstance(value, Changed):
        return Changed(tidy(value.result), value.argument)
    if isinstance(value, str):
        return value.strip().casefold() or None
    if isinstance(value, (list, tuple, range)) and depth < DEEPEST:
        return joined([tidy(part, depth + 1) for part in value])
    if isinstance(value, Tensor):
        return numbers_of(value)
    if hasattr(value, "tolist") and not isinstance(value, type):  # NumPy's arrays and numbers, and what holds them
        return tidy(value.tolist(), depth + 1) if depth < DEEPEST else odd(value)
    if isinstance(value, (bool, int, float, complex, Fraction, Decimal)):
        return number_of(value)
    return odd(value)


def joined(parts: list) -> Any:
    """Tidy parts as one tensor where all are numbers of one shape, else as a tuple."""
    numeric = parts and all(isinstance(part, Tensor) and part.shape == parts[0].shape for part in parts)
    return torch.stack(parts) if numeric else tuple(parts)


def numbers_of(tensor: Tensor) -> Any:
    """A tensor of any kind as a dense one of float64 that shares no memory with it."""
    if tensor.is_nested:
        return joined([numbers_of(part) for part in tensor.unbind()])
    if tensor.is_meta:
        return Odd("a tensor without numbers, on the device `meta`")
    whole = tensor.detach().dequantize() if tensor.is_quantized else tensor.detach()
    dense = whole.to_dense() if whole.layout is not torch.strided else whole
    if dense.is_complex():
        if dense.imag.abs().max() > ABSOLUTE:
            return Odd("a tensor of complex numbers")
        dense = dense.real
    return dense.to("cpu", torch.float64, copy=True)


def number_of(value: Any) -> Any:
    """A number of Python's as a tensor of one."""
    try:
        return numbers_of(torch.as_tensor(value if isinstance(value, complex) else float(value)))
    except (OverflowError, ValueError):
        return Odd("a number that no float can hold")


def odd(value: Any) -> Odd:
    """What else Python knows, by its kind."""
    known = {dict: "a dictionary", set: "a set"}
    return Odd(known.get(type(value), f"something of type `{type(value).__name__}`"))


def bare(result: Any) -> Any:
    """A tidy result without the note that an argument was changed."""
    return result.result if isinstance(result, Changed) else result


def same(one: Any, other: Any) -> bool:
    """Whether two tidy results are equal, numbers up to rounding."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.shape == other.shape and same_numbers(one.detach().numpy(), other.detach().numpy())
    return type(one) is type(other) and not isinstance(one, Tensor) and one == other


def same_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """The same of two arrays of one shape. A judge asks this thousands of times, and NumPy answers soonest."""
    unequal = (a != b) & ~(np.isnan(a) & np.isnan(b))
    if not unequal.any():
        return True
    with np.errstate(all="ignore"):  # infinities, and the largest floats of opposite signs
        off = np.abs(a - b)
        if not (np.isfinite(off) & (off <= ABSOLUTE + np.abs(RELATIVE * b)))[unequal].all():
            return False
    whole = (a == np.rint(a)) & (b == np.rint(b))  # 201,478 is not 201,488 in another order
    return not bool((whole & unequal).any())


def fits(result: Any, right: Any) -> bool:
    """Whether a tidy result is right. Where one number is right, a tensor of one number is that number."""
    if isinstance(result, Tensor) and isinstance(right, Tensor) and right.ndim == 0 and result.numel() == 1:
        return same(result.reshape(()), right)
    return same(result, right)


def alike(one: Any, other: Any) -> bool:
    """Whether two tidy results are the same up to the rounding of a computation that may have gone wrong."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if not (isinstance(one, Tensor) and isinstance(other, Tensor)):
        return same(one, other)
    if one.numel() == other.numel() == 1:
        one, other = one.reshape(()), other.reshape(())
    return one.shape == other.shape and alike_numbers(one.detach().numpy(), other.detach().numpy())


def alike_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """The same of two arrays of one shape, by NumPy as well."""
    finite = np.isfinite(a) & np.isfinite(b)
    if not finite.all():
        unknown = (np.isnan(a) & ~np.isfinite(b)) | (np.isnan(b) & ~np.isfinite(a))
        if not (finite | unknown | (a == b)).all():
            return False
        a, b = a[finite], b[finite]
    if not a.size:
        return True
    with np.errstate(over="ignore"):  # the largest floats of opposite signs
        if np.abs(a - b).max() > ALIKE * np.abs(a).max() + ABSOLUTE:
            return False
    return not bool(((a != b) & (a == np.rint(a)) & (b == np.rint(b))).any())


def is_silent(result: Any) -> bool:
    """Whether a tidy result says little about how it was computed: it broke off, or holds no finite number."""
    if isinstance(result, tuple):
        return any(map(is_silent, result))
    return isinstance(result, (Raised, Cut)) or (isinstance(result, Tensor) and not bool(result.isfinite().any()))


def is_telling(result: Any) -> bool:
    """Whether two results like this one are hardly equal by chance: it holds a number with a fraction."""
    if isinstance(result, tuple):
        return any(map(is_telling, result))
    return isinstance(result, Tensor) and bool((result.isfinite() & (result != result.round())).any())


def untouched(result: Any) -> bool:
    """Whether a tidy result is still what the chapter's stub holds: nothing, or lists of nothing."""
    return result is None or (isinstance(result, tuple) and len(result) > 0 and all(map(untouched, result)))


def shape(result: Any) -> tuple[int, ...]:
    """The shape of a tidy result; a tuple has its length, anything else none."""
    if isinstance(result, Tensor):
        return tuple(result.shape)
    return (len(result),) if isinstance(result, tuple) else ()

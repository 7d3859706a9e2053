"""Tidy results as text, from a process that is not trusted to one that reads no code: JSON, and numbers as bytes."""

import base64
from math import prod
from typing import Any

import torch
from torch import Tensor

from gancore.lessons.comparing import DEEPEST, Changed, Cut, Odd, Raised, tidy

LONGEST_TEXT = 2000  # characters of a text that a sentence may be made of
LARGEST = 2**31  # entries along a dimension


def as_said(words: object) -> str:
    """A text from there as it may be shown: of some length, and with nothing in it that steers a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in str(words)[:LONGEST_TEXT])


def encode(result: Any) -> Any:
    """A tidy result as JSON can hold it."""
    match tidy(result):
        case Tensor() as numbers:
            return {"shape": list(numbers.shape), "numbers": base64.b64encode(numbers.numpy().tobytes()).decode()}
        case tuple(parts):
            return [encode(part) for part in parts]
        case Changed(inner, argument):
            return {"changed": encode(inner), "argument": argument}
        case Raised(error, sentence):
            return {"raised": error, "sentence": sentence}
        case Odd(kind):
            return {"odd": kind}
        case Cut():
            return {"cut": True}
        case str(text):
            return text
        case _:
            return None


def decode(told: Any, depth: int = 0) -> Any:
    """The tidy result that `encode` made this of. Raises ValueError or RuntimeError for anything else."""
    match told:
        case None:
            return None
        case str():
            return told[:LONGEST_TEXT]
        case list() if depth < DEEPEST:
            return tuple(decode(part, depth + 1) for part in told)
        case {"shape": [*sizes], "numbers": str(text)}:
            return numbers_of(sizes, base64.b64decode(text, validate=True))
        case {"changed": inner, "argument": str(argument)}:
            return Changed(decode(inner, depth + 1), as_said(argument))
        case {"raised": str(error), "sentence": str(sentence)}:
            return Raised(as_said(error), as_said(sentence))
        case {"odd": str(kind)}:
            return Odd(as_said(kind))
        case {"cut": True}:
            return Cut()
    raise ValueError("not a tidy result")


def numbers_of(sizes: list, data: bytes) -> Tensor:
    known = len(sizes) <= DEEPEST and all(type(size) is int and 0 <= size < LARGEST for size in sizes)
    if not known or 8 * prod(sizes) != len(data):
        raise ValueError("numbers of another shape")
    if not data:
        return torch.empty(sizes, dtype=torch.float64)
    return torch.frombuffer(bytearray(data), dtype=torch.float64).reshape(sizes)

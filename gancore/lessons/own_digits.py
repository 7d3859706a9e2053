"""Ten digits of the reader's own hand, drawn in chapter 07 and met again in later ones: `own_digits`, `keep_digit`.

They lie in own_digits.json, in the folder of the predictions. Where that cannot be written, they are remembered until
the kernel stops.
"""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gancore.analysis.strokes import rasterise
from gancore.errors import GancoreError
from gancore.lessons.predictions import ledger
from gancore.system.files import write_text

FILE = "own_digits.json"
CLASSES = range(10)
DECIMALS = 3  # of a coordinate: a thousandth of the pad is less than a screen can show

_unwritten: dict[int, Tensor] = {}  # what the file has not taken


def own_digits() -> Tensor | None:
    """The reader's ten digits, 0 to 9, as MNIST would have them: float `(10, 1, 28, 28)` in [-1, 1].

    None as long as one of the ten has not been drawn.
    """
    strokes = own_strokes()
    if any(digit not in strokes for digit in CLASSES):
        return None
    return torch.cat([rasterise(strokes[digit]) for digit in CLASSES])


def own_strokes() -> dict[int, Tensor]:
    """What has been drawn so far, by digit: points `(N, 2)` in [-1, 1]², in the order of drawing."""
    kept = stored() | _unwritten
    return {digit: kept[digit] for digit in sorted(kept) if len(kept[digit])}


def keep_digit(digit: int, points: Tensor) -> str:
    """Keep `points` `(N, 2)` as the reader's `digit`, in place of earlier ones; no points forget it.

    Gives a sentence where the file cannot be written, or "".
    """
    wanted = {**own_strokes(), digit: points}
    lists = {
        each: [[round(x, DECIMALS) for x in point] for point in wanted[each].tolist()]
        for each in sorted(wanted)
        if len(wanted[each])
    }
    try:
        write_text(path(), json.dumps(lists) + "\n")
    except GancoreError as error:
        _unwritten[digit] = points
        return f"{error} Until then they are remembered as long as the kernel runs."
    _unwritten.clear()
    return ""


def stored() -> dict[int, Tensor]:
    """What the file holds; nothing where it is not there or damaged."""
    try:
        found = json.loads(path().read_text(encoding="utf-8"))
        return {int(digit): points_of(pairs) for digit, pairs in found.items() if int(digit) in CLASSES}
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError):  # somebody has written into it
        return {}


def points_of(pairs: Any) -> Tensor:
    """Pairs of numbers as points `(N, 2)`. Raises ValueError where they are something else."""
    points = torch.tensor(pairs, dtype=torch.float32)
    if points.ndim != 2 or points.shape[1] != 2 or not bool(points.isfinite().all()):
        raise ValueError("points are pairs of numbers")
    return points


def path() -> Path:
    return ledger.path().with_name(FILE)

"""Greys deeper than 8 bits: which of their values become black and white, the same for all pictures of a folder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FULL = 16  # bits, of which nothing needs to be said
BITS = (8, 10, 12, 14, FULL)  # that cameras and scanners give a grey


@dataclass(frozen=True)
class Depth:
    """The least and the greatest value of a deep grey, whether its values are whole numbers, and of how many bits.

    `bits` is None where the format does not say it: files of 16 bits often hold the 12 of a camera.
    """

    low: float
    high: float
    whole: bool
    bits: int | None = None

    @property
    def kind(self) -> tuple[bool, int | None]:
        """What pictures have in common that get one scale."""
        return self.whole, self.bits


@dataclass(frozen=True)
class Scale:
    """Which values become 0 … 255: those from `black` up to a `step` above it become 0. `note` says it in a line."""

    black: float
    step: float
    note: str = ""

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Values of any shape as uint8; what lies outside is cut."""
        return np.floor((values - self.black) / self.step).clip(0, 255).astype(np.uint8)


def depth_of(values: np.ndarray, whole: bool, bits: int | None) -> Depth:
    """How deep `values` are. Raises ValueError where none of them is finite."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        raise ValueError("none of its values is a finite number")
    return Depth(float(finite.min()), float(finite.max()), whole, bits)


def common_scale(depths: Sequence[Depth]) -> Scale:
    """The scale of pictures of one kind: by the bits that their format says, else by the range that they hold."""
    low, high = min(depth.low for depth in depths), max(depth.high for depth in depths)
    bits = depths[0].bits
    if bits is not None:
        return Scale(0, 2 ** (bits - 8))
    if depths[0].whole and low >= 0 and high < 2**FULL:
        return _scale_of_bits(next(bits for bits in BITS if high < 2**bits), high, len(depths))
    step = (high - low) / 255 or 1.0
    note = f"{len(depths)} deep greys hold numbers from {low:g} to {high:g}, which became black and white."
    return Scale(low - step / 2, step, note)


def _scale_of_bits(bits: int, high: float, count: int) -> Scale:
    note = (
        f"{count} deep greys hold nothing above {high:.0f}, so they were read as {bits} bits: {2**bits - 1} is white."
    )
    return Scale(0, 2 ** (bits - 8), "" if bits == FULL else note)

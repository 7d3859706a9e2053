"""A scan of which a reader chooses the lines that are measured, and what becomes of it in several hands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from gancore.data.damage import FewLines
from gancore.data.fourier import mirrored
from gancore.metrics.truth import psnr

ZERO_FILLED = "zero-filled"


class Paints(Protocol):
    """What makes pictures from what is given."""

    def paint(self, given: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Scan:
    """A slice `truth` `(1, 1, H, W)` in [-1, 1] whose frequencies in `mask` `(H, W)` were measured.

    `answers` are pictures of that shape by the name of who made them, zero-filled first.
    """

    truth: Tensor
    mask: Tensor
    answers: dict[str, Tensor]

    @property
    def lines(self) -> int:
        """How many of the columns were measured."""
        return int(self.mask[0].sum())

    @property
    def decibels(self) -> dict[str, float]:
        """The PSNR of each answer."""
        return {name: psnr(answer, self.truth) for name, answer in self.answers.items()}

    def invented(self, name: str) -> Tensor:
        """What is brighter in an answer than it was, and where it is negative what is missing, `(H, W)`.

        As an answer keeps to what was measured, all of this is at frequencies that nobody measured.
        """
        return (self.answers[name] - self.truth)[0, 0]


def scan(truth: Tensor, mask: Tensor, painters: Mapping[str, Paints]) -> Scan:
    """Measure the frequencies in `mask` of `truth`, and let each of `painters` make a picture of them.

    Raises GancoreError for a mask that measures nothing.
    """
    damage = FewLines()
    given = damage.measured(truth, mask[None, None])
    answers = {ZERO_FILLED: damage.plain(given)}
    answers |= {name: painter.paint(given) for name, painter in painters.items()}
    return Scan(truth, mask, answers)


def lines_under(points: Tensor, height: int, width: int) -> Tensor:
    """The mask `(height, width)` of the lines that `points` `(N, 2)` in [-1, 1]² lie on, and of those opposite."""
    lines = torch.zeros(width)
    lines[((points[:, 0] + 1) / 2 * width).long().clamp(0, width - 1)] = 1
    return mirrored(lines.expand(height, width))


def points_on(mask: Tensor) -> Tensor:
    """A point `(N, 2)` in [-1, 1]² on each line of `mask` `(H, W)`, half-way up."""
    width = mask.shape[-1]
    places = mask[0].nonzero().flatten()
    return torch.stack([(2 * places + 1) / width - 1, torch.zeros(len(places))], dim=1)

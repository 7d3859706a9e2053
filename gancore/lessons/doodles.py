"""Four things that somebody might draw instead of a digit, for chapter 11: `doodles`."""

import math
from itertools import pairwise

import torch
from torch import Tensor

from gancore.analysis.strokes import rasterise

TICKS = torch.linspace(0, 1, 40)[:, None]  # along a line or an arc

Corner = tuple[float, float]


def doodles() -> dict[str, Tensor]:
    """By name a picture `(1, 1, 28, 28)` of each, as MNIST would have it."""
    face = torch.cat(
        [arc((0, 0), 0.8), arc((-0.3, 0.3), 0.05), arc((0.3, 0.3), 0.05), arc((0, -0.1), 0.45, 1.15, 1.85)]
    )
    letter = torch.cat([lines((-0.6, -0.8), (0, 0.8), (0.6, -0.8)), lines((-0.35, -0.15), (0.35, -0.15))])
    house = lines((-0.7, -0.8), (-0.7, 0.2), (0, 0.9), (0.7, 0.2), (0.7, -0.8), (-0.7, -0.8))
    drawn = {"a dot": torch.zeros(1, 2), "a face": face, "an A": letter, "a house": house}
    return {name: rasterise(points) for name, points in drawn.items()}


def lines(*corners: Corner) -> Tensor:
    """Points `(N, 2)` along straight lines from corner to corner."""
    return torch.cat([torch.lerp(torch.tensor(a), torch.tensor(b), TICKS) for a, b in pairwise(corners)])


def arc(centre: Corner, radius: float, first: float = 0, last: float = 2) -> Tensor:
    """Points `(40, 2)` along a circle; angles in units of π, counter-clockwise from the right."""
    angles = math.pi * (first + (last - first) * TICKS)
    return torch.tensor(centre) + radius * torch.cat([angles.cos(), angles.sin()], dim=1)

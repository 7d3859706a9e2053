"""Outlines drawn by hand, as the emoji of chapter 14 have them."""

import torch
from torch import Tensor

PEN = 1.15  # pixels from the middle of a line to where it has faded: as wide as OpenMoji's at this size


def outline_of(points: Tensor, side: int) -> Tensor:
    """Black lines on white `(1, 1, side, side)` in [-1, 1] through `points` `(N, 2)` in [-1, 1]², which lie close."""
    if not len(points):
        return torch.ones(1, 1, side, side)
    middles = (torch.arange(side) + 0.5) / side * 2 - 1
    places = torch.stack(torch.meshgrid(-middles, middles, indexing="ij"), dim=-1).flip(-1).view(-1, 2)
    nearest = torch.cdist(places, points.float()).min(1).values * side / 2  # in pixels
    return (2 * (nearest - PEN + 1).clamp(0, 1) - 1).view(1, 1, side, side)


def together(one: Tensor, other: Tensor) -> Tensor:
    """Two outlines on one sheet: black where either is."""
    return torch.minimum(one, other)

"""Scribbles: drawn as if with the pen of MNIST, and no digits but by accident."""

import math
from itertools import pairwise

import torch
from torch import Tensor

from gancore.analysis.strokes import rasterise

MOST_STROKES = 4  # of a scribble
POINTS = 40  # of a stroke, or of each of its straight lines


def scribbles(count: int, seed: int = 0) -> Tensor:
    """Pictures `(count, 1, 28, 28)` in [-1, 1] of one to four strokes each: dots, arcs, bends and zigzags."""
    chance = torch.Generator().manual_seed(seed)
    return torch.cat([rasterise(scribble(chance)) for _ in range(count)])


def scribble(chance: torch.Generator) -> Tensor:
    """Points `(N, 2)` in [-1, 1]², in the order of drawing."""
    strokes = int(torch.randint(1, MOST_STROKES + 1, (), generator=chance))
    kinds = torch.randint(len(STROKES), (strokes,), generator=chance).tolist()
    return torch.cat([STROKES[kind](chance) for kind in kinds])


def dot(chance: torch.Generator) -> Tensor:
    return 1.6 * torch.rand(1, 2, generator=chance) - 0.8


def arc(chance: torch.Generator) -> Tensor:
    """Part of a circle, or all of it."""
    radius, start, turn = torch.rand(3, generator=chance).tolist()
    angles = 2 * math.pi * (start + (0.2 + 0.8 * turn) * torch.linspace(0, 1, POINTS))
    return dot(chance) + (0.1 + 0.7 * radius) * torch.stack([angles.cos(), angles.sin()], dim=1)


def zigzag(chance: torch.Generator) -> Tensor:
    """Two to five corners, joined by straight lines."""
    corners = 1.8 * torch.rand(int(torch.randint(2, 6, (), generator=chance)), 2, generator=chance) - 0.9
    share = torch.linspace(0, 1, POINTS)[:, None]
    return torch.cat([torch.lerp(one, two, share) for one, two in pairwise(corners)])


def bend(chance: torch.Generator) -> Tensor:
    """A sum of three waves in either direction, the shorter ones lower."""
    waves = torch.arange(1.0, 4)[:, None]
    height = torch.randn(3, 2, generator=chance) / (2 * waves)
    phase = 2 * math.pi * torch.rand(3, 2, generator=chance)
    time = 1.6 * math.pi * torch.linspace(0, 1, 2 * POINTS)[:, None, None]
    return (height * (waves * time + phase).sin()).sum(1).clamp(-1, 1)


STROKES = (dot, arc, zigzag, bend)

"""A digit drawn by hand, made into a picture like those of MNIST: as large, as thick, and as well centred."""

import torch
from torch import Tensor

from gancore.errors import GancoreError

SIDE = 28  # pixels of a picture
BOX = 20  # pixels of the square that a digit fits into (LeCun et al., 1998, section III.A)
MIDDLE = 14  # the column and the row, counted from 0, of MNIST's centres of mass
PEN = 2.6  # pixels: with soft edges, strokes measure as thick as those of MNIST do on average
JOINED = 0.15  # points drawn nearer to each other than this belong to one stroke; a key moves the cursor by 0.1
LARGEST_SCALE = 40.0  # pixels for each unit of the plane: a dot stays a dot


def rasterise(points: Tensor) -> Tensor:
    """Points `(N, 2)` in [-1, 1]², in the order of drawing, as a float image `(1, 1, 28, 28)` in [-1, 1].

    The drawing is scaled to fit a square of 20 pixels, and its centre of mass put in the middle, as MNIST's authors
    did. Raises GancoreError where there are no points.
    """
    if len(points) == 0:
        raise GancoreError("Nothing has been drawn yet; draw a digit first.")
    points = points * points.new_tensor([1, -1])  # rows are counted from the top
    low, high = points.min(0).values, points.max(0).values
    scale = ((BOX - PEN) / (high - low).max().clamp_min(1e-6)).clamp(max=LARGEST_SCALE)
    placed = (points - (low + high) / 2) * scale
    segments = segments_between(points, placed)
    off_centre = centre_of_mass(stamp(segments))
    return stamp(segments - off_centre)[None, None] * 2 - 1


def segments_between(points: Tensor, placed: Tensor) -> Tensor:
    """A segment `(N, 2, 2)` from each of `placed` to the next one, or to itself where the stroke ends."""
    following = torch.cat([placed[1:], placed[-1:]])
    gap = (points.diff(dim=0).norm(dim=1) > JOINED).tolist()
    ends = torch.tensor([*gap, True])
    return torch.stack([placed, torch.where(ends[:, None], placed, following)], dim=1)


def stamp(segments: Tensor) -> Tensor:
    """The ink `(28, 28)`, 0 to 1, of a round pen drawn along `segments` `(N, 2, 2)`, in pixels from the middle."""
    ticks = torch.arange(SIDE).float() - MIDDLE
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    pixels = torch.stack([x, y], dim=-1).flatten(0, 1)[:, None]
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    share = ((pixels - start) * along).sum(2) / along.square().sum(1).clamp_min(1e-12)
    nearest = start + share.clamp(0, 1)[..., None] * along
    distance = (pixels - nearest).norm(dim=2).min(1).values
    return (PEN / 2 + 0.5 - distance).clamp(0, 1).unflatten(0, (SIDE, SIDE))


def centre_of_mass(ink: Tensor) -> Tensor:
    """Where the ink `(28, 28)` has its mean, `(2,)`: pixels to the right of the middle and below it."""
    ticks = torch.arange(SIDE) - MIDDLE
    return torch.stack([(ink.sum(0) * ticks).sum(), (ink.sum(1) * ticks).sum()]) / ink.sum()

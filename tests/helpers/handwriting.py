"""Digits as somebody might draw them, in points of the plane as the canvas sends them."""

from itertools import pairwise

import torch
from torch import Tensor

SPACING = 0.03  # between points, as in the page


def stroke(*corners: tuple[float, float]) -> Tensor:
    """Points `(N, 2)` along straight lines through `corners`, as a pen leaves them."""
    ends = torch.tensor(corners)
    parts = []
    for start, end in pairwise(ends):
        count = max(1, int((end - start).norm() / SPACING))
        shares = torch.linspace(0, 1, count + 1)[:-1, None]
        parts.append(start + shares * (end - start))
    return torch.cat([*parts, ends[-1:]])


def arc(centre: tuple[float, float], radii: tuple[float, float], first: float, last: float) -> list:
    """Corners along an arc of an ellipse, angles in degrees, counter-clockwise from the right."""
    angles = torch.linspace(first, last, 40).deg2rad()
    x, y = centre[0] + radii[0] * angles.cos(), centre[1] + radii[1] * angles.sin()
    return list(zip(x.tolist(), y.tolist(), strict=True))


DIGITS = {
    0: stroke(*arc((0, 0), (0.5, 0.8), 90, 450)),
    1: stroke((0.1, 0.8), (-0.1, -0.8)),
    2: stroke(*arc((0, 0.4), (0.45, 0.4), 160, -40), (-0.5, -0.75), (0.5, -0.75)),
    3: stroke(*arc((0, 0.4), (0.45, 0.4), 150, -90), *arc((0, -0.4), (0.5, 0.4), 90, -150)),
    4: torch.cat([stroke((-0.3, 0.8), (-0.45, -0.1), (0.5, -0.1)), stroke((0.3, 0.7), (0.2, -0.8))]),
    5: stroke((0.45, 0.8), (-0.3, 0.8), (-0.35, 0.15), *arc((0, -0.25), (0.45, 0.5), 120, -140)),
    7: stroke((-0.5, 0.75), (0.5, 0.75), (-0.15, -0.8)),
}

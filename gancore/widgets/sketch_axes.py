"""The two axes of a pad that a curve is sketched on: values and places, the heights of a stroke, and the frame."""

import numpy as np
import torch

from gancore.lessons.predictions.kinds import Axis
from gancore.plots.style import GREY
from gancore.widgets.canvas import Layer, Line, Words

INK, LIGHT = "#222222", "#dddddd"
LIMITS = (-1.3, 1.1, -1.3, 1.1)  # what the edges of the pad stand for: the axes go from -1 to 1
COLUMNS = 61  # places at which the height of a sketch is kept


def to_pad(values: np.ndarray, axis: Axis) -> np.ndarray:
    """Values on an axis as places on the pad, from -1 to 1."""
    return 2 * (values - axis.lowest) / (axis.highest - axis.lowest) - 1


def from_pad(places: np.ndarray, axis: Axis) -> np.ndarray:
    """Places on the pad as values on an axis."""
    return axis.lowest + (places + 1) / 2 * (axis.highest - axis.lowest)


def heights_of(points: np.ndarray) -> np.ndarray:
    """The heights `(COLUMNS,)` of a sketch through `points` `(N, 2)` in the order of drawing, the newest on top.

    Between two columns that were drawn in there is a straight line; to both sides of all there is no number.
    """
    heights = np.full(COLUMNS, np.nan)
    columns = np.rint((points[:, 0] + 1) / 2 * (COLUMNS - 1)).astype(int)
    heights[columns] = points[:, 1]  # of several points in a column the last one counts
    drawn = np.flatnonzero(np.isfinite(heights))
    if len(drawn) < 2:
        return heights
    return np.interp(np.arange(COLUMNS), drawn, heights[drawn], left=np.nan, right=np.nan)


def axes_of(across: Axis, up: Axis) -> list[Layer]:
    """A frame from -1 to 1 with a grid, and the values at its ends and in its middle."""
    frame = torch.tensor([(-1.0, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
    half = [line for at in (-0.5, 0.0, 0.5) for line in ([(at, -1), (at, 1)], [(-1, at), (1, at)])]
    grid = torch.cat([torch.tensor([*line, (torch.nan, torch.nan)]) for line in half])
    labels = [(f"{from_pad(at, across):g}", (at - 0.06, -1.22)) for at in (-1.0, 0.0, 1.0)]
    labels += [(f"{from_pad(at, up):g}", (-1.29, at - 0.06)) for at in (-1.0, 0.0, 1.0)]
    texts, places = zip(*labels, strict=True)
    return [Line(grid, LIGHT, 1.0), Line(frame, GREY, 1.0), Words(torch.tensor(places), texts, INK)]

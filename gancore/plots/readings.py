"""What a figure says at one place of its axes: how far to the right that is, and what the curves have there."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D


def share_of_width(axes: Axes, x: float) -> float:
    """How far to the right `x` on these axes is, as a share of the figure's width. The figure must have been drawn."""
    return float(axes.transData.transform((x, axes.get_ylim()[0]))[0] / axes.figure.bbox.width)


def readings(figure: Figure, x: float) -> list[str]:
    """What each pair of axes of `figure` has at `x`, in words: the values of the curves that have a name."""
    said = []
    for axes in figure.axes:
        values = {line.get_label(): value_at(line, x) for line in axes.lines if is_curve(line, axes)}
        known = ", ".join(f"{name} {value:.3g}" for name, value in values.items() if np.isfinite(value))
        said += [f"{axes.get_title()}: {known}"] if known else []
    return said


def is_curve(line: Line2D, axes: Axes) -> bool:
    """Whether a line has a name and is a curve of data, which lines across the whole axes are not."""
    return not line.get_label().startswith("_") and line.get_transform() == axes.transData


def value_at(line: Line2D, x: float) -> float:
    """The height of a line at `x`: not a number before its first point, and after its last point as there."""
    return float(np.interp(x, *line.get_data(), left=np.nan))

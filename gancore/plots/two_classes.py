"""Two classes in the plane: examples, the boundary and a point, and beside them p(x|y), P(y) and P(y|x) as bars."""

import math
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.figure import Figure
from PIL import Image

from gancore.lessons.two_classes import SHOWN, TwoClasses, brief
from gancore.plots.backdrop import Backdrop
from gancore.plots.style import BLUE, ORANGE

# Of the first and the second class:
COLOURS, MARKS, SIZES, DASHES, HATCHES = (BLUE, ORANGE), ("o", "^"), (4.5, 6.0), ("-", "-."), ("", "///")
CELLS = 90  # a side of the grid that the boundary is found on, and points of a ring
# The three pairs of bars: where each begins, in shares of the picture's height, and what it shows.
BARS = ((0.74, "p(x | y): how typical"), (0.43, "P(y): how common"), (0.12, "P(y | x): the answer"))
RINGS = (1, 2)  # standard deviations at which a class's density is drawn as a ring


def ellipse(centre: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Points of an ellipse whose axes lie along the plane's, `(2, n)`."""
    angles = np.linspace(0, 2 * math.pi, CELLS)
    return centre[:, None] + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)])


class JointFigure:
    """The plane with examples, rings, boundary and the chosen point; beside it p(x|y), P(y) and P(y|x) as bars.

    What does not change with the point or the prior is drawn once.
    """

    def __init__(self, classes: TwoClasses, axes: tuple[str, str]) -> None:
        self.classes = classes
        self.figure = Figure(figsize=(7.8, 4.3), dpi=110)  # inches
        self._make_plane(axes)
        peak = np.exp(classes.log_densities(classes.means)).max()
        rows = zip(BARS, (peak, 1, 1), strict=True)
        self.bars = [pair for (bottom, title), longest in rows for pair in self._make_bars(bottom, title, longest)]
        ticks = np.linspace(*classes.frame, CELLS)
        densities = classes.log_densities(np.stack(np.meshgrid(*ticks.T), axis=-1))
        self.contours = contour_generator(*ticks.T, densities[..., 1] - densities[..., 0], line_type="ChunkCombinedNan")
        moving = [*self.dots, self.boundary, self.cross, *(part for pair in self.bars for part in pair)]
        self.backdrop = Backdrop(self.figure, moving)

    @property
    def alt(self) -> str:
        """What is to be seen, whatever the state."""
        first, second = self.classes.names
        return (
            f"A plane with examples of {first} as dots and of {second} as triangles, rings around both, a dashed "
            "line of even odds and a cross at the point; beside it three pairs of bars."
        )

    def draw(self) -> Image.Image:
        """A picture of the state that the classes are in now."""
        classes = self.classes
        for dots, group in zip(self.dots, classes.shown(), strict=True):
            dots.set_data(*group.T)
        (line,) = self.contours.lines(math.log(classes.prior / (1 - classes.prior)))[0]
        self.boundary.set_data(*(([], []) if line is None else line.T))
        self.cross.set_data(*([value] for value in classes.point))
        values = np.concatenate([classes.densities, classes.priors, classes.posteriors])
        for (bar, text), value in zip(self.bars, values, strict=True):
            bar.set_width(value)
            text.set_text(brief(value))
        return self.backdrop.draw()

    def place(self, across: float, down: float) -> tuple[float, float] | None:
        """The point of the plane at these shares of the picture's width and height; None beside the plane."""
        x, y = self.plane.transAxes.inverted().transform(self.figure.transFigure.transform((across, 1 - down)))
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        low, high = self.classes.frame
        return tuple(low + (high - low) * (x, y))

    def _make_plane(self, axes: tuple[str, str]) -> None:
        low, high = self.classes.frame
        self.plane = self.figure.add_axes((0.09, 0.12, 0.53, 0.8))
        self.plane.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=axes[0], ylabel=axes[1])
        self.plane.set_title(f"{SHOWN} examples, mixed as P(y) says", fontsize=11)
        self.dots = [self._make_class(place) for place in (0, 1)]
        (self.boundary,) = self.plane.plot([], [], "--", color="black", linewidth=1.4, label="even odds")
        cross = {"color": "white", "markeredgecolor": "black", "clip_on": False}  # which is whole at the edges, too
        (self.cross,) = self.plane.plot([], [], "P", markersize=13, label="x", **cross)
        self.plane.legend(fontsize=9, loc="upper right", framealpha=0.9)

    def _make_class(self, place: int) -> Any:
        classes, colour = self.classes, COLOURS[place]
        for ring in RINGS:
            line = ellipse(classes.means[place], ring * classes.deviations[place])
            self.plane.plot(*line, DASHES[place], color=colour, linewidth=1.2)
        style = {"color": colour, "markersize": SIZES[place], "alpha": 0.7, "markeredgewidth": 0}
        (dots,) = self.plane.plot([], [], MARKS[place], label=classes.names[place], **style)
        return dots

    def _make_bars(self, bottom: float, title: str, longest: float) -> list[tuple[Any, Any]]:
        """Two bars, of `longest` at most, each with the text of its value."""
        axes = self.figure.add_axes((0.72, bottom, 0.19, 0.17))
        axes.set_title(title, fontsize=11, loc="left")
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.set(xlim=(0, longest), xticks=[], ylim=(1.6, -0.6))
        bars = axes.barh(
            self.classes.names, (0, 0), color=COLOURS, hatch=HATCHES, edgecolor="white", linewidth=0, height=0.7
        )
        right = axes.get_yaxis_transform()
        texts = [axes.text(1.05, place, "", transform=right, va="center", fontsize=10) for place in (0, 1)]
        return list(zip(bars, texts, strict=True))

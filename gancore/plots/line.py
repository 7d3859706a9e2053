"""The game on the line, seen from the side: two densities, D and the best D there is, and the lines that carry z to x.

The panels are those of figure 1 in Goodfellow et al. (2014).
"""

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from PIL import Image

from gancore.data.toys import FRAME
from gancore.lessons.line import CELLS, LINES, LineState, places
from gancore.plots.backdrop import Backdrop
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure

SEEN_Z = 4.0  # the z axis is drawn to here: a unit of z is shorter than one of x, or G = 0.4 z would be a mere shift
HIGHEST = 3.2  # of the densities that are drawn; the course's data stays below 2, and what rises higher is cut off


class Panels:
    """A picture of a game: D above, the densities in the middle, the lines from z to x below.

    A new one takes a few milliseconds, for the axes are drawn once.
    """

    def __init__(self) -> None:
        figure = Figure(figsize=(6.1, 5.0), dpi=100)  # a window of 800 pixels leaves 618 to a cell
        figure.subplots_adjust(left=0.12, right=0.985, bottom=0.055, top=0.945, hspace=0.32)
        above, middle, below = figure.subplots(3, 1, height_ratios=(3, 3, 2))
        x, nothing = places().numpy(), np.zeros(CELLS)

        above.axhline(0.5, color=GREY, linewidth=0.8)
        (self.verdict,) = above.plot(x, nothing, color=GREEN, linewidth=2, label="D(x), how likely it is real")
        (self.best,) = above.plot(x, nothing, ":", color="black", linewidth=1.8, label="D*(x), the best there is")
        above.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
        (self.area,) = middle.fill(x, nothing, color=BLUE, alpha=0.2, linewidth=0)
        (self.real,) = middle.plot(x, nothing, color=BLUE, linewidth=2, label="p(x), the data")
        (self.fake,) = middle.plot(x, nothing, "--", color=ORANGE, linewidth=2, label="q(x), generated")
        middle.set(ylim=(0, HIGHEST), xticks=[-1, -0.5, 0, 0.5, 1])
        for axes in (above, middle):
            axes.set(xlim=(-FRAME, FRAME))
            axes.grid(alpha=0.25)
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=9, frameon=False, ncols=2, borderaxespad=0.2)
        above.tick_params(labelbottom=False)
        self.lines = LineCollection([], colors=ORANGE, linewidths=1)
        below.add_collection(self.lines)
        draw_z_axis(below)

        self.backdrop = Backdrop(figure, (self.best, self.verdict, self.area, self.real, self.fake, self.lines))

    def draw(self, seen: LineState) -> Image.Image:
        """A picture of `seen`."""
        self.verdict.set_ydata(seen.verdict)
        self.best.set_ydata(seen.best)
        self.area.set_xy(np.column_stack([places(), seen.real]))
        self.real.set_ydata(seen.real)
        self.fake.set_ydata(seen.fake)
        starts = torch.stack([seen.z * (FRAME / SEEN_Z), torch.zeros(LINES)], dim=1)
        ends = torch.stack([seen.x, torch.ones(LINES)], dim=1)
        self.lines.set_segments(torch.stack([starts, ends], dim=1).numpy())
        return self.backdrop.draw()


def draw_z_axis(axes: Axes) -> None:
    """The panel of the lines: they begin at z, along its lower edge, and end at x = G(z), along its upper edge."""
    ticks = np.arange(-SEEN_Z, SEEN_Z + 1)
    axes.set(xlim=(-FRAME, FRAME), ylim=(0, 1), yticks=[0, 1], yticklabels=["z", "x = G(z)"])
    axes.set_xticks(ticks * (FRAME / SEEN_Z), [f"{tick:g}".replace("-", "−") for tick in ticks])


def panels(seen: LineState) -> Image.Image:
    """One picture of a game."""
    return Panels().draw(seen)


def by_hand(seen: LineState) -> Figure:
    """A game without latents: both densities, and D over them, as it is drawn on the pad of chapter 04."""
    drawn, (axes,) = figure(6.1, 3.2)
    x = places()
    axes.plot(x, seen.verdict, color=GREEN, linewidth=2.5, label="D(x), drawn by hand")
    axes.plot(x, seen.real / HIGHEST, color=BLUE, label="p(x), the data")
    axes.plot(x, seen.fake / HIGHEST, "--", color=ORANGE, label="q(x), the forger")
    axes.set(xlim=(-FRAME, FRAME), ylim=(0, 1), xlabel="x", ylabel="D(x)")
    drawn.legend(loc="outside upper center", ncols=3, fontsize=9, frameon=False)
    return drawn

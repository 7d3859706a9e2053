"""A game for points in the plane, seen from above: both kinds of points, D's verdict everywhere, and where it pulls."""

import math
from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gancore.data.toys import FRAME
from gancore.lessons.plane import PlaneState
from gancore.plots.style import BLUE

# From "generated" over "cannot tell" to "real": pale, so that the points stand out, and told apart in any vision.
VERDICT = LinearSegmentedColormap.from_list("verdict", ["#F5D5A4", "#FFFFFF", "#A9D2EE"])
GENERATED = "#D55E00"  # Okabe and Ito (2008) as well: orange marks would not stand out from what is orange here
INK = "#222222"
COLUMNS = 3  # games side by side at most


def planes(looks: Mapping[str, PlaneState]) -> Figure:
    """Games side by side, each under its title: real points, generated ones, D's verdict, and arrows where it pulls."""
    columns = min(COLUMNS, len(looks))
    rows = math.ceil(len(looks) / columns)
    drawn = Figure(figsize=(3.6 * columns + (1.2 if columns == 1 else 0), 3.6 * rows + 0.5), dpi=110)
    drawn.set_layout_engine("constrained")
    places_to_draw = drawn.subplots(rows, columns, squeeze=False).ravel()
    for axes, (title, seen) in zip(places_to_draw, looks.items(), strict=False):
        draw_plane(axes, seen, title)
    for axes in places_to_draw[len(looks) :]:
        axes.axis("off")
    drawn.legend(handles=legend(), loc="outside lower center", ncols=4 if columns > 1 else 2, frameon=False, fontsize=9)
    return drawn


def draw_plane(axes: Axes, seen: PlaneState, title: str) -> None:
    """One game on `axes`."""
    extent = (-FRAME, FRAME, -FRAME, FRAME)
    verdict = seen.surface.numpy()
    axes.imshow(verdict, cmap=VERDICT, vmin=0, vmax=1, extent=extent, origin="lower", interpolation="bilinear")
    axes.plot(*seen.boundary.numpy().T, color=INK, linewidth=1.2)
    axes.plot(*seen.real.numpy().T, "o", color=BLUE, markersize=2.2, alpha=0.6, markeredgewidth=0)
    axes.plot(*seen.fake.numpy().T, "x", color=GENERATED, markersize=3.5, markeredgewidth=1)
    starts, ends = seen.arrows.numpy().transpose(1, 0, 2)
    to_scale = {"angles": "xy", "scale_units": "xy", "scale": 1}
    axes.quiver(*starts.T, *(ends - starts).T, **to_scale, width=0.005, headwidth=3.5, color=INK)
    axes.set(title=title, xlim=(-FRAME, FRAME), ylim=(-FRAME, FRAME), xticks=[-1, 0, 1], yticks=[-1, 0, 1], aspect=1)


def legend() -> list[Line2D]:
    """What the marks mean."""
    return [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=BLUE, label="real"),
        Line2D([], [], linestyle="", marker="x", markersize=5, color=GENERATED, label="generated"),
        Line2D([], [], color=INK, linewidth=1.2, label="D cannot tell"),
        Line2D([], [], linestyle="", marker="$→$", markersize=9, color=INK, label="where D pulls"),
    ]

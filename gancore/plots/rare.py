"""Rare classes: what was made beside the nearest original, and what it is worth to a classifier."""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from gancore.lessons.rare.classifier import rare_recall
from gancore.lessons.rare.distances import nearest
from gancore.lessons.rare.imbalance import RARE
from gancore.plots.style import BLUE, GREY, ORANGE, figure

TINY = 9  # points, of the distance under a picture
STRIP = 10  # pixels of a digit that it has room in


def beside_nearest(made: Tensor, originals: Sequence[Tensor]) -> Figure:
    """Pictures `(3, N, 1, H, W)` of the rare classes, and under each the nearest of its class's `originals`."""
    drawn, (axes,) = figure(0.62 * made.shape[1] + 1.4, 4.2)
    draw_beside_nearest(axes, made, originals)
    return drawn


def dial(made: Tensor, originals: Sequence[Tensor], measured: Mapping[str, Tensor], chosen: str) -> Figure:
    """Both side by side, with the remedy that is `chosen` marked."""
    drawn = Figure(figsize=(9.6, 4.2), dpi=100, layout="constrained")
    left, right = drawn.subplots(1, 2, width_ratios=(0.55 * made.shape[1], 4.4))
    draw_beside_nearest(left, made, originals)
    draw_remedies(right, measured, chosen)
    right.spines[["top", "right"]].set_visible(False)
    return drawn


def draw_beside_nearest(axes: Axes, made: Tensor, originals: Sequence[Tensor]) -> None:
    side = made.shape[-1]
    strip = torch.full((STRIP, made.shape[1] * side), -1.0)  # under each pair of rows, for the distances
    blocks = []
    for row, (pictures, own) in enumerate(zip(made, originals, strict=True)):
        places, distances = nearest(pictures, own)
        blocks += [torch.cat(list(pictures[:, 0]), dim=1), torch.cat(list(own[places, 0]), dim=1), strip]
        for column, distance in enumerate(distances.tolist()):
            at = ((column + 0.5) * side, (row + 1) * (2 * side + STRIP) - 2)
            axes.annotate(f"{distance:.1f}", at, color="white", fontsize=TINY, ha="center", va="bottom")
    axes.imshow(torch.cat(blocks).numpy(), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
    starts = [row * (2 * side + STRIP) for row in range(len(RARE))]
    names = {start + side / 2: f"{label}" for start, label in zip(starts, RARE, strict=True)}
    names |= {start + 3 * side / 2: "nearest" for start in starts}
    axes.set_yticks(list(names), list(names.values()), fontsize=9)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    axes.set_title("Made, and the nearest original (distance)", fontsize=10, loc="left")


def draw_remedies(axes: Axes, measured: Mapping[str, Tensor], chosen: str) -> None:
    """The mean recall of the rare classes under each remedy, from recalls `(seeds, 10)`, and its range over seeds."""
    places = range(len(measured))
    for place, (name, recalls) in enumerate(measured.items()):
        found = 100 * rare_recall(recalls)
        mean, low, high = (float(each) for each in (found.mean(), found.min(), found.max()))
        colour, hatch = (ORANGE, "//") if name == chosen else (BLUE, "")
        axes.barh(place, mean, color=colour, hatch=hatch, edgecolor="white", height=0.75)
        axes.plot([low, high], [place, place], color="black", linewidth=1.4)
        axes.text(high + 2, place, f"{mean:.0f}", va="center", fontsize=9)
    axes.set_yticks(places, [f"► {name}" if name == chosen else name for name in measured], fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xticks(range(0, 101, 20))
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", alpha=0.25, color=GREY)
    axes.set_title("Recall of the rare classes, % (line: all seeds)", fontsize=10, loc="left")

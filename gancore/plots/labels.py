"""Examples with and without their labels: digits as points in a plane, and what a model makes of labels."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from torch import Tensor

from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure

# Okabe and Ito (2008), then the "muted" scheme of Tol (2021), without the colours that are pale on white.
PALETTE = (
    BLUE, ORANGE, GREEN, "#CC79A7", "#D55E00", "#56B4E9", "#000000", "#882255", "#999933", "#332288", "#AA4499", GREY,
)  # fmt: skip
FOUR_POINTS = (4, 1, 0)  # matplotlib's way to say: a star with four points, not turned
GROUP_MARKS = (*"os^vDPX*<>d", FOUR_POINTS)  # one for each colour, so that no group is told by colour alone
DOT, MARK, NUMERAL = 3.0, 4.0, 5.5  # sizes of a point, in points
HALO = (withStroke(linewidth=5, foreground="white"),)  # around what lies among black points, too
LEVELS = 10  # contours of a density


def draw_points(axes: Axes, points: Tensor) -> None:
    """Points `(N, 2)` as grey dots: what can be seen without labels."""
    axes.plot(*points.T, ".", color=GREY, markersize=DOT)


def draw_labels(axes: Axes, points: Tensor, labels: Tensor) -> None:
    """Points `(N, 2)` as their labels `(N,)`, 0 to 9, written as numerals."""
    for label in labels.unique().tolist():
        style = {"marker": f"${label}$", "color": PALETTE[label], "markeredgewidth": 0.0}
        axes.plot(*points[labels == label].T, linestyle="", markersize=NUMERAL, **style)


def draw_groups(axes: Axes, points: Tensor, groups: Tensor) -> None:
    """Points `(N, 2)` in a colour and mark for each group `(N,)`, 0 to 11."""
    for group in groups.unique().tolist():
        style = {"marker": GROUP_MARKS[group], "color": PALETTE[group], "markeredgewidth": 0.0}
        axes.plot(*points[groups == group].T, linestyle="", markersize=MARK, **style)


def plane(points: Tensor, labels: Tensor | None = None) -> Figure:
    """Digits as points `(N, 2)` on their first two principal components, as dots or as their labels."""
    drawn, (axes,) = figure(7, 5.2)
    if labels is None:
        draw_points(axes, points)
    else:
        draw_labels(axes, points, labels)
    known = "without labels" if labels is None else "with labels"
    axes.set(title=f"{len(points):,} digits, {known}", xlabel="first component", ylabel="second component")
    return drawn


def travelled(points: Tensor, groups: Tensor, trail: Sequence[Tensor]) -> Figure:
    """Points `(N, 2)` in their groups `(N,)`, and the way of every centre: its places `(K, 2)` after each move."""
    drawn, (axes,) = figure(7, 5.2)
    draw_groups(axes, points, groups)
    ways = np.stack([places.numpy() for places in trail])
    axes.plot(ways[..., 0], ways[..., 1], color="black", linewidth=1.4)
    axes.plot(*ways[0].T, "o", color="white", markeredgecolor="black", label="where the centres begin")
    ends = {"markeredgecolor": "black", "markersize": 11, "path_effects": HALO}
    axes.plot(*ways[-1].T, "P", color="white", label="where they end", **ends)
    axes.set(title=f"{len(points):,} digits, in the cluster of the nearest centre")
    axes.set(xlabel="first component", ylabel="second component")
    axes.legend(fontsize=9, loc="upper right")
    return drawn


def signed(images: Tensor, titles: Sequence[str], ends: tuple[str, str]) -> Figure:
    """Images `(N, H, W)` of numbers of either sign: 0 is grey, black and white are the two `ends` of the scale."""
    drawn, axes = figure(2.6 * len(images) + 1.2, 2.9, columns=len(images))
    largest = float(images.abs().max())
    for place, image, title in zip(axes, images.numpy(), titles, strict=True):
        shown = place.imshow(image, cmap="gray", vmin=-largest, vmax=largest, interpolation="nearest")
        place.set_title(title)
        place.axis("off")
    bar = drawn.colorbar(shown, ax=list(axes), shrink=0.8)
    bar.set_ticks([-largest, 0, largest], labels=[ends[0], "0", ends[1]])
    return drawn


def weighed(image: Tensor, said: Tensor, largest: float, names: tuple[str, str]) -> Figure:
    """A digit `(H, W)`, and what each pixel adds to the logit of the second of two classes, `(H, W)`.

    Grey says nothing; black, `-largest`, speaks for the first class and white, `largest`, for the second.
    """
    drawn, (left, right) = figure(6.4, 2.9, columns=2)
    left.imshow(image.numpy(), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
    shown = right.imshow(said.numpy(), cmap="gray", vmin=-largest, vmax=largest, interpolation="nearest")
    for axes, title in ((left, "The picture"), (right, "What each pixel says")):
        axes.set_title(title)
        axes.axis("off")
    bar = drawn.colorbar(shown, ax=right, shrink=0.8)
    bar.set_ticks([-largest, 0, largest], labels=[names[0], "nothing", names[1]])
    return drawn


def confusion(counts: Tensor) -> Figure:
    """How often each digit, a row, was read as each digit, a column: whole numbers `(10, 10)`."""
    drawn, (axes,) = figure(5.6, 5)
    share = counts / counts.sum(1, keepdim=True)
    axes.imshow(share.numpy(), cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(counts.numpy() > 0):
        colour = "white" if share[row, column] > 0.5 else "black"
        axes.text(column, row, int(counts[row, column]), color=colour, ha="center", va="center", fontsize=9)
    axes.set(title="Which digit is read as which", xlabel="read as", ylabel="label")
    axes.set(xticks=range(len(counts)), yticks=range(len(counts)))
    axes.grid(False)
    return drawn


def leaning(images: Tensor, slants: Tensor) -> Figure:
    """Digits `(N, 1, H, W)`, each with a line of its slant `(N,)` through its middle."""
    drawn, axes = figure(1.15 * len(images), 1.6, columns=len(images))
    middle = (images.shape[-1] - 1) / 2
    reach = 0.4 * images.shape[-1]
    for place, image, s in zip(axes, images[:, 0].cpu().numpy(), slants.tolist(), strict=True):
        place.imshow(image, cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
        ends = np.array([-1, 1]) * reach
        place.plot(middle + s * ends, middle - ends, color=ORANGE, linewidth=2)
        place.set(xlim=(-0.5, image.shape[1] - 0.5), title=f"{s:+.2f}")
        place.axis("off")
    return drawn


def against(measured: Tensor, predicted: Tensor, what: str) -> Figure:
    """Predictions `(N,)` of a number over its measured values `(N,)`; on the dashed line the two agree."""
    drawn, (axes,) = figure(5, 4.2)
    axes.plot(measured, predicted, ".", color=BLUE, markersize=DOT)
    ends = [float(measured.min()), float(measured.max())]
    axes.plot(ends, ends, "--", color=GREY, label="predicted as measured")
    axes.set(title=f"{what} of unseen digits", xlabel="measured", ylabel="predicted")
    axes.legend(frameon=False)
    return drawn


def density(points: Tensor, x: Tensor, y: Tensor, values: Tensor) -> Figure:
    """Points `(N, 2)` under the contours of a density: `values` `(len(y), len(x))` over a grid."""
    drawn, (axes,) = figure(7, 5.2)
    levels = np.linspace(0, float(values.max()), LEVELS + 1)[1:]
    axes.contourf(x, y, values, levels=levels, cmap="Blues", vmin=0)
    axes.contour(x, y, values, levels=levels, colors=[BLUE], linewidths=0.8)
    axes.plot(*points.T, ".", color=GREY, markersize=DOT / 2)
    low, high = (points.min(0).values - 1).tolist(), (points.max(0).values + 1).tolist()
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.set(title="Where digits are dense", xlabel="first component", ylabel="second component")
    return drawn

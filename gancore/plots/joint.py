"""Figures about joint distributions: a table beside its conditionals, and how far pixels know of each other."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from torch import Tensor

from gancore.plots.style import BLUE, GREEN, ORANGE, figure

DARK = 0.6  # share of the darkest shade above which a number is written in white


def tables(panels: Mapping[str, Tensor], rows: Sequence[str], columns: Sequence[str]) -> Figure:
    """Tables of probabilities `(len(rows), len(columns))` side by side, each under its title and shaded alike."""
    drawn, places = figure(3.1 * len(panels), 0.55 * len(rows) + 1.0, columns=len(panels))
    darkest = max(float(table.max()) for table in panels.values())
    for axes, (title, table) in zip(places, panels.items(), strict=True):
        axes.imshow(table.numpy(), cmap="Blues", vmin=0, vmax=darkest, aspect="auto")
        axes.set_title(title, fontsize=11)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows if axes is places[0] else [])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.grid(False)
        for y, row in enumerate(table.tolist()):
            for x, share in enumerate(row):
                colour = "white" if share > DARK * darkest else "black"
                axes.text(x, y, f"{share:.3f}", ha="center", va="center", color=colour)
    return drawn


def correlations(groups: Mapping[str, Sequence[float]]) -> Figure:
    """For each group, the correlation of pixels 1, 2, 3, … apart."""
    drawn, (axes,) = figure(7, 2.8)
    styles = zip((BLUE, ORANGE, GREEN), ("o-", "^--", "s:"), strict=True)
    for (name, values), (colour, style) in zip(groups.items(), styles, strict=False):
        axes.plot(range(1, len(values) + 1), values, style, color=colour, label=name)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(title="Correlation of two pixels of one row, given the class", xlabel="pixels apart", ylim=(-0.12, 1))
    axes.set_xticks(range(1, 1 + max(map(len, groups.values()))))
    axes.legend(frameon=False)
    return drawn

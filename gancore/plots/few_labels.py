"""How far few labels reach: curves over their number, and one choice of ten beside many."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure

LOOKS = ((GREY, "s:"), ("#CC79A7", "D-."), (ORANGE, "^--"), (BLUE, "o-"), (GREEN, "P-"), ("#000000", "v:"))
SCATTER = 0.18  # of the distance between two rows, that points of a cloud lie off their row


def learning_curves(reached: Mapping[str, Mapping[int, Sequence[float]]]) -> Figure:
    """Accuracy in per cent against how many labels there were, for up to six by name: the mean of several draws, and a
    bar of their standard deviation either way."""
    drawn, (axes,) = figure(8, 4)
    for (name, draws), (colour, style) in zip(reached.items(), LOOKS, strict=False):
        means = [np.mean(each) for each in draws.values()]
        spreads = [np.std(each, ddof=1) if len(each) > 1 else 0.0 for each in draws.values()]
        look = {"color": colour, "fmt": style, "markersize": 5, "capsize": 3, "elinewidth": 0.8, "linewidth": 1.4}
        axes.errorbar(list(draws), means, spreads, label=name, **look)
    counts = sorted({count for draws in reached.values() for count in draws})
    axes.set_xscale("log")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    axes.set(xlabel="labels", title="Right answers in per cent, mean and spread of several draws")
    axes.legend(frameon=False)
    return drawn


def spent(cloud: Mapping[str, Sequence[float]], yours: Mapping[str, float]) -> Figure:
    """A row for each by name: what random choices of ten labels reached as grey points, and what `yours` did."""
    drawn, (axes,) = figure(4.3, 3.2)
    for row, (name, reached) in enumerate(cloud.items()):
        off = SCATTER * np.sin(np.arange(len(reached)) * 2.4)  # spread out, and the same every time
        axes.plot(reached, row + off, ".", color=GREY, alpha=0.5, markersize=6, markeredgewidth=0)
        if name in yours:
            axes.plot(yours[name], row, "D", color=ORANGE, markeredgecolor="black", markersize=9)
            axes.annotate(f"{yours[name]:.0f}", (yours[name], row), (0, 9), textcoords="offset points", ha="center")
    axes.set(xlim=(0, 100), xlabel="right answers in per cent", ylim=(len(cloud) - 0.5, -0.6))
    axes.set_yticks(range(len(cloud)), list(cloud))
    axes.set_title("Dots: random choices. Diamonds: yours", fontsize=10)
    return drawn

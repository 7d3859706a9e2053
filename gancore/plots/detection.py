"""What tells generated pictures from real ones: their spectra, and how many are found at how many false alarms."""

from collections.abc import Mapping
from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from gancore.lessons.duel import FALSE_ALARMS, Look
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure

STROKES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (GREY, ":"))


def spectra(means: Mapping[str, Tensor]) -> Figure:
    """Mean logarithms of radial spectra `(rings,)` by name, from one wave across the picture on."""
    drawn, (axes,) = figure(6.5, 3.0)
    draw_spectra(axes, means)
    return drawn


def draw_spectra(axes: Axes, means: Mapping[str, Tensor]) -> None:
    for (name, values), (colour, dash) in zip(means.items(), cycle(STROKES), strict=False):
        axes.plot(range(1, len(values) + 1), values, color=colour, linestyle=dash, label=name)
    axes.set(xlabel="waves across the picture", ylabel="log of the power", title="Radial spectrum")
    axes.legend(frameon=False, fontsize=9)


def spectrum_and_curve(look: Look) -> Figure:
    """The spectra of real pictures and of fakes, and the detector's ROC curve with the place of its threshold."""
    drawn, (left, right) = figure(8, 3.0, columns=2)
    draw_spectra(left, {"real": look.real, "generated": look.fake})
    right.plot(look.curve.false_alarms, look.curve.found, color=BLUE, label=f"area {look.curve.auc:.2f}")
    right.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="a coin")
    right.plot(look.false_alarms, look.found, "o", color=ORANGE, label="at the threshold", clip_on=False)
    right.axvline(FALSE_ALARMS, color=GREY, linewidth=0.8)
    right.set(xlabel="false alarms", ylabel="fakes found", title="ROC", xlim=(0, 1), ylim=(0, 1.01))
    right.legend(frameon=False, fontsize=9, loc="lower right")
    return drawn

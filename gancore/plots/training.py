"""How a run went: its curves, and its snapshots as a strip of film."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure, logarithmic
from gancore.runs.pictures import image_grid
from gancore.training.recorders import History, Snapshot

LABELS = {
    "d_loss": "discriminator",
    "g_loss": "generator",
    "d_real": "on real images",
    "d_fake": "on generated images",
}
Clock = Literal["round", "seconds"]  # what time is counted in
UNITS: dict[Clock, str] = {"round": "rounds", "seconds": "seconds"}


def curves(history: History) -> Figure:
    """Losses, and the discriminator's accuracy on real and on generated images, against rounds.

    Pale lines are the recorded values, strong ones their moving mean. Dotted lines mark where the discriminator
    would be if it could only guess.
    """
    drawn, (left, right) = figure(9, 3.4, columns=2)
    rounds = history.column("round")
    for axes, (first, second) in ((left, ("d_loss", "g_loss")), (right, ("d_real", "d_fake"))):
        for name, colour, dash in ((first, BLUE, "-"), (second, ORANGE, "--")):
            values = history.column(name)
            axes.plot(rounds, values, color=colour, alpha=0.25, linewidth=0.8)
            axes.plot(rounds, smooth(values), color=colour, linestyle=dash, label=LABELS[name])
        axes.set(xlabel="round")
    left.axhline(2 * np.log(2), color=GREY, linestyle=":", label="discriminator, if it only guessed")
    left.set(title="Loss of each player", ylim=(0, None))
    right.axhline(0.5, color=GREY, linestyle=":", label="if it only guessed")
    right.set(title="Accuracy of the discriminator", ylim=(0, 1.02))
    for axes in (left, right):
        axes.legend(fontsize=9, frameon=False)
    return drawn


def race(scores: Mapping[str, Sequence[tuple[float, float]]]) -> Figure:
    """The FID of several runs against seconds of training, on a logarithmic scale; `scores` are pairs of the two."""
    drawn, (axes,) = figure(6.5, 3.2)  # a film has it beside its pictures, at two thirds of its size
    for (name, pairs), colour, style in zip(scores.items(), (BLUE, ORANGE, GREEN), ("o-", "s--", "D:"), strict=False):
        axes.plot(*zip(*pairs, strict=True), style, color=colour, markersize=4, label=name)
    axes.set(title="FID", xlabel="seconds of training")
    logarithmic(axes)
    axes.legend(frameon=False, loc="lower left")
    return drawn


def smooth(values: Sequence[float], window: int = 9) -> np.ndarray:
    """The moving mean over `window` values; the ends are averaged over what is there. Same length."""
    if not len(values):
        return np.empty(0)  # of a run too short to be recorded
    kernel = np.ones(min(window, len(values)))
    return np.convolve(values, kernel, mode="same") / np.convolve(np.ones(len(values)), kernel, mode="same")


def moment_of(snapshot: Snapshot, by: Clock) -> str:
    """When a snapshot was taken, in a word: "1,700" rounds, "7.5" seconds."""
    return f"{snapshot.round:,}" if by == "round" else f"{snapshot.seconds:.1f}"


def film_strip(snapshots: Sequence[Snapshot], rows: int = 4, columns: int = 10, by: Clock = "round") -> Figure:
    """The first `rows` latents of each of `columns` snapshots: one latent a row, time from left to right."""
    chosen = np.unique(np.linspace(0, len(snapshots) - 1, columns).round().astype(int))
    drawn, axes = figure(9, 0.95 * rows + 0.4, columns=len(chosen))
    for place, index in zip(axes, chosen, strict=True):
        snapshot = snapshots[index]
        place.imshow(_column(snapshot.images[:rows]), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        place.set_title(moment_of(snapshot, by), fontsize=10)
        place.axis("off")
    drawn.suptitle(f"The same latents after this many {UNITS[by]}", fontsize=11)
    return drawn


def _column(images: Tensor) -> np.ndarray:
    return np.asarray(image_grid(images, columns=1))

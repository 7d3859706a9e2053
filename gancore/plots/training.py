"""How a run went: its curves, and its snapshots as a strip of film."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure, logarithmic
from gancore.training.recorders import History, Snapshot

LABELS = {
    "d_loss": "discriminator",
    "g_loss": "generator",
    "d_real": "on real images",
    "d_fake": "on generated images",
}
TITLES = {"loss": "Loss of each player", "share": "Accuracy of the discriminator"}
STROKES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."))
WINDOW = 9  # values of a moving mean
Clock = Literal["round", "seconds"]  # what time is counted in
UNITS: dict[Clock, str] = {"round": "rounds", "seconds": "seconds"}


def curves(history: History) -> Figure:
    """What was recorded against rounds, a panel for each of the game's `curves` that has something to show.

    Pale lines are the recorded values, strong ones their moving mean. Dotted lines mark where the discriminator
    would be if it could only guess. Shares reach from 0 to 1; all else is drawn in numbers of its own.
    """
    recorded = history.rows[0].keys() if history.rows else LABELS
    panels = {title: [name for name in names if name in recorded] for title, names in history.curves.items()}
    panels = {title: names for title, names in panels.items() if names}
    rounds = history.column("round")
    drawn, places = figure(4.5 * len(panels), 3.4, columns=len(panels))
    for axes, (title, names) in zip(places, panels.items(), strict=True):
        for name, (colour, dash) in zip(names, cycle(STROKES), strict=False):
            values, label = history.column(name), LABELS.get(name, name)
            axes.plot(rounds, values, color=colour, alpha=0.25, linewidth=0.8)
            axes.plot(rounds, smooth(values), color=colour, linestyle=dash, label=label)
        if title == "loss" and history.guessing is not None:
            axes.axhline(history.guessing, color=GREY, linestyle=":", label="discriminator, if it only guessed")
        if title == "share":
            axes.axhline(0.5, color=GREY, linestyle=":", label="if it only guessed")
        lowest = min((min(history.column(name), default=0) for name in names), default=0)
        axes.set(xlabel="round", title=TITLES.get(title, title))
        axes.set_ylim(0 if lowest >= 0 else None, 1.02 if title == "share" else None)
        axes.legend(fontsize=9, frameon=False)
    return drawn


def race(scores: Mapping[str, Sequence[tuple[float, float]]]) -> Figure:
    """The FID of up to four runs against seconds of training, on a logarithmic scale; `scores` are pairs of the two."""
    drawn, (axes,) = figure(6.5, 3.2)  # a film has it beside its pictures, at two thirds of its size
    looks = zip((BLUE, ORANGE, GREEN, GREY), ("o-", "s--", "D:", "^-."), strict=True)
    for (name, pairs), (colour, style) in zip(scores.items(), looks, strict=False):
        axes.plot(*zip(*pairs, strict=True), style, color=colour, markersize=4, label=name)
    axes.set(title="FID", xlabel="seconds of training")
    logarithmic(axes)
    axes.legend(frameon=False, loc="best")
    return drawn


def smooth(values: Sequence[float]) -> np.ndarray:
    """The moving mean over `WINDOW` values; the ends are averaged over what is there. Same length."""
    if not len(values):
        return np.empty(0)  # of a run too short to be recorded
    kernel = np.ones(min(WINDOW, len(values)))
    return np.convolve(values, kernel, mode="same") / np.convolve(np.ones(len(values)), kernel, mode="same")


def moment_of(snapshot: Snapshot, by: Clock) -> str:
    """When a snapshot was taken, in a word: "1,700" rounds, "7.5" seconds."""
    return f"{snapshot.round:,}" if by == "round" else f"{snapshot.seconds:.1f}"


def film_strip(
    snapshots: Sequence[Snapshot], rows: int = 4, columns: int = 10, by: Clock = "round", names: Sequence[str] = ()
) -> Figure:
    """The first `rows` latents of each of `columns` snapshots: one latent a row, time from left to right.

    Where the rows are of several networks, as many for each, `names` says of which.
    """
    chosen = np.unique(np.linspace(0, len(snapshots) - 1, columns).round().astype(int))
    drawn, axes = figure(9, 0.95 * rows + 0.4, columns=len(chosen))
    for place, index in zip(axes, chosen, strict=True):
        snapshot = snapshots[index]
        picture = np.asarray(snapshot.picture(rows, columns=1))
        place.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        place.set_title(moment_of(snapshot, by), fontsize=10)
        place.axis("off")
    for number, name in enumerate(names):
        middle = 1 - (number + 0.5) / len(names)
        axes[0].text(-0.1, middle, name, transform=axes[0].transAxes, ha="right", va="center", fontsize=10)
    drawn.suptitle(f"The same latents after this many {UNITS[by]}", fontsize=11)
    return drawn

"""How games on the ring went: samples, curves, films, and the paths of the Dirac-GAN."""

from collections.abc import Mapping
from textwrap import fill

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from torch import Tensor

from gancore.data.toys import RING_RADIUS, Mixture
from gancore.lessons import dirac
from gancore.lessons.ring_run import Run
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure, logarithmic
from gancore.plots.training import smooth

REACH = 1.6  # units of the ring, so that points that have run away can be seen to
FIELD = 2.2  # from the equilibrium of the Dirac-GAN to the edge of the picture
LOSSES_UP_TO = 3.0
WIDEST_TITLE = 24  # characters in a line above a ring
SHOWN_REAL = 200
PATH_STYLES = ((ORANGE, "--"), (BLUE, "-"), (GREEN, ":"))
BELOW_LABEL = -0.3  # heights of a panel, where no curve is
TITLE, SMALL = 11, 9  # points: figures this wide are shown at two thirds of their size


def draw_ring(axes: Axes, truth: Mixture, points: Tensor, title: str) -> None:
    """Samples `(N, 2)` as crosses, real points as dots, and a circle about each mode."""
    unit = float(truth.modes.norm(dim=1).max()) / RING_RADIUS
    for centre in truth.modes.tolist():
        axes.add_patch(Circle(centre, truth.radius, fill=False, edgecolor=GREY, linewidth=0.8))
    real = truth.sample(SHOWN_REAL, torch.Generator().manual_seed(0))
    axes.plot(*real.T, "o", color=BLUE, markersize=2, alpha=0.6, markeredgewidth=0, label="real")
    axes.plot(*points.T, "x", color=ORANGE, markersize=3.5, markeredgewidth=0.9, label="generated")
    limit = REACH * unit
    axes.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[], aspect=1)
    axes.spines[:].set_visible(True)
    axes.grid(False)
    axes.set_title(title, fontsize=TITLE)


def film(run: Run, count: int = 6) -> Figure:
    """The same latents at `count` times of `run`, from its start to its end."""
    taken = run.snapshots.taken
    chosen = [taken[place] for place in np.linspace(0, len(taken) - 1, count).round().astype(int)]
    drawn, places = figure(1.6 * count, 2.3, columns=count)
    for axes, snapshot in zip(places, chosen, strict=True):
        title = f"round {snapshot.round}:\n{snapshot.coverage.covered} of 8 modes"
        draw_ring(axes, run.truth, snapshot.points, title)
    handles, labels = places[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=TITLE, frameon=False, markerscale=2)
    return drawn


def histories(runs: Mapping[str, Run], samples: bool = False) -> Figure:
    """A row for each run: losses, D's accuracy, modes reached, and with `samples` where its points end."""
    columns = 4 if samples else 3
    drawn = Figure(figsize=(9.5, 2.1 * len(runs) + 0.6), dpi=110, layout="constrained")
    grid = drawn.subplots(len(runs), columns, squeeze=False)
    for row, (name, run) in zip(grid, runs.items(), strict=True):
        places = list(row)
        if samples:
            draw_ring(places.pop(0), run.truth, run.snapshots.taken[-1].points, fill(name, WIDEST_TITLE))
        draw_losses(places[0], run, "losses" if samples else f"{name}: losses")
        draw_accuracy(places[1], run)
        draw_modes(places[2], run)
    below = {"loc": "upper center", "fontsize": SMALL, "frameon": False, "labelspacing": 0.2}
    if samples:
        grid[-1, 0].legend(bbox_to_anchor=(0.5, 0), markerscale=2, **below)
    for axes in grid[-1, -3:-1]:
        axes.legend(bbox_to_anchor=(0.5, BELOW_LABEL), ncols=3, columnspacing=1, handlelength=1.5, **below)
    for axes in grid[-1, -3:]:
        axes.set_xlabel("round", fontsize=SMALL)
    return drawn


def draw_losses(axes: Axes, run: Run, title: str) -> None:
    """Both losses against rounds; the dotted line is where D's loss would be if it only guessed."""
    rounds = run.history.column("round")
    of_d, of_g = run.history.column("d_loss"), run.history.column("g_loss")
    for losses, colour, dash, label in ((of_d, BLUE, "-", "D"), (of_g, ORANGE, "--", "G")):
        axes.plot(rounds, losses, color=colour, linestyle=dash, linewidth=1.1, label=label)
    axes.axhline(run.trainer.game.guessing(), color=GREY, linestyle=":", linewidth=1, label="D guessing")
    lowest = min([0.0, *of_d, *of_g])
    _finish(axes, run, title, (max(lowest, -LOSSES_UP_TO) - 0.1, LOSSES_UP_TO))


def draw_accuracy(axes: Axes, run: Run) -> None:
    """How often D is right on real and on generated points, smoothed; the dotted line is guessing."""
    rounds = run.history.column("round")
    for name, colour, dash, label in (("d_real", BLUE, "-", "on real"), ("d_fake", ORANGE, "--", "on generated")):
        axes.plot(rounds, smooth(run.history.column(name)), color=colour, linestyle=dash, label=label)
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
    _finish(axes, run, "accuracy of D", (0, 1.04))


def draw_modes(axes: Axes, run: Run) -> None:
    """How many modes the samples reach at each snapshot."""
    taken = run.snapshots.taken
    counts = [snapshot.coverage.covered for snapshot in taken]
    axes.plot([snapshot.round for snapshot in taken], counts, "o-", color=GREEN, markersize=3, label="modes")
    _finish(axes, run, "modes reached", (-0.3, 8.5))


def _finish(axes: Axes, run: Run, title: str, limits: tuple[float, float]) -> None:
    axes.set(xlim=(0, run.setting.rounds), ylim=limits)
    axes.set_title(title, fontsize=TITLE)
    axes.tick_params(labelsize=SMALL)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def paths(named: Mapping[str, Tensor]) -> Figure:
    """Paths `(rounds + 1, 2)` of the Dirac-GAN in the plane of θ and ψ, and their distance from the equilibrium."""
    drawn, (left, right) = figure(9, 3.9, columns=2)
    draw_field(left)
    for (name, path), (colour, dash) in zip(named.items(), PATH_STYLES, strict=False):
        left.plot(*path.T, dash, color=colour, linewidth=1.5, label=name)
        right.plot(dirac.distance(path), dash, color=colour, linewidth=1.5, label=name)
    left.plot(0, 0, "k*", markersize=11)
    left.set(xlabel="θ, where the generator is", ylabel="ψ, slope of the discriminator", aspect=1)
    left.set_title("Where the two players are; ★ is the equilibrium", fontsize=10)
    right.set(xlabel="round")
    logarithmic(right)
    right.set_title("Distance from the equilibrium", fontsize=10)
    right.legend(fontsize=9, frameon=False)
    return drawn


def draw_field(axes: Axes) -> None:
    """Arrows of one length in the directions that the two players move."""
    ticks = torch.linspace(-FIELD, FIELD, 13, dtype=torch.double)
    theta, psi = torch.meshgrid(ticks, ticks, indexing="xy")
    arrows = torch.stack(dirac.field(theta, psi))
    arrows = arrows / arrows.norm(dim=0).clamp_min(1e-9)  # at the equilibrium there is no direction
    axes.quiver(theta, psi, *arrows, color=GREY, alpha=0.5, width=0.003)
    axes.set(xlim=(-FIELD, FIELD), ylim=(-FIELD, FIELD))

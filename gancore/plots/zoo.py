"""Figures of the generative family: a Gibbs chain as a film, a plane of latents, the gap below a bound."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from gancore.data.pictures import image_grid
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure

COLOURS = (BLUE, ORANGE, GREEN, GREY)
NUMERAL = 36  # points², the size of a numeral that stands for an image


def chain_film(frames: Sequence[Tensor], steps: Sequence[int]) -> Figure:
    """Frames `(N, C, H, W)` of N Gibbs chains after so many `steps`: a chain in each row, time from left to right."""
    drawn, axes = figure(9, 0.95 * len(frames[0]) + 0.4, columns=len(frames))
    for place, frame, step in zip(axes, frames, steps, strict=True):
        place.imshow(np.asarray(image_grid(frame, columns=1)), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        place.set_title(f"{step}", fontsize=10)
        place.axis("off")
    drawn.suptitle("The chains after this many steps", fontsize=11)
    return drawn


def latent_plane(codes: Tensor, labels: Tensor, decoded: Tensor, reach: float) -> Figure:
    """Left, where images of class `labels` `(N,)` lie in a latent plane, `codes` `(N, 2)`: each a numeral.

    Right, what is drawn from the latents of a `square_grid`, `decoded` `(side², C, H, W)`. Both have the same axes.
    """
    drawn, (left, right) = figure(10.5, 5.2, columns=2)
    for label in labels.unique().tolist():
        x, y = codes[labels == label].T.numpy()
        left.scatter(x, y, NUMERAL, COLOURS[label % len(COLOURS)], marker=f"${label}$", linewidths=0.4)
    left.set(title="Where the encoder puts digits", ylabel="z₂", aspect="equal")
    grid = np.asarray(image_grid(decoded, columns=round(len(decoded) ** 0.5)))
    right.imshow(grid, cmap="gray", vmin=0, vmax=255, extent=(-reach, reach, -reach, reach), interpolation="nearest")
    right.set(title="What the decoder draws there")
    right.grid(visible=False)
    for axes in (left, right):
        axes.set(xlabel="z₁", xlim=(-reach, reach), ylim=(-reach, reach))
    return drawn


def gaps(measured: Sequence[float], divergence: Sequence[float], names: Sequence[str]) -> Figure:
    """For each image two numbers in nats that should agree: by how much a bound falls short, and a divergence."""
    drawn, (axes,) = figure(8, 2.8)
    places = range(len(names))
    axes.bar(places, divergence, color=GREY, alpha=0.4, label="KL from q(z|x) to p(z|x)")
    axes.plot(places, measured, "D", color=BLUE, label="log p(x) less the ELBO")
    axes.set(title="By how much the bound falls short", xlabel="digit", ylabel="nats", ylim=(0, None))
    axes.set_xticks(places, names)
    axes.legend(frameon=False, fontsize=9)
    return drawn

"""Figures of the generative family: models side by side, a Gibbs chain as a film, a plane of latents, bounds."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from gancore.data.pictures import image_grid
from gancore.plots.labels import PALETTE
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE, figure

NUMERAL = 44  # points², the size of a numeral that stands for an image
DASHES = ("--", "-.", ":")


def side_by_side(rows: Mapping[str, Tensor]) -> Figure:
    """Images `(N, C, H, W)` of several models, a row for each under its name."""
    drawn = Figure(figsize=(6.4, 0.86 * len(rows)), dpi=110, layout="constrained")
    places = drawn.subplots(len(rows), 1, squeeze=False)[:, 0]
    for axes, (name, images) in zip(places, rows.items(), strict=True):
        grid = np.asarray(image_grid(images, columns=len(images)))
        axes.imshow(grid, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_title(name, fontsize=9, loc="left", pad=2)
        axes.axis("off")
    return drawn


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
        left.scatter(x, y, NUMERAL, PALETTE[label], marker=f"${label}$", linewidths=0.4)
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


def bounds(z: Tensor, posterior: Tensor, guesses: Mapping[str, Tensor], elbo: Sequence[float], log_x: float) -> Figure:
    """Guesses at a posterior and the bounds that they give. All densities are `(N,)` over a line of latents `z`.

    Left the posterior and each guess; right a bar for each guess, which ends at its bound, `elbo`, and what is missing
    to log p(x).
    """
    drawn, (left, right) = figure(9, 3.2, columns=2)
    left.plot(z, posterior, color="black", linewidth=2.2, label="p(z|x), the true posterior")
    colours = (BLUE, ORANGE, GREEN)
    for (name, density), colour, dash in zip(guesses.items(), colours, DASHES, strict=False):
        left.plot(z, density, color=colour, linestyle=dash, label=f"q(z|x), {name}")
    left.set(xlabel="z", title="Where is the latent, once x is seen?")
    left.legend(frameon=False, fontsize=9)
    places = range(len(guesses))
    floor = min(elbo) - 1
    right.bar(places, [bound - floor for bound in elbo], bottom=floor, color=colours[: len(guesses)])
    for place, bound in enumerate(elbo):
        right.bar(place, log_x - bound, bottom=bound, color="white", edgecolor=GREY, hatch="//", linewidth=0.8)
    right.axhline(log_x, color="black", linewidth=2.2, label="log p(x)")
    right.bar(0, 0, color="white", edgecolor=GREY, hatch="//", label="KL from q(z|x) to p(z|x)")
    right.set(ylim=(floor, log_x + 1.6), ylabel="nats", title="Bound and gap add up to log p(x)")
    right.set_xticks(places, [f"{name}\nELBO {bound:.2f}" for name, bound in zip(guesses, elbo, strict=True)])
    right.legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    return drawn

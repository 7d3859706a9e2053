"""Every static figure of the course, in one visual style, and the one way to show a picture: `show`."""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from gancore.record import History, Snapshot
from gancore.runs import image_grid

# Okabe and Ito (2008): told apart with every common kind of colour vision. Lines also differ in their dashes.
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
GREY = "#666666"

LABELS = {
    "d_loss": "discriminator",
    "g_loss": "generator",
    "d_real": "on real images",
    "d_fake": "on generated images",
}


def show(figure: Figure | Image.Image, alt: str) -> None:
    """Display a figure or a picture with its alternative text, which says in words what is to be seen."""
    from IPython.display import display

    data = png(figure)
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    markup = f'<img alt="{html.escape(alt)}" src="{source}">'
    display({"text/html": markup, "image/png": source.split(",")[1], "text/plain": alt}, raw=True)


def png(figure: Figure | Image.Image) -> bytes:
    """The figure as a PNG file in at most 256 colours, to keep notebooks small; the same bytes for the same figure."""
    buffer = io.BytesIO()
    if isinstance(figure, Figure):
        figure.savefig(buffer, format="png", bbox_inches="tight")
        figure = Image.open(buffer).convert("RGB")
        buffer = io.BytesIO()
    if figure.mode != "L":
        figure = figure.quantize(256, dither=Image.Dither.NONE)
    figure.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def figure(width: float = 8.0, height: float = 3.0, columns: int = 1) -> tuple[Figure, np.ndarray]:
    """An empty figure in the course's style, in inches, and its axes side by side as an array `(columns,)`."""
    drawn = Figure(figsize=(width, height), dpi=110, layout="constrained")
    axes = drawn.subplots(1, columns, squeeze=False)[0]
    for place in axes:
        place.spines[["top", "right"]].set_visible(False)
        place.grid(alpha=0.25)
    return drawn, axes


def picture(images: Tensor, columns: int | None = None, zoom: int = 2) -> Image.Image:
    """Images `(N, C, H, W)` in [-1, 1] in a grid, each pixel drawn as `zoom` × `zoom`."""
    grid = image_grid(images, columns)
    return grid.resize((grid.width * zoom, grid.height * zoom), Image.Resampling.NEAREST)


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


def smooth(values: Sequence[float], window: int = 9) -> np.ndarray:
    """The moving mean over `window` values; the ends are averaged over what is there. Same length."""
    kernel = np.ones(min(window, len(values)))
    return np.convolve(values, kernel, mode="same") / np.convolve(np.ones(len(values)), kernel, mode="same")


def film_strip(snapshots: Sequence[Snapshot], rows: int = 4, columns: int = 10) -> Figure:
    """The first `rows` latents of each of `columns` snapshots: one latent a row, time from left to right."""
    chosen = np.unique(np.linspace(0, len(snapshots) - 1, columns).round().astype(int))
    drawn, axes = figure(9, 0.95 * rows + 0.4, columns=len(chosen))
    for place, index in zip(axes, chosen, strict=True):
        snapshot = snapshots[index]
        place.imshow(_column(snapshot.images[:rows]), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        place.set_title(f"{snapshot.round:,}", fontsize=10)
        place.axis("off")
    drawn.suptitle("The same latents after this many rounds", fontsize=11)
    return drawn


def _column(images: Tensor) -> np.ndarray:
    return np.asarray(image_grid(images, columns=1))


def pixel_histogram(groups: dict[str, Tensor]) -> Figure:
    """How often each pixel value occurs in each group of images, on a logarithmic scale, over [-1, 1]."""
    drawn, (axes,) = figure(8, 2.8)
    dashes = ("-", "--", ":")
    for (name, images), colour, dash in zip(groups.items(), (BLUE, ORANGE, GREEN), dashes, strict=False):
        counts, edges = np.histogram(images.flatten().numpy(), bins=60, range=(-1, 1))
        axes.stairs(counts / counts.sum(), edges, color=colour, linestyle=dash, linewidth=1.6, label=name)
    axes.set(title="Share of pixels at each value", xlabel="pixel value", yscale="log", xlim=(-1.02, 1.02))
    axes.legend(frameon=False)
    return drawn


def before_and_after(images: Tensor, titles: Sequence[str]) -> Figure:
    """Groups of images `(groups, N, C, H, W)` in [-1, 1] as grids side by side, each under its title."""
    drawn, axes = figure(3.2 * len(titles), 3.4, columns=len(titles))
    for place, group, title in zip(axes, images, titles, strict=True):
        place.imshow(np.asarray(image_grid(group)), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        place.set_title(title)
        place.axis("off")
    return drawn

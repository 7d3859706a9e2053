"""Images as grids, and what their pixels are like."""

from collections.abc import Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from gancore.data.pictures import image_grid
from gancore.plots.style import BLUE, GREEN, ORANGE, figure, logarithmic


def picture(images: Tensor, columns: int | None = None, zoom: int = 2) -> Image.Image:
    """Images `(N, C, H, W)` in [-1, 1] in a grid, each pixel drawn as `zoom` × `zoom`."""
    grid = image_grid(images, columns)
    return grid.resize((grid.width * zoom, grid.height * zoom), Image.Resampling.NEAREST)


def before_and_after(images: Tensor, titles: Sequence[str]) -> Figure:
    """Groups of images `(groups, N, C, H, W)` in [-1, 1] as grids side by side, each under its title."""
    drawn, axes = figure(3.2 * len(titles), 3.4, columns=len(titles))
    for place, group, title in zip(axes, images, titles, strict=True):
        place.imshow(np.asarray(image_grid(group)), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        place.set_title(title)
        place.axis("off")
    return drawn


def pixel_histogram(groups: dict[str, Tensor]) -> Figure:
    """How often each pixel value occurs in each group of images, on a logarithmic scale, over [-1, 1]."""
    drawn, (axes,) = figure(8, 2.8)
    looks = zip(cycle((BLUE, ORANGE, GREEN)), cycle(("-", "--", ":", "-.")), strict=False)
    for (name, images), (colour, dash) in zip(groups.items(), looks, strict=False):
        counts, edges = np.histogram(images.detach().flatten().cpu().numpy(), bins=60, range=(-1, 1))
        axes.stairs(counts / counts.sum(), edges, color=colour, linestyle=dash, linewidth=1.6, label=name)
    axes.set(title="Share of pixels at each value", xlabel="pixel value", xlim=(-1.02, 1.02))
    logarithmic(axes)
    axes.legend(frameon=False)
    return drawn

"""What a discriminator looks at: digits beside the pixels that would change its answer."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from gancore.plots.style import figure

MARKED = 10  # pixels of either sign
OUTLINE = "#AAAAAA"
MORE, LESS = "#56B4E9", "#E69F00"  # Okabe and Ito (2008): both bright enough on black


def salient(images: Tensor, gradients: Tensor, titles: Sequence[str]) -> Figure:
    """Images `(N, 1, H, W)`, each under its title and beside its saliency map: `gradients` of the same shape."""
    drawn, axes = figure(2.6 * len(images), 1.7, columns=2 * len(images))
    for place, image, title in zip(axes[::2], images[:, 0], titles, strict=True):
        draw_image(place, image)
        place.set_title(title, fontsize=10)
    for place, image, gradient in zip(axes[1::2], images[:, 0], gradients[:, 0], strict=True):
        draw_saliency(place, image, gradient)
    return drawn


def draw_image(axes: Axes, image: Tensor) -> None:
    """A grey image `(H, W)` in [-1, 1]."""
    axes.imshow(image.numpy(), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
    axes.axis("off")


def draw_saliency(axes: Axes, image: Tensor, gradient: Tensor) -> None:
    """The size of a gradient `(H, W)` in grey under the outline of its image `(H, W)`.

    ○ and × mark the pixels where more ink, and where less, would raise the logit most.
    """
    axes.imshow(gradient.abs().numpy(), cmap="gray", vmin=0, interpolation="nearest")
    if image.max() > 0:
        axes.contour(image.numpy(), levels=[0.0], colors=[OUTLINE], linewidths=0.8)
    for signed, mark, colour in ((gradient, "o", MORE), (-gradient, "x", LESS)):
        y, x = np.unravel_index(signed.flatten().topk(MARKED).indices.numpy(), signed.shape)
        axes.plot(x, y, mark, color=colour, markersize=4, markeredgewidth=1.4, fillstyle="none")
    axes.axis("off")


def drawing(image: Tensor, gradient: Tensor, nearest: Tensor) -> Figure:
    """A digit drawn by hand as MNIST would have it, what D looks at in it, and the nearest digit of a generator.

    All have the shape `(1, 1, H, W)`.
    """
    drawn, places = figure(5.1, 2.0, columns=3)
    draw_image(places[0], image[0, 0])
    draw_saliency(places[1], image[0, 0], gradient[0, 0])
    draw_image(places[2], nearest[0, 0])
    titles = ("as MNIST would have it", "○ more, × less ink", "the nearest digit of G")
    for axes, title in zip(places, titles, strict=True):
        axes.set_title(title, fontsize=9)
    return drawn

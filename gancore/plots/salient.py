"""What a discriminator looks at: digits beside the pixels that would change its answer."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from gancore.plots.style import figure

MARKED = 3  # places of either sign
PEN = 5  # pixels: what a pen leaves where it touches
OUTLINE = "#AAAAAA"
MORE, LESS = "#56B4E9", "#E69F00"  # Okabe and Ito (2008): both bright enough on black
SIGNED = LinearSegmentedColormap.from_list("signed", [LESS, "black", MORE])


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
    axes.imshow(image.cpu().numpy(), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
    axes.axis("off")


def draw_saliency(axes: Axes, image: Tensor, gradient: Tensor) -> None:
    """What a touch of the pen would do at each place, under the outline of the image `(H, W)`.

    The gradient `(H, W)` of single pixels looks like noise; its mean over a square as large as a pen's mark is how the
    logit changes when a little ink is added there. Blue and ○ are where more ink would raise it most, orange and ×
    where less would.
    """
    image, gradient = image.cpu(), gradient.cpu()
    touch = avg_pool2d(gradient[None], PEN, stride=1, padding=PEN // 2, count_include_pad=False)[0]
    most = float(touch.abs().max()) or 1.0
    axes.imshow(touch.numpy(), cmap=SIGNED, vmin=-most, vmax=most, interpolation="nearest")
    if image.max() > 0:
        axes.contour(image.numpy(), levels=[0.0], colors=[OUTLINE], linewidths=0.8)
    for signed, mark in ((touch, "o"), (-touch, "x")):
        y, x = peaks(signed).T
        axes.plot(x, y, mark, color="white", markersize=6, markeredgewidth=1.6, fillstyle="none")
    axes.axis("off")


def peaks(heights: Tensor) -> Tensor:
    """The row and column `(N, 2)` of the highest places of `(H, W)`, up to three, none within a pen's mark of
    another."""
    highest = max_pool2d(heights[None], PEN, stride=1, padding=PEN // 2)[0]
    places = ((heights == highest) & (heights > 0)).nonzero()
    return places[heights[tuple(places.T)].argsort(descending=True)][:MARKED]


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

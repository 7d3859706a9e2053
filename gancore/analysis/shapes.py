"""What can be measured on the picture of a digit without knowing which digit it is: slant and thickness."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from gancore.errors import GancoreError


def slant(images: Tensor) -> Tensor:
    """How far strokes lean, `(N,)`: pixels to the right for each pixel upwards, 0 where a digit stands upright.

    It is the slope of the straight line x = a + s·y that fits the ink of a float image `(N, 1, H, W)` in [-1, 1]
    best, s = Σ ink·(x - x̄)(y - ȳ) / Σ ink·(y - ȳ)²: a ratio of the second-order moments of Hu (1962, section II).
    Raises GancoreError for an image whose ink is all in one row, or that has none.
    """
    ink = ink_of(images)
    height, width = ink.shape[-2:]
    x = torch.arange(width, dtype=ink.dtype, device=ink.device)
    y = torch.arange(height, dtype=ink.dtype, device=ink.device).flip(0)[:, None]  # rows are stored from the top
    dx, dy = x - mean_place(x, ink), y - mean_place(y, ink)
    spread = (ink * dy.square()).sum((-2, -1))
    _require(spread > 0, "ink in two rows or more, so it has no slant")
    return (ink * dx * dy).sum((-2, -1)) / spread


def thickness(images: Tensor) -> Tensor:
    """How thick strokes are, in pixels, `(N,)`: the ink over half the length of its outline.

    A stroke of width w and length L has the ink w·L and an outline of 2w + 2L, so this is w for a stroke that is
    much longer than wide; ends make it less. The outline of a grey image is its total variation, the length of its
    contours averaged over all levels of grey. `images` are floats `(N, 1, H, W)` in [-1, 1].
    Raises GancoreError for an image without ink.
    """
    ink = pad(ink_of(images), (1, 1, 1, 1))  # strokes may touch the border: their outline goes on there
    # Slopes are taken where four pixels meet, so that strokes leaning left and right measure alike.
    across = (ink.diff(dim=-1)[:, 1:] + ink.diff(dim=-1)[:, :-1]) / 2
    down = (ink.diff(dim=-2)[:, :, 1:] + ink.diff(dim=-2)[:, :, :-1]) / 2
    outline = torch.hypot(across, down).sum((-2, -1))
    _require(outline > 0, "ink, so it has no thickness")
    return 2 * ink.sum((-2, -1)) / outline


def ink_of(images: Tensor) -> Tensor:
    """Float images `(N, 1, H, W)` in [-1, 1] as ink `(N, H, W)` from 0, black, to 1, white.

    Raises GancoreError for images of another shape.
    """
    if images.ndim != 4 or images.shape[1] != 1:
        raise GancoreError(f"Images have shape {tuple(images.shape)}; shapes are measured on grey ones, (N, 1, H, W).")
    return (images[:, 0] + 1) / 2


def mean_place(place: Tensor, ink: Tensor) -> Tensor:
    """The mean of a coordinate over the ink of each image, `(N, 1, 1)`; where there is no ink, not a number."""
    return ((ink * place).sum((-2, -1)) / ink.sum((-2, -1)))[:, None, None]


def _require(fine: Tensor, what: str) -> None:
    if not fine.all():
        raise GancoreError(f"Image {int((~fine).nonzero()[0])} has no {what}; leave it out.")

"""Random changes to all that the discriminator sees, real and generated alike, through which gradients flow.

A discriminator that has seen each of few pictures a hundred times knows them by heart. Seen through random changes they
are many, and since generated pictures go through the same ones, the generator learns the pictures and not the changes
(Zhao et al., 2020, Differentiable Augmentation for Data-Efficient GAN Training, section 3.2; Karras et al., 2020,
Training Generative Adversarial Networks with Limited Data, section 2.2).

Each change takes float images `(N, C, H, W)` in [-1, 1] with any number of channels and gives back as many of the same
size. Every image gets random numbers of its own, from torch's global state on its device. What comes in from outside is
0, mid-grey, so that a gap can be told from a black ground.

With `ADAPTIVE` among the names, each change is done to an image with a probability only, which grows while the
discriminator is too sure of the real pictures, and falls otherwise (Karras et al., 2020, section 3).
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from gancore.data.images import ImageData
from gancore.errors import GancoreError
from gancore.system.checks import brief

SHIFT = 1 / 8  # of the side, either way; this, CUTOUT and the ranges of light are as in Zhao et al.
CUTOUT = 1 / 2  # of the side
BRIGHTNESS = 0.5  # added or taken away
CONTRAST = 0.5  # of the distance from the mean, more or less
TURN = math.radians(15)  # either way
ZOOM = 0.1  # of the size, larger or smaller

FEW = 200  # pictures, at most, that are learnt by heart before they are learnt: see benchmarks/README.md, Few pictures
FOR_FEW = ("shift", "cutout")

ADAPTIVE = "adaptive"  # stands among the names of changes, and is none
TARGET = 0.6  # of r_t, the mean sign of D's logits on real images: Karras et al., section 3.1, find it a good one
ADAPTED_OVER = 50_000  # real images in which the probability can go from 0 to 1; 500,000 in the paper's longer runs


def shift(images: Tensor) -> Tensor:
    """Each image moved by whole pixels, up to an eighth of its side."""
    rows, columns = places(images)
    most_rows, most_columns = (round(SHIFT * side) for side in images.shape[2:])
    return read(images, rows + whole_numbers(images, most_rows), columns + whole_numbers(images, most_columns))


def turn(images: Tensor) -> Tensor:
    """Each image turned by up to 15° about its middle and resized by up to a tenth, read between pixels linearly."""
    rows, columns = places(images)
    middle_row, middle_column = (side / 2 - 0.5 for side in images.shape[2:])
    angle, zoom = between(images, TURN), 1 + between(images, ZOOM)
    down, right = rows - middle_row, columns - middle_column
    return read_between(
        images,
        middle_row + zoom * (angle.cos() * down + angle.sin() * right),
        middle_column + zoom * (angle.cos() * right - angle.sin() * down),
    )


def cutout(images: Tensor) -> Tensor:
    """Each image with a square of half its side, at a random place that may reach over the edge, set to 0."""
    sides, device = images.shape[2:], images.device
    hole = torch.ones(len(images), *sides, dtype=torch.bool, device=device)
    for place, side in zip(places(images), sides, strict=True):
        middle = (torch.rand(len(images), 1, 1, device=device) * side).floor()
        start = middle - round(CUTOUT * side) // 2
        hole = hole & (place >= start) & (place < start + round(CUTOUT * side))
    return images.masked_fill(hole[:, None], 0.0)


def light(images: Tensor) -> Tensor:
    """Each image brighter or darker, and with more or less contrast about its mean; values may leave [-1, 1]."""
    mean = images.mean((1, 2, 3), keepdim=True)
    contrast, brightness = 1 + between(images, CONTRAST)[:, None], between(images, BRIGHTNESS)[:, None]
    return (images - mean) * contrast + mean + brightness


AUGMENTATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "turn": turn,
    "shift": shift,
    "light": light,
    "cutout": cutout,
}


Changes = tuple[str, ...] | None  # names of AUGMENTATIONS; None: FOR_FEW where the pictures are few


def changes_for(kinds: Changes, data: object) -> tuple[str, ...]:
    """`kinds`, or where they are None, what `data` asks for: FOR_FEW where it is at most FEW pictures, else nothing."""
    if kinds is not None:
        return kinds
    return FOR_FEW if isinstance(data, ImageData) and len(data) <= FEW else ()


def augment(images: Tensor, kinds: Sequence[str], probability: Tensor | None = None) -> Tensor:
    """`images` `(N, C, H, W)` after the changes of these `kinds`, one after the other; the same ones for no kinds.

    With a `probability`, a scalar in 0..1, every change is done to so many of the images, drawn anew for each.
    """
    for kind in kinds:
        changed = AUGMENTATIONS[kind](images)
        if probability is not None:
            drawn = torch.rand(len(images), 1, 1, 1, device=images.device) < probability
            changed = torch.where(drawn, changed, images)
        images = changed
    return images


def adapt(probability: Tensor, real_share: Tensor, count: int) -> None:
    """Move `probability`, in place, after a move in which the discriminator judged `count` real images.

    `real_share` is the share of them that it took for real. In terms of the paper, r_t is 2 · real_share - 1.
    """
    step = count / ADAPTED_OVER
    probability.add_(step * torch.sign(2 * real_share - 1 - TARGET)).clamp_(0, 1)


def check_augmentations(kinds: object) -> None:
    """Raises GancoreError unless `kinds` is None or a tuple of names in AUGMENTATIONS, none of them twice.

    ADAPTIVE may be among them, but not alone.
    """
    choices = ", ".join(AUGMENTATIONS)
    if kinds is None:
        return
    if not isinstance(kinds, tuple):
        raise GancoreError(
            f"augment is {brief(kinds)}; it must be a tuple of some of {choices}, () for none, or None for what the "
            "size of the data asks for."
        )
    for kind in kinds:
        if not isinstance(kind, str) or kind not in (*AUGMENTATIONS, ADAPTIVE):
            raise GancoreError(f"There is no augmentation {brief(kind)}; choose some of {choices}.")
        if kinds.count(kind) > 1:
            raise GancoreError(f"augment names {kind} {kinds.count(kind)} times; name each once.")
    if kinds == (ADAPTIVE,):
        raise GancoreError(f"augment is adaptive and names nothing to be done; add some of {choices}.")


def places(images: Tensor) -> tuple[Tensor, Tensor]:
    """The row `(1, H, 1)` and the column `(1, 1, W)` of every pixel of `images`."""
    height, width = images.shape[2:]
    rows, columns = torch.arange(height, device=images.device), torch.arange(width, device=images.device)
    return rows[None, :, None], columns[None, None, :]


def between(images: Tensor, most: float) -> Tensor:
    """A number for each of `images`, `(N, 1, 1)`, uniform from `-most` to `most`."""
    return (torch.rand(len(images), 1, 1, device=images.device) * 2 - 1) * most


def whole_numbers(images: Tensor, most: int) -> Tensor:
    """A whole number for each of `images`, `(N, 1, 1)`, uniform from `-most` to `most`."""
    return torch.randint(-most, most + 1, (len(images), 1, 1), device=images.device)


def read(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The pixels of `images` at whole `rows` and `columns`, which broadcast to `(N, h, w)`; 0 where there are none.

    By plain indexing, whose gradient adds up in the same order every time, also on a GPU.
    """
    height, width = images.shape[2:]
    framed = pad(images, (1, 1, 1, 1)).permute(0, 2, 3, 1)
    each = torch.arange(len(images), device=images.device)[:, None, None]
    return framed[each, (rows + 1).clamp(0, height + 1), (columns + 1).clamp(0, width + 1)].permute(0, 3, 1, 2)


def read_between(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The same at any `rows` and `columns` `(N, h, w)`: a mean of the four pixels around, the nearer the heavier."""
    above, left = rows.floor().long(), columns.floor().long()
    down, right = (rows - above)[:, None], (columns - left)[:, None]
    upper = (1 - right) * read(images, above, left) + right * read(images, above, left + 1)
    lower = (1 - right) * read(images, above + 1, left) + right * read(images, above + 1, left + 1)
    return (1 - down) * upper + down * lower

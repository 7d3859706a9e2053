"""A mark in the pixels that nobody sees and whoever has the key finds (spread spectrum, Cox et al., 1997)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, pad

from gancore.system.checks import check_number, check_whole

AROUND = 5  # pixels along each side of the square whose mean stands for the picture under the mark
TINY = 1e-9  # in place of 0, where a picture is one colour


@dataclass(frozen=True)
class Watermark:
    """A pattern of light and dark cells for pictures `(C, side, side)`, which `key` decides.

    `strength` is how much lighter or darker a pixel becomes, in [-1, 1]. Cells of `cell` × `cell`
    pixels outlast what takes single pixels away.
    """

    key: int
    side: int = 32
    strength: float = 0.06
    cell: int = 2

    def __post_init__(self) -> None:
        check_whole("side", self.side, 4096, least=8)
        check_whole("cell", self.cell, self.side // 4)
        check_number("strength", self.strength, 0, 1, "(]")

    @property
    def pattern(self) -> Tensor:
        """-1 and 1, `(side, side)`."""
        rng = torch.Generator().manual_seed(self.key)
        cells = torch.randint(2, [-(-self.side // self.cell)] * 2, generator=rng) * 2.0 - 1
        return cells.repeat_interleave(self.cell, 0).repeat_interleave(self.cell, 1)[: self.side, : self.side]

    def put(self, images: Tensor) -> Tensor:
        """`images` `(N, C, side, side)` in [-1, 1] with the mark in every channel."""
        return put_in(images, self.pattern.to(images.device), self.strength)

    def correlation(self, images: Tensor) -> Tensor:
        """How much each of `images` is like this mark, `(N,)` from -1 to 1: about 0 where there is none, or another.

        Both are compared without what is smooth in them. How far from 0 a picture without a mark strays depends on the
        pictures, so the threshold comes from some that have none: `detection.threshold_at`.
        """
        return correlation(detail(images.mean(1)), detail(self.pattern.to(images.device)[None])[0])


def put_in(images: Tensor, pattern: Tensor, strength: float) -> Tensor:
    """`images` `(N, C, H, W)` lighter or darker by `strength` as `pattern` `(H, W)` says, within [-1, 1]."""
    return (images + strength * pattern).clamp(-1, 1)


def correlation(details: Tensor, mark: Tensor) -> Tensor:
    """The cosine of each of `details` `(N, H, W)` with `mark` `(H, W)`, `(N,)`; 0 where a picture has no detail."""
    there, mark = details.flatten(1), mark.flatten()
    return there @ mark / (there.norm(dim=1) * mark.norm()).clamp(min=TINY)


def detail(images: Tensor) -> Tensor:
    """`images` `(N, H, W)` less the mean around each pixel."""
    around = pad(images[:, None], [AROUND // 2] * 4, mode="reflect")
    return images - avg_pool2d(around, AROUND, stride=1)[:, 0]

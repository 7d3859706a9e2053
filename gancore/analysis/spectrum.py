"""The radial spectrum of a picture: how much power it has at each fineness, whatever the direction."""

import torch
from torch import Tensor

from gancore.data.fourier import to_frequencies
from gancore.errors import GancoreError


def rings(side: int) -> Tensor:
    """The ring, int64 `(side, side)`, that each frequency of a square picture belongs to, frequency 0 in the middle.

    A ring is the distance from the middle, in waves across the picture, rounded to a whole number.
    """
    waves = torch.arange(side) - side // 2
    return torch.hypot(waves[:, None].float(), waves[None].float()).round().long()


def radial_spectrum(images: Tensor) -> Tensor:
    """The mean power in each ring of frequencies, float32 `(N, rings)`, of `images` `(N, C, H, W)`, over all channels.

    Azimuthal averaging (Durall et al., 2019, section 3.1). Place r holds r waves across the picture; beyond H / 2
    only the corners of the spectrum are left. With `to_frequencies` white noise has its variance in each ring. Raises
    GancoreError for pictures that are not square.
    """
    height, width = images.shape[-2:]
    if height != width:
        raise GancoreError(
            f"The pictures are {height}×{width} pixels, and rings are round in squares alone; cut them to "
            f"{min(height, width)}×{min(height, width)}."
        )
    power = to_frequencies(images).abs().square().mean(1).flatten(1)
    ring = rings(height).flatten().to(images.device)
    sums = power.new_zeros(len(images), int(ring.max()) + 1).index_add_(1, ring, power)
    return sums / torch.bincount(ring)

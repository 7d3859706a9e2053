"""What becomes of a picture on its way to us: noise, holes, too few pixels, too few frequencies.

Each damage makes what is given from the truth, knows the plain answer, which needs no network, and puts back into any
answer what is known for certain.
"""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad

from gancore.data.fourier import keep_measured, line_mask, zero_filled
from gancore.errors import GancoreError
from gancore.system.checks import check_number, check_whole


class Damage(Protocol):
    """Pictures are float32 `(N, C, H, W)` in [-1, 1]. What is given has as many channels, and perhaps a mask more."""

    def given_channels(self, channels: int) -> int:
        """How many channels are given of a picture that has `channels`."""

    def apply(self, images: Tensor, rng: torch.Generator) -> Tensor:
        """What is given of `images`, damaged as `rng` decides."""

    def plain(self, given: Tensor) -> Tensor:
        """The plain answer: a picture from what is given, without anything learnt."""

    def keep(self, images: Tensor, given: Tensor) -> Tensor:
        """`images`, an answer, with all that `given` knows for certain put back into it."""


@dataclass(frozen=True)
class Noise:
    """Every pixel has a normal random number added; its standard deviation is `strength` times black to white."""

    strength: float = 0.1

    def __post_init__(self) -> None:
        check_number("strength", self.strength, 0, 1, "(]")

    def given_channels(self, channels: int) -> int:
        return channels

    def apply(self, images: Tensor, rng: torch.Generator) -> Tensor:
        noise = torch.randn(images.shape, generator=rng, device=images.device)
        return images + 2 * self.strength * noise

    def plain(self, given: Tensor) -> Tensor:
        """The median of each 3×3 neighbourhood."""
        around = pad(given, [1] * 4, mode="reflect").unfold(2, 3, 1).unfold(3, 3, 1)
        return around.flatten(4).median(-1).values

    def keep(self, images: Tensor, given: Tensor) -> Tensor:
        """Nothing is certain where everything is noisy."""
        return images


@dataclass(frozen=True)
class Hole:
    """A square with sides of `share` of the picture's is missing, somewhere. A mask says where: 1 is known."""

    share: float = 0.4

    def __post_init__(self) -> None:
        check_number("share", self.share, 0, 1, "()")

    def given_channels(self, channels: int) -> int:
        return channels + 1

    def apply(self, images: Tensor, rng: torch.Generator) -> Tensor:
        count, _, height, width = images.shape
        known = torch.ones(count, 1, height, width, device=images.device, dtype=torch.bool)
        for axis, size in ((2, height), (3, width)):
            hole = min(max(1, round(self.share * size)), size - 1)  # something is left
            start = torch.randint(size - hole + 1, (count, 1, 1, 1), generator=rng, device=images.device)
            place = torch.arange(size, device=images.device).view([-1 if each == axis else 1 for each in range(4)])
            inside = (place >= start) & (place < start + hole)
            known = inside.expand_as(known) if axis == 2 else ~(known & inside)
        return torch.cat([images * known, known.float()], dim=1)

    def plain(self, given: Tensor) -> Tensor:
        """The mean of what is known, in the hole; grey where nothing is."""
        images, known = given[:, :-1], given[:, -1:]
        mean = (images * known).sum((2, 3), keepdim=True) / known.sum((2, 3), keepdim=True).clamp(min=1)
        return self.keep(mean.expand_as(images), given)

    def keep(self, images: Tensor, given: Tensor) -> Tensor:
        """The pixels outside the hole are known."""
        return torch.where(given[:, -1:] > 0, given[:, :-1], images)


@dataclass(frozen=True)
class Coarse:
    """Squares of `factor` × `factor` pixels are averaged into one. Given is each average, as large as its square."""

    factor: int = 4

    def __post_init__(self) -> None:
        check_whole("factor", self.factor, 64, least=2)

    def given_channels(self, channels: int) -> int:
        return channels

    def apply(self, images: Tensor, rng: torch.Generator) -> Tensor:
        return self.enlarged(self.averages(images))

    def averages(self, images: Tensor) -> Tensor:
        """`(N, C, H, W)` to `(N, C, H / factor, W / factor)`. Raises GancoreError where `factor` does not divide."""
        for name, size in zip(("height", "width"), images.shape[2:], strict=True):
            if size % self.factor:
                raise GancoreError(
                    f"The {name} is {size} pixels, which squares of {self.factor}×{self.factor} do not fill; cut it to "
                    f"a multiple of {self.factor}."
                )
        return torch.nn.functional.avg_pool2d(images, self.factor)

    def enlarged(self, averages: Tensor) -> Tensor:
        return averages.repeat_interleave(self.factor, 2).repeat_interleave(self.factor, 3)

    def plain(self, given: Tensor) -> Tensor:
        """Bicubic interpolation (Keys, 1981)."""
        coarse = given[:, :, :: self.factor, :: self.factor]
        return interpolate(coarse, scale_factor=self.factor, mode="bicubic").clamp(-1, 1)

    def keep(self, images: Tensor, given: Tensor) -> Tensor:
        """The average of each square is known."""
        return images + given - self.enlarged(self.averages(images))


@dataclass(frozen=True)
class FewLines:
    """A scan from few lines of its frequencies: the middle, and others at random, as many as `shares` say.

    Given is the zero-filled picture, and the mask of what was measured, which is drawn anew for each picture between
    the two `shares`.
    """

    shares: tuple[float, float] = (0.25, 0.25)
    centre: float = 0.08  # share of the lines, in the middle, that are always measured, at most

    def __post_init__(self) -> None:
        check_number("centre", self.centre, 0, 1, "(]")
        for share in self.shares:
            check_number("one of shares", share, self.centre, 1)

    def given_channels(self, channels: int) -> int:
        if channels != 1:
            raise GancoreError(
                f"A scan is grey, with 1 channel, and these pictures have {channels}; bring them to grey, or take a "
                f"damage that knows colours, as denoise, superres and inpaint do."
            )
        return 2

    def apply(self, images: Tensor, rng: torch.Generator) -> Tensor:
        height, width = images.shape[2:]
        low, high = self.shares
        shares = low + (high - low) * torch.rand(len(images), generator=rng, device=images.device)
        centre = max(1, round(self.centre * width))
        masks = [line_mask(height, width, share, centre, rng) for share in shares.tolist()]
        return self.measured(images, torch.stack(masks)[:, None].to(images.device))

    def measured(self, images: Tensor, masks: Tensor) -> Tensor:
        """What is given of `images` `(N, 1, H, W)` when the frequencies in `masks`, as many, are measured.

        Raises GancoreError for pictures in colour, and for masks that measure nothing or have another size.
        """
        self.given_channels(images.shape[1])
        return torch.cat([2 * zero_filled((images + 1) / 2, masks) - 1, masks], dim=1)  # black is 0

    def plain(self, given: Tensor) -> Tensor:
        """Zero-filled: what is not measured is taken for 0."""
        return given[:, :1].clamp(-1, 1)

    def keep(self, images: Tensor, given: Tensor) -> Tensor:
        """The measured frequencies are known."""
        return keep_measured(images, given[:, :1], given[:, 1:])

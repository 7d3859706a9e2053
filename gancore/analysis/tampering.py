"""What happens to a picture between its maker and whoever judges it: compression, another size, a blur.

To compare two kinds of pictures, do the same to both: where only the fakes were compressed, a detector of compression
finds all fakes.
"""

import io
from dataclasses import dataclass
from typing import Protocol

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate, pad

from gancore.data.images import to_float, to_uint8
from gancore.system.checks import check_number, check_whole

WORST, BEST = 1, 95  # of Pillow's qualities for JPEG; above 95 files grow and pictures hardly change


class Tampering(Protocol):
    """Pictures float32 `(N, C, H, W)` in [-1, 1] to as many of the same shape."""

    def __call__(self, images: Tensor) -> Tensor: ...


def as_files(images: Tensor) -> Tensor:
    """`images` in [-1, 1] rounded to 256 levels, as files hold them: levels alone would give a generator away."""
    return to_float(to_uint8(images))


@dataclass(frozen=True)
class Jpeg:
    """Compressed as JPEG and read again. Colours lose half of their height and width, as Pillow does by itself."""

    quality: int = 75

    def __post_init__(self) -> None:
        check_whole("quality", self.quality, BEST, least=WORST)

    def __call__(self, images: Tensor) -> Tensor:
        return to_float(torch.stack([self._one(pixels) for pixels in to_uint8(images).cpu()])).to(images.device)

    def _one(self, pixels: Tensor) -> Tensor:
        """uint8 `(C, H, W)`, C 1 or 3, in and out."""
        channels, *size = pixels.shape
        file = io.BytesIO()
        array = pixels.movedim(0, -1).contiguous().numpy()
        Image.fromarray(array[..., 0] if channels == 1 else array).save(file, format="JPEG", quality=self.quality)
        read = torch.frombuffer(bytearray(Image.open(file).tobytes()), dtype=torch.uint8)
        return read.view(*size, channels).movedim(-1, 0)


@dataclass(frozen=True)
class Resize:
    """Made smaller, to `share` of its sides, and as large as before again: bicubic, in 256 levels both times."""

    share: float = 0.75

    def __post_init__(self) -> None:
        check_number("share", self.share, 0, 1, "(]")

    def __call__(self, images: Tensor) -> Tensor:
        size = images.shape[-2:]
        smaller = [max(1, round(self.share * side)) for side in size]
        return _scaled(_scaled(images, smaller), list(size))


def _scaled(images: Tensor, size: list[int]) -> Tensor:
    return as_files(interpolate(images, size, mode="bicubic", antialias=True))


@dataclass(frozen=True)
class Blur:
    """Each pixel becomes a mean of those around it, weighed by a Gaussian of `sigma` pixels."""

    sigma: float = 0.7

    def __post_init__(self) -> None:
        check_number("sigma", self.sigma, 0, 5, "(]")

    def __call__(self, images: Tensor) -> Tensor:
        reach = int(3 * self.sigma) + 1  # beyond it lies less than 0.3 % of the weight
        places = torch.arange(-reach, reach + 1, device=images.device)
        weights = torch.exp(-(places**2) / (2 * self.sigma**2))
        kernel = (weights / weights.sum()).expand(images.shape[1], 1, 1, -1)
        wide = pad(images, [reach] * 4, mode="replicate")
        across = torch.conv2d(wide, kernel, groups=images.shape[1])
        return as_files(torch.conv2d(across, kernel.transpose(2, 3), groups=images.shape[1]))

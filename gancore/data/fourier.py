"""What a scanner measures: the frequencies of a picture, and the way back from some of them.

A real picture holds each frequency twice, at opposite places with opposite phases, so a mask that measures one of two
opposite places measures both; `mirrored` says so. Masks and spectra have the frequency 0 in the middle.
"""

import torch
from torch import Tensor

from gancore.errors import GancoreError


def to_frequencies(images: Tensor) -> Tensor:
    """The spectrum, complex `(…, H, W)`, of real `images` `(…, H, W)`, with the same sum of squares."""
    return torch.fft.fftshift(torch.fft.fft2(images.float(), norm="ortho"), dim=(-2, -1))


def to_pictures(spectrum: Tensor) -> Tensor:
    """The pictures, real `(…, H, W)`, that have the `spectrum`; what would be imaginary of them is left out."""
    return torch.fft.ifft2(torch.fft.ifftshift(spectrum, dim=(-2, -1)), norm="ortho").real


def measure(images: Tensor, mask: Tensor) -> Tensor:
    """The frequencies of real `images` `(…, H, W)` where `mask` is 1, complex `(…, H, W)`, and 0 elsewhere."""
    return to_frequencies(images) * mask


def back(spectrum: Tensor, mask: Tensor) -> Tensor:
    """The adjoint of `measure`, real `(…, H, W)`: what is measured back as a picture, and 0 where nothing is.

    For all images and spectra, Re⟨measure(x), s⟩ = ⟨x, back(s)⟩. Of the measured frequencies of a picture it makes the
    zero-filled reconstruction.
    """
    return to_pictures(spectrum * mask)


def zero_filled(images: Tensor, mask: Tensor) -> Tensor:
    """What is left of real `images` `(…, H, W)` when only the frequencies in `mask` are measured.

    Raises GancoreError for a mask that measures nothing, or has another size.
    """
    check_mask(mask, images)
    return back(measure(images, mask), mask)


def keep_measured(images: Tensor, measured: Tensor, mask: Tensor) -> Tensor:
    """`images` `(…, H, W)` with the frequencies in `mask` exchanged for those of the zero-filled picture `measured`.

    What remains of `images` are the frequencies that nobody measured. A projection: doing it twice changes nothing.
    The mask must be its own mirror image (`mirrored`).
    """
    return images + back(measure(measured - images, mask), mask)


def mirrored(mask: Tensor) -> Tensor:
    """`mask` `(…, H, W)` of 0 and 1, and 1 also at the place opposite to each 1."""
    plain = torch.fft.ifftshift(mask, dim=(-2, -1))
    opposite = plain.flip(-2, -1).roll((1, 1), dims=(-2, -1))
    return torch.maximum(mask, torch.fft.fftshift(opposite, dim=(-2, -1)))


def line_mask(height: int, width: int, share: float, centre: int, rng: torch.Generator) -> Tensor:
    """A mask float32 `(height, width)` of whole columns: `centre` in the middle, and others at random up to `share`.

    As a scanner measures, a line at a time. Lines come in opposite pairs, but for the one in the middle: so `centre`
    counts as an odd number, the next one down, and no more than `share` of all that there is to know is measured.
    Raises GancoreError where that is not even the middle.
    """
    reach, pairs = (centre - 1) // 2, int((share * width - 1) // 2)
    if centre < 1 or pairs < reach:
        raise GancoreError(
            f"A share of {share:g} of {width} lines leaves no room for {centre} in the middle; measure more lines, or "
            f"ask for at least one and fewer in the middle."
        )
    half = width // 2
    outside = torch.arange(reach + 1, (width + 1) // 2)  # how far from the middle
    chosen = outside[torch.randperm(len(outside), generator=rng, device=rng.device)[: pairs - reach].cpu()]
    lines = torch.zeros(width)
    lines[half - reach : half + reach + 1] = 1
    lines[half + chosen] = lines[half - chosen] = 1
    return lines.expand(height, width).clone()


def check_mask(mask: Tensor, images: Tensor) -> None:
    """Raises GancoreError for a mask that measures nothing of `images` `(…, H, W)`, or has another size."""
    if mask.shape[-2:] != images.shape[-2:]:
        sizes = " and ".join("×".join(map(str, each.shape[-2:])) for each in (mask, images))
        raise GancoreError(f"The mask and the pictures have {sizes} frequencies; make the mask as large as they are.")
    if not mask.any():
        raise GancoreError(
            "The mask is 0 everywhere, so it measures no frequency and nothing can be reconstructed; measure at least "
            "the middle, which holds the brightness of the picture."
        )

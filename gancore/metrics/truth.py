"""Scores of pictures whose truth is known: how near, how alike, how sharp, and in which colours.

All pictures are float32 `(N, C, H, W)` in [-1, 1], so the greatest difference, from black to white, is 2.
"""

import numpy as np
import torch
from torch import Tensor, nn

from gancore.data.pairs import PairData
from gancore.errors import GancoreError
from gancore.metrics.distances import frechet_distance
from gancore.training.game import Game

BLACK_TO_WHITE = 2.0
SIDES = 8  # of the cube of colours, in steps
WINDOW = 7  # pixels along each side of what SSIM compares at a time
PATCH = 3  # pixels along each side of a patch
FEWEST_PATCHES = 1000  # on either side, for their distance to be given: 16 faces of 24×24 have as many


def pair_scores(
    game: Game, generator: nn.Module, data: PairData, count: int | None = None, seed: int = 0
) -> dict[str, float]:
    """How what `generator` makes of the held-out pairs compares with the truth, beside the plain answer.

    Each of the first `count` pairs, or of all, is asked about once; `seed` decides the damage and the noise. FID is
    that of patches, where there are `FEWEST_PATCHES` or more. Features of whole pictures, as in `report`, would take
    thousands of pictures, and of those that ship 20 to 106 are held out.
    """
    batch = data.every_held_out(seed)
    assert batch.given is not None
    given, real = batch.given[:count], batch.real[:count]
    made = game.sample(generator, len(real), given, seed).cpu()
    if made.shape[1] != real.shape[1]:
        raise GancoreError(
            f"The generator paints pictures of {made.shape[1]} channels, and those of {data.name} have "
            f"{real.shape[1]}; bring them to grey (1) or colour (3) as those that it has learnt from."
        )
    plain = data.plain(given)
    measures = dict(SCORES)
    if len(_patches(real)) >= FEWEST_PATCHES:
        measures["FID of patches"] = patch_distance
    scores = {name: score(made, real) for name, score in measures.items()}
    scores |= {f"{name} of the plain answer": score(plain, real) for name, score in measures.items()}
    if real.shape[1] == 3:
        scores["colour distance"] = colour_distance(made, real)
    return scores


def psnr(pictures: Tensor, truth: Tensor) -> float:
    """Peak signal-to-noise ratio in dB, the mean over pictures: 10 log₁₀(maximum² / mean squared error).

    The maximum is that of the scale, from black to white, the same for every picture, and not the brightest pixel of
    one of them. Infinite where a picture equals its truth.
    """
    from skimage.metrics import peak_signal_noise_ratio

    with np.errstate(divide="ignore"):
        values = [
            peak_signal_noise_ratio(there, here, data_range=BLACK_TO_WHITE)
            for here, there in zip(*_as_arrays(pictures, truth), strict=True)
        ]
    return float(np.mean(values))


def ssim(pictures: Tensor, truth: Tensor) -> float:
    """Structural similarity (Wang et al., 2004, section III.B), the mean over pictures: 1 for equal ones.

    Raises GancoreError for pictures smaller than the 7×7 pixels that it compares at a time.
    """
    from skimage.metrics import structural_similarity

    if min(truth.shape[2:]) < WINDOW:
        raise GancoreError(
            f"SSIM compares {WINDOW}×{WINDOW} pixels at a time, and these pictures have "
            f"{'×'.join(map(str, truth.shape[2:]))}; take larger ones, or PSNR."
        )
    values = [
        structural_similarity(there, here, data_range=BLACK_TO_WHITE, win_size=WINDOW, channel_axis=0)
        for here, there in zip(*_as_arrays(pictures, truth), strict=True)
    ]
    return float(np.mean(values))


def sharpness(pictures: Tensor, truth: Tensor) -> float:
    """How steep the pictures are compared with the truth, as a ratio of mean squared slopes: below 1 they are blurred.

    Noise is steep too, so a sharp picture need not be a right one. Not a number where the truth has no slope at all.
    """
    _check_pairs(pictures, truth)
    return float(_steepness(pictures) / _steepness(truth))


def _steepness(pictures: Tensor) -> Tensor:
    return pictures.diff(dim=-1).square().mean() + pictures.diff(dim=-2).square().mean()


def patch_distance(pictures: Tensor, truth: Tensor) -> float:
    """How differently small patches look, all of them together: FID (Heusel et al., 2017) with pixels for features.

    The squared Fréchet distance between Gaussians fitted to the 3×3 patches that tile the pictures and to those of the
    truth, 9 numbers a channel: 0 for the same means and covariances. A blurred answer varies too little, and a muddy
    one has the wrong means. It does not ask which patch is where, and sees nothing that is larger than a patch.

    As any FID it grows where there are few patches, and those of one picture are alike; so compare values of the same
    pairs only. Raises GancoreError where there are no more patches than numbers in one.
    """
    return frechet_distance(_patches(pictures), _patches(truth))


def _patches(pictures: Tensor) -> Tensor:
    """Those that tile pictures `(N, C, H, W)`, `(patches, 9 C)`; pixels beyond the last whole one are left out."""
    return pictures.unfold(2, PATCH, PATCH).unfold(3, PATCH, PATCH).movedim(1, 3).flatten(3).flatten(0, 2)


def colour_distance(pictures: Tensor, truth: Tensor) -> float:
    """How differently the pictures are coloured, all of them together: 0 for the same colours, 1 for none in common.

    Half the summed difference of two histograms over a cube of 8 × 8 × 8 colours (total variation), without white,
    which is paper. It does not ask where a colour is, so the order of pictures plays no part.
    """
    one, other = _histogram(pictures), _histogram(truth)
    return float((one - other).abs().sum() / 2)


def _histogram(pictures: Tensor) -> Tensor:
    """The shares `(512,)` of all colours but white in the painted pixels."""
    steps = ((pictures + 1) / 2 * SIDES).long().clamp(0, SIDES - 1)
    if steps.shape[1] != 3:
        raise GancoreError(f"Colours are compared of pictures with 3 channels, and these have {steps.shape[1]}.")
    places = (steps * torch.tensor([SIDES**2, SIDES, 1], device=steps.device).view(1, 3, 1, 1)).sum(1)
    counts = torch.bincount(places.flatten(), minlength=SIDES**3).float()
    counts[-1] = 0
    return counts / counts.sum().clamp(min=1)


def _check_pairs(pictures: Tensor, truth: Tensor) -> None:
    if pictures.shape != truth.shape:
        raise GancoreError(f"The pictures are {tuple(pictures.shape)} and their truth {tuple(truth.shape)}; pair them.")


def _as_arrays(pictures: Tensor, truth: Tensor) -> tuple[np.ndarray, np.ndarray]:
    _check_pairs(pictures, truth)
    return pictures.detach().float().cpu().numpy(), truth.detach().float().cpu().numpy()


SCORES = {"PSNR": psnr, "SSIM": ssim, "sharpness": sharpness}

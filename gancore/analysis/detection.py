"""Detectors of generated pictures, and what to say of one: how many fakes it finds at how many false alarms.

A detector gives each picture a score `(N,)`, higher where it suspects a fake. What it learnt from, the pictures that
set its threshold, and those that it is judged by must be three different lots.
"""

from dataclasses import dataclass
from math import ceil
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from gancore.analysis.spectrum import radial_spectrum
from gancore.analysis.tampering import as_files
from gancore.errors import GancoreError
from gancore.system.checks import check_number
from gancore.system.random import seeded

LEVEL = 2 / 255  # from one of 256 levels to the next
FLOOR = LEVEL**2 / 12  # the power that rounding to levels adds to every frequency
TINY = 1e-9  # or 0.29 of 100 would be 28, since it is 28.999…
CELL, WIDTH, RATE, ROUNDS, BATCH = 2, 32, 2e-3, 250, 64  # of the detector from pixels


class Detector(Protocol):
    """Pictures `(N, C, H, W)` in [-1, 1] to scores `(N,)`, higher for those that it takes for generated."""

    def __call__(self, images: Tensor) -> Tensor: ...


def log_spectrum(images: Tensor) -> Tensor:
    """What a detector reads off `images` `(N, C, H, W)`: the logarithm of each ring's power but the mean's."""
    return (radial_spectrum(as_files(images)) + FLOOR).log()[:, 1:]


class SpectrumDetector:
    """Logistic regression on the radial spectrum (Durall et al., 2019, section 3), fitted to `real` and `fake`."""

    def __init__(self, real: Tensor, fake: Tensor) -> None:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self.model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        spectra = torch.cat([log_spectrum(real), log_spectrum(fake)])
        self.model.fit(spectra.numpy(), [0] * len(real) + [1] * len(fake))

    def __call__(self, images: Tensor) -> Tensor:
        return torch.from_numpy(self.model.decision_function(log_spectrum(images).numpy())).float()


class PixelDetector:
    """A small convolutional network, trained on `real` and `fake` pixels; `seed` decides weights and batches."""

    def __init__(self, real: Tensor, fake: Tensor, seed: int = 0, rounds: int = ROUNDS) -> None:
        images = as_files(torch.cat([real, fake]))
        wanted = torch.cat([torch.zeros(len(real)), torch.ones(len(fake))])
        rng = torch.Generator().manual_seed(seed)
        with seeded(seed):
            self.network = small_network(images.shape[1])
        optimizer = torch.optim.Adam(self.network.parameters(), RATE)
        for _ in range(rounds):
            some = torch.randint(len(images), (BATCH,), generator=rng)
            loss = binary_cross_entropy_with_logits(self.network(images[some])[:, 0], wanted[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        self.network.eval().requires_grad_(False)

    def __call__(self, images: Tensor) -> Tensor:
        return self.network(as_files(images))[:, 0]


def small_network(channels: int) -> nn.Sequential:
    """Images `(N, channels, H, W)` to a logit `(N, 1)`: convolutions on cells of 2×2 pixels, and a mean over places."""
    return nn.Sequential(
        nn.PixelUnshuffle(CELL), nn.Conv2d(channels * CELL**2, WIDTH, 3, padding=1), nn.BatchNorm2d(WIDTH),
        nn.LeakyReLU(0.2), nn.Conv2d(WIDTH, WIDTH, 3, stride=2, padding=1), nn.BatchNorm2d(WIDTH), nn.LeakyReLU(0.2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTH, 1),
    )  # fmt: skip


def threshold_at(real_scores: Tensor, false_alarms: float = 0.01) -> Tensor:
    """The smallest of `real_scores` `(N,)` such that at most the share `false_alarms` of them lies above it.

    A picture counts as fake above the threshold. Raises GancoreError where N is too small to tell such a share.
    """
    check_number("false_alarms", false_alarms, 0, 1, "()")
    if len(real_scores) * false_alarms < 1:
        raise GancoreError(
            f"Of {len(real_scores)} real pictures none may be a false alarm at {false_alarms:g}, which says nothing of "
            f"the next; give at least {ceil(1 / false_alarms - TINY)}."
        )
    allowed = int(len(real_scores) * false_alarms + TINY)
    return real_scores.sort(descending=True).values[allowed]


def share_above(scores: Tensor, threshold: Tensor | float) -> float:
    """Which share, 0 to 1, of pictures with these `scores` `(N,)` counts as fake."""
    return float((scores > threshold).double().mean())


@dataclass(frozen=True)
class Roc:
    """Found fakes against false alarms at every threshold, both `(T,)` from 0 to 1; `auc` is the area below, 0 to 1.

    The area is the chance that a fake scores higher than a real picture (Fawcett, 2006, section 7): 0.5 is a coin.
    """

    false_alarms: Tensor
    found: Tensor
    auc: float


def roc(real_scores: Tensor, fake_scores: Tensor) -> Roc:
    """The ROC curve of scores of real pictures `(N,)` and of fakes `(M,)`."""
    from sklearn.metrics import roc_auc_score, roc_curve

    scores = torch.cat([real_scores, fake_scores]).numpy()
    fake = [0] * len(real_scores) + [1] * len(fake_scores)
    false_alarms, found, _ = roc_curve(fake, scores)
    return Roc(torch.from_numpy(false_alarms), torch.from_numpy(found), float(roc_auc_score(fake, scores)))

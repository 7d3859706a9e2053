"""How far two sets of features lie apart, and how sure and varied predictions are: FID, KID, inception score.

torchmetrics computes all three. It is imported where it is used, since that takes seconds; it gets features
instead of images, with an identity for a network, so that every image passes the extractor once.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from gancore.errors import GancoreError
from gancore.system.random import seeded

KERNEL_SUBSETS = 100  # as Bińkowski et al. (2018) have it
KERNEL_SUBSET_SIZE = 1000


class _Identity(nn.Module):
    """Hands features through, and tells torchmetrics how many there are."""

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.num_features = num_features

    def forward(self, features: Tensor) -> Tensor:
        return features


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """torchmetrics draws from torch's global state: give it one of its own, and silence its warnings."""
    with seeded(seed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def frechet_distance(first: Tensor, second: Tensor) -> float:
    """FID (Heusel et al., 2017): the squared Fréchet distance of Gaussians fitted to two sets of features.

    `first` is `(N, D)` and `second` `(M, D)`; symmetric, at least 0, lower is better. The fewer images, the
    larger: compare values of equal counts only. Raises GancoreError where N or M is not above D, since the
    covariance of so few has no full rank.
    """
    from torchmetrics.image.fid import FrechetInceptionDistance

    dimensions = first.shape[1]
    fewest = min(len(first), len(second))
    if fewest <= dimensions:
        raise GancoreError(
            f"{fewest} images are too few for the covariance of {dimensions} features; give at least {dimensions + 1}."
        )
    metric = FrechetInceptionDistance(_Identity(dimensions))
    metric.update(first.double(), real=True)
    metric.update(second.double(), real=False)
    return float(metric.compute())


def kernel_distance(first: Tensor, second: Tensor, seed: int = 0) -> float:
    """KID (Bińkowski et al., 2018, section 4): squared maximum mean discrepancy with the kernel (x·y / D + 1)³.

    `first` is `(N, D)` and `second` `(M, D)`. The mean over 100 pairs of random subsets of up to 1,000 rows,
    of an estimate without bias: it may fall below 0, and does not depend on the counts. Lower is better.
    Taken in the precision of the features: float32 is off by less than 1e-6, in half of float64's time.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    fewest = min(len(first), len(second))
    if fewest < 2:
        raise GancoreError(f"{fewest} images are too few for a kernel distance; give at least 2.")
    with _seeded(seed):
        size = min(KERNEL_SUBSET_SIZE, fewest)
        subsets = KERNEL_SUBSETS if max(len(first), len(second)) > size else 1  # all would be the whole
        metric = KernelInceptionDistance(_Identity(first.shape[1]), subsets=subsets, subset_size=size)
        metric.update(first, real=True)
        metric.update(second, real=False)
        return float(metric.compute()[0])


def inception_score(logits: Tensor) -> float:
    """Inception score (Salimans et al., 2016, section 4): exp of the mean divergence of p(y|x) from p(y).

    From logits `(N, classes)`, all in one split. 1 where every image gets the same prediction, `classes`
    where every one is recognised with certainty and the classes are balanced. It never looks at real images.
    """
    from torchmetrics.image.inception import InceptionScore

    with _seeded(0):  # the order is all that chance decides, and with one split it does not matter
        metric = InceptionScore(_Identity(logits.shape[1]), splits=1)
        metric.update(logits.double())  # in float32 a class that never occurs can make log 0
        return float(metric.compute()[0])

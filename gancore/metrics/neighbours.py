"""Whether samples lie where real images lie, and whether they are copies: scores by nearest neighbours."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.data.images import to_float
from gancore.errors import GancoreError

CHUNK = 1000  # rows of a distance matrix that are in memory at a time
PRECISION_NEIGHBOURS = 3  # Kynkäänniemi et al. (2019), section 2
DENSITY_NEIGHBOURS = 5  # Naeem et al. (2020), section 4
COPY_QUANTILE = 0.01  # a "near copy" is as near to a training image as this share of unseen real images


def nearest_distances(points: Tensor, others: Tensor, count: int = 1) -> Tensor:
    """Distances `(N, count)`, ascending, from `points` `(N, D)` to the nearest among `others` `(M, D)`.

    uint8 `others` are pixels, and become floats in [-1, 1] a chunk at a time. They may be on another device.
    """
    if len(others) < count:
        raise GancoreError(f"{len(others)} images are too few for {count} neighbours; give at least {count}.")
    nearest = points.new_full((len(points), count), torch.inf)
    for chunk in others.split(CHUNK):
        chunk = (to_float(chunk) if chunk.dtype == torch.uint8 else chunk).to(points.device)
        nearest = torch.cat([nearest, torch.cdist(points, chunk)], dim=1).topk(count, largest=False).values
    return nearest


def _ball_counts(points: Tensor, centres: Tensor, neighbours: int) -> tuple[Tensor, Tensor]:
    """How many balls hold each point `(N,)`, and how many points each ball holds `(M,)`.

    A ball reaches from one of `centres` to the `neighbours`-th nearest other one.
    """
    points, centres = points.cpu().double(), centres.cpu().double()
    radii = nearest_distances(centres, centres, neighbours + 1)[:, -1]  # the nearest of all is the centre itself
    inside = [torch.cdist(chunk, centres) <= radii for chunk in points.split(CHUNK)]
    return torch.cat([rows.sum(1) for rows in inside]), torch.stack([rows.sum(0) for rows in inside]).sum(0)


def precision_and_recall(real: Tensor, fake: Tensor) -> tuple[float, float]:
    """Precision and recall, both 0..1, of features `(N, D)` and `(M, D)` (Kynkäänniemi et al., 2019, section 2).

    Precision is the share of `fake` inside a ball around one of `real` that reaches to its third neighbour,
    recall the share of `real` inside such a ball around one of `fake`.
    """
    per_fake, _ = _ball_counts(fake, real, PRECISION_NEIGHBOURS)
    per_real, _ = _ball_counts(real, fake, PRECISION_NEIGHBOURS)
    return float((per_fake > 0).double().mean()), float((per_real > 0).double().mean())


def density_and_coverage(real: Tensor, fake: Tensor) -> tuple[float, float]:
    """Density and coverage (Naeem et al., 2020, section 3), from features `(N, D)` and `(M, D)`.

    Density counts the fifth-neighbour balls around `real` that hold a sample: about 1 for real images, and
    above where samples crowd among them. Coverage is the share, 0..1, of those balls that hold any sample.
    """
    per_fake, per_real = _ball_counts(fake, real, DENSITY_NEIGHBOURS)
    return float(per_fake.double().mean()) / DENSITY_NEIGHBOURS, float((per_real > 0).double().mean())


@dataclass(frozen=True)
class Novelty:
    """Whether samples are new: their distance to the nearest training image, beside that of unseen images.

    `ratio` is the median distance of the samples over the median distance of unseen real images: near 1 for
    new images as varied as real ones, 0 for copies. `copies` is the share of samples as near to a training
    image as the nearest 1 % of unseen real images are: 0.01 for real images, 1 for copies. Blurred samples lie
    nearer too.
    """

    ratio: float
    copies: float


def novelty(samples: Tensor, training: Tensor, seed: int = 0) -> Novelty:
    """Novelty of float `samples` `(N, C, H, W)` against uint8 `training` `(M, C, H, W)`, by distance in pixels.

    An unseen real image is a training image measured against all the others; N of them, or all M if fewer,
    are drawn with `seed`. Nothing needs to be held out from the generator. Either may be on any device. Compare Meehan
    et al. (2020).
    """
    samples, training = samples.cpu().flatten(1), training.cpu().flatten(1)
    drawn = torch.randperm(len(training), generator=torch.Generator().manual_seed(seed))[: len(samples)]
    _, which, occurs = training.unique(dim=0, return_inverse=True, return_counts=True)
    if (occurs[which[drawn]] > 1).double().mean() >= 0.5:  # their distances are 0 but for rounding
        raise GancoreError("Most training images occur more than once, so none counts as unseen; remove the doubles.")
    unseen = nearest_distances(to_float(training[drawn]), training, 2)[:, 1]  # the nearest of all is the image itself
    distances = nearest_distances(samples, training)[:, 0]
    threshold = unseen.quantile(COPY_QUANTILE)
    return Novelty(float(distances.median() / unseen.median()), float((distances <= threshold).double().mean()))

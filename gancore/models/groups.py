"""Groups of images that look alike, found without a label, and the latents that belong to each of them.

A class is worth much to a generator, and where nobody has named any it can be made (Liu et al., 2020, Diverse Image
Generation via Self-Conditioned GANs, section 3): k-means divides the images into groups, and latent space is divided
into as many cells, of which each holds as large a share of the latents as its group does of the images. Cells lie
beside each other where the groups look alike, so that a way through latent space crosses few of them.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from gancore.data.images import to_float

COARSE = 16  # pixels along each side, at most, of the small pictures that are compared
COMPONENTS = 50  # of these pictures, in which distances are taken
MOST_SEEN = 10_000  # images that groups are found among; all others join the nearest one
FEWEST = 50  # images for each group, or there are fewer groups
MOST_ROUNDS = 20  # of k-means, whose groups hardly change any more
PART = 1000  # images that become small at a time

AXES = 8  # coordinates of a latent that decide on its cell
NARROW = 0.05  # the borders of cells: shares change by a factor of e where the scores differ by so much
TRIED = 20_000  # latents on which the sizes of cells are measured
BALANCES = 100  # of these sizes
FURTHEST = 3.0  # from the middle, that a cell may be along a coordinate: further out hardly a latent would find it
NEVER = -3e4  # the score of a group that there is not; a number that half precision holds


class ImageGroups(nn.Module):
    """The group, int64 `(N,)`, of each of the images `(N, C, H, W)` in [-1, 1] of `shape`: that of the nearest centre.

    `fit` finds at most `groups` of them; before it, every image belongs to group 0.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, shape: tuple[int, int, int], groups: int) -> None:
        super().__init__()
        channels, side, _ = shape
        self.register_buffer("weight", torch.zeros(channels * (side // pooled(side)) ** 2, groups))
        self.register_buffer("bias", torch.zeros(groups))

    def forward(self, images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, enabled=False):  # near a border, half precision takes the wrong side
            return (coarse(images.float()) @ self.weight + self.bias).argmax(1)

    def fit(self, images: Tensor, seed: int = 0) -> tuple[Tensor, Tensor]:
        """Divide uint8 `images` `(N, C, H, W)` into groups, in double precision, where machines hardly differ.

        Returns where the centres lie in the first components, each in units of its deviation, `(K, AXES)`, and the
        groups' shares of all images, `(K,)`. K is smaller than `groups` where there are few images, or few that differ.
        """
        rng = torch.Generator().manual_seed(seed)
        seen = images[torch.randperm(len(images), generator=rng)[:MOST_SEEN].sort().values]
        pictures = torch.cat([coarse(to_float(part.cpu())) for part in seen.split(PART)]).double()
        mean, axes = pictures.mean(0), principal_axes(pictures)
        points = (pictures - mean) @ axes
        most = max(1, min(len(self.bias), len(images) // FEWEST))
        centres = kmeans(points, most, rng)
        # Of all centres c the nearest to x has the largest x·c - |c|²/2.
        self.weight.zero_()[:, : len(centres)] = axes @ centres.T
        self.bias.fill_(NEVER)[: len(centres)] = -(mean @ axes @ centres.T) - centres.square().sum(1) / 2
        groups = torch.cat([self(to_float(part.cpu())) for part in images.split(PART)])
        places = centres[:, :AXES] / points[:, :AXES].std(0, correction=0).clamp_min(1e-6)
        return places, groups.bincount(minlength=len(centres)).double() / len(images)


class LatentGroups(nn.Module):
    """The shares `(N, groups)` that each group has in latents `(N, AXES)`: inside of a cell, all but 1 are near 0.

    Across the border of two cells, shares go over from the one to the other, so that a generator stays continuous.
    Before `fit`, all groups have the same share everywhere.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.zeros(AXES, groups))
        self.register_buffer("bias", torch.zeros(groups))

    def forward(self, z: Tensor) -> Tensor:
        return torch.softmax(z @ self.weight + self.bias, dim=1)

    def fit(self, places: Tensor, shares: Tensor, seed: int = 0) -> None:
        """Cells around `places` `(K, AXES)` that hold `shares` `(K,)`, which add up to 1, of all latents.

        That is optimal transport with entropy (Cuturi, 2013, section 4) from the normal distribution to the places:
        by turns every latent is given away whole, and every cell is made to hold its share.
        """
        places = places.clamp(-FURTHEST, FURTHEST)
        z = torch.randn(TRIED, AXES, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        scores = (z @ places.T - places.square().sum(1) / 2) / NARROW
        kernel = (scores - scores.max(1, keepdim=True).values).exp()
        sizes = torch.ones_like(shares)
        for _ in range(BALANCES):
            given = 1 / (kernel @ sizes)
            sizes = shares * TRIED / (given @ kernel)
        self.weight.zero_()[:, : len(places)] = places.T / NARROW
        bias = sizes.log() - places.square().sum(1) / 2 / NARROW
        self.bias.fill_(NEVER)[: len(places)] = bias.clamp_min(NEVER)


def pooled(side: int) -> int:
    """The side of the squares of pixels that become one, so that pictures of `side` pixels become small."""
    return -(-side // COARSE)


def coarse(images: Tensor) -> Tensor:
    """Small pictures of images `(N, C, H, W)`, as rows `(N, D)`."""
    return avg_pool2d(images, pooled(images.shape[-1])).flatten(1)


def principal_axes(rows: Tensor) -> Tensor:
    """The first axes `(D, COMPONENTS)` of rows `(N, D)` by their variance, the largest first."""
    centred = rows - rows.mean(0)
    return torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -COMPONENTS:].flip(1)


def kmeans(points: Tensor, count: int, rng: torch.Generator) -> Tensor:
    """The centres `(K, D)` of at most `count` groups of `points` `(N, D)` (Lloyd, 1982).

    They begin at points that are drawn far from each other (Arthur and Vassilvitskii, 2007, section 2.2); where all
    points are taken, there are no more.
    """
    centres = points[torch.randint(len(points), (1,), generator=rng)]
    distances = (points - centres).square().sum(1)
    while len(centres) < count and distances.any():
        new = points[torch.multinomial(distances, 1, generator=rng)]
        distances = torch.minimum(distances, (points - new).square().sum(1))
        centres = torch.cat([centres, new])
    for _ in range(MOST_ROUNDS):
        nearest = (points @ centres.T - centres.square().sum(1) / 2).argmax(1)
        counts = nearest.bincount(minlength=len(centres))[:, None]
        sums = torch.zeros_like(centres).index_add_(0, nearest, points)
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
    return centres

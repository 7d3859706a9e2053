"""k-means by hand, half a round at a time, and how pure its clusters are."""

import torch
from torch import Tensor

from gancore.errors import GancoreError


def purity(clusters: Tensor, labels: Tensor) -> float:
    """The share of examples with the commonest label of their cluster, 0 to 1 (Manning et al., 2008, section 16.3).

    `clusters` and `labels` are int64 `(N,)`. It is the accuracy of whoever guesses the commonest label of each cluster.
    """
    table = count_labels(clusters, labels)
    return float(table.max(1).values.sum() / len(labels))


def count_labels(clusters: Tensor, labels: Tensor) -> Tensor:
    """How many examples of each label there are in each cluster, `(clusters, labels)`."""
    shape = (int(clusters.max()) + 1, int(labels.max()) + 1)
    return torch.zeros(shape).index_put_((clusters, labels), torch.ones(len(labels)), accumulate=True)


class KMeans:
    """k-means (Lloyd, 1982) by hand: `step` lets every point join its nearest centre, then moves the centres.

    `points` are floats `(N, D)`. `centres` `(count, D)` begin at the points `first`, drawn at random from `seed`.
    `clusters` `(N,)` is each point's centre, or None before the first step; `trail` holds the centres after each
    move; `settled` says that nothing will change any more.
    Raises GancoreError for a `count` below 1 or above the number of points.
    """

    def __init__(self, points: Tensor, count: int, seed: int = 0) -> None:
        if not 1 <= count <= len(points):
            raise GancoreError(f"count is {count}; {len(points)} points make from 1 to {len(points)} clusters.")
        self.points = points
        self.first = torch.randperm(len(points), generator=torch.Generator().manual_seed(seed))[:count]
        self.centres = points[self.first]
        self.clusters: Tensor | None = None
        self.trail = [self.centres]
        self.assigned = False  # whether the next half of the round is to move the centres
        self.settled = False

    @property
    def rounds(self) -> int:
        """How often the centres have moved."""
        return len(self.trail) - 1

    @property
    def spread(self) -> float:
        """The mean squared distance from a point to its cluster's centre, after the first step; no step raises it."""
        return float((self.points - self.centres[self.clusters]).square().sum(1).mean())

    def step(self) -> None:
        """Half a round: assign, or move. Nothing once it has settled."""
        if not self.settled:
            self._move() if self.assigned else self._assign()

    def run(self) -> None:
        """Step until it has settled, which it always does: the spread falls and there are finitely many clusterings."""
        while not self.settled:
            self.step()

    def _assign(self) -> None:
        clusters = nearest(self.points, self.centres)
        self.settled = self.clusters is not None and torch.equal(clusters, self.clusters)
        self.clusters, self.assigned = clusters, True

    def _move(self) -> None:
        """Each centre to the mean of its points; one that has none stays where it is."""
        self.centres = mean_by_group(self.points, self.clusters, self.centres)
        self.trail.append(self.centres)
        self.assigned = False


def nearest(points: Tensor, centres: Tensor) -> Tensor:
    """The place of the nearest of `centres` `(K, D)` for each of `points` `(N, D)`: int64 `(N,)`."""
    # The faster way by matrix products rounds so much that two centres could hand a point to and fro for ever.
    return torch.cdist(points, centres, compute_mode="donot_use_mm_for_euclid_dist").argmin(1)


def mean_by_group(rows: Tensor, groups: Tensor, otherwise: Tensor) -> Tensor:
    """The mean row of each group, `(K, D)`, for `rows` `(N, D)` in `groups` `(N,)`; that of `otherwise` where empty."""
    sums = torch.zeros_like(otherwise).index_add_(0, groups, rows)
    counts = groups.bincount(minlength=len(otherwise))[:, None]
    return torch.where(counts > 0, sums / counts.clamp(min=1), otherwise)

"""Distributions on the line and in the plane whose density is known: ring, grid, moons, spiral, points drawn by hand.

All of them are mixtures of equal round Gaussians. A curve is a fine row of them, so its density is exact as well.
They lie in [-1, 1], and their tails in [-FRAME, FRAME].
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from gancore.data.batch import Batch, Spec
from gancore.errors import GancoreError

FRAME = 1.2  # plots show [-FRAME, FRAME]², which holds practically all of every toy
RING_RADIUS = 0.8
GRID_REACH = 0.8  # of the outermost centres from 0
PEAKS_APART = 2.0  # standard deviations: two equal Gaussians have two peaks only where they lie further apart
ON_A_MODE = 3.0  # standard deviations from a mode (Srivastava et al., 2017, section 5)
CURVE_POINTS = 10_000  # of the chain that a curve is measured along
CURVE_LEAST_STD = 0.005  # below it a curve takes thousands of Gaussians, each of them too small to see


class Mixture:
    """Gaussians of one standard deviation `std` about `centres` `(K, D)`, chosen with probabilities `weights` `(K,)`.

    D is 1 on the line and 2 in the plane. `weights` need not add up to 1; without them all centres are alike.
    Trains as any data does: `Trainer(game, toy)`. Raises GancoreError for values that make no distribution.
    """

    def __init__(self, name: str, centres: Tensor, std: float, weights: Tensor | None = None) -> None:
        if centres.ndim != 2 or centres.shape[1] not in (1, 2) or len(centres) == 0 or not centres.isfinite().all():
            shape = tuple(centres.shape)
            raise GancoreError(f"The centres have shape {shape}; give at least one, finite, as (K, 1) or (K, 2).")
        if not 0 < std < math.inf:
            raise GancoreError(f"std is {std}; a standard deviation is above 0 and finite.")
        weights = torch.ones(len(centres), device=centres.device) if weights is None else weights.float()
        if weights.shape != (len(centres),) or not (weights > 0).all() or not weights.isfinite().all():
            raise GancoreError(f"The weights are {weights.tolist()}; give {len(centres)}, each above 0 and finite.")
        self.name = name
        self.centres = centres.float()
        self.std = std
        self.weights = weights / weights.sum()

    def __repr__(self) -> str:
        count = f"{len(self.centres)} Gaussians" if len(self.centres) > 1 else "1 Gaussian"
        return f"{self.name}: {count} of standard deviation {self.std:g} in {self.dim}-D"

    @property
    def dim(self) -> int:
        """Coordinates of one point: 1 or 2."""
        return self.centres.shape[1]

    @property
    def spec(self) -> Spec:
        """What one point is like."""
        return Spec((self.dim,))

    @property
    def sha256(self) -> str:
        """The SHA-256, in hex, of the Gaussians."""
        numbers = torch.cat([self.centres, self.weights[:, None]], dim=1).cpu().contiguous()
        return hashlib.sha256(numbers.numpy().tobytes() + str(self.std).encode()).hexdigest()

    @cached_property
    def modes(self) -> Tensor:
        """Centres `(M, D)` to look for samples at, one of each group whose Gaussians melt into a single peak.

        On a curve, where all melt together, they are places two or three standard deviations apart along it.
        """
        melted = torch.cdist(self.centres, self.centres) <= PEAKS_APART * self.std
        kept: list[int] = []
        for index, row in enumerate(melted.cpu()):
            if not row[kept].any():
                kept.append(index)
        return self.centres[kept]

    @property
    def radius(self) -> float:
        """How near a mode a sample counts as on it: three standard deviations."""
        return ON_A_MODE * self.std

    def log_density(self, x: Tensor) -> Tensor:
        """log p(x) of points `(N, D)`: `(N,)` in their precision and on their device, finite wherever they are."""
        if x.ndim != 2 or x.shape[1] != self.dim or not x.is_floating_point():
            shape = f"{x.dtype} of shape {tuple(x.shape)}"
            raise GancoreError(f"The points are {shape}; {self.name} takes floats of shape (N, {self.dim}).")
        # The quicker way, by matrix product, loses digits that a small standard deviation needs.
        distance = torch.cdist(x, self.centres.to(x), compute_mode="donot_use_mm_for_euclid_dist")
        exponents = self.weights.to(x).log() - (distance / self.std).square() / 2
        return exponents.logsumexp(dim=1) - self.dim * math.log(self.std * math.sqrt(2 * math.pi))

    def density(self, x: Tensor) -> Tensor:
        """p(x) of points `(N, D)`: `(N,)`, 0 or above, in units of one over length or one over area."""
        return self.log_density(x).exp()

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """`count` independent points, float32 `(count, D)` on the device of `rng`, whose state decides them."""
        chosen = torch.multinomial(self.weights.to(rng.device), count, replacement=True, generator=rng)
        noise = torch.randn(count, self.dim, generator=rng, device=rng.device)
        return self.centres.to(rng.device)[chosen] + self.std * noise

    def to(self, device: torch.device | str) -> "Mixture":
        """The same distribution with its tensors on `device`."""
        return Mixture(self.name, self.centres.to(device), self.std, self.weights.to(device))

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> "PointBatches":
        """A source of random batches of points on `device`."""
        return PointBatches(self, device, seed)


class PointBatches:
    """Draws batches from `toy` on `device`, with a random state of its own."""

    def __init__(self, toy: Mixture, device: torch.device | str = "cpu", seed: int = 0) -> None:
        self.toy = toy.to(device)
        self.rng = torch.Generator(device).manual_seed(seed)

    def draw(self, count: int) -> Batch:
        """`count` new points as a Batch on the device, without labels."""
        return Batch(self.toy.sample(count, self.rng))


def gaussian(mean: float = 0.0, std: float = 0.2) -> Mixture:
    """One bump on the line."""
    return Mixture("gaussian", torch.tensor([[mean]]), std)


def bumps(means: Sequence[float] = (-0.5, 0.5), std: float = 0.12, weights: Sequence[float] | None = None) -> Mixture:
    """Several bumps on the line, equally likely unless there are `weights`."""
    centres = torch.tensor(means, dtype=torch.float32).unsqueeze(1)
    return Mixture("bumps", centres, std, None if weights is None else torch.tensor(weights))


def ring(count: int = 8, std: float = 0.05) -> Mixture:
    """`count` Gaussians on a circle, the first to the right of its centre (Srivastava et al., 2017, section 5)."""
    _check_count("count", count)
    angles = torch.arange(count) * (2 * math.pi / count)
    return Mixture("ring", RING_RADIUS * _on_circle(angles), std)


def grid(side: int = 5, std: float = 0.05) -> Mixture:
    """`side` × `side` Gaussians on a square, row by row from the lower left (Srivastava et al., 2017, section 5)."""
    _check_count("side", side)
    ticks = torch.linspace(-GRID_REACH, GRID_REACH, side) if side > 1 else torch.zeros(1)
    rows, columns = torch.meshgrid(ticks, ticks, indexing="ij")
    return Mixture("grid", torch.stack([columns.flatten(), rows.flatten()], dim=1), std)


def moons(std: float = 0.04) -> Mixture:
    """Two half circles, each of which ends inside the other. Raises GancoreError for `std` below 0.005."""
    upper = _on_circle(torch.linspace(0, math.pi, CURVE_POINTS))
    lower = torch.tensor([1.0, 0.5]) - upper
    middle, scale = torch.tensor([0.5, 0.25]), 0.6  # of the two, 3 wide before and 1.8 after
    curves = [scale * (curve - middle) for curve in (upper, lower)]
    return Mixture("moons", torch.cat([_ridge(curve, std) for curve in curves]), std)


def spiral(std: float = 0.03) -> Mixture:
    """Two turns of an Archimedean spiral, whose arms keep their distance. Raises GancoreError for `std` below 0.005."""
    angles = torch.linspace(0.5 * math.pi, 4.5 * math.pi, CURVE_POINTS)
    curve = 0.88 * (angles / angles[-1]).unsqueeze(1) * _on_circle(angles)
    return Mixture("spiral", _ridge(curve, std), std)


def from_points(points: Tensor, std: float = 0.04) -> Mixture:
    """A Gaussian about each of `points` `(N, 2)` in [-1, 1]², such as a reader's clicks: a kernel density estimate.

    Raises GancoreError for no points, and for points outside the square.
    """
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise GancoreError(f"The points have shape {tuple(points.shape)}; expected (N, 2): draw at least one.")
    if not (points.abs() <= 1).all():
        raise GancoreError("A point lies outside [-1, 1]²; draw inside the square.")
    return Mixture("drawn", points, std)


TOYS: dict[str, Callable[[], Mixture]] = {
    "ring": ring,
    "grid": grid,
    "moons": moons,
    "spiral": spiral,
    "gaussian": gaussian,
    "bumps": bumps,
}


def make_toy(name: str) -> Mixture:
    """The toy called `name`. Raises GancoreError with the choices."""
    if name not in TOYS:
        raise GancoreError(f"There is no toy {name!r}; choose one of {', '.join(TOYS)}.")
    return TOYS[name]()


def _check_count(name: str, value: int) -> None:
    if value < 1:
        raise GancoreError(f"{name} is {value}; it must be at least 1.")


def _on_circle(angles: Tensor) -> Tensor:
    """Points `(N, 2)` of the unit circle at `angles` `(N,)` in radians, from the right and anticlockwise."""
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def _ridge(curve: Tensor, std: float) -> Tensor:
    """Centres at even distances, about `std`, along the chain of points `curve` `(N, 2)` from its start to its end.

    Gaussians as far apart as their standard deviation add up to a ridge that is level to 1 part in 10⁷.
    """
    if not CURVE_LEAST_STD <= std < math.inf:
        raise GancoreError(f"std is {std}; a curve's is at least {CURVE_LEAST_STD:g} and finite.")
    steps = curve.diff(dim=0).norm(dim=1).double()
    length = torch.cat([torch.zeros(1), steps.cumsum(0)]).numpy()
    stops = np.linspace(0, length[-1], 1 + max(1, round(length[-1] / std)))
    return torch.from_numpy(np.stack([np.interp(stops, length, axis) for axis in curve.T.numpy()], axis=1)).float()

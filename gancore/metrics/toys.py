"""Scores for points in the plane, whose distribution is known: modes found, and mass in the wrong place."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.errors import GancoreError

FINER = 8  # points a side at which the density is averaged over one cell
MOST_MASS = 1.01  # in the square: above it, the density is not normalised or its peaks fall between the points
LEAST_MASS = 0.95  # in the square: below it, the square is too small


@dataclass(frozen=True)
class ModeCoverage:
    """`covered` of `modes` are nearest to a sample within the radius; `on_modes` is the share of such samples."""

    covered: int
    modes: int
    on_modes: float
    samples: int

    def __str__(self) -> str:
        modes = "1 mode" if self.modes == 1 else f"{self.modes} modes"
        return f"{self.covered} of {modes}, {self.on_modes:.1%} of {self.samples:,} samples on a mode"


def mode_coverage(samples: Tensor, centres: Tensor, radius: float) -> ModeCoverage:
    """Modes among `centres` `(K, 2)` that `samples` `(N, 2)` reach: those nearest to a sample, and not
    further from it than `radius`.

    Srivastava et al. (2017), section 5, where the radius is three standard deviations of a mode.
    """
    _check_points(samples)
    if not radius > 0:
        raise GancoreError(f"radius is {radius}; it must be above 0, such as three standard deviations of a mode.")
    distance, nearest = torch.cdist(samples.cpu().double(), centres.cpu().double()).min(dim=1)
    on_modes = distance <= radius
    covered = len(nearest[on_modes].unique())
    return ModeCoverage(covered, len(centres), float(on_modes.double().mean()), len(samples))


@dataclass(frozen=True)
class DensityError:
    """`value` is the share, 0..1, of the mass in the wrong cell; `floor` what exact sampling expects."""

    value: float
    floor: float
    samples: int

    def __str__(self) -> str:
        return f"density error {self.value:.3f}, {self.floor:.3f} for {self.samples:,} exact samples"


def density_error(samples: Tensor, density: Callable[[Tensor], Tensor], limit: float, bins: int = 32) -> DensityError:
    """Total variation between `samples` `(N, 2)` and `density` on `bins` × `bins` cells of [-limit, limit]².

    `density` maps points `(M, 2)` to probability densities `(M,)`. What lies outside the square is one more
    cell. The floor is not 0, since even exact samples fill the cells unevenly. Raises GancoreError where the
    density does not hold about all of its mass in the square.
    """
    _check_points(samples)
    truth = _cell_masses(density, limit, bins)
    column, row = ((samples.cpu().double() + limit) * (bins / (2 * limit))).floor().unbind(dim=1)
    inside = (column >= 0) & (column < bins) & (row >= 0) & (row < bins)
    cells = torch.where(inside, row * bins + column, bins**2).long()
    shares = torch.bincount(cells, minlength=bins**2 + 1).double() / len(samples)
    error = (shares - truth).abs().sum() / 2
    return DensityError(float(error), float(_mean_deviation(truth, len(samples)).sum() / 2), len(samples))


def _cell_masses(density: Callable[[Tensor], Tensor], limit: float, bins: int) -> Tensor:
    """The mass `(bins² + 1,)` in each cell, row by row from the lower left, and outside of them all."""
    fine = bins * FINER
    ticks = (torch.arange(fine, dtype=torch.double) + 0.5) * (2 * limit / fine) - limit
    rows, columns = torch.meshgrid(ticks, ticks, indexing="ij")
    values = density(torch.stack([columns.flatten(), rows.flatten()], dim=1).float()).double().cpu()
    masses = values.view(bins, FINER, bins, FINER).sum(dim=(1, 3)).flatten() * (2 * limit / fine) ** 2
    total = float(masses.sum())
    if not LEAST_MASS <= total <= MOST_MASS:
        raise GancoreError(
            f"The density holds {total:.3g} of its mass within ±{limit:g}, expected about 1; "
            "widen limit, raise bins, or normalise the density."
        )
    masses = torch.cat([masses, masses.new_tensor([max(0.0, 1 - total)])])
    return masses / masses.sum()


def _mean_deviation(share: Tensor, count: int) -> Tensor:
    """The mean of |X / count - share| for X binomial with `count` draws: de Moivre's formula of 1730."""
    more = (count * share).floor() + 1
    ways = math.lgamma(count + 1) - torch.lgamma(more + 1) - torch.lgamma(count - more + 1)
    logarithm = ways + torch.xlogy(more, share) + torch.xlogy(count - more + 1, 1 - share)
    return torch.where(share < 1, 2 * more * logarithm.exp() / count, 0.0)


def _check_points(samples: Tensor) -> None:
    if samples.ndim != 2 or samples.shape[1] != 2 or len(samples) == 0:
        raise GancoreError(f"Samples have shape {tuple(samples.shape)}; expected (N, 2), points in the plane.")
    if not samples.isfinite().all():
        raise GancoreError("Samples hold values that are not finite; a diverged run cannot be scored.")

"""Naive Bayes with two classes in the plane: p(x|y), P(y) and P(y|x) at any point."""

import math

import numpy as np
from torch import Tensor

SHOWN = 160  # examples in the picture, mixed as the prior says
REACH = 3.2  # standard deviations from a mean to the edge of the picture, and a slider's end


class TwoClasses:
    """p(x, y) of two classes in the plane, each with a Gaussian of its own along either axis, and the prior P(y).

    Fitted to `points` `(N, 2)` whose class, 0 or 1, is in `labels` `(N,)`. `prior` is P(y) of the first class, between
    0 and 1, and the mean of the points is where it starts: change `prior` and `point` at will.
    """

    def __init__(self, points: Tensor, labels: Tensor, names: tuple[str, str]) -> None:
        self.groups = [points[labels == place].double().numpy() for place in (0, 1)]
        self.names = names
        self.means = np.stack([group.mean(0) for group in self.groups])
        self.deviations = np.stack([group.std(0) for group in self.groups])
        self.prior = 0.5
        self.point = tuple(self.means.mean(0))

    @property
    def frame(self) -> np.ndarray:
        """The lower and the upper end of either axis, `(2, 2)`, so that nearly all of both classes is inside."""
        reach = REACH * self.deviations
        return np.stack([(self.means - reach).min(0), (self.means + reach).max(0)])

    @property
    def priors(self) -> np.ndarray:
        """P(y) of both classes, `(2,)`."""
        return np.array([self.prior, 1 - self.prior])

    def log_densities(self, points: np.ndarray) -> np.ndarray:
        """log p(x|y) of points `(..., 2)` under both classes, `(..., 2)`."""
        away = (points[..., None, :] - self.means) / self.deviations
        return -(away**2 / 2 + np.log(self.deviations * math.sqrt(2 * math.pi))).sum(-1)

    @property
    def densities(self) -> np.ndarray:
        """p(x|y) at the point, for both classes, `(2,)`."""
        return np.exp(self.log_densities(np.array(self.point)))

    @property
    def evidence(self) -> float:
        """p(x) at the point: how usual it is, whatever its class."""
        return float(self.densities @ self.priors)

    @property
    def posteriors(self) -> np.ndarray:
        """P(y|x) at the point, for both classes, `(2,)`: Bayes' rule, from log odds, so that it holds far out too."""
        first, second = self.log_densities(np.array(self.point)) + np.log(self.priors)
        odds = np.array([second - first, first - second])
        return 1 / (1 + np.exp(np.clip(odds, -500, 500)))  # 500: far beyond any probability, and no overflow

    def shown(self) -> list[np.ndarray]:
        """About `SHOWN` examples, `(n, 2)` of each class, in the shares that the prior says."""
        counts = [round(SHOWN * share) for share in self.priors]
        return [group[:count] for group, count in zip(self.groups, counts, strict=True)]

    def in_words(self) -> str:
        """Every number at the point, in a sentence."""
        (first, second), (x, other) = self.names, self.point
        likely, unlikely = self.densities
        return (
            f"At ({x:.3f}, {other:.3f}): p(x|{first}) = {brief(likely)} and p(x|{second}) = {brief(unlikely)}; "
            f"P({first}) = {self.prior:.2f}; so p(x) = {brief(self.evidence)}, "
            f"P({first}|x) = {posterior(self.posteriors[0])} and P({second}|x) = {posterior(self.posteriors[1])}."
        )


def posterior(probability: float) -> str:
    """A probability with three decimals, and one that would be 0 with them as it is."""
    return f"{probability:.3f}" if probability >= 0.0005 else f"{probability:.0e}"


def brief(density: float) -> str:
    """A density in a few characters."""
    return f"{density:.2f}" if density >= 0.01 else f"{density:.0e}"

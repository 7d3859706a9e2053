"""Gaussian naive Bayes: within a class every pixel is a Gaussian of its own, and knows nothing of the others."""

import numpy as np
import torch
from sklearn.naive_bayes import GaussianNB
from torch import Tensor

from gancore.generative.model import GenerativeModel

# The share of the largest pixel variance that every variance is raised by. Pixels in the corner never change;
# without this their density would be infinite, and one grey pixel would outvote the rest of the image.
SMOOTHING = 0.05


class GaussianNaiveBayes(GenerativeModel):
    """p(x, y) = p(y) ∏ᵢ N(xᵢ; μ_yi, σ²_yi) (Ng and Jordan, 2002, section 2).

    It classifies with Bayes' rule, and run backwards it draws. Samples look like static laid over the mean image
    of their class, for no pixel asks what its neighbour does.
    """

    @property
    def means(self) -> Tensor:
        """μ: float32 `(K, C, H, W)`, the mean image of every class."""
        self._check_fitted()
        return self._table(self.model.theta_)

    @property
    def deviations(self) -> Tensor:
        """σ: float32 `(K, C, H, W)`, the standard deviation of every pixel in every class."""
        self._check_fitted()
        return self._table(np.sqrt(self.model.var_))

    def log_prob(self, images: Tensor) -> Tensor:
        """log p(x), float64 `(N,)`, exact, in nats per image: a density over pixels on the scale of [-1, 1].

        It is summed over the classes. The Gaussians reach beyond [-1, 1], where there are no images, and
        `sample` cuts what falls there to the nearest end.
        """
        return self._joint(images).logsumexp(1)

    def predict(self, images: Tensor) -> Tensor:
        """The likeliest label of each image, argmax p(y|x): int64 `(N,)`; all 0 where `fit` had no labels."""
        return torch.tensor(self.classes or (0,))[self._joint(images).argmax(1)]

    def _joint(self, images: Tensor) -> Tensor:
        """log p(x, y): float64 `(N, K)`."""
        rows = self._rows(images)
        return torch.from_numpy(self.model.predict_joint_log_proba(rows))

    def _table(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(rows).float().unflatten(1, self.shape)

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        self.model = GaussianNB(var_smoothing=SMOOTHING).fit(rows, groups)

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return rng.normal(self.model.theta_[groups], np.sqrt(self.model.var_[groups]))

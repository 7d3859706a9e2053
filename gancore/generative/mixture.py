"""A Gaussian mixture: an image is a point in a cloud, and there are a few clouds a class."""

import math

import numpy as np
import torch
from scipy.special import logsumexp
from sklearn import mixture
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits
from torch import Tensor

from gancore.errors import GancoreError
from gancore.generative.model import GenerativeModel

FEATURES = 50  # principal components: 83% of the variance of digits, and few enough for a full covariance
RIDGE = 0.01  # the least variance in any direction, on the scale of pixels in [-1, 1]


class GaussianMixture(GenerativeModel):
    """p(x|y) = Σₖ πₖ N(x; μₖ, Σₖ), with `components` Gaussians a class, fitted by EM (Bishop, 2006, section 9.2).

    A covariance of 784 pixels has more entries than there are digits, so the mixture lives on the 50 leading
    principal components of the images. In the directions that are left over it takes the images for one small
    Gaussian cloud, of the mean variance there, as probabilistic PCA does (Tipping and Bishop, 1999, section 3.2).
    """

    def __init__(self, components: int = 3, seed: int = 0) -> None:
        super().__init__(seed)
        if components < 1:
            raise GancoreError(f"components is {components}; a mixture has at least 1.")
        self.components = components

    def log_prob(self, images: Tensor) -> Tensor:
        """log p(x), float64 `(N,)`, exact, in nats per image: a density over pixels on the scale of [-1, 1].

        It is summed over components and classes, and counts the directions that are left over, so it compares
        with that of any other density of the same pixels. A density of the 50 features alone would not.
        `sample` draws the features and leaves those directions at their mean, where this density is highest.
        """
        rows = self._rows(images)
        features = self.pca.transform(rows)
        pairs = zip(self.prior, self.parts, strict=True)
        joint = [np.log(share) + part.score_samples(features) for share, part in pairs]
        left_over = rows - self.pca.inverse_transform(features)
        directions = rows.shape[1] - features.shape[1]
        spread = np.square(left_over).sum(1) / self.noise + directions * math.log(2 * math.pi * self.noise)
        return torch.from_numpy(logsumexp(joint, axis=0) - spread / 2)

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        fewest = np.bincount(groups).min()
        if fewest < max(2, self.components):
            raise GancoreError(
                f"A class has {fewest} images, and {self.components} components need at least "
                f"{max(2, self.components)}; give it more, or ask for fewer components."
            )
        self.pca = PCA(min(FEATURES, *rows.shape), svd_solver="full").fit(rows)
        self.noise = max(float(self.pca.noise_variance_), RIDGE)
        features = self.pca.transform(rows)
        self.parts = [self._mixture(features[groups == place], place) for place in range(groups.max() + 1)]

    @threadpool_limits.wrap(limits=1, user_api="blas")  # two threads take more than twice as long
    def _mixture(self, features: np.ndarray, place: int) -> mixture.GaussianMixture:
        """The mixture of the class at `place`."""
        return mixture.GaussianMixture(self.components, reg_covar=RIDGE, random_state=self.seed + place).fit(features)

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        features = np.empty((len(groups), self.pca.n_components_))
        for place in np.unique(groups):
            mine = groups == place
            features[mine] = draw_from_mixture(self.parts[place], np.count_nonzero(mine), rng)
        return self.pca.inverse_transform(features)


def draw_from_mixture(part: mixture.GaussianMixture, count: int, rng: np.random.Generator) -> np.ndarray:
    """Ancestral sampling, `(count, D)`: first the component, then a point of its Gaussian, μ + Lε with LLᵀ = Σ."""
    chosen = rng.choice(part.n_components, count, p=part.weights_)
    factors = np.linalg.cholesky(part.covariances_)
    noise = rng.standard_normal((count, factors.shape[1]))
    return part.means_[chosen] + np.einsum("nij,nj->ni", factors[chosen], noise)

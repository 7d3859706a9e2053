"""Latent Dirichlet allocation: an image is a bag of lit pixels, and the topics in it are strokes."""

import numpy as np
import torch
from sklearn import decomposition
from torch import Tensor

from gancore.errors import GancoreError
from gancore.generative.model import GenerativeModel

DROPS = 8  # of ink in a white pixel: how often it is in the bag
MIXING = 0.1  # α of the fit: small, so that an image is made of a handful of the topics
SPARSITY = 0.1  # η of the fit: small, so that a topic is made of a handful of pixels
BATCH = 250
PASSES = 6  # over the images
INNER_STEPS = 15  # of an image's proportions in one pass: what most of the time goes into
LEAST_SHARE = 1e-6  # of a topic in a class, which keeps a Dirichlet proper


class LatentDirichletAllocation(GenerativeModel):
    """Blei, Ng and Jordan (2003), section 3, with images for documents and pixels for words.

    A topic φ is a distribution over pixels. To draw an image: draw how much of every topic it gets,
    θ ~ Dirichlet(α); then for every drop of ink, draw a topic from θ and the pixel it falls on from that topic.
    A white pixel is 8 drops, a grey one fewer, and what falls on a white one is lost. How much ink there is, is
    what a random training image of the class had. All classes share the topics; each has an α of its own, matched
    to the mean and the spread of θ over its training images.

    It has no `log_prob`: θ cannot be integrated out of p(x) in closed form.
    """

    def __init__(self, topics: int = 40, seed: int = 0) -> None:
        super().__init__(seed)
        if topics < 2:
            raise GancoreError(f"topics is {topics}; an image mixes at least 2.")
        self.topics = topics

    @property
    def strokes(self) -> Tensor:
        """The topics as images, float32 `(topics, C, H, W)` in [-1, 1]: white where a topic is at its densest."""
        self._check_fitted()
        return self._as_images(2 * self.phi / self.phi.max(1, keepdims=True) - 1)

    def proportions(self, images: Tensor) -> Tensor:
        """θ of each image, as far as it can be told: float64 `(N, topics)`, rows that sum to 1."""
        rows = self._rows(images)
        return torch.from_numpy(self.model.transform(bag_of_pixels(rows)))

    def _learn(self, rows: np.ndarray, groups: np.ndarray) -> None:
        bags = bag_of_pixels(rows)
        self.model = decomposition.LatentDirichletAllocation(
            self.topics,
            doc_topic_prior=MIXING,
            topic_word_prior=SPARSITY,
            total_samples=len(bags),
            batch_size=BATCH,
            max_doc_update_iter=INNER_STEPS,
            random_state=self.seed,
        )
        shuffled = bags[np.random.default_rng(self.seed).permutation(len(bags))]  # data sets come sorted by class
        for _ in range(PASSES):  # as `fit`, which takes a quarter longer, for a bound that is not asked for
            self.model.partial_fit(shuffled)
        self.phi = self.model.components_ / self.model.components_.sum(1, keepdims=True)
        theta = self.model.transform(bags)
        places = range(groups.max() + 1)
        self.alphas = np.stack([dirichlet_like(theta[groups == place]) for place in places])
        self.lengths = [bags[groups == place].sum(1).astype(int) for place in places]

    def _draw(self, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        theta = np.stack([rng.dirichlet(self.alphas[place]) for place in groups])
        lengths = np.array([rng.choice(self.lengths[place]) for place in groups])
        # A topic from θ and then a pixel from that topic is a pixel from the mixture θφ of the topics.
        drops = rng.multinomial(lengths, theta @ self.phi)
        return 2 * np.minimum(drops / DROPS, 1) - 1


def bag_of_pixels(rows: np.ndarray) -> np.ndarray:
    """Pixels `(N, D)` in [-1, 1] to how often each is in the bag: from 0 for black to `DROPS` for white."""
    return np.round((rows + 1) / 2 * DROPS)


def dirichlet_like(theta: np.ndarray) -> np.ndarray:
    """The parameters `(K,)` of a Dirichlet with the mean and the total variance of proportions `(N, K)`.

    Its entries vary by m(1 - m) / (s + 1) around their means m, where s is the sum of the parameters. So s follows
    from the variances, and the parameters are sm.
    """
    mean = np.maximum(theta.mean(0), LEAST_SHARE)
    spread = np.sum(theta.var(0))
    total = np.sum(mean * (1 - mean)) / spread - 1 if spread > 0 else np.inf
    return mean * min(max(total, LEAST_SHARE), 1 / LEAST_SHARE)

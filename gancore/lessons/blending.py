"""Images whose label lies between two, and what a classifier makes of them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.analysis.hands import blend
from gancore.metrics.classifier import Extractor
from gancore.models.sampling import seeded_latents
from gancore.pretrained import Pretrained


@dataclass(frozen=True)
class Between:
    """Images with a label between two, and what a classifier makes of them.

    `first` and `second` are the shares, 0 to 1, of images `(N, C, H, W)` read as either of the two labels, and `other`
    that of the rest; `certainty` is the mean probability that the classifier gives to its own answer.
    """

    images: Tensor
    first: float
    second: float
    other: float
    certainty: float


def between(
    generator: Pretrained, labels: tuple[int, int], share: float, classifier: Extractor, count: int, seed: int = 0
) -> Between:
    """`count` images from the first of two `labels`, where `share` is 0, to the second, where it is 1."""
    shares = torch.zeros(count, generator.classes)
    shares[:, labels[0]] += 1 - share
    shares[:, labels[1]] += share
    images = blend(generator.generator, seeded_latents(count, generator.latent_dim, seed), shares).cpu()
    chances = classifier.logits(images).softmax(1)
    certainty, answers = chances.max(1)
    first, second = (answers == label for label in labels)
    read = (float(group.float().mean()) for group in (first, second, ~(first | second)))
    return Between(images, *read, float(certainty.mean()))

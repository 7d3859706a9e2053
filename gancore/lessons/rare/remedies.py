"""What people do about rare classes: each remedy makes of imbalanced digits a lesson for a classifier."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.lessons.rare.imbalance import CLASSES, RARE, Imbalanced

FILLED = 400  # examples of a rare class, where more are made
NEIGHBOURS = 5  # among which SMOTE chooses, as Chawla et al. (2002), section 4.2


@dataclass(frozen=True)
class Lesson:
    """What a classifier learns from: images `(N, 1, 28, 28)` in [-1, 1], their labels `(N,)`, how often each is drawn
    relative to the others `(N,)`, and what an error on each class costs `(10,)`."""

    images: Tensor
    labels: Tensor
    shares: Tensor
    costs: Tensor


def nothing(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """The examples as they are."""
    return Lesson(digits.images, digits.labels, torch.ones(len(digits.labels)), torch.ones(CLASSES))


def class_weights(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """An error on a class costs the more, the fewer examples it has."""
    counts = torch.bincount(digits.labels, minlength=CLASSES)
    costs = len(digits.labels) / (CLASSES * counts)
    return Lesson(digits.images, digits.labels, torch.ones(len(digits.labels)), costs)


def oversampling(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """Every class is drawn as often as any other, so that rare examples are seen again and again."""
    return evenly(digits.images, digits.labels)


def smote(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """Rare classes are filled up with mixtures of two neighbours."""
    rng = torch.Generator().manual_seed(seed)
    return filled(digits, torch.stack([mixtures(digits.few(label), FILLED, rng) for label in RARE]))


def filled_by_gan(digits: Imbalanced, made: Tensor | None = None, seed: int = 0) -> Lesson:
    """Rare classes are filled up with what was `made`, `(3, N, 1, 28, 28)`; half of what is seen stays original."""
    assert made is not None
    return filled(digits, made)


Remedy = Callable[[Imbalanced, Tensor | None, int], Lesson]
REMEDIES: dict[str, Remedy] = {
    "nothing": nothing,
    "class weights": class_weights,
    "oversampling": oversampling,
    "SMOTE": smote,
    "GAN": filled_by_gan,
}


def evenly(images: Tensor, labels: Tensor) -> Lesson:
    """A lesson in which every class is drawn as often as any other."""
    return Lesson(images, labels, 1 / torch.bincount(labels)[labels], torch.ones(CLASSES))


def filled(digits: Imbalanced, made: Tensor) -> Lesson:
    """The examples, and what was `made` `(3, N, 1, 28, 28)` of the rare classes; these are drawn as often as others,
    and originals of theirs as often as what was made."""
    labels = torch.tensor(RARE).repeat_interleave(made.shape[1])
    groups = torch.cat([digits.labels, labels + CLASSES])  # what was made of a class is a group of its own
    even = evenly(torch.cat([digits.images, made.flatten(0, 1)]), groups)
    halved = torch.isin(groups % CLASSES, torch.tensor(RARE))
    return Lesson(even.images, groups % CLASSES, even.shares * torch.where(halved, 0.5, 1.0), even.costs)


def mixtures(examples: Tensor, count: int, rng: torch.Generator) -> Tensor:
    """`count` mixtures of one of `examples` `(N, …)` and one of its nearest neighbours, at a random place between them.

    Chawla et al. (2002, SMOTE), section 4.2. A single example has no neighbour, and is repeated.
    """
    if len(examples) == 1:
        return examples.repeat(count, *[1] * (examples.ndim - 1))
    distances = torch.cdist(examples.flatten(1), examples.flatten(1)).fill_diagonal_(torch.inf)
    nearest = distances.topk(min(NEIGHBOURS, len(examples) - 1), largest=False).indices
    starts = torch.randint(len(examples), (count,), generator=rng)
    ends = nearest[starts, torch.randint(nearest.shape[1], (count,), generator=rng)]
    way = torch.rand(count, *[1] * (examples.ndim - 1), generator=rng)
    return examples[starts] + way * (examples[ends] - examples[starts])

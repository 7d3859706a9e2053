"""Digits of which three classes are rare, and digits of all classes that are held out."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.data.images import ImageData, to_float

RARE = (2, 5, 8)
CLASSES = 10
HELD_OUT = 100  # of each class


@dataclass(frozen=True)
class Imbalanced:
    """Digits to learn from, few of each class in RARE and all of the others, and digits of all classes held out."""

    learnt: ImageData
    held_out: ImageData

    @property
    def images(self) -> Tensor:
        """What is learnt from, float `(N, 1, 28, 28)` in [-1, 1]."""
        return to_float(self.learnt.images)

    @property
    def labels(self) -> Tensor:
        assert self.learnt.labels is not None
        return self.learnt.labels

    def few(self, label: int) -> Tensor:
        """The examples of one class, float `(N, 1, 28, 28)` in [-1, 1]."""
        return self.images[self.labels == label]


def imbalanced(digits: ImageData, few: int = 10, seed: int = 0) -> Imbalanced:
    """`digits` with HELD_OUT of each class set aside, and of what is left `few` of each rare class; `seed` says which.

    A larger `few` keeps all that a smaller one does.
    """
    assert digits.labels is not None
    rng = torch.Generator().manual_seed(seed)
    learnt, held_out = [], []
    for label in range(CLASSES):
        members = torch.where(digits.labels == label)[0]
        members = members[torch.randperm(len(members), generator=rng)]
        held_out.append(members[:HELD_OUT])
        learnt.append(members[HELD_OUT:][: few if label in RARE else None])
    return Imbalanced(digits.subset(torch.cat(learnt)), digits.subset(torch.cat(held_out)))

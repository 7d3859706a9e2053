"""The GAN that draws more examples of rare classes."""

import torch
from torch import Tensor

from gancore.lessons.rare.imbalance import CLASSES, RARE, Imbalanced
from gancore.lessons.rare.remedies import FILLED
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

ROUNDS = 500  # of the GAN: a quarter of a minute on one thread
GAN_RECIPE = RECIPES["cmodern"].change(name="rare", batch_size=16, augment=("shift", "cutout"))


def train_gan(digits: Imbalanced, seed: int = 0, rounds: int = ROUNDS) -> Trainer:
    """A GAN that is told the class, on `digits` in which every class is as frequent as any other, by repetition."""
    labels = digits.labels
    most = int(torch.bincount(labels).max())
    members = [torch.where(labels == label)[0] for label in range(CLASSES)]
    even = torch.cat([each[torch.arange(most) % len(each)] for each in members])
    return GAN_RECIPE.trainer(digits.learnt.subset(even), seed=seed, device="cpu").run(steps=rounds)


def draw_rare(trainer: Trainer, count: int = FILLED, seed: int = 0) -> Tensor:
    """`count` pictures of each rare class by the trainer's GAN, `(3, count, 1, 28, 28)`."""
    labels = torch.tensor(RARE).repeat_interleave(count)
    return trainer.sample(len(labels), labels, seed).unflatten(0, (len(RARE), count))

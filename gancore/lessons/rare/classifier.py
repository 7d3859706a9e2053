"""A small classifier that tries a remedy, and of each class the share that it then recognises."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gancore.data.images import ImageData, to_float
from gancore.lessons.rare.imbalance import CLASSES, RARE
from gancore.lessons.rare.remedies import Lesson
from gancore.metrics.classifier_training import distort
from gancore.system.random import seeded

WIDTH, BATCH, STEPS = 12, 64, 200  # of the classifier
RATE, DECAY, DROPOUT = 3e-3, 1e-2, 0.3


def small_network() -> nn.Module:
    """Digits to logits `(N, 10)`: two convolutions on a grid of 14 × 14 cells of 2 × 2 pixels."""
    return nn.Sequential(
        nn.PixelUnshuffle(2), nn.Conv2d(4, WIDTH, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(WIDTH, 2 * WIDTH, 3, padding=1), nn.ReLU(), nn.Dropout(DROPOUT),
        nn.Flatten(), nn.Linear(2 * WIDTH * 7 * 7, CLASSES),
    )  # fmt: skip


def fit(lesson: Lesson, moved: bool = False, seed: int = 0, steps: int = STEPS) -> nn.Module:
    """A small network after `steps` batches of `lesson`, with `moved` each turned, shifted and resized a little."""
    rng = torch.Generator().manual_seed(seed)
    with seeded(seed):
        network = small_network().to(memory_format=torch.channels_last)
        optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY, fused=True)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
        for _ in range(steps):
            index = torch.multinomial(lesson.shares, BATCH, replacement=True, generator=rng)
            images = distort(lesson.images[index], rng) if moved else lesson.images[index]
            loss = F.cross_entropy(network(images), lesson.labels[index], weight=lesson.costs)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def recalls(network: nn.Module, held_out: ImageData) -> Tensor:
    """Of each class, the share of `held_out` that `network` reads as that class: `(10,)`, 0 to 1."""
    assert held_out.labels is not None
    right = network(to_float(held_out.images)).argmax(1) == held_out.labels
    return torch.stack([right[held_out.labels == label].float().mean() for label in range(CLASSES)])


def rare_recall(of_classes: Tensor) -> Tensor:
    """The mean recall of the rare classes, from recalls `(…, 10)`."""
    return of_classes[..., list(RARE)].mean(-1)

"""A small convolutional network for digits that learns from labels alone, and makes the most of each by moving it."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gancore.metrics.classifier_training import distort
from gancore.system.random import seeded

ROUNDS, BATCH, RATE = 200, 50, 3e-3


def small_network() -> nn.Sequential:
    """Images `(N, 1, 28, 28)` to ten logits."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(32 * 7 * 7, 10),
    )


def train_network(images: Tensor, labels: Tensor, seed: int, rounds: int = ROUNDS) -> nn.Sequential:
    """A network in eval mode after `rounds` on images `(N, 1, 28, 28)`, shifted, turned and resized each time."""
    rng = torch.Generator().manual_seed(seed)
    with seeded(seed):  # the first weights, and dropout
        network = small_network()
        optimizer = torch.optim.Adam(network.parameters(), RATE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=rounds)
        for _ in range(rounds):
            batch = torch.randperm(len(images), generator=rng)[:BATCH]
            loss = cross_entropy(network(distort(images[batch], rng)), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()

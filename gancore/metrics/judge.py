"""A judge: a small discriminator that is trained to tell two finished sets of features apart, and how far it gets."""

import torch
from torch import Tensor, nn

from gancore.models.modes import device_of
from gancore.system.random import seeded
from gancore.training.losses import NonSaturating

WIDTH = 128
STEPS = 600
BATCH = 64  # of each kind
RATE = 1e-3


def train_judge(real: Tensor, fake: Tensor, seed: int = 0) -> nn.Module:
    """The discriminator's half of the game, alone: features `(N, D)` to logits `(N,)`, positive for "real".

    `real` and `fake` are features `(N, D)` and `(M, D)` to learn from, on any device; the judge is on the CPU. The same
    seed and thread count give the same judge.
    """
    real, fake = real.cpu(), fake.cpu()
    with seeded(seed):
        width = real.shape[1]
        judge = nn.Sequential(nn.Linear(width, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, 1), nn.Flatten(0))
        optimizer = torch.optim.Adam(judge.parameters(), RATE)
        for _ in range(STEPS):
            some_real, some_fake = (rows[torch.randint(len(rows), (BATCH,))] for rows in (real, fake))
            loss = NonSaturating().discriminator(judge(some_real), judge(some_fake))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return judge.requires_grad_(False)


def judge_accuracy(judge: nn.Module, real: Tensor, fake: Tensor) -> float:
    """The share, 0..1, that `judge` gets right of what it has not seen, with as much weight on either kind.

    One half means that it cannot tell the two apart: the two-sample test by a classifier of Lopez-Paz and Oquab
    (2017, section 3).
    """
    device = device_of(judge)
    on_real, on_fake = judge(real.to(device)).cpu(), judge(fake.to(device)).cpu()
    right = (on_real > 0).double().mean() + (on_fake <= 0).double().mean()
    return float(right / 2)

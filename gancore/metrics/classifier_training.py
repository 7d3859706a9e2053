"""Training the classifier whose features the metrics measure in."""

import math
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from gancore.data.images import SIZES, ImageData, to_float
from gancore.errors import GancoreError
from gancore.metrics.classes import class_fidelity
from gancore.metrics.classifier import Classifier, Extractor
from gancore.system.random import seeded

HELD_OUT = 0.2  # share of every class that the training never sees
SPLIT_SEED = 0  # the held-out part is the same for every training seed
EPOCHS = 30
TRAIN_BATCH = 100
PEAK_RATE = 3e-3
WEIGHT_DECAY = 1e-2
TURN = math.radians(10)  # the random distortion turns by up to this much, either way
ZOOM = 0.1
SHIFT = 1 / 7  # of half an image: two pixels of 28


def held_out_split(labels: Tensor) -> tuple[Tensor, Tensor]:
    """Indices, int64, to train on, and of the fifth of each class that is held out; the same in every run.

    Raises GancoreError where a class has fewer than two images.
    """
    rng = torch.Generator().manual_seed(SPLIT_SEED)
    train, held_out = [], []
    for label in labels.unique().tolist():
        members = torch.where(labels == label)[0]
        if len(members) < 2:
            raise GancoreError(
                f"Class {label} has {len(members)} image; training and checking need at least 2 a class."
            )
        members = members[torch.randperm(len(members), generator=rng)]
        count = max(1, round(HELD_OUT * len(members)))
        held_out.append(members[:count])
        train.append(members[count:])
    return torch.cat(train), torch.cat(held_out)


def distort(images: Tensor, rng: torch.Generator) -> Tensor:
    """`images` `(N, C, H, W)`, each turned, shifted and resized a little at random; black fills the gaps."""
    turn, zoom, right, down = (torch.rand(4, len(images), generator=rng) * 2 - 1) * torch.tensor(
        [[TURN], [ZOOM], [SHIFT], [SHIFT]]
    )
    cosine, sine = turn.cos() * (1 + zoom), turn.sin() * (1 + zoom)
    rows = torch.stack([cosine, -sine, right, sine, cosine, down], dim=1).unflatten(1, (2, 3))
    grid = F.affine_grid(rows, list(images.shape), align_corners=False)
    return F.grid_sample(images + 1, grid, align_corners=False) - 1


def train_extractor(data: ImageData, seed: int = 0, epochs: int = EPOCHS) -> Extractor:
    """Train a Classifier on four fifths of `data`, each class alike, and measure it on the rest.

    The same seed and thread count give the same weights. Raises GancoreError for data without labels, with a
    single class, or of a size other than square 28, 32 or 64.
    """
    labels = data.labels
    if labels is None or len(labels.unique()) < 2:
        raise GancoreError(
            f"{data.name} has no labels of at least two classes, and a classifier learns from labels; "
            "sort the images into one subfolder a class."
        )
    if data.shape[1] != data.shape[2] or data.shape[1] not in SIZES:
        raise GancoreError(
            f"{data.name} has images of {data.shape[1]}×{data.shape[2]} pixels; "
            "an extractor takes squares of 28, 32 or 64."
        )
    train, held_out = held_out_split(labels)
    with seeded(seed):  # the initial weights and dropout
        network = Classifier(data.shape, int(labels.max()) + 1)
        _fit(network, data.images[train], labels[train], torch.Generator().manual_seed(seed), epochs)
    extractor = Extractor(network.eval(), data.name, math.nan, seed)
    logits = extractor.logits(to_float(data.images[held_out]))
    return replace(extractor, accuracy=class_fidelity(logits, labels[held_out]))


def _fit(network: Classifier, images: Tensor, labels: Tensor, rng: torch.Generator, epochs: int) -> None:
    """Train `network` on uint8 `images` `(N, C, H, W)` and their labels `(N,)`."""
    steps = math.ceil(len(images) / TRAIN_BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=epochs * steps)
    network.train()
    for _ in range(epochs):
        # Equal parts, since a batch of one image would leave the normalisation without a variance.
        for index in torch.randperm(len(images), generator=rng).tensor_split(steps):
            loss = F.cross_entropy(network(distort(to_float(images[index]), rng)), labels[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()

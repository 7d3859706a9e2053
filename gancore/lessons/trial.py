"""A model's trial: fit it to digits, draw as many of each class, and time both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from gancore.data.images import ImageData, to_float
from gancore.generative import GenerativeModel

DRAWN = 1000  # images that a model is scored by, as many of each class

Result = TypeVar("Result")


@dataclass(frozen=True)
class Trial:
    """`samples` `(1000, C, H, W)` of a model, the `labels` `(1000,)` it was asked for, and the seconds it took."""

    samples: Tensor
    labels: Tensor
    fit_seconds: float
    draw_seconds: float


def fit_and_draw(model: GenerativeModel, training: ImageData) -> Trial:
    """Fit `model` to the `training` images and their labels, and draw from it; the seed of each class is its label."""
    classes = range(len(training.classes))
    each = DRAWN // len(classes)
    _, fitting = timed(lambda: model.fit(to_float(training.images), training.labels))
    samples, drawing = timed(lambda: torch.cat([model.sample(each, label, seed=label) for label in classes]))
    return Trial(samples, torch.tensor(classes).repeat_interleave(each), fitting, drawing)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What `work` gives, and the seconds it took."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started

"""Reference answers of chapter 12, each written in two ways.

A heading such as `# %% 12.1` begins an answer.
"""

import math
from collections.abc import Callable

import torch
from torch import nn

from gancore.data.batch import Spec
from gancore.training.recipes import GANRecipe


# %% 12.1
def pool(maps: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.adaptive_max_pool2d(maps, 4).flatten(1)


# %% 12.1 another way
def pool_another_way(maps: torch.Tensor) -> torch.Tensor:
    height, width = maps.shape[2:]
    places = []
    for row in range(4):
        top, bottom = row * height // 4, math.ceil((row + 1) * height / 4)
        for column in range(4):
            left, right = column * width // 4, math.ceil((column + 1) * width / 4)
            places.append(maps[:, :, top:bottom, left:right].amax((2, 3)))
    return torch.stack(places, dim=2).reshape(len(maps), -1)


# %% 12.2
def control(recipe: GANRecipe, spec: Spec, seed: int) -> nn.Module:
    return recipe.game(spec, seed).discriminator.eval()


# %% 12.2 another way
def control_another_way(recipe: GANRecipe, spec: Spec, seed: int) -> nn.Module:
    _, discriminator = recipe.build_players(spec.shape, len(spec.classes or ()), seed)
    discriminator.train(mode=False)
    return discriminator


# %% 12.3
def cross_validate(
    fit: Callable,
    features: torch.Tensor,
    labels: torch.Tensor,
    folds: torch.Tensor,
    candidates: list[float],
) -> torch.Tensor:
    shares = []
    for c in candidates:
        right = torch.zeros(len(labels))
        for fold in folds.unique():
            out = folds == fold
            classify = fit(features[~out], labels[~out], c)
            right[out] = (classify(features[out]) == labels[out]).float()
        shares.append(right.mean())
    return torch.stack(shares)


# %% 12.3 another way
def cross_validate_another_way(
    fit: Callable,
    features: torch.Tensor,
    labels: torch.Tensor,
    folds: torch.Tensor,
    candidates: list[float],
) -> list[float]:
    def right_answers(fold: int, c: float) -> int:
        classify = fit(features[folds != fold], labels[folds != fold], c)
        return int((classify(features[folds == fold]) == labels[folds == fold]).sum())

    numbers = set(folds.tolist())
    return [
        sum(right_answers(fold, c) for fold in numbers) / len(labels)
        for c in candidates
    ]


# %% 12.4
def gain(
    ours: torch.Tensor, control: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    differences = ours - control
    return differences.mean(), differences.std() / len(differences) ** 0.5


# %% 12.4 another way
def gain_another_way(ours: torch.Tensor, control: torch.Tensor) -> tuple[float, float]:
    count = len(ours)
    differences = [float(one - other) for one, other in zip(ours, control, strict=True)]
    mean = sum(differences) / count
    squares = sum((difference - mean) ** 2 for difference in differences)
    return mean, math.sqrt(squares / (count - 1) / count)

"""A discriminator's convolutions as features of an image, which another task can use (Radford et al., 2015,
section 5.1)."""

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_max_pool2d

from gancore.errors import GancoreError
from gancore.models.modern import Residual
from gancore.models.modes import evaluating

GRID = 4  # places along each side that the maps of every layer are pooled to
PART = 500  # images at a time
BLOCKS = (nn.Conv2d, Residual)  # where a stage begins


def features_of(discriminator: nn.Module, images: Tensor, grid: int = GRID) -> Tensor:
    """What every convolutional stage of `discriminator` makes of images `(N, C, H, W)` in [-1, 1], `(N, D)` on the CPU.

    Its maps are max-pooled to `grid` × `grid` places and laid end to end. This happens in eval mode, where an image
    has the same features in any company. Raises GancoreError for a discriminator without convolutions.
    """
    stages = stages_in(discriminator)
    device = next(discriminator.parameters()).device
    with evaluating(discriminator), torch.no_grad():
        maps = (pooled(stages, part.to(device), grid) for part in images.split(PART))
        parts = [torch.cat(list(each), dim=1) for each in maps]
    return torch.cat(parts).float().cpu()


def stages_in(discriminator: nn.Module) -> list[nn.Sequential]:
    """The layers before the logit, divided in front of each convolution or block but the first.

    Raises GancoreError for a discriminator without convolutions.
    """
    features = getattr(discriminator, "features", None)
    layers = list(features) if isinstance(features, nn.Sequential) else []
    layers = [layer for layer in layers if not isinstance(layer, nn.Flatten)]
    starts = [place for place, layer in enumerate(layers) if isinstance(layer, BLOCKS)]
    if not starts:
        raise GancoreError(
            f"{type(discriminator).__name__} has no convolutions in a part called features, and so no maps to pool; "
            "take the discriminator of a convolutional recipe, such as dcgan or modern."
        )
    borders = [0, *starts[1:], len(layers)]
    return [nn.Sequential(*layers[start:end]) for start, end in pairwise(borders)]


def pooled(stages: list[nn.Sequential], images: Tensor, grid: int) -> Iterator[Tensor]:
    """What each stage makes of `images`, max-pooled to `(N, channels · grid²)`."""
    maps = images
    for stage in stages:
        maps = stage(maps)
        yield in_places(maps, grid)


def in_places(maps: Tensor, grid: int = GRID) -> Tensor:
    """Maps `(N, C, H, W)`, max-pooled to `grid` × `grid` places and laid end to end: `(N, C · grid²)`."""
    return adaptive_max_pool2d(maps, grid).flatten(1)

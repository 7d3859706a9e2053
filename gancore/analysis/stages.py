"""What each layer of a convolutional network makes of an image, and how many pixels one number in it sees."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gancore.errors import GancoreError
from gancore.models.modes import evaluating


@dataclass(frozen=True)
class Stage:
    """What one layer makes of an image: `maps` `(C, H, W)`, and the side of the square of pixels `sees` that decides
    one number in them, where no border cuts it off."""

    name: str
    maps: Tensor
    sees: int

    def __str__(self) -> str:
        count, height, width = self.maps.shape
        return f"{count} map{'' if count == 1 else 's'} of {height} × {width}"


def stages_of(layers: nn.Sequential, image: Tensor) -> list[Stage]:
    """What each of `layers`, in eval mode, makes of one image `(C, H, W)`.

    A convolution with kernel k widens what a number sees by k - 1 steps, and a step is as many pixels as the strides
    before it multiply to. Raises GancoreError for a layer that mixes places in another way.
    """
    stages, sees, step = [], 1, 1
    values = image.unsqueeze(0).to(next(layers.parameters()).device)
    with evaluating(layers), torch.no_grad():
        for layer in layers:
            values = layer(values)
            if isinstance(layer, nn.Conv2d):
                sees, step = sees + (layer.kernel_size[0] - 1) * step, step * layer.stride[0]
            stages.append(Stage(name_of(layer), values[0].float().cpu(), sees))
    return stages


def name_of(layer: nn.Module) -> str:
    """What a layer is called in words. Raises GancoreError for one that has no name here."""
    match layer:
        case nn.Conv2d(kernel_size=(kernel, _), stride=(stride, _)):
            return f"convolution {kernel}×{kernel}, stride {stride}"
        case nn.BatchNorm2d():
            return "batch normalisation"
        case nn.LeakyReLU():
            return "LeakyReLU"
    raise GancoreError(f"{type(layer).__name__} is no convolution, batch norm or LeakyReLU; leave it out.")

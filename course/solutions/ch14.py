"""Reference answers of chapter 14, each written in two ways.

A heading such as `# %% 14.1` begins an answer.
"""

import math

import torch
from torch import nn

from gancore.data.fourier import to_frequencies, to_pictures


# %% 14.1
def keep(
    answer: torch.Tensor, measured: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    return to_pictures(torch.where(mask == 1, measured, to_frequencies(answer)))


# %% 14.1 another way
def keep_another_way(
    answer: torch.Tensor, measured: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    missing = (
        measured - to_frequencies(answer) * mask
    )  # how far the answer is off, where anybody knows
    return answer + to_pictures(missing)


# %% 14.2
def volume_psnr(made: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return 10 * torch.log10(truth.max() ** 2 / (made - truth).square().mean())


# %% 14.2 another way
def volume_psnr_another_way(made: torch.Tensor, truth: torch.Tensor) -> float:
    root_of_error = float(torch.dist(made, truth)) / math.sqrt(truth.numel())
    return 20 * math.log10(float(truth.max()) / root_of_error)


# %% 14.3
def keep_noise(network: nn.Module) -> nn.Module:
    network.eval()
    for layer in network.modules():
        if isinstance(layer, (nn.Dropout, nn.Dropout2d)):
            layer.train()
    return network


# %% 14.3 another way
def keep_noise_another_way(network: nn.Module) -> nn.Module:
    for layer in [network, *network.modules()]:
        layer.training = type(layer).__name__.startswith("Dropout")
    return network

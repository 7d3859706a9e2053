"""The modes that a network is in: evaluating, or frozen while another one learns; and where it is."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def frozen(network: nn.Module) -> Iterator[None]:
    """While inside, what is computed sends no gradients to the network's parameters, only through it."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    for parameter in parameters:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in parameters:
            parameter.requires_grad_(True)


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """While inside, `network` is in eval mode; afterwards every part is back in the mode it was in."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def device_of(network: nn.Module) -> torch.device:
    """Where the network's first parameter is; the CPU for a network that has none."""
    return next((parameter.device for parameter in network.parameters()), torch.device("cpu"))

"""The moving average of a network: what we sample from, steadier than the network in training."""

import copy

import torch
from torch import Tensor, nn


class MovingAverage:
    """An exponential moving average of the weights and buffers of `network` (Yazıcı et al., 2019, section 3).

    `decay` in [0, 1): each update keeps that share of the old value. It starts lower, (1 + t) / (10 + t) at update
    t, so that the random start is soon forgotten. `module` is the averaged copy, in eval mode. The tensors of both
    are looked up once, so they may be written to, and not be exchanged for others.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.module = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0
        self._averages, self._weights = _floats(self.module), _floats(network)
        self._copies, self._copied = _rest(self.module), _rest(network)

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards what the network is now."""
        share = 1 - min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(self._averages, self._weights, share)
        for mine, theirs in zip(self._copies, self._copied, strict=True):
            mine.copy_(theirs)
        self.updates += 1


def _floats(network: nn.Module) -> list[Tensor]:
    """The weights and buffers of `network` that can be averaged."""
    return [tensor for tensor in _tensors(network) if _has_average(tensor)]


def _rest(network: nn.Module) -> list[Tensor]:
    """The counters among the buffers of `network`, such as batch norm's, and masks with -∞ in them."""
    return [tensor for tensor in _tensors(network) if not _has_average(tensor)]


def _has_average(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and bool(tensor.isfinite().all())


def _tensors(network: nn.Module) -> list[Tensor]:
    """The weights and buffers of `network`, those with several names once."""
    return list({id(tensor): tensor for tensor in network.state_dict(keep_vars=True).values()}.values())

"""The moving average of a network: what we sample from, steadier than the network in training."""

import copy

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase


class MovingAverage:
    """An exponential moving average of the weights of `network` and the statistics of its norms (Yazıcı et al., 2019,
    section 3). Other buffers are copied.

    `decay` in [0, 1): each update keeps that share of the old value. It starts lower, (1 + t) / (10 + t) at update
    t, so that the random start is soon forgotten. `module` is the averaged copy, in eval mode. The tensors of both
    are looked up once, so they may be written to, and not be exchanged for others.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.module = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0
        self._averages, self._weights = learnt(self.module), learnt(network)
        self._copies, self._copied = _rest(self.module), _rest(network)

    @torch.no_grad()
    def update(self) -> None:
        """Move the average towards what the network is now."""
        share = 1 - min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(self._averages, self._weights, share)
        for mine, theirs in zip(self._copies, self._copied, strict=True):
            mine.copy_(theirs)
        self.updates += 1


def learnt(network: nn.Module) -> list[Tensor]:
    """The weights of `network` and the statistics of its norms, each once: numbers that change as it learns."""
    norms = [part for part in network.modules() if isinstance(part, _NormBase)]
    tensors = [*network.parameters(), *(tensor for norm in norms for tensor in norm.buffers(recurse=False))]
    return [tensor for tensor in tensors if tensor.is_floating_point()]


def _rest(network: nn.Module) -> list[Tensor]:
    """The other buffers of `network`: counters, such as batch norm's, and masks, which may hold -∞."""
    known = {id(tensor) for tensor in learnt(network)}
    return [tensor for tensor in network.state_dict(keep_vars=True).values() if id(tensor) not in known]

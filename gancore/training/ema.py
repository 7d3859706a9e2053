"""The moving average of a network: what we sample from, steadier than the network in training."""

import copy

import torch
from torch import nn


class MovingAverage:
    """An exponential moving average of weights and buffers (Yazıcı et al., 2019, section 3).

    `decay` in [0, 1): each update keeps that share of the old value. It starts lower, (1 + t) / (10 + t) at update
    t, so that the random start is soon forgotten. `module` is the averaged copy, in eval mode.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move the average towards `module`."""
        share = 1 - min(self.decay, (1 + self.updates) / (10 + self.updates))
        mine, theirs = self.module.state_dict(), module.state_dict()
        floating = [name for name, value in mine.items() if value.is_floating_point()]
        torch._foreach_lerp_([mine[name] for name in floating], [theirs[name] for name in floating], share)
        for name in mine.keys() - floating:
            mine[name].copy_(theirs[name])  # counters, such as batch norm's
        self.updates += 1

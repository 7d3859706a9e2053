"""Reference answers of chapter 06, each written in two ways.

A heading such as `# %% 6.1` begins an answer.
"""

import math

import torch
from torch import Tensor

from gancore.lessons.failures import OSCILLATION


# %% 6.1
def count_modes(samples: Tensor, centres: Tensor, radius: float) -> int:
    on_mode = (samples[:, None] - centres).norm(dim=-1) <= radius
    return int(on_mode.any(dim=0).sum())


# %% 6.1 another way
def count_modes_another_way(samples: Tensor, centres: Tensor, radius: float) -> int:
    found = 0
    for centre in centres:
        nearest = (samples - centre).norm(dim=1).min()
        found += nearest.item() <= radius
    return found


# %% 6.2
def dirac_round(
    theta: Tensor, psi: Tensor, rate: float, penalty: float
) -> tuple[Tensor, Tensor]:
    d = torch.sigmoid(theta * psi)
    return theta + rate * d * psi, psi - rate * (d * theta + penalty * psi)


# %% 6.2 another way
def dirac_round_another_way(
    theta: float, psi: float, rate: float, penalty: float
) -> list[float]:
    step = rate / (1 + math.exp(-theta * psi))
    return [theta + step * psi, (1 - rate * penalty) * psi - step * theta]


# %% 6.3
diagnosis = ["collapse", "D too strong", "healthy", "oscillation"]

# %% 6.3 another way
diagnosis_another_way = ("Collapse", "d too strong", "Healthy", "Oscillation")

# %% 6.4
repaired = OSCILLATION.change(beta1=0.0)

# %% 6.4 another way
repaired_another_way = OSCILLATION.change(
    d_steps=5, g_lr=OSCILLATION.g_lr / 4
)  # D keeps up with the crowd

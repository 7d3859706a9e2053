"""Reference answers of chapter 00, each written in two ways.

A heading such as `# %% 0.1` begins an answer.
"""

import torch
from torch import Tensor


# %% 0.1
def mean_images(images: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([images[labels == 0].mean(0), images[labels == 1].mean(0)])


# %% 0.1 another way
def mean_images_another_way(images: Tensor, labels: Tensor) -> Tensor:
    belongs = torch.stack([labels == 0, labels == 1]).float()
    return belongs @ images / belongs.sum(1, keepdim=True)


# %% 0.2
def probability(logits: Tensor) -> Tensor:
    return torch.sigmoid(logits)


# %% 0.2 another way
def probability_another_way(logits: Tensor) -> Tensor:
    odds = logits.exp()
    return odds / (1 + odds)


# %% 0.3
slope = -1 / 2

# %% 0.3 another way
x = torch.zeros(1, requires_grad=True)
torch.log(1 + torch.exp(-x)).backward()
slope_another_way = x.grad.item()

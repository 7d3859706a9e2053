"""Reference answers of chapter 04, each written in two ways.

A heading such as `# %% 4.1` begins an answer.
"""

import math

import torch


# %% 4.1
def best_discriminator(
    x: torch.Tensor, real: tuple[float, float], fake: tuple[float, float]
) -> torch.Tensor:
    def density(mean: float, std: float) -> torch.Tensor:
        return (
            torch.exp(-(((x - mean) / std) ** 2) / 2) / std
        )  # what both densities are divided by cancels

    p, q = density(*real), density(*fake)
    return p / (p + q)


# %% 4.1 another way
def best_discriminator_another_way(
    x: torch.Tensor, real: tuple, fake: tuple
) -> torch.Tensor:
    logit = torch.distributions.Normal(*real).log_prob(x) - torch.distributions.Normal(
        *fake
    ).log_prob(x)
    return torch.sigmoid(logit)


# %% 4.2
values = [
    math.log(0.5) + math.log(1 - 0.5),  # D is one half everywhere
    math.log(0.9) + math.log(1 - 0.9),  # D is 0.9 on real and on generated examples
    math.log(1)
    + math.log(1 - 0),  # D is 1 on everything real and 0 on everything generated
]

# %% 4.2 another way
values_another_way = [-math.log(4), math.log(0.09), 0]


# %% 4.3
def jensen_shannon(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    middle = (p + q) / 2

    def kl(a: torch.Tensor) -> torch.Tensor:
        return torch.where(a > 0, a * (a / middle).log(), 0.0).sum()

    return (kl(p) + kl(q)) / 2


# %% 4.3 another way
def jensen_shannon_another_way(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    def entropy(a: torch.Tensor) -> torch.Tensor:
        return -torch.xlogy(a, a).sum()

    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


# %% 4.4
def distance_from_best(
    logits: torch.Tensor, p: torch.Tensor, q: torch.Tensor
) -> torch.Tensor:
    weights = p + q
    best = torch.where(
        weights > 0, p / weights, 0.5
    )  # where nobody looks, any number will do
    return (weights * (torch.sigmoid(logits) - best).abs()).sum() / weights.sum()


# %% 4.4 another way
def distance_from_best_another_way(
    logits: torch.Tensor, p: torch.Tensor, q: torch.Tensor
) -> float:
    seen = p + q > 0
    d, p, q = torch.sigmoid(logits)[seen], p[seen], q[seen]
    off = (p * (1 - d) - q * d).abs()  # (p + q) |D* - D|
    return float(off.sum() / (p.sum() + q.sum()))

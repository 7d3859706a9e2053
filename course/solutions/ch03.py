"""Reference answers of chapter 03, each written in two ways.

A heading such as `# %% 3.1` begins an answer.
"""

import torch
from torch import Tensor
from torch.distributions import Categorical, MixtureSameFamily, Normal
from torch.nn.functional import linear


# %% 3.1
def draw_mixture(
    count: int, weights: Tensor, means: Tensor, deviations: Tensor
) -> Tensor:
    chosen = torch.multinomial(weights, count, replacement=True)
    return means[chosen] + deviations[chosen] * torch.randn(count)


# %% 3.1 another way
def draw_mixture_another_way(
    count: int, weights: Tensor, means: Tensor, deviations: Tensor
) -> Tensor:
    mixture = MixtureSameFamily(Categorical(weights), Normal(means, deviations))
    return mixture.sample((count,))


# %% 3.2
def gibbs(lit: Tensor, weights: Tensor, a: Tensor, b: Tensor, noise: Tensor) -> Tensor:
    units = noise < torch.sigmoid(lit @ weights.T + b)
    return torch.sigmoid(units.float() @ weights + a)


# %% 3.2 another way
def gibbs_another_way(
    lit: Tensor, weights: Tensor, a: Tensor, b: Tensor, noise: Tensor
) -> Tensor:
    on = linear(lit, weights, b).sigmoid() > noise
    odds = linear(on.float(), weights.T, a).exp()
    return odds / (1 + odds)


# %% 3.3
def draw_latents(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    deviation = (log_variance / 2).exp()
    return mean + deviation * noise


# %% 3.3 another way
def draw_latents_another_way(
    mean: Tensor, log_variance: Tensor, noise: Tensor
) -> Tensor:
    return torch.addcmul(mean, torch.sqrt(torch.exp(log_variance)), noise)


# %% 3.4
def kl_estimate(
    x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor
) -> Tensor:
    q, p = Normal(mean_q, std_q), Normal(mean_p, std_p)
    return (q.log_prob(x) - p.log_prob(x)).mean()


# %% 3.4 another way
def kl_estimate_another_way(
    x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor
) -> Tensor:
    log_q = -(((x - mean_q) / std_q) ** 2) / 2 - torch.log(
        std_q
    )  # both lack the same constant
    log_p = -(((x - mean_p) / std_p) ** 2) / 2 - torch.log(std_p)
    return sum(log_q - log_p) / len(x)


# %% 3.5
def kl_gaussians(
    mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor
) -> Tensor:
    return (
        torch.log(std_p / std_q)
        + (std_q**2 + (mean_q - mean_p) ** 2) / (2 * std_p**2)
        - 0.5
    )


# %% 3.5 another way
def kl_gaussians_another_way(
    mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor
) -> Tensor:
    return torch.distributions.kl_divergence(
        Normal(mean_q, std_q), Normal(mean_p, std_p)
    )


# %% 3.6
def elbo_of(lit: Tensor, logits: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    told = -torch.nn.functional.binary_cross_entropy_with_logits(
        logits, lit, reduction="none"
    ).sum(1)
    divergence = (mean**2 + log_variance.exp() - log_variance - 1).sum(1) / 2
    return told - divergence


# %% 3.6 another way
def elbo_of_another_way(
    lit: Tensor, logits: Tensor, mean: Tensor, log_variance: Tensor
) -> Tensor:
    pixels = torch.distributions.Bernoulli(logits=logits)
    guess, prior = (
        torch.distributions.Normal(mean, (log_variance / 2).exp()),
        torch.distributions.Normal(0.0, 1.0),
    )
    return pixels.log_prob(lit).sum(1) - torch.distributions.kl_divergence(
        guess, prior
    ).sum(1)

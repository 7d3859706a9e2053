"""Reference answers of chapter 16, each written in two ways.

A heading such as `# %% 16.1` begins an answer.
"""

import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


# %% 16.1
def matching_loss(
    on_real: torch.Tensor, on_fake: torch.Tensor, on_wrong: torch.Tensor
) -> torch.Tensor:
    return (
        softplus(-on_real).mean()
        + (softplus(on_fake).mean() + softplus(on_wrong).mean()) / 2
    )


# %% 16.1 another way
def matching_loss_another_way(
    on_real: torch.Tensor, on_fake: torch.Tensor, on_wrong: torch.Tensor
) -> torch.Tensor:
    logits = torch.cat([on_real, on_real, on_fake, on_wrong])
    fits = torch.cat([torch.ones(2 * len(on_real)), torch.zeros(2 * len(on_real))])
    return 2 * binary_cross_entropy_with_logits(logits, fits)


# %% 16.2
def is_new(learnt: torch.Tensor, held: torch.Tensor) -> torch.Tensor:
    equal = learnt[None] == held[:, None]
    together = equal.all(dim=2).any(dim=1)
    each = equal.any(dim=1).all(dim=1)
    return each & ~together


# %% 16.2 another way
def is_new_another_way(learnt: torch.Tensor, held: torch.Tensor) -> list[bool]:
    together = {tuple(row) for row in learnt.tolist()}
    first, second = set(learnt[:, 0].tolist()), set(learnt[:, 1].tolist())
    return [
        (one, other) not in together and one in first and other in second
        for one, other in held.tolist()
    ]


# %% 16.3
def meaning_kl(code: torch.Tensor) -> torch.Tensor:
    mean, log_sigma = code.chunk(2, dim=1)
    each = (mean**2 + (2 * log_sigma).exp() - 1) / 2 - log_sigma
    return each.sum(dim=1).mean()


# %% 16.3 another way
def meaning_kl_another_way(code: torch.Tensor) -> torch.Tensor:
    mean, log_sigma = code.tensor_split(2, dim=1)
    clouds, standard = Normal(mean, log_sigma.exp()), Normal(0.0, 1.0)
    return kl_divergence(clouds, standard).sum() / len(code)


# %% 16.4
def spread(pictures: torch.Tensor) -> torch.Tensor:
    return pictures.std(dim=1).mean()


# %% 16.4 another way
def spread_another_way(pictures: torch.Tensor) -> torch.Tensor:
    latents = pictures.shape[1]
    away = pictures - pictures.mean(dim=1, keepdim=True)
    return (away.square().sum(dim=1) / (latents - 1)).sqrt().mean()


# %% 16.5
def tell(small: torch.Tensor, meant: torch.Tensor) -> torch.Tensor:
    everywhere = meant[:, :, None, None].expand(-1, -1, *small.shape[2:])
    return torch.cat([small.detach(), everywhere], dim=1)


# %% 16.5 another way
def tell_another_way(small: torch.Tensor, meant: torch.Tensor) -> torch.Tensor:
    count, colours, height, width = small.shape
    told = torch.zeros(count, colours + meant.shape[1], height, width)
    with torch.no_grad():
        told[:, :colours] = small
    told[:, colours:] = meant.unsqueeze(-1).unsqueeze(-1)
    return told

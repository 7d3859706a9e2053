"""Reference answers of chapter 18, each written in two ways.

A heading such as `# %% 18.1` begins an answer.
"""

import torch
from torch.nn.functional import cosine_similarity

from gancore.data.fourier import to_frequencies


# %% 18.1
def spectrum(picture: torch.Tensor, ring: torch.Tensor) -> torch.Tensor:
    power = to_frequencies(picture).abs() ** 2
    return torch.stack([power[ring == place].mean() for place in range(ring.max() + 1)])


# %% 18.1 another way
def spectrum_another_way(picture: torch.Tensor, ring: torch.Tensor) -> torch.Tensor:
    found = to_frequencies(picture)
    power, ring = (found * found.conj()).real.flatten(), ring.flatten()
    return torch.bincount(ring, weights=power) / torch.bincount(ring)


# %% 18.2
def threshold(real_scores: torch.Tensor, share: float) -> torch.Tensor:
    allowed = int(len(real_scores) * share)
    return real_scores.sort(descending=True).values[allowed]


# %% 18.2 another way
def threshold_another_way(real_scores: torch.Tensor, share: float) -> torch.Tensor:
    above = (real_scores > real_scores[:, None]).sum(
        1
    )  # of each score, how many lie above it
    return real_scores[above <= share * len(real_scores)].min()


# %% 18.3
def put(pictures: torch.Tensor, pattern: torch.Tensor, strength: float) -> torch.Tensor:
    return (pictures + strength * pattern).clamp(-1, 1)


# %% 18.3 another way
def put_another_way(
    pictures: torch.Tensor, pattern: torch.Tensor, strength: float
) -> torch.Tensor:
    marked = torch.where(pattern > 0, pictures + strength, pictures - strength)
    return marked.minimum(torch.tensor(1.0)).maximum(torch.tensor(-1.0))


# %% 18.4
def find(details: torch.Tensor, mark: torch.Tensor) -> torch.Tensor:
    lengths = (details.square().sum((1, 2)) * mark.square().sum()).sqrt()
    return (details * mark).sum((1, 2)) / lengths


# %% 18.4 another way
def find_another_way(details: torch.Tensor, mark: torch.Tensor) -> torch.Tensor:
    return cosine_similarity(details.flatten(1), mark.flatten()[None])

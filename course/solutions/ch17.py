"""Reference answers of chapter 17, each written in two ways.

A heading such as `# %% 17.1` begins an answer.
"""

import math

import torch

from gancore.data.sound import frequencies, sounds_of


# %% 17.1
def step(magnitudes: torch.Tensor, sound: torch.Tensor) -> torch.Tensor:
    return sounds_of(torch.polar(magnitudes, frequencies(sound).angle()))


# %% 17.1 another way
def step_another_way(magnitudes: torch.Tensor, sound: torch.Tensor) -> torch.Tensor:
    spectrum = frequencies(sound)
    return sounds_of(magnitudes * spectrum / spectrum.abs().clamp_min(1e-12))


# %% 17.2
def voiced(window: torch.Tensor, lags: range) -> torch.Tensor:
    best = torch.tensor(-1.0)
    for lag in lags:
        early, late = window[:-lag], window[lag:]
        likeness = (early * late).sum() / (
            early.square().sum() * late.square().sum()
        ).sqrt()
        best = torch.maximum(best, likeness)
    return best


# %% 17.2 another way
def voiced_another_way(window: torch.Tensor, lags: range) -> float:
    parts = [(window[:-lag], window[lag:]) for lag in lags]
    return max(
        float(torch.nn.functional.cosine_similarity(early, late, dim=0))
        for early, late in parts
    )


# %% 17.3
def comb(rate: int, strides: tuple[int, ...]) -> list[float]:
    found = []
    for stride in reversed(strides):
        rate = rate / stride
        found.insert(0, rate)
    return found


# %% 17.3 another way
def comb_another_way(rate: int, strides: tuple[int, ...]) -> list[float]:
    return [rate / math.prod(strides[place:]) for place in range(len(strides))]

"""A blind listening test: words that were said, that went through Griffin–Lim, or that a generator drew."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from gancore.data.sound import envelope, fitted, frequencies, hear, sounds_of, to_full_scale


@dataclass
class Blind:
    """Sounds `(N, T)` of each kind, by name, played one after another in an order that `seed` decides.

    `answers` are the kinds that were guessed so far, and `truths` those that they were.
    """

    sounds: Mapping[str, Tensor]
    seed: int = 0
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = torch.Generator().manual_seed(self.seed)
        places = [(kind, place) for kind, sounds in self.sounds.items() for place in range(len(sounds))]
        self.order = [places[each] for each in torch.randperm(len(places), generator=chance).tolist()]

    @property
    def current(self) -> Tensor:
        """The sound `(T,)` to judge now, at full scale, since loudness should not tell; after the last the first."""
        kind, place = self.order[len(self.answers) % len(self.order)]
        return to_full_scale(self.sounds[kind][place])

    @property
    def truths(self) -> list[str]:
        return [self.order[number % len(self.order)][0] for number in range(len(self.answers))]

    def answer(self, kind: str) -> bool:
        """Take `kind` for what the current sound is, and go on to the next one; whether that was right."""
        self.answers.append(kind)
        return self.truths[-1] == kind

    @property
    def right(self) -> dict[str, tuple[int, int]]:
        """For each kind how often it was recognised, and how often it was played."""
        pairs = list(zip(self.answers, self.truths, strict=True))
        return {kind: (pairs.count((kind, kind)), sum(truth == kind for _, truth in pairs)) for kind in self.sounds}


def griffin_lim_step(magnitudes: Tensor, sound: Tensor) -> Tensor:
    """`sound` `(T,)` after one step of Griffin and Lim (1984, section III): its phases, and `magnitudes` put back."""
    return sounds_of(torch.polar(magnitudes, frequencies(sound).angle()))


def repetition(window: Tensor, lags: Iterable[int]) -> Tensor:
    """How much `window` `(T,)` is like itself at the best of `lags`, from -1 to 1: what `voicing` does, lag by lag."""
    return torch.stack([torch.cosine_similarity(window[:-lag], window[lag:], dim=0) for lag in lags]).max()


def teeth_of(rate: int, strides: Sequence[int]) -> list[float]:
    """The frequencies in Hz at which transposed convolutions of these `strides` leave a pattern, the first layer's
    first; `rate` is that of the finished sound."""
    return [rate / math.prod(strides[place:]) for place in range(len(strides))]


def whispered(sounds: Tensor, seed: int = 0) -> Tensor:
    """`sounds` `(…, T)` without their voice: how strong they are at each time and frequency, with the phases of noise.

    An envelope has no harmonics, and a throat of noise has no pitch.
    """
    noise = frequencies(torch.randn(sounds.shape, generator=torch.Generator().manual_seed(seed)))
    shaped = envelope(frequencies(sounds).abs()) * noise / noise.abs().clamp_min(1e-9)
    return to_full_scale(sounds_of(shaped))


def spliced(pictures: Tensor, labels: Tensor, seed: int = 0) -> Tensor:
    """For each of `pictures` `(N, 1, H, W)` its first half, and the second half of another one of the same label."""
    chance = torch.Generator().manual_seed(seed)
    joined = pictures.clone()
    for label in labels.unique():
        members = torch.where(labels == label)[0]
        others = members[torch.randperm(len(members), generator=chance)]
        half = pictures.shape[-1] // 2
        joined[members, ..., half:] = pictures[others, ..., half:]
    return joined


def painted(points: Tensor, start: Tensor, pen: float, ink: float = 1.0) -> Tensor:
    """A spectrogram `start` `(1, H, W)` with `ink` wherever `points` `(N, 2)` in [-1, 1]² lie within `pen` cells."""
    height, width = start.shape[-2:]
    if not len(points):
        return start
    across = (torch.arange(width) + 0.5) / width * 2 - 1
    up = 1 - (torch.arange(height) + 0.5) / height * 2
    far = ((across[None, :, None] - points[:, 0]) * width / 2).square()
    far = far + ((up[:, None, None] - points[:, 1]) * height / 2).square()
    return torch.where(far.min(-1).values <= pen**2, torch.tensor(ink), start)


def heard(picture: Tensor) -> Tensor:
    """The sound `(T,)` of one spectrogram `(1, H, W)`; silence where it is black."""
    if not (picture > -1).any():
        return fitted(torch.zeros(1))
    return hear(picture)

"""Are drawn sounds any good: is the word recognised, and is there a voice in it? Beside each, what real sounds reach.

Two numbers, for one alone can be fooled: a whisper is recognised, and a hum is voiced.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gancore.data.images import to_float
from gancore.data.sound import hear, spectrogram, voicing
from gancore.data.voices import SpokenData
from gancore.data.vowels import VowelData
from gancore.training.game import Game

SHRINKAGE = 0.3  # of the covariance toward a multiple of the identity
LEAST_VARIANCE = 1e-6  # of a number, where each word was heard once
MOST_HEARD = 100  # words of each kind: Griffin–Lim takes some 30 ms for one


@dataclass(frozen=True)
class Listener:
    """Says which of a few words a spectrogram is, by linear discriminant analysis (Fisher, 1936).

    `weights` are `(D, classes)` and `offsets` `(classes,)`; it is learnt in one step, and the same each time.
    """

    weights: Tensor
    offsets: Tensor

    @classmethod
    def learn(cls, pictures: Tensor, labels: Tensor) -> "Listener":
        """A listener that has heard `pictures` `(N, …)` of `labels` `(N,)`, from 0 up, of each at least one."""
        rows = pictures.flatten(1).double()
        means = torch.stack([rows[labels == label].mean(0) for label in range(int(labels.max()) + 1)])
        within = rows - means[labels]
        covariance = within.T @ within / len(rows)
        spread = covariance.diagonal().mean().clamp(min=LEAST_VARIANCE)
        covariance += SHRINKAGE * spread * torch.eye(len(covariance))
        weights = torch.linalg.solve(covariance, means.T)
        return cls(weights, -0.5 * (means.T * weights).sum(0))

    def understand(self, pictures: Tensor) -> Tensor:
        """Which word each of `pictures` `(N, …)` is, int64 `(N,)`."""
        return (pictures.flatten(1).double() @ self.weights + self.offsets).argmax(1)

    def recognised(self, pictures: Tensor, labels: Tensor) -> float:
        """The share, 0 to 1, of `pictures` `(N, …)` that are understood as their `labels`."""
        return (self.understand(pictures) == labels).double().mean().item()


def voice_scores(game: Game, generator: nn.Module, data: SpokenData, count: int, seed: int = 0) -> dict[str, float]:
    """How `count` drawn words sound, 100 at most, beside held-out real ones that went through Griffin–Lim as they do.

    The listener has learnt from the voices that the game learnt from, and is tried on others.
    """
    assert data.labels is not None
    assert data.held_out.labels is not None
    listener = Listener.learn(to_float(data.images), data.labels)
    count = min(count, MOST_HEARD)
    asked = torch.arange(count) % game.classes
    drawn = game.sample(generator, count, asked, seed).cpu()
    chosen = torch.randperm(len(data.held_out), generator=torch.Generator().manual_seed(seed))[:count]
    real, said = to_float(data.held_out.images[chosen]), data.held_out.labels[chosen]
    scores = {}
    for name, pictures, labels in (("", drawn, asked), (" of the real", real, said)):
        sounds = hear(pictures)
        scores[f"recognised{name}"] = listener.recognised(spectrogram(sounds), labels)
        scores[f"voicing{name}"] = voicing(sounds).mean().item()
    return scores


def wave_scores(game: Game, generator: nn.Module, data: VowelData, count: int, seed: int = 0) -> dict[str, float]:
    """How `count` drawn waveforms sound, beside those of other speakers."""
    listener = Listener.learn(timbre(data.sounds[:, 0]), data.labels)
    asked = torch.arange(count) % game.classes
    drawn = game.sounds(game.sample(generator, count, asked, seed))
    assert drawn is not None
    other = data.held_out
    scores = {}
    for name, sounds, labels in (("", drawn, asked), (" of the real", other.sounds[:count, 0], other.labels[:count])):
        scores[f"recognised{name}"] = listener.recognised(timbre(sounds), labels)
        scores[f"voicing{name}"] = voicing(sounds).mean().item()
    return scores


def timbre(sounds: Tensor) -> Tensor:
    """How strong each band of `sounds` `(N, T)` is on average, `(N, 32)`, in the units of a spectrogram."""
    return spectrogram(sounds).mean(-1).squeeze(1)

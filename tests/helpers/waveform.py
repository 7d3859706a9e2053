"""A kind of game of one's own for waveforms, which are no images: slow and fast waves, asked for by label.

The discriminator sees them through noise that the game lets fade as it goes on (Arjovsky and Bottou, 2017, section 3).
"""

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gancore.data import Batch, Spec
from gancore.training.gan import GAN
from gancore.training.kinds import Recipe, kind
from gancore.training.losses import NonSaturating
from gancore.training.trainer import Settings

LENGTH = 64  # numbers in a wave
CYCLES = ((2.0, 4.0), (8.0, 12.0))  # in a slow and in a fast one, from and to
BORDER = 6.0  # cycles that divide the two
LATENT_DIM = 4
FADE = 0.99


class WaveSource:
    """Draws sines of random phase and pitch, half of them slow."""

    def __init__(self, device: torch.device | str, seed: int) -> None:
        self.rng = torch.Generator(device).manual_seed(seed)

    def draw(self, count: int) -> Batch:
        device = self.rng.device
        labels = torch.randint(2, (count,), generator=self.rng, device=device)
        low, high = torch.tensor(CYCLES, device=device)[labels].T
        pitch, phase = torch.rand(2, count, 1, generator=self.rng, device=device)
        cycles = low[:, None] + (high - low)[:, None] * pitch
        angles = 2 * math.pi * (cycles * torch.arange(LENGTH, device=device) / LENGTH + phase)
        return Batch(0.8 * angles.sin()[:, None], labels)


class Waves:
    """Waves `(N, 1, LENGTH)`, computed and not stored."""

    name = "waves"
    spec = Spec((1, LENGTH), ("slow", "fast"))
    sha256 = hashlib.sha256(f"{CYCLES} in {LENGTH}".encode()).hexdigest()

    def __repr__(self) -> str:
        return f"waves of {LENGTH} numbers, slow and fast"

    def batches(self, device: torch.device | str, seed: int) -> WaveSource:
        return WaveSource(device, seed)


class WaveGenerator(nn.Module):
    """Latents `(N, LATENT_DIM)` and labels `(N,)` to waves `(N, 1, LENGTH)`."""

    def __init__(self) -> None:
        super().__init__()
        self.code = nn.Embedding(2, 8)
        self.start = nn.Linear(LATENT_DIM + 8, 16 * LENGTH // 4)
        self.layers = nn.Sequential(nn.ReLU(), nn.ConvTranspose1d(16, 1, 8, 4, 2), nn.Tanh())

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.layers(self.start(torch.cat([z, self.code(labels)], dim=1)).unflatten(1, (16, -1)))


class WaveDiscriminator(nn.Module):
    """Waves `(N, 1, LENGTH)` and labels `(N,)` to logits `(N,)`."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv1d(1, 16, 8, 4, 2), nn.LeakyReLU(0.2), nn.Flatten())
        self.code = nn.Embedding(2, 16 * LENGTH // 4)
        self.head = nn.Linear(16 * LENGTH // 4, 1)

    def forward(self, waves: Tensor, labels: Tensor) -> Tensor:
        return self.compare(self.features(waves), labels)

    def compare(self, features: Tensor, labels: Tensor) -> Tensor:
        return self.head(features).flatten() + (self.code(labels) * features).sum(1)


class WaveGame(GAN):
    """The adversarial game for waves, through noise that fades with every move of the discriminator."""

    noise = 0.5

    def seen(self, examples: Tensor) -> Tensor:
        return super().seen(examples) + self.noise * torch.randn_like(examples)

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.noise *= FADE
        return super().discriminator_loss(batch)

    def state_dict(self) -> dict[str, Any]:
        return {"noise": self.noise}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.noise = state["noise"]


@kind("waveform")
@dataclass(frozen=True)
class WaveRecipe(Recipe):
    """Slow and fast waves."""

    data = "waves"

    name: str = "wave"
    summary: str = "waves, slow and fast"
    settings: Settings = Settings(batch_size=32, d_lr=4e-3, g_lr=2e-3, average=0.98)
    steps: int = 500

    def load(self, source: str) -> Waves:
        return Waves()

    def build(self, spec: Spec) -> WaveGame:
        players = WaveGenerator(), WaveDiscriminator()
        return WaveGame(*players, NonSaturating(), LATENT_DIM, classes=len(spec.classes), mismatch=1.0)

    def scores(self, game: WaveGame, generator: nn.Module, data: Waves, count: int, seed: int) -> dict[str, float]:
        """How many waves are as fast as they were asked to be."""
        labels = torch.arange(count) % game.classes
        spectrum = torch.fft.rfft(game.sample(generator, count, labels, seed)[:, 0]).abs()
        return {"as asked": float(((spectrum.argmax(1) > BORDER).long() == labels).double().mean())}

"""A kind of game of one's own, as small as it goes: `gancore train smallest.py` plays it, on the digits."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gancore.data import Batch, Spec
from gancore.models import MLPDiscriminator, MLPGenerator
from gancore.models.sampling import generate, seeded_latents
from gancore.training.game import Game
from gancore.training.kinds import Recipe, kind
from gancore.training.trainer import Settings


class NoisyGame(Game):
    """The discriminator sees every image through noise, so that the two kinds of them overlap."""

    def __init__(self, shape: tuple[int, ...], noise: float) -> None:
        self.generator, self.discriminator, self.noise = MLPGenerator(32, shape), MLPDiscriminator(shape), noise

    def logits(self, images: Tensor) -> Tensor:
        return self.discriminator(images + self.noise * torch.randn_like(images))

    def discriminator_loss(self, batch: Batch) -> Tensor:
        fake = self.generator(torch.randn(len(batch), 32, device=batch.real.device)).detach()
        return softplus(-self.logits(batch.real)).mean() + softplus(self.logits(fake)).mean()

    def generator_loss(self, batch: Batch) -> Tensor:
        return softplus(-self.logits(self.generator(torch.randn(len(batch), 32, device=batch.real.device)))).mean()

    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        return generate(generator, seeded_latents(count, 32, seed))


@kind("noisy")
@dataclass(frozen=True)
class NoisyRecipe(Recipe):
    name: str = "noisy"
    summary: str = "two perceptrons, and a discriminator that sees through noise"
    noise: float = 0.3
    settings: Settings = Settings(batch_size=64, d_lr=1e-3, g_lr=1e-3)
    steps: int = 2000

    def build(self, spec: Spec) -> Game:
        return NoisyGame(spec.shape, self.noise)

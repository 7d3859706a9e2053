"""A game small enough to play hundreds of rounds of in a test: points in the plane, and players of a few weights."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gancore.data import Batch
from gancore.system.random import seeded
from gancore.training.game import Game
from gancore.training.recipes import RECIPES, GANRecipe
from gancore.training.trainer import Settings, Trainer

GANS = [name for name, recipe in RECIPES.items() if isinstance(recipe, GANRecipe)]  # those with penalties to set
CENTRE = (2.0, -1.0)  # of the cloud that PointGame learns


class PointSource:
    """Draws points around CENTRE with a random state of its own."""

    def __init__(self, device: torch.device, seed: int) -> None:
        self.device = device
        self.rng = torch.Generator(device).manual_seed(seed)

    def draw(self, count: int) -> Batch:
        noise = torch.randn(count, 2, generator=self.rng, device=self.device)
        return Batch(0.5 * noise + torch.tensor(CENTRE, device=self.device))


class Points:
    """All that a trainer asks of data."""

    def batches(self, device: torch.device, seed: int) -> PointSource:
        return PointSource(device, seed)


class PointGame(Game):
    """A game as a reader would write it: plain `torch.randn_like`, dropout, nothing detached with care."""

    def __init__(self, start: int = 0) -> None:
        with seeded(start):
            self.generator = nn.Linear(2, 2)
            self.discriminator = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Dropout(0.2), nn.Linear(16, 1))

    def discriminator_loss(self, batch: Batch) -> Tensor:
        fake = self.generator(torch.randn_like(batch.real)).detach()
        return softplus(-self.discriminator(batch.real)).mean() + softplus(self.discriminator(fake)).mean()

    def generator_loss(self, batch: Batch) -> Tensor:
        return softplus(-self.discriminator(self.generator(torch.randn_like(batch.real)))).mean()

    def sample(self, generator: nn.Module, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor:
        with torch.no_grad():
            return generator(torch.randn(count, 2, generator=torch.Generator().manual_seed(seed)))


def point_trainer(game: Game | None = None, seed: int = 0, recorders: tuple = (), **settings: object) -> Trainer:
    """A trainer of points on the CPU; `settings` go to Settings."""
    chosen = Settings(**({"batch_size": 16, "d_lr": 0.01, "g_lr": 0.01} | settings))
    return Trainer(
        game or PointGame(), Points(), chosen, seed=seed, device="cpu", precision="fp32", recorders=recorders
    )


def same(one: object, other: object) -> bool:
    """Whether two nested states are equal bit for bit; the time that they took is no part of it."""
    if isinstance(one, Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one if key != "seconds")
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def content(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

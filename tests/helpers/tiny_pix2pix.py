"""A kind of game of one's own in which a picture is given: outlines of squares, to be filled in.

After Isola et al. (2017, pix2pix): the discriminator sees the outline beside the picture, and an L1 distance keeps the
picture near the truth. The game itself remembers a pool of earlier pictures (Shrivastava et al., 2017, section 2.3).
"""

from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import l1_loss, softplus

from gancore.data import Batch, ImageData, Spec
from gancore.data.pictures import image_grid
from gancore.errors import GancoreError
from gancore.models.modes import frozen
from gancore.models.sampling import generate
from gancore.training.game import Game
from gancore.training.kinds import Recipe, kind
from gancore.training.trainer import Settings

SIDE = 16
PAIRS = 200
ROWS = 8  # of the picture of samples
POOL = 32  # pictures


def squares(seed: int) -> tuple[Tensor, Tensor]:
    """Filled squares, and their outlines: uint8 `(PAIRS, 1, SIDE, SIDE)` each."""
    rng = torch.Generator().manual_seed(seed)
    size = torch.randint(4, SIDE - 2, (PAIRS, 1, 1), generator=rng)
    corners = [(torch.rand(PAIRS, 1, 1, generator=rng) * (SIDE - size)).long() for _ in range(2)]
    places = [torch.arange(SIDE)[:, None] - corners[0], torch.arange(SIDE)[None] - corners[1]]
    inside = torch.ones(PAIRS, SIDE, SIDE, dtype=torch.bool)
    deep = inside.clone()
    for place in places:
        inside &= (place >= 0) & (place < size)
        deep &= (place >= 1) & (place < size - 1)
    return 255 * inside[:, None].byte(), 255 * (inside & ~deep)[:, None].byte()


class PairDiscriminator(nn.Module):
    """Pictures `(N, 1, H, W)` and the outlines that they were made from to logits `(N,)`."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(2, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, SIDE // 2))

    def forward(self, pictures: Tensor, given: Tensor) -> Tensor:
        return self.layers(torch.cat([pictures, given], dim=1)).flatten()


class PairGame(Game):
    """`generator(outlines)` paints pictures; the discriminator also meets some that it painted earlier."""

    curves = {**Game.curves, "L1 distance": ("l1",)}  # noqa: RUF012 (a game of one's own need not know of ClassVar)

    def __init__(self, l1: float) -> None:
        self.generator = nn.Sequential(
            nn.Conv2d(1, 16, 7, padding=3), nn.BatchNorm2d(16), nn.LeakyReLU(0.2),
            nn.Conv2d(16, 16, 7, padding=3), nn.BatchNorm2d(16), nn.LeakyReLU(0.2), nn.Conv2d(16, 1, 1), nn.Tanh(),
        )  # fmt: skip
        self.discriminator = PairDiscriminator()
        self.l1 = l1
        self.pool: list[Tensor] = []  # outlines and pictures, `(2, 1, H, W)` each
        self.seen: dict[str, Tensor] = {}

    def from_the_pool(self, given: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """The same pairs, but for some that are exchanged for older ones."""
        pairs = list(torch.stack([given, fake], dim=1))
        for index, pair in enumerate(pairs):
            if len(self.pool) < POOL:
                self.pool.append(pair.clone())
            elif torch.rand(()) < 0.5:
                place = int(torch.randint(POOL, ()))
                pairs[index], self.pool[place] = self.pool[place], pair.clone()
        given, fake = torch.stack(pairs).unbind(1)
        return given, fake

    def discriminator_loss(self, batch: Batch) -> Tensor:
        with torch.no_grad():
            given, fake = self.from_the_pool(batch.given, self.generator(batch.given))
        on_real, on_fake = self.discriminator(batch.real, batch.given), self.discriminator(fake, given)
        self.seen["d_real"], self.seen["d_fake"] = (on_real > 0).float().mean(), (on_fake <= 0).float().mean()
        return softplus(-on_real).mean() + softplus(on_fake).mean()

    def generator_loss(self, batch: Batch) -> Tensor:
        fake = self.generator(batch.given)
        distance = l1_loss(fake, batch.real)
        self.seen["l1"] = distance.detach()
        with frozen(self.discriminator):
            return softplus(-self.discriminator(fake, batch.given)).mean() + self.l1 * distance

    def report(self) -> dict[str, Tensor]:
        return self.seen

    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        given = self.examples.given if condition is None else condition
        return generate(generator, given[torch.arange(count) % len(given)])

    def show(self, samples: Tensor, condition: Tensor | None = None, columns: int | None = None) -> Image.Image:
        """Rows of outline, picture and truth, which is known for the examples only."""
        given = self.examples.given if condition is None else condition
        parts = [given, samples, self.examples.real] if condition is None else [given, samples]
        rows = torch.stack([part[: min(ROWS, len(samples))].cpu() for part in parts], dim=1)
        return image_grid(rows.flatten(0, 1), columns=len(parts))

    def state_dict(self) -> dict[str, Any]:
        return {"pool": self.pool}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        device = next(self.generator.parameters()).device
        self.pool = [pair.to(device) for pair in state["pool"]]


@kind("tiny pix2pix")
@dataclass(frozen=True)
class PairRecipe(Recipe):
    """Outlines to squares."""

    data = "squares"

    name: str = "pix2pix"
    summary: str = "outlines of squares, filled in"
    l1: float = 10.0
    settings: Settings = Settings(batch_size=8, d_lr=5e-4, g_lr=2e-3, average=0.95)
    steps: int = 200

    def load(self, source: str) -> ImageData:
        if source != self.data:
            raise GancoreError(f"{self.name} learns from 'squares' alone, and not from {source!r}.")
        images, outlines = squares(seed=0)
        return ImageData("squares", images, given=outlines)

    def build(self, spec: Spec) -> PairGame:
        return PairGame(self.l1)

    def scores(self, game: PairGame, generator: nn.Module, data: ImageData, count: int, seed: int) -> dict[str, float]:
        """The distance from the truth, of what is painted and of a black picture."""
        truth = game.examples.real
        painted = game.sample(generator, count)
        return {"L1": float(l1_loss(painted, truth)), "L1 of black": float((truth + 1).mean())}

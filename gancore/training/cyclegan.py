"""Translation without pairs: two generators, each with a discriminator, and a way back that ties them together.

After Zhu et al. (2017, CycleGAN, sections 3 and 4): what goes there and back should come home (cycle loss), what is
there already should stay (identity loss), and discriminators also meet pictures that were painted some rounds ago.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gancore.data.batch import Batch, Spec
from gancore.data.pictures import image_grid
from gancore.data.unpaired import KNOWN_SETS, TwoSets, load_two_folders
from gancore.errors import GancoreError
from gancore.models.modes import evaluating, frozen
from gancore.models.translator import PatchJudge, Repainter
from gancore.system.checks import check_number, check_whole
from gancore.training.game import Game
from gancore.training.kinds import MOST_WEIGHT, WIDEST, Recipe, kind
from gancore.training.losses import Loss, make_loss, shares_right
from gancore.training.trainer import Settings

ROWS = 8  # of the picture of samples
POOL = 50  # pictures of each kind (Zhu et al., 2017, section 4)

Pictures = tuple[Tensor, Tensor]  # of the first kind and of the second, (N, C, H, W) each


class TwoWays(nn.Module):
    """Two generators as one player: called, it goes `there`, from the first kind of pictures to the second."""

    there: nn.Module
    back: nn.Module

    def __init__(self, there: nn.Module, back: nn.Module) -> None:
        super().__init__()
        self.there, self.back = there, back

    def forward(self, given: Tensor) -> Tensor:
        return self.there(given)

    def turned(self) -> "TwoWays":
        """The same two with the ways exchanged."""
        return TwoWays(self.back, self.there).train(self.training)


class TwoJudges(nn.Module):
    """Two discriminators as one player, each for one kind of pictures."""

    first: nn.Module
    second: nn.Module

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second


class Pool:
    """The last pictures painted, `(M, C, H, W)`, M at most POOL, of which a discriminator meets some again.

    After Shrivastava et al. (2017, section 2.3).
    """

    def __init__(self) -> None:
        self.kept: Tensor | None = None

    def exchange(self, pictures: Tensor) -> Tensor:
        """`pictures`, of which about half are exchanged for some that were painted earlier and now leave the pool."""
        if self.kept is None or len(self.kept) < POOL:
            self.kept = torch.cat([*([] if self.kept is None else [self.kept]), pictures])[:POOL].clone()
            return pictures
        count = min(len(pictures), POOL)
        places = torch.randperm(POOL, device=pictures.device)[:count]
        chosen = (torch.rand(count, device=pictures.device) < 0.5).view(-1, 1, 1, 1)
        new, old = pictures[:count], self.kept[places]
        self.kept[places] = torch.where(chosen, new, old)
        return torch.cat([torch.where(chosen, old, new), pictures[count:]])


class CycleGAN(Game):
    """Two games at once: one paints the second kind of pictures from the first, the other the first from the second.

    The generators minimise their `adversarial` loss plus `cycle` times the L1 distance of what came back from what
    set out, plus `identity` times that of what was there already from what is made of it.
    """

    generator: TwoWays
    discriminator: TwoJudges
    curves = {**Game.curves, "L1": ("cycle", "identity")}  # noqa: RUF012

    def __init__(
        self,
        generator: TwoWays,
        discriminator: TwoJudges,
        loss: Loss,
        *,
        cycle: float = 1.0,
        identity: float = 0.1,
        adversarial: float = 0.3,
    ) -> None:
        self.generator, self.discriminator, self.loss = generator, discriminator, loss
        self.cycle, self.identity, self.adversarial = cycle, identity, adversarial
        self.judges = discriminator.first, discriminator.second
        self.pools = Pool(), Pool()
        self.seen: dict[str, Tensor] = {}

    def paint(self, batch: Batch) -> tuple[Pictures, Pictures]:
        """The pictures of a batch, first kind and second, and what is painted of each kind, from the other."""
        assert batch.given is not None
        return (batch.given, batch.real), (self.generator.back(batch.real), self.generator.there(batch.given))

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.shared = None  # its graph takes memory
        self.shared = reals, fakes = self.paint(batch)  # the generators learn from them next
        verdicts = []
        for judge, pool, real, fake in zip(self.judges, self.pools, reals, fakes, strict=True):
            met = pool.exchange(fake.detach())
            verdicts.append(judge(torch.cat([real, met])).chunk(2))
        self.seen |= shares_right(self.loss, *map(torch.cat, zip(*verdicts, strict=True)))
        return torch.stack([self.loss.discriminator(*verdict) for verdict in verdicts]).mean()

    def generator_loss(self, batch: Batch) -> Tensor:
        reals, fakes = self.shared or self.paint(batch)
        self.shared = None  # the way back through the generators can be taken once
        (first, second), (first_painted, second_painted) = reals, fakes
        ways = self.generator
        with torch.set_grad_enabled(self.cycle > 0 or self.identity > 0):  # without weights they are only reported
            home, first_kept = ways.back(torch.cat([second_painted, first])).chunk(2)
            there_again, second_kept = ways.there(torch.cat([first_painted, second])).chunk(2)
            cycle = l1_loss(home, first) + l1_loss(there_again, second)
            identity = l1_loss(first_kept, first) + l1_loss(second_kept, second)
        self.seen |= {"cycle": cycle.detach() / 2, "identity": identity.detach() / 2}
        persuasion = self.adversarial * self.persuasion(reals, fakes)
        return persuasion + self.cycle * cycle + self.identity * identity

    def persuasion(self, reals: Pictures, fakes: Pictures) -> Tensor:
        """What the discriminators say against what was painted, both added up."""
        total = torch.zeros((), device=fakes[0].device)
        with frozen(self.discriminator):
            for judge, real, fake in zip(self.judges, reals, fakes, strict=True):
                with torch.no_grad():
                    on_real = judge(real) if self.loss.pairs else None
                total = total + self.loss.generator(on_real, judge(fake))
        return total

    def turned(self) -> "CycleGAN":
        """The same game the other way round, from the second kind of pictures to the first, and so its examples."""
        judges = TwoJudges(self.discriminator.second, self.discriminator.first)
        weights = {"cycle": self.cycle, "identity": self.identity, "adversarial": self.adversarial}
        other = CycleGAN(self.generator.turned(), judges, self.loss, **weights)
        if self.examples is not None and self.examples.given is not None:
            other.examples = Batch(self.examples.given, self.examples.labels, self.examples.real)
        return other

    def report(self) -> dict[str, Tensor]:
        """Accuracy of both discriminators on patches, 0 to 1, and the L1 distances, each the mean of both kinds."""
        return self.seen

    @torch.no_grad()
    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` pictures of the second kind by `generator` in eval mode, float32 `(count, C, H, W)` in [-1, 1].

        `condition` is what they are painted from, pictures `(M, C, H, W)` of the first kind, from first to last and
        again; without it that of `examples`. `seed` decides nothing, since a generator has no noise.
        """
        given = self.given(condition)
        given = given[torch.arange(count) % len(given)].to(next(generator.parameters()).device)
        return painted(generator, given)

    @torch.no_grad()
    def show(self, samples: Tensor, condition: Tensor | None = None, columns: int | None = None) -> Image.Image:
        """Rows of what is given, what it becomes, and what comes back by the generator that is being trained."""
        samples = samples[:ROWS]
        device = next(self.generator.parameters()).device
        back = painted(self.generator.back, samples.to(device)).cpu()
        given = self.given(condition)
        parts = [given[torch.arange(len(samples)) % len(given)].cpu(), samples.cpu(), back]
        return image_grid(torch.stack(parts, dim=1).flatten(0, 1), columns=len(parts))

    def state_dict(self) -> dict[str, Any]:
        return {"pools": [pool.kept for pool in self.pools]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        device = next(self.generator.parameters()).device
        for pool, kept in zip(self.pools, state["pools"], strict=True):
            pool.kept = None if kept is None else kept.to(device)


@torch.no_grad()
def painted(generator: nn.Module, given: Tensor) -> Tensor:
    """What one way of a generator makes of `given` `(N, C, H, W)`, in eval mode, float32 in [-1, 1]."""
    with evaluating(generator):
        return torch.cat([generator(part).float().clamp(-1, 1) for part in given.split(256)])


@kind("cyclegan")
@dataclass(frozen=True, kw_only=True)
class CycleRecipe(Recipe):
    """Everything that decides how a game without pairs is trained, apart from data, seed and machine.

    Raises GancoreError where a value is out of its range.
    """

    data = "zebra"
    sets = tuple(KNOWN_SETS)

    loss: str = "non-saturating"  # a key of gancore.training.losses.LOSSES
    cycle: float = 1.0  # weights of the two distances and of the loss
    identity: float = 0.1
    adversarial: float = 0.3
    width: int = 48  # channels of a generator's grid

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("cycle", "identity", "adversarial"):
            check_number(name, getattr(self, name), 0, MOST_WEIGHT)
        check_whole("width", self.width, WIDEST)
        make_loss(self.loss)

    def load(self, source: str) -> TwoSets:
        """The sets called `source`: a key of KNOWN_SETS, or two folders, as two --data give them."""
        if source in KNOWN_SETS:
            return KNOWN_SETS[source]()
        folders = [Path(part).expanduser() for part in source.split(os.pathsep)]
        lost = [str(folder) for folder in folders if not folder.is_dir()]
        if lost:
            known = ", ".join(KNOWN_SETS)
            raise GancoreError(f"{lost[0]!r} is neither a known pair of sets ({known}) nor a folder that exists.")
        if len(folders) != 2:
            raise GancoreError(
                f"{self.name} learns from two folders, one of each kind of picture, and got {len(folders)}; "
                f"name both, as --data A --data B."
            )
        return load_two_folders(*folders)

    def build(self, spec: Spec) -> CycleGAN:
        if len(spec.shape) != 3 or spec.given != spec.shape:
            raise GancoreError(
                f"{self.name} learns from two sets of pictures of one shape; these are {spec.given} and {spec.shape}."
            )
        channels = spec.shape[0]
        there, back = (Repainter(channels, self.width) for _ in range(2))
        judges = TwoJudges(PatchJudge(channels), PatchJudge(channels))
        weights = {"cycle": self.cycle, "identity": self.identity, "adversarial": self.adversarial}
        return CycleGAN(TwoWays(there, back), judges, make_loss(self.loss), **weights)


CYCLEGAN = CycleRecipe(
    name="cyclegan",
    summary="between two kinds of pictures, without pairs",
    settings=Settings(batch_size=8, d_lr=3e-4, g_lr=1e-3, decay_rounds=1000, average=0.99),
)

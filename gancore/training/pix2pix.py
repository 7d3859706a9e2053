"""From picture to picture: a game whose players are given one picture, and of which the other is wanted.

After Isola et al. (2017, pix2pix, section 3.1): the discriminator sees what was given beside the picture, and an L1
distance keeps the picture near the truth.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gancore.data.batch import Batch, Spec
from gancore.data.damage import Coarse, Damage, FewLines, Hole, Noise
from gancore.data.pair_folders import SIZES, load_pair_folder
from gancore.data.pairs import SHIPPED_SETS, PairData, divide, load_emoji
from gancore.data.pictures import image_grid
from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.models.modes import evaluating, frozen
from gancore.models.unet import PatchDiscriminator, UNet
from gancore.system.checks import brief, check_number, check_whole
from gancore.system.random import as_global
from gancore.training.game import Game
from gancore.training.kinds import MOST_WEIGHT, WIDEST, DataSet, Recipe, kind
from gancore.training.losses import LOSSES, Loss, make_loss, shares_right
from gancore.training.trainer import MOST_ROUNDS, Settings

ROWS = 8  # of the picture of samples
DISTANCE_ALONE = "l1"  # in place of a loss

DAMAGES: dict[str, Damage] = {
    "noise": Noise(0.1),
    "few lines": FewLines(shares=(0.15, 0.4)),  # any share that a reader may paint
    "coarse": Coarse(4),
    "hole": Hole(0.4),
}


class Painter(nn.Module):
    """A generator that starts from a plain answer, adds what `network` says, and keeps what is known for certain."""

    def __init__(self, network: nn.Module, channels: int, damage: Damage | None) -> None:
        super().__init__()
        self.network, self.channels, self.damage = network, channels, damage

    def forward(self, given: Tensor) -> Tensor:
        """What is given `(N, G, H, W)` to pictures `(N, C, H, W)`, which may leave [-1, 1] a little."""
        change = self.network(given).float()
        if self.damage is None:
            return change + given.mean(1, keepdim=True).expand(-1, self.channels, -1, -1)
        return self.keep(self.damage.plain(given) + change, given)

    def keep(self, pictures: Tensor, given: Tensor) -> Tensor:
        """`pictures` with all that `given` knows for certain put back."""
        return pictures if self.damage is None else self.damage.keep(pictures, given)


class PairGame(Game):
    """The generator paints pictures `(N, C, H, W)` from what is given; the discriminator judges pairs, patch by patch.

    The generator minimises `l1` times its distance from the truth plus `adversarial` times its `loss`, plus `features`
    times `feature_distance`. For the first `alone` moves there is the distance alone, and the discriminator rests;
    where `loss` is None, for ever. The generator learns from the pictures that the discriminator has just judged.
    """

    discriminator: PatchDiscriminator
    curves = {**Game.curves, "L1": ("l1_distance",)}  # noqa: RUF012

    def __init__(
        self,
        generator: Painter,
        discriminator: PatchDiscriminator,
        loss: Loss | None,
        *,
        l1: float = 1.0,
        adversarial: float = 0.02,
        features: float = 0.0,
        alone: int = 0,
    ) -> None:
        self.generator, self.discriminator, self.loss = generator, discriminator, loss
        self.l1, self.adversarial, self.features, self.alone = l1, adversarial, features, alone
        self.shared: tuple[Batch, Tensor] | None = None
        self.seen: dict[str, Tensor] = {}

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.shared = None  # its graph takes memory
        fake = self.generator(batch.given)
        self.shared = batch, fake  # the generator learns from them next
        if self.loss is None or self.moves < self.alone:
            nothing = torch.zeros((), device=fake.device)
            self.seen["d_real"] = self.seen["d_fake"] = nothing + 0.5
            return nothing + sum(0.0 * weight.sum() for weight in self.discriminator.parameters())
        assert batch.given is not None
        pictures = torch.cat([batch.real, fake.detach()])
        on_real, on_fake = self.discriminator(pictures, torch.cat([batch.given, batch.given])).chunk(2)
        self.seen |= shares_right(self.loss, on_real, on_fake)
        return self.loss.discriminator(on_real, on_fake)

    def generator_loss(self, batch: Batch) -> Tensor:
        batch, fake = self.shared or (batch, self.generator(batch.given))
        self.shared = None  # the way back through the generator can be taken once
        distance = l1_loss(fake, batch.real)
        self.seen["l1_distance"] = distance.detach()
        if self.loss is None or self.moves <= self.alone:
            return self.l1 * distance
        with frozen(self.discriminator):
            on_fake = self.discriminator(fake, batch.given)
            on_real = None
            if self.loss.pairs:
                with torch.no_grad():
                    on_real = self.discriminator(batch.real, batch.given)
            likeness = self.feature_distance(fake, batch) if self.features else 0.0
        game = self.adversarial * self.loss.generator(on_real, on_fake)
        return self.l1 * distance + game + self.features * likeness

    def feature_distance(self, fake: Tensor, batch: Batch) -> Tensor:
        """The mean L1 distance of `fake` from the truth in the maps of the discriminator's stages, a scalar.

        Feature matching, as in Wang et al. (2018, pix2pixHD, section 3.2): a perceptual distance (Johnson et al., 2016,
        section 3.2) in the features of the discriminator, in place of a network that has learnt from photographs.
        """
        assert batch.given is not None
        with torch.no_grad():
            wanted = self.discriminator.stages(batch.real, batch.given)[:-1]
        made = self.discriminator.stages(fake, batch.given)[:-1]
        return torch.stack([l1_loss(*maps) for maps in zip(made, wanted, strict=True)]).mean()

    def report(self) -> dict[str, Tensor]:
        """The discriminator's accuracy on patches in its last move, 0 to 1, and the generator's L1 distance."""
        return self.seen

    @torch.no_grad()
    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` pictures by `generator` in eval mode, float32 `(count, C, H, W)` in [-1, 1] on its device.

        What is known for certain is put back last, and may leave that range a little. `condition` is what is given,
        `(M, G, H, W)`, from first to last and again; without it that of `examples`.
        `seed` decides the noise.
        """
        given = self.given(condition)
        device = next(generator.parameters()).device
        assert isinstance(generator, Painter)
        given = given[torch.arange(count) % len(given)].to(device)
        with evaluating(generator), as_global(torch.Generator(device).manual_seed(seed)):
            made = torch.cat([generator(part) for part in given.split(64)])
        return generator.keep(made.float().clamp(-1, 1), given)

    def show(self, samples: Tensor, condition: Tensor | None = None, columns: int | None = None) -> Image.Image:
        """Rows of what is given, picture, and truth, which is known for the examples only."""
        channels = samples.shape[1]
        parts = [as_pictures(self.given(condition), channels), samples]
        if condition is None and self.examples is not None:
            parts.append(self.examples.real)
        count = min(ROWS, len(samples))
        rows = torch.stack([part[torch.arange(count) % len(part)].cpu().clamp(-1, 1) for part in parts], dim=1)
        return image_grid(rows.flatten(0, 1), columns=len(parts))


def as_pictures(given: Tensor, channels: int) -> Tensor:
    """What is given `(N, G, H, W)` as pictures `(N, channels, H, W)`: without a mask, and grey where colours lack."""
    shown = given[:, : 3 if given.shape[1] >= 3 else 1]
    return shown if shown.shape[1] == channels else shown.mean(1, keepdim=True).expand(-1, channels, -1, -1)


def _folder(source: str) -> Path:
    path = Path(source).expanduser()
    if not path.is_dir():
        raise GancoreError(
            f"{source!r} is neither 'emoji' nor a folder that exists; give one with two subfolders of pictures with "
            f"equal names, or with pairs that stand side by side."
        )
    return path


@kind("pairs")
@dataclass(frozen=True, kw_only=True)
class PairRecipe(Recipe):
    """Everything that decides how a game from picture to picture is trained, apart from data, seed and machine.

    `damage` is a key of DAMAGES, or empty where the data has pairs already. Raises GancoreError where a value is out
    of its range.
    """

    sets = tuple(SHIPPED_SETS)

    damage: str = ""
    source: str = "emoji"  # what it learns from by default
    loss: str = "non-saturating"  # a key of gancore.training.losses.LOSSES, or "l1" for the distance alone
    l1: float = 1.0  # weights of the distance, of the loss, and of the distance in the discriminator's features
    adversarial: float = 0.02
    features: float = 0.0
    alone: int = 0  # the discriminator's moves in which it rests, and the generator learns by itself
    width: int = 28  # channels of the generator's finest grid
    fold: int = 2  # pixels along each side of what is one place of that grid
    noise: float = 0.0  # share of the coarsest features that is dropped, in eval mode too
    side: int = 0  # pixels of pairs in a folder of one's own; 0: what suits them and this machine, decided at the start

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.damage and self.damage not in DAMAGES:
            raise GancoreError(f"There is no damage {brief(self.damage)}; choose one of {', '.join(DAMAGES)}.")
        for name in ("l1", "adversarial", "features"):
            check_number(name, getattr(self, name), 0, MOST_WEIGHT)
        check_whole("alone", self.alone, MOST_ROUNDS, least=0)
        check_whole("width", self.width, WIDEST)
        check_whole("fold", self.fold, 4)
        check_whole("side", self.side, SIZES[-1], least=0)
        check_number("noise", self.noise, 0, 1, "[)")
        self.make_loss()

    def make_loss(self) -> Loss | None:
        """The loss of the game, or None where there is none beside the distance."""
        if self.loss == DISTANCE_ALONE:
            return None
        if self.loss not in LOSSES:
            raise GancoreError(
                f"There is no loss {brief(self.loss)}; choose one of {', '.join(LOSSES)}, or {DISTANCE_ALONE} alone."
            )
        return make_loss(self.loss)

    @property
    def data(self) -> str:  # type: ignore[override]
        """What it learns from where the command line names nothing."""
        return self.source

    def load(self, source: str) -> PairData:
        """The pairs called `source`: "emoji", or of damaged pictures "brain" or "faces", or a folder of one's own."""
        if not self.damage:
            return load_emoji() if source == "emoji" else divide(load_pair_folder(_folder(source), self.side or None))
        damage = DAMAGES[self.damage]
        if source == "emoji":
            raise GancoreError(
                f"'emoji' are pairs already, and {self.name} damages single pictures; take {', '.join(SHIPPED_SETS)}, "
                f"digits or a folder of pictures, or let pix2pix learn from the pairs."
            )
        return SHIPPED_SETS[source](damage) if source in SHIPPED_SETS else divide(load(source), damage)

    def suited(self, data: DataSet) -> "PairRecipe":
        own = not self.damage and data.name != "emoji"
        return self.change(side=data.spec.shape[-1]) if own else self

    def build(self, spec: Spec) -> PairGame:
        if len(spec.shape) != 3 or spec.given is None:
            raise GancoreError(f"{self.name} learns from pairs of pictures, and these are {spec.shape} by themselves.")
        if spec.given[1:] != spec.shape[1:]:
            sizes = " and ".join("×".join(map(str, shape[1:])) for shape in (spec.given, spec.shape))
            raise GancoreError(f"What is given and what is wanted have {sizes} pixels; bring both to one size.")
        channels, given = spec.shape[0], spec.given[0]
        network = UNet(given, channels, self.width, self.fold, self.noise)
        painter = Painter(network, channels, DAMAGES.get(self.damage))
        judge = PatchDiscriminator(given, channels, fold=self.fold)
        weights = {"l1": self.l1, "adversarial": self.adversarial, "features": self.features}
        return PairGame(painter, judge, self.make_loss(), **weights, alone=self.alone)


# Small batches: at equal time the most rounds, and the nearest to the truth of what was tried. The discriminator joins
# when L1 has found its way; from then on its weight lets it decide what L1 leaves open.
SETTINGS = Settings(batch_size=8, d_lr=2e-4, g_lr=1e-3, decay_rounds=2000, average=0.998)
LARGE = replace(SETTINGS, batch_size=4)
PAIR_RECIPES = (
    PairRecipe(name="pix2pix", summary="from outline to picture, or any pairs of yours", settings=SETTINGS, alone=500),
    PairRecipe(name="denoise", summary="from a noisy picture to a clean one", damage="noise", source="brain",
               fold=1, width=12, settings=LARGE, alone=500),
    PairRecipe(name="mri", summary="from a quarter of a scan's frequencies to the slice", damage="few lines",
               source="brain", fold=1, width=12, settings=LARGE, alone=500),
    PairRecipe(name="superres", summary="from one pixel to four by four", damage="coarse", source="faces",
               fold=1, width=16, settings=SETTINGS, alone=500),
    PairRecipe(name="inpaint", summary="from a picture with a hole to a whole one", damage="hole", source="faces",
               fold=1, width=16, settings=SETTINGS, alone=500),
)  # fmt: skip

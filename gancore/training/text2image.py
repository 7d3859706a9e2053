"""Words to pictures: a game whose players read a caption, and whose discriminator also sees pictures with a wrong one.

After Reed et al. (2016) and the first stage of Zhang et al. (2017, StackGAN).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from gancore.data.batch import Batch, Spec
from gancore.data.caption_folders import load_caption_folder
from gancore.data.captions import CaptionData, Vocabulary
from gancore.data.described import load_captions
from gancore.errors import GancoreError
from gancore.models.modes import frozen
from gancore.models.sampling import generate, seeded_latents
from gancore.models.stack import TextStack
from gancore.models.text import TextDiscriminator, TextGenerator
from gancore.system.checks import check_number, check_whole
from gancore.training.game import Game
from gancore.training.kinds import MOST_WEIGHT, PENALTY_EVERY, WIDEST, Recipe, kind
from gancore.training.losses import Loss, make_loss, mismatch, r1, r2
from gancore.training.trainer import Settings

SIDES = (16, 32)  # pixels
SMALLEST = 1e-5  # keeps a fraction finite


class TextGame(Game):
    """The generator draws pictures `(N, C, H, W)` for captions, numbers of words `(N, L)`; both players read them.

    The discriminator sees three kinds of pairs: a real picture with its caption, a drawn one with the caption that it
    was drawn for, and a real picture with the caption of another, which weighs `wrong` (Reed et al., 2016, section
    4.2). The generator's loss has two more terms: `kl` weighs how far a caption's Gaussian is from the standard normal
    one (Zhang et al., 2017, equation 2), and `variety` rewards pictures that differ where their latents do (Mao et
    al., 2019, section 3.2). `penalty` weighs R1 and R2.
    """

    generator: TextGenerator | TextStack
    discriminator: TextDiscriminator
    curves = {"loss": ("d_loss", "g_loss"), "share": ("d_real", "d_right"), "KL": ("kl",)}  # noqa: RUF012

    def __init__(
        self,
        generator: TextGenerator | TextStack,
        discriminator: TextDiscriminator,
        loss: Loss,
        vocabulary: Vocabulary,
        *,
        wrong: float = 1.0,
        kl: float = 0.01,
        variety: float = 0.0,
        penalty: float = 0.3,
    ) -> None:
        self.generator, self.discriminator, self.loss, self.vocabulary = generator, discriminator, loss, vocabulary
        self.wrong, self.kl, self.variety, self.penalty = wrong, kl, variety, penalty
        self.shared: Draft | None = None
        self.seen: dict[str, Tensor] = {}

    def draw(self, batch: Batch) -> "Draft":
        """A picture for each caption of `batch`."""
        assert batch.given is not None
        z = torch.randn(len(batch), self.generator.latent_dim, device=batch.real.device)
        mean, log_sigma = self.generator.describe(batch.given)
        return Draft(batch, z, mean, log_sigma, self.generator.draw(z, mean, log_sigma).float())

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.shared = None  # its graph takes memory
        self.shared = self.draw(batch)  # the generator learns from it next
        fake = self.shared.pictures.detach()
        on_real, on_fake, on_wrong = self.three_logits(batch, fake)
        self.seen["d_real"] = (on_real.detach() > on_fake.detach()).float().mean()
        self.seen["d_right"] = (on_real.detach() > on_wrong.detach()).float().mean()
        loss = self.loss.discriminator(on_real, on_fake) + self.wrong * mismatch(on_real, on_wrong)
        return loss + self.gradient_penalty(batch, fake)

    def three_logits(self, batch: Batch, fake: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits `(N,)` on real pictures, on drawn ones, and on real ones with the caption of the one before."""
        look, compare = self.discriminator.features, self.discriminator.compare
        shown, drawn = look(torch.cat([batch.real, fake])).chunk(2)
        asked = self.discriminator.read(batch.given)
        on_real, on_drawn = compare(shown, asked), compare(drawn, asked)
        return on_real, on_drawn, compare(shown, asked.roll(1, dims=0))

    def gradient_penalty(self, batch: Batch, fake: Tensor) -> Tensor | float:
        """R1 and R2 in every `PENALTY_EVERY`-th move, where they weigh that much more."""
        if not self.penalty or self.moves % PENALTY_EVERY:
            return 0.0

        def critic(pictures: Tensor) -> Tensor:
            return self.discriminator(pictures, batch.given)

        return PENALTY_EVERY * self.penalty * (r1(critic, batch.real).mean() + r2(critic, fake).mean())

    def generator_loss(self, batch: Batch) -> Tensor:
        drawn = self.shared or self.draw(batch)
        self.shared = None  # the way back through the generator can be taken once
        with frozen(self.discriminator):
            on_fake = self.discriminator(drawn.pictures, drawn.batch.given)
            with torch.no_grad():
                on_real = self.discriminator(drawn.batch.real, drawn.batch.given)
        kl = kl_from_normal(drawn.mean, drawn.log_sigma).mean()
        self.seen["kl"] = kl.detach()
        loss = self.loss.generator(on_real, on_fake) + self.kl * kl
        return loss + self.variety * self.sameness(drawn) if self.variety else loss

    def sameness(self, drawn: "Draft") -> Tensor:
        """Low where other latents make another picture of the same caption, for the first half of what was drawn."""
        half = len(drawn.z) // 2
        z = torch.randn_like(drawn.z[:half])
        others = self.generator.draw(z, drawn.mean[:half], drawn.log_sigma[:half])
        apart = (others - drawn.pictures[:half]).abs().mean() / (z - drawn.z[:half]).abs().mean()
        return 1 / (apart + SMALLEST)

    def report(self) -> dict[str, Tensor]:
        """The shares of real pictures, 0 to 1, that the discriminator preferred to drawn ones and to wrong captions."""
        return self.seen

    @torch.no_grad()
    def sample(self, generator: nn.Module, count: int, condition: Tensor | None = None, seed: int = 0) -> Tensor:
        """`count` pictures by `generator` in eval mode, float32 `(count, C, H, W)` in [-1, 1] on its device.

        `condition` is captions as numbers `(M, L)`, from first to last and again; without it those of `examples`.
        `seed` decides the latents.
        """
        assert isinstance(generator, (TextGenerator, TextStack))
        captions = self.given(condition)
        return generate(
            generator, seeded_latents(count, generator.latent_dim, seed), captions[torch.arange(count) % len(captions)]
        )

    def ask(self, captions: Sequence[str]) -> Tensor:
        """Captions as numbers, for `sample`. Raises GancoreError naming words that the players have not learnt."""
        return self.vocabulary.ask(captions)


@dataclass(frozen=True)
class Draft:
    """What the generator drew for the captions of a batch, from which latents, and what it took the captions for."""

    batch: Batch
    z: Tensor
    mean: Tensor
    log_sigma: Tensor
    pictures: Tensor


def kl_from_normal(mean: Tensor, log_sigma: Tensor) -> Tensor:
    """How far Gaussians `(N, D)` are from the standard normal one, `(N,)`: its Kullback–Leibler divergence.

    Summed over dimensions, ½ (μ² + σ² - 1) - log σ. Zhang et al. (2017), equation 2.
    """
    return (0.5 * (mean.square() + (2 * log_sigma).exp() - 1) - log_sigma).sum(dim=1)


@kind("text2image")
@dataclass(frozen=True, kw_only=True)
class TextRecipe(Recipe):
    """Everything that decides how a game from words to pictures is trained, apart from data, seed and machine.

    Pictures have `side` pixels along each side. Raises GancoreError where a value is out of its range.
    """

    data = "avatars"

    side: int = 16
    loss: str = "relativistic"  # a key of gancore.training.losses.LOSSES
    wrong: float = 1.0  # weights: of real pictures with a wrong caption,
    kl: float = 0.01  # of how far a caption's Gaussian is from the normal one,
    variety: float = 0.0  # of pictures that are the same whatever the latents,
    penalty: float = 0.3  # and of R1 and R2
    meaning: int = 32  # dimensions of a caption's Gaussian
    noise: int = 16  # of what no word says
    width: int = 32  # channels of the grids
    text: int = 64  # of what a player has read

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.side not in SIDES:
            raise GancoreError(f"side is {self.side!r}; the players draw {' or '.join(map(str, SIDES))} pixels.")
        for name in ("wrong", "kl", "variety", "penalty"):
            check_number(name, getattr(self, name), 0, MOST_WEIGHT)
        for name in ("meaning", "noise", "width", "text"):
            check_whole(name, getattr(self, name), WIDEST)
        make_loss(self.loss)

    def load(self, source: str) -> CaptionData:
        """The captions called `source`: "avatars", or a folder of one's own with captions.csv."""
        if source == "avatars":
            return load_captions(self.side)
        folder = Path(source).expanduser()
        if not folder.is_dir():
            raise GancoreError(f"{source!r} is neither 'avatars' nor a folder of pictures with captions that exists.")
        return load_caption_folder(folder, self.side)

    def build(self, spec: Spec) -> TextGame:
        if len(spec.shape) != 3 or spec.given is None or spec.words is None:
            raise GancoreError(f"{self.name} learns from pictures with captions, and these are {spec.shape} without.")
        vocabulary = Vocabulary(spec.words, spec.given[0])
        return TextGame(
            self.generator(len(vocabulary), spec.shape),
            TextDiscriminator(len(vocabulary), spec.shape, self.width, self.text),
            make_loss(self.loss),
            vocabulary,
            wrong=self.wrong,
            kl=self.kl,
            variety=self.variety,
            penalty=self.penalty,
        )

    def generator(self, words: int, shape: tuple[int, int, int]) -> TextGenerator | TextStack:
        """A new generator that reads as many `words` and draws pictures of `shape` (C, H, W)."""
        return TextGenerator(words, shape, self.meaning, self.noise, self.width, self.text)


# As for the digits of `cmodern`: small batches and high rates.
TEXT2IMAGE = TextRecipe(
    name="text2image",
    summary="from a caption to a picture of 16 pixels",
    settings=Settings(batch_size=32, d_lr=1.5e-3, g_lr=1.5e-3, decay_rounds=20_000, betas=(0.0, 0.99), average=0.998),
)
TEXT_RECIPES = (
    TEXT2IMAGE,
    TEXT2IMAGE.change(name="text2image-32", summary="from a caption to a picture of 32 pixels, in one stage", side=32),
)

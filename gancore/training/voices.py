"""Spoken words: the conditional game of chapter 09, on spectrograms, whose samples can be heard."""

from dataclasses import dataclass

from torch import Tensor

from gancore.data.batch import Spec
from gancore.data.sound import hear
from gancore.data.voices import SpokenData, load_spoken
from gancore.errors import GancoreError
from gancore.models.modern import ModernDiscriminator, ModernGenerator
from gancore.system.checks import check_number, check_whole
from gancore.training.gan import GAN
from gancore.training.kinds import MOST_LATENTS, MOST_WEIGHT, PENALTY_EVERY, WIDEST, DataSet, Recipe, kind
from gancore.training.losses import make_loss
from gancore.training.trainer import Settings


class VoiceGame(GAN):
    """A conditional GAN on spectrograms `(N, 1, 32, 32)`, which are heard through Griffin–Lim."""

    def sounds(self, samples: Tensor) -> Tensor:
        return hear(samples.detach().float().cpu())


@kind("voices")
@dataclass(frozen=True, kw_only=True)
class VoiceRecipe(Recipe):
    """Everything that decides how a game on spoken words is trained, apart from data, seed and machine.

    Raises GancoreError where a value is out of its range.
    """

    data = "voices"

    loss: str = "relativistic"  # a key of gancore.training.losses.LOSSES
    latent_dim: int = 64
    width: int = 32  # channels of both players' coarsest grid
    penalty: float = 0.3  # weight of R1 and of R2
    mismatch: float = 0.2  # weight of the loss on real sounds with a wrong label

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole("latent_dim", self.latent_dim, MOST_LATENTS)
        check_whole("width", self.width, WIDEST)
        for name in ("penalty", "mismatch"):
            check_number(name, getattr(self, name), 0, MOST_WEIGHT)
        make_loss(self.loss)

    def load(self, source: str) -> SpokenData:
        """The spoken words called `source`: "voices", or a folder of WAV files in one subfolder a word."""
        return load_spoken(source)

    def check(self, data: DataSet) -> None:
        """Raises GancoreError where `data` has fewer than two words, or no pictures."""
        if not data.spec.classes or len(data.spec.shape) != 3:
            raise GancoreError(f"{self.name} learns from spectrograms of words, and {data.name} holds none.")
        if len(data.spec.classes) < 2:
            raise GancoreError(f"{self.name} tells words apart, and {data.name} has one; add a second.")

    def build(self, spec: Spec) -> VoiceGame:
        channels, height, width = spec.shape
        shape, classes = (channels, height, width), len(spec.classes or ())
        generator = ModernGenerator(self.latent_dim, shape, classes, self.width)
        discriminator = ModernDiscriminator(shape, classes, self.width)
        return VoiceGame(
            generator, discriminator, make_loss(self.loss), self.latent_dim,
            classes=classes, r1=self.penalty, r2=self.penalty,
            penalty_every=PENALTY_EVERY, mismatch=self.mismatch, share_fakes=True,
        )  # fmt: skip


VOICES = VoiceRecipe(
    name="voices",
    summary="spoken words as spectrograms, or your own recordings",
    settings=Settings(batch_size=32, d_lr=1.5e-3, g_lr=1.5e-3, decay_rounds=20_000, betas=(0.0, 0.99), average=0.998),
)

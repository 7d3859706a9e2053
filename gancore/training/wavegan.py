"""Sound without spectrograms: WaveGAN (Donahue et al., 2019) on the waveforms of ten vowels."""

from dataclasses import dataclass

from torch import Tensor

from gancore.data.batch import Spec
from gancore.data.vowels import VowelData
from gancore.errors import GancoreError
from gancore.models.wave import WaveDiscriminator, WaveGenerator
from gancore.system.checks import check_number, check_whole
from gancore.training.gan import GAN
from gancore.training.kinds import MOST_LATENTS, MOST_WEIGHT, PENALTY_EVERY, WIDEST, DataSet, Recipe, kind
from gancore.training.losses import make_loss
from gancore.training.trainer import Settings

FARTHEST = 16  # places


class WaveGame(GAN):
    """A conditional GAN on waveforms `(N, 1, T)`."""

    def sounds(self, samples: Tensor) -> Tensor:
        return samples.detach().float().cpu()[:, 0]


@kind("wavegan")
@dataclass(frozen=True, kw_only=True)
class WaveRecipe(Recipe):
    """Everything that decides how a WaveGAN is trained, apart from the seed and the machine.

    Raises GancoreError where a value is out of its range.
    """

    data = "vowels"

    loss: str = "relativistic"  # a key of gancore.training.losses.LOSSES
    latent_dim: int = 32
    width: int = 32  # channels beside the waveform
    shuffle: int = 2  # places by which the discriminator's phase shuffle moves sounds, at most
    penalty: float = 1.0  # weight of R1 and of R2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole("latent_dim", self.latent_dim, MOST_LATENTS)
        check_whole("width", self.width, WIDEST)
        check_whole("shuffle", self.shuffle, FARTHEST, least=0)
        check_number("penalty", self.penalty, 0, MOST_WEIGHT)
        make_loss(self.loss)

    def load(self, source: str) -> VowelData:
        """The vowels; nothing else is learnt from."""
        if source != "vowels":
            raise GancoreError(f"{self.name} learns from 'vowels' alone, not {source!r}; voices takes your recordings.")
        return VowelData()

    def check(self, data: DataSet) -> None:
        """Raises GancoreError where `data` has no labels, or no waveforms."""
        if not data.spec.classes or len(data.spec.shape) != 2 or data.spec.shape[0] != 1:
            raise GancoreError(f"{self.name} learns from labelled waveforms (1, T), and {data.name} holds none.")

    def build(self, spec: Spec) -> WaveGame:
        length, classes = spec.shape[-1], len(spec.classes or ())
        generator = WaveGenerator(self.latent_dim, length, classes, self.width)
        discriminator = WaveDiscriminator(length, classes, self.width, self.shuffle)
        return WaveGame(
            generator, discriminator, make_loss(self.loss), self.latent_dim, classes=classes,
            r1=self.penalty, r2=self.penalty, penalty_every=PENALTY_EVERY, share_fakes=True,
        )  # fmt: skip


WAVEGAN = WaveRecipe(
    name="wavegan",
    summary="waveforms of vowels, without spectrograms",
    settings=Settings(batch_size=32, d_lr=1e-3, g_lr=1e-3, decay_rounds=20_000, betas=(0.0, 0.99), average=0.998),
)

"""Faces: the modern players in colour, with no labels or groups, and something for those who have few pictures.

The last layers of the generator can be chosen, since they leave the traces by which its pictures are found out.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from gancore.data.avatars import load_avatars
from gancore.data.batch import Spec
from gancore.data.images import ImageData
from gancore.data.photographs import load_photographs
from gancore.data.sources import NAMES, load
from gancore.errors import GancoreError
from gancore.models.modern import UPSAMPLINGS, ModernDiscriminator, ModernGenerator
from gancore.system.checks import brief
from gancore.training.augmentation import Changes, changes_for, check_augmentations
from gancore.training.gan import GAN
from gancore.training.kinds import DataSet, Recipe, kind
from gancore.training.losses import make_loss
from gancore.training.trainer import Settings

LATENT_DIM = 64
PENALTY, PENALTY_EVERY = 0.3, 8  # of R1 and R2 each, and discriminator moves from one to the next
PHOTOGRAPHS = "photographs"


@kind("faces")
@dataclass(frozen=True)
class FaceRecipe(Recipe):
    """How faces are learnt: the last layers by `upsampling`, and what the discriminator sees through `augment`.

    Raises GancoreError where a value is out of its range.
    """

    data: ClassVar[str] = "avatars"
    sets: ClassVar[tuple[str, ...]] = (PHOTOGRAPHS,)

    name: str = "faces"
    summary: str = "faces in colour: avatars that ship, 80 photographs, or a folder of yours"
    upsampling: str = "shuffle"  # a key of gancore.models.modern.UPSAMPLINGS
    augment: Changes = None  # of gancore.training.augmentation.AUGMENTATIONS; None: where data is small
    settings: Settings = Settings(
        batch_size=32, d_lr=2e-3, g_lr=2e-3, decay_rounds=1000, betas=(0.0, 0.99), average=0.998
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.upsampling, str) or self.upsampling not in UPSAMPLINGS:
            choices = ", ".join(UPSAMPLINGS)
            raise GancoreError(f"There is no upsampling {brief(self.upsampling)}; choose one of {choices}.")
        check_augmentations(self.augment)

    def load(self, source: str) -> ImageData:
        """Avatars (those that are learnt from), photographs (80 grey faces, mirrored too), or what `load` knows."""
        if source == "avatars":
            avatars = load_avatars()
            return ImageData(source, avatars.images[~avatars.held_out])
        if source == PHOTOGRAPHS:
            return load_photographs()[0]
        if source not in NAMES and not Path(source).expanduser().exists():
            raise GancoreError(f"{source!r} is neither 'avatars' nor {PHOTOGRAPHS!r} nor a folder that exists.")
        return load(source)

    def suited(self, data: DataSet) -> "FaceRecipe":
        return self.change(augment=changes_for(self.augment, data))

    def build(self, spec: Spec) -> GAN:
        """The game of new players for images of `spec.shape` (C, H, W)."""
        if len(spec.shape) != 3:
            raise GancoreError(f"{self.name} is for images (C, H, W), and these examples have the shape {spec.shape}.")
        channels, height, width = spec.shape
        shape = channels, height, width
        return GAN(
            ModernGenerator(LATENT_DIM, shape, upsampling=self.upsampling),
            ModernDiscriminator(shape),
            make_loss("relativistic"),
            LATENT_DIM,
            r1=PENALTY,
            r2=PENALTY,
            penalty_every=PENALTY_EVERY,
            share_fakes=True,
            augment=self.augment or (),
        )


FACES = FaceRecipe()
# The rates of what shipped first; they were not compared with those of the other two.
NEAREST = FACES.change(d_lr=1.5e-3, g_lr=1.5e-3, decay_rounds=None, upsampling="nearest", steps=4000)
FACE_RECIPES = (
    FACES,
    FACES.change(name="faces-transposed", summary="faces; last a transposed convolution", upsampling="transposed"),
    NEAREST.change(name="faces-nearest", summary="faces; pixels are repeated, then convolved"),
)

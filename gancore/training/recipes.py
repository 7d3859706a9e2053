"""Named, complete settings: which players, which loss, which rates. `RECIPES["mlp"].trainer(data)` trains."""

from dataclasses import dataclass

from torch import nn

from gancore import models
from gancore.data.batch import Spec
from gancore.data.images import ImageData
from gancore.errors import GancoreError
from gancore.models.groups import AXES
from gancore.system.checks import brief, check_number, check_whole
from gancore.system.random import seed_for
from gancore.training.augmentation import Changes, changes_for, check_augmentations
from gancore.training.cyclegan import CYCLEGAN
from gancore.training.faces import FACE_RECIPES
from gancore.training.game import Game
from gancore.training.gan import GAN
from gancore.training.kinds import MOST_LATENTS, MOST_WEIGHT, DataSet, Recipe, kind
from gancore.training.losses import make_loss
from gancore.training.pix2pix import PAIR_RECIPES
from gancore.training.self_conditioned import SelfConditionedGAN
from gancore.training.text2image import TEXT_RECIPES
from gancore.training.text_stack import STACK
from gancore.training.trainer import Settings
from gancore.training.voices import VOICES
from gancore.training.wavegan import WAVEGAN

MOST_GROUPS = 1000  # of 50 images each, as many as 50,000 have
MOST_MOVES_BETWEEN = 100  # two penalties

Players = tuple[nn.Module, nn.Module]


@kind("gan")
@dataclass(frozen=True)
class GANRecipe(Recipe):
    """Everything that decides how a GAN for images is trained, apart from the data, the seed and the machine.

    Unless `generator_batch_size` gives the generator examples of its own, it learns from those that the discriminator
    has just judged. Raises GancoreError where a value is out of its range.
    """

    name: str
    summary: str  # one line for people
    players: str  # a key of PLAYERS
    conditional: bool = False
    latent_dim: int = 100
    loss: str = "non-saturating"  # a key of gancore.training.losses.LOSSES
    real_target: float = 1.0  # below 1: one-sided label smoothing
    spectral_norm: bool = False  # in the discriminator
    r1: float = 0.0  # weights of the gradient penalties
    r2: float = 0.0
    gp: float = 0.0
    penalty_every: int = 1  # discriminator moves from one penalty to the next
    mismatch: float = 0.0  # weight of the loss on real examples with a wrong label
    groups: int = 0  # that the game finds for itself, at most, and tells the players in place of labels; 0: none
    augment: Changes = ()  # through which the discriminator sees everything, of AUGMENTATIONS; None: only where few

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.players, str) or self.players not in PLAYERS:
            raise GancoreError(f"There are no players {brief(self.players)}; choose one of {', '.join(PLAYERS)}.")
        for name in ("conditional", "spectral_norm"):
            if not isinstance(getattr(self, name), bool):
                raise GancoreError(f"{name} is {brief(getattr(self, name))}; it must be True or False.")
        check_whole("latent_dim", self.latent_dim, MOST_LATENTS)
        check_whole("penalty_every", self.penalty_every, MOST_MOVES_BETWEEN)
        for name in ("r1", "r2", "gp", "mismatch"):
            check_number(name, getattr(self, name), 0, MOST_WEIGHT)
        self._check_groups()
        check_augmentations(self.augment)
        make_loss(self.loss, self.real_target)

    def _check_groups(self) -> None:
        check_whole("groups", self.groups, MOST_GROUPS, least=0)
        if self.groups == 1:
            raise GancoreError(f"groups is 1, and one group tells nothing; give 0, or from 2 to {MOST_GROUPS}.")
        if self.groups and (self.conditional or self.players != "modern"):
            raise GancoreError(
                f"groups is {self.groups}; only the players 'modern' are told groups, and only where they are not told "
                "labels. Set groups to 0, or choose these players without conditional."
            )
        if self.groups and self.latent_dim <= AXES:
            raise GancoreError(
                f"latent_dim is {self.latent_dim}; the first {AXES} coordinates decide on the group, so give at least "
                f"{AXES + 1}, or set groups to 0."
            )

    def build_players(self, shape: tuple[int, int, int], classes: int, seed: int = 0) -> Players:
        """Generator and discriminator for images of `shape` (C, H, W), with weights that `seed` decides."""
        game = self.game(Spec(shape, tuple(map(str, range(classes)))), seed)
        return game.generator, game.discriminator

    def build(self, spec: Spec) -> GAN:
        """The game of new players for images of `spec.shape` (C, H, W); classes matter to conditional recipes only."""
        if len(spec.shape) != 3:
            raise GancoreError(f"{self.name} is for images (C, H, W), and these examples have the shape {spec.shape}.")
        classes = len(spec.classes or ())
        generator, discriminator = PLAYERS[self.players](self, spec.shape, classes)
        game = SelfConditionedGAN if self.groups else GAN
        return game(
            generator,
            discriminator,
            make_loss(self.loss, self.real_target),
            self.latent_dim,
            classes=classes if self.conditional else 0,
            r1=self.r1,
            r2=self.r2,
            gp=self.gp,
            penalty_every=self.penalty_every,
            mismatch=self.mismatch if self.conditional or self.groups else 0.0,
            share_fakes=self.settings.generator_batch_size is None,
            augment=self.augment or (),
        )

    def suited(self, data: DataSet) -> "GANRecipe":
        return self.change(augment=changes_for(self.augment, data))

    def introduce(self, game: Game, data: DataSet, seed: int) -> None:
        super().introduce(game, data, seed)
        if isinstance(game, SelfConditionedGAN) and isinstance(data, ImageData):
            game.look_at(data.images, seed_for(seed, "groups"))

    def check(self, data: DataSet) -> None:
        """Raises GancoreError where a conditional recipe finds no labels in `data`, or not from 0 up, and where one
        with groups finds no images."""
        if self.groups and not isinstance(data, ImageData):
            raise GancoreError(
                f"{self.name} looks for groups among images in memory, and {data.name} is no ImageData; make it one, "
                "or set groups to 0."
            )
        if not self.conditional:
            return
        if not isinstance(data, ImageData) or data.labels is None or data.classes is None:
            raise GancoreError(
                f"{self.name} needs labels and {data.name} has none; sort its images into one subfolder a class, "
                f"or choose a recipe without labels."
            )
        low, high, last = int(data.labels.min()), int(data.labels.max()), len(data.classes) - 1
        if last < 1 or low < 0 or high > last:
            raise GancoreError(
                f"{self.name} needs labels from 0 up of at least two classes; those of {data.name} run from {low} "
                f"to {high}, and it has {last + 1} classes."
            )


def _mlp(recipe: GANRecipe, shape: tuple[int, int, int], classes: int) -> Players:
    if recipe.conditional:
        generator = models.ConditionalMLPGenerator(recipe.latent_dim, shape, classes)
        return generator, models.ConditionalMLPDiscriminator(shape, classes, spectral_norm=recipe.spectral_norm)
    return models.MLPGenerator(recipe.latent_dim, shape), models.MLPDiscriminator(shape, recipe.spectral_norm)


def _dcgan(recipe: GANRecipe, shape: tuple[int, int, int], classes: int) -> Players:
    if recipe.conditional:
        told = models.ConditionalDCGANGenerator(recipe.latent_dim, shape, classes)
        return told, models.ProjectionDiscriminator(shape, classes, spectral_norm=recipe.spectral_norm)
    generator = models.DCGANGenerator(recipe.latent_dim, shape)
    return generator, models.DCGANDiscriminator(shape, spectral_norm=recipe.spectral_norm)


def _modern(recipe: GANRecipe, shape: tuple[int, int, int], classes: int) -> Players:
    told, grouped = classes if recipe.conditional else recipe.groups, recipe.groups > 0
    generator = models.ModernGenerator(recipe.latent_dim, shape, told, grouped=grouped)
    return generator, models.ModernDiscriminator(shape, told, spectral_norm=recipe.spectral_norm, grouped=grouped)


PLAYERS = {"mlp": _mlp, "dcgan": _dcgan, "modern": _modern}

# The discriminator grades 128 real and 128 generated images, the generator is graded on 256. Digits are best after some
# 12,000 rounds (seed 0); later ever more of them are ones.
PERCEPTRON = Settings(batch_size=128, generator_batch_size=256, d_lr=2e-4, g_lr=2e-4)
# Radford et al. (2015), section 4, but for the batch: 64 where they take 128, since two cores then play twice as
# many rounds in a minute.
CONVOLUTIONS = Settings(batch_size=64, d_lr=2e-4, g_lr=2e-4)

# Small batches and high rates: the best digits after 60 s on two cores of what was tried. Rates that stay so high make
# the discriminator fail, where it is told nothing, between rounds 35,000 and 41,000, with either of two seeds.
CMODERN = GANRecipe(
    "cmodern",
    "modern, and told the class",
    "modern",
    conditional=True,
    latent_dim=64,
    loss="relativistic",
    r1=1.0,
    r2=1.0,
    penalty_every=8,
    settings=Settings(batch_size=32, d_lr=1.5e-3, g_lr=1.5e-3, decay_rounds=20_000, betas=(0.0, 0.99), average=0.998),
    mismatch=0.2,
    augment=None,
    steps=8000,
)
# Where players are told groups, weaker penalties draw better. Batches of twice the size in half as many rounds draw
# more varied digits in the first ten seconds, and as close ones after a minute. Of 10, 20, 60 and 150 groups, 60 come
# closest to the digits; with 150 recall is half as high.
MODERN = CMODERN.change(
    name="modern",
    summary="relativistic pairing, R1 and R2, residual blocks, groups of its own",
    conditional=False,
    groups=60,
    r1=0.3,
    r2=0.3,
    batch_size=64,
    steps=4000,
)

# The game that chapter 08 describes; its latent space is of one piece.
UNGROUPED = MODERN.change(
    name="ungrouped", summary="modern, without groups", groups=0, r1=1.0, r2=1.0, batch_size=32, steps=8000
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        GANRecipe("mlp", "two perceptrons, the idea of 2014", "mlp", settings=PERCEPTRON, steps=8000),
        GANRecipe("dcgan", "convolutions, as in 2015", "dcgan", settings=CONVOLUTIONS, steps=2000),
        GANRecipe("cmlp", "two perceptrons that are told the class", "mlp", conditional=True,
               settings=PERCEPTRON, steps=8000),
        GANRecipe("cdcgan", "convolutions that are told the class", "dcgan", conditional=True, mismatch=0.2,
               settings=CONVOLUTIONS, steps=2000),
        MODERN,
        CMODERN,
        UNGROUPED,
        *PAIR_RECIPES,
        *TEXT_RECIPES,
        STACK,
        VOICES,
        WAVEGAN,
        *FACE_RECIPES,
        CYCLEGAN,
    )
}  # fmt: skip


def get_recipe(name: str) -> Recipe:
    """The recipe called `name`. Raises GancoreError with the choices."""
    if name not in RECIPES:
        raise GancoreError(f"There is no recipe {name!r}; choose one of {', '.join(RECIPES)}.")
    return RECIPES[name]

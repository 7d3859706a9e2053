"""Games on the ring of eight that go wrong, remedies, and one measure for all of them.

`Setting()` works; each of the broken games differs from it in a few values. A run takes seconds, and the same seed
gives the same run.
"""

import dataclasses
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from gancore.data.toys import Mixture, ring
from gancore.metrics import ModeCoverage, mode_coverage
from gancore.models.layers import add_spectral_norm
from gancore.models.mlp import SLOPE, perceptron, start_as_glorot
from gancore.models.sampling import generate
from gancore.system.processor import one_thread
from gancore.system.random import seed_for, seeded
from gancore.training.gan import GAN
from gancore.training.losses import make_loss
from gancore.training.recorders import History, Record
from gancore.training.trainer import Settings, Trainer

LATENT_DIM = 2
BATCH = 128
BETA2 = 0.999  # of Adam, PyTorch's own
SAMPLES = 1000  # generated points that an outcome is measured on
EXAMPLE_STD = 1e-4  # of the training points of a finite set: far less than the width of a mode
SNAPSHOTS = 24  # of the samples while a game is played
SEEN = 400  # points in a snapshot
ENOUGH_ON_MODES = 0.3  # share of samples on a mode, twice that of a blur over the ring, from which a game is repaired


@dataclass(frozen=True)
class Setting:
    """Everything that decides how a game on the ring goes, apart from the seed. As it stands here it works."""

    slope: float = SLOPE  # of the hidden units below zero; 0 makes them plain ReLU
    tanh: bool = False  # at the end of the generator
    width: int = 64  # units in each of the two hidden layers of either player
    dropout: float = 0.0  # share of the discriminator's hidden units that is switched off
    noise: float = 0.0  # standard deviation of the noise on all that the discriminator sees, in units of `scale`
    spectral_norm: bool = False  # in the discriminator
    loss: str = "non-saturating"
    real_target: float = 1.0
    r1: float = 0.0
    r2: float = 0.0
    gp: float = 0.0
    d_steps: int = 1
    d_lr: float = 1e-3
    g_lr: float = 1e-3
    beta1: float = 0.5
    average: float = 0.0  # decay of the moving average that samples come from; at 0 it is the generator itself
    scale: float = 1.0  # units of the data: at 1 they fit tanh
    std: float = 0.05  # of a mode, in units of `scale`
    examples: int | None = None  # training points of each mode; None: new ones in every batch
    rounds: int = 800

    def change(self, **changes: object) -> "Setting":
        """A copy with other values."""
        return dataclasses.replace(self, **changes)

    def differences(self, other: "Setting") -> dict[str, tuple]:
        """Each field in which this setting differs from `other`, with both values, this one's first."""
        pairs = {key: (value, getattr(other, key)) for key, value in dataclasses.asdict(self).items()}
        return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}

    def truth(self) -> Mixture:
        """The ring that real points come from."""
        unit = ring(std=self.std)
        return Mixture("ring", self.scale * unit.centres, self.scale * unit.std)


class InstanceNoise(nn.Module):
    """Adds normal noise to its input while training (Arjovsky and Bottou, 2017, section 3)."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        return x + self.std * torch.randn_like(x) if self.training else x


def build_generator(setting: Setting) -> nn.Sequential:
    """Latents `(N, 2)` to points `(N, 2)`."""
    activation = partial(nn.LeakyReLU, setting.slope)
    layers = perceptron(LATENT_DIM, setting.width, setting.width, 2, activation=activation)
    return nn.Sequential(*layers, *([nn.Tanh()] if setting.tanh else [])).apply(start_as_glorot)


def build_discriminator(setting: Setting) -> nn.Sequential:
    """Points `(N, 2)` to logits `(N,)`."""
    first = [InstanceNoise(setting.noise * setting.scale)] if setting.noise else []
    activation = partial(nn.LeakyReLU, setting.slope)
    layers = perceptron(2, setting.width, setting.width, 1, activation=activation, dropout=setting.dropout)
    network = nn.Sequential(*first, *layers, nn.Flatten(0)).apply(start_as_glorot)
    if setting.spectral_norm:
        add_spectral_norm(network)
    return network


@dataclass(frozen=True)
class Outcome:
    """How a game stands.

    `coverage` counts the modes that samples reach. `memory` is how often, 0 to 1, the discriminator gives a training
    point a higher logit than a new real point: one half for a discriminator that has learned no point by heart.
    """

    coverage: ModeCoverage
    memory: float

    @property
    def repaired(self) -> bool:
        """Whether all modes are reached, with enough of the samples on one."""
        return self.coverage.covered == self.coverage.modes and self.coverage.on_modes >= ENOUGH_ON_MODES


@dataclass(frozen=True)
class PointSnapshot:
    """`SEEN` samples `(SEEN, 2)` after `round` rounds, from the same latents each time, and the modes they reach."""

    round: int
    points: Tensor
    coverage: ModeCoverage


class PointSnapshots(Record):
    """Takes a snapshot every `every` rounds; the game's run takes one before the first."""

    def __init__(self, truth: Mixture, every: int) -> None:
        self.truth = truth
        self.every = every
        self.taken: list[PointSnapshot] = []

    def on_step(self, trainer: Trainer) -> None:
        if trainer.round % self.every == 0:
            self.take(trainer)

    def take(self, trainer: Trainer) -> None:
        """Add what the fixed latents give now."""
        points = trainer.sample(SEEN).cpu()
        coverage = mode_coverage(points, self.truth.modes, self.truth.radius)
        self.taken.append(PointSnapshot(trainer.round, points, coverage))


class Run:
    """A game of `setting` with `seed`, to be played all at once or a few rounds at a time. It plays on the CPU."""

    def __init__(self, setting: Setting, seed: int = 0) -> None:
        self.setting = setting
        self.seed = seed
        self.truth = setting.truth()
        self.history = History()
        self.snapshots = PointSnapshots(self.truth, max(1, setting.rounds // SNAPSHOTS))
        with seeded(seed_for(seed, "weights")):
            players = build_generator(setting), build_discriminator(setting)
        penalties = {"r1": setting.r1, "r2": setting.r2, "gp": setting.gp}
        game = GAN(*players, make_loss(setting.loss, setting.real_target), LATENT_DIM, **penalties)
        self.trainer = Trainer(
            game,
            self.training_data(),
            Settings(
                batch_size=BATCH,
                d_steps=setting.d_steps,
                d_lr=setting.d_lr,
                g_lr=setting.g_lr,
                betas=(setting.beta1, BETA2),
                average=setting.average,
            ),
            seed=seed,
            device="cpu",
            precision="fp32",
            recorders=[self.history, self.snapshots],
        )
        self.snapshots.take(self.trainer)

    def training_data(self) -> Mixture:
        """What batches are drawn from: the ring, or as many points of it as there are examples."""
        if self.setting.examples is None:
            return self.truth
        centres = self.truth.centres.repeat(self.setting.examples, 1)
        rng = torch.Generator().manual_seed(seed_for(self.seed, "examples"))
        points = centres + self.truth.std * torch.randn(centres.shape, generator=rng)
        return Mixture("examples", points, EXAMPLE_STD)

    @property
    def left(self) -> int:
        """Rounds that are still to be played."""
        return self.setting.rounds - self.trainer.round

    def play(self, rounds: int | None = None) -> "Run":
        """Play `rounds` more, but no more than are left; without a number, all that are left. Returns the run."""
        with one_thread():
            self.trainer.run(steps=self.left if rounds is None else min(rounds, self.left))
        return self

    def samples(self, count: int = SAMPLES, seed: int = 1) -> Tensor:
        """`count` generated points `(count, 2)`."""
        return self.trainer.sample(count, seed=seed)

    def outcome(self) -> Outcome:
        """How the game stands now."""
        coverage = mode_coverage(self.samples(), self.truth.modes, self.truth.radius)
        known = self.trainer.batches.toy.sample(SAMPLES, torch.Generator().manual_seed(2))
        unseen = self.truth.sample(SAMPLES, torch.Generator().manual_seed(3))
        discriminator = self.trainer.game.discriminator
        logits = generate(discriminator, torch.cat([known, unseen]))
        return Outcome(coverage, share_above(*logits.chunk(2)))


def share_above(first: Tensor, second: Tensor) -> float:
    """How often one of `first` `(N,)` is above one of `second` `(M,)`, 0 to 1; a tie counts half."""
    above = (first[:, None] > second).double() + (first[:, None] == second).double() / 2
    return float(above.mean())


HEALTHY = Setting()
COLLAPSE = Setting(slope=0.0, g_lr=3e-2, rounds=300)
OSCILLATION = Setting(slope=0.0, beta1=0.9, d_lr=2e-3, g_lr=2e-3, rounds=600)
D_TOO_STRONG = Setting(loss="minimax", scale=10.0, d_steps=2, d_lr=2e-2, rounds=200)
D_TOO_WEAK = Setting(d_lr=3e-5)
MEMORISING = Setting(examples=2, std=0.1, d_lr=2e-3, rounds=600)


@dataclass(frozen=True)
class Remedy:
    """Something to try: what it does, in words, and what it changes in a setting."""

    does: str
    changes: dict[str, object]

    def apply(self, setting: Setting) -> Setting:
        """`setting` with the remedy; equal to it where it holds the remedy already."""
        return setting.change(**self.changes)


REMEDIES = {
    "LeakyReLU": Remedy("units pass on a fifth of what is negative", {"slope": SLOPE}),
    "tanh and data range": Remedy("data scaled to [-1, 1], and a generator that ends in tanh",
                                  {"tanh": True, "scale": 1.0}),
    "Adam's β₁ at 0": Remedy("no momentum (Radford et al., 2015, lower it to 0.5)", {"beta1": 0.0}),
    "label smoothing": Remedy("D is asked for 0.9 on real points (Salimans et al., 2016)", {"real_target": 0.9}),
    "instance noise": Remedy("noise on all that D sees (Arjovsky and Bottou, 2017)", {"noise": 0.3}),
    "dropout in D": Remedy("three in ten of D's hidden units are off at random", {"dropout": 0.3}),
    "five D steps": Remedy("D moves five times a round", {"d_steps": 5}),
    "two learning rates": Remedy("D learns four times as fast as G (Heusel et al., 2017)",
                                 {"d_lr": 2e-3, "g_lr": 5e-4}),
    "spectral normalisation": Remedy("no layer of D stretches by more than 1 (Miyato et al., 2018)",
                                     {"spectral_norm": True}),
    "R1 and R2": Remedy("D pays for its slope on real and generated points (Mescheder et al., 2018)",
                        {"r1": 0.1, "r2": 0.1}),
    "Wasserstein with penalty": Remedy("a critic of slope 1 that moves five times (Gulrajani et al., 2017)",
                                       {"loss": "wasserstein", "gp": 1.0, "d_steps": 5}),
    "relativistic pairing": Remedy("D compares real with generated points (Jolicoeur-Martineau, 2018)",
                                   {"loss": "relativistic"}),
    "moving average": Remedy("samples come from averaged weights (Yazıcı et al., 2019)", {"average": 0.99}),
    "more data": Remedy("new real points in every batch", {"examples": None}),
}  # fmt: skip

ALL_WELL, FEW, CHASE, STUCK, BY_HEART = (
    "all eight modes",
    "few modes, and losses that end like those of a good game",
    "a crowd that runs about, under curves that swing",
    "points that hardly move, and a D that is always right",
    "all eight modes, and a D that knows its training points by heart",
)
SYMPTOMS = (ALL_WELL, FEW, CHASE, STUCK, BY_HEART)


@dataclass(frozen=True)
class Failure:
    """A broken setting and the symptom that it shows; its key in FAILURES names the cause."""

    setting: Setting
    symptom: str


FAILURES = {
    "G learns thirty times as fast as D": Failure(COLLAPSE, FEW),
    "Adam's β₁ is 0.9, and both rates are high": Failure(OSCILLATION, CHASE),
    "data ten times as large, and a hasty D": Failure(D_TOO_STRONG, STUCK),
    "D learns thirty times as slowly as G": Failure(D_TOO_WEAK, FEW),
    "two training points for each mode": Failure(MEMORISING, BY_HEART),
    "nothing is wrong": Failure(HEALTHY, ALL_WELL),
}

UNLABELLED = {"A": COLLAPSE, "B": D_TOO_STRONG, "C": HEALTHY, "D": OSCILLATION}  # of exercise 6.3


def try_remedies(setting: Setting, seed: int = 0) -> dict[str, Outcome]:
    """What comes of `setting` with each remedy that changes it, one at a time."""
    tried = {name: remedy.apply(setting) for name, remedy in REMEDIES.items()}
    return {name: Run(one, seed).play().outcome() for name, one in tried.items() if one != setting}

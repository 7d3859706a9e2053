"""A game on the ring of eight, played, and one measure of how it stands.

A run takes seconds, and the same seed gives the same run.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.data.toys import Mixture
from gancore.lessons.ring_setting import LATENT_DIM, Setting, build_discriminator, build_generator
from gancore.metrics import ModeCoverage, mode_coverage
from gancore.models.sampling import generate
from gancore.system.processor import one_thread
from gancore.system.random import seed_for, seeded
from gancore.training.gan import GAN
from gancore.training.losses import make_loss
from gancore.training.recorders import History, Record
from gancore.training.trainer import Settings, Trainer

BATCH = 128
BETA2 = 0.999  # of Adam, PyTorch's own
SAMPLES = 1000  # generated points that an outcome is measured on
EXAMPLE_STD = 1e-4  # of the training points of a finite set: far less than the width of a mode
SNAPSHOTS = 24  # of the samples while a game is played
SEEN = 400  # points in a snapshot
ENOUGH_ON_MODES = 0.3  # share of samples on a mode, twice that of a blur over the ring, from which a game is repaired


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
        return Outcome(coverage, how_often_above(*logits.chunk(2)))


def how_often_above(first: Tensor, second: Tensor) -> float:
    """How often one of `first` `(N,)` is above one of `second` `(M,)`, 0 to 1; a tie counts half."""
    above = (first[:, None] > second).double() + (first[:, None] == second).double() / 2
    return float(above.mean())

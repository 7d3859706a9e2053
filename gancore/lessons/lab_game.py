"""What the 2-D lab plays: a game for points in the plane, frame by frame, with a way back. Nothing here draws."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import NamedTuple

import torch
from torch import Tensor

from gancore.data.toys import Mixture
from gancore.errors import GancoreError
from gancore.lessons.plane import PlaneState, plane_state
from gancore.lessons.rewind import FRAMES, Rewind
from gancore.metrics import ModeCoverage, mode_coverage
from gancore.models import PointDiscriminator, PointGenerator
from gancore.system.processor import one_thread
from gancore.system.random import seed_for, seeded
from gancore.training.gan import GAN
from gancore.training.losses import make_loss
from gancore.training.trainer import Settings, Trainer

# Found by trial, with the defaults of Rules: after 3,000 rounds, 15 seconds of play, every mode is reached, and of the
# samples 60 to 63 % lie on a mode of the grid and 79 to 86 % on the spiral, over five seeds. After 9,000 rounds it is
# 73 to 77 % of the grid. With 2 latent numbers in place of 8 both stay knots for thousands of rounds.
LATENT_DIM = 8
BETAS = (0.0, 0.99)
BATCH_SIZE = 128
SHOWN_SEED = 0  # of the points and latents that are looked at, the same in every game


@dataclass(frozen=True)
class Rules:
    """What may change while a game goes on.

    `loss` is a key of gancore.training.losses.LOSSES. `noise` is the standard deviation of instance noise, in units
    of the plane. `penalty` weighs R1 and R2, the penalties on D's gradient at real and at generated points.
    """

    loss: str = "non-saturating"
    d_lr: float = 2e-3
    g_lr: float = 1e-3
    d_steps: int = 1
    noise: float = 0.0
    penalty: float = 0.0


class NoisyGAN(GAN):
    """A GAN whose discriminator sees every example through noise of standard deviation `noise`.

    Arjovsky and Bottou (2017), section 3: noise on both kinds of examples makes the two distributions overlap.
    """

    noise = 0.0

    def discriminate(self, examples: Tensor, labels: Tensor | None) -> Tensor:
        if self.noise:
            examples = examples + self.noise * torch.randn_like(examples)
        return super().discriminate(examples, labels)


class FrameNumbers(NamedTuple):
    """How things stood at the end of a frame: D's accuracy on real and on generated points, and both losses."""

    d_real: float
    d_fake: float
    d_loss: float
    g_loss: float


class LabGame:
    """A game of small players for `toy`: some rounds make a frame, and the last 200 frames can be gone back to.

    `rules` and `toy` may be set at any time and hold from then on. All else is decided by `seed`: the same moves
    under the same rules give the same game, bit for bit, also when it is played again from a frame gone back to.
    However many threads PyTorch has, the game takes one.
    """

    def __init__(self, toy: Mixture, rules: Rules, seed: int = 0) -> None:
        with seeded(seed_for(seed, "weights")):
            players = PointGenerator(LATENT_DIM), PointDiscriminator()
        self.game = NoisyGAN(*players, make_loss(rules.loss), LATENT_DIM)
        # Players this small are slower on a GPU, and half precision would show on the screen.
        settings = Settings(BATCH_SIZE, betas=BETAS)
        self.trainer = Trainer(self.game, toy, settings, seed=seed, device="cpu", precision="fp32")
        self.rewind = Rewind(self.trainer, FRAMES + 1)  # and the newest one, while the reader looks back
        self.frame = 0
        self.behind = 0  # how many frames the reader has gone back
        self._toy = toy
        self._rules = rules
        self._apply_rules()
        # Of the frames that can be gone back to, and now.
        self.rows: deque[FrameNumbers] = deque([self._row()], FRAMES + 1)

    @property
    def toy(self) -> Mixture:
        return self._toy

    @toy.setter
    def toy(self, toy: Mixture) -> None:
        self._toy = self.trainer.batches.toy = toy
        self._apply_rules()

    @property
    def rules(self) -> Rules:
        return self._rules

    @rules.setter
    def rules(self, rules: Rules) -> None:
        self._rules = rules
        self._apply_rules()

    @property
    def past(self) -> int:
        """How many frames there are before the newest one, at most FRAMES."""
        return len(self.rows) - 1

    def play(self, rounds: int) -> None:
        """One frame of `rounds` rounds. Raises GancoreError where the game blows up, having gone back a frame."""

        def rounds_of_the_frame() -> None:
            for _ in range(rounds):
                self.trainer.step()

        self._make_frame(rounds_of_the_frame)

    def move_discriminator(self) -> None:
        """One frame in which only the discriminator moves, once."""
        self._make_frame(self.trainer.discriminator_step)

    def move_generator(self) -> None:
        """One frame in which only the generator moves, once."""
        self._make_frame(self.trainer.generator_step)

    def go_back(self, behind: int) -> None:
        """Look at the game `behind` frames before the newest, or as far back as there are. 0 is the newest again.

        The later frames stay until the next move, which goes on from here and forgets them.
        """
        behind = max(0, min(behind, self.past))
        if behind == self.behind:
            return
        if self.behind == 0:
            self.rewind.remember()
        if behind == 0:
            self.rewind.back()
        else:
            self.trainer.load_state_dict(self.rewind.states[-1 - behind])
        self.behind = behind
        self._apply_rules()

    @one_thread()
    def coverage(self) -> ModeCoverage:
        """How many modes of the data the generated points on the screen reach."""
        return mode_coverage(self.seen.fake, self.toy.modes, self.toy.radius)

    @one_thread()
    def _make_frame(self, moves: Callable[[], None]) -> None:
        self._forget_what_came_after()
        self.rewind.remember()
        moves()
        self._look()
        if not self._is_finite():
            self.rewind.back()
            self._apply_rules()
            raise GancoreError(
                "Numbers grew beyond all bounds, so the game went back one frame: lower a learning rate, "
                "or add a penalty."
            )
        self.frame += 1
        self.rows.append(self._row())

    def _forget_what_came_after(self) -> None:
        if self.behind:
            self.rewind.back(self.behind + 1)
            for _ in range(self.behind):
                self.rows.pop()
            self.frame -= self.behind
            self.behind = 0
            self._apply_rules()

    def _apply_rules(self) -> None:
        """Bring loss, noise, penalties, rates and moves in line with the rules, and look at the game."""
        rules = self._rules
        self.game.loss = make_loss(rules.loss)
        self.game.noise = rules.noise
        self.game.r1 = self.game.r2 = rules.penalty
        trainer = self.trainer
        trainer.settings = replace(trainer.settings, d_steps=rules.d_steps, d_lr=rules.d_lr, g_lr=rules.g_lr)
        self._look()

    @one_thread()
    def _look(self) -> None:
        self.seen: PlaneState = plane_state(self.game, self.toy, SHOWN_SEED)

    def _row(self) -> FrameNumbers:
        return FrameNumbers(self.seen.d_real, self.seen.d_fake, self.seen.d_loss, self.seen.g_loss)

    def _is_finite(self) -> bool:
        numbers = torch.stack([self.seen.fake.sum(), self.seen.surface.sum(), self.seen.pull.sum()])
        return bool(numbers.isfinite().all()) and isfinite(self.seen.d_loss + self.seen.g_loss)

"""What the lab on the line plays: a game about one of three data sets, frame by frame, with a way back."""

import math
from collections.abc import Callable

import torch

from gancore.data.toys import Mixture, bumps, gaussian
from gancore.lessons.line import LineState, line_state
from gancore.lessons.rewind import Rewind
from gancore.models import PointDiscriminator, PointGenerator
from gancore.system.processor import one_thread
from gancore.system.random import seeded
from gancore.training.gan import GAN
from gancore.training.losses import Minimax
from gancore.training.trainer import Settings, Trainer

DATA: dict[str, Callable[[], Mixture]] = {
    "one bump": lambda: gaussian(mean=0.4),
    "two bumps": lambda: bumps((-0.4, 0.4), std=0.15),
    "bumps far apart": bumps,  # few seeds get near the data, and some settle on one bump
}
SETTINGS = Settings(batch_size=128, d_steps=3, d_lr=1e-2, g_lr=1e-3)  # a D that keeps up, as the theory supposes
ROUNDS = 5  # in a frame of playing
EQUILIBRIUM = -math.log(4)  # the value of the game there


class LineGame:
    """A game about one of `DATA` on one thread of the processor, and the way back. The same seed plays the same one."""

    def __init__(self, data: str, seed: int = 0) -> None:
        self.toy = DATA[data]()
        with seeded(seed):
            game = GAN(PointGenerator(latent_dim=1, dim=1), PointDiscriminator(dim=1), Minimax(), latent_dim=1)
        self.trainer = Trainer(game, self.toy, SETTINGS, seed=seed, device="cpu", precision="fp32")
        self.past = Rewind(self.trainer)

    def step_discriminator(self, moves: int) -> None:
        """A frame in which only the discriminator moves."""
        self._make_frame(self.trainer.discriminator_step, moves)

    def step_generator(self, moves: int) -> None:
        """A frame in which only the generator moves."""
        self._make_frame(self.trainer.generator_step, moves)

    def play(self) -> None:
        """A frame of `ROUNDS` rounds, in each of which both move."""
        self._make_frame(self.trainer.step, ROUNDS)

    def back(self, frames: int) -> int:
        """Go `frames` frames back, or as far as there are; returns how many it was."""
        return self.past.back(frames)

    @property
    def moves(self) -> tuple[int, int]:
        """How often the discriminator and the generator have moved."""
        return count_steps(self.trainer.d_optimizer), count_steps(self.trainer.g_optimizer)

    @one_thread()
    def look(self) -> LineState:
        """How the game stands."""
        return line_state(self.trainer.game, self.toy)

    @one_thread()
    def _make_frame(self, move: Callable[[], None], times: int) -> None:
        self.past.remember()
        for _ in range(times):
            move()


def count_steps(optimizer: torch.optim.Adam) -> int:
    """How many steps `optimizer` has taken; Adam counts them for itself, and going back sets its count back."""
    counts = [int(state["step"]) for state in optimizer.state.values()]
    return max(counts, default=0)


def describe(seen: LineState, moves: tuple[int, int]) -> str:
    """How a game stands after so many `moves` of D and of G, in words and numbers."""
    low, high = float(seen.verdict[seen.judged].min()), float(seen.verdict[seen.judged].max())
    return (
        f"D has moved {moves[0]:,} times, G {moves[1]:,} times. "
        f"D(x) runs from {low:.2f} to {high:.2f} where there is anything to judge. "
        f"The value V(D, G) is {seen.value:.3f}; the best D would reach {seen.best_value:.3f}; "
        f"at equilibrium it is {EQUILIBRIUM:.3f}. JS(p, q) is {seen.divergence:.3f}."
    )

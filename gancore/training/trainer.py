"""The adversarial loop: plays any Game on any device, one short step at a time."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gancore.data.batch import Batch
from gancore.errors import GancoreError
from gancore.system.checks import brief, check_number, check_whole, make_plain
from gancore.system.device import CHANNELS_LAST, pick_device, pick_precision, settled, what_mps_lacks
from gancore.system.distributed import (
    as_on_first_rank,
    average_gradients,
    is_only_process,
    mean_over_ranks,
    rank,
    share_start,
)
from gancore.system.kernels import use_fast_kernels
from gancore.system.processor import keep_freed_memory
from gancore.system.random import as_global, seed_for
from gancore.training.ema import MovingAverage, learnt
from gancore.training.game import Game
from gancore.training.interrupt import deferred_interrupt
from gancore.training.memory import OutOfMemory, is_out_of_memory, largest_that_fits, let_go_of_frames

MOST_EXAMPLES = 4096  # in a batch: twice the largest that Brock et al. (2019, BigGAN, section 3) tried
MOST_ROUNDS = 10**12  # of a run
MOST_SEED = 2**63 - 1
MOST_MOVES = 1000  # of the discriminator in a round
SINGLE_RATES = ("cuda",)  # where rates are rounded to what a CUDA graph can read, so that it plays as all else does
CHECK_EVERY = 100  # rounds between looks at the losses, each of which makes the processor wait for a GPU


@dataclass(frozen=True)
class Settings:
    """How a game is played, apart from the players and what they want."""

    batch_size: int = 128  # real examples, and as many generated, in a discriminator move
    generator_batch_size: int | None = None  # generated examples in a generator move; None: as batch_size
    d_steps: int = 1  # discriminator moves in a round
    d_lr: float = 2e-4  # learning rates and betas of Adam
    g_lr: float = 2e-4
    decay_rounds: int | None = None  # after so many rounds the learning rates have halved; None: they stay
    betas: tuple[float, float] = (0.5, 0.999)  # β₁² ≤ √β₂, as Kingma and Ba (2015), section 4, suppose
    average: float = 0.995  # decay of the generator's moving average, per round

    def __post_init__(self) -> None:
        make_plain(self)
        check_whole("batch_size", self.batch_size, MOST_EXAMPLES)
        if self.generator_batch_size is not None:
            check_whole("generator_batch_size", self.generator_batch_size, MOST_EXAMPLES)
        check_whole("d_steps", self.d_steps, MOST_MOVES)
        check_number("d_lr", self.d_lr, 0, 1, "()")
        check_number("g_lr", self.g_lr, 0, 1, "()")
        if not isinstance(self.betas, tuple) or len(self.betas) != 2:
            raise GancoreError(f"betas is {brief(self.betas)}; it must be a tuple of two numbers.")
        for beta in self.betas:
            check_number("one of betas", beta, 0, 1, "[)")
        first, second = self.betas
        if first**2 > second**0.5:
            raise GancoreError(f"betas are {self.betas}; the first one squared may not exceed the root of the second.")
        if self.decay_rounds is not None:
            check_whole("decay_rounds", self.decay_rounds, MOST_ROUNDS)
        check_number("average", self.average, 0, 1, "[)")

    def decayed(self, rate: float, round_: int) -> float:
        """The learning rate `rate` after `round_` rounds, by inverse time decay (Robbins and Monro, 1951)."""
        return rate if self.decay_rounds is None else rate / (1 + round_ / self.decay_rounds)


class Source(Protocol):
    """What a trainer draws from: `gancore.data.Batches`, or points from a distribution."""

    rng: torch.Generator

    def draw(self, count: int) -> Batch: ...


class Data(Protocol):
    """Anything that can be drawn from on a device: `ImageData`, a toy distribution."""

    def batches(self, device: torch.device, seed: int) -> Source: ...


class Recorder(Protocol):
    """Looks on while a game is played. Subclass `recorders.Record` to write only the hooks that you need."""

    def on_start(self, trainer: "Trainer") -> None: ...

    def on_step(self, trainer: "Trainer") -> None: ...

    def on_end(self, trainer: "Trainer") -> None: ...


class NonFiniteLoss(GancoreError):
    """A loss became infinite or not a number; the trainer has gone back to its last good state."""


class Trainer:
    """Plays `game` with examples from `data`: the discriminator moves, the generator moves, again and again.

    Everything random (batches, latents, dropout) comes from streams that `seed` starts and that the trainer owns.
    The same seed on the same machine with the same number of threads gives the same weights, bit for bit; on a GPU only
    as far as its kernels always add in the same order, which those of CUDNN are held to while `run` plays.
    A player that moves borrows the global random numbers, so trainers in several threads of one process disturb each
    other: give each a process. Players that convolve pictures are laid out channels-last, in which `flatten(1)` works
    and `view(len(x), -1)` may not.
    `seed` is a whole number from 0 to 2⁶³ - 1; Trainer raises GancoreError for any other. `device` is "auto", "cuda",
    "mps" or "cpu"; `precision` "auto", "fp32" or "bf16".
    """

    def __init__(
        self,
        game: Game,
        data: Data,
        settings: Settings | None = None,
        *,
        seed: int = 0,
        device: str = "auto",
        precision: str = "auto",
        recorders: Iterable[Recorder] = (),
    ) -> None:
        check_whole("seed", seed, MOST_SEED, least=0)
        self.settings = settings or Settings()
        self.seed = seed
        self.device = pick_device(device)
        self.precision = pick_precision(precision, self.device)
        self.autocast = torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16")
        self.several_processes = not is_only_process()
        keep_freed_memory()
        self.game = game
        for player in (game.generator, game.discriminator):
            player.to(self.device).to(memory_format=fastest_layout(player, self.device)).train()
            use_fast_kernels(player, self.device)
            share_start(player)
        self.batches = data.batches(self.device, seed_for(seed, "batches", rank()))
        self.rng = torch.Generator(self.device).manual_seed(seed_for(seed, "latents", rank()))
        self.d_optimizer = self._adam(game.discriminator, self.settings.d_lr)
        self.g_optimizer = self._adam(game.generator, self.settings.g_lr)
        self.average = MovingAverage(game.generator, self.settings.average)
        self.recorders = list(recorders)
        self.round = 0  # rounds played so far
        self.seconds = 0.0  # spent in run() so far
        self.d_loss = self.g_loss = torch.zeros((), device=self.device)
        self.rates: dict[float, Tensor] = {}  # where a CUDA graph reads learning rates, while one is captured
        self._good = self.state_dict()

    def discriminator_step(self) -> None:
        """The discriminator's move: one step towards telling real from generated."""
        batch = self.batches.draw(self.settings.batch_size)
        with as_global(self.rng), self.autocast:
            self.d_loss = self.game.discriminator_loss(batch)
        self.d_optimizer.zero_grad()
        self.d_loss.backward()
        if self.several_processes:
            average_gradients(self.d_optimizer)
        self.d_optimizer.param_groups[0]["lr"] = self._rate(self.settings.d_lr)
        self.d_optimizer.step()
        self.game.moves += 1

    def generator_step(self) -> None:
        """The generator's move: one step towards being taken for real."""
        batch = self.batches.draw(self.settings.generator_batch_size or self.settings.batch_size)
        with as_global(self.rng), self.autocast:
            self.g_loss = self.game.generator_loss(batch)
        self.g_optimizer.zero_grad()
        self.g_loss.backward()
        if self.several_processes:
            average_gradients(self.g_optimizer)
        self.g_optimizer.param_groups[0]["lr"] = self._rate(self.settings.g_lr)
        self.g_optimizer.step()

    def step(self) -> None:
        """One round of the game: the discriminator moves, then the generator."""
        for _ in range(self.settings.d_steps):
            self.discriminator_step()
        self.generator_step()
        self.average.update()
        self.round += 1

    def _rate(self, start: float) -> float | Tensor:
        """The learning rate, in this round, of a player that began with `start`."""
        if start in self.rates:
            return self.rates[start]
        rate = self.settings.decayed(start, self.round)
        return torch.tensor(rate, dtype=torch.float32).item() if self.device.type in SINGLE_RATES else rate

    def run(self, *, steps: int | None = None, seconds: float | None = None) -> "Trainer":
        """Play `steps` more rounds, or for `seconds` more. Returns the trainer.

        Raises NonFiniteLoss when a loss is no longer a number, and OutOfMemory, which tells what batch would fit, both
        after going back to the last good state, and KeyboardInterrupt after the round in which it was interrupted; and
        GancoreError where Macs' GPUs lack what the game asks for.
        In any case the recorders are told, and another run goes on from there.
        """
        if (steps is None) == (seconds is None):
            raise GancoreError(f"Give run() either steps or seconds; it got {brief(steps)} and {brief(seconds)}.")
        if steps is not None:
            check_whole("steps", steps, MOST_ROUNDS, least=0)
        else:
            check_number("seconds", seconds, 0, inf)
        last_round = None if steps is None else self.round + steps
        started, before, elapsed = time.perf_counter(), self.seconds, 0.0
        with deferred_interrupt() as interrupted, settled(self.device, self.precision):
            self._tell("on_start")
            try:
                while self.round != last_round and (seconds is None or elapsed < seconds):
                    self.step()
                    elapsed = time.perf_counter() - started
                    if seconds is not None:  # several processes must stop in the same round
                        elapsed = as_on_first_rank(elapsed)
                    self.seconds = before + elapsed
                    if self.round % CHECK_EVERY == 0:
                        self.check()
                    self._tell("on_step")
                    interrupted.raise_if_asked()
                self.check()
            except NotImplementedError as error:
                if not (lack := what_mps_lacks(error)):
                    raise
                raise GancoreError(lack) from error
            except RuntimeError as error:
                if "view size is not compatible" in str(error):
                    raise GancoreError(
                        "A player calls view() on values that are laid out channels-last, as those of pictures are "
                        "here; write .flatten(1) in place of .view(len(x), -1), or reshape."
                    ) from error
                if not is_out_of_memory(error):
                    raise
                raise self._out_of_memory(error) from error
            finally:
                with ExitStack() as ends:  # which tells every recorder, also where one of them fails
                    for recorder in reversed(self.recorders):
                        ends.callback(recorder.on_end, self)
        return self

    def check(self) -> None:
        """Keep the present state as the last good one. Raises NonFiniteLoss, having gone back, if it is not good."""
        losses = mean_over_ranks(torch.stack([self.d_loss.detach(), self.g_loss.detach()])).tolist()
        if all(map(isfinite, losses)) and self.weights_are_finite():
            self._good = self.state_dict()
            return
        failed = self.round
        self.load_state_dict(self._good)
        self.d_loss = self.g_loss = torch.zeros((), device=self.device)
        raise NonFiniteLoss(
            f"By round {failed} a loss or a weight was no longer finite (losses: discriminator {losses[0]:g}, "
            f"generator {losses[1]:g}); the state of round {self.round} is kept: try a lower learning rate, "
            f"a gradient penalty or precision fp32, or look for such numbers in the data."
        )

    def sample(
        self, count: int, condition: Tensor | None = None, seed: int = 0, *, labels: Tensor | None = None
    ) -> Tensor:
        """`count` examples by the generator's moving average; `seed` decides them, and the game is not disturbed.

        `condition` is what the game's own `sample` takes; where it is labels, it may be called so.
        """
        return self.game.sample(self.average.module, count, labels if condition is None else condition, seed)

    def state_dict(self) -> dict:
        """Everything that the next round depends on, copied: tensors and plain numbers."""
        return _copied(
            {
                "generator": self.game.generator.state_dict(),
                "discriminator": self.game.discriminator.state_dict(),
                "average": self.average.module.state_dict(),
                "average_updates": self.average.updates,
                "d_optimizer": self.d_optimizer.state_dict(),
                "g_optimizer": self.g_optimizer.state_dict(),
                "rng": self.rng.get_state(),
                "batches_rng": self.batches.rng.get_state(),
                "game": self.game.state_dict(),
                "moves": self.game.moves,
                "round": self.round,
                "seconds": self.seconds,
            }
        )

    def load_state_dict(self, state: dict) -> None:
        """Go on exactly where `state` was taken."""
        good = state
        self.game.generator.load_state_dict(state["generator"])
        self.game.discriminator.load_state_dict(state["discriminator"])
        self.average.module.load_state_dict(state["average"])
        self.average.updates = state["average_updates"]
        self.d_optimizer.load_state_dict(_copied(state["d_optimizer"]))  # they keep the tensors they are given
        self.g_optimizer.load_state_dict(_copied(state["g_optimizer"]))
        self.rng.set_state(state["rng"].cpu())
        self.batches.rng.set_state(state["batches_rng"].cpu())
        if "game" in state:  # which older checkpoints lack
            self.game.load_state_dict(_copied(state["game"]))
        self.game.moves = state["moves"]
        self.game.shared = None  # examples of another state
        self.round = state["round"]
        self.seconds = state["seconds"]
        # Later trouble leads back here, not to where this trainer was made.
        self._good = good if good is self._good else self.state_dict()

    def _adam(self, player: nn.Module, rate: float) -> torch.optim.Adam:
        fused = self.device.type in ("cpu", "cuda")
        first, second = self.settings.betas
        betas = float(first), float(second)  # Adam refuses a beta of 0 that is an int
        return torch.optim.Adam(player.parameters(), lr=float(rate), betas=betas, fused=fused)

    def _out_of_memory(self, error: RuntimeError) -> OutOfMemory:
        """Go back to the last good state, and give the exception that says which batch would have fitted."""
        let_go_of_frames(error)
        self._let_go()
        batch_size, fits = self.settings.batch_size, 0
        try:
            if not self.several_processes:  # they would have to try together
                fits = largest_that_fits(batch_size, self._play_with)
        finally:
            self._let_go()  # going back takes memory as well
            self.load_state_dict(self._good)
        advice = f"one of {fits} does" if fits else "take a smaller one, a smaller recipe or another device"
        return OutOfMemory(f"A batch of {batch_size} does not fit into the memory of {self.device}; {advice}.")

    def _let_go(self) -> None:
        """Forget what a round holds on to: gradients, the losses' way back to the batch, and shared examples."""
        self.d_optimizer.zero_grad()
        self.g_optimizer.zero_grad()
        self.d_loss, self.g_loss = self.d_loss.detach(), self.g_loss.detach()
        self.game.shared = None

    def _play_with(self, batch_size: int) -> None:
        """Rounds with batches of `batch_size`, and the generator's own smaller in the same proportion."""
        settings, own = self.settings, self.settings.generator_batch_size
        own = None if own is None else max(1, own * batch_size // settings.batch_size)
        self.settings = replace(settings, batch_size=batch_size, generator_batch_size=own)
        try:
            self.step()
            self.step()  # now with the gradients of the first round, and Adam's averages, in memory
        finally:
            self.settings = settings

    def weights_are_finite(self) -> bool:
        """Whether all weights of both players and the statistics of their norms are finite; a mask need not be.

        A finite loss can have an infinite gradient, so the weights show it a move before the losses do.
        """
        tensors = [tensor for player in (self.game.generator, self.game.discriminator) for tensor in learnt(player)]
        finite = [tensor.sum().isfinite() for tensor in tensors]  # one number that is not finite makes the sum so
        return bool(torch.stack(finite).all())

    def _tell(self, hook: str) -> None:
        for recorder in self.recorders:
            getattr(recorder, hook)(self)


def fastest_layout(player: nn.Module, device: torch.device) -> torch.memory_format:
    """How the weights of `player` are laid out in memory: channels last where it convolves images, as they are else."""
    ranks = {tensor.ndim for tensor in player.state_dict().values()}
    fits = 4 in ranks and 5 not in ranks and device.type in CHANNELS_LAST
    return torch.channels_last if fits else torch.preserve_format


def _copied(value: Any) -> Any:
    """`value` with every tensor in its nested dicts, lists and tuples cloned."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_copied(item) for item in value)
    return value

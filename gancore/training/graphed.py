"""Rounds of a game as CUDA graphs: a GPU plays one again without being asked for each of its kernels.

Small players keep a GPU busy for less time than Python takes to ask for what they compute. A graph holds the kernels of
a whole round and where in memory they read and write; playing it is asked for once. So all that changes from round to
round has to lie in memory: batches and latents come from random states that the graph knows, learning rates from
tensors that are written before. The moving average, whose share changes, counts, checks and recorders stay outside.
What a capture needs is in PyTorch's documentation (CUDA semantics, CUDA graphs, whole-network capture).
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any

import torch
from torch import Tensor

from gancore.data.images import Batches
from gancore.errors import GancoreError, GancoreWarning
from gancore.training.trainer import Trainer

KIND = "cuda"  # of devices that have such graphs
WARM_UP = 3  # rounds before the first capture, in which libraries set up what they may not set up during one
PROVED = 3  # rounds of each graph that are also played without it, and must end in the same state


def why_not_graphed(trainer: Trainer) -> str:
    """Why no CUDA graph may play the rounds of `trainer`, in words that follow "because"; empty where one may."""
    game, batches = trainer.game, trainer.batches
    reasons = {
        f"{trainer.device} has none": trainer.device.type != KIND,
        "several processes play together": trainer.several_processes,
        f"{type(game).__name__} does not say of itself that it is capturable": not vars(type(game)).get("capturable"),
        f"nobody has tried it with batches out of {type(batches).__name__}": type(batches) is not Batches,
        "a player is compiled": any(
            getattr(player, "_compiled_call_impl", None) for player in (game.generator, game.discriminator)
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


@dataclass
class Capture:
    """A graph, and where it leaves what a round does: the losses, what the game keeps for its report, gradients."""

    graph: torch.cuda.CUDAGraph
    losses: tuple[Tensor, Tensor]
    kept: dict[str, Any]
    gradients: list[Tensor | None]
    proved: int = 0  # rounds


class Graphed:
    """Has `trainer` play its rounds by CUDA graphs from now on: `Graphed(trainer)`, and then `trainer.run` as ever.

    There is a graph for each kind of round, which are two where gradient penalties come every few moves. A run ends in
    the same weights as without graphs. That is tried: the first rounds of each graph are also played without it. Where
    they end elsewhere, a GancoreWarning says so, `refused` has the reason, and the trainer goes on without graphs.
    Losses are overwritten by the next round, and what is changed in the game itself, such as the weight of a penalty,
    is not seen; settings and states that are loaded are, and graphs are made anew for them.
    Raises GancoreError where there cannot be any; a run raises it where PyTorch cannot capture a round.
    """

    def __init__(self, trainer: Trainer) -> None:
        if reason := why_not_graphed(trainer):
            raise GancoreError(f"No CUDA graph can play this game, because {reason}; run the trainer as it is.")
        self.trainer = trainer
        self.refused = ""
        self.stream = torch.cuda.Stream(trainer.device)  # captures and what comes before belong on one of their own
        self.pool = torch.cuda.graph_pool_handle()  # of memory, which the graphs use by turns
        self._begin()
        trainer.step = self.step  # type: ignore[method-assign]

    def step(self) -> None:
        """One round of the game, by a graph once there is one."""
        if self._is_outdated():
            self._begin()
        if self.refused:
            Trainer.step(self.trainer)
        elif self.warm < WARM_UP:
            self._play_without()
            self.warm += 1
        else:
            self._play_with(self._due())

    def _begin(self) -> None:
        """Forget all graphs, and begin with tensors for the learning rates of these settings."""
        trainer = self.trainer
        trainer._let_go()  # of what would tie gradients to the stream of rounds before
        self.graphs: dict[tuple[bool, ...], Capture] = {}
        self.warm = 0
        self.rates = {rate: torch.tensor(rate, dtype=torch.float32, device=trainer.device) for rate in self._starts()}
        self.made_for = self._present()

    def _starts(self) -> tuple[float, float]:
        return self.trainer.settings.d_lr, self.trainer.settings.g_lr

    def _present(self) -> tuple[object, ...]:
        """What graphs depend on: the settings, and Adam's averages, which load_state_dict exchanges for others."""
        return self.trainer.settings, self.trainer.d_optimizer.state, self.trainer.g_optimizer.state

    def _is_outdated(self) -> bool:
        return any(now is not then for now, then in zip(self._present(), self.made_for, strict=True))

    def _play_without(self) -> None:
        """A round as the trainer plays it, on the stream that captures are made on."""
        device = self.trainer.device
        self.stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(self.stream):
            Trainer.step(self.trainer)
        torch.cuda.current_stream(device).wait_stream(self.stream)

    def _due(self) -> Capture:
        """The graph of the round that comes next, captured where it is the first of its kind."""
        game, moves = self.trainer.game, self.trainer.settings.d_steps
        kind = tuple(game.has_penalty(game.moves + move) for move in range(moves))
        if kind not in self.graphs:
            try:
                self.graphs[kind] = self._capture()
            except RuntimeError as error:
                self.refused = str(error).partition("\n")[0]
                raise GancoreError(
                    f"PyTorch cannot capture a round of this game ({self.refused}); start again without graphs."
                ) from error
        return self.graphs[kind]

    def _capture(self) -> Capture:
        """The moves of the next round, as in `Trainer.step`, as a graph. Nothing is computed yet."""
        trainer, game, graph = self.trainer, self.trainer.game, torch.cuda.CUDAGraph()
        for rng in (trainer.rng, trainer.batches.rng):
            graph.register_generator_state(rng)
        trainer._let_go()
        before = dict(vars(game))
        with (
            self._prepared(),
            torch.cuda.graph(graph, self.pool, self.stream, capture_error_mode="thread_local"),
        ):
            for _ in range(trainer.settings.d_steps):
                trainer.discriminator_step()
            trainer.generator_step()
        kept = {name: value for name, value in vars(game).items() if name != "moves" and before.get(name) is not value}
        losses = trainer.d_loss.detach(), trainer.g_loss.detach()
        return Capture(graph, losses, kept, [weight.grad for weight in self._weights()])

    def _weights(self) -> list[Tensor]:
        """Of both players."""
        game = self.trainer.game
        return [*game.discriminator.parameters(), *game.generator.parameters()]

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        """While inside, Adam may be captured and reads its learning rates from tensors, and moves do not count."""
        moves = self.trainer.game.moves
        groups = [each.param_groups[0] for each in (self.trainer.d_optimizer, self.trainer.g_optimizer)]
        before = [group["lr"] for group in groups]
        self.trainer.rates = self.rates
        for group in groups:
            group["capturable"] = True
        try:
            yield
        finally:
            self.trainer.game.moves = moves
            self.trainer.rates = {}
            for group, rate in zip(groups, before, strict=True):
                group |= {"capturable": False, "lr": rate}

    def _play_with(self, capture: Capture) -> None:
        """A round by a graph, and as long as that has to be proved also without it, which is the one that counts."""
        if capture.proved == PROVED:
            self._replay(capture)
            return
        start, good = self.trainer.state_dict(), self.trainer._good
        self._replay(capture)
        by_graph = self.trainer.state_dict()
        self._go_back(start)
        self.trainer._good = good
        self._play_without()
        capture.proved += 1
        if apart := gap(by_graph, self.trainer.state_dict()):
            self.refused = f"in round {self.trainer.round} it ends {apart:.1e} away from where it ends without"
            self.graphs = {}
            told = f"A CUDA graph does not play this game as it should: {self.refused}; going on without graphs."
            warnings.warn(told, GancoreWarning, stacklevel=2)

    def _replay(self, capture: Capture) -> None:
        trainer, game = self.trainer, self.trainer.game
        for start, rate in self.rates.items():
            rate.fill_(trainer._rate(start))
        for optimizer, start in zip((trainer.d_optimizer, trainer.g_optimizer), self._starts(), strict=True):
            optimizer.param_groups[0]["lr"] = trainer._rate(start)
        capture.graph.replay()
        trainer.d_loss, trainer.g_loss = capture.losses
        vars(game).update(capture.kept)
        for weight, gradient in zip(self._weights(), capture.gradients, strict=True):
            weight.grad = gradient
        game.moves += trainer.settings.d_steps
        trainer.average.update()
        trainer.round += 1

    def _go_back(self, state: dict) -> None:
        """Go on where `state` was taken, with Adam's averages in the tensors that the graphs know."""
        optimizers = self.trainer.d_optimizer, self.trainer.g_optimizer
        known = [optimizer.state for optimizer in optimizers]
        self.trainer.load_state_dict(state)
        for optimizer, own in zip(optimizers, known, strict=True):
            for weight, averages in own.items():
                for name, average in averages.items():
                    average.copy_(optimizer.state[weight][name])
            optimizer.state = own


def gap(one: Any, other: Any) -> float:
    """The largest difference between the tensors of two nested states; infinite where only one is not a number."""
    if isinstance(one, Tensor):
        if torch.allclose(one, other, rtol=0, atol=0, equal_nan=True):
            return 0.0
        return (one.double() - other.double()).abs().nan_to_num(inf).max().item()
    if isinstance(one, dict):
        return max((gap(one[key], other[key]) for key in one), default=0.0)
    if isinstance(one, (list, tuple)):
        return max(map(gap, one, other), default=0.0)
    return 0.0

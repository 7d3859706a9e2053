"""What one of several processes does: tests/engine/test_distributed.py starts it, and reads what it saves."""

import contextlib
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import gancore.runs.folder
import gancore.training.trainer
from gancore.cli import main
from gancore.data import Batch, Spec, load
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.system.distributed import LostRank, as_on_first_rank, first_on_machine_before_others, process_group, rank
from gancore.training.gan import GAN
from gancore.training.kinds import Recipe
from gancore.training.recipes import RECIPES
from gancore.training.recorders import Record
from gancore.training.trainer import NonFiniteLoss, Settings, Trainer
from helpers.small import GANS, PointGame, point_trainer
from helpers.tiny_pix2pix import PairRecipe
from helpers.waveform import WaveRecipe

WHOLE = 8  # examples in a batch, over all processes
CLASSES = 10
WORDS = RECIPES["text2image"].change(batch_size=4, width=4)


class FixedData:
    """The same examples in every batch; each of `ranks` processes gets its part."""

    def __init__(self, ranks: int) -> None:
        self.ranks = ranks
        self.rng = torch.Generator()
        self.real = torch.rand(WHOLE, 1, 28, 28, generator=self.rng.manual_seed(1)) * 2 - 1
        self.labels = torch.arange(WHOLE) % CLASSES

    def batches(self, device: torch.device, seed: int) -> "FixedData":
        return self

    def draw(self, count: int) -> Batch:
        return Batch(self.real.chunk(self.ranks)[rank()], self.labels.chunk(self.ranks)[rank()])


@contextlib.contextmanager
def dealt(ranks: int) -> Iterator[None]:
    """While inside, what games draw with is drawn for all processes at once, and each gets its part."""

    def of_shape(draw: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def own_part(*shape, **options) -> Tensor:
            first, *rest = shape[0] if isinstance(shape[0], tuple) else shape
            return draw(first * ranks, *rest, **options).chunk(ranks)[rank()]

        return own_part

    def like(draw: Callable[..., Tensor]) -> Callable[..., Tensor]:
        return lambda example, *limits: draw(torch.cat([example] * ranks), *limits).chunk(ranks)[rank()]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn", of_shape(torch.randn))
        patch.setattr(torch, "rand", of_shape(torch.rand))
        patch.setattr(torch, "randint_like", like(torch.randint_like))
        yield


def separable(game: GAN) -> GAN:
    """`game` without what makes an example's gradient depend on the rest of its batch, or on chance."""
    for player in (game.generator, game.discriminator):
        for part in player.modules():
            for name, child in part.named_children():
                if isinstance(child, (nn.BatchNorm2d, nn.Dropout)):
                    setattr(part, name, nn.Identity())
    return game


def gradients(name: str, ranks: int) -> dict[str, Tensor]:
    """What both players of a recipe, with every penalty, have for gradients after the first round."""
    recipe = RECIPES[name].change(r1=0.5, r2=0.3, gp=0.7, penalty_every=1)
    game = separable(recipe.game(Spec((1, 28, 28), tuple(map(str, range(CLASSES))))))
    # Rates so small that the generator's gradient is taken at the discriminator's start.
    settings = Settings(batch_size=WHOLE // ranks, d_lr=1e-12, g_lr=1e-12)
    trainer = Trainer(game, FixedData(ranks), settings, device="cpu", precision="fp32")
    trainer.rng.manual_seed(2)
    with dealt(ranks):
        trainer.step()
    players = {"generator": game.generator, "discriminator": game.discriminator}
    return {
        f"{name} {role} {weight}": parameter.grad
        for role, player in players.items()
        for weight, parameter in player.named_parameters()
    }


def weights_after(recipe: Recipe, rounds: int) -> list[Tensor]:
    """The weights of both players of a recipe of any kind, after some rounds on its own data."""
    game = recipe.trainer(recipe.load(recipe.data), device="cpu", precision="fp32").run(steps=rounds).game
    return [weight.detach() for player in (game.generator, game.discriminator) for weight in player.parameters()]


def grouped_after(rounds: int) -> dict[str, dict[str, Tensor]]:
    """The weights of players that are told groups, after some rounds; by themselves, the ranks would find others."""
    recipe = RECIPES["modern"].change(batch_size=4)
    game = recipe.trainer(load(), seed=rank(), device="cpu", precision="fp32").run(steps=rounds).game
    return {"parameters": dict(game.discriminator.named_parameters()), "groups": game.discriminator.groups.state_dict()}


class InfiniteOnRank1(PointGame):
    """Rank 1 alone meets an infinite loss, whose gradient is finite."""

    def generator_loss(self, batch: Batch) -> Tensor:
        return super().generator_loss(batch) + (float("inf") if rank() == 1 else 0.0)


def play_together(folder: Path) -> dict[str, object]:
    """All that happens in one process group, by name."""
    found: dict[str, object] = {}
    with first_on_machine_before_others():
        found["first was here"] = (folder / "first").exists()
        (folder / "first").touch()
    kinds = (PairRecipe(), WaveRecipe(), WORDS, RECIPES["cyclegan"].change(batch_size=2))
    found["kinds"] = {recipe.name: weights_after(recipe, rounds=3) for recipe in kinds}
    found["groups"] = grouped_after(rounds=2)
    found["gradients"] = {key: value for name in GANS for key, value in gradients(name, ranks=2).items()}

    trainer = point_trainer(PointGame(start=rank()), seed=5)
    found["start"] = trainer.state_dict()
    trainer.run(steps=5)
    found["end"] = trainer.state_dict()
    found["d_loss"] = trainer.d_loss.detach()

    if rank() == 0:
        save_checkpoint(trainer, folder / "checkpoint.pt")
    as_on_first_rank(0.0)  # rank 1 does not read before rank 0 has written
    load_checkpoint(trainer, folder / "checkpoint.pt")
    found["resumed"] = trainer.state_dict()

    if rank() == 1:  # its clock runs ten times as fast
        clock = time.perf_counter
        gancore.training.trainer.time = type("Clock", (), {"perf_counter": staticmethod(lambda: 10 * clock())})
    timed = point_trainer().run(seconds=0.2)
    gancore.training.trainer.time = time
    found["timed"] = (timed.round, timed.seconds)

    try:
        failing = point_trainer(InfiniteOnRank1())
        failing.run(steps=3)
    except NonFiniteLoss as error:
        found["failure"] = (str(error), failing.round)
    return found


def command(*arguments: str) -> tuple[int, str]:
    """The command line in this process: its exit code, and what it wrote to stderr."""
    with contextlib.redirect_stderr(io.StringIO()) as written:
        try:
            main(list(arguments))
        except SystemExit as stop:
            return stop.code, written.getvalue()


class Kill(Record):
    """Kills rank 1 in its fifth round, and notes the time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def on_step(self, trainer: Trainer) -> None:
        if rank() == 1 and trainer.round == 5:
            (self.folder / "killed").write_text(str(time.time()))
            os.kill(os.getpid(), signal.SIGKILL)


def play_until_killed(folder: Path) -> None:
    """What `gancore train mlp --batch-size 4 --out FOLDER/run` does, until rank 1 is no more.

    Rank 0 is left to notice by itself. Rank 1 is given another folder, which tells whether it writes.
    """
    gancore.runs.folder.CHECKPOINT_SECONDS = 0
    recipe = RECIPES["mlp"].change(batch_size=4, generator_batch_size=8)
    images = load()
    run = RunConfig(recipe, "digits", images.spec, seed=0)
    trainer = recipe.trainer(images, device="cpu", recorders=(Kill(folder),))
    RunFolder(folder / ("run" if rank() == 0 else "unwanted"), run).attach(trainer)
    trainer.run(seconds=600)


def work(folder: Path) -> None:
    misused = command("train", "mpl")
    with process_group("cpu"):
        found = play_together(folder) | {"misused": misused}
        torch.save(found, folder / f"rank{rank()}.pt")
        try:
            play_until_killed(folder)
        except LostRank as error:
            (folder / "lost").write_text(str(error))
            raise


if __name__ == "__main__":
    work(Path(sys.argv[1]))

"""A check, what it finds, and what all share: a device, a hundredth of the rounds for a trial, and a time limit."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from gancore.data import ImageData, load
from gancore.system.device import has_fast_bf16
from gancore.training.recipes import RECIPES, GANRecipe
from gancore.training.recorders import Record
from gancore.training.trainer import Trainer

NAMES = ("mlp", "cmlp", "dcgan", "cdcgan", "modern", "cmodern")
TRIAL = 100  # a trial plays so many times fewer rounds
LONGEST = 300  # characters of a sentence


@dataclass
class Bench:
    """Where the checks run: a device, a folder for what they write, and seconds for all of them together."""

    device: torch.device
    folder: Path
    quick: bool = False
    budget: float = math.inf
    started: float = field(default_factory=time.monotonic)

    @property
    def on_cuda(self) -> bool:
        return self.device.type == "cuda"

    @property
    def precisions(self) -> tuple[str, ...]:
        """Those that the device is fast in."""
        return ("fp32", "bf16") if has_fast_bf16(self.device) else ("fp32",)

    def left(self) -> float:
        """Seconds."""
        return self.budget - (time.monotonic() - self.started)

    def few(self, rounds: int, least: int = 2) -> int:
        """`rounds`, or for a trial a hundredth of them."""
        return max(least, rounds // TRIAL) if self.quick else rounds

    def sync(self) -> None:
        if self.on_cuda:
            torch.cuda.synchronize()

    def trainer(
        self,
        name: str,
        precision: str = "auto",
        data: ImageData | None = None,
        device: str = "",
        seed: int = 0,
        recorders: tuple[Record, ...] = (),
        **changes: object,
    ) -> Trainer:
        """A trainer of recipe `name` with `changes`, on the digits and on the device unless others are named."""
        recipe = RECIPES[name].change(**changes)
        assert isinstance(recipe, GANRecipe)
        where = device or str(self.device)
        return recipe.trainer(data or digits(), seed=seed, device=where, precision=precision, recorders=recorders)


class Sheet:
    """What a check found: figures, and sentences on what is wrong."""

    def __init__(self) -> None:
        self.figures: dict[str, object] = {}
        self.wrong: list[str] = []

    def expect(self, right: object, sentence: str) -> bool:
        """Note `sentence` unless what it denies is `right`, which is given back."""
        if not right:
            self.wrong.append(sentence[:LONGEST])
        return bool(right)

    @contextmanager
    def part(self, what: str) -> Iterator[None]:
        """An error inside is noted, and does not end the check."""
        try:
            yield
        except Exception as error:  # whatever a device or its libraries raise
            self.wrong.append(f"{what}: {type(error).__name__}: {' '.join(str(error).split())}"[:LONGEST])


@dataclass(frozen=True)
class Check:
    """Something that is asked of a device: its docstring says what, and about how many `seconds` it takes there."""

    run: Callable[[Bench, Sheet], None]
    seconds: float
    cuda: bool  # it means nothing elsewhere


CHECKS: dict[str, Check] = {}


def check(seconds: float, cuda: bool = False) -> Callable[[Callable[[Bench, Sheet], None]], Callable]:
    """Have the function below asked as well, in the order of their definition."""

    def register(function: Callable[[Bench, Sheet], None]) -> Callable:
        CHECKS[function.__name__] = Check(function, seconds, cuda)
        return function

    return register


@cache
def digits() -> ImageData:
    return load("digits")


def noise(shape: tuple[int, int, int], count: int = 64) -> ImageData:
    """Images of noise in ten classes."""
    pixels = torch.randint(256, (count, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return ImageData("noise", pixels, torch.arange(count) % 10, tuple("0123456789"))


def same(one: object, other: object) -> bool:
    """Bit for bit, wherever it lies; the seconds that it took are no part of it."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.dtype == other.dtype and torch.equal(one.cpu(), other.cpu())
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one if key != "seconds")
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def gap(one: dict[str, Tensor], other: dict[str, Tensor]) -> float:
    """The largest difference between two state dicts of weights."""
    return max(float((one[key].double().cpu() - other[key].double().cpu()).abs().max()) for key in one)


def relative(ours: Tensor, reference: Tensor) -> float:
    """The length of the difference over that of the reference."""
    ours, reference = ours.cpu().double().flatten(), reference.cpu().double().flatten()
    return float((ours - reference).norm() / reference.norm())


def finite(trainer: Trainer) -> bool:
    """Whether all weights of both players and of the average are numbers."""
    players = (trainer.game.generator, trainer.game.discriminator, trainer.average.module)
    return all(bool(value.isfinite().all()) for player in players for value in player.state_dict().values())

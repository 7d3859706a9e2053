"""Kinds of recipes: what takes a game of any kind to a run folder, the command line and several processes.

A kind is a frozen dataclass under `@kind`, and may live in a file of one's own, which `gancore train FILE` runs, and
`gancore sample RUN` again; where the file itself trains, it does so under `if __name__ == "__main__":`.

    @kind("pairs")
    @dataclass(frozen=True)
    class PairRecipe(Recipe):
        name: str = "pairs"
        summary: str = "outlines, coloured in"
        l1: float = 100.0

        def load(self, source: str) -> DataSet: ...
        def build(self, spec: Spec) -> Game: ...
        def scores(self, game, generator, data, count, seed) -> dict[str, float]: ...
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self, TypeVar

import torch
from torch import nn

from gancore.data.batch import Batch, Spec
from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.system.checks import check_whole, make_plain
from gancore.system.random import seed_for, seeded
from gancore.training.game import Game
from gancore.training.trainer import MOST_ROUNDS, Data, Settings, Trainer

MOST_WEIGHT = 1000.0  # of a term of a loss
MOST_LATENTS = 4096
WIDEST = 256  # channels
PENALTY_EVERY = 8  # moves of the discriminator from one gradient penalty to the next
EXAMPLES = 64  # that a game keeps to show what it makes of them
EXAMPLES_SEED = 0


class DataSet(Data, Protocol):
    """Data with a name, of which a run folder can say what it was. It prints itself in a line."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def spec(self) -> Spec:
        """What one example is like."""

    @property
    def sha256(self) -> str:
        """A hash, in hex, that other data would not have."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides how a game is trained, apart from the data, the seed and the machine.

    A kind adds fields of its own: numbers, text, and tuples of them, which config.json keeps. On the command line its
    fields have the values that they have by default, but for `loss` and `augment`, which --loss and --augment set.
    Raises GancoreError where a value is out of its range.
    """

    kind: ClassVar[str]  # its name in config.json; the decorator sets it
    data: ClassVar[str] = "digits"  # what `load` is asked for where the command line names nothing
    sets: ClassVar[tuple[str, ...]] = ()  # names that `load` knows beside; a folder called so does not take their place

    name: str
    summary: str  # one line for people
    settings: Settings = field(default_factory=Settings)
    steps: int = 3000  # rounds where neither steps nor seconds are asked for

    def __post_init__(self) -> None:
        make_plain(self)
        check_whole("steps", self.steps, MOST_ROUNDS)

    def __str__(self) -> str:
        values = dataclasses.asdict(self)
        values |= {"steps": values.pop("steps")} | values.pop("settings")  # which every recipe has, after its own
        return "\n".join(f"{key:22}{value}" for key, value in values.items())

    def change(self, **changes: Any) -> Self:
        """A copy with other values, of the recipe's own fields or of its settings'."""
        inner = {each.name for each in dataclasses.fields(Settings)}
        settings = dataclasses.replace(self.settings, **{k: v for k, v in changes.items() if k in inner})
        own = {key: value for key, value in changes.items() if key not in inner}
        return dataclasses.replace(self, settings=settings, **own)

    def load(self, source: str) -> DataSet:
        """The data called `source` by `--data`: by default one of gancore's own names, or a folder of images."""
        return load(source)

    def build(self, spec: Spec) -> Game:
        """The game of new players for examples such as `spec` says. `game` decides their weights by a seed."""
        raise NotImplementedError

    def game(self, spec: Spec, seed: int = 0) -> Game:
        """The game of new players for examples such as `spec` says, with weights that `seed` decides."""
        with seeded(seed_for(seed, "weights")):
            return self.build(spec)

    def check(self, data: DataSet) -> None:
        """Raises GancoreError where `data` does not fit the recipe."""

    def suited(self, data: DataSet) -> Self:
        """The recipe as it is played on `data`, with that decided which it leaves to the data."""
        return self

    def introduce(self, game: Game, data: DataSet, seed: int) -> None:
        """Shows a new `game` what it has to have seen of `data` before it is played: by default examples of what is
        given, where anything is."""
        if data.spec.given is not None:
            game.examples = examples_of(data, EXAMPLES, EXAMPLES_SEED)

    def trainer(
        self,
        data: DataSet,
        *,
        seed: int = 0,
        device: str = "auto",
        precision: str = "auto",
        recorders: tuple = (),
    ) -> Trainer:
        """A trainer for this recipe on `data`. Raises GancoreError where the data does not fit the recipe."""
        self.check(data)
        game = self.suited(data).game(data.spec, seed)
        self.introduce(game, data, seed)
        return Trainer(game, data, self.settings, seed=seed, device=device, precision=precision, recorders=recorders)

    def scores(
        self, game: Game, generator: nn.Module, data: DataSet, count: int, seed: int
    ) -> Mapping[str, float] | None:
        """What `gancore evaluate` says of a run, from `count` samples: each score by its name.

        None stands for the report on images, which needs nothing of its own.
        """
        return None


def examples_of(data: DataSet, count: int, seed: int) -> Batch:
    """`count` examples on the CPU: of those that `data` holds out, where it has a part `held_out`, else of all."""
    return getattr(data, "held_out", data).batches(torch.device("cpu"), seed).draw(count)


KINDS: dict[str, type[Recipe]] = {}
AnyRecipe = TypeVar("AnyRecipe", bound=type[Recipe])


def kind(name: str) -> Callable[[AnyRecipe], AnyRecipe]:
    """Lets run folders know the recipes of a class as those of kind `name`. The last class of a name holds it."""

    def register(recipe: AnyRecipe) -> AnyRecipe:
        holder = KINDS.get(name)
        if holder is not None and is_ours(holder) and not is_ours(recipe):
            raise GancoreError(f"There is a kind {name!r} in gancore itself; give yours another name.")
        recipe.kind = name
        KINDS[name] = recipe
        return recipe

    return register


def is_ours(recipe: type[Recipe]) -> bool:
    """Whether a kind is part of this package, and not defined by a reader."""
    return recipe.__module__.partition(".")[0] == __name__.partition(".")[0]

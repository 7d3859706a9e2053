"""Words to pictures in two stages: a recipe for the second, which goes on from a generator that the first has trained.

After Zhang et al. (2017, StackGAN, section 3.4). The game is that of the first stage, with pictures of twice the size.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

from gancore.data.batch import Spec
from gancore.errors import GancoreError
from gancore.models.stack import DOUBLE, TextStack
from gancore.models.text import TextGenerator
from gancore.system.checks import check_whole
from gancore.training.game import Game
from gancore.training.kinds import WIDEST, DataSet, kind
from gancore.training.text2image import SIDES, TEXT2IMAGE, TextGame, TextRecipe
from gancore.training.trainer import Trainer

MOST_NAMED = 5  # words in a sentence
SIZES = ("meaning", "noise", "width", "text")  # that a second stage has from the first


@kind("text2image-stage2")
@dataclass(frozen=True, kw_only=True)
class StackRecipe(TextRecipe):
    """Everything that decides how a second stage is trained, apart from data, seed, machine and the first stage.

    `meaning`, `noise`, `width` and `text` are those of the first stage, whose pictures have half as many pixels along
    each side. Raises GancoreError where a value is out of its range.
    """

    side: int = 32
    second: int = 24  # channels of the second stage's grid

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.side // DOUBLE not in SIDES:
            raise GancoreError(f"side is {self.side}; a second stage draws {DOUBLE * min(SIDES)} pixels.")
        check_whole("second", self.second, WIDEST)

    def generator(self, words: int, shape: tuple[int, int, int]) -> TextStack:
        first = TextGenerator(words, halved(shape), self.meaning, self.noise, self.width, self.text)
        return TextStack(first, self.text, self.second)

    def after(self, first: TextRecipe) -> Self:
        """The same for a first stage that was trained by the recipe `first`: with its sizes."""
        return self.change(**{name: getattr(first, name) for name in SIZES})

    def untrained(self, spec: Spec) -> Game:
        """The game of a first stage that nobody has trained, for a checkpoint to fill in.

        `spec` is that of the second stage.
        """
        sizes = {name: getattr(self, name) for name in SIZES}
        recipe = TEXT2IMAGE.change(side=self.side // DOUBLE, **sizes)
        return recipe.game(replace(spec, shape=halved(spec.shape)))

    def trainer(self, data: DataSet, *, first: Game | None = None, seed: int = 0, **how: Any) -> Trainer:
        """A trainer of a second stage on `data`, which goes on from the generator of the game `first`.

        `how` is what other recipes take as well. Raises GancoreError where the data or the first stage does not fit.
        """
        if first is None:
            raise GancoreError(
                f"{self.name} redraws what a first stage draws; give the game of one as first, such as that of "
                "gancore.pretrained_runs.load_shipped('text2image')."
            )
        self.check(data)
        game = self.game(data.spec, seed)
        take_over(game, first)
        self.introduce(game, data, seed)
        return Trainer(game, data, self.settings, seed=seed, **how)


def halved(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The shape (C, H, W) of pictures of half the size of those of `shape`."""
    channels, height, width = shape
    return channels, height // DOUBLE, width // DOUBLE


def take_over(game: Game, first: Game) -> None:
    """Let the second stage of `game` go on from the generator of `first`. Raises GancoreError where it does not fit."""
    assert isinstance(game, TextGame)
    stack = game.generator
    assert isinstance(stack, TextStack)
    if not isinstance(first, TextGame) or not isinstance(first.generator, TextGenerator):
        raise GancoreError("The first stage is no game of text2image; train one with gancore train text2image.")
    check_words(game, first)
    here, there = (one.shape for one in (stack.first, first.generator))
    if here != there:
        made, needed = ("×".join(map(str, shape)) for shape in (there, here))
        raise GancoreError(f"The first stage draws {made}, and the second redraws {needed}; train one for these.")
    weights = first.generator.state_dict()
    if any(weights[name].shape != value.shape for name, value in stack.first.state_dict().items()):
        raise GancoreError(
            f"The first stage has other sizes ({', '.join(SIZES)}) than the recipe says; make one that fits with "
            "recipe.after(the recipe of the first stage)."
        )
    stack.first.load_state_dict(weights)


def check_words(game: TextGame, first: TextGame) -> None:
    """Raises GancoreError where the two know other words, or captions of another length."""
    one, other = game.vocabulary, first.vocabulary
    if one == other:
        return
    apart = sorted(set(one.words) ^ set(other.words))
    which = f"{', '.join(map(repr, apart[:MOST_NAMED]))}" if apart else f"captions of {one.longest} words"
    raise GancoreError(
        f"Only one of the two stages knows {which}; train the first on the same captions: gancore train text2image "
        "--data FOLDER."
    )


STACK = StackRecipe(
    name="text2image-stage2",
    summary="from a caption and its picture by text2image to one of 32 pixels",
    settings=TEXT2IMAGE.settings,
)

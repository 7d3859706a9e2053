"""The first stage of `gancore train text2image-stage2`: a run of one's own, or the one that ships."""

from pathlib import Path
from typing import Any

from gancore.data.batch import Spec
from gancore.errors import GancoreError
from gancore.pretrained_runs import load_shipped, names
from gancore.runs.weights import load_generator
from gancore.training.game import Game
from gancore.training.kinds import Recipe
from gancore.training.text2image import TextRecipe
from gancore.training.text_stack import StackRecipe

SHIPPED_FIRST = "text2image"


def find_first(recipe: Recipe, name: str | None, resumed: bool) -> tuple[Recipe, Game | None]:
    """`recipe` with the sizes of its first stage, and that stage's game: the run folder or the shipped run `name`.

    No game where the recipe has one stage, or where it is `resumed`, since then the run holds its first stage.
    """
    if not isinstance(recipe, StackRecipe):
        if name is not None:
            raise GancoreError(f"{recipe.name} goes on from no first stage; leave out --first.")
        return recipe, None
    if resumed:
        if name is not None:
            raise GancoreError("The run holds its first stage already; leave out --first.")
        return recipe, None
    game, made_by = _load(name or SHIPPED_FIRST)
    if type(made_by) is not TextRecipe:
        raise GancoreError(f"{name} was trained by {made_by.name}, and a first stage is one of text2image.")
    return recipe.after(made_by), game


def _load(name: str) -> tuple[Game, Recipe]:
    """The game of a run, with its generator, and its recipe. A folder takes the place of a shipped run of its name."""
    if Path(name).is_dir():
        game, _, run = load_generator(Path(name))
        return game, run.recipe
    if name in names():
        shipped = load_shipped(name)
        return shipped.game, shipped.run.recipe
    raise GancoreError(
        f"--first is {name!r}, which is neither a run folder nor a run that ships, as {SHIPPED_FIRST} is."
    )


def beside(recipe: Recipe, first: Game | None, spec: Spec) -> dict[str, Any]:
    """What the trainer of `recipe` is given beside what all are; `spec` is that of its data."""
    if not isinstance(recipe, StackRecipe):
        return {}
    return {"first": first or recipe.untrained(spec)}  # which the checkpoint fills in

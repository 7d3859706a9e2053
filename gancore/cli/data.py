"""The data of a command: what a person names, or what a run has learned from; what was decided about it is told."""

from collections.abc import Sized
from pathlib import Path

import click

from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.runs.config import RunConfig, numbered_as_before
from gancore.system.distributed import rank
from gancore.training.kinds import DataSet, Recipe


def load_data(recipe: Recipe, source: str, background: str | None) -> DataSet:
    """The data of `recipe` called `source`; what was decided about it is told."""
    if background is None:
        examples = recipe.load(source)
    elif type(recipe).load is Recipe.load:
        examples = load(source, background=background)
    else:
        raise GancoreError(f"{recipe.name} reads its data itself; leave out --background.")
    tell_notes(examples)
    return examples


def load_again(recipe: Recipe, source: str, background: str | None) -> DataSet:
    """The data of a run from where it lay when the run began."""
    try:
        return load_data(recipe, source, background)
    except GancoreError as error:
        raise GancoreError(f"{error} Name where it lies now with --data.") from error


def data_of(run: RunConfig, source: str | None) -> DataSet:
    """The data of a run, or what lies at `source` now; where it is not what the run learned from, that is told."""
    if source is None:
        found = load_again(run.recipe, run.data, run.background)
    else:
        found = load_data(run.recipe, source, run.background)
    found = numbered_as_before(found, run)
    if run.data_sha256 and found.sha256 != run.data_sha256:
        click.echo(f"gancore: {found.name} is not, or no longer, what this run learned from.", err=True)
    return found


def check_data_asked(run: RunConfig, source: str | None, path: Path) -> None:
    """Raises GancoreError where a `source` is named for a generator that is given nothing of it."""
    if source is not None and run.spec.given is None:
        raise GancoreError(f"The generator of {path} draws without being given anything; leave out --data.")


def tell_notes(examples: DataSet) -> None:
    if rank() == 0:
        for note in repr(examples).splitlines()[1:]:
            click.echo(f"gancore: {note}", err=True)


def count_examples(data: DataSet) -> int:
    """How many examples there are; 0 where data of one's own does not say."""
    return len(data) if isinstance(data, Sized) else 0

"""Options that several commands have, and what these may ask for."""

import os
from collections.abc import Callable, Sequence
from math import prod
from pathlib import Path

import click

from gancore.data.batch import Spec
from gancore.data.levels import GROUNDS
from gancore.errors import GancoreError
from gancore.runs.own import run_file

MAX_COUNT = 1_000_000  # samples in one call
MOST_VALUES = 250_000_000  # in the samples of one call: 1 GB while they are drawn, a quarter of that as pixels


on_background = click.option(
    "--background",
    type=click.Choice(GROUNDS),
    help="What to lay a folder's transparent images on. [default: what they stand out from]",
)


def as_one_source(context: click.Context, parameter: click.Parameter, sources: Sequence[str]) -> str | None:
    """Several --data as one name, as PATH joins folders."""
    return os.pathsep.join(sources) or None


on_data = click.option(
    "--data",
    metavar="digits|mnist|fashion|FOLDER",
    multiple=True,
    callback=as_one_source,
    help="Where its data lies now; twice for two folders. [default: where it lay in training]",
)


def own_kind(command: Callable[..., None]) -> Callable[..., None]:
    """Gives `command` the option to name the file that defines a run's kind, which is run before anything else."""

    def run_first(context: click.Context, parameter: click.Parameter, file: Path | None) -> None:
        if file is not None:
            run_file(file)

    return click.option(
        "--kind",
        type=click.Path(path_type=Path),
        metavar="FILE",
        callback=run_first,
        expose_value=False,
        help="The Python file that defines the run's kind of game, where it is not found by itself. The file is run.",
    )(command)


def check_count(count: int, spec: Spec) -> None:
    """Refuse more samples than memory holds, before any is drawn."""
    most = MOST_VALUES // prod(spec.shape)
    if count > most:
        size = "×".join(map(str, spec.shape))
        raise GancoreError(f"{count:,} samples of {size} are too many; draw at most {most:,} at once.")


def check_output(path: Path | None, suffix: str) -> None:
    """Refuse an output that could not be written, before any work is done."""
    if path is not None and path.suffix != suffix:
        raise GancoreError(f"{path} must end in {suffix}.")
    if path is not None and not path.parent.is_dir():
        raise GancoreError(f"There is no folder {path.parent} to write {path.name} in.")

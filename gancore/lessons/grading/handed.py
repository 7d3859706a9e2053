"""Which notebooks were handed in, and by whom."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gancore.errors import GancoreError

HIDDEN = ".ipynb_checkpoints"  # where JupyterLab keeps older copies


@dataclass(frozen=True)
class Handed:
    """What a learner handed in: a notebook, or in its place what there was."""

    learner: str
    path: Path


def find_submissions(paths: Sequence[Path]) -> list[Handed]:
    """Every notebook among `paths`: files, and folders with all in them. Raises GancoreError where there is none.

    In a folder a learner is called after the first folder within it, or after the file. Files are called after
    themselves, or where several have the same name after the first folder in which they differ.
    """
    names = iter(names_of([path for path in paths if not path.is_dir()]))
    found: list[Handed] = []
    for path in paths:
        found += in_folder(path) if path.is_dir() else [Handed(next(names), path)]
    if not found:
        raise GancoreError("There is no notebook in what you named; name notebooks, or a folder with one a learner.")
    return found


def names_of(files: Sequence[Path]) -> list[str]:
    stems = [path.stem for path in files]
    if len(set(stems)) == len(stems):
        return stems
    common = os.path.commonpath([path.absolute().parent for path in files])
    parts = [path.absolute().relative_to(common).parts for path in files]
    return [first if others else Path(first).stem for first, *others in parts]


def in_folder(folder: Path) -> Iterator[Handed]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            files = [each for each in sorted(path.rglob("*")) if each.is_file() and HIDDEN not in each.parts]
            notebooks = [each for each in files if each.suffix == ".ipynb"]
            yield from (Handed(path.name, each) for each in notebooks or files[:1])
        elif path.suffix == ".ipynb":
            yield Handed(path.stem, path)

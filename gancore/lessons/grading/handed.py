"""Which notebooks were handed in, and by whom."""

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
    """Every notebook among `paths`: files, and folders with all that is in them. A learner is called after the first
    folder within one, or after the file. Raises GancoreError where there is none."""
    found: list[Handed] = []
    for path in paths:
        found += in_folder(path) if path.is_dir() else [Handed(path.stem, path)]
    if not found:
        raise GancoreError("There is no notebook in what you named; name notebooks, or a folder with one a learner.")
    stems = [each.learner for each in found]
    return [Handed(f"{each.path.parent.name}/{each.learner}", each.path)
            if stems.count(each.learner) > 1 and each.path in paths else each for each in found]  # fmt: skip


def in_folder(folder: Path) -> Iterator[Handed]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            files = [each for each in sorted(path.rglob("*")) if each.is_file() and HIDDEN not in each.parts]
            notebooks = [each for each in files if each.suffix == ".ipynb"]
            yield from (Handed(path.name, each) for each in notebooks or files[:1])
        elif path.suffix == ".ipynb":
            yield Handed(path.stem, path)

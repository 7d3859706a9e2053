"""Which notebooks were handed in, and by whom."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gancore.errors import GancoreError

PAGE = "glossary.md"  # which the course puts beside copies of its chapters
SECOND = re.compile(r"-(Copy)?\d+$")  # ends the name of another copy, of `make fresh` or of JupyterLab


@dataclass(frozen=True)
class Handed:
    """What a learner handed in: a notebook, or in its place what there was."""

    learner: str
    path: Path


def find_submissions(paths: Sequence[Path]) -> list[Handed]:
    """Every notebook among `paths`: files, and folders with all in them. Raises GancoreError where there is none.

    In a folder a learner is called after the first folder within it, or after the file. Files are called after
    themselves, or where several have the same name after the first folder in which they differ. Of several paths a
    folder is a learner's, who is called after it; where it holds what several have handed in, its name stands before
    theirs.
    """
    files, folders = [path for path in paths if not path.is_dir()], [path for path in paths if path.is_dir()]
    names = dict(zip([*files, *folders], [*names_of(files), *labels_of(folders)], strict=True))
    found: list[Handed] = []
    for path in paths:
        if path in files:
            found.append(Handed(names[path], path))
        elif len(paths) == 1:
            found += in_folder(path)
        elif is_ones(path):
            found += of_learner(names[path], path)
        else:
            found += [Handed(f"{names[path]}/{each.learner}", each.path) for each in in_folder(path)]
    if all(each.path.is_dir() for each in found):
        raise GancoreError("There is no notebook in what you named; name notebooks, or a folder with one a learner.")
    return found


def names_of(files: Sequence[Path]) -> list[str]:
    """What the learners are called whose files these are."""
    stems = [path.stem for path in files]
    if len(set(stems)) == len(stems):
        return stems
    parts = [path.absolute().relative_to(common_of(files)).parts for path in files]
    names = [first if others else Path(first).stem for first, *others in parts]
    if len(set(zip(names, stems, strict=True))) == len(stems):
        return names
    return ["/".join(folders) or stem for (*folders, _), stem in zip(parts, stems, strict=True)]


def labels_of(folders: Sequence[Path]) -> list[str]:
    """The folders' names; where two have the same, all with those in which they lie."""
    names = [path.resolve().name for path in folders]
    if len(set(names)) == len(names):
        return names
    return [path.absolute().relative_to(common_of(folders)).as_posix() for path in folders]


def common_of(paths: Sequence[Path]) -> str:
    return os.path.commonpath([path.absolute().parent for path in paths])


def in_folder(folder: Path) -> Iterator[Handed]:
    """What lies in a folder for several learners: the notebooks, and of who handed in none the first thing there is."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name == PAGE:
            continue
        yield from of_learner(path.name, path) if path.is_dir() else [Handed(path.stem, path)]


def of_learner(name: str, folder: Path) -> list[Handed]:
    files = files_in(folder)
    notebooks = [each for each in files if each.suffix == ".ipynb"]
    return [Handed(name, each) for each in notebooks or files[:1] or [folder]]


def files_in(folder: Path) -> list[Path]:
    """All files in a folder but for hidden ones, such as JupyterLab's older copies."""
    found = (each for each in sorted(folder.rglob("*")) if each.is_file())
    return [each for each in found if not any(part.startswith(".") for part in each.relative_to(folder).parts)]


def is_ones(folder: Path) -> bool:
    """Whether no more than one learner's notebooks are in a folder: copies of chapters, and one folder more."""
    parts = [each.relative_to(folder).parts for each in files_in(folder) if each.suffix == ".ipynb"]
    inner = {first for first, *others in parts if others}
    names = {SECOND.sub("", Path(first).stem) for first, *others in parts if not others}
    chapters = {name[:2] for name in names if re.match(r"\d\d_", name)}
    return len(inner) <= 1 and (len(names) <= 1 or len(chapters) == len(names))

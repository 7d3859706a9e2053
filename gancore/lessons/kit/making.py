"""The folders of a kit, one after another."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from gancore.lessons.copies import as_text, copy_of
from gancore.lessons.kit.bank import write_bank
from gancore.lessons.kit.chapters import COURSE, PAGE, Chapter, find_chapters, for_elsewhere, parse_numbers
from gancore.lessons.kit.deck import write_slides
from gancore.lessons.kit.instructor import instructors_copy
from gancore.lessons.kit.nbgrader import write_tree
from gancore.system.files import write_text


def make(out: Path, numbers: str, nbgrader: bool, slides: bool, bank_seed: int | None) -> Iterator[str]:
    """Make each part, and say of each where it is."""
    chapters = find_chapters(parse_numbers(numbers))
    yield write_notebooks(out / "student", {each.path.name: copy_of(each.path) for each in chapters})
    yield write_notebooks(out / "instructor", {each.path.name: instructors_copy(each) for each in chapters})
    if nbgrader:
        yield write_tree(chapters, out / "nbgrader")
    if slides:
        for each in chapters:
            write_slides(each, out / "slides")
        yield str(out / "slides")
    if bank_seed is not None:
        yield write_banks(out / "bank", chapters, bank_seed)


def write_notebooks(folder: Path, notebooks: dict[str, dict]) -> str:
    folder.mkdir()
    for name, notebook in notebooks.items():
        write_text(folder / name, as_text(for_elsewhere(notebook)))
    shutil.copyfile(COURSE / PAGE, folder / PAGE)
    return str(folder)


def write_banks(folder: Path, chapters: Sequence[Chapter], seed: int) -> str:
    same = [number for chapter in chapters for number in write_bank(chapter, seed, folder)]
    told = f"; asked as before, since their probes hold no drawn numbers: {', '.join(same)}" if same else ""
    return f"{folder}{told}"

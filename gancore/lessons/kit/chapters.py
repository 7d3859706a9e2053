"""The chapters of this repository, as a kit is made of them."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gancore.errors import GancoreError
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.submission import text_of
from gancore.lessons.kit.blocks import ABOVE, without_links
from gancore.lessons.quizzes import Question
from gancore.lessons.teaching import SOLUTIONS, load_bank

COURSE = SOLUTIONS.parent
PAGE = "glossary.md"  # which chapters link to


@dataclass(frozen=True)
class Chapter:
    """A stored chapter: its file, and what its bank holds."""

    path: Path

    @property
    def number(self) -> int:
        return int(self.path.name[:2])

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return load_bank(self.number).EXERCISES

    @property
    def questions(self) -> tuple[Question, ...]:
        return load_bank(self.number).QUIZ

    @cached_property
    def notebook(self) -> dict:
        return json.loads(self.path.read_text(encoding="utf-8"))


def find_chapters(numbers: Sequence[int]) -> list[Chapter]:
    """The chapters with these numbers, or all. Raises GancoreError where there is no such chapter, or no course."""
    found = {int(path.name[:2]): Chapter(path) for path in sorted(COURSE.glob("[0-9][0-9]_*.ipynb"))}
    if not found:
        raise GancoreError(f"There are no chapters in {COURSE}; a kit is made in a copy of the repository.")
    missing = [number for number in numbers if number not in found]
    if missing:
        known = ", ".join(map(str, found))
        raise GancoreError(f"There is no chapter {missing[0]}; --chapters takes some of {known}, such as 4,5.")
    return [found[number] for number in numbers or found]


def parse_numbers(text: str) -> list[int]:
    """ "4,5" as numbers; none where the text is empty. Raises GancoreError for anything else."""
    if not re.fullmatch(r"\s*(\d{1,2}\s*(,\s*\d{1,2}\s*)*)?", text):
        raise GancoreError(f"--chapters {text!r} is not understood; write the numbers of chapters, such as 4,5.")
    return list(dict.fromkeys(int(part) for part in text.split(",") if part.strip()))


def code_cells(notebook: dict) -> Iterator[dict]:
    return (cell for cell in notebook["cells"] if cell["cell_type"] == "code")


def for_elsewhere(notebook: dict) -> dict:
    """A notebook for another place than beside the package: links into that are words, as there they lead nowhere."""
    cells = [
        cell | {"source": without_links(text_of(cell), ABOVE)} if cell["cell_type"] == "markdown" else cell
        for cell in notebook["cells"]
    ]
    return notebook | {"cells": cells}


def check_cell(notebook: dict, number: str) -> dict:
    """The cell that a learner writes the answer to an exercise in. Raises GancoreError where there is none."""
    line = re.compile(rf'^check\("{re.escape(number)}", ', re.MULTILINE)
    for cell in code_cells(notebook):
        if line.search(text_of(cell)):
            return cell
    raise GancoreError(f"The chapter has no cell that checks exercise {number}.")


def markdown(text: str, name: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}

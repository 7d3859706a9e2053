"""One notebook that was handed in: its code, the chapter that it is of, and the version that it was made from."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gancore.errors import GancoreError
from gancore.lessons.copies import version_of

LARGEST = 50_000_000  # bytes of a notebook, outputs and all; the course's own have at most 1.5 MB
JUDGING = re.compile(r"gancore\.lessons(?:\.| import )(?:banks|judging|comparing|probes|grading|exercises|teaching)\b")


@dataclass(frozen=True)
class Submission:
    """The code cells of a notebook, the chapter that its file is called after, and its copy's version."""

    cells: list[str]
    named: int | None
    version: str | None

    def chapter_of(self, numbers: Iterable[str]) -> int:
        """The chapter whose exercises have most of the `numbers`. Raises GancoreError where it is of none."""
        found = Counter(int(number.split(".")[0]) for number in numbers if re.fullmatch(r"\d{1,2}\.\d+", number))
        if found:
            return found.most_common(1)[0][0]
        if self.named is not None:
            return self.named
        raise GancoreError("It is a notebook, and of no chapter of this course: nothing in it is checked.")

    def told_meddling(self) -> list[str]:
        """Which cells name the course's own judging: nothing that they do there counts, and they are worth a look."""
        cells = [number for number, text in enumerate(self.cells, start=1) if JUDGING.search(text)]
        return [f"Cell {cell} reaches into the course's own judging: read it." for cell in cells]


def read_submission(path: Path) -> Submission:
    """The notebook at `path`. Raises GancoreError with what it is instead."""
    named = re.match(r"(\d\d)_", path.name)
    notebook = read_notebook(path)
    cells = [text_of(cell) for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    return Submission(cells, int(named[1]) if named else None, version_of(notebook))


def read_notebook(path: Path) -> dict:
    if path.is_dir():
        raise GancoreError("It is a folder with no notebook in it.")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise GancoreError(
                f"It has {size / 1e6:,.0f} MB, and {LARGEST / 1e6:.0f} are the limit: clear its outputs."
            )
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GancoreError(f"It cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise GancoreError(f"It is no notebook: {path.name} is not written in JSON, or breaks off.") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise GancoreError(f"It is no notebook: {path.name} has no list of cells, as format 4 has it.")
    return notebook


def text_of(cell: dict) -> str:
    """A cell's text, which is stored as one or line by line."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))

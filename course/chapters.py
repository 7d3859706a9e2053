"""Writes what chapters.toml says of every chapter wherever a reader looks for it.

    python course/chapters.py

That is the table of the README, the map and the seconds in chapter 00, and in each
chapter the minutes at its beginning and the links at its end.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from execute import COURSE, REPOSITORY, as_text, read

ANNOUNCED = tomllib.loads((COURSE / "chapters.toml").read_text(encoding="utf-8"))
README = REPOSITORY / "README.md"
README_TABLE = re.compile(r"(?<=^## Chapters\n\n)(?:\|.*\n)+", re.MULTILINE)
MAP = re.compile(r"(?<=^## The chapters\n\n)(?:\|.*\n)+", re.MULTILINE)
SECONDS = re.compile(r"(?<=^SECONDS = \[).+(?=\]$)", re.MULTILINE)
TIME = re.compile(r"(?<=\*\*Time:\*\* about )\d+(?= minutes)")
LINKS = re.compile(r"\n+[←→].*\Z")


@dataclass(frozen=True)
class Chapter:
    """A chapter as chapters.toml announces it, which also says what each field
    means."""

    file: str
    title: str
    minutes: int
    seconds: int
    play: str
    part: int = 0
    question: str = ""

    @property
    def number(self) -> str:
        return self.file[:2]


CHAPTERS = tuple(Chapter(**announced) for announced in ANNOUNCED["chapter"])


def table(
    headings: str, row: Callable[[Chapter], str], chapters: Sequence[Chapter]
) -> str:
    """`chapters` in Markdown, a row for each, with a row that names each part before
    its first chapter."""
    columns = headings.count("|") - 1
    lines = [headings, "|" + " --- |" * columns]
    for part, members in groupby(chapters, key=lambda chapter: chapter.part):
        if part:
            lines.append(
                f"| | **Part {part}: {ANNOUNCED['parts'][str(part)]}** |"
                + " |" * (columns - 2)
            )
        lines += map(row, members)
    return "\n".join(lines) + "\n"


def readme_row(chapter: Chapter) -> str:
    link = f"[{chapter.title}](course/{chapter.file})"
    return f"| {chapter.number} | {link} | {chapter.minutes} | {chapter.play} |"


def map_row(chapter: Chapter) -> str:
    return (
        f"| {chapter.number} | [{chapter.title}]({chapter.file}) | {chapter.question} |"
    )


def readme() -> str:
    """The README with its table of chapters as it should be."""
    written = table(
        "| | chapter | minutes | what you play with |", readme_row, CHAPTERS
    )
    return README_TABLE.sub(lambda _: written, README.read_text(encoding="utf-8"))


def chapter_text(place: int) -> str:
    """The notebook of the chapter at `place` as it should be: minutes, links, what
    chapter 00 says of others."""
    notebook = read(COURSE / CHAPTERS[place].file)
    notebook.cells[0].source = TIME.sub(
        str(CHAPTERS[place].minutes), notebook.cells[0].source
    )
    notebook.cells[-1].source = (
        LINKS.sub("", notebook.cells[-1].source) + f"\n\n{links(place)}"
    )
    if place == 0:
        written = table("| | chapter | the question |", map_row, CHAPTERS[1:])
        for cell in notebook.cells:
            cell.source = MAP.sub(lambda _: written, cell.source)
            cell.source = SECONDS.sub(lambda _: seconds(), cell.source)
    return as_text(notebook)


def links(place: int) -> str:
    """Where a reader goes from the chapter at `place`: back and on."""
    ways = (
        ("←", CHAPTERS[place - 1 : place] if place else ()),
        ("→", CHAPTERS[place + 1 : place + 2]),
    )
    return " · ".join(
        f"{arrow} [{to.number} · {to.title}]({to.file})"
        for arrow, there in ways
        for to in there
    )


def seconds() -> str:
    """The entries of the list in chapter 00."""
    return ", ".join(str(chapter.seconds) for chapter in CHAPTERS)


def pages() -> Iterator[tuple[Path, str]]:
    """Every file that tells of chapters, with the text that it should have."""
    yield README, readme()
    for place, chapter in enumerate(CHAPTERS):
        yield COURSE / chapter.file, chapter_text(place)


def main() -> None:
    """Writes the pages that differ from what they should be, and says which."""
    for path, text in pages():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(REPOSITORY))


if __name__ == "__main__":
    main()

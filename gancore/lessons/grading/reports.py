"""What grading leaves: a table, a file for a spreadsheet, one for a program, and a page for each learner."""

import csv
import html
import io
import json
import os
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from gancore import tables
from gancore.lessons.grading.marking import Marks
from gancore.lessons.judging import SIGNS, Standing
from gancore.system.files import write_text

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ max-width: 44em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; color: #222; }}
article {{ border-left: 4px solid #999; padding: 0.1em 1em; margin: 1em 0; background: #f6f6f6; }}
article.correct {{ border-color: #1b7837; }} article.not-yet {{ border-color: #b35806; }}
h3 {{ margin: 0.4em 0; font-size: 1em; }} code {{ background: #e8e8e8; padding: 0 0.2em; }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


def numbers_of(marks: Sequence[Marks]) -> list[str]:
    """All exercises that anybody was asked, in their order."""
    found = {number for each in marks for number in each.verdicts}
    return sorted(found, key=lambda number: tuple(map(int, number.split("."))))


def as_text(marks: Sequence[Marks]) -> str:
    """A table for each chapter, a row a notebook and a column an exercise; then what else there is to say of some."""
    chapters = sorted({each.chapter for each in marks if each.chapter is not None})
    rows = [table_of([each for each in marks if each.chapter == chapter]) for chapter in chapters]
    legend = " · ".join(f"{sign} {standing}" for standing, sign in SIGNS.items())
    notes = [f"{each.learner}, {each.path.name}: {note}" for each in marks for note in each.notes]
    return "\n\n".join([*rows, *([legend] if rows else []), *(["\n".join(notes)] if notes else [])])


def table_of(marks: Sequence[Marks]) -> str:
    numbers = numbers_of(marks)
    rows = [(f"chapter {chapter_of(marks[0])}", *numbers, "correct")]
    for each, name in zip(marks, told_apart(marks), strict=True):
        signs = [SIGNS[each.verdicts[number].status] for number in numbers]
        rows.append((each.learner + name, *signs, f"{each.correct} of {len(each.verdicts)}"))
    return tables.as_text(rows)


def told_apart(marks: Sequence[Marks]) -> list[str]:
    """What to call each notebook beside its learner: nothing, or its file where they have several of a chapter."""
    names = []
    for each in marks:
        own = [one.path.absolute() for one in marks if (one.learner, one.chapter) == (each.learner, each.chapter)]
        folder = os.path.commonpath([path.parent for path in own])
        names.append(f", {each.path.absolute().relative_to(folder).as_posix()}" if len(own) > 1 else "")
    return names


def chapter_of(marks: Marks) -> str:
    return "–" if marks.chapter is None else f"{marks.chapter:02d}"


def write_csv(marks: Sequence[Marks], path: Path) -> None:
    """A row a notebook: who, which chapter, how far each exercise is, how many are correct of how many."""
    numbers, text = numbers_of(marks), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", "file", "chapter", *numbers, "correct", "of", "notes"])
    for each in marks:
        standings = [each.verdicts[number].status if number in each.verdicts else "" for number in numbers]
        row = [each.learner, each.path, chapter_of(each), *standings, each.correct, len(each.verdicts)]
        writer.writerow([harmless(str(cell)) for cell in [*row, " ".join(each.notes)]])
    write_text(path, text.getvalue())


def harmless(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write_json(marks: Sequence[Marks], path: Path) -> None:
    """All of it, with what was said of each answer."""
    write_text(path, json.dumps([as_json(each) for each in marks], indent=1, ensure_ascii=False) + "\n")


def as_json(marks: Marks) -> dict:
    return {
        "learner": marks.learner,
        "file": str(marks.path),
        "chapter": marks.chapter,
        "correct": marks.correct,
        "exercises": {
            number: {"title": each.title, "standing": each.status, "message": each.message}
            for number, each in marks.verdicts.items()
        },
        "notes": marks.notes,
        "seconds": round(marks.seconds, 1),
    }


def write_feedback(marks: Sequence[Marks], folder: Path) -> list[Path]:
    """A page for each learner, called after them; gives the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for learner, own in groupby(sorted(marks, key=lambda each: each.learner), key=lambda each: each.learner):
        path = free_page(folder, learner, pages)
        write_text(path, page_of(learner, own))
        pages.append(path)
    return pages


def free_page(folder: Path, learner: str, taken: list[Path]) -> Path:
    """A file name that any system takes, and that no other learner of this call has."""
    stem = re.sub(r"[^\w-]+", "_", learner).strip("_") or "learner"
    names = (folder / f"{stem}{f'-{number}' if number else ''}.html" for number in range(len(taken) + 1))
    return next(path for path in names if path not in taken)


def page_of(learner: str, marks: Iterable[Marks]) -> str:
    own = list(marks)
    body = "\n".join(map(section_of, own, told_apart(own)))
    return PAGE.format(title=html.escape(f"Feedback for {learner}"), body=body)


def section_of(marks: Marks, name: str) -> str:
    """One notebook: how much of it is correct, every verdict, and what else there is to say."""
    heading = marks.path.name if marks.chapter is None else f"Chapter {marks.chapter:02d}{name}"
    parts = [f"<h2>{html.escape(heading)}: {marks.correct} of {len(marks.verdicts)} correct</h2>"]
    parts += [f"<p>{as_html(note)}</p>" for note in marks.notes]
    for number, each in marks.verdicts.items():
        title = html.escape(f"{SIGNS[each.status]} Exercise {number}, {each.title}: {each.status}.")
        kind = Standing(each.status).replace(" ", "-")
        parts.append(f'<article class="{kind}"><h3>{title}</h3><p>{as_html(each.message)}</p></article>')
    return "\n".join(parts)


def as_html(message: str) -> str:
    """A message's Markdown: code, bold, italics and paragraphs."""
    parts = re.split(r"(`[^`]+`)", message)
    return "".join(f"<code>{html.escape(part[1:-1])}</code>" if place % 2 else plain(part)
                   for place, part in enumerate(parts))  # fmt: skip


def plain(text: str) -> str:
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", html.escape(text))
    return re.sub(r"(?<!\w)\*([^*\s][^*]*)\*(?!\w)", r"<em>\1</em>", text).replace("\n\n", "</p><p>")

"""How long a reader takes over each chapter, estimated from what is in it.

    python course/minutes.py

No reader has been timed. chapters.toml states what comes out here, to the nearest five
minutes.
"""

import ast
import re

from chapters import CHAPTERS, Chapter
from execute import COURSE, PROOF, read

MINUTES = {
    "words": 1 / 200,
    "formulas": 1,  # that have lines of their own
    "lines": 1 / 20,  # of code; proofs are folded, and not counted
    "predictions": 1,
    "exercises": 5,
    "questions": 1,  # of the quiz
    "views": 3,  # to play with
    "seconds": 1 / 60,  # that the cells take
}
WATCHED = "Live"  # shows what is being computed, and those seconds are counted already

FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
NOT_READ = re.compile(
    r"(?<=\])\([^)]*\)|^\|[ -|]*$", re.MULTILINE
)  # where links lead, and the rules of tables
WORD = re.compile(r"\S*\w\S*")
EXERCISE = re.compile(r"^check\(", re.MULTILINE)
QUESTION = re.compile(r"^\d+\. ", re.MULTILINE)


def estimate(chapter: Chapter) -> float:
    """The minutes that a reader takes, at the rates above."""
    return sum(MINUTES[kind] * count for kind, count in contents(chapter).items())


def contents(chapter: Chapter) -> dict[str, int]:
    """How much of each kind that MINUTES names is in the chapter."""
    cells = read(COURSE / chapter.file).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [
        cell
        for cell in cells
        if cell.cell_type == "code" and PROOF not in cell.metadata.get("tags", ())
    ]
    sources = [cell.source for cell in code]
    views = imported_views("\n".join(sources)) - {WATCHED}
    quizzes = [
        output.data["text/plain"]
        for cell in code
        if "quiz" in called(cell.source)
        for output in cell.outputs
    ]
    return {
        "words": len(WORD.findall(NOT_READ.sub("", FORMULA.sub("", text)))),
        "formulas": len(FORMULA.findall(text)),
        "lines": sum(
            bool(line.strip()) for source in sources for line in source.splitlines()
        ),
        "predictions": sum("predict" in called(source) for source in sources),
        "exercises": sum(len(EXERCISE.findall(source)) for source in sources),
        "questions": sum(len(QUESTION.findall(quiz)) for quiz in quizzes),
        "views": sum(bool(views & called(source)) for source in sources),
        "seconds": chapter.seconds,
    }


def imported_views(source: str) -> set[str]:
    """The names that come from gancore.widgets."""
    imports = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)
    )
    return {
        alias.name
        for each in imports
        if each.module.startswith("gancore.widgets")
        for alias in each.names
    }


def called(source: str) -> set[str]:
    """What a cell calls, by name."""
    return {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    }


def main() -> None:
    """Says of each chapter what is in it, and the minutes that this comes to."""
    for chapter in CHAPTERS:
        found = ", ".join(
            f"{count:,} {kind}" for kind, count in contents(chapter).items()
        )
        took = f"{estimate(chapter):3.0f} minutes, {chapter.minutes} stated"
        print(f"{chapter.number}: {took} ({found})")


if __name__ == "__main__":
    main()

"""Reference answers in the place of a chapter's stubs."""

import ast
from functools import cache

from gancore.errors import GancoreError
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.slicing import Statement, only
from gancore.lessons.grading.submission import text_of
from gancore.lessons.kit.chapters import check_cell
from gancore.lessons.teaching import SOLUTIONS, chapter_of, find_answers


def put_answer(notebook: dict, exercise: Exercise, answer: str | None = None) -> None:
    """Write the reference answer, or `answer`, where `notebook` has the stub of `exercise`.

    Raises GancoreError where the answers are withheld, or the chapter has no such stub.
    """
    cell = check_cell(notebook, exercise.number)
    cell["source"] = with_answer(text_of(cell), exercise, answer or reference(exercise))


def with_answer(text: str, exercise: Exercise, answer: str) -> str:
    lines = text.splitlines()
    stubs = [node for node in ast.parse(text).body if exercise.name in Statement(0, node).binds]
    if not stubs:
        raise GancoreError(f"The chapter has no stub called `{exercise.name}` in the cell that checks it.")
    return "\n".join([*lines[: stubs[-1].lineno - 1], answer, *lines[stubs[-1].end_lineno :]])


def reference(exercise: Exercise) -> str:
    """The reference answer of an exercise, with the imports that it needs. Raises GancoreError where it is withheld."""
    found = find_answers(exercise.number)
    if not found:
        raise GancoreError(f"{SOLUTIONS} has no answer to exercise {exercise.number}: a kit is made with the answers.")
    used = set().union(*(Statement(0, node).uses for node in ast.parse(found[0]).body))
    needed = [only(node, used) for node in imports_of(chapter_of(exercise.number)) if Statement(0, node).binds & used]
    return "\n".join([*map(ast.unparse, needed), *(["\n"] if needed else []), found[0]])


@cache
def imports_of(chapter: int) -> list[ast.stmt]:
    """What the file of a chapter's reference answers imports."""
    text = (SOLUTIONS / f"ch{chapter:02d}.py").read_text(encoding="utf-8")
    return [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]

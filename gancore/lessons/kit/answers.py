"""Reference answers in the place of a chapter's stubs."""

import ast

from gancore.errors import GancoreError
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.slicing import Statement
from gancore.lessons.grading.submission import text_of
from gancore.lessons.kit.chapters import check_cell
from gancore.lessons.teaching import SOLUTIONS, find_answers, with_imports


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
    return with_imports(found[0], exercise.number)

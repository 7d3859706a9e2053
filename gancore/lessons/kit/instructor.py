"""The instructor's copy of a chapter: answers put in, and beside each exercise what goes wrong and what is said."""

import ast
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from gancore.lessons.copies import without_outputs
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.grading.submission import text_of
from gancore.lessons.kit.answers import put_answer
from gancore.lessons.kit.chapters import Chapter, check_cell, code_cells, markdown
from gancore.lessons.quizzes import Question, zip_letters
from gancore.lessons.teaching import find_answers, with_imports

LONGEST_WRONG = 800  # characters of a wrong answer's code; of a longer one its name says enough


def instructors_copy(chapter: Chapter) -> dict:
    """The chapter without outputs, with reference answers, known mistakes and the key of the quiz."""
    notebook = without_outputs(chapter.notebook)
    for exercise in chapter.exercises:
        put_answer(notebook, exercise)
        insert_after(notebook, check_cell(notebook, exercise.number), notes_on(exercise))
    for cell in list(code_cells(notebook)):
        if text_of(cell).startswith("quiz("):
            insert_after(notebook, cell, markdown(key_of(chapter.questions), "key-of-the-quiz"))
    return notebook


def insert_after(notebook: dict, cell: dict, new: dict) -> None:
    place = next(at for at, each in enumerate(notebook["cells"]) if each is cell)
    notebook["cells"].insert(place + 1, new)


def notes_on(exercise: Exercise) -> dict:
    """What an instructor wants at hand while a room works on an exercise."""
    ways = find_answers(exercise.number)[1:]
    functions = [with_imports(way, exercise.number) for way in ways if "def " in way]  # a number is written in one way
    other = [way.replace("_another_way", "") for way in functions]
    parts = [f"#### For the instructor: exercise {exercise.number}", "**Hints, in this order:**"]
    parts.append("\n".join(f"{place}. {hint}" for place, hint in enumerate(exercise.hints, start=1)))
    parts += [f"**Another way to write it:**\n\n{fenced(each)}" for each in other]
    parts.append("**Known mistakes, and what is said of each:**")
    parts += [f"{shown(mistake)}\n\n> {mistake.message}" for mistake in exercise.mistakes]
    parts.append(f"**Said of a right answer:** {exercise.praise}")
    return markdown("\n\n".join(parts), f"notes-{exercise.number.replace('.', '-')}")


def shown(mistake: Mistake) -> str:
    """A wrong answer: a function's code, or a value."""
    return fenced(source_of(mistake.wrong) if callable(mistake.wrong) else repr(mistake.wrong))


def fenced(text: str) -> str:
    return f"```python\n{text.strip()}\n```"


def source_of(function: Callable) -> str:
    """The code of a function of a bank's; its name where it is long, or made by another function."""
    try:
        _, line = inspect.getsourcelines(function)
        found = definition_at(inspect.getsourcefile(function) or "", line, getattr(function, "__name__", ""))
    except (OSError, TypeError):
        found = ""
    name = getattr(function, "__name__", type(function).__name__)
    return found if found and len(found) <= LONGEST_WRONG else f"# {name.replace('_', ' ')}"


def definition_at(file: str, line: int, name: str) -> str:
    """The definition or lambda that begins in `line` of `file`."""
    lines, found = definitions(file)
    wanted = ast.Lambda if name == "<lambda>" else ast.FunctionDef
    node = found.get((wanted, line))
    if isinstance(node, ast.Lambda):
        return ast.unparse(node)
    if node is None:
        return ""
    own = lines[node.lineno - 1 : node.end_lineno]
    own[-1] = own[-1].encode()[: node.end_col_offset].decode()  # Python counts bytes
    return "\n".join(own)[node.col_offset :]


@cache
def definitions(file: str) -> tuple[list[str], dict[tuple[type, int], ast.Lambda | ast.FunctionDef]]:
    """The lines of `file`, and the first definition and the first lambda that begin in each of them."""
    with open(file, encoding="utf-8") as handle:
        text = handle.read()
    found: dict[tuple[type, int], ast.Lambda | ast.FunctionDef] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Lambda | ast.FunctionDef):
            found.setdefault((type(node), node.lineno), node)
    return text.split("\n"), found


def key_of(questions: tuple[Question, ...]) -> str:
    """The key of a quiz, with what is said of every option."""
    parts: list[Any] = ["#### For the instructor: the key of the quiz"]
    for number, question in enumerate(questions, start=1):
        parts.append(f"**{number}. {question.text}** Right is {question.key}.")
        parts.append("\n".join(f"- {letter}) {option.text} *{option.why}*" for letter, option in zip_letters(question)))
    return "\n\n".join(parts)

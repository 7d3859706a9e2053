"""Notebooks that learners might hand in, made of the chapters: right, wrong, broken and hostile."""

import ast
import json
from collections.abc import Callable
from pathlib import Path

from gancore.lessons import teaching
from gancore.lessons.copies import copy_of
from helpers.places import COURSE

Answers = dict[str, str]  # code by the number of its exercise


def chapter(number: int) -> Path:
    return next(COURSE.glob(f"{number:02d}_*.ipynb"))


def references(number: int, way: int = 0) -> Answers:
    """The reference answers of a chapter, or the same written in another way."""
    exercises = teaching.load_bank(number).EXERCISES
    found = {exercise.number: teaching.find_answers(exercise.number)[way] for exercise in exercises}
    names = {exercise.number: exercise.name for exercise in exercises}
    return {each: code.replace(f"{names[each]}_another_way", names[each]) for each, code in found.items()}


def imports_of(number: int) -> str:
    """What the reference answers of a chapter import."""
    text = (COURSE / "solutions" / f"ch{number:02d}.py").read_text(encoding="utf-8")
    nodes = ast.parse(text).body
    return "\n".join(ast.unparse(node) for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)))


def notebook(number: int, answers: Answers, first: str = "") -> dict:
    """A learner's copy of a chapter with `answers` in place of its stubs, and the code `first` above all else."""
    made = copy_of(chapter(number))
    for number_, code in answers.items():
        replace_stub(made, teaching.find_exercise(number_).name, number_, code)
    cells = [code_cell(imports_of(number))] if answers else []
    made["cells"] = [*([code_cell(first)] if first else []), *cells, *made["cells"]]
    return made


def code_cell(text: str) -> dict:
    return {"cell_type": "code", "id": "made", "source": text, "metadata": {}, "outputs": [], "execution_count": None}


def cell_of(made: dict, number: str) -> dict:
    """The cell that checks an exercise and does nothing else with it."""
    line = f'check("{number}", '
    return next(cell for cell in made["cells"] if cell["cell_type"] == "code"
                and any(each.startswith(line) for each in text_of(cell).splitlines()))  # fmt: skip


def text_of(cell: dict) -> str:
    return "".join(cell["source"])


def replace_stub(made: dict, name: str, number: str, code: str) -> None:
    """Put `code` where the chapter has the stub called `name`."""
    cell = cell_of(made, number)
    lines = text_of(cell).splitlines()
    stub = next(node for node in ast.parse(text_of(cell)).body if name in names_bound(node))
    cell["source"] = "\n".join([*lines[: stub.lineno - 1], code, *lines[stub.end_lineno :]])


def names_bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    return [each.id for each in getattr(node, "targets", []) if isinstance(each, ast.Name)]


def change(made: dict, number: str, how: Callable[[str], str]) -> dict:
    """The notebook with the cell that checks `number` rewritten by `how`."""
    cell = cell_of(made, number)
    cell["source"] = how(text_of(cell))
    return made


def write(made: dict | str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(made if isinstance(made, str) else json.dumps(made), encoding="utf-8")
    return path

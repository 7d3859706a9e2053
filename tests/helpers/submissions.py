"""Notebooks that learners might hand in, made of the chapters: right, wrong, broken and hostile."""

import ast
import json
from collections.abc import Callable
from pathlib import Path

from gancore.lessons import teaching
from gancore.lessons.copies import copy_of
from gancore.lessons.grading.submission import text_of
from gancore.lessons.kit.answers import put_answer
from gancore.lessons.kit.chapters import check_cell
from helpers.places import COURSE

Answers = dict[str, str]  # code by the number of its exercise


def chapter(number: int) -> Path:
    return next(COURSE.glob(f"{number:02d}_*.ipynb"))


def references(number: int, way: int = 0) -> Answers:
    """The reference answers of a chapter, or where they are functions the same written in another way."""
    exercises = teaching.load_bank(number).EXERCISES
    ways = {exercise.number: teaching.find_answers(exercise.number) for exercise in exercises}
    found = {each: codes[way] if "def " in codes[way] else codes[0] for each, codes in ways.items()}
    names = {exercise.number: exercise.name for exercise in exercises}
    return {each: code.replace(f"{names[each]}_another_way", names[each]) for each, code in found.items()}


def notebook(number: int, answers: Answers, first: str = "") -> dict:
    """A learner's copy of a chapter with `answers` in place of its stubs, and the code `first` above all else."""
    made = copy_of(chapter(number))
    for each, code in answers.items():
        put_answer(made, teaching.find_exercise(each), code)
    cells = [code_cell("\n".join(map(ast.unparse, teaching.imports_of(number))))] if answers else []
    made["cells"] = [*([code_cell(first)] if first else []), *cells, *made["cells"]]
    return made


def code_cell(text: str) -> dict:
    return {"cell_type": "code", "id": "made", "source": text, "metadata": {}, "outputs": [], "execution_count": None}


def change(made: dict, number: str, how: Callable[[str], str]) -> dict:
    """The notebook with the cell that checks `number` rewritten by `how`."""
    cell = check_cell(made, number)
    cell["source"] = how(text_of(cell))
    return made


def write(made: dict | str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(made if isinstance(made, str) else json.dumps(made), encoding="utf-8")
    return path

"""The course folder that a kit makes for nbgrader: what is in it, and nbgrader at work on it where it is installed."""

import html
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from helpers.exercises import CHAPTERS
from helpers.submissions import change

from gancore.lessons import teaching
from gancore.lessons.grading.submission import text_of
from gancore.lessons.judging import judge
from gancore.lessons.kit.answers import put_answer
from gancore.lessons.kit.chapters import check_cell, find_chapters
from gancore.lessons.kit.nbgrader import assigned, write_tree

CHAPTER = 2  # runs in ten seconds
EXERCISES = teaching.load_bank(CHAPTER).EXERCISES
FIRST, LAST = EXERCISES[0], EXERCISES[-1]
WRONG = "lambda *given: 3.0"


@pytest.mark.parametrize("number", CHAPTERS)
def test_every_exercise_has_a_locked_test_worth_a_point_after_its_check(number: int) -> None:
    (chapter,) = find_chapters([number])
    made = assigned(chapter)
    nbformat.validate(nbformat.from_dict(made))
    for exercise in chapter.exercises:
        cell = made["cells"][made["cells"].index(check_cell(made, exercise.number)) + 1]
        graded = cell["metadata"]["nbgrader"]
        assert (graded["grade"], graded["locked"], graded["solution"], graded["points"]) == (True, True, False, 1)
        assert f'"{exercise.number}", {exercise.name})' in text_of(cell)
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in made["cells"] if "nbgrader" in cell["metadata"]]
    assert len(set(names)) == len(names) == len(chapter.exercises)


def right(made: dict) -> dict:
    for exercise in EXERCISES:
        put_answer(made, exercise)
    return made


def wrong(made: dict) -> dict:
    right(made)
    return change(made, FIRST.number, lambda text: text.replace("check(", f"{FIRST.name} = {WRONG}\ncheck("))


def broken(made: dict) -> dict:
    return change(right(made), LAST.number, lambda text: f"{text}\nfor")


def untouched(made: dict) -> dict:
    return made


SUBMITTED: dict[Callable[[dict], dict], int] = {
    right: len(EXERCISES),
    wrong: len(EXERCISES) - 1,
    broken: len(EXERCISES) - 1,
    untouched: 0,
}


def test_an_assignment_links_to_nothing_that_is_not_beside_it(tmp_path: Path) -> None:
    write_tree(find_chapters([5, 7]), tmp_path)
    found = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.ipynb")]
    assert ["](../" in text for text in found] == [False, False]


@pytest.mark.long
def test_nbgrader_generates_grades_and_gives_feedback(tmp_path: Path) -> None:
    api = pytest.importorskip("nbgrader.api", reason="nbgrader is not installed: python -m pip install nbgrader")
    (chapter,) = find_chapters([CHAPTER])
    name = chapter.path.stem
    write_tree([chapter], tmp_path)

    def nbgrader(command: str) -> None:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, name],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr

    nbgrader("generate_assignment")
    released = (tmp_path / "release" / name / chapter.path.name).read_text(encoding="utf-8")
    for make in SUBMITTED:
        folder = tmp_path / "submitted" / make.__name__ / name
        folder.mkdir(parents=True)
        (folder / chapter.path.name).write_text(json.dumps(make(json.loads(released))), encoding="utf-8")
    nbgrader("autograde")
    nbgrader("generate_feedback")

    with api.Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        scores = {make.__name__: book.find_submission(name, make.__name__).score for make in SUBMITTED}
    assert scores == {make.__name__: score for make, score in SUBMITTED.items()}
    page = (tmp_path / "feedback" / "wrong" / name / f"{name}.html").read_text(encoding="utf-8")
    assert judge(FIRST, eval(WRONG)).message in html.unescape(page)

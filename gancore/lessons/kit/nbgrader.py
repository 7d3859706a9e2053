"""A course folder for nbgrader: the chapters, and after each check a locked cell that is worth a point.

The cell asserts the verdict, so that nbgrader's feedback shows the sentence that `check` says.
"""

from collections.abc import Sequence
from pathlib import Path

from gancore.lessons.copies import as_text, copy_of
from gancore.lessons.exercises import Exercise
from gancore.lessons.kit.chapters import Chapter, check_cell, for_elsewhere
from gancore.system.files import write_text

SECONDS = 300  # that a cell may take
SCHEMA = 3  # of nbgrader's metadata
CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "gancore"
c.Execute.timeout = {SECONDS}
c.ExecutePreprocessor.timeout = {SECONDS}
"""


def write_tree(chapters: Sequence[Chapter], folder: Path) -> str:
    """Write `folder` with nbgrader's configuration, and in source/ an assignment for each chapter."""
    for chapter in chapters:
        assignment = folder / "source" / chapter.path.stem
        assignment.mkdir(parents=True)
        write_text(assignment / chapter.path.name, as_text(for_elsewhere(assigned(chapter))))
    write_text(folder / "nbgrader_config.py", CONFIG)
    return str(folder)


def assigned(chapter: Chapter) -> dict:
    """A learner's copy of the chapter with a test cell after each cell that checks."""
    notebook = copy_of(chapter.path)
    for exercise in chapter.exercises:
        cell = check_cell(notebook, exercise.number)
        notebook["cells"].insert(notebook["cells"].index(cell) + 1, graded_cell(exercise))
    return notebook


def graded_cell(exercise: Exercise) -> dict:
    name = f"exercise-{exercise.number.replace('.', '-')}"
    source = (
        "from gancore import check\n\n"
        f'verdict = check("{exercise.number}", {exercise.name})\n'
        'assert verdict.status == "correct", verdict.message'
    )
    graded = {
        "grade": True,
        "grade_id": name,
        "locked": True,
        "points": 1,
        "schema_version": SCHEMA,
        "solution": False,
        "task": False,
        "cell_type": "code",
    }
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"nbgrader": graded, "deletable": False, "editable": False},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }

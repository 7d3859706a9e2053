"""All exercises of the course, and their reference answers."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from gancore.lessons import teaching
from gancore.lessons.exercises import Exercise
from helpers.places import BANKS, COURSE

CHAPTERS = sorted(int(path.stem.removeprefix("ch")) for path in BANKS.glob("ch*.py"))
EXERCISES = [exercise for chapter in CHAPTERS for exercise in teaching.load_bank(chapter).EXERCISES]


@cache
def load_module(path: Path) -> ModuleType:
    """The Python file at `path`, run once."""
    spec = importlib.util.spec_from_file_location(f"answers_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference(exercise: Exercise, another_way: bool = False) -> object:
    """The answer in course/solutions, or the same written in another way."""
    chapter = int(exercise.number.split(".")[0])
    module = load_module(COURSE / "solutions" / f"ch{chapter:02d}.py")
    return getattr(module, exercise.name + ("_another_way" if another_way else ""))

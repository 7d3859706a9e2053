"""Which exercises a notebook is judged by: the package's own, or those that an instructor keeps in a folder."""

import importlib.util
import sys
from functools import cache
from pathlib import Path

from gancore.errors import GancoreError
from gancore.lessons.exercises import Exercise
from gancore.lessons.teaching import load_bank


def exercises_of(chapter: int, folder: Path | None) -> dict[str, Exercise]:
    """The exercises of `chapter` by number: of `folder`/chNN.py where there is one, else those of the package.

    Raises GancoreError where there are none.
    """
    file = folder / f"ch{chapter:02d}.py" if folder else None
    exercises = own_exercises(file) if file and file.is_file() else load_bank(chapter).EXERCISES
    return {exercise.number: exercise for exercise in exercises}


@cache
def own_exercises(file: Path) -> tuple[Exercise, ...]:
    """The exercises in a file of an instructor's. Raises GancoreError where it has none."""
    name = f"gancore_own_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise GancoreError(f"{file} cannot be read as a bank of exercises.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where pickle and dataclasses look for it
    spec.loader.exec_module(module)
    exercises = getattr(module, "EXERCISES", ())
    if not exercises or not all(isinstance(each, Exercise) for each in exercises):
        raise GancoreError(f"{file} holds no EXERCISES; a bank is written as those in gancore/lessons/banks are.")
    return tuple(exercises)


def check_folder(folder: Path) -> None:
    """Read every bank in `folder` once. Raises GancoreError where there is none, or one cannot be read."""
    files = sorted(folder.glob("ch[0-9][0-9].py"))
    if not files:
        raise GancoreError(f"There is no bank such as ch05.py in {folder}; `gancore kit OUT --bank-seed 1` makes some.")
    for file in files:
        try:
            own_exercises(file)
        except GancoreError:
            raise
        except Exception as error:
            raise GancoreError(
                f"{file} cannot be read as a bank of exercises ({type(error).__name__}: {error})."
            ) from error

"""A bank with other numbers: the same exercises, asked with arguments that nobody has seen."""

from pathlib import Path

from gancore.lessons.exercises import Exercise
from gancore.lessons.kit.chapters import Chapter
from gancore.system.files import write_text

FILE = '''"""Chapter {number:02d} with other numbers for `gancore grade --bank`: keep it to yourself."""

from gancore.lessons.banks.ch{number:02d} import EXERCISES as KNOWN
from gancore.lessons.exercises import redraw

EXERCISES = tuple(redraw(exercise, {seed}) for exercise in KNOWN)
'''


def write_bank(chapter: Chapter, seed: int, folder: Path) -> list[str]:
    """Write the bank of `chapter` for `seed` into `folder`; gives the exercises that are asked just as before."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / f"ch{chapter.number:02d}.py", FILE.format(number=chapter.number, seed=seed))
    return [exercise.number for exercise in chapter.exercises if not is_drawn(exercise)]


def is_drawn(exercise: Exercise) -> bool:
    """Whether any of its probes depends on a seed."""
    return any(hasattr(probe, "seed") for probe in exercise.probes)

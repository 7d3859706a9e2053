"""What a chapter says about the reader's own work: `check`, `hint`, `solution` and `quiz`.

The exercises of chapter 07 are in course/exercises/ch07.py, the answers in course/solutions/ch07.py. They are looked
for where the notebook runs, then beside this package. An instructor may withhold the second folder.
"""

import importlib.util
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gancore.errors import GancoreError
from gancore.exercises import Exercise, Status, Verdict, judge
from gancore.quizzes import Quiz

if TYPE_CHECKING:
    from gancore.widgets.quiz import QuizBox

REPOSITORY = Path(__file__).resolve().parent.parent
SECTION = re.compile(r"^# %% (\S+)( another way)?$", re.MULTILINE)  # "# %% 7.1" heads an answer in a solutions file

_hints_given: Counter[str] = Counter()


@dataclass(frozen=True, repr=False)
class Note:
    """A hint or an answer, shown as a heading, Markdown text and code."""

    heading: str
    text: str = ""
    code: str = ""

    def __repr__(self) -> str:
        return "\n\n".join(part for part in (self.heading, self.text, self.code) if part)

    def _repr_markdown_(self) -> str:
        code = f"```python\n{self.code}\n```" if self.code else ""
        return "\n\n".join(part for part in (f"**{self.heading}**", self.text, code) if part)


def check(number: str, answer: Any) -> Verdict:
    """Says how far `answer` to exercise `number` has come. It never raises: what is wrong is in what it says."""
    try:
        exercise = find_exercise(number)
    except GancoreError as error:
        return Verdict(str(number), "unknown", Status.NOT_ATTEMPTED, str(error))
    return judge(exercise, answer)


def hint(number: str) -> Note:
    """The next hint of exercise `number`: one step further each time, then the last one again.

    Raises GancoreError where there is no such exercise.
    """
    exercise = find_exercise(number)
    step = min(_hints_given[number] + 1, len(exercise.hints))
    _hints_given[number] = step
    text = exercise.hints[step - 1]
    if step == len(exercise.hints):
        text += f'\n\nThat is the last hint. `solution("{number}")` shows an answer.'
    return Note(f"Exercise {number}, hint {step} of {len(exercise.hints)}", text)


def solution(number: str) -> Note:
    """The reference answer of exercise `number`, and another way to write it.

    Raises GancoreError where there is no such exercise.
    """
    heading = f"Exercise {number}, {find_exercise(number).title}: an answer"
    answers = find_answers(number)
    if not answers:
        withheld = "The folder `course/solutions` is not in this copy of the course: whoever gave it to you keeps it."
        return Note(heading, withheld)
    return Note(heading, "Yours may look different and be right as well.", "\n\n\n# Another way\n".join(answers))


def quiz(chapter: str) -> "QuizBox":
    """The quiz of `chapter`, such as "7", as a widget. Raises GancoreError where that chapter has none."""
    from gancore.widgets.quiz import QuizBox

    number = chapter_of(chapter)
    return QuizBox(Quiz(number, load_bank(number).QUIZ))


def find_exercise(number: str) -> Exercise:
    """The exercise `number`, such as "7.1". Raises GancoreError with those that its chapter has."""
    exercises = {exercise.number: exercise for exercise in load_bank(chapter_of(number)).EXERCISES}
    if number not in exercises:
        raise GancoreError(f"There is no exercise {number!r}; this chapter has {', '.join(exercises)}.")
    return exercises[number]


def find_answers(number: str) -> list[str]:
    """The code of the reference answer of `number` and of another way to write it; empty where it is withheld."""
    path = find_file("solutions", chapter_of(number))
    if path is None:
        return []
    _, *parts = SECTION.split(path.read_text(encoding="utf-8"))
    sections = zip(parts[::3], parts[2::3], strict=True)  # the number and the code; between them, "another way"
    return [code.strip() for found, code in sections if found == number]


def chapter_of(number: str) -> int:
    """The chapter in "7", "07" or "7.1". Raises GancoreError for anything else."""
    found = re.fullmatch(r"(\d{1,2})(\.\d+)?", str(number))
    if not found:
        raise GancoreError(f'There is no exercise or chapter {number!r}; write "7.1" for exercise 1 of chapter 7.')
    return int(found[1])


def load_bank(chapter: int) -> ModuleType:
    """The module that holds `EXERCISES` and `QUIZ` of `chapter`. Raises GancoreError where there is none."""
    path = find_file("exercises", chapter)
    if path is None:
        raise GancoreError(
            f"There is no course/exercises/ch{chapter:02d}.py; start the notebook in the repository's folder course."
        )
    return load_module(path)


def find_file(folder: str, chapter: int) -> Path | None:
    """`folder`/chNN.py of the course: where the notebook runs, below it, or beside this package."""
    here = Path.cwd()
    for course in (here, here / "course", REPOSITORY / "course"):
        path = course / folder / f"ch{chapter:02d}.py"
        if path.is_file():
            return path
    return None


@cache
def load_module(path: Path) -> ModuleType:
    """The Python file at `path`, run once."""
    spec = importlib.util.spec_from_file_location(f"course_{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

"""What a chapter says about the reader's own work: `check`, `hint` and `solution`; and `yours`, to go on with it.

The exercises of chapter 07 are in `banks/ch07.py` of this package, whatever files lie in the working directory. The
answers are in the repository, course/solutions/ch07.py; an instructor may withhold that folder.
"""

import ast
import importlib.util
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from gancore.errors import GancoreError
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.slicing import IMPORTS, Statement, only
from gancore.lessons.judging import Standing, Verdict, judge, passes, usual_floats
from gancore.lessons.sharing.consent import tell

SOLUTIONS = Path(__file__).resolve().parent.parent.parent / "course" / "solutions"
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


def check(number: str | float, answer: Any) -> Verdict:
    """Says how far `answer` to exercise `number` has come. It never raises: what is wrong is in what it says.

    Whoever has called `share` shares the verdict.
    """
    try:
        exercise = find_exercise(number)
    except GancoreError as error:
        return Verdict(str(number), "unknown", Standing.NOT_ATTEMPTED, str(error))
    verdict = judge(exercise, answer)
    trouble = tell("exercises", exercise.number, {"standing": verdict.status, "said": verdict.message})
    return replace(verdict, message=f"{verdict.message}\n\n{trouble}") if trouble else verdict


def yours(number: str | float, answer: Any, ours: Any) -> Any:
    """`answer` where it is right for exercise `number`, and else `ours`: what a chapter goes on with.

    Raises GancoreError where there is no such exercise.
    """
    return answer if passes(find_exercise(number), answer) else ours


def hint(number: str | float) -> Note:
    """The next hint of exercise `number`: one step further each time, then the last one again.

    Raises GancoreError where there is no such exercise.
    """
    exercise = find_exercise(number)
    number = exercise.number
    step = min(_hints_given[number] + 1, len(exercise.hints))
    _hints_given[number] = step
    text = exercise.hints[step - 1]
    if step == len(exercise.hints):
        text += f'\n\nThat is the last hint. `solution("{number}")` shows an answer.'
    return Note(f"Exercise {number}, hint {step} of {len(exercise.hints)}", text)


def solution(number: str | float) -> Note:
    """The reference answer of exercise `number`, and another way to write it, each with the imports that it needs.

    Raises GancoreError where there is no such exercise.
    """
    exercise = find_exercise(number)
    heading = f"Exercise {exercise.number}, {exercise.title}: an answer"
    answers = [with_imports(answer, exercise.number) for answer in find_answers(exercise.number)]
    if not answers:
        withheld = "The folder `course/solutions` is not in this copy of the course: whoever gave it to you keeps it."
        return Note(heading, withheld)
    return Note(heading, "Yours may look different and be right as well.", "\n\n\n# Another way\n".join(answers))


def find_exercise(number: str | float) -> Exercise:
    """The exercise `number`, such as "7.1" or 7.1. Raises GancoreError with those that its chapter has."""
    number = str(number).strip()
    exercises = {exercise.number: exercise for exercise in load_bank(chapter_of(number)).EXERCISES}
    if number not in exercises:
        raise GancoreError(f"There is no exercise {number!r}; this chapter has {', '.join(exercises)}.")
    return exercises[number]


def find_answers(number: str) -> list[str]:
    """The code of the reference answer of `number` and of another way to write it; empty where it is withheld."""
    path = SOLUTIONS / f"ch{chapter_of(number):02d}.py"
    if not path.is_file():
        return []
    _, *parts = SECTION.split(path.read_text(encoding="utf-8"))
    sections = zip(parts[::3], parts[2::3], strict=True)  # the number and the code; between them, "another way"
    return [code.strip() for found, code in sections if found == number]


def with_imports(code: str, number: str) -> str:
    """An answer to exercise `number` below what its `code` needs of the imports at the top of its file."""
    used = set().union(*(Statement(0, node).uses for node in ast.parse(code).body))
    needed = [only(node, used) for node in imports_of(chapter_of(number)) if Statement(0, node).binds & used]
    return "\n".join([*map(ast.unparse, needed), *(["\n"] if needed else []), code])


def imports_of(chapter: int) -> list[ast.stmt]:
    """What the file of a chapter's reference answers imports."""
    text = (SOLUTIONS / f"ch{chapter:02d}.py").read_text(encoding="utf-8")
    return [node for node in ast.parse(text).body if isinstance(node, IMPORTS)]


def chapter_of(number: str) -> int:
    """The chapter in "7", "07" or "7.1". Raises GancoreError for anything else."""
    found = re.fullmatch(r"(\d{1,2})(\.\d+)?", str(number))
    if not found:
        raise GancoreError(f'There is no exercise or chapter {number!r}; write "7.1" for exercise 1 of chapter 7.')
    return int(found[1])


@usual_floats()
def load_bank(chapter: int) -> ModuleType:
    """The module that holds `EXERCISES` and `QUIZ` of `chapter`. Raises GancoreError where there is none."""
    name = f"gancore.lessons.banks.ch{chapter:02d}"
    if importlib.util.find_spec(name) is None:
        raise GancoreError(f"There is no chapter {chapter:02d} with exercises in this version of the course.")
    return importlib.import_module(name)

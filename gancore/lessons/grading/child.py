"""The process of one submission: `python -m gancore.lessons.grading.child`. It runs what the answers depend on, puts
questions to them, and writes what came back. It judges nothing, and nothing that it writes is more than data.

Both ways go line by line, as JSON. First comes a task; then, for every answer, questions until `next`.
"""

import ast
import base64
import inspect
import json
import linecache
import os
import pickle
import re
from pathlib import Path
from typing import IO, Any

from gancore.errors import GancoreError
from gancore.lessons.comparing import Raised
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.banks import exercises_of
from gancore.lessons.grading.limits import Limits, leave_network, limit_memory
from gancore.lessons.grading.results import encode
from gancore.lessons.grading.slicing import Check, Script, Statement, names_in, only, read_script
from gancore.lessons.grading.submission import Submission, read_submission
from gancore.lessons.judging import observe_one, raised, said_by
from gancore.lessons.probes import Call

MEMORY_WORDS = ("MemoryError", "can't allocate memory", "not enough memory", "Unable to allocate")


class Talk:
    """The two ends of the pipe, out of reach of whatever a submission prints or reads."""

    def __init__(self) -> None:
        self.ears: IO[str] = os.fdopen(os.dup(0), "r", encoding="utf-8")
        self.mouth: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8")
        nothing = os.open(os.devnull, os.O_RDWR)
        for end in (0, 1, 2):
            os.dup2(nothing, end)

    def hear(self) -> dict[str, Any]:
        return json.loads(self.ears.readline())

    def say(self, **words: Any) -> None:
        self.mouth.write(json.dumps(words) + "\n")
        self.mouth.flush()


class Grader:
    """Runs one submission and answers the questions about it."""

    def __init__(self, talk: Talk, task: dict[str, Any]) -> None:
        self.talk = talk
        self.skipped: set[int] = set(task["skipped"])  # cells that an earlier process did not survive
        self.done: set[str] = set(task["done"])
        self.limits = Limits(**task["limits"])
        self.bank = Path(task["bank"]) if task["bank"] else None
        self.path = Path(task["path"])
        self.names: dict[str, Any] = {
            "__name__": "__main__",
            "__builtins__": __builtins__,
            "display": lambda *shown, **how: None,  # which JupyterLab gives to every notebook
        }
        self.stopped: dict[int, str] = {}  # cells that broke off

    def grade(self) -> None:
        alone = leave_network()
        try:
            submission = read_submission(self.path)
            script = read_script(submission.cells)
            exercises = exercises_of(submission.chapter_of(script.checks), self.bank)
        except GancoreError as error:
            self.talk.say(say="refused", why=str(error))
            return
        checks = checks_of(script, exercises)
        self.talk.say(say="notebook", **about(submission, script, exercises, checks), alone=alone)
        limit_memory(self.limits)
        self.run(submission, script, exercises, checks)
        self.talk.say(say="end")

    def run(
        self, submission: Submission, script: Script, exercises: dict[str, Exercise], checks: dict[str, Check]
    ) -> None:
        """Every statement that an answer needs, in the order of the notebook, and each answer where it is checked."""
        wanted = [check for number, check in checks.items() if number not in self.done]
        needs = {check.number: script.needed(names_in(check.answer), check.place) for check in wanted}
        chosen = set().union(*needs.values())
        used = set().union(*(script.statements[at].uses for at in chosen), *(names_in(each.answer) for each in wanted))
        for place in range(len(script.statements) + 1):
            for check in wanted:
                if check.place == place:
                    bound = set().union(*(script.statements[at].binds for at in needs[check.number]))
                    uses = [each for each, other in exercises.items() if each != check.number and other.name in bound]
                    self.answer(exercises[check.number], check, script, needs[check.number], uses)
            if place in chosen:
                self.execute(script.statements[place], submission.cells, used)

    def execute(self, statement: Statement, cells: list[str], used: set[str]) -> None:
        """Run a statement, unless its cell has broken off before."""
        cell = statement.cell
        if cell in self.skipped or cell in self.stopped:
            return
        self.talk.say(say="cell", cell=cell)
        name = f"<cell {cell}>"
        linecache.cache[name] = (len(cells[cell - 1]), None, cells[cell - 1].splitlines(keepends=True), name)
        try:
            program = ast.Module([only(statement.node, used)], [])
            exec(compile(program, name, "exec", dont_inherit=True), self.names)
        except BaseException as error:  # whatever a cell does, the next one has its turn
            self.stopped[cell] = told_stopped(cell, error)

    def answer(self, exercise: Exercise, check: Check, script: Script, needs: set[int], uses: list[str]) -> None:
        """Hand over an answer, with the other exercises that it uses the answers to, and let questions be put to it."""
        self.talk.say(say="cell", cell=check.cell)
        broken = [
            self.stopped[cell] for cell in sorted({script.statements[at].cell for at in needs} & set(self.stopped))
        ]
        try:
            expression = ast.fix_missing_locations(ast.Expression(check.answer))
            answer = eval(compile(expression, f"<cell {check.cell}>", "eval"), self.names)
        except BaseException as error:
            why = self.explain(error, check, script, broken)
            self.talk.say(say="missing", number=exercise.number, why=why)
            return
        self.talk.say(say="answer", number=exercise.number, broken=broken, uses=uses, **signature_of(answer))
        while (question := self.talk.hear())["ask"] != "next":
            self.talk.say(say="result", result=self.ask(exercise, answer, question))

    def ask(self, exercise: Exercise, answer: Any, question: dict[str, Any]) -> Any:
        """What the answer gives back to the probe at a place, or to a call with these arguments."""
        place = question["ask"]
        probe = exercise.probes[place] if isinstance(place, int) else Call("", pickle.loads(base64.b64decode(place)), 0)
        try:
            result = observe_one(probe, answer, question["seed"])
            if isinstance(result, Raised):
                result = about_memory(result, self.limits)
            return encode(result)
        except BaseException as error:  # such as a result that eats the memory while it is written
            return encode(about_memory(raised(error), self.limits))

    def explain(self, error: BaseException, check: Check, script: Script, broken: list[str]) -> str:
        """Why there is no answer to hand over."""
        if broken:
            return broken[0]
        if not isinstance(error, NameError):
            return told_stopped(check.cell, error)
        below = sorted({cell for cell in script.definitions(error.name or "") if cell > check.cell})
        lost = sorted({cell for cell in self.skipped | set(script.broken) if cell <= check.cell})
        if below:
            return (
                f"Cell {check.cell} checks `{error.name}`, which cell {below[0]} defines further down. A notebook is "
                "graded from top to bottom: move the definition up."
            )
        if lost:
            return f"Cell {check.cell} checks `{error.name}`, which is not there since cell {lost[0]} could not be run."
        return f"Cell {check.cell} checks `{error.name}`, and no cell above defines that name. Was it renamed?"


def checks_of(script: Script, exercises: dict[str, Exercise]) -> dict[str, Check]:
    """What is checked of these exercises. Where the check is gone, the name that the chapter gave stands for it."""
    checks = {number: check for number, check in script.checks.items() if number in exercises}
    last = len(script.statements)
    for number, exercise in exercises.items():
        cells = script.definitions(exercise.name)
        if number not in checks and cells:
            checks[number] = Check(number, ast.Name(exercise.name, ast.Load()), cells[-1], last, False)
    return checks


def about(
    submission: Submission, script: Script, exercises: dict[str, Exercise], checks: dict[str, Check]
) -> dict[str, Any]:
    """What the process that judges has to know before the first answer."""
    absent = {
        number: told_absent(exercise, submission, script)
        for number, exercise in exercises.items()
        if number not in checks
    }
    return {
        "chapter": submission.chapter_of(script.checks),
        "version": str(submission.version or ""),
        "notes": [*left_out(script).values(), *told_twice(script, exercises, checks), *submission.told_meddling()],
        "absent": absent,
        "unknown": sorted(set(script.checks) - set(exercises)),
    }


def left_out(script: Script) -> dict[int, str]:
    """The cells that are not read, and why."""
    return dict(sorted((script.broken | script.others).items()))


def told_absent(exercise: Exercise, submission: Submission, script: Script) -> str:
    """Why an exercise has no answer: a cell that was left out has it, or none."""
    marks = (rf"check\(\s*['\"]?{re.escape(exercise.number)}\b", rf"\b{re.escape(exercise.name)}\b")
    for mark in marks:
        for cell, why in left_out(script).items():
            if re.search(mark, submission.cells[cell - 1]):
                return why
    return f"No cell checks exercise {exercise.number} or defines `{exercise.name}`: was it deleted or renamed?"


def told_twice(script: Script, exercises: dict[str, Exercise], checks: dict[str, Check]) -> list[str]:
    """That an exercise has several answers, and which of them counts."""
    said = []
    for number, check in checks.items():
        names = names_in(check.answer) & {exercises[number].name}
        cells = [cell for name in names for cell in script.definitions(name) if cell <= check.cell]
        if len(cells) > 1:
            places = f"{', '.join(map(str, cells[:-1]))} and {cells[-1]}"
            said.append(f"Exercise {number} has {len(cells)} answers, in cells {places}; the last one counts.")
    return said


def signature_of(answer: Any) -> dict[str, Any]:
    """Whether an answer can be called, and what it calls its arguments."""
    try:
        names = [name for name, each in inspect.signature(answer).parameters.items() if each.kind < each.VAR_POSITIONAL]
    except (TypeError, ValueError):
        names = []
    return {"callable": callable(answer), "arguments": names}


def about_memory(result: Raised, limits: Limits) -> Raised:
    """An exception in words, with the limit where it was that."""
    if not any(word in result.error for word in MEMORY_WORDS):
        return result
    most = f"{limits.memory / 2**30:.3g} GB"
    return Raised("MemoryError", f"{result.sentence} It asked for more memory than the {most} that grading allows.")


def told_stopped(cell: int, error: BaseException) -> str:
    """How a cell broke off."""
    alone = " Grading starts in an empty folder, so files beside a notebook are not there."
    missed = alone if isinstance(error, (ModuleNotFoundError, FileNotFoundError)) else ""
    return f"Cell {cell} stopped with `{type(error).__name__}: {first_line(said_by(error))}`.{missed}"


def first_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[0][:200]


def main() -> None:
    talk = Talk()
    Grader(talk, talk.hear()).grade()


if __name__ == "__main__":
    main()

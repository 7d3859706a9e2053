"""Marks for submissions. Every answer is asked in a process of its notebook's own, and judged here."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from gancore.lessons.copies import copy_of, version_of
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.banks import exercises_of
from gancore.lessons.grading.handed import Handed
from gancore.lessons.grading.limits import USUAL, Limits
from gancore.lessons.grading.process import Distant, Ended, Process, distant, task_of
from gancore.lessons.grading.results import as_said
from gancore.lessons.judging import Standing, Verdict, observe, verdict_on
from gancore.lessons.teaching import SOLUTIONS

AT_ONCE = 2
MOST_STARTS = 12  # of a notebook whose cells end the process they run in

judging = threading.Lock()  # judging seeds the global random numbers, so there is one at a time


@dataclass
class Marks:
    """The verdicts on one submission, by exercise, and what else there is to say of it."""

    learner: str
    path: Path
    chapter: int | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0
    memory: int = 0  # bytes, the most that was seen
    alone: bool = True  # whether the network was held back

    @property
    def correct(self) -> int:
        return sum(verdict.status is Standing.CORRECT for verdict in self.verdicts.values())


def grade(handed: Sequence[Handed], bank: Path | None = None, limits: Limits = USUAL) -> Iterator[Marks]:
    """The marks of each submission, in the order given, two at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda each: Marking(each, bank, limits).run(), handed)


class Marking:
    """One submission on its way to its marks."""

    def __init__(self, handed: Handed, bank: Path | None, limits: Limits) -> None:
        self.bank, self.limits = bank, limits
        self.marks = Marks(handed.learner, handed.path)
        self.exercises: dict[str, Exercise] = {}
        self.skipped: set[int] = set()
        self.done: set[str] = set()
        self.until = time.monotonic() + limits.notebook
        self.cell = 0  # that runs now
        self.told = False

    def run(self) -> Marks:
        started = time.monotonic()
        for _ in range(MOST_STARTS):
            if self.play():
                break
        unasked = [number for number in self.exercises if number not in self.marks.verdicts]
        if unasked:
            most = f"the {self.limits.notebook:.0f} s and {MOST_STARTS} processes that a notebook has"
            self.marks.notes.append(f"Not asked within {most}: {', '.join(unasked)}.")
        for number in unasked:
            self.put(number, Standing.NOT_YET, "It could not be asked: see what is said of the notebook.")
        self.marks.verdicts = {number: self.marks.verdicts[number] for number in self.exercises}
        self.marks.seconds = time.monotonic() - started
        return self.marks

    def play(self) -> bool:
        """One process from start to end; whether there is no need of another."""
        process = Process(
            task_of(self.marks.path, self.bank, self.limits, self.skipped, self.done), self.limits, self.until
        )
        self.cell = 0
        try:
            while (words := process.hear())["say"] != "end":
                self.take(words, process)
            return True
        except Ended as ended:
            return self.survive(ended)
        finally:
            self.until = process.until
            self.marks.memory = max(self.marks.memory, process.most)
            process.close()

    def take(self, words: dict[str, Any], process: Process) -> None:
        """One thing that the process says. Once code of a learner's has run there, it may be anything."""
        match words:
            case {"say": "refused", "why": why}:
                self.marks.notes.append(as_said(why))
                raise Over
            case {"say": "notebook"}:
                self.begin(words)
            case {"say": "cell", "cell": int(cell)}:
                self.cell = cell
            case {"say": "missing", "number": str(number), "why": why} if number in self.exercises:
                self.put(number, Standing.NOT_YET, as_said(why))
            case {"say": "answer", "number": str(number), "broken": [*broken]} if number in self.exercises:
                answer = distant(self.exercises[number], process, words)
                self.judge(answer, " ".join(map(as_said, broken[:1])), self.told_wrong(words.get("uses")))
                process.tell({"ask": "next"})
            case _:
                raise Ended("wrote into the answers of the process it ran in")

    def begin(self, words: dict[str, Any]) -> None:
        """What the process has read of the notebook, before it ran any of it. Of several processes the first counts."""
        if self.told:
            return
        self.told = True
        chapter = words.get("chapter")
        self.exercises = exercises_of(chapter, self.bank) if isinstance(chapter, int) else {}
        self.marks.chapter, self.marks.alone = chapter, words.get("alone") is True
        self.marks.notes += [*told_of_chapter(self.marks.path, chapter, words), *map(as_said, words.get("notes", []))]
        for number, why in words.get("absent", {}).items():
            if number in self.exercises:
                self.put(number, Standing.NOT_ATTEMPTED, as_said(why))

    def told_wrong(self, uses: Any) -> str:
        """Which of the other answers that one uses is known to be wrong."""
        numbers = [each for each in self.marks.verdicts if isinstance(uses, list) and each in uses]
        wrong = [each for each in numbers if self.marks.verdicts[each].status is not Standing.CORRECT]
        said = (f"It uses `{self.exercises[each].name}`, and exercise {each} is not right yet." for each in wrong)
        return " ".join(said)

    def judge(self, answer: Distant, broken: str, wrong: str) -> None:
        """Put all questions to an answer, and judge what comes back.

        `broken` says which cell it needs broke off, `wrong` which other answer that it uses is not right.
        """
        exercise = answer.exercise
        results = observe(exercise, answer)
        with judging:
            verdict = verdict_on(exercise, results, answer)
        if answer.ended is not None:
            self.put(exercise.number, Standing.NOT_YET, f"Your answer {answer.ended}.")
            raise answer.ended
        said = verdict.message
        if verdict.status is not Standing.CORRECT:
            said = " ".join(filter(None, (broken, said, wrong)))
        self.put(exercise.number, verdict.status, said)

    def put(self, number: str, status: Standing, message: str) -> None:
        self.done.add(number)
        self.marks.verdicts[number] = Verdict(number, self.exercises[number].title, status, message)

    def survive(self, ended: Ended) -> bool:
        """Note what ended a process, so that the next one goes round it; whether there is no use in a next one."""
        if isinstance(ended, Over):
            return True
        if not self.told:
            self.marks.notes.append(f"The notebook {ended} before anything of it ran.")
            return True
        if str(ended) not in self.last_message():
            self.skipped.add(self.cell)
            self.marks.notes.append(f"Cell {self.cell} {ended}.")
        return time.monotonic() >= self.until

    def last_message(self) -> str:
        """What was said of the answer that was judged last."""
        return next(reversed(self.marks.verdicts.values())).message if self.marks.verdicts else ""


class Over(Ended):
    """That there is nothing to grade."""


def told_of_chapter(path: Path, chapter: Any, words: dict[str, Any]) -> list[str]:
    """That a notebook is of another chapter than its file says, or of another version of the course."""
    said = []
    if path.name[:2].isdigit() and path.name[2:3] == "_" and int(path.name[:2]) != chapter:
        said.append(f"The file is called {path.name[:3]}…, and what it checks is of chapter {chapter:02d}.")
    version, now = words.get("version"), version_now(chapter)
    if version and now and version != now:
        said.append(f"It was made from another version of chapter {chapter:02d} than the one here.")
    unknown = [as_said(number) for number in words.get("unknown", [])]
    if unknown:
        said.append(f"It checks {', '.join(unknown)}, which this version of chapter {chapter:02d} does not have.")
    return said


@cache
def version_now(chapter: int) -> str | None:
    """The version of the chapter in this repository; None where there is none."""
    files = sorted(SOLUTIONS.parent.glob(f"{chapter:02d}_*.ipynb"))
    return version_of(copy_of(files[0])) if files else None

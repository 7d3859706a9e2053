"""What a room shares: every learner's file in a folder, read as data that anybody may have written."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gancore.errors import GancoreError
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.marking import Marks
from gancore.lessons.grading.results import as_said
from gancore.lessons.judging import Standing, Verdict
from gancore.lessons.predictions.kinds import Answer, Prediction, find_prediction
from gancore.lessons.sharing.consent import part_of
from gancore.lessons.teaching import chapter_of, find_exercise, load_bank

LARGEST = 2**20  # bytes of a file; all exercises and predictions of the course come to less than a tenth


@dataclass(frozen=True)
class Learner:
    """What one learner shares: verdicts by exercise; guesses and outcomes by prediction; minutes since the last."""

    name: str
    minutes: float
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    guesses: dict[str, Answer] = field(default_factory=dict)
    outcomes: dict[str, Answer] = field(default_factory=dict)

    @property
    def chapters(self) -> set[int]:
        return {chapter_of(number) for number in self.verdicts}


def read_room(folder: Path) -> tuple[list[Learner], list[str]]:
    """The learners who share in `folder`, by name, and a sentence for each file that is none of theirs.

    Raises GancoreError where there is no such folder.
    """
    if not folder.is_dir():
        raise GancoreError(f"There is no folder {folder}; name the one that your learners share with.")
    learners, notes = [], []
    for path in sorted(folder.glob("[!.]*.json")):  # what begins with a dot is about to be put in place
        try:
            learners.append(read_learner(path))
        except (OSError, ValueError, RecursionError, GancoreError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            notes.append(as_said(f"{path.name} cannot be read ({why})."))
    return learners, notes


def read_learner(path: Path) -> Learner:
    state = path.stat()
    if not path.is_file() or state.st_size > LARGEST:
        raise GancoreError(f"it is no file, or has more than {LARGEST:,} bytes")
    told = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        raise GancoreError("it holds no verdicts")
    asked = list(asked_in(part_of(told, "predictions")))
    return Learner(
        as_said(path.stem),
        (time.time() - state.st_mtime) / 60,
        dict(verdicts_in(part_of(told, "exercises"))),
        dict(answers_in(asked, "guess")),
        dict(answers_in(asked, "outcome")),
    )


def verdicts_in(told: dict[str, Any]) -> Iterator[tuple[str, Verdict]]:
    """What was said of each exercise that this version of the course has."""
    for number, entry in told.items():
        match entry:
            case {"standing": str(standing), "said": str(said)} if standing in set(Standing):
                try:
                    exercise = find_exercise(number)
                except GancoreError:
                    continue
                yield number, Verdict(number, exercise.title, Standing(standing), as_said(said))


def asked_in(told: dict[str, Any]) -> Iterator[tuple[Prediction, dict[str, Any]]]:
    """The predictions that were answered in the words that this version of the course asks in."""
    for number, entry in told.items():
        try:
            prediction = find_prediction(number)
        except GancoreError:
            continue
        if isinstance(entry, dict) and entry.get("question") == prediction.question:
            yield prediction, entry


def answers_in(asked: list[tuple[Prediction, dict[str, Any]]], part: str) -> Iterator[tuple[str, Answer]]:
    for prediction, entry in asked:
        try:
            yield prediction.number, prediction.answer(entry[part])
        except (GancoreError, KeyError, TypeError, ValueError):  # not there yet, or written by hand
            continue


def marks_of(learners: list[Learner]) -> list[Marks]:
    """A row for each learner and chapter, as grading has them; what was not checked counts as not attempted."""
    return [
        Marks(each.name, Path(), chapter, {one.number: verdict_of(each, one) for one in load_bank(chapter).EXERCISES})
        for each in learners
        for chapter in sorted(each.chapters)
    ]


def verdict_of(learner: Learner, exercise: Exercise) -> Verdict:
    nothing = Verdict(exercise.number, exercise.title, Standing.NOT_ATTEMPTED, "")
    return learner.verdicts.get(exercise.number, nothing)

"""A room of made-up learners: their notebooks, and what is to be said of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gancore.lessons.grading.submission import text_of
from helpers.exercises import CHAPTERS
from helpers.submissions import change, chapter, code_cell, notebook, references, write

CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted"
SIGNATURE = "def generator_loss(fake):"
NO_G = {"5.2": NOT_YET, "5.3": NOT_YET}  # a round is played with the loss


@dataclass(frozen=True)
class Learner:
    """Who hands in what: `make` gives a notebook, or the text of a file; then the standings and what is said.

    An exercise that `standings` does not name stands at `others`.
    """

    make: Callable[[], dict | str]
    standings: dict[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()  # parts of a message or a note
    number: int | None = 5  # that it is graded as; None where it is refused
    file: str = chapter(5).name
    others: str = CORRECT
    beside: tuple[tuple[str, str], ...] = ()  # other files in the same folder


def five(first: str = "", **wrong: str) -> Callable[[], dict]:
    """Chapter 05, all right but for `e1="…"`, the answer to exercise 5.1, and so on."""
    changed = {f"5.{name[1:]}": code for name, code in wrong.items()}
    return lambda: notebook(5, references(5) | changed, first)


def right(number: int, way: int = 0) -> Learner:
    """A chapter with all its answers right; with the second way to write each, where `way` is 1."""
    return Learner(lambda: notebook(number, references(number, way)), number=number, file=chapter(number).name)


def renamed_and_not_checked() -> dict:
    made = five()()
    return change(made, "5.2", lambda text: text.replace("def generator_loss", "def g_loss"))


def without_a_check() -> dict:
    return change(five()(), "5.2", lambda text: text.replace('check("5.2", ', "print("))


def with_two_answers() -> dict:
    made = five()()
    made["cells"].insert(0, code_cell("import torch\ndef generator_loss(fake):\n    return fake.mean()"))
    return made


def with_a_broken_cell() -> dict:
    return change(five()(), "5.2", lambda text: f"{text}\nfor")


def of_an_older_version() -> dict:
    made = notebook(5, {number: code for number, code in references(5).items() if number != "5.4"})
    made["metadata"]["gancore"]["version"] = "0" * 64
    made["cells"] = [cell for cell in made["cells"] if 'check("5.4"' not in text_of(cell)]
    made["cells"].append(code_cell('check("5.99", line)'))
    return made


def by_work() -> dict:
    """An answer that a loop in another cell makes."""
    made = five(e4="line = tries['line'] + 1")()
    work = "tries = {}\nfor number in range(3):\n    tries['line'] = number\n"
    made["cells"].insert(1, code_cell(work))
    return made


WRITES = """def jensen_shannon(p, q):
    middle = ((p + q) / 2).clamp(min=1e-30)
    parts = [torch.special.xlogy(each, each / middle) for each in (p, q)]
    p.zero_()
    return sum(parts).sum() / 2"""
PATCHES = """
import gancore.lessons.comparing, gancore.lessons.judging, gancore.lessons.teaching
gancore.lessons.comparing.same = gancore.lessons.comparing.fits = lambda *given: True
gancore.lessons.judging.fits = gancore.lessons.judging.is_right = lambda *given: True
def check(number, answer):
    return "correct"
gancore.lessons.teaching.check = gancore.check = check
"""
OWN_EXERCISES = "EXERCISES = ()\n"
SAME = "def same(*given):\n    return True\nfits = alike = same\n"

ROOM: dict[str, Learner] = {
    **{f"right-{number:02d}": right(number) for number in CHAPTERS},
    "another-way-02": right(2, 1),
    "another-way-05": right(5, 1),
    "another-way-09": right(9, 1),
    "untouched": Learner(lambda: notebook(5, {}), {}, ("Stuck?", "still empty"), others=NOT_ATTEMPTED),
    "known-mistakes": Learner(
        five(
            e1="def discriminator_loss(real, fake):\n    return softplus(real).mean() + softplus(-fake).mean()",
            e2="def generator_loss(fake):\n    return -softplus(fake).mean()",
            e3="play_round = lambda *given: None",
            e4="line = 9",
        ),
        {"5.1": NOT_YET, "5.2": NOT_YET, "5.3": NOT_ATTEMPTED, "5.4": NOT_YET},
        ("rewarded for calling generated examples real", "This is the minimax loss", "retain_graph"),
    ),
    "unknown-mistake": Learner(five(e2=f"{SIGNATURE}\n    return fake.sum() * 0.123"), NO_G, ("is right",)),
    "raises": Learner(
        five(e2=f"{SIGNATURE}\n    return fake.mena()"),
        NO_G,
        ("stopped in line 2 of its cell, `return fake.mena()`", "AttributeError"),
    ),
    "writes-into-it": Learner(
        lambda: notebook(4, references(4) | {"4.3": WRITES}),
        {"4.3": NOT_YET},
        ("writes into `p`",),
        number=4,
        file=chapter(4).name,
    ),
    "by-work": Learner(by_work, {}),
    "no-json": Learner(lambda: "%PDF-1.7 not a notebook", {}, ("It is no notebook",), None),
    "no-cells": Learner(lambda: '{"cells": 3}', {}, ("has no list of cells",), None),
    "no-file-of-the-course": Learner(
        lambda: {"cells": [code_cell("1 + 1")], "metadata": {}},
        {},
        ("of no chapter of this course",),
        None,
        "homework.ipynb",
    ),
    "broken-cell": Learner(with_a_broken_cell, NO_G | {"5.2": NOT_ATTEMPTED}, ("is no Python",)),
    "another-chapter": Learner(lambda: notebook(4, references(4)), {}, ("what it checks is of chapter 04",), number=4),
    "older-version": Learner(
        of_an_older_version,
        {"5.4": NOT_ATTEMPTED},
        (
            "made from another version of chapter 05",
            "It checks 5.99, which this version",
            "No cell checks exercise 5.4",
        ),
    ),
    "renamed": Learner(renamed_and_not_checked, NO_G, ("checks `generator_loss`, and no cell above defines",)),
    "no-check": Learner(without_a_check, {}),
    "two-answers": Learner(with_two_answers, {}, ("Exercise 5.2 has 2 answers, in cells 1 and",)),
    "endless-answer": Learner(
        five(e2=f"{SIGNATURE}\n    while True:\n        pass"), NO_G, ("Your answer took longer than",)
    ),
    "endless-cell": Learner(
        five("start = 3\nwhile True:\n    start += 1", e4="line = start"),
        {"5.4": NOT_YET},
        ("Cell 1 took longer than",),
    ),
    "exits": Learner(
        five("exit()", e2=f"{SIGNATURE}\n    exit()"), NO_G, ("SystemExit", "leaves the notebook running")
    ),
    "ends-the-process": Learner(
        five(e2=f"import os\n{SIGNATURE}\n    os._exit(0)"), NO_G, ("Your answer ended the process",)
    ),
    "ten-gigabytes": Learner(
        five(e2=f"{SIGNATURE}\n    return torch.ones(10 * 2**28).mean()"),
        NO_G,
        ("asked for more memory than the 2 GB that grading allows",),
    ),
    "patched": Learner(
        five(PATCHES, e1="def discriminator_loss(real, fake):\n    return real.mean()", e4="line = 9"),
        {"5.1": NOT_YET, "5.3": NOT_YET, "5.4": NOT_YET},
        ("Cell 1 reaches into the course's own judging", "It uses `discriminator_loss`, and exercise 5.1 is not right"),
    ),
    "own-exercises": Learner(
        five(e4="line = 9"),
        {"5.4": NOT_YET},
        ("retain_graph",),
        beside=(
            ("exercises/ch05.py", OWN_EXERCISES),
            ("exercises/__init__.py", ""),
            ("gancore/__init__.py", SAME),
            ("gancore/lessons/comparing.py", SAME),
            ("torch.py", "raise SystemExit"),
        ),
    ),
    "calls-home": Learner(
        five(e2=f"import socket\n{SIGNATURE}\n    socket.create_connection(('127.0.0.1', PORT), 2)\n    return 0"),
        NO_G,
        ("Your answer stopped in line 3",),
    ),
    "talks-back": Learner(
        five(
            e2=f'import os\n{SIGNATURE}\n    [os.write(end, b\'{{"say": "end"}}\\n\') for end in range(3, 9) '
            "if os.path.exists(f'/proc/self/fd/{end}') and 'pipe' in os.readlink(f'/proc/self/fd/{end}')]\n"
            "    return 0"
        ),
        NO_G,
    ),
}


def hand_in(folder: Path, names: list[str] | None = None, **values: object) -> None:
    """Write the notebooks of the room, or of those named, each in a folder of its learner's."""
    for name in names or list(ROOM):
        learner = ROOM[name]
        made = learner.make()
        path = write(made, folder / name / learner.file)
        for key, value in values.items():
            path.write_text(path.read_text(encoding="utf-8").replace(key, str(value)), encoding="utf-8")
        for other, text in learner.beside:
            write(text, folder / name / other)

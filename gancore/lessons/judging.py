"""How an answer is judged: what it gives back to every probe, which known mistake explains that, and what is said."""

import linecache
import math
import random
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from io import StringIO
from typing import Any
from warnings import catch_warnings

import numpy as np
import torch
from torch import Tensor, nn

from gancore.lessons.comparing import Changed, Raised, alike, bare, fits, is_silent, is_telling, shape, tidy, untouched
from gancore.lessons.diagnosing import cases_of, told_ignored, told_others, told_size
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import THE_LIST, Call, Drawn, Probe, Slopes, Value, WrongKind
from gancore.lessons.wording import told_pattern
from gancore.system.random import seeded

LONGEST_TEXT = 200  # characters of an error that a sentence can hold


class Standing(StrEnum):
    """How far an answer has come."""

    NOT_ATTEMPTED = "not attempted"
    NOT_YET = "not yet"
    CORRECT = "correct"


SIGNS = {Standing.NOT_ATTEMPTED: "○", Standing.NOT_YET: "✗", Standing.CORRECT: "✓"}


@dataclass(frozen=True, repr=False)
class Verdict:
    """What `check` says about an answer. It shows itself as a sentence; `message` is Markdown."""

    number: str
    title: str
    status: Standing
    message: str

    def __repr__(self) -> str:
        return f"{SIGNS[self.status]} Exercise {self.number}, {self.title}: {self.status}. {self.message}"

    def _repr_markdown_(self) -> str:
        return f"{SIGNS[self.status]} **Exercise {self.number}, {self.title}: {self.status}.** {self.message}"


class Elsewhere:
    """An answer that lives in another process, where the questions are put to it."""

    def observe(self, probe: Probe, seed: int) -> Any:
        """What the answer gives back to `probe` there, tidy."""
        raise NotImplementedError


@contextmanager
def usual_floats() -> Iterator[None]:
    """Numbers are made in float32, as everywhere in the course, whatever the reader has told PyTorch to make."""
    told = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        yield
    finally:
        torch.set_default_dtype(told)


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """The verdict on `answer`. An exception in it is part of the verdict, and the global random numbers stay as
    they were."""
    return verdict_on(exercise, observe(exercise, answer), answer)


@usual_floats()
def verdict_on(exercise: Exercise, results: Sequence[Any], answer: Any) -> Verdict:
    """The verdict on an `answer` that gave back `results`."""

    def verdict(status: Standing, message: str) -> Verdict:
        return Verdict(exercise.number, exercise.title, status, message)

    if untouched(results) and callable(answer) and prints(exercise.probes[0], answer):
        return verdict(Standing.NOT_YET, "Your function prints, and gives nothing back. `return` hands over a result.")
    if untouched(results):
        nothing = f"`{exercise.name}` is still empty."
        if callable(answer):
            nothing = "Your function neither returns nor changes anything yet."
        return verdict(Standing.NOT_ATTEMPTED, f'{nothing} Stuck? `hint("{exercise.number}")` gives the next step.')
    if is_right(exercise, results):
        return verdict(Standing.CORRECT, exercise.praise)
    mistake = find_mistake(exercise, results)
    return verdict(Standing.NOT_YET, mistake.message if mistake else complaint(exercise, results, answer))


@usual_floats()
def passes(exercise: Exercise, answer: Any) -> bool:
    """Whether `answer` is right, without a word about it."""
    return all(fits(observe_one(probe, answer), tidy(probe.right)) for probe in exercise.probes)


def is_right(exercise: Exercise, results: Sequence[Any]) -> bool:
    return all(map(fits, results, rights_of(exercise)))


@lru_cache(maxsize=8)  # an exercise of random numbers is made anew for every check
def rights_of(exercise: Exercise) -> tuple:
    """What is right for each probe, tidy."""
    return tuple(tidy(probe.right) for probe in exercise.probes)


# What an answer gives back


def observe(exercise: Exercise, answer: Any) -> tuple:
    """What `answer` gives back to each probe of `exercise`, tidy; `Raised` where it stopped."""
    return tuple(observe_one(probe, answer) for probe in exercise.probes)


def observe_one(probe: Probe, answer: Any, seed: int = 0) -> Any:
    if isinstance(answer, Elsewhere):
        return answer.observe(probe, seed)
    with random_numbers_kept(seed), kernel_kept(), usual_floats(), torch.enable_grad():
        try:
            return tidy(probe.ask(answer))
        except KeyboardInterrupt:
            raise
        except NotImplementedError as error:  # of a stub, which has no text; PyTorch's own have one
            return raised(error, answer) if str(error) else None
        except BaseException as error:  # whatever a reader's code does, the chapter goes on
            return raised(error, answer)


def prints(probe: Probe, answer: Any) -> bool:
    """Whether an answer writes anything where a person sees it."""
    with redirect_stdout(StringIO()) as said:
        observe_one(probe, answer)
    return bool(said.getvalue().strip())


@contextmanager
def random_numbers_kept(seed: int) -> Iterator[None]:
    """Seeds all global random numbers of the processor, and leaves them as they were."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    with seeded(seed):
        np.random.seed(seed)
        random.seed(seed)
        try:
            yield
        finally:
            np.random.set_state(numpy_state)
            random.setstate(python_state)


@contextmanager
def kernel_kept() -> Iterator[None]:
    """Makes a notebook's own `exit`, which raises nothing and ends the kernel later, an exception like Python's."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        yield
        return
    own = vars(shell).get("ask_exit")
    shell.ask_exit = stop
    try:
        yield
    finally:
        del shell.ask_exit
        if own is not None:
            shell.ask_exit = own


def stop() -> None:
    raise SystemExit


def raised(error: BaseException, answer: Any = None) -> Raised:
    """What an answer's exception says, and in which line of the reader's own code it was on its way; and what may be
    meant where the answer is a network."""
    if isinstance(error, WrongKind):
        return Raised(str(error), str(error))
    said = (said_by(error).strip().splitlines() or ["no message"])[0]
    said = said if len(said) <= LONGEST_TEXT else f"{said[:LONGEST_TEXT]}…"
    text = f"{type(error).__name__}: {said}"
    frames = [frame for frame in traceback.walk_tb(error.__traceback__) if is_of_reader(frame[0].f_globals)]
    meant = NETWORK if isinstance(answer, nn.Module) else ""
    if not frames:
        return Raised(text, f"Your answer stopped with `{text}`.{meant}")
    frame, line = frames[-1]
    source = linecache.getline(frame.f_code.co_filename, line).strip()
    return Raised(text, f"Your answer stopped in line {line} of its cell, `{source}`, with `{text}`.{meant}")


NETWORK = (
    " Your answer is a network: where a function is asked for that builds one, hand over that function, without "
    "parentheses."
)


def said_by(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "an answer gives back a result, and leaves the notebook running"
    return str(error)


def is_of_reader(module: dict[str, Any]) -> bool:
    """Whether code with these globals was typed into a notebook: a kernel runs its cells as `__main__`."""
    return module.get("__name__") == "__main__"


# Which mistake it is


@cache
def observe_mistake(exercise: Exercise, place: int) -> tuple:
    """What the mistake at `place` gives back to each probe; some take seconds, so each is asked once."""
    with catch_warnings(action="ignore"):  # of shapes, for example: no reader has written what they are about
        return observe(exercise, exercise.mistakes[place].wrong)


def find_mistake(exercise: Exercise, results: Sequence[Any]) -> Mistake | None:
    """The known mistake that explains the most of what is wrong with `results`, or None."""
    found = [(explains(exercise, place, results), mistake) for place, mistake in enumerate(exercise.mistakes)]
    share, mistake = max(found, key=lambda pair: pair[0], default=(0.0, None))
    return mistake if share > 0 else None


def explains(exercise: Exercise, place: int, results: Sequence[Any]) -> float:
    """Which share of all that the mistake at `place` gets wrong these results get wrong in the same way; 0 where the
    mistake does not explain them.

    It does where it agrees with every wrong result that tells anything, and shows in more than half of the places
    where it can; in all of them where results hold no fractions, which agree by chance. Entries of a list are answered
    each for itself: there it does where it agrees with all that is filled in wherever it shows.
    """
    known, found, rights = split(exercise, observe_mistake(exercise, place), results)
    agree = alike_entries if is_list(exercise) else alike
    places = [at for at in range(len(rights)) if agree(known[at], found[at])]  # first, since mostly there are none
    agreeing = {at for at in places if not fits(known[at], rights[at]) and not fits(found[at], rights[at])}
    if not agreeing:
        return 0.0
    wrong = {at for at in range(len(rights)) if not fits(found[at], rights[at])}
    marks = {at for at in range(len(rights)) if not fits(known[at], rights[at])}
    if is_list(exercise):
        return float(agreeing == {at for at in marks if found[at] is not None}) * len(agreeing)
    silent = {at for at in wrong - agreeing if is_silent(found[at])}
    if agreeing | silent != wrong or len(agreeing) < len(silent):
        return 0.0
    telling = any(is_telling(found[at]) for at in agreeing)
    shown = 2 * len(agreeing) > len(marks - silent) if telling else agreeing == marks
    return float(shown) * len(agreeing) / len(marks)


def told_entries(exercise: Exercise, results: Sequence[Any]) -> str:
    """What a known mistake says of the wrong entries of a list, although it would show in others, too. Of those that
    explain them it is the one that would show in the fewest; where there are two of these, nothing is said."""
    said: list[tuple[int, str]] = []
    for place, mistake in enumerate(exercise.mistakes):
        known, found, rights = split(exercise, observe_mistake(exercise, place), results)
        filled = [each for each in zip(known, found, rights, strict=False) if each[1] is not None]
        wrong = [(known, found) for known, found, right in filled if not fits(found, right)]
        if wrong and all(alike_entries(one, two) for one, two in wrong):
            said.append((sum(not fits(one, two) for one, _, two in filled), mistake.message))
    fewest = [message for marks, message in said if marks == min(said)[0]]
    return fewest[0] if len(fewest) == 1 else ""


def alike_entries(one: Any, other: Any) -> bool:
    """Whether two entries of a list are alike. `nan` is no infinity there, for a reader has seen which it is."""
    return alike(one, other) and is_nan(one) == is_nan(other)


def is_nan(entry: Any) -> bool:
    return isinstance(entry, Tensor) and bool(entry.isnan().any())


def is_list(exercise: Exercise) -> bool:
    """Whether the answer is a list of numbers."""
    return len(exercise.probes) == 1 and isinstance(exercise.probes[0], Value) and shape(rights_of(exercise)[0]) != ()


def split(exercise: Exercise, known: Sequence[Any], found: Sequence[Any]) -> tuple[Sequence, Sequence, Sequence]:
    """Both results and what is right, without notes; of lists of the right length the entries."""
    known, found, rights = [bare(each) for each in known], [bare(each) for each in found], rights_of(exercise)
    if is_list(exercise) and shape(known[0])[:1] == shape(found[0])[:1] == shape(rights[0])[:1]:
        return known[0], found[0], rights[0]
    return known, found, rights


# What is said


def complaint(exercise: Exercise, results: Sequence[Any], answer: Any) -> str:
    """What is wrong at the first probe whose result is not right, and what else can be found out about the answer."""
    probes, rights = exercise.probes, rights_of(exercise)
    wrong = [place for place, right in enumerate(rights) if not fits(bare(results[place]), right)]
    changed = [each.argument for each in results if isinstance(each, Changed)]
    if changed and all(isinstance(probes[place], Slopes) for place in wrong):
        return told_change(changed[0], "The result is right, but your function")
    first = bare(results[wrong[0]])
    if isinstance(first, Raised):
        return first.sentence
    if first is None:
        return told_nothing(results)
    said = [probes[wrong[0]].complain(first)]
    if is_list(exercise):
        said.append(told_entries(exercise, results))
    calls = [place for place in wrong if isinstance(probes[place], (Call, Drawn))]
    if calls and all(isinstance(probes[place], (Call, Drawn, Slopes)) for place in wrong):
        said.append(told_more(exercise, results, calls, answer))  # wrong numbers have wrong gradients
    if changed:
        said.append(told_change(changed[0], "Your function also"))
    return " ".join(filter(None, said))


def told_nothing(results: Sequence[Any]) -> str:
    """That a function gives nothing back, for some inputs or for all, and what it does instead."""
    if not all(each is None or isinstance(each, Raised) for each in map(bare, results)):
        return "For some inputs your function gives nothing back: does every way through it end with `return`?"
    changed = next((each.argument for each in results if isinstance(each, Changed)), None)
    if changed:
        return f"Your function writes into {changed} and gives nothing back: make the result anew, and `return` it."
    return "Your function gives nothing back: `return` hands over a result."


def told_more(exercise: Exercise, results: Sequence[Any], wrong: Sequence[int], answer: Any) -> str:
    """That there is chance in the answer; or what the exercise itself can tell of such results, and a pattern in all
    that is wrong; or other arguments that it would be right for, or one without a say."""
    rights = rights_of(exercise)
    cases = cases_of(exercise.probes, results)
    found = exercise.diagnose(cases) if exercise.diagnose and cases else ""
    pairs = [pair for place in wrong for pair in wrong_parts(bare(results[place]), rights[place])]
    # The first may be so small that chance hits the same twice.
    drawn = told_chance([exercise.probes[place] for place in sorted({wrong[0], wrong[-1]})], answer)
    if drawn:
        return drawn
    pattern = told_size(answer, cases) or told_pattern(*zip(*pairs, strict=True))
    said = " ".join(filter(None, (found, pattern))) or told_twofold(exercise, results, wrong)
    others = told_others, told_ignored
    return said or next(filter(None, (told(answer, exercise.probes, ask_bare) for told in others)), "")


TWICE_WRONG: tuple[tuple[str, Callable[[Tensor], Tensor]], ...] = (  # what may have been done on top of a mistake
    ("All of your numbers have the opposite sign.", torch.neg),
    ("All of your numbers are 1 minus what they should be.", lambda known: 1 - known),
    ("All of your numbers are twice too large.", lambda known: 2 * known),
    ("All of your numbers are half of what they should be.", lambda known: known / 2),
    ("All of your numbers are squared.", torch.square),
    ("All of your numbers have a root too many.", torch.sqrt),
    ("Your logarithm has base 2.", lambda known: known / math.log(2)),
)
FEWEST_FRACTIONS = 3  # fewer are related to some mistake by chance


def told_twofold(exercise: Exercise, results: Sequence[Any], wrong: Sequence[int]) -> str:
    """That two things are wrong at once: a known mistake, and a sign, a factor or the like on top of it."""
    found, rights = {place: bare(results[place]) for place in wrong}, rights_of(exercise)
    if not all(isinstance(each, Tensor) for each in found.values()):
        return ""
    if sum(int((each != each.round()).sum()) for each in found.values()) < FEWEST_FRACTIONS:
        return ""
    for number, mistake in enumerate(exercise.mistakes):
        known = {place: bare(observe_mistake(exercise, number)[place]) for place in wrong}
        shown = [isinstance(each, Tensor) and not alike(each, rights[place]) for place, each in known.items()]
        if 2 * sum(shown) <= len(wrong):
            continue
        for said, relation in TWICE_WRONG:
            if all(isinstance(known[at], Tensor) and alike(relation(known[at]), each) for at, each in found.items()):
                return f"Two things at once. {said} For the rest: {mistake.message}"
    return ""


def told_chance(probes: Sequence[Probe], answer: Any) -> str:
    """That an answer draws random numbers where what is right does not."""
    if all(alike(ask_bare(probe, answer, seed=1), ask_bare(probe, answer, seed=2)) for probe in probes):
        return ""
    return "Your result changes from call to call: there is chance in it, and there should be none."


def ask_bare(probe: Probe, answer: Any, seed: int = 0) -> Any:
    return bare(observe_one(probe, answer, seed))


def wrong_parts(result: Any, right: Any) -> list[tuple[Any, Any]]:
    """The wrong one of a function's results, or each of several, with what is right."""
    if not (isinstance(result, tuple) and isinstance(right, tuple) and len(result) == len(right)):
        return [(result, right)]
    return [(one, two) for one, two in zip(result, right, strict=True) if not fits(one, two)]


def told_change(argument: str, who: str) -> str:
    instead = (
        "Make a list of your own: `pop`, `sort`, `append` and `del` change the one that you were given."
        if argument.startswith(THE_LIST)
        else "Make a new tensor instead: names that end in `_`, `+=` and assignments to a part write in place."
    )
    return f"{who} writes into {argument}, and whoever called it finds that changed afterwards. {instead}"

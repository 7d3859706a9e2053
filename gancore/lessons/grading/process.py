"""The other end of `child.py`: starts the process of a submission, holds it to its limits, and puts questions to its
answers. What it says is read as data and never run."""

import base64
import json
import keyword
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

import psutil

from gancore.lessons.comparing import Odd, Raised
from gancore.lessons.exercises import Exercise
from gancore.lessons.grading.limits import Limits
from gancore.lessons.grading.results import decode
from gancore.lessons.judging import Elsewhere
from gancore.lessons.probes import Call, Drawn, Probe

LONGEST_LINE = 2**26  # characters that a process may say at once: numbers for a picture of 2,000 by 2,000 pixels
MOST_LINES = 4  # that wait to be heard
START = 120.0  # seconds until a process says its first word: it imports PyTorch
PATIENCE = 3  # seconds on the clock for each that a process may compute: others use the machine as well
LOOK = 0.2  # seconds between two looks at a process's time and memory
ROOM = 2**30  # bytes that the package itself takes, where only the look at its memory holds a process back
PASSED_ON = (  # of the environment: no more than Python needs, since the rest may hold secrets
    *("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "GANCORE_CACHE"),
    *("XDG_CACHE_HOME", "SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "TEMP", "TMP", "PATHEXT"),
)
COMMAND = (sys.executable, "-P", "-m", "gancore.lessons.grading.child")  # -P: never from the folder it stands in


class Ended(Exception):
    """That a process is over before its time; the text says why."""


class Process:
    """One process of one submission, from its start until `close`."""

    def __init__(self, task: dict[str, Any], limits: Limits, until: float) -> None:
        """Start on `task`; at the time `until`, of time.monotonic, all of it is over.

        What is stopped counts for no more than a step may take, so that on a busy machine the rest has its turn.
        """
        self.limits, self.until, self.most = limits, until, 0
        self.folder = tempfile.TemporaryDirectory(prefix="gancore-", ignore_cleanup_errors=True)
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.name,
            env=environment | {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
            encoding="utf-8",
        )
        self.lines: queue.Queue[str] = queue.Queue(MOST_LINES)
        self.step, self.is_open = START, True
        threading.Thread(target=self._listen, daemon=True).start()
        self.tell(task)

    def _listen(self) -> None:
        with suppress(ValueError, OSError):  # UnicodeDecodeError, or closed while reading
            while line := self.process.stdout.readline(LONGEST_LINE):
                self._put(line)
        self._put("")

    def _put(self, line: str) -> None:
        while self.is_open:
            with suppress(queue.Full):
                return self.lines.put(line, timeout=LOOK)

    def tell(self, words: dict[str, Any]) -> None:
        try:
            self.process.stdin.write(json.dumps(words) + "\n")
            self.process.stdin.flush()
        except OSError as error:
            raise Ended("ended the process it ran in") from error

    def hear(self) -> dict[str, Any]:
        """What the process says next. Raises Ended where it says nothing in time, or nothing more."""
        line = self._wait()
        self.step = self.limits.step
        try:
            words = json.loads(line)
            if isinstance(words, dict) and isinstance(words.get("say"), str):
                return words
        except (ValueError, RecursionError):
            pass
        raise Ended("wrote into the answers of the process it ran in")

    def _wait(self) -> str:
        started, spent = time.monotonic(), self._look()
        while min(time.monotonic(), started + self.step) < self.until:
            try:
                line = self.lines.get(timeout=LOOK)
            except queue.Empty:
                busy, waited = self._look() - spent, time.monotonic() - started
                if max(busy, waited / PATIENCE) > self.step:
                    self.until += max(0, waited - self.step)
                    raise Ended(f"took longer than {self.step:.0f} s, and was stopped") from None
                continue
            if line.endswith("\n"):
                return line
            raise Ended("ended the process it ran in")
        raise Ended(f"was stopped: a notebook has {self.limits.notebook:.0f} s in all")

    def _look(self) -> float:
        """The seconds that the process and all it has started have computed. Raises Ended for too much memory."""
        with suppress(psutil.Error):
            first = psutil.Process(self.process.pid)
            family = [first, *first.children(recursive=True)]
            size = sum(each.memory_info().rss for each in family)
            self.most = max(self.most, size)
            if size > self.limits.memory + ROOM:
                raise Ended(f"took more memory than the {self.limits.memory / 2**30:.3g} GB that grading allows")
            return sum(each.cpu_times().user + each.cpu_times().system for each in family)
        return 0.0

    def close(self) -> None:
        """End the process and all that it has started."""
        self.is_open = False
        children: list[psutil.Process] = []
        with suppress(psutil.Error):
            children = psutil.Process(self.process.pid).children(recursive=True)
        for each in [*children, self.process]:
            with suppress(psutil.Error, OSError):
                each.kill()
        if hasattr(os, "killpg"):  # what has been left by the process that started it
            with suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError, ValueError):
                pipe.close()
        self.folder.cleanup()


class Distant(Elsewhere):
    """An answer in another process. The first thing that goes wrong with that process is kept, and ends all asking."""

    def __init__(self, exercise: Exercise, process: Process, arguments: list[str]) -> None:
        self.exercise, self.process = exercise, process
        self.ended: Ended | None = None
        self.__signature__ = signature(arguments)

    def observe(self, probe: Probe, seed: int) -> Any:
        if self.ended is None:
            try:
                self.process.tell({"ask": self._question(probe), "seed": seed})
                words = self.process.hear()
                return decode(words["result"])
            except (KeyError, ValueError, RuntimeError):
                self.ended = Ended("wrote into the answers of the process it ran in")
            except pickle.PicklingError:
                return Odd("unknown")  # a call that cannot be sent is not asked
            except Ended as ended:
                self.ended = ended
        return Raised("Ended", f"Your answer {self.ended}.")

    def _question(self, probe: Probe) -> int | str:
        """The place of the probe, or a call that is none of them."""
        for place, each in enumerate(self.exercise.probes):
            if each is probe or (isinstance(each, Drawn) and isinstance(probe, Call) and each.call is probe):
                return place
        try:
            return base64.b64encode(pickle.dumps(probe.arguments)).decode()
        except Exception as error:
            raise pickle.PicklingError from error


class DistantFunction(Distant):
    """One that can be called, though not from here."""

    def __call__(self, *arguments: Any) -> Any:
        raise NotImplementedError("an answer in another process is asked there")


def distant(exercise: Exercise, process: Process, words: dict[str, Any]) -> Distant:
    """The answer that a process has announced."""
    said = words.get("arguments")
    names = [name for name in said if isinstance(name, str)] if isinstance(said, list) else []
    make: Callable[..., Distant] = DistantFunction if words.get("callable") is True else Distant
    return make(exercise, process, [name for name in dict.fromkeys(names) if is_name(name)])


def is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def signature(arguments: list[str]) -> Signature:
    return Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in arguments])


def task_of(path: Path, bank: Path | None, limits: Limits, skipped: set[int], done: set[str]) -> dict[str, Any]:
    """What a process is told at its start."""
    return {
        "path": str(path.resolve()),
        "bank": str(bank.resolve()) if bank else "",
        "limits": vars(limits),
        "skipped": sorted(skipped),
        "done": sorted(done),
    }

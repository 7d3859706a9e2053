"""Timing that is fair to all: contenders take turns in one run, warmed up first, and medians are compared."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from statistics import median

import torch

Advance = Callable[[int], object]  # plays so many steps of something, and returns when they are done
Times = dict[str, list[float]]  # seconds a step, one number for every round, by contender

WARM_UP = 5  # steps in which compilers compile and caches fill
TRIAL = 0.25  # share of a turn that the trial run must last before it tells how many steps fill a turn


def race(contenders: dict[str, Advance], rounds: int = 7, turn: float = 2.0) -> Times:
    """Time `contenders` in `rounds` rounds, in each of which every one has a turn of about `turn` seconds.

    Whatever slows the machine for a while then slows all of them. Each round starts with another contender.
    Warming up, and finding out how many steps fill a turn, is not counted.
    """
    counts = {name: steps_in(advance, turn) for name, advance in contenders.items()}
    names, times = list(contenders), {name: [] for name in contenders}
    for index in range(rounds):
        start = index % len(names)
        for name in names[start:] + names[:start]:
            times[name].append(seconds(contenders[name], counts[name]) / counts[name])
    return times


def steps_in(advance: Advance, turn: float) -> int:
    """How many steps, at least one, take about `turn` seconds, once warm."""
    advance(WARM_UP)
    steps = 1
    while (taken := seconds(advance, steps)) < TRIAL * turn:
        steps *= 2
    return max(1, round(turn / taken * steps))


def seconds(advance: Advance, steps: int) -> float:
    """The wall time of `steps` steps."""
    started = time.perf_counter()
    advance(steps)
    return time.perf_counter() - started


def ratio(slower: list[float], faster: list[float]) -> float:
    """How many times as long a step of `slower` takes: the median over rounds, each compared within itself."""
    return median(one / other for one, other in zip(slower, faster, strict=True))


@contextmanager
def own_process(make: Callable[..., Advance], *arguments: object) -> Iterator[Advance]:
    """The contender `make(*arguments)` in a process of its own, so that no thread pools meet.

    It gets as many threads as torch has here. What is yielded raises RuntimeError when the contender fails.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, torch.get_num_threads(), make, arguments), daemon=True)
    process.start()
    there.close()  # so that the end of the process is the end of the pipe

    def advance(steps: int) -> None:
        try:
            here.send(steps)
            here.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise RuntimeError(f"{make.__name__}{arguments} failed; its own error stands above.") from None

    try:
        yield advance
    finally:
        here.close()
        process.join()


def _serve(pipe: Connection, threads: int, make: Callable[..., Advance], arguments: tuple) -> None:
    """Play as many steps as the other end asks for, again and again, until it closes the pipe."""
    torch.set_num_threads(threads)
    advance = make(*arguments)
    while True:
        try:
            steps = pipe.recv()
        except EOFError:
            return
        advance(steps)
        pipe.send(None)

"""Training that is killed, again and again, ends where the uninterrupted training ends, bit for bit."""

import csv
import random
import shutil
import signal
import sys
import time
from multiprocessing.context import BaseContext
from pathlib import Path

import pytest
import torch
from helpers.killed import STEPS, attached, train
from helpers.small import same
from helpers.warm import server
from PIL import Image, ImageSequence

from gancore.errors import GancoreError
from gancore.runs.weights import load_generator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

LONGEST = 120  # seconds that a process may take
MOST_TRIES = 10  # for each kill, of which some come after the end of a run
DELAYS = (0.05, 1.2)  # seconds from the start of a process to its end: before the first round, to after the last


@pytest.fixture(scope="module")
def processes() -> BaseContext:
    return server()


@pytest.fixture(scope="module")
def uninterrupted(processes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uninterrupted") / "run"
    assert finish(processes, folder) == 0
    return folder


def finish(processes, folder: Path) -> int:
    process = processes.Process(target=train, args=(folder,))
    process.start()
    process.join(LONGEST)
    return process.exitcode


def kill_after(processes, folder: Path, delay: float) -> bool:
    """Start training and kill it `delay` seconds later; says whether it was still running."""
    process = processes.Process(target=train, args=(folder,))
    process.start()
    process.join(delay)
    process.kill()
    process.join(LONGEST)
    return process.exitcode == -signal.SIGKILL


def kill_in_write(processes, folder: Path, write: int) -> bool:
    """Start training, which is killed half-way through a checkpoint; says whether it got that far."""
    process = processes.Process(target=train, args=(folder,), kwargs={"die_in_write": write})
    process.start()
    process.join(LONGEST)
    return process.exitcode == -signal.SIGKILL


def whole_checkpoint(folder: Path) -> int:
    """The round of the folder's checkpoint; raises where there is none that can be read."""
    return torch.load(folder / "checkpoint.pt", weights_only=True)["round"]


def survive(processes, folder: Path, uninterrupted: Path, kills: int, seed: int) -> None:
    """Kill training `kills` times, half of them inside a write, and compare what it comes to with `uninterrupted`."""
    chance = random.Random(seed)
    last, killed, written = 0, 0, 0
    for _ in range(MOST_TRIES * kills):
        if killed == kills:
            break
        if killed % 2 or not (folder / "checkpoint.pt").exists():
            hit = kill_in_write(processes, folder, chance.randint(2, 4))
            written += hit
        else:
            hit = kill_after(processes, folder, chance.uniform(*DELAYS))
        killed += hit
        now = whole_checkpoint(folder)
        assert now >= last
        last = now
        readable(folder)
        if now == STEPS:  # it has come to its end: begin another run, so that every kill hits one
            same_result(folder, uninterrupted)
            shutil.rmtree(folder)
            last = 0
    assert killed == kills
    assert finish(processes, folder) == 0
    same_result(folder, uninterrupted)
    print(f"{killed} kills, {written} of them inside a write")


def readable(folder: Path) -> None:
    """Everything that a killed run has left can be read."""
    load_generator(folder)
    with open(folder / "history.csv", newline="", encoding="utf-8") as handle:
        rounds = [int(row["round"]) for row in csv.DictReader(handle)]
    assert rounds == sorted(set(rounds))
    for path in (folder / "samples").glob("round_*.png"):
        Image.open(path).verify()
    if (folder / "training.gif").exists():  # from the first end of the run on
        with Image.open(folder / "training.gif") as film:
            for frame in ImageSequence.Iterator(film):
                frame.load()
    if (folder / "README.md").exists():
        assert (folder / "README.md").read_text(encoding="utf-8").rstrip().endswith("```")


def same_result(folder: Path, uninterrupted: Path) -> None:
    assert same(*(torch.load(each / "checkpoint.pt", weights_only=True) for each in (folder, uninterrupted)))
    for name in ("generator.safetensors", "training.gif"):
        mine, theirs = ((each / name).read_bytes() for each in (folder, uninterrupted))
        equal = mine == theirs  # apart from the assertion, which would work out where megabytes differ
        assert equal, name
    mine, theirs = (sorted(path.name for path in (each / "samples").iterdir()) for each in (folder, uninterrupted))
    assert [name for name in mine if not name.startswith(".")] == theirs


def test_killed_and_resumed_training_equals_the_uninterrupted_one(processes, uninterrupted: Path, tmp_path: Path):
    survive(processes, tmp_path / "run", uninterrupted, kills=3, seed=0)


@pytest.mark.long
def test_thirty_kills_change_nothing(processes, uninterrupted: Path, tmp_path: Path) -> None:
    survive(processes, tmp_path / "run", uninterrupted, kills=30, seed=1)


def test_second_process_on_one_run_folder_is_refused_and_a_killed_one_leaves_no_lock(processes, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = processes.Process(target=train, args=(folder,), kwargs={"steps": 10**6})
    first.start()
    try:
        until = time.monotonic() + LONGEST
        while not (folder / "checkpoint.pt").exists() and time.monotonic() < until:
            time.sleep(0.01)
        with pytest.raises(GancoreError, match="Another process"):
            attached(folder)
    finally:
        first.kill()
        first.join(LONGEST)
    reached = whole_checkpoint(folder)
    assert attached(folder).run(steps=1).round == reached + 1


def test_the_comparison_would_notice_one_weight_that_differs(uninterrupted: Path, tmp_path: Path) -> None:
    altered = Path(shutil.copytree(uninterrupted, tmp_path / "run"))
    same_result(altered, uninterrupted)
    state = torch.load(altered / "checkpoint.pt", weights_only=True)
    next(iter(state["generator"].values())).view(-1)[0] += 1e-6
    torch.save(state, altered / "checkpoint.pt")
    with pytest.raises(AssertionError):
        same_result(altered, uninterrupted)

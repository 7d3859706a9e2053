"""What a reader does to a notebook's kernel while something runs in it leaves everything usable, and nothing behind."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from helpers.kernel import CellFailed, Kernel
from helpers.warm import forked_kernels

SET_UP = """
from pathlib import Path
import torch
from gancore.data import load
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History, Snapshots
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.runs.weights import load_generator

torch.set_num_threads(1)
recipe = RECIPES["modern"].change(batch_size=2)
digits = load("digits")

def make(folder):
    history = History(every=1)
    trainer = recipe.trainer(digits, device="cpu", precision="fp32", recorders=(history, Snapshots()))
    RunFolder(Path(folder), RunConfig(recipe, "digits", digits.spec, 0)).attach(trainer)
    return trainer, history
"""
TRAIN = """
Path("started").touch()
trainer.run(steps=ROUNDS - trainer.round)
"""
USABLE = """
import csv
from gancore.runs.checkpoint import read_checkpoint

at = trainer.round
assert 0 < at < ROUNDS, at
assert trainer.sample(2).isfinite().all()
assert history.column("round") == list(range(1, at + 1))
assert read_checkpoint(Path("run/checkpoint.pt"))["round"] == at
assert load_generator(Path("run"))[2].seed == 0
assert all(row for row in csv.DictReader(open("run/history.csv")))
"""
EQUAL = """
from helpers.small import same
other, _ = make("uninterrupted")
other.run(steps=trainer.round)
assert same(trainer.state_dict(), other.state_dict())
"""
PLAY = """
from gancore.widgets.lab import Lab
lab = Lab()
lab.play.click()
assert lab.play.playing
lab
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    yield kernel
    kernel.end()


ABOUT = """
import os, sys
own = {"JPY_PARENT_PID", "PYTEST_CURRENT_TEST"}
names = sorted((name, value) for name, value in os.environ.items() if name not in own)
print(sys.path, os.getcwd(), names, len(sys.argv), __name__, "gancore" in sys.modules)

import ipywidgets, matplotlib, tqdm.auto
print(get_ipython().kernel.comm_manager.targets.keys(), matplotlib.get_backend(), tqdm.auto.tqdm.__module__)
"""


def test_a_kernel_that_is_forked_has_the_path_the_folder_and_the_environment_of_any_other(
    kernel: Kernel, folder: Path
) -> None:
    with forked_kernels():
        forked = Kernel(folder)
    try:
        assert forked.run(ABOUT) == kernel.run(ABOUT)
    finally:
        forked.end()
    assert not psutil.pid_exists(forked.process or 0)


@pytest.fixture(scope="module")
def folder(kernel: Kernel) -> Path:
    return Path(kernel.run("import os; print(os.getcwd())").strip())


def test_stop_button_leaves_a_usable_model_and_the_cell_run_again_goes_on(kernel: Kernel, folder: Path) -> None:
    kernel.run(SET_UP)
    kernel.run("ROUNDS = 100_000\ntrainer, history = make('run')")
    request = kernel.start(TRAIN)
    until = time.monotonic() + 60
    while not (folder / "started").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.5)
    kernel.stop()
    with pytest.raises(CellFailed, match="KeyboardInterrupt"):
        kernel.finish(request)
    kernel.run(USABLE)
    kernel.run("ROUNDS = at + 5")
    kernel.run(TRAIN)
    kernel.run("assert trainer.round == ROUNDS")
    kernel.run(EQUAL)


def test_cell_run_again_replaces_the_lab_that_plays_in_it(kernel: Kernel) -> None:
    count = """
import asyncio
from ipywidgets.widgets import widget
print(len(widget._instances), sum("Ticker" in repr(task) for task in asyncio.all_tasks()))
"""
    kernel.run(PLAY, cell="lab")
    first = kernel.run(count)
    for _ in range(2):
        kernel.run(PLAY, cell="lab")
    assert kernel.run(count) == first
    assert first.split()[1] == "1"
    kernel.run(PLAY, cell="beside it")
    assert kernel.run(count).split()[1] == "2"


def test_restart_in_the_middle_of_play_leaves_no_process_thread_timer_or_memory(kernel: Kernel) -> None:
    about = """
import asyncio, sys, threading
print(len(threading.enumerate()), len(asyncio.all_tasks()), "gancore" in sys.modules)
"""
    kernel.run(PLAY)
    old = psutil.Process(kernel.process)
    children = old.children(recursive=True)
    threads, tasks, loaded = kernel.run(about).split()
    assert loaded == "True"
    started = time.monotonic()
    kernel.restart()
    assert time.monotonic() - started < 60
    assert not old.is_running()
    assert not any(child.is_running() for child in children)
    new_threads, new_tasks, loaded = kernel.run(about).split()
    assert loaded == "False"
    assert int(new_threads) <= int(threads)
    assert int(new_tasks) < int(tasks)  # without that of the play
    assert psutil.Process(kernel.process).memory_info().rss < 200e6  # a kernel that has loaded nothing

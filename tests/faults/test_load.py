"""More than can be served: events come faster than pictures are drawn, and many kernels share one machine."""

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from execute import COURSE, read
from helpers.kernel import PATIENCE, REPOSITORY, Kernel
from helpers.warm import forked_kernels

EVENTS, PAUSE = 500, 0.001  # of a reader's hand, a second at most: far more than a view can draw
CURRENT = 3.0  # seconds after the last event until the view is where it asks, on a machine that does other things too
KERNELS, FEW_KERNELS, FEW_CELLS = 12, 2, 4
CHAPTER = COURSE / "05_the_loop_by_hand.ipynb"

WATCH = """
import json, time

drawn = 0
def counted(draw):
    def call(*given, **named):
        global drawn
        drawn += 1
        return draw(*given, **named)
    return call
"""
# Each view, the control that is moved, from where to where, and what the page shows of it.
LAB = """
from gancore.widgets.lab import Lab
view = Lab()
control, picture = view.noise, view.plane
picture.draw = counted(picture.draw)
def now(): return view.game.rules.noise
"""
EXPLORER = """
from gancore.models.sampling import seeded_latents
from gancore.pretrained import load_pretrained
from gancore.widgets.explorer import LatentExplorer
view = LatentExplorer(load_pretrained("modern"), {"some": seeded_latents(1, 64, 0)[0] / 8})
(control,), picture = view.moves.values(), view
view._show = counted(view._show)
def now(): return control.value if not view.play.ticker.playing else None
"""
ABOUT = "print(json.dumps({'model': control.model_id, 'low': control.min, 'high': control.max}))"
SETTLED = """
import asyncio
until = time.monotonic() + {patience}
while now() != {value} and time.monotonic() < until:
    await asyncio.sleep(0.01)
print(json.dumps({{"now": now(), "control": control.value, "drawn": drawn}}))
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with forked_kernels():
        kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    kernel.open_subshell()
    kernel.run(WATCH)
    yield kernel
    kernel.end()


@pytest.mark.parametrize("view", [LAB, EXPLORER], ids=["lab", "latent explorer"])
@pytest.mark.parametrize("playing", [False, True], ids=["still", "playing"])
def test_events_faster_than_they_can_be_served_are_answered_by_the_newest(
    view: str, playing: bool, kernel: Kernel
) -> None:
    """As JupyterLab sends them: to a thread beside that of the cells, and from each control one at a time."""
    kernel.run(view)
    about = json.loads(kernel.run(ABOUT))
    if playing:
        kernel.run("view.play.click()")
    kernel.run("drawn = 0")
    way = about["high"] - about["low"]
    hand = [about["low"] + way * (step % 100) / 100 for step in range(EVENTS - 1)]
    sent = kernel.drag(about["model"], [*hand, about["high"]], PAUSE)
    stopped = time.monotonic()
    if playing and view is EXPLORER:
        kernel.run("view.play.click()")  # it would go on for ever
    found = json.loads(kernel.run(SETTLED.format(patience=PATIENCE / 2, value=about["high"])))
    waited = time.monotonic() - stopped
    kernel.run("view.close()")
    assert found["now"] == found["control"] == about["high"]
    assert waited < CURRENT
    assert sent < EVENTS  # more than could be served
    assert 1 <= found["drawn"] < EVENTS


def finish_chapter(folder: Path, cells: list[str], threads: int, patience: float) -> int:
    """Run `cells` in a kernel of their own, each within `patience` seconds; gives the threads that it computed with."""
    kernel = Kernel(folder, threads)
    try:
        for cell in cells:
            kernel.run(cell, seconds=patience)
        return int(kernel.run("import torch; print(torch.get_num_threads())"))
    finally:
        kernel.end()


def finish_together(kernels: int, cells: list[str]) -> None:
    """Run `cells` in many kernels at once, each with its share of the machine's cores."""
    share = max(1, (os.cpu_count() or 1) // kernels)
    with ThreadPoolExecutor(kernels) as pool:
        ran = pool.map(lambda _: finish_chapter(COURSE, cells, share, PATIENCE * kernels), range(kernels))
        assert list(ran) == [share] * kernels


def cells_of(chapter: Path) -> list[str]:
    return [cell.source for cell in read(chapter).cells if cell.cell_type == "code"]


def test_kernels_side_by_side_run_the_beginning_of_chapter_05() -> None:
    finish_together(FEW_KERNELS, cells_of(CHAPTER)[:FEW_CELLS])


@pytest.mark.long
def test_twelve_kernels_on_one_machine_finish_chapter_05() -> None:
    started = time.monotonic()
    finish_together(KERNELS, cells_of(CHAPTER))
    print(f"{KERNELS} kernels on {os.cpu_count()} cores: {time.monotonic() - started:.0f} s")


def test_readme_says_how_to_share_a_machine() -> None:
    assert "OMP_NUM_THREADS" in (REPOSITORY / "README.md").read_text(encoding="utf-8")

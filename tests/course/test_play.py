"""Play never ends in an error: whatever a reader has done with a view, the cells after it run.

Every view of a chapter is played with as soon as its cell has run, and left in the middle of it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from execute import COURSE, read
from helpers.kernel import CellFailed, Kernel
from helpers.warm import forked_kernels
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

CHAPTERS = sorted(path.name for path in COURSE.glob("*.ipynb"))
SHORT = ("02", 1)  # a sample that takes seconds; the others are played through when they are asked for: -m long
SEEDS = (1, 2)
SECONDS_A_CELL = 300
BEGIN = "from helpers.reader import Reader\n_reader = Reader({seed})"
PLAY = "print(await _reader.play(), 'views')"


@pytest.fixture(autouse=True)
def forked() -> Iterator[None]:
    with forked_kernels():
        yield


def play_through(cells: Sequence[NotebookNode], folder: Path, seed: int) -> tuple[list[str], int]:
    """Run code cells in a new kernel, and play with every view before the next cell: where it stumbles, and how many
    views there were."""
    kernel, stumbled, views = Kernel(folder), [], 0
    try:
        kernel.run(BEGIN.format(seed=seed))
        for cell in cells:
            first = cell.source.partition("\n")[0]
            stumbled += run(kernel, cell.source, f"cell that begins {first!r}", cell.id)
            stumbled += run(kernel, PLAY, f"play after the cell that begins {first!r}")
            views += int(kernel.printed.partition(" ")[0] or 0)
    finally:
        kernel.end()
    return stumbled, views


def run(kernel: Kernel, source: str, name: str, cell: str = "") -> list[str]:
    """Run a cell; gives what went wrong in it, under its name."""
    try:
        kernel.run(source, cell, SECONDS_A_CELL)
    except CellFailed as error:
        return [f"{name}: {error}"]
    return []


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        pytest.param(name, seed, id=f"{name[:2]}-{seed}", marks=() if (name[:2], seed) == SHORT else pytest.mark.long)
        for name in CHAPTERS
        for seed in SEEDS
    ],
)
def test_cells_run_whatever_a_reader_has_done_before(name, seed, tmp_path):
    cells = [cell for cell in read(COURSE / name).cells if cell.cell_type == "code"]
    stumbled, views = play_through(cells, tmp_path, seed)
    assert views
    assert stumbled == []


def test_a_cell_that_counts_on_an_untouched_view_is_caught(tmp_path):
    sources = (
        "from gancore import predict\nbox = predict('6a')\nbox",
        "assert box.entry.get() is None",
        "predict('6b')",
        "predict('6c')",
    )
    stumbled, views = play_through([new_code_cell(source) for source in sources], tmp_path, seed=1)
    assert views == 3
    assert stumbled == ["cell that begins 'assert box.entry.get() is None': AssertionError: "]


def test_a_view_that_fails_under_the_readers_hand_is_caught(tmp_path):
    source = "from gancore import predict\nbox = predict('6a')\nbox.entry.tell(lambda: 1 / 0)\nbox"
    stumbled, _ = play_through([new_code_cell(source)], tmp_path, seed=1)
    assert len(stumbled) == 1
    assert "play after" in stumbled[0]
    assert "ZeroDivisionError" in stumbled[0]

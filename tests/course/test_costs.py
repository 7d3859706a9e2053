"""What a chapter costs is measured of the kernel that ran it, and stands in the instructors' table."""

import json
from pathlib import Path

import pytest
from chapters import CHAPTERS
from costs import PAGE, TABLE, Cost, main, measure, written
from helpers.disks import LINUX_ONLY

TEXT = "# A page\n\n## What a chapter costs\n\n| chapter |\n| --- |\n| 05 | 1 | 2 | 3.0 |\n\nWords.\n"
MEMORY, DISK = 300, 3  # MB that the notebook below takes and leaves behind


def notebook(folder: Path, *cells: str) -> Path:
    path = folder / "05_made.ipynb"
    made = [{"cell_type": "code", "source": each, "metadata": {}, "outputs": []} for each in cells]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    return path


@LINUX_ONLY
def test_a_chapter_is_measured_by_what_its_kernel_took_and_left(tmp_path: Path) -> None:
    busy = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 1: pass\ntime.sleep(1)"
    path = notebook(
        tmp_path, f"held = bytearray(b'1') * {MEMORY}_000_000", busy, f"open('left', 'wb').write(bytes({DISK}_000_000))"
    )
    before = path.read_bytes()
    cost, nothing = measure(path), measure(notebook(tmp_path.parent, "1"))
    assert 1 <= cost.seconds - nothing.seconds < 2
    assert MEMORY - 5 < cost.memory - nothing.memory < MEMORY + 50  # two kernels differ by some tenths of a MB
    assert DISK <= cost.disk < DISK + 0.1
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name]


def test_a_row_is_written_in_its_place_and_in_place_of_an_older_one() -> None:
    text = written(
        written(written(TEXT, "11", Cost(30.4, 700, 0.61)), "00", Cost(10, 500, 0.2)), "05", Cost(40.6, 650, 0.3)
    )
    rows = "| 00 | 10 | 500 | 0.2 |\n| 05 | 41 | 650 | 0.3 |\n| 11 | 30 | 700 | 0.6 |\n"
    assert text == TEXT.replace("| 05 | 1 | 2 | 3.0 |\n", rows)


def test_a_chapter_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["77"]) == 2
    assert "There is no chapter 77; name some of 00, 01" in capsys.readouterr().err


def test_the_instructors_table_names_chapters_that_there_are_in_their_order() -> None:
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    numbers = [row.split("|")[1].strip() for row in found[2].splitlines()]
    assert numbers == sorted(set(numbers))
    assert set() < set(numbers) <= {chapter.number for chapter in CHAPTERS}

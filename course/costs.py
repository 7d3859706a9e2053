"""Runs chapters and measures what that takes.

    python course/costs.py 05 06    or without numbers all of them

Each has its row in a table of INSTRUCTORS.md, which is written again. Nothing else is
stored. It needs Linux.
"""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from chapters import CHAPTERS
from execute import COURSE, REPOSITORY, as_text, clean, execute, read

PAGE = REPOSITORY / "INSTRUCTORS.md"
ROW = "| {number} | {seconds:.0f} | {memory:.0f} | {disk:.1f} |\n"
TABLE = re.compile(
    r"(?<=^## What a chapter costs\n\n)(\|.*\n\|.*\n)((?:\|.*\n)*)", re.MULTILINE
)
MB = 1e6
# As Linux counts it; what others call the peak begins with that of the process above.
ASK = """
import json, time
from pathlib import Path
peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(json.dumps({"seconds": time.process_time(), "bytes": 1024 * int(peak)}))
"""


@dataclass(frozen=True)
class Cost:
    """What one chapter takes: seconds of computing, MB of its kernel at the most, MB on
    disk afterwards."""

    seconds: float
    memory: float
    disk: float


def measure(path: Path) -> Cost:
    """Run the notebook at `path` in a kernel and a folder of its own. Raises what
    `execute` raises."""
    notebook = read(path)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    with TemporaryDirectory() as folder:
        execute(notebook, Path(folder))
        told = json.loads(notebook.cells.pop().outputs[0].text)
        clean(notebook)
        left = sum(
            each.stat().st_size for each in Path(folder).rglob("*") if each.is_file()
        )
    return Cost(
        told["seconds"],
        told["bytes"] / MB,
        (left + len(as_text(notebook).encode())) / MB,
    )


def written(text: str, number: str, cost: Cost) -> str:
    """The page `text` with the row of chapter `number` as it should be, in its
    place."""
    row = ROW.format(number=number, **vars(cost))

    def table(found: re.Match) -> str:
        others = [
            line
            for line in found[2].splitlines(keepends=True)
            if not line.startswith(f"| {number} |")
        ]
        return found[1] + "".join(sorted([*others, row]))

    return TABLE.sub(table, text)


def main(numbers: Sequence[str]) -> int:
    """Measures the chapters named, or all; returns 2 where there is no such chapter."""
    files = {chapter.number: COURSE / chapter.file for chapter in CHAPTERS}
    unknown = [number for number in numbers if number not in files]
    if unknown:
        print(
            f"There is no chapter {unknown[0]}; name some of {', '.join(files)}.",
            file=sys.stderr,
        )
        return 2
    for number in numbers or files:
        cost = measure(files[number])
        print(
            f"{number}: {cost.seconds:.0f} s of computing, {cost.memory:.0f} MB, "
            f"{cost.disk:.1f} MB on disk",
            flush=True,
        )
        PAGE.write_text(
            written(PAGE.read_text(encoding="utf-8"), number, cost), encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Runs the notebooks of this folder and stores them clean: `make execute`.

A stored notebook holds what a reader sees: outputs in order, pictures, no widget state,
no clock times and no trace of the machine that ran it. One that cannot be stored like
that is left as it was, with the reason.
"""

import hashlib
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

COURSE = Path(__file__).resolve().parent
REPOSITORY = COURSE.parent
LONGEST_CELL = 300  # seconds, far above the 60 that a cell should take at most
LARGEST_NOTEBOOK = 1_500_000  # bytes
PICTURE = "image/png"
# Either of these shows what a widget shows to a reader without a kernel.
STAND_INS = (PICTURE, "text/html")
WIDGET = "application/vnd.jupyter.widget-view+json"
# The tag of a cell that asserts what was shown above it: it is folded, so that
# JupyterLab shows its first line alone.
PROOF = "proof"
FOLDED = {"source_hidden": True}
PROOF_LINE = "# A proof of what is shown above"
KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
EMBEDDED_DATA = re.compile(r"data:[\w/+.-]+;base64,[\w/+=]+")
MACHINE_PATH = re.compile(
    r"(?:/home|/root|/tmp|/Users|/var/folders|[A-Za-z]:\\+Users)[/\\]+[\w.-]+"
)


def outputs(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Every output, with the number of its cell counted from 0."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            yield number, output


def words(output: NotebookNode) -> str:
    """What an output says: its stream, or its text and HTML without the pictures
    embedded in them."""
    said = [
        value
        for mime, value in output.get("data", {}).items()
        if mime.startswith("text/")
    ]
    return EMBEDDED_DATA.sub("", "\n".join([output.get("text", ""), *said]))


def find_errors(notebook: NotebookNode) -> list[str]:
    """Cells that ended in an exception, or wrote to stderr."""
    found = []
    for number, output in outputs(notebook):
        if output.output_type == "error":
            found.append(f"cell {number} raised {output.ename}: {output.evalue}")
        elif output.get("name") == "stderr":
            found.append(
                f"cell {number} wrote to stderr: {output.text.strip()[:200]!r}"
            )
    return found


def find_lone_widgets(notebook: NotebookNode) -> list[str]:
    """Widgets with neither a picture nor HTML beside them: a reader without a kernel
    would see nothing."""
    return [
        f"cell {number} shows a widget with no picture or HTML beside it"
        for number, output in outputs(notebook)
        if WIDGET in output.get("data", {}) and not has_stand_in(output)
    ]


def has_stand_in(output: NotebookNode) -> bool:
    """Whether an output holds something to see beside its widget."""
    return any(output.data.get(mime, "").strip() for mime in STAND_INS)


def find_machine_paths(notebook: NotebookNode) -> list[str]:
    """Outputs that name a folder of the machine that ran them."""
    here = {str(REPOSITORY), str(Path.home())} - {"/"}
    found = []
    for number, output in outputs(notebook):
        said = words(output)
        paths = MACHINE_PATH.findall(said) + [path for path in here if path in said]
        if paths:
            found.append(f"cell {number} shows a path of this machine: {paths[0]}")
    return found


def find_excess(notebook: NotebookNode) -> list[str]:
    """The notebook as a whole, when it is larger than a page should be."""
    size = len(as_text(notebook).encode())
    if size <= LARGEST_NOTEBOOK:
        return []
    limit = f"{LARGEST_NOTEBOOK:,} is the limit"
    return [f"it is {size:,} bytes and {limit}: make its pictures smaller"]


CHECKS = (find_errors, find_lone_widgets, find_machine_paths, find_excess)


def read(path: Path) -> NotebookNode:
    """The notebook at `path`, each cell with an id: the one it has, or one made of its
    place and text."""
    notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))
    notebook.nbformat_minor = 5  # the first format whose cells have ids
    seen = {""}
    for number, cell in enumerate(notebook.cells):
        if cell.get("id", "") in seen:
            cell.id = (
                f"{number:02d}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
            )
        seen.add(cell.id)
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """The text of the file: the same notebook always gives the same bytes."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def execute(notebook: NotebookNode, folder: Path) -> list[float]:
    """Runs every code cell in a new kernel in `folder`.

    Returns the seconds of each cell, 0 for a text cell. Raises what nbclient raises
    when a cell fails, takes longer than `LONGEST_CELL`, or kills the kernel.
    """
    seconds = [0.0] * len(notebook.cells)

    def start(cell: NotebookNode, cell_index: int) -> None:
        seconds[cell_index] = -time.perf_counter()

    def stop(cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        seconds[cell_index] += time.perf_counter()

    os.environ["JUPYTER_PREFER_ENV_PATH"] = (
        "1"  # this environment's kernel, not one the user has installed
    )
    NotebookClient(
        notebook,
        kernel_name=KERNEL["name"],
        resources={"metadata": {"path": str(folder)}},
        timeout=LONGEST_CELL,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        on_cell_execute=start,
        on_cell_executed=stop,
    ).execute()
    return seconds


def clean(notebook: NotebookNode) -> None:
    """Takes out what belongs to one run or one machine, folds the proofs, and numbers
    the code cells from 1."""
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    count = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(metadata_of(cell))
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                clean_output(output, count)


def metadata_of(cell: NotebookNode) -> dict:
    """What is stored of a cell's metadata: its tags, and that a proof is folded."""
    tags = cell.metadata.get("tags", [])
    return ({"jupyter": FOLDED} if PROOF in tags else {}) | (
        {"tags": tags} if tags else {}
    )


def clean_output(output: NotebookNode, count: int) -> None:
    """Numbers a result as its cell; takes out metadata, and the widget where something
    stands in for it."""
    if output.output_type == "execute_result":
        output.execution_count = count
    if "data" in output:
        output.metadata = NotebookNode()
        if has_stand_in(output):
            output.data.pop(WIDGET, None)


def refresh(path: Path) -> list[str]:
    """Runs the notebook at `path` and stores it clean, or returns what keeps it from
    being stored."""
    notebook = read(path)
    try:
        seconds = execute(notebook, path.parent)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return [str(error)]
    clean(notebook)
    problems = [problem for check in CHECKS for problem in check(notebook)]
    if not problems:
        text = as_text(notebook)
        path.write_text(text, encoding="utf-8")
        slowest = max(range(len(seconds)), key=seconds.__getitem__)
        took = (
            f"{sum(seconds):.1f} s, the slowest cell ({slowest}) {max(seconds):.1f} s"
        )
        print(f"{path.name}: {took}, {len(text.encode()) / 1e6:.2f} MB", flush=True)
    return problems


def main(names: list[str]) -> int:
    """Refreshes the notebooks named, or all; returns 1 if any could not be stored, 2 if
    one is missing."""
    paths = [Path(name) for name in names] or sorted(COURSE.glob("*.ipynb"))
    missing = [str(path) for path in paths if not path.is_file()]
    if missing or not paths:
        print(
            f"There is no notebook {', '.join(missing) or 'in ' + str(COURSE)}.",
            file=sys.stderr,
        )
        return 2
    problems = [
        f"{path.name} is left as it was: {problem}"
        for path in paths
        for problem in refresh(path)
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

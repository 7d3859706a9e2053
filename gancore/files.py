"""Writing files so that a reader never meets half of one."""

import os
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one step.

    Whatever happens in between, `path` holds either its old content or the whole of the new one.
    Raises OSError as the file system does; the temporary file is then removed.
    """
    # The suffix stays last, since savers such as PIL and NumPy choose the format by it.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        with open(temporary, "r+b") as handle:  # Windows flushes only what is open for writing
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically."""
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))

"""Writing files so that a reader never meets half of one, and reading them within limits."""

import errno
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from gancore.errors import GancoreError, GancoreWarning

UNABLE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}  # says a file system of what it cannot do
HELD = {5, 32}  # says Windows where another program, such as a virus scanner, has the file open
PATIENCE = 5.0  # seconds that it may have it
LARGEST = 2**31  # bytes of a file that is read whole: forty times MNIST, and as much memory as a chapter may take


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one step.

    Whatever happens in between, `path` holds either its old content or the whole of the new one.
    Raises GancoreError where the file system does not take it; the temporary file is then removed.
    """
    # The suffix stays last, since savers such as PIL and NumPy choose the format by it.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        with writing(path):
            write(temporary)
            _flush(temporary)
            _replace(temporary, path)
    finally:
        with suppress(OSError):  # such as that of a folder that is gone
            temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Let nothing of `path` be in memory alone. Warns where the file system has no way to do that."""
    try:
        with open(path, "r+b") as handle:  # Windows flushes only what is open for writing
            os.fsync(handle.fileno())
    except OSError as error:
        if error.errno not in UNABLE:
            raise
        _warn_of_power()


@cache
def _warn_of_power() -> None:
    """Once, and not for every file."""
    sentence = "The disk does not say when a file is safe; if the power fails, what was written last may be lost."
    warnings.warn(sentence, GancoreWarning, stacklevel=3)


def _replace(temporary: Path, path: Path) -> None:
    """Put `temporary` in the place of `path`, as soon as no other program holds it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return os.replace(temporary, path)
        except OSError as error:
            if getattr(error, "winerror", None) not in HELD or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the file system has against writing `path` into one sentence."""
    try:
        yield
    except OSError as error:
        raise GancoreError(
            f"{path} cannot be written ({error.strerror or error}); make room or choose another folder: "
            "what was there before is untouched."
        ) from error


def read_bytes(path: Path) -> bytes:
    """The content of the file at `path`. Raises OSError as the file system does, GancoreError where it is too large."""
    size = path.stat().st_size
    if not path.is_file() or size > LARGEST:
        raise GancoreError(f"{path} is no file, or larger than {LARGEST:,} bytes (it has {size:,}), so it is not read.")
    return path.read_bytes()


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Write `content`, atomically."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, atomically. What is not Unicode, as in names of an old zip archive, becomes an escape."""
    write_bytes(path, text.encode("utf-8", errors="backslashreplace"))

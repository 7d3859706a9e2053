"""What is kept between two starts: downloads, and pictures that took long to decode.

All of it lies in one folder, which may be removed at any time.
"""

import atexit
import hashlib
import os
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np

from gancore.errors import GancoreError
from gancore.system.files import LARGEST, write_atomically

MOST_KEPT = LARGEST  # bytes of decoded pictures, of all folders together


def cache_folder() -> Path:
    """Where parsed and downloaded data is kept: `$GANCORE_CACHE`, or this system's cache folder.

    A user without a home, as in some containers, has none that lasts.
    """
    from platformdirs import user_cache_path

    named = os.environ.get("GANCORE_CACHE")
    if named:
        return Path(named)
    try:
        folder = user_cache_path("gancore")
    except RuntimeError:  # older versions of platformdirs give a folder called ~ instead
        folder = Path("~")
    return folder if folder.is_absolute() else _folder_until_the_end()


@cache
def _folder_until_the_end() -> Path:
    """A folder that is removed when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="gancore-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def kept_path(*key: object) -> Path:
    """The file that keeps what belongs to `key`, which is text, numbers and tuples of these."""
    return cache_folder() / "pictures" / f"{hashlib.sha256(repr(key).encode()).hexdigest()}.npz"


def read_kept(path: Path, count: int) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """The `count` pictures kept at `path` and what was said of them, or None where there are none, or damaged ones."""
    try:
        # Its checksums are compared as it is read.
        with open(path, "rb") as handle, np.load(handle, allow_pickle=False) as archive:
            pixels, notes = archive["pixels"], archive["notes"]
    except Exception:  # NumPy raises nearly anything for a damaged file; the pictures are decoded anew
        return None
    return (pixels, tuple(notes.tolist())) if pixels.dtype == np.uint8 and len(pixels) == count else None


def keep(path: Path, pixels: np.ndarray, notes: tuple[str, ...]) -> None:
    """Keep `pixels` at `path` where there is room for them, in place of those that were kept first."""
    if pixels.nbytes > MOST_KEPT:
        return
    with suppress(OSError, GancoreError):  # a cache that cannot be written costs the next start some time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda place: np.savez(place, pixels=pixels, notes=np.array(notes, dtype=str)))
        _make_room(path.parent)


def _make_room(folder: Path) -> None:
    """Remove what was kept first until the rest is no more than `MOST_KEPT`."""
    total = 0
    for path in sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True):
        total += path.stat().st_size
        if total > MOST_KEPT:
            path.unlink(missing_ok=True)

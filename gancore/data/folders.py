"""A folder of images as data: decoded once by all cores, brought to one size, scale and ground, and kept.

Which files are its images is decided in `listing.py`, and one file is read in `decoding.py`.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from gancore.data.cache import keep, kept_path, read_kept
from gancore.data.decoding import read_header, read_thumbnail, without_warnings
from gancore.data.images import SIZES, ImageData
from gancore.data.levels import GROUNDS, level
from gancore.data.listing import list_pictures
from gancore.errors import GancoreError

MOST_THREADS = 8  # each of which may hold a picture at its full size
QUIET = 1.0  # seconds without a progress bar, after which pictures are also worth keeping
FORMAT = 1  # counts the changes to what becomes of pictures, since those that are kept must be decoded anew

Found = TypeVar("Found")


def load_image_folder(
    folder: Path, size: int | None = None, channels: int | None = None, background: str | None = None
) -> ImageData:
    """Images from `folder`, flat, or one subfolder a class as torchvision's ImageFolder has it.

    Each is cut to its central square and resized to `size` × `size` pixels; by default the largest of `SIZES`
    that the median image's shorter side fills. `channels` is 1 or 3; by default 1 when every image is grey.
    Transparency is laid on `background`, "black" or "white", by default that from which the drawings differ more.
    Deep greys get one scale. `notes` say what was decided. Hidden files and what systems leave are passed over.
    What takes long is kept in the cache folder until a file's name, size or time changes.

    Raises GancoreError naming the file that is no readable image, or saying how many images there are where at
    least two are needed, or that nothing is to be seen on them.
    """
    _check_wishes(size, channels, background)
    listing = list_pictures(folder)
    if len(listing.files) < 2:
        raise GancoreError(f"{folder} holds {len(listing.files)} images; a data set needs at least 2.")
    kept = kept_path(FORMAT, _state_of(folder, listing.files), size, channels, background)
    found = read_kept(kept, len(listing.files))
    if found is None:
        started = time.monotonic()
        found = _decode(folder, listing.files, size, channels, background)
        if time.monotonic() - started > QUIET:
            keep(kept, *found)
    pixels, notes = found
    labels = None if listing.labels is None else torch.tensor(listing.labels)
    return ImageData(folder.resolve().name, torch.from_numpy(pixels), labels, listing.classes, notes=notes)


def _check_wishes(size: int | None, channels: int | None, background: str | None) -> None:
    if channels not in (None, 1, 3):
        raise GancoreError(f"channels is {channels}; images have 1 (grey) or 3 (colour).")
    if size is not None and size < 1:
        raise GancoreError(f"size is {size}; it must be at least 1 pixel.")
    if background not in (None, *GROUNDS):
        raise GancoreError(f"background is {background!r}; transparency can be laid on 'black' or 'white'.")


def _state_of(folder: Path, files: Sequence[Path]) -> tuple[object, ...]:
    """What changes whenever a file of `folder` does: its name, size, and the times of its content and its entry."""
    states = [path.stat() for path in files]
    about = [(state.st_size, state.st_mtime_ns, state.st_ctime_ns) for state in states]
    return str(folder.resolve()), *zip([str(path.relative_to(folder)) for path in files], about, strict=True)


def _decode(
    folder: Path, files: Sequence[Path], size: int | None, channels: int | None, background: str | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """uint8 `(N, C, S, S)`, and what was decided about them."""
    with without_warnings():
        headers = _read_all(files, read_header, "looking at images")
    if size is None:
        side = float(np.median([header.side for header in headers]))
        size = max((option for option in SIZES if option <= side), default=SIZES[0])
    if channels is None:
        channels = 1 if all(header.grey for header in headers) else 3
    thumbnails = _read_all(files, partial(read_thumbnail, size=size, channels=channels), "reading images")
    return level(thumbnails, channels, background, folder)


def _read_all(files: Sequence[Path], read: Callable[[Path], Found], doing: str) -> list[Found]:
    """What `read` finds in each of `files`, by all cores at once, under a progress bar where somebody waits for it."""
    from tqdm.auto import tqdm

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        found = pool.map(read, files)  # where one fails, the rest are cancelled
        return list(tqdm(found, doing, len(files), unit="image", delay=QUIET, leave=False, disable=None))

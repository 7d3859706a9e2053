"""A reader's own pairs: two subfolders whose pictures have equal names, or pictures that stand side by side."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from gancore.data.decoding import open_upright, read_header
from gancore.data.images import ImageData
from gancore.data.listing import PARTS, list_pictures
from gancore.errors import GancoreError

SIZES = (24, 32, 48, 64, 128, 256)  # sides in pixels that the U-Net is quick at
LARGEST_WITHOUT_GPU = 64  # what learns in minutes on a processor
FEW = 100  # pairs, below which a network had better be expected to know them by heart
MOST_NAMED = 3  # pictures in a sentence


def load_pair_folder(folder: Path, side: int | None = None) -> ImageData:
    """The pairs in `folder`, cut to their central squares of `side` × `side` pixels.

    Either two subfolders hold pictures of equal names, what is given in the one whose name comes first, or each
    picture is twice as wide as it is high and has what is given on its left. `side` is by default the largest of
    `SIZES` that the median picture fills, and at most 64 where there is no GPU.

    Raises GancoreError naming what does not pair up, and pairs of unequal size.
    """
    files, pairs, order = _two_folders(folder) if any(map(Path.is_dir, folder.iterdir())) else _side_by_side(folder)
    if len(files) < 2:
        found = "1 pair" if files else "0 pairs"
        raise GancoreError(f"{folder} holds {found}; to learn from some and hold one out takes at least 2; add more.")
    side = side or _fitting([read_header(path).side for path in files])
    firsts, seconds = zip(*[(square(one, side), square(other, side)) for one, other in pairs], strict=True)
    notes = [f"given: {order[0]}; wanted: {order[1]}"]
    if len(files) < FEW:
        notes.append(
            f"{len(files)} pairs are few: expect what is learnt to be known by heart; look at the held-out ones"
        )
    return ImageData(folder.resolve().name, as_pixels(seconds), given=as_pixels(firsts), notes=tuple(notes))


# A file of each pair, from which its size can be told; the pairs, opened one at a time; what the halves are called.
Halves = tuple[list[Path], Iterator[tuple[Image.Image, Image.Image]], tuple[str, str]]


def _two_folders(folder: Path) -> Halves:
    listing = list_pictures(folder)
    subfolders = listing.classes or ()
    if len(subfolders) != 2:
        raise GancoreError(
            f"{folder} has {len(subfolders)} subfolders; pairs are in two, one for what is given and one for what is "
            f"wanted, with equal names."
        )
    parts = [name for name in subfolders if name.lower() in PARTS]
    if parts:
        raise GancoreError(
            f"{folder} is divided into parts; take one, as --data {shlex.quote(str(folder / parts[0]))}."
        )
    first, second = (
        {path.stem: path for path, label in zip(listing.files, listing.labels or (), strict=True) if label == which}
        for which in (0, 1)
    )
    alone = sorted(first.keys() ^ second.keys())
    if alone:
        rest = f" and {len(alone) - MOST_NAMED} more" if len(alone) > MOST_NAMED else ""
        named = ", ".join(str((first | second)[name].relative_to(folder)) for name in alone[:MOST_NAMED])
        raise GancoreError(f"{folder} has pictures without a partner of equal name: {named}{rest}; add or remove them.")
    names = sorted(first)

    def pairs() -> Iterator[tuple[Image.Image, Image.Image]]:
        for name in names:
            one, other = open_upright(first[name]), open_upright(second[name])
            if one.size != other.size:
                raise GancoreError(
                    f"{first[name]} has {_size(one)} pixels and {second[name]} {_size(other)}; bring both to one size, "
                    f"or they do not lie on one another."
                )
            yield one, other

    return [second[name] for name in names], pairs(), (subfolders[0], subfolders[1])


def _side_by_side(folder: Path) -> Halves:
    files = list(list_pictures(folder).files)

    def pairs() -> Iterator[tuple[Image.Image, Image.Image]]:
        for path in files:
            both = open_upright(path)
            side = both.height
            if both.width != 2 * side:
                raise GancoreError(
                    f"{path} has {_size(both)} pixels; a pair side by side is twice as wide as it is high. Pairs may "
                    f"also be in two subfolders with equal names."
                )
            yield both.crop((0, 0, side, side)), both.crop((side, 0, 2 * side, side))

    return files, pairs(), ("the left half", "the right half")


def _fitting(sides: Sequence[int]) -> int:
    most = max(SIZES) if torch.cuda.is_available() else LARGEST_WITHOUT_GPU
    return max((size for size in SIZES if size <= min(most, float(np.median(sides)))), default=SIZES[0])


def square(picture: Image.Image, side: int) -> np.ndarray:
    """The central square of a picture in colour, uint8 `(side, side, 3)`."""
    return np.asarray(ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS))


def as_pixels(squares: Iterable[np.ndarray]) -> Tensor:
    """uint8 `(N, 1 or 3, side, side)` of squares in colour: one channel where all are grey."""
    pixels = torch.from_numpy(np.stack(list(squares))).permute(0, 3, 1, 2)
    is_grey = bool((pixels == pixels[:, :1]).all())
    return pixels[:, :1].contiguous() if is_grey else pixels.contiguous()


def _size(picture: Image.Image) -> str:
    return f"{picture.width}×{picture.height}"

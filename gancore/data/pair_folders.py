"""A reader's own pairs: two subfolders whose pictures have equal names, or pictures that stand side by side."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from gancore.data.decoding import FORMATS, read_header
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
    halves = _two_folders(folder) if any(path.is_dir() for path in folder.iterdir()) else _side_by_side(folder)
    names, firsts, seconds, order = halves
    if len(names) < 2:
        found = "1 pair" if names else "0 pairs"
        raise GancoreError(f"{folder} holds {found}; to learn from some and hold one out takes at least 2; add more.")
    side = side or _fitting([min(picture.size) for picture in seconds])
    notes = [f"given: {order[0]}; wanted: {order[1]}"]
    if len(names) < FEW:
        notes.append(
            f"{len(names)} pairs are few: expect what is learnt to be known by heart; look at the held-out ones"
        )
    return ImageData(folder.resolve().name, squares(seconds, side), given=squares(firsts, side), notes=tuple(notes))


Halves = tuple[list[str], list[Image.Image], list[Image.Image], tuple[str, str]]


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
    firsts, seconds = [open_upright(first[name]) for name in names], [open_upright(second[name]) for name in names]
    for name, one, other in zip(names, firsts, seconds, strict=True):
        if one.size != other.size:
            raise GancoreError(
                f"{first[name]} has {_size(one)} pixels and {second[name]} {_size(other)}; bring both to one size, or "
                f"they do not lie on one another."
            )
    return names, firsts, seconds, (subfolders[0], subfolders[1])


def _side_by_side(folder: Path) -> Halves:
    files = list_pictures(folder).files
    pictures = [open_upright(path) for path in files]
    for path, picture in zip(files, pictures, strict=True):
        if picture.width != 2 * picture.height:
            raise GancoreError(
                f"{path} has {_size(picture)} pixels; a pair side by side is twice as wide as it is high. Pairs may "
                f"also be in two subfolders with equal names."
            )
    halves = [
        [picture.crop((left * picture.height, 0, (left + 1) * picture.height, picture.height)) for picture in pictures]
        for left in (0, 1)
    ]
    return [path.stem for path in files], halves[0], halves[1], ("the left half", "the right half")


def open_upright(path: Path) -> Image.Image:
    """The picture at `path`, upright, transparency laid on white. Raises GancoreError as `read_header` does."""
    read_header(path)
    try:
        with Image.open(path, formats=FORMATS) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.mode == "F" or upright.mode.startswith("I"):
                raise GancoreError(f"{path} has greys of more than 8 bits; save it with 8 bits a pixel.")
            drawn = upright.convert("RGBA")
    except OSError as error:
        raise GancoreError(f"{path} cannot be read as an image ({error}); repair or remove it.") from error
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")


def _fitting(sides: Sequence[int]) -> int:
    most = max(SIZES) if torch.cuda.is_available() else LARGEST_WITHOUT_GPU
    return max((size for size in SIZES if size <= min(most, float(np.median(sides)))), default=SIZES[0])


def squares(pictures: Sequence[Image.Image], side: int) -> Tensor:
    """uint8 `(N, 1 or 3, side, side)`: one channel where all are grey."""
    fitted = [ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS) for picture in pictures]
    pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in fitted])).permute(0, 3, 1, 2)
    is_grey = bool((pixels == pixels[:, :1]).all())
    return pixels[:, :1].contiguous() if is_grey else pixels.contiguous()


def _size(picture: Image.Image) -> str:
    return f"{picture.width}×{picture.height}"

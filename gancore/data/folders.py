"""A folder of images: found, opened within limits, cut square and resized."""

import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from gancore.data.images import SIZES, ImageData
from gancore.errors import GancoreError

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")  # what Pillow may take a file for: not EPS, a program
MOST_PIXELS = 50_000_000  # of a picture, before it is made small: as many as large cameras have


def load_image_folder(folder: Path, size: int | None = None, channels: int | None = None) -> ImageData:
    """Images from `folder`, flat, or one subfolder a class as torchvision's ImageFolder has it.

    Each is cut to its central square and resized to `size` × `size` pixels; by default the largest of `SIZES`
    that the median image's shorter side fills. `channels` is 1 or 3; by default 1 when every image is grey.
    Hidden files are passed over. Raises GancoreError naming the file that is no readable image, or saying
    how many images there are where at least two are needed.
    """
    if channels not in (None, 1, 3):
        raise GancoreError(f"channels is {channels}; images have 1 (grey) or 3 (colour).")
    if size is not None and size < 1:
        raise GancoreError(f"size is {size}; it must be at least 1 pixel.")
    files, labels, classes = _list_images(folder)
    if len(files) < 2:
        raise GancoreError(f"{folder} holds {len(files)} images; a data set needs at least 2.")
    # Every image is decoded twice, so that a folder of photographs is never in memory at its full size.
    looks = [(min(picture.size), picture.mode) for picture in map(_open_image, files)]
    if size is None:
        side = float(np.median([shorter for shorter, _ in looks]))
        size = max((option for option in SIZES if option <= side), default=SIZES[0])
    if channels is None:
        channels = 1 if all(mode == "L" for _, mode in looks) else 3
    pixels = np.stack([_fit(picture, size, channels) for picture in map(_open_image, files)])
    images = torch.from_numpy(pixels).reshape(len(files), size, size, channels).permute(0, 3, 1, 2).contiguous()
    return ImageData(folder.resolve().name, images, None if labels is None else torch.tensor(labels), classes)


def _list_images(folder: Path) -> tuple[list[Path], list[int] | None, tuple[str, ...] | None]:
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    subfolders = [path for path in entries if path.is_dir()]
    if not subfolders:
        return [_checked(path) for path in entries], None, None
    loose = [path for path in entries if path.is_file()]
    if loose:
        raise GancoreError(f"{loose[0]} lies beside subfolders; keep images flat, or all in one subfolder a class.")
    files, labels = [], []
    for label, subfolder in enumerate(subfolders):
        inside = [_checked(path) for path in sorted(subfolder.iterdir()) if not path.name.startswith(".")]
        if not inside:
            raise GancoreError(f"{subfolder} is a class without images; fill it or remove it.")
        files += inside
        labels += [label] * len(inside)
    return files, labels, tuple(subfolder.name for subfolder in subfolders)


def _checked(path: Path) -> Path:
    if not path.is_file() or path.suffix.lower() not in IMAGE_SUFFIXES:
        known = " ".join(sorted(IMAGE_SUFFIXES))
        raise GancoreError(f"{path} is not an image file ({known}); remove it from the folder.")
    return path


def _open_image(path: Path) -> Image.Image:
    """The decoded image in mode "L" or "RGB"; transparency is laid on black, deeper greys are cut to 8 bits."""
    try:
        _check_picture(path)
        with Image.open(path, formats=FORMATS) as picture:
            picture = ImageOps.exif_transpose(picture)  # a camera's pictures may be stored lying on their side
            if picture.mode in ("1", "L"):
                return picture.convert("L")
            if picture.mode.startswith("I;16"):
                return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
            mode = "L" if picture.mode == "LA" else "RGB"
            if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
                picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture.convert("RGBA"))
            return picture.convert(mode)
    except Exception as error:  # Pillow raises nearly anything for a damaged file
        raise GancoreError(f"{path} cannot be read as an image ({error}); repair or remove it.") from error


def _check_picture(path: Path) -> None:
    """Raise some error where a picture is too large, or is a PNG whose checksums are wrong, before it is decoded."""
    too_large = Image.DecompressionBombWarning
    with warnings.catch_warnings(action="error", category=too_large), Image.open(path, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(f"{picture.width}×{picture.height} pixels are more than {MOST_PIXELS:,}")
        picture.verify()


def _fit(picture: Image.Image, size: int, channels: int) -> np.ndarray:
    """uint8 `(size, size)` or `(size, size, 3)`: the central square, resized."""
    picture = picture.convert("L" if channels == 1 else "RGB")
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((size, size), Image.Resampling.LANCZOS) if side != size else square)

"""One picture file: opened within limits, decoded once and no larger than it is needed, cut square, resized."""

import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from gancore.data.greys import FULL, Depth, depth_of
from gancore.data.listing import may_not_read, needs_converting
from gancore.errors import GancoreError

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")  # what Pillow may take a file for: not EPS, a program
MOST_PIXELS = 50_000_000  # of a picture as it is decoded: as many as large cameras have
GREY = ("1", "L", "LA", "La")
ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")
BITS_PER_SAMPLE = 258  # a tag of TIFF
JPEG_START = b"\xff\xd8\xff"
CLOSE = 2  # a JPEG is decoded at half, a quarter or an eighth while that leaves this many pixels for one of the result
# Brands by which files in the ISO base media format (ISO/IEC 14496-12) say what they hold, whatever they are called.
BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC", b"avif": "AVIF", b"avis": "AVIF"}


@dataclass(frozen=True)
class Header:
    """What a file says of its picture before any of it is decoded: its shorter side in pixels, and if it is grey."""

    side: int
    grey: bool


@dataclass(frozen=True)
class Thumbnail:
    """A picture cut square and resized.

    `pixels` are uint8 `(S, S)` or `(S, S, 3)`, with transparency laid on black, and `on_white` the same on white, None
    where nothing is transparent. Greys deeper than 8 bits are float32 `(S, S)` as they are, and `depth` says how deep.
    """

    pixels: np.ndarray
    on_white: np.ndarray | None = None
    depth: Depth | None = None


def read_header(path: Path) -> Header:
    """What `path` says of its picture. Raises GancoreError where it holds none, or one that is too large."""
    try:
        with _open(path) as picture:
            _check_size(picture, shrinks=isinstance(picture, JpegImageFile) and "progressive" not in picture.info)
            return Header(min(picture.size), picture.mode in GREY or _is_deep(picture))
    except Exception as error:  # Pillow raises nearly anything for a damaged file
        raise _refusal(path, error) from error


def without_warnings() -> AbstractContextManager:
    """While inside, in all threads, Pillow does not warn of sizes: what is too large is refused, or made small."""
    return warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning)


def read_thumbnail(path: Path, size: int, channels: int) -> Thumbnail:
    """The picture at `path` as `size` × `size` pixels of 1 or 3 channels: its central square.

    Raises GancoreError naming the file that is damaged, or too large to be decoded.
    """
    try:
        with _open(path) as picture:
            picture.verify()  # the checksums of a PNG
        with _open(path) as picture:
            if isinstance(picture, JpegImageFile):
                picture.draft(None, (CLOSE * size, CLOSE * size))
            _check_size(picture)
            upright = ImageOps.exif_transpose(picture)  # a camera's pictures may be stored lying on their side
            return _fit(upright, size, channels, _bits(picture))
    except Exception as error:
        raise _refusal(path, error) from error


def open_upright(path: Path) -> Image.Image:
    """The picture at `path`, upright, transparency laid on white. Raises GancoreError as `read_thumbnail` does."""
    try:
        with _open(path) as picture:
            _check_size(picture)
            upright = ImageOps.exif_transpose(picture)
            if _is_deep(upright):
                raise GancoreError(f"{path} has greys of more than 8 bits; save it with 8 bits a pixel.")
            drawn = upright.convert("RGBA")
    except Exception as error:
        raise _refusal(path, error) from error
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")


class _TooLarge(ValueError):
    """More pixels than are decoded."""


def _open(path: Path) -> Image.Image:
    """The picture, not decoded yet. The limit that Pillow sets to its size is passed by: a JPEG can be made small."""
    with open(path, "rb") as handle:
        if handle.read(len(JPEG_START)) == JPEG_START:
            return JpegImageFile(path)
    return Image.open(path, formats=FORMATS)


def _check_size(picture: Image.Image, shrinks: bool = False) -> None:
    if picture.width * picture.height > MOST_PIXELS and not shrinks:
        raise _TooLarge(f"{picture.width}×{picture.height} pixels are more than {MOST_PIXELS:,}")


def _refusal(path: Path, error: Exception) -> GancoreError:
    """The sentence for what went wrong with `path`, with the way out."""
    if isinstance(error, GancoreError):
        return error
    if isinstance(error, PermissionError):
        return may_not_read(path, error)
    if isinstance(error, (_TooLarge, Image.DecompressionBombError)):
        return GancoreError(f"{path} is too large to be read ({error}); make it smaller.")
    if kind := _disguised(path):
        return needs_converting(path, kind)
    return GancoreError(f"{path} cannot be read as an image ({error}); repair or remove it.")


def _disguised(path: Path) -> str:
    """What a file holds that has the name of something else, or nothing."""
    try:
        with open(path, "rb") as handle:
            head = handle.read(1024)
    except OSError:
        return ""
    if b"<svg" in head:
        return "SVG"
    return BRANDS.get(head[8:12], "") if head[4:8] == b"ftyp" else ""


def _fit(picture: Image.Image, size: int, channels: int, bits: int | None) -> Thumbnail:
    """The central square of `picture`, whose deep greys have `bits` if the format says so."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    if _is_deep(square):
        values = np.asarray(square, np.float32)
        depth = depth_of(values, square.mode != "F", bits)
        filled = Image.fromarray(np.where(np.isfinite(values), values, np.float32(depth.low)))
        return Thumbnail(np.asarray(_resized(filled, size)), depth=depth)
    mode = "L" if channels == 1 else "RGB"
    if _is_transparent(square):
        drawing = square.convert("RGBA")
        on_black, on_white = (
            Image.alpha_composite(Image.new("RGBA", square.size, ground), drawing).convert(mode)
            for ground in ("black", "white")
        )
        return Thumbnail(np.asarray(_resized(on_black, size)), np.asarray(_resized(on_white, size)))
    opaque = square.convert("L" if square.mode in GREY else "RGB")
    return Thumbnail(np.asarray(_resized(opaque.convert(mode), size)))


def _resized(square: Image.Image, size: int) -> Image.Image:
    return square if square.width == size else square.resize((size, size), Image.Resampling.LANCZOS)


def _is_deep(picture: Image.Image) -> bool:
    """Whether its greys have more than 8 bits."""
    return picture.mode == "F" or picture.mode.startswith("I")


def _is_transparent(picture: Image.Image) -> bool:
    """Whether anything shows through it."""
    if picture.mode in ALPHA or "transparency" in picture.info:
        return picture.convert("RGBA").getchannel("A").getextrema() != (255, 255)
    return False


def _bits(picture: Image.Image) -> int | None:
    """Of how many bits the greys of `picture` are, where its format says that."""
    if picture.format == "PPM":
        return FULL  # to which Pillow brings what the file says is white
    said = picture.tag_v2.get(BITS_PER_SAMPLE, (FULL,))[0] if isinstance(picture, TiffImageFile) else FULL
    return said if said < FULL else None

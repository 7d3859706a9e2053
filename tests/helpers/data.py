"""Small files of the kinds that data comes in."""

import gzip
import struct

import numpy as np
from PIL import Image


def idx(array):
    """The bytes of an IDX file that holds `array`."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


PIXELS = np.random.default_rng(0).integers(0, 256, (7, 28, 28), np.uint8)
LABELS = np.array([3, 1, 4, 1, 5, 9, 0], np.uint8)
PARTS = {"images-idx3-ubyte": PIXELS, "labels-idx1-ubyte": LABELS}


def write_idx(folder, prefix="train", suffix="", parts=PARTS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in parts.items():
        content = idx(array)
        (folder / f"{prefix}-{name}{suffix}").write_bytes(gzip.compress(content) if suffix else content)


def save(folder, name, array):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array)).save(folder / name)


def noise(height=28, width=28, channels=None, seed=0):
    shape = (height, width) if channels is None else (height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def drawing(ink, mode="RGBA"):
    """A square of `ink` in the middle of nothing."""
    picture = Image.new(mode, (28, 28))
    picture.paste(ink, (7, 7, 21, 21))
    return picture

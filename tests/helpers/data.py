"""Small files of the kinds that data comes in."""

import gzip
import struct

import numpy as np
from PIL import Image

IDX_TYPES = {np.dtype(np.uint8): 8, np.dtype(np.int8): 9, np.dtype(np.int16): 11, np.dtype(np.int32): 12}


def idx(array):
    """The bytes of an IDX file that holds `array`."""
    head = bytes((0, 0, IDX_TYPES[array.dtype], array.ndim))
    return head + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(array.dtype.newbyteorder(">")).tobytes()


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

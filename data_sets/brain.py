"""Makes gancore/data/sets/brain.npz: slices of one head, from Debian's package mricron-data.

    apt-get download mricron-data && dpkg-deb -x mricron-data_*.deb SOMEWHERE
    python data_sets/brain.py SOMEWHERE/usr/share/mricron/templates/ch2.nii.gz

The volume is 27 scans of one man, averaged, of 1 mm a voxel. Neighbouring slices are all but the same picture, so
whole slabs are kept from training, and the slices at their edges are in neither part.
"""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from store import store

SIDE = 96  # pixels
LOWEST, HIGHEST = 24, 152  # mm: the slices with more than a little of a head on them
SLABS = (range(56, 68), range(88, 108), range(128, 136))  # mm that are held out
EDGE = 4  # mm between what is trained on and what is held out
BRIGHTEST = 99.9  # percentile of the whole volume that becomes white: one scale for all of its slices
SIZES, START = slice(40, 56), slice(108, 112)  # bytes of a NIfTI header that hold the sizes, and where voxels begin


def main() -> None:
    """Cut, scale and divide the slices, and store them."""
    volume = read_volume(Path(sys.argv[1]))
    white = np.percentile(volume[volume > 0], BRIGHTEST)
    heights = [height for height in range(LOWEST, HIGHEST) if not is_edge(height)]
    slices = [cut(volume[height], white) for height in heights]
    store(
        "brain",
        names=np.array([f"{height} mm" for height in heights]),
        images=np.array(slices)[:, None],
        held_out=np.array([is_held_out(height) for height in heights]),
    )


def read_volume(path: Path) -> np.ndarray:
    """uint8 `(height, from back to front, from left to right)` of an uncomplicated NIfTI file."""
    raw = gzip.decompress(path.read_bytes())
    _, right, front, top, *_ = struct.unpack("<8h", raw[SIZES])
    (start,) = struct.unpack("<f", raw[START])
    return np.frombuffer(raw, np.uint8, offset=int(start)).reshape(top, front, right)


def cut(voxels: np.ndarray, white: float) -> np.ndarray:
    """One slice as uint8 `(SIDE, SIDE)`, the nose on top, padded to a square and averaged down."""
    side = max(voxels.shape)
    around = [((side - length) // 2, side - length - (side - length) // 2) for length in voxels.shape]
    square = np.pad(voxels[::-1], around) / white * 255
    smaller = Image.fromarray(square.astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(smaller).round().clip(0, 255).astype(np.uint8)


def is_held_out(height: int) -> bool:
    return any(height in slab for slab in SLABS)


def is_edge(height: int) -> bool:
    """Whether a slice that is not held out lies close to one that is."""
    near = any(slab.start - EDGE <= height < slab.stop + EDGE for slab in SLABS)
    return near and not is_held_out(height)


if __name__ == "__main__":
    main()

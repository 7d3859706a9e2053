"""Writes a data set that ships with gancore, so that the same arrays give the same file."""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent.parent / "gancore" / "data" / "sets"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file knows


def store(name: str, **arrays: np.ndarray) -> None:
    """Write `arrays` as NPZ without dates, compressed by LZMA; print the hash that gancore/data/pairs.py asks for."""
    path = FOLDER / f"{name}.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for key, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array)
            archive.writestr(zipfile.ZipInfo(f"{key}.npy", LONG_AGO), content.getvalue(), zipfile.ZIP_LZMA)
    print(f"{name}: {', '.join(arrays)}, {path.stat().st_size:,} bytes")
    print(hashlib.sha256(path.read_bytes()).hexdigest())

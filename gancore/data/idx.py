"""IDX, the format of MNIST's files."""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from gancore.errors import GancoreError
from gancore.system.files import LARGEST

IDX_UINT8 = 8  # the type byte of an IDX file that holds unsigned bytes


def read_idx(path: Path) -> np.ndarray:
    """One IDX file of unsigned bytes (LeCun's format: two zero bytes, type, rank, big-endian sizes, data)."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as handle:
            head = handle.read(4)
            if len(head) < 4 or head[:3] != bytes((0, 0, IDX_UINT8)):
                raise GancoreError(f"{path} is not an IDX file of unsigned bytes.")
            sizes = handle.read(4 * head[3])
            if len(sizes) < 4 * head[3]:
                raise GancoreError(f"{path} ends within its header; fetch it again.")
            shape = struct.unpack(f">{head[3]}I", sizes)
            wanted = math.prod(shape)
            if wanted > LARGEST:
                raise GancoreError(f"{path} asks for {wanted:,} bytes, and no more than {LARGEST:,} are read.")
            content = handle.read(wanted + 1)  # and no more of a file that may decompress without end
    except (OSError, EOFError, zlib.error) as error:
        raise GancoreError(f"{path} cannot be read ({error}).") from error
    if len(content) != wanted:
        raise GancoreError(f"{path} has {len(content)} bytes where its header asks for {wanted}; fetch it again.")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()

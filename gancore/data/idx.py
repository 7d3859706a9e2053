"""IDX, the format of MNIST's files."""

import gzip
import math
import struct
import zlib
from io import BufferedReader
from pathlib import Path

import numpy as np

from gancore.data.listing import may_not_read
from gancore.errors import GancoreError
from gancore.system.files import LARGEST

GZIP_START = b"\x1f\x8b"
# The type byte of an IDX file, and what it stands for; the two for numbers with a fraction are left out.
WHOLE_NUMBERS = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4"}


def read_idx(path: Path) -> np.ndarray:
    """One IDX file of whole numbers (LeCun's format: two zero bytes, type, rank, big-endian sizes, data).

    It may be gzipped, whatever it is called. Raises GancoreError naming a file that is damaged or holds something else.
    """
    try:
        with _open(path) as handle:
            head = handle.read(4)
            if len(head) < 4 or head[:2] != bytes(2) or head[2] not in WHOLE_NUMBERS:
                raise GancoreError(f"{path} is not an IDX file of whole numbers.")
            sizes = handle.read(4 * head[3])
            if len(sizes) < 4 * head[3]:
                raise GancoreError(f"{path} ends within its header; fetch it again.")
            kind, shape = np.dtype(WHOLE_NUMBERS[head[2]]), struct.unpack(f">{head[3]}I", sizes)
            wanted = math.prod(shape) * kind.itemsize
            if wanted > LARGEST:
                raise GancoreError(f"{path} asks for {wanted:,} bytes, and no more than {LARGEST:,} are read.")
            content = handle.read(wanted + 1)  # and no more of a file that may decompress without end
    except PermissionError as error:
        raise may_not_read(path, error) from error
    except (OSError, EOFError, zlib.error) as error:
        raise GancoreError(f"{path} cannot be read ({error}).") from error
    if len(content) != wanted:
        raise GancoreError(f"{path} has {len(content)} bytes where its header asks for {wanted}; fetch it again.")
    return np.frombuffer(content, kind).astype(kind.newbyteorder("=")).reshape(shape)


def _open(path: Path) -> gzip.GzipFile | BufferedReader:
    with open(path, "rb") as handle:
        gzipped = handle.read(len(GZIP_START)) == GZIP_START  # browsers unpack some files and leave them their names
    return gzip.open(path) if gzipped else open(path, "rb")

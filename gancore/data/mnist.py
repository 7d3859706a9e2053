"""MNIST and its relations as people have them on disk: the names of their files, their classes, and how they lie.

The files are found in a folder itself, in its subfolders (7-Zip makes one for each file), or as torchvision leaves
them: MNIST/raw, seen from `raw`, from `MNIST` or from the folder above. They may be gzipped.
"""

import re
import shlex
import string
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from gancore.data.classes import number_classes
from gancore.data.idx import read_idx
from gancore.data.images import ImageData
from gancore.data.listing import may_not_read
from gancore.errors import GancoreError
from gancore.system.files import LARGEST

DIGITS = tuple(string.digits)
FASHION = (
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
BALANCED = (*string.digits, *string.ascii_uppercase, *"abdefghnqrt")  # EMNIST's; what looks like its capital is one
# A part of what a set is called, its classes, and the label of the first one. Of several that fit, the first counts.
KNOWN = {
    "fashion": (FASHION, 0),
    "kmnist": (KUZUSHIJI, 0),
    "kuzushiji": (KUZUSHIJI, 0),
    "emnist-letters": (tuple(string.ascii_lowercase), 1),
    "emnist-balanced": (BALANCED, 0),
    "emnist-bymerge": (BALANCED, 0),
    "emnist-byclass": ((*string.digits, *string.ascii_uppercase, *string.ascii_lowercase), 0),
    "mnist": (DIGITS, 0),
}
NAME = re.compile(
    r"((?P<group>.+)-)?(?P<split>train|test|t10k)-(?P<what>images|imgs|labels)([-.]idx\d-\w+(\.gz)?|\.npz)",
    re.IGNORECASE,
)
NAMED = 6  # data sets that a sentence names at most


@dataclass(frozen=True)
class Part:
    """A file named as MNIST's are: of `group`, empty for MNIST itself; "train" or "test"; images or labels."""

    path: Path
    group: str
    split: str
    labels: bool


def holds_mnist(source: Path) -> bool:
    """Whether `source` is a folder with images named as MNIST's are, or the file of such images."""
    part = _part(source)
    return bool(_find_parts(source)) if source.is_dir() else part is not None and not part.labels


def load_mnist(source: Path, split: str = "train") -> ImageData:
    """MNIST or a relation of it: from a folder, such as Debian's `dataset-fashion-mnist`, or by the file of its images.

    Labels are optional. EMNIST's images lie on their side, and are turned. Raises GancoreError naming the file that
    is missing, truncated or of another kind, or the sets among which to choose.
    """
    images, labels = _choose_parts(source, split)
    name = images.group or _name_of(images.path.parent)
    pixels, notes = _read_images(images.path), tuple[str, ...]()
    if name.startswith("emnist"):
        pixels, notes = pixels.transpose(0, 2, 1), ("EMNIST lies on its side in its files; the images were turned.",)
    tensor = torch.from_numpy(np.ascontiguousarray(pixels)).unsqueeze(1)
    if not labels:
        return ImageData(name, tensor, notes=notes)
    numbers = [_read_labels(part.path) for part in labels]
    if len(numbers[0]) != len(pixels):
        raise GancoreError(f"{source} holds {len(pixels)} images but {len(numbers[0])} labels; the two must pair up.")
    told, classes, more = _name_classes(np.concatenate(numbers), name)
    return ImageData(name, tensor, torch.from_numpy(told[: len(pixels)]), classes, notes=(*notes, *more))


def _choose_parts(source: Path, split: str) -> tuple[Part, list[Part]]:
    """The images that are meant, and where there are any, their labels.

    Those to train on follow: the others are numbered as these are, though a class may be missing among them.
    """
    if source.is_dir():
        folder, parts = source, _find_parts(source)
    else:
        named, folder = _part(source), source.parent
        if named is None:
            raise GancoreError(f"{source} is not named as a file of MNIST's is, such as train-images-idx3-ubyte.")
        parts = [part for part in _parts_in(folder) if part.group == named.group]
        split = named.split if split == "train" else split  # which nobody asks for by the name of a file
    images = _choose_images(parts, split, folder)
    labels = [part for part in parts if part.labels and part.group == images.group]
    labels.sort(key=lambda part: part.path.parent != images.path.parent)  # the nearest first
    own, train = ([part for part in labels if part.split == each][:1] for each in (split, "train"))
    return images, own and own + [part for part in train if part not in own]


def _find_parts(folder: Path) -> list[Part]:
    """The files named as MNIST's in `folder`, or else below it; none where no images are among them."""
    below = [path for path in _entries(folder) if path.is_dir()]
    for places in ([folder], below, [path / "raw" for path in below]):
        found = [part for place in places if place.is_dir() for part in _parts_in(place)]
        if not all(part.labels for part in found):
            return found
    return []


def _parts_in(folder: Path) -> list[Part]:
    """What is gzipped counts only where it does not lie there unpacked as well."""
    found = {}
    for path in sorted(_entries(folder), reverse=True):
        part = _part(path)
        if part is not None and path.is_file():
            found[part.group, part.split, part.labels] = part
    return list(found.values())


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except PermissionError as error:
        raise may_not_read(folder, error) from error


def _part(path: Path) -> Part | None:
    named = NAME.fullmatch(path.name)
    if named is None:
        return None
    split = "train" if named["split"].lower() == "train" else "test"
    return Part(path, (named["group"] or "").lower(), split, named["what"].lower() == "labels")


def _choose_images(parts: list[Part], split: str, folder: Path) -> Part:
    """The one file of images of `split`."""
    images = [part for part in parts if not part.labels and part.split == split]
    if not images:
        group = parts[0].group
        name = f"{group}-{split}" if group else {"train": "train", "test": "t10k"}[split]
        raise GancoreError(f"{folder} has no file {name}-images-idx3-ubyte or {name}-images-idx3-ubyte.gz.")
    if len(images) > 1:
        names = ", ".join(sorted(str(part.path.relative_to(folder)) for part in images)[:NAMED])
        raise GancoreError(
            f"{folder} holds {len(images)} data sets ({names}); take one of them by the file of its images, as "
            f"--data {shlex.quote(str(images[-1].path))}."
        )
    return images[0]


def _read_images(path: Path) -> np.ndarray:
    pixels = _read(path)
    if pixels.ndim != 3 or pixels.dtype != np.uint8 or pixels.size == 0:
        raise GancoreError(
            f"{path} holds images of shape {pixels.shape} in {pixels.dtype}; expected (count, height, width) in uint8."
        )
    return pixels


def _read_labels(path: Path) -> np.ndarray:
    """Whole numbers `(N,)`; QMNIST has eight for each image, the first of them the class (Yadav and Bottou, 2019)."""
    labels = _read(path)
    if labels.ndim not in (1, 2) or labels.size == 0:
        raise GancoreError(
            f"{path} holds labels of shape {labels.shape}; expected one number or one row for each image."
        )
    return labels if labels.ndim == 1 else labels[:, 0]


def _read(path: Path) -> np.ndarray:
    return _read_npz(path) if path.suffix.lower() == ".npz" else read_idx(path)


def _read_npz(path: Path) -> np.ndarray:
    """The one array of whole numbers in a file of NumPy's, as Kuzushiji-49 comes (Clanuwat et al., 2018)."""
    try:
        with zipfile.ZipFile(path) as archive:
            (entry,) = archive.infolist()
            if entry.file_size > LARGEST:
                raise GancoreError(f"{path} holds {entry.file_size:,} bytes, and no more than {LARGEST:,} are read.")
            with archive.open(entry) as handle:
                array = np.lib.format.read_array(handle, allow_pickle=False)
    except PermissionError as error:
        raise may_not_read(path, error) from error
    except (OSError, ValueError, MemoryError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise GancoreError(f"{path} cannot be read ({error}).") from error
    if array.dtype.kind not in "iu":
        raise GancoreError(f"{path} holds {array.dtype}, and no whole numbers.")
    return array


def _name_of(place: Path) -> str:
    """What the folder of a set is called, and not what torchvision and 7-Zip made in it."""
    place = place.resolve()
    while place.name.lower() == "raw" or NAME.fullmatch(place.name):
        place = place.parent
    return place.name


def _name_classes(labels: np.ndarray, name: str) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Labels from 0 up, the names of their classes, and notes on it."""
    known, first = next((about for part, about in KNOWN.items() if part in name.lower()), ((), 0))
    if first <= labels.min() and labels.max() < first + len(known):
        return labels.astype(np.int64) - first, known, ()
    return number_classes(labels, name)

"""Which files of a folder are its pictures, and of which class each is."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from gancore.data.classes import natural
from gancore.errors import GancoreError

SUFFIXES = frozenset({
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm",
    ".pgm", ".pbm", ".pnm",
})  # fmt: skip
ELSEWHERE = frozenset({  # suffixes of pictures that other programs read
    ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2", ".svg", ".svgz", ".eps", ".ai", ".pdf", ".psd", ".xcf", ".dng",
    ".cr2", ".cr3", ".nef", ".arw", ".orf", ".raf", ".rw2",
})  # fmt: skip
LITTER = frozenset({  # what Windows, macOS and network drives leave in folders; what else they leave begins with a dot
    "thumbs.db", "ehthumbs.db", "desktop.ini", "picasa.ini", "$recycle.bin", "system volume information", "icon\r",
    "__macosx", "@eadir", "#recycle", "@recycle", "lost+found",
})  # fmt: skip
PARTS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval"})


@dataclass(frozen=True)
class Listing:
    """The pictures of a folder, in order; where it has subfolders, the class of each and the classes' names."""

    files: list[Path]
    labels: list[int] | None = None
    classes: tuple[str, ...] | None = None


def list_pictures(folder: Path) -> Listing:
    """What `folder` holds, flat or in one subfolder a class, without what systems leave lying about.

    Classes are in alphabetical order, but numbers in their names count by their values. Raises GancoreError naming
    what is no picture, and how to go on.
    """
    entries = _visible(folder)
    subfolders = sorted((path for path in entries if path.is_dir()), key=lambda path: natural(path.name))
    if not subfolders:
        return Listing([_checked(path) for path in entries])
    _check_is_whole(folder, subfolders)
    loose = [path for path in entries if not path.is_dir()]
    if loose:
        raise GancoreError(f"{loose[0]} lies beside subfolders; keep images flat, or all in one subfolder a class.")
    files, labels = [], []
    for label, subfolder in enumerate(subfolders):
        inside = _list_class(subfolder)
        files += inside
        labels += [label] * len(inside)
    return Listing(files, labels, tuple(subfolder.name for subfolder in subfolders))


def _visible(folder: Path) -> list[Path]:
    """What lies in `folder`, by name, but for hidden files and what systems leave there."""
    try:
        found = [path for path in folder.iterdir() if not is_litter(path)]
    except PermissionError as error:
        raise may_not_read(folder, error) from error
    return sorted(found, key=lambda path: path.name)


def is_litter(path: Path) -> bool:
    """Whether systems leave a file or a folder of this name lying about, and people do not look at it."""
    return path.name.startswith(".") or path.name.lower() in LITTER


def _check_is_whole(folder: Path, subfolders: list[Path]) -> None:
    """Refuse a folder whose subfolders are the parts of a data set, and no classes."""
    parts = [path for path in subfolders if path.name.lower() in PARTS]
    if len(parts) > 1:
        train = next((path for path in parts if path.name.lower().startswith("train")), parts[0])
        names = " and ".join(path.name for path in parts)
        raise GancoreError(f"{folder} holds the parts {names}; take one of them, as --data {shlex.quote(str(train))}.")


def _list_class(folder: Path) -> list[Path]:
    entries = _visible(folder)
    if not entries:
        raise GancoreError(f"{folder} is a class without images; fill it or remove it.")
    if all(path.is_dir() for path in entries):
        raise GancoreError(
            f"{folder} holds folders and no images; to learn from these, take --data {shlex.quote(str(folder))}."
        )
    return [_checked(path) for path in entries]


def _checked(path: Path) -> Path:
    suffix = path.suffix.lower()
    if path.is_dir():
        raise GancoreError(f"{path} is a folder inside a class; move its images up beside the others.")
    if suffix in ELSEWHERE:
        raise needs_converting(path, suffix.removeprefix(".").upper())
    if not path.is_file() or suffix not in SUFFIXES:
        known = " ".join(sorted(SUFFIXES))
        raise GancoreError(f"{path} is not an image file ({known}); remove it from the folder.")
    return path


def needs_converting(path: Path, kind: str) -> GancoreError:
    """What to say of a picture that only other programs read."""
    return GancoreError(
        f"{path} is {kind}, which is not read here; convert it to PNG or JPEG by your picture viewer's Export, or all "
        f"at once by `magick mogrify -format png *{path.suffix}`, and move the originals elsewhere."
    )


def may_not_read(path: Path, error: PermissionError) -> GancoreError:
    """What to say where the system forbids reading."""
    return GancoreError(
        f"{path} may not be read ({error.strerror}); allow it in its properties, or with `chmod u+rX` in a terminal."
    )

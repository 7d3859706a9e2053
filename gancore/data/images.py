"""Images in memory: uint8 pixels, labels or what else is given with them, and random batches of them.

`Batches` draws on the training device and turns pixels into floats in [-1, 1], so nothing is decoded inside the loop.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from gancore.data.arrays import as_labels, as_pixels
from gancore.data.batch import Batch, Spec
from gancore.errors import GancoreError

SIZES = (28, 32, 64)  # heights and widths, in pixels, that the models are built for


@dataclass(frozen=True)
class ImageData:
    """Examples in memory.

    Pixels and labels may be NumPy arrays or lists as well, with channels last or left out, and labels may be text; see
    `arrays.py`. Raises GancoreError where it could mean two things, with the call that converts it.
    `images` is uint8 `(N, C, H, W)` in 0..255, `labels` int64 `(N,)` in 0..len(classes)-1 or None,
    `classes` the name of every class or None where there are no labels. Numbers without names that begin at 1 become
    labels from 0 up, which a note says: of the digits 1 to 9 label 0 is the class "1".
    `given` `(N, …)` is what players are shown beside each image, or None: uint8 pixels, which become floats in [-1, 1]
    as those of the images do, or numbers of any other type, which stay as they are. `notes` say in a line each what was
    decided when they were read, and are shown with them.
    """

    name: str
    images: Tensor
    labels: Tensor | None = None
    classes: tuple[str, ...] | None = None
    given: Tensor | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "images", as_pixels(self.images, self.name))
        if self.labels is not None:
            labels, classes, notes = as_labels(self.labels, self.classes, len(self.images), self.name)
            object.__setattr__(self, "labels", labels)
            object.__setattr__(self, "classes", classes)
            object.__setattr__(self, "notes", (*self.notes, *notes))
        if self.given is not None and len(self.given) != len(self.images):
            raise GancoreError(
                f"{self.name} has {len(self.images)} images and {len(self.given)} given with them; pair them."
            )

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        count, channels, height, width = self.images.shape
        labels = f"{len(self.classes)} classes" if self.classes else "no labels"
        return "\n".join([f"{self.name}: {count:,} images, {channels}×{height}×{width}, {labels}", *self.notes])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one image."""
        _, channels, height, width = self.images.shape
        return channels, height, width

    @property
    def spec(self) -> Spec:
        """What one of these examples is like."""
        return Spec(self.shape, self.classes, None if self.given is None else tuple(self.given.shape[1:]))

    @property
    def sha256(self) -> str:
        """The SHA-256, in hex, of the pixels, the labels and what is given."""
        digest = hashlib.sha256()
        for part in (self.images, self.labels, self.given):
            if part is not None:
                digest.update(part.cpu().contiguous().numpy().data)
        return digest.hexdigest()

    def to(self, device: torch.device | str) -> "ImageData":
        """The same examples with their tensors on `device`."""
        return self._each(lambda part: part.to(device))

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> "Batches":
        """A source of random batches of these examples on `device`."""
        return Batches(self, device, seed)

    def subset(self, index: Tensor) -> "ImageData":
        """The examples at `index`, an int64 `(M,)` or a boolean `(N,)` tensor."""
        return self._each(lambda part: part[index])

    def numbered_by(self, classes: tuple[str, ...]) -> "ImageData":
        """The same examples with labels that are places in `classes`; unchanged where not all its classes are there.

        Examples that come class after class do so in the new order.
        """
        if self.labels is None or not self.classes or self.classes == classes or not set(self.classes) <= set(classes):
            return self
        places = torch.tensor([classes.index(name) for name in self.classes])[self.labels]
        renumbered = replace(self, labels=places, classes=classes)
        in_order = bool((self.labels.diff() >= 0).all())
        return renumbered.subset(places.argsort(stable=True)) if in_order else renumbered

    def _each(self, change: Callable[[Tensor], Tensor]) -> "ImageData":
        """The same with `change` done to every tensor."""

        def changed(part: Tensor | None) -> Tensor | None:
            return None if part is None else change(part)

        return replace(self, images=change(self.images), labels=changed(self.labels), given=changed(self.given))


def to_float(pixels: Tensor) -> Tensor:
    """uint8 0..255 of any shape to float32 in [-1, 1], the range of tanh."""
    return pixels.to(torch.float32, copy=True).div_(127.5).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Floats in [-1, 1] of any shape to uint8 0..255; what lies outside is clipped."""
    return images.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)


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
        given = None if data.given is None else data.given.index_select(0, index)
        if given is not None and given.dtype == torch.uint8:
            given = to_float(given)
        return Batch(to_float(images), labels, given)

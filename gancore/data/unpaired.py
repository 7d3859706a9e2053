"""Two sets of pictures without pairs: plain digits and striped ones, or two folders of a reader's own.

Each side is learnt from by itself. What is held out of the sets that gancore draws has its truth, which is looked at
in grading only.
"""

import colorsys
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from gancore.data.avatars import FACE, load_glasses
from gancore.data.batch import Batch, Spec
from gancore.data.folders import load_image_folder
from gancore.data.images import Batches, ImageData, to_float
from gancore.data.landscapes import NIGHT, SUMMER, WINTER, Colour, draw_scenes, paint
from gancore.data.sources import load_digits
from gancore.errors import GancoreError
from gancore.system.random import seed_for

PART, FIRST, SECOND = 20, 9, 18  # of so many digits, the first nine are plain, the next nine striped, two held out
HELD_OUT_OF = 10  # pictures of a reader's own, one is held out
PERIOD = 4  # pixels to the right, or down, after which the stripes are the same again
GROUND, DARK, ORANGE = (217, 235, 255), (26, 13, 64), (255, 140, 26)  # red, green, blue, 0..255


@dataclass(frozen=True)
class TwoSets:
    """Pictures of a `first` and of a `second` kind, of one shape, none of which belongs to another.

    `held` has pictures of the second kind, and of the first kind as what is given; where `paired`, they belong
    together. With `flip`, pictures to learn from are mirrored at random.
    """

    first: ImageData
    second: ImageData
    held: ImageData
    paired: bool = True
    flip: bool = False

    def __repr__(self) -> str:
        channels, height, width = self.second.shape
        sides = f"{len(self.first):,} and {len(self.second):,} pictures without pairs, {channels}×{height}×{width}"
        return "\n".join([f"{self.name}: {sides}, {len(self.held):,} held out", *self.second.notes])

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    @property
    def name(self) -> str:
        return self.second.name

    @property
    def spec(self) -> Spec:
        """What the second kind is like, and the first, which is given."""
        return Spec(self.second.shape, None, self.first.shape)

    @property
    def sha256(self) -> str:
        """A hash of all that is learnt from or held out."""
        parts = [each.sha256 for each in (self.first, self.second, self.held)]
        return hashlib.sha256(f"{parts} {self.paired} {self.flip}".encode()).hexdigest()

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> "UnpairedBatches":
        """A source of random pictures of both kinds, drawn independently, on `device`."""
        return UnpairedBatches(self, device, seed)

    @property
    def held_out(self) -> ImageData:
        """What is held out, in place of what is learnt from."""
        return self.held

    def every_held_out(self, count: int | None = None) -> Batch:
        """The first `count` held-out pictures, or all: `given` of the first kind, `real` of the second.

        They are pairs only where `paired`.
        """
        held = self.held
        assert held.given is not None
        labels = None if held.labels is None else held.labels[:count]
        return Batch(to_float(held.images[:count]), labels, to_float(held.given[:count]))


class UnpairedBatches:
    """Draws pictures of the first kind, as what is given, and others of the second, as `real`."""

    def __init__(self, sets: TwoSets, device: torch.device | str, seed: int) -> None:
        self.first, self.second = (Batches(each, device, seed) for each in (sets.first, sets.second))
        self.flip = sets.flip
        self.rng = self.second.rng = self.first.rng  # one stream for everything here

    def draw(self, count: int) -> Batch:
        """`count` pictures of each kind on the device."""
        given, real = self.first.draw(count).real, self.second.draw(count).real
        return Batch(self.mirrored(real), given=self.mirrored(given))

    def mirrored(self, pictures: Tensor) -> Tensor:
        """`pictures`, half of them mirrored where these sets are."""
        if not self.flip:
            return pictures
        turned = torch.rand(len(pictures), 1, 1, 1, generator=self.rng, device=pictures.device) < 0.5
        return torch.where(turned, pictures.flip(-1), pictures)


@lru_cache
def load_zebra() -> TwoSets:
    """Plain digits, black on white, and *other* digits in stripes of orange and dark blue, `(3, 28, 28)` each.

    Stripes lie in the same places of every picture. 2,250 digits are plain, 2,250 striped, and 500 held out, of which
    both are known.
    """
    return _dressed("zebra", lambda count: torch.tensor(ORANGE).expand(count, 3))


@lru_cache
def load_parrot() -> TwoSets:
    """As the zebra, but the colour of the bright stripes is drawn for each picture, and no plain digit tells it."""

    def colours(count: int) -> Tensor:
        hues = torch.rand(count, generator=torch.Generator().manual_seed(seed_for(0, "parrot"))).tolist()
        return 255 * torch.tensor([colorsys.hsv_to_rgb(hue, 0.9, 1.0) for hue in hues])

    return _dressed("parrot", colours)


@lru_cache
def load_people() -> TwoSets:
    """400 avatars without glasses and 400 *other* ones with, `(3, 16, 16)` each; 200 are held out, with and without."""
    pairs = load_glasses(FACE)
    bare = torch.arange(len(pairs.learnt)) % 2 == 0
    assert pairs.learnt.given is not None
    without, worn = pairs.learnt.given[bare], pairs.learnt.images[~bare]
    return TwoSets(ImageData("glasses", without), ImageData("glasses", worn), pairs.held)


@lru_cache
def load_seasons() -> TwoSets:
    """800 landscapes in summer and 800 *others* in winter, `(3, 32, 32)` each; 200 are held out, in both."""
    return _scenery("seasons", SUMMER, WINTER)


@lru_cache
def load_hours() -> TwoSets:
    """800 landscapes by day and 800 *others* by night, `(3, 32, 32)` each; 200 are held out, at both hours."""
    return _scenery("hours", SUMMER, NIGHT)


def _scenery(name: str, colours: Mapping[str, Colour], others: Mapping[str, Colour]) -> TwoSets:
    first, second, held = (draw_scenes(count, seed) for seed, count in enumerate((800, 800, 200)))
    return TwoSets(
        ImageData(name, paint(first, colours)),
        ImageData(name, paint(second, others)),
        ImageData(name, paint(held, others), given=paint(held, colours)),
    )


KNOWN_SETS = {
    "zebra": load_zebra,
    "parrot": load_parrot,
    "glasses": load_people,
    "seasons": load_seasons,
    "hours": load_hours,
}


def striped(digits: Tensor, colours: Tensor) -> Tensor:
    """Digits `(N, 1, H, W)` to pictures `(N, 3, H, W)`, both uint8, striped dark and in `colours` `(N, 3)`, 0..255."""
    height, width = digits.shape[2:]
    bright = (torch.arange(height)[:, None] + torch.arange(width)) % PERIOD < PERIOD // 2
    ground, dark = (torch.tensor(colour).view(1, 3, 1, 1) for colour in (GROUND, DARK))
    ink = torch.where(bright, colours.view(-1, 3, 1, 1), dark)
    cover = digits.float() / 255
    return (ground + (ink - ground) * cover).round().byte()


def _dressed(name: str, colours: Callable[[int], Tensor]) -> TwoSets:
    digits = load_digits()
    assert digits.labels is not None
    place = torch.arange(len(digits)) % PART
    plain = (255 - digits.images).expand(-1, 3, -1, -1)
    dressed = striped(digits.images, colours(len(digits)))
    first, second, held = place < FIRST, (place >= FIRST) & (place < SECOND), place >= SECOND
    return TwoSets(
        ImageData(name, plain[first].contiguous()),
        ImageData(name, dressed[second]),
        ImageData(name, dressed[held], digits.labels[held], digits.classes, given=plain[held].contiguous()),
    )


def load_two_folders(first: Path, second: Path) -> TwoSets:
    """The pictures in two folders, brought to one size and to colour where either needs it; a tenth is held out.

    Raises GancoreError where both are one folder, or either cannot be used (see `load_image_folder`).
    """
    if first.resolve() == second.resolve():
        raise GancoreError(f"{first} is named twice; the two kinds of pictures lie in two folders.")
    sides = [load_image_folder(folder) for folder in (first, second)]
    notes = []
    if sides[0].shape != sides[1].shape:
        size, channels = min(side.shape[1] for side in sides), max(side.shape[0] for side in sides)
        sides = [load_image_folder(folder, size, channels) for folder in (first, second)]
        kinds = f"{first.name} and {second.name} differ in size or colours"
        notes.append(f"{kinds}; both are taken as {channels}×{size}×{size}")
    return _divided(sides[0], sides[1], tuple(notes))


def _divided(first: ImageData, second: ImageData, notes: tuple[str, ...]) -> TwoSets:
    """`first` and `second` without labels, every tenth of the smaller held out, and as many of the larger."""
    name, count = f"{first.name} and {second.name}", max(1, min(len(first), len(second)) // HELD_OUT_OF)
    learnt, held = [], []
    for side in (first, second):
        out = torch.zeros(len(side), dtype=torch.bool)
        out[torch.arange(count) * (len(side) // count)] = True
        learnt.append(ImageData(name, side.images[~out], notes=(*side.notes, *notes)))
        held.append(side.images[out])
    return TwoSets(learnt[0], learnt[1], ImageData(name, held[1], given=held[0]), paired=False, flip=True)

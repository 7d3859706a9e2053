"""Avatars that ship with gancore: small people, the words that are true of them, and some of them without glasses.

data_sets/avatars.py makes them with DiceBear's style Pixel Art (CC0); data_sets/DATA.md says how they are divided.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gancore.data.images import ImageData
from gancore.data.pairs import EVERY, PairData, read_set
from gancore.errors import GancoreError

FACE = 16  # pixels of what is stored
SIDES = (FACE, 2 * FACE, 4 * FACE)  # of what is made of it
PART = 500  # pictures that are made at a time
ATTRIBUTES: dict[str, tuple[str, ...]] = {  # each with the words that it can have
    "skin": ("light", "tan", "dark"),
    "hair": ("black", "brown", "blond", "red", "blue"),
    "length": ("short", "long"),
    "glasses": ("no glasses", "glasses"),
    "hat": ("no hat", "hat"),
    "beard": ("no beard", "beard"),
    "mouth": ("smile", "frown"),
    "shirt": ("red", "blue", "green", "yellow"),
    "background": ("grey", "sky", "pink", "mint"),
}
# Colours of hair and shirt that nobody wears who is learnt from: each is learnt, and the two together are new.
NEVER_TOGETHER = frozenset({("black", "red"), ("blond", "green"), ("red", "blue"), ("blue", "yellow")})


@dataclass(frozen=True)
class Avatars:
    """People by DiceBear: `images` uint8 `(N, 3, side, side)` and `attributes` int64 `(N, 9)`, numbered as ATTRIBUTES.

    `held_out` `(N,)` marks those that nothing learns from: every tenth, and those `never_together`, whose colours of
    hair and shirt nobody has who is learnt from.
    """

    images: Tensor
    attributes: Tensor
    held_out: Tensor
    never_together: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def subset(self, index: Tensor) -> "Avatars":
        """The people at `index`, an int64 `(M,)` or a boolean `(N,)` tensor."""
        parts = (self.images, self.attributes, self.held_out, self.never_together)
        return Avatars(*(part[index] for part in parts))


def load_avatars(side: int = 2 * FACE) -> Avatars:
    """3,000 people of `side` 16, 32 or 64 pixels. From 32 on, edges are rounded and light falls from above."""
    arrays = read_set("avatars")
    return Avatars(
        _pictures(arrays["images"], side),
        torch.from_numpy(arrays["attributes"]).long(),
        torch.from_numpy(arrays["held_out"]),
        torch.from_numpy(arrays["never_together"]),
    )


def are_avatars(data: ImageData) -> bool:
    """Whether all images of `data` are avatars that ship: a folder of one's own may be called so, too."""
    if data.name != "avatars" or data.images.shape[1:] not in [(3, side, side) for side in SIDES]:
        return False
    known = {image.tobytes() for image in load_avatars(data.images.shape[-1]).images.numpy()}
    return all(image.tobytes() in known for image in data.images.cpu().numpy())


def load_glasses(side: int = 2 * FACE) -> PairData:
    """1,000 people with glasses and, `given`, the same people without: `(3, side, side)` each, 16, 32 or 64 pixels.

    A picture and what is given are of one person, which is the truth to compare with; to learn without pairs, take the
    two from different people. Every fifth person is held out.
    """
    arrays = read_set("avatars")
    worn = ImageData(
        "glasses",
        _pictures(arrays["images"][arrays["with_glasses"]], side),
        given=_pictures(arrays["bare"], side),
    )
    held = torch.arange(len(worn)) % EVERY == EVERY - 1
    return PairData(worn.subset(~held), worn.subset(held), names=_names(held))


def _names(held: Tensor) -> tuple[str, ...]:
    numbers = torch.from_numpy(read_set("avatars")["with_glasses"])[held]
    return tuple(f"person {number}" for number in numbers.tolist())


def _pictures(places: np.ndarray, side: int) -> Tensor:
    """Places in the palette, uint8 `(N, 16, 16)`, as pictures, uint8 `(N, 3, side, side)`."""
    if side not in SIDES:
        choices = ", ".join(map(str, SIDES))
        raise GancoreError(f"Avatars have {choices} pixels along each side, and not {side!r}; take one of these.")
    parts = [places[start : start + PART] for start in range(0, len(places), PART)]
    return torch.cat([_drawn(part, side) for part in parts])


def _drawn(places: np.ndarray, side: int) -> Tensor:
    palette = read_set("avatars")["palette"]
    if side == FACE:
        return torch.from_numpy(palette[places]).permute(0, 3, 1, 2).contiguous()
    while places.shape[1] < side:
        places = _rounded(places)
    lit = (palette[places] * _light(places)).round().clip(0, 255).astype(np.uint8)
    return torch.from_numpy(lit).permute(0, 3, 1, 2).contiguous()


def _rounded(places: np.ndarray) -> np.ndarray:
    """Twice the size; of the four that each pixel becomes, one that two equal neighbours meet at becomes as they are.

    This is Scale2x (Mazzoleni, 2001).
    """
    around = np.pad(places, ((0, 0), (1, 1), (1, 1)), mode="edge")
    above, below, left, right = around[:, :-2, 1:-1], around[:, 2:, 1:-1], around[:, 1:-1, :-2], around[:, 1:-1, 2:]
    apart = (above != below) & (left != right)
    large = places.repeat(2, axis=1).repeat(2, axis=2)
    for row, upright in enumerate((above, below)):
        for column, across in enumerate((left, right)):
            large[:, row::2, column::2] = np.where(apart & (upright == across), upright, places)
    return large


def _light(places: np.ndarray) -> np.ndarray:
    """Factors `(N, side, side, 1)` of brightness: more where a colour begins on its way down, less where it ends."""
    changes = np.pad(places[:, 1:] != places[:, :-1], ((0, 0), (1, 1), (0, 0)))
    return (1 + 0.12 * changes[:, :-1] - 0.12 * changes[:, 1:])[..., None]

"""Pairs for players that are given something: outline and picture, damaged and whole; a part of them is held out.

The sets that ship with gancore are made by the scripts in data_sets/, where DATA.md says where each comes from.
"""

import hashlib
import io
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gancore.data.batch import Batch, Spec
from gancore.data.damage import Damage
from gancore.data.images import Batches, ImageData, to_float
from gancore.errors import GancoreError
from gancore.system.random import seed_for

SETS = Path(__file__).parent / "sets"
HASHES = {  # SHA-256 of the files that ship
    "emoji": "5226cd319d9222647876692b1572134e6dc72f39eeb850859aac61d951e58767",
    "brain": "9ba111b73a0f0a14351f11d4c709cbd102d240cbc2781636d9e7d558570b97c8",
    "avatars": "9195b164d1ee638f14df7c79a3d0db861f567918aa2cc90bdb67f5b8a4c2e8f7",
    "voices": "2e462247062a6d84fa6af02a019aacc744e2ad2638ddf2267af4207c7c31f721",
    "rare": "861e3977fef5f2fd30d373b5fd04913c1b103a44c0942389398c9553a9bb135d",
}
FACES_SHA256 = "9560ec2f5edfac01973f63a8a99d00053fecd11e21877e18038fbe500f8e872c"  # of the file in scikit-image
FACES, FACE_SIDE = 100, 24  # that lfw_subset begins with; pixels, of its 25
EVERY = 5  # one face in so many is held out, and one pair of a reader's own in twice as many


@dataclass(frozen=True)
class PairData:
    """Pictures `learnt` from and others `held_out`, each with what is given, or with a `damage` that makes it.

    `names` say what the held-out ones are. With `flip`, pairs to learn from are mirrored at random.
    """

    learnt: ImageData
    held: ImageData
    damage: Damage | None = None
    flip: bool = True
    names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        about = f"{self.learnt!r}".replace(" images", " pairs" if self.damage is None else " pictures", 1)
        first, *notes = about.replace(", no labels", f", {len(self.held):,} held out").splitlines()
        return "\n".join([first if self.damage is None else f"{first}, {self.damage}", *notes])

    @property
    def name(self) -> str:
        return self.learnt.name

    @property
    def spec(self) -> Spec:
        """What one pair is like. Raises GancoreError where the damage is not for such pictures."""
        given = self.learnt.spec.given
        if self.damage is not None:
            channels, *size = self.learnt.shape
            given = (self.damage.given_channels(channels), *size)
        return Spec(self.learnt.shape, None, given)

    @property
    def sha256(self) -> str:
        """A hash of both parts and of the damage."""
        parts = f"{self.learnt.sha256} {self.held.sha256} {self.damage!r} {self.flip}"
        return hashlib.sha256(parts.encode()).hexdigest()

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> "PairBatches":
        """A source of random pairs to learn from, on `device`."""
        return PairBatches(self.learnt, self.damage, self.flip, device, seed)

    def plain(self, given: Tensor) -> Tensor:
        """The answer to what is `given` without a network: pictures `(N, C, H, W)`; to outlines, these themselves."""
        if self.damage is not None:
            return self.damage.plain(given).clamp(-1, 1)
        return given.mean(1, keepdim=True).expand(-1, self.learnt.shape[0], -1, -1)

    @property
    def held_out(self) -> "PairData":
        """The same with the held-out pairs in place of those to learn from, and none mirrored."""
        return replace(self, learnt=self.held, flip=False)

    def every_held_out(self, seed: int = 0) -> Batch:
        """Each held-out pair once, damaged as `seed` decides."""
        real = to_float(self.held.images)
        if self.damage is not None:
            rng = torch.Generator().manual_seed(seed_for(seed, "damage"))
            return Batch(real, given=self.damage.apply(real, rng))
        assert self.held.given is not None
        return Batch(real, given=to_float(self.held.given))


class PairBatches:
    """Draws pairs, mirrors some, and damages pictures where nothing is given with them yet."""

    def __init__(
        self, images: ImageData, damage: Damage | None, flip: bool, device: torch.device | str, seed: int
    ) -> None:
        self.source = Batches(images, device, seed)
        self.damage, self.flip = damage, flip
        self.rng = self.source.rng  # of everything here

    def draw(self, count: int) -> Batch:
        """`count` pairs as a Batch on the device."""
        batch = self.source.draw(count)
        real, given = batch.real, batch.given
        if self.flip:
            turned = torch.rand(count, 1, 1, 1, generator=self.rng, device=real.device) < 0.5
            real = torch.where(turned, real.flip(-1), real)
            given = None if given is None else torch.where(turned, given.flip(-1), given)
        if self.damage is not None:
            given = self.damage.apply(real, self.rng)
        return Batch(real, given=given)


def load_emoji() -> PairData:
    """Outlines `(1, 48, 48)` and emoji in colour `(3, 48, 48)` by OpenMoji (CC BY-SA 4.0), divided by code point."""
    arrays = read_set("emoji")
    return _divide("emoji", arrays, arrays["held_out"], None)


def load_brain(damage: Damage) -> PairData:
    """Slices `(1, 96, 96)` through one head (ch2 of MRIcron, BSD-3), divided by slab; `damage` decides what is given.

    All slices have one scale: 1 is the white of the whole volume.
    """
    arrays = read_set("brain")
    return _divide("brain", arrays, arrays["held_out"], damage)


def load_faces(damage: Damage) -> PairData:
    """100 faces `(1, 24, 24)` out of Labeled Faces in the Wild (Huang et al., 2007), as scikit-image ships them.

    Every fifth is held out. The file does not say who is who. Raises GancoreError where scikit-image is missing.
    """
    images = _read_faces()
    names = np.array([f"face {place}" for place in range(len(images))])
    held = np.arange(len(images)) % EVERY == EVERY - 1
    return _divide("faces", {"images": images, "names": names}, held, damage)


SHIPPED_SETS = {"brain": load_brain, "faces": load_faces}


def divide(images: ImageData, damage: Damage | None = None) -> PairData:
    """A reader's own `images` as pairs: every tenth is held out, and one at least.

    Raises GancoreError where there is a single one.
    """
    if len(images) < 2:
        raise GancoreError(f"{images.name} has one picture; to learn from some and hold one out takes at least 2.")
    held = torch.arange(len(images)) % (2 * EVERY) == min(2 * EVERY, len(images)) - 1
    return PairData(images.subset(~held), images.subset(held), damage)


def _divide(name: str, arrays: dict[str, np.ndarray], held: np.ndarray, damage: Damage | None) -> PairData:
    def part(which: np.ndarray) -> ImageData:
        given = torch.from_numpy(arrays["given"][which]) if "given" in arrays else None
        return ImageData(name, torch.from_numpy(arrays["images"][which]), given=given)

    return PairData(part(~held), part(held), damage, names=tuple(arrays["names"][held].tolist()))


@lru_cache
def read_set(name: str) -> dict[str, np.ndarray]:
    """The arrays of a set that ships. Raises GancoreError where its file is lost or damaged."""
    path = SETS / f"{name}.npz"
    return dict(np.load(io.BytesIO(_checked(path, HASHES[name])), allow_pickle=False))


@lru_cache
def _read_faces() -> np.ndarray:
    """uint8 `(100, 1, 24, 24)`."""
    import importlib.util

    spec = importlib.util.find_spec("skimage")  # located, not imported: the import takes a while
    if spec is None or spec.origin is None:
        raise GancoreError("The faces come with the package scikit-image, which is missing: pip install scikit-image.")
    content = _checked(Path(spec.origin).parent / "data" / "lfw_subset.npy", FACES_SHA256)
    faces = np.load(io.BytesIO(content), allow_pickle=False)[:FACES, None, :FACE_SIDE, :FACE_SIDE]
    return (faces * 255).round().astype(np.uint8)


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GancoreError(f"{path} cannot be read ({error.strerror}); install the package again.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise GancoreError(f"{path} does not hold the data that it should; install the package again.")
    return content

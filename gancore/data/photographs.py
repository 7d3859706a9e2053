"""The few real faces that there are: 100 small grey photographs, in the size that the players are built for."""

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gancore.data.damage import Noise
from gancore.data.images import ImageData, to_float, to_uint8
from gancore.data.pairs import load_faces

SIDE = 32  # pixels, enlarged from 24


def load_photographs() -> tuple[ImageData, ImageData]:
    """80 faces to learn from, each also mirrored, and 20 held out: grey, 32×32, out of Labeled Faces in the Wild.

    Raises GancoreError where scikit-image, which has them, is missing.
    """
    faces = load_faces(Noise())  # of which only the division is used
    learnt, held_out = _enlarged(faces.learnt.images), _enlarged(faces.held.images)
    return ImageData("photographs", torch.cat([learnt, learnt.flip(3)])), ImageData("photographs held out", held_out)


def _enlarged(images: Tensor) -> Tensor:
    """uint8 `(N, 1, 24, 24)` to uint8 `(N, 1, 32, 32)`, bicubic."""
    return to_uint8(interpolate(to_float(images), (SIDE, SIDE), mode="bicubic"))

"""What is decided for all pictures of a folder together: the ground under transparency, and the scale of deep greys."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gancore.data.decoding import Thumbnail
from gancore.data.greys import Scale, common_scale
from gancore.errors import GancoreError

GROUNDS = ("black", "white")  # that transparency may be laid on
DIM = 64  # pictures without any brighter pixel are said to be dark


def level(
    thumbnails: Sequence[Thumbnail], channels: int, background: str | None, folder: Path
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The pictures of `folder` as uint8 `(N, C, S, S)`, and in a line each what was decided about them.

    Raises GancoreError where nothing is to be seen on any of them.
    """
    ground, notes = _choose_ground(thumbnails, background)
    scales = _common_scales(thumbnails)
    notes += [scale.note for scale in scales.values() if scale.note]
    size = len(thumbnails[0].pixels)
    pixels = np.empty((len(thumbnails), channels, size, size), np.uint8)
    for place, thumbnail in enumerate(thumbnails):
        chosen = thumbnail.on_white if ground == "white" and thumbnail.on_white is not None else thumbnail.pixels
        if thumbnail.depth is not None:
            chosen = scales[thumbnail.depth.kind](chosen)
        pixels[place] = chosen if chosen.ndim == 2 else chosen.transpose(2, 0, 1)
    return pixels, (*notes, *_look_at(pixels, folder))


def _choose_ground(thumbnails: Sequence[Thumbnail], background: str | None) -> tuple[str, list[str]]:
    """The ground from which the drawings differ more, unless one is wished for, and the note that says so."""
    drawings = [(each.pixels, each.on_white) for each in thumbnails if each.on_white is not None]
    if not drawings:
        unused = "No image has transparency, so there is nothing that a background would show through."
        return GROUNDS[0], [] if background is None else [unused]
    if background is not None:
        return background, []
    from_black = sum(int(on_black.sum()) for on_black, _ in drawings)
    from_white = sum(int((255 - on_white).sum()) for _, on_white in drawings)
    ground, other = GROUNDS[::-1] if from_white > from_black else GROUNDS
    where = f"laid on {ground}, where what is drawn stands out"
    return ground, [f"{len(drawings)} images with transparency were {where}; background {other} is the other choice."]


def _common_scales(thumbnails: Sequence[Thumbnail]) -> dict[tuple[bool, int | None], Scale]:
    depths = [thumbnail.depth for thumbnail in thumbnails if thumbnail.depth is not None]
    return {kind: common_scale([depth for depth in depths if depth.kind == kind]) for kind in {d.kind for d in depths}}


def _look_at(pixels: np.ndarray, folder: Path) -> list[str]:
    """A note where pictures are dark. Raises GancoreError where all of them are of one colour."""
    low, high = pixels.min(axis=(0, 2, 3)), pixels.max(axis=(0, 2, 3))
    if (low == high).all():
        raise GancoreError(
            f"All images of {folder} are of the same colour, {' '.join(map(str, low))} of 255, so there is nothing to "
            "learn from them; where a drawing is lost on its ground, choose the other ground with background."
        )
    if high.max() < DIM:
        return [f"No pixel is brighter than {high.max()} of 255; brighten the images if that is wrong."]
    return []

"""Pictures that views of the site show, and that no network there draws."""

import base64
import io

from PIL import Image
from torch import Tensor

from gancore.data import load, to_uint8
from gancore.data.pairs import load_emoji
from gancore.metrics.classifier_training import held_out_split

ACROSS = 40  # digits in a row of their sheet
OUTLINES = {"a cat": "1F408", "grapes": "1F347", "a gift": "1F381", "a face": "1F642"}  # as in chapter 14


def digits() -> dict:
    """The thousand real digits that the judges of chapter 10 have not learnt from, with their labels."""
    known = load("digits")
    _, unseen = held_out_split(known.labels)
    return {**sheet(known.images[unseen], ACROSS), "labels": "".join(map(str, known.labels[unseen].tolist()))}


def outlines() -> dict:
    """Outlines of emoji that were held out, to begin a drawing with, and their names."""
    emoji = load_emoji()
    rows = [emoji.names.index(code) for code in OUTLINES.values()]
    return {**sheet(to_uint8(emoji.every_held_out().given)[rows], len(rows)), "names": list(OUTLINES)}


def sheet(pictures: Tensor, across: int) -> dict:
    """Grey pictures, uint8 `(N, 1, H, H)`, as one PNG with `across` in a row, and what is needed to cut it up again."""
    side = pictures.shape[-1]
    rows = pictures.unflatten(0, (-1, across)).squeeze(2).transpose(1, 2).reshape(-1, across * side)
    file = io.BytesIO()
    Image.fromarray(rows.numpy()).save(file, "PNG", optimize=True)
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return {"source": source, "side": side, "count": len(pictures)}

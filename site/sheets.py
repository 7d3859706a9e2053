"""Pictures and sounds that views of the site show, and that no network there draws."""

import base64
import io

import torch
from PIL import Image
from torch import Tensor

from gancore.data import load, to_uint8
from gancore.data.damage import FewLines
from gancore.data.pairs import load_brain, load_emoji
from gancore.data.sound import hear, spectrogram, to_full_scale, to_wav
from gancore.data.voices import load_waveforms
from gancore.lessons.scanning import scan
from gancore.metrics.classifier_training import held_out_split
from gancore.pretrained_runs import load_shipped
from gancore.widgets.scanner import spectrum

ACROSS = 40  # digits in a row of their sheet
OUTLINES = {"a cat": "1F408", "grapes": "1F347", "a gift": "1F381", "a face": "1F642"}  # as in chapter 14
SOUNDS_SEED = 17  # of the words that are drawn
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


def sheet(pictures: Tensor, across: int) -> dict:
    """Grey pictures, uint8 `(N, 1, H, H)`, as one PNG with `across` in a row, and what is needed to cut it up again."""
    side = pictures.shape[-1]
    rows = pictures.unflatten(0, (-1, across)).squeeze(2).transpose(1, 2).reshape(-1, across * side)
    file = io.BytesIO()
    Image.fromarray(rows.numpy()).save(file, "PNG", optimize=True)
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return {"source": source, "side": side, "count": len(pictures)}


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

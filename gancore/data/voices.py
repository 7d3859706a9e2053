"""Spoken words as spectrograms: those that ship with gancore, and a reader's own, of which some are held out."""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from gancore.data.images import ImageData
from gancore.data.mnist import DIGITS
from gancore.data.pairs import read_set
from gancore.data.sound_folders import load_sound_folder

EVERY = 10  # one recording in so many of a reader's own is held out


@dataclass(frozen=True)
class SpokenData(ImageData):
    """Spectrograms, grey pictures `(N, 1, 32, 32)`, with the word that each of them says; others are `held_out`."""

    held_out: ImageData = field(kw_only=True)

    def __repr__(self) -> str:
        words = f"{len(self.classes or ())} words"
        return "\n".join([f"{self.name}: {len(self):,} sounds, {words}, {len(self.held_out):,} held out", *self.notes])


def load_spoken(source: str | Path) -> SpokenData:
    """The spoken words called `source`: "voices", or a folder with one subfolder of WAV files a word.

    Raises GancoreError where it is neither, and as `load_sound_folder` does.
    """
    return load_voices() if source == "voices" else divided(load_sound_folder(Path(source).expanduser()))


def load_voices() -> SpokenData:
    """3,360 spectrograms of zero to nine in 84 voices of espeak-ng and four accents; 8 of the voices are held out."""
    arrays = read_set("voices")
    held = torch.from_numpy(arrays["held_out"])
    images, labels = torch.from_numpy(arrays["images"]), torch.from_numpy(arrays["digits"]).long()
    others = ImageData("held-out voices", images[held], labels[held], DIGITS)
    return SpokenData("voices", images[~held], labels[~held], DIGITS, held_out=others)


def load_waveforms() -> tuple[Tensor, Tensor, Tensor]:
    """Forty of the held-out sounds as they were said: float32 `(40, 4096)`, what each says, and its spectrogram."""
    arrays = read_set("voices")
    sounds, places = torch.from_numpy(arrays["sounds"]).float() / 32767, torch.from_numpy(arrays["of"])
    digits = torch.from_numpy(arrays["digits"]).long()[places]
    return sounds, digits, torch.from_numpy(arrays["images"])[places]


def divided(data: ImageData) -> SpokenData:
    """A reader's own `data` with one recording in ten of each word held out, and one at least."""
    assert data.labels is not None
    held = torch.zeros(len(data), dtype=torch.bool)
    for label in data.labels.unique():
        members = torch.where(data.labels == label)[0]
        held[members[min(EVERY, len(members)) - 1 :: EVERY]] = True
    part = data.subset(~held)
    return SpokenData(part.name, part.images, part.labels, part.classes, notes=part.notes, held_out=data.subset(held))

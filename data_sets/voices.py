"""Makes gancore/data/sets/voices.npz: zero to nine, as 84 voices of espeak-ng 1.51 say them in four accents.

    apt-get install espeak-ng
    python data_sets/voices.py

Its variants are voices: other formants, pitches and ways of breathing. Robots, whispers and tests are left out.
"""

import io
import re
import subprocess
import warnings

import numpy as np
import torch
from scipy.io import wavfile
from scipy.signal import resample_poly
from store import store

from gancore.data.images import to_uint8
from gancore.data.sound import LENGTH, RATE, fitted, spectrogram, to_full_scale

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ACCENTS = ("en-us", "en-gb-x-rp", "en-gb-scotland", "en-029")
NO_PEOPLE = {
    "Demonic", "announcer", "UniRobot", "anikaRobot", "whisper", "whisperf", "Tweaky", "fast", "croak",
}  # fmt: skip
HELD_OUT = slice(3, None, 7)  # of the families of voices
SLOW, FASTEST = 170, 400  # words a minute
MARGIN = 192  # numbers of silence that a word should leave
LEVELS = 63  # of grey above black: steps of a decibel, which compress better
ACCENT_TO_HEAR = "en-gb-x-rp"  # of the waveforms
HEARD = 4  # held-out voices whose waveforms are kept


def main() -> None:
    """Say all words, and store the spectrograms of all and the waveforms of a few."""
    names = voices()
    families = sorted({family(name) for name in names})
    held_families = set(families[HELD_OUT])
    said = [(name, accent, digit) for name in names for accent in ACCENTS for digit in range(len(WORDS))]
    sounds = torch.stack([say(WORDS[digit], f"{accent}+{name}") for name, accent, digit in said])
    held_out = np.array([family(name) in held_families for name, _, _ in said])
    heard = [name for name in names if family(name) in held_families][:HEARD]
    kept = torch.tensor([name in heard and accent == ACCENT_TO_HEAR for name, accent, _ in said])
    pictures = torch.cat([spectrogram(part) for part in sounds.split(200)])
    grey = ((pictures + 1) / 2 * LEVELS).round() / LEVELS
    store(
        "voices",
        images=to_uint8(2 * grey - 1).numpy(),
        digits=np.array([digit for _, _, digit in said], np.uint8),
        voices=np.array([name for name, _, _ in said]),
        accents=np.array([accent for _, accent, _ in said]),
        held_out=held_out,
        sounds=(to_full_scale(sounds[kept]) * 32767).round().to(torch.int16).numpy(),
        of=torch.where(kept)[0].numpy(),
    )


def voices() -> list[str]:
    """The variants that sound like people, by name."""
    listed = subprocess.run(["espeak-ng", "--voices=variant"], capture_output=True, check=True, text=True).stdout
    found = re.findall(r"!v/(.+?) *(?:\(.*\))?$", listed, re.MULTILINE)
    return sorted(name for name in found if name not in NO_PEOPLE and not name.startswith("robosoft"))


def family(name: str) -> str:
    """What voices have in common that are numbered: `klatt` of klatt, klatt2 and klatt3."""
    return re.sub(r"\d", "", name).lower()


def say(word: str, voice: str) -> torch.Tensor:
    """`word` by `voice`, float32 `(LENGTH,)`: at 170 words a minute, or as much faster as it takes to fit."""
    sound, speed = speak(word, voice, SLOW), SLOW
    while (length := spoken(sound)) > LENGTH - MARGIN and speed < FASTEST:
        speed = int(speed * max(1.05, length / (LENGTH - MARGIN)))
        sound = speak(word, voice, speed)
    return fitted(sound)


def spoken(sound: torch.Tensor) -> int:
    """How many numbers of `sound` are not silence at one of its ends."""
    return int((fitted(sound, len(sound)) != 0).sum())


def speak(word: str, voice: str, speed: int) -> torch.Tensor:
    """What espeak-ng says, float32 `(T,)`, 8,000 numbers a second."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-z", "--stdout", word]
    made = subprocess.run(command, capture_output=True, check=True).stdout
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a length in the header that espeak-ng cannot know yet
        rate, numbers = wavfile.read(io.BytesIO(made))
    return torch.from_numpy(resample_poly(numbers / 32768, RATE, rate)).float()


if __name__ == "__main__":
    main()

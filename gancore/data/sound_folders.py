"""A reader's own recordings: WAV files in one subfolder a word, brought to one rate, one channel and one length."""

from collections import Counter
from math import gcd
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gancore.data.classes import natural
from gancore.data.images import ImageData, to_uint8
from gancore.data.listing import is_litter
from gancore.data.sound import LENGTH, QUIET, RATE, fitted, spectrogram
from gancore.errors import GancoreError

LEAST = 2  # words, and recordings of each: to learn from one and hold one out
FEW = 100  # recordings, below which a network had better be expected to know them by heart
SILENT = 1e-3  # of full scale: the peak of what is called silence
SHORTEST = 0.02  # seconds


def load_sound_folder(folder: Path) -> ImageData:
    """Spectrograms `(N, 1, 32, 32)` of the WAV files in `folder`, which has one subfolder a word.

    Channels are mixed, other rates than 8,000 a second are resampled, silence around a word is cut off, and of what is
    longer than half a second the loudest stretch is kept; `notes` say of how many files. Raises GancoreError naming
    what is no WAV file, what is silent, and words with fewer than two recordings.
    """
    words = _words(folder)
    seen: Counter[str] = Counter()
    pictures, labels = [], []
    for label, word in enumerate(words):
        for path in _recordings(word):
            pictures.append(spectrogram(_read(path, seen)))
            labels.append(label)
    images = to_uint8(torch.stack(pictures))
    names = tuple(word.name for word in words)
    return ImageData(folder.resolve().name, images, torch.tensor(labels), names, notes=_notes(seen, len(images)))


def _words(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise GancoreError(f"{str(folder)!r} is neither 'voices' nor a folder that exists.")
    entries = [path for path in folder.iterdir() if not is_litter(path)]
    words = sorted((path for path in entries if path.is_dir()), key=lambda path: natural(path.name))
    if len(words) < LEAST:
        raise GancoreError(
            f"{folder} needs at least {LEAST} subfolders, one for the recordings of each word, and has {len(words)}."
        )
    loose = sorted(path for path in entries if not path.is_dir())
    if loose:
        raise GancoreError(f"{loose[0]} lies beside subfolders; keep each recording in the subfolder of its word.")
    return words


def _recordings(word: Path) -> list[Path]:
    files = sorted(path for path in word.iterdir() if not is_litter(path))
    others = [path for path in files if path.is_dir() or path.suffix.lower() != ".wav"]
    if others:
        raise GancoreError(f"{others[0]} is not a WAV file; convert it to WAV, or move it out of the folder.")
    if len(files) < LEAST:
        raise GancoreError(
            f"{word} needs at least {LEAST} recordings, one to learn from and one to hold out, and holds {len(files)}."
        )
    return files


def _read(path: Path, seen: Counter[str]) -> Tensor:
    """The sound in the file at `path`, float32 `(LENGTH,)`; what was done to it is counted in `seen`."""
    from scipy.signal import resample_poly

    rate, numbers = _numbers(path)
    if numbers.ndim > 1:
        seen["mixed"] += 1
        numbers = numbers.mean(axis=1)
    if rate != RATE:
        seen["resampled"] += 1
        common = gcd(rate, RATE)
        numbers = resample_poly(numbers, RATE // common, rate // common)
    sound = torch.from_numpy(np.ascontiguousarray(numbers, np.float32))
    if not len(sound) or not sound.isfinite().all() or sound.abs().max() < SILENT:
        raise GancoreError(f"{path} is silent, or holds no numbers; record it again, or remove it.")
    loud = torch.where(sound.abs() > QUIET * sound.abs().max())[0]
    spoken = int(loud[-1] - loud[0]) + 1
    if spoken < SHORTEST * RATE:
        raise GancoreError(
            f"{path} holds {1000 * spoken / RATE:.0f} ms of sound, a click; record it again, or remove it."
        )
    seen["cut"] += spoken > LENGTH
    return fitted(sound)


def _numbers(path: Path) -> tuple[int, np.ndarray]:
    """The rate of a WAV file, and its numbers `(T,)` or `(T, channels)` as float64 in [-1, 1]."""
    import warnings

    from scipy.io import wavfile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of chunks that hold no sound
            rate, numbers = wavfile.read(path)
    except Exception as error:  # scipy raises nearly anything for a damaged file
        raise GancoreError(f"{path} cannot be read as WAV ({error}); save it again, or remove it.") from error
    if numbers.dtype == np.uint8:  # the one type of WAV whose silence is not 0
        return rate, (numbers.astype(np.float64) - 128) / 128
    scale = np.iinfo(numbers.dtype).max if numbers.dtype.kind == "i" else 1.0
    return rate, numbers.astype(np.float64) / scale


def _notes(seen: Counter[str], count: int) -> tuple[str, ...]:
    wording = {
        "mixed": "had several channels, which were mixed",
        "resampled": f"had another rate, and were resampled to {RATE:,} numbers a second",
        "cut": f"were longer than {LENGTH / RATE:.2f} s, and cut to their loudest stretch",
    }
    notes = [f"{seen[what]:,} of {count:,} recordings {words}" for what, words in wording.items() if seen[what]]
    notes.append("one recording in ten is held out; the same voice may be on both sides")
    if count < FEW:
        notes.append(f"{count} recordings are few: expect what is learnt to be known by heart")
    return tuple(notes)

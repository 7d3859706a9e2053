"""Sound as a picture and back: spectrograms of half a second, Griffin–Lim, how voiced a sound is, and WAV.

Sounds are float32 `(…, T)` in [-1, 1], RATE numbers a second. A spectrogram is a grey picture in [-1, 1] of BANDS rows
and FRAMES columns: time from left to right, low bands below, 1 for the loudest place of the sound and -1 for whatever
is 60 dB or more below it. How loud the sound itself was is not kept.

Bands lie as on the mel scale, log(1 + f / bend), but its bend at 700 Hz leaves a low voice's harmonics two to a band.
With the bend at 150 Hz the low bands are narrow enough to tell them apart, and the high ones wider.
"""

import io
import math
import wave
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d, fold, pad

RATE = 8000
LENGTH = 4096  # numbers in a sound that fills a spectrogram: 0.512 s
WINDOW, HOP = 512, 128  # numbers under a window, and from one to the next
MARGIN = (WINDOW - HOP) // 2  # by which the first and the last window stand out
BANDS = FRAMES = 32
LOWEST, HIGHEST = 50.0, 4000.0  # Hz
MEL, BEND = 700.0, 150.0  # Hz: where the mel scale bends, and ours
DECIBELS = 60.0  # from black to white
STEPS = 40  # of the search for magnitudes that make given bands
ROUNDS = 32  # of Griffin–Lim
MOMENTUM = 0.99  # Perraudin et al. (2013)
WIDE = 33  # frequencies, 500 Hz, over which an envelope is a mean: wider apart than two harmonics
SHARPER = 1.5  # power of what stands out of the envelope
QUIET = 0.02  # of the peak: what is less at either end is silence
LOUD = 0.05  # of the energy of the loudest window: what is less is no voice and no breath
LOWEST_PITCH, HIGHEST_PITCH = 70, 400  # Hz: of men's, women's and children's voices
TINY = 1e-9


def frequencies(sounds: Tensor) -> Tensor:
    """The short-time Fourier transform of `sounds` `(…, T)`: complex `(…, WINDOW / 2 + 1, T / HOP)`.

    A column for each HOP numbers, the middle of the window on the middle of them, silence beyond both ends.
    """
    windows = pad(sounds, (MARGIN, MARGIN)).unfold(-1, WINDOW, HOP)
    return torch.fft.rfft(windows * _window(sounds)).transpose(-1, -2)


def sounds_of(spectrum: Tensor) -> Tensor:
    """The sounds `(…, T)` whose short-time transform is nearest to `spectrum`, in least squares.

    Griffin and Lim (1984), equation 6: overlap, weigh by the window, and divide by the sum of its squares.
    """
    window = _window(spectrum.real)
    columns = (torch.fft.irfft(spectrum.transpose(-1, -2), WINDOW) * window).transpose(-1, -2)
    *batch, _, count = columns.shape
    whole = (1, count * HOP + 2 * MARGIN)
    added = fold(columns.reshape(-1, WINDOW, count), whole, (1, WINDOW), stride=(1, HOP))
    weights = fold(window.square()[None, :, None].repeat(1, 1, count), whole, (1, WINDOW), stride=(1, HOP))
    return (added / weights.clamp_min(TINY))[:, 0, 0, MARGIN:-MARGIN].reshape(*batch, -1)


def griffin_lim(magnitudes: Tensor, rounds: int = ROUNDS) -> Tensor:
    """Sounds `(…, T)` whose short-time transform has nearly the `magnitudes` `(…, WINDOW / 2 + 1, T / HOP)`.

    From phases at random, the same each time: a sound, its phases, the magnitudes again (Griffin and Lim, 1984), with
    the momentum of Perraudin et al. (2013). The result is scaled to a peak of 1, where it is not silent.
    """
    rng = torch.Generator().manual_seed(0)
    start = torch.rand(magnitudes.shape[-2:], generator=rng).to(magnitudes.device)
    phases = torch.polar(torch.ones_like(start), 2 * math.pi * start)
    before = torch.zeros_like(magnitudes * phases)
    for _ in range(rounds):
        found = frequencies(sounds_of(magnitudes * phases))
        ahead = found + MOMENTUM * (found - before)
        phases, before = ahead / ahead.abs().clamp_min(TINY), found
    return to_full_scale(sounds_of(magnitudes * phases))


def spectrogram(sounds: Tensor, bend: float = BEND) -> Tensor:
    """Sounds `(…, T)` as pictures `(…, 1, BANDS, T / HOP)` in [-1, 1]; `bend` is where their scale bends, in Hz."""
    strengths = bands(bend).to(sounds.device) @ frequencies(sounds).abs()
    loudest = strengths.amax((-1, -2), keepdim=True).clamp_min(TINY)
    below = 20 * (strengths / loudest).clamp_min(TINY).log10()
    return (1 + 2 * (below / DECIBELS).clamp(-1, 0)).flip(-2).unsqueeze(-3)


def magnitudes_of(pictures: Tensor, bend: float = BEND) -> Tensor:
    """Magnitudes `(…, WINDOW / 2 + 1, FRAMES)` from 0 up, whose bands are as `pictures` `(…, 1, BANDS, FRAMES)` show.

    There are many. Multiplicative steps (Lee and Seung, 2001, theorem 1) lead from one to another that fits better.
    """
    shown = pictures.squeeze(-3).flip(-2).clamp(-1, 1)
    strengths = 10 ** (DECIBELS / 20 * (shown - 1) / 2) * (shown > -1)
    filters = bands(bend).to(pictures.device)
    wanted = filters.T @ strengths
    found, weights = wanted, filters.T @ filters
    for _ in range(STEPS):
        found = found * wanted / (weights @ found).clamp_min(TINY)
    return found


def hear(pictures: Tensor, bend: float = BEND) -> Tensor:
    """Sounds `(…, T)`, of peak 1, whose spectrograms are nearly `pictures` `(…, 1, BANDS, T / HOP)`, by Griffin–Lim.

    Bands blur harmonics, so what stands out of its surroundings is drawn out further first. Wang et al. (2017,
    Tacotron, section 3.4) raise all magnitudes to a power for that; here the envelope, and with it the vowel, stays.
    """
    magnitudes = magnitudes_of(pictures, bend)
    smooth = envelope(magnitudes).clamp_min(TINY)
    return griffin_lim(smooth * (magnitudes / smooth) ** SHARPER)


def envelope(magnitudes: Tensor) -> Tensor:
    """Each of `magnitudes` `(…, F, T)` averaged over its surroundings in frequency, so that no harmonics are left."""
    rows = magnitudes.transpose(-1, -2)
    smooth = avg_pool1d(rows.reshape(-1, 1, rows.shape[-1]), WIDE, 1, WIDE // 2, count_include_pad=False)
    return smooth.view(rows.shape).transpose(-1, -2)


@lru_cache
def bands(bend: float = BEND) -> Tensor:
    """The share that each frequency has in each band: `(BANDS, WINDOW / 2 + 1)`, a triangle in each row, its sum 1."""
    low, high = (math.log1p(edge / bend) for edge in (LOWEST, HIGHEST))
    edges = bend * torch.linspace(low, high, BANDS + 2).expm1()
    left, middle, right = (edges[start : start + BANDS, None] for start in range(3))
    frequency = torch.linspace(0, RATE / 2, WINDOW // 2 + 1)
    spacing = RATE / WINDOW  # no triangle is narrower, or it might hold no frequency at all
    rising = (frequency - middle) / (middle - left).clamp_min(spacing)
    falling = (middle - frequency) / (right - middle).clamp_min(spacing)
    triangles = (1 + torch.minimum(rising, falling)).clamp_min(0)
    return triangles / triangles.sum(1, keepdim=True)


def voicing(sounds: Tensor) -> Tensor:
    """How voiced each of `sounds` `(…, T)` is, from about 0.1 for noise to 1 for a steady tone: `(…)`.

    A voice repeats itself at its pitch. So each window is compared with itself, later by one period of any pitch from
    70 to 400 Hz; the greatest correlation counts, and of windows that are loud the mean. 0 for silence.
    """
    windows = sounds.unfold(-1, WINDOW, HOP)
    windows = windows - windows.mean(-1, keepdim=True)
    energy = windows.square().sum(-1)
    best = torch.full_like(energy, -1.0)
    for lag in range(RATE // HIGHEST_PITCH, RATE // LOWEST_PITCH + 1):
        early, late = windows[..., :-lag], windows[..., lag:]
        norms = (early.square().sum(-1) * late.square().sum(-1)).sqrt()
        best = torch.maximum(best, (early * late).sum(-1) / norms.clamp_min(TINY))
    loud = (energy > LOUD * energy.amax(-1, keepdim=True)).float()
    return (best * loud).sum(-1) / loud.sum(-1).clamp_min(1)


def fitted(sound: Tensor, length: int = LENGTH) -> Tensor:
    """`sound` `(T,)` without the silence around it, of peak 1, in the middle of `length` numbers; cut if it is longer.

    Of what is too long the stretch with the most energy stays. A sound that is silent stays so.
    """
    loud = torch.where(sound.abs() > QUIET * sound.abs().max())[0]
    if not len(loud):
        return torch.zeros(length)
    sound = to_full_scale(sound[int(loud[0]) : int(loud[-1]) + 1])
    if len(sound) > length:
        energy = pad(sound.double().square().cumsum(0), (1, 0))
        start = int((energy[length:] - energy[:-length]).argmax())
        sound = sound[start : start + length]
    before = (length - len(sound)) // 2
    return pad(sound, (before, length - len(sound) - before))


def to_full_scale(sounds: Tensor) -> Tensor:
    """`sounds` `(…, T)`, each multiplied so that its peak is 1; silence stays silent."""
    return sounds / sounds.abs().amax(-1, keepdim=True).clamp_min(TINY)


def to_wav(sound: Tensor) -> bytes:
    """A `sound` `(T,)` in [-1, 1] as a WAV file of 8 bits, 8,000 numbers a second: 4 KB for half a second."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        numbers = (sound.detach().cpu().clamp(-1, 1) * 127 + 128).round().to(torch.uint8)
        file.writeframes(numbers.numpy().tobytes())
    return content.getvalue()


def _window(like: Tensor) -> Tensor:
    return torch.hann_window(WINDOW, device=like.device, dtype=like.dtype)

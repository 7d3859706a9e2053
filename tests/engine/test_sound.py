"""Sound as a picture and back: known tones, round trips, what Griffin-Lim converges to, voicing, and WAV files."""

import io
import math

import numpy as np
import pytest
import torch
from scipy.io import wavfile
from scipy.signal import stft
from torch import Tensor

from gancore.data.sound import (
    BEND,
    HOP,
    LENGTH,
    MEL,
    RATE,
    WINDOW,
    bands,
    envelope,
    fitted,
    frequencies,
    griffin_lim,
    hear,
    magnitudes_of,
    sounds_of,
    spectrogram,
    to_wav,
    voicing,
)
from gancore.data.voices import load_waveforms

PITCH = 500.0  # Hz


def tone(frequency: float, length: int = LENGTH) -> Tensor:
    return (2 * math.pi * frequency * torch.arange(length) / RATE).sin()


def buzz(frequency: float) -> Tensor:
    """A tone with all its harmonics, as a voice has them."""
    return sum(tone(number * frequency) / number for number in range(1, int(RATE / 2 / frequency)))


def noise(count: int, seed: int = 0) -> Tensor:
    return torch.randn(count, LENGTH, generator=torch.Generator().manual_seed(seed))


def test_a_tone_is_strongest_at_its_own_frequency_at_all_times() -> None:
    strengths = frequencies(tone(PITCH)).abs()
    assert strengths.shape == (WINDOW // 2 + 1, LENGTH // HOP)
    assert (strengths[:, 2:-2].argmax(0) * RATE / WINDOW == PITCH).all()


def test_the_transform_is_that_of_scipy() -> None:
    sound = noise(1)[0]
    *_, theirs = stft(sound.numpy(), RATE, "hann", WINDOW, WINDOW - HOP, boundary=None, padded=False)
    hann_sum = torch.hann_window(WINDOW).sum().item()  # by which scipy divides
    ours = frequencies(sound)[:, 2:-2].numpy()  # the windows that stand out on neither side
    starts = (2 * HOP - (WINDOW - HOP) // 2) % HOP
    assert starts == HOP // 2  # so ours lie half a step beside theirs
    *_, theirs = stft(sound[starts:].numpy(), RATE, "hann", WINDOW, WINDOW - HOP, boundary=None, padded=False)
    assert np.allclose(theirs[:, : ours.shape[1]] * hann_sum, ours, atol=1e-3)


def test_there_and_back_is_the_same_sound() -> None:
    sounds = noise(3)
    assert torch.allclose(sounds_of(frequencies(sounds)), sounds, atol=1e-5)


def test_the_way_back_is_the_nearest_in_least_squares() -> None:
    """A spectrum that no sound has: any change of the sound found comes less near to it."""
    rng = torch.Generator().manual_seed(1)
    wanted = torch.randn(WINDOW // 2 + 1, LENGTH // HOP, dtype=torch.complex64, generator=rng)
    wanted[0], wanted[-1] = wanted[0].real + 0j, wanted[-1].real + 0j
    found = sounds_of(wanted)

    def distance(sound: Tensor) -> Tensor:
        windows = torch.fft.irfft((frequencies(sound) - wanted).transpose(-1, -2), WINDOW)
        return windows.square().sum()

    least = distance(found)
    assert all(distance(found + 0.01 * each) > least for each in noise(5, 2))


def test_griffin_lim_finds_a_sound_with_the_magnitudes_of_another() -> None:
    sounds = load_waveforms()[0][:8]
    wanted = frequencies(sounds).abs()

    def off(rounds: int) -> float:
        made = frequencies(griffin_lim(wanted, rounds)).abs()
        scaled = made * (made * wanted).sum((1, 2), keepdim=True) / made.square().sum((1, 2), keepdim=True)
        return ((scaled - wanted).norm() / wanted.norm()).item()

    assert off(32) < 0.2 < off(1)


def test_griffin_lim_gives_the_same_each_time_and_one_at_a_time() -> None:
    wanted = frequencies(noise(2)).abs()
    assert torch.equal(griffin_lim(wanted), griffin_lim(wanted))
    assert torch.allclose(griffin_lim(wanted[1]), griffin_lim(wanted)[1], atol=1e-3)


def test_each_band_is_a_mean_of_frequencies_in_order() -> None:
    for bend in (BEND, MEL):
        rows = bands(bend)
        assert torch.allclose(rows.sum(1), torch.ones(32))
        assert (rows >= 0).all()
        centres = rows @ torch.linspace(0, RATE / 2, WINDOW // 2 + 1)
        assert (centres.diff() > 0).all()
        assert 50 < centres[0] < centres[-1] < RATE / 2


def test_on_the_mel_scale_equal_steps_are_those_of_its_formula() -> None:
    centres = bands(MEL) @ torch.linspace(0, RATE / 2, WINDOW // 2 + 1)
    mels = 2595 * (1 + centres[8:] / 700).log10()
    assert mels.diff().std() < 0.05 * mels.diff().mean()


def test_a_spectrogram_shows_a_tone_in_the_row_of_its_band_and_a_louder_one_alike() -> None:
    picture = spectrogram(tone(PITCH))
    assert picture.shape == (1, 32, 32)
    row = 31 - int((bands() @ torch.eye(WINDOW // 2 + 1))[:, int(PITCH * WINDOW / RATE)].argmax())
    assert (picture[0, :, 4:-4].argmax(0) == row).all()
    assert picture.max() == 1
    assert torch.allclose(spectrogram(0.01 * tone(PITCH)), picture, atol=1e-3)


def test_what_is_sixty_decibels_weaker_is_black() -> None:
    sound = tone(PITCH)
    sound[LENGTH // 2 :] *= 10**-1.5  # 30 dB
    picture = spectrogram(sound)
    assert picture[0, :, 4].max().item() == pytest.approx(1, abs=0.02)
    assert picture[0, :, -4].max().item() == pytest.approx(0, abs=0.05)  # half-way from black to white
    sound[LENGTH // 2 :] *= 1e-3
    assert (spectrogram(sound)[0, :, -4] == -1).all()


def test_magnitudes_have_the_bands_that_the_picture_shows() -> None:
    pictures = spectrogram(load_waveforms()[0][:4])
    found = magnitudes_of(pictures)
    assert (found >= 0).all()
    strengths = (bands() @ found).flip(-2)
    wanted = 10 ** (1.5 * (pictures[:, 0] - 1)) * (pictures[:, 0] > -1)
    assert ((strengths - wanted).norm() / wanted.norm()) < 0.05


def test_what_is_heard_shows_nearly_the_picture_that_it_came_from() -> None:
    pictures = spectrogram(load_waveforms()[0][::2])
    again = spectrogram(hear(pictures))
    assert (again - pictures).abs().mean() < 0.15
    assert (pictures.roll(1, 0) - pictures).abs().mean() > 0.2  # while another word is far off


def test_an_envelope_has_no_harmonics_and_keeps_hills() -> None:
    frequency = torch.arange(257.0)
    hill = (-((frequency - 100) / 40).square()).exp()
    comb = 1 + (2 * math.pi * frequency / 11).cos()  # 33 is a multiple of its period
    found = envelope((hill * comb)[:, None])[:, 0]
    assert (found - envelope(hill[:, None])[:, 0]).abs().max() < 0.05
    assert found.argmax() == pytest.approx(100, abs=3)


def test_voicing_is_one_for_a_tone_and_little_for_noise_or_a_click() -> None:
    assert voicing(tone(200.0)).item() == pytest.approx(1, abs=0.02)
    assert voicing(buzz(110.0)).item() > 0.95
    assert voicing(noise(4)).max() < 0.2
    click = torch.zeros(LENGTH)
    click[LENGTH // 2] = 1
    assert voicing(click).item() < 0.2
    assert voicing(torch.zeros(LENGTH)).item() == 0


def test_voicing_does_not_depend_on_loudness_or_on_silence_around() -> None:
    sound = buzz(150.0)
    quiet = 0.01 * sound
    quiet[: LENGTH // 2] = 0
    assert voicing(quiet).item() == pytest.approx(voicing(sound).item(), abs=0.1)


def test_finer_low_bands_keep_more_of_a_voice_than_mel_bands_do() -> None:
    sounds = load_waveforms()[0]
    whole, ours, mel = (
        voicing(each).mean().item()
        for each in (sounds, hear(spectrogram(sounds)), hear(spectrogram(sounds, MEL), bend=MEL))
    )
    assert whole > 0.7
    assert whole > ours > mel + 0.05


def test_a_sound_is_cut_free_of_silence_and_laid_in_the_middle() -> None:
    sound = torch.cat([torch.zeros(3000), 0.5 * torch.ones(1000), torch.zeros(500)])
    found = fitted(sound)
    assert found.shape == (LENGTH,)
    assert torch.where(found != 0)[0][[0, -1]].tolist() == [1548, 2547]
    assert found.max() == 1


def test_of_what_is_too_long_the_stretch_with_the_most_energy_stays() -> None:
    sound = torch.full((3 * LENGTH,), 0.1)
    sound[5000:6000] = 1
    assert (fitted(sound) == 1).sum() == 1000
    assert (fitted(torch.zeros(9999)) == 0).all()


def test_a_wav_file_holds_the_sound_in_eight_bits() -> None:
    sound = 0.9 * tone(440.0)
    content = to_wav(sound)
    rate, numbers = wavfile.read(io.BytesIO(content))
    assert (rate, numbers.dtype, len(content)) == (RATE, np.uint8, LENGTH + 44)
    assert np.abs((numbers.astype(float) - 128) / 127 - sound.numpy()).max() < 1 / 127

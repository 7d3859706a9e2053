"""Recordings of one's own: mixed, resampled, cut with a word said, and refused by name where nothing is heard."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import wavfile

from gancore.cli import main
from gancore.data.images import to_float
from gancore.data.sound import LENGTH, RATE, spectrogram
from gancore.data.sound_folders import load_sound_folder
from gancore.data.voices import load_spoken
from gancore.errors import GancoreError


def tone(frequency: float, seconds: float = 0.4, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)


def save(path: Path, numbers: np.ndarray, rate: int = RATE, kind: type = np.int16) -> Path:
    path.parent.mkdir(exist_ok=True)
    scale = np.iinfo(kind).max if issubclass(kind, np.signedinteger) else 1
    wavfile.write(path, rate, (0.9 * scale * numbers).astype(kind))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three recordings of each of two words."""
    for number in range(3):
        save(tmp_path / "no" / f"{number}.wav", tone(300 + 10 * number))
        save(tmp_path / "yes" / f"{number}.wav", tone(1200 + 10 * number))
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(GancoreError) as refused:
        load_sound_folder(folder)
    return str(refused.value)


def test_each_subfolder_is_a_word_and_one_recording_of_each_is_held_out(folder: Path) -> None:
    data = load_spoken(folder)
    assert (data.classes, data.labels.tolist(), data.held_out.labels.tolist()) == (("no", "yes"), [0, 0, 1, 1], [0, 1])
    assert data.images.shape == (4, 1, 32, 32)


def test_a_recording_becomes_its_spectrogram(folder: Path) -> None:
    data = load_sound_folder(folder)
    wanted = spectrogram(torch.from_numpy(tone(300)).float())
    middle = to_float(data.images)[0, 0, :, 14:18].mean(1)
    assert middle.argmax() == wanted[0].mean(-1).argmax()
    assert (data.images[0, 0, :, 14:18].float().argmax(0) > data.images[3, 0, :, 14:18].float().argmax(0)).all()


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_any_rate_gives_the_same_picture(folder: Path, rate: int) -> None:
    before = load_sound_folder(folder)
    save(folder / "no" / "0.wav", tone(300, rate=rate), rate)
    data = load_sound_folder(folder)
    assert (to_float(data.images[0]) - to_float(before.images[0]))[..., 6:-6].abs().mean() < 0.05
    assert any("another rate" in note for note in data.notes) == (rate != RATE)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.float32])
def test_any_kind_of_number_gives_the_same_picture(folder: Path, kind: type) -> None:
    before = load_sound_folder(folder)
    numbers = tone(300) if kind is not np.uint8 else (tone(300) * 127 + 128) / 0.9
    save(folder / "no" / "0.wav", numbers, kind=kind)
    found = load_sound_folder(folder).images[0]
    assert (to_float(found) - to_float(before.images[0])).clamp(min=-0.5).abs().mean() < 0.1


def test_channels_are_mixed_and_it_is_said(folder: Path) -> None:
    save(folder / "no" / "0.wav", np.stack([2 * tone(300), 0 * tone(300)], axis=1) / 2)
    data = load_sound_folder(folder)
    assert "1 of 6 recordings had several channels, which were mixed" in data.notes
    assert torch.equal(data.images[0].argmax(1), load_sound_folder(folder).images[0].argmax(1))


def test_what_is_too_long_is_cut_and_it_is_said(folder: Path) -> None:
    save(folder / "no" / "0.wav", np.concatenate([0.1 * tone(300, 1), tone(900, 1)]))
    data = load_sound_folder(folder)
    assert f"1 of 6 recordings were longer than {LENGTH / RATE:.2f} s, and cut to their loudest stretch" in data.notes
    row = 31 - 32 * 0 - data.images[0, 0, :, 16].argmax()
    high = 31 - spectrogram(torch.from_numpy(tone(900)).float())[0, :, 16].argmax()
    assert row == high


def test_silence_is_refused_by_name(folder: Path) -> None:
    path = save(folder / "no" / "1.wav", np.zeros(4000))
    assert str(path) in refusal(folder)
    assert "silent" in refusal(folder)


def test_a_click_is_refused_by_name(folder: Path) -> None:
    path = save(folder / "no" / "1.wav", np.eye(1, 4000, 2000)[0])
    assert f"{path} holds 0 ms of sound" in refusal(folder)


def test_a_file_that_is_no_wav_is_refused_by_name(folder: Path) -> None:
    (folder / "no" / "1.wav").write_bytes(b"RIFFnothing")
    assert "1.wav cannot be read as WAV" in refusal(folder)
    (folder / "no" / "1.wav").rename(folder / "no" / "1.mp3")
    assert "1.mp3 is not a WAV file; convert it" in refusal(folder)


def test_folders_without_words_or_recordings_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "maybe").mkdir()
    assert "maybe needs at least 2 recordings, one to learn from and one to hold out, and holds 0" in refusal(folder)
    (folder / "maybe").rmdir()
    save(folder / "loose.wav", tone(300))
    assert "loose.wav lies beside subfolders" in refusal(folder)
    assert "needs at least 2 subfolders, one for the recordings of each word, and has 0" in refusal(folder / "no")


def test_what_systems_leave_is_passed_over(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "no" / "Thumbs.db").write_bytes(b"")
    assert len(load_sound_folder(folder)) == 6


def test_few_recordings_are_said_to_be_few(folder: Path) -> None:
    assert any("6 recordings are few" in note for note in load_sound_folder(folder).notes)


def test_the_command_line_learns_from_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "run"
    with pytest.raises(SystemExit) as exit_:
        main(["train", "voices", "--data", str(folder), "--steps", "1", "--batch-size", "2", "--out", str(out),
              "--device", "cpu"])  # fmt: skip
    assert exit_.value.code in (0, None)
    told = capsys.readouterr()
    assert f"voices on {folder.name}: 4 sounds, 2 words, 2 held out" in told.out
    assert "6 recordings are few" in told.err

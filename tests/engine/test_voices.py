"""Spoken words: what ships, the game on them from training to evaluation, and who recognises what it says."""

from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.small import same
from PIL import Image
from scipy.io import wavfile

from gancore.cli import main
from gancore.data import load
from gancore.data.images import ImageData, to_float
from gancore.data.pairs import read_set
from gancore.data.sound import frequencies, hear, sounds_of, spectrogram, voicing
from gancore.data.voices import load_spoken, load_voices, load_waveforms
from gancore.errors import GancoreError
from gancore.metrics.hearing import Listener, voice_scores
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

SMALL = RECIPES["voices"].change(batch_size=2, width=4)
ROUNDS, EARLY = 4, 2  # of a run, and after how many it is stopped


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([str(argument) for argument in arguments])
    return exit_.value.code or 0


def start(folder: Path | None = None, resume: bool = False) -> Trainer:
    data = load_voices()
    trainer = SMALL.trainer(data, device="cpu", precision="fp32")
    if folder is not None:
        config = RunConfig(SMALL, "voices", data.spec, 0, data.sha256)
        RunFolder(folder, config, resume=resume).attach(trainer, resume=resume)
    return trainer


def test_the_words_that_ship_are_divided_by_voice() -> None:
    arrays, data = read_set("voices"), load_voices()
    held = arrays["held_out"]
    assert (len(data), len(data.held_out)) == (3040, 320)
    assert not set(arrays["voices"][held]) & set(arrays["voices"][~held])
    assert len(set(arrays["voices"])) == 84
    assert torch.bincount(data.held_out.labels).tolist() == [32] * 10
    assert repr(data) == "voices: 3,040 sounds, 10 words, 320 held out"


def test_the_waveforms_that_ship_are_those_of_their_spectrograms() -> None:
    sounds, digits, pictures = load_waveforms()
    assert torch.bincount(digits).tolist() == [4] * 10
    assert (spectrogram(sounds) - to_float(pictures)).abs().max() < 0.04  # two of 63 levels


def test_a_listener_recognises_other_voices_and_no_noise() -> None:
    data = load_voices()
    listener = Listener.learn(to_float(data.images), data.labels)
    held = data.held_out
    assert listener.recognised(to_float(held.images), held.labels) > 0.95
    noise = torch.rand(300, 1, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert listener.recognised(noise, torch.arange(300) % 10) < 0.25


def test_two_words_that_differ_along_one_axis_are_told_apart_there() -> None:
    rng = torch.Generator().manual_seed(0)
    labels = torch.arange(400) % 2
    points = torch.randn(400, 2, generator=rng) * torch.tensor([0.3, 3.0]) + torch.stack([labels, 0 * labels], 1)
    weights = Listener.learn(points, labels).weights
    along = (weights[:, 1] - weights[:, 0]).abs()
    assert along[0] > 3 * along[1]


def test_a_listener_learns_from_words_that_it_heard_once() -> None:
    words = torch.stack([torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])
    assert Listener.learn(words, torch.tensor([0, 1])).understand(words * 0.9 + 0.02).tolist() == [0, 1]


class Parrot:
    """Says held-out words as they are, or all of them as the same one."""

    classes = 10

    def __init__(self, always: int | None = None) -> None:
        self.held, self.always = load_voices().held_out, always

    def sample(self, generator, count, labels, seed=0):
        labels = labels if self.always is None else torch.full_like(labels, self.always)
        order = torch.randperm(len(self.held), generator=torch.Generator().manual_seed(seed + 1))
        said = self.held.labels[order]
        places = [order[torch.where(said == label)[0][place // 10]] for place, label in enumerate(labels)]
        return to_float(self.held.images[torch.stack(places)])


def test_a_parrot_scores_as_real_words_do_and_one_with_one_word_a_tenth() -> None:
    data = load_voices()
    honest, stuck = (voice_scores(Parrot(always), None, data, 60) for always in (None, 3))
    assert list(honest) == ["recognised", "voicing", "recognised of the real", "voicing of the real"]
    assert honest["recognised"] > 0.9
    assert stuck["recognised"] == pytest.approx(0.1, abs=0.03)
    assert honest["voicing"] == pytest.approx(honest["voicing of the real"], abs=0.1)


def test_samples_are_heard_through_griffin_lim() -> None:
    game = SMALL.game(load_voices().spec)
    samples = game.sample(game.generator, 2)
    assert samples.shape == (2, 1, 32, 32)
    assert torch.equal(game.sounds(samples), hear(samples))


def test_resumed_run_equals_the_uninterrupted_one(tmp_path: Path) -> None:
    whole = start(tmp_path / "whole").run(steps=ROUNDS)
    start(tmp_path / "parts").run(steps=EARLY)
    resumed = start(tmp_path / "parts", resume=True).run(steps=ROUNDS - EARLY)
    assert same(resumed.state_dict(), whole.state_dict())


def test_the_recipe_goes_through_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, wav = tmp_path / "run", tmp_path / "wav"
    assert run("train", "voices", "--steps", 2, "--batch-size", 2, "--out", folder, "--quiet", "--device", "cpu") == 0
    assert run("sample", folder, "--count", 3, "--labels", "7,3", "--wav", wav) == 0
    assert sorted(path.name for path in wav.iterdir()) == ["0000-7.wav", "0001-3.wav", "0002-7.wav"]
    rate, numbers = wavfile.read(wav / "0001-3.wav")
    assert (rate, numbers.shape, np.ptp(numbers) > 50) == (8000, (4096,), True)
    with Image.open(folder / "grid.png") as grid:
        assert grid.height == 2 * 34 + 2
    capsys.readouterr()
    assert run("evaluate", folder, "--count", 20) == 0
    assert "voicing of the real" in capsys.readouterr().out
    assert run("evaluate", folder, "--extractor", "digits") == 2
    assert "leave out --extractor" in capsys.readouterr().err


def test_a_run_that_draws_no_sounds_writes_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    assert run("train", "mlp", "--steps", 1, "--batch-size", 2, "--out", folder, "--quiet", "--device", "cpu") == 0
    assert run("sample", folder, "--count", 1, "--wav", tmp_path / "wav") == 2
    assert "draws no sounds" in capsys.readouterr().err
    assert not (folder / "grid.png").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"width": 0}, "width is 0"), ({"penalty": -1}, "penalty is -1"), ({"loss": "guess"}, "guess")],
)
def test_a_setting_out_of_range_is_refused(changes: dict, words: str) -> None:
    with pytest.raises(GancoreError, match=words):
        RECIPES["voices"].change(**changes)


def test_other_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GancoreError, match="neither 'voices' nor a folder"):
        load_spoken(tmp_path / "nowhere")
    digits = load("digits").subset(torch.arange(4))
    with pytest.raises(GancoreError, match="holds none"):
        RECIPES["voices"].trainer(type(digits)("plain", digits.images), device="cpu")


def test_whispers_are_less_voiced_than_words() -> None:
    """A whisper: the strengths of a word's frequencies over time, without harmonics, and the phases of noise."""
    sounds = load_waveforms()[0]
    smooth = torch.nn.functional.avg_pool1d(frequencies(sounds).abs().transpose(-1, -2), 33, 1, 16).transpose(-1, -2)
    noise = frequencies(torch.randn(sounds.shape, generator=torch.Generator().manual_seed(0)))
    whispered = sounds_of(smooth * noise / noise.abs())
    assert voicing(whispered).mean() < 0.4 < 0.7 < voicing(sounds).mean()


def test_a_single_word_is_refused() -> None:
    alone = ImageData("alone", torch.zeros(2, 1, 32, 32, dtype=torch.uint8), torch.zeros(2, dtype=torch.long), ("one",))
    with pytest.raises(GancoreError, match="alone has one; add a second"):
        SMALL.check(alone)

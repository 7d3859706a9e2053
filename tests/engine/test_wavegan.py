"""WaveGAN and the vowels that it learns: formants where the table has them, shapes, phase shuffle, and runs."""

from pathlib import Path

import pytest
import torch
from helpers.small import same

from gancore.cli import main
from gancore.data.sound import RATE, voicing
from gancore.data.vowels import LENGTH, MEANS, VOWELS, VowelData, pronounce, resonance
from gancore.errors import GancoreError
from gancore.metrics.hearing import Listener, timbre, wave_scores
from gancore.models.wave import PhaseShuffle, WaveDiscriminator, WaveGenerator
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

SMALL = RECIPES["wavegan"].change(batch_size=2, width=4)
ROUNDS, EARLY = 4, 2


@pytest.fixture(scope="module")
def vowels() -> VowelData:
    return VowelData()


def start(data: VowelData, folder: Path | None = None, resume: bool = False) -> Trainer:
    trainer = SMALL.trainer(data, device="cpu", precision="fp32")
    if folder is not None:
        RunFolder(folder, RunConfig(SMALL, "vowels", data.spec, 0, data.sha256), resume=resume).attach(
            trainer, resume=resume
        )
    return trainer


def test_a_resonance_passes_low_frequencies_and_is_greatest_at_its_formant() -> None:
    frequency = torch.linspace(0, 4000, 4001)
    passed = resonance(frequency, torch.tensor(500.0), 60.0)
    assert passed[0].item() == pytest.approx(1)
    assert abs(int(passed.argmax()) - 500) <= 2
    half = passed > passed.max() / 2**0.5
    assert int(half.sum()) == pytest.approx(60, abs=3)  # the width, between the points 3 dB below


def test_vowels_are_voiced_at_the_pitch_of_their_group_with_energy_at_the_formants() -> None:
    labels = torch.full((300,), VOWELS.index("heed"))
    sounds = pronounce(labels, torch.Generator().manual_seed(0))
    assert sounds.shape == (300, LENGTH)
    assert sounds.abs().amax(1).allclose(torch.ones(300))
    assert voicing(sounds).min() > 0.9
    strengths = torch.fft.rfft(sounds * torch.hann_window(LENGTH)).abs().mean(0)
    frequency = torch.arange(len(strengths)) * RATE / LENGTH
    low, gap, high = (
        strengths[(frequency > a) & (frequency < b)].mean() for a, b in ((200, 450), (900, 1600), (2100, 3300))
    )
    assert low > high > 1.5 * gap  # the first formant, none, the second and third


def test_the_table_holds_ten_vowels_of_three_groups_with_rising_formants() -> None:
    assert MEANS.shape == (3, 4, 10)
    assert (MEANS[:, 1:].diff(dim=1) > 0).all()
    assert (MEANS[0] < MEANS[2]).all()  # men's are lower than children's
    assert MEANS[1, :, VOWELS.index("who'd")].tolist() == [231, 370, 950, 2670]


def test_vowels_are_the_same_each_time_and_others_are_held_out(vowels: VowelData) -> None:
    assert torch.equal(VowelData().sounds, vowels.sounds)
    assert not torch.equal(vowels.held_out.sounds, vowels.sounds)
    assert vowels.held_out.sha256 != vowels.sha256
    assert repr(vowels) == "vowels: 2,000 sounds of 1,024 numbers, 10 vowels"


def test_a_listener_tells_vowels_of_other_speakers_apart(vowels: VowelData) -> None:
    listener, other = Listener.learn(timbre(vowels.sounds[:, 0]), vowels.labels), vowels.held_out
    assert listener.recognised(timbre(other.sounds[:, 0]), other.labels) > 0.8


def test_players_have_the_shapes_that_the_paper_has() -> None:
    generator, discriminator = WaveGenerator(8, LENGTH, 10, width=4), WaveDiscriminator(LENGTH, 10, width=4)
    labels = torch.arange(3)
    made = generator(torch.randn(3, 8), labels)
    assert made.shape == (3, 1, LENGTH)
    assert made.abs().max() <= 1
    assert discriminator(made, labels).shape == (3,)
    with pytest.raises(GancoreError, match="1000 numbers do not divide by 64"):
        WaveGenerator(8, 1000, 10)


def test_phase_shuffle_moves_by_at_most_so_many_places_and_mirrors() -> None:
    shuffle, x = PhaseShuffle(2), torch.arange(10.0).expand(1, 1, 10)
    wanted = {(2, 1, 0, 1, 2), (1, 0, 1, 2, 3), (0, 1, 2, 3, 4), (1, 2, 3, 4, 5), (2, 3, 4, 5, 6)}
    assert {tuple(shuffle(x)[0, 0, :5].tolist()) for _ in range(200)} == wanted
    assert torch.equal(shuffle.eval()(x), x)
    assert torch.equal(PhaseShuffle(0)(x), x)


def test_resumed_run_equals_the_uninterrupted_one(vowels: VowelData, tmp_path: Path) -> None:
    whole = start(vowels, tmp_path / "whole").run(steps=ROUNDS)
    start(vowels, tmp_path / "parts").run(steps=EARLY)
    resumed = start(vowels, tmp_path / "parts", resume=True).run(steps=ROUNDS - EARLY)
    assert same(resumed.state_dict(), whole.state_dict())


def test_scores_stand_beside_those_of_other_speakers(vowels: VowelData) -> None:
    game = SMALL.game(vowels.spec)
    scores = wave_scores(game, game.generator, vowels, 100)
    assert list(scores) == ["recognised", "voicing", "recognised of the real", "voicing of the real"]
    assert scores["recognised"] < 0.4 < 0.8 < scores["recognised of the real"]


def test_the_recipe_goes_through_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: object) -> None:
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        assert exit_.value.code in (0, None)

    folder = tmp_path / "run"
    run("train", "wavegan", "--steps", 2, "--batch-size", 2, "--out", folder, "--quiet", "--device", "cpu")
    run("sample", folder, "--count", 2, "--labels", "who'd", "--wav", tmp_path / "wav")
    assert len(list((tmp_path / "wav").glob("*.wav"))) == 2
    capsys.readouterr()
    run("evaluate", folder, "--count", 20)
    assert "recognised of the real" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"shuffle": 99}, "shuffle is 99"), ({"width": 0}, "width is 0"), ({"penalty": -1}, "penalty")],
)
def test_a_setting_out_of_range_is_refused(changes: dict, words: str) -> None:
    with pytest.raises(GancoreError, match=words):
        RECIPES["wavegan"].change(**changes)


def test_nothing_but_vowels_is_learnt_from(tmp_path: Path) -> None:
    with pytest.raises(GancoreError, match="'vowels' alone"):
        RECIPES["wavegan"].load(str(tmp_path))

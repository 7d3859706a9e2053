"""The blind listening test and the spectrogram to paint: what is played, what is counted, what is painted and heard."""

import base64
import io
import re

import pytest
import torch
from scipy.io import wavfile
from torch import Tensor

from gancore.data.images import to_float
from gancore.data.sound import LENGTH, RATE, spectrogram, voicing
from gancore.data.voices import load_voices, load_waveforms
from gancore.lessons.listening import Blind, heard, painted, spliced, whispered
from gancore.metrics.hearing import Listener
from gancore.plots.sound import player
from gancore.widgets.listening import BlindListening
from gancore.widgets.sound_pad import EMPTY, SoundPad

KINDS = ("real", "drawn")


@pytest.fixture
def sounds() -> dict[str, Tensor]:
    """Three tones of each kind, each of another pitch."""
    time = torch.arange(LENGTH) / RATE
    pitches = torch.tensor([[200.0, 300.0, 400.0], [500.0, 600.0, 700.0]])
    return dict(zip(KINDS, 0.3 * (2 * torch.pi * pitches[..., None] * time).sin(), strict=True))


@pytest.fixture(scope="module")
def listener() -> Listener:
    data = load_voices()
    return Listener.learn(to_float(data.images), data.labels)


def played(html: str) -> Tensor:
    """The sound in a player."""
    content = base64.b64decode(re.search(r"data:audio/wav;base64,([^\"]+)", html)[1])
    rate, numbers = wavfile.read(io.BytesIO(content))
    assert rate == RATE
    return (torch.from_numpy(numbers.copy()).float() - 128) / 127


def test_every_sound_is_played_once_in_an_order_that_the_seed_decides(sounds) -> None:
    blind = Blind(sounds, seed=1)
    heard_ones = []
    for _ in range(6):
        heard_ones.append(blind.current)
        blind.answer("real")
    assert len({round(float(each[:9].sum()), 4) for each in heard_ones}) == 6
    assert blind.right == {"real": (3, 3), "drawn": (0, 3)}
    assert Blind(sounds, 1).order == Blind(sounds, 1).order != Blind(sounds, 2).order


def test_all_sounds_are_played_equally_loud(sounds) -> None:
    sounds = {"real": 0.01 * sounds["real"], "drawn": sounds["drawn"]}
    blind = Blind(sounds)
    for _ in range(6):
        assert blind.current.abs().max().item() == pytest.approx(1)
        blind.answer("real")


def test_a_player_holds_the_sound() -> None:
    sound = (torch.arange(LENGTH) / 20).sin()
    assert (played(player(sound)) - sound).abs().max() < 1 / 127


def test_the_view_plays_what_is_to_be_judged_and_keeps_the_score(sounds) -> None:
    view = BlindListening(sounds, seed=3)
    order = Blind(sounds, seed=3)
    buttons = {button.description: button for button in view.buttons}
    for number in range(1, 4):
        assert (played(view.player.value) - order.current).abs().max() < 1 / 127
        truth = order.order[number - 1][0]
        said = truth if number != 2 else next(kind for kind in KINDS if kind != truth)
        order.answer(said)
        buttons[said].click()
        assert f"sound {number} is {truth}" in view.status.value
        assert f"Right so far: {sum(hit for hit, _ in order.right.values())} of {number}" in view.status.value
    assert view.picture.content.size == (4 * 32, 4 * 32)
    assert "The spectrogram of sound 3." in view.picture.alt
    assert view.blind.answers == order.answers
    assert "the last of them" not in view.status.value
    for _ in range(3):
        view.buttons[0].click()
    assert "the last of them" in view.status.value


def test_begin_anew_forgets_the_answers_and_plays_another_order(sounds) -> None:
    view = BlindListening(sounds, seed=3)
    view.buttons[0].click()
    before = view.blind.order
    view.again.click()
    assert view.blind.answers == []
    assert view.blind.order != before
    assert "Listen to sound 1" in view.status.value


def test_what_is_painted_lies_where_the_points_are() -> None:
    black = -torch.ones(1, 32, 32)
    corner = painted(torch.tensor([[-1 + 1 / 32, 1 - 1 / 32]]), black, 0.6)
    assert corner[0, 0, 0] == 1
    assert (corner == 1).sum() == 1
    wide = painted(torch.tensor([[0.0, 0.0]]), black, 2.0)
    assert (wide == 1).sum() == 12  # cells whose middle lies within two of the middle of the sheet
    assert torch.equal(painted(torch.zeros(0, 2), black, 1.0), black)


def test_a_painted_line_is_heard_at_its_pitch() -> None:
    line = torch.stack([torch.linspace(-0.9, 0.9, 80), torch.full((80,), 0.03)], dim=1)
    sound = heard(painted(line, -torch.ones(1, 32, 32), 0.6))
    picture = spectrogram(sound)[0]
    assert (picture[:, 4:-4].argmax(0) == 15).all()
    assert (heard(-torch.ones(1, 32, 32)) == 0).all()


def test_the_pad_plays_the_word_that_it_begins_with_and_what_is_painted(listener) -> None:
    word = to_float(load_voices().held_out.images[:1])[0]
    pad = SoundPad({"zero": word}, listener, tuple("0123456789"))
    assert "takes it for 0" in pad.status.value
    assert (played(pad.player.value) - heard(word)).abs().max() < 1 / 127
    pad.sheet.value = EMPTY
    assert "nothing is to be heard" in pad.status.value
    pad.pad.points = torch.stack([torch.linspace(-0.9, 0.9, 60), torch.zeros(60)], dim=1)
    assert pad.sound.abs().max().item() == pytest.approx(1)
    assert "60 points painted by hand" in pad.status.value
    thin = (pad.shown > -1).sum()
    pad.brush.value = 3.0
    assert (pad.shown > -1).sum() > 2 * thin
    pad.clear.click()
    assert (pad.shown == -1).all()


def test_a_whisper_has_the_word_and_not_the_voice(listener) -> None:
    sounds, digits, _ = load_waveforms()
    whisper = whispered(sounds)
    assert listener.recognised(spectrogram(whisper), digits) > 0.7
    assert voicing(whisper).mean() < 0.45 < 0.7 < voicing(sounds).mean()


def test_spliced_words_have_halves_of_two_with_one_label() -> None:
    labels = torch.arange(20) % 5
    pictures = torch.arange(20.0)[:, None, None, None].expand(20, 1, 4, 6)
    joined = spliced(pictures, labels)
    assert torch.equal(joined[..., :3], pictures[..., :3])
    other = joined[:, 0, 0, 5].long()
    assert torch.equal(labels[other], labels)
    assert sorted(other.tolist()) == list(range(20))

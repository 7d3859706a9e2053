"""Listen blind and paint a sound, in chapter 17: what the page plays is decoded, and compared number by number."""

import re

import numpy as np
import pytest
import torch
from helpers.controls import button, canvas, picture, status, stroke
from playwright.sync_api import expect

from gancore.data.sound import LENGTH, RATE
from gancore.lessons.listening import Blind, heard, painted
from gancore.widgets.sound_pad import EMPTY

CHAPTER = "two_ears"
CELLS = (
    "import torch\n"
    "from gancore import to_float\n"
    "from gancore.data.voices import load_voices, load_waveforms\n"
    "from gancore.metrics.hearing import Listener\n"
    "from gancore.widgets.listening import BlindListening\n"
    "from gancore.widgets.sound_pad import SoundPad",
    "time = torch.arange(4096) / 8000\n"
    "pitches = {'real': 200, 'real, Griffin–Lim': 300, 'drawn': 400}\n"
    "BlindListening({kind: (6.2832 * hertz * time).sin()[None] for kind, hertz in pitches.items()}, seed=5)",
    "voices = load_voices()\n"
    "listener = Listener.learn(to_float(voices.images), voices.labels)\n"
    "SoundPad({'zero': to_float(voices.held_out.images[0])}, listener, tuple('0123456789'))",
)
PITCHES = {"real": 200, "real, Griffin–Lim": 300, "drawn": 400}
# What a browser makes of the file in a player, at the file's own rate.
DECODE = """async audio => {
  const bytes = await (await fetch(audio.src)).arrayBuffer();
  const decoded = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes);
  return { rate: decoded.sampleRate, samples: Array.from(decoded.getChannelData(0)) };
}"""
QUANTUM = 2 / 128  # a step of eight bits, and what a browser takes for full scale


@pytest.fixture(scope="module")
def cells(chapter):
    chapter.run(CELLS[0])
    return chapter.run(CELLS[1]), chapter.run(CELLS[2])


def decoded(view) -> np.ndarray:
    audio = view.locator("audio")
    expect(audio).to_have_count(1)
    found = audio.evaluate(DECODE)
    assert found["rate"] == RATE
    assert len(found["samples"]) == LENGTH
    return np.array(found["samples"])


def test_what_is_played_blind_is_the_sound_that_is_judged(chapter, cells) -> None:
    view = cells[0]
    time = torch.arange(LENGTH) / RATE
    order = Blind({kind: (6.2832 * hertz * time).sin()[None] for kind, hertz in PITCHES.items()}, seed=5)
    for number in (1, 2, 3):
        assert np.abs(decoded(view) - order.current.numpy()).max() < QUANTUM
        order.answer("real")
        with chapter.changes(picture(view), status(view)):
            button(view, "real").click()
        expect(status(view)).to_contain_text(f"sound {number} is {order.truths[-1]}.")
    expect(status(view)).to_contain_text("Right so far: 1 of 3")
    chapter.screenshots("listening", view)
    with chapter.changes(status(view)):
        button(view, "Begin anew").click()
    expect(status(view)).to_contain_text("Listen to sound 1")
    button(view, "drawn").click()
    expect(status(view)).to_contain_text(re.compile(r"sound 1 is"))
    button(view, "real, Griffin–Lim").click()
    expect(status(view)).to_contain_text(re.compile(r"sound 2 is"))


def test_what_is_painted_is_what_is_heard(chapter, cells) -> None:
    view = cells[1]
    expect(status(view)).to_contain_text("takes it for")
    with chapter.changes(canvas(view), picture(view), status(view)):
        view.get_by_label("begin with").select_option(EMPTY)
    expect(status(view)).to_contain_text("nothing is to be heard")
    assert np.abs(decoded(view)).max() < QUANTUM
    canvas(view).scroll_into_view_if_needed()
    with chapter.changes(canvas(view), picture(view), status(view)):
        stroke(view, (0.1, 0.5), (0.9, 0.5))
    expect(status(view)).to_contain_text("the listener takes it for")
    spectrum = np.abs(np.fft.rfft(decoded(view) * np.hanning(LENGTH)))
    strongest = spectrum.argmax() * RATE / LENGTH
    line = torch.stack([torch.linspace(-0.8, 0.8, 60), torch.full((60,), 0.0)], dim=1)
    ours = np.abs(np.fft.rfft(heard(painted(line, -torch.ones(1, 32, 32), 1.0)).numpy() * np.hanning(LENGTH)))
    assert strongest == pytest.approx(ours.argmax() * RATE / LENGTH, rel=0.1)
    chapter.screenshots("sound_pad", view)


def test_keys_paint_and_clear_wipes(chapter, cells) -> None:
    view = cells[1]
    view.get_by_label("begin with").select_option(EMPTY)
    button(view, "Clear").click()
    expect(status(view)).to_contain_text("0 points painted by hand: nothing is to be heard")
    canvas(view).focus()
    with chapter.changes(picture(view), status(view)):
        chapter.page.keyboard.press("Space")
    expect(status(view)).to_contain_text("1 point painted by hand")
    before = decoded(view)
    view.locator(".noUi-handle").focus()
    with chapter.changes(picture(view)):
        chapter.page.keyboard.press("End")
    assert np.abs(decoded(view) - before).max() > 0.05
    with chapter.changes(picture(view), status(view)):
        button(view, "Clear").click()
    assert np.abs(decoded(view)).max() < QUANTUM

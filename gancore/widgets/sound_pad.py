"""Paint a spectrogram, and hear it as soon as the brush is lifted."""

from collections.abc import Mapping

import torch
from ipywidgets import HTML, Button, Dropdown, FloatSlider
from torch import Tensor

from gancore.data.images import to_uint8
from gancore.data.sound import spectrogram, voicing
from gancore.lessons.listening import heard, painted
from gancore.metrics.hearing import Listener
from gancore.plots.images import picture
from gancore.plots.sound import player
from gancore.widgets.canvas import Canvas, Heat, greys
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

SIZE = 288  # pixels of the pad
PEN = 4.0  # pixels, the radius of the reader's brush while it is down
EDGES = (-1.0, 1.0, -1.0, 1.0)
ZOOM = 4
EMPTY = "silence"
BESIDE = "Beside the pad, where bright is loud: what is painted, and what is heard of it."
THINNEST, THICKEST = 0.6, 4.0  # cells


class SoundPad(View):
    """A spectrogram to paint on with mouse, finger or keyboard; a player, and what `listener` takes the sound for.

    `sheets` are spectrograms `(1, 32, 32)` by name that a reader may begin with; the first is there at the start.
    `words` are what the listener's answers mean. `shown` `(1, 32, 32)` is what is painted now, and `sound` `(T,)` how
    it sounds.
    """

    def __init__(self, sheets: Mapping[str, Tensor], listener: Listener, words: tuple[str, ...]) -> None:
        self.sheets = {EMPTY: -torch.ones_like(next(iter(sheets.values()))), **sheets}
        self.listener, self.words = listener, words
        self.pad = Canvas(width=SIZE, height=SIZE, pen=PEN, drawing=True, layout={"margin": "2px"})
        self.sheet = Dropdown(options=list(self.sheets), value=next(iter(sheets)), description="begin with")
        self.brush = FloatSlider(value=1.0, min=THINNEST, max=THICKEST, step=0.2, description="brush")
        self.clear = Button(description="Clear")
        self.player, self.status, again = HTML(), Status(), Picture()
        controls = in_a_row(self.sheet, self.brush, self.clear)
        super().__init__("Paint a sound", [controls, in_a_row(self.pad, again), self.player, self.status], again)
        self.pad.observe(on_main_thread(self._update), names="strokes")
        for control in (self.sheet, self.brush):
            control.observe(on_main_thread(self._update), names="value")
        self.clear.on_click(on_main_thread(self.pad.wipe))
        self._update()

    def _update(self) -> None:
        points = self.pad.points
        self.shown = painted(points, self.sheets[self.sheet.value], self.brush.value)
        self.sound = heard(self.shown)
        back = spectrogram(self.sound)
        said = f"{self.sheet.value}, and {self.pad.drawn} painted by hand"
        self.pad.draw([as_heat(self.shown)], EDGES, f"A spectrogram to paint on: {said}.")
        self.picture.draw(picture(torch.stack([self.shown, back]), 2, ZOOM), f"The picture, and what is heard: {said}.")
        self.player.value = player(self.sound)
        self.status.say(f"{said}: {self._told(back)} {BESIDE}")

    def _told(self, back: Tensor) -> str:
        """What the listener makes of it."""
        if not (back > -1).any():
            return "nothing is to be heard."
        word = self.words[int(self.listener.understand(back[None]))]
        return f"the listener takes it for {word}, with a voicing of {voicing(self.sound).item():.2f}."


def as_heat(picture: Tensor) -> Heat:
    """A spectrogram `(1, H, W)` as greys, loud ones dark: the reader's brush is dark, too."""
    return greys(to_uint8(-picture[0]).numpy())

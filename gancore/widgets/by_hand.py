"""The game on the line, played by hand: draw D over both densities, then move the forger against a D that waits."""

from typing import Any

import numpy as np
import torch
from ipywidgets import Button, FloatSlider
from torch import Tensor

from gancore.data.toys import FRAME
from gancore.lessons.by_hand import FORGER, HandGame, describe
from gancore.lessons.line import LineState, places
from gancore.lessons.predictions.kinds import Axis
from gancore.plots.line import HIGHEST, by_hand
from gancore.plots.style import BLUE, GREEN, ORANGE
from gancore.widgets.canvas import Canvas, Line
from gancore.widgets.lab import DASHED, text
from gancore.widgets.sketch_axes import COLUMNS, LIMITS, axes_of, from_pad, heights_of, to_pad
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

PAD = (560, 300)  # pixels
ACROSS, UP = Axis("x", -FRAME, FRAME), Axis("D(x)", 0, 1)
TITLE = "<b>Blue:</b> the data, p(x). <b>Orange, dashed:</b> the forger, q(x). <b>Green:</b> D(x), which you draw."
HELP = "Draw D over the whole width. What you draw later replaces what was there."


class PlayByHand(View):
    """The reader is the discriminator, by drawing it, and then the forger, by moving a Gaussian."""

    def __init__(self) -> None:
        self.pad = Canvas(width=PAD[0], height=PAD[1], drawing=True, layout={"margin": "2px"})
        self.mean = FloatSlider(FORGER[0], min=-0.8, max=0.8, step=0.05, description="q: mean", **WIDE)
        self.std = FloatSlider(FORGER[1], min=0.15, max=0.6, step=0.05, description="q: width", **WIDE)
        self.best, self.clear = Button(description="Best D"), Button(description="Clear D")
        self.status = Status()
        # Above the pad: what it says below itself grows shorter when it is left, and would pull a button away.
        controls = in_a_row(self.clear, self.best), in_a_row(self.mean, self.std)
        rows = [text(TITLE), *controls, self.pad, self.status]
        super().__init__("Be the police, then the forger", rows, Picture())
        self.pad.observe(on_main_thread(self._draw), names="strokes")
        for slider in (self.mean, self.std):
            slider.observe(on_main_thread(self._draw), names="value")
        self.best.on_click(on_main_thread(self._answer))
        self.clear.on_click(on_main_thread(self.pad.wipe))
        self._draw()

    @property
    def game(self) -> HandGame:
        """What the pad and the sliders say."""
        return HandGame(self.mean.value, self.std.value, drawn_on(self.pad.points))

    def _answer(self) -> None:
        columns = torch.linspace(-1, 1, COLUMNS, dtype=torch.double)
        verdict = self.game.answer(torch.from_numpy(from_pad(columns.numpy(), ACROSS)))
        self.pad.points = torch.stack([columns, 2 * verdict - 1], dim=1)

    def _draw(self) -> None:
        seen = self.game.look()
        layers = [
            *axes_of(ACROSS, UP),
            Line(over_the_pad(seen.real / HIGHEST), BLUE, 2.0),
            Line(over_the_pad(seen.fake / HIGHEST), ORANGE, 2.0, DASHED),
            Line(over_the_pad(seen.verdict), GREEN, 2.5),
        ]
        words = describe(seen)
        self.pad.draw(layers, LIMITS, words)
        self.status.say(words if self.pad.strokes else f"{HELP} {words}")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        seen = self.game.look()
        self.picture.content, self.picture.alt = by_hand(seen), in_words(seen, self.game)
        return super()._repr_mimebundle_(**kwargs)


def in_words(seen: LineState, game: HandGame) -> str:
    """What the pad shows, for those who do not see it."""
    low, high = float(seen.verdict.min()), float(seen.verdict.max())
    forger = f"The forger has mean {game.mean:g} and width {game.std:g}"
    return f"{forger}; D runs from {low:.2f} to {high:.2f}. {describe(seen)}"


def drawn_on(points: Tensor) -> Tensor:
    """D as it is drawn by `points` `(N, 2)` on the pad: places and what it says there, `(M, 2)`."""
    if not len(points):
        return torch.zeros(0, 2)
    heights = heights_of(points.numpy())
    columns = np.flatnonzero(np.isfinite(heights))
    x = from_pad(np.linspace(-1, 1, COLUMNS)[columns], ACROSS)
    return torch.from_numpy(np.stack([x, from_pad(heights[columns], UP)], axis=1))


def over_the_pad(values: Tensor) -> Tensor:
    """A curve of values in [0, 1] at all places of the line, as far as the pad goes: `(M, 2)`."""
    at = places()
    seen = at.abs() <= FRAME
    x, y = at[seen].numpy(), values[seen].clamp(max=1).numpy()
    return torch.from_numpy(np.stack([to_pad(x, ACROSS), to_pad(y, UP)], axis=1))

"""How each kind of prediction is entered: one of some options, several, an order, a number, or a sketch.

`get` gives the answer as it stands, None where there is none yet; `put` shows one that was kept; `tell` names what to
call when the reader has changed it.
"""

import html
from functools import partial
from typing import Any

import numpy as np
import torch
from ipywidgets import HTML, Button, Checkbox, FloatSlider, HBox, Label, RadioButtons, VBox, Widget

from gancore.lessons.predictions.kinds import Answer, Choice, Curve, Number, Order, Several, decimals_of
from gancore.plots.style import ORANGE
from gancore.widgets.canvas import Canvas, Line
from gancore.widgets.sketch_axes import COLUMNS, LIMITS, axes_of, from_pad, heights_of, to_pad
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Status

IN_A_ROW = {"flex_flow": "row wrap"}
PAD = (420, 260)  # pixels of the pad for a sketch


class ChoiceEntry(RadioButtons):
    """One button for each option."""

    def __init__(self, prediction: Choice) -> None:
        super().__init__(options=prediction.options, value=None, layout={"width": "auto"})

    def get(self) -> Answer | None:
        return self.value

    def put(self, answer: Answer) -> None:
        self.value = answer

    def tell(self, changed: Any) -> None:
        self.observe(changed, names="value")


class SeveralEntry(VBox):
    """One box to tick for each option."""

    def __init__(self, prediction: Several) -> None:
        self.boxes = [
            Checkbox(description=option, indent=False, layout={"width": "auto"}) for option in prediction.options
        ]
        super().__init__(self.boxes)

    def get(self) -> Answer | None:
        return [box.description for box in self.boxes if box.value] or None

    def put(self, answer: Answer) -> None:
        for box in self.boxes:
            box.value = box.description in answer

    def tell(self, changed: Any) -> None:
        for box in self.boxes:
            box.observe(changed, names="value")


class OrderEntry(VBox):
    """A button for each option, pressed one after the other; with the last but one the last is clear."""

    def __init__(self, prediction: Order) -> None:
        self.order: list[str] = []
        self.again = Button(description="Start again")
        self.buttons = [Button(description=option, layout={"width": "auto"}) for option in prediction.options]
        self.chosen = Status()
        self._changed = None
        for button in self.buttons:
            button.on_click(on_main_thread(partial(self._choose, button.description)))
        self.again.on_click(on_main_thread(self._start_again))
        super().__init__([HBox([*self.buttons, self.again], layout=IN_A_ROW), self.chosen])
        self._show()

    def get(self) -> Answer | None:
        return self.order if len(self.order) == len(self.buttons) else None

    def put(self, answer: Answer) -> None:
        self.order = list(answer)
        self._show()

    def tell(self, changed: Any) -> None:
        self._changed = changed

    def _choose(self, option: str) -> None:
        left = [each.description for each in self.buttons if each.description not in (*self.order, option)]
        if option not in self.order:
            self.order = [*self.order, option, *(left if len(left) == 1 else [])]
            self._show()

    def _start_again(self) -> None:
        self.order = []
        self._show()

    def _show(self) -> None:
        for button in self.buttons:
            button.disabled = button.description in self.order
        places = (f"{place}. {option}" for place, option in enumerate(self.order, start=1))
        self.chosen.say("  ".join(places) or "Press the buttons in your order.")
        if self._changed:
            self._changed()


class NumberEntry(HBox):
    """A slider, and a button that keeps it where it stands."""

    def __init__(self, prediction: Number) -> None:
        steps = round((prediction.highest - prediction.lowest) / prediction.step)
        self.slider = FloatSlider(
            prediction.lowest + steps // 2 * prediction.step,
            min=prediction.lowest,
            max=prediction.highest,
            step=prediction.step,
            description="Your guess",
            readout_format=f",.{decimals_of(prediction.step)}f",
            continuous_update=False,
            layout={"width": "26em", "max_width": "100%"},
        )
        self.keep = Button(description="That is my guess")
        self.entered = False
        super().__init__([self.slider, Label(prediction.unit), self.keep], layout=IN_A_ROW)

    def get(self) -> Answer | None:
        return self.slider.value if self.entered else None

    def put(self, answer: Answer) -> None:
        self.slider.value, self.entered = answer, True

    def tell(self, changed: Any) -> None:
        def enter(event: Any) -> None:
            self.entered = True
            changed()

        self.slider.observe(enter, names="value")
        self.keep.on_click(enter)


class CurveEntry(VBox):
    """A pad with two axes to draw on, from left to right; what is drawn over a stroke replaces it there."""

    def __init__(self, prediction: Curve) -> None:
        self.across, self.up = prediction.across, prediction.up
        self.pad = Canvas(width=PAD[0], height=PAD[1], drawing=True, layout={"margin": "2px"})
        self.clear = Button(description="Clear")
        self.clear.on_click(on_main_thread(self.pad.wipe))
        names = HTML(f"Up: {html.escape(self.up.name)}. Across: {html.escape(self.across.name)}.")
        super().__init__([names, self.pad, self.clear])
        self._draw()

    def get(self) -> Answer | None:
        heights = heights_of(self.pad.points.numpy())
        places = np.flatnonzero(np.isfinite(heights))
        if len(places) < 2:
            return None
        x = from_pad(np.linspace(-1, 1, COLUMNS)[places], self.across)
        y = from_pad(heights[places], self.up)
        return [[float(f"{value:.4g}") for value in point] for point in zip(x, y, strict=True)]  # as exact as a hand

    def put(self, answer: Answer) -> None:
        x, y = np.array(answer).T
        points = np.stack([to_pad(x, self.across), to_pad(y, self.up)], axis=1)
        self.pad.strokes = points.clip(-1, 1).astype("<f4").tobytes()
        self._draw()

    def tell(self, changed: Any) -> None:
        def redraw() -> None:
            self._draw()
            changed()

        self.pad.observe(on_main_thread(redraw), names="strokes")

    def _draw(self) -> None:
        layers = axes_of(self.across, self.up)
        answer = self.get()
        if answer is not None:
            x, y = np.array(answer).T
            layers.append(
                Line(torch.from_numpy(np.stack([to_pad(x, self.across), to_pad(y, self.up)], axis=1)), ORANGE, 2.5)
            )
        said = "An empty plot." if answer is None else f"A sketch over {len(answer)} of {COLUMNS} places."
        self.pad.draw(layers, LIMITS, said)


ENTRIES: dict[type, type[Widget]] = {
    Choice: ChoiceEntry,
    Several: SeveralEntry,
    Order: OrderEntry,
    Number: NumberEntry,
    Curve: CurveEntry,
}

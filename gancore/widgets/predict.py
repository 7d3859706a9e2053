"""A prediction, entered before the outcome is seen: one of some options, several, an order, a number, or a sketch."""

import html
from functools import partial
from typing import Any

import numpy as np
import torch
from ipywidgets import HTML, Button, Checkbox, FloatSlider, HBox, Label, RadioButtons, VBox, Widget

from gancore.lessons.predictions.kinds import (
    Answer,
    Axis,
    Choice,
    Curve,
    Number,
    Order,
    Prediction,
    Several,
    decimals_of,
    find_prediction,
)
from gancore.lessons.predictions.ledger import enter, guess_of
from gancore.plots.style import GREY, ORANGE
from gancore.widgets.canvas import Canvas, Layer, Line, Words
from gancore.widgets.quiz import STYLE
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Panel, Status

NOTHING_YET = "Nothing entered yet. The cells below run without it, too."
IN_A_ROW = {"flex_flow": "row wrap"}
INK, LIGHT = "#222222", "#dddddd"
PAD = (420, 260)  # pixels of the pad for a sketch
LIMITS = (-1.3, 1.1, -1.3, 1.1)  # what its edges stand for: the axes go from -1 to 1
COLUMNS = 61  # places at which the height of a sketch is kept


def predict(number: str) -> "PredictionBox":
    """The prediction `number`, such as "6b", to be entered. Raises GancoreError where there is no such prediction."""
    return PredictionBox(find_prediction(number))


class PredictionBox(Panel):
    """A question and the controls to answer it; what is entered is kept. Text and HTML where no kernel runs.

    `entry` holds the controls, `status` says what is kept.
    """

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        self.entry = ENTRIES[type(prediction)](prediction)
        self.status = Status()
        kept = guess_of(prediction)
        if kept is not None:
            self.entry.put(kept)
        super().__init__([HTML(f"{STYLE}{self._heading()}"), self.entry, self.status])
        self.add_class("gancore-quiz")
        self._say("")
        self.entry.tell(on_main_thread(self._keep))

    def _heading(self) -> str:
        number, question = (html.escape(text) for text in (self.prediction.number, self.prediction.question))
        return f"<p><b>Predict {number}.</b> {question}</p>"

    def _keep(self, event: Any = None) -> None:
        answer = self.entry.get()
        self._say("" if answer is None else enter(self.prediction, answer))

    def _say(self, trouble: str) -> None:
        answer = self.entry.get()
        if answer is None:
            self.status.say(NOTHING_YET)
        else:
            kept = trouble or "It is kept; you may change it until you look."
            self.status.say(f"You foresee {self.prediction.in_words(answer)}. {kept}")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        answers = self.prediction.answers_in_words()
        items = "".join(f"<li>{html.escape(answer)}</li>" for answer in answers)
        text = "\n".join(
            [f"Predict {self.prediction.number}. {self.prediction.question}", *(f"- {a}" for a in answers)]
        )
        return {**bundle, "text/html": f"{self._heading()}<ul>{items}</ul>", "text/plain": text}


# How each kind is entered. `get` gives the answer as it stands, None where there is none yet; `put` shows one that was
# kept; `tell` names what to call when the reader has changed it.


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

    def _choose(self, option: str, event: Any) -> None:
        left = [each.description for each in self.buttons if each.description not in (*self.order, option)]
        if option not in self.order:
            self.order = [*self.order, option, *(left if len(left) == 1 else [])]
            self._show()

    def _start_again(self, event: Any) -> None:
        self.order = []
        self._show()

    def _show(self) -> None:
        for button in self.buttons:
            button.disabled = button.description in self.order
        places = (f"{place}. {option}" for place, option in enumerate(self.order, start=1))
        self.chosen.say("  ".join(places) or "Press the buttons in your order.")
        if self._changed:
            self._changed(None)


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
            changed(event)

        self.slider.observe(enter, names="value")
        self.keep.on_click(enter)


class CurveEntry(VBox):
    """A pad with two axes to draw on, from left to right; what is drawn over a stroke replaces it there."""

    def __init__(self, prediction: Curve) -> None:
        self.across, self.up = prediction.across, prediction.up
        self.pad = Canvas(width=PAD[0], height=PAD[1], drawing=True, layout={"margin": "2px"})
        self.clear = Button(description="Clear")
        self.clear.on_click(self._clear)
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
        def redraw(event: Any) -> None:
            self._draw()
            changed(event)

        self.pad.observe(on_main_thread(redraw), names="strokes")

    def _clear(self, event: Any) -> None:
        self.pad.strokes = b""

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


def to_pad(values: np.ndarray, axis: Axis) -> np.ndarray:
    """Values on an axis as places on the pad, from -1 to 1."""
    return 2 * (values - axis.lowest) / (axis.highest - axis.lowest) - 1


def from_pad(places: np.ndarray, axis: Axis) -> np.ndarray:
    """Places on the pad as values on an axis."""
    return axis.lowest + (places + 1) / 2 * (axis.highest - axis.lowest)


def heights_of(points: np.ndarray) -> np.ndarray:
    """The heights `(COLUMNS,)` of a sketch through `points` `(N, 2)` in the order of drawing, the newest on top.

    Between two columns that were drawn in there is a straight line; to both sides of all there is no number.
    """
    heights = np.full(COLUMNS, np.nan)
    columns = np.rint((points[:, 0] + 1) / 2 * (COLUMNS - 1)).astype(int)
    heights[columns] = points[:, 1]  # of several points in a column the last one counts
    drawn = np.flatnonzero(np.isfinite(heights))
    if len(drawn) < 2:
        return heights
    return np.interp(np.arange(COLUMNS), drawn, heights[drawn], left=np.nan, right=np.nan)


def axes_of(across: Axis, up: Axis) -> list[Layer]:
    """A frame from -1 to 1 with a grid, and the values at its ends and in its middle."""
    frame = torch.tensor([(-1.0, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
    half = [line for at in (-0.5, 0.0, 0.5) for line in ([(at, -1), (at, 1)], [(-1, at), (1, at)])]
    grid = torch.cat([torch.tensor([*line, (torch.nan, torch.nan)]) for line in half])
    labels = [(f"{from_pad(at, across):g}", (at - 0.06, -1.22)) for at in (-1.0, 0.0, 1.0)]
    labels += [(f"{from_pad(at, up):g}", (-1.29, at - 0.06)) for at in (-1.0, 0.0, 1.0)]
    texts, places = zip(*labels, strict=True)
    return [Line(grid, LIGHT, 1.0), Line(frame, GREY, 1.0), Words(torch.tensor(places), texts, INK)]

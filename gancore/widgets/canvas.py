"""A canvas in the page that draws what it is sent, at the pace of the screen, and takes points drawn by hand.

canvas.js is the other half of it. The page answers once a picture is on the screen, and no more than a few are on
their way at a time: of those that come meanwhile only the newest is kept. So the page is never behind, however slow it
is, and a page that is gone is sent nothing. It answers every second picture, for the one before too: to JupyterLab an
answer is work for the kernel, and it redraws its signs of a busy kernel for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import torch
from torch import Tensor
from traitlets import Bool, CBytes, Float, Int, Unicode

from gancore.widgets.threads import on_main_thread

MOST_UNDER_WAY = 4  # pictures that were sent and not yet answered, of which the page answers the second and the fourth
MOST_POINTS = 2000  # that can be drawn by hand

Limits = tuple[float, float, float, float]  # what the edges stand for: left, right, bottom, top


@dataclass(frozen=True)
class Heat:
    """Colours `(rows, columns, 4)`, uint8 RGBA, rows from the bottom, smoothly stretched over the whole canvas."""

    data: np.ndarray

    def pack(self) -> tuple[dict, bytes]:
        rows, columns, _ = self.data.shape
        return {"kind": "heat", "rows": rows, "columns": columns}, np.ascontiguousarray(self.data[::-1]).tobytes()


def greys(values: np.ndarray) -> Heat:
    """Greys `(rows, columns)`, uint8, rows from the top."""
    return Heat(np.dstack([values] * 3 + [np.full_like(values, 255)])[::-1])


@dataclass(frozen=True)
class Layer:
    """Something made of points. `data` holds pairs of x and y; sizes are in pixels, colours as in CSS."""

    data: Tensor

    def pack(self) -> tuple[dict, bytes]:
        """The description of the layer that the page gets, and its numbers."""
        style = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "data"}
        numbers = self.data.detach().cpu().numpy().astype("<f4").tobytes()
        return {"kind": type(self).__name__.lower(), **style}, numbers


@dataclass(frozen=True)
class Dots(Layer):
    """A round mark at each of `(N, 2)` points."""

    colour: str
    size: float = 2.5


@dataclass(frozen=True)
class Crosses(Layer):
    """A mark like × at each of `(N, 2)` points."""

    colour: str
    size: float = 3.0


@dataclass(frozen=True)
class Arrows(Layer):
    """An arrow for each of `(N, 2, 2)`: start and end."""

    colour: str


@dataclass(frozen=True)
class Line(Layer):
    """A line through points `(N, 2)`; a row of NaN ends it and begins another. `dash` is as in CSS, [] for none."""

    colour: str
    width: float = 1.5
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Words(Layer):
    """A text to the right of and above each of `(N, 2)` points."""

    texts: tuple[str, ...]
    colour: str
    size: float = 12.0


class Canvas(anywidget.AnyWidget):
    """A canvas of `width` × `height` pixels. Where it is narrower than that in the page, it keeps its proportions.

    While `drawing` is on, the reader adds points in [-1, 1]² by mouse, finger or keyboard; `points` holds them all.
    With a `hint`, points are chosen in place of drawn: one with each click, and none is taken back.
    """

    _esm = Path(__file__).with_name("canvas.js").read_text(encoding="utf-8")  # a path would keep every canvas alive

    width = Int(400).tag(sync=True)
    height = Int(400).tag(sync=True)
    most_points = Int(MOST_POINTS).tag(sync=True)
    pen = Float(2.5).tag(sync=True)  # the radius of what is drawn by hand, in pixels
    drawing = Bool(False).tag(sync=True)
    hint = Unicode("").tag(sync=True)  # where points are to be chosen, what the page says in place of how to draw
    strokes = CBytes(b"").tag(sync=True)  # not Bytes, which refuses silently what comes from the page

    def __init__(self, **traits: Any) -> None:
        self.shown = 0  # pictures that a page has shown, as far as it has answered
        self._sent = self._answered = 0  # numbers of the last picture sent and of the last one answered
        self._newest: tuple[dict, list[bytes]] | None = None
        self._waiting = False  # whether the newest has not been sent
        super().__init__(**traits)
        self._send_on = on_main_thread(self._send_if_due)
        self.on_msg(self._hear)

    @property
    def points(self) -> Tensor:
        """What was drawn by hand: float32 `(N, 2)`, in the order of drawing; set it to draw for the reader."""
        return torch.from_numpy(np.frombuffer(self.strokes, "<f4").copy()).view(-1, 2)

    @points.setter
    def points(self, points: Tensor) -> None:
        self.strokes = points.cpu().numpy().astype("<f4").tobytes()

    def wipe(self) -> None:
        """Take back all that was drawn by hand."""
        self.strokes = b""

    @property
    def drawn(self) -> str:
        """How many points were drawn by hand: "1 point", "20 points"."""
        return "1 point" if len(self.points) == 1 else f"{len(self.points)} points"

    def draw(self, layers: Sequence[Heat | Layer], limits: Limits, alt: str) -> None:
        """Show `layers`, the first at the back, as soon as the page is ready; `alt` says what is to be seen."""
        packed = [layer.pack() for layer in layers]
        content = {"layers": [description for description, _ in packed], "limits": limits, "alt": alt}
        self._newest = content, [numbers for _, numbers in packed]
        self._waiting = True
        self._send_if_due()

    def _send_if_due(self) -> None:
        if self._waiting and self._sent - self._answered < MOST_UNDER_WAY:
            self._waiting = False
            self._sent += 1
            content, buffers = self._newest
            self.send({**content, "number": self._sent}, buffers)

    def _hear(self, widget: Any, content: dict, buffers: Sequence[memoryview]) -> None:
        """The page says that it shows a picture, or that it is new and has none. May be called on any thread."""
        if "shown" in content:
            newly = max(0, content["shown"] - self._answered)
            self.shown += newly
            self._answered += newly
        if "new" in content:
            self._answered = self._sent  # what went to a page that is gone is answered by nobody
            self._waiting = self._newest is not None
        self._send_on(content)

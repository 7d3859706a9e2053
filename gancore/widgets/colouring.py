"""Draw an outline, and see it coloured in by several hands as soon as the pen is lifted."""

from collections.abc import Mapping

import torch
from ipywidgets import Button, Dropdown
from torch import Tensor

from gancore.data.images import to_uint8
from gancore.lessons.outlines import outline_of, together
from gancore.lessons.scanning import Paints
from gancore.plots.images import picture
from gancore.widgets.canvas import Canvas, Dots, Heat, greys
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

SIZE = 288  # pixels of the pad
PEN = 4.0  # pixels, the radius of the reader's pen
INK = "#111111"
EDGES = (-1.0, 1.0, -1.0, 1.0)
ZOOM = 4
EMPTY = "an empty sheet"


class Colouring(View):
    """A sheet to draw on with mouse, finger or keyboard; beside it the outline, coloured by each of `painters`.

    `sheets` are outlines `(1, H, W)` in [-1, 1] by name that a reader may begin with, and draw on; the first of them
    is there at the start. `outline` `(1, 1, H, W)` is what was drawn, and `painted` what each made of it.
    """

    def __init__(self, painters: Mapping[str, Paints], sheets: Mapping[str, Tensor]) -> None:
        side = next(iter(sheets.values())).shape[-1]
        self.painters, self.sheets = painters, {EMPTY: torch.ones(1, side, side), **sheets}
        self.pad = Canvas(width=SIZE, height=SIZE, pen=PEN, drawing=True, layout={"margin": "2px"})
        self.sheet = Dropdown(options=list(self.sheets), value=next(iter(sheets)), description="begin with")
        self.clear = Button(description="Clear")
        self.status = Status()
        shown = Picture()
        rows = [in_a_row(self.sheet, self.clear), in_a_row(self.pad, shown), self.status]
        super().__init__("Draw an outline, and have it coloured", rows, shown)
        self.pad.observe(on_main_thread(self._update), names="strokes")
        self.sheet.observe(on_main_thread(self._update), names="value")
        self.clear.on_click(on_main_thread(self.pad.wipe))
        self._update()

    def _update(self) -> None:
        sheet, points = self.sheets[self.sheet.value][None], self.pad.points
        said = f"{self.sheet.value}, and {self.pad.drawn} drawn by hand"
        self.pad.draw([paper(sheet), Dots(points, INK, PEN)], EDGES, f"A sheet with {said}.")
        self.outline = together(sheet, outline_of(points, sheet.shape[-1]))
        self.painted = {name: painter.paint(self.outline) for name, painter in self.painters.items()}
        row = torch.cat([self.outline.expand(-1, 3, -1, -1), *self.painted.values()])
        hands = ", ".join(self.painted)
        self.picture.draw(picture(row, len(row), ZOOM), f"The outline, and the same coloured by {hands}: {said}.")
        self.status.say(f"From left to right: your outline, {hands}. It holds {said}.")


def paper(sheet: Tensor) -> Heat:
    """A sheet `(1, 1, H, W)` as colours."""
    return greys(to_uint8(sheet[0, 0]).numpy())

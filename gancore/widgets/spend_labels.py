"""Spend ten labels on a sheet of digits, and see what several ways to learn make of them, beside random choices."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from ipywidgets import Button
from torch import Tensor

from gancore.data.pictures import image_grid
from gancore.lessons.spending import BUDGET, COLUMNS, ROWS, Spending, cells_under, middles, random_cells
from gancore.plots.few_labels import spent
from gancore.widgets.canvas import Canvas, Heat, Line, Words, greys
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

CELL = 46  # pixels of the pad for each digit
LETTER = 16.0  # pixels, of a label
PEN = 2.0  # pixels, the radius of the mark that a click leaves
EDGES = (-1.0, 1.0, -1.0, 1.0)
FRAME, WORD = "#D55E00", "#B04A00"
HINT = (
    "Click on a digit with mouse or finger. With keys: arrows move the cursor, Shift makes small moves, Space buys the "
    "label of the digit under it."
)
START = "Click on a digit to have it labelled. You have ten labels, and a label once bought is kept."


class SpendLabels(View):
    """A sheet of digits without labels, of which a reader has ten labelled, one by one, with mouse, finger or keyboard.

    `cloud` holds what random choices reached, in per cent, by the names that `spending` has. `cells` are those that
    were labelled so far, and `reached` is what their labels lead to.
    """

    def __init__(self, spending: Spending, cloud: Mapping[str, Sequence[float]], seed: int = 0) -> None:
        self.spending, self.cloud, self.draw = spending, cloud, seed
        self.pad = Canvas(
            width=CELL * COLUMNS,
            height=CELL * ROWS,
            pen=PEN,
            drawing=True,
            hint=HINT,
            most_points=500,
            layout={"margin": "2px"},
        )
        self.random, self.again = Button(description="Ten at random"), Button(description="Start again")
        self.status, shown = Status(), Picture()
        rows = [in_a_row(self.random, self.again), in_a_row(self.pad, shown), self.status]
        super().__init__("Spend your labels", rows, shown)
        self.pad.observe(on_main_thread(self._update), names="strokes")
        self.random.on_click(on_main_thread(self._draw))
        self.again.on_click(on_main_thread(self.pad.wipe))
        self._update()

    def _draw(self) -> None:
        """Spend what is left on cells that nobody has looked at."""
        self.draw += 1
        self.pad.points = middles(torch.cat([self.cells, random_cells(self.draw)]))

    def _update(self) -> None:
        self.cells = cells_under(self.pad.points)
        labels = self.spending.labels(self.cells)
        self.reached = self.spending.accuracies(self.cells)
        self.random.disabled = len(labels) == BUDGET
        count = "All ten" if len(labels) == BUDGET else f"{len(labels)} of {BUDGET}"
        bought = f"{count} labels are spent: {', '.join(map(str, labels))}." if labels else START
        self.pad.draw(self._sheet(labels), EDGES, f"A sheet of {COLUMNS * ROWS} digits. {bought}")
        scores = ", ".join(f"{name} {value:.1f}" for name, value in self.reached.items())
        said = f"Right in per cent: {scores}." if scores else "Two different digits are needed to learn anything."
        self.picture.draw(spent(self.cloud, self.reached), f"Random choices of ten labels, and yours. {said}")
        self.status.say(f"{bought} {said}{missing(labels)}" if labels else bought)

    def _sheet(self, labels: Sequence[int]) -> list:
        """The digits as ink on paper, and those that are labelled in a frame, with the label."""
        places = middles(self.cells)
        digits = paper(self.spending.images[self.spending.sheet])
        corners = places + torch.tensor([-0.9 / COLUMNS, 0.2 / ROWS])
        return [digits, Line(frames(places), FRAME, 2.5), Words(corners, tuple(map(str, labels)), WORD, LETTER)]


def missing(labels: Sequence[int]) -> str:
    """Which digits have no label, once all ten are spent: nobody can learn to answer with those."""
    absent = sorted(set(range(10)) - set(labels))
    if len(labels) < BUDGET or not absent:
        return ""
    *others, last = [f"{'an' if digit == 8 else 'a'} {digit}" for digit in absent]
    either = f"{', '.join(others)} or {last}" if others else last
    return f" Nobody has been told what {either} looks like."


def paper(images: Tensor) -> Heat:
    """Digits `(COLUMNS · ROWS, 1, H, W)` in rows, dark on white."""
    return greys(255 - np.asarray(image_grid(images, COLUMNS)))


def frames(places: Tensor) -> Tensor:
    """A rectangle around the cell of each of `places` `(N, 2)`, as one line that is broken between them."""
    across, up = 0.94 / COLUMNS, 0.94 / ROWS
    corners = torch.tensor([[-across, -up], [across, -up], [across, up], [-across, up], [-across, -up]])
    broken = torch.full((len(places), 1, 2), torch.nan)
    return torch.cat([places[:, None] + corners, broken], dim=1).reshape(-1, 2)

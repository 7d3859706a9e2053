"""A reader who plays with each view as soon as it is shown, and runs on in the middle of it.

This runs in the kernel of a chapter, after each of its cells: `await reader.play()`.
"""

import asyncio
import random
from collections.abc import Iterator

import torch
from ipywidgets import Button, Widget
from ipywidgets.widgets import widget as registry

from gancore.widgets.canvas import Canvas
from gancore.widgets.view import Panel

PAUSE = 0.02  # seconds between two moves, in which a view plays
STROKE = 30  # points


class Reader:
    """Moves every control of each new view once, in an order and to values that `seed` decides, and leaves it so."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.known: set[str] = set()

    async def play(self) -> int:
        """Play with the views that are new since the last time. Gives how many there were."""
        views = [
            one for one in registry._instances.values() if isinstance(one, Panel) and one.model_id not in self.known
        ]
        for view in views:
            self.known.add(view.model_id)
            controls = list(controls_of(view))
            self.random.shuffle(controls)
            for control in controls:
                self.move(control)
                await asyncio.sleep(PAUSE)
        return len(views)

    def move(self, control: Widget) -> None:
        if isinstance(control, Button):
            control.click()
        elif isinstance(control, Canvas):
            control.points = self.stroke()
        elif hasattr(control, "options"):
            control.index = self.random.randrange(len(control.options))
        elif isinstance(control.value, bool):
            control.value = not control.value
        elif hasattr(control, "max"):
            value = self.random.uniform(control.min, control.max)
            control.value = type(control.value)(control.base**value if hasattr(control, "base") else value)
        elif isinstance(control.value, str):
            control.value = self.random.choice(["7", "3141", "a word", ""])

    def stroke(self) -> torch.Tensor:
        """A straight stroke `(STROKE, 2)` somewhere on a canvas."""
        start, end = (torch.tensor([self.random.uniform(-1, 1) for _ in "xy"]) for _ in range(2))
        return torch.lerp(start, end, torch.linspace(0, 1, STROKE)[:, None])


def controls_of(widget: Widget) -> Iterator[Widget]:
    """Every button, slider, list, field and pad to draw on in `widget` that a reader could use now."""
    for child in getattr(widget, "children", ()):
        yield from controls_of(child)
    usable = not getattr(widget, "disabled", False) and widget.layout.display != "none"
    drawn_on = isinstance(widget, Canvas) and widget.drawing
    if usable and (
        drawn_on or isinstance(widget, Button) or (hasattr(widget, "description") and hasattr(widget, "value"))
    ):
        yield widget

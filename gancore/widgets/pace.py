"""When numbers beside a moving picture are due to be said anew, and how many pictures a second the page shows."""

import time

from gancore.widgets.canvas import Canvas

SECONDS_BETWEEN_WORDS = 0.5  # numbers that change with every frame cannot be read


class Pace:
    """Counts what `canvas` shows from one time that numbers are said to the next."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.said_at, self.shown_then = time.monotonic(), 0

    @property
    def due(self) -> bool:
        """Whether numbers were last said long enough ago."""
        return time.monotonic() - self.said_at > SECONDS_BETWEEN_WORDS

    def take(self) -> str:
        """The pictures a second since this was last asked, in words; nothing where no page has shown any."""
        now, shown = time.monotonic(), self.canvas.shown
        speed = (shown - self.shown_then) / (now - self.said_at)
        self.said_at, self.shown_then = now, shown
        pictures = "1 picture" if f"{speed:.0f}" == "1" else f"{speed:.0f} pictures"
        return f"{pictures} a second" if shown else ""

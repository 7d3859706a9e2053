"""The button that plays a view in the background and pauses it."""

from collections.abc import Callable
from typing import Any

from ipywidgets import Button

from gancore.widgets.threads import on_main_thread
from gancore.widgets.ticker import Ticker
from gancore.widgets.view import Status

PLAY, PAUSE = "Play", "Pause"


class Player(Button):
    """Says Play while a view rests and Pause while it plays; a click changes from one to the other.

    While it plays, `tick` is called up to `per_second` times a second. An error in it ends the play, and `status` says
    so. Whoever wants to say or draw more adds a handler with `on_click`, which finds `playing` as it has become.
    """

    def __init__(self, tick: Callable[[], None], per_second: float, status: Status, **traits: Any) -> None:
        self.ticker = Ticker(tick, per_second, status, self.pause)
        self.playing = False
        super().__init__(description=PLAY, **traits)
        self.on_click(on_main_thread(self._play_or_pause))

    def start(self) -> None:
        """Play. Raises RuntimeError where no event loop runs, as in a plain script."""
        self.ticker.start()
        self.playing, self.description = True, PAUSE

    def pause(self) -> None:
        """Stop before the next tick."""
        self.ticker.stop()
        self.playing, self.description = False, PLAY

    def close(self) -> None:
        """Stop, and take the button out of the page."""
        self.ticker.stop()
        super().close()

    def _play_or_pause(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.start()

"""Plays a view in the background: a task of the kernel's own loop, so that other cells still run."""

import asyncio
import time
from collections.abc import Callable

from gancore.widgets.view import Status

LEAST_PAUSE = 0.005  # seconds after each tick in which the kernel hears what else has come in


class Ticker:
    """Calls `tick` up to `per_second` times a second between `start` and `stop`, on the thread that starts it.

    An error in `tick` ends the play: `on_error` is called, and `status` says what went wrong. A task that raised it
    would say nothing.
    """

    def __init__(
        self, tick: Callable[[], None], per_second: float, status: Status, on_error: Callable[[], None]
    ) -> None:
        self.tick = tick
        self.period = 1 / per_second
        self.status = status
        self.on_error = on_error
        self._task: asyncio.Task | None = None

    @property
    def playing(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Play, unless it plays already. Raises RuntimeError where no event loop runs, as in a plain script."""
        if not self.playing:
            self._task = asyncio.get_running_loop().create_task(self._play())

    def stop(self) -> None:
        """Stop before the next tick."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _play(self) -> None:
        while True:
            started = time.perf_counter()
            try:
                self.tick()
            except Exception as error:
                self._task = None
                self.on_error()
                self.status.say(f"It stopped: {error}")
                return
            await asyncio.sleep(max(LEAST_PAUSE, started + self.period - time.perf_counter()))

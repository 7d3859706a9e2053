"""Ctrl-C and a notebook's stop button take effect between two rounds, so that no round is left half played."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class DeferredInterrupt:
    """Notes that somebody has asked to stop, until it is safe to."""

    def __init__(self) -> None:
        self.asked = False

    def raise_if_asked(self) -> None:
        """Raises KeyboardInterrupt where somebody has asked to stop: call this where stopping does no harm."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def deferred_interrupt() -> Iterator[DeferredInterrupt]:
    """While inside, a first interrupt is only noted, and a second one raises KeyboardInterrupt at once.

    Python interrupts the main thread alone, so in any other thread there is nothing to defer.
    """
    interrupted = DeferredInterrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return

    def note(number: int, frame: Any) -> None:
        if interrupted.asked:
            raise KeyboardInterrupt
        interrupted.asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)  # None: not set from Python
    interrupted.raise_if_asked()

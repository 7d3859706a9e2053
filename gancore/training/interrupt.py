"""Ctrl-C and a notebook's stop button take effect between two rounds, so that no state is half of one."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class DeferredInterrupt:
    """Whether somebody has asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def raise_if_asked(self) -> None:
        """Raises KeyboardInterrupt where somebody has asked to stop: call this where stopping does no harm."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def deferred_interrupt() -> Iterator[DeferredInterrupt]:
    """While inside, the first interrupt is only noted; a second one stops at once, wherever that is.

    Only a program's main thread is interrupted, so elsewhere nothing is held back.
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

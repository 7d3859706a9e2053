"""Keeps a widget's callbacks on the main thread, where they cannot overlap, and lets none of them fall behind."""

import asyncio
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any


def on_main_thread(callback: Callable[[], None]) -> Callable[..., None]:
    """`callback`, run on the thread that this function is called on, once for all events that wait.

    JupyterLab delivers some events on a thread of their own (ipykernel's subshells), and two callbacks that run at
    once can leave an old picture on the screen. Events that come in while one waits to be run are served by that one,
    so `callback` is not told of any: it goes by what the widgets hold. Without a running event loop, as in a script, it
    is called directly.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    home = threading.current_thread()
    waiting = threading.Event()

    def serve() -> None:
        waiting.clear()
        callback()

    @wraps(callback)
    def call(*event: Any) -> None:
        if loop is None or threading.current_thread() is home:
            callback()
        elif not waiting.is_set():
            waiting.set()
            loop.call_soon_threadsafe(serve)

    return call

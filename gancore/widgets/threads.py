"""Keeps a widget's callbacks on the main thread, where they cannot overlap, and lets none of them fall behind."""

import asyncio
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any


def on_main_thread(callback: Callable[[Any], None]) -> Callable[[Any], None]:
    """`callback`, run on the thread that this function is called on, once for all events that wait.

    JupyterLab delivers some events on a thread of their own (ipykernel's subshells), and two callbacks that run at
    once can leave an old picture on the screen. Events that come in while one waits to be run are served by that one,
    so `callback` must go by what the widgets hold, not by what the event says. Without a running event loop, as in
    a script, it is called directly.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    home = threading.current_thread()
    waiting = threading.Event()

    def serve(event: Any) -> None:
        waiting.clear()
        callback(event)

    @wraps(callback)
    def call(event: Any) -> None:
        if loop is None or threading.current_thread() is home:
            callback(event)
        elif not waiting.is_set():
            waiting.set()
            loop.call_soon_threadsafe(serve, event)

    return call

"""Kernels in which PyTorch and the like are imported already: it takes seconds, and is the same each time.

A server that did so once forks them. It imports nothing of gancore, and every kernel has the path, the folder and the
environment that it would have had otherwise.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

# Nothing that asks, when it is imported, where it runs: as matplotlib, ipywidgets and tqdm.auto do.
IMPORTED = ["ipykernel.kernelapp", "torch._dynamo", "torchvision", "sklearn.linear_model"]
PATH = "import json, sys; print(json.dumps(sys.path[1:]))"
CAN_FORK = sys.platform == "linux"  # not all that Macs' libraries begin can go on in a fork


def server(imported: list[str]) -> BaseContext:
    """Starts processes within milliseconds, from one that has imported these modules. One that has others ends."""
    from multiprocessing.forkserver import _forkserver as running

    context = get_context("forkserver")
    if running._preload_modules != imported:
        running._stop()
        context.set_forkserver_preload(imported)
    return context


class Forked:
    """A kernel that has been forked, as jupyter_client knows processes."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], env: dict[str, str], cwd: str | None = None, **others: Any) -> None:
        """Start what `command` would be: `python -m ipykernel_launcher -f FILE`, and more settings."""
        path = json.loads(subprocess.run([sys.executable, "-c", PATH], env=env, cwd=cwd, capture_output=True).stdout)
        context, settings = server(IMPORTED), command[command.index("-f") :]
        heard, told = context.Pipe(duplex=False)
        self.process = context.Process(target=be_kernel, args=(settings, env, cwd or os.getcwd(), path, told))
        self.process.start()
        self.pid = self.process.pid
        heard.recv()  # it has a group of its own by then, to which jupyter_client sends its signals

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def be_kernel(settings: list[str], env: dict[str, str], cwd: str, path: list[str], told: Connection) -> None:
    os.setsid()
    told.send("apart")
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.path[:], sys.argv[1:] = path, settings
    for stream in range(3):  # what a kernel has to say it sends in messages
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=[*settings, f"--IPKernelApp.parent_handle={os.getppid()}"])


@contextmanager
def forked_kernels() -> Iterator[None]:
    """Kernels that jupyter_client starts meanwhile are forked, where this system can fork."""
    from jupyter_client.provisioning import local_provisioner

    launch_kernel = local_provisioner.launch_kernel
    if CAN_FORK:
        local_provisioner.launch_kernel = Forked
    try:
        yield
    finally:
        local_provisioner.launch_kernel = launch_kernel

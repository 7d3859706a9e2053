"""Kernels and programs in which PyTorch and the like are imported already: it takes seconds, and is the same each time.

A server that did so once forks them. It imports nothing of gancore, and every kernel and program has the path, the
folder and the environment that it would have had otherwise.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Nothing that asks, when it is imported, where it runs: as matplotlib, ipywidgets and tqdm.auto do.
IMPORTED = ["ipykernel.kernelapp", "torch._dynamo", "torchvision", "sklearn.linear_model"]
PATH = "import json, sys; print(json.dumps(sys.path[1:]))"
CAN_FORK = sys.platform == "linux"  # not all that Macs' libraries begin can go on in a fork


def server() -> BaseContext:
    """Starts processes within milliseconds, where this system can fork; elsewhere as usual."""
    if not CAN_FORK:
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


def path_of(env: Mapping[str, str], cwd: str | None) -> list[str]:
    """Where a program would look for modules, after its own folder."""
    done = subprocess.run([sys.executable, "-c", PATH], env=env, cwd=cwd, capture_output=True, check=True)
    return json.loads(done.stdout)


def be_apart(env: Mapping[str, str], cwd: str) -> None:
    """Take over the environment and the folder of another process."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)


class Python:
    """A running `python -m MODULE …`, `python -c CODE …` or `python FILE …`."""

    def __init__(self, *command: object, env: Mapping[str, str] = os.environ, cwd: Path | None = None) -> None:
        where, words = str(cwd or Path.cwd()), [str(word) for word in command]
        self.folder = TemporaryDirectory()
        self.said = [Path(self.folder.name) / name for name in ("out", "err")]
        path = path_of(env, where)
        self.process = server().Process(target=be_python, args=(words, dict(env), where, path, self.said))
        self.process.start()

    def finish(self, seconds: float = 240) -> subprocess.CompletedProcess:
        """How it ended, and what it said. Raises TimeoutError where it goes on for longer."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise TimeoutError(self.said[1].read_text())
        with self.folder:
            return subprocess.CompletedProcess([], self.process.exitcode, *(each.read_text() for each in self.said))


def side_by_side(
    *command: object, env: Mapping[str, str], seconds: float = 240
) -> tuple[subprocess.CompletedProcess, ...]:
    """Two processes of a program, told of each other as torchrun tells them, until both have ended."""
    from helpers.lab import free_port  # which imports more than a program that is forked should have to

    both = {"TORCHELASTIC_RUN_ID": "tests", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    both |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    running = [Python(*command, env={**env, **both, "RANK": rank, "LOCAL_RANK": rank}) for rank in "01"]
    return tuple(each.finish(seconds) for each in running)


def be_python(command: list[str], env: dict[str, str], cwd: str, path: list[str], said: list[Path]) -> None:
    be_apart(env, cwd)
    for stream, file in enumerate(said, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    what, *words = command
    sys.path[1:] = path
    if what == "-m":
        sys.path[0], sys.argv[1:] = cwd, words[1:]
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    elif what == "-c":
        sys.path[0], sys.argv[:] = "", ["-c", *words[1:]]
        exec(words[0], {"__name__": "__main__"})
    else:
        sys.path[0], sys.argv[:] = str(Path(what).parent), command
        runpy.run_path(what, run_name="__main__")


class Forked:
    """A kernel that has been forked, as jupyter_client knows processes."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], env: dict[str, str], cwd: str | None = None, **others: Any) -> None:
        """Start what `command` would be: `python -m ipykernel_launcher -f FILE`, and more settings."""
        path = path_of(env, cwd)
        context, settings = server(), command[command.index("-f") :]
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
    be_apart(env, cwd)
    sys.path[:], sys.argv[1:] = path, settings
    for stream in range(3):  # what a kernel has to say it sends in messages
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    from ipykernel.kernelapp import IPKernelApp

    gc.freeze()  # what is imported by now stays: no search for garbage needs to go through it
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

"""A kernel as a notebook has it: cells that run, a stop button, a restart, and what a page sends to its widgets."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty

from jupyter_client import KernelManager

from helpers.places import REPOSITORY

PATIENCE = 120  # seconds for anything, on a busy machine


class CellFailed(Exception):
    """A cell ended in an error: its name, and what it says."""


class Kernel:
    """A running kernel in `folder`; what a cell prints is in `printed`."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.manager = KernelManager(kernel_name="python3")
        path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])
        environment = os.environ | {"PYTHONPATH": path, "JUPYTER_PREFER_ENV_PATH": "1", "OMP_NUM_THREADS": str(threads)}
        # The interpreter of these tests, whatever kernels there are.
        self.manager.kernel_spec.argv[0] = sys.executable
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(PATIENCE)
        self.printed = ""
        self.subshell = ""

    @property
    def process(self) -> int:
        """The number of the kernel's process."""
        return self.manager.provisioner.pid

    def start(self, code: str, cell: str = "") -> str:
        """Send a cell, called `cell` as JupyterLab calls each by a name of its own; gives the number of the request."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def finish(self, request: str, seconds: float = PATIENCE) -> None:
        """Wait until `request` has been answered. Raises CellFailed where it ends in an error, TimeoutError after
        `seconds`."""
        failed = None
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = self.client.get_iopub_msg(timeout=min(1, left))
            except Empty:
                continue
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != request:
                continue
            if kind == "stream":
                self.printed += content["text"]
            elif kind == "error":
                failed = CellFailed(f"{content['ename']}: {content['evalue']}")
            elif kind == "status" and content["execution_state"] == "idle":
                if failed:
                    raise failed
                return
        raise TimeoutError(request)

    def run(self, code: str, cell: str = "", seconds: float = PATIENCE) -> str:
        """Run a cell to its end; gives what it has printed. Raises what `finish` raises."""
        self.printed = ""
        self.finish(self.start(code, cell), seconds)
        return self.printed

    def open_subshell(self) -> None:
        """Start the thread on which a kernel hears what a page sends to its widgets, beside that of the cells."""
        self.client.control_channel.send(self.client.session.msg("create_subshell_request", {}))
        self.subshell = self.client.get_control_msg(timeout=PATIENCE)["content"]["subshell_id"]

    def move(self, model: str, value: float) -> str:
        """Tell the widget `model` that a reader has moved it to `value`; gives the number of the request."""
        content = {"comm_id": model, "data": {"method": "update", "state": {"value": value}, "buffer_paths": []}}
        message = self.client.session.msg("comm_msg", content)
        message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def drag(self, model: str, values: Sequence[float], pause: float) -> int:
        """Move the widget `model` through `values`, `pause` seconds apart at most; gives how many of them were sent.

        As a page does it: a value waits until the kernel has answered the last one, and makes way for a newer one.
        """
        sent, request, last = 1, self.move(model, values[0]), values[-1]
        for value in values[1:]:
            try:
                self.finish(request, PATIENCE if value is last else pause)
            except TimeoutError:
                continue
            sent, request = sent + 1, self.move(model, value)
        return sent

    def stop(self) -> None:
        """The stop button."""
        self.manager.interrupt_kernel()

    def restart(self) -> None:
        """As the menu does it: the kernel is asked to end, and after a while made to."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=False)
        self.connect()

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

"""A kernel as a notebook has it: cells that run, a stop button, a restart, and what a page sends to its widgets."""

import os
import sys
import time
from pathlib import Path
from queue import Empty

from jupyter_client import KernelManager

REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE = 120  # seconds for anything, on a busy machine


class CellFailed(Exception):
    """A cell ended in an error: its name, and what it says."""


class Kernel:
    """A running kernel in `folder`; what a cell prints is in `printed`."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager(kernel_name="python3")
        path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])
        environment = os.environ | {"PYTHONPATH": path, "JUPYTER_PREFER_ENV_PATH": "1", "OMP_NUM_THREADS": "1"}
        # The interpreter of these tests, whatever kernels there are.
        self.manager.kernel_spec.argv[0] = sys.executable
        self.manager.start_kernel(cwd=str(folder), env=environment)
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(PATIENCE)
        self.printed = ""

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

    def finish(self, request: str) -> None:
        """Wait until the cell of `request` has run. Raises CellFailed where it ends in an error."""
        failed = None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                message = self.client.get_iopub_msg(timeout=1)
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

    def run(self, code: str, cell: str = "") -> str:
        """Run a cell to its end; gives what it has printed. Raises CellFailed where it ends in an error."""
        self.printed = ""
        self.finish(self.start(code, cell))
        return self.printed

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

"""A JupyterLab of its own for the tests: own port, own settings, a copy of the course, and an end with the tests."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from helpers.places import REPOSITORY

SECONDS_TO_START = 60  # two on a quiet machine
SECONDS_TO_STOP = 30
LEFT_BEHIND = shutil.ignore_patterns("runs", "__pycache__", ".ipynb_checkpoints")

# The server hangs on a pipe to the tests. When they end, in whatever way, the pipe closes and the server is stopped,
# and with it its kernels. A signal handler would not do: tests may be killed, and workers of xdist get no signal.
LEASH = f"""
import subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
sys.stdin.read()
server.terminate()
try:
    server.wait({SECONDS_TO_STOP})
except subprocess.TimeoutExpired:
    server.kill()
"""

COMMAND = (
    "-m",
    "jupyterlab",
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.expose_app_in_browser=True",
)
# What would ask a new reader something, write the notebook back, or keep cells that are out of view out of the page.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}


class Lab:
    """A running JupyterLab whose root is a folder with a copy of `course`. `log` is the file that it writes to."""

    def __init__(self, folder: Path) -> None:
        """Start it in the empty `folder`. Raises RuntimeError with its log when it does not start."""
        self.token = secrets.token_hex(16)
        self.address = f"http://127.0.0.1:{free_port()}"
        self.kernel: str | None = None  # the one that chapters use, once there is one
        self.log = folder / "log.txt"
        self.root = folder / "root"
        shutil.copytree(REPOSITORY / "course", self.root / "course", ignore=LEFT_BEHIND)
        settings = folder / "config" / "labconfig" / "default_setting_overrides.json"
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
        own = [f"--port={self.address.rpartition(':')[2]}", f"--IdentityProvider.token={self.token}"]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", LEASH, sys.executable, *COMMAND, *own, f"--ServerApp.root_dir={self.root}"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | environment(folder),
                start_new_session=True,  # Ctrl-C is for the tests
            )
        self._wait_until_ready()

    def url(self, path: str) -> str:
        """The address of `path` on this server, with the token."""
        return f"{self.address}{path}{'&' if '?' in path else '?'}token={self.token}"

    def plant(self, name: str, cells: Sequence[str]) -> None:
        """Put a notebook of these code cells beside the chapters, to be opened as one of them."""
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.root / "course" / f"{name}.ipynb")

    def shut_kernels_down(self) -> None:
        """End every kernel."""
        with urllib.request.urlopen(self.url("/api/kernels")) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            request = urllib.request.Request(self.url(f"/api/kernels/{kernel['id']}"), method="DELETE")
            urllib.request.urlopen(request).close()
        self.kernel = None

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.stdin.close()
        self.process.wait(2 * SECONDS_TO_STOP)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url("/api/status"), timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"JupyterLab did not start: {self.log.read_text(encoding='utf-8')[-2000:]}")


def environment(folder: Path) -> dict[str, str]:
    """What makes JupyterLab write into `folder` only, take this environment's kernel, and import this gancore."""
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    folders = {name: str(folder / name.split("_", 1)[-1].removesuffix("_DIR").lower()) for name in own}
    return folders | {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": str(REPOSITORY)}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

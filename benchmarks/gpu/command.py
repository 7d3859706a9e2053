"""`python -m benchmarks gpu`: ask a device everything, print what it answers, and write it into one JSON."""

import argparse
import json
import math
import tempfile
import time
import traceback
from pathlib import Path

import torch

from benchmarks.gpu import correct, fast, good, whole  # noqa: F401  # each registers its checks
from benchmarks.gpu.sheet import CHECKS, Bench, Check, Sheet
from benchmarks.report import machine

LEAST_LEFT = 15.0  # seconds that a check gets, however long it takes


def main(arguments: list[str]) -> int:
    """0 where nothing is wrong, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks gpu", description=about(), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda", help="cuda, mps or cpu (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="a trial with a hundredth of the rounds: no figure counts")
    parser.add_argument("--budget", type=float, default=360.0, help="seconds for all checks together (%(default)s)")
    parser.add_argument("--only", default="", help="names of checks, with commas between")
    parser.add_argument("--out", type=Path, help="the JSON to write, after every check")
    options = parser.parse_args(arguments)
    names = [name for name in options.only.split(",") if name] or list(CHECKS)
    if unknown := [name for name in names if name not in CHECKS]:
        parser.error(f"there is no check {unknown[0]!r}; choose from {', '.join(CHECKS)}")
    with tempfile.TemporaryDirectory(prefix="gancore-gpu-") as folder:
        bench = Bench(torch.device(options.device), Path(folder), options.quick, options.budget)
        found: dict[str, dict] = {}
        for name in names:
            found[name] = asked(CHECKS[name], bench)
            print(f"{name}: {found[name]['status']}", *found[name].get("wrong", ()), sep="\n  ", flush=True)
            if options.out:
                options.out.write_text(json.dumps(plain(content(bench, found)), indent=1) + "\n")
    return int(any(each["status"] == "fail" for each in found.values()))


def about() -> str:
    """The checks in a line each."""
    lines = [f"  {name:26}{(each.run.__doc__ or '').splitlines()[0]}" for name, each in CHECKS.items()]
    return "Ask one GPU whether all is correct, fast and good there.\n\n" + "\n".join(lines)


def asked(one: Check, bench: Bench) -> dict:
    """The status of a check, pass, fail or skipped, with its figures or the reason."""
    if one.cuda and not bench.on_cuda:
        return {"status": "skipped", "why": "needs CUDA"}
    if bench.left() < min(one.seconds, LEAST_LEFT):
        return {"status": "skipped", "why": f"{bench.left():.0f} s are left, and it takes about {one.seconds:g}"}
    sheet, started = Sheet(), time.monotonic()
    try:
        one.run(bench, sheet)
    except Exception as error:  # one check that fails does not stop the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        words = " ".join(str(error).split())[:200]
        sheet.wrong.append(f"{type(error).__name__}: {words} ({Path(where.filename).name}:{where.lineno})")
    if bench.on_cuda:
        torch.cuda.empty_cache()
    status = "fail" if sheet.wrong else "pass"
    return {"status": status, "seconds": time.monotonic() - started, "wrong": sheet.wrong, "figures": sheet.figures}


def content(bench: Bench, found: dict[str, dict]) -> dict:
    """What the JSON holds."""
    counts = {
        status: sum(each["status"] == status for each in found.values()) for status in ("pass", "fail", "skipped")
    }
    where = {"device": str(bench.device), "quick": bench.quick, "machine": machine()}
    return {"benchmark": "gpu", **where, "counts": counts, "checks": found}


def plain(value: object) -> object:
    """`value` for JSON, floats in four digits."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else str(value)
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)

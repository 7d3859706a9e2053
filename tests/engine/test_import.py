"""Importing the package costs next to nothing beside torch."""

import json
import os
import subprocess
import sys

import pytest
from helpers.places import REPOSITORY

HEAVY = ("matplotlib", "ipywidgets", "IPython", "sklearn", "torchmetrics", "torchvision", "mlxtend", "scipy", "pandas")
COMPILER = "torch._dynamo"  # takes PyTorch more than a second, which imports it for an optimiser
MOST_SECONDS = 0.3  # that the package may add to `import torch`
PARTS = (
    "data",
    "training.trainer",
    "training.recipes",
    "training.recorders",
    "runs.folder",
    "cli.train",
    "cli.sample",
    "cli.evaluate",
    "cli.running",
    "pretrained",
    "metrics.classifier",
    "doctor",
)

PROGRAM = f"""
import json, sys, time
import torch
torch_alone = set(sys.modules)
started = time.process_time()
import gancore, {", ".join(f"gancore.{part}" for part in PARTS)}
seconds = time.process_time() - started
heavy = sorted(name for name in {HEAVY} if name in sys.modules and name not in torch_alone)
gancore.pretrained.load_pretrained("cmodern").sample(1)
print(json.dumps([seconds, heavy, "{COMPILER}" in sys.modules]))
"""


@pytest.fixture(scope="module")
def imports() -> list[tuple[float, list[str], bool]]:
    """Of new processes: the processor seconds that the package added to torch, what is heavy among its imports, and
    whether PyTorch's compiler is there once a shipped generator has drawn.

    There are three at most, since a busy machine can hold one up, and only one where that is quick enough.
    """
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    results = []
    while len(results) < 3 and not any(seconds <= MOST_SECONDS for seconds, _, _ in results):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        results.append(tuple(json.loads(done.stdout)))
    return results


def test_the_package_imports_nothing_heavier_than_torch(imports: list) -> None:
    assert all(heavy == [] for _, heavy, _ in imports)


def test_the_package_adds_little_to_the_time_of_importing_torch(imports: list) -> None:
    assert min(seconds for seconds, _, _ in imports) <= MOST_SECONDS


def test_a_shipped_generator_draws_without_the_compiler(imports: list) -> None:
    assert not any(compiler for _, _, compiler in imports)

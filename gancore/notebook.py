"""The line that sets a chapter up: versions, device, precision and seed, the same in every chapter."""

import ast
import inspect
import platform
import textwrap
from collections.abc import Callable

import torch

import gancore
from gancore.runtime import pick_device, pick_precision


def begin(seed: int) -> None:
    """Seed torch's global random numbers and print what the chapter runs on."""
    device = pick_device()
    torch.manual_seed(seed)
    print(
        f"gancore {gancore.__version__}, torch {torch.__version__}, Python {platform.python_version()}; "
        f"device {device}, precision {pick_precision('auto', device)}, "
        f"{torch.get_num_threads()} threads, seed {seed}"
    )


def source(*functions: Callable) -> None:
    """Show the source of functions or methods without their docstrings: what runs is what you read."""
    from IPython.display import Markdown, display

    text = "\n\n".join(_without_docstring(inspect.getsource(function)) for function in functions)
    display(Markdown(f"```python\n{text}\n```"))


def _without_docstring(text: str) -> str:
    tree = ast.parse(textwrap.dedent(text))
    definition = tree.body[0]
    lines = textwrap.dedent(text).rstrip().splitlines()
    if ast.get_docstring(definition) is not None:
        del lines[definition.body[0].lineno - 1 : definition.body[0].end_lineno]
    return "\n".join(lines)

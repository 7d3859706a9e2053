"""The line that sets a chapter up, the same in every chapter, and how a chapter shows source and tables."""

import ast
import inspect
import platform
import textwrap
from collections.abc import Callable, Sequence

import torch

import gancore
from gancore.system.device import pick_device, pick_precision
from gancore.tables import Row, as_html, as_text


def begin(seed: int) -> None:
    """Seed torch's global random numbers and print what the chapter runs on."""
    device = pick_device()
    torch.manual_seed(seed)
    threads = torch.get_num_threads()
    counted = "1 thread" if threads == 1 else f"{threads} threads"
    print(
        f"gancore {gancore.__version__}, torch {torch.__version__}, Python {platform.python_version()}; "
        f"device {device}, precision {pick_precision('auto', device)}, "
        f"{counted}, seed {seed}"
    )


def source(*functions: Callable) -> None:
    """Show the source of functions or methods without their docstrings: what runs is what you read."""
    from IPython.display import Markdown, display

    text = "\n\n".join(_without_docstring(inspect.getsource(function)) for function in functions)
    display(Markdown(f"```python\n{text}\n```"))


def table(rows: Sequence[Row], caption: str) -> None:
    """Show `rows` of text, the first of them headings, as a table under `caption`."""
    from IPython.display import display

    shown = {"text/html": as_html(rows, caption), "text/plain": f"{as_text(rows)}\n\n{caption}"}
    display(shown, raw=True)


def _without_docstring(text: str) -> str:
    tree = ast.parse(textwrap.dedent(text))
    definition = tree.body[0]
    lines = textwrap.dedent(text).rstrip().splitlines()
    if ast.get_docstring(definition) is not None:
        del lines[definition.body[0].lineno - 1 : definition.body[0].end_lineno]
    return "\n".join(lines)

"""How a command ends: with a result, or with a sentence that says what went wrong, and an exit code."""

import sys
import warnings
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, NoReturn

import click
import torch

from gancore.cli.app import app
from gancore.errors import GancoreError, GancoreWarning
from gancore.system.distributed import is_first_on_machine


def run(arguments: list[str] | None) -> NoReturn:
    """Run the command that `arguments` ask for, or else those of this process, and end the process."""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Windows lacks the letters of most names
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _worded(warnings.showwarning)
            warnings.simplefilter("default", GancoreWarning)  # whatever the filters of others are
            code = app.main(arguments, prog_name="gancore", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except GancoreError as error:
        _fail(str(error), 2)
    except torch.OutOfMemoryError as error:
        _fail(f"The GPU's memory is full; use --device cpu, or close what fills it. {str(error).splitlines()[0]}", 2)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "gancore":  # a defect of ours
            raise
        _fail(f"{error.name} is missing; what the course needs comes with pip install 'gancore[course]'.", 2)
    except OSError as error:
        _fail(f"{error.filename} cannot be used ({error.strerror})." if error.filename else str(error), 2)
    except click.Abort as error:
        _fail(str(error) or "Interrupted.", 130)
    sys.exit(code)


def _worded(show: Callable[..., None]) -> Callable[..., None]:
    """Shows our warnings as sentences for a person, and those of others by `show`."""

    def show_worded(message: Warning | str, category: type[Warning], *where: Any) -> None:
        if issubclass(category, GancoreWarning):
            click.echo(f"gancore: {message}", err=True)
        else:
            show(message, category, *where)

    return show_worded


def _fail(sentence: str, code: int) -> NoReturn:
    if is_first_on_machine():  # several processes that fail alike say so once
        click.echo(f"gancore: {' '.join(sentence.split())}", err=True)
    sys.exit(code)

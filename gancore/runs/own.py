"""Kinds that a reader defines in a file: run when a person names the file, and found again for the runs of it.

A run folder may come from anybody, and says which file defines its kind. That file is run without being named only
where this person has trained with it, as it is now: the hashes of such files are kept in the cache folder.
"""

import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from gancore.data.sources import cache_folder
from gancore.errors import GancoreError
from gancore.system.files import read_bytes
from gancore.training.kinds import KINDS, Recipe, is_ours


def run_file(path: Path) -> type[Recipe]:
    """Run the Python file at `path`, and give the kind that it defines.

    Raises GancoreError where it cannot be read, fails, or does not define one kind.
    """
    module = ModuleType(f"gancore_own_{path.stem}")
    module.__file__ = str(path.resolve())
    sys.modules[module.__name__] = module  # where dataclasses look for it
    before = set(KINDS.values())
    try:
        exec(compile(read_bytes(path), str(path), "exec"), vars(module))
    except GancoreError:
        raise
    except FileNotFoundError as error:
        raise GancoreError(f"There is no file {path}; name the one that defines your kind of game.") from error
    except Exception as error:  # a reader's own code may raise anything
        raise GancoreError(
            f"{path} cannot be run ({type(error).__name__}: {error}); mend it, and try again."
        ) from error
    kinds = [recipe for recipe in KINDS.values() if recipe.__module__ == module.__name__ and recipe not in before]
    if len(kinds) != 1:
        raise GancoreError(f"{path} defines {len(kinds)} kinds of recipes; it must define one, under @kind.")
    return kinds[0]


def file_of(recipe: type[Recipe]) -> str | None:
    """The file that defines a kind; None for those of this package, and for those that a notebook defines."""
    return None if is_ours(recipe) else getattr(sys.modules.get(recipe.__module__), "__file__", None)


def remember(file: str) -> None:
    """Note that this person trains with `file` as it is now."""
    with suppress(OSError, GancoreError):  # then the file has to be named again
        note = _note(Path(file))
        note.parent.mkdir(parents=True, exist_ok=True)
        note.touch()


def find_kind(name: str, file: str | None) -> type[Recipe]:
    """The kind called `name`. Its `file` is run where nothing has defined it yet, and this person has trained with it.

    Raises GancoreError with what to do where it is not found.
    """
    if name in KINDS:
        return KINDS[name]
    if file is None:
        raise GancoreError(f"no kind of recipes is called {name!r} here; run the code that defines it first.")
    if not Path(file).is_file():
        raise GancoreError(
            f"its kind {name!r} was defined in {file}, which is gone; name the file with --kind FILE, or in Python run "
            "it first: gancore.runs.own.run_file(Path(FILE))."
        )
    if not _note(Path(file)).exists():
        raise GancoreError(
            f"its kind {name!r} is defined in {file}, with which you have not trained as it is now; look at it, and "
            f"name it with --kind FILE, which runs it, or in Python by gancore.runs.own.run_file(Path(FILE))."
        )
    try:
        found = run_file(Path(file))
    except GancoreError as error:
        raise GancoreError(
            f"its kind {name!r} is defined in {file}, which was run again to find it: {error} If that file trains, put "
            'what trains under `if __name__ == "__main__":`.'
        ) from error
    if found.kind != name:
        raise GancoreError(f"its kind {name!r} is no longer defined in {file}, which now defines {found.kind!r}.")
    return found


def _note(path: Path) -> Path:
    return cache_folder() / "kinds" / sha256(read_bytes(path)).hexdigest()

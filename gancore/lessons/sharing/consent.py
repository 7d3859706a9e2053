"""A reader's consent to share verdicts and predictions, and the one file that then tells of them: `share`, `unshare`.

Nothing is shared before `share` was called. What a reader said yes to is kept in share.json, in this system's folder
for settings, or in what $GANCORE_SHARE names; so it holds for every notebook, and in the terminal.
"""

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gancore.errors import GancoreError
from gancore.system.files import write_atomically, write_text, writing

NAME = re.compile(r"\w(?:[\w .-]{0,38}\w)?")  # what any system takes as the name of a file
FOR_ALL = 0o644  # written by its reader, and read by whoever may look into the folder


@dataclass(frozen=True)
class Consent:
    """That a reader shares under `name`, in `folder`."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """The reader's own file."""
        return self.folder / f"{self.name}.json"


def share(folder: str | Path, name: str) -> None:
    """From now on, write what `check` says and what is foreseen to the file `name`.json in `folder`.

    `name` is of the reader's choosing, up to 40 letters, digits, spaces, dots and dashes. A call with another folder or
    name takes back what was shared before. Raises GancoreError where there is no such folder, where it cannot be
    written, or where somebody else has that name.
    """
    new, old = Consent(Path(folder).absolute(), name.strip()), consent()
    check_name(new.name)
    if new != old:
        claim(new)
        try:
            keep(new)
        except GancoreError:
            new.path.unlink()
            raise
        if old is not None:
            remove(old.path)
    print(told_of(new))


def unshare() -> None:
    """Share nothing any more, and remove the file with what was shared. Raises GancoreError where that cannot be."""
    old = consent()
    if old is None:
        print("Nothing is shared.")
        return
    with writing(settings()):
        settings().unlink()
    remove(old.path)
    print(f"Nothing is shared any more, and {old.path} is removed.")


def told_of(given: Consent | None) -> str:
    """What is shared, where it can be read, and how it ends."""
    if given is None:
        return "Nothing is shared."
    return (
        f"From now on, what `check` says of your exercises and what you foresee is written to {given.path}. Whoever "
        "may look into that folder can read it. `unshare()` in a notebook, or `gancore share --stop`, ends sharing and "
        "removes the file."
    )


def tell(part: str, number: str, entry: dict[str, Any] | None) -> str:
    """Where the reader shares, note `entry` of exercise or prediction `number`, or with None remove what was noted.

    `part` is "exercises" or "predictions". Gives a sentence where it cannot be written, or "".
    """
    given = consent()
    if given is None:
        return ""
    known = read_object(given.path)
    others = {key: value for key, value in part_of(known, part).items() if key != number}
    if entry is None and number not in part_of(known, part):
        return ""
    try:
        store(given.path, known | {part: others if entry is None else others | {number: entry}})
    except GancoreError as error:
        return f"{error} So it is not shared; all else goes on. `unshare()` ends sharing."
    return ""


def consent() -> Consent | None:
    """What the reader said yes to; None where that is nothing."""
    known = read_object(settings())
    folder, name = known.get("folder"), known.get("name")
    return Consent(Path(folder), name) if isinstance(folder, str) and isinstance(name, str) else None


def settings() -> Path:
    """Where the consent is kept. A user without a home has no such place, and keeps it for one folder."""
    from platformdirs import user_config_path

    named = os.environ.get("GANCORE_SHARE")
    if named:
        return Path(named)
    with suppress(RuntimeError):  # older versions of platformdirs give a folder called ~ instead
        folder = user_config_path("gancore")
        if folder.is_absolute():
            return folder / "share.json"
    return Path("share.json").absolute()


def check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise GancoreError(
            f"{name!r} cannot be a name here: choose 1 to 40 letters, digits, spaces, dots and dashes, "
            "with a letter or digit at both ends."
        )


def claim(new: Consent) -> None:
    """Take the name, as the first to do so."""
    if not new.folder.is_dir():
        raise GancoreError(f"There is no folder {new.folder}; ask who teaches which one to share with.")
    try:
        with writing(new.path), new.path.open("x", encoding="utf-8") as file:
            file.write("{}\n")
    except GancoreError as error:
        if isinstance(error.__cause__, FileExistsError):
            raise GancoreError(
                f"Somebody is called {new.name!r} in {new.folder} already; choose another name."
            ) from error
        raise


def keep(new: Consent) -> None:
    with writing(settings()):
        settings().parent.mkdir(parents=True, exist_ok=True)
    write_text(settings(), json.dumps({"folder": str(new.folder), "name": new.name}) + "\n")


def remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise GancoreError(
            f"Nothing more is written to {path}, and it cannot be removed ({error.strerror}); ask who teaches to do it."
        ) from error


def store(path: Path, told: dict[str, Any]) -> None:
    content = json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8", errors="backslashreplace")

    def write(temporary: Path) -> None:
        temporary.write_bytes(content)
        temporary.chmod(FOR_ALL)

    write_atomically(path, write)


def read_object(path: Path) -> dict[str, Any]:
    """The object in a file; nothing where there is no file, or it is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def part_of(told: dict[str, Any], part: str) -> dict[str, Any]:
    found = told.get(part)
    return found if isinstance(found, dict) else {}

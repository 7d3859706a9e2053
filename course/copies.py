"""The reader's own copies of the chapters, without outputs: `make lab` makes them.

    python course/copies.py       makes the copies that are missing in the folder `my`,
                                  and names chapters that are newer than a copy
    python course/copies.py 05    makes a fresh copy of chapter 05, and keeps the old
                                  one beside it

A copy belongs to its reader: nothing here ever writes over one. It remembers, in its
metadata, the version of the chapter that it was made from. The glossary, which chapters
link to, is the course's own page and is brought along anew.
"""

import json
import shutil
import sys
from pathlib import Path

from gancore.lessons.copies import as_text, copy_of, version_of

COURSE = Path(__file__).resolve().parent
MY = COURSE.parent / "my"
PAGE = "glossary.md"
WAY = (
    "`make fresh CHAPTER={0}` (or `python course/copies.py {0}`) brings the new one "
    "and keeps yours beside it."
)


def is_outdated(copy: Path, chapter: Path) -> bool:
    """Whether the chapter has changed since the copy was made."""
    try:
        mine = json.loads(copy.read_text(encoding="utf-8"))
    except ValueError:  # no notebook any more
        return True
    return version_of(mine) != version_of(copy_of(chapter))


def make_copies(course: Path, my: Path) -> list[Path]:
    """Make the copies that are missing in the folder `my`. Gives the chapters that are
    newer than a copy there."""
    shutil.copyfile(course / PAGE, my / PAGE)
    newer = []
    for chapter in sorted(course.glob("*.ipynb")):
        copy = my / chapter.name
        if not copy.exists():
            copy.write_text(as_text(copy_of(chapter)), encoding="utf-8")
        elif is_outdated(copy, chapter):
            newer.append(chapter)
    return newer


def make_fresh(chapter: Path, my: Path) -> Path | None:
    """Make a fresh copy of `chapter` in `my`. Gives the name under which the old one is
    kept, if there was one."""
    copy, kept = my / chapter.name, None
    if copy.exists():
        kept = free_name(copy)
        copy.rename(kept)
    copy.write_text(as_text(copy_of(chapter)), encoding="utf-8")
    return kept


def free_name(path: Path) -> Path:
    """The first of name-1, name-2, … that nothing is called."""
    number = 1
    while (name := path.with_stem(f"{path.stem}-{number}")).exists():
        number += 1
    return name


def main(numbers: list[str], course: Path = COURSE, my: Path = MY) -> int:
    """Make fresh copies of the chapters with these numbers, and what is missing;
    returns 1 where that failed."""
    chapters = [
        chapter
        for number in numbers
        for chapter in course.glob(f"{number.zfill(2)}_*.ipynb")
    ]
    if len(chapters) != len(numbers):
        print(
            f"There is no chapter {' '.join(numbers)}; write a number, such as 05.",
            file=sys.stderr,
        )
        return 1
    try:
        my.mkdir(exist_ok=True)
        for chapter in chapters:
            kept = make_fresh(chapter, my)
            yours = f"; yours is kept as {kept.name}" if kept else ""
            print(f"{chapter.name} is fresh{yours}.")
        newer = make_copies(course, my)
    except OSError as error:
        print(
            f"{my} cannot be written ({error.strerror}); "
            f"the chapters themselves are in {course}.",
            file=sys.stderr,
        )
        return 1
    for chapter in newer:
        print(f"{chapter.name} is newer than your copy. {WAY.format(chapter.name[:2])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

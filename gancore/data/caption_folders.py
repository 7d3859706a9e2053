"""A reader's own pictures with captions: a folder with pictures, and a captions.csv that says what is on each."""

import csv
from pathlib import Path
from typing import Any

import torch

from gancore.data.captions import CaptionData, Vocabulary, vocabulary_of, words_of
from gancore.data.decoding import open_upright
from gancore.data.images import ImageData
from gancore.data.pair_folders import as_pixels, square
from gancore.errors import GancoreError

TABLE = "captions.csv"
COLUMNS = ("file", "caption")
OFTEN = 2  # times that a word occurs, or it is kept as unknown
EVERY = 10  # one picture in so many is held out, and one at least
MOST_NAMED = 5  # words or files in a sentence


def load_caption_folder(folder: Path, side: int) -> CaptionData:
    """The pictures that `folder`/captions.csv names, cut to central squares of `side` × `side` pixels, with captions.

    The table has the columns `file` and `caption`; a picture with several captions has several rows. Every tenth
    picture is held out. `notes` say which words are kept as unknown because they occur once. Raises GancoreError naming
    a row without a caption or with one cut at a comma, a picture that is not there, a folder with fewer than two
    pictures, and a table in which no word occurs twice.
    """
    rows = _read(folder)
    files = list(dict.fromkeys(name for name, _ in rows))
    if len(files) < 2:
        raise GancoreError(
            f"{folder / TABLE} must name at least 2 pictures, to learn from one and hold one out; it names "
            f"{len(files)}."
        )
    captions = [caption for _, caption in rows]
    vocabulary = vocabulary_of(captions, OFTEN)
    if not vocabulary.words:
        raise GancoreError(
            f"No word of {folder / TABLE} occurs twice, and of one that occurs once nothing can be learnt; say alike "
            "what is alike."
        )
    pixels = as_pixels(square(open_upright(folder / name), side) for name in files)
    numbers = vocabulary.numbers(captions)
    places = torch.tensor([files.index(name) for name, _ in rows])
    held = places % EVERY == min(EVERY, len(files)) - 1

    def part(which: torch.Tensor) -> ImageData:
        about = _notes(captions, vocabulary, len(files))
        return ImageData(folder.resolve().name, pixels[places[which]], given=numbers[which], notes=about)

    return CaptionData(part(~held), part(held), vocabulary)


def _read(folder: Path) -> list[tuple[str, str]]:
    """The rows of the table: a file and a caption each."""
    path = folder / TABLE
    if not path.is_file():
        raise GancoreError(f"{folder} has no {TABLE}; write one with the columns file and caption, a row a caption.")
    try:
        with open(path, encoding="utf-8-sig", newline="") as handle:
            table = csv.DictReader(handle, skipinitialspace=True)
            table.fieldnames = [name.strip().lower() for name in table.fieldnames or ()]
            missing = [name for name in COLUMNS if name not in table.fieldnames]
            if missing:
                raise GancoreError(
                    f"{path} lacks the column {' and '.join(missing)}; its first line must be file,caption with a "
                    "comma between the two."
                )
            rows = [_row(path, table.line_num, row) for row in table if any(row.values())]
    except (UnicodeDecodeError, csv.Error) as error:
        raise GancoreError(f"{path} cannot be read ({error}); save it as CSV in UTF-8.") from error
    for line, name, caption in rows:
        if not words_of(caption):
            raise GancoreError(f"{path} has an empty caption in line {line}, for {name!r}; say what is on the picture.")
        if not (folder / name).is_file():
            raise GancoreError(f"{path} names {name!r} in line {line}, which is not there; add it, or remove the row.")
    return [(name, caption) for _, name, caption in rows]


def _row(path: Path, line: int, row: dict[Any, Any]) -> tuple[int, str, str]:
    """The line, file and caption of a row. Raises GancoreError where it has more columns than the first line."""
    if None in row:  # which is where csv puts them
        raise GancoreError(
            f"{path} has a comma too many in line {line}, for {row['file']!r}; put a caption with commas between "
            'quotation marks: "a hat, a smile".'
        )
    return line, row["file"] or "", row["caption"] or ""


def _notes(captions: list[str], vocabulary: Vocabulary, pictures: int) -> tuple[str, ...]:
    """What was decided about words."""
    notes = [f"{pictures:,} pictures, {len(vocabulary.words)} words that occur at least twice"]
    rare = vocabulary.unknown(captions)
    if rare:
        more = f" and {len(rare) - MOST_NAMED} more" if len(rare) > MOST_NAMED else ""
        notes.append(f"kept as unknown, since they occur once: {', '.join(rare[:MOST_NAMED])}{more}")
    return tuple(notes)

"""Classes by name on the command line: what `--labels` asks for, and how they are listed."""

import re
from collections.abc import Sequence

from gancore.errors import GancoreError

MOST_LABELS = 10_000  # that can be asked for in turn
MOST_NAMED = 12  # classes, in a line


def parse_labels(text: str, classes: Sequence[str] = ()) -> list[int]:
    """The places among `classes` of those that `text` names: "cats,dogs", "7", "3,1,4" or "0-9", in any mixture.

    A number means the class of that name, and its place only where no class is called by a number. Raises
    GancoreError for anything else.
    """
    places = {name: place for place, name in enumerate(classes)}
    numbers = {int(name): place for name, place in places.items() if re.fullmatch(r"[0-9]{1,9}", name)}
    labels: list[int] = []
    for part in [text] if text in places else text.split(","):
        name = part.strip()
        if name in places:
            labels.append(places[name])
            continue
        match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", name)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            known = f", or of {listed(classes)}" if classes else ""
            raise GancoreError(f"--labels {text!r} is not understood; write 7, or 3,1,4, or 0-9{known}.")
        if len(labels) + last - first >= MOST_LABELS:
            raise GancoreError(f"--labels names more than {MOST_LABELS:,} labels; give fewer.")
        for number in range(first, last + 1):
            place = numbers.get(number) if numbers else number
            if place is None or (classes and place >= len(classes)):
                raise GancoreError(f"There is no class {number}; ask for some of {listed(classes)}.")
            labels.append(place)
    return labels


def listed(names: Sequence[str]) -> str:
    """`names` in a line; of many the first few and the last."""
    shown = [*names[: MOST_NAMED - 1], "…", names[-1]] if len(names) > MOST_NAMED else names
    return ", ".join(" ".join(name.split()) for name in shown)

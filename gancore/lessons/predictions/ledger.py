"""What a reader foresaw and what came out, kept in a file beside the notebook: `predictions`, `guess`.

The file is predictions.json in the folder that the kernel runs in, or what $GANCORE_PREDICTIONS names. Where it cannot
be written, everything is remembered until the kernel stops.
"""

import html
import json
import os
from pathlib import Path
from typing import Any

from gancore.errors import GancoreError
from gancore.lessons.predictions.kinds import Answer, Prediction, find_prediction, predictions_of
from gancore.lessons.sharing.consent import read_object, tell
from gancore.lessons.teaching import chapter_of
from gancore.system.files import write_text

FILE = "predictions.json"

Entry = dict[str, Any]  # of one number: the question that was answered, the guess, and the outcome once it is there

_unwritten: dict[str, Entry] = {}  # what the file has not taken


def guess(number: str) -> Any:
    """What the reader foresaw, to draw into a figure: a text, a number, a list of texts, or points `(N, 2)`.

    None where nothing was entered. Raises GancoreError where there is no such prediction.
    """
    prediction = find_prediction(number)
    answer = guess_of(prediction)
    return None if answer is None else prediction.value(answer)


def predictions(chapter: str | int, reset: bool = False) -> None:
    """Show what the reader foresaw in `chapter`, such as "6", and what came out; with `reset`, forget it first."""
    from IPython.display import display

    number = chapter_of(str(chapter))
    if reset:
        forget(number)
    lines = lines_of(number)
    markup = "".join(f"<p>{'<br>'.join(map(html.escape, line))}</p>" for line in lines)
    display({"text/html": markup, "text/plain": "\n\n".join("\n".join(line) for line in lines)}, raw=True)


def lines_of(chapter: int) -> list[tuple[str, ...]]:
    """What is said of a chapter: how many of its predictions were entered and came true, then each question."""
    asked = predictions_of(chapter).values()
    entered = [prediction for prediction in asked if guess_of(prediction) is not None]
    if not entered:
        return [(f"Chapter {chapter:02d} asks for {len(asked)} predictions. You entered none.",)]
    known = [(each, outcome_of(each)) for each in entered]
    true = sum(each.is_foreseen(guess_of(each), outcome) for each, outcome in known if outcome is not None)
    surprises = sum(outcome is not None for _, outcome in known) - true
    heading = (
        f"Chapter {chapter:02d}: you entered {len(entered)} of {len(asked)} predictions. {true} came true, "
        f"{surprises} surprised you.",
        f'predictions("{chapter}", reset=True) forgets them.',
    )
    return [heading, *((f"{each.number} · {each.question}", said_of(each, outcome)) for each, outcome in known)]


def said_of(prediction: Prediction, outcome: Answer | None) -> str:
    foreseen = guess_of(prediction)
    if outcome is None:
        return f"You foresaw {prediction.in_words(foreseen)}; the cell that shows the outcome has not been run."
    return prediction.compare(foreseen, outcome)


def guess_of(prediction: Prediction) -> Answer | None:
    """The reader's answer; None where there is none, or where it was given to another wording of the question."""
    return part_of(prediction, "guess")


def outcome_of(prediction: Prediction) -> Answer | None:
    """What came out after the reader's answer; None as long as that is not known."""
    return part_of(prediction, "outcome")


def part_of(prediction: Prediction, part: str) -> Answer | None:
    entry = entries().get(prediction.number, {})
    if not isinstance(entry, dict) or entry.get("question") != prediction.question or entry.get(part) is None:
        return None
    try:
        return prediction.answer(entry[part])
    except (GancoreError, TypeError, ValueError):  # somebody has written into the file
        return None


def enter(prediction: Prediction, answer: Answer) -> str:
    """Keep the reader's answer in place of an earlier one. Gives a sentence where the file cannot be written, or ""."""
    return keep(prediction.number, {"question": prediction.question, "guess": answer})


def record(prediction: Prediction, outcome: Answer) -> str:
    """Keep what came out beside the reader's answer, which there must be. Gives a sentence as `enter` does."""
    entry = {"question": prediction.question, "guess": guess_of(prediction), "outcome": outcome}
    return keep(prediction.number, entry)


def forget(chapter: int) -> None:
    """Forget what was foreseen in `chapter`."""
    left = {number: entry for number, entry in entries().items() if number not in predictions_of(chapter)}
    _unwritten.clear()
    write(left)
    for number in predictions_of(chapter):
        tell("predictions", number, None)


def keep(number: str, entry: Entry) -> str:
    trouble = tell("predictions", number, entry)
    if entries().get(number) == entry:
        return trouble
    return " ".join(filter(None, (write(entries() | {number: entry}), trouble)))


def entries() -> dict[str, Entry]:
    """All that is remembered, by number."""
    return stored() | _unwritten


def stored() -> dict[str, Entry]:
    """What the file holds; nothing where it is not there or damaged."""
    return read_object(path())


def write(wanted: dict[str, Entry]) -> str:
    """Let the file hold `wanted`, or else remember it. Gives a sentence where it cannot be written, or ""."""
    try:
        write_text(path(), json.dumps(wanted, indent=1, ensure_ascii=False) + "\n")
    except GancoreError as error:
        _unwritten.update(wanted)
        return f"{error} Until then it is remembered as long as the kernel runs."
    _unwritten.clear()
    return ""


def path() -> Path:
    return Path(os.environ.get("GANCORE_PREDICTIONS") or FILE).absolute()

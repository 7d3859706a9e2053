"""The instructor's page of a room: a row a learner, a column an exercise, what was said, and what was foreseen."""

import html
from collections import Counter
from collections.abc import Iterator, Sequence

from gancore.lessons.grading.marking import Marks
from gancore.lessons.grading.reports import as_html, numbers_of
from gancore.lessons.judging import SIGNS, Standing
from gancore.lessons.predictions.kinds import Answer, Choice, Curve, Number, Order, Prediction, find_prediction
from gancore.lessons.sharing.room import Learner, marks_of
from gancore.lessons.teaching import find_exercise

EVERY = 30  # seconds after which an open page reads itself again
MOST_VALUES = 12  # of a scale that have a bar each; a longer scale is parted into as many as BARS
BARS = 10
LONGEST = 12  # letters that the longest bar is wide
SIDE = (300, 160)  # pixels of a plot of curves
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{every}"><title>{title}</title><style>
body {{ max-width: 60em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; color: #222; }}
table {{ border-collapse: collapse; }} th, td {{ padding: 0.1em 0.7em; text-align: center; }}
th:first-child {{ text-align: left; }}
thead {{ border-bottom: 2px solid #999; }} tr + tr {{ border-top: 1px solid #ddd; }}
.correct {{ background: #d9f0d3; }} .not-yet {{ background: #fee0b6; }}
.bar {{ display: inline-block; height: 0.9em; min-width: 1px; background: #4575b4; margin-right: 0.5em; }}
.bars td {{ text-align: left; }} .bars td:last-child {{ min-width: 16em; }} svg {{ background: #f6f6f6; }}
code {{ background: #e8e8e8; padding: 0 0.2em; }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


def page_of(learners: Sequence[Learner], notes: Sequence[str]) -> str:
    """The whole page, which an open browser reads again twice a minute."""
    marks = marks_of(list(learners))
    minutes = {each.name: each.minutes for each in learners}
    chapters = sorted({each.chapter for each in marks})
    parts = [f"<p>{html.escape(note)}</p>" for note in notes]
    if not learners:
        parts.append("<p>Nobody shares anything yet.</p>")
    for chapter in chapters:
        parts += table_of([each for each in marks if each.chapter == chapter], minutes)
    silent = [f"{each.name} ({each.minutes:.0f} min ago)" for each in learners if not each.verdicts]
    if silent:
        parts.append(f"<p>No exercise checked yet: {html.escape(', '.join(silent))}.</p>")
    numbers = sorted({number for each in learners for number in each.guesses}, key=lambda each: (int(each[:-1]), each))
    if numbers:
        parts.append("<h2>What the room foresaw</h2>")
    parts += [part for number in numbers for part in foreseen(find_prediction(number), learners)]
    title = f"The room: {len(learners)} {'learner' if len(learners) == 1 else 'learners'}"
    return PAGE.format(every=EVERY, title=title, body="\n".join(parts))


def table_of(marks: Sequence[Marks], minutes: dict[str, float]) -> Iterator[str]:
    """The standings of a chapter, and under it each sentence that was said of an answer, the most frequent first."""
    numbers = numbers_of(marks)
    heads = "".join(f'<th scope="col">{each}</th>' for each in ("", *numbers, "minutes ago"))
    rows = "".join(row_of(each, numbers, minutes[each.learner]) for each in marks)
    yield f"<h2>Chapter {marks[0].chapter:02d}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    for number in numbers:
        wrong = [each.verdicts[number] for each in marks if each.verdicts[number].status is Standing.NOT_YET]
        for said, count in Counter(verdict.message for verdict in wrong).most_common():
            title = html.escape(f"{number}, {find_exercise(number).title}")
            yield f"<p>{SIGNS[Standing.NOT_YET]} {count} × <b>{title}</b>: {as_html(said)}</p>"


def row_of(marks: Marks, numbers: Sequence[str], minutes: float) -> str:
    standings = [marks.verdicts[number].status for number in numbers]
    cells = "".join(f'<td class="{each.replace(" ", "-")}" title="{each}">{SIGNS[each]}</td>' for each in standings)
    return f'<tr><th scope="row">{html.escape(marks.learner)}</th>{cells}<td>{minutes:.0f}</td></tr>'


def foreseen(prediction: Prediction, learners: Sequence[Learner]) -> Iterator[str]:
    """A prediction: how many gave which answer; and, once it is opened, what came out and how many foresaw it."""
    number = prediction.number
    guesses = [each.guesses[number] for each in learners if number in each.guesses]
    yield f"<h3>{number} · {html.escape(prediction.question)}</h3><p>{len(guesses)} answered.</p>"
    yield curves(prediction, guesses) if isinstance(prediction, Curve) else bars(counts(prediction, guesses))
    known = [each for each in learners if number in each.guesses and number in each.outcomes]
    if known:
        found = Counter(prediction.in_words(each.outcomes[number]) for each in known).most_common(1)[0][0]
        true = sum(prediction.is_foreseen(each.guesses[number], each.outcomes[number]) for each in known)
        said = f"It is {found}. {true} of {len(known)} who have seen it foresaw it."
        yield f"<details><summary>What came out</summary><p>{html.escape(said)}</p></details>"


def counts(prediction: Prediction, guesses: Sequence[Answer]) -> list[tuple[str, int]]:
    """How often each answer was given."""
    match prediction:
        case Number():
            return on_a_scale(prediction, guesses)
        case Order():
            return Counter(map(prediction.in_words, guesses)).most_common()
        case Choice():  # or several of its options
            given = Counter(each for guess in guesses for each in (guess if isinstance(guess, list) else [guess]))
            return [(option, given[option]) for option in prediction.options]
    raise TypeError(f"{type(prediction).__name__} has no answers to count")


def on_a_scale(prediction: Number, guesses: Sequence[float]) -> list[tuple[str, int]]:
    """A bar for each value of a short scale; for a part of a long one, with its lower end."""
    steps = round((prediction.highest - prediction.lowest) / prediction.step)
    parts, width = (steps + 1, 1.0) if steps < MOST_VALUES else (BARS, steps / BARS)
    places = Counter(
        min(parts - 1, int((round((guess - prediction.lowest) / prediction.step)) / width)) for guess in guesses
    )
    ends = [prediction.lowest + place * width * prediction.step for place in range(parts + 1)]
    return [(label_of(prediction, ends[at], ends[at + 1], width), places[at]) for at in range(parts)]


def label_of(prediction: Number, low: float, high: float, width: float) -> str:
    return prediction.in_words(low) if width == 1 else f"{low:.4g} to {prediction.in_words(high)}"


def bars(counted: Sequence[tuple[str, int]]) -> str:
    most = max(count for _, count in counted) or 1
    rows = "".join(
        f'<tr><td>{html.escape(label)}</td><td><span class="bar" style="width: {LONGEST * count / most:.2f}em"></span>'
        f"{count}</td></tr>"
        for label, count in counted
    )
    return f'<table class="bars">{rows}</table>'


def curves(prediction: Curve, guesses: Sequence[list[list[float]]]) -> str:
    """All curves in one plot."""
    across, up, (width, height) = prediction.across, prediction.up, SIDE

    def at(x: float, y: float) -> str:
        right = (x - across.lowest) / (across.highest - across.lowest)
        return f"{width * right:.1f},{height * (up.highest - y) / (up.highest - up.lowest):.1f}"

    lines = "".join(
        f'<polyline fill="none" stroke="#4575b4" stroke-opacity="0.6" stroke-width="2" '
        f'points="{" ".join(at(*point) for point in guess)}"/>'
        for guess in guesses
    )
    said = html.escape("; ".join(prediction.answers_in_words()))
    return (
        f'<svg role="img" aria-label="{len(guesses)} curves" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{lines}</svg><p>{said}</p>'
    )

"""A film of training: one slider goes through the snapshots of one run or several, and a cursor through their curves.

It is a page by itself and needs no kernel: it moves while a cell trains, in a saved notebook, and in an exported one.
"""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from gancore.errors import GancoreError
from gancore.lessons.alt import described
from gancore.plots.contact_sheet import ACROSS, contact_sheet
from gancore.plots.readings import readings, share_of_width
from gancore.plots.style import bundle, markup, png, rendered
from gancore.plots.training import UNITS, Clock, film_strip, moment_of
from gancore.training.recorders import Snapshot

SCRIPT = (Path(__file__).parent / "film.js").read_text(encoding="utf-8")
STRIP_ROWS = 4  # latents in the picture that stands in for the film
STYLE = f"""<style>
.gancore-film h4 {{ margin: 0 0 0.5em; }}
.gancore-film label {{ display: flex; gap: 1em; align-items: center; max-width: 40em; }}
.gancore-film input {{ flex: 1; margin: 0; }}
.gancore-film [role=status] {{ min-height: 3em; padding: 0.4em 0; }}
.gancore-film .parts {{ display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start; }}
.gancore-film .run {{ flex: 1 1 11em; max-width: 20em; }}
.gancore-film .frame {{ position: relative; overflow: hidden; aspect-ratio: 1; }}
.gancore-film .frame img {{ position: absolute; width: {ACROSS}00%; max-width: none; image-rendering: pixelated;
    left: calc(-100% * var(--column)); top: calc(-100% * var(--row)); }}
.gancore-film .curves {{ flex: 3 1 32em; position: relative; max-width: 62em; }}
.gancore-film .curves img {{ width: 100%; display: block; }}
.gancore-film .cursor {{ position: absolute; width: 2px; margin-left: -1px; background: black; }}
</style>"""


@dataclass(frozen=True)
class Moment:
    """A place of the slider: its short `name`, what is to be read there, the frame's place on every contact sheet, and
    how far to the right the cursor of each pair of axes stands, in percent of the figure."""

    name: str
    words: str
    column: int
    row: int
    cursors: tuple[float, ...]


class Film:
    """Snapshots with a slider, beside `curves`, a figure over rounds or seconds, as `by` says.

    `runs` names one run or several, with as many snapshots each, taken at the same moments of that clock. `alt` says
    in words what is to be seen, or is the key of such a text, as for `show`. Where no script runs, the slider's contact
    sheets and curves are whole; where no HTML is shown, a strip of film over the curves stands in.
    Raises GancoreError for runs that have no snapshots, or not as many.
    """

    def __init__(
        self, title: str, runs: Mapping[str, Sequence[Snapshot]], curves: Figure, alt: str, by: Clock = "round"
    ) -> None:
        counts = {name: len(snapshots) for name, snapshots in runs.items()}
        if len(set(counts.values())) != 1 or 0 in counts.values():
            raise GancoreError(f"A film needs as many snapshots of each run, at least one; it got {counts}.")
        self.title, self.runs, self.curves, self.alt, self.by = title, runs, curves, described(alt), by
        self.picture = rendered(curves)  # and now every pair of axes has its place
        self.moments = [self._moment(*taken) for taken in enumerate(zip(*runs.values(), strict=True))]

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {**bundle(png(self.stand_in()), self.alt), "text/html": self.as_html()}

    def as_html(self) -> str:
        """The film as a page."""
        first = self.moments[0]
        facts = html.escape(json.dumps([asdict(moment) for moment in self.moments]))
        slider = (  # JupyterLab would take arrow keys for its own, and go to another cell
            f'<input data-lm-suppress-shortcuts="true" type="range" min="0" max="{len(self.moments) - 1}" value="0" '
            f'aria-valuetext="{first.name}" oninput="{html.escape(SCRIPT)}">'
        )
        sheets = "".join(self._run_html(name, snapshots) for name, snapshots in self.runs.items())
        cursors = "".join(map(cursor_html, self.curves.axes, first.cursors))
        return (
            f'{STYLE}<div class="gancore-film" role="group" aria-label="{html.escape(self.title)}" '
            f'data-moments="{facts}" style="--column: 0; --row: 0">'
            f"<h4>{html.escape(self.title)}</h4><label>{self.by}{slider}</label>"
            f'<div role="status">{html.escape(first.words)}</div><div class="parts">{sheets}'
            f'<div class="curves">{markup(png(self.picture), self.alt)}{cursors}</div></div></div>'
        )

    def stand_in(self) -> Image.Image:
        """A strip of film over the curves."""
        rows = max(1, STRIP_ROWS // len(self.runs))
        taken = [
            Snapshot(each[0].round, each[0].seconds, torch.cat([snapshot.images[:rows] for snapshot in each]))
            for each in zip(*self.runs.values(), strict=True)
        ]
        names = tuple(self.runs) if len(self.runs) > 1 else ()
        strip = rendered(film_strip(taken, rows * len(self.runs), by=self.by, names=names))
        both = Image.new("RGB", (max(strip.width, self.picture.width), strip.height + self.picture.height), "white")
        both.paste(strip, (0, 0))
        both.paste(self.picture, (0, strip.height))
        return both

    def _moment(self, place: int, taken: Sequence[Snapshot]) -> Moment:
        first = taken[0]
        at = first.round if self.by == "round" else first.seconds
        where = "; ".join(
            f"{name}: round {snapshot.round:,}, {snapshot.seconds:.1f} s"
            for name, snapshot in zip(self.runs, taken, strict=True)
        )
        row, column = divmod(place, ACROSS)
        cursors = tuple(round(100 * share_of_width(axes, at), 2) for axes in self.curves.axes)
        words = ". ".join([where, *readings(self.curves, at)]) + "."
        return Moment(f"{moment_of(first, self.by)} {UNITS[self.by]}", words, column, row, cursors)

    def _run_html(self, name: str, snapshots: Sequence[Snapshot]) -> str:
        said = f"{name}: the same {len(snapshots[0].images)} latents at {len(snapshots)} moments, in rows of {ACROSS}."
        sheet = markup(png(contact_sheet(snapshots)), said)
        return f'<div class="run"><div>{html.escape(name)}</div><div class="frame">{sheet}</div></div>'


def cursor_html(axes: Axes, left: float) -> str:
    """The cursor of a pair of axes, as high as they are."""
    box = axes.get_position()
    place = f"left: {left}%; top: {100 * (1 - box.y1):.2f}%; height: {100 * box.height:.2f}%"
    return f'<span class="cursor" style="{place}"></span>'

"""Every generator of the course in one table: what it costs, and what it scores."""

from dataclasses import dataclass

import torch

from gancore.data.images import ImageData
from gancore.generative import GenerativeModel
from gancore.lessons.trial import DRAWN, fit_and_draw, timed
from gancore.metrics.classifier import load_extractor
from gancore.metrics.report import Report, report
from gancore.pretrained import Pretrained
from gancore.tables import as_html, as_text

REAL = "real digits"
SHIPPED = "*"  # behind the seconds of a generator that was trained beforehand
NOTHING = "–"
SCORES = {  # columns of the table: the heading of each, and how a value is written
    "FID": ("FID", "{:.1f}"),
    "KID": ("KID", "{:z.2f}"),
    "inception score": ("inception score", "{:.1f}"),
    "precision": ("precision", "{:.2f}"),
    "recall": ("recall", "{:.2f}"),
    "smallest class": ("smallest class", "{:.0%}"),
    "class fidelity": ("read as asked", "{:.0%}"),
    "novelty": ("novelty", "{:.2f}"),
    "near copies": ("near copies", "{:.1%}"),
}
HEADINGS = ("model", "fit (s)", f"draw {DRAWN:,} (s)", *(heading for heading, _ in SCORES.values()))


@dataclass(frozen=True)
class Grade:
    """What was measured of one generator: the seconds to fit it and to draw 1,000 images, and every score of those.

    `shipped` says that it was trained beforehand; its seconds to fit are then those of its card.
    """

    fit_seconds: float
    draw_seconds: float
    shipped: bool
    report: Report

    def __getitem__(self, name: str) -> float:
        """The value of the score called `name`, such as "FID"."""
        return self.report[name].value


class Grades:
    """The grades of generators of `digits`, their training images; shows itself as a table.

    Real digits are in its last row: what half of them score against another half.
    """

    def __init__(self, digits: ImageData) -> None:
        self.digits = digits
        self.extractor = load_extractor("digits")
        self.grades: dict[str, Grade] = {}

    def __getitem__(self, name: str) -> Grade:
        """The grade of the generator called `name`."""
        return self.grades[name]

    def admit(self, name: str, model: GenerativeModel) -> None:
        """Fit `model` to the digits and their labels, and grade it as `name`."""
        trial = fit_and_draw(model, self.digits)
        scores = report(trial.samples, self.digits, self.extractor, trial.labels, name=name)
        self.grades[name] = Grade(trial.fit_seconds, trial.draw_seconds, False, scores)

    def admit_shipped(self, name: str, generator: Pretrained) -> None:
        """Grade `generator`, which was trained beforehand on the digits, as `name`."""
        labels = torch.arange(DRAWN) % generator.classes if generator.classes else None
        samples, seconds = timed(lambda: generator.sample(DRAWN, labels))
        scores = report(samples, self.digits, self.extractor, labels, name=name)
        self.grades[name] = Grade(generator.card["seconds"], seconds, True, scores)

    def rows(self) -> list[tuple[str, ...]]:
        """The table: headings, a row for each generator, and the last for real digits."""
        rows = [HEADINGS]
        for name, grade in self.grades.items():
            values = {score.name: score.value for score in grade.report.scores}
            fit = f"{grade.fit_seconds:,.0f}{SHIPPED}" if grade.shipped else f"{grade.fit_seconds:.1f}"
            rows.append((name, fit, f"{grade.draw_seconds:.2f}", *in_words(values)))
        floors = {score.name: score.floor for grade in self.grades.values() for score in grade.report.scores}
        return [*rows, (REAL, NOTHING, NOTHING, *in_words(floors))]

    def caption(self) -> str:
        """What the table is about, and what its numbers were taken from."""
        return (
            f"{DRAWN:,} samples of each generator against {DRAWN:,} of the digits that it was trained on, as the "
            f"{self.extractor} sees them. Low is good for FID, KID and near copies; novelty should be about 1. "
            f"{SHIPPED} Trained beforehand: the seconds of its card."
        )

    def __repr__(self) -> str:
        return f"{as_text(self.rows())}\n\n{self.caption()}"

    def _repr_html_(self) -> str:
        return as_html(self.rows(), self.caption())


def in_words(values: dict[str, float]) -> tuple[str, ...]:
    """The scores that `values` has, in the order of the table; a dash for each that it lacks."""
    return tuple(form.format(values[name]) if name in values else NOTHING for name, (_, form) in SCORES.items())

"""The zoo's book: models fitted to the same digits, what each costs, what it scores and what it draws."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gancore.data.images import ImageData, to_float
from gancore.errors import GancoreError
from gancore.generative import GenerativeModel
from gancore.lessons.trial import DRAWN, fit_and_draw
from gancore.metrics import class_fidelity, frechet_distance
from gancore.metrics.classifier import load_extractor
from gancore.tables import as_text

REAL = "unseen digits"  # the name under which real images stand in the table
SHOWN = 10  # images of a model that are looked at
HEADINGS = ("model", "fit", f"draw {DRAWN:,}", "FID", "read as asked")


@dataclass(frozen=True)
class Scores:
    """What was measured once, when a model came in: the seconds to fit it and to draw 1,000 images, and two qualities.

    `fid` is the Fréchet distance from the training images (Heusel et al., 2017) in the features of the digit
    classifier, lower is better; `fidelity` the share, 0..1, of images that it reads as the class asked for. Real
    images have no seconds.
    """

    fid: float
    fidelity: float
    fit_seconds: float | None = None
    draw_seconds: float | None = None

    def cells(self) -> tuple[str, str, str, str]:
        """The seconds and the qualities in words, in the order of the table."""
        fit = "–" if self.fit_seconds is None else f"{self.fit_seconds:.1f} s"
        draw = "–" if self.draw_seconds is None else f"{self.draw_seconds:.2f} s"
        return fit, draw, f"{self.fid:.1f}", f"{self.fidelity:.0%}"

    def __repr__(self) -> str:
        return ", ".join(f"{name}: {cell}" for name, cell in zip(HEADINGS[1:], self.cells(), strict=True))


class Zoo:
    """Models of digits, fitted to `training`, and their scores.

    All scores are taken once, when a model is admitted, on 1,000 images. Those of `unseen`, real digits that no model
    has learned from, say what is worth reaching. Prints itself as a table.
    """

    def __init__(self, training: ImageData, unseen: ImageData) -> None:
        self.training = training
        self.classes = range(len(training.classes))
        self.reader = load_extractor("digits")
        self.reference = self.reader.features(to_float(training.images))
        self.models: dict[str, GenerativeModel] = {}
        self.scores = {REAL: Scores(*self._qualities(to_float(unseen.images), unseen.labels))}

    def admit(self, name: str, model: GenerativeModel) -> Scores:
        """Fit `model` to the training images and their labels, score it, and keep it as `name`."""
        trial = fit_and_draw(model, self.training)
        self.models[name] = model
        qualities = self._qualities(trial.samples, trial.labels)
        self.scores[name] = Scores(*qualities, trial.fit_seconds, trial.draw_seconds)
        return self.scores[name]

    def asked(self, label: int | None) -> Tensor:
        """What `SHOWN` images are asked for, `(10,)`: class `label`, or each class in turn where that is None."""
        return torch.arange(SHOWN) % len(self.classes) if label is None else torch.full((SHOWN,), label)

    def drawn(self, name: str, label: int | None = None, seed: int = 0) -> Tensor:
        """What the model `name` draws when it is so asked, `(10, 1, 28, 28)`; the same for the same seed.

        Raises GancoreError for a model that has not been admitted.
        """
        if name not in self.models:
            known = ", ".join(self.models) or "nobody yet"
            raise GancoreError(f"There is no {name!r} in this zoo; in it are: {known}.")
        model = self.models[name]
        if label is not None:
            return model.sample(SHOWN, label, seed=seed)
        return torch.cat([model.sample(1, label=int(each), seed=seed) for each in self.asked(None)])

    def read(self, images: Tensor, label: int | None = None) -> int:
        """How many of `images` the classifier reads as what `asked` says."""
        return int((self.reader.logits(images).argmax(1) == self.asked(label)).sum())

    def rows(self) -> list[tuple[str, ...]]:
        """The table: headings, a row for each model, and the last for real digits."""
        return [HEADINGS, *((name, *self.scores[name].cells()) for name in (*self.models, REAL))]

    def __str__(self) -> str:
        return as_text(self.rows())

    def _qualities(self, images: Tensor, labels: Tensor) -> tuple[float, float]:
        features = self.reader.features(images)
        return frechet_distance(features, self.reference), class_fidelity(self.reader.classify(features), labels)

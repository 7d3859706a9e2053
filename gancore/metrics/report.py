"""The report: every score of a set of samples, beside what real images themselves would score."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from gancore.data.images import ImageData, to_float
from gancore.errors import GancoreError
from gancore.metrics.classes import class_fidelity, class_shares
from gancore.metrics.classifier import FEATURES, Extractor
from gancore.metrics.distances import frechet_distance, inception_score, kernel_distance
from gancore.metrics.neighbours import COPY_QUANTILE, density_and_coverage, novelty, precision_and_recall
from gancore.tables import as_text

UNDERSTOOD = 0.5  # share of real images that an extractor has to read rightly to say anything of classes
SURE = 0.95  # how sure it is in the mean of images like its own: of digits 0.995, mirrored 0.86, of clothes 0.77
ALIKE = 0.9  # share of real images in one class: of faces, brains and noise it is as sure as of digits, and all are one

# Which way from the floor is better, and who defined the score.
ABOUT = {
    "FID": ("lower", "Heusel et al. (2017)"),
    "KID": ("lower", "Bińkowski et al. (2018)"),
    "precision": ("higher", "Kynkäänniemi et al. (2019)"),
    "recall": ("higher", "Kynkäänniemi et al. (2019)"),
    "density": ("higher", "Naeem et al. (2020)"),
    "coverage": ("higher", "Naeem et al. (2020)"),
    "inception score": ("higher", "Salimans et al. (2016)"),
    "smallest class": ("as floor", "compare Santurkar et al. (2018)"),
    "largest class": ("as floor", "compare Santurkar et al. (2018)"),
    "class fidelity": ("higher", "Shmelkov et al. (2018)"),
    "novelty": ("as floor", "compare Meehan et al. (2020)"),
    "near copies": ("lower", "compare Meehan et al. (2020)"),
}


@dataclass(frozen=True)
class Score:
    """One score. `floor` is what real images score in place of the samples, `better` which way is better.

    `source` is the paper that defines it, `samples` the number of generated images it was taken from, and
    `real` the number of real images they were compared with (0 where there is no comparison).
    """

    name: str
    value: float
    floor: float
    better: str
    source: str
    samples: int
    real: int


@dataclass(frozen=True)
class Report:
    """Scores of the samples called `name` against the real images called `data`. Prints itself as a table.

    `data_sha256` is the hash of these images and their labels. `extractor` describes the classifier and `fingerprint`
    its weights, without which no score means anything; `device` is where it ran. `shares` holds the share of samples
    that it takes for each class. `beware` says why no score may mean much, where that is so.
    """

    name: str
    data: str
    data_sha256: str
    extractor: str
    fingerprint: str
    device: str
    seed: int
    scores: tuple[Score, ...]
    shares: tuple[float, ...]
    beware: str = ""

    def __getitem__(self, name: str) -> Score:
        """The score called `name`, such as "FID"."""
        for score in self.scores:
            if score.name == name:
                return score
        known = ", ".join(score.name for score in self.scores)
        raise GancoreError(f"The report has no score {name!r}; it has {known}.")

    def __str__(self) -> str:
        rows = [("score", "value", "floor", "better", "samples", "real", "source")]
        for s in self.scores:
            counts = (f"{s.samples:,}", f"{s.real:,}" if s.real else "-")
            rows.append((s.name, f"{s.value:.4f}", f"{s.floor:.4f}", s.better, *counts, s.source))
        title = f"{self.name} against {self.data} · {self.extractor} · {self.device} · seed {self.seed}"
        return "\n".join(part for part in (title, as_text(rows, numbers=(1, 2, 4, 5)), self.beware) if part)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return asdict(self)


def compare(*reports: Report) -> str:
    """A table of the values of several reports, a column each, beside the first one's floor.

    Raises GancoreError unless all of them have the same extractor, real images, scores and counts: a score
    changes with each of these.
    """
    first = reports[0]
    for other in reports[1:]:
        if other.fingerprint != first.fingerprint:
            raise GancoreError(
                f"{first.name} was scored with the {first.extractor}, {other.name} with the {other.extractor}, "
                "so their scores cannot be compared; score both with one extractor."
            )
        if other.data_sha256 != first.data_sha256 or _counts(other) != _counts(first):
            data = ", ".join(f"{each.data} {each.data_sha256[:8]}" for each in (first, other))
            raise GancoreError(
                f"{first.name} and {other.name} differ in their data ({data}), scores or "
                "counts of images, so they cannot be compared; score both in the same way."
            )
    rows = [("score", *(r.name for r in reports), "floor", "better")]
    for index, score in enumerate(first.scores):
        values = (f"{r.scores[index].value:.4f}" for r in reports)
        rows.append((score.name, *values, f"{score.floor:.4f}", score.better))
    return f"{first.extractor}\n{as_text(rows, numbers=range(1, len(reports) + 2))}"


def _counts(report: Report) -> list[tuple[str, int, int]]:
    return [(score.name, score.samples, score.real) for score in report.scores]


def report(
    samples: Tensor,
    real: ImageData,
    extractor: Extractor,
    labels: Tensor | None = None,
    seed: int = 0,
    name: str = "samples",
) -> Report:
    """Score float `samples` `(N, C, H, W)` in [-1, 1] against `real`, what their generator was trained on.

    `labels`, int64 `(N,)`, are the classes that were asked for; without them there is no class fidelity.

    FID, KID, precision, recall, density and coverage compare two sets, and most of them depend on how large
    these are. So two disjoint parts are drawn from `real`, each as large as the smaller of N and half of
    `real`; as many samples are drawn and compared with one part, and the floor compares the other part with
    that same one. On the digits, with halves of 2,500, the floor of FID lies between 0.1 and 0.3 as the seed
    decides. The inception score and the classes' shares take all samples, and their floor both parts.
    Class fidelity has the extractor's accuracy for a floor, on held-out images or on both parts, whichever is lower.
    Novelty compares all samples with all of `real`; its floors, 1 and 0.01, are what its definition gives real images.

    The same seed and thread count give the same report. Raises GancoreError, saying what would work, for
    images that do not fit the extractor, have another range, or are too few or too alike to have a
    covariance, and for class fidelity where the extractor misreads most real images.
    """
    _check_counts(samples, real)
    sample_features = extractor.features(samples)
    logits = extractor.classify(sample_features)
    fidelity = {} if labels is None else {"class fidelity": class_fidelity(logits, labels)}
    samples = samples.detach().to("cpu", torch.float32)
    real = real.to("cpu")
    _check_variety(samples, name)
    _check_variety(real.images, real.name)

    rng = torch.Generator().manual_seed(seed)
    count = min(len(samples), len(real) // 2)
    drawn = sample_features[torch.randperm(len(samples), generator=rng)[:count]]
    parts = torch.randperm(len(real), generator=rng)[: 2 * count]
    reference, floors, beware = _real_scores(real.subset(parts), extractor, seed)
    if fidelity and floors["class fidelity"] < UNDERSTOOD:
        raise GancoreError(
            f"The {extractor} takes {floors['class fidelity']:.0%} of the real images of {real.name} for what their "
            "labels say, too few to tell of any sample whether it is what was asked for; train an extractor for these "
            "with gancore features --data FOLDER --out FILE."
        )

    everything = len(samples)
    new = novelty(samples, real.images, seed)
    scores = (
        *_beside(_set_scores(drawn, reference, seed), floors, count, count),
        *_beside(_class_scores(logits), floors, everything, 0),
        *_beside(fidelity, floors, everything, 0),
        *_beside(
            {"novelty": new.ratio, "near copies": new.copies},
            {"novelty": 1.0, "near copies": COPY_QUANTILE},
            everything,
            len(real),
        ),
    )
    shares = tuple(class_shares(logits).tolist())
    device = str(extractor.device)
    about = (name, real.name, real.sha256, str(extractor), extractor.fingerprint, device, seed)
    return Report(*about, scores, shares, beware)


_latest: dict[tuple, tuple[Tensor, dict[str, float], str]] = {}  # what _real_scores found last


def _real_scores(real: ImageData, extractor: Extractor, seed: int) -> tuple[Tensor, dict[str, float], str]:
    """Features of the first half of the `real` images, to compare with, what the other half scores, and `_doubts`.

    Reports that follow each other mostly have the same ones: these are scored once, which saves half of a report.
    """
    key = (
        real.name,
        real.sha256,
        real.images.shape,
        extractor.fingerprint,
        extractor.device,
        seed,
        torch.get_num_threads(),
    )
    if key not in _latest:
        features = extractor.features(to_float(real.images))
        logits = extractor.classify(features)
        reference, other = features.chunk(2)
        read = 1.0 if real.labels is None else float((logits.argmax(1) == real.labels).double().mean())
        floors = _set_scores(other, reference, seed) | _class_scores(logits)
        _latest.clear()
        fidelity = {"class fidelity": min(extractor.accuracy, read)}
        _latest[key] = reference, floors | fidelity, _doubts(real.name, logits, read, extractor)
    return _latest[key]


def _doubts(name: str, logits: Tensor, read: float, extractor: Extractor) -> str:
    """Why scores in the features of `extractor` say little of images like those of `name`, or nothing.

    It has to read them as their labels say, if they have any, to be as sure of them as it is of its own, and not to
    take nearly all of them for the same.
    """
    sure = float(logits.softmax(1).amax(1).mean())
    alike = float(class_shares(logits).max())
    if sure < SURE:
        why = f"is {sure:.0%} sure of the real images of {name}"
    elif read < UNDERSTOOD:
        why = f"reads {read:.0%} of the real images of {name} rightly"
    elif alike > ALIKE:
        why = f"takes {alike:.0%} of the real images of {name} for one class"
    else:
        return ""
    return (
        f"Beware: the {extractor.data} classifier {why}, so its features may not tell them apart. "
        "Train an extractor for them with gancore features, and name it with --extractor."
    )


def _beside(values: dict[str, float], floors: dict[str, float], samples: int, real: int) -> list[Score]:
    """A score for each of `values`, with the floor of the same name beside it."""
    return [Score(name, value, floors[name], *ABOUT[name], samples, real) for name, value in values.items()]


def _set_scores(features: Tensor, reference: Tensor, seed: int) -> dict[str, float]:
    precision, recall = precision_and_recall(reference, features)
    density, coverage = density_and_coverage(reference, features)
    return {
        "FID": frechet_distance(features, reference),
        "KID": kernel_distance(features, reference, seed),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
    }


def _class_scores(logits: Tensor) -> dict[str, float]:
    shares = class_shares(logits)
    return {
        "inception score": inception_score(logits),
        "smallest class": float(shares.min()),
        "largest class": float(shares.max()),
    }


def _check_counts(samples: Tensor, real: ImageData) -> None:
    fewest = FEATURES + 1
    why = f"a covariance of {FEATURES} features needs {fewest} images"
    if len(samples) < fewest:
        raise GancoreError(f"{len(samples)} samples are too few, since {why}; draw at least {fewest}.")
    if len(real) < 2 * fewest:
        raise GancoreError(
            f"{real.name} has {len(real)} images, too few: {why}, and the floor compares two halves; "
            f"give at least {2 * fewest}."
        )


def _check_variety(images: Tensor, name: str) -> None:
    """Raise GancoreError where no image shows anything, or all of them show the same."""
    pixels = images.flatten(1)
    if bool((pixels == pixels[:, :1]).all()):
        raise GancoreError(
            f"Each of the {len(images)} images of {name} is a single colour; look at them, or train longer."
        )
    if bool((pixels == pixels[:1]).all()):
        raise GancoreError(
            f"All {len(images)} images of {name} are the same, which leaves no covariance; "
            "draw a latent for each, or look for mode collapse."
        )

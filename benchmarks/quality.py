"""Time to quality: what two judges say of each recipe while it trains, as it grows older by the clock."""

from math import inf
from statistics import median

import torch
from matplotlib.figure import Figure

from benchmarks.judges import Judge, train_judges
from benchmarks.report import Result, plain_ticks
from gancore.data import load, to_float
from gancore.plots import BLUE, GREEN, GREY, ORANGE, figure
from gancore.tables import as_text
from gancore.training.recipes import RECIPES
from gancore.training.trainer import Trainer

Curve = list[dict[str, float]]  # at each look: seconds and rounds of training, and FID by each judge
Scores = dict[str, dict[str, float]]  # by judge and by name of the score

NAMES = ("ungrouped", "modern", "cmodern")
SEEDS = (0, 1, 2)
LOOKS = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)  # seconds
LONG = (*LOOKS, 120.0, 300.0, 600.0)
TOLD = (10.0, 60.0, 600.0)  # seconds at which all scores are taken, not FID alone
MARKS = (20, 10, 5, 2)
SAMPLES = 5000
STYLES = dict(zip(NAMES, ((BLUE, "-"), (GREEN, "-."), (ORANGE, ":")), strict=True))


def run(quick: bool) -> Result:
    return follow("quality", NAMES, LOOKS, quick)


def run_long(quick: bool) -> Result:
    return follow("quality-long", ("modern", "cmodern"), LONG, quick)


def follow(title: str, names: tuple[str, ...], looks: tuple[float, ...], quick: bool) -> Result:
    seeds = SEEDS[:1] if quick else SEEDS
    judges = train_judges(load(), **({"epochs": 1} if quick else {}))
    curves, scores = measure(names, seeds, looks[:1] if quick else looks, looks[:1] if quick else TOLD, judges)
    minutes = {
        name: {
            f"{who} {mark}": median(seconds_until(mark, curve, who) for curve in curves[name]) / 60
            for who in judges
            for mark in MARKS
        }
        for name in names
    }
    until = [("minutes until FID by", *next(iter(minutes.values())))]
    until += [(name, *map(in_words, each.values())) for name, each in minutes.items()]
    real = {who: judge.scores(half_of_the_digits(), None) for who, judge in judges.items()}
    text = (
        f"Medians of {len(seeds)} seeds; {SAMPLES:,} samples against the 5,000 digits.\n{as_text(until)}\n\n"
        + "\n\n".join(f"after {at:g} s\n{as_text(told(each, real))}" for at, each in scores.items())
    )
    words = {name: {mark: in_words(each[mark]) for mark in each} for name, each in minutes.items()}
    data = {"curves": curves, "minutes_until": words, "scores": scores, "half_of_the_digits": real}
    return Result(title, text, data, draw(curves))


def measure(
    names: tuple[str, ...],
    seeds: tuple[int, ...],
    looks: tuple[float, ...],
    told_at: tuple[float, ...],
    judges: dict[str, Judge],
) -> tuple[dict[str, list[Curve]], dict[float, dict[str, list[Scores]]]]:
    """A curve, and all scores at `told_at`, for each seed of each recipe. All train in turns, so that whatever slows
    the machine for a while slows all; judging is no part of a trainer's seconds."""
    data = load()
    trainers = {name: [RECIPES[name].trainer(data, seed=seed, device="cpu") for seed in seeds] for name in names}
    curves: dict[str, list[Curve]] = {name: [[] for _ in seeds] for name in names}
    scores: dict[float, dict[str, list[Scores]]] = {}
    for due in looks:
        for name in names:
            for trainer, curve in zip(trainers[name], curves[name], strict=True):
                trainer.run(seconds=max(0.0, due - trainer.seconds))
                samples, labels = draw_samples(trainer, name)
                if due in told_at:
                    each = {who: judge.scores(samples, labels) for who, judge in judges.items()}
                    scores.setdefault(due, {}).setdefault(name, []).append(each)
                    fids = {who: own["FID"] for who, own in each.items()}
                else:
                    fids = {who: judge.fid(samples) for who, judge in judges.items()}
                curve.append({"seconds": trainer.seconds, "rounds": trainer.round, **fids})
    return curves, scores


def draw_samples(trainer: Trainer, name: str) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Samples of the moving average, and the labels that were asked for; as many of each class, where there are any."""
    labels = torch.arange(SAMPLES) % 10 if RECIPES[name].conditional else None
    return trainer.sample(SAMPLES, labels), labels


def half_of_the_digits() -> torch.Tensor:
    """What real images score that are among those they are compared with: better than any samples can."""
    data = load()
    return to_float(
        data.images[torch.randperm(len(data), generator=torch.Generator().manual_seed(0))[: len(data) // 2]]
    )


def seconds_until(mark: float, curve: Curve, who: str) -> float:
    """The first time at which FID by judge `who` was seen at or below `mark`; infinite where it never was."""
    return next((look["seconds"] for look in curve if look[who] <= mark), inf)


def in_words(minutes: float) -> str:
    return "not reached" if minutes == inf else f"{minutes:.2f}"


def told(each: dict[str, list[Scores]], real: Scores) -> list[tuple[str, ...]]:
    """Rows of a table: both judges' medians over the seeds, "A, B"."""
    columns = ("FID", "inception score", "precision", "recall", "smallest class", "largest class", "class fidelity")
    rows = [("A, B", *columns)]
    for name, runs in [*each.items(), ("half of the digits", [real])]:
        medians = [
            ", ".join(f"{median(scores[who][column] for scores in runs):.3g}" for who in real if column in runs[0][who])
            for column in columns
        ]
        rows.append((name, *medians))
    return rows


def draw(curves: dict[str, list[Curve]]) -> Figure:
    drawn, panels = figure(columns=2, height=4.0)
    for axes, who in zip(panels, "AB", strict=True):
        for name, each in curves.items():
            colour, dashes = STYLES[name]
            for index, curve in enumerate(each):
                seconds, scores = [look["seconds"] for look in curve], [look[who] for look in curve]
                axes.loglog(seconds, scores, dashes, color=colour, label=None if index else name)
        for mark in MARKS:
            axes.axhline(mark, color=GREY, linewidth=0.5)
        axes.set(xlabel="seconds of training", ylabel="FID", title=f"Judge {who}, a curve a seed")
        for axis in (axes.xaxis, axes.yaxis):
            plain_ticks(axis)
    handles, labels = panels[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=len(curves), frameon=False)
    return drawn

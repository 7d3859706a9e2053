"""Time to quality: how many minutes of training each recipe takes until its FID passes 50, 20 and 10."""

from math import inf
from statistics import median

from matplotlib.figure import Figure

from benchmarks.fid import Judge
from benchmarks.report import Result, plain_ticks
from gancore.data import load
from gancore.plots import BLUE, GREEN, GREY, ORANGE, figure
from gancore.tables import as_text
from gancore.training.recipes import RECIPES

Curve = list[tuple[float, float]]  # seconds of training, FID

NAMES = ("mlp", "dcgan", "modern")
MARKS = (50, 20, 10)
SEEDS = (0, 1, 2)
FIRST, GROWTH, LAST = 2.0, 1.2, 300.0  # seconds: the first look, the factor to the next one, the end
STYLES = dict(zip(NAMES, ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-.")), strict=True))


def run(quick: bool) -> Result:
    last, seeds = (2 * FIRST, SEEDS[:1]) if quick else (LAST, SEEDS)
    judge = Judge(load())
    curves = measure(list(NAMES), seeds, looks(last), judge)
    minutes = {
        name: {mark: median(seconds_until(mark, curve) for curve in each) / 60 for mark in MARKS}
        for name, each in curves.items()
    }
    rows = [("recipe", *(f"FID {mark}" for mark in MARKS))]
    rows += [(name, *map(in_words, each.values())) for name, each in minutes.items()]
    text = (
        f"Minutes of training until the moving average's FID passes a mark, medians of {len(seeds)} seeds, at most "
        f"{last / 60:g} minutes each\n({judge.count:,} samples; real images score {judge.floor:.2f}):\n{as_text(rows)}"
    )
    data = {
        "curves": curves,
        "minutes_until": {name: {mark: in_words(each[mark]) for mark in MARKS} for name, each in minutes.items()},
        "floor": judge.floor,
        "extractor": judge.extractor.fingerprint,
    }
    return Result("quality", text, data, draw(curves, judge.floor))


def looks(last: float) -> list[float]:
    """The seconds at which FID is measured."""
    times = [FIRST]
    while times[-1] < last:
        times.append(min(last, times[-1] * GROWTH))
    return times


def measure(names: list[str], seeds: tuple[int, ...], times: list[float], judge: Judge) -> dict[str, list[Curve]]:
    """A curve for each seed of each recipe. All train in turns, and measuring is no part of a trainer's seconds."""
    data = load()
    trainers = {name: [RECIPES[name].trainer(data, seed=seed, device="cpu") for seed in seeds] for name in names}
    curves: dict[str, list[Curve]] = {name: [[] for _ in seeds] for name in names}
    for due in times:
        for name in names:
            for trainer, curve in zip(trainers[name], curves[name], strict=True):
                if curve and curve[-1][1] <= min(MARKS):
                    continue
                trainer.run(seconds=max(0.0, due - trainer.seconds))
                curve.append((trainer.seconds, judge.fid(trainer.sample(judge.count))))
    return curves


def seconds_until(mark: float, curve: Curve) -> float:
    """The first time at which FID was seen at or below `mark`; infinite where it never was."""
    return next((seconds for seconds, fid in curve if fid <= mark), inf)


def in_words(minutes: float) -> str:
    return "not reached" if minutes == inf else f"{minutes:.2f}"


def draw(curves: dict[str, list[Curve]], floor: float) -> Figure:
    drawn, (axes,) = figure(height=4.0)
    for name, each in curves.items():
        colour, dashes = STYLES[name]
        for index, curve in enumerate(each):
            minutes, scores = [seconds / 60 for seconds, _ in curve], [fid for _, fid in curve]
            axes.loglog(minutes, scores, dashes, color=colour, label=None if index else name)
    for mark in MARKS:
        axes.axhline(mark, color=GREY, linewidth=0.5)
    axes.axhline(floor, color=GREY, linestyle=":", label="real images")
    axes.set(xlabel="minutes of training", ylabel="FID", title="Time to quality, a curve a seed")
    for axis in (axes.xaxis, axes.yaxis):
        plain_ticks(axis)
    drawn.legend(loc="outside lower center", ncols=len(curves) + 1, frameon=False)  # inside, a line would cross it
    return drawn

"""What it costs to outgrow the digits: colour, 64 pixels, larger batches, 60,000 pictures; and who draws best at 64.

The public lightweight-gan is played with 64 channels at most and 10 pictures a move, which it offers as options: with
its own 512 and 40, a round takes the better part of a minute on one processor, which is told beside the table.
"""

import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import nan
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from benchmarks import cost
from benchmarks.light import SETTINGS, LightGame
from benchmarks.report import Result, plain_ticks
from gancore.data import ImageData, load, to_float, to_uint8
from gancore.data.avatars import ATTRIBUTES, load_avatars
from gancore.metrics import frechet_distance
from gancore.metrics.classifier import Extractor
from gancore.metrics.classifier_training import train_extractor
from gancore.models.groups import ImageGroups
from gancore.plots import BLUE, GREEN, GREY, ORANGE, figure
from gancore.tables import as_text
from gancore.training.recipes import get_recipe
from gancore.training.trainer import Trainer

SIDE = 64
SEED = 0
LOOKS = (15.0, 30.0, 60.0)  # processor seconds of training
LONG = (*LOOKS, 120.0, 300.0, 600.0)
SAMPLES, FEWEST = 500, 65  # the latter in a quick trial: FID in 64 features takes as many
TOLD_APART = ("hair", "glasses", "background")  # what the judge of avatars is trained to see: 40 classes of them
GROUPS = 20  # that stand for classes where a folder has none
EPOCHS = 12
EVERY = 10  # one picture of a folder in so many is not learnt from
NARROW, NARROW_BATCH = 64, 10  # the package's --fmap-max and --batch-size, without accumulation
DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")  # 60,000 pictures of MNIST's size, as Debian has them
TURN = 0.3  # seconds of a turn in which a step is timed
FEW, ROUNDS = 5000, 30  # pictures beside them, and rounds that are timed
JUDGED, SAMPLES_OF_MANY = 10_000, 2000  # of the 60,000, for the judge to learn from; and samples that it sees

LINES = {
    "modern": (GREEN, "-"),
    "dcgan": (BLUE, "--"),
    "lightweight-gan, narrow": (ORANGE, ":"),
}


def run(quick: bool, folder: str | None = None) -> Result:
    learnt, unseen, judge = pictures(folder, quick)
    text, data = compare(learnt, unseen, judge, LOOKS, quick)
    full = None if quick else in_own_process(one_round, learnt)
    wide = f"\nlightweight-gan as it comes: {full[0]:.0f} s a round, {full[1]:,.0f} MiB" if full else ""
    sizes, of_sizes = many(quick)
    series_text, series = cost.measured(SERIES, quick, TURN)
    drawn = draw(data["grown"], data["floor"], series)
    data |= {"wide": full, "many": of_sizes, "cost": series}
    return Result("scale", f"{text}{wide}\n\n{sizes}\n\n{series_text}", data, drawn)


def run_long(quick: bool, folder: str | None = None) -> Result:
    text, data = compare(*pictures(folder, quick), LONG, quick)
    return Result("scale-long", text, data, draw(data["grown"], data["floor"], {}))


def compare(
    learnt: ImageData, unseen: Tensor, judge: Extractor, looks: tuple[float, ...], quick: bool
) -> tuple[str, dict[str, Any]]:
    """What the contenders draw at each look, in words and in numbers; each is told as soon as it has been judged."""
    how = ((1.0,), FEWEST) if quick else (looks, SAMPLES)
    real = judge.features(to_float(unseen))
    grown = {}
    for name in LINES:
        grown[name] = in_own_process(grow, name, learnt, *how)
        grade(grown[name], judge, real)
        print(as_text(table({name: grown[name]})), flush=True)
    floor = frechet_distance(judge.features(to_float(learnt.images[:SAMPLES])), real)
    text = (
        f"{learnt!r}; FID by {judge} against {len(unseen)} pictures that nobody learnt from, to which those that were "
        f"learnt from have {floor:.1f}\n{as_text(table(grown))}"
    )
    return text, {"pictures": repr(learnt), "floor": floor, "grown": grown}


def grade(grown: dict[str, Any], judge: Extractor, real: Tensor) -> None:
    """Put FID against the features `real` in the place of the samples of each look."""
    for look in grown["looks"]:
        samples = to_float(torch.from_numpy(look.pop("samples")))
        look["FID"] = frechet_distance(judge.features(samples), real)


def pictures(folder: str | None, quick: bool) -> tuple[ImageData, Tensor, Extractor]:
    """Pictures `(3, 64, 64)` to learn from, others, and a judge whose features were learnt on the former."""
    if folder is None:
        avatars = load_avatars(SIDE)
        labels = torch.zeros(len(avatars), dtype=torch.long)
        for place, (attribute, words) in enumerate(ATTRIBUTES.items()):
            if attribute in TOLD_APART:
                labels = labels * len(words) + avatars.attributes[:, place]
        data = ImageData("avatars", avatars.images)
        held, unseen = avatars.held_out, avatars.held_out & ~avatars.never_together
    else:
        data = load(folder, size=SIDE, channels=3)
        labels = grouped(data.images) if data.labels is None else data.labels
        held = unseen = torch.arange(len(data)) % EVERY == 0
    labels = labels[~held].unique(return_inverse=True)[1]
    judge = train_extractor(ImageData(data.name, data.images[~held], labels), SEED, epochs=1 if quick else EPOCHS)
    return ImageData(data.name, data.images[~held]), data.images[unseen], judge


def grouped(images: Tensor) -> Tensor:
    """A group for each of `images`, which stands for a class that nobody has named."""
    groups = ImageGroups((3, SIDE, SIDE), GROUPS)
    groups.fit(images, SEED)
    return groups(to_float(images))


def contender(name: str, data: ImageData) -> Trainer:
    """A trainer that has not played: of a recipe, or of the public lightweight-gan's game."""
    if name in ("modern", "dcgan"):
        return get_recipe(name).trainer(data, seed=SEED, device="cpu")
    settings = replace(SETTINGS, batch_size=NARROW_BATCH)
    return Trainer(LightGame(3, SIDE, NARROW, seed=SEED), data, settings, seed=SEED, device="cpu")


def grow(name: str, data: ImageData, looks: tuple[float, ...], count: int = SAMPLES) -> dict[str, Any]:
    """Train a contender and draw `count` samples whenever it has had so many processor seconds.

    All get the same of them, and rounds are played whole. The most memory is that of the whole process.
    """
    trainer, spent, waited, found = contender(name, data), 0.0, 0.0, []
    for due in looks:
        began, clock = time.process_time() - spent, time.perf_counter() - waited
        while (spent := time.process_time() - began) < due:
            trainer.step()
        waited = time.perf_counter() - clock
        trainer.check()
        memory = most_memory()
        samples = to_uint8(trainer.sample(count)).numpy()
        found.append({"processor": spent, "seconds": waited, "rounds": trainer.round, "samples": samples})
    return {"looks": found, "memory": memory}


def one_round(data: ImageData) -> tuple[float, float]:
    """The processor seconds and the most MiB of a round of lightweight-gan as it comes, with a gradient penalty."""
    trainer = Trainer(LightGame(3, SIDE, seed=SEED), data, SETTINGS, seed=SEED, device="cpu")
    began = time.process_time()
    trainer.step()
    return time.process_time() - began, most_memory()


def most_memory() -> float:
    """The most MiB that this process has held so far; not a number where neither Linux nor macOS tells."""
    status = Path("/proc/self/status")
    if status.is_file():  # what getrusage says of a new process on Linux may be its parent's
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 2**10
    if sys.platform != "darwin":
        return nan
    import resource  # which Windows lacks

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_own_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `function(*arguments)` returns, from a new process, whose memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1, torch.set_num_threads, (torch.get_num_threads(),)) as pool:
        return pool.apply(function, arguments)


def table(grown: dict[str, dict[str, Any]]) -> list[tuple[str, ...]]:
    first = next(iter(grown.values()))["looks"]
    rows = [
        (
            "64×64×3",
            "rounds a second",
            "rounds",
            "MiB at most",
            *(f"FID after {look['processor']:.0f} s" for look in first),
        )
    ]
    for name, each in grown.items():
        last = each["looks"][-1]
        fids = (f"{look['FID']:.1f}" for look in each["looks"])
        rows.append(
            (name, f"{last['rounds'] / last['seconds']:.2f}", f"{last['rounds']:,}", f"{each['memory']:,.0f}", *fids)
        )
    return rows


def many(quick: bool) -> tuple[str, dict[str, dict[str, float]]]:
    """What 60,000 pictures cost beside 5,000, and how well `modern` draws either, where Debian's package is installed.

    Their judge learns from a part of the 60,000, and compares with the 10,000 of the test set.
    """
    if not DEBIAN_FASHION.is_dir():
        return "60,000 pictures were not tried: apt-get install dataset-fashion-mnist", {}
    full = load(DEBIAN_FASHION)
    how = ((1.0,), FEWEST) if quick else (LOOKS, SAMPLES_OF_MANY)
    judge = train_extractor(full.subset(torch.arange(JUDGED)), SEED, epochs=1 if quick else EPOCHS)
    real = judge.features(to_float(load(DEBIAN_FASHION, "test").images))
    found = {}
    for count in (FEW, len(full)):
        grown = in_own_process(grow, "modern", full.subset(torch.arange(count)), *how)
        grade(grown, judge, real)
        fids = {f"FID after {due:.0f} s": look["FID"] for due, look in zip(how[0], grown["looks"], strict=True)}
        found[f"{count:,}"] = in_own_process(begin, count, 3 if quick else ROUNDS) | fids
    rows = [("pictures of 28×28", *next(iter(found.values())))]
    rows += [(name, *(f"{value:.2f}" for value in each.values())) for name, each in found.items()]
    return f"FID by {judge}\n{as_text(rows)}", found


def begin(count: int, rounds: int) -> dict[str, float]:
    """The seconds from an empty process with torch in it to the first round of `modern` on `count` pictures, and on."""
    began = time.perf_counter()
    data = load(DEBIAN_FASHION)
    data = data.subset(torch.arange(count)) if count < len(data) else data
    loaded = time.perf_counter()
    trainer = get_recipe("modern").trainer(data, seed=SEED, device="cpu")
    grouped_by = time.perf_counter()
    trainer.run(steps=1)
    first = time.perf_counter()
    trainer.run(steps=rounds)
    return {
        "s to load": loaded - began,
        "s to group": grouped_by - loaded,
        "s to the first round": first - began,
        "rounds a second": rounds / (time.perf_counter() - first),
        "MiB at most": most_memory(),
    }


def noise_trainer(channels: int, side: int, batch: int | None = None) -> Trainer:
    """`modern` on noise: the cost of a round does not depend on what there is to be seen.

    A round is over, since the multiply-adds of the penalties in the first one cannot be counted.
    """
    recipe = get_recipe("modern").change(augment=())
    rng = torch.Generator().manual_seed(SEED)
    noise = torch.randint(0, 256, (512, channels, side, side), dtype=torch.uint8, generator=rng)
    trainer = (recipe.change(batch_size=batch) if batch else recipe).trainer(ImageData("noise", noise), device="cpu")
    return trainer.run(steps=1)


SERIES: cost.Series = {
    "modern, grey": ("side", (28, 32, 64), partial(noise_trainer, 1)),
    "modern, in colour": ("side", (28, 32, 64), partial(noise_trainer, 3)),
    "modern, 64×64×3": ("batch", (8, 16, 32, 64), partial(noise_trainer, 3, SIDE)),
}


def draw(grown: dict[str, dict[str, Any]], floor: float, series: dict[str, dict]) -> Figure:
    """FID of each contender as it grows older, and a panel for each series of costs."""
    drawn, (axes, *others) = figure(width=3.5 + 3.5 * len(series), height=3.4, columns=1 + len(series))
    for name, each in grown.items():
        colour, dashes = LINES[name]
        seconds, fids = ([look[key] for look in each["looks"]] for key in ("processor", "FID"))
        axes.loglog(seconds, fids, dashes, marker="o", color=colour, label=name)
    axes.axhline(floor, color=GREY, linewidth=0.5)
    axes.set(xlabel="processor seconds of training", ylabel="FID", title="64×64×3")
    axes.legend(frameon=False)
    for axis in (axes.xaxis, axes.yaxis):
        plain_ticks(axis)
    for each, title in zip(others, series, strict=True):
        cost.draw_one(each, title, series[title])
    return drawn

"""Good: FID after the same rounds in both precisions, and the seconds until it passes a mark."""

import math
from functools import cache

import torch
from torch import Tensor

from benchmarks.gpu.sheet import Bench, Sheet, check, digits
from gancore.data import to_float
from gancore.metrics.classifier import Extractor, load_extractor
from gancore.metrics.distances import frechet_distance

ROUNDS = {"modern": 1200, "dcgan": 600, "mlp": 1000}
MARKS = (10, 2, 1)  # of FID
LONGER = 1.25  # between two looks
COUNT, FEW = 2500, 300  # samples that are scored, and in a trial


@cache
def reference() -> tuple[Extractor, Tensor]:
    """The classifier, and its features of as many real digits."""
    order = torch.randperm(len(digits()), generator=torch.Generator().manual_seed(0))[:COUNT]
    extractor = load_extractor()
    return extractor, extractor.features(to_float(digits().images[order]))


def fid(bench: Bench, samples: Tensor) -> float:
    """As `gancore evaluate` has it, but for which digits it compares with."""
    extractor, real = reference()
    return frechet_distance(extractor.features(samples), real[: FEW if bench.quick else COUNT])


@check(60)
def quality(bench: Bench, sheet: Sheet) -> None:
    """FID after the same rounds in bf16 and in fp32, two seeds each: bf16 may not cost more than half as much again."""
    count = FEW if bench.quick else COUNT
    for name, rounds in ROUNDS.items():
        if bench.left() < 40:
            sheet.figures[name] = "no time"
            continue
        with sheet.part(name):
            found: dict[str, list[float]] = {}
            for precision in bench.precisions:
                trainers = (bench.trainer(name, precision, seed=seed).run(steps=bench.few(rounds)) for seed in (0, 1))
                found[precision] = [fid(bench, each.sample(count, seed=1)) for each in trainers]
            sheet.figures[name] = {"rounds": bench.few(rounds), **found}
            if len(found) == 2 and not bench.quick:
                worse = min(found["bf16"]) < 1.5 * max(found["fp32"]) + 0.5
                sheet.expect(worse, f"{name}: FID {found['bf16']} in bf16, {found['fp32']} in fp32")


@check(60)
def time_to_quality(bench: Bench, sheet: Sheet) -> None:
    """Seconds of training until FID passes 10, 2 and 1."""
    count = FEW if bench.quick else COUNT
    for name, most in (("modern", 50.0), ("cmodern", 20.0)):
        trainer, due, found = bench.trainer(name), 0.5, math.inf
        reached: dict[str, float] = {}
        most = 0.6 if bench.quick else min(most, bench.left() - 30)
        while found > MARKS[-1] and trainer.seconds < most:
            trainer.run(seconds=max(0.05, due - trainer.seconds))
            found = fid(bench, trainer.sample(count, seed=1))
            for mark in MARKS:
                if found <= mark:
                    reached.setdefault(str(mark), round(trainer.seconds, 2))
            due = max(due * LONGER, trainer.seconds)
        sheet.figures[name] = {"seconds": reached, "rounds": trainer.round, "last FID": found}
        sheet.expect(bench.quick or most < 10 or "10" in reached, f"{name}: FID 10 is not reached")

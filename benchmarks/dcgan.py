"""The recipe `dcgan` against its own networks in a tutorial's loop: speed, and whether it costs quality."""

from contextlib import ExitStack
from math import sqrt
from statistics import mean, median, variance

import torch

from benchmarks.fid import ShippedJudge
from benchmarks.ours import gancore_loop
from benchmarks.perceptrons import PLAIN, Goal, goals_met, ours, precisions
from benchmarks.plain_torch import LATENT_DIM, dcgan_loop, plain_dcgan
from benchmarks.report import Result, times_figure, times_table
from benchmarks.timing import own_process, race, ratio
from gancore.data import load
from gancore.models.sampling import generate, seeded_latents
from gancore.plots import BLUE, figure
from gancore.tables import as_text
from gancore.training.ema import MovingAverage
from gancore.training.recipes import get_recipe

SHARING = "tutorial, one fake batch"  # for both players, as the recipe has it
SEEDS = (0, 1, 2)
STEPS = 1000  # of training before quality is compared
NOISE = 2.0  # standard errors within which a difference of means passes for noise


def run(quick: bool) -> Result:
    contenders = {PLAIN: (plain_dcgan,), SHARING: (plain_dcgan, True)}
    for precision in precisions():
        contenders[ours(precision)] = (gancore_loop, "dcgan", precision)
    with ExitStack() as stack:
        started = {name: stack.enter_context(own_process(*how)) for name, how in contenders.items()}
        times = race(started, **({"rounds": 3, "turn": 0.3} if quick else {"rounds": 21, "turn": 1.0}))
    goals, ratios = goals_met((Goal(PLAIN, ours("bf16"), at_least=2.5),), times)
    best = ours(precisions()[-1])
    shared = ratio(times[SHARING], times[best])
    return Result(
        "dcgan",
        f"{times_table(times)}\n\n{goals}\n\n{SHARING} / {best}: {shared:.2f}",
        {"seconds_a_step": times, "ratios": ratios, "ratio_to_one_fake_batch": shared},
        times_figure(times, "DCGAN, batch 64"),
    )


def run_quality(quick: bool) -> Result:
    """FID after the same number of steps, for three seeds each. The tutorial's loop gets a moving average as well."""
    steps, seeds = (3, SEEDS[:2]) if quick else (STEPS, SEEDS)
    judge, name = ShippedJudge(load()), ours(precisions()[-1])
    scores = {PLAIN: [], name: []}
    for seed in seeds:
        scores[PLAIN].append(plain_score(seed, steps, judge))
        scores[name].append(our_score(seed, steps, judge))
    difference, error = mean(scores[name]) - mean(scores[PLAIN]), standard_error(*scores.values())
    verdict = "within" if abs(difference) <= NOISE * error else "outside"
    rows = [("contender", "median FID", *(f"seed {seed}" for seed in seeds))]
    rows += [(who, *(f"{value:.2f}" for value in (median(each), *each))) for who, each in scores.items()]
    text = (
        f"FID after {steps} steps ({judge.count:,} samples; real images score {judge.floor:.2f}):\n{as_text(rows)}\n\n"
        f"Ours lies {difference:+.2f} from the tutorial's loop, which is {verdict} {NOISE:g} standard errors "
        f"({error:.2f} each) of {len(seeds)} seeds."
    )
    drawn, (axes,) = figure(height=2.2)
    for who, each in scores.items():
        axes.plot(each, [who] * len(each), "o", color=BLUE)
    axes.set(xlabel="FID, lower is better", title=f"DCGAN after {steps} steps, one dot a seed", ylim=(-0.5, 1.5))
    data = {"steps": steps, "fid": scores, "floor": judge.floor, "extractor": judge.extractor.fingerprint}
    return Result("dcgan-quality", text, data, drawn)


def plain_score(seed: int, steps: int, judge: ShippedJudge) -> float:
    torch.manual_seed(seed)
    loop = dcgan_loop()
    average = MovingAverage(loop.generator, get_recipe("dcgan").settings.average)
    for _ in range(steps):
        loop.step()
        average.update()
    return judge.fid(generate(average.module, seeded_latents(judge.count, LATENT_DIM, seed=0)))


def our_score(seed: int, steps: int, judge: ShippedJudge) -> float:
    trainer = get_recipe("dcgan").trainer(load(), seed=seed, device="cpu").run(steps=steps)
    return judge.fid(trainer.sample(judge.count))


def standard_error(first: list[float], second: list[float]) -> float:
    """Of the difference of their means (Welch, 1947)."""
    return sqrt(variance(first) / len(first) + variance(second) / len(second))

"""The classic game of two perceptrons, batch 256: this package, the two loops that tutorials teach, the floor."""

from contextlib import ExitStack
from dataclasses import dataclass

import torch

from benchmarks.floor import floor_loop, step_products
from benchmarks.ours import gancore_loop
from benchmarks.plain_keras import keras_is_installed, keras_perceptrons
from benchmarks.plain_torch import plain_perceptrons
from benchmarks.report import Result, times_figure, times_table
from benchmarks.timing import Times, own_process, race, ratio
from gancore.system.device import has_fast_bf16
from gancore.tables import as_text

KERAS, PLAIN = "Keras tutorial", "PyTorch tutorial"


def ours(precision: str) -> str:
    return f"gancore {precision}"


def floor(precision: str) -> str:
    return f"floor {precision}"


@dataclass(frozen=True)
class Goal:
    """How many times as long as `faster` a step of `slower` should take: `at_least` so much, or `at_most`."""

    slower: str
    faster: str
    at_least: float = 0.0
    at_most: float = float("inf")

    def row(self, measured: float) -> tuple[str, ...]:
        wanted = f"at least {self.at_least:g}" if self.at_least else f"at most {self.at_most:g}"
        met = "yes" if self.at_least <= measured <= self.at_most else "no"
        return f"{self.slower} / {self.faster}", f"{measured:.2f}", wanted, met


GOALS = (
    Goal(KERAS, ours("bf16"), at_least=3),
    Goal(PLAIN, ours("bf16"), at_least=2),
    Goal(KERAS, ours("fp32"), at_least=1.8),
    Goal(PLAIN, ours("fp32"), at_least=1.3),
    Goal(ours("bf16"), floor("bf16"), at_most=2.5),
    Goal(ours("fp32"), floor("fp32"), at_most=2.5),
)


def goals_met(goals: tuple[Goal, ...], times: Times) -> tuple[str, list[dict]]:
    """A table and plain values of the `goals` whose two contenders took part."""
    present = [goal for goal in goals if goal.slower in times and goal.faster in times]
    ratios = [ratio(times[goal.slower], times[goal.faster]) for goal in present]
    rows = [goal.row(measured) for goal, measured in zip(present, ratios, strict=True)]
    keys = ("ratio", "measured", "wanted", "met")
    return as_text([keys, *rows]), [dict(zip(keys, row, strict=True)) for row in rows]


def precisions() -> tuple[str, ...]:
    """Those that this machine has arithmetic for; the best last."""
    return ("fp32", "bf16") if has_fast_bf16(torch.device("cpu")) else ("fp32",)


def run(quick: bool) -> Result:
    contenders = {PLAIN: (plain_perceptrons,)}
    for precision in precisions():
        contenders[ours(precision)] = (gancore_loop, "mlp", precision)
    for precision in precisions():
        contenders[floor(precision)] = (floor_loop, precision)
    notes = []
    if keras_is_installed():
        contenders = {KERAS: (keras_perceptrons,), **contenders}
    else:
        notes.append(f"Skipped: {KERAS}, for want of keras and tensorflow-cpu (pip install -e '.[bench]').")
    if "bf16" not in precisions():
        notes.append("Skipped: bf16, which this processor has no arithmetic for.")
    with ExitStack() as stack:
        started = {name: stack.enter_context(own_process(*how)) for name, how in contenders.items()}
        times = race(started, **({"rounds": 3, "turn": 0.3} if quick else {}))
    goals, ratios = goals_met(GOALS, times)
    work = sum(product.multiply_adds for product in step_products())
    notes.append(f"The floor is {work / 1e6:,.0f} million multiply-adds a step.")
    return Result(
        "perceptrons",
        "\n\n".join((times_table(times), goals, "\n".join(notes))),
        {"seconds_a_step": times, "ratios": ratios, "multiply_adds": work},
        times_figure(times, "Two perceptrons, batch 256"),
    )

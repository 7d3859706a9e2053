"""Fast: rounds a second of every recipe, what a round asks of the GPU, and what compiling and CUDA graphs bring."""

import time

from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

from benchmarks.gpu.sheet import NAMES, Bench, Sheet, check, finite
from gancore.training.graphed import Graphed
from gancore.training.trainer import Trainer

TURN = 1.5  # seconds of playing on the clock
PROFILED = 16  # rounds


def rounds_a_second(bench: Bench, trainer: Trainer) -> float:
    """Once warm."""
    trainer.run(steps=bench.few(30))
    bench.sync()
    started, before = time.perf_counter(), trainer.round
    while (elapsed := time.perf_counter() - started) < (0.2 if bench.quick else TURN):
        trainer.run(steps=bench.few(50, 1))
        bench.sync()
    return (trainer.round - before) / elapsed


def kernels(bench: Bench, trainer: Trainer) -> dict[str, float]:
    """Kernels a round, and the microseconds that they take together."""
    activity = ProfilerActivity.CUDA if bench.on_cuda else ProfilerActivity.CPU
    with profile(activities=[activity]) as seen:
        for _ in range(PROFILED):
            trainer.step()
        bench.sync()
    wanted = DeviceType.CUDA if bench.on_cuda else DeviceType.CPU
    events = [event for event in seen.key_averages() if event.device_type == wanted]
    busy = sum(event.self_device_time_total if bench.on_cuda else event.self_cpu_time_total for event in events)
    return {"kernels": sum(event.count for event in events) / PROFILED, "busy_us": busy / PROFILED}


@check(45)
def speed(bench: Bench, sheet: Sheet) -> None:
    """Rounds a second of every recipe in every precision; kernels of the best one, and their share of the time."""
    for name in NAMES:
        rates = {}
        for precision in bench.precisions:
            with sheet.part(f"{name} {precision}"):
                trainer = bench.trainer(name, precision)
                found = {"rounds_s": rounds_a_second(bench, trainer)}
                rates[precision] = found["rounds_s"]
                if precision == bench.precisions[-1] and not bench.quick:
                    found |= kernels(bench, trainer)
                    found["busy_share"] = found["busy_us"] * found["rounds_s"] / 1e6
                sheet.figures[f"{name} {precision}"] = found
        if len(rates) == 2 and bench.on_cuda and not bench.quick:
            ratio = rates["bf16"] / rates["fp32"]
            sheet.expect(ratio > 0.95, f"{name}: auto takes bf16, which plays {ratio:.2f} times as many rounds as fp32")


@check(100, cuda=True)
def compiled(bench: Bench, sheet: Sheet) -> None:
    """Rounds a second with --compile, and the seconds until the first rounds are played."""
    for name in ("modern", "mlp", "dcgan"):
        if bench.left() < 60:
            sheet.figures[name] = "no time"
            continue
        with sheet.part(name):
            trainer = bench.trainer(name)
            trainer.game.compile()
            started = time.perf_counter()
            trainer.run(steps=20)
            bench.sync()
            first = time.perf_counter() - started
            sheet.figures[name] = {"first_20_rounds_s": first, "rounds_s": rounds_a_second(bench, trainer)}
            sheet.expect(finite(trainer), f"{name}: not finite")


@check(30, cuda=True)
def graphed(bench: Bench, sheet: Sheet) -> None:
    """Rounds a second with a whole round as a CUDA graph, and without right before."""
    for name in ("modern", "mlp", "dcgan"):
        with sheet.part(name):
            before = rounds_a_second(bench, bench.trainer(name))
            by_graphs = Graphed(bench.trainer(name))
            by_graphs.trainer.run(steps=bench.few(50, 30))  # those that are also played without
            rate = rounds_a_second(bench, by_graphs.trainer)
            sheet.figures[name] = {"rounds_s": rate, "without": before, "times": rate / before}
            sheet.expect(not by_graphs.refused, f"{name}: {by_graphs.refused}")
            sheet.expect(finite(by_graphs.trainer), f"{name}: not finite")

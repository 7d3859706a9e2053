"""Whole: what chapters, threads, the command line and several processes do on the device."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.gpu.sheet import Bench, Sheet, check, digits, finite, same
from gancore.analysis.hands import blend, write
from gancore.analysis.latents import Inverter
from gancore.analysis.saliency import saliency
from gancore.analysis.stages import stages_of
from gancore.cli import main
from gancore.data import Batch, to_float
from gancore.data.pictures import image_grid
from gancore.data.toys import ring
from gancore.errors import GancoreError
from gancore.generative.gan import GenerativeAdversarialNetwork
from gancore.lessons.plane import plane_state
from gancore.metrics import report
from gancore.metrics.classifier import load_extractor
from gancore.models import PointDiscriminator, PointGenerator
from gancore.plots import picture, pixel_histogram
from gancore.training.gan import GAN
from gancore.training.graphed import Graphed
from gancore.training.losses import NonSaturating
from gancore.training.trainer import Settings, Trainer

PATIENCE = 120  # seconds for processes that play together
REPOSITORY = Path(__file__).parents[2]


@check(8)
def what_chapters_do(bench: Bench, sheet: Sheet) -> None:
    """Helpers of the chapters, given what lies on the device."""
    trainer, told, pair = (bench.trainer(name).run(steps=3) for name in ("modern", "cmodern", "dcgan"))
    images, reader = to_float(digits().images[:4]), load_extractor()
    game, other = told.game, pair.game
    assert isinstance(game, GAN)
    assert isinstance(other, GAN)

    def points() -> None:
        players = GAN(PointGenerator(), PointDiscriminator(), NonSaturating(), 2)
        Trainer(players, ring(), Settings(batch_size=64), device=str(bench.device)).run(steps=20)
        plane_state(players, ring())

    def scored() -> None:
        moved = load_extractor().to(bench.device)
        on_device, on_cpu = (report(trainer.sample(400), digits(), each)["FID"].value for each in (moved, reader))
        sheet.figures["FID by an extractor on device and on CPU"] = [on_device, on_cpu]
        sheet.expect(abs(on_device - on_cpu) < 0.01 * on_cpu + 0.05, "the extractor finds another FID on the device")

    def network() -> None:
        model = GenerativeAdversarialNetwork(rounds=3).fit(images.repeat(25, 1, 1, 1), torch.arange(100) % 10)
        sheet.expect(model.sample(3, label=2).device.type == "cpu", "the GAN of chapter 03 draws on the device")

    cases: dict[str, Callable[[], object]] = {
        "image_grid": lambda: image_grid(trainer.sample(8)),
        "picture": lambda: picture(trainer.sample(8)),
        "pixel_histogram": lambda: pixel_histogram({"drawn": trainer.sample(8)}),
        "write": lambda: write(told, range(10), reader, 2),
        "blend": lambda: blend(told.average.module, torch.randn(2, game.latent_dim), torch.full((2, 10), 0.1)),
        "Inverter": lambda: Inverter(pair.average.module, other.latent_dim).invert(images, 3),
        "saliency": lambda: saliency(other.discriminator, images),
        "feature maps": lambda: stages_of(other.discriminator.features, images[0]),
        "report": scored,
        "points": points,
        "GAN of chapter 03": network,
    }
    for what, case in cases.items():
        with sheet.part(what):
            case()


@check(3)
def two_threads(bench: Bench, sheet: Sheet) -> None:
    """A run on a thread of its own, while this one draws from it."""
    trainer, failed = bench.trainer("modern"), []

    def play() -> None:
        try:
            trainer.run(steps=bench.few(100, 5))
        except Exception as error:  # told below, by the thread that looks
            failed.append(error)

    thread = threading.Thread(target=play)
    thread.start()
    drawn = 0
    while thread.is_alive():
        drawn += bool(trainer.sample(4).isfinite().all())
    thread.join()
    sheet.figures["samples meanwhile"] = drawn
    sheet.expect(not failed, f"the run failed: {failed}")
    sheet.expect(finite(trainer), "not finite")


@check(30)
def command_line(bench: Bench, sheet: Sheet) -> None:
    """train, go on, sample, evaluate, doctor; a run of the GPU goes on with --device cpu."""
    run = str(bench.folder / "cli")
    train = ["train", "modern", "--out", run, "--quiet", "--device"]
    steps = {
        "train": [*train, str(bench.device), "--steps", str(bench.few(200, 4))],
        "resume": [*train, str(bench.device), "--steps", str(bench.few(220, 6)), "--resume"],
        "sample": ["sample", run, "--count", "16"],
        "evaluate": ["evaluate", run, "--count", "600"],
        "resume on the CPU": [*train, "cpu", "--steps", str(bench.few(222, 8)), "--resume"],
        "doctor": ["doctor"],
    }
    for what, arguments in steps.items():
        code, words = command(arguments)
        sheet.figures[what] = code
        sheet.expect(code == 0 or (what == "doctor" and code == 1), f"{what}: exit code {code}: {words[-200:]}")


def command(arguments: list[str]) -> tuple[int, str]:
    """The exit code of a command in this process, and what it said."""
    written = io.StringIO()
    with redirect_stdout(written), redirect_stderr(written):
        try:
            main(arguments)
        except SystemExit as stop:
            return int(stop.code or 0), written.getvalue()


@check(40)
def several_processes(bench: Bench, sheet: Sheet) -> None:
    """NCCL with one process, and two processes on this one device by gloo."""
    for mode, count in ([("nccl", 1)] if bench.on_cuda else []) + [("gloo", 2)]:
        done = torchrun(count, "benchmarks.gpu.rank", mode, str(bench.folder), bench.device.type)
        last = done.stderr.strip().splitlines()[-1:]
        if not sheet.expect(done.returncode == 0, f"{mode}: {last}"):
            continue
        found = [torch.load(bench.folder / f"{mode}{number}.pt") for number in range(count)]
        sheet.figures[mode] = {"rounds": found[0]["round"], "device": found[0]["device"]}
        sheet.expect(found[0]["together"], f"{mode}: no process group")
        sheet.expect(same(found[0]["generator"], found[-1]["generator"]), "two processes have other weights")
        streams = [each["stream"] for each in found]
        sheet.expect(count == 1 or not same(*streams), "two processes draw the same batches")
    if torch.cuda.device_count() == 1:
        done = torchrun(2, "gancore", "train", "mlp", "--steps", "2", "--out", str(bench.folder / "refused"))
        sheet.expect("2 processes cannot share 1 GPUs" in done.stderr, f"two on one GPU: {done.stderr.strip()[-150:]}")


class Asking(GAN):
    """A game that asks for a number before it goes on."""

    capturable = True

    def generator_loss(self, batch: Batch) -> Tensor:
        loss = super().generator_loss(batch)
        return loss if loss.item() < 1 else 2 * loss


@check(5, cuda=True)
def a_capture_that_fails(bench: Bench, sheet: Sheet) -> None:
    """A game that no CUDA graph can hold ends in a sentence, and all plays on. The last check: it may not."""
    trainer, sentence = bench.trainer("mlp"), ""
    trainer.game.__class__ = Asking
    Graphed(trainer)
    try:
        trainer.run(steps=10)
    except GancoreError as caught:
        sentence = str(caught)
    sheet.figures["sentence"] = sentence
    sheet.expect("start again without graphs" in sentence, f"not refused: {sentence!r}")
    with sheet.part("afterwards"):
        sheet.expect(finite(bench.trainer("mlp").run(steps=10)), "not finite")
        torch.randn(2, device=bench.device)  # by the global random state
        sheet.expect(finite(trainer.run(steps=2)), "not finite")


def torchrun(count: int, module: str, *arguments: str) -> subprocess.CompletedProcess:
    """`count` processes of a module that play together."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(map(str, [REPOSITORY]))}
    return subprocess.run(
        [*command, "-m", module, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment,
        check=False,
    )

"""Correct: every recipe on the device, its numbers beside those of the processor, and the promises of the trainer."""

import copy
import gc
import re
import warnings
from dataclasses import replace

import torch
from torch import Tensor, nn

from benchmarks.gpu.sheet import NAMES, Bench, Sheet, check, digits, finite, gap, noise, relative, same
from gancore.data import Batch
from gancore.errors import GancoreError
from gancore.runs.checkpoint import load_checkpoint, save_checkpoint
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.runs.weights import load_generator
from gancore.system.device import about, has_fast_bf16, pick_device, pick_precision, settled
from gancore.training.gan import GAN
from gancore.training.graphed import Graphed, why_not_graphed
from gancore.training.losses import LOSSES
from gancore.training.memory import OutOfMemory
from gancore.training.recipes import RECIPES
from gancore.training.recorders import History, Snapshots

ALIKE = 2e-2  # of [-1, 1]: how far samples of one generator may be apart on two devices, with TF32
EXACT = 1e-3  # and without
MOST_OFF = {"bf16": 2e-2, "fp32": 5e-3}  # of a penalty's gradient, which in fp32 may be computed in TF32 by CUDNN
SMALL = 1 << 16  # bytes that memory may grow by


@check(3)
def environment(bench: Bench, sheet: Sheet) -> None:
    """The machine, and what gancore picks on it."""
    picked = pick_device()
    sheet.figures |= {"device": about(bench.device), "auto": str(picked), "precision": pick_precision("auto", picked)}
    sheet.figures |= {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    if bench.on_cuda:
        sheet.figures["kernels for"] = " ".join(torch.cuda.get_arch_list())
        wanted = "bf16" if has_fast_bf16(bench.device) else "fp32"
        sheet.expect(picked.type == "cuda", f"auto picks {picked}")
        sheet.expect(pick_precision("auto", bench.device) == wanted, f"auto precision is not {wanted}")
        with sheet.part("a GPU that is not there"):
            try:
                pick_device(f"cuda:{torch.cuda.device_count()}")
                sheet.expect(False, "a GPU that is not there is picked")
            except GancoreError:
                pass


@check(3, cuda=True)
def tf32(bench: Bench, sheet: Sheet) -> None:
    """In what products are computed while a trainer plays; that nothing warns; that all is as before afterwards."""
    a, b = (torch.randn(512, 512, generator=torch.Generator().manual_seed(n)) for n in (0, 1))
    exact = a.double() @ b.double()
    for precision in bench.precisions:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            with settled(bench.device, precision):
                error = relative(a.to(bench.device) @ b.to(bench.device), exact)
            bench.trainer("mlp", precision, batch_size=4).run(steps=2)
        sheet.figures[precision] = {"error": error, "warnings": [str(each.message)[:90] for each in seen]}
        sheet.expect(not seen, f"a trainer in {precision} warns")
        sheet.expect(
            (error > 1e-5) == (precision == "bf16"), f"in {precision}, products of fp32 are off by {error:.1e}"
        )
    after = relative(a.to(bench.device) @ b.to(bench.device), exact)
    sheet.expect(after < 1e-5, "TF32 is left behind by a trainer")
    sheet.expect(not torch.backends.cudnn.deterministic, "CUDNN is left in its deterministic ways")


@check(25)
def finite_and_on_the_device(bench: Bench, sheet: Sheet) -> None:
    """Every recipe, 200 rounds in every precision, with recorders: numbers are finite, and nothing lies elsewhere."""
    for name in NAMES:
        for precision in bench.precisions:
            with sheet.part(f"{name} {precision}"):
                history = History()
                trainer = bench.trainer(name, precision, recorders=(history, Snapshots(16)))
                trainer.run(steps=bench.few(200, 20))
                sheet.expect(finite(trainer), f"{name} {precision}: not finite")
                players = (trainer.game.generator, trainer.game.discriminator, trainer.average.module)
                found = [each for player in players for each in player.state_dict().values()]
                found += [trainer.d_loss, trainer.g_loss, trainer.sample(2), trainer.batches.draw(2).real]
                strays = {str(each.device) for each in found if each.device.type != bench.device.type}
                sheet.expect(not strays, f"{name} {precision}: tensors on {strays}")
                sheet.figures[f"{name} {precision}"] = [history.column("d_loss")[-1], history.column("g_loss")[-1]]


@check(15)
def sizes_and_options(bench: Bench, sheet: Sheet) -> None:
    """Other image sizes, colours, losses, penalties, spectral normalisation: some rounds each."""
    for shape in ((1, 32, 32), (3, 32, 32), (3, 64, 64)):
        for name in ("mlp",) if bench.quick else NAMES:
            with sheet.part(f"{name} {shape}"):
                trainer = bench.trainer(name, data=noise(shape), batch_size=8).run(steps=3)
                sheet.expect(finite(trainer), f"{name} {shape}: not finite")
    variants: list[dict[str, object]] = [{"loss": loss} for loss in LOSSES]
    variants += [{"gp": 10.0}, {"r1": 1.0, "r2": 1.0, "gp": 1.0, "penalty_every": 1}]
    variants += [{"spectral_norm": True}, {"d_steps": 3}]
    for changes in variants[-2:] if bench.quick else variants:
        for name in ("mlp",) if bench.quick else ("mlp", "cdcgan", "cmodern"):
            with sheet.part(f"{name} {changes}"):
                trainer = bench.trainer(name, batch_size=8, generator_batch_size=None, **changes).run(steps=4)
                sheet.expect(finite(trainer), f"{name} {changes}: not finite")
    for precision in bench.precisions:
        with sheet.part(f"spectral norms {precision}"):
            _norms(bench, sheet, precision)


def _norms(bench: Bench, sheet: Sheet, precision: str) -> None:
    """Whether they are 1 after some rounds, in which autocast multiplies matrices by vectors in bf16 as well."""
    trainer = bench.trainer("dcgan", precision, batch_size=16, spectral_norm=True).run(steps=bench.few(100, 3))
    layers = [each for each in trainer.game.discriminator.eval().modules() if isinstance(each, nn.Conv2d)]
    weights = [layer.weight.detach().float().flatten(1).cpu() for layer in layers]
    norms = [float(torch.linalg.matrix_norm(weight, 2)) for weight in weights]
    sheet.figures[f"spectral norms {precision}"] = norms
    sheet.expect(bench.quick or all(0.9 < norm < 1.1 for norm in norms), f"spectral norms in {precision}: {norms}")


@check(8, cuda=True)
def no_waiting(bench: Bench, sheet: Sheet) -> None:
    """Between recordings no step makes the processor wait for the GPU."""
    for name in NAMES:
        for precision in bench.precisions:
            trainer, history = bench.trainer(name, precision).run(steps=17), History(10**9)
            with sheet.part(f"{name} {precision}"):
                torch.cuda.set_sync_debug_mode("error")
                try:
                    for _ in range(16):
                        trainer.step()
                        history.on_step(trainer)
                finally:
                    torch.cuda.set_sync_debug_mode("default")


@check(5)
def random_streams(bench: Bench, sheet: Sheet) -> None:
    """Global random numbers, of the device and of the processor, are what they were, and disturb no game."""

    def states() -> list[Tensor]:
        return [torch.get_rng_state()] + ([torch.cuda.get_rng_state()] if bench.on_cuda else [])

    trainer = bench.trainer("cmlp", batch_size=8).run(steps=2)
    actions = {
        "a new trainer": lambda: bench.trainer("mlp", batch_size=4),
        "a round": trainer.step,
        "a sample": lambda: trainer.sample(4),
    }
    for what, action in actions.items():
        torch.manual_seed(5)
        before = states()
        action()
        sheet.expect(same(before, states()), f"{what} changes global random numbers")
    pair = [bench.trainer("cmlp", batch_size=8) for _ in range(2)]
    pair[0].run(steps=3)
    for _ in range(3):
        torch.randn(7, device=bench.device)
        pair[1].run(steps=1)
    ends = [[each.rng.get_state(), each.batches.rng.get_state()] for each in pair]
    sheet.expect(same(*ends), "drawing between two rounds disturbs the game's own random numbers")


@check(25)
def the_same_again(bench: Bench, sheet: Sheet) -> None:
    """The same seed gives the same weights, bit for bit."""
    for name in NAMES:
        for precision in bench.precisions:
            with sheet.part(f"{name} {precision}"):
                rounds = bench.few(80, 3)
                ends = [bench.trainer(name, precision, seed=3).run(steps=rounds).state_dict() for _ in range(2)]
                apart = gap(ends[0]["generator"], ends[1]["generator"])
                sheet.figures[f"{name} {precision}"] = apart
                sheet.expect(same(*ends), f"{name} {precision}: two runs end {apart:.1e} apart")


@check(10)
def resumed(bench: Bench, sheet: Sheet) -> None:
    """A run that is saved, loaded and gone on with ends where an uninterrupted one does."""
    half, path = bench.few(30, 2), bench.folder / "resumed.pt"
    for name in NAMES:
        with sheet.part(name):
            whole = bench.trainer(name, seed=1).run(steps=2 * half)
            save_checkpoint(bench.trainer(name, seed=1).run(steps=half), path)
            second = bench.trainer(name, seed=99)
            load_checkpoint(second, path)
            second.run(steps=half)
            apart = gap(whole.state_dict()["generator"], second.state_dict()["generator"])
            sheet.expect(same(whole.state_dict(), second.state_dict()), f"{name}: a resumed run ends {apart:.1e} apart")


@check(30, cuda=True)
def by_graphs(bench: Bench, sheet: Sheet) -> None:
    """Rounds by CUDA graphs end in the state that rounds without end in, and so does such a run that is resumed."""
    half, path = bench.few(25, 10), bench.folder / "graphed.pt"
    for name in NAMES:
        for precision in bench.precisions:
            with sheet.part(f"{name} {precision}"):
                whole = bench.trainer(name, precision, seed=1).run(steps=2 * half).state_dict()
                graphed = Graphed(bench.trainer(name, precision, seed=1))
                save_checkpoint(graphed.trainer.run(steps=half), path)
                resumed = Graphed(bench.trainer(name, precision, seed=99))
                load_checkpoint(resumed.trainer, path)
                for what, one in (("graphs", graphed), ("resumed", resumed)):
                    end = one.trainer.run(steps=half).state_dict()
                    apart = gap(whole["generator"], end["generator"])
                    sheet.figures[f"{name} {precision} {what}"] = apart
                    sheet.expect(not one.refused, f"{name} {precision} {what}: {one.refused}")
                    sheet.expect(same(whole, end), f"{name} {precision} {what}: ends {apart:.1e} apart")


class Unvouched(GAN):
    """A game that does not say of itself that a graph may play it."""


@check(3, cuda=True)
def graphs_refused(bench: Bench, sheet: Sheet) -> None:
    """Games that do not say that CUDA graphs may play them are refused, and so are players that are compiled."""
    own, compiled = bench.trainer("mlp", batch_size=4), bench.trainer("mlp", batch_size=4)
    own.game.__class__ = Unvouched
    compiled.game.generator.compile()
    for trainer, words in ((own, "Unvouched does not say"), (compiled, "a player is compiled")):
        reason = why_not_graphed(trainer)
        sheet.expect(words in reason, f"refused because {reason!r} and not because {words!r}")


@check(6, cuda=True)
def between_devices(bench: Bench, sheet: Sheet) -> None:
    """What was trained on the GPU goes on on the processor, and the other way round."""
    path = bench.folder / "moved.pt"
    for there, here in ((str(bench.device), "cpu"), ("cpu", str(bench.device))):
        with sheet.part(f"{there} → {here}"):
            first = bench.trainer("modern", "fp32", device=there, batch_size=8).run(steps=3)
            save_checkpoint(first, path)
            second = bench.trainer("modern", "fp32", device=here, batch_size=8)
            load_checkpoint(second, path)
            sheet.expect(same(first.state_dict()["generator"], second.state_dict()["generator"]), "other weights")
            second.run(steps=2)
            sheet.expect(finite(second) and second.round == 5, f"{there} → {here}: does not go on")


@check(8)
def samples_equal(bench: Bench, sheet: Sheet) -> None:
    """The averaged generator draws on the processor, from the run folder, what it drew on the device."""
    for name in NAMES:
        with sheet.part(name):
            trainer, folder = bench.trainer(name), bench.folder / f"run-{name}"
            RunFolder(folder, RunConfig(RECIPES[name], "digits", digits().spec, 0)).attach(trainer)
            trainer.run(steps=bench.few(60, 3))
            game, generator, _ = load_generator(folder)
            reference = game.sample(generator, 64, seed=1)
            found = {}
            for allowed, most in ((torch.backends.cudnn.allow_tf32, ALIKE), (False, EXACT)):
                before, torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.allow_tf32, allowed
                found[most] = float((trainer.sample(64, seed=1).cpu() - reference).abs().max())
                torch.backends.cudnn.allow_tf32 = before
                sheet.expect(found[most] < most, f"{name}: samples on device and CPU are {found[most]:.1e} apart")
            sheet.figures[name] = list(found.values())


@check(6)
def penalty_gradients(bench: Bench, sheet: Sheet) -> None:
    """What R1 and R2 do to the discriminator's weights, as the trainer takes them, against float64 on the CPU."""
    for name in ("mlp", "dcgan", "modern", "cmodern"):
        for precision in bench.precisions:
            with sheet.part(f"{name} {precision}"):
                trainer = bench.trainer(name, precision, batch_size=16, r1=1.0, r2=1.0, penalty_every=1)
                trainer.run(steps=bench.few(20, 2))
                game, batch = trainer.game, trainer.batches.draw(16)
                assert isinstance(game, GAN)
                game.discriminator.eval()  # dropout would differ
                with torch.no_grad():
                    fake = game.generate(batch)
                reference = copy.deepcopy(game.discriminator).double().cpu()
                with trainer.autocast:
                    ours = _gradients(game, batch, fake)
                game.discriminator = reference
                labels = None if batch.labels is None else batch.labels.cpu()
                exact = replace(batch, real=batch.real.cpu().double(), labels=labels)
                error = relative(ours, _gradients(game, exact, fake.cpu().double()))
                sheet.figures[f"{name} {precision}"] = error
                sheet.expect(error < MOST_OFF[precision], f"{name} {precision}: gradients are off by {error:.1e}")


def _gradients(game: GAN, batch: Batch, fake: Tensor) -> Tensor:
    """Those of the penalty with respect to all weights of the discriminator, in one row."""
    game.moves = 0
    weights = [weight for weight in game.discriminator.parameters() if weight.requires_grad]
    penalty = game.penalty(batch, fake)
    assert isinstance(penalty, Tensor)
    found = torch.autograd.grad(penalty, weights, allow_unused=True)
    pairs = zip(found, weights, strict=True)
    return torch.cat([(torch.zeros_like(w) if g is None else g).flatten().cpu().double() for g, w in pairs])


@check(10, cuda=True)
def memory_is_flat(bench: Bench, sheet: Sheet) -> None:
    """Training goes on in the memory that it began with; trainers that are gone hold none."""
    for name in ("mlp", "dcgan", "cmodern"):
        trainer = bench.trainer(name, recorders=(History(), Snapshots(16))).run(steps=110)
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        trainer.run(steps=bench.few(300, 110))
        grown = torch.cuda.memory_allocated() - before
        sheet.figures[name] = {"grown": grown, "peak_mb": torch.cuda.max_memory_allocated() / 1e6}
        sheet.expect(grown <= SMALL, f"{name}: {grown:,} bytes more after the rounds")
        del trainer
    held = []
    for _ in range(6):
        bench.trainer("dcgan").run(steps=2)
        gc.collect()
        held.append(torch.cuda.memory_allocated())
    sheet.expect(held[-1] - held[1] <= SMALL, "trainers that are gone hold memory")


@check(20, cuda=True)
def out_of_memory(bench: Bench, sheet: Sheet) -> None:
    """An absurd batch ends in a sentence that names one that fits; the state is as before; that one plays."""
    total = torch.cuda.get_device_properties(bench.device).total_memory
    batch, spares = (64, (60e6, 25e6)) if bench.quick else (4096, (1.2e9, 0.4e9))
    for spare in spares:  # the second leaves little more than the weights take
        gc.collect()
        torch.cuda.empty_cache()
        with sheet.part(f"{spare / 1e9:g} GB"):
            trainer = bench.trainer("dcgan", data=noise((3, 64, 64)), batch_size=batch)
            state = trainer.state_dict()
            torch.cuda.set_per_process_memory_fraction(min(1.0, (torch.cuda.memory_reserved() + spare) / total))
            sentence = ""
            try:
                trainer.run(steps=2)
            except OutOfMemory as caught:
                sentence = str(caught)
            finally:
                torch.cuda.set_per_process_memory_fraction(1.0)
            sheet.figures[f"{spare / 1e9:g} GB"] = sentence
            sheet.expect(same(state, trainer.state_dict()), f"{spare / 1e9:g} GB: another state afterwards")
            fits = re.search(r"one of (\d+) does", sentence)
            if sheet.expect(fits, f"{spare / 1e9:g} GB: no batch is named: {sentence!r}") and fits:
                trainer.settings = replace(trainer.settings, batch_size=int(fits[1]))
                trainer.run(steps=2)
        trainer = state = None

"""What is done again and again takes no more memory than what is done once; where memory runs out, that is told."""

import asyncio
import ctypes
import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import torch
from helpers.shown import PLOTS, VIEWS, plots_there_are
from helpers.small import PointGame, point_trainer, same
from helpers.views import find_views
from ipywidgets import Button, DOMWidget, Widget
from ipywidgets.widgets import widget as registry
from torch import Tensor

from gancore.data import Batch, ImageData
from gancore.plots.style import png
from gancore.pretrained import load_pretrained
from gancore.runs.config import RunConfig
from gancore.runs.folder import RunFolder
from gancore.training.memory import OutOfMemory, is_out_of_memory
from gancore.training.recipes import RECIPES
from gancore.training.recorders import Record
from gancore.training.trainer import Trainer
from gancore.widgets.explorer import LatentExplorer
from gancore.widgets.joint import JointExplorer
from gancore.widgets.lab import Lab
from gancore.widgets.live import Live
from gancore.widgets.quiz import QuizBox

MEGABYTE = 1e6
MOST = 6 * MEGABYTE  # that repetitions may add: the allocator's own rooms come and go by so much
OBJECTS = 3.0  # Python objects that a repetition may add, such as a row of a history
FEW, MANY = 3, 1_000
OFTEN = 100  # repetitions between collections
FEW_MOVES = 30  # of a view's controls
SAMPLE = ("images.picture", "training.curves")  # all of them take minutes
SOAK, SOAK_SETTLES, SOAK_SHORT = 30 * 60, 5 * 60, 4.5  # seconds of training, and those that count as its beginning


def memory() -> int:
    """The bytes that this process holds, once everything that can be given back has been."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    return psutil.Process().memory_info().rss


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def does_not_grow(action: Callable[[], object], times: int, name: str) -> None:
    """Repeat `action`: neither the memory nor the number of Python objects may grow with it, once it is warm."""
    for _ in range(max(2, times // 10)):
        action()
    objects_before, before = objects(), memory()
    for number in range(times):
        action()
        if number % OFTEN == 0:
            gc.collect()  # what waits for Python's own collection leaves holes that `malloc_trim` cannot give back
    grown, more = memory() - before, objects() - objects_before
    print(f"{name}, {times:,} times: {grown / MEGABYTE:+.1f} MB, {more:+,} objects")
    assert grown < MOST
    assert more < OBJECTS * times


# Training and sampling


def keep_training(digits: ImageData, folder: Path, times: int) -> None:
    recipe = RECIPES["modern"].change(batch_size=2)
    trainer = recipe.trainer(digits, device="cpu", precision="fp32")
    does_not_grow(lambda: trainer.run(steps=1), times, "training")
    RunFolder(folder, RunConfig(recipe, "digits", digits.spec, 0)).attach(trainer)
    does_not_grow(lambda: trainer.run(steps=1), max(FEW, times // 10), "training in a run folder")
    trainer.recorders.clear()
    does_not_grow(lambda: trainer.sample(8), times, "sampling")
    does_not_grow(lambda: load_pretrained("modern").sample(1), max(FEW, times // 10), "loading")


def test_training_and_sampling_again_and_again_take_no_more_memory(digits: ImageData, tmp_path: Path) -> None:
    keep_training(digits, tmp_path / "run", 5 * FEW)


@pytest.mark.long
def test_training_and_sampling_a_thousand_times_take_no_more_memory(digits: ImageData, tmp_path: Path) -> None:
    keep_training(digits, tmp_path / "run", MANY)


class Watch(Record):
    """Notes the memory that training holds, ten times a minute."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, int]] = []

    def on_step(self, trainer: Trainer) -> None:
        if not self.seen or trainer.seconds - self.seen[-1][0] >= 6:
            self.seen.append((trainer.seconds, memory()))


def soak(digits: ImageData, folder: Path, seconds: float, settles: float) -> None:
    watch, recipe = Watch(), RECIPES["modern"]
    trainer = recipe.trainer(digits, device="cpu", recorders=(watch,))
    RunFolder(folder, RunConfig(recipe, "digits", digits.spec, 0)).attach(trainer)
    trainer.run(seconds=settles)
    watch.seen.append((trainer.seconds, memory()))
    _, settled = watch.seen[-1]
    trainer.run(seconds=seconds - settles)
    watch.seen.append((trainer.seconds, memory()))
    most = max(held for at, held in watch.seen if at >= settles) - settled
    print(f"{trainer.round:,} rounds; {most / MEGABYTE:+.1f} MB at most after the first {settles:.0f} s")
    assert most < MOST


def test_some_seconds_of_modern_have_flat_memory(digits: ImageData, tmp_path: Path) -> None:
    soak(digits, tmp_path / "run", SOAK_SHORT, SOAK_SHORT / 3)


@pytest.mark.long
def test_thirty_minutes_of_modern_have_flat_memory(digits: ImageData, tmp_path: Path) -> None:
    soak(digits, tmp_path / "run", SOAK, SOAK_SETTLES)


# Plots


def test_every_plot_is_looked_at() -> None:
    assert plots_there_are() == set(PLOTS)


def test_plots_drawn_again_and_again_take_no_more_memory() -> None:
    for name in SAMPLE:
        does_not_grow(lambda name=name: png(PLOTS[name]()), FEW, name)


@pytest.mark.long
@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_drawn_a_thousand_times_takes_no_more_memory(name: str) -> None:
    does_not_grow(lambda: png(PLOTS[name]()), MANY, name)


def test_no_figure_is_left_open() -> None:
    """pyplot keeps every figure that is not closed; the course's are not pyplot's."""
    for draw in PLOTS.values():
        draw()
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


# Views


def controls_of(widget: Widget) -> Iterator[DOMWidget]:
    """Every button, slider, list and field in `widget`."""
    for child in getattr(widget, "children", ()):
        yield from controls_of(child)
    if isinstance(widget, Button) or (hasattr(widget, "description") and hasattr(widget, "value")):
        yield widget


def move(control: DOMWidget, step: int) -> None:
    """Use `control` as a reader may: click it, or give it another of its values."""
    share = (step * 7 % 10) / 10
    if isinstance(control, Button):
        control.click()
    elif hasattr(control, "options"):
        control.index = int(share * len(control.options))
    elif hasattr(control, "max"):
        value = control.min + share * (control.max - control.min)
        control.value = type(control.value)(control.base**value if hasattr(control, "base") else value)


async def use(view: Widget, moves: int) -> None:
    """Make `moves` moves of the controls of `view`, one after the other, with the breaks in which a view plays."""
    controls = list(controls_of(view))
    for step in range(moves):
        move(controls[step % len(controls)], step)
        await asyncio.sleep(0)


def keep_using(kind: type, moves: int) -> None:
    async def session() -> None:
        view = VIEWS[kind]()
        await use(view, max(FEW_MOVES, moves // 10))
        objects_before, before = objects(), memory()
        await use(view, moves)
        grown, more = memory() - before, objects() - objects_before
        view.close()
        print(f"{kind.__name__}, {moves:,} moves: {grown / MEGABYTE:+.1f} MB, {more:+,} objects")
        assert grown < MOST
        assert more < 5 * OBJECTS * moves  # a view remembers its last frames

    asyncio.run(session())


def test_every_view_is_looked_at() -> None:
    assert set(find_views()) == {*VIEWS, Live}


@pytest.mark.parametrize("kind", [Lab, LatentExplorer, JointExplorer, QuizBox], ids=lambda kind: kind.__name__)
def test_views_used_again_and_again_take_no_more_memory(kind: type) -> None:
    keep_using(kind, FEW_MOVES)


@pytest.mark.long
@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_every_view_used_a_thousand_times_takes_no_more_memory(kind: type) -> None:
    keep_using(kind, MANY)


def widgets_there_are() -> int:
    return len(registry._instances)


def keep_making(kind: type, times: int) -> None:
    before = widgets_there_are()

    def make() -> None:
        VIEWS[kind]().close()
        assert widgets_there_are() == before

    does_not_grow(make, times, kind.__name__)


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_closed_view_leaves_no_widget_behind(kind: type) -> None:
    before = widgets_there_are()
    VIEWS[kind]().close()
    assert widgets_there_are() == before


def test_closed_lab_leaves_nothing_behind() -> None:
    keep_making(Lab, FEW)


@pytest.mark.long
@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_thousand_closed_views_leave_nothing_behind(kind: type) -> None:
    keep_making(kind, MANY)


def test_closed_view_stops_playing() -> None:
    async def session() -> None:
        lab = Lab()
        lab.play.click()
        await asyncio.sleep(0.2)
        assert lab.play.playing
        lab.close()
        frame = lab.game.frame
        await asyncio.sleep(0.2)
        assert lab.game.frame == frame
        assert len(asyncio.all_tasks()) == 1  # this one

    asyncio.run(session())


# Where it runs out


class Greedy(PointGame):
    """A game whose memory has room for so many examples at once, and no more."""

    def __init__(self, room: int, shout: Callable[[], object]) -> None:
        super().__init__()
        self.room, self.shout = room, shout

    def discriminator_loss(self, batch: Batch) -> Tensor:
        if len(batch) > self.room:
            self.shout()
        return super().discriminator_loss(batch)


def on_cuda() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def on_cpu() -> None:
    torch.empty(10**15)


@pytest.mark.parametrize("shout", [on_cuda, on_cpu], ids=["CUDA", "CPU"])
@pytest.mark.parametrize(("room", "found"), [(12, 12), (13, 12), (99, 50), (1, 1)])
def test_out_of_memory_says_which_batch_would_fit(room: int, found: int, shout: Callable[[], object]) -> None:
    trainer = point_trainer(Greedy(room, shout), batch_size=100)
    before = trainer.state_dict()
    with pytest.raises(OutOfMemory, match=rf"\b100\b.*\bcpu\b.*\b{found}\b"):
        trainer.run(steps=3)
    assert same(trainer.state_dict(), before)
    trainer = point_trainer(Greedy(room, shout), batch_size=found)
    assert trainer.run(steps=3).round == 3


def test_out_of_memory_in_the_middle_of_a_run_keeps_the_last_good_state() -> None:
    game = Greedy(100, on_cuda)
    trainer = point_trainer(game, batch_size=64).run(steps=5)
    before = trainer.state_dict()
    game.room = 20
    with pytest.raises(OutOfMemory, match=r"\b64\b.*\b16\b"):
        trainer.run(steps=5)
    assert same(trainer.state_dict(), before)
    game.room = 100
    assert trainer.run(steps=1).round == 6


class OutInSecondMove(PointGame):
    """A game with room for 8 examples in the generator's move. It notes what is held when a smaller batch is tried."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[weakref.ref] = []
        self.held: list[Tensor | None] = []

    def discriminator_loss(self, batch: Batch) -> Tensor:
        self.held += [ref() for ref in self.batches]
        if len(self.batches) == 2:  # those of the round that failed
            self.held += [weight.grad for weight in self.discriminator.parameters()]
        self.batches.append(weakref.ref(batch.real))
        return super().discriminator_loss(batch)

    def generator_loss(self, batch: Batch) -> Tensor:
        self.batches.append(weakref.ref(batch.real))
        loss = super().generator_loss(batch)
        return loss if len(batch) <= 8 else on_cuda()


def test_nothing_of_the_batch_that_did_not_fit_is_held_while_a_smaller_one_is_tried() -> None:
    game = OutInSecondMove()
    with pytest.raises(OutOfMemory, match="one of 8 does"):
        point_trainer(game, batch_size=32).run(steps=1)
    assert len(game.held) > len(game.batches)
    assert set(game.held) == {None}


class NeverFits(PointGame):
    """A game whose generator never has room for its way back. It notes the batches that it has met."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[weakref.ref] = []

    def generator_loss(self, batch: Batch) -> Tensor:
        self.batches.append(weakref.ref(batch.real))
        self.shared = batch, super().generator_loss(batch)
        try:
            raise RuntimeError("a kernel that failed first")
        except RuntimeError:
            return on_cuda()


def test_nothing_of_a_batch_is_held_while_the_trainer_goes_back_and_no_second_copy_is_made(monkeypatch) -> None:
    game = NeverFits()
    trainer = point_trainer(game, batch_size=4)
    good, back, held = trainer._good, trainer.load_state_dict, []

    def watched(state: dict) -> None:
        held.extend(ref() for ref in game.batches)
        held.extend(weight.grad for player in (game.generator, game.discriminator) for weight in player.parameters())
        back(state)

    monkeypatch.setattr(trainer, "load_state_dict", watched)
    with pytest.raises(OutOfMemory, match="smaller"):
        trainer.run(steps=1)
    assert len(game.batches) == 3  # of 4, 2 and 1
    assert set(held) == {None}
    assert trainer._good is good
    trainer.d_optimizer.step()
    assert same(trainer._good, good)


@pytest.mark.parametrize(
    "words",
    [
        "[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: not enough memory: you tried to allocate 8 B.",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        "Unable to find a valid cuDNN algorithm to run convolution",
        "MPS backend out of memory (MPS allocated: 8 GB)",
    ],
)
def test_memory_has_run_out_in_the_words_of_every_library(words: str) -> None:
    assert is_out_of_memory(RuntimeError(words))


def test_settings_and_state_are_put_back_where_a_smaller_batch_fails_for_another_reason() -> None:
    def shout() -> None:
        raise next(errors)

    errors = iter((torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("mat1 and mat2")))
    trainer = point_trainer(Greedy(0, shout), batch_size=8)
    before, settings = trainer.state_dict(), trainer.settings
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        trainer.run(steps=1)
    assert trainer.settings is settings
    assert same(trainer.state_dict(), before)


def test_out_of_memory_for_the_smallest_batch_says_what_else_to_do() -> None:
    with pytest.raises(OutOfMemory, match=r"smaller .*another device"):
        point_trainer(Greedy(0, on_cuda), batch_size=8).run(steps=1)


def test_any_other_error_of_a_game_is_not_taken_for_want_of_memory() -> None:
    def shout() -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        point_trainer(Greedy(0, shout)).run(steps=1)

"""CUDA graphs for a processor: a tape of operations, which holds what they read and write and plays them again.

As a graph, it knows nothing of Python: numbers are those of the capture, tensors are places in memory, what is captured
is not computed, and random numbers come from registered states. Whatever asks for a number ends the capture.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gancore.system.random import as_global

DRAWS = ("rand", "normal_", "uniform_", "bernoulli", "dropout", "multinomial", "random_")  # in names of operations


def tensors(value: object) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(value) if isinstance(leaf, Tensor)]


class Tape:
    """What `torch.cuda.CUDAGraph` is to a trainer."""

    def __init__(self) -> None:
        self.states: list[torch.Generator] = []
        self.steps: list[Callable[[], object]] = []
        self.played = 0

    def register_generator_state(self, rng: torch.Generator) -> None:
        self.states.append(rng)

    def replay(self) -> None:
        self.played += 1
        with torch.no_grad():
            for step in self.steps:
                step()


class Recording(TorchDispatchMode):
    """While inside, operations are written on `tape`; at the end all tensors and states are as they were."""

    now: "Recording | None" = None

    def __init__(self, tape: Tape) -> None:
        super().__init__()
        self.tape, self.lent = tape, False
        self.before: dict[int, tuple[Tensor, Tensor]] = {}  # what came from outside, and its copy
        self.inside: list[Tensor] = []  # kept alive, so that no other tensor gets its place

    def __enter__(self) -> "Recording":
        Recording.now = self
        self.rngs = [(rng, rng.get_state()) for rng in self.tape.states]
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        Recording.now = None
        with torch.no_grad():
            for tensor, copy in self.before.values():
                tensor.copy_(copy)
        for rng, state in self.rngs:
            rng.set_state(state)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        name = func.name()
        if "_local_scalar_dense" in name or "nonzero" in name:
            raise RuntimeError("operation not permitted when stream is capturing")
        if any(word in name for word in DRAWS) and not self.may_draw(kwargs.get("generator")):
            raise RuntimeError(f"{name} draws from a state that is not registered")
        known = {id(each) for each in self.inside}
        for tensor in tensors((args, kwargs)):
            if id(tensor) not in known and id(tensor) not in self.before:
                self.before[id(tensor)] = tensor, tensor.detach().clone()
        result = func(*args, **kwargs)
        self.inside += tensors(result)
        if not is_view(func):
            self.tape.steps.append(lambda: write(func(*args, **kwargs), result))
        return result

    def may_draw(self, rng: torch.Generator | None) -> bool:
        """Whether random numbers come from a registered state, which an operation gets in another wrapper."""
        return (
            self.lent if rng is None else any(torch.equal(rng.get_state(), own.get_state()) for own in self.tape.states)
        )


def is_view(func: Any) -> bool:
    """Whether an operation gives another look at the same memory, so that there is nothing to do again."""
    looks = [each.alias_info for each in func._schema.returns if each.alias_info is not None]
    return bool(looks) and not any(look.is_write for look in looks)


def write(new: object, places: object) -> None:
    """Put what an operation gave this time where it was put when it was captured."""
    for number, place in zip(tensors(new), tensors(places), strict=True):
        if number is not place:
            place.copy_(number)


@contextmanager
def lent(rng: torch.Generator) -> Iterator[None]:
    """`as_global`, also on a tape."""
    recording = Recording.now
    if recording is None:
        with as_global(rng):
            yield
        return
    inside = as_global(rng)
    own: list[Any] = []

    def enter() -> None:
        own.append(as_global(rng))
        own[-1].__enter__()

    recording.tape.steps.append(enter)
    recording.lent = rng in recording.tape.states
    with inside:
        yield
    recording.lent = False
    recording.tape.steps.append(lambda: own.pop().__exit__(None, None, None))


class Stream:
    """Everything happens in order."""

    def __init__(self, device: object = None) -> None:
        pass

    def wait_stream(self, other: "Stream") -> None:
        pass


@pytest.fixture
def tape(monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphs are tapes, and rates are rounded as they are on a GPU, for as long as a test takes."""
    monkeypatch.setattr("gancore.training.graphed.KIND", "cpu")
    monkeypatch.setattr("gancore.training.trainer.SINGLE_RATES", ("cpu",))
    monkeypatch.setattr("gancore.training.trainer.as_global", lent)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", Tape)
    monkeypatch.setattr(torch.cuda, "graph", lambda tape, *where, **how: Recording(tape))
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", lambda: (0, 1))
    monkeypatch.setattr(torch.cuda, "Stream", Stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda stream: nullcontext())
    monkeypatch.setattr(torch.cuda, "current_stream", Stream)

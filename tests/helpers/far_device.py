"""Measures, views and searches on a device that this machine need not have, with real numbers; prints them as JSON.

The device is a stand-in that PyTorch knows by name only, and its tensors hold their numbers on the CPU, out of sight:
whatever mixes devices fails as it would on a GPU, and so do `.numpy()`, and float64, which MPS lacks. A script of its
own, for the same reason as fake_device.py, from which it has what such a device needs.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

import gancore.metrics.judge
import gancore.widgets.pad
from gancore.analysis.latents import Inverter
from gancore.analysis.ranking import RankedDiscriminator
from gancore.analysis.saliency import saliency
from gancore.analysis.shapes import slant, thickness
from gancore.analysis.watermark import Watermark
from gancore.data import load, to_uint8
from gancore.data.images import to_float
from gancore.lessons.contest import Contest, Twenty
from gancore.metrics.classes import class_fidelity, class_shares
from gancore.metrics.classifier import Extractor, load_extractor
from gancore.metrics.distances import frechet_distance, inception_score, kernel_distance
from gancore.metrics.judge import judge_accuracy, train_judge
from gancore.metrics.neighbours import density_and_coverage, novelty, precision_and_recall
from gancore.models.sampling import generate, seeded_latents
from gancore.plots.images import before_and_after, picture, pixel_histogram
from gancore.plots.labels import leaning
from gancore.plots.salient import drawing, salient
from gancore.plots.scene import scene
from gancore.system.random import seeded
from gancore.widgets.pad import DigitPad
from helpers.fake_device import NAME, StandIn, move
from helpers.handwriting import DIGITS

FAR = f"{NAME}:0"
COPIES = (torch.ops.aten._to_copy, torch.ops.aten.copy_)


class FarTensor(Tensor):
    """Numbers of the stand-in."""

    @staticmethod
    def __new__(cls, numbers: Tensor) -> "FarTensor":
        return Tensor._make_wrapper_subclass(
            cls, numbers.shape, numbers.stride(), numbers.storage_offset(), dtype=numbers.dtype, device=FAR
        )

    def __init__(self, numbers: Tensor) -> None:
        if numbers.dtype == torch.float64:
            raise TypeError("this device has no float64, as MPS has none")
        self.numbers = numbers

    @classmethod
    def __torch_dispatch__(cls, operator, types, args=(), kwargs=None):
        return compute(operator, args, kwargs or {})

    def tolist(self) -> Any:
        """Which a device's tensor has, and one of a class of its own has not."""
        return self.cpu().tolist()

    def __format__(self, layout: str) -> str:
        return format(self.cpu(), layout)


class Kernels(TorchDispatchMode):
    """Has tensors that are made on the stand-in made there."""

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        return compute(operator, args, kwargs or {})


def compute(operator: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """What `operator` gives, on the device where its tensors are. Raises RuntimeError where these are several."""
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
    far = [isinstance(tensor, FarTensor) for tensor in tensors]
    # A number may be anywhere, and so may the places that are looked up.
    loose = [tensor.ndim == 0 or operator.overloadpacket is torch.ops.aten.index for tensor in tensors]
    copies = operator.overloadpacket in COPIES
    if any(far) and not copies and not all(each or free for each, free in zip(far, loose, strict=True)):
        raise RuntimeError(f"{operator}: expected all tensors on one device, but found at least two devices")
    goes_far = any(far) if kwargs.get("device") is None else torch.device(kwargs["device"]).type == NAME
    if kwargs.get("device") is not None:
        kwargs = kwargs | {"device": torch.device("cpu")}
    near_args, near_kwargs = tree_map_only(FarTensor, lambda tensor: tensor.numbers, (args, kwargs))
    result = operator(*near_args, **near_kwargs)
    if operator.overloadpacket is torch.ops.aten.copy_ or operator._schema.name.endswith("_"):
        return args[0]
    return tree_map_only(Tensor, FarTensor, result) if goes_far else result


def far(thing: Any) -> Any:
    """A tensor, or a copy of a network, on the stand-in."""
    return move(deepcopy(thing), FAR) if isinstance(thing, nn.Module) else thing.to(FAR)


def near(thing: Any) -> Any:
    return thing


# What is asked

with seeded(0):
    GENERATOR = nn.Sequential(nn.Linear(4, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
    DISCRIMINATOR = nn.Sequential(nn.Flatten(), nn.Linear(784, 1), nn.Flatten(0))
    FEATURES = torch.randn(20, 3), torch.randn(20, 3) + 1
REAL = to_float(load("digits").images[::250])
FAKE = generate(GENERATOR, seeded_latents(len(REAL), 4, 1))
LIKENESS = FAKE[:2].clone()


def inverted(place: Callable) -> list:
    images = place(LIKENESS)
    found = Inverter(place(GENERATOR), 4).invert(images, steps=2)
    assert found.latents.device == found.images.device == images.device
    return [found.latents.tolist(), found.errors.tolist()]


def salient_places(place: Callable) -> list:
    images = place(LIKENESS)
    gradient = saliency(place(DISCRIMINATOR), images)
    assert gradient.device == images.device
    salient(images, gradient, ["one", "other"])
    drawing(images[:1], gradient[:1], images[1:])
    return gradient.sum((1, 2, 3)).tolist()


def ranked(place: Callable) -> str:
    return RankedDiscriminator(place(DISCRIMINATOR), place(REAL), place(FAKE)).verdict(place(LIKENESS[:1]))


def drawn_on_the_pad(place: Callable) -> str:
    """What the pad says of a stroke, its players on the device."""
    made, told = place(GENERATOR), place(DISCRIMINATOR)
    pad = DigitPad(RankedDiscriminator(told, place(REAL), place(FAKE)), Inverter(made, 4), told)
    pad.pad.points = DIGITS[1]
    return pad.status.value


def judged(place: Callable) -> float:
    return judge_accuracy(place(train_judge(place(FEATURES[0]), place(FEATURES[1]))), *map(place, FEATURES))


def classified(place: Callable) -> list:
    logits = place(load_extractor().logits(REAL))
    return [class_fidelity(logits, place(torch.arange(len(REAL)) % 10)), class_shares(logits).tolist()]


def extracted(place: Callable) -> list:
    extractor = load_extractor()
    return Extractor(place(extractor.network), "digits", 1.0, 0).features(place(REAL)).sum(1).tolist()


def pictured(place: Callable) -> int:
    """The views that chapters show straight away: a sum of their pixels, or their count."""
    images = place(REAL)
    pixel_histogram({"real": images, "fake": place(FAKE)})
    before_and_after(torch.stack([images, place(FAKE)]), ["before", "after"])
    scene(place(torch.zeros(4)), images[0], images[1])
    leaning(images[:3], place(slant(REAL[:3])))
    return sum(picture(images).tobytes())


def marked(place: Callable) -> list:
    mark = Watermark(3, side=28)
    return mark.correlation(mark.put(place(REAL))).tolist()


def contested(place: Callable) -> list:
    """Twenty by a generator on the device, whose samples come from there."""
    drawer = SimpleNamespace(sample=lambda count, seed: place(FAKE[torch.arange(count) % len(FAKE)]))
    return Twenty(Contest(drawer, lambda images: images.mean((1, 2, 3)), to_uint8(REAL)), 0).verdict.tolist()


QUESTIONS: dict[str, Callable[[Callable], object]] = {
    "Inverter": inverted,
    "saliency": salient_places,
    "RankedDiscriminator": ranked,
    "DigitPad": drawn_on_the_pad,
    "judge": judged,
    "classes": classified,
    "Extractor": extracted,
    "pictures": pictured,
    "Watermark": marked,
    "Twenty": contested,
    "slant and thickness": lambda place: [slant(place(REAL)).tolist(), thickness(place(REAL)).tolist()],
    "generate": lambda place: generate(place(GENERATOR), seeded_latents(3, 4, 0)).sum((1, 2, 3)).tolist(),
    "frechet_distance": lambda place: frechet_distance(*map(place, FEATURES)),
    "kernel_distance": lambda place: kernel_distance(*map(place, FEATURES)),
    "inception_score": lambda place: inception_score(place(FEATURES[0])),
    "precision_and_recall": lambda place: precision_and_recall(*map(place, FEATURES)),
    "density_and_coverage": lambda place: density_and_coverage(*map(place, FEATURES)),
    "novelty": lambda place: asdict(novelty(place(FAKE), to_uint8(REAL))),
    "novelty, both": lambda place: asdict(novelty(place(FAKE), place(to_uint8(REAL)))),
}


def outcome(question: Callable[[Callable], object], place: Callable) -> object:
    """The answer, or what went wrong."""
    try:
        return question(place)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


if __name__ == "__main__":
    backend_registration._setup_privateuseone_for_python_backend(NAME, StandIn())
    gancore.metrics.judge.STEPS = gancore.widgets.pad.STEPS = 3  # each takes long where Python looks on
    with Kernels():
        answers = {name: [outcome(question, place) for place in (near, far)] for name, question in QUESTIONS.items()}
        answers["numpy"] = outcome(lambda place: place(REAL).numpy().sum(), far)
        answers["double"] = outcome(lambda place: float(place(REAL).double().sum()), far)
        answers["mixed"] = outcome(lambda place: float((place(REAL) - FAKE).sum()), far)
    print(json.dumps(answers))

"""The classifier whose features the metrics measure in, and its files.

Inception's features were learnt on photographs; a classifier of the very kind of image under test sees more
in digits and runs in a second on a laptop. Scores depend on its weights, so every score is told with their
`fingerprint`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save
from torch import Tensor, nn

import gancore
from gancore.errors import GancoreError
from gancore.runs.weights import Altered, fingerprint, read_weights
from gancore.system.files import write_bytes

SHIPPED = {"digits": Path(gancore.__file__).parent / "weights" / "digits-classifier.safetensors"}
FEATURES = 64  # small enough that a few hundred samples make a full-rank covariance
WIDTHS = (32, 64, 64, 64)  # channels after each halving; 28 and 32 pixels take three, 64 pixels take four
FINAL_SIDE = 4  # pixels a side where the halving stops
BATCH = 250  # images a forward pass of the extractor
RANGE_SLACK = 1e-3  # what rounding in low precision may add to [-1, 1]
DROPOUT = 0.3


class Classifier(nn.Module):
    """Images `(N, C, H, W)` in [-1, 1] to logits `(N, classes)`; 205,354 parameters for ten classes of 1×28×28.

    The features are what enters the last activation. A normalisation without scale or shift gives each of
    them mean 0 and variance 1 over the training images, so that every distance between features has the same unit.
    """

    def __init__(self, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
        self.shape, self.classes = shape, classes
        channels, side, _ = shape
        layers: list[nn.Module] = []
        for width in WIDTHS[: math.ceil(math.log2(side / FINAL_SIDE))]:
            layers += convolution(channels, width, stride=2) + convolution(width, width)
            channels, side = width, math.ceil(side / 2)
        to_features = nn.Linear(channels * side**2, FEATURES, bias=False)
        self.body = nn.Sequential(*layers, nn.Flatten(), to_features, nn.BatchNorm1d(FEATURES, affine=False))
        self.head = nn.Sequential(nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(FEATURES, classes))

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.body(images))


def convolution(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    """A 3×3 convolution, normalised and rectified."""
    return [nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


@dataclass(frozen=True)
class Extractor:
    """A trained classifier, in eval mode, as a source of features.

    `data` is the name of what it was trained on, and `accuracy` its share, 0..1, of right answers on the
    held-out part.
    """

    network: Classifier
    data: str
    accuracy: float
    seed: int

    def __str__(self) -> str:
        return f"{self.data} classifier {self.fingerprint} ({self.accuracy:.1%} on held-out images)"

    @property
    def shape(self) -> tuple[int, int, int]:
        """The `(C, H, W)` of the images it takes."""
        return self.network.shape

    @property
    def classes(self) -> int:
        """How many classes it tells apart."""
        return self.network.classes

    @cached_property
    def fingerprint(self) -> str:
        """The first 12 hex digits of the SHA-256 of its weights."""
        return fingerprint(self.network.state_dict())

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def to(self, device: torch.device | str) -> "Extractor":
        """This extractor, its network moved to `device`."""
        self.network.to(device)
        return self

    @torch.no_grad()
    def features(self, images: Tensor) -> Tensor:
        """Float images `(N, C, H, W)` in [-1, 1] to float32 features `(N, 64)`, on the CPU, in batches.

        Raises GancoreError for images of another type, shape or range.
        """
        check_images(images, self.shape, str(self))
        batches = images.split(BATCH)
        return torch.cat([self.network.body(batch.to(self.device, torch.float32)).cpu() for batch in batches])

    @torch.no_grad()
    def classify(self, features: Tensor) -> Tensor:
        """Features `(N, 64)` to logits `(N, classes)`, on the CPU: the rest of the way."""
        return self.network.head(features.to(self.device)).cpu()

    def logits(self, images: Tensor) -> Tensor:
        """Float images `(N, C, H, W)` in [-1, 1] to logits `(N, classes)`, on the CPU, in batches."""
        return self.classify(self.features(images))


def check_images(images: Tensor, shape: tuple[int, int, int], user: str) -> None:
    """Raise GancoreError, saying what would work, unless `images` are floats `(N, *shape)` in [-1, 1]."""
    wanted = "×".join(map(str, shape))
    if images.ndim != 4 or tuple(images.shape[1:]) != tuple(shape) or len(images) == 0:
        raise GancoreError(
            f"Images of shape {tuple(images.shape)} do not fit the {user}, "
            f"which takes (N, {', '.join(map(str, shape))}); "
            f"give it {wanted} images, or train an extractor for these with "
            "gancore features --data FOLDER --out FILE."
        )
    if not images.is_floating_point():
        raise GancoreError(f"Images are {images.dtype}, expected floats in [-1, 1]; gancore.data.to_float makes them.")
    low, high = (float(bound) for bound in images.aminmax())  # NaN anywhere makes both NaN
    if not math.isfinite(low) or not math.isfinite(high):
        raise GancoreError("Images hold values that are not finite; samples of a diverged run cannot be scored.")
    if low < -1 - RANGE_SLACK or high > 1 + RANGE_SLACK:
        raise GancoreError(
            f"Images range from {low:.3g} to {high:.3g}, expected [-1, 1]; clamp the samples, "
            "or make pixels of 0..255 floats with gancore.data.to_float."
        )


def load_extractor(source: str | Path = "digits") -> Extractor:
    """The shipped extractor `source` ("digits"), or the one in the safetensors file `source`, on the CPU.

    Raises GancoreError for a file that is missing, damaged, or not one that `gancore features` wrote.
    """
    path = SHIPPED.get(str(source), Path(source))
    if not path.is_file():
        raise GancoreError(
            f"There is no extractor {str(source)!r}; use 'digits', or train one with "
            f"gancore features --data FOLDER --out {source}."
        )
    try:
        weights, about = read_weights(path, _network_of)
        network = _network_of(about)
        network.load_state_dict(weights)
        return Extractor(network.eval(), about["data"], float(about["accuracy"]), int(about["seed"]))
    except Altered as error:
        raise GancoreError(
            f"The weights in {path} are not those its fingerprint was taken of; fetch or train it again."
        ) from error
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise GancoreError(
            f"{path} is not an extractor ({error}); write one with gancore features --data FOLDER --out {path}."
        ) from error


def _network_of(about: Mapping[str, str]) -> Classifier:
    """The untrained network that the metadata of an extractor's file tells of."""
    channels, height, width = (int(size) for size in about["shape"].split("x"))
    return Classifier((channels, height, width), int(about["classes"]))


def save_extractor(extractor: Extractor, path: Path) -> None:
    """Write `extractor` to `path`, atomically, as safetensors with its provenance as metadata."""
    about = {
        "data": extractor.data,
        "shape": "x".join(map(str, extractor.shape)),
        "classes": str(extractor.classes),
        "accuracy": f"{extractor.accuracy:.6f}",
        "seed": str(extractor.seed),
        "fingerprint": extractor.fingerprint,
    }
    weights = {name: values.cpu().contiguous() for name, values in extractor.network.state_dict().items()}
    write_bytes(path, save(weights, about))

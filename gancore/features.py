"""The classifier whose features the metrics measure in: its network, its training, its shipped weights.

Inception's features were learnt on photographs; a classifier of the very kind of image under test sees more
in digits and runs in a second on a laptop. `python -m gancore.features --data digits --out FILE` trains one.
Scores depend on the weights, so an extractor carries the `fingerprint` of its own.
"""

import argparse
import hashlib
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional as F

from gancore.data import SIZES, ImageData, load, to_float
from gancore.errors import GancoreError
from gancore.files import write_atomically

SHIPPED = {"digits": Path(__file__).parent / "weights" / "digits-classifier.safetensors"}
FEATURES = 64  # small enough that a few hundred samples make a full-rank covariance
WIDTHS = (32, 64, 64, 64)  # channels after each halving; 28 and 32 pixels take three, 64 pixels take four
FINAL_SIDE = 4  # pixels a side where the halving stops
BATCH = 250  # images a forward pass of the extractor
RANGE_SLACK = 1e-3  # what rounding in low precision may add to [-1, 1]

HELD_OUT = 0.2  # share of every class that the training never sees
SPLIT_SEED = 0  # the held-out part is the same for every training seed
EPOCHS = 30
TRAIN_BATCH = 100
PEAK_RATE = 3e-3
WEIGHT_DECAY = 1e-2
DROPOUT = 0.3
TURN = math.radians(10)  # the random distortion turns by up to this much, either way
ZOOM = 0.1
SHIFT = 1 / 7  # of half an image: two pixels of 28


class Classifier(nn.Module):
    """Images `(N, C, H, W)` in [-1, 1] to logits `(N, classes)`; 205,354 parameters for ten classes of 1×28×28.

    The features are what enters the last activation. A normalisation without scale or shift makes each of
    them mean 0 and variance 1 over the training images, which fixes the unit of every distance measured in
    them.
    """

    def __init__(self, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
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

    `shape` is the `(C, H, W)` it takes, `data` the name of what it was trained on, `accuracy` its share of
    right answers on the held-out part, and `fingerprint` the first 12 hex digits of the SHA-256 of its
    weights.
    """

    network: Classifier
    shape: tuple[int, int, int]
    classes: int
    data: str
    accuracy: float
    seed: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.data} classifier {self.fingerprint} ({self.accuracy:.1%} on held-out images)"

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
            "python -m gancore.features --data FOLDER --out FILE."
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


def fingerprint(weights: Mapping[str, Tensor]) -> str:
    """The first 12 hex digits of the SHA-256 over names, shapes and values of `weights`, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        values = weights[name].detach().cpu().contiguous()
        digest.update(f"{name} {values.dtype} {tuple(values.shape)}".encode())
        digest.update(values.numpy().tobytes())
    return digest.hexdigest()[:12]


def read_tensors(handle: Any, network: nn.Module) -> dict[str, Tensor]:
    """The tensors in an open safetensors file, which must have the names and shapes of those of `network`.

    They are compared before anything is read, and `network` may be on the meta device, so that neither the file nor
    what is said about it can take more memory than there are weights. Raises RuntimeError where they differ.
    """
    wanted = {name: list(value.shape) for name, value in network.state_dict().items()}
    found = {name: handle.get_slice(name).get_shape() for name in handle.keys()}  # noqa: SIM118 (no iterator)
    if found != wanted:
        name = min(name for name in found | wanted if found.get(name) != wanted.get(name))
        raise RuntimeError(f"{name} has the shape {found.get(name)}, not {wanted.get(name)}")
    return {name: handle.get_tensor(name) for name in found}


def load_extractor(source: str | Path = "digits") -> Extractor:
    """The shipped extractor `source` ("digits"), or the one in the safetensors file `source`, on the CPU.

    Raises GancoreError for a file that is missing, or that `python -m gancore.features` did not write.
    """
    path = SHIPPED.get(str(source), Path(source))
    if not path.is_file():
        raise GancoreError(
            f"There is no extractor {str(source)!r}; use 'digits', or train one with "
            f"python -m gancore.features --data FOLDER --out {source}."
        )
    try:
        with safe_open(path, "pt") as handle:
            about = handle.metadata() or {}
            shape, classes = tuple(int(size) for size in about["shape"].split("x")), int(about["classes"])
            with torch.device("meta"):
                wanted = Classifier(shape, classes)
            weights = read_tensors(handle, wanted)
        network = Classifier(shape, classes)
        network.load_state_dict(weights)
        extractor = _extractor(network, shape, about["data"], float(about["accuracy"]), int(about["seed"]))
        intact = extractor.fingerprint == about["fingerprint"]
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError, TypeError, OverflowError) as error:
        raise GancoreError(
            f"{path} is not an extractor ({type(error).__name__}); write one with "
            f"python -m gancore.features --out {path}."
        ) from error
    if not intact:
        raise GancoreError(
            f"The weights in {path} are not those its fingerprint was taken of; fetch or train it again."
        )
    return extractor


def _extractor(network: Classifier, shape: tuple[int, ...], data: str, accuracy: float, seed: int) -> Extractor:
    classes = network.head[-1].out_features
    return Extractor(network.eval(), shape, classes, data, accuracy, seed, fingerprint(network.state_dict()))


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
    write_atomically(path, lambda temporary: temporary.write_bytes(save(weights, about)))


def held_out_split(labels: Tensor) -> tuple[Tensor, Tensor]:
    """Indices, int64, to train on, and of the fifth of each class that is held out; the same in every run.

    Raises GancoreError where a class has fewer than two images.
    """
    rng = torch.Generator().manual_seed(SPLIT_SEED)
    train, held_out = [], []
    for label in labels.unique().tolist():
        members = torch.where(labels == label)[0]
        if len(members) < 2:
            raise GancoreError(
                f"Class {label} has {len(members)} image; training and checking need at least 2 a class."
            )
        members = members[torch.randperm(len(members), generator=rng)]
        count = max(1, round(HELD_OUT * len(members)))
        held_out.append(members[:count])
        train.append(members[count:])
    return torch.cat(train), torch.cat(held_out)


def distort(images: Tensor, rng: torch.Generator) -> Tensor:
    """`images` `(N, C, H, W)`, each turned, shifted and resized a little at random; black fills the gaps."""
    turn, zoom, right, down = (torch.rand(4, len(images), generator=rng) * 2 - 1) * torch.tensor(
        [[TURN], [ZOOM], [SHIFT], [SHIFT]]
    )
    cosine, sine = turn.cos() * (1 + zoom), turn.sin() * (1 + zoom)
    rows = torch.stack([cosine, -sine, right, sine, cosine, down], dim=1).unflatten(1, (2, 3))
    grid = F.affine_grid(rows, list(images.shape), align_corners=False)
    return F.grid_sample(images + 1, grid, align_corners=False) - 1


def train_extractor(data: ImageData, seed: int = 0, epochs: int = EPOCHS) -> Extractor:
    """Train a Classifier on four fifths of `data`, each class alike, and measure it on the rest.

    The same seed and thread count give the same weights. Raises GancoreError for data without labels, with a
    single class, or of a size other than square 28, 32 or 64.
    """
    if data.labels is None or len(data.labels.unique()) < 2:
        raise GancoreError(
            f"{data.name} has no labels of at least two classes, and a classifier learns from labels; "
            "sort the images into one subfolder a class."
        )
    if data.shape[1] != data.shape[2] or data.shape[1] not in SIZES:
        raise GancoreError(
            f"{data.name} has images of {data.shape[1]}×{data.shape[2]} pixels; "
            "an extractor takes squares of 28, 32 or 64."
        )
    train, held_out = held_out_split(data.labels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # of the initial weights and dropout
        network = Classifier(data.shape, int(data.labels.max()) + 1)
        _fit(network, data.subset(train), torch.Generator().manual_seed(seed), epochs)
    extractor = _extractor(network, data.shape, data.name, math.nan, seed)
    return replace(extractor, accuracy=accuracy(extractor, data.subset(held_out)))


def _fit(network: Classifier, data: ImageData, rng: torch.Generator, epochs: int) -> None:
    steps = math.ceil(len(data) / TRAIN_BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=epochs * steps)
    network.train()
    for _ in range(epochs):
        # Equal parts, since a batch of one image would leave the normalisation without a variance.
        for index in torch.randperm(len(data), generator=rng).tensor_split(steps):
            images = distort(to_float(data.images[index]), rng)
            loss = F.cross_entropy(network(images), data.labels[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    network.eval()


def accuracy(extractor: Extractor, data: ImageData) -> float:
    """The share of `data` whose label `extractor` gives as the likeliest."""
    return float((extractor.logits(to_float(data.images)).argmax(1) == data.labels).float().mean())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gancore.features", description="Train a feature extractor.")
    parser.add_argument("--data", default="digits", help="a data set's name, or a folder with one subfolder a class")
    parser.add_argument("--out", type=Path, required=True, help="the safetensors file to write")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        extractor = train_extractor(load(arguments.data), arguments.seed)
        save_extractor(extractor, arguments.out)
    except GancoreError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{extractor}\n{arguments.out}: {arguments.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Two judges that the package does not ship: classifiers of other architectures, each trained on a half of the digits.

A recipe is chosen by what it scores in somebody's features; where these are the shipped ones alone, it may be chosen
for their blind spots. Two judges that share neither layers nor training images are not fooled alike.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gancore.data import ImageData, to_float
from gancore.metrics import class_fidelity, class_shares, frechet_distance, inception_score, precision_and_recall
from gancore.metrics.classifier_training import distort
from gancore.system.random import seeded

EPOCHS = 20
BATCH = 100
PEAK_RATE = 3e-3
WEIGHT_DECAY = 1e-2
NEIGHBOURS_OF = 2500  # samples and digits between which precision and recall are counted


class Wide(nn.Module):
    """Images `(N, 1, 28, 28)` in [-1, 1] to logits `(N, 10)`: two wide convolutions of 5×5, features of 128 numbers."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in ((1, 32), (32, 64)):
            layers += [nn.Conv2d(inputs, outputs, 5, padding=2), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 7**2, 128), nn.BatchNorm1d(128, affine=False))
        self.head = nn.Sequential(nn.ReLU(), nn.Dropout(0.4), nn.Linear(128, 10))

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.body(images))


class Residual(nn.Module):
    """Adds to its input `(N, channels, H, W)` what two convolutions of 3×3 make of it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            *(nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.SiLU()),
            *(nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)),
        )

    def forward(self, images: Tensor) -> Tensor:
        return F.silu(images + self.change(images))


class Deep(nn.Module):
    """Images `(N, 1, 28, 28)` in [-1, 1] to logits `(N, 10)`: strides and residual blocks, features of 96 numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(1, 24, 4, 2, 1), nn.SiLU(), Residual(24)),
            *(nn.Conv2d(24, 48, 4, 2, 1), nn.SiLU(), Residual(48), Residual(48)),
            *(nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(48 * 3**2, 96), nn.BatchNorm1d(96, affine=False)),
        )
        self.head = nn.Sequential(nn.SiLU(), nn.Dropout(0.3), nn.Linear(96, 10))

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.body(images))


class Judge:
    """A trained classifier and the digits `data`, which samples are compared with, in its features `(N, F)`."""

    def __init__(self, network: nn.Module, data: ImageData) -> None:
        self.network = network.eval()
        self.real = self.features(to_float(data.images))

    def features(self, images: Tensor) -> Tensor:
        """Float images `(N, 1, 28, 28)` in [-1, 1] to features `(N, F)`."""
        with torch.no_grad():
            return torch.cat([self.network.body(part) for part in images.split(BATCH)])

    def fid(self, samples: Tensor) -> float:
        return frechet_distance(self.features(samples), self.real)

    def scores(self, samples: Tensor, labels: Tensor | None) -> dict[str, float]:
        """All that this judge says of `samples`, of which `labels` were asked for."""
        features = self.features(samples)
        with torch.no_grad():
            logits = self.network.head(features)
        precision, recall = precision_and_recall(self.real[::2], features[:NEIGHBOURS_OF])
        shares = class_shares(logits)
        scores = {
            "FID": frechet_distance(features, self.real),
            "inception score": inception_score(logits),
            "precision": precision,
            "recall": recall,
            "smallest class": shares.min().item(),
            "largest class": shares.max().item(),
        }
        return scores if labels is None else {**scores, "class fidelity": class_fidelity(logits, labels)}


def train_judges(data: ImageData, epochs: int = EPOCHS) -> dict[str, Judge]:
    """Judge A, trained on every second of the digits `data`, and judge B, trained on the others."""
    return {"A": trained(Wide, data, half=0, epochs=epochs), "B": trained(Deep, data, half=1, epochs=epochs)}


def trained(kind: type[nn.Module], data: ImageData, half: int, epochs: int) -> Judge:
    """A network of `kind`, trained on every second image of `data` from number `half` on."""
    images, labels = to_float(data.images), data.labels
    seen = torch.arange(half, len(data), 2)
    rng = torch.Generator().manual_seed(half)
    steps = len(seen) // BATCH
    with seeded(half):  # the initial weights and dropout
        network = kind()
        optimizer = torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=epochs * steps)
        for _ in range(epochs):
            for index in seen[torch.randperm(len(seen), generator=rng)].split(BATCH):
                loss = F.cross_entropy(network(distort(images[index], rng)), labels[index])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return Judge(network, data)

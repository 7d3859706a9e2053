"""Reference answers of chapter 07, each written in two ways.

A heading such as `# %% 7.1` begins an answer.
"""

import torch
from torch import nn

from gancore.data import load, to_float
from gancore.metrics import frechet_distance, inception_score
from gancore.metrics.classifier import load_extractor

pixels = to_float(load("digits").images)  # this and the next line are in the chapter
reader = load_extractor("digits")

# %% 7.1
small_generator = [
    64 * 128 + 128,
    128 * 256 + 256,
    256 * 784 + 784,
]

# %% 7.1 another way
layers = [nn.Linear(64, 128), nn.Linear(128, 256), nn.Linear(256, 784)]
small_generator_another_way = [
    sum(p.numel() for p in layer.parameters()) for layer in layers
]


# %% 7.2
def to_tanh_range(pixels: torch.Tensor, low: float, high: float) -> torch.Tensor:
    share = (pixels.float() - low) / (high - low)
    return 2 * share - 1


# %% 7.2 another way
def to_tanh_range_another_way(
    pixels: torch.Tensor, low: float, high: float
) -> torch.Tensor:
    middle, reach = (high + low) / 2, (high - low) / 2
    return torch.stack([(pixel.to(torch.float64) - middle) / reach for pixel in pixels])


# %% 7.3
def better_run(a: dict, b: dict) -> str:
    score_a = inception_score(reader.logits(a["samples"]))
    score_b = inception_score(reader.logits(b["samples"]))
    return "a" if score_a > score_b else "b"


# %% 7.3 another way
def better_run_another_way(a: dict, b: dict) -> str:
    real = reader.features(pixels[::10])
    distance = {
        name: frechet_distance(real, reader.features(run["samples"]))
        for name, run in (("a", a), ("b", b))
    }
    return min(distance, key=distance.get)


# %% 7.4
def build_generator(latent_dim: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(latent_dim, 256),
        nn.LeakyReLU(0.2),
        nn.Linear(256, 512),
        nn.LeakyReLU(0.2),
        nn.Linear(512, 784),
        nn.Tanh(),
        nn.Unflatten(1, (1, 28, 28)),
    )


# %% 7.4 another way
class Painter(nn.Module):
    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.hidden, self.paint = nn.Linear(latent_dim, 400), nn.Linear(400, 28 * 28)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.paint(torch.relu(self.hidden(z)))).view(
            len(z), 1, 28, 28
        )


def build_generator_another_way(latent_dim: int) -> nn.Module:
    return Painter(latent_dim)


# %% 7.5
def build_discriminator() -> nn.Module:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(256, 1),
        nn.Flatten(0),
    )


# %% 7.5 another way
class Critic(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.verdict = nn.Linear(28 * 28, 300), nn.Linear(300, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        rows = images.reshape(len(images), -1)
        return self.verdict(torch.relu(self.hidden(rows))).squeeze(1)


def build_discriminator_another_way() -> nn.Module:
    return Critic()

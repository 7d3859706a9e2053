"""Stand-ins for conditional generators whose answers are known: they draw real digits."""

import torch
from torch import Tensor, nn

from gancore.data import ImageData, to_float
from gancore.pretrained import Pretrained

LATENT = 6


class Copyist:
    """Draws real digits: which of its class, a latent decides, that follows from count and seed as a generator's do."""

    def __init__(self, digits: ImageData) -> None:
        self.images = to_float(digits.images).unflatten(0, (10, 500))

    def sample(self, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor:
        places = torch.randint(500, (count,), generator=torch.Generator().manual_seed(seed))
        return self.images[labels, places]


class Swapper(Copyist):
    """Takes a 4 for a 9."""

    def sample(self, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor:
        return super().sample(count, torch.where(labels == 4, 9, labels), seed)


class Printer(nn.Module):
    """A generator with one picture for each class, its embedding, which latents make a little darker."""

    def __init__(self, pictures: Tensor) -> None:
        super().__init__()
        self.shape = pictures.shape[1:]
        self.code = nn.Embedding.from_pretrained(pictures.flatten(1))

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        ink = (self.code(labels).unflatten(1, self.shape) + 1) / 2
        return 2 * ink * (1 - 0.1 * torch.sigmoid(z[:, 0]))[:, None, None, None] - 1


def printer(digits: ImageData) -> Pretrained:
    """A shipped generator in form, that prints the eighth digit of each class."""
    pictures = to_float(digits.images)[torch.arange(10) * 500 + 7]
    return Pretrained(Printer(pictures).eval(), LATENT, classes=10, card={})

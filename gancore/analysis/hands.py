"""One latent and several labels: a conditional generator writes whatever it is asked for in one hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gancore.errors import GancoreError
from gancore.metrics.classifier import Extractor
from gancore.models.modes import evaluating

MOST_NAMED = 4  # misread images that a sentence can hold


class Sampler(Protocol):
    """Draws what it is asked for: the trainer of a conditional game, or a shipped generator."""

    def sample(self, count: int, labels: Tensor | None = None, seed: int = 0) -> Tensor: ...


@dataclass(frozen=True)
class Written:
    """What was drawn on request, and what a classifier reads in it.

    `images` are float32 `(hands, len(labels), C, H, W)` in [-1, 1]: a column for each of `labels`, a row for each
    latent. `read`, int64 `(hands, len(labels))`, is what the classifier takes them for.
    """

    labels: tuple[int, ...]
    images: Tensor
    read: Tensor

    @property
    def misread(self) -> Tensor:
        """Which images are taken for another class than the one asked for, `(hands, len(labels))`."""
        return self.read != torch.tensor(self.labels)

    def verdict(self) -> str:
        """How many are read as asked, and which are not, in words; rows and columns count from 1."""
        wrong = self.misread.nonzero().tolist()
        count = self.read.numel()
        said = f"The classifier reads {count - len(wrong)} of {count} as asked."
        named = [
            f"the {self.labels[column]} in row {row + 1} as {self.read[row, column]}"
            for row, column in wrong[:MOST_NAMED]
        ]
        more = [f"and {len(wrong) - MOST_NAMED} more"] if len(wrong) > MOST_NAMED else []
        return f"{said} Misread: {', '.join(named + more)}." if wrong else said


def write(sampler: Sampler, labels: Sequence[int], classifier: Extractor, hands: int = 1, seed: int = 0) -> Written:
    """Each of `labels` from each of the same `hands` latents, and what `classifier` takes the images for.

    `seed` decides the latents, whatever is asked for: what a row holds differs by its label alone.
    """
    columns = [sampler.sample(hands, torch.full((hands,), label), seed).cpu() for label in labels]
    images = torch.stack(columns, dim=1)
    read = classifier.logits(images.flatten(0, 1)).argmax(1).view(hands, len(labels))
    return Written(tuple(labels), images, read)


@torch.no_grad()
def blend(generator: nn.Module, z: Tensor, shares: Tensor) -> Tensor:
    """Images `(N, C, H, W)` in [-1, 1] from latents `(N, latent_dim)` and mixtures of classes, in eval mode.

    `generator` is told classes by a table of embeddings, `code`. Here each image's code is the mean of the whole
    table, weighted by its row of `shares` `(N, classes)`; a row with a single 1 asks for that class as its label does.
    Raises GancoreError for a generator without such a table.
    """
    table = getattr(generator, "code", None)
    if not isinstance(table, nn.Embedding):
        raise GancoreError(f"This {type(generator).__name__} has no embeddings of classes, so it cannot blend them.")
    device = table.weight.device
    mixed = shares.to(device) @ table.weight
    own = torch.arange(len(z), device=device)  # each image's own row of the mixtures
    with evaluating(generator):
        images = functional_call(generator, {"code.weight": mixed}, (z.to(device), own))
    return images.float()

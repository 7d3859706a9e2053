"""Drawing from a generator: latents that a seed decides, and examples from them."""

import torch
from torch import Tensor, nn

from gancore.errors import GancoreError
from gancore.models.modes import evaluating


@torch.no_grad()  # not inference_mode: PyTorch refuses to train a network on tensors that were made in it
def generate(generator: nn.Module, z: Tensor, labels: Tensor | None = None, chunk: int = 500) -> Tensor:
    """Examples from latents `(N, latent_dim)`, in eval mode: float32 on the generator's device, `chunk` at a time."""
    device = next(generator.parameters()).device
    z = z.to(device)
    with evaluating(generator):
        if labels is None:
            parts = [generator(part) for part in z.split(chunk)]
        else:
            pairs = zip(z.split(chunk), labels.to(device).split(chunk), strict=True)
            parts = [generator(part, told) for part, told in pairs]
    return torch.cat(parts).float()


def seeded_latents(count: int, latent_dim: int, seed: int) -> Tensor:
    """Standard normal `(count, latent_dim)`, drawn on the CPU so that a seed means the same on every device."""
    return torch.randn(count, latent_dim, generator=torch.Generator().manual_seed(seed))


def labels_to_draw(count: int, labels: Tensor | None, classes: int) -> Tensor | None:
    """The labels `(count,)` of examples to come: those asked for, or counting through the classes; None without any.

    Whole numbers in a list or an array will do as well. Raises GancoreError for labels of another shape or type or
    outside 0..classes-1, and for any where the game has no classes.
    """
    if not classes and labels is not None:
        raise GancoreError("This game has no classes to ask for; train a conditional recipe, such as cdcgan.")
    if classes and labels is None:
        return torch.arange(count) % classes
    if labels is None:
        return None
    labels = torch.as_tensor(labels)
    if labels.shape != (count,) or labels.is_floating_point():
        kind = str(labels.dtype).removeprefix("torch.")
        raise GancoreError(
            f"Labels are {kind} of the shape {tuple(labels.shape)}; give {count} labels, each from 0 to {classes - 1}."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise GancoreError(
            f"Labels run from {int(labels.min())} to {int(labels.max())}; give {count} labels, each from 0 to "
            f"{classes - 1}."
        )
    return labels.long()

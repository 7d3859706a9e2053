"""Where a discriminator's verdict on one image stands among its verdicts on known ones."""

import torch
from torch import Tensor, nn

from gancore.models.modes import device_of, evaluating

ROUNDS_TO_0 = 0.05  # a logit below this, with one decimal


class RankedDiscriminator:
    """A discriminator that knows where a logit stands among those of real digits and of generated ones.

    `discriminator` gives logits `(N,)` for images `(N, 1, 28, 28)` in [-1, 1]; `real` and `generated` are such images,
    and `on_real` and `on_generated` their logits. Images may be on any device; logits are on the CPU.
    """

    def __init__(self, discriminator: nn.Module, real: Tensor, generated: Tensor) -> None:
        self.discriminator = discriminator
        self.on_real, self.on_generated = self.logits(real), self.logits(generated)

    @torch.no_grad()
    def logits(self, images: Tensor) -> Tensor:
        """`(N,)`, high where the discriminator takes an image for real."""
        with evaluating(self.discriminator):
            return self.discriminator(images.to(device_of(self.discriminator))).cpu()

    def verdict(self, image: Tensor) -> str:
        """What the discriminator says about one image `(1, 1, 28, 28)`, in words and numbers."""
        (logit,) = self.logits(image)
        below_real, below_generated = ((known < logit).float().mean() for known in (self.on_real, self.on_generated))
        says = "real" if logit > 0 else "generated"
        shown = f"{logit:+.1f}" if abs(logit) >= ROUNDS_TO_0 else f"{logit:+.1g}"
        return (
            f"D says {says}: its logit is {shown}, a probability of {logit.sigmoid():.2f}. That is more than for "
            f"{below_real:.0%} of real digits and {below_generated:.0%} of those that its own opponent drew."
        )

"""The way from a few latents to as many others, frame by frame: along the straight line and along the great circle."""

import torch
from torch import Tensor

from gancore.analysis.latents import lerp, slerp
from gancore.models.sampling import generate, seeded_latents
from gancore.pretrained import Pretrained

COUNT = 6  # latents that travel
FRAMES = 33  # an odd number, so that one of them is in the middle


class Interpolation:
    """The way from the latents of seed `first` to those of `last`, in 33 frames, by line and by great circle.

    `images` `(33, 12, C, H, W)` hold for each frame six images along the line, then six along the circle.
    """

    def __init__(self, generator: Pretrained, first: int, last: int) -> None:
        self.ends = [seeded_latents(COUNT, generator.latent_dim, seed) for seed in (first, last)]
        shares = torch.linspace(0, 1, FRAMES).tolist()
        self.latents = torch.stack(
            [torch.stack([way(*self.ends, share) for share in shares]) for way in (lerp, slerp)], dim=1
        )  # frame, way, latent, coordinate
        made = generate(generator.generator, self.latents.flatten(0, 2))
        self.images = made.unflatten(0, (FRAMES, 2 * COUNT))

    @property
    def lengths(self) -> Tensor:
        """The mean length of the latents in each frame along the line and along the circle, `(33, 2)`."""
        return self.latents.norm(dim=3).mean(2)

"""Eight latents of a generator that are moved alike: towards those of the next seed, along directions, and inwards."""

from collections.abc import Mapping

from torch import Tensor

from gancore.analysis.latents import lerp, slerp
from gancore.analysis.shapes import slant, thickness
from gancore.models.sampling import generate, seeded_latents
from gancore.pretrained import Pretrained
from gancore.system.processor import one_thread

WAYS = {"great circle": slerp, "straight line": lerp}
COUNT = 8
LAST_SEED = 99


class LatentMover:
    """Eight latents of `generator`, and what becomes of their images when all are moved alike.

    `directions` are unit vectors `(D,)`, each under the name of what it changes.
    """

    def __init__(self, generator: Pretrained, directions: Mapping[str, Tensor]) -> None:
        self.generator = generator
        self.directions = dict(directions)

    def latents(self, seed: int, share: float, way: str, spread: float, moves: Mapping[str, float]) -> Tensor:
        """`(8, D)`: `share` of the `way` from the latents of `seed` to those of the next one, all multiplied by
        `spread`, then moved along each direction by its entry in `moves`."""
        ends = [seeded_latents(COUNT, self.generator.latent_dim, number) for number in (seed, next_seed(seed))]
        z = spread * WAYS[way](*ends, share)
        for name, amount in moves.items():
            z = z + amount * self.directions[name]
        return z

    @one_thread()
    def images(self, latents: Tensor) -> Tensor:
        """What the generator makes of `latents`. Eight are too few to share out: the other cores are for the page."""
        return generate(self.generator.generator, latents)


def next_seed(seed: int) -> int:
    """The seed after `seed`, and after the last one the first."""
    return (seed + 1) % (LAST_SEED + 1)


def measured(latents: Tensor, images: Tensor) -> str:
    """What can be measured of latents `(N, D)` and their images, in words."""
    return (
        f"Mean slant {slant(images).mean():+.2f}, mean thickness {thickness(images).mean():.2f} pixels, "
        f"mean length of z {latents.norm(dim=1).mean():.1f}."
    )

"""Moving about in a generator's latent space: ways between latents, directions that mean something, and the way back.

Latents are float `(N, D)`, and those a generator is trained on are standard normal: of squared length D on average,
with a variance of 2D, so that in many dimensions nearly all of them lie close to a sphere of radius √D.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from gancore.errors import GancoreError
from gancore.models.modes import device_of, evaluating, frozen
from gancore.models.sampling import generate, seeded_latents

PARALLEL = 1e-4  # an angle, in radians, below which a great circle cannot be told from a line
POOL = 2000  # samples, of which those nearest to an image are where its inversion starts
STARTS = 4  # for each image
STEPS = 150  # of Adam
RATE = 0.1  # of Adam, in units of a latent's standard deviation
WHITE_PIXEL = 4.0  # its squared ink: from -1 to 1


def lerp(start: Tensor, end: Tensor, share: float) -> Tensor:
    """The latent `share` of the way, 0 to 1, along the straight line from `start` to `end`, each `(…, D)`."""
    return (1 - share) * start + share * end


def slerp(start: Tensor, end: Tensor, share: float) -> Tensor:
    """The latent `share` of the way, 0 to 1, along the great circle from `start` to `end`, each `(…, D)`.

    Between two latents of equal length, all have that length (Shoemake, 1985; White, 2016, section 2.1, brought it to
    latent spaces). Raises GancoreError for opposite latents, between which there is no one circle.
    """
    ahead, beyond = normalize(start, dim=-1), normalize(end, dim=-1)
    # Exact for small angles and for nearly opposite latents as well, where the arccosine of their product is not.
    angle = 2 * torch.atan2((ahead - beyond).norm(dim=-1), (ahead + beyond).norm(dim=-1))[..., None]
    if bool((angle > math.pi - PARALLEL).any()):
        raise GancoreError("Two of these latents are opposite, and any great circle leads there; choose others.")
    weights = torch.sin((1 - share) * angle) / angle.sin(), torch.sin(share * angle) / angle.sin()
    return torch.where(angle < PARALLEL, lerp(start, end, share), weights[0] * start + weights[1] * end)


def find_direction(latents: Tensor, values: Tensor) -> Tensor:
    """The unit vector `(D,)` along which a quantity grows: `values` `(N,)` were measured on the images of `latents`.

    It is the slope of the plane that fits the values best, by least squares. Raises GancoreError where there are not
    more values than dimensions, and where they do not differ.
    """
    count, dimensions = latents.shape
    if len(values) != count or count <= dimensions:
        raise GancoreError(
            f"A direction in {dimensions} dimensions takes more than {dimensions} latents, each with its value; "
            f"there are {count} latents and {len(values)} values."
        )
    centred = (values - values.mean()).to(latents)
    slope = torch.linalg.lstsq(latents - latents.mean(0), centred[:, None]).solution[:, 0]
    if not slope.norm() > 0:
        raise GancoreError("All values are equal, so no direction changes them; measure something that differs.")
    return slope / slope.norm()


def square_grid(side: int, reach: float) -> Tensor:
    """Latents of two dimensions on a grid: `(side², 2)`, row by row from the top left.

    They are the middles of `side` × `side` equal cells that cover [-reach, reach]².
    """
    line = (torch.arange(side) + 0.5) * 2 * reach / side - reach
    return torch.cartesian_prod(line.flip(0), line).flip(1)


@dataclass(frozen=True)
class Inversion:
    """What came nearest to each of N images: `latents` `(N, D)`, their `images` `(N, C, H, W)`, and `errors` `(N,)`.

    Errors are those of `error_per_ink`.
    """

    latents: Tensor
    images: Tensor
    errors: Tensor


def error_per_ink(made: Tensor, images: Tensor) -> Tensor:
    """How much of each of `images` `(…, C, H, W)` in [-1, 1] is missed by the one that was made for it, `(…)`.

    It is the squared difference of the pixels over the squared ink of the image, which is 0 where a pixel is black: 0
    where both are the same, and 1 for a black picture. An image without ink counts as one with a single white pixel.
    """
    ink = (images + 1).square().sum((-3, -2, -1))
    return (made - images).square().sum((-3, -2, -1)) / ink.clamp_min(WHITE_PIXEL)


class Inverter:
    """Looks for the latents of images: gradient descent on the pixels' error, from the nearest of many samples.

    `generator` takes latents `(N, latent_dim)`; `seed` decides the samples. What it finds is where the images are
    that it looks for. Compare Zhu et al. (2016), section 4.1.
    """

    def __init__(self, generator: nn.Module, latent_dim: int, seed: int = 0) -> None:
        self.generator = generator
        self.latents = seeded_latents(POOL, latent_dim, seed).to(device_of(generator))
        self.pool = generate(generator, self.latents).flatten(1)

    def invert(self, images: Tensor, steps: int = STEPS) -> Inversion:
        """The best of several descents for each of `images` `(N, C, H, W)`, floats in [-1, 1]."""
        nearest = torch.cdist(images.to(self.pool.device).flatten(1), self.pool).topk(STARTS, largest=False).indices
        z = self.descend(self.latents[nearest.flatten()], images.repeat_interleave(STARTS, dim=0), steps)
        return self._best(z.unflatten(0, (-1, STARTS)), images)

    def descend(self, z: Tensor, images: Tensor, steps: int = STEPS) -> Tensor:
        """Where `steps` steps of Adam lead from each of `z` `(N, D)` towards the image `(N, C, H, W)` in its place."""
        device = device_of(self.generator)
        z, images = z.to(device).clone().requires_grad_(True), images.to(device)
        optimizer = torch.optim.Adam([z], lr=RATE)
        with evaluating(self.generator), frozen(self.generator):
            for _ in range(steps):
                optimizer.zero_grad()
                (self.generator(z) - images).square().flatten(1).mean(1).sum().backward()
                optimizer.step()
        return z.detach()

    def _best(self, latents: Tensor, images: Tensor) -> Inversion:
        """Of `latents` `(N, STARTS, D)` the one for each image whose own image is nearest."""
        made = generate(self.generator, latents.flatten(0, 1)).unflatten(0, (-1, STARTS)).to(images.device)
        errors = error_per_ink(made, images[:, None])
        best = errors.argmin(1)
        rows = torch.arange(len(images), device=images.device)
        return Inversion(latents.to(images.device)[rows, best], made[rows, best], errors[rows, best])

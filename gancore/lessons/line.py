"""How a game on the line stands: both densities, D and the best D there is, and the lines that carry z to x.

Everything is worked out on cells of equal width that cover [-REACH, REACH]. What lies beyond counts in the outermost
cells.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from gancore.data.toys import FRAME, Mixture
from gancore.models.sampling import generate
from gancore.training.gan import GAN

REACH = 2 * FRAME  # a generator that has just begun may leave the frame
CELLS = 480  # of width 0.01: a twelfth of the standard deviation of the toys' narrowest bump
WIDTH = 2 * REACH / CELLS
Z_REACH = 4.0  # one latent in 16,000 lies further out
PIECES = 1000  # of the z axis, on each of which the generator is taken as a straight line
LINES = 31  # drawn from z to x
LEAST_DENSITY = 0.01  # of both together; where there is less, nothing decides what the best D says


def edges() -> Tensor:
    """Where the cells begin and end: float64 `(CELLS + 1,)`."""
    return torch.linspace(-REACH, REACH, CELLS + 1, dtype=torch.double)


def places() -> Tensor:
    """The middles of the cells, at which D is asked: float64 `(CELLS,)`."""
    return (edges()[1:] + edges()[:-1]) / 2


@dataclass(frozen=True)
class LineState:
    """How a game on the line stands, on the CPU in float64; everything but `z` and `x` has shape `(CELLS,)`.

    `real` is the density p in the middle of each cell, `fake` the density q averaged over it; `logits` are those of
    D in the middle. `z` and `x` `(LINES,)` are latents and what the generator makes of them; between neighbours lies
    the same share of all latents, so lines crowd where the generated density is high.
    """

    real: Tensor
    fake: Tensor
    logits: Tensor
    z: Tensor
    x: Tensor

    @property
    def verdict(self) -> Tensor:
        """D(x), the probability that D gives to "real"."""
        return torch.sigmoid(self.logits)

    @property
    def judged(self) -> Tensor:
        """Where there is anything for D to judge: bool `(CELLS,)`."""
        return self.real + self.fake > LEAST_DENSITY

    @property
    def best(self) -> Tensor:
        """D*(x) = p / (p + q), Goodfellow et al. (2014), proposition 1; NaN where there is nothing to judge."""
        return torch.where(self.judged, self.real / (self.real + self.fake), math.nan)

    @property
    def error(self) -> float:
        """How far D is from D* on average, over real and generated examples alike: 0 to 1."""
        off = torch.where(self.judged, (self.verdict - self.best).abs(), 0.0)
        return WIDTH * float(((self.real + self.fake) / 2 * off).sum())

    @property
    def value(self) -> float:
        """V(D, G), equation 1 of the paper: the discriminator makes it as large as it can, the generator small."""
        return WIDTH * float((self.real * logsigmoid(self.logits) + self.fake * logsigmoid(-self.logits)).sum())

    @property
    def divergence(self) -> float:
        """The Jensen-Shannon divergence of p and q: 0 where they agree, log 2 where they never meet."""
        return divergence(self.real, self.fake)

    @property
    def best_value(self) -> float:
        """V(D*, G) = 2 JS(p, q) - log 4, the proof of theorem 1: what the best discriminator would reach."""
        return 2 * self.divergence - math.log(4)


def divergence(real: Tensor, fake: Tensor) -> float:
    """The Jensen-Shannon divergence, in nats, of two densities `(CELLS,)` on the cells."""
    middle = (real + fake) / 2
    halves = [torch.where(one > 0, one * (one / middle).log(), 0.0).sum() / 2 for one in (real, fake)]
    return WIDTH * float(sum(halves))


def line_state(game: GAN, toy: Mixture) -> LineState:
    """How `game`, whose latents have one dimension, stands against `toy`. No random stream is disturbed."""
    device = next(game.generator.parameters()).device
    at = places().unsqueeze(1)
    logits = generate(game.discriminator, at.float().to(device), chunk=CELLS)
    z = torch.special.ndtri((torch.arange(LINES, dtype=torch.double) + 0.5) / LINES)
    return LineState(
        real=toy.to("cpu").density(at),
        fake=pushed_forward(game),
        logits=logits.cpu().double(),
        z=z,
        x=carried(game, z),
    )


def carried(game: GAN, z: Tensor) -> Tensor:
    """G(z) for latents `(N,)`, as float64 `(N,)` on the CPU."""
    return generate(game.generator, z.float().unsqueeze(1), chunk=len(z)).cpu().double().flatten()


def pushed_forward(game: GAN) -> Tensor:
    """The generated density `(CELLS,)`, without sampling: the mass of each piece of the z axis, put where it goes.

    It is spread evenly between the images of the piece's ends. That is right where the generator is a straight line
    in between, as a perceptron with LeakyReLU is nearly everywhere.
    """
    z = torch.linspace(-Z_REACH, Z_REACH, PIECES + 1, dtype=torch.double)
    mass = torch.special.ndtr(z).diff()
    x = carried(game, z).clamp(-REACH, REACH)
    low, high = torch.minimum(x[1:], x[:-1]), torch.maximum(x[1:], x[:-1])
    share = (edges()[:, None] - low) / (high - low).clamp_min(WIDTH / PIECES)
    below = share.clamp(0, 1) @ (mass / mass.sum())  # the distribution function, at the edges of the cells
    below[0], below[-1] = 0, 1
    return below.diff().clamp_min(0) / WIDTH  # rounding may make a cell without mass a little less than empty

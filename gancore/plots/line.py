"""The game on the line, seen from the side: two densities, D and the best D there is, and the lines that carry z to x.

Everything is worked out on cells of equal width that cover [-REACH, REACH]. What lies beyond counts in the outermost
cells. The panels are those of figure 1 in Goodfellow et al. (2014).
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor
from torch.nn.functional import logsigmoid

from gancore.game import GAN, generate
from gancore.plots.style import BLUE, GREEN, GREY, ORANGE
from gancore.toys import FRAME, Mixture

REACH = 2 * FRAME  # a generator that has just begun may leave the frame
CELLS = 480  # of width 0.01: a twelfth of the standard deviation of the toys' narrowest bump
WIDTH = 2 * REACH / CELLS
Z_REACH = 4.0  # one latent in 16,000 lies further out
PIECES = 1000  # of the z axis, on each of which the generator is taken as a straight line
LINES = 31  # drawn from z to x
SEEN_Z = 3.0  # the z axis is drawn to here
HIGHEST = 3.2  # of the densities that are drawn; the course's data stays below 2, and what rises higher is cut off
LEAST_DENSITY = 0.01  # of both together: where neither puts mass, the best D is anything at all


def edges() -> Tensor:
    """Where the cells begin and end: float64 `(CELLS + 1,)`."""
    return torch.linspace(-REACH, REACH, CELLS + 1, dtype=torch.double)


def places() -> Tensor:
    """The middles of the cells, at which D is asked: float64 `(CELLS,)`."""
    return (edges()[1:] + edges()[:-1]) / 2


@dataclass(frozen=True)
class Look:
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


def look(game: GAN, toy: Mixture) -> Look:
    """How `game`, whose latents have one dimension, stands against `toy`. No random stream is disturbed."""
    device = next(game.generator.parameters()).device
    at = places().unsqueeze(1)
    logits = generate(game.discriminator, at.float().to(device), chunk=CELLS)
    z = torch.special.ndtri((torch.arange(LINES, dtype=torch.double) + 0.5) / LINES)
    return Look(
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


class Panels:
    """A picture of a game: D above, the densities in the middle, the lines from z to x below.

    What stays the same is drawn once, so that a new picture takes a few milliseconds.
    """

    def __init__(self) -> None:
        figure = Figure(figsize=(6.1, 5.0), dpi=100)  # a window of 800 pixels leaves 618 to a cell
        figure.subplots_adjust(left=0.12, right=0.985, bottom=0.055, top=0.945, hspace=0.32)
        self.canvas = FigureCanvasAgg(figure)
        above, middle, below = figure.subplots(3, 1, height_ratios=(3, 3, 2))
        x, nothing = places().numpy(), np.zeros(CELLS)

        above.axhline(0.5, color=GREY, linewidth=0.8)
        (self.verdict,) = above.plot(x, nothing, color=GREEN, linewidth=2, label="D(x), how likely it is real")
        (self.best,) = above.plot(x, nothing, ":", color="black", linewidth=1.8, label="D*(x), the best there is")
        above.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
        (self.area,) = middle.fill(x, nothing, color=BLUE, alpha=0.2, linewidth=0)
        (self.real,) = middle.plot(x, nothing, color=BLUE, linewidth=2, label="p(x), the data")
        (self.fake,) = middle.plot(x, nothing, "--", color=ORANGE, linewidth=2, label="q(x), generated")
        middle.set(ylim=(0, HIGHEST), xticks=[-1, -0.5, 0, 0.5, 1])
        for axes in (above, middle):
            axes.set(xlim=(-FRAME, FRAME))
            axes.grid(alpha=0.25)
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=9, frameon=False, ncols=2, borderaxespad=0.2)
        above.tick_params(labelbottom=False)
        self.lines = LineCollection([], colors=ORANGE, linewidths=1)
        below.add_collection(self.lines)
        draw_z_axis(below)

        self.moving = (
            (above, self.best),
            (above, self.verdict),
            (middle, self.area),
            (middle, self.real),
            (middle, self.fake),
            (below, self.lines),
        )
        for _, artist in self.moving:
            artist.set_animated(True)  # left out of the next line
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(figure.bbox)

    def draw(self, seen: Look) -> Image.Image:
        """A picture of `seen`."""
        self.verdict.set_ydata(seen.verdict)
        self.best.set_ydata(seen.best)
        self.area.set_xy(np.column_stack([places(), seen.real]))
        self.real.set_ydata(seen.real)
        self.fake.set_ydata(seen.fake)
        starts = torch.stack([seen.z * (FRAME / SEEN_Z), torch.zeros(LINES)], dim=1)
        ends = torch.stack([seen.x, torch.ones(LINES)], dim=1)
        self.lines.set_segments(torch.stack([starts, ends], dim=1).numpy())
        self.canvas.restore_region(self.still)
        for axes, artist in self.moving:
            axes.draw_artist(artist)
        return Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB")


def draw_z_axis(axes: Axes) -> None:
    """The panel of the lines: they begin at z, along its lower edge, and end at x = G(z), along its upper edge."""
    ticks = np.arange(-SEEN_Z, SEEN_Z + 1)
    axes.set(xlim=(-FRAME, FRAME), ylim=(0, 1), yticks=[0, 1], yticklabels=["z", "x = G(z)"])
    axes.set_xticks(ticks * (FRAME / SEEN_Z), [f"{tick:g}".replace("-", "−") for tick in ticks])


def panels(seen: Look) -> Image.Image:
    """One picture of a game."""
    return Panels().draw(seen)

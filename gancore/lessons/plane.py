"""How a game for points in the plane stands: both kinds of points, D's verdict everywhere, and where it pulls."""

from dataclasses import dataclass

import numpy as np
import torch
from contourpy import contour_generator
from torch import Tensor

from gancore.data.toys import FRAME, Mixture
from gancore.models.modes import evaluating, frozen
from gancore.models.sampling import seeded_latents
from gancore.training.gan import GAN

COUNT = 400  # real points, and as many generated ones
ARROWS = 60  # of the generated points, so that arrows can still be told apart
SIDE = 48  # places a side at which D is asked
ARROW_SCALE = 0.15  # units of the plane for each unit of gradient
LONGEST_ARROW = 0.25  # units of the plane
SMALLEST_ARROW = 0.02  # below it an arrow is nothing but its head, and is left out


@dataclass(frozen=True)
class PlaneState:
    """How a game for points stands, all of it on the CPU.

    `real` and `fake` are points `(N, 2)`. `surface` `(SIDE, SIDE)`, rows from the bottom of [-FRAME, FRAME]² up, is
    D's verdict from 0 to 1: above one half it takes a point for real. Where the loss makes D's logit a log-odds this
    is the probability D(x); elsewhere it is the sigmoid of the logit less the loss's threshold. `pull` `(K, 2)` is,
    for the first K fakes, the negative gradient of the generator's loss of that one point: where it should go.
    `d_real` and `d_fake` are D's accuracy on these points, 0 to 1; the losses are theirs too, without penalties.
    """

    real: Tensor
    fake: Tensor
    surface: Tensor
    pull: Tensor
    d_real: float
    d_fake: float
    d_loss: float
    g_loss: float

    @property
    def arrows(self) -> Tensor:
        """Starts and ends `(A, 2, 2)` of the arrows that show `pull`: to scale, up to a longest length."""
        starts, steps = self.fake[: len(self.pull)], ARROW_SCALE * self.pull
        length = steps.norm(dim=1, keepdim=True)
        ends = starts + steps * (LONGEST_ARROW / length.clamp_min(LONGEST_ARROW))
        return torch.stack([starts, ends], dim=1)[length.flatten() >= SMALLEST_ARROW]

    @property
    def boundary(self) -> Tensor:
        """The lines on which D cannot tell, as points `(P, 2)`; a row of NaN ends one line and begins the next."""
        ticks = ticks_across()
        lines = contour_generator(ticks, ticks, self.surface.numpy(), line_type="ChunkCombinedNan").lines(0.5)
        (points,) = lines[0]
        return torch.empty(0, 2) if points is None else torch.from_numpy(points).float()


def plane_state(game: GAN, toy: Mixture, seed: int = 0, count: int = COUNT, arrows: int = ARROWS) -> PlaneState:
    """How `game` stands: `count` points of `toy` and as many of the generator, always the same ones for a `seed`.

    Neither the game nor any random stream is disturbed.
    """
    device = next(game.generator.parameters()).device
    real = toy.sample(count, torch.Generator().manual_seed(seed)).to(device)
    z = seeded_latents(count, game.latent_dim, seed).to(device)
    with evaluating(game.generator), evaluating(game.discriminator), frozen(game.discriminator):
        with torch.no_grad():
            fake = game.generator(z)
            real_logits = game.discriminator(real)
            everywhere = game.discriminator(grid_points().to(device))
        fake.requires_grad_(True)
        fake_logits = game.discriminator(fake)
        g_loss = game.loss.generator(real_logits, fake_logits)
        (gradient,) = torch.autograd.grad(g_loss, fake)
    fake, fake_logits = fake.detach(), fake_logits.detach()
    threshold = game.loss.threshold(real_logits, fake_logits)
    return PlaneState(
        real=real.cpu(),
        fake=fake.cpu(),
        surface=torch.sigmoid(everywhere - threshold).view(SIDE, SIDE).cpu(),
        pull=-count * gradient[:arrows].cpu(),  # the loss is a mean over all of them
        d_real=float((real_logits > threshold).float().mean()),
        d_fake=float((fake_logits <= threshold).float().mean()),
        d_loss=float(game.loss.discriminator(real_logits, fake_logits)),
        g_loss=float(g_loss.detach()),
    )


def ticks_across() -> np.ndarray:
    """Where along either axis D is asked: `(SIDE,)`, the middles of equal parts of [-FRAME, FRAME]."""
    return (np.arange(SIDE, dtype=np.float32) + 0.5) * (2 * FRAME / SIDE) - FRAME


def grid_points() -> Tensor:
    """Where D is asked: points `(SIDE², 2)`, row by row from the lower left."""
    columns, rows = np.meshgrid(ticks_across(), ticks_across())
    return torch.from_numpy(np.stack([columns.ravel(), rows.ravel()], axis=1))

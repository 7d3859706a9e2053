"""One latent on its way through a game, z → G → x → D → loss, and the gradient on its way back, as far as it comes."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

MOVES = ("D's move", "G's move")
NOWHERE, AT_POINT, AT_LOGIT = "nowhere", "between G and D", "between D and the loss"
CUTS = (NOWHERE, AT_POINT, AT_LOGIT)
STATIONS = ("z", "G", "x", "D", "logit", "loss")
LAST = 2 * (len(STATIONS) - 1)  # the moment at which the gradient is back where it began


@dataclass(frozen=True)
class Passage:
    """What one latent `z` `(Z,)` came to, and what came back: gradients that were cut off are None.

    `at_point` `(2,)` is the gradient at the point; `in_d` and `in_g` are lengths, with respect to a player's weights.
    """

    z: Tensor
    point: Tensor
    logit: float
    loss: float
    at_logit: float
    at_point: Tensor | None
    in_d: float | None
    in_g: float | None

    def comes_back_to(self, station: str) -> bool:
        """Whether the gradient reaches a station of STATIONS on its way back, which begins at the loss."""
        found = {"D": self.in_d, "x": self.at_point, "G": self.in_g, "z": self.in_g}
        return found.get(station, self.at_logit) is not None


def send(generator: nn.Module, discriminator: nn.Module, z: Tensor, move: str, cut: str) -> Passage:
    """Send `z` `(Z,)` through both players, to the loss of `move`, and the gradient back, with the graph cut at `cut`.

    In D's move the point has its true label, generated; in G's move it has the misleading one.
    """
    point = generator(z.unsqueeze(0))
    said = discriminator(point.detach() if cut == AT_POINT else point)
    logit = (said.detach() if cut == AT_LOGIT else said).requires_grad_()
    loss = softplus(logit if move == MOVES[0] else -logit).sum()
    of_d, of_g = list(discriminator.parameters()), list(generator.parameters())
    at_logit, at_point, *rest = torch.autograd.grad(loss, [logit, point, *of_d, *of_g], allow_unused=True)
    return Passage(
        z=z,
        point=point[0].detach(),
        logit=float(logit.detach()),
        loss=float(loss.detach()),
        at_logit=float(at_logit),
        at_point=None if at_point is None else at_point[0],
        in_d=length(rest[: len(of_d)]),
        in_g=length(rest[len(of_d) :]),
    )


def length(gradients: list[Tensor | None]) -> float | None:
    """The length of several gradients as one list of numbers; None where there is none."""
    there = [gradient.flatten() for gradient in gradients if gradient is not None]
    return float(torch.cat(there).norm()) if there else None


CONSEQUENCES = {
    (
        MOVES[0],
        NOWHERE,
    ): "D learns. In G it leaves a gradient that nobody asked for, by which D would be deceived less.",
    (MOVES[0], AT_POINT): "D learns, and G hears nothing: this is what D's move wants. The scissors are called detach.",
    (MOVES[0], AT_LOGIT): "Nobody learns: the gradient stops in front of D.",
    (MOVES[1], NOWHERE): "G learns, by way of D: this is what G's move wants. What is left in D is thrown away.",
    (MOVES[1], AT_POINT): "G hears nothing, and cannot learn. Only D has a gradient, and it is not D's turn.",
    (MOVES[1], AT_LOGIT): "Nobody learns: the gradient stops in front of D.",
}


def describe(seen: Passage, move: str, cut: str) -> str:
    """Both ways in numbers, and what follows from where the scissors are."""
    in_d, in_g = ("none" if found is None else f"of length {found:.3f}" for found in (seen.in_d, seen.in_g))
    x, y = seen.point.tolist()
    return (
        f"The point ({x:.2f}, {y:.2f}) gets the logit {seen.logit:.2f}, and the loss is {seen.loss:.2f}. "
        f"Gradient in D: {in_d}; in G: {in_g}. {CONSEQUENCES[move, cut]}"
    )

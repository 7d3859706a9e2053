"""The smallest GAN there is, the Dirac-GAN of Mescheder et al. (2018), section 2: its spiral, and what damps it.

All real data lie at 0, all generated data at θ, and the discriminator is a line through 0: its logit at x is ψ·x. Both
follow the minimax loss. The only equilibrium is θ = ψ = 0, where neither player gains by a move. (In the paper a high
logit means "generated", so ψ has the other sign there.)
"""

import cmath
import math
from collections.abc import Callable

import torch
from torch import Tensor

PULL_AT_EQUILIBRIUM = 0.5  # D where it can only guess

Number = float | Tensor


def pull(logit: Number) -> Number:
    """D = sigmoid(logit), by which both players' moves are scaled: the slope of log(1 - D) in its logit is -D."""
    return torch.sigmoid(logit) if isinstance(logit, Tensor) else (1 + math.tanh(logit / 2)) / 2


def field(theta: Number, psi: Number, penalty: float = 0.0) -> tuple[Number, Number]:
    """In which direction θ and ψ move, and how fast: two numbers, or tensors of their shape.

    `penalty` is γ, the weight of the R1 penalty ½ψ² on the discriminator (section 4.1): the gradient of its logit is
    ψ everywhere.
    """
    strength = pull(theta * psi)
    return strength * psi, -strength * theta - penalty * psi


def play(
    start: tuple[float, float],
    rate: float,
    rounds: int,
    *,
    penalty: float = 0.0,
    momentum: float = 0.0,
    alternating: bool = False,
) -> Tensor:
    """The path `(rounds + 1, 2)` of (θ, ψ) by gradient steps of size `rate`, in float64.

    Both players move at once, or, `alternating`, the discriminator first and the generator against what it has become.
    `momentum` is the share of the last step that a player adds to the next, as β₁ of Adam does.
    """
    place, speed = [float(at) for at in start], [0.0, 0.0]
    turns = ([1], [0]) if alternating else ([0, 1],)  # who moves together: the generator is 0, the discriminator 1
    path = [tuple(place)]
    for _ in range(rounds):  # in Python's own numbers, some seventy times as fast as with tensors of one
        for movers in turns:
            slopes = field(*place, penalty)
            for player in movers:
                speed[player] = momentum * speed[player] + slopes[player]
                place[player] += rate * speed[player]
        path.append(tuple(place))
    return torch.tensor(path, dtype=torch.double)


def both_at_once(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> tuple[Tensor, Tensor]:
    """θ and ψ after a gradient step of size `rate` that both players make from the same place."""
    one, two = field(theta, psi, penalty)
    return theta + rate * one, psi + rate * two


def walk(
    one_round: Callable[[Tensor, Tensor, float, float], tuple],
    start: tuple[float, float],
    rate: float,
    rounds: int,
    penalty: float = 0.0,
) -> Tensor:
    """The path `(rounds + 1, 2)` of (θ, ψ) when `one_round` leads from each place to the next, in float64."""
    path = [torch.tensor(start, dtype=torch.double)]
    for _ in range(rounds):
        theta, psi = one_round(*path[-1].clone(), rate, penalty)
        path.append(torch.tensor([float(theta), float(psi)], dtype=torch.double))
    return torch.stack(path)


def distance(path: Tensor) -> Tensor:
    """How far each place of a path `(…, 2)` is from the equilibrium: `(…,)`."""
    return path.norm(dim=-1)


def eigenvalues(penalty: float = 0.0) -> tuple[complex, complex]:
    """Those of the field's Jacobian at the equilibrium, -γ/2 ± √(γ²/4 - ¼) (Mescheder et al., 2018, sections 2 and 3).

    The real part says how fast the players draw near, the imaginary part how fast they turn.
    """
    root = cmath.sqrt(penalty**2 / 4 - PULL_AT_EQUILIBRIUM**2)
    return -penalty / 2 + root, -penalty / 2 - root

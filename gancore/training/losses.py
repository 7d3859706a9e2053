"""What each player wants: pure functions of logits, and penalties on the discriminator's gradient.

Every loss is a small object, whose `discriminator(real, fake)` and `generator(real, fake)` take logits `(N,)` and
return a scalar to minimise. Logarithms of probabilities are written with softplus, so they and their gradients stay
finite for logits far from zero: where D(x) is a probability it is sigmoid(logit), and softplus(-logit) = -log D(x),
softplus(logit) = -log(1 - D(x)).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

from gancore.errors import GancoreError
from gancore.system.checks import brief, check_number


class Loss(Protocol):
    """The two objectives of a game.

    `pairs` says that real and fake logits are compared one to one, so that `generator` needs both; other losses take
    None for the real ones. `threshold` is the logit above which the discriminator takes an example for real.
    """

    pairs: bool

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor: ...

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor: ...

    def threshold(self, real: Tensor, fake: Tensor) -> Tensor | float: ...


def midpoint(real: Tensor, fake: Tensor) -> Tensor:
    """Half-way between the mean logits: the threshold of losses that fix differences only."""
    return (real.mean() + fake.mean()) / 2


@dataclass(frozen=True)
class NonSaturating:
    """Goodfellow et al. (2014), section 3: the generator maximises log D(G(z)).

    `real_target` below 1 is one-sided label smoothing (Salimans et al., 2016, section 3.4): the discriminator is
    asked for that probability on real examples instead of 1.
    """

    real_target: float = 1.0
    pairs = False

    def __post_init__(self) -> None:
        check_number("real_target", self.real_target, 0.5, 1, "(]")

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        one, other = self.real_target, 1 - self.real_target
        told_real = one * softplus(-real) + other * softplus(real)
        return told_real.mean() + softplus(fake).mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return softplus(-fake).mean()

    def threshold(self, real: Tensor, fake: Tensor) -> float:
        return 0.0  # where sigmoid gives one half


@dataclass(frozen=True)
class Minimax(NonSaturating):
    """Goodfellow et al. (2014), equation 1: the generator minimises log(1 - D(G(z))).

    This is the zero-sum game of the theory. Its generator gradient fades as the discriminator wins.
    """

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -softplus(fake).mean()


@dataclass(frozen=True)
class LeastSquares:
    """Mao et al. (2017), equation 9: targets 1 for real, 0 for fake, and 1 for what the generator wants."""

    pairs = False

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return ((real - 1).square().mean() + fake.square().mean()) / 2

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return (fake - 1).square().mean() / 2

    def threshold(self, real: Tensor, fake: Tensor) -> float:
        return 0.5  # half-way between the two targets


@dataclass(frozen=True)
class Hinge:
    """Lim and Ye (2017); Miyato et al. (2018), equations 16 and 17: the discriminator stops at a margin of 1."""

    pairs = False

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return relu(1 - real).mean() + relu(1 + fake).mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -fake.mean()

    def threshold(self, real: Tensor, fake: Tensor) -> float:
        return 0.0


@dataclass(frozen=True)
class Wasserstein:
    """Arjovsky et al. (2017), equation 2: a difference of means; the critic must be kept Lipschitz by a penalty."""

    pairs = False

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return fake.mean() - real.mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        return -fake.mean()

    def threshold(self, real: Tensor, fake: Tensor) -> Tensor:
        return midpoint(real, fake)


@dataclass(frozen=True)
class Relativistic:
    """Jolicoeur-Martineau (2018), section 4.1; Huang et al. (2024), equation 2: is this real example more
    realistic than this fake one? Each real logit is paired with one fake logit, so the counts must agree.
    """

    pairs = True

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return softplus(fake - real).mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        if real is None:
            raise GancoreError("The relativistic loss compares real with fake logits; generator() needs both.")
        return softplus(real - fake).mean()

    def threshold(self, real: Tensor, fake: Tensor) -> Tensor:
        return midpoint(real, fake)


LOSSES: dict[str, type[Loss]] = {
    "non-saturating": NonSaturating,
    "minimax": Minimax,
    "least-squares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic": Relativistic,
}


def make_loss(name: str, real_target: float = 1.0) -> Loss:
    """The loss called `name`. Raises GancoreError with the choices, or where label smoothing has no meaning."""
    if not isinstance(name, str) or name not in LOSSES:
        raise GancoreError(f"There is no loss {brief(name)}; choose one of {', '.join(LOSSES)}.")
    kind = LOSSES[name]
    if issubclass(kind, NonSaturating):
        return kind(real_target)
    if real_target != 1:
        raise GancoreError(f"Label smoothing belongs to non-saturating and minimax; set real_target to 1 for {name}.")
    return kind()


def shares_right(loss: Loss, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """The shares of real and of generated examples that a discriminator with these logits takes for what they are."""
    real, fake = real.detach(), fake.detach()
    threshold = loss.threshold(real, fake)
    return {"d_real": (real > threshold).float().mean(), "d_fake": (fake <= threshold).float().mean()}


def mismatch(right: Tensor, wrong: Tensor) -> Tensor:
    """Low where real examples get higher logits with their own label (`right`) than with another one (`wrong`).

    Reed et al. (2016), section 4.2, in the relativistic form: a discriminator that also minimises this scalar
    attends to the label, and so the generator has to.
    """
    return softplus(wrong - right).mean()


Critic = Callable[[Tensor], Tensor]


def at_least_fp32(x: Tensor) -> Tensor:
    """`x` with half precision lifted to fp32; fp32 and fp64 stay as they are."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


def gradient_square(critic: Critic, x: Tensor) -> Tensor:
    """‖∇ critic(x)‖² for every example: `(N, …)` → `(N,)`, at least in fp32 and differentiable once more.

    Autocast is switched off inside: squares of half-precision gradients underflow.
    """
    with torch.autocast(x.device.type, enabled=False):
        x = at_least_fp32(x.detach()).requires_grad_(True)
        (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
        return gradient.square().flatten(1).sum(1)


def r1(critic: Critic, real: Tensor) -> Tensor:
    """Mescheder et al. (2018), equation 9, for weight 1: ½ ‖∇ D(x)‖² on real examples, `(N, …)` → `(N,)`."""
    return gradient_square(critic, real) / 2


def r2(critic: Critic, fake: Tensor) -> Tensor:
    """Mescheder et al. (2018), equation 10, for weight 1: ½ ‖∇ D(x)‖² on generated examples, `(N, …)` → `(N,)`."""
    return gradient_square(critic, fake) / 2


def wgan_gp(critic: Critic, real: Tensor, fake: Tensor) -> Tensor:
    """Gulrajani et al. (2017), equation 3, for weight 1: (‖∇ D(x̂)‖ - 1)² with x̂ on the line from each real
    example to its fake partner, at a point drawn uniformly from the global random state. `(N, …)` → `(N,)`.
    """
    shape = (len(real),) + (1,) * (real.ndim - 1)
    real, fake = at_least_fp32(real), at_least_fp32(fake)
    share = torch.rand(shape, device=real.device, dtype=real.dtype)
    between = torch.lerp(real, fake, share)
    # The square root's slope is infinite at zero; the smallest normal float keeps it finite there.
    norm = gradient_square(critic, between).clamp_min(torch.finfo(torch.float32).tiny).sqrt()
    return (norm - 1).square()

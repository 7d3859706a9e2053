"""Exercises and quiz of chapter 06: counting modes, the smallest game that runs in circles, reading histories, and
repairing a larger one."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gancore.lessons.comparing import tidy, untouched
from gancore.lessons.diagnosing import Case, told_terms
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.failures import OSCILLATION
from gancore.lessons.probes import Call, WrongKind, drawn, whole
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.ring_run import ENOUGH_ON_MODES, Run
from gancore.lessons.ring_setting import Setting

# 6.1: count modes

SQUARE = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]])
# Three samples on the first mode, one on the second, one between the modes, and one whose coordinates are both within
# a radius of 1 of the fourth mode although its distance is not.
SCATTER = torch.tensor([[0.2, 0.0], [0.0, -0.3], [-0.5, 0.2], [4.6, 0.6], [2.0, 1.6], [3.2, 3.2]])
# One sample each on three modes, one between the modes, and one further than a radius of 0.5 from the second mode
# although the square of its distance is smaller.
NEAR = torch.tensor([[0.0, 0.3], [0.0, 3.8], [3.9, 4.1], [2.0, 2.0], [4.6, 0.0]])
FAR = torch.tensor([[9.0, 9.0], [-9.0, 0.0]])
CLUMP = torch.tensor([[4.1, 3.9], [3.8, 4.0]])
EDGE = torch.tensor([[5.0, 0.0]])  # as far from the second mode as a radius of 1 allows

STRAY = torch.tensor([[0.1, 0.0], [0.0, 0.1], [1.2, 0.0]])  # two on the first mode, and one that just misses it
CROWD = torch.cat([torch.linspace(-0.5, 0.5, 200)[:, None].expand(-1, 2), torch.tensor([[4.1, 4.0]])])
TWINS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [7.0, 7.0]])
CHAIN = torch.stack([torch.arange(12.0), torch.zeros(12)], dim=1)  # twelve modes in a line
ENDS = torch.tensor([[0.1, 0.0], [11.0, 0.2]])
BETWEEN_TWINS = torch.tensor([[0.4, 0.0]])  # on the first mode and on the second, and nearer to the first
LEAST_MARGIN = 0.02  # between a distance and the radius: rounding must not decide


def draw_scatter(rng: torch.Generator) -> tuple[Tensor, Tensor, float]:
    """Two to nine modes, some of them so near to each other that a sample lies on several; samples about some of
    them, and anywhere."""
    centres = 6 * torch.rand(whole(rng, 2, 9), 2, generator=rng)
    radius = float(0.4 + torch.rand((), generator=rng))
    about = centres[torch.randint(len(centres) // 2, (whole(rng, 2, 5),), generator=rng)]
    near = about + 0.8 * radius * torch.randn(about.shape, generator=rng)
    samples = torch.cat([near, 6 * torch.rand(whole(rng, 1, 3), 2, generator=rng)])
    samples = samples[torch.randperm(len(samples), generator=rng)]
    clear = ((torch.cdist(samples, centres) - radius).abs() > LEAST_MARGIN).all(1)
    return samples[clear], centres, radius


def modes_reached(samples: Tensor, centres: Tensor, radius: float) -> int:
    return sum(any(math.dist(sample, centre) <= radius for sample in samples.tolist()) for centre in centres.tolist())


def nearest_if_on_it(samples: Tensor, centres: Tensor, radius: float) -> int:
    distance, nearest = torch.cdist(samples, centres).min(1)
    return len(nearest[distance <= radius].unique())


def pairs(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres) <= radius).sum())


def mean_distance(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres).mean(0) <= radius).sum())


def along_the_axes(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres, p=1) <= radius).any(0).sum())


def samples_on_modes(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres).min(1).values <= radius).sum())


def nearest_only(samples: Tensor, centres: Tensor, radius: float) -> int:
    return len(torch.cdist(samples, centres).argmin(1).unique())


def in_a_box(samples: Tensor, centres: Tensor, radius: float) -> int:
    inside = ((samples[:, None] - centres).abs() <= radius).all(2)
    return int(inside.any(0).sum())


def squared(samples: Tensor, centres: Tensor, radius: float) -> int:
    distance = (samples[:, None] - centres).square().sum(2)
    return int((distance <= radius).any(0).sum())


def closer_than(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres) < radius).any(0).sum())


def every_sample(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres) <= radius).all(0).sum())


def by_a_share(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int(((torch.cdist(samples, centres) <= radius).double().mean(0) >= 0.01).sum())


def share_of_modes(samples: Tensor, centres: Tensor, radius: float) -> float:
    return float((torch.cdist(samples, centres) <= radius).any(0).float().mean())


def modes_missed(samples: Tensor, centres: Tensor, radius: float) -> int:
    return int((torch.cdist(samples, centres) > radius).all(0).sum())


def which_modes(samples: Tensor, centres: Tensor, radius: float) -> Tensor:
    return (torch.cdist(samples, centres) <= radius).any(0)


def told_radius(cases: list[Case]) -> str:
    """That all counts are those of one fixed radius, or of so many times the one that is given."""
    for by_the_radius in (False, True):
        lows, highs = zip(*(radii_of(case, case.arguments[2] if by_the_radius else 1.0) for case in cases), strict=True)
        low, high = max(lows), min(highs)
        if low < high:
            found = f"{low:.2g} at least" if high == math.inf else f"some {(low + high) / 2:.2g}"
            times = " times the radius that is given" if by_the_radius else ", whatever `radius` is"
            return f"Your counts are those of a radius of {found}{times}."
    return ""


def radii_of(case: Case, unit: float) -> tuple[float, float]:
    """Between which radii, in this unit, the count of a case is what was given back; an empty range where it never
    is."""
    far = [
        min((math.dist(sample, centre) for sample in case.arguments[0].tolist()), default=math.inf)
        for centre in case.arguments[1].tolist()
    ]
    bounds, count = [0.0, *(each / unit for each in sorted(far)), math.inf], float(case.result)
    return (bounds[int(count)], bounds[int(count) + 1]) if count in range(len(far) + 1) else (0.0, 0.0)


COUNT = Exercise(
    number="6.1",
    title="Count the modes",
    name="count_modes",
    probes=(
        Call("`count_modes` of six samples about a square of four modes, radius 1,", (SCATTER, SQUARE, 1.0), 2),
        Call("`count_modes` of five samples about the same square, radius 0.5,", (NEAR, SQUARE, 0.5), 3),
        Call("`count_modes` of two samples far away from every mode", (FAR, SQUARE, 1.0), 0),
        Call("`count_modes` of two samples on one and the same mode", (CLUMP, SQUARE, 1.0), 1),
        Call("`count_modes` of one sample just as far from a mode as the radius", (EDGE, SQUARE, 1.0), 1),
        Call("`count_modes` of two samples on a mode and one that just misses it", (STRAY, SQUARE, 1.0), 1),
        Call("`count_modes` of 200 samples on one mode and one on another", (CROWD, SQUARE, 1.0), 2),
        Call("`count_modes` of one sample that lies on two modes at once", (BETWEEN_TWINS, TWINS, 1.0), 2),
        Call("`count_modes` of two samples at the ends of a line of twelve modes", (ENDS, CHAIN, 0.4), 2),
        *drawn("count_modes", draw_scatter, modes_reached, times=8),
    ),
    mistakes=(
        Mistake(
            samples_on_modes,
            "You counted the samples that lie on a mode. A thousand samples on one mode are still one mode.",
        ),
        Mistake(
            nearest_only,
            "You counted the modes that are nearest to some sample. Every sample has a nearest mode, even one that "
            "lies nowhere near it: where does the radius come in?",
        ),
        Mistake(
            in_a_box,
            "You compare each coordinate with the radius. That draws a square about each mode, and the corners of a "
            "square are further away than its sides.",
        ),
        Mistake(squared, "You compare the *square* of a distance with the radius."),
        Mistake(
            lambda samples, centres, radius: squared(samples, centres, radius**4),
            "You compare a distance with the *square* of the radius.",
        ),
        Mistake(
            lambda samples, centres, radius: modes_reached(samples, centres, 3 * radius),
            "You take three times the radius. It is handed over as it should be: three deviations are in it already.",
        ),
        Mistake(
            lambda samples, centres, radius: int(((torch.cdist(samples, centres) <= radius).sum(0) > 1).sum()),
            "You ask for more than one sample on a mode. One is enough for it to be found.",
        ),
        Mistake(
            by_a_share,
            "You ask for a *share* of the samples on a mode. One is enough for it to be found, however many there are.",
        ),
        Mistake(
            lambda samples, centres, radius: int((torch.cdist(samples, centres) <= radius).any()),
            "You ask whether anything lies on any mode. Ask it of each mode, and count.",
        ),
        Mistake(
            lambda samples, centres, radius: int((torch.cdist(samples, centres) <= radius).sum(0).max()),
            "This is how many samples lie on the fullest mode. Asked for is how many modes have any.",
        ),
        Mistake(
            lambda samples, centres, radius: int((torch.cdist(samples, centres) >= radius).any(0).sum()),
            "You count the modes that some sample is *far* from: the comparison is turned round.",
        ),
        Mistake(
            lambda samples, centres, radius: int(((samples.mean(0) - centres).norm(dim=1) <= radius).sum()),
            "You compare the mean of all samples with the modes. Samples on two modes have their mean between them.",
        ),
        Mistake(closer_than, "Right, but for a sample whose distance *is* the radius. Does it lie on the mode?"),
        Mistake(
            every_sample,
            "You ask whether *all* samples lie on a mode. One sample there is enough for the mode to be found.",
        ),
        Mistake(
            nearest_if_on_it,
            "You ask of each sample only whether it lies on the mode that is nearest to it. Where modes lie near each "
            "other, a sample can lie on several.",
        ),
        Mistake(
            pairs,
            "You counted all pairs of a sample and a mode that it lies on. A mode with many samples counts once.",
        ),
        Mistake(
            mean_distance,
            "You compare the *mean* distance of all samples with the radius. One sample that is near enough makes a "
            "mode found, wherever the others are.",
        ),
        Mistake(
            along_the_axes,
            "You add the differences of both coordinates. The distance of two points is the root of the sum of their "
            "squares.",
        ),
        Mistake(share_of_modes, "You give the share of the modes. Asked for is their number."),
        Mistake(modes_missed, "You counted the modes that nobody reaches: the others are wanted."),
        Mistake(which_modes, "You say of each mode whether it is found. Asked for is how many are."),
    ),
    hints=(
        "Begin with all distances: `torch.cdist(samples, centres)` has a row for each sample, a column for each mode.",
        "Which entries of that table say that a sample lies on a mode?",
        "A mode is found if *any* entry of its column says so. Then count the columns.",
    ),
    diagnose=told_radius,
    praise="This is the number that the rest of the chapter goes by.",
)

# 6.2: a round of the Dirac-GAN, in which both players move at once

Move = tuple[Tensor, Tensor]

START = (torch.tensor(1.0).double(), torch.tensor(1.0).double())
AHEAD = 0.1 / (1 + math.exp(-1))  # a step of 0.1 where D is sigmoid(1)


def draw_round(rng: torch.Generator) -> tuple[Tensor, Tensor, float, float]:
    """Anywhere but near the axes, where one of the players stands still."""
    sizes, signs = 0.4 + torch.rand(2, generator=rng).double(), 2.0 * torch.randint(2, (2,), generator=rng) - 1
    theta, psi = sizes * signs
    rate, penalty = (0.1 + 0.6 * torch.rand(2, generator=rng)).tolist()
    return theta, psi, rate, penalty


def by_gradient(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> Move:
    """By automatic differentiation of log(1 - D), which G lowers and D raises, and of the penalty."""
    leaves = theta.clone().requires_grad_(), psi.clone().requires_grad_()
    value = -torch.nn.functional.softplus(leaves[0] * leaves[1])
    pull, push = torch.autograd.grad(value, leaves)
    return theta - rate * pull, psi + rate * (push - penalty * psi)


def with_steps(step: Callable[..., tuple[Any, Any]]) -> Callable[..., Move]:
    """A round whose players move by `step` of θ, ψ, D and the penalty, times the rate."""

    def round_of(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> Move:
        one, two = step(theta, psi, torch.sigmoid(theta * psi), penalty)
        return theta + rate * one, psi + rate * two

    return round_of


def d_first(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> Move:
    psi = by_gradient(theta, psi, rate, penalty)[1]
    return by_gradient(theta, psi, rate, penalty)[0], psi


def g_first(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> Move:
    theta = by_gradient(theta, psi, rate, penalty)[0]
    return theta, by_gradient(theta, psi, rate, penalty)[1]


def new_theta_old_d(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> Move:
    d = torch.sigmoid(theta * psi)
    theta = theta + rate * d * psi
    return theta, psi - rate * (d * theta + penalty * psi)


def new_psi_old_d(theta: Tensor, psi: Tensor, rate: float, penalty: float) -> Move:
    d = torch.sigmoid(theta * psi)
    psi = psi - rate * (d * theta + penalty * psi)
    return theta + rate * d * psi, psi


def told_steps(cases: list[Case]) -> str:
    """In which amounts a round has the terms of its two steps."""

    def term(of_theta: Callable[..., Tensor], of_psi: Callable[..., Tensor]) -> Callable[..., Tensor]:
        return lambda theta, psi, rate, penalty: torch.stack(
            [each(theta, psi, rate * torch.sigmoid(theta * psi), rate * penalty) for each in (of_theta, of_psi)]
        )

    def nothing(theta: Tensor, *others: Any) -> Tensor:
        return 0 * theta

    return told_terms(
        cases,
        {
            "the old θ": term(lambda theta, psi, pull, damp: theta, nothing),
            "the step of θ": term(lambda theta, psi, pull, damp: pull * psi, nothing),
            "the old ψ": term(nothing, lambda theta, psi, pull, damp: psi),
            "the step of ψ away from θ": term(nothing, lambda theta, psi, pull, damp: -pull * theta),
            "the pull of the penalty": term(nothing, lambda theta, psi, pull, damp: -damp * psi),
        },
        {
            "a penalty without the rate": lambda theta, psi, rate, penalty: torch.stack([0 * psi, penalty * psi]),
            "the penalty on θ": term(lambda theta, psi, pull, damp: damp * theta, nothing),
            "a step of θ by its own size": term(lambda theta, psi, pull, damp: pull * theta, nothing),
            "a step of ψ by its own size": term(nothing, lambda theta, psi, pull, damp: pull * psi),
        },
    )


SIMULATE = Exercise(
    number="6.2",
    title="A round of the Dirac-GAN",
    name="dirac_round",
    probes=(
        Call("`dirac_round(1, 1, 0.1, 0)`", (*START, 0.1, 0.0), [1 + AHEAD, 1 - AHEAD]),
        Call("`dirac_round(1, 1, 0.1, 2)`", (*START, 0.1, 2.0), [1 + AHEAD, 0.8 - AHEAD]),
        Call("`dirac_round(0, 0, 0.1, 2)`", (0 * START[0], 0 * START[0], 0.1, 2.0), [0.0, 0.0]),
        *drawn("dirac_round", draw_round, by_gradient, times=5),
    ),
    mistakes=(
        Mistake(
            d_first,
            "Your generator moves by the discriminator's *new* slope. That is a game in turns; here both move at once, "
            "from the same θ and ψ.",
        ),
        Mistake(
            g_first,
            "Your discriminator answers to the *new* θ. That is a game in turns; here both move at once, from the same "
            "θ and ψ.",
        ),
        Mistake(
            new_theta_old_d,
            "θ has been written over before ψ moved, which then saw the new one. Keep the old θ until both have moved.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (psi, -theta - penalty * psi)),
            "The factor D is missing: the loss of this game is flat where D is near 0.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (psi / 2, -theta / 2 - penalty * psi)),
            "You took D as one half everywhere. It is so at the equilibrium; elsewhere it depends on θψ.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * theta)),
            "The penalty has no say in your round: it pulls ψ back.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * theta + penalty * psi)),
            "Your penalty drives ψ away from zero. It should cost the discriminator something.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * theta - penalty / 2 * psi)),
            "The penalty counts half. It is half of γψ², and its derivative is not.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * theta - penalty / 2 * psi**2)),
            "You took the penalty itself. A player follows a derivative.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * theta - penalty * psi**2)),
            "You took the penalty itself, and twice. A player follows a derivative.",
        ),
        Mistake(
            new_psi_old_d,
            "ψ has been written over before θ moved, which then saw the new one. Keep the old ψ until both have moved.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * theta - penalty)),
            "Your penalty takes the same away from every ψ. Its derivative is larger where ψ is.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, -d * (theta + penalty * psi))),
            "D multiplies the penalty as well. It belongs to the derivative of the logarithm alone.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi - penalty * theta, -d * theta - penalty * psi)),
            "The penalty pulls θ as well. Only the discriminator pays it.",
        ),
        Mistake(
            lambda theta, psi, rate, penalty: (
                by_gradient(theta, psi, rate, 0.0)[0],
                by_gradient(theta, psi, rate, 0.0)[1] - penalty * psi,
            ),
            "The penalty is taken off at full size. It is part of a step, and steps are multiplied by the rate.",
        ),
        Mistake(
            lambda theta, psi, rate, penalty: (
                by_gradient(theta, psi, rate, 0.0)[0],
                by_gradient(theta, psi, rate, 0.0)[1] + penalty * psi,
            ),
            "The penalty is added, and at full size: it drives ψ away from zero, and the rate has no say in it.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (-d * psi, -d * theta - penalty * psi)),
            "Your generator runs *down* D's slope, where it is found out.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * psi, d * theta - penalty * psi)),
            "Your discriminator turns towards the generated side, and calls it real.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (-d * psi, d * theta - penalty * psi)),
            "Both move the wrong way: G down D's slope, and D towards the generated side.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: ((1 - d) * psi, -(1 - d) * theta - penalty * psi)),
            "Both are multiplied by 1 - D: mind the sign in the exponent. (For G alone that would be the "
            "non-saturating loss.)",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: ((1 - d) * psi, -d * theta - penalty * psi)),
            "Your generator follows the non-saturating loss. This is the minimax game, with D as the factor.",
        ),
        Mistake(
            with_steps(
                lambda theta, psi, d, penalty: (
                    torch.sigmoid(theta + psi) * psi,
                    -torch.sigmoid(theta + psi) * theta - penalty * psi,
                )
            ),
            "The logit of D at θ is the *product* of the two, and not their sum.",
        ),
        Mistake(
            with_steps(
                lambda theta, psi, d, penalty: (torch.sigmoid(psi) * psi, -torch.sigmoid(psi) * theta - penalty * psi)
            ),
            "D is asked about the samples, which lie at θ: its logit there is θψ, and not ψ.",
        ),
        Mistake(
            with_steps(
                lambda theta, psi, d, penalty: (
                    torch.sigmoid(theta) * psi,
                    -torch.sigmoid(theta) * theta - penalty * psi,
                )
            ),
            "The logit of D at θ is θψ, and not θ.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (theta * psi * psi, -theta * psi * theta - penalty * psi)),
            "You multiply by the logit θψ. D is its sigmoid.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * (1 - d) * psi, -d * (1 - d) * theta - penalty * psi)),
            "You took the derivative of D. What moves the players is that of log(1 - D), in which one factor cancels.",
        ),
        Mistake(
            with_steps(lambda theta, psi, d, penalty: (d * theta, -d * psi - penalty * psi)),
            "Each player moves by its own number. G moves by D's slope ψ, and D by where the samples are, θ.",
        ),
        Mistake(
            lambda theta, psi, rate, penalty: by_gradient(theta, psi, 1.0, penalty),
            "The rate has no say: a step is the rate times the direction.",
        ),
        Mistake(
            lambda theta, psi, rate, penalty: tuple(
                new - old for new, old in zip(by_gradient(theta, psi, rate, penalty), (theta, psi), strict=True)
            ),
            "These are the steps. Asked for is where the players are after them.",
        ),
        Mistake(
            lambda theta, psi, rate, penalty: tuple(
                (new - old) / rate
                for new, old in zip(by_gradient(theta, psi, rate, penalty), (theta, psi), strict=True)
            ),
            "These are the directions, θ̇ and ψ̇. Asked for is where the players are after a step of size `rate`.",
        ),
        Mistake(
            lambda theta, psi, rate, penalty: by_gradient(theta, psi, rate, penalty)[::-1],
            "θ comes first, then ψ: yours have changed places.",
        ),
    ),
    hints=(
        "First D, the sigmoid of the logit that the discriminator gives to θ.",
        "Both directions stand above, in terms of the *old* θ and ψ; ψ̇ has the penalty's term as well.",
        "New is old plus the rate times the direction, for each of the two. Give both back, θ first.",
    ),
    diagnose=told_steps,
    praise="Two numbers, and already there is no way for plain gradient steps to rest.",
)

# 6.3: four histories without labels

DIAGNOSES = ("healthy", "collapse", "oscillation", "D too strong", "memorising")


COUNTER = {  # what speaks against a diagnosis, for each history that might be given it
    "healthy": {
        "A": "how many modes does A reach",
        "B": "what is left for G to learn from in B, where D's loss is zero",
        "D": "how many modes does D reach",
    },
    "collapse": {
        "B": "in a collapse D goes on guessing; how sure is it in B",
        "C": "how many modes does C reach at the end",
        "D": "in a collapse the losses settle; what do those of D do",
    },
    "oscillation": {
        "A": "what in A's losses swings to the end",
        "B": "what in B's losses swings to the end",
        "C": "what in C's losses swings to the end",
    },
    "d too strong": {
        "A": "a D that is too strong has a loss of zero; how large is it in A",
        "C": "a D that is too strong has a loss of zero; how large is it in C",
        "D": "a D that is too strong has a loss of zero; how large is it in D",
    },
    "memorising": {
        "A": "whoever knows few points by heart still comes near all of them; how many modes does A reach",
        "B": "whoever knows few points by heart still comes near all of them; how many modes does B reach",
        "C": "the real points of C were new in every batch, so what could be known by heart",
        "D": "whoever knows few points by heart still comes near all of them; how many modes does D reach",
    },
}


@dataclass(frozen=True)
class Diagnosis:
    """The answer is a list of four diagnoses, for histories A to D; what comes back is the list in small letters."""

    right: Any

    def ask(self, answer: Any) -> Any:
        if callable(answer):
            raise WrongKind("This exercise asks for a list of four diagnoses, and your answer is a function.")
        if untouched(tidy(answer)):
            return None
        answer = answer.tolist() if hasattr(answer, "tolist") else answer  # NumPy's arrays of words
        if not isinstance(answer, (list, tuple)) or len(answer) != len(self.right):
            raise WrongKind("A list of four diagnoses is asked for, one for each history.")
        known = {diagnosis.casefold() for diagnosis in DIAGNOSES}
        for letter, entry in zip("ABCD", answer, strict=True):
            if not isinstance(entry, str) or entry.strip().casefold() not in known:
                raise WrongKind(f"History {letter} has none of the five diagnoses yet: {', '.join(DIAGNOSES)}.")
        return [entry.strip().casefold() for entry in answer]

    def complain(self, result: Any) -> str:
        wrong = [(letter, one) for letter, one, other in zip("ABCD", result, self.right, strict=True)
                 if one != other.casefold()]  # fmt: skip
        questions = "? And ".join(COUNTER[said][letter] for letter, said in wrong)
        return f"Look again at {' and '.join(letter for letter, _ in wrong)}: {questions}?"


RIGHT = ["collapse", "D too strong", "healthy", "oscillation"]


def swapped(first: int, second: int) -> list[str]:
    """The right list with two entries exchanged."""
    answer = list(RIGHT)
    answer[first], answer[second] = answer[second], answer[first]
    return answer


def replaced(place: int, diagnosis: str) -> list[str]:
    """The right list with another diagnosis in one place."""
    return [diagnosis if index == place else entry for index, entry in enumerate(RIGHT)]


DIAGNOSE = Exercise(
    number="6.3",
    title="Diagnose four histories",
    name="diagnosis",
    probes=(Diagnosis(RIGHT),),
    mistakes=(
        Mistake(
            swapped(0, 2),
            "The losses of A and C settle at the same heights. The third panel tells them apart, and you have it the "
            "wrong way round: how many modes does a good generator reach?",
        ),
        Mistake(
            replaced(0, "healthy"),
            "You took A for healthy, and its losses look like it. What does its third panel say?",
        ),
        Mistake(
            replaced(2, "collapse"),
            "You found C to have collapsed. How many modes does it reach at the end?",
        ),
        Mistake(
            swapped(0, 3),
            "A and D both reach few modes. They differ in their losses: which of the two players' losses swing, and "
            "which stay where they are?",
        ),
        Mistake(
            replaced(1, "healthy"),
            "A loss of zero is what one wants of a classifier. In B it is D's loss: what is left for G to learn from?",
        ),
        Mistake(
            swapped(1, 2),
            "You have B and C the wrong way round. In a game, who has won where one loss is zero?",
        ),
        Mistake(
            replaced(2, "memorising"),
            "C may be memorising for all that its curves say; but its training points are new in every batch, as is "
            "said above the figure.",
        ),
        Mistake(
            ["healthy"] * 4,
            "Not all of them are: go through the third panels first.",
        ),
    ),
    hints=(
        "Begin with the third panel: who reaches all eight modes?",
        "Then the losses: whose go to zero, and whose swing?",
        "Of those that reach few modes, one has losses that swing and one a loss at zero. What about the third?",
    ),
    praise="By their losses alone, A and C might both have been good games.",
)

# 6.4: repair a game. What is judged is what the repaired game does, on three seeds.

SEEDS = (0, 1, 2)  # with the third a β₁ of 0.5 is not yet low enough
MOST_CHANGES = 2
AND = " and "
DATA = ("scale", "std", "examples", "rounds")  # a game on other data, or a longer one, is not a repair


class Name(str):
    """The name of a value, for a mistake."""


@dataclass(frozen=True)
class Repaired:
    """Plays the answer, a setting that differs from `broken` in one value or two: True if it is well for every seed.

    Otherwise the names of the values come back. The name alone may be the answer as well: mistakes are known by it,
    so that a wrong answer costs one game and not one for each mistake. tests/course/test_failures.py plays the
    mistakes.
    """

    broken: Setting
    right: Any = True

    def ask(self, answer: Any) -> Any:
        if untouched(tidy(answer)):
            return None
        if isinstance(answer, Name):
            return str(answer)
        if not isinstance(answer, Setting):
            raise WrongKind("This exercise asks for a setting: `OSCILLATION.change(…)` makes one.")
        changed = list(answer.differences(self.broken))
        if not 1 <= len(changed) <= MOST_CHANGES:
            raise WrongKind(
                f"One value or two are to be changed, and you changed {len(changed)}: {', '.join(changed) or '–'}."
            )
        for name in changed:
            if name in DATA:
                raise WrongKind(f"With another `{name}` it is another task: leave data and rounds as they are.")
        return True if plays_well(answer) else AND.join(changed)

    def complain(self, result: Any) -> str:
        if not isinstance(result, str):
            return "A setting is asked for."
        return (
            f"With other values of {' and '.join(f'`{name}`' for name in result.split(AND))} the game does not reach "
            f"all eight modes with at least {ENOUGH_ON_MODES:.0%} of the samples on one, for each of {len(SEEDS)} "
            "seeds. Does either of them slow the crowd down, or let D keep up with it?"
        )


def plays_well(setting: Setting) -> bool:
    """Whether the game reaches all modes, with enough samples on them, for every seed."""
    return all(Run(setting, seed).play().outcome().repaired for seed in SEEDS)


REPAIR = Exercise(
    number="6.4",
    title="Repair a run",
    name="repaired",
    probes=(Repaired(OSCILLATION),),
    mistakes=(
        Mistake(
            Name("slope"),
            "LeakyReLU keeps gradients alive where a unit is off. Here there are gradients enough: they push the crowd "
            "past its aim, again and again.",
        ),
        Mistake(
            Name("real_target"),
            "Label smoothing keeps D from being too sure. The D of this game is not sure of anything for long.",
        ),
        Mistake(
            Name("noise"),
            "Noise makes D's verdict smooth. The crowd still overshoots on a smooth hill.",
        ),
        Mistake(
            Name("dropout"),
            "Dropout keeps D from learning points by heart. There is nothing to learn by heart here: real points are "
            "new in every batch.",
        ),
        Mistake(
            Name("spectral_norm"),
            "Spectral normalisation limits how steep D is, and slows D down. The crowd goes on running.",
        ),
        Mistake(
            Name("average"),
            "Averaged weights hide an oscillation about the right place. Here each player is far from it, and so is "
            "the average.",
        ),
        Mistake(
            Name("loss"),
            "Another loss changes what is pushed for. How far a push carries on is decided elsewhere.",
        ),
        Mistake(
            Name("r1"),
            "The penalty damped two players without a memory. These two carry on in the direction of their last step, "
            "whatever the slope says now.",
        ),
        Mistake(
            Name("d_steps"),
            "More moves let D follow the crowd, and with some seeds that is enough. What sends the crowd past its aim "
            "is still there: let it run more slowly as well, or take away what drives it.",
        ),
        Mistake(
            Name("g_lr"),
            "With other steps the generator overshoots at another pace. How much of its last step does it repeat? Or "
            "how often does D move meanwhile?",
        ),
        Mistake(
            Name("tanh"),
            "The data lie in the range of tanh already, and so do the samples.",
        ),
        Mistake(
            Name("beta1"),
            "That is the right screw, not yet turned far enough, or in the wrong direction: what share of the last "
            "step would you have the next one keep?",
        ),
    ),
    hints=(
        "Look at the curves of D in exercise 6.3: this is that game. Which section has a game that runs in circles?",
        "`OSCILLATION.differences(HEALTHY)` shows how it differs from a game that works.",
        "There are two ways. In section 5 two players that moved in turns stayed on their circle, until something "
        "drove them outwards: take that away. Or let D keep up with the crowd, as in section 7; that takes two values.",
    ),
    praise="The check played your setting with three seeds, and all of them reached all eight modes.",
)

EXERCISES = (COUNT, SIMULATE, DIAGNOSE, REPAIR)

QUIZ = (
    Question(
        "D's loss is 1.38, G's is 0.71, and D is right half of the time. What do you know of the samples?",
        key="c",
        options=(
            Option(
                "They are as good as real ones.",
                "Then the curves would look like this. They do so too for a generator with one mode out of eight.",
            ),
            Option(
                "They have collapsed.",
                "A collapsed game can look like this, and so can the best game there is.",
            ),
            Option(
                "Nothing yet.",
                "Neither D's loss nor its accuracy says whether D has anything to tell apart. Count the modes.",
            ),
            Option(
                "They are noise, as before training.",
                "An untrained D guesses as well. It is one explanation among several.",
            ),
        ),
    ),
    Question(
        "D is right on every point, and its loss is zero. Which repair is least likely to help?",
        key="d",
        options=(
            Option(
                "Noise on all that D sees.",
                "It makes real and generated points overlap, so that D cannot be certain any more.",
            ),
            Option(
                "A penalty on D's slope.",
                "It keeps D from becoming so steep that it is flat where the samples are.",
            ),
            Option(
                "Scaling the data to the range that the generator begins in.",
                "It takes away what made D so certain. In this chapter nothing else worked as well.",
            ),
            Option(
                "More D steps in each round.",
                "D has learned all there is to learn. It is G that needs something to go by.",
            ),
        ),
    ),
    Question(
        "In the Dirac-GAN with small steps, what does the R1 penalty change?",
        key="b",
        options=(
            Option(
                "It moves the equilibrium to a better place.",
                "The equilibrium is where D is flat, and there the penalty is zero: the place stays.",
            ),
            Option(
                "It draws the players to the middle.",
                "It gives the eigenvalues a negative real part: each turn ends nearer, where without it they circle.",
            ),
            Option(
                "It makes D's steps larger.",
                "It pulls D's slope towards zero, which makes D's pushes smaller.",
            ),
            Option(
                "It stops the generator from moving.",
                "The generator has no penalty, and moves as long as D has a slope.",
            ),
        ),
    ),
    Question(
        "A game on sixteen training points reaches all eight modes. How do you find out whether D knows them by heart?",
        key="a",
        options=(
            Option(
                "Show it new real points as well.",
                "A D that has learned what real points are like gives both kinds the same logits, on average.",
            ),
            Option(
                "Look whether its loss is zero.",
                "In this chapter it was near 1.3 all the time: the samples came near the training points too.",
            ),
            Option(
                "Count the modes again with more samples.",
                "All eight are reached, and more samples will reach them too.",
            ),
            Option(
                "Train for longer.",
                "Then it knows them better, and you know no more than before.",
            ),
        ),
    ),
    Question(
        "A paper reports that spectral normalisation cured its collapse. Yours goes on, with each of ten seeds. What "
        "is the likely reason?",
        key="c",
        options=(
            Option(
                "It was put into the wrong layers of the discriminator.",
                "Possible, and one should look. There is a reason that needs no mistake of yours.",
            ),
            Option(
                "The paper is wrong.",
                "It measured its own game. That says little about yours, in either direction.",
            ),
            Option(
                "The causes are different.",
                "A collapse is a symptom. What helps depends on the cause: certainty, steepness, or pace.",
            ),
            Option(
                "All ten seeds were unlucky.",
                "If it cured every second game, ten failures in a row would come once in about a thousand times.",
            ),
        ),
    ),
)

"""Exercises and quiz of chapter 04: the best discriminator, the value of the game, what the generator minimises, and
how far a trained discriminator is from the best one."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import kl_div

from gancore.lessons.comparing import alike, tidy
from gancore.lessons.diagnosing import Case, told_mixture, told_terms
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value, drawn, whole
from gancore.lessons.quizzes import Option, Question

# 4.1: the best discriminator for two Gaussians, each given as (mean, standard deviation)

Bell = tuple[float, float]

PLACES = torch.tensor([-0.6, -0.2, 0.1, 0.5, 0.9])
NARROW_AND_WIDE = (PLACES, (0.3, 0.2), (-0.1, 0.5))
EQUALLY_WIDE = (torch.tensor([0.0, 1.0, 2.0]), (2.0, 1.0), (0.0, 1.0))
THE_SAME = (torch.tensor([-1.0, 0.0, 3.0]), (0.5, 1.5), (0.5, 1.5))
ONE_PLACE = (torch.tensor([0.4]), (0.0, 0.7), (1.0, 0.4))


def draw_bells(rng: torch.Generator) -> tuple[Tensor, Bell, Bell]:
    """Two to nine places, no further from either mean than float32 knows a density that is not 0."""
    middles, widths = 2 * torch.rand(2, generator=rng) - 1, 0.3 + 1.2 * torch.rand(2, generator=rng)
    real, fake = zip(middles.tolist(), widths.tolist(), strict=True)
    return 3 * torch.rand(whole(rng, 2, 9), generator=rng) - 1.5, real, fake


def bell(x: Tensor, mean: float, std: float) -> Tensor:
    return torch.exp(-(((x - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))


def lone_bell(x: Tensor, mean: float, std: float) -> Tensor:
    """A bell of height 1, whatever its width."""
    return torch.exp(-(((x - mean) / std) ** 2) / 2)


def taken_as_variance(x: Tensor, mean: float, variance: float) -> Tensor:
    return torch.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def squared_twice(x: Tensor, mean: float, std: float) -> Tensor:
    return bell(x, mean, std**2)


def without_the_half(x: Tensor, mean: float, std: float) -> Tensor:
    return torch.exp(-(((x - mean) / std) ** 2)) / (std * math.sqrt(2 * math.pi))


def halved_and_multiplied(x: Tensor, mean: float, std: float) -> Tensor:
    return torch.exp(-((x - mean) ** 2) / 2 * std**2) / (std * math.sqrt(2 * math.pi))


def not_squared(x: Tensor, mean: float, std: float) -> Tensor:
    return torch.exp(-((x - mean) ** 2) / (2 * std)) / (std * math.sqrt(2 * math.pi))


def half_inside(x: Tensor, mean: float, std: float) -> Tensor:
    """2σ is squared as a whole."""
    return torch.exp(-(((x - mean) / (2 * std)) ** 2)) / (std * math.sqrt(2 * math.pi))


def share(density: Callable[[Tensor, float, float], Tensor], x: Tensor, real: Bell, fake: Bell) -> Tensor:
    p, q = density(x, *real), density(x, *fake)
    return p / (p + q)


def log_odds(x: Tensor, real: Bell, fake: Bell) -> Tensor:
    return torch.distributions.Normal(*real).log_prob(x) - torch.distributions.Normal(*fake).log_prob(x)


def share_of_logs(x: Tensor, real: Bell, fake: Bell) -> Tensor:
    p, q = (torch.distributions.Normal(*one).log_prob(x) for one in (real, fake))
    return p / (p + q)


def by_odds(x: Tensor, real: Bell, fake: Bell) -> Tensor:
    """The logistic form of Bayes' rule, which does not lean on the formula that is asked for."""
    return torch.sigmoid(log_odds(x, real, fake))


EXPONENTS: dict[str, Callable[[Tensor, float], Tensor]] = {  # of the distance from the mean and the deviation
    "": lambda off, std: -((off / std) ** 2) / 2,
    "in its exponent its minus sign is missing": lambda off, std: (off / std) ** 2 / 2,
    "in its exponent the half is missing": lambda off, std: -((off / std) ** 2),
    "in its exponent the deviation is not squared": lambda off, std: -(off**2) / std / 2,
    "in its exponent the 2 is squared with the deviation": lambda off, std: -((off / std) ** 2) / 4,
    "in its exponent the distance is not squared": lambda off, std: -off.abs() / std / 2,
    "in its exponent the distance is multiplied by the deviation": lambda off, std: -((off * std) ** 2) / 2,
}
FACTORS: dict[str, Callable[[float], float]] = {  # all but what both densities share
    "": lambda std: 1 / std,
    "the factor before it is missing, and it does not cancel": lambda std: 1.0,
    "the factor before it multiplies by the deviation where it should divide": lambda std: std,
    "the factor before it has the deviation squared": lambda std: std**-2,
    "the factor before it has the root of the deviation": lambda std: std**-0.5,
}


def find_wrong_bells(cases: list[Case]) -> str:
    """Which part of the density is not that of a Gaussian; or that a number is no probability."""
    said = told_mixture(cases, (EXPONENTS, FACTORS), share_of)
    if said:
        return f"Look at the density of a Gaussian again: {said}."
    if all(bool(((case.result >= 0) & (case.result <= 1)).all()) for case in cases):
        return ""
    return "D*(x) is a probability, and some of your numbers are not between 0 and 1."


def share_of(exponent: Callable[[Tensor, float], Tensor], factor: Callable[[float], float], *given: Any) -> Tensor:
    x, real, fake = given
    p, q = (factor(std) * torch.exp(exponent(x - mean, std)) for mean, std in (real, fake))
    return p / (p + q)


BEST = Exercise(
    number="4.1",
    title="The best discriminator for two Gaussians",
    name="best_discriminator",
    probes=(
        Call(
            "`best_discriminator` of five places, data (0.3, 0.2) and generator (-0.1, 0.5),",
            NARROW_AND_WIDE,
            by_odds(*NARROW_AND_WIDE),
        ),
        Call(
            "`best_discriminator` of 0, 1 and 2, data (2, 1) and generator (0, 1),",
            EQUALLY_WIDE,
            torch.sigmoid(torch.tensor([-2.0, 0.0, 2.0])),
        ),
        Call("`best_discriminator` of three places, where the generator is the data,", THE_SAME, [0.5, 0.5, 0.5]),
        Call("`best_discriminator` of the one place 0.4", ONE_PLACE, by_odds(*ONE_PLACE)),
        *drawn("best_discriminator", draw_bells, by_odds, times=4),
    ),
    mistakes=(
        Mistake(
            lambda x, real, fake: share(bell, x, fake, real),
            "Your discriminator calls the generator's territory real. Whose density belongs on top of the fraction?",
        ),
        Mistake(
            lambda x, real, fake: share(lone_bell, x, real, fake),
            "Your bells have the same height, whatever their width. A density has area 1, so a narrow bell is a tall "
            "one: a factor is missing, and it does not cancel.",
        ),
        Mistake(
            lambda x, real, fake: share(taken_as_variance, x, real, fake),
            "You took the second number of each pair for a variance. It is a standard deviation.",
        ),
        Mistake(
            lambda x, real, fake: share(squared_twice, x, real, fake),
            "You handed over the *square* of the second number where a standard deviation is asked for: `Normal` takes "
            "the deviation itself.",
        ),
        Mistake(
            lambda x, real, fake: share(without_the_half, x, real, fake),
            "Your bells are too narrow: look at the exponent of the Gaussian again. A number is missing there.",
        ),
        Mistake(
            lambda x, real, fake: share(not_squared, x, real, fake),
            "Look at the exponent: there the deviation is squared, like the distance that it is compared with.",
        ),
        Mistake(
            lambda x, real, fake: share(half_inside, x, real, fake),
            "Look at the exponent: the 2 is squared there together with the deviation, and should not be.",
        ),
        Mistake(
            lambda x, real, fake: bell(x, *real) * bell(x, *fake) / (bell(x, *real) + bell(x, *fake)),
            "You multiplied both densities above the bar. There stands the density of what is real, alone.",
        ),
        Mistake(
            lambda x, real, fake: (bell(x, *real) + bell(x, *fake)) / 2,
            "This is the density half-way between the two. It says how much lands here, and not how much of it is "
            "real.",
        ),
        Mistake(
            lambda x, real, fake: torch.softmax(torch.stack([bell(x, *real), bell(x, *fake)]), 0)[0],
            "A softmax of densities takes e to their power first. The densities themselves are compared; it is their "
            "*logarithms* that a softmax or a sigmoid takes.",
        ),
        Mistake(
            lambda x, real, fake: bell(x, *real) / bell(x, *fake),
            "This is how many times likelier the data is than the generator: odds, from 0 to infinity. A probability "
            "compares with the *sum* of both.",
        ),
        Mistake(
            lambda x, real, fake: log_odds(x, real, fake),
            "This is the logit of the best discriminator: positive for real, negative for generated. What turns a "
            "logit into a probability?",
        ),
        Mistake(
            share_of_logs,
            "You formed a share of logarithms, which is what `log_prob` gives. D* is a share of densities.",
        ),
        Mistake(
            lambda x, real, fake: share(halved_and_multiplied, x, real, fake),
            "Look at the exponent: in Python `a / 2 * b` divides by 2 and *multiplies* by b.",
        ),
        Mistake(
            lambda x, real, fake: bell(x, *real) / (bell(x, *real) + bell(x, fake[0], real[1])),
            "Both of your bells have the data's deviation. The generator has one of its own.",
        ),
        Mistake(
            lambda x, real, fake: bell(x, *real) / (bell(x, *real) + bell(x, real[0], fake[1])),
            "Both of your bells have the data's mean. The generator has one of its own.",
        ),
        Mistake(
            lambda x, real, fake: share(lambda x, *one: torch.distributions.Normal(*one).cdf(x), x, real, fake),
            "`cdf` says how much lies to the left of x. Asked for is how much lies *at* x: a density.",
        ),
        Mistake(
            lambda x, real, fake: bell(x, *real),
            "This is the data's density alone. It can exceed 1, and it ignores how often the generator comes here.",
        ),
        Mistake(
            lambda x, real, fake: (bell(x, *real) > bell(x, *fake)).float(),
            "This is a verdict, yes or no. It scores well until it errs: with D = 0 on a real example, log D is minus "
            "infinity. The best discriminator says how sure it is.",
        ),
        Mistake(
            lambda x, real, fake: (bell(x, *real) - bell(x, *fake)) / (bell(x, *real) + bell(x, *fake)),
            "This runs from -1 to 1. Look at the top of the fraction again: what share of what lies here is real?",
        ),
        Mistake(
            lambda x, real, fake: bell(x, *real) / (bell(x, *real) + bell(x, *fake)).sum(),
            "You divided by one sum over all places. The discriminator judges each place by what lies there.",
        ),
        Mistake(
            lambda x, real, fake: share(lambda x, mean, std: bell(x, std, mean), x, real, fake),
            "Mean and standard deviation have changed places: the mean is the first of each pair.",
        ),
        Mistake(
            lambda x, real, fake: torch.sigmoid(bell(x, *real) / bell(x, *fake)),
            "A sigmoid takes the *logarithm* of the odds, and you hand it the odds themselves.",
        ),
        Mistake(
            lambda x, real, fake: share(lambda x, *one: bell(x, *one) / bell(x, *one).sum(), x, real, fake),
            "You scaled both densities so that they add up to 1 over these places. A density is what it is at each "
            "place, whatever the others are.",
        ),
    ),
    hints=(
        "You need two numbers at each place: the density of the data, and that of the generator.",
        "The density of a Gaussian at x is exp(-((x - mean) / std)² / 2), divided by std · √(2π). "
        "`torch.distributions.Normal(mean, std).log_prob(x)` gives its logarithm.",
        "Of everything that lands at x, real or generated, what share is real? Section 1 counted it for banknotes.",
    ),
    praise="Its logit, log p(x) - log q(x), is a parabola in x. Where the two are equally wide it is a straight line.",
    diagnose=find_wrong_bells,
)

# 4.2: what the game is worth. In both mistakes and answers, log is the natural logarithm.

LN2 = math.log(2)
OVERSURE = math.log(0.9) + math.log(0.1)

VALUES = Exercise(
    number="4.2",
    title="The value of the game",
    name="values",
    probes=(Value([-2 * LN2, OVERSURE, 0.0], places=2),),
    mistakes=(
        Mistake(
            [2 * LN2, -OVERSURE, 0.0],
            "These are the discriminator's losses, what its optimiser makes small. V is what the discriminator makes "
            "large: mind the sign.",
        ),
        Mistake(
            [-LN2, math.log(0.9), 0.0],
            "This is the half of V that comes from real examples. There is a second expectation, over generated ones.",
        ),
        Mistake(
            [-LN2, OVERSURE / 2, 0.0],
            "You took the mean of the two expectations. V adds them.",
        ),
        Mistake(
            [-2.0, math.log2(0.9) + math.log2(0.1), 0.0],
            "The ideas are right, and the logarithm has base 2. This chapter, like the paper, uses the natural one.",
        ),
        Mistake(
            [2 * math.log10(0.5), math.log10(0.9) + math.log10(0.1), 0.0],
            "The ideas are right, and the logarithm has base 10. This chapter, like the paper, uses the natural one.",
        ),
        Mistake(
            [-2 * LN2, 2 * math.log(0.9), 0.0],
            "The second entry is off: for a generated example V counts log(1 - D), and this discriminator says 0.9 of "
            "those, too.",
        ),
        Mistake(
            [-2 * LN2, -2 * LN2, 0.0],
            "The second entry is off: -log 4 is what the *best* discriminator reaches where q = p. This one is not "
            "the best.",
        ),
        Mistake(
            [-2 * LN2, 0.0, 0.0],
            "The second entry is off: log 0.9 + log 0.1 is not log 1. Probabilities that add up to 1 have logarithms "
            "that do not cancel.",
        ),
        Mistake(
            [-2 * LN2, 2 * math.log(0.1), 0.0],
            "The second entry is off: of a real example V counts log D, and this discriminator says 0.9 of those.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, -LN2],
            "The third entry is off: that is JS - log 4, and the divergence counts twice. With the best discriminator "
            "V = 2 JS - log 4.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, LN2],
            "The third entry is off: log 2 is the divergence, JS, of two that never meet. V = 2 JS - log 4.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, -2 * LN2],
            "The third entry is off: nothing real looks like anything generated. What does the best discriminator "
            "then say of each?",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, math.inf],
            "The third entry is off: a logarithm of a probability is never positive, so V cannot be either.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, -math.inf],
            "The third entry is off: minus infinity is for a discriminator that is certain and *wrong*.",
        ),
        Mistake(
            [0.5, 0.9, 1.0],
            "These are values of D. V is the sum of two averaged logarithms: what are those of such a D?",
        ),
        Mistake(
            [0.0, OVERSURE, 0.0],
            "The first entry is off. *Zero sum* says that one player's gain is the other's loss, not that the value "
            "of the game is nothing.",
        ),
        Mistake(
            [-LN2, OVERSURE, 0.0],
            "The first entry is off: V has two expectations, and both are log 1/2 there.",
        ),
        Mistake(
            [2 * LN2, OVERSURE, 0.0],
            "The first entry has the wrong sign: the logarithm of a probability is never positive.",
        ),
        Mistake(
            [0.25, 0.09, 1.0],
            "These are the probabilities of the two verdicts, multiplied. V is made of their logarithms.",
        ),
        Mistake(
            [-2 * LN2, math.log(0.9), 0.0],
            "The second entry is off: that is what real examples bring. Generated ones count log(1 - D).",
        ),
        Mistake(
            [-2 * LN2, math.log(0.1), 0.0],
            "The second entry is off: that is what generated examples bring. Real ones count log D.",
        ),
        Mistake(
            [-2 * LN2, math.log(0.9) * math.log(0.1), 0.0],
            "The second entry is off: you multiplied the two logarithms. V adds them.",
        ),
        Mistake(
            [-2 * LN2, math.log(0.9) - math.log(0.1), 0.0],
            "The second entry is off: you took one logarithm from the other. V adds them.",
        ),
        Mistake(
            [-2 * LN2, -OVERSURE, 0.0],
            "The second entry has the wrong sign: the logarithm of a probability is never positive.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE / 2, 0.0],
            "The second entry is off: you took the mean of the two expectations. V adds them.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, 1.0],
            "The third entry is off: that is what the best discriminator says of a real example. V counts its "
            "logarithm.",
        ),
        Mistake(
            [-2 * LN2, OVERSURE, 2 * LN2],
            "The third entry is off: that is twice the divergence, and V = 2 JS - log 4.",
        ),
        Mistake(
            [-2 * LN2, math.log(0.8), 0.0],
            "The second entry is off: that is the logarithm of 0.9 - 0.1. V adds two logarithms.",
        ),
    ),
    hints=(
        "V(D, G) is the mean of log D(x) over real x plus the mean of log(1 - D(x)) over generated x.",
        "Where D is the same everywhere, both means are over one number each. No data is needed.",
        "For the third: what is the probability that the best discriminator gives to an example that only one side "
        "can have made?",
    ),
    praise="The second is below the first: where nothing can be told apart, an opinion costs. And V never exceeds "
    "the third.",
)

# 4.3: the Jensen-Shannon divergence

NOTES = (torch.tensor([0.5, 0.3, 0.2]), torch.tensor([0.2, 0.2, 0.6]))
GAPS = (torch.tensor([0.5, 0.5, 0.0, 0.0]), torch.tensor([0.0, 0.25, 0.75, 0.0]))
APART = (torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]))
# Each by hand, outcome by outcome: half of p log(p / m) and half of q log(q / m), with m their mean.
NOTES_JS = 0.5 * (0.5 * math.log(10 / 7) + 0.3 * math.log(6 / 5) + 0.2 * math.log(1 / 2)) + 0.5 * (
    0.2 * math.log(4 / 7) + 0.2 * math.log(4 / 5) + 0.6 * math.log(3 / 2)
)
GAPS_JS = 0.5 * (0.5 * LN2 + 0.5 * math.log(4 / 3)) + 0.5 * (0.25 * math.log(2 / 3) + 0.75 * LN2)


def draw_notes(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two to eight outcomes, some of which one side or neither knows."""
    count = whole(rng, 2, 8)
    p, q = torch.rand(2, count, generator=rng) + 0.05
    p[1:] *= torch.rand(count - 1, generator=rng) > 0.25  # outcome 0 is known to both, lest one knows none
    q[1:] *= torch.rand(count - 1, generator=rng) > 0.25
    return p / p.sum(), q / q.sum()


def by_outcome(p: Tensor, q: Tensor) -> float:
    """Summed one outcome and one side at a time, with Python's own logarithm."""
    pairs = [(a, (a + b) / 2) for one, two in ((p, q), (q, p)) for a, b in zip(one.tolist(), two.tolist(), strict=True)]
    return sum(a * math.log(a / middle) for a, middle in pairs if a > 0) / 2


def kl(p: Tensor, q: Tensor) -> Tensor:
    """Σ p log(p / q) over the outcomes that p knows."""
    return torch.where(p > 0, p * (p / q).log(), 0.0).sum()


def js_by(p: Tensor, q: Tensor, middle: Tensor) -> Tensor:
    return (kl(p, middle) + kl(q, middle)) / 2


def careless_kl(p: Tensor, q: Tensor) -> Tensor:
    return (p * (p / q).log()).sum()


def nansum(p: Tensor, q: Tensor) -> Tensor:
    """Σ p log(p / q) over the outcomes for which it is a finite number."""
    terms = p * (p / q).log()
    return torch.where(terms.isfinite(), terms, 0.0).sum()


def entropy(p: Tensor) -> Tensor:
    return -torch.xlogy(p, p).sum()


def with_kl_div(p: Tensor, q: Tensor) -> Tensor:
    middle = ((p + q) / 2).log()
    return (kl_div(middle, p, reduction="sum") + kl_div(middle, q, reduction="sum")) / 2


def draw_full_notes(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two to eight outcomes that both sides know."""
    p, q = torch.rand(2, whole(rng, 2, 8), generator=rng) + 0.05
    return p / p.sum(), q / q.sum()


WITHOUT_ZEROS: dict[str, Callable[[Tensor, Tensor], Any]] = {  # what other formulas give where nothing is zero
    "Right as long as no probability is zero. Where one of the two is, its term counts nothing, and that of the other "
    "counts all the same.": by_outcome,
    "You exchanged the roles: it is p and q whose outcomes are averaged over, and the mean that they are compared "
    "with.": lambda p, q: (kl((p + q) / 2, p) + kl((p + q) / 2, q)) / 2,
    "The logarithms are right, and both sums are weighted by the mean. The first is an average over p, the second over "
    "q.": lambda p, q: -(kl((p + q) / 2, p) + kl((p + q) / 2, q)) / 2,
    "You compare p and q with each other, in both directions, and halve the sum. Compare each with the mean of the "
    "two.": lambda p, q: (kl(p, q) + kl(q, p)) / 2,
    "You compare p and q with each other, in both directions. Compare each with the mean of the two.": (
        lambda p, q: kl(p, q) + kl(q, p)
    ),
    "You compare p with q. Jensen-Shannon compares each of them with their mean.": kl,
    "Your middle distribution is the geometric mean. Take half of the sum.": (lambda p, q: js_by(p, q, (p * q).sqrt())),
}


JS_TERMS = {
    "the divergence of p from the mean": lambda p, q: kl(p, (p + q) / 2) / 2,
    "the divergence of q from the mean": lambda p, q: kl(q, (p + q) / 2) / 2,
}


def find_formula(cases: list[Case]) -> str:
    """Which other formula it is, by the calls in which no probability is zero: with zeros people help themselves in
    many ways."""
    full = [case for case in cases if all(bool((each > 0).all()) for each in case.arguments)]
    return told_formula(full, WITHOUT_ZEROS) or told_terms(full, JS_TERMS)


def told_formula(cases: list[Case], formulas: dict[str, Callable[..., Any]]) -> str:
    """The sentence about the first of these `formulas` that gives the same in all of these calls."""
    for sentence, formula in formulas.items():
        if cases and all(alike(case.result, tidy(formula(*case.arguments))) for case in cases):
            return sentence
    return ""


JENSEN_SHANNON = Exercise(
    number="4.3",
    title="Jensen-Shannon divergence",
    name="jensen_shannon",
    probes=(
        Call("`jensen_shannon` of [0.5, 0.3, 0.2] and [0.2, 0.2, 0.6]", NOTES, NOTES_JS),
        Call("`jensen_shannon` of [0.5, 0.5, 0, 0] and [0, 0.25, 0.75, 0]", GAPS, GAPS_JS),
        Call("`jensen_shannon` of [1, 0] and [0, 1]", APART, LN2),
        Call("`jensen_shannon` of two equal distributions", (NOTES[0], NOTES[0]), 0.0),
        *drawn("jensen_shannon", draw_notes, by_outcome, times=4),
        *drawn("jensen_shannon", draw_full_notes, by_outcome, times=2),
    ),
    mistakes=(
        Mistake(
            kl,
            "This is the Kullback-Leibler divergence of the two. It is infinite where q misses what p has; "
            "Jensen-Shannon compares each of them with their mean instead.",
        ),
        Mistake(
            lambda p, q: (kl(p, q) + kl(q, p)) / 2,
            "You made the Kullback-Leibler divergence symmetric, and it is still infinite where one side is zero. "
            "Compare neither with the other, but each with a third distribution.",
        ),
        Mistake(
            lambda p, q: js_by(p, q, p + q),
            "Your middle distribution adds up to 2. It should be the *mean* of the two.",
        ),
        Mistake(
            lambda p, q: 2 * js_by(p, q, (p + q) / 2),
            "You added the two halves at full weight: with [1, 0] and [0, 1] this gives log 4. Each counts one half.",
        ),
        Mistake(
            lambda p, q: kl(p, (p + q) / 2),
            "This compares p with the mean, and is one half of the work: nobody has asked about q yet.",
        ),
        Mistake(
            nansum,
            "This is the Kullback-Leibler divergence of the two, with its infinite terms left out. Jensen-Shannon "
            "compares each of them with their mean, and then no term is infinite.",
        ),
        Mistake(
            lambda p, q: sum(torch.where(one > 0, (2 * one / (p + q)).log(), 0.0).sum() for one in (p, q)) / 2,
            "The logarithms are right, and what they are weighted by is missing: p(x) in one sum, q(x) in the other.",
        ),
        Mistake(
            lambda p, q: (
                sum(torch.where(one > 0, (p + q) * (2 * one / (p + q)).log(), 0.0).sum() for one in (p, q)) / 4
            ),
            "The logarithms are right, and both sums are weighted by the mean. The first is an average over p, the "
            "second over q.",
        ),
        Mistake(
            lambda p, q: kl(q, (p + q) / 2),
            "This compares q with the mean, and is one half of the work: nobody has asked about p yet.",
        ),
        Mistake(
            lambda p, q: kl(q, p),
            "This is the Kullback-Leibler divergence of q from p. Jensen-Shannon compares each of them with their "
            "mean.",
        ),
        Mistake(
            lambda p, q: js_by(p, q, (p + q) / 2) / len(p),
            "You took the mean over the outcomes. An expectation has its weights already: the terms are added.",
        ),
        Mistake(
            lambda p, q: (nansum(p, (p + q) / 2) + nansum(q, p)) / 2,
            "The second half compares q with p. Both are compared with the distribution in the middle.",
        ),
        Mistake(
            lambda p, q: entropy((p + q) / 2),
            "This is the entropy of the mean, and half of the work: what has to come off?",
        ),
        Mistake(
            lambda p, q: entropy((p + q) / 2) - entropy(p) - entropy(q),
            "Those of p and q come off with one half each.",
        ),
        Mistake(
            lambda p, q: js_by(p, q, (p * q).sqrt()),
            "Your middle distribution is the geometric mean. It is zero wherever one of them is, and does not add up "
            "to 1. Take half of the sum.",
        ),
        Mistake(
            lambda p, q: js_by(p, q, (p + q) / 2) / LN2,
            "The idea is right, and the logarithm has base 2. This chapter, like the paper, uses the natural one.",
        ),
        Mistake(
            lambda p, q: js_by(p, q, (p + q) / 2).sqrt(),
            "This is the Jensen-Shannon *distance*, which SciPy calls `jensenshannon`: a root too many.",
        ),
        Mistake(
            lambda p, q: (careless_kl(p, (p + q) / 2) + careless_kl(q, (p + q) / 2)) / 2,
            "The formula is right, and a zero spoils it: 0 · log 0 is not a number to a computer. Where a distribution "
            "is zero, it contributes nothing.",
        ),
        Mistake(
            with_kl_div,
            "The formula is right where only one of them is zero. Where both are, so is the middle one: its logarithm, "
            "or a division by it, spoils the sum, and neither `kl_div` nor `xlogy` mends that.",
        ),
        Mistake(
            lambda p, q: 2 * js_by(p, q, (p + q) / 2) - 2 * LN2,
            "This is the value of the game with the best discriminator. Section 5 says how it hangs together with JS.",
        ),
        Mistake(
            lambda p, q: (p - q).abs().sum() / 2,
            "This is another distance, the total variation. It has no logarithm, and it is not what V measures.",
        ),
        Mistake(
            lambda p, q: -js_by(p, q, (p + q) / 2),
            "The size is right. Is a divergence ever negative?",
        ),
        Mistake(
            lambda p, q: (kl((p + q) / 2, p) + kl((p + q) / 2, q)) / 2,
            "You exchanged the roles: it is p and q whose outcomes are averaged over, and the mean that they are "
            "compared with.",
        ),
    ),
    hints=(
        "First the distribution in the middle: for each outcome the mean of its two probabilities.",
        "Then KL(p, m) = Σ p log(p / m), and the same for q. Jensen-Shannon is the mean of these two.",
        "Where p is 0, p log(p / m) counts as 0, but a computer says nan. `torch.xlogy(a, b)` computes a · log b and "
        "knows this rule, as long as b is a number, which 0 / 0 is not; `torch.where` can state it.",
    ),
    praise="It is 0 only where the two agree, log 2 where they never meet, and finite in between, gaps or not.",
    diagnose=find_formula,
)

# 4.4: how far a trained discriminator is from the best one, on a mesh of places

Tables = tuple[Tensor, Tensor, Tensor]

FOUR_PLACES = (
    torch.tensor([0.0, 2.0, -1.0, 3.0]),
    torch.tensor([0.6, 0.3, 0.1, 0.0]),
    torch.tensor([0.2, 0.3, 0.5, 0.0]),
)
# By hand: D* is 3/4, 1/2 and 1/6, the weights are 0.8, 0.6 and 0.6, and nobody comes to the fourth place.
FOUR_RIGHT = (0.8 * 0.25 + 0.6 * (1 / (1 + math.exp(-2)) - 0.5) + 0.6 * (1 / (1 + math.e) - 1 / 6)) / 2
PERFECT = (torch.tensor([math.log(3), 0.0, -math.log(5)]), torch.tensor([0.6, 0.3, 0.1]), torch.tensor([0.2, 0.3, 0.5]))


def draw_mesh(rng: torch.Generator) -> Tables:
    """Three to twelve places, a quarter of which one side never visits, and the last one nobody."""
    count = whole(rng, 3, 12)
    p, q = 2 * torch.rand(2, count, generator=rng) * (torch.rand(2, count, generator=rng) > 0.25)
    p[0], q[0], p[-1], q[-1] = 1.5, 0.5, 0.0, 0.0
    return 2 * torch.randn(count, generator=rng), p, q


def by_place(logits: Tensor, p: Tensor, q: Tensor) -> float:
    """Place by place, with Python's own numbers."""
    rows = torch.stack([logits, p, q], dim=1).tolist()
    visited = [(1 / (1 + math.exp(-s)), a, b) for s, a, b in rows if a + b > 0]
    off = [(a + b) * abs(d - a / (a + b)) for d, a, b in visited]
    return sum(off) / sum(a + b for _, a, b in visited)


def best_of(p: Tensor, q: Tensor) -> Tensor:
    """D*, and one half where nobody looks."""
    return torch.where(p + q > 0, p / (p + q), 0.5)


def averaged(off: Tensor, weights: Tensor) -> Tensor:
    return (weights * off).sum() / weights.sum()


def draw_busy_mesh(rng: torch.Generator) -> Tables:
    """Three to twelve places, to each of which both sides come."""
    count = whole(rng, 3, 12)
    p, q = 2 * torch.rand(2, count, generator=rng) + 0.05
    return 2 * torch.randn(count, generator=rng), p, q


JUDGED: dict[str, Callable[[Tensor], Tensor]] = {
    "": torch.sigmoid,
    "logits are taken for D(x)": torch.clone,
    "D says how sure it is of *generated*": lambda s: torch.sigmoid(-s),
}
COMPARED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": lambda p, q: p / (p + q),
    "the density of the generated stands on top in D*": lambda p, q: q / (p + q),
    "D is compared with p/q, which is odds, from 0 to infinity": lambda p, q: p / q,
    "D is compared with the logit of D*": lambda p, q: (p / q).log(),
}
WEIGHED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": torch.add,
    "every place counts the same": lambda p, q: torch.ones_like(p),
    "real examples alone count": lambda p, q: p,
    "generated examples alone count": lambda p, q: q,
    "a place counts by how far apart the densities are": lambda p, q: (p - q).abs(),
    "a place counts by the product of the densities": torch.mul,
}
MEASURED: dict[str, Callable[[Tensor], Tensor]] = {
    "": torch.abs,
    "distances are squared": torch.square,
    "differences keep their signs": torch.clone,
}
GATHERED: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": lambda off, weights: averaged(off, weights),
    "the sum of the weights is not divided out": lambda off, weights: (weights * off).sum(),
    "the number of places is divided out, and not the sum of the weights": lambda off, weights: (weights * off).mean(),
}


def distance_by(
    judge: Callable, compare: Callable, weigh: Callable, measure: Callable, gather: Callable, *given: Tensor
) -> Tensor:
    """A distance that is put together of these parts."""
    s, p, q = given
    return gather(measure(judge(s) - compare(p, q)), weigh(p, q))


def find_wrong_mean(cases: list[Case]) -> str:
    """Which parts of the mean are others, by the calls in which both sides come everywhere: with zeros people help
    themselves in many ways."""
    busy = [case for case in cases if bool((case.arguments[1] * case.arguments[2] > 0).all())]
    if not any(case.wrong for case in busy):
        return (
            "Right as long as both sides come everywhere. Where neither does, a place has no weight; where one does, "
            "D* is 1 or 0."
        )
    said = told_mixture(busy, (JUDGED, COMPARED, WEIGHED, MEASURED, GATHERED), distance_by)
    return f"In your mean {said}." if said else ""


DISTANCE = Exercise(
    number="4.4",
    title="How far from the best discriminator",
    name="distance_from_best",
    probes=(
        Call("`distance_from_best` of four places, the last of which nobody visits,", FOUR_PLACES, FOUR_RIGHT),
        Call("`distance_from_best` of three places", tuple(each[:3] for each in FOUR_PLACES), FOUR_RIGHT),
        Call("`distance_from_best` of a discriminator that is D* itself", PERFECT, 0.0),
        *drawn("distance_from_best", draw_mesh, by_place, times=5),
        *drawn("distance_from_best", draw_busy_mesh, by_place, times=2),
    ),
    mistakes=(
        Mistake(
            lambda s, p, q: averaged((s - best_of(p, q)).abs(), p + q),
            "You compare logits with probabilities. What turns a logit into D(x)?",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(torch.sigmoid(s)) - best_of(p, q)).abs(), p + q),
            "The sigmoid is applied twice: one makes D(x) of a logit.",
        ),
        Mistake(
            lambda s, p, q: averaged((s - torch.logit(best_of(p, q))).abs(), p + q),
            "You compare logits with logits, and those of D* are infinite where only one side ever comes. Compare the "
            "probabilities.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - p / (p + q)).abs(), p + q),
            "Where neither density is above zero, p/(p + q) is 0/0, and one such place spoils the sum. Nobody ever "
            "looks there: it has no weight.",
        ),
        Mistake(
            lambda s, p, q: (torch.sigmoid(s) - p / (p + q)).abs().mean(),
            "This gives every place the same weight, also those to which nobody comes, where D* is 0/0. The average "
            "is over examples.",
        ),
        Mistake(
            lambda s, p, q: (torch.sigmoid(s) - best_of(p, q)).abs().mean(),
            "This gives every place the same weight. The average is over examples: a place counts by how many of them "
            "land there.",
        ),
        Mistake(
            lambda s, p, q: (torch.sigmoid(s) - best_of(p, q)).abs()[p + q > 0].mean(),
            "This gives every place that anybody visits the same weight. The average is over examples: a place counts "
            "by how many of them land there.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - best_of(p, q)).abs(), p),
            "This averages over real examples alone. Those that were generated are judged too.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - best_of(p, q)).abs(), q),
            "This averages over generated examples alone. D judges the real ones too.",
        ),
        Mistake(
            lambda s, p, q: ((p + q) * (torch.sigmoid(s) - best_of(p, q)).abs()).sum(),
            "The places have the right weights, and you added without dividing by their sum. On a mesh densities do "
            "not add up to 1.",
        ),
        Mistake(
            lambda s, p, q: ((p + q) * (torch.sigmoid(s) - best_of(p, q)).abs()).mean(),
            "The places have the right weights, and you divided by the number of places: divide by the sum of the "
            "weights.",
        ),
        Mistake(
            lambda s, p, q: ((p + q) / 2 * (torch.sigmoid(s) - best_of(p, q)).abs()).sum(),
            "You added without dividing by the sum of the weights. With the width of a cell as a factor this would be "
            "the integral; on a mesh whose width nobody tells you, divide.",
        ),
        Mistake(
            lambda s, p, q: averaged(torch.sigmoid(s) - best_of(p, q), p + q),
            "The differences keep their signs, so that too high here makes up for too low there. A distance counts "
            "both.",
        ),
        Mistake(
            lambda s, p, q: averaged(torch.sigmoid(s) - best_of(p, q), p + q).abs(),
            "The sign is taken off at the end, when too high here has already made up for too low there. Each place "
            "has a distance of its own.",
        ),
        Mistake(
            lambda s, p, q: ((p + q) / 2 * (torch.sigmoid(s) - best_of(p, q)).abs()).mean(),
            "The places have the right weights, and you divided by the number of places: divide by the sum of the "
            "weights, without the half.",
        ),
        Mistake(
            lambda s, p, q: ((p + q) * (torch.sigmoid(s) - best_of(p, q)).abs()).sum() / p.sum(),
            "You divided by the weights of the real examples alone. The generated ones are in the sum above, too.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - best_of(p, q)).abs(), p * q),
            "Your weight is the product of both densities. As many examples land at a place as both bring there "
            "together.",
        ),
        Mistake(
            lambda s, p, q: (torch.sigmoid(s) - best_of(p, q)).abs(),
            "This is the distance at every place. Asked for is one number, their mean over examples.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - best_of(p, q)).square(), p + q),
            "This is the mean of the *squares*. Asked for is the mean of the distances.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - best_of(p, q)).square(), p + q).sqrt(),
            "This is the root of the mean square, which counts large distances for more. Asked for is their mean.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - best_of(q, p)).abs(), p + q),
            "One of the two says how sure it is of *real*, the other of *generated*: mind the sign of the logit, "
            "and the top of the fraction.",
        ),
        Mistake(
            lambda s, p, q: (torch.sigmoid(s) - best_of(p, q)).abs()[p + q > 0].max(),
            "This is the worst place. Asked for is the mean over examples.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - p).abs(), p + q),
            "You compare with the density of the data. D* is a share of densities.",
        ),
        Mistake(
            lambda s, p, q: averaged((torch.sigmoid(s) - 0.5).abs(), p + q),
            "This is how far D is from one half. That is D* at the equilibrium only.",
        ),
        Mistake(
            lambda s, p, q: averaged(((torch.sigmoid(s) > 0.5) != (best_of(p, q) > 0.5)).float(), p + q),
            "This is how often the two disagree on which is likelier. How *sure* each of them is counts as well.",
        ),
        Mistake(
            lambda s, p, q: ((p + q) * (torch.sigmoid(s) - best_of(p, q)).abs())[p + q > 0].mean(),
            "The places have the right weights, and you divided by the number of places that anybody visits: divide by "
            "the sum of the weights.",
        ),
    ),
    hints=(
        "Three steps: D(x) from the logits, D*(x) from the densities, and how far apart the two are at each place.",
        "Of all examples, real and generated, the share that lands at a place goes by p + q. What is a mean with "
        "weights?",
        "Where p + q is zero, D* is 0/0. `torch.where` can put a number there, which then has no weight; or leave such "
        "places out with a mask.",
    ),
    praise="V alone could not tell you that: this number is small only for a discriminator that has learned.",
    diagnose=find_wrong_mean,
)

EXERCISES = (BEST, VALUES, JENSEN_SHANNON, DISTANCE)

QUIZ = (
    Question(
        "At some place x the data has density 0.6 and the generator 0.2. What does the best discriminator say there?",
        key="b",
        options=(
            Option(
                "1, since real is likelier.",
                "One in four examples that land here is generated, and log(1 - D) punishes certainty without limit.",
            ),
            Option(
                "0.75",
                "Of everything that lands here, three in four are real: 0.6 / (0.6 + 0.2).",
            ),
            Option(
                "0.6",
                "That is the data's density alone. How often the generator comes here matters as much.",
            ),
            Option(
                "3",
                "That is the ratio of the densities, the odds. D is a probability.",
            ),
        ),
    ),
    Question(
        "In this game, what does 'zero sum' mean?",
        key="d",
        options=(
            Option(
                "At equilibrium both losses are zero.",
                "At equilibrium the value is -log 4. The losses of a GAN do not go to zero.",
            ),
            Option(
                "The two players' gradients cancel, so that nothing moves.",
                "Each gradient moves another network, so there is nothing for them to cancel in.",
            ),
            Option(
                "The discriminator's probabilities for real and generated add up to one.",
                "They do, for each example, but that is a property of probabilities and not of the game.",
            ),
            Option(
                "What one player gains, the other loses.",
                "There is one number V. The discriminator raises it, the generator lowers it, and nothing else counts.",
            ),
        ),
    ),
    Question(
        "A trained discriminator says 0.5 everywhere. What follows?",
        key="a",
        options=(
            Option(
                "Nothing, as long as nobody knows how good that D is.",
                "Theorem 1 speaks of the best discriminator. One that has learned nothing says one half as well.",
            ),
            Option(
                "The generator has reached the data: no D can tell them apart.",
                "That holds if the discriminator is the best one. Here nobody has shown that.",
            ),
            Option(
                "The generator has collapsed.",
                "It may have. A discriminator that has learned nothing says one half of any generator.",
            ),
            Option(
                "The learning rate is too high.",
                "It may be, but one half everywhere is not the sign of it.",
            ),
        ),
    ),
    Question(
        "The data lives on [0, 1], the generator on [2, 3], and the discriminator is the best one. The generator "
        "moves to [1.5, 2.5]. What happens to V?",
        key="c",
        options=(
            Option(
                "It falls a little, since the generator has come closer.",
                "Jensen-Shannon measures how much two distributions overlap. These still do not, however near they "
                "are.",
            ),
            Option(
                "It rises a little.",
                "It is as high as it can be: no logarithm of a probability is above zero.",
            ),
            Option(
                "Nothing: it stays at 0.",
                "They still never meet, so JS stays at log 2. The generator gets no hint where to go: chapter 06 "
                "meets this again.",
            ),
            Option(
                "It falls to -log 4.",
                "That is its value when both agree everywhere.",
            ),
        ),
    ),
    Question(
        "Which claim does theorem 1 of Goodfellow et al. (2014) make?",
        key="b",
        options=(
            Option(
                "Alternating gradient steps on two networks reach the data's distribution.",
                "No theorem of that paper says so. Proposition 2 lets the generated density itself move, not weights.",
            ),
            Option(
                "Against the best discriminator, V is smallest exactly where q equals p.",
                "And its smallest value is -log 4. The theorem says where the goal is, not that one gets there.",
            ),
            Option(
                "The best discriminator can be found by training a network for long enough.",
                "The theorem takes D* as given. Whether a network comes near it has to be measured, as you did.",
            ),
            Option(
                "The generator's loss tells how good the samples are.",
                "It tells how the generator fares against its present opponent, and against nobody else.",
            ),
        ),
    ),
)

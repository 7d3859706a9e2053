"""Exercises and quiz of chapter 03: drawing from a mixture, a Gibbs step, latents that pass gradients on, KL in two
ways, and the evidence lower bound."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, sigmoid
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    logsigmoid,
    mse_loss,
    softplus,
)

from gancore.lessons.comparing import Changed, bare, tidy
from gancore.lessons.diagnosing import Case, told_mixture, told_terms
from gancore.lessons.draws import (
    EQUAL,
    FORMS,
    INVERSE,
    ONE,
    RIGHT,
    SLACK,
    SPREADS,
    in_words_form,
    in_words_shares,
    in_words_spreads,
    is_left_to_chance,
)
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Slopes, WrongKind, after, call, drawn, whole
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.wording import kind

# 3.1: ancestral sampling. No two right answers draw alike, so what is compared are words about 4,000 draws.

COUNT = 4000
ENOUGH = 20  # draws of a component; of fewer nothing can be said
APART = 7.0  # between the means of two components, many deviations
SIXTEENTHS = {2: (5, 11), 3: (2, 5, 9), 4: (2, 3, 4, 7)}  # weights that add up to 1 exactly, as NumPy wants them
CALLS, FEW = 50, 100
SHARES = {
    ONE: "all of your draws come from one component",
    EQUAL: "every component comes equally often, whatever its weight",
    INVERSE: "components of little weight come most often",
}


@dataclass(frozen=True)
class Draws:
    """The answer draws 4,000 numbers from a mixture whose components lie far apart. Words come back: about shares,
    places, spreads, how the draws of a component are spread, and their order."""

    seed: int = 0
    right: Any = (RIGHT,) * 5

    def mixture(self) -> tuple[Tensor, Tensor, Tensor]:
        """Weights, means and deviations of two to four components, in any order."""
        rng = torch.Generator().manual_seed(self.seed)
        count = 2 + self.seed % 3
        weights = torch.tensor(SIXTEENTHS[count])[torch.randperm(count, generator=rng)] / 16
        order = torch.randperm(count, generator=rng)
        means = APART * (order - whole(rng, 0, count - 1)) + torch.rand(count, generator=rng)
        deviations = 0.2 + 0.15 * torch.randperm(count, generator=rng) + 0.1 * torch.rand(count, generator=rng)
        return weights, means, deviations

    def ask(self, answer: Any) -> Any:
        found = call(answer, (COUNT, *self.mixture()))
        return None if bare(found) is None or bare(found) is Ellipsis else after(found, self.describe)

    def describe(self, found: Any) -> tuple[str, ...]:
        """Words about draws, each of which belongs to the component with the nearest mean."""
        draws = as_many_draws(tidy(found), COUNT)
        weights, means, deviations = (each.double() for each in self.mixture())
        owner = (draws[:, None] - means).abs().argmin(1)
        shares = owner.bincount(minlength=len(means)) / COUNT
        mine = {place: draws[owner == place] for place in range(len(means)) if int((owner == place).sum()) >= ENOUGH}
        places = [self.is_in_place(each, means[place], deviations[place]) for place, each in mine.items()]
        found_spreads = [float(each.std()) for each in mine.values()]
        changes = float((owner[1:] != owner[:-1]).double().mean())
        mixed = 1 - float(shares.square().sum())  # how often neighbours differ when they are independent
        return (
            in_words_shares(shares, weights, COUNT),
            RIGHT if all(places) else "off",
            in_words_spreads(
                found_spreads, [float(deviations[place]) for place in mine], list(map(len, mine.values()))
            ),
            next((word for each in mine.values() if (word := in_words_form(each[:, None])) != RIGHT), RIGHT),
            RIGHT if changes >= mixed / 2 else "sorted",
        )

    @staticmethod
    def is_in_place(draws: Tensor, mean: Tensor, deviation: Tensor) -> bool:
        error = SLACK * max(float(deviation), float(draws.std())) / math.sqrt(len(draws))
        return abs(float(draws.mean() - mean)) <= error

    def complain(self, result: Any) -> str:
        shares, places, spreads, form, order = result
        weights = [round(weight, 3) for weight in self.mixture()[0].tolist()]
        if places != RIGHT:  # by their places draws are given to a component, so nothing else is known of them
            return f"With weights {weights}, your draws do not lie around the means of the components."
        said = [
            "" if shares == RIGHT else SHARES.get(shares, "the components do not come in the shares of their weights"),
            "" if spreads == RIGHT else f"within a component {SPREADS[spreads]}",
            "" if form == RIGHT or spreads == "none" else f"within a component {FORMS[form]}",
            "" if order == RIGHT else "your draws come in order, one component after the other",
        ]
        return f"With weights {weights}, {' and '.join(filter(None, said))}."


def as_many_draws(draws: Any, count: int) -> Tensor:
    if not isinstance(draws, Tensor) or draws.shape != (count,) or not draws.isfinite().all():
        raise WrongKind(
            f"Asked for {count:,} draws, your function gives {kind(draws)}. It has to give finite numbers of the "
            f"shape ({count},)."
        )
    return draws


@dataclass(frozen=True)
class Chance:
    """The answer draws 100 numbers from two equal components, 50 times: whether it is left to chance how many come
    from the first, whether calls differ, and whether the first draw of each call is like all others."""

    right: Any = (RIGHT,) * 2

    def ask(self, answer: Any) -> Any:
        mixture = torch.tensor([0.5, 0.5]), torch.tensor([-5.0, 5.0]), torch.tensor([0.5, 0.5])
        found = [call(answer, (FEW, *mixture)) for _ in range(CALLS)]
        if bare(found[0]) is None or bare(found[0]) is Ellipsis:
            return None
        below = torch.stack([as_many_draws(tidy(bare(each)), FEW) for each in found])
        if bool((below == below[0]).all()):
            words = "frozen", RIGHT
        else:
            below = below < 0
            first = float(below[:, 0].double().mean())
            counts = RIGHT if is_left_to_chance(below.sum(1), 0.5, FEW) else "fixed"
            words = counts, RIGHT if 0.15 < first < 0.85 else "first"
        return Changed(words, found[0].argument) if isinstance(found[0], Changed) else words

    def complain(self, result: Any) -> str:
        counts, _ = result
        if counts == "frozen":
            return "Every call gives the same numbers: is a seed set inside your function?"
        if counts == "fixed":
            return f"Over {CALLS} calls for {FEW} draws each, how many come from a component hardly varies."
        return f"Over {CALLS} calls, the first draw comes from one component nearly always. Each makes its own choice."


def ancestral(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    chosen = torch.multinomial(weights, count, replacement=True)
    return means[chosen] + deviations[chosen] * torch.randn(count)


def whatever_the_weights(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return ancestral(count, torch.ones_like(weights), means, deviations)


def never_again(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return means[torch.multinomial(weights, count)]


def one_choice_for_all(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    chosen = torch.multinomial(weights, 1)
    return means[chosen] + deviations[chosen] * torch.randn(count)


def averaged(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    every = means + deviations * torch.randn(count, len(means))
    return (weights * every).sum(1)


def means_only(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return means[torch.multinomial(weights, count, replacement=True)]


def one_noise_for_all(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    chosen = torch.multinomial(weights, count, replacement=True)
    return means[chosen] + deviations[chosen]


def squared(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return ancestral(count, weights, means, deviations.square())


def rooted(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return ancestral(count, weights, means, deviations.sqrt())


def not_widened(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return ancestral(count, weights, means, deviations.mean().expand_as(deviations))


def one_after_the_other(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    chosen = torch.multinomial(weights, count, replacement=True).sort().values
    return means[chosen] + deviations[chosen] * torch.randn(count)


def dealt_out(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    owners = torch.arange(len(weights)).repeat_interleave((weights * count).round().long())
    chosen = owners[torch.randperm(count)]
    return means[chosen] + deviations[chosen] * torch.randn(count)


def uniform_noise(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    chosen = torch.multinomial(weights, count, replacement=True)
    return means[chosen] + deviations[chosen] * torch.rand(count)


def one_sided(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    chosen = torch.multinomial(weights, count, replacement=True)
    return means[chosen] + deviations[chosen] * torch.randn(count).abs()


def the_likeliest(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return means[weights.argmax()] + deviations[weights.argmax()] * torch.randn(count)


def softened(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return ancestral(count, weights.softmax(0), means, deviations)


def blended(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return (weights * means).sum() + (weights * deviations).sum() * torch.randn(count)


def every_component(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    return means + deviations * torch.randn(count, len(means))


def with_a_seed(count: int, weights: Tensor, means: Tensor, deviations: Tensor) -> Tensor:
    torch.manual_seed(0)
    return ancestral(count, weights, means, deviations)


MIXTURE = Exercise(
    number="3.1",
    title="Ancestral sampling",
    name="draw_mixture",
    probes=(Draws(), Draws(seed=1), Draws(seed=2), Chance()),
    mistakes=(
        Mistake(
            whatever_the_weights,
            "You choose every component equally often. What do the weights say about that choice?",
        ),
        Mistake(
            never_again,
            "Left to itself, `torch.multinomial` draws each component once at most. Each draw begins anew, so what has "
            "been chosen may come again: look for the argument that says so.",
        ),
        Mistake(
            one_choice_for_all,
            "You choose a component once, and draw everything from it. Each draw begins anew, with a choice of its "
            "own.",
        ),
        Mistake(
            averaged,
            "You draw from all components and average. That gives a number *between* the clouds, where the mixture "
            "has next to nothing. A mixture is a choice, not a blend.",
        ),
        Mistake(
            lambda count, weights, means, deviations: ancestral(count, weights, torch.zeros_like(means), deviations),
            "All of your draws lie around 0: the noise is scaled, and the mean of the component is not added to it.",
        ),
        Mistake(
            lambda count, weights, means, deviations: ancestral(count, weights, deviations, means),
            "Mean and deviation have changed places: the deviation scales the noise, and the mean is added.",
        ),
        Mistake(
            means_only,
            "You choose the component rightly, and hand out its mean. The second half of the way is missing.",
        ),
        Mistake(
            one_noise_for_all,
            "Within a component all of your draws are alike, and beside the mean: each draw needs noise of its own.",
        ),
        Mistake(
            squared,
            "Your draws lie too close together: you scale the noise by a variance. Which of the two has the unit of "
            "the draws, a variance or a deviation?",
        ),
        Mistake(
            rooted,
            "Your draws lie too far apart: the deviations are square roots already.",
        ),
        Mistake(
            not_widened,
            "All of your components have the same spread. Each has a deviation of its own, and the choice decides "
            "about it too.",
        ),
        Mistake(
            one_after_the_other,
            "The shares are right, and your draws come sorted: first all of one component, then all of the next. "
            "Whoever takes the first ten of them sees one component alone.",
        ),
        Mistake(
            dealt_out,
            "You deal the components out in exact shares and shuffle. Here each draw is to make its own choice, so "
            "that how many come from a component is left to chance.",
        ),
        Mistake(
            uniform_noise,
            "`torch.rand` is uniform between 0 and 1: your draws are never below the mean of their component. Which "
            "function draws from a Gaussian?",
        ),
        Mistake(
            one_sided,
            "Your draws are never below the mean of their component: the noise has lost its sign.",
        ),
        Mistake(
            the_likeliest,
            "You always choose the component with the largest weight. The others are to come too, more seldom.",
        ),
        Mistake(
            softened,
            "Components of little weight come too often. The weights are probabilities already: softmax takes them for "
            "logits and flattens them, and a root or a number added to each does so as well.",
        ),
        Mistake(
            blended,
            "You average means and deviations, and draw from a single Gaussian. A mixture is a choice, not a blend.",
        ),
        Mistake(
            every_component,
            "You draw from every component each time, a row of them. Which one of the row is it to be?",
        ),
        Mistake(
            with_a_seed,
            "Every call gives the same numbers: is a seed set inside your function?",
        ),
        Mistake(
            lambda count, weights, means, deviations: torch.multinomial(weights, count, replacement=True),
            "These are the components that were chosen. What is drawn from them?",
        ),
        Mistake(
            lambda count, weights, means, deviations: ancestral(count, weights.square(), means, deviations),
            "You choose by the weights *squared*: components of much weight come too often.",
        ),
    ),
    hints=(
        "Follow the arrows from the ancestor to the child: which random choice comes first?",
        "`torch.multinomial` draws places by weight. Have a look at its `replacement`, and at how many you need.",
        "Now every draw knows its component. Indexing with the places picks its mean and its deviation out of the "
        "lists.",
        "A standard normal number becomes one of N(μ, σ²) when it is scaled and moved.",
    ),
    praise="First the ancestor, then the child. The latent choice is made, used, and forgotten.",
)

# 3.2: a step of a Gibbs chain, units from pixels and pixels from units, by the chance that is handed over

LIT = torch.tensor([[1.0, 0.0, 1.0]])
WEIGHTS = torch.tensor([[2.0, -1.0, 0.5], [0.0, 1.0, -2.0]])
OF_PIXELS, OF_UNITS = torch.tensor([0.5, -0.5, 0.0]), torch.tensor([-1.0, 1.0])
EVEN = torch.tensor([[0.5, 0.5]])

Step = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]


def gibbs_step(lit: Tensor, weights: Tensor, a: Tensor, b: Tensor, noise: Tensor) -> Tensor:
    on = (noise < sigmoid(b + lit @ weights.mT)).to(weights.dtype)
    return sigmoid(a + on @ weights)


def draw_machine(rng: torch.Generator) -> tuple:
    """A few rows of pixels, a small machine, and noise that is not so near to a chance that rounding decides."""
    rows, pixels, units = whole(rng, 12, 15), whole(rng, 4, 5), whole(rng, 6, 7)
    lit = (torch.rand(rows, pixels, generator=rng) < 0.5).float()
    weights, a, b = (torch.randn(size, generator=rng) for size in ((units, pixels), (pixels,), (units,)))
    chance = sigmoid(b + lit @ weights.T)
    within = 0.9 * torch.rand(chance.shape, generator=rng)
    on = torch.rand(chance.shape, generator=rng) < chance
    return lit, weights, a, b, torch.where(on, chance * within, 1 - (1 - chance) * within)


def with_units(choose: Callable[[Tensor, Tensor], Tensor]) -> Step:
    """An answer to 3.2 that makes something else of the sums of the units, `(N, H)`, and the noise."""

    def answer(lit: Tensor, weights: Tensor, a: Tensor, b: Tensor, noise: Tensor) -> Tensor:
        return sigmoid(a + choose(b + lit @ weights.T, noise).to(weights.dtype) @ weights)

    return answer


def with_pixels(finish: Callable[[Tensor], Tensor]) -> Step:
    """An answer to 3.2 that makes something else of the sums of the pixels, `(N, D)`."""

    def answer(lit: Tensor, weights: Tensor, a: Tensor, b: Tensor, noise: Tensor) -> Tensor:
        return finish(a + (noise < sigmoid(b + lit @ weights.T)).to(weights.dtype) @ weights)

    return answer


UNITS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {  # of their sums and the noise
    "": lambda sums, noise: (noise < sigmoid(sums)).double(),
    "a unit is on where `noise` is *above* its chance": lambda sums, noise: (noise > sigmoid(sums)).double(),
    "the chances of the units go on, and none is drawn": lambda sums, noise: sigmoid(sums).double(),
    "the noise is compared with a sum, and not with a chance": lambda sums, noise: (noise < sums).double(),
    "a unit is on wherever its chance is above one half": lambda sums, noise: (sums > 0).double(),
    "the chances of the units have the wrong sign": lambda sums, noise: (noise < sigmoid(-sums)).double(),
}
PIXELS: dict[str, Callable[[Tensor], Tensor]] = {  # of their sums
    "": sigmoid,
    "the sums of the pixels come back without a sigmoid": torch.clone,
    "the chances are those to be *dark*": lambda sums: sigmoid(-sums),
    "the pixels are cut to black and white": lambda sums: (sums > 0).double(),
}
TIMES_B: dict[str, float] = {"": 1, "b does not come in": 0, "b has the wrong sign": -1}
TIMES_A: dict[str, float] = {"": 1, "a does not come in": 0, "a has the wrong sign": -1}


def step_by(units: Callable, pixels: Callable, of_b: float, of_a: float, *given: Tensor) -> Tensor:
    """A step that is put together of these parts."""
    lit, weights, a, b, noise = given
    on = units(of_b * b + lit @ weights.T, noise)
    return pixels(of_a * a + on @ weights.double())


def find_wrong_step(cases: list[Case]) -> str:
    said = told_mixture(cases, (UNITS, PIXELS, TIMES_B, TIMES_A), step_by)
    return f"In your step {said}." if said else ""


GIBBS = Exercise(
    number="3.2",
    title="A step of a Gibbs chain",
    name="gibbs",
    probes=(
        Call(
            "`gibbs` of the pixels [[1, 0, 1]], weights [[2, -1, 0.5], [0, 1, -2]], a = [0.5, -0.5, 0], b = [-1, 1] "
            "and noise [[0.5, 0.5]]",
            (LIT, WEIGHTS, OF_PIXELS, OF_UNITS, EVEN),
            [[1 / (1 + math.exp(-2.5)), 1 / (1 + math.exp(1.5)), 1 / (1 + math.exp(-0.5))]],
        ),
        *drawn("gibbs", draw_machine, gibbs_step, times=5),
    ),
    mistakes=(
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, a, 0 * b, noise),
            "The units' own biases b do not come in.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, 0 * a, b, noise),
            "The pixels' own biases a do not come in.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, 0 * a, 0 * b, noise),
            "Neither the biases of the units nor those of the pixels come in.",
        ),
        Mistake(
            with_units(lambda sums, noise: sigmoid(sums)),
            "You go on with the *chances* of the units. A Gibbs chain draws each of them: on or off, 1 or 0.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise > sigmoid(sums)),
            "A unit of chance 0.9 should be on for nine of ten numbers between 0 and 1. Yours is on for one of ten.",
        ),
        Mistake(
            with_units(lambda sums, noise: sums > 0),
            "A unit of yours is on whenever its chance is above one half, and `noise` has no say.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise < sums),
            "You compare the noise with a sum, which may be any number. The chance is its sigmoid.",
        ),
        Mistake(
            with_units(lambda sums, noise: torch.rand(noise.shape) < sigmoid(sums)),
            "You draw numbers of your own. Those in `noise` say which draw is asked for.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise[:1] < sigmoid(sums)),
            "All pictures get the noise of the first. Each has noise of its own.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise < sigmoid(-sums)),
            "The chances of the units have the wrong sign: what speaks for a unit turns it off.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise < sums.softmax(1)),
            "You share one chance among the units. Given the pixels they are independent: each has a sigmoid of its "
            "own.",
        ),
        Mistake(
            with_units(lambda sums, noise: 2.0 * (noise < sigmoid(sums)) - 1),
            "Your units are 1 and -1. Here on is 1 and off is 0, so what is off adds nothing.",
        ),
        Mistake(
            with_units(lambda sums, noise: torch.ones_like(sums)),
            "Every unit is on, whatever the pixels say.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(2 * lit - 1, weights, a, b, noise),
            "You take a dark pixel for -1. Here it is 0, and adds nothing.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit[:1], weights, a, b, noise),
            "All pictures go on from the pixels of the first.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: sigmoid(b + lit @ weights.T),
            "These are the chances of the *units*: half a step. From there it goes back to the pixels.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: (noise < sigmoid(b + lit @ weights.T)).to(weights.dtype),
            "These are the *units*: half a step. From there it goes back to the pixels.",
        ),
        Mistake(
            with_pixels(lambda sums: sums),
            "These are the sums that the pixels get. What makes a chance of such a sum?",
        ),
        Mistake(
            with_pixels(lambda sums: sigmoid(-sums)),
            "These are the chances of the pixels to be *dark*.",
        ),
        Mistake(
            with_pixels(lambda sums: (sums > 0).to(sums.dtype)),
            "You cut the pixels to black and white. Asked for is the chance of each.",
        ),
        Mistake(
            with_pixels(lambda sums: (torch.rand(sums.shape) < sigmoid(sums)).to(sums.dtype)),
            "You draw the pixels as well. Asked for is the chance of each, which is what the film shows.",
        ),
        Mistake(
            with_pixels(lambda sums: sums.softmax(1)),
            "You share one chance among the pixels. Given the units they are independent: each has a sigmoid of its "
            "own.",
        ),
        Mistake(
            with_pixels(torch.exp),
            "The exponential alone is no chance, as it may exceed 1. The chapter divides it by something.",
        ),
        Mistake(
            with_pixels(torch.tanh),
            "A hyperbolic tangent may be below 0, and a chance never is.",
        ),
        Mistake(
            with_pixels(lambda sums: 2 * sigmoid(sums) - 1),
            "You put the chances on the scale from -1 to 1 of the pictures. Asked for are the chances, from 0 to 1.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, a, -b, noise),
            "The units' biases b have the wrong sign: a large b should make a unit likelier to be on.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, -a, b, noise),
            "The pixels' biases a have the wrong sign: a large a should make a pixel likelier to be lit.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, -weights, -a, -b, noise),
            "You took over the minus of the energy. Low energy means likely, so it is gone from both chances.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, a, 2 * b, noise),
            "The units' biases b come in twice.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(sigmoid(lit), weights, a, b, noise),
            "You take a sigmoid of the pixels first. They are 1 and 0 already.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, a, b, noise[:, :1]),
            "All units get the noise of the first. Each has noise of its own.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise * sigmoid(sums)),
            "You multiply chance and noise. A unit is on or off: compare the two.",
        ),
        Mistake(
            with_units(lambda sums, noise: sigmoid(sums + noise)),
            "You add the noise to what decides about a unit. Compare it with the chance instead.",
        ),
        Mistake(
            with_units(lambda sums, noise: noise + sigmoid(sums)),
            "You add noise to the chance. A unit is on or off: compare the two.",
        ),
        Mistake(
            with_units(lambda sums, noise: sigmoid((noise < sigmoid(sums)).to(sums.dtype))),
            "You take a sigmoid of the units. They are 1 and 0 already.",
        ),
        Mistake(
            with_units(lambda sums, noise: (noise < sigmoid(sums)) / sums.shape[1]),
            "You take the mean over the units. A pixel gets the *sum* of the weights of all that are on.",
        ),
        Mistake(
            with_pixels(lambda sums: sums.clamp(0, 1)),
            "You cut the sums off at 0 and 1. What makes a chance of any number is a sigmoid.",
        ),
        Mistake(
            with_pixels(lambda sums: sigmoid(sigmoid(sums))),
            "You take the sigmoid of the pixels twice.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: lit,
            "You give back the pixels that you were given.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(lit, weights, -a, -b, noise),
            "Both biases have the wrong sign. The minus of the energy is gone once it stands in an exponent.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: (
                a + (noise < (b + lit @ weights.T).tanh()).to(weights.dtype) @ weights
            ).tanh(),
            "You take a hyperbolic tangent for the sigmoid. It may be below 0, and a chance never is.",
        ),
        Mistake(
            lambda lit, weights, a, b, noise: gibbs_step(gibbs_step(lit, weights, a, b, noise), weights, a, b, noise),
            "You go to and fro twice. Asked for is one step.",
        ),
    ),
    hints=(
        "Two halves, each with a sigmoid. First the chance of every unit, from the pixels.",
        "`lit @ weights.T` is `(N, H)`: for every picture and unit, the sum of the weights of the pixels that are lit.",
        "A comparison with `noise` gives True and False. `.float()` makes ones and zeros of them, which can be "
        "multiplied.",
        "Back to the pixels it is the same again: a in place of b, and `weights` not transposed.",
    ),
    praise="A hundred of these steps, with each pixel drawn in between, and a digit is drawn.",
    diagnose=find_wrong_step,
)

# 3.3: the reparameterisation trick, judged by its values and by the gradients that come through

MEAN = torch.tensor([[0.5, -1.0], [2.0, 0.0]])
LOG_VARIANCE = torch.tensor([[0.0, -1.2], [0.8, 2.0]])
NOISE = torch.tensor([[1.0, -0.5], [0.25, -2.0]])


def trick(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    return mean + log_variance.exp().sqrt() * noise


def draw_codes(rng: torch.Generator) -> tuple:
    """Means, log variances and noise of a few latents."""
    rows = whole(rng, 3, 5)
    shape = rows, rows + whole(rng, 1, 2)
    mean, log_variance, noise = (torch.randn(shape, generator=rng) for _ in range(3))
    return 2 * mean, 2 * log_variance + 0.5, noise


Latents = Callable[[Tensor, Tensor, Tensor], Tensor]


def scaled(scale: Callable[[Tensor], Tensor]) -> Latents:
    """An answer that makes another deviation of the log variance."""
    return lambda mean, log_variance, noise: mean + scale(log_variance) * noise


def find_scale(cases: list[Case]) -> str:
    """By what the noise is scaled in the call by hand, where log variances are 0, -1.2, 0.8 and 2."""
    (mean, log_variance, noise), result = (each.flatten() for each in cases[0].arguments), cases[0].result.flatten()
    scales = (result - mean) / noise
    if not cases[0].wrong or not bool(scales.isfinite().all()):
        return ""
    said = ", ".join(f"{scale:.3g} for {number:.3g}" for number, scale in zip(log_variance, scales, strict=True))
    return f"As it is, your noise is scaled by {said}, if the mean is added as it comes. For 0 the deviation is 1."


TRICK = Exercise(
    number="3.3",
    title="The reparameterisation trick",
    name="draw_latents",
    probes=(
        Call(
            "`draw_latents` of means [[0.5, -1], [2, 0]], log variances [[0, -1.2], [0.8, 2]] and noise "
            "[[1, -0.5], [0.25, -2]]",
            (MEAN, LOG_VARIANCE, NOISE),
            [[1.5, -1 - math.exp(-0.6) / 2], [2 + math.exp(0.4) / 4, -2 * math.e]],
        ),
        Call(
            "`draw_latents` of means [[0, 0]], log variances [[-14, 12]] and noise [[1, 1]]",
            (torch.zeros(1, 2), torch.tensor([[-14.0, 12.0]]), torch.ones(1, 2)),
            [[math.exp(-7), math.exp(6)]],
        ),
        *drawn("draw_latents", draw_codes, trick),
        Slopes(draw_codes, trick, at=(0, 1)),
    ),
    mistakes=(
        Mistake(
            lambda mean, log_variance, noise: mean + log_variance * noise,
            "You scale the noise by the log variance itself, and that may be negative. What undoes a logarithm?",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + log_variance.exp() * noise,
            "You scale the noise by the variance. Noise times a number has that number *squared* for its variance.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + log_variance.sqrt() * noise,
            "You take the root of the log variance, which has none where it is negative. In which order do root and "
            "logarithm come off?",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + (2 * log_variance).exp() * noise,
            "You doubled the logarithm, which squares the variance. A root does something else to a logarithm.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + noise,
            "Every latent gets the same spread, whatever the encoder says of it. Where do the log variances come in?",
        ),
        Mistake(
            lambda mean, log_variance, noise: (log_variance / 2).exp() * noise,
            "The spread is right, and everything lies around 0. Where does the encoder's mean come in?",
        ),
        Mistake(
            lambda mean, log_variance, noise: (log_variance / 2).exp() * (mean + noise),
            "You move first and scale afterwards, so the mean is scaled as well.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean * noise + (log_variance / 2).exp(),
            "Mean and deviation have changed places: one of them scales the noise, and the other moves it.",
        ),
        Mistake(
            lambda mean, log_variance, noise: torch.normal(mean, (log_variance / 2).exp()),
            "You draw afresh instead of using `noise`. The draw is a good one, and yet this is what the trick avoids: "
            "a step that no gradient passes.",
        ),
        Mistake(
            lambda mean, log_variance, noise: Normal(mean, (log_variance / 2).exp()).rsample(),
            "You draw noise of your own. Gradients pass, and yet `noise` is handed over so that whoever calls you can "
            "say which draw it is.",
        ),
        Mistake(
            lambda mean, log_variance, noise: (mean + (log_variance / 2).exp() * noise).detach(),
            "The values are right, and cut off: no gradient comes back to the means or to the log variances.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + (log_variance / 2).exp().detach() * noise,
            "The values are right, and the means learn. The deviations are cut off from their gradient.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean.detach() + (log_variance / 2).exp() * noise,
            "The values are right, and the deviations learn. The means are cut off from their gradient.",
        ),
        Mistake(
            scaled(lambda log_variance: (log_variance / 4).exp()),
            "You take the root twice, or halve the logarithm twice: of the variance it is taken once.",
        ),
        Mistake(
            scaled(softplus),
            "Softplus makes a positive number, and not the one whose logarithm this is. What undoes a logarithm?",
        ),
        Mistake(
            scaled(torch.sigmoid),
            "A sigmoid makes a number below 1, and not the one whose logarithm this is. What undoes a logarithm?",
        ),
        Mistake(
            scaled(lambda log_variance: (-log_variance / 2).exp()),
            "You divide by the deviation, or its exponent has the wrong sign: a large variance gives you small noise.",
        ),
        Mistake(
            scaled(lambda log_variance: -(log_variance / 2).exp()),
            "You take the noise away from the mean. It is as good a draw, but not the one that `noise` asks for.",
        ),
        Mistake(
            scaled(lambda log_variance: log_variance / 2),
            "Half the log variance is the *logarithm* of the deviation. What undoes a logarithm?",
        ),
        Mistake(
            scaled(lambda log_variance: log_variance.abs().sqrt()),
            "You take the root of the log variance, with its sign taken away first. In which order do root and "
            "logarithm come off?",
        ),
        Mistake(
            scaled(torch.log),
            "You take the logarithm of what is a logarithm already. It has to come off.",
        ),
        Mistake(
            scaled(lambda log_variance: 10 ** (log_variance / 2)),
            "The logarithm is the natural one: it is undone by e to the power, not by 10.",
        ),
        Mistake(
            scaled(lambda log_variance: 2 ** (log_variance / 2)),
            "The logarithm is the natural one: it is undone by e to the power, not by 2.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + (log_variance / 2).exp(),
            "`noise` does not come in at all: every latent is one deviation above its mean.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean,
            "These are the means. Where does chance come in?",
        ),
        Mistake(
            lambda mean, log_variance, noise: (noise - mean) / (log_variance / 2).exp(),
            "You went the other way: this makes a standard normal number of one from N(μ, σ²).",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean * (log_variance / 2).exp() * noise,
            "You multiply all three. The deviation scales the noise, and the mean is *added*.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + (log_variance / 2).exp() * noise[:1],
            "All rows get the noise of the first one. Each has noise of its own.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + (log_variance[:1] / 2).exp() * noise,
            "All rows get the deviations of the first one. Each has its own.",
        ),
        Mistake(
            lambda mean, log_variance, noise: mean + (log_variance / 2).exp() + noise,
            "You add the deviation. It scales the noise, which is a product.",
        ),
        Mistake(
            scaled(lambda log_variance: (log_variance.clamp(-10, 10) / 2).exp()),
            "You hold the log variances within bounds. Trainings do so at times; here they may be any number.",
        ),
        Mistake(
            scaled(lambda log_variance: log_variance.exp() / 2),
            "You halve the variance. Its root is wanted, and a root halves the *logarithm*.",
        ),
    ),
    hints=(
        "Two steps make a standard normal number one of N(μ, σ²): scale, then move.",
        "You have log σ², and need σ. Write σ² as an exponential first, and then take the root.",
        "Stay with tensor operations all the way: `.item()`, `.detach()` and a new draw cut the gradient off.",
    ),
    praise="Chance comes in from the side, and the gradient goes straight through to both.",
    diagnose=find_scale,
)

# 3.4 and 3.5: KL(q ‖ p) of two Gaussians, estimated from draws of q, and exactly

X = torch.tensor([1.5, 0.2, -0.4, 2.1])
Q, P = (1.0, 0.5), (-0.5, 2.0)  # mean and standard deviation


def estimate(x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
    squares = ((x - mean_p) / std_p).square() / 2 - ((x - mean_q) / std_q).square() / 2
    return squares.double().mean() + (std_p / std_q).double().log()


def exact(mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
    return (std_q**2 + (mean_q - mean_p) ** 2 - std_p**2) / (2 * std_p**2) + std_p.log() - std_q.log()


def draw_gaussians(rng: torch.Generator) -> tuple:
    """Means and deviations of q and p: one wide, one narrow, neither about 0."""
    wide, narrow = 1.6 + torch.rand((), generator=rng), 0.4 + 0.4 * torch.rand((), generator=rng)
    means = torch.tensor([1.0, -1.5]) + torch.rand(2, generator=rng)
    if whole(rng, 0, 1):
        return means[0], wide, means[1], narrow
    return means[1], narrow, means[0], wide


def draw_from_q(rng: torch.Generator) -> tuple:
    """Some draws of q, and the means and deviations of q and p."""
    gaussians = draw_gaussians(rng)
    return gaussians[0] + gaussians[1] * torch.randn(whole(rng, 5, 9), generator=rng), *gaussians


def with_logs(combine: Callable[[Tensor, Tensor], Tensor]) -> Callable:
    """An answer to 3.4 that gets log q(x) and log p(x) and makes something of them."""

    def answer(x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
        return combine(Normal(mean_q, std_q).log_prob(x), Normal(mean_p, std_p).log_prob(x))

    return answer


def with_deviations(change: Callable[[Tensor], Tensor]) -> Callable:
    """An answer to 3.4 that takes something else for the deviations."""

    def answer(x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
        return (Normal(mean_q, change(std_q)).log_prob(x) - Normal(mean_p, change(std_p)).log_prob(x)).mean()

    return answer


def of_terms(log: float, square: float) -> Callable:
    """An answer to 3.4 with other factors before the logarithm and the squares."""

    def answer(x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
        squares = ((x - mean_p) / std_p).square() - ((x - mean_q) / std_q).square()
        return log * (std_p / std_q).log() + square * squares.mean() / 2

    return answer


def own_draws(x: Tensor, mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
    return estimate(mean_q + std_q * torch.randn(len(x)), mean_q, std_q, mean_p, std_p)


ESTIMATE_TERMS = {
    "the logarithm of the two deviations": lambda x, a, s, b, t: (t / s).log(),
    "the square of log p": lambda x, a, s, b, t: ((x - b) / t).square().mean() / 2,
    "the square of log q": lambda x, a, s, b, t: -((x - a) / s).square().mean() / 2,
}

ESTIMATE = Exercise(
    number="3.4",
    title="KL, estimated",
    name="kl_estimate",
    probes=(
        Call(
            "`kl_estimate` from the draws 1.5, 0.2, -0.4 and 2.1, for q = N(1, 0.5²) and p = N(-0.5, 2²),",
            (X, *map(torch.tensor, (*Q, *P))),
            math.log(4) + (4 + 0.49 + 0.01 + 6.76) / 32 - (0.25 + 0.64 + 1.96 + 1.21) / 2,
        ),
        Call(
            "`kl_estimate` from the draws -7 and 0.5, for q = N(0, 2²) and p = N(1, 0.5²),",
            (torch.tensor([-7.0, 0.5]), *map(torch.tensor, (0.0, 2.0, 1.0, 0.5))),
            -math.log(4) + (256 + 1) / 4 - (12.25 + 0.0625) / 4,
        ),
        *drawn("kl_estimate", draw_from_q, estimate, times=4),
    ),
    mistakes=(
        Mistake(
            with_logs(lambda q, p: (p - q).mean()),
            "The sign is turned round: of the two, which should be the larger where q draws?",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).sum()),
            "You added over the draws. An expectation is estimated by their mean.",
        ),
        Mistake(
            with_logs(lambda q, p: (q.exp() * (q - p)).mean()),
            "You weigh every draw by q. But the draws come *from* q: where q is high there are more of them, and that "
            "is weight enough.",
        ),
        Mistake(
            with_logs(lambda q, p: (q.exp() - p.exp()).mean()),
            "You compare the densities themselves. The divergence is about their logarithms.",
        ),
        Mistake(
            with_logs(lambda q, p: (q.exp() / p.exp()).log().mean()),
            "Right, until a draw lies so far out under p that a float holds its density as 0: then the logarithm is "
            "infinite. Take log densities, and never the densities themselves.",
        ),
        Mistake(
            with_logs(lambda q, p: ((q.exp() + 1e-8).log() - (p.exp() + 1e-8).log()).mean()),
            "You added a little to the densities, so that their logarithm stays finite. For a draw that lies far out "
            "that is a wrong number. Take log densities, and never the densities themselves.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).exp().mean()),
            "You average the ratio q/p. The logarithm is missing.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).exp().mean().log()),
            "You take the mean first and the logarithm of it afterwards. Jensen's inequality says that this is not the "
            "same.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).abs().mean()),
            "You take away the sign of every term. A single draw may well speak for p; only the mean cannot fall below "
            "0 in the long run.",
        ),
        Mistake(
            lambda x, mean_q, std_q, mean_p, std_p: kl_divergence(Normal(mean_q, std_q), Normal(mean_p, std_p)),
            "This is the divergence itself, and the draws `x` have no say in it. Asked for is what they make of it, "
            "and so few of them may be far off.",
        ),
        Mistake(
            with_logs(lambda q, p: q.mean()),
            "That is the mean of log q alone. With what is it to be compared?",
        ),
        Mistake(
            with_deviations(torch.sqrt),
            "You read the deviations as variances. `Normal` takes a standard deviation, and so does this function.",
        ),
        Mistake(
            of_terms(0, 1),
            "You compare the squares in the exponents. In front of them each density has a factor with its σ, and the "
            "two do not cancel.",
        ),
        Mistake(
            with_deviations(torch.square),
            "You square the deviations first, and hand variances to something that wants deviations.",
        ),
        Mistake(
            lambda x, mean_q, std_q, mean_p, std_p: estimate(x, mean_q, std_p, mean_p, std_q),
            "The two deviations have changed places.",
        ),
        Mistake(
            lambda x, mean_q, std_q, mean_p, std_p: estimate(x, mean_p, std_q, mean_q, std_p),
            "The two means have changed places.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).clamp(min=0).mean()),
            "You leave out what is below 0. A single draw may well speak for p, and counts too.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).max()),
            "You take the largest difference. An expectation is estimated by the mean.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - torch.logaddexp(q, p) + math.log(2)).mean()),
            "You compare q with the mean of both. That belongs to another divergence; here it is p that q is compared "
            "with.",
        ),
        Mistake(
            of_terms(1, 2),
            "Look at the exponents of the Gaussian: a factor of one half is missing there.",
        ),
        Mistake(
            of_terms(-1, 1),
            "The logarithm of the two factors has the wrong sign: a wide density has the *small* factor, 1/σ.",
        ),
        Mistake(
            of_terms(2, 1),
            "The logarithm counts twice: the factor of the density has σ in it, not σ².",
        ),
        Mistake(
            of_terms(1, -1),
            "The squares have the wrong sign: log q has *minus* its square in it, and so log q - log p has plus that "
            "of p.",
        ),
        Mistake(
            of_terms(1, 0),
            "Only the factors in front are compared. The draws have no say: what about the exponents?",
        ),
        Mistake(
            with_logs(lambda q, p: -p.mean()),
            "This is the mean of -log p, the cross-entropy. Of KL it is one half: log q has to be compared with it.",
        ),
        Mistake(
            with_logs(lambda q, p: p.mean()),
            "That is the mean of log p alone. With what is it to be compared?",
        ),
        Mistake(
            with_logs(lambda q, p: q - p),
            "These are the differences for each draw. An expectation is estimated by their mean.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).median()),
            "You take the median of the differences. An expectation is estimated by the *mean*.",
        ),
        Mistake(
            with_logs(lambda q, p: q.exp().mean().log() - p.exp().mean().log()),
            "You average the densities and take logarithms afterwards. KL is the mean of the logarithms.",
        ),
        Mistake(
            with_logs(lambda q, p: q.exp().mean() / p.exp().mean()),
            "You divide one mean density by the other. KL is the mean of a difference of logarithms.",
        ),
        Mistake(
            with_logs(lambda q, p: (q.exp() * (q - p)).sum()),
            "You add up q · log(q/p), as for a table of probabilities. Draws come from q, so that q is in their number "
            "already: take the plain mean.",
        ),
        Mistake(
            with_logs(lambda q, p: (q.exp() * (q - p)).sum() / q.exp().sum()),
            "You take a mean weighted by q. But the draws come *from* q: where q is high there are more of them, and "
            "that is weight enough.",
        ),
        Mistake(
            with_logs(
                lambda q, p: (
                    q.exp() / q.exp().sum() * ((q.exp() / q.exp().sum()) / (p.exp() / p.exp().sum())).log()
                ).sum()
            ),
            "You make probabilities of the densities at the draws, and compare those as two tables. The draws come "
            "from q as they are: take the mean of log q - log p.",
        ),
        Mistake(
            with_logs(lambda q, p: q.mean() / p.mean()),
            "You divide one mean logarithm by the other. The logarithm of a *ratio* is a difference.",
        ),
        Mistake(
            with_logs(lambda q, p: (q / p).mean()),
            "You divide the logarithms. The logarithm of a *ratio* is a difference.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).square().mean()),
            "You square the differences. KL has them as they are, some of them below 0.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).sum() / (len(q) - 1)),
            "You divide by one less than the number of draws. That mends a variance; a mean needs no mending.",
        ),
        Mistake(
            with_logs(lambda q, p: 0 * q.sum()),
            "You get 0 whatever the draws are. Do the two terms of a symmetric divergence cancel, or log q with "
            "itself?",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).mean().abs()),
            "You take away the sign of the mean. Few draws may well give a number below 0, and it is what they say.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).mean() / math.log(2)),
            "The idea is right, and the logarithm has base 2. This chapter uses the natural one, and nats.",
        ),
        Mistake(
            with_logs(lambda q, p: (q - p).mean() / math.log(10)),
            "The idea is right, and the logarithm has base 10. This chapter uses the natural one, and nats.",
        ),
        Mistake(
            own_draws,
            "You draw numbers of your own. Those that are handed over in `x` come from q already.",
        ),
        Mistake(
            lambda x, mean_q, std_q, mean_p, std_p: exact(x.mean(), x.std(correction=0), mean_p, std_p),
            "You fit a Gaussian to the draws, and take the divergence of that one. Mean and deviation of q are handed "
            "over; the draws are there to average over.",
        ),
        Mistake(
            lambda x, mean_q, std_q, mean_p, std_p: exact(x.mean(), x.std(), mean_p, std_p),
            "You fit a Gaussian to the draws, as `std` does it, and take the divergence of that one. Mean and "
            "deviation of q are handed over; the draws are there to average over.",
        ),
    ),
    hints=(
        "KL(q ‖ p) is an expectation under q. Of what?",
        "The draws `x` come from q, so an expectation under q is a mean over them.",
        "`torch.distributions.Normal(mean, std).log_prob(x)` is the log density of every draw.",
    ),
    praise="It needs nothing but draws from q and two log densities, so it works where no formula does.",
    diagnose=lambda cases: told_terms(cases, ESTIMATE_TERMS),
)


def of_four(log: float = 1, square: float = 1, variance: float = 1, half: float = 1) -> Callable:
    """An answer to 3.5 with other factors before its four terms."""

    def answer(mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
        quadratic = square * (mean_q - mean_p).square() + variance * std_q.square()
        return log * (std_p / std_q).log() + quadratic / (2 * std_p.square()) - half / 2

    return answer


def of_quadratic(quadratic: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]) -> Callable:
    """An answer to 3.5 whose quadratic terms are others."""

    def answer(mean_q: Tensor, std_q: Tensor, mean_p: Tensor, std_p: Tensor) -> Tensor:
        return (std_p / std_q).log() + quadratic(mean_q, std_q, mean_p, std_p) - 0.5

    return answer


def to_standard_normal(mean: Tensor, std: Tensor) -> Tensor:
    return (mean.square() + std.square() - std.square().log() - 1) / 2


def squared_first(a: Tensor, s: Tensor, b: Tensor, t: Tensor) -> Tensor:
    return (s**2 + a**2 - b**2) / (2 * t**2)


EXACT_TERMS = {
    "the logarithm": lambda a, s, b, t: (t / s).log(),
    "the square of the distance of the means": lambda a, s, b, t: ((a - b) / t).square() / 2,
    "the variance of q": lambda a, s, b, t: (s / t).square() / 2,
    "the constant": lambda a, s, b, t: torch.full_like(a, -0.5),
}


def find_terms(cases: list[Case]) -> str:
    """Wrong amounts of the four terms, or what is odd about the numbers as divergences."""
    said = told_terms(cases, EXACT_TERMS)
    if said:
        return said
    equal = next((case for case in cases if float(case.right) == 0 and case.wrong), None)
    if equal:
        return f"Of two equal Gaussians your divergence is {float(equal.result):.3g}. It should be 0."
    if any(float(case.result) < 0 for case in cases):
        return "Some of your divergences are negative, which none ever is."
    return ""


EXACT = Exercise(
    number="3.5",
    title="KL, exactly",
    name="kl_gaussians",
    probes=(
        Call(
            "`kl_gaussians` of q = N(1, 0.5²) and p = N(-0.5, 2²)",
            tuple(map(torch.tensor, (*Q, *P))),
            math.log(4) + 2.5 / 8 - 0.5,
        ),
        Call("`kl_gaussians` of two equal Gaussians", tuple(map(torch.tensor, (0.5, 2.0, 0.5, 2.0))), 0),
        *drawn("kl_gaussians", draw_gaussians, exact, times=5),
    ),
    mistakes=(
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: exact(mean_p, std_p, mean_q, std_q),
            "This is KL(p ‖ q). Under which of the two is the expectation taken?",
        ),
        Mistake(
            of_four(log=-1),
            "The logarithm has the wrong sign: which of the two deviations belongs on top?",
        ),
        Mistake(
            of_four(log=0),
            "The term with the logarithm is missing. It comes from the factors in front of the two exponentials.",
        ),
        Mistake(
            of_four(log=2),
            "You wrote the logarithm of the ratio of *variances* and forgot that σ stands under a root there: it "
            "counts twice.",
        ),
        Mistake(
            of_four(log=0.5),
            "The logarithm counts half: log(σ_p / σ_q) is half of log(σ_p² / σ_q²), and you halved it once more.",
        ),
        Mistake(
            of_four(square=0),
            "The means do not enter at all, so two Gaussians far apart count as near.",
        ),
        Mistake(
            of_four(square=2),
            "The square of the distance of the means has lost its half: it is divided by 2σ_p², like the variance.",
        ),
        Mistake(
            of_four(variance=0),
            "What is the expectation of (x - μ_p)² under q? Not only the distance of the means goes into it.",
        ),
        Mistake(
            of_four(variance=2),
            "The variance of q has lost its half: it is divided by 2σ_p², like the square of the distance.",
        ),
        Mistake(
            of_four(square=-1),
            "The distance of the means makes your divergence *smaller*. It is added.",
        ),
        Mistake(
            of_four(square=2, variance=2),
            "A half is missing: the exponent of a Gaussian is divided by 2σ², and so are these two terms.",
        ),
        Mistake(
            of_four(square=2, variance=2, half=2),
            "The halves are missing from all terms but the logarithm.",
        ),
        Mistake(
            of_four(log=2, half=0),
            "The logarithm counts twice, and the constant is missing: check it with q = p, where it has to be 0.",
        ),
        Mistake(
            of_four(half=0),
            "For q = p this is not 0. What does the exponent of q itself contribute on average?",
        ),
        Mistake(
            of_four(half=2),
            "For q = p this is not 0: the constant is twice too large. Which factor stands before (x - μ_q)² / σ_q²?",
        ),
        Mistake(
            of_four(half=-1),
            "For q = p this is not 0: the constant has the wrong sign.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + (a - b).abs()) / (2 * t**2)),
            "You take the distance of the means as it is. It is the *square* of it that comes in.",
        ),
        Mistake(
            of_quadratic(squared_first),
            "You squared the means apart. It is their difference that is squared.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + a**2 + b**2) / (2 * t**2)),
            "You squared the means apart and added them. It is their difference that is squared.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + (a + b) ** 2) / (2 * t**2)),
            "You added the means. It is their difference that counts: moving both by the same changes nothing.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s + a - b) ** 2 / (2 * t**2)),
            "You squared a sum. Variance and distance are squared apart: the mixed term has expectation 0.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s + (a - b) ** 2) / (2 * t)),
            "Your deviations are not squared in the second term. Variances belong there.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + (a - b) ** 2) / (2 * t)),
            "You divide by 2σ_p. The exponent of a Gaussian is divided by 2σ².",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s / t + ((a - b) / t) ** 2) / 2),
            "The ratio of the deviations is not squared. The ratio of the *variances* belongs there.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + (a - b) ** 2) / (s**2 + t**2)),
            "You divide by the sum of both variances. The exponent that remains is that of p, and has 2σ_p² below it.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s + (a - b) ** 2) / (2 * t**2)),
            "The deviation of q is not squared. Its variance belongs there.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + (a - b) ** 2) / 2 * t**2),
            "In Python `a / 2 * b` divides by 2 and *multiplies* by b.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (t**2 + (a - b) ** 2) / (2 * s**2)),
            "In the second term q and p have changed places: the exponent that remains is that of p.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: s**2 / 2 + (a - b) ** 2 / (2 * t**2)),
            "The variance of q is not divided by that of p.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: s**2 / (2 * t**2) + (a - b) ** 2 / 2),
            "The distance of the means is not divided by the variance of p. How far is far depends on how wide p is.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: exact(mean_q, std_q.sqrt(), mean_p, std_p.sqrt()),
            "You read the deviations as variances.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: exact(mean_q, std_q.square(), mean_p, std_p.square()),
            "You square the deviations first, and hand variances to something that wants deviations.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: to_standard_normal(mean_q, std_q),
            "This is the formula for p = N(0, 1), which the chapter derives. Here p has a mean and a deviation of its "
            "own.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: to_standard_normal(mean_q, std_q) - to_standard_normal(mean_p, std_p),
            "You take the difference of two divergences, each to N(0, 1). Divergences do not subtract like that: the "
            "expectation is under q in both terms.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: (
                (exact(mean_q, std_q, mean_p, std_p) + exact(mean_p, std_p, mean_q, std_q)) / 2
            ),
            "This is the mean of KL(q ‖ p) and KL(p ‖ q). Asked for is the first alone.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: (
                exact(mean_q, std_q, mean_p, std_p) + exact(mean_p, std_p, mean_q, std_q)
            ),
            "This is the sum of KL(q ‖ p) and KL(p ‖ q). Asked for is the first alone.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: exact(mean_q, std_q, mean_p, std_p).abs().sqrt(),
            "This is the root of what is asked for.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: exact(mean_q, std_q, mean_p, std_p) / math.log(2),
            "The idea is right, and the logarithm has base 2. This chapter uses the natural one, and nats.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: 2 * exact(mean_q, std_q, mean_p, std_p),
            "This is twice what is asked for: a half before the whole is missing.",
        ),
        Mistake(
            lambda mean_q, std_q, mean_p, std_p: -exact(mean_q, std_q, mean_p, std_p),
            "The size is right. Is a divergence ever negative?",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + (a - b) ** 2) / (2 * s**2)),
            "You divide by the variance of q. The exponent that remains is that of p.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: (s**2 + a - b) / (2 * t**2)),
            "The difference of the means is not squared.",
        ),
        Mistake(
            of_quadratic(lambda a, s, b, t: s**2 / (2 * t**2) + (a - b) ** 2 / (2 * t)),
            "The square of the distance of the means is divided by 2σ_p. The variance belongs below it, as below that "
            "of q.",
        ),
    ),
    hints=(
        "Write log q(x) - log p(x) with both densities in full. Three terms remain: one with logarithms, two with "
        "squares.",
        "Take the expectation under q, term by term. (x - μ_q)² becomes σ_q².",
        "For the other square write x - μ_p as (x - μ_q) + (μ_q - μ_p). When you multiply out, the mixed term has "
        "expectation 0.",
        "Check it with q = p: it has to be 0. And with p = N(0, 1): it has to agree with the chapter.",
    ),
    praise="With p = N(0, 1) it is the second term of the ELBO.",
    diagnose=find_terms,
)

# 3.6: the evidence lower bound, of pictures in black and white


def tell(lit: Tensor, logits: Tensor) -> Tensor:
    """log p(x|z) of each picture: the log-probability of every pixel as it is, added up."""
    return torch.where(lit > 0.5, logsigmoid(logits), logsigmoid(-logits)).sum(1)


def tell_of_chances(lit: Tensor, chances: Tensor, more: float = 0) -> Tensor:
    """The same by way of the chances to be lit, which are 0 or 1 in a float where logits are far from zero."""
    return (lit * (chances + more).log() + (1 - lit) * (1 - chances + more).log()).sum(1)


PROPPED = "Far from zero that is a wrong number. There is a form that takes the logits themselves."


def toll(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(q(z|x) ‖ p(z)) of each picture."""
    return exact(mean, (log_variance / 2).exp(), torch.zeros(()), torch.ones(())).sum(1)


def from_the_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(p(z) ‖ q(z|x)) of each picture, the wrong way round."""
    return exact(torch.zeros(()), torch.ones(()), mean, (log_variance / 2).exp()).sum(1)


def bound(lit: Tensor, logits: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    return tell(lit, logits) - toll(mean, log_variance)


def draw_pictures(rng: torch.Generator) -> tuple:
    """Pictures in black and white, what a decoder says of their pixels, and what an encoder says of their codes."""
    count, pixels, latents = whole(rng, 3, 4), whole(rng, 6, 8), whole(rng, 2, 3)
    lit = torch.randint(2, (count, pixels), generator=rng).float()
    logits = 2 * torch.randn(count, pixels, generator=rng)
    return lit, logits, *torch.randn(2, count, latents, generator=rng)


Elbo = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


def of_both(combine: Callable[[Tensor, Tensor], Tensor]) -> Elbo:
    """An answer that makes something else of the two terms of the bound."""
    return lambda lit, logits, mean, log_variance: combine(tell(lit, logits), toll(mean, log_variance))


def with_tell(told: Callable[[Tensor, Tensor], Tensor]) -> Elbo:
    """An answer whose first term is another."""
    return lambda lit, logits, mean, log_variance: told(lit, logits) - toll(mean, log_variance)


def with_toll(taken: Callable[[Tensor, Tensor], Tensor]) -> Elbo:
    """An answer whose second term is another."""
    return lambda lit, logits, mean, log_variance: tell(lit, logits) - taken(mean, log_variance)


def cross_entropy(lit: Tensor, logits: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(logits, lit, reduction="none")


ELBO_TERMS = {
    "the log-probability of lit pixels": lambda lit, logits, *_: (lit * logsigmoid(logits)).sum(1),
    "the log-probability of dark pixels": lambda lit, logits, *_: ((1 - lit) * logsigmoid(-logits)).sum(1),
    "the square of the mean": lambda lit, logits, mean, log_variance: -mean.square().sum(1) / 2,
    "the variance": lambda lit, logits, mean, log_variance: -log_variance.exp().sum(1) / 2,
    "the log variance": lambda lit, logits, mean, log_variance: log_variance.sum(1) / 2,
    "the constant": lambda lit, logits, mean, log_variance: torch.full_like(mean, 0.5).sum(1),
}

FIRST_TERM: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": tell,
    "the first term has the wrong sign": lambda lit, logits: -tell(lit, logits),
    "the first term is a mean over pixels": lambda lit, logits: -cross_entropy(lit, logits).mean(1),
    "the first term is a mean over pixels, and has the wrong sign": lambda lit, logits: cross_entropy(lit, logits).mean(
        1
    ),
    "lit and dark have changed places": lambda lit, logits: tell(1 - lit, logits),
    "dark pixels do not count": lambda lit, logits: (lit * logsigmoid(logits)).sum(1),
}
SECOND_TERM: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": toll,
    "the divergence is added": lambda mean, log_variance: -toll(mean, log_variance),
    "the divergence has lost its half": lambda mean, log_variance: 2 * toll(mean, log_variance),
    "the divergence is added, and has lost its half": lambda mean, log_variance: -2 * toll(mean, log_variance),
    "the divergence is a mean over latents": lambda mean, log_variance: toll(mean, log_variance) / mean.shape[1],
    "the divergence is the other way round": from_the_prior,
}


def find_terms_of_bound(cases: list[Case]) -> str:
    def made(told: Callable, taken: Callable, *given: Tensor) -> Tensor:
        return told(*given[:2]) - taken(*given[2:])

    said = told_mixture(cases, (FIRST_TERM, SECOND_TERM), made)
    return f"In your bound {said}." if said else told_terms(cases, ELBO_TERMS)


ELBO = Exercise(
    number="3.6",
    title="The evidence lower bound",
    name="elbo_of",
    probes=(
        Call(
            "`elbo_of` of one picture of two pixels, one lit, logits of 0, and a code with mean 2 and log variance 0,",
            (torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2), torch.tensor([[2.0]]), torch.zeros(1, 1)),
            [-2 * math.log(2) - 2],
        ),
        Call(
            "`elbo_of` of one picture of two pixels, one lit, logits of -20 and 20, and a code of zeros,",
            (torch.tensor([[1.0, 0.0]]), torch.tensor([[-20.0, 20.0]]), torch.zeros(1, 1), torch.zeros(1, 1)),
            [-40.0],
        ),
        *drawn("elbo_of", draw_pictures, bound, times=4),
    ),
    mistakes=(
        Mistake(
            of_both(lambda told, taken: told),
            "The second term is missing: what does the code cost?",
        ),
        Mistake(
            of_both(lambda told, taken: -taken),
            "The first term is missing: how well do the pixels come out?",
        ),
        Mistake(
            of_both(lambda told, taken: taken),
            "This is the divergence alone. It is taken away from how well the pixels come out.",
        ),
        Mistake(
            of_both(lambda told, taken: told + taken),
            "You *add* the divergence. A code that tells more than it must makes the bound lower.",
        ),
        Mistake(
            of_both(lambda told, taken: taken - told),
            "This is minus the bound, the loss that an optimiser makes small. Asked for is the bound itself.",
        ),
        Mistake(
            of_both(lambda told, taken: -told - taken),
            "The first term has the wrong sign. A cross-entropy is *minus* a log-probability.",
        ),
        Mistake(
            of_both(lambda told, taken: (told - taken).sum()),
            "You added over the pictures. Each has a bound of its own.",
        ),
        Mistake(
            of_both(lambda told, taken: (told - taken).mean()),
            "You took the mean over the pictures. Each has a bound of its own.",
        ),
        Mistake(
            of_both(lambda told, taken: told - taken.sum()),
            "You take the divergence of all pictures together away from each. Add it up over the latents of one "
            "picture.",
        ),
        Mistake(
            with_tell(lambda lit, logits: (lit * logits).sum(1)),
            "Your first term adds up logits of lit pixels. A logit is no log-probability, and dark pixels count too.",
        ),
        Mistake(
            with_tell(lambda lit, logits: -cross_entropy(lit, logits).mean(1)),
            "You take the mean over pixels. Independent pixels: their log-probabilities *add up*, and else the second "
            "term weighs too much.",
        ),
        Mistake(
            with_tell(lambda lit, logits: -cross_entropy(lit, logits).mean()),
            "Your first term is the mean over all pixels of all pictures, as a loss has it by itself. Each picture has "
            'its own, added up over pixels: `reduction="none"`, then a sum.',
        ),
        Mistake(
            with_tell(lambda lit, logits: -cross_entropy(lit, logits).sum()),
            "Your first term is added up over all pictures. Each has its own.",
        ),
        Mistake(
            with_tell(lambda lit, logits: cross_entropy(lit, logits).mean()),
            "Your first term is a loss, with the sign of a loss, averaged over everything. Asked for is the "
            "log-probability of each picture.",
        ),
        Mistake(
            with_tell(lambda lit, logits: -cross_entropy(lit, logits.sigmoid()).sum(1)),
            "The sigmoid is applied twice: once by you, and once by a loss that expects logits.",
        ),
        Mistake(
            with_tell(lambda lit, logits: tell_of_chances(lit, logits.sigmoid())),
            "The formula is right, and breaks down in float32: of a logit of 20 a sigmoid is 1, and the logarithm of "
            "1 minus that is infinite. Binary cross-entropy has a form that takes the logits themselves.",
        ),
        Mistake(
            with_tell(lambda lit, logits: -binary_cross_entropy(logits.sigmoid(), lit, reduction="none").sum(1)),
            "Right for small logits. `binary_cross_entropy` gets a probability that has been rounded to 1, and cuts "
            "logarithms off at -100. There is a form that takes the logits themselves.",
        ),
        Mistake(
            with_tell(lambda lit, logits: tell_of_chances(lit, logits.sigmoid().clamp(1e-7, 1 - 1e-7))),
            f"You hold the probabilities away from 0 and 1, so that their logarithms stay finite. {PROPPED}",
        ),
        Mistake(
            with_tell(lambda lit, logits: tell_of_chances(lit, logits.sigmoid(), more=1e-8)),
            f"You add a little to the probabilities, so that their logarithms stay finite. {PROPPED}",
        ),
        Mistake(
            with_tell(lambda lit, logits: -cross_entropy(logits, lit).sum(1)),
            "The two arguments of the cross-entropy have changed places: first the logits, then what is lit.",
        ),
        Mistake(
            with_tell(lambda lit, logits: (lit * logits.sigmoid().log()).sum(1)),
            "Only the lit pixels count in your first term. A dark one has a probability as well: 1 minus the chance to "
            "be lit.",
        ),
        Mistake(
            with_tell(lambda lit, logits: (lit * logits + (1 - lit) * (1 - logits)).sum(1)),
            "You add up logits as if they were log-probabilities. What makes a probability of a logit?",
        ),
        Mistake(
            with_tell(lambda lit, logits: torch.where(lit > 0.5, logits.sigmoid(), 1 - logits.sigmoid()).sum(1)),
            "You add up the probabilities of the pixels. Their *logarithms* are what adds up.",
        ),
        Mistake(
            with_tell(lambda lit, logits: -mse_loss(logits.sigmoid(), lit, reduction="none").sum(1)),
            "Your first term is a squared error. The log-probability of a pixel that is lit or not is a logarithm.",
        ),
        Mistake(
            with_tell(lambda lit, logits: -cross_entropy(1 - lit, logits).sum(1)),
            "Lit and dark have changed places in your first term.",
        ),
        Mistake(
            of_both(lambda told, taken: (told - taken) / math.log(2)),
            "The idea is right, and the logarithm has base 2. This chapter uses the natural one, and nats.",
        ),
        Mistake(
            lambda lit, logits, mean, log_variance: bound(lit, logits, mean, log_variance) / lit.shape[1],
            "You divide by the number of pixels. The bound is for the whole picture.",
        ),
        Mistake(
            with_tell(lambda lit, logits: (lit * logits.log_softmax(1)).sum(1)),
            "You take a softmax over the pixels, as if one of them were lit. Each is lit or not by itself: a sigmoid.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: from_the_prior(mean, log_variance)),
            "Your divergence is the other way round, of the prior from the guess. Which of the two is the mean taken "
            "under?",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: toll(mean, log_variance)[:, None]),
            "Your result is a table, since the shapes `(N,)` and `(N, 1)` or `(N, L)` do not fit: add up the "
            "divergence over the latents first, so that one number for each picture is left.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: 2 * toll(mean, log_variance)),
            "The divergence has lost its half.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2 + log_variance.exp() - log_variance - 1).mean(1) / 2),
            "You take the mean of the divergence over the latents. Independent latents add up.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: toll(mean, log_variance).mean()),
            "You take the mean of the divergence over the pictures. Each has its own.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2 + log_variance.exp() - log_variance).sum(1) / 2),
            "In the divergence the constant is missing: for mean 0 and log variance 0 it has to be 0.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2 + log_variance**2 - (log_variance**2).log() - 1).sum(1) / 2),
            "You took the log variance for a deviation. σ² is its exponential.",
        ),
        Mistake(
            with_toll(
                lambda mean, log_variance: (mean**2 + log_variance.exp().square() - 2 * log_variance - 1).sum(1) / 2
            ),
            "You took the exponential of the log variance for a deviation. It is σ² already.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2 + log_variance.exp() + log_variance - 1).sum(1) / 2),
            "In the divergence the log variance has the wrong sign: a code that is very sure costs more, not less.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean + log_variance.exp() - log_variance - 1).sum(1) / 2),
            "In the divergence the mean is not squared.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (log_variance.exp() - log_variance - 1).sum(1) / 2),
            "In the divergence the mean is missing.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2).sum(1) / 2),
            "In the divergence the variance is missing.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2 + log_variance - log_variance.log() - 1).sum(1) / 2),
            "You took the log variance for the variance. σ² is its exponential, and may not be below 0.",
        ),
        Mistake(
            with_toll(lambda mean, log_variance: (mean**2 + (log_variance / 2).exp() - log_variance - 1).sum(1) / 2),
            "In the divergence the deviation stands where the variance belongs: no half inside the exponential.",
        ),
        Mistake(
            with_tell(lambda lit, logits: (lit * logits.log() + (1 - lit) * (1 - logits).log()).sum(1)),
            "You take logits for chances. They may be below 0; what makes a chance of one?",
        ),
        Mistake(
            lambda lit, logits, mean, log_variance: (
                -cross_entropy(lit, logits).mean(1) - (mean**2 + log_variance.exp() - log_variance - 1).mean(1) / 2
            ),
            "You take means, over pixels and over latents. Both terms are sums: independent pixels and independent "
            "latents add up.",
        ),
    ),
    hints=(
        "Two terms, each a number for every picture. The second you have: the divergence from N(0, 1), by the formula "
        "of this section, added up over the latents.",
        "The first is the log-probability of the pixels. A lit one has the chance sigmoid(logit), a dark one what is "
        "left of 1; of independent pixels the logarithms add up.",
        '`binary_cross_entropy_with_logits(logits, lit, reduction="none")` from `torch.nn.functional` is *minus* the '
        "log-probability of every pixel.",
    ),
    praise="Turn its sign round, and it is the loss of every variational autoencoder.",
    diagnose=find_terms_of_bound,
)

EXERCISES = (MIXTURE, GIBBS, TRICK, ESTIMATE, EXACT, ELBO)

QUIZ = (
    Question(
        "You want to know how much more likely one picture is than another under your model. Which model of this "
        "chapter answers exactly?",
        key="c",
        options=(
            Option(
                "The generative adversarial network.",
                "It draws pictures, and has no number to say about one that is shown to it.",
            ),
            Option(
                "The variational autoencoder.",
                "It has a bound for each picture. The gaps below the two log-probabilities may differ, so the "
                "difference of bounds is no exact answer.",
            ),
            Option(
                "The Gaussian mixture.",
                "Its density is a sum over a handful of components, which one can write down and compute.",
            ),
            Option(
                "Latent Dirichlet allocation, once its topics are known.",
                "Even with known topics the proportions of a picture are unknown, and integrating over them has no "
                "closed form.",
            ),
        ),
    ),
    Question(
        "An autoencoder's ELBO of a picture is -120 nats. What do you know about its log-probability?",
        key="a",
        options=(
            Option(
                "It is -120 nats or more.",
                "A bound from below: what is missing is a divergence, which is never negative.",
            ),
            Option(
                "It is -120 nats, up to the noise of one draw.",
                "Even with all noise averaged away there remains a gap: how far the encoder's guess is from the true "
                "posterior.",
            ),
            Option(
                "It is -120 nats or less.",
                "That would be a bound from above. Which sign does the divergence have that is left out?",
            ),
            Option(
                "Nothing, as it is not a density.",
                "It bounds the log-probability of a black-and-white picture, which is as good as a density.",
            ),
        ),
    ),
    Question(
        "Why does one throw the first states of a Gibbs chain away?",
        key="d",
        options=(
            Option(
                "They are black and white, while later ones are grey.",
                "Every state is black and white. The film shows chances, from the second frame on.",
            ),
            Option(
                "They cost more time than later ones.",
                "Each step costs the same.",
            ),
            Option(
                "They would be copies of training images.",
                "The chain starts from static. It never sees a training image.",
            ),
            Option(
                "They still depend on where the chain began.",
                "Only in the long run are its states draws from the model, and nobody chose the start by the model.",
            ),
        ),
    ),
    Question(
        "What does writing z = μ + σε gain over drawing z from N(μ, σ²) directly?",
        key="b",
        options=(
            Option(
                "Draws with less variance.",
                "The draws have the same distribution. It is the gradient whose variance you saw shrink.",
            ),
            Option(
                "A gradient that passes through the draw to μ and σ.",
                "The draw is now a sum and a product, and chance comes in through ε, which depends on no parameter.",
            ),
            Option(
                "A latent space with more dimensions.",
                "z has as many as before: one ε for each.",
            ),
            Option(
                "A decoder that need not be trained.",
                "The decoder learns from the same loss. The trick is about the way back to the encoder.",
            ),
        ),
    ),
    Question(
        "Suppose that a model's digits are read as asked as often as real ones are. What follows?",
        key="b",
        options=(
            Option(
                "They are as good as real ones.",
                "They are read as well. Real handwriting comes in many more kinds, and a good model would draw all "
                "of those.",
            ),
            Option(
                "This number does not ask for variety.",
                "A model that drew one perfect three for every request of a three would reach 100 %. So one number is "
                "not enough.",
            ),
            Option(
                "The classifier was trained on its samples.",
                "It was trained on real digits only, before any of these models existed.",
            ),
            Option(
                "The model has copied its training images.",
                "Copies would be read as often as real digits, and so is honest work: this number cannot tell. Chapter "
                "10 looks for copies in another way.",
            ),
        ),
    ),
    Question(
        "Which of these has no latent variable, once the class is given?",
        key="d",
        options=(
            Option(
                "The Gaussian mixture.",
                "The component that a picture comes from is latent: nobody sees it.",
            ),
            Option(
                "Latent Dirichlet allocation.",
                "The proportions of the topics are latent, and so is the topic of every drop of ink.",
            ),
            Option(
                "The restricted Boltzmann machine.",
                "Its hidden units are its latents, 64 of them, each on or off.",
            ),
            Option(
                "Gaussian naive Bayes.",
                "Every pixel is drawn by itself from what the class says. Nothing unseen stands behind two pixels, and "
                "so nothing makes them agree.",
            ),
        ),
    ),
)

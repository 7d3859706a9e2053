"""Exercises and quiz of chapter 03: drawing from a mixture, latents that pass gradients on, and KL in two ways."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from gancore.lessons.comparing import same, tidy
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, WrongKind
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.wording import kind

# 3.1: ancestral sampling. No two right answers draw alike, so what is compared are words about 4,000 draws.

COUNT = 4000
SLACK = 5  # standard errors within which a share, a place or a spread counts as right
FAINT = 1e-3  # a spread of no more is none at all
FEW = 20  # draws of a component that are too few to say anything of it

WORDS = {
    "equal": "every component comes equally often, whatever its weight",
    "one": "all of your draws come from one component",
    "other shares": "the components do not come in the shares of their weights",
    "off": "your draws do not lie around the means of the components",
    "none": "within a component all of your draws are the same number",
    "squared": "within a component the spread of your draws is the deviation squared",
    "rooted": "within a component the spread of your draws is the root of the deviation",
    "unscaled": "every component has the spread 1, whatever its deviation",
    "narrow": "within a component your draws lie too close together",
    "wide": "within a component your draws lie too far apart",
    "uneven": "the spread of your draws does not follow the deviations of the components",
    "sorted": "your draws come in order, one component after the other",
}


@dataclass(frozen=True)
class Draws:
    """The answer draws 4,000 numbers from a mixture; what it gives back is a word each about shares, places, spreads
    and order, "right" where they are."""

    weights: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    right: Any = ("right",) * 4

    def ask(self, answer: Any) -> Any:
        if not callable(answer):
            raise WrongKind("This exercise asks for a function: hand over its name, without parentheses.")
        drawn = tidy(answer(COUNT, *map(torch.tensor, (self.weights, self.means, self.deviations))))
        if drawn is None:
            return None
        if not isinstance(drawn, Tensor) or drawn.shape != (COUNT,) or not drawn.isfinite().all():
            raise WrongKind(
                f"Asked for {COUNT:,} draws, your function gives {kind(drawn)}. It has to give finite numbers of the "
                f"shape ({COUNT},)."
            )
        return self.describe(drawn)

    def describe(self, drawn: Tensor) -> tuple[str, str, str, str]:
        """Words about `drawn`, `(COUNT,)`, whose entries belong to the component with the nearest mean."""
        means, weights = torch.tensor(self.means).double(), torch.tensor(self.weights).double()
        owner = (drawn[:, None] - means).abs().argmin(1)
        shares = torch.bincount(owner, minlength=len(means)) / COUNT
        places, ratios = [], []
        for place, (mean, deviation) in enumerate(zip(self.means, self.deviations, strict=True)):
            mine = drawn[owner == place]
            if len(mine) >= FEW:
                spread = max(deviation, float(mine.std()))
                places.append(abs(float(mine.mean()) - mean) <= SLACK * spread / math.sqrt(len(mine)))
                ratios.append((float(mine.std()), deviation, SLACK / math.sqrt(2 * len(mine))))
        changes = float((owner[1:] != owner[:-1]).double().mean())
        mixed = 1 - float(shares.square().sum())  # how often neighbours differ when they are independent
        return (
            in_words_shares(shares, weights),
            "right" if all(places) else "off",
            in_words_spreads(ratios),
            "right" if changes >= mixed / 2 else "sorted",
        )

    def complain(self, result: Any) -> str:
        said = [WORDS[word] for word in result if word != "right"]
        return f"With weights {self.weights}, {' and '.join(said)}."


def in_words_shares(shares: Tensor, weights: Tensor) -> str:
    error = SLACK * (weights * (1 - weights) / COUNT).sqrt()
    if ((shares - weights).abs() <= error).all():
        return "right"
    if shares.max() > 1 - FEW / COUNT:
        return "one"
    return "equal" if ((shares - 1 / len(shares)).abs() <= error).all() else "other shares"


def in_words_spreads(spreads: list[tuple[float, float, float]]) -> str:
    """Of the measured and the true deviation of every component, and how far their ratio may be from 1."""
    for word, power in {"right": 1, "squared": 2, "rooted": 0.5, "unscaled": 0}.items():
        if all(abs(found / deviation**power - 1) <= slack for found, deviation, slack in spreads):
            return word
    ratios = [found / deviation for found, deviation, _ in spreads]
    if max(ratios) <= FAINT:
        return "none"
    if max(ratios) < 1:
        return "narrow"
    return "wide" if min(ratios) > 1 else "uneven"


@dataclass(frozen=True)
class Chance:
    """The answer draws 100 numbers from two equal components, 50 times: 1 where it is left to chance how many come from
    the first, 0 where it is not, and 2 where all calls give the same."""

    right: Any = 1

    def ask(self, answer: Any) -> Any:
        drawn = [tidy(answer(100, *torch.tensor([[0.5, 0.5], [-5.0, 5.0], [0.5, 0.5]]))) for _ in range(50)]
        if drawn[0] is None:
            return None
        if all(same(drawn[0], numbers) for numbers in drawn[1:]):
            return 2
        counts = torch.stack([(numbers < 0).double().sum() for numbers in drawn])
        return int(counts.std() > 3)  # independent draws have 5, exact shares 0

    def complain(self, result: Any) -> str:
        if same(result, tidy(2)):
            return "Every call gives the same numbers: is a seed set inside your function?"
        return "Over 50 calls for 100 draws each, how many come from a component varies too little for chance."


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


MIXTURE = Exercise(
    number="3.1",
    title="Ancestral sampling",
    name="draw_mixture",
    probes=(
        Draws(weights=(0.5, 0.375, 0.125), means=(0.0, -6.0, 8.0), deviations=(0.25, 0.5, 0.75)),
        Draws(weights=(0.125, 0.875), means=(5.0, -5.0), deviations=(0.8, 0.4)),
        Chance(),
    ),
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

# 3.2: the reparameterisation trick, judged by its values and by the gradients that come through

MEAN = torch.tensor([[0.5, -1.0], [2.0, 0.0]])
LOG_VARIANCE = torch.tensor([[0.0, -1.2], [0.8, 2.0]])
NOISE = torch.tensor([[1.0, -0.5], [0.25, -2.0]])


def apart(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """z, entry by entry, to compare with."""
    triples = zip(mean.flatten().tolist(), log_variance.flatten().tolist(), noise.flatten().tolist(), strict=True)
    return torch.tensor([m + math.sqrt(math.exp(v)) * e for m, v, e in triples]).view_as(mean)


@dataclass(frozen=True)
class Gradients:
    """The slopes of the sum of z², in the means and in the log variances: not a number where none comes through."""

    right: Any

    def ask(self, answer: Any) -> Any:
        if not callable(answer):
            raise WrongKind("This exercise asks for a function: hand over its name, without parentheses.")
        given = [MEAN.clone().requires_grad_(), LOG_VARIANCE.clone().requires_grad_()]
        z = answer(*given, NOISE.clone())
        if tidy(z) is None:
            return None
        if not isinstance(z, Tensor):
            raise WrongKind("The numbers have to come as one PyTorch tensor, so that gradients pass through it.")
        if z.requires_grad:
            z.square().sum().backward()
        return torch.stack([torch.full_like(one, math.nan) if one.grad is None else one.grad for one in given])

    def complain(self, result: Any) -> str:
        pairs = zip(("means", "log variances"), result, self.right, strict=True)
        name, gradient = next((name, found) for name, found, right in pairs if not torch.allclose(found.float(), right))
        if gradient.isnan().any():
            return f"The values are right, but no gradient comes back to the {name}."
        return f"The values are right, but the gradient that comes back to the {name} is not."


def slopes() -> Tensor:
    """d/dμ z² = 2z, and d/d(log σ²) z² = 2z · σε / 2."""
    z = apart(MEAN, LOG_VARIANCE, NOISE)
    return torch.stack([2 * z, z * (z - MEAN)])


TRICK = Exercise(
    number="3.2",
    title="The reparameterisation trick",
    name="draw_latents",
    probes=(
        Call(
            "`draw_latents` of means [[0.5, -1], [2, 0]], log variances [[0, -1.2], [0.8, 2]] and noise "
            "[[1, -0.5], [0.25, -2]]",
            (MEAN, LOG_VARIANCE, NOISE),
            apart(MEAN, LOG_VARIANCE, NOISE),
        ),
        Gradients(slopes()),
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
    ),
    hints=(
        "Two steps make a standard normal number one of N(μ, σ²): scale, then move.",
        "You have log σ², and need σ. Write σ² as an exponential first, and then take the root.",
        "Stay with tensor operations all the way: `.item()`, `.detach()` and a new draw cut the gradient off.",
    ),
    praise="Chance comes in from the side, and the gradient goes straight through to both.",
)

# 3.3 and 3.4: KL(p ‖ q) of two Gaussians, estimated from draws of p, and exactly. Expected values are worked out below
# from the difference of squares, and the answers are free to use densities.

X = torch.tensor([1.5, 0.2, -0.4, 2.1])
P, Q = (1.0, 0.5), (-0.5, 2.0)  # mean and standard deviation
FARTHER = ((0.0, 3.0), (2.0, 0.75))


def estimate(x: Tensor, p: tuple[float, float], q: tuple[float, float]) -> float:
    numbers = x.double().tolist()
    squares = [((n - q[0]) / q[1]) ** 2 / 2 - ((n - p[0]) / p[1]) ** 2 / 2 for n in numbers]
    return math.log(q[1] / p[1]) + sum(squares) / len(numbers)


def exact(p: tuple[float, float], q: tuple[float, float]) -> float:
    return (p[1] ** 2 + (p[0] - q[0]) ** 2 - q[1] ** 2) / (2 * q[1] ** 2) + math.log(q[1]) - math.log(p[1])


def with_logs(combine: Callable[[Tensor, Tensor], Tensor]) -> Callable:
    """An answer to 3.3 that gets log p(x) and log q(x) and makes something of them."""

    def answer(x: Tensor, mean_p: Tensor, std_p: Tensor, mean_q: Tensor, std_q: Tensor) -> Tensor:
        return combine(Normal(mean_p, std_p).log_prob(x), Normal(mean_q, std_q).log_prob(x))

    return answer


def variances_for_deviations(x: Tensor, mean_p: Tensor, std_p: Tensor, mean_q: Tensor, std_q: Tensor) -> Tensor:
    return (Normal(mean_p, std_p.sqrt()).log_prob(x) - Normal(mean_q, std_q.sqrt()).log_prob(x)).mean()


def only_squares(x: Tensor, mean_p: Tensor, std_p: Tensor, mean_q: Tensor, std_q: Tensor) -> Tensor:
    return (((x - mean_q) / std_q).square() / 2 - ((x - mean_p) / std_p).square() / 2).mean()


def estimate_call(x: Tensor, p: tuple[float, float], q: tuple[float, float]) -> Call:
    asked = f"`kl_estimate` from {len(x)} draws, for p = N({p[0]}, {p[1]}²) and q = N({q[0]}, {q[1]}²),"
    return Call(asked, (x, *map(torch.tensor, (*p, *q))), estimate(x, p, q))


ESTIMATE = Exercise(
    number="3.3",
    title="KL, estimated",
    name="kl_estimate",
    probes=(estimate_call(X, P, Q), estimate_call(4 * X, *FARTHER)),
    mistakes=(
        Mistake(
            with_logs(lambda p, q: (q - p).mean()),
            "The sign is turned round: of the two, which should be the larger where p draws?",
        ),
        Mistake(
            with_logs(lambda p, q: (p - q).sum()),
            "You added over the draws. An expectation is estimated by their mean.",
        ),
        Mistake(
            with_logs(lambda p, q: (p.exp() * (p - q)).mean()),
            "You weigh every draw by p. But the draws come *from* p: where p is high there are more of them, and that "
            "is weight enough.",
        ),
        Mistake(
            with_logs(lambda p, q: (p.exp() - q.exp()).mean()),
            "You compare the densities themselves. The divergence is about their logarithms.",
        ),
        Mistake(
            with_logs(lambda p, q: (p - q).exp().mean()),
            "You average the ratio p/q. The logarithm is missing.",
        ),
        Mistake(
            with_logs(lambda p, q: (p - q).exp().mean().log()),
            "You take the mean first and the logarithm of it afterwards. Jensen's inequality says that this is not the "
            "same.",
        ),
        Mistake(
            with_logs(lambda p, q: (p - q).abs().mean()),
            "You take away the sign of every term. A single draw may well speak for q; only the mean cannot fall below "
            "0 in the long run.",
        ),
        Mistake(
            lambda x, mean_p, std_p, mean_q, std_q: kl_divergence(Normal(mean_p, std_p), Normal(mean_q, std_q)),
            "This is the divergence itself, and the draws `x` have no say in it. Asked for is what they make of it, "
            "and so few of them may be far off.",
        ),
        Mistake(
            with_logs(lambda p, q: p.mean()),
            "That is the mean of log p alone. With what is it to be compared?",
        ),
        Mistake(
            variances_for_deviations,
            "You read the deviations as variances. `Normal` takes a standard deviation, and so does this function.",
        ),
        Mistake(
            only_squares,
            "You compare the squares in the exponents. In front of them each density has a factor with its σ, and the "
            "two do not cancel.",
        ),
    ),
    hints=(
        "KL(p ‖ q) is an expectation under p. Of what?",
        "The draws `x` come from p, so an expectation under p is a mean over them.",
        "`torch.distributions.Normal(mean, std).log_prob(x)` is the log density of every draw.",
    ),
    praise="It needs nothing but draws from p and two log densities, so it works where no formula does.",
)


def exact_call(p: tuple[float, float], q: tuple[float, float]) -> Call:
    asked = f"`kl_gaussians` of p = N({p[0]}, {p[1]}²) and q = N({q[0]}, {q[1]}²)"
    return Call(asked, tuple(map(torch.tensor, (*p, *q))), exact(p, q))


def built_of(log: float, square: float, variance: float, half: float) -> Callable:
    """An answer to 3.4 with other factors before its four terms."""

    def answer(mean_p: Tensor, std_p: Tensor, mean_q: Tensor, std_q: Tensor) -> Tensor:
        quadratic = square * (mean_p - mean_q).square() + variance * std_p.square()
        return log * (std_q / std_p).log() + quadratic / (2 * std_q.square()) - half

    return answer


right_terms = built_of(1, 1, 1, 0.5)

EXACT = Exercise(
    number="3.4",
    title="KL, exactly",
    name="kl_gaussians",
    probes=(exact_call(P, Q), exact_call(*FARTHER), exact_call((0.0, 1.0), (0.0, 1.0))),
    mistakes=(
        Mistake(
            lambda mean_p, std_p, mean_q, std_q: right_terms(mean_q, std_q, mean_p, std_p),
            "This is KL(q ‖ p). Under which of the two is the expectation taken?",
        ),
        Mistake(
            built_of(-1, 1, 1, 0.5),
            "The logarithm has the wrong sign: which of the two deviations belongs on top?",
        ),
        Mistake(
            built_of(0, 1, 1, 0.5),
            "The term with the logarithm is missing. It comes from the factors in front of the two exponentials.",
        ),
        Mistake(
            built_of(1, 0, 1, 0.5),
            "The means do not enter at all, so two Gaussians far apart count as near.",
        ),
        Mistake(
            built_of(1, 1, 0, 0.5),
            "What is the expectation of (x - μ_q)² under p? Not only the distance of the means goes into it.",
        ),
        Mistake(
            built_of(1, 1, 1, 0),
            "For p = q this is not 0. What does the exponent of p itself contribute on average?",
        ),
        Mistake(
            built_of(2, 1, 1, 0.5),
            "You wrote the logarithm of the ratio of *variances* and forgot that σ stands under a root there: it "
            "counts twice.",
        ),
        Mistake(
            lambda mean_p, std_p, mean_q, std_q: right_terms(mean_p, std_p.sqrt(), mean_q, std_q.sqrt()),
            "You read the deviations as variances.",
        ),
        Mistake(
            lambda mean_p, std_p, mean_q, std_q: (mean_p.square() + std_p.square() - 2 * std_p.log() - 1) / 2,
            "This is the formula for q = N(0, 1), which the chapter derives. Here q has a mean and a deviation of its "
            "own.",
        ),
    ),
    hints=(
        "Write log p(x) - log q(x) with both densities in full. Three terms remain: one with logarithms, two with "
        "squares.",
        "Take the expectation under p, term by term. (x - μ_p)² becomes σ_p².",
        "For the other square write x - μ_q as (x - μ_p) + (μ_p - μ_q). When you multiply out, the mixed term has "
        "expectation 0.",
        "Check it with p = q: it has to be 0. And with q = N(0, 1): it has to agree with the chapter.",
    ),
    praise="With q = N(0, 1) it is the second term of the ELBO.",
)

EXERCISES = (MIXTURE, TRICK, ESTIMATE, EXACT)

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
        "The Boltzmann machine's digits are read as asked more often than real ones. What follows?",
        key="b",
        options=(
            Option(
                "They are better digits than real ones.",
                "They are more typical. Real handwriting includes digits that are hard to read, and a good model would "
                "draw those too.",
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
                "The machine has copied its training images.",
                "Copies of real digits would be read like real digits, not better. And copying was measured in "
                "another way.",
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
                "Naive Bayes.",
                "Every pixel is drawn by itself from what the class says. Nothing unseen stands behind two pixels, and "
                "so nothing makes them agree.",
            ),
        ),
    ),
)

"""Exercises and quiz of chapter 05: both losses, a full round, a missing detach, and which loss still teaches."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy, binary_cross_entropy_with_logits, softplus

from gancore.lessons.comparing import Changed, fits, same, tidy
from gancore.lessons.diagnosing import Case, told_mixture
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import (
    Call,
    Drawn,
    Slopes,
    Value,
    WrongKind,
    drawn,
    intact,
    require_function,
    told_place,
    whole,
)
from gancore.lessons.quizzes import Option, Question
from gancore.system.random import seeded

# 5.1 and 5.2: the losses. Expected values are worked out in float64 from -log D and -log(1 - D).

REAL = torch.tensor([2.0, -1.0, 0.5])
FAKE = torch.tensor([-1.5, 0.25])  # not as many as REAL, so that one mean over all differs from a sum of two
FAR = torch.tensor([-200.0, 200.0])  # sigmoid of these is 0 and 1 in float32, and their logarithm infinite
NEARER = torch.tensor([-30.0, 30.0])  # here their rounding begins: 1 - D is 0, and D is not


def log_sigmoid(logits: Tensor) -> Tensor:
    return -softplus(-logits)


D_EXPECTED = 0.6380889 + 0.5136763  # the mean of -log D over REAL, and of -log(1 - D) over FAKE
G_EXPECTED = 1.1386763  # the mean of -log D over FAKE
FAR_EXPECTED = 100.0  # the mean of 200 and 0


def draw_logits(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Of both kinds, never as many of one as of the other."""
    count = whole(rng, 1, 6)
    return 3 * torch.randn(count, generator=rng), 3 * torch.randn(count + whole(rng, 1, 4), generator=rng)


def draw_fakes(rng: torch.Generator) -> tuple[Tensor]:
    return draw_logits(rng)[1:]


def d_by_definition(real: Tensor, fake: Tensor) -> Tensor:
    """The mean of -log D and that of -log(1 - D), in float64."""
    return softplus(-real.double()).mean() + softplus(fake.double()).mean()


def g_by_definition(fake: Tensor) -> Tensor:
    return softplus(-fake.double()).mean()


LITTLE = 1e-8  # what people add to a probability so that its logarithm stays finite; in float32, 1 + 1e-8 is 1
PROPPED = (
    "You added a little to the probability, or held it away from 0, so that its logarithm stays finite. Far from zero "
    "that is a wrong number: the logarithm of 1e-8 is -18, and the slope is gone. There is a form that takes the "
    "logits themselves."
)


BREAKS_DOWN = (
    "The formula is right, and breaks down in float32: for a logit of -200 a sigmoid is 0 and its logarithm infinite, "
    "and an exponential such as e²⁰⁰ is infinite already. There is a form that computes all in one step."
)
EXCHANGED = "The two arguments of the loss have changed places: first come the logits, then the labels."


def bce(logits: Tensor, target: float) -> Tensor:
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def held(logits: Tensor) -> Tensor:
    """The probability, no nearer to 0 or 1 than people hold it."""
    return torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)


def cut_off(logits: Tensor, target: float) -> Tensor:
    """Cross-entropy by way of the probability, where PyTorch holds no logarithm below -100."""
    return binary_cross_entropy(torch.sigmoid(logits), torch.full_like(logits, target))


FAR_ENOUGH = 20  # from here on a probability in float32 is 0 or 1, or nearly


def is_far(case: Case) -> bool:
    """Whether a call has a logit far from zero."""
    return max(float(each.abs().max()) for each in case.arguments) > FAR_ENOUGH


REAL_HALF: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda real: softplus(-real),
    "real examples get the label *generated*": softplus,
    "the real half has the wrong sign": lambda real: -softplus(-real),
    "the real half counts half": lambda real: softplus(-real) / 2,
    "the real half counts twice": lambda real: 2 * softplus(-real),
    "the real half is missing": torch.zeros_like,
}
FAKE_HALF: dict[str, Callable[[Tensor], Tensor]] = {
    "": softplus,
    "generated examples get the label *real*": lambda fake: softplus(-fake),
    "the generated half has the wrong sign": lambda fake: -softplus(fake),
    "the generated half counts half": lambda fake: softplus(fake) / 2,
    "the generated half counts twice": lambda fake: 2 * softplus(fake),
    "the generated half is missing": torch.zeros_like,
}
OVER_BATCH: dict[str, Callable[[Tensor], Tensor]] = {
    "": torch.mean,
    "it is added up over the batch": torch.sum,
    "the largest of the batch stands for all": torch.max,
    "the median of the batch stands for all": torch.median,
}


def halves_by(of_real: Callable, of_fake: Callable, reduce: Callable, real: Tensor, fake: Tensor) -> Tensor:
    return reduce(of_real(real)) + reduce(of_fake(fake))


def find_halves(cases: list[Case]) -> str:
    """What is wrong with either half, by the logits near zero; or what is odd about those far from it."""
    near = [case for case in cases if not is_far(case)]
    said = told_mixture(near, (REAL_HALF, FAKE_HALF, OVER_BATCH), halves_by)
    return f"In your loss {said}." if said else find_propped(cases)


ADVERSARIAL: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda fake: softplus(-fake),
    "log(1 - D) is made small, as in the minimax game": lambda fake: -softplus(fake),
    "both labels are asked for at once": lambda fake: softplus(-fake) + softplus(fake),
    "the logarithm of 1 - D stands in place of that of D": softplus,
    "the sign is that of a value, and not of a loss": lambda fake: -softplus(-fake),
}


def find_label(cases: list[Case]) -> str:
    """What the loss asks for, by the logits near zero; or what is odd about those far from it."""
    near = [case for case in cases if not is_far(case)]
    said = told_mixture(near, (ADVERSARIAL, OVER_BATCH), lambda cost, reduce, fake: reduce(cost(fake)))
    return f"In your loss {said}." if said else find_propped(cases)


def find_propped(cases: list[Case]) -> str:
    """That a loss is right but for logits far from zero, where it is finite and too small; or that it is below zero,
    which no logarithm of a probability allows."""
    wrong = [case for case in cases if case.wrong]
    if all(is_far(case) and bool((case.result < case.right).all()) for case in wrong):
        return PROPPED
    if not wrong or bool((wrong[0].result >= 0).all()):  # the first is the one that is shown beside this sentence
        return ""
    return "A loss below zero cannot be right: -log of a probability never is."


DISCRIMINATOR = Exercise(
    number="5.1",
    title="The discriminator's loss",
    name="discriminator_loss",
    probes=(
        Call("`discriminator_loss` of logits [2, -1, 0.5] and [-1.5, 0.25]", (REAL, FAKE), D_EXPECTED),
        *drawn("discriminator_loss", draw_logits, d_by_definition, times=4),
        Call("`discriminator_loss` of logits that are 30 away from zero", (NEARER, NEARER), 30.0),
        Call("`discriminator_loss` of logits that are 200 away from zero", (FAR, FAR), 2 * FAR_EXPECTED),
        *(Slopes(draw_logits, d_by_definition, at=(0, 1), seed=seed) for seed in range(2)),
    ),
    mistakes=(
        Mistake(
            lambda real, fake: bce(real, 0) + bce(fake, 1),
            "Your discriminator is rewarded for calling generated examples real. In its own move it gets the *true* "
            "labels.",
        ),
        Mistake(
            lambda real, fake: (
                binary_cross_entropy_with_logits(torch.ones_like(real), real)
                + binary_cross_entropy_with_logits(torch.zeros_like(fake), fake)
            ),
            EXCHANGED,
        ),
        Mistake(
            lambda real, fake: bce(real, 1),
            "This is the real half. A discriminator that calls everything real would be perfect.",
        ),
        Mistake(
            lambda real, fake: bce(fake, 0),
            "This is the generated half. A discriminator that calls everything generated would be perfect.",
        ),
        Mistake(
            lambda real, fake: log_sigmoid(real).mean() + log_sigmoid(-fake).mean(),
            "This is the value of the game, which the discriminator makes as *large* as it can. An optimiser "
            "minimises: what does that change?",
        ),
        Mistake(
            lambda real, fake: bce(torch.sigmoid(real), 1) + bce(torch.sigmoid(fake), 0),
            "The sigmoid is applied twice: once by you, and once by a loss that expects logits.",
        ),
        Mistake(
            lambda real, fake: -torch.log(real).mean() - torch.log(1 - fake).mean(),
            "You take the logarithm of logits as if they were probabilities. Logits may be negative; what makes a "
            "probability of one?",
        ),
        Mistake(
            lambda real, fake: -torch.sigmoid(real).log().mean() - (1 - torch.sigmoid(fake)).log().mean(),
            BREAKS_DOWN,
        ),
        Mistake(
            lambda real, fake: torch.log(1 + torch.exp(-real)).mean() + torch.log(1 + torch.exp(fake)).mean(),
            f"{BREAKS_DOWN} (Yours lasts to logits of 88 or so.)",
        ),
        Mistake(
            lambda real, fake: (
                -(torch.sigmoid(real) + LITTLE).log().mean() - (1 - torch.sigmoid(fake) + LITTLE).log().mean()
            ),
            PROPPED,
        ),
        Mistake(
            lambda real, fake: -held(real).log().mean() - (1 - held(fake)).log().mean(),
            f"{PROPPED} (`clamp` is such a hold.)",
        ),
        Mistake(
            lambda real, fake: cut_off(real, 1) + cut_off(fake, 0),
            "Right for small logits. `binary_cross_entropy` gets a probability that has been rounded to 0 and cuts its "
            "logarithm off at -100: beyond that no gradient is left. There is a form that takes the logits themselves.",
        ),
        Mistake(
            lambda real, fake: softplus(-real).sum() + softplus(fake).sum(),
            "You added over the batch. Then a batch of twice the size has a gradient of twice the size.",
        ),
        Mistake(
            lambda real, fake: torch.cat([softplus(-real), softplus(fake)]).mean(),
            "You took one mean over all examples. The value of the game has two expectations, each with its own mean.",
        ),
        Mistake(
            lambda real, fake: 2 * torch.cat([softplus(-real), softplus(fake)]).mean(),
            "You took one mean over all examples, and twice that. It is right only where there are as many generated "
            "examples as real ones: each kind has a mean of its own.",
        ),
        Mistake(
            lambda real, fake: bce(real, 0.9) + bce(fake, 0),
            "Real examples have the label 0.9 here. That is label smoothing, which chapter 06 tries; asked for is the "
            "label 1.",
        ),
        Mistake(
            lambda real, fake: softplus(-real).sum() + softplus(fake).mean(),
            "Over the real examples you add, over the generated ones you average. Both are means.",
        ),
        Mistake(
            lambda real, fake: softplus(-real).mean() + softplus(fake).sum(),
            "Over the generated examples you add, over the real ones you average. Both are means.",
        ),
        Mistake(
            lambda real, fake: softplus(-real.mean()) + softplus(fake.mean()),
            "You take the mean of the logits first, and then the loss. The loss of a mean is not the mean of the "
            "losses.",
        ),
        Mistake(
            lambda real, fake: torch.relu(1 - real).mean() + torch.relu(1 + fake).mean(),
            "This is the hinge loss. Asked for is binary cross-entropy.",
        ),
        Mistake(
            lambda real, fake: fake.mean() - real.mean(),
            "This compares the logits themselves, without a logarithm. That is the Wasserstein loss, which chapter 06 "
            "meets.",
        ),
        Mistake(
            lambda real, fake: bce(real, 1) - bce(fake, 0),
            "You subtract the generated half. Both halves are mistakes that D makes, and it wants both small.",
        ),
        Mistake(
            lambda real, fake: bce(real, 1) + bce(fake, 1),
            "Both kinds get the label *real*. A discriminator that calls everything real would be perfect.",
        ),
        Mistake(
            lambda real, fake: (1 - torch.sigmoid(real)).mean() + torch.sigmoid(fake).mean(),
            "You add the probabilities of being wrong, without a logarithm. Asked for are -log D and -log(1 - D).",
        ),
        Mistake(
            lambda real, fake: (1 - torch.sigmoid(real)).square().mean() + torch.sigmoid(fake).square().mean(),
            "This is the mean of squares. Asked for are -log D and -log(1 - D).",
        ),
        Mistake(
            lambda real, fake: (bce(real, 1) + bce(fake, 0)) / 2,
            "This is half of what is asked for: add the two means as they are. (Halving is common: plain "
            "gradient descent then takes half the step, Adam the same.)",
        ),
        Mistake(
            lambda real, fake: bce(real, 1) * bce(fake, 0),
            "You multiply the two means. The value of the game adds them.",
        ),
        Mistake(
            lambda real, fake: (real - 1).square().mean() + fake.square().mean(),
            "This is the least-squares loss, the mean square of logits less their labels. Asked for are -log D and "
            "-log(1 - D).",
        ),
        Mistake(
            lambda real, fake: -torch.sigmoid(real).mean().log() - torch.sigmoid(-fake).mean().log(),
            "You take the mean of the probabilities first, and the logarithm of it afterwards. Asked for is the mean "
            "of the logarithms.",
        ),
        Mistake(
            lambda real, fake: (softplus(-real).sum() + softplus(fake).sum()) / len(real),
            "You divide both sums by the number of real examples. There may be more generated ones, or fewer.",
        ),
        Mistake(
            lambda real, fake: (softplus(-real).sum() + softplus(fake).sum()) / len(fake),
            "You divide both sums by the number of generated examples. There may be more real ones, or fewer.",
        ),
    ),
    hints=(
        "Write the value of the game for one real and one generated example, in terms of D. Which sign does an "
        "optimiser need?",
        "You have logits and not D. Binary cross-entropy has a form that takes logits; targets are the true labels.",
        "Two terms: the mean over the real logits with one target, and over the generated ones with the other.",
    ),
    praise="A discriminator that only guesses would score 2 log 2 ≈ 1.39 with it.",
    diagnose=find_halves,
)

GENERATOR = Exercise(
    number="5.2",
    title="The generator's loss",
    name="generator_loss",
    probes=(
        Call("`generator_loss` of logits [-1.5, 0.25]", (FAKE,), G_EXPECTED),
        *drawn("generator_loss", draw_fakes, g_by_definition, times=4),
        Call("`generator_loss` of logits that are 30 away from zero", (NEARER,), 15.0),
        Call("`generator_loss` of logits that are 200 away from zero", (FAR,), FAR_EXPECTED),
        *(Slopes(draw_fakes, g_by_definition, at=(0,), seed=seed) for seed in range(2)),
    ),
    mistakes=(
        Mistake(
            lambda fake: -softplus(fake).mean(),
            "This is the minimax loss, log(1 - D). It is flat where the generator is losing; asked for is the "
            "non-saturating one.",
        ),
        Mistake(
            lambda fake: torch.log(1 - torch.sigmoid(fake)).mean(),
            "This is the minimax loss, log(1 - D), and of a logit of 200 it makes minus infinity. Asked for is the "
            "non-saturating one, from the logits.",
        ),
        Mistake(
            lambda fake: bce(fake, 0),
            "With this loss the generator learns to be found out. Which label does it *want* its examples to get?",
        ),
        Mistake(
            lambda fake: binary_cross_entropy_with_logits(torch.ones_like(fake), fake),
            EXCHANGED,
        ),
        Mistake(
            lambda fake: log_sigmoid(fake).mean(),
            "The right term with the wrong sign: an optimiser would make D on generated examples as small as it can.",
        ),
        Mistake(
            lambda fake: bce(torch.sigmoid(fake), 1),
            "The sigmoid is applied twice: once by you, and once by a loss that expects logits.",
        ),
        Mistake(
            lambda fake: -torch.log(fake).mean(),
            "You take the logarithm of logits as if they were probabilities. Logits may be negative.",
        ),
        Mistake(
            lambda fake: -torch.sigmoid(fake).log().mean(),
            "The formula is right, and breaks down in float32: for a logit of -200 a sigmoid is 0 and its logarithm "
            "infinite, and so is e²⁰⁰, just where the generator needs a gradient most.",
        ),
        Mistake(lambda fake: -(torch.sigmoid(fake) + LITTLE).log().mean(), PROPPED),
        Mistake(lambda fake: -held(fake).log().mean(), f"{PROPPED} (`clamp` is such a hold.)"),
        Mistake(
            lambda fake: cut_off(fake, 1),
            "Right for small logits. `binary_cross_entropy` cuts the logarithm of a probability off at -100, so that a "
            "generator far behind gets no gradient. Use what you used in 5.1, on logits.",
        ),
        Mistake(
            lambda fake: (1 - torch.sigmoid(fake)).mean(),
            "You minimise the probability of being found out itself, without a logarithm. Like minimax, it is flat "
            "where the generator is losing.",
        ),
        Mistake(
            lambda fake: -fake.mean(),
            "This raises the logits themselves, without end. That is the Wasserstein loss, and it needs a critic that "
            "is held back.",
        ),
        Mistake(
            lambda fake: softplus(-fake.mean()),
            "You take the mean of the logits first, and then the loss. The loss of a mean is not the mean of the "
            "losses.",
        ),
        Mistake(
            lambda fake: torch.relu(1 - fake).mean(),
            "This is a hinge loss. Asked for is -log D.",
        ),
        Mistake(
            lambda fake: (fake - 1).square().mean(),
            "This is the mean square of logits less 1, the least-squares loss. Asked for is -log D.",
        ),
        Mistake(
            lambda fake: bce(fake, 0.5),
            "The label one half asks for a D that cannot tell. Then there is nothing to gain from fooling it.",
        ),
        Mistake(
            lambda fake: (1 - torch.sigmoid(fake)).square().mean(),
            "This is the mean of squares. Asked for is -log D.",
        ),
        Mistake(
            lambda fake: -torch.sigmoid(fake).mean(),
            "You raise the probability itself, without a logarithm. Like minimax, that is flat where the generator is "
            "losing.",
        ),
        Mistake(
            lambda fake: softplus(-fake).sum(),
            "You added over the batch. Then a batch of twice the size has a gradient of twice the size.",
        ),
        Mistake(
            lambda fake: -torch.sigmoid(fake).mean().log(),
            "You take the mean of the probabilities first, and the logarithm of it afterwards. Asked for is the mean "
            "of the logarithms.",
        ),
        Mistake(
            lambda fake: bce(fake, 0.9),
            "Your misleading label is 0.9. That is label smoothing, which chapter 06 tries; asked for is the label 1.",
        ),
        Mistake(
            lambda fake: (1 + torch.exp(-fake)).mean(),
            "This is the mean of 1/D, without a logarithm. Asked for is -log D.",
        ),
    ),
    hints=(
        "The generator wants the discriminator to be wrong about its examples. Which label would that be?",
        "It is the discriminator's loss for *real* examples, with generated ones put in.",
        "Use the same function on logits as in 5.1, with the misleading target.",
    ),
    praise="Its gradient is strongest when the discriminator is sure that it sees a forgery.",
    diagnose=find_label,
)

# 5.3: one full round, played twice, on players of a few weights

Optimizer = torch.optim.Optimizer
RATE = 0.5


MOST_WEIGHTS = 6, 17  # of the generator and of the discriminator


D_WISHES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": lambda real, fake: d_loss(real, fake),
    "the discriminator's labels have changed places": lambda real, fake: d_loss(fake, real),
    "the discriminator sees generated examples in place of real ones": lambda real, fake: d_loss(fake, fake),
    "the discriminator moves uphill": lambda real, fake: -d_loss(real, fake),
    "the discriminator's loss is halved": lambda real, fake: d_loss(real, fake) / 2,
    "the discriminator learns from real examples only": lambda real, fake: softplus(-real).mean(),
    "the discriminator learns from generated examples only": lambda real, fake: softplus(fake).mean(),
}
G_WISHES: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda fake: g_loss(fake),
    "the generator follows the minimax loss": lambda fake: -softplus(fake).mean(),
    "the generator learns to be found out": lambda fake: softplus(fake).mean(),
    "the generator moves uphill": lambda fake: -g_loss(fake),
}
ORDERS = {"": False, "the generator moves first": True}


def round_by(d_wants: Callable, g_wants: Callable, g_begins: bool) -> Callable:
    """A round that is put together of these parts."""

    def play(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
        moves = [
            lambda: improve(d_opt, d_wants(d(real), d(g(z).detach()))),
            lambda: improve(g_opt, g_wants(d(g(z)))),
        ]
        for move in reversed(moves) if g_begins else moves:
            move()

    return play


@dataclass(frozen=True)
class TwoRounds:
    """The answer plays two rounds with players and examples drawn from `seed`; all weights after each are what comes
    back, `(2, 23)`. Without any change, its own result."""

    seed: int = 0

    @cached_property
    def right(self) -> Any:
        return tidy(self.ask(by_hand))

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        return after_two_rounds(answer, self.seed)

    def complain(self, result: Any) -> str:
        if not isinstance(result, Tensor) or result.shape != self.right.shape:
            return (
                "No weight has changed. Each player needs a backward pass and then a step of its own optimiser, with "
                "no `zero_grad` between the two."
            )
        call = Case((self.seed,), result, self.right)
        said = told_mixture([call], (D_WISHES, G_WISHES, ORDERS), after_rounds_by)
        if said:
            return f"In your round {said}."
        parts = {"generator": slice(0, MOST_WEIGHTS[0]), "discriminator": slice(MOST_WEIGHTS[0], None)}
        wrong = [
            [name for name, part in parts.items() if not same(one[part], two[part])]
            for one, two in zip(result, self.right, strict=True)
        ]
        if not wrong[0]:
            return (
                "After the first round all weights are right, and after the second those of the "
                f"{' and the '.join(wrong[1])} are not. What of the first round is still there in the second?"
            )
        if len(wrong[0]) == 1:
            (other,) = parts.keys() - wrong[0]
            return f"After one round the weights of the {other} are right, and those of the {wrong[0][0]} are not."
        return "After one round the weights of neither player are what they should be."


def players(seed: int) -> tuple[nn.Module, nn.Module]:
    """A generator of 6 weights and a discriminator of 17."""
    with seeded(seed):
        discriminator = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Flatten(0))
        return nn.Linear(2, 2), discriminator


def after_two_rounds(play: Callable, seed: int) -> Any:
    """All weights after each of two rounds; where none has changed, what `play` returned, or False if it has drawn."""
    generator, discriminator = players(seed)
    made = []
    generator.register_forward_hook(lambda *_: made.append(True))
    for player in (generator, discriminator):
        player.register_forward_hook(require_training)
    optimizers = [torch.optim.SGD(player.parameters(), RATE) for player in (generator, discriminator)]
    rng = torch.Generator().manual_seed(seed)
    weights, changed = [weights_of(generator, discriminator)], []
    for number in range(2):
        size = whole(rng, 5, 9)
        given = torch.randn(size, 2, generator=rng) + 2, torch.randn(size, 2, generator=rng)
        examples = given[0].clone(), given[1].clone()
        try:
            returned = play(generator, discriminator, *optimizers, *examples)
        except RuntimeError as error:
            error.args = (f"{error}{' (in the second round)' if number else ''}",)
            raise
        changed += [place for place, pair in enumerate(zip(examples, given, strict=True)) if not intact(*pair)]
        weights.append(weights_of(generator, discriminator))
    if torch.equal(weights[0], weights[2]):
        return False if made and returned is None else returned
    after = torch.stack(weights[1:])
    return Changed(after, told_place(play, 4 + changed[0])) if changed else after


def require_training(player: nn.Module, *_: Any) -> None:
    """A hook, called whenever a player is asked."""
    if not player.training:
        raise WrongKind(
            "Your round asks a player in `eval` mode. Dropout and batch normalisation would work in another way then "
            "than they do in training: leave both players in the mode that they come in."
        )


@cache
def after_rounds_by(d_wants: Callable, g_wants: Callable, g_begins: bool, seed: int) -> Any:
    """The same for a round that is put together of these parts, which every wrong answer is compared with."""
    return after_two_rounds(round_by(d_wants, g_wants, g_begins), seed)


def weights_of(*players: nn.Module) -> Tensor:
    return torch.cat([weight.detach().flatten() for player in players for weight in player.parameters()]).clone()


def d_loss(real: Tensor, fake: Tensor) -> Tensor:
    return softplus(-real).mean() + softplus(fake).mean()


def g_loss(fake: Tensor) -> Tensor:
    return softplus(-fake).mean()


def improve(optimizer: Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def by_hand(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    """A round of gradient descent without optimisers, to compare with."""
    fake = g(z).detach()
    for player, loss in ((d, lambda: d_loss(d(real), d(fake))), (g, lambda: g_loss(d(g(z))))):
        weights = list(player.parameters())
        gradients = torch.autograd.grad(loss(), weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight -= RATE * gradient


def nothing_cleared(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    d_loss(d(real), d(g(z).detach())).backward()
    d_opt.step()
    g_loss(d(g(z))).backward()
    g_opt.step()


def d_not_cleared(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    d_loss(d(real), d(g(z).detach())).backward()
    d_opt.step()
    improve(g_opt, g_loss(d(g(z))))


def not_detached(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    fake = g(z)
    improve(d_opt, d_loss(d(real), d(fake)))
    improve(g_opt, g_loss(d(fake)))


def judged_too_early(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    fake = g(z)
    first, second = d_loss(d(real), d(fake.detach())), g_loss(d(fake))
    improve(d_opt, first)
    improve(g_opt, second)


def both_at_once(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    fake = g(z)
    d_opt.zero_grad()
    g_opt.zero_grad()
    (d_loss(d(real), d(fake.detach())) + g_loss(d(fake))).backward()
    d_opt.step()
    g_opt.step()


def minimax(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    improve(g_opt, -softplus(d(g(z))).mean())


def generator_first(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(g_opt, g_loss(d(g(z))))
    improve(d_opt, d_loss(d(real), d(g(z).detach())))


def only_d(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))


def only_g(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(g_opt, g_loss(d(g(z))))


def d_betrayed(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    d_opt.zero_grad()
    improve(g_opt, g_loss(d(g(z))))
    d_opt.step()


def truthful_labels(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    improve(g_opt, softplus(d(g(z))).mean())


def latents_of_this_chapter(
    g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor
) -> None:
    improve(d_opt, d_loss(d(real), d(g(torch.randn(len(real), 8)).detach())))


def g_cut_off(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    improve(g_opt, g_loss(d(g(z)).detach()))


def other_latents(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    improve(g_opt, g_loss(d(g(torch.randn_like(z)))))


def latents_for_each(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(torch.randn_like(z)).detach())))
    improve(g_opt, g_loss(d(g(torch.randn_like(z)))))


def optimisers_swapped(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(g_opt, d_loss(d(real), d(g(z))))
    improve(d_opt, g_loss(d(g(z))))


def g_not_cleared(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    g_loss(d(g(z))).backward()
    g_opt.step()


def labels_swapped(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(g(z).detach()), d(real)))
    improve(g_opt, g_loss(d(g(z))))


def d_on_real_only(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, softplus(-d(real)).mean())
    improve(g_opt, g_loss(d(g(z))))


def d_on_fake_only(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, softplus(d(g(z).detach())).mean())
    improve(g_opt, g_loss(d(g(z))))


def d_left_frozen(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    d.requires_grad_(False)
    improve(g_opt, g_loss(d(g(z))))


def halves(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())) / 2)
    improve(g_opt, g_loss(d(g(z))))


def sums(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, softplus(-d(real)).sum() + softplus(d(g(z).detach())).sum())
    improve(g_opt, softplus(-d(g(z))).sum())


def d_twice(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    for _ in range(2):
        improve(d_opt, d_loss(d(real), d(g(z).detach())))
    improve(g_opt, g_loss(d(g(z))))


def piled_up(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z))))
    g_loss(d(g(z))).backward()
    g_opt.step()


def d_flipped_too(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(g(z).detach()), d(real)))
    improve(g_opt, softplus(d(g(z))).mean())


def probabilities(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real).sigmoid(), d(g(z).detach()).sigmoid()))
    improve(g_opt, g_loss(d(g(z)).sigmoid()))


def ascent(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, -d_loss(d(real), d(g(z).detach())))
    improve(g_opt, -g_loss(d(g(z))))


def optimisers_swapped_and_detached(
    g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor
) -> None:
    improve(g_opt, d_loss(d(real), d(g(z).detach())))
    improve(d_opt, g_loss(d(g(z))))


def g_twice(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    for _ in range(2):
        improve(g_opt, g_loss(d(g(z))))


def d_uphill(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, -d_loss(d(real), d(g(z).detach())))
    improve(g_opt, g_loss(d(g(z))))


def latents_judged(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(z)))
    improve(g_opt, g_loss(d(g(z))))


def judged_as_it_was(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    weights = list(g.parameters())
    gradients = torch.autograd.grad(g_loss(d(g(z))), weights)
    improve(d_opt, d_loss(d(real), d(g(z).detach())))
    for weight, gradient in zip(weights, gradients, strict=True):
        weight.grad = gradient
    g_opt.step()


def one_loss(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    on_fake = d(g(z))
    loss = d_loss(d(real), on_fake) + g_loss(on_fake)
    d_opt.zero_grad()
    improve(g_opt, loss)
    d_opt.step()


def d_on_noise(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(torch.randn_like(real))))
    improve(g_opt, g_loss(d(g(z))))


def other_latents_of_d(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    improve(d_opt, d_loss(d(real), d(g(torch.randn_like(z)).detach())))
    improve(g_opt, g_loss(d(g(z))))


def own_latents(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
    round_by(d_loss, g_loss, False)(g, d, g_opt, d_opt, real, torch.randn_like(z))


def by_the_others_optimiser(steps: tuple[int, int], clears: tuple[int, int] = (0, 1)) -> Callable:
    """A round whose moves, D's and G's, are stepped and cleared by these of the optimisers of D and G."""

    def play(g: nn.Module, d: nn.Module, g_opt: Optimizer, d_opt: Optimizer, real: Tensor, z: Tensor) -> None:
        losses = (lambda: d_loss(d(real), d(g(z).detach()))), (lambda: g_loss(d(g(z))))
        for loss, step, clear in zip(losses, steps, clears, strict=True):
            (d_opt, g_opt)[clear].zero_grad()
            loss().backward()
            (d_opt, g_opt)[step].step()

    return play


OWN_STEP = (
    "An optimiser moves the weights that it was made with, whatever loss went backward: D's move ends with "
    "`d_optimizer.step()`, and G's with `g_optimizer.step()`."
)
OTHERS_STEPS: dict[str, Callable] = {
    "In both moves the other player's optimiser takes the step.": by_the_others_optimiser((1, 0)),
    "In the generator's move the discriminator's optimiser takes the step.": by_the_others_optimiser((0, 0)),
    "In the generator's move both lines of the optimiser are the discriminator's.": by_the_others_optimiser(
        (0, 0), (0, 0)
    ),
    "In the discriminator's move the generator's optimiser takes the step.": by_the_others_optimiser((1, 1)),
}

ROUND = Exercise(
    number="5.3",
    title="One full round",
    name="play_round",
    probes=tuple(TwoRounds(seed) for seed in (5, 6, 7)),
    mistakes=(
        Mistake(
            nothing_cleared,
            "Gradients pile up: `backward` *adds* to what is there, so the second round also takes the first one's "
            "steps.",
        ),
        Mistake(
            d_not_cleared,
            "The generator's backward pass leaves gradients in the discriminator too, since it goes through it. They "
            "are still there when the discriminator moves next.",
        ),
        Mistake(
            g_not_cleared,
            "The generator's gradients of the last round are still there when it goes backward, and `backward` adds to "
            "them. Its move needs all three lines, too.",
        ),
        Mistake(
            optimisers_swapped,
            "The optimisers have changed places: after the discriminator's loss the generator takes the step, and the "
            "discriminator after the generator's. Who should follow which loss?",
        ),
        Mistake(
            optimisers_swapped_and_detached,
            "The optimisers have changed places, and the cut hides it: the discriminator follows the generator's loss, "
            "and the generator follows none. Who should follow which loss?",
        ),
        Mistake(
            g_twice,
            "The generator moves twice in a round. Here each player moves once.",
        ),
        Mistake(
            d_uphill,
            "Your discriminator moves uphill: the loss of 5.1 has the right sign already, for an optimiser minimises.",
        ),
        Mistake(
            latents_judged,
            "Your discriminator is shown the latents themselves. What should they have been turned into?",
        ),
        Mistake(
            labels_swapped,
            "In the discriminator's move real and generated logits have changed places: it learns to call forgeries "
            "real. Which of the two comes first in its loss?",
        ),
        Mistake(
            d_on_real_only,
            "Your discriminator learns from real examples only, and may call everything real. Either it is shown no "
            "others, or what it says of them is cut off: `detach` belongs on the examples, and not on D's logits.",
        ),
        Mistake(
            d_on_fake_only,
            "Your discriminator learns from generated examples only, and may call everything generated. Either it is "
            "shown no others, or what it says of them is cut off.",
        ),
        Mistake(
            d_left_frozen,
            "In the second round the discriminator has nothing left that could learn: its weights were frozen for the "
            "generator's move, and nobody thawed them. `requires_grad_(True)` does; or leave them as they are, since "
            "`zero_grad` throws away what they collect.",
        ),
        Mistake(
            piled_up,
            "The discriminator's move has left a gradient in the generator, since nothing is detached there, and the "
            "generator's move adds to it. Cut the examples off in the first move, and clear gradients in the second.",
        ),
        Mistake(
            d_flipped_too,
            "Labels have changed places in both moves: D learns to call forgeries real, and G to be found out.",
        ),
        Mistake(
            probabilities,
            "The losses of 5.1 and 5.2 are handed probabilities, and expect logits, as D gives them.",
        ),
        Mistake(
            ascent,
            "Both players move uphill: the sign of the losses of 5.1 and 5.2 is right as it is, for an optimiser "
            "minimises.",
        ),
        Mistake(
            halves,
            "The discriminator's step is half as long as it should be: 5.1 adds both means, without halving them.",
        ),
        Mistake(
            sums,
            "The steps grow with the batch: the losses of 5.1 and 5.2 are means over it, and not sums.",
        ),
        Mistake(
            d_twice,
            "The discriminator moves twice in a round. Here each player moves once.",
        ),
        Mistake(
            not_detached,
            "A graph is walked twice, and the first walk used it up: either the discriminator's backward pass ran on "
            "into the generator, or the generator's loss is made of the logits of the discriminator's move. Where "
            "should the first have stopped, and when has the discriminator to be asked again?",
        ),
        Mistake(
            judged_too_early,
            "Both losses were computed before anybody moved, and then the discriminator's weights changed underneath "
            "the second one. The generator has to be judged by the discriminator as it is *after* its move.",
        ),
        Mistake(
            both_at_once,
            "Both gradients are computed before anybody moves. So the generator is judged by the discriminator as it "
            "*was*, and its backward pass has added its own wish to the discriminator's gradient.",
        ),
        Mistake(
            minimax,
            "Your generator follows the minimax loss, log(1 - D). This round is played with the losses of 5.1 and 5.2.",
        ),
        Mistake(
            generator_first,
            "Both players move, but in the other order: here the discriminator goes first.",
        ),
        Mistake(
            only_d,
            "The generator's weights never change: a line of its move is missing, or its weights are frozen, or its "
            "loss is not made of what it has drawn, or something cuts its gradient off, or clears it before the step.",
        ),
        Mistake(
            only_g,
            "The discriminator's weights never change. Does its move have all three lines, and is the gradient still "
            "there when the step is taken?",
        ),
        Mistake(
            d_betrayed,
            "In the generator's move the discriminator takes a step as well, and learns to call forgeries real. Only "
            "one player moves at a time.",
        ),
        Mistake(
            truthful_labels,
            "In its move your generator learns to be found out: its loss, or its labels, are those of D. "
            "Whose wish should it express?",
        ),
        Mistake(
            latents_of_this_chapter,
            "Your round draws latents of this chapter's size, and these players have another. The latents are handed "
            "over: `z`.",
        ),
        Mistake(
            g_cut_off,
            "The generator's loss is cut off from everything that could learn from it: what is detached there?",
        ),
        Mistake(
            other_latents,
            "Your generator's move has latents of its own. A GAN may be trained like that, but this round is handed "
            "the latents for both moves: `z`.",
        ),
        Mistake(
            latents_for_each,
            "Your round draws its latents itself. It is handed them: both moves are played with `z`.",
        ),
        Mistake(
            own_latents,
            "Your round draws latents of its own. A GAN may be trained like that, but this round is handed the latents "
            "for both moves: `z`.",
        ),
        *(Mistake(wrong, f"{said} {OWN_STEP}") for said, wrong in OTHERS_STEPS.items()),
        Mistake(
            judged_as_it_was,
            "Your generator's gradient comes from before the discriminator's move. It has to be judged by the "
            "discriminator as it is *after* that move: ask it again.",
        ),
        Mistake(
            one_loss,
            "Both losses are added, and one backward pass serves both players. On generated points their wishes meet, "
            "and work against each other: each player follows a loss of its own, cut off from the other.",
        ),
        Mistake(
            d_on_noise,
            "Your discriminator is shown random points in place of generated ones. What the generator makes of `z` is "
            "what it has to tell from real.",
        ),
        Mistake(
            other_latents_of_d,
            "Your discriminator's move has latents of its own. A GAN may be trained like that, but this round is "
            "handed the latents for both moves: `z`.",
        ),
    ),
    hints=(
        "A move is always the same three things: forget old gradients, go backward through the player's loss, let the "
        "player's optimiser take a step.",
        "In the discriminator's move the fake examples are data: cut them off from the generator.",
        "In the generator's move they are not: ask the discriminator about them again, and let the gradient through.",
    ),
    praise="These are the lines that train every GAN in this course.",
)

# 5.4: ten lines, one of which lacks `.detach()`; they are printed in the chapter
#
#  1  z = torch.randn(len(real), 8)
#  2  fake = generator(z)
#  3  d_loss = discriminator_loss(discriminator(real), discriminator(fake))
#  4  d_optimizer.zero_grad()
#  5  d_loss.backward()
#  6  d_optimizer.step()
#  7  g_loss = generator_loss(discriminator(fake))
#  8  g_optimizer.zero_grad()
#  9  g_loss.backward()
# 10  g_optimizer.step()

DETACH = Exercise(
    number="5.4",
    title="Spot the missing detach",
    name="line",
    probes=(Value(3),),
    mistakes=(
        Mistake(1, "`z` is plain random numbers. No gradient flows into it anyway, so there is nothing to cut."),
        Mistake(
            2,
            "Cut there, and the discriminator's move is right. But the generator's move uses the same `fake`, and "
            "would find no way back to its weights.",
        ),
        Mistake(4, "That line forgets old gradients, and the graph is not made of those. Which line makes the graph?"),
        Mistake(5, "The backward pass follows the graph that it finds. The graph was made too long before."),
        Mistake(6, "By then the gradients are there, and the step uses them as they are."),
        Mistake(
            7,
            "This is the one place where the gradient *has* to pass through the fake examples: it is all that the "
            "generator learns from.",
        ),
        Mistake(8, "That line forgets the generator's old gradients. The graph had been walked before."),
        Mistake(
            9,
            "That is where PyTorch stops, and not where the cause is. `retain_graph=True` would silence the message, "
            "and the discriminator's move would still go through the generator.",
        ),
        Mistake(10, "PyTorch never comes to that line: it stops in the one before."),
    ),
    hints=(
        "Whose weights should the first backward pass reach? Whose does it reach?",
        "Follow `fake` through the listing. It is used twice: once as data, once as something to improve.",
    ),
    praise="There the examples are data for the discriminator; later the same `fake` is what the generator improves.",
)

# 5.5: how hard each point is pulled, on small discriminators

Loss = Callable[[Tensor], Tensor]


def saturating(fake: Tensor) -> Tensor:
    """The mean of log(1 - D)."""
    return -softplus(fake).mean()


class Line(nn.Module):
    """A discriminator that is a plane: its slope is the same everywhere."""

    def __init__(self, slope: tuple[float, float]) -> None:
        super().__init__()
        self.register_buffer("slope", torch.tensor(slope))

    def forward(self, points: Tensor) -> Tensor:
        return points @ self.slope.to(points)


TWO_POINTS = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
PULLED_TWO = [2.5, 5 / (1 + math.exp(3.0))]  # 1 - D is one half, then sigmoid(-3); the slope is 5 everywhere


def draw_pull(loss: Loss) -> Callable[[torch.Generator], tuple]:
    """One to six points before a small discriminator that is steep enough to be sure of some."""

    def draw(rng: torch.Generator) -> tuple[Loss, nn.Module, Tensor]:
        discriminator = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1), nn.Flatten(0))
        with torch.no_grad():
            for weight in discriminator.parameters():
                weight.copy_(1.5 * torch.randn(weight.shape, generator=rng))
        return loss, discriminator, torch.randn(whole(rng, 2, 6), 2, generator=rng)

    return draw


def lengths_by_chain_rule(loss: Loss, discriminator: nn.Module, points: Tensor) -> Tensor:
    """The slope of the loss at each logit times the slope of the logit, one point at a time."""
    found = []
    for point in points:
        (slope,) = torch.autograd.functional.jacobian(discriminator, point[None])
        logit = discriminator(point[None]).detach()
        found.append((torch.autograd.functional.jacobian(loss, logit) * slope).norm())
    return torch.stack(found).detach()


def gradient(loss: Loss, discriminator: nn.Module, points: Tensor) -> Tensor:
    """That of each point's own loss, `(N, 2)`."""
    points = points.clone().requires_grad_()
    return len(points) * torch.autograd.grad(loss(discriminator(points)), points)[0]


def at_logits(loss: Loss, discriminator: nn.Module, points: Tensor) -> Tensor:
    logits = discriminator(points).detach().requires_grad_()
    return len(points) * torch.autograd.grad(loss(logits), logits)[0].abs()


def of_d_alone(loss: Loss, discriminator: nn.Module, points: Tensor) -> Tensor:
    points = points.clone().requires_grad_()
    return torch.autograd.grad(discriminator(points).sum(), points)[0].norm(dim=1)


SCALES: dict[str, Callable[[int], float]] = {
    "": lambda count: 1,
    "the factor N is missing": lambda count: 1 / count,
    "the factor N comes in twice": lambda count: count,
}
LENGTHS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda arrows: arrows.norm(dim=1),
    "lengths are squared": lambda arrows: arrows.square().sum(1),
    "the sizes of both coordinates are added": lambda arrows: arrows.abs().sum(1),
    "the larger coordinate stands for the length": lambda arrows: arrows.abs().amax(1),
    "the mean coordinate stands for the length": lambda arrows: arrows.abs().mean(1),
    "all points share the length of one list": lambda arrows: arrows.norm().expand(len(arrows)),
}


def find_wrong_lengths(cases: list[Case]) -> str:
    """Which parts of the lengths are others."""

    def made(scale: Callable, measure: Callable, loss: Loss, discriminator: nn.Module, points: Tensor) -> Tensor:
        return measure(scale(len(points)) * gradient(loss, discriminator, points))

    said = told_mixture(cases, (SCALES, LENGTHS), made)
    return f"In your lengths {said}." if said else ""


@dataclass(frozen=True)
class WithoutTraces:
    """Whether right lengths remember how they were computed, or have left D frozen. A word is what comes back."""

    seed: int = 0
    right: Any = "without"

    def ask(self, answer: Any) -> Any:
        pull = Drawn("pull_lengths", draw_pull(g_loss), lengths_by_chain_rule, self.seed)
        arguments = copy.deepcopy(pull.call.arguments)
        found = answer(*arguments)
        if tidy(found) is None:
            return None
        if not fits(tidy(found), tidy(pull.right)):
            return self.right
        if not all(weight.requires_grad for weight in arguments[1].parameters()):
            return "frozen"
        return "with" if isinstance(found, Tensor) and found.requires_grad else self.right

    def complain(self, result: Any) -> str:
        if result == "frozen":
            return (
                "The lengths are right, and `discriminator` cannot learn any more: its weights were frozen, and nobody "
                "thawed them. Leave them as they are: `torch.autograd.grad` with the points asks nothing of weights."
            )
        return (
            "The lengths are right, and they remember how they were computed: asked for are numbers without a "
            "gradient. Is `create_graph` set, or is a `detach` missing?"
        )


PULL = Exercise(
    number="5.5",
    title="Which loss still teaches",
    name="pull_lengths",
    probes=(
        Call(
            "`pull_lengths` of the non-saturating loss, a D with the logit 3x + 4y, and the points (0, 0) and (1, 0)",
            (g_loss, Line((3.0, 4.0)), TWO_POINTS),
            PULLED_TWO,
        ),
        *(
            Drawn("pull_lengths", draw_pull(loss), lengths_by_chain_rule, seed)
            for seed, loss in enumerate((g_loss, saturating, g_loss, saturating))
        ),
        WithoutTraces(),
    ),
    mistakes=(
        Mistake(
            lambda loss, d, points: gradient(loss, d, points) / len(points),
            "These are gradients, and of the *mean*: two numbers for each point, each a share of one over N. Asked for "
            "is how long the gradient of each point's own loss is.",
        ),
        Mistake(
            gradient,
            "These are the gradients, two numbers for each point. Asked for is how long each of them is.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm(dim=1) / len(points),
            "The loss is a mean over N points, so each of them gets one Nth of its own gradient. Which factor brings "
            "its own loss back?",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm(dim=1).mean(),
            "This is the mean over the points. Asked for is one length for each.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm(),
            "This is the length of all gradients taken as one list. Asked for is one length for each point: along "
            "which axis?",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm() / len(points),
            "This is the length of all gradients taken as one list, and of a *mean* of N losses. Asked for is one "
            "length for each point, of its own loss.",
        ),
        Mistake(
            lambda loss, d, points: -gradient(loss, d, points),
            "These are the arrows themselves, two numbers for each point. Asked for is how long each of them is.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points)[:, 0].abs(),
            "This is how far each arrow goes to the side. Its length has the other coordinate in it, too.",
        ),
        Mistake(
            lambda loss, d, points: torch.stack([loss(d(point[None])) for point in points]).detach(),
            "These are the losses of the points. Asked for is how steep they are: the length of a gradient.",
        ),
        Mistake(
            lambda loss, d, points: of_d_alone(loss, d, points) / len(points),
            "This is how steep the mean of the logits is. `loss` has no say; the two losses differ in their slopes.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm(dim=0),
            "You took the length along the points, which leaves one number for each coordinate. A length belongs to a "
            "point.",
        ),
        Mistake(
            at_logits,
            "This is the slope of the loss at the logit alone. The point is moved by it *and* by the slope of D at the "
            "point: go back to the points.",
        ),
        Mistake(
            of_d_alone,
            "This is how steep D is at each point. The loss has a slope too, and it is what the two losses differ in.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).square().sum(1),
            "These are the squares of the lengths: a root is missing.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).abs().sum(1),
            "You added the sizes of both coordinates. A length is the root of the sum of their squares.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).sum(1),
            "You added both coordinates, where one may take away from the other. A length is the root of the sum of "
            "their squares.",
        ),
        Mistake(
            lambda loss, d, points: gradient(g_loss, d, points).norm(dim=1),
            "You measure the non-saturating loss, whichever is handed over: `loss` has no say.",
        ),
        Mistake(
            lambda loss, d, points: gradient(saturating, d, points).norm(dim=1),
            "You measure the minimax loss, whichever is handed over: `loss` has no say.",
        ),
        Mistake(
            lambda loss, d, points: gradient(lambda logits: loss(torch.sigmoid(logits)), d, points).norm(dim=1),
            "The loss is handed probabilities, and expects logits, as D gives them.",
        ),
        Mistake(
            lambda loss, d, points: torch.autograd.grad(loss(d(points)), points)[0].norm(dim=1),
            "The points that come in collect no gradient yet. Take a copy, and ask for one with `requires_grad_()`.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, lambda x: d(x.detach()), points).norm(dim=1),
            "The points were cut off on the way to D, so that nothing leads back to them: `detach` comes before "
            "`requires_grad_()`, or not at all.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm().expand(len(points)),
            "Every point gets the length of all gradients taken as one list. Each has a length of its own: along which "
            "axis?",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm(dim=1) * len(points),
            "The factor N comes in twice.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).norm(dim=1) / len(points) ** 2,
            "The loss is a mean over N points already, and you divide by N once more. Which factor brings a point's "
            "own loss back?",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).abs().amax(1),
            "You take the larger coordinate of each arrow. Its length has the other one in it, too.",
        ),
        Mistake(
            lambda loss, d, points: gradient(loss, d, points).abs().mean(1),
            "You take the mean of both coordinates. A length is the root of the sum of their squares.",
        ),
        Mistake(
            lambda loss, d, points: torch.ones(len(points)),
            "All of your arrows have length 1: were they scaled to it before they were measured?",
        ),
    ),
    hints=(
        "The points have to remember what is computed from them: a copy with `requires_grad_()`.",
        "`torch.autograd.grad(number, points)` gives a list of one gradient, as large as `points`.",
        "The number is `loss` of the logits, a mean. How large a share of it belongs to one point? Then take the "
        "length of each row.",
    ),
    praise="These are the arrows of the lab: as long as the loss still teaches a point anything.",
    diagnose=find_wrong_lengths,
)

EXERCISES = (DISCRIMINATOR, GENERATOR, ROUND, DETACH, PULL)

QUIZ = (
    Question(
        "Why does the loop need two optimisers?",
        key="d",
        options=(
            Option("Because two networks never fit into one.", "One optimiser can hold the weights of many networks."),
            Option(
                "Because the two learning rates must never be the same.",
                "They may, and often are. One optimiser could keep two rates in two groups.",
            ),
            Option("Because it is twice as fast.", "The work is the same. It is about whose weights move, and when."),
            Option(
                "Because a loss may move only its own player.",
                "The optimiser decides who moves. With one for both, each player would also follow its opponent's "
                "loss.",
            ),
        ),
    ),
    Question(
        "In the discriminator's move, what does `fake.detach()` change?",
        key="c",
        options=(
            Option("The values of the fake examples.", "The values stay as they are, to the last bit."),
            Option(
                "Whether the discriminator gets a gradient.",
                "It does, with or without: its weights come after the cut.",
            ),
            Option(
                "How far back the gradient goes.",
                "It stops at the examples. The generator is not learning now, and is spared the work.",
            ),
            Option("The size of the batch.", "A detached tensor has the same shape."),
        ),
    ),
    Question(
        "In the generator's move the labels are misleading. What does that mean?",
        key="a",
        options=(
            Option(
                "Generated examples are given the label real.",
                "The loss then says how far the discriminator is from being fooled, and its gradient how to fool it.",
            ),
            Option("Labels are drawn at random.", "From random labels there is nothing to learn."),
            Option(
                "Real examples are given the label generated.",
                "In this loss the generator's move needs no real examples at all.",
            ),
            Option(
                "The discriminator is trained on wrong labels.",
                "It is not trained in this move. In its own move its labels are true.",
            ),
        ),
    ),
    Question(
        "The discriminator gives a generated example the logit -10. Which generator loss has a useful gradient?",
        key="d",
        options=(
            Option(
                "Minimax, log(1 - D), of chapter 04.",
                "Its slope with respect to the logit is -D, and here D is about 0.00005.",
            ),
            Option("Both.", "One of them has a slope of -D, which is nearly zero here."),
            Option("Neither.", "One of them has a slope of -(1 - D) with respect to the logit. How much is that here?"),
            Option(
                "Non-saturating, -log D.",
                "Its slope with respect to the logit is -(1 - D), nearly -1: strongest where the generator is losing.",
            ),
        ),
    ),
    Question(
        "Why is the loss computed from logits, and not from probabilities?",
        key="b",
        options=(
            Option(
                "Because logits are always between 0 and 1.",
                "Probabilities are. A logit can be any number.",
            ),
            Option(
                "Because a sigmoid rounds to 0 or 1 far from zero.",
                "The logarithm of such a 0 is infinite. From logits the same value is computed without that detour.",
            ),
            Option(
                "Because a discriminator has no probabilities.",
                "It has: the sigmoid of its logit is one. The question is when to take it.",
            ),
            Option(
                "Because cross-entropy is not defined for probabilities.",
                "It is defined for them. In exact arithmetic both ways agree; in float32 they do not.",
            ),
        ),
    ),
)

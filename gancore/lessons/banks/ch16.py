"""Exercises and quiz of chapter 16: wrong captions, new combinations, what a caption means, z, a second stage."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, softplus

from gancore.lessons.comparing import Changed
from gancore.lessons.diagnosing import Case, told_terms
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Drawn, Slopes, drawn, require_function, told_place, whole
from gancore.lessons.quizzes import Option, Question

# 16.1: the term of the wrong caption


def real_term(on_real: Tensor, on_fake: Tensor, on_wrong: Tensor) -> Tensor:
    return softplus(-on_real).mean()


def fake_term(on_real: Tensor, on_fake: Tensor, on_wrong: Tensor) -> Tensor:
    return softplus(on_fake).mean() / 2


def wrong_term(on_real: Tensor, on_fake: Tensor, on_wrong: Tensor) -> Tensor:
    return softplus(on_wrong).mean() / 2


TERMS = {
    "the term of the real pictures": real_term,
    "the term of the drawn pictures": fake_term,
    "the term of the wrong captions": wrong_term,
}


def matching_loss(on_real: Tensor, on_fake: Tensor, on_wrong: Tensor) -> Tensor:
    return real_term(on_real, on_fake, on_wrong) + (softplus(on_fake) + softplus(on_wrong)).mean() / 2


def draw_logits(rng: torch.Generator) -> tuple[Tensor, ...]:
    count = whole(rng, 3, 9)
    return tuple(2 * torch.randn(3, count, generator=rng))


def sure() -> tuple[Tensor, ...]:
    """Logits of ±50, at which a probability rounds to 0 or 1."""
    return torch.tensor([50.0, 1.0]), torch.tensor([50.0, -1.0]), torch.tensor([-50.0, 50.0])


def told(cases: list[Case]) -> str:
    return told_terms(cases, TERMS)


WRONG = Exercise(
    number="16.1",
    title="A real picture with a wrong caption",
    name="matching_loss",
    probes=(
        Call(
            "`matching_loss` of logits that are all 0",
            (torch.zeros(2), torch.zeros(2), torch.zeros(2)),
            matching_loss(*torch.zeros(3, 2)),
        ),
        *drawn("matching_loss", draw_logits, matching_loss, times=4),
        Call("`matching_loss` of a discriminator that is very sure", sure(), matching_loss(*sure())),
        Slopes(draw_logits, matching_loss, at=(0, 1, 2)),
    ),
    mistakes=(
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                softplus(-on_real) + (softplus(on_fake) + softplus(-on_wrong)) / 2
            ).mean(),
            "You reward high logits for real pictures with a wrong caption. The picture is real, and the *pair* is "
            "not: both have to fit for a high logit.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (softplus(-on_real) + softplus(on_fake)).mean(),
            "This is the game without captions. Where is the third kind of pair?",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (softplus(-on_real) + softplus(on_fake) + softplus(on_wrong)).mean(),
            "The two kinds of pairs that are wrong count half each; yours count in full, and together twice as much "
            "as the right ones.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                softplus(-on_real) + (softplus(on_fake) + softplus(on_wrong - on_real)) / 2
            ).mean(),
            "This compares the wrong caption with the right one, as the package does it. A good idea, and asked for is "
            "the paper's form, in which each kind of pair stands for itself.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                softplus(on_real) + (softplus(-on_fake) + softplus(-on_wrong)) / 2
            ).mean(),
            "All signs are turned: this discriminator would learn to call right what is wrong.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                logsigmoid(on_real) + (logsigmoid(-on_fake) + logsigmoid(-on_wrong)) / 2
            ).mean(),
            "This is what the discriminator maximises. A loss is minimised, so it has the other sign.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                -on_real.log() - ((1 - on_fake).log() + (1 - on_wrong).log()) / 2
            ).mean(),
            "You took logits for probabilities: the logarithm of a negative number is none.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                -on_real.sigmoid().log() - ((1 - on_fake.sigmoid()).log() + (1 - on_wrong.sigmoid()).log()) / 2
            ).mean(),
            "Right for small logits. At 50 the probability is rounded to 1, and the logarithm of 1 - 1 is -∞. "
            "`softplus` computes the same without that step.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: ((-on_real).relu() + (on_fake.relu() + on_wrong.relu()) / 2).mean(),
            "`relu` is 0 as soon as the sign of a logit is right. `softplus` goes on asking for more, and less and "
            "less of it.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: matching_loss(on_real.sigmoid(), on_fake.sigmoid(), on_wrong.sigmoid()),
            "You turned the logits into probabilities, and `softplus` takes the logits themselves: the sigmoid is in "
            "it already.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: (
                softplus(-on_real) + (softplus(on_fake) + softplus(on_wrong)) / 2
            ).sum(),
            "You summed over the pictures. Take the mean, or the loss grows with the batch.",
        ),
        Mistake(
            lambda on_real, on_fake, on_wrong: matching_loss(on_real, on_fake.detach(), on_wrong),
            "The number is right, and of the drawn pictures no gradient comes back. In the discriminator's move "
            "*pictures* are cut off, before it looks at them. Its logits are what it learns by.",
        ),
    ),
    hints=(
        "Three kinds of pairs, three terms. Which of them should get a high logit, and which a low one?",
        "`softplus(-logits)` is small for high logits and `softplus(logits)` for low ones. The two kinds that do not "
        "belong together share one weight of 1.",
    ),
    praise="A discriminator with this loss cannot win without reading.",
    diagnose=told,
)

# 16.2: combinations that are new


def is_new(learnt: Tensor, held: Tensor) -> Tensor:
    same = (learnt[None] == held[:, None]).all(2).any(1)
    each = (learnt[None] == held[:, None]).any(1).all(1)
    return each & ~same


def draw_people(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Some who were learnt from, by two words each; and everybody there can be, with a word more for each."""
    words = whole(rng, 4, 5)
    learnt = torch.randint(0, words - 1, (2 * words - 1, 2), generator=rng)
    numbers = torch.arange(words)
    everybody = torch.cartesian_prod(numbers, numbers)
    return learnt, everybody[torch.randperm(len(everybody), generator=rng)]


KNOWN = torch.tensor([[0, 1], [1, 0], [1, 2]])
ASKED = torch.tensor([[0, 1], [2, 1], [1, 1], [0, 0], [2, 3], [0, 2], [0, 0]])
LARGER = (
    torch.tensor([[1, 4], [1, 5], [1, 6], [1, 9], [1, 11], [1, 101], [2, 9], [5, 1], [11, 9]]),
    torch.tensor([[2, 1], [11, 1], [1, 4], [7, 1]]),
)


def either(learnt: Tensor, held: Tensor) -> Tensor:
    return ~(learnt[None] == held[:, None]).all(2).any(1)


def known_ones(learnt: Tensor, held: Tensor) -> Tensor:
    return (learnt[None] == held[:, None]).all(2).any(1)


def both_known(learnt: Tensor, held: Tensor) -> Tensor:
    return (learnt[None] == held[:, None]).any(1).all(1)


def unknown_words(learnt: Tensor, held: Tensor) -> Tensor:
    return ~both_known(learnt, held)


def in_any_order(learnt: Tensor, held: Tensor) -> Tensor:
    learnt_either = torch.cat([learnt, learnt.flip(1)])
    return both_known(learnt, held) & ~known_ones(learnt_either, held)


def in_any_column(learnt: Tensor, held: Tensor) -> Tensor:
    anywhere = torch.isin(held, learnt.flatten()).all(1)
    return anywhere & ~known_ones(learnt, held)


def first_alone(learnt: Tensor, held: Tensor) -> Tensor:
    return ~torch.isin(held[:, 0], learnt[:, 0])


def known(learnt: Tensor, held: Tensor) -> Tensor:
    """Which words of `held` `(M, 2)` occur in their own columns."""
    return (learnt[None] == held[:, None]).any(1)


def by_sums(learnt: Tensor, held: Tensor) -> Tensor:
    return both_known(learnt, held) & ~torch.isin(held.sum(1), learnt.sum(1))


NEW = Exercise(
    number="16.2",
    title="New combinations of known words",
    name="is_new",
    probes=(
        Call("`is_new` of seven people, after three who were learnt from,", (KNOWN, ASKED), is_new(KNOWN, ASKED)),
        Call("`is_new` of those who were learnt from themselves", (KNOWN, KNOWN), torch.zeros(3, dtype=torch.bool)),
        Call("`is_new` of four people, with numbers of up to 101,", LARGER, torch.tensor([True, True, False, False])),
        *drawn("is_new", draw_people, is_new, times=4),
    ),
    mistakes=(
        Mistake(
            either,
            "You count everything that was not learnt from as new, and so some whose single words never occurred. A "
            "network that has never seen green hair is not to blame for not drawing it.",
        ),
        Mistake(known_ones, "You marked the combinations that *were* learnt from: the other way round."),
        Mistake(
            both_known,
            "Both words are known in all that you marked, and some of these combinations were learnt from as well.",
        ),
        Mistake(
            lambda learnt, held: ~known(learnt, held).any(1),
            "You marked those of whom neither word was learnt. In a new *combination* both are known.",
        ),
        Mistake(unknown_words, "You marked those with a word that was never learnt. New is to be the combination."),
        Mistake(
            in_any_order,
            "Hair and shirt have changed places in some: that somebody with red hair in a blue shirt was learnt from "
            "says nothing about blue hair and a red shirt.",
        ),
        Mistake(
            lambda learnt, held: (learnt[:, :1] == held[:, None]).any(1).all(1) & either(learnt, held),
            "You looked for the shirt among the numbers of the *hair*. Each word is known in its own column.",
        ),
        Mistake(
            in_any_column,
            "A word counts as known where it was learnt for the same attribute. You also looked in the other column.",
        ),
        Mistake(
            lambda learnt, held: known(learnt, held)[:, 0] & either(learnt, held),
            "You ask whether the hair is known, and not whether the shirt is. Either word must have been learnt.",
        ),
        Mistake(
            lambda learnt, held: known(learnt, held)[:, 1] & either(learnt, held),
            "You ask whether the shirt is known, and not whether the hair is. Either word must have been learnt.",
        ),
        Mistake(
            lambda learnt, held: known(learnt, held).any(1) & either(learnt, held),
            "One known word of the two is enough for you. Both must have been learnt, each in its column.",
        ),
        Mistake(
            by_sums,
            "You made one number of each pair by adding the two, and different pairs have equal sums. Compare both "
            "numbers, or multiply the first by more than the second can be.",
        ),
        Mistake(
            lambda learnt, held: held[is_new(learnt, held)],
            "These are the new people themselves. Asked for is a truth value for each of `held`.",
        ),
        Mistake(first_alone, "You looked at the first attribute alone."),
    ),
    hints=(
        "Two conditions: each word occurs, in its own column, among those who were learnt from; and no row there has "
        "both.",
        "With an axis more for each, `==` compares everybody with everybody, `(M, N, 2)`. Over which axis belongs "
        "`all`, over which `any`, for the one condition and for the other?",
    ),
    praise="On these, a memory of pictures is of no use.",
)

# 16.3: what a caption may mean


def draw_code(rng: torch.Generator) -> tuple[Tensor]:
    count, width = whole(rng, 2, 5), whole(rng, 2, 6)
    return (0.7 * torch.randn(count, 2 * width, generator=rng),)


def halves(code: Tensor) -> tuple[Tensor, Tensor]:
    half = code.shape[1] // 2
    return code[:, :half], code[:, half:]


def kl_of(mean: Tensor, log_sigma: Tensor) -> Tensor:
    return ((mean.square() + (2 * log_sigma).exp() - 1) / 2 - log_sigma).sum(1).mean()


def meaning_kl(code: Tensor) -> Tensor:
    return kl_of(*halves(code))


def same_slice(code: Tensor) -> Tensor:
    mean, _ = halves(code)
    return kl_of(mean, mean)


def other_slice(code: Tensor) -> Tensor:
    _, log_sigma = halves(code)
    return kl_of(log_sigma, log_sigma)


def exchanged(code: Tensor) -> Tensor:
    mean, log_sigma = halves(code)
    return kl_of(log_sigma, mean)


def every_other(code: Tensor) -> Tensor:
    return kl_of(code[:, ::2], code[:, 1::2])


def as_sigma(code: Tensor) -> Tensor:
    mean, sigma = halves(code)
    return ((mean.square() + sigma.square() - 1) / 2 - sigma.abs().log()).sum(1).mean()


def as_log_variance(code: Tensor) -> Tensor:
    mean, log_variance = halves(code)
    return ((mean.square() + log_variance.exp() - 1 - log_variance) / 2).sum(1).mean()


def minus(code: Tensor) -> Tensor:
    mean, log_sigma = halves(code)
    return ((mean.square() + (2 * log_sigma).exp() - 1) / 2 + log_sigma).sum(1).mean()


def mean_over_dimensions(code: Tensor) -> Tensor:
    return meaning_kl(code) / (code.shape[1] // 2)


def mean_before_sum(code: Tensor) -> Tensor:
    return meaning_kl(code) * len(code) / (code.shape[1] // 2)


def summed(code: Tensor) -> Tensor:
    return meaning_kl(code) * len(code)


def sigma_not_squared(code: Tensor) -> Tensor:
    mean, log_sigma = halves(code)
    return ((mean.square() + log_sigma.exp() - 1) / 2 - log_sigma).sum(1).mean()


KL_TERMS: dict[str, Callable[[Tensor], Tensor]] = {
    "the term of μ²": lambda code: halves(code)[0].square().sum(1).mean() / 2,
    "the term of σ²": lambda code: (2 * halves(code)[1]).exp().sum(1).mean() / 2,
    "the term of the 1": lambda code: torch.tensor(-code.shape[1] / 4),
    "the term of log σ": lambda code: -halves(code)[1].sum(1).mean(),
}


def told_of_kl(cases: list[Case]) -> str:
    return told_terms(cases, KL_TERMS)


STANDARD = torch.zeros(2, 4)
SHIFTED = torch.tensor([[1.0, 2.0, 0.0, 0.0]])
WIDE = torch.tensor([[0.0, 0.0, 1.0, 0.0]])

MEANING = Exercise(
    number="16.3",
    title="How far from normal",
    name="meaning_kl",
    probes=(
        Call("`meaning_kl` of two standard normal distributions", (STANDARD,), 0.0),
        Call("`meaning_kl` of one with means 1 and 2 and deviations 1", (SHIFTED,), 2.5),
        Call("`meaning_kl` of one with means 0 and deviations e and 1", (WIDE,), meaning_kl(WIDE)),
        *drawn("meaning_kl", draw_code, meaning_kl, times=4),
        Slopes(draw_code, meaning_kl, at=(0,)),
    ),
    mistakes=(
        Mistake(
            same_slice,
            "You took the first half of the code twice, for the mean and for log σ. A published implementation did, "
            "and trained all the same: nothing fails, and the deviations are never learnt.",
        ),
        Mistake(other_slice, "You took the second half of the code twice, for log σ and for the mean."),
        Mistake(exchanged, "The halves have changed places: the mean comes first."),
        Mistake(every_other, "You took every other number. The mean is the first half of each row."),
        Mistake(as_sigma, "You took the second half for σ. It is the logarithm of σ, so that any number is allowed."),
        Mistake(as_log_variance, "You took the second half for the logarithm of σ². It is that of σ."),
        Mistake(
            lambda code: kl_of(halves(code)[0], halves(code)[1] / 4) - 3 / 4 * halves(code)[1].sum(1).mean(),
            "The exponent is halved where it should be doubled: σ is the exponential of the code, and σ² that of twice "
            "the code.",
        ),
        Mistake(sigma_not_squared, "σ comes in as it is. The formula has its square."),
        Mistake(minus, "A sign is wrong: log σ is subtracted, so that a distribution that shrinks to a point is far."),
        Mistake(mean_over_dimensions, "You averaged over the dimensions. Sum over them, and average over captions."),
        Mistake(
            mean_before_sum, "Sum and mean have changed places: sum over the dimensions, and average over captions."
        ),
        Mistake(summed, "You summed over the captions. Take their mean, or the term grows with the batch."),
        Mistake(
            lambda code: 2 * meaning_kl(code), "Twice as much as it should be: the formula has a factor of one half."
        ),
        Mistake(lambda code: -meaning_kl(code), "The sign is turned: a divergence is never negative."),
    ),
    hints=(
        "First cut each row into its two halves. Then, for each dimension, the formula above; at mean 0 and log σ = 0 "
        "it gives 0.",
        "`chunk` cuts a tensor into equal parts along an axis. With `log_sigma`, the square of σ is "
        "`(2 * log_sigma).exp()`. First comes a sum over the dimensions, then a mean over the captions.",
    ),
    praise="A caption is now a cloud, and the clouds do not fly apart.",
    diagnose=told_of_kl,
)

# 16.4: whether z matters


def draw_pictures(rng: torch.Generator) -> tuple[Tensor]:
    """Pictures of some captions for some latents, which differ more by caption than by latent."""
    captions, latents, side = whole(rng, 2, 4), whole(rng, 5, 7), whole(rng, 2, 3)
    shape = captions, latents, 3, side, side
    by_caption = torch.randn(captions, 1, 3, side, side, generator=rng)
    return (by_caption + 0.3 * torch.rand(captions, 1, 1, 1, 1, generator=rng) * torch.randn(shape, generator=rng),)


def spread(pictures: Tensor) -> Tensor:
    return pictures.std(dim=1).mean()


def blind() -> tuple[Tensor]:
    """Two captions, black and white, and four latents that change nothing."""
    return (torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1, 1).expand(2, 4, 3, 2, 2).clone(),)


def lively() -> tuple[Tensor]:
    """One caption and two latents: a black and a white picture."""
    return (torch.tensor([-1.0, 1.0]).view(1, 2, 1, 1, 1).expand(1, 2, 3, 2, 2).clone(),)


SPREAD = Exercise(
    number="16.4",
    title="Does z matter?",
    name="spread",
    probes=(
        Call("`spread` of a generator that does not heed its latents", blind(), 0.0),
        Call("`spread` of a black and a white picture of one caption", lively(), spread(*lively())),
        *drawn("spread", draw_pictures, spread),
    ),
    mistakes=(
        Mistake(
            lambda pictures: pictures.std(dim=0).mean(),
            "You let the captions vary, and not the latents. Pictures of different captions *should* differ; that "
            "says nothing of z.",
        ),
        Mistake(
            lambda pictures: pictures.std(),
            "One deviation over everything: captions, latents and pixels. It is large for a generator that draws one "
            "picture for each caption, and never another.",
        ),
        Mistake(
            lambda pictures: pictures.flatten(0, 1).std(dim=0).mean(),
            "You mixed captions and latents in one heap. How different the captions are then hides whether z matters.",
        ),
        Mistake(
            lambda pictures: pictures.flatten(2).std(dim=2).mean(),
            "This is how much the pixels of one picture differ: contrast, and not variety.",
        ),
        Mistake(
            lambda pictures: pictures.flatten(1).std(dim=1).mean(),
            "Each caption has a deviation of its own, but latents and pixels are in one heap. How much the pixels of "
            "one picture differ then hides whether z matters.",
        ),
        Mistake(
            lambda pictures: pictures.mean((2, 3, 4)).std(dim=1).mean(),
            "You averaged each picture before comparing. Two pictures of equal brightness may differ everywhere.",
        ),
        Mistake(
            lambda pictures: pictures.mean(0).std(dim=0).mean(),
            "You averaged over the captions first, and what z changes in one of them drowns in the others.",
        ),
        Mistake(
            lambda pictures: pictures.std(dim=(3, 4)).mean(),
            "This is how much the pixels of one colour of a picture differ: contrast, and not variety.",
        ),
        Mistake(
            lambda pictures: pictures.std(dim=1).median(),
            "You took the median of the deviations. Asked for is their mean.",
        ),
        Mistake(
            lambda pictures: pictures.std(dim=2).mean(),
            "This is how much red, green and blue differ, pixel by pixel. The latents are the second axis: axes are "
            "counted from 0.",
        ),
        Mistake(
            lambda pictures: pictures.std(dim=1).sum(),
            "You added the deviations of all numbers up. Asked for is their mean.",
        ),
        Mistake(
            lambda pictures: (pictures - pictures.mean(1, keepdim=True)).abs().mean(),
            "This is the mean *absolute* deviation. The standard deviation squares, averages, and takes the root.",
        ),
        Mistake(
            lambda pictures: pictures.var(dim=1).mean(),
            "This is a variance. Its root, the standard deviation, is in the units of the pixels.",
        ),
        Mistake(
            lambda pictures: pictures.std(dim=1, correction=0).mean(),
            "You divided the squares by the number of latents. PyTorch's `std` divides by one less, since the mean "
            "was taken from the same few pictures.",
        ),
        Mistake(
            lambda pictures: pictures.var(dim=1).mean().sqrt(),
            "You took the mean before the root. Asked for is the mean of the deviations.",
        ),
        Mistake(
            lambda pictures: (pictures.amax(1) - pictures.amin(1)).mean(),
            "You took the range, from the smallest to the largest. It grows with the number of latents.",
        ),
    ),
    hints=(
        "The pictures are `(captions, latents, 3, side, side)`. Over which of these does something vary that should "
        "not be kept apart?",
        "`pictures.std(dim=1)` is one deviation for each number of each caption's picture; then a mean over all.",
    ),
    praise="Now it can be caught: a generator that draws one picture for each caption has a spread of 0.",
)

# 16.5: what the second stage is told


def draw_stage(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Small pictures, not square, and more or fewer numbers of each caption than colours."""
    count, colours, meaning = whole(rng, 2, 4), whole(rng, 1, 5), whole(rng, 4, 6)
    height, width = whole(rng, 2, 3), whole(rng, 4, 5)
    return torch.randn(count, colours, height, width, generator=rng), torch.randn(count, meaning, generator=rng)


def everywhere(small: Tensor, meant: Tensor) -> Tensor:
    """The numbers of each caption at every place of its picture."""
    return meant[:, :, None, None].expand(-1, -1, *small.shape[2:])


def tell(small: Tensor, meant: Tensor) -> Tensor:
    return torch.cat([small.detach(), everywhere(small, meant)], dim=1)


def line_by_line(small: Tensor, meant: Tensor) -> Tensor:
    places = small.shape[2] * small.shape[3]
    filled = meant.repeat(1, places).view(len(meant), -1, *small.shape[2:])
    return torch.cat([small.detach(), filled], dim=1)


def in_a_corner(small: Tensor, meant: Tensor) -> Tensor:
    corner = torch.zeros_like(everywhere(small, meant))
    corner[:, :, 0, 0] = meant
    return torch.cat([small.detach(), corner], dim=1)


def enlarged(small: Tensor, meant: Tensor) -> Tensor:
    return tell(small.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3), meant)


@dataclass(frozen=True)
class Remembering(Drawn):
    """The same call with a picture that remembers how it was drawn, and has to go on doing so."""

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        small, meant = copy.deepcopy(self.call.arguments)
        given = small.requires_grad_().clone()
        result = answer(given, meant)
        return result if given.requires_grad else Changed(result, told_place(answer, 0))


def one_pair() -> tuple[Tensor, Tensor]:
    """A black picture of 1 × 2 pixels, and two numbers."""
    return torch.full((1, 3, 1, 2), -1.0), torch.tensor([[5.0, 7.0]])


TOLD = Exercise(
    number="16.5",
    title="Told again",
    name="tell",
    probes=(
        Call("`tell` of a black picture of 1 × 2 pixels and the numbers 5 and 7", one_pair(), tell(*one_pair())),
        *drawn("tell", draw_stage, tell),
        Slopes(draw_stage, tell, at=(0, 1)),
        Remembering("tell", draw_stage, tell),
    ),
    mistakes=(
        Mistake(
            lambda small, meant: torch.cat([small, everywhere(small, meant)], dim=1),
            "All numbers are right, and the gradient runs on through `small` into the first stage. It would learn "
            "with the second, and forget how to draw small pictures. `small.detach()` ends it there.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant.detach()),
            "All numbers are right, and no gradient is left at all. The one that goes into `meant` teaches the second "
            "stage what words mean to it; only the one into `small` is to end.",
        ),
        Mistake(
            lambda small, meant: torch.cat([small, everywhere(small, meant).detach()], dim=1),
            "You cut the gradient off at `meant` and let it run on into `small`: the other way round.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant).flip(1),
            "The order of all channels is turned round: the colours come first, then the numbers, each in its order.",
        ),
        Mistake(
            lambda small, meant: torch.cat([everywhere(small, meant), small.detach()], dim=1),
            "The caption stands before the picture. The colours come first.",
        ),
        Mistake(
            line_by_line,
            "Your numbers of a caption follow one another along the rows of the picture. Each of them is to fill a "
            "channel of its own, the same at every place: repeat along two new axes.",
        ),
        Mistake(
            in_a_corner,
            "Only the first place hears the caption. A convolution sees its neighbours and no further, so each place "
            "has to be told.",
        ),
        Mistake(
            lambda small, meant: small.detach(),
            "This is the picture alone. What was lost or misread in it the second stage can mend only if it is told "
            "the caption again.",
        ),
        Mistake(everywhere, "This is the caption alone. The second stage is to redraw the picture that is there."),
        Mistake(
            lambda small, meant: small.detach() + meant.mean(dim=1)[:, None, None, None],
            "You added the caption to the colours, and then nobody can tell one from the other. Give it channels of "
            "its own.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant.mean(dim=1, keepdim=True)),
            "You told it one number, the mean. Each of the M numbers has a channel.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant.mean(dim=0).expand_as(meant)),
            "You told each picture the mean of all captions of the batch. Each has its own.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant.roll(1, dims=0)),
            "Each picture is told the caption of its neighbour: that is the *wrong* pair of section 4.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant[:1].expand_as(meant)),
            "All pictures are told the caption of the first.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant / small.shape[2:].numel()),
            "You shared the numbers out among the places. Each place is told all of them in full.",
        ),
        Mistake(
            enlarged,
            "You made the pictures larger already. The network does that at its end; here everything has the size of "
            "`small`.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant).flatten(1),
            "This is one row of numbers for each picture. Where something is has to stay: `(N, C + M, h, w)`.",
        ),
        Mistake(
            lambda small, meant: tell(small, meant).movedim(1, -1),
            "The channels come last in yours. PyTorch's convolutions want them second.",
        ),
    ),
    hints=(
        "Two axes more, of height and width, for `meant`; then it can be repeated along both, and stand behind the "
        "colours as further channels.",
        "`meant[:, :, None, None].expand(-1, -1, h, w)` repeats, `torch.cat` along axis 1 joins. And of `small` take "
        "what has no way back to where it came from.",
    ),
    praise="The picture says where things are, the caption what they should be; and the first stage stays as it is.",
)

EXERCISES = (WRONG, NEW, MEANING, SPREAD, TOLD)

QUIZ = (
    Question(
        "A discriminator sees real pictures with their captions, and drawn pictures with the captions they were drawn "
        "for. What can it learn to ignore?",
        key="b",
        options=(
            Option("the pictures", "Drawn pictures look drawn, and that is all it needs to see."),
            Option(
                "the captions",
                "No pair that it sees has a caption that does not fit, so whether one fits never matters.",
            ),
            Option("neither of the two", "What tells real from drawn is in the picture; the caption may go unread."),
            Option("the noise z", "It never sees z."),
        ),
    ),
    Question(
        "“Red hair and a blue shirt”, “blue hair and a red shirt”: what tells these apart?",
        key="d",
        options=(
            Option("the mean of the words' vectors", "Both have the same words, and so the same mean."),
            Option("a longer vector for each word", "However long, the words are the same."),
            Option("the number of words", "Both have as many."),
            Option(
                "a convolution over neighbouring words", "It sees “red hair” in the one, and “red shirt” in the other."
            ),
        ),
    ),
    Question(
        "A network draws 99 % of held-out captions rightly. Each of these captions was said, word for word, of "
        "somebody it learnt from. What is known?",
        key="a",
        options=(
            Option(
                "that it draws what it has seen drawn",
                "Whether it puts known words together anew was not asked.",
            ),
            Option("that it understands captions", "A table of captions and pictures would do as well here."),
            Option("that it has no memory of the pictures", "The opposite may be true, and would explain the number."),
            Option("nothing at all", "It does draw, and finds the right picture for each."),
        ),
    ),
    Question(
        "A generator draws one and the same picture for a caption, whatever z is. What would show this?",
        key="c",
        options=(
            Option("the marks of the judge", "One right picture, a hundred times, has full marks."),
            Option(
                "the standard deviation of all that it draws",
                "It is large, since the captions differ from one another.",
            ),
            Option(
                "how much pictures of one caption differ",
                "Beside it belongs how much real pictures differ of which one caption is true.",
            ),
            Option("the loss of the generator", "A discriminator that looks at one picture at a time cannot object."),
        ),
    ),
    Question(
        "With conditioning augmentation a caption becomes a Gaussian. What keeps the network from making all of these "
        "as narrow as points, and far apart?",
        key="b",
        options=(
            Option("the judge", "Nobody learns from the judge; it only reads."),
            Option(
                "the divergence from the standard normal distribution",
                "It grows when deviations shrink, and when means move away from 0.",
            ),
            Option("the noise z", "Noise that is multiplied by 0 has no say."),
            Option("the wrong captions", "They would rather have captions far apart."),
        ),
    ),
    Question(
        "A first stage drew a frown where a smile was asked for. What does a second stage need in order to mend it?",
        key="d",
        options=(
            Option("the picture in more pixels", "They would show the same frown, larger."),
            Option("a z of its own", "It would smile by chance, or not."),
            Option("the first stage's loss", "That says how sure a discriminator was, and nothing of smiles."),
            Option("the caption, read again", "Only the caption says what should be there instead."),
        ),
    ),
)

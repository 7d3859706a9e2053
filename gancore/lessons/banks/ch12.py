"""Exercises and quiz of chapter 12: maps pooled into features, the untrained control, C by cross-validation, and what
a difference between paired draws is worth."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, adaptive_max_pool2d, interpolate, max_pool2d

from gancore.data.batch import Spec
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, WrongKind, drawn, require_function, whole
from gancore.lessons.quizzes import Option, Question
from gancore.system.random import seeded
from gancore.training.recipes import RECIPES, GANRecipe

# 12.1: maps become features


def pool(maps: Tensor) -> Tensor:
    return adaptive_max_pool2d(maps, 4).flatten(1)


def draw_maps(rng: torch.Generator) -> tuple[Tensor]:
    """Maps whose sides 4 divides or not, and which are not square."""
    count, channels = whole(rng, 2, 4), whole(rng, 2, 5)
    height, width = whole(rng, 5, 9), whole(rng, 10, 14)
    return (torch.randn(count, channels, height, width, generator=rng),)


def counting() -> tuple[Tensor]:
    """One map of 8 × 8 that counts from 0 to 63, row by row."""
    return (torch.arange(64.0).view(1, 1, 8, 8),)


def ends_rounded_down(maps: Tensor) -> Tensor:
    """Four places along each side, none of which shares a row with its neighbour."""
    cuts = [[i * side // 4 for i in range(5)] for side in maps.shape[2:]]
    rows, columns = ([slice(*ends) for ends in pairwise(each)] for each in cuts)
    return torch.stack([maps[:, :, row, column].amax((2, 3)) for row in rows for column in columns], dim=2).flatten(1)


def rest_to_the_last(maps: Tensor) -> Tensor:
    """Places of a quarter of each side, rounded down, of which the last takes what is left."""
    steps = [side // 4 for side in maps.shape[2:]]
    cuts = [[0, step, 2 * step, 3 * step, side] for step, side in zip(steps, maps.shape[2:], strict=True)]
    rows, columns = ([slice(*ends) for ends in pairwise(each)] for each in cuts)
    return torch.stack([maps[:, :, row, column].amax((2, 3)) for row in rows for column in columns], dim=2).flatten(1)


def below_zero() -> tuple[Tensor]:
    """A map of 4 × 4, all of whose numbers are negative, and one of ones."""
    return (torch.stack([-torch.arange(1.0, 17).view(4, 4), torch.ones(4, 4)])[None],)


POOL = Exercise(
    number="12.1",
    title="Sixteen places",
    name="pool",
    probes=(
        Call("`pool` of one map of 8 × 8 that counts from 0 to 63", counting(), pool(*counting())),
        Call("`pool` of a map of 4 × 4 below zero, and one of ones,", below_zero(), pool(*below_zero())),
        *drawn("pool", draw_maps, pool, times=4),
    ),
    mistakes=(
        Mistake(
            lambda maps: adaptive_avg_pool2d(maps, 4).flatten(1),
            "You averaged each place. Asked for is its largest number: how strongly the map answers anywhere in it.",
        ),
        Mistake(
            lambda maps: maps.amax((2, 3)),
            "One number for a whole map says that something is in the image, and no longer where. A 6 and a 9 need "
            "the sixteen places.",
        ),
        Mistake(
            lambda maps: maps.flatten(1),
            "The maps are laid end to end without being pooled: a larger map would give more features than others.",
        ),
        Mistake(
            lambda maps: max_pool2d(maps, 4).flatten(1),
            "You took windows of 4 × 4 numbers. Asked for are 4 × 4 *places*, however large the map is.",
        ),
        Mistake(
            lambda maps: max_pool2d(maps, maps.shape[-1] // 4).flatten(1),
            "You took square windows, a quarter of the width wide. Where 4 does not divide a side, or the map is not "
            "square, these are not 4 × 4 places: each side has its own cuts, and some places are a row longer.",
        ),
        Mistake(
            lambda maps: max_pool2d(maps, (maps.shape[2] // 4, maps.shape[3] // 4)).flatten(1),
            "All your windows are of one size, a quarter of each side, rounded down. Where 4 does not divide a side, "
            "that makes more than four of them: places differ in length, and overlap.",
        ),
        Mistake(
            rest_to_the_last,
            "Your first three places are of one length, a quarter rounded down, and the last takes the rest. Where 4 "
            "does not divide a side, place i begins at i quarters of the *whole* side, and only then is rounded.",
        ),
        Mistake(
            lambda maps: -adaptive_max_pool2d(-maps, 4).flatten(1),
            "These are the smallest numbers of each place. How strongly a map answers, the largest says.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps.amax(1), 4).flatten(1),
            "You took the largest over all maps. Each map looks for something of its own, and has its own sixteen "
            "places.",
        ),
        Mistake(
            ends_rounded_down,
            "Your places begin where they should, and end too early where 4 does not divide a side: the end is rounded "
            "*up*, so that neighbours share a row.",
        ),
        Mistake(
            lambda maps: interpolate(maps, (4, 4)).flatten(1),
            "You took one number of each place, and not the largest in it.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps, 4).permute(0, 2, 3, 1).flatten(1),
            "The numbers are right, in another order: here the channels change first. Asked for are the sixteen places "
            "of the first map, then those of the second.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps, 4).transpose(2, 3).flatten(1),
            "You go through the sixteen places column by column. Asked for is row by row.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps, 4).flatten(),
            "All images of the batch have become one long row. Each needs its own: `flatten(1)` leaves the first "
            "dimension alone.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps.abs(), 4).flatten(1),
            "You pooled the magnitudes. A map that answers with -3 does not answer as one with 3 does.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps.clamp(min=0), 4).flatten(1),
            "What is below zero has been cut off. Where every number of a place is negative, the largest of them is "
            "negative too.",
        ),
        Mistake(
            lambda maps: adaptive_max_pool2d(maps, 4),
            "The places are right. They are to be laid end to end: a row of numbers for each image.",
        ),
    ),
    hints=(
        "Two steps: from `(N, C, H, W)` to `(N, C, 4, 4)`, and from there to `(N, 16 C)`.",
        "`torch.nn.functional.adaptive_max_pool2d` takes the maps and how many places there are to be along a side.",
        "`flatten(1)` lays out all dimensions but the first, and the last one changes fastest.",
    ),
    praise="Whatever the size of a map, sixteen numbers say how strongly it answers, and roughly where.",
)

# 12.2: the control


def control(recipe: GANRecipe, spec: Spec, seed: int) -> nn.Module:
    return recipe.game(spec, seed).discriminator.eval()


@dataclass(frozen=True)
class Untrained:
    """The answer is given a recipe, the `Spec` of images and a seed, and gives a discriminator back.

    The result is two numbers and a list: how many layers there are, how many of them are in training mode, and every
    weight.
    """

    recipe: str
    spec: Spec
    seed: int

    @property
    def given(self) -> tuple[GANRecipe, Spec, int]:
        recipe = RECIPES[self.recipe].change(groups=0)
        assert isinstance(recipe, GANRecipe)
        return recipe, self.spec, self.seed

    @cached_property
    def right(self) -> Any:
        return self.told(control(*self.given))

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        made = answer(*self.given)
        if made is None or made is Ellipsis:
            return None
        if not isinstance(made, nn.Module):
            raise WrongKind("Your function has to give back a network: the discriminator of a game that is new.")
        return self.told(made)

    def told(self, network: nn.Module) -> Any:
        modes = torch.tensor([float(layer.training) for layer in network.modules()])
        weights = [weight.detach().double().flatten() for weight in network.state_dict().values()]
        return [torch.tensor(float(len(modes))), modes.mean(), torch.cat(weights)]

    def complain(self, result: Any) -> str:
        layers, _, weights = self.right
        if not isinstance(result, (list, tuple)) or not torch.equal(result[0].double(), layers.double()):
            return (
                f"This is another network than the discriminator of `{self.recipe}`, which has {int(layers)} parts. "
                "Does yours come from the recipe that your function is given, or from elsewhere in the notebook?"
            )
        if result[2].shape != weights.shape:
            return f"The discriminator has {len(weights):,} numbers for these images, and yours {len(result[2]):,}."
        if not torch.allclose(result[2].double(), weights):
            return (
                f"The network is the right one, and its weights are not those with which a training of "
                f"`{self.recipe}` with seed {self.seed} begins."
            )
        return "The weights are right. But the network, or a part of it, is in training mode."


def built_from_the_seed_itself(recipe: GANRecipe, spec: Spec, seed: int) -> nn.Module:
    with seeded(seed):
        return recipe.build(spec).discriminator.eval()


def all_zero(recipe: GANRecipe, spec: Spec, seed: int) -> nn.Module:
    made = control(recipe, spec, seed)
    for weight in made.state_dict().values():
        weight.zero_()
    return made


CONTROL = Exercise(
    number="12.2",
    title="The control",
    name="control",
    probes=(
        Untrained("dcgan", Spec((1, 28, 28)), 3),
        Untrained("modern", Spec((1, 32, 32)), 12),
        Untrained("dcgan", Spec((1, 32, 32)), 7),
        Untrained("modern", Spec((1, 28, 28)), 5),
        Untrained("cmodern", Spec((3, 28, 28), ("cat", "dog", "hen")), 4),
    ),
    mistakes=(
        Mistake(
            lambda recipe, spec, seed: recipe.game(spec, seed).discriminator,
            "It is the right network, left in training mode. Batch normalisation would then mix up the images of a "
            "batch, so that a digit had other features in other company.",
        ),
        Mistake(
            lambda recipe, spec, seed: recipe.game(spec).discriminator.eval(),
            "The seed has no say: you built the game without it, that is with seed 0. The control is to begin where "
            "the trained network began.",
        ),
        Mistake(
            lambda recipe, spec, seed: recipe.game(spec, seed).generator.eval(),
            "This is the generator. The features are the discriminator's.",
        ),
        Mistake(
            built_from_the_seed_itself,
            "The network is built as it should be, from other random numbers than a training with this seed begins "
            "with. `recipe.game` takes the seed itself, and uses it as the trainer does.",
        ),
        Mistake(
            lambda recipe, spec, seed: recipe.game(spec, 12).discriminator.eval(),
            "These are the first weights for seed 12, the chapter's own, whichever seed your function is given.",
        ),
        Mistake(
            lambda recipe, spec, seed: recipe.build(spec).discriminator.eval(),
            "The network is right, and the seed has no say in its weights: they are drawn anew at every call. "
            "`recipe.game` takes the seed.",
        ),
        Mistake(
            lambda recipe, spec, seed: control(recipe, Spec(spec.shape), seed),
            "The network is built for images without labels. A `spec` says which classes there are, too.",
        ),
        Mistake(
            lambda recipe, spec, seed: RECIPES["modern"].game(spec, seed).discriminator.eval(),
            "This is the discriminator of `modern`, whichever recipe your function is given.",
        ),
        Mistake(
            all_zero,
            "Every weight is 0, and so is every feature. Untrained means random weights, as a training begins with.",
        ),
    ),
    hints=(
        "A training begins with `recipe.game(spec, seed)`: two players that have not moved yet.",
        "Which of the two players is wanted, and in which mode is it to be looked at?",
    ),
    praise="Same layers, same first weights, no round of training: what the trained one does better, it has learnt.",
)

# 12.3: C without the test set

Classify = Callable[[Tensor], Tensor]
Fit = Callable[[Tensor, Tensor, float], Classify]


def ridge(features: Tensor, labels: Tensor, c: float) -> Classify:
    """Least squares with a target for each class; the smaller `c`, the closer to 0 are the weights."""
    classes = torch.eye(3, dtype=features.dtype)[labels]
    weights = torch.linalg.solve(features.T @ features + torch.eye(features.shape[1]) / c, features.T @ classes)
    return lambda others: (others @ weights).argmax(1)


def cross_validate(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
    shares = []
    for c in candidates:
        right = torch.zeros(len(labels))
        for fold in folds.unique():
            out = folds == fold
            right[out] = (fit(features[~out], labels[~out], c)(features[out]) == labels[out]).float()
        shares.append(right.mean())
    return torch.stack(shares)


def draw_folds(rng: torch.Generator, fewest: int = 3, most: int = 5) -> tuple:
    """Three classes that overlap, in some folds of one size, in no order."""
    count, size, width = whole(rng, fewest, most), whole(rng, 7, 9), whole(rng, 4, 7)
    labels = torch.randint(3, (count * size,), generator=rng)
    centres = torch.randn(3, width, generator=rng)
    features = centres[labels] + 1.5 * torch.randn(len(labels), width, generator=rng)
    folds = (torch.arange(len(labels)) % count)[torch.randperm(len(labels), generator=rng)]
    return ridge, features, labels, folds, [1.0, 0.003, 50.0, 0.05][: whole(rng, 3, 4)]


def draw_many_folds(rng: torch.Generator) -> tuple:
    return draw_folds(rng, 6, 7)


def draw_gaps(rng: torch.Generator) -> tuple:
    """The same, where folds are numbered 1, 4, 7 and so on."""
    fit, features, labels, folds, candidates = draw_folds(rng)
    return fit, features, labels, 3 * folds + 1, candidates


def draw_unequal(rng: torch.Generator) -> tuple:
    """The same, where the last fold has twice as many examples as any other."""
    fit, features, labels, _, candidates = draw_folds(rng)
    folds = (torch.arange(len(labels)) % 4).clamp(max=2)[torch.randperm(len(labels), generator=rng)]
    return fit, features, labels, folds, candidates


def every_fold_alike(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
    """The mean over folds, whatever their sizes."""
    each = [folds == fold for fold in folds.unique()]
    shares = [
        torch.stack(
            [(fit(features[~out], labels[~out], c)(features[out]) == labels[out]).float().mean() for out in each]
        )
        for c in candidates
    ]
    return torch.stack(shares).mean(1)


def graded_on_what_it_learnt(
    fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]
) -> Tensor:
    return torch.stack([(fit(features, labels, c)(features) == labels).float().mean() for c in candidates])


def counted(
    fit: Fit, features: Tensor, labels: Tensor, pairs: list[tuple[Tensor, Tensor]], candidates: list[float]
) -> Tensor:
    """Which share of all that was asked is right, where the first of each pair is learnt from and the second asked."""
    shares = []
    for c in candidates:
        right = [fit(features[some], labels[some], c)(features[asked]) == labels[asked] for some, asked in pairs]
        shares.append(torch.cat(right).float().mean())
    return torch.stack(shares)


def turned_round_and_counted(
    fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]
) -> Tensor:
    pairs = [(folds == fold, folds != fold) for fold in folds.unique()]
    return counted(fit, features, labels, pairs, candidates)


def rest_counted(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
    pairs = [(folds != fold, folds != fold) for fold in folds.unique()]
    return counted(fit, features, labels, pairs, candidates)


def holding_out(which: Callable[[Tensor], Any]) -> Callable:
    """An answer that holds out the folds that `which` names, and no others; all examples are counted."""

    def answer(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
        pairs = [(folds != fold, folds == fold) for fold in which(folds)]
        asked = sum(int(held.sum()) for _, held in pairs)
        return counted(fit, features, labels, pairs, candidates) * asked / len(labels)

    return answer


def best_candidate(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> float:
    return candidates[int(cross_validate(fit, features, labels, folds, candidates).argmax())]


def turned_round(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
    shares = []
    for c in candidates:
        each = []
        for fold in folds.unique():
            kept = folds == fold
            each.append((fit(features[kept], labels[kept], c)(features[~kept]) == labels[~kept]).float().mean())
        shares.append(torch.stack(each).mean())
    return torch.stack(shares)


def first_fold(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
    out = folds == folds.min()
    held = (fit(features[~out], labels[~out], c)(features[out]) == labels[out] for c in candidates)
    return torch.stack([right.float().mean() for right in held])


def rest_graded(fit: Fit, features: Tensor, labels: Tensor, folds: Tensor, candidates: list[float]) -> Tensor:
    shares = []
    for c in candidates:
        each = []
        for fold in folds.unique():
            kept = folds != fold
            each.append((fit(features[kept], labels[kept], c)(features[kept]) == labels[kept]).float().mean())
        shares.append(torch.stack(each).mean())
    return torch.stack(shares)


CHOOSE = Exercise(
    number="12.3",
    title="C without the test set",
    name="cross_validate",
    probes=(
        *drawn("cross_validate", draw_folds, cross_validate, times=5),
        *drawn("cross_validate", draw_unequal, cross_validate, times=2),
        *drawn("cross_validate", draw_many_folds, cross_validate, times=2),
        *drawn("cross_validate", draw_gaps, cross_validate, times=1),
    ),
    mistakes=(
        Mistake(
            graded_on_what_it_learnt,
            "Each value of C is graded on examples that were among those it learnt from. So the loosest weights look "
            "best, however badly they do on others.",
        ),
        Mistake(
            rest_graded,
            "A fold is held out, and then the grade is taken on the other folds, from which was learnt.",
        ),
        Mistake(
            turned_round,
            "You learnt from the fold and graded on the rest: the other way round.",
        ),
        Mistake(
            lambda fit, features, labels, folds, candidates: (
                (len(folds.unique()) - 1) * turned_round_and_counted(fit, features, labels, folds, candidates)
            ),
            "You learnt from one fold and graded on all others: the other way round.",
        ),
        Mistake(
            lambda fit, features, labels, folds, candidates: (
                (len(folds.unique()) - 1) * rest_counted(fit, features, labels, folds, candidates)
            ),
            "You graded on the folds that were learnt from, and counted each example several times. The one that was "
            "held out is to be graded, and it alone.",
        ),
        Mistake(
            lambda *given: cross_validate(*given).cumsum(0),
            "The count of right answers goes on from one candidate to the next: it begins anew with each.",
        ),
        Mistake(
            turned_round_and_counted,
            "You learnt from one fold and graded on all others: the other way round, so that too little is learnt "
            "from, and every example is graded more than once.",
        ),
        Mistake(
            rest_counted,
            "You graded on the folds that were learnt from. The one that was held out is to be graded, and it alone.",
        ),
        Mistake(
            every_fold_alike,
            "You averaged the shares of the folds. Where folds differ in size, an example of a small one then counts "
            "more: asked for is the share of all *examples*.",
        ),
        Mistake(
            best_candidate,
            "This is the best candidate itself. Asked for is the share of right answers for each one, in their order.",
        ),
        Mistake(
            holding_out(lambda folds: folds.unique()[:-1]),
            "The last fold is never held out: `range(n)` ends before n. Every fold has its turn.",
        ),
        Mistake(
            holding_out(lambda folds: range(5)),
            "You hold out the folds from 0 to 4, and no others. Which there are is in `folds`.",
        ),
        Mistake(
            holding_out(lambda folds: range(len(folds.unique()))),
            "You take the folds to be numbered from 0 without gaps. Here the first may be 1, and the next one 4: "
            "`folds.unique()` has the numbers that occur.",
        ),
        Mistake(first_fold, "One fold only was held out. Each is, in its turn, and every example is graded once."),
        Mistake(
            lambda fit, features, labels, folds, candidates: first_fold(
                fit, features, labels, folds.max() - folds, candidates
            ),
            "Only the last fold counts here. Does the loop over folds begin anew instead of adding up?",
        ),
        Mistake(
            lambda fit, features, labels, folds, candidates: cross_validate(
                fit, features, labels, folds, [1 / c for c in candidates]
            ),
            "`fit` was given 1 / C. A small C already means a strong pull to 0.",
        ),
        Mistake(
            lambda *given: 1 - cross_validate(*given),
            "These are the shares that are *wrong*.",
        ),
        Mistake(
            lambda fit, features, labels, folds, candidates: (
                len(labels) * cross_validate(fit, features, labels, folds, candidates)
            ),
            "These are numbers of right answers. Asked for are shares, from 0 to 1.",
        ),
        Mistake(
            lambda *given: cross_validate(*given).max(),
            "This is the best share alone. Asked for is the share for each candidate, in their order.",
        ),
    ),
    hints=(
        "Two loops: over the candidates, and inside it over the folds. `folds == 2` holds for those in one fold.",
        "Within the inner loop: `fit` on the examples outside of the fold, classify those inside it, and compare with "
        "their labels.",
        "In the end every labelled example has been classified once by somebody who had not seen it. The share of "
        "right answers among all of them belongs to this candidate.",
    ),
    praise="C is chosen by labels that are paid for, and the test set stays closed until the end.",
)

# 12.4: a difference between paired draws


def gain(ours: Tensor, control: Tensor) -> tuple[Tensor, Tensor]:
    differences = ours - control
    return differences.mean(), differences.std() / len(differences) ** 0.5


def draw_accuracies(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Accuracies in per cent of two networks with the same labels: good labels help both, and either may be ahead."""
    draws = whole(rng, 6, 12)
    luck = 75 + 4 * torch.randn(draws, generator=rng)
    return luck + 1 + torch.randn(draws, generator=rng), luck + torch.randn(draws, generator=rng)


HAND = torch.tensor([76.0, 82.0, 85.0, 81.0]), torch.tensor([74.0, 80.0, 81.0, 77.0])


def unpaired(ours: Tensor, control: Tensor) -> tuple[Tensor, Tensor]:
    return (ours - control).mean(), ((ours.var() + control.var()) / len(ours)) ** 0.5


GAIN = Exercise(
    number="12.4",
    title="What a difference is worth",
    name="gain",
    probes=(
        Call("`gain` of four draws, by 2, 2, 4 and 4 points,", HAND, gain(*HAND)),
        *drawn("gain", draw_accuracies, gain, times=3),
    ),
    mistakes=(
        Mistake(
            unpaired,
            "You added up the spreads of both. But a draw of good labels helps both networks, and that luck cancels "
            "in each difference: take the spread of the differences.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).std()),
            "That is the spread of single draws. Their mean is surer: divide by the root of how many there are.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).std() * len(ours) ** 0.5),
            "You multiplied by the root of how many draws there are. The mean of many is surer: divide by it.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).std() / len(ours)),
            "You divided by the number of draws. It is its root that counts.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).std(correction=0) / len(ours) ** 0.5),
            "The deviation is taken about the mean of the same few numbers, which makes it too small: divide the sum "
            "of squares by one less than how many there are, as `std()` does by itself.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).var() / len(ours)),
            "Your second number is the square of the standard error.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).var() / len(ours) ** 0.5),
            "You divided the *variance* of the differences by the root. It is their standard deviation that belongs "
            "there.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).std() / (len(ours) - 1) ** 0.5),
            "You took one off the number of draws twice: `std()` does it inside. The root is of all of them.",
        ),
        Mistake(
            lambda ours, control: ((ours - control).mean(), (ours - control).var()),
            "Your second number is the variance of the differences, and not the standard error of their mean.",
        ),
        Mistake(
            lambda ours, control: gain((ours - control).abs(), torch.zeros_like(ours)),
            "You took absolute values. In some draws the control is ahead, and these differences count as negative.",
        ),
        Mistake(
            lambda ours, control: gain(control, ours),
            "The sign is the other way round: a gain is what `ours` has more than the control.",
        ),
        Mistake(
            lambda ours, control: (ours.mean() - control.mean(), ours.std() / len(ours) ** 0.5),
            "The standard error is that of `ours` alone, and not of the differences.",
        ),
    ),
    hints=(
        "Both were given the same labels, draw by draw. So begin with one difference for each draw.",
        "The standard error of a mean of n numbers is their standard deviation over the root of n.",
    ),
    praise="Several standard errors are hardly luck in the choice of labels. D's own seed is another matter.",
)

EXERCISES = (POOL, CONTROL, CHOOSE, GAIN)

QUIZ = (
    Question(
        "Features of a trained D, with logistic regression on 100 labels, read 83 % of the exam; pixels read 75 %. "
        "What does that say of D's training?",
        key="c",
        options=(
            Option(
                "that it has taught D eight points' worth about classes",
                "An untrained D may have some of these points already, or none: nobody has looked.",
            ),
            Option(
                "that its training helps, since a difference of eight points on a thousand digits is no chance",
                "It is no chance, and may still be the doing of convolutions and pooling alone.",
            ),
            Option(
                "nothing, before the same D untrained has sat the exam",
                "The untrained twin shares everything with it but the training.",
            ),
            Option(
                "nothing, since D was trained to tell real from drawn", "What it was trained for decides nothing here."
            ),
        ),
    ),
    Question(
        "Radford et al. lay 28,672 numbers end to end for each image, from all convolutional layers of D, whose maps "
        "are pooled to 4 × 4 places. How many maps are that, and of which images?",
        key="b",
        options=(
            Option("28,672 maps, of the labelled images", "Each map gives sixteen numbers."),
            Option(
                "1,792 maps, of the labelled images",
                "Each map gives sixteen numbers, and 28,672 / 16 = 1,792. The images are real ones.",
            ),
            Option(
                "1,792 maps, of the labelled images and of as many generated ones",
                "Generated images have no labels, and nothing can be learnt from them here.",
            ),
            Option(
                "597 maps for each image that D takes for real",
                "Real or drawn is what D says in the end; here it is not asked.",
            ),
        ),
    ),
    Question(
        "A D with batch normalisation is left in training mode while the exam is turned into features, 500 digits at a "
        "time. What goes wrong?",
        key="a",
        options=(
            Option(
                "A digit's features depend on the other 499.",
                "Each is normalised with the mean and spread of its batch, which hides what a batch has in common.",
            ),
            Option("D goes on learning from the exam, since it has an optimiser.", "No step of an optimiser is taken."),
            Option(
                "Nothing, as long as gradients are switched off.",
                "Without gradients, batch norm still mixes the batch.",
            ),
            Option("The features are right, and take longer to compute.", "They are other numbers."),
        ),
    ),
    Question(
        "Ten labels. Method A is right in 45 %, method B in 48 %, each in one draw of its own. Which is better?",
        key="d",
        options=(
            Option(
                "B, by three points.", "Two draws of ten labels differ by more than that with one and the same method."
            ),
            Option("A, if it has fewer features.", "How many features there are is no grade."),
            Option(
                "B, if both sat the same exam, and that is large enough for three points.",
                "The exam's size does not help: which ten digits were labelled is luck of another kind.",
            ),
            Option("Nobody can say: give both the same draws, several times.", "Then the luck of the draw cancels."),
        ),
    ),
    Question(
        "A hundred values of C are tried on the exam, and the best result is reported. What is it worth?",
        key="b",
        options=(
            Option(
                "It is fair, if all methods may do the same.", "Then all are flattered, and not by the same amount."
            ),
            Option(
                "It is too high, by an amount that nobody knows.",
                "The exam has helped to learn; only another one could tell.",
            ),
            Option(
                "It is too low, since C was chosen without the labels that are paid for.",
                "To choose by the exam can only flatter.",
            ),
            Option("It is fair, since C is one number and the exam has a thousand digits.", "A small leak is a leak."),
        ),
    ),
    Question(
        "With 100 labels a small network reads more digits than a probe on D's features. What had it been told?",
        key="d",
        options=(
            Option("more digits: it was trained for longer", "It has seen a hundred, and D 4,000."),
            Option("the labels of the other 3,900", "Nobody was told them."),
            Option("the exam, since its batches are shuffled", "The exam is not among them."),
            Option(
                "that a digit stays the same when it is moved", "It was shown each one shifted, turned and resized."
            ),
        ),
    ),
)

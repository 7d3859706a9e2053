"""Exercises and quiz of chapter 13: balanced accuracy, repeated after the split, a step of SMOTE, new or copied."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gancore.lessons.comparing import Changed, tidy
from gancore.lessons.diagnosing import Case
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Drawn, WrongKind, drawn, whole
from gancore.lessons.quizzes import Option, Question

# 13.1: balanced accuracy


def balanced_accuracy(predicted: Tensor, labels: Tensor) -> Tensor:
    right = (predicted == labels).double()
    return torch.stack([right[labels == label].mean() for label in labels.unique()]).mean()


def draw_answers(rng: torch.Generator, last: int = 9) -> tuple[Tensor, Tensor]:
    """Labels of some of the classes up to `last`, one of them frequent, and answers which also name classes that do not
    occur."""
    classes = torch.cat([1 + torch.randperm(last - 1, generator=rng)[: whole(rng, 1, 3)], torch.tensor([0, last])])
    counts = torch.tensor([whole(rng, 20, 30), *(whole(rng, 3, 9) for _ in classes[1:])])
    labels = classes.repeat_interleave(counts)
    errs = torch.rand(len(labels), generator=rng) < torch.linspace(0.15, 0.6, len(labels))
    other = torch.randint(last + 1, (len(labels),), generator=rng)
    return torch.where(errs, other, labels), labels


def draw_of_thirteen(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    return draw_answers(rng, last=12)


NINE_OF_TEN = torch.zeros(10, dtype=torch.int64), torch.tensor([0] * 9 + [1])


def accuracy(predicted: Tensor, labels: Tensor) -> Tensor:
    return (predicted == labels).double().mean()


def over_ten(predicted: Tensor, labels: Tensor) -> Tensor:
    return balanced_accuracy(predicted, labels) * len(labels.unique()) / 10


def over_all_numbers(predicted: Tensor, labels: Tensor) -> Tensor:
    return balanced_accuracy(predicted, labels) * len(labels.unique()) / (labels.max() + 1)


def first_ten(predicted: Tensor, labels: Tensor) -> Tensor:
    return balanced_accuracy(predicted[labels < 10], labels[labels < 10])


def over_all_named(predicted: Tensor, labels: Tensor) -> Tensor:
    named = torch.cat([predicted, labels]).unique()
    return balanced_accuracy(predicted, labels) * len(labels.unique()) / len(named)


def precision(predicted: Tensor, labels: Tensor) -> Tensor:
    right = (predicted == labels).double()
    return torch.stack([right[predicted == label].mean() for label in predicted.unique()]).mean()


def of_the_rarest(predicted: Tensor, labels: Tensor) -> Tensor:
    right, classes = (predicted == labels).double(), labels.unique(return_counts=True)
    return right[labels == classes[0][classes[1].argmin()]].mean()


def worst(predicted: Tensor, labels: Tensor) -> Tensor:
    right = (predicted == labels).double()
    return torch.stack([right[labels == label].mean() for label in labels.unique()]).min()


def one_against_the_rest(predicted: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([accuracy(predicted == label, labels == label) for label in labels.unique()]).mean()


def with_precision(predicted: Tensor, labels: Tensor) -> Tensor:
    return (balanced_accuracy(predicted, labels) + precision(predicted, labels)) / 2


def of_those_named(predicted: Tensor, labels: Tensor) -> Tensor:
    right = (predicted == labels).double()
    both = [label for label in labels.unique() if label in predicted]
    return torch.stack([right[labels == label].mean() for label in both]).mean()


def not_by_chance(predicted: Tensor, labels: Tensor) -> Tensor:
    chance = 1 / len(labels.unique())
    return (balanced_accuracy(predicted, labels) - chance) / (1 - chance)


def over_answered(predicted: Tensor, labels: Tensor) -> Tensor:
    right = (predicted == labels).double()
    return torch.stack([right[predicted == label].mean() for label in labels.unique()]).mean()


def of_those_found(predicted: Tensor, labels: Tensor) -> Tensor:
    right = (predicted == labels).double()
    found = torch.stack([right[labels == label].mean() for label in labels.unique()])
    return found[found > 0].mean()


def told_of_nan(cases: list[Case]) -> str:
    if not any(bool(case.result.isnan().any()) for case in cases):
        return ""
    return "`nan` is the mean of no examples: a class that does not occur among the labels must not be asked about."


BALANCED = Exercise(
    number="13.1",
    title="Balanced accuracy",
    name="balanced_accuracy",
    probes=(
        Call("`balanced_accuracy` of ten answers 0, where nine labels are 0 and one is 1,", NINE_OF_TEN, 0.5),
        Call(
            "`balanced_accuracy` of the answers 0, 1, 1 and 0 to the labels 0, 0, 2 and 1",
            (torch.tensor([0, 1, 1, 0]), torch.tensor([0, 0, 2, 1])),
            1 / 6,
        ),
        *drawn("balanced_accuracy", draw_answers, balanced_accuracy, times=4),
        *drawn("balanced_accuracy", draw_of_thirteen, balanced_accuracy, times=1),
    ),
    mistakes=(
        Mistake(
            accuracy,
            "This is accuracy: the share of all examples that are right. A rare class has next to no say in it.",
        ),
        Mistake(
            over_ten,
            "You divided by ten. A class that does not occur among the labels has no recall, neither 0 nor 1: average "
            "over those that occur.",
        ),
        Mistake(
            over_all_numbers,
            "You counted all numbers up to the largest label. A class that does not occur among the labels has no "
            "recall, neither 0 nor 1: average over those that occur.",
        ),
        Mistake(
            first_ten,
            "You went through ten classes, from 0 to 9, and labels may go further. Which classes there are is in "
            "`labels`.",
        ),
        Mistake(
            over_all_named,
            "You counted classes that were answered but do not occur among the labels. They have no recall; go through "
            "the classes of `labels` alone.",
        ),
        Mistake(
            precision,
            "You divided by how often a class was *answered*. That is precision. Recall asks, of the examples that "
            "belong to a class, how many were found.",
        ),
        Mistake(
            over_answered,
            "You divided by how often a class was *answered*: `nan` comes of one that occurs and never was. Recall "
            "asks, of the examples that belong to a class, how many were found.",
        ),
        Mistake(
            of_those_found,
            "You left out recalls of 0. A class that occurs and is never found has a recall, 0, and it counts.",
        ),
        Mistake(
            worst, "This is the recall of the class that is read worst. Asked for is the mean over all that occur."
        ),
        Mistake(
            one_against_the_rest,
            "For each class you took the share of *all* examples that are rightly said to belong to it or not. Recall "
            "looks at the examples of the class alone.",
        ),
        Mistake(with_precision, "You averaged recall and precision. Asked for is the recall alone."),
        Mistake(
            of_those_named,
            "You went through the classes that were *answered*. One that occurs and is never named has a recall of 0, "
            "and it counts.",
        ),
        Mistake(
            lambda predicted, labels: balanced_accuracy(predicted, labels) * len(labels.unique()),
            "You added the recalls up. Divide by how many classes occur among the labels.",
        ),
        Mistake(of_the_rarest, "This is the recall of the rarest class alone. Average over all that occur."),
        Mistake(
            not_by_chance,
            "You took away what guessing would reach, as some programs do when they are asked to. Leave it in.",
        ),
    ),
    hints=(
        "For each class that occurs in `labels`: of its examples, the share that was answered right. Then the mean.",
        "`labels.unique()` gives the classes; `(predicted == labels)[labels == label]` says of one class what was "
        "right. Make numbers of them with `.double()` before `.mean()`.",
    ),
    praise="Every class has one vote, however many examples it has.",
    diagnose=told_of_nan,
)

# 13.2: repeated after the split


def balanced_training(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    most = max(map(len, members))
    return torch.cat([each[torch.arange(most) % len(each)] for each in members])


def in_order(result: Any) -> Any:
    """Places in ascending order, since a training set has none; whatever else comes back stays as it is."""
    if isinstance(result, Changed):
        return Changed(in_order(result.result), result.argument)
    if isinstance(result, Tensor) and result.is_floating_point() and result.numel():
        raise WrongKind("Your places are floats, and floats are no index into a tensor: places are whole numbers.")
    found = tidy(result)
    return found.flatten().sort().values.view_as(found) if isinstance(found, Tensor) else result


class InAnyOrder(Call):
    """A call whose result may come in any order."""

    def ask(self, answer: Any) -> Any:
        return in_order(super().ask(answer))


@dataclass(frozen=True)
class DrawnInAnyOrder(Drawn):
    @property
    def right(self) -> Any:
        return in_order(super().right)

    def ask(self, answer: Any) -> Any:
        return in_order(super().ask(answer))


def draw_split(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Labels of three classes, mixed; the class with the most examples is not the one with the most to train on."""
    counts = whole(rng, 10, 12), whole(rng, 8, 9), whole(rng, 4, 5)
    kept = whole(rng, 4, 5), whole(rng, 6, 7), 2
    labels = torch.cat([torch.full((count,), label) for label, count in enumerate(counts)])
    held = torch.cat([torch.arange(count) >= keep for count, keep in zip(counts, kept, strict=True)])
    order = torch.randperm(len(labels), generator=rng)
    return labels[order], held[order]


def by_hand() -> tuple[Tensor, Tensor]:
    """Four of class 0 and two of class 1; one of each is held out."""
    return torch.tensor([0, 1, 0, 0, 1, 0]), torch.tensor([False, False, False, True, True, False])


def nothing_held_out() -> tuple[Tensor, Tensor]:
    return torch.tensor([1, 1, 1, 0]), torch.zeros(4, dtype=torch.bool)


def with_gaps() -> tuple[Tensor, Tensor]:
    """Classes that do not count up from 0."""
    return torch.tensor([7, 2, 7, 12]), torch.zeros(4, dtype=torch.bool)


def of(members: list[Tensor], most: int) -> Tensor:
    return torch.cat([each[torch.arange(most) % len(each)] for each in members])


def leaking(labels: Tensor, held_out: Tensor) -> Tensor:
    return balanced_training(labels, torch.zeros_like(held_out))


def filtered_afterwards(labels: Tensor, held_out: Tensor) -> Tensor:
    everything = leaking(labels, held_out)
    return everything[~held_out[everything]]


def as_many_as_before(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    return of(members, int(torch.bincount(labels).max()))


def cut_down(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    return of(members, min(map(len, members)))


def of_those_held_out(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & held_out)[0] for label in labels[held_out].unique()]
    return of(members, max(map(len, members)))


def not_repeated(labels: Tensor, held_out: Tensor) -> Tensor:
    return torch.where(~held_out)[0]


def labels_of_them(labels: Tensor, held_out: Tensor) -> Tensor:
    return labels[balanced_training(labels, held_out)]


def places_among_the_rest(labels: Tensor, held_out: Tensor) -> Tensor:
    return balanced_training(labels[~held_out], torch.zeros(int((~held_out).sum()), dtype=torch.bool))


def first_again_and_again(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    most = max(map(len, members))
    return torch.cat([torch.cat([each, each[:1].repeat(most - len(each))]) for each in members])


def too_few_copies(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    most = max(map(len, members))
    return torch.cat([each.repeat(most // len(each)) for each in members])


def one_of_each_too_many(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    return of(members, max(map(len, members)) + 1)


def in_blocks(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    most = max(map(len, members))
    return torch.cat([each.repeat_interleave(-(-most // len(each)))[:most] for each in members])


def whole_copies(labels: Tensor, held_out: Tensor) -> Tensor:
    members = [torch.where((labels == label) & ~held_out)[0] for label in labels.unique()]
    most = max(map(len, members))
    return torch.cat([each.repeat(-(-most // len(each))) for each in members])


REPEAT = Exercise(
    number="13.2",
    title="Repeat after the split",
    name="balanced_training",
    probes=(
        InAnyOrder("`balanced_training` of six examples", by_hand(), torch.tensor([0, 1, 1, 1, 2, 5])),
        InAnyOrder("`balanced_training` with nothing held out", nothing_held_out(), torch.tensor([0, 1, 2, 3, 3, 3])),
        InAnyOrder("`balanced_training` of the classes 2, 7 and 12", with_gaps(), torch.tensor([0, 1, 1, 2, 3, 3])),
        *(DrawnInAnyOrder("balanced_training", draw_split, balanced_training, seed) for seed in range(4)),
    ),
    mistakes=(
        Mistake(
            leaking,
            "Held-out examples are among those that you train on. This is the leak: copies of one example on both "
            "sides of the split, and a test that asks what was learnt by heart.",
        ),
        Mistake(
            filtered_afterwards,
            "You repeated everything first, and took the held-out ones away afterwards. Nothing leaks, but the classes "
            "are no longer equal: some had more copies to lose.",
        ),
        Mistake(
            as_many_as_before,
            "Every class is as large as the largest was *before* the split. Count what is left to train on.",
        ),
        Mistake(
            cut_down,
            "You cut every class down to the rarest one. That is undersampling: it throws away examples that you have.",
        ),
        Mistake(of_those_held_out, "You took those that are held out, and left those to train on."),
        Mistake(not_repeated, "Nothing held out is among them; but the rare classes are as rare as they were."),
        Mistake(
            lambda labels, held_out: ~held_out,
            "This says of each example whether it may be trained on. Asked for are places, the rare ones several "
            "times.",
        ),
        Mistake(labels_of_them, "These are labels. Asked for are the places of the examples."),
        Mistake(
            places_among_the_rest,
            "You counted places after the held-out examples were taken away. Asked for are places in `labels` as it "
            "came: whoever looks them up there finds other examples.",
        ),
        Mistake(
            first_again_and_again,
            "The classes are equal, but you filled up with one and the same example. Go through them in turn.",
        ),
        Mistake(
            too_few_copies,
            "Each class is repeated a whole number of times, rounded down, so that some stay smaller than the largest. "
            "Begin again, and stop in the middle where need be.",
        ),
        Mistake(one_of_each_too_many, "Each class has one example more than the largest has left."),
        Mistake(
            in_blocks,
            "You repeated each example several times in a row before going on to the next, and the last ones come too "
            "seldom. In turn means: once each, and then from the first again.",
        ),
        Mistake(
            whole_copies,
            "Each class is repeated as a whole, so that some end up larger than the largest. Stop when it is reached.",
        ),
    ),
    hints=(
        "First take away what is held out, then count, then repeat. The places of one class that are left: "
        "`torch.where((labels == label) & ~held_out)[0]`.",
        "A class with n places fills `most` of them by `places[torch.arange(most) % n]`, which begins again after the "
        "last one.",
    ),
    praise="What is held out is seen by nobody, and every class is as frequent as any other.",
)

# 13.3: a step of SMOTE


def between_neighbours(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    distances = torch.cdist(examples[start][None], examples)[0]
    distances[start] = torch.inf
    neighbour = examples[distances.argsort()[which]]
    return examples[start] + way * (neighbour - examples[start])


def draw_step(rng: torch.Generator) -> tuple[Tensor, int, int, float]:
    count, width = whole(rng, 5, 8), whole(rng, 2, 4)
    examples = 2 * torch.randn(count, width, generator=rng)
    way = round(0.1 + 0.3 * float(torch.rand((), generator=rng)), 2)
    return examples, whole(rng, 1, count - 2), whole(rng, 1, 2), way


FOUR = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 1.0], [9.0, 9.0]])
TWICE = torch.tensor([[0.0, 0.0], [0.0, 0.0], [3.0, 0.0], [0.0, 5.0]]), 0, 1, 0.5


def itself_first(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    distances = torch.cdist(examples[start][None], examples)[0]
    neighbour = examples[distances.argsort()[which]]
    return examples[start] + way * (neighbour - examples[start])


def from_the_other_end(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    return between_neighbours(examples, start, which, 1 - way)


def beyond(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    return between_neighbours(examples, start, which, -way)


def any_example(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    return examples[start] + way * (examples[which] - examples[start])


def furthest_first(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    distances = torch.cdist(examples[start][None], examples)[0]
    neighbour = examples[distances.argsort(descending=True)[which]]
    return examples[start] + way * (neighbour - examples[start])


def others_in_order(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    others = torch.cat([examples[:start], examples[start + 1 :]])
    return examples[start] + way * (others[which] - examples[start])


def one_further(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    return between_neighbours(examples, start, min(which + 1, len(examples) - 2), way)


def by_products(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    likeness = examples @ examples[start]
    likeness[start] = -torch.inf
    return examples[start] + way * (examples[likeness.argsort(descending=True)[which]] - examples[start])


def of_length_way(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    step = between_neighbours(examples, start, which, 1.0) - examples[start]
    return examples[start] + way * step / step.norm().clamp_min(1e-9)


def the_neighbour(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    return between_neighbours(examples, start, which, 1.0)


def added(examples: Tensor, start: int, which: int, way: float) -> Tensor:
    return examples[start] + way * between_neighbours(examples, start, which, 1.0)


SMOTE = Exercise(
    number="13.3",
    title="A step of SMOTE",
    name="between_neighbours",
    probes=(
        Call("`between_neighbours` a quarter of the way from (0, 0) to (0, 1)", (FOUR, 0, 0, 0.25), [0.0, 0.25]),
        Call("`between_neighbours` half-way from (4, 0) to its second neighbour", (FOUR, 1, 1, 0.5), [2.0, 0.5]),
        Call("`between_neighbours` with way 0", (FOUR, 2, 0, 0.0), [0.0, 1.0]),
        Call(
            "`between_neighbours` half-way from (0, 0), which is there twice, to its second neighbour",
            TWICE,
            [1.5, 0.0],
        ),
        *drawn("between_neighbours", draw_step, between_neighbours, times=4),
    ),
    mistakes=(
        Mistake(
            itself_first,
            "The nearest of all examples is the one you start from, at distance 0. It is not its own neighbour.",
        ),
        Mistake(from_the_other_end, "You went the share `way` from the neighbour towards the start. Begin at `start`."),
        Mistake(beyond, "You went away from the neighbour. SMOTE stays between the two."),
        Mistake(
            any_example,
            "`which` counts neighbours, from the nearest; you took it for a place among the examples. Between two that "
            "are far apart lies nothing that belongs to the class.",
        ),
        Mistake(
            others_in_order,
            "You left out the example you start from, and then took the others as they come in the list. `which` "
            "counts them from the nearest.",
        ),
        Mistake(
            one_further,
            "You took a neighbour too far: `which` 0 is the nearest. Was the start itself left out twice?",
        ),
        Mistake(furthest_first, "You sorted from far to near: `which` 0 is the *nearest* neighbour."),
        Mistake(
            the_neighbour, "You went all the way, to the neighbour itself; only the share `way` of it is asked for."
        ),
        Mistake(
            by_products,
            "You took the largest inner product for the nearest. A product grows with the length of both, however far "
            "apart they are; near is what has a small *distance*.",
        ),
        Mistake(
            of_length_way,
            "Your step has the length `way`, whatever the distance of the neighbour is. It should be the share `way` "
            "of that distance.",
        ),
        Mistake(
            lambda examples, start, which, way: between_neighbours(examples, start, which, way) - examples[start],
            "This is the step alone. It begins at the example at `start`, and that has to be added.",
        ),
        Mistake(
            lambda examples, start, which, way: float(
                torch.cdist(examples[start][None], examples)[0].argsort()[1:][which]
            ),
            "This is the place of the neighbour. Asked for is a new example between the two.",
        ),
        Mistake(added, "You added a share of the neighbour, not a share of the *difference* to it."),
    ),
    hints=(
        "Distances from the start to all examples; its own set to infinity; sorted; the neighbour taken; a step to it.",
        "`distances.argsort()[which]` is the place of the neighbour. A step from a towards b is a + way · (b - a).",
    ),
    praise="A new point on the line between two old ones, and for pixels, one picture laid over another.",
)

# 13.4: new, or copied


def copied(made: Tensor, originals: Tensor) -> Tensor:
    between = torch.cdist(originals, originals).fill_diagonal_(torch.inf)
    return torch.cdist(made, originals).amin(1) < between.min()


def draw_made(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Originals that are well apart; one exact copy, close ones, and some that are far from all."""
    width, count = whole(rng, 3, 5), whole(rng, 5, 7)
    originals = whole(rng, 4, 6) * torch.randn(count, width, generator=rng)
    smallest = torch.cdist(originals, originals).fill_diagonal_(torch.inf).min()
    steps = torch.randn(9, width, generator=rng)
    lengths = smallest * torch.tensor([0.0, 0.1, 0.45, 0.6, 0.85, 1.3, 1.7, 2.5, 4.0])
    starts = originals[torch.randint(count, (9,), generator=rng)]
    made = starts + lengths[:, None] * steps / steps.norm(dim=1, keepdim=True)
    clear = (torch.cdist(made, originals).amin(1) / smallest - 1).abs() > 0.05  # none hangs on rounding
    made = made[clear]  # the first a copy, the last far from all, and the others mixed
    middle = 1 + torch.randperm(len(made) - 2, generator=rng)
    return torch.cat([made[:1], made[middle], made[-1:]]), originals


LINE = torch.tensor([[0.0], [1.0], [3.0]])
TWO = torch.tensor([[0.5], [-0.4], [0.9], [3.0]]), torch.tensor([[0.0], [1.0]])
ON_A_LINE = torch.tensor([[0.1], [0.9], [4.5], [-1.2], [3.0], [4.0], [3.9]]), LINE  # 4 is just as far as 0 is from 1


def below_mean(made: Tensor, originals: Tensor) -> Tensor:
    between = torch.cdist(originals, originals)
    apart = between[~torch.eye(len(originals), dtype=torch.bool)]
    return torch.cdist(made, originals).amin(1) < apart.mean()


def below_largest(made: Tensor, originals: Tensor) -> Tensor:
    return torch.cdist(made, originals).amin(1) < torch.cdist(originals, originals).max()


def far_from_all(made: Tensor, originals: Tensor) -> Tensor:
    between = torch.cdist(originals, originals).fill_diagonal_(torch.inf)
    return torch.cdist(made, originals).mean(1) < between.min()


def with_themselves(made: Tensor, originals: Tensor) -> Tensor:
    return torch.cdist(made, originals).amin(1) < torch.cdist(originals, originals).min()


def the_new(made: Tensor, originals: Tensor) -> Tensor:
    return ~copied(made, originals)


def among_made(made: Tensor, originals: Tensor) -> Tensor:
    between = torch.cdist(made, made).fill_diagonal_(torch.inf)
    return torch.cdist(made, originals).amin(1) < between.min()


def squared_once(made: Tensor, originals: Tensor) -> Tensor:
    between = torch.cdist(originals, originals).fill_diagonal_(torch.inf)
    return torch.cdist(made, originals).amin(1).square() < between.min()


def own_ruler(made: Tensor, originals: Tensor) -> Tensor:
    between = torch.cdist(originals, originals).fill_diagonal_(torch.inf).amin(1)
    distances, places = torch.cdist(made, originals).min(1)
    return distances < between[places]


def exact(made: Tensor, originals: Tensor) -> Tensor:
    return torch.cdist(made, originals).amin(1) < 1e-6


def the_distances(made: Tensor, originals: Tensor) -> Tensor:
    return torch.cdist(made, originals).amin(1)


COPIED = Exercise(
    number="13.4",
    title="New, or copied",
    name="copied",
    probes=(
        Call(
            "`copied` of seven points on a line, with originals at 0, 1 and 3,",
            ON_A_LINE,
            torch.tensor([True, True, False, False, True, False, True]),
        ),
        Call(
            "`copied` of four points, with originals at 0 and 1,",
            TWO,
            torch.tensor([True, True, True, False]),
        ),
        Call(
            "`copied` of four points, with originals at 0, 1000 and 3000,",
            (torch.tensor([[500.0], [-1200.0], [900.0], [4000.0]]), torch.tensor([[0.0], [1000.0], [3000.0]])),
            torch.tensor([True, False, True, False]),
        ),
        Call(
            "`copied` of two points, with originals at 0, 0 and 2,",
            (torch.tensor([[0.5], [1.0]]), torch.tensor([[0.0], [0.0], [2.0]])),
            torch.tensor([False, False]),
        ),
        *drawn("copied", draw_made, copied, times=4),
    ),
    mistakes=(
        Mistake(
            lambda made, originals: copied(made, originals).nonzero().flatten(),
            "These are the places of the copies. Asked for is a truth value for each of `made`.",
        ),
        Mistake(
            with_themselves,
            "Nothing is ever nearer in your answer. Was each original compared with itself, so that the smallest "
            "distance among them is 0? Leave out the diagonal.",
        ),
        Mistake(
            below_mean,
            "You compared with the *mean* distance of two originals. Two alike originals are much nearer to each other "
            "than that, and nobody copied them.",
        ),
        Mistake(
            lambda made, originals: torch.cdist(made, originals).amax(1) < torch.pdist(originals).min(),
            "You ask for pictures that are near to *all* originals. One that is near to a single one is a copy of it.",
        ),
        Mistake(
            lambda made, originals: torch.cdist(made, originals).amin(0) < torch.pdist(originals).min(),
            "You went through the originals, and asked of each whether something made is near to it. Asked for is a "
            "truth value for each *made* picture.",
        ),
        Mistake(
            lambda made, originals: (made - originals[0]).norm(dim=1) < torch.pdist(originals).min(),
            "You compared with the first original alone. A copy may be one of any.",
        ),
        Mistake(
            far_from_all,
            "You took the mean distance of a made picture to *all* originals. A copy is near to one of them, and may "
            "be far from all others.",
        ),
        Mistake(below_largest, "You compared with the largest distance: next to everything counts as copied then."),
        Mistake(the_new, "You marked the new ones. `True` is to stand for a copy."),
        Mistake(
            among_made,
            "Your ruler is the distance among the made pictures. What they should be measured by is how alike two "
            "*originals* get.",
        ),
        Mistake(
            lambda made, originals: torch.cdist(made, originals).amin(1) <= torch.pdist(originals).min(),
            "Right, but for a picture that is *just as far* from an original as the two originals are from each other. "
            "Is it nearer than they are?",
        ),
        Mistake(squared_once, "One of the two distances is squared, and the other is not: two different rulers."),
        Mistake(
            own_ruler,
            "Your ruler differs from original to original: how far *that one* is from its neighbour. It is a sensible "
            "question too; asked for is one ruler, the distance of the two originals that are most alike.",
        ),
        Mistake(exact, "You look for exact copies. A network never repeats a picture to the last digit."),
        Mistake(
            the_distances, "These are the distances. Compare them with the ruler, so that each becomes true or not."
        ),
    ),
    hints=(
        "Two tables of distances: `torch.cdist(made, originals)` and `torch.cdist(originals, originals)`. From the one "
        "take the nearest for each row, from the other one number.",
        "Before you take the smallest of the second table, put something large on its diagonal: "
        "`fill_diagonal_(torch.inf)`.",
    ),
    praise="A picture counts as new when it is at least as far from every original as two originals may be.",
)

EXERCISES = (BALANCED, REPEAT, SMOTE, COPIED)

QUIZ = (
    Question(
        'Of 10,000 scans 20 show a tumour. A program that answers "healthy" to all of them has which accuracy, and '
        "which balanced accuracy?",
        key="b",
        options=(
            Option("99.8 % and 99.8 %", "Balanced accuracy gives the tumours, none of which was found, half the vote."),
            Option("99.8 % and 50 %", "All of the healthy, none of the tumours: (1 + 0) / 2."),
            Option("50 % and 99.8 %", "The other way round: accuracy counts examples, and most are healthy."),
            Option("0.2 % and 50 %", "0.2 % are wrong. Accuracy counts what is right."),
        ),
    ),
    Question(
        "Somebody oversamples a rare class, divides the result at random into training and test, and finds a recall of "
        "99 %. What happened?",
        key="d",
        options=(
            Option("Oversampling works very well on these data.", "Nobody knows: the test did not ask that."),
            Option(
                "The test has too few examples of the rare class.",
                "It has many, and they are copies of those in the training set.",
            ),
            Option("The classifier is too large, and overfits.", "Overfitting lowers the score of an honest test."),
            Option(
                "Copies of one example are on both sides of the split.",
                "The test asks for pictures that were learnt by heart. Divide first, then repeat.",
            ),
        ),
    ),
    Question(
        "The discriminator sees everything through random shifts. Why does the generator not learn to draw shifted "
        "pictures?",
        key="a",
        options=(
            Option(
                "Its own are shifted as well: shifted beforehand, they would be shifted twice.",
                "Then they would be spread more widely than the real ones, and D could tell.",
            ),
            Option(
                "It never sees a shifted picture, since the shifts happen inside of the discriminator alone.",
                "It gets its gradients through the shifts. If only real pictures were shifted, it would draw shifts.",
            ),
            Option("Shifts have no gradient.", "They have; without one the generator could learn nothing at all."),
            Option("It would, after enough rounds.", "Not while both kinds of pictures go through the same shifts."),
        ),
    ),
    Question(
        "A GAN has drawn 400 twos from ten. The classifier's recall of twos rises, and shifting and turning the ten "
        "raises it more. What did the shifts know that the GAN did not?",
        key="c",
        options=(
            Option("More twos than ten.", "Neither of them ever saw another two."),
            Option("How twos are distributed.", "They know nothing about twos: any picture is moved alike."),
            Option(
                "That a two stays a two when it is moved.",
                "It is knowledge that somebody brought along. The GAN has the ten pictures, and nothing else.",
            ),
            Option("Nothing: it is chance.", "The spread over seeds in the table says how much may be chance."),
        ),
    ),
    Question(
        "A hospital wants to publish a GAN's drawings in place of its patients' scans. What is a reason to worry?",
        key="a",
        options=(
            Option(
                "A drawing may be a copy of one patient's scan.",
                "The rarer the finding, the more likely. Look for near copies, and where a promise is needed, train "
                "with differential privacy.",
            ),
            Option("Drawings have no labels.", "A conditional GAN draws them for the label that it is asked for."),
            Option("FID may be low.", "A low FID says that all drawings together look like scans; that is wanted."),
            Option(
                "Networks that were trained on drawings alone can never be as good as the best radiologists are.",
                "Perhaps so, but it is no reason not to publish.",
            ),
        ),
    ),
)

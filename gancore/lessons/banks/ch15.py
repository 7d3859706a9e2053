"""Exercises and quiz of chapter 15: the way back, what is there already, what the way back hides, and colours."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss, mse_loss, smooth_l1_loss

from gancore.lessons.diagnosing import Case, told_terms
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Slopes, drawn, whole
from gancore.lessons.quizzes import Option, Question

Pictures = Callable[[Tensor], Tensor]  # from pictures to pictures of the same shape


class Shade(nn.Module):
    """Stands in for a generator: some contrast, a little of the picture mirrored, and some brightness."""

    def __init__(self, contrast: float, mirrored: float, brightness: float) -> None:
        super().__init__()
        self.numbers = nn.Parameter(torch.tensor([contrast, mirrored, brightness]), requires_grad=False)

    def forward(self, pictures: Tensor) -> Tensor:
        return shaded(self.numbers, pictures)


def shaded(numbers: Tensor, pictures: Tensor) -> Tensor:
    contrast, mirrored, brightness = numbers
    return torch.tanh(contrast * pictures + mirrored * pictures.flip(-1)) + brightness


def shade(rng: torch.Generator) -> Shade:
    contrast, mirrored, brightness = torch.rand(3, generator=rng).tolist()
    return Shade(0.5 + contrast, 0.6 * mirrored, 0.8 * brightness - 0.4)


class Add(nn.Module):
    """Makes every number larger by `more`."""

    def __init__(self, more: float) -> None:
        super().__init__()
        self.more = nn.Parameter(torch.tensor(more), requires_grad=False)

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures + self.more


def draw_game(rng: torch.Generator) -> tuple[Tensor, Tensor, nn.Module, nn.Module]:
    """Pictures of two kinds, of which the second are brighter, and two generators that are no good yet."""
    shape = whole(rng, 2, 5), whole(rng, 1, 3), whole(rng, 2, 6), whole(rng, 2, 6)
    first, second = 2 * torch.rand(2, *shape, generator=rng) - 1
    return first - 0.3, second / 2 + 0.6, shade(rng), shade(rng)


def draw_numbers(rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The same, with the numbers of the two generators in their place."""
    first, second, there, back = draw_game(rng)
    return first, second, there.numbers, back.numbers


def of_numbers(loss: Callable) -> Callable:
    """A loss as a function of those numbers, which are all that learns: pictures need no gradients."""
    return lambda one, two, there, back: loss(one, two, partial(shaded, there), partial(shaded, back))


GREYS = torch.full((2, 1, 2, 2), 0.25), torch.full((2, 1, 2, 2), -0.5)
THREE_AND_ONE = torch.full((3, 1, 2, 2), 0.25), torch.full((1, 1, 2, 2), -0.5), Add(0.5), Shade(1.0, 0.0, 0.0)

# 15.1: there and back


def cycle_loss(first: Tensor, second: Tensor, there: Pictures, back: Pictures) -> Tensor:
    return l1_loss(back(there(first)), first) + l1_loss(there(back(second)), second)


def told_of_journeys(cases: list[Case]) -> str:
    first = "the journey of the first kind", lambda first, second, there, back: l1_loss(back(there(first)), first)
    second = "the journey of the second kind", lambda first, second, there, back: l1_loss(there(back(second)), second)
    return told_terms(cases, dict((first, second)))


CYCLE = Exercise(
    number="15.1",
    title="There and back",
    name="cycle_loss",
    probes=(
        Call(
            "`cycle_loss` where `there` adds 0.5 and `back` takes 0.2 away",
            (*GREYS, Add(0.5), Add(-0.2)),
            0.6,
        ),
        Call(
            "`cycle_loss` of three pictures of the first kind, and one of the second",
            THREE_AND_ONE,
            cycle_loss(*THREE_AND_ONE),
        ),
        Call("`cycle_loss` where `back` undoes `there`", (*GREYS, Add(0.5), Add(-0.5)), 0.0),
        *drawn("cycle_loss", draw_game, cycle_loss),
        Slopes(draw_numbers, cycle_loss, at=(2, 3), through=of_numbers),
    ),
    mistakes=(
        Mistake(
            lambda first, second, there, back: l1_loss(back(there(first)), first),
            "One of the two journeys is missing: pictures of the second kind set out as well, by `back`, and have to "
            "come home by `there`.",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(there(back(second)), second),
            "One of the two journeys is missing: pictures of the first kind set out as well, by `there`, and have to "
            "come home by `back`.",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(there(first), second) + l1_loss(back(second), first),
            "You compared what was made of one picture with a picture of the other kind. These two do not belong "
            "together, and nobody has pairs here. Only what came *home* can be compared.",
        ),
        Mistake(
            lambda first, second, there, back: (
                l1_loss(back(there(first)), second) + l1_loss(there(back(second)), first)
            ),
            "What came home is compared with a picture of the other kind. It has to be compared with the one that "
            "set out.",
        ),
        Mistake(
            lambda first, second, there, back: (
                l1_loss(there(back(first)), first) + l1_loss(back(there(second)), second)
            ),
            "`there` takes pictures of the first kind, and `back` those of the second. You sent each of them out by "
            "the other's way.",
        ),
        Mistake(
            lambda first, second, there, back: (
                mse_loss(back(there(first)), first) + mse_loss(there(back(second)), second)
            ),
            "You took the mean *squared* difference. The paper takes L1, the mean absolute one, which blurs less.",
        ),
        Mistake(
            lambda first, second, there, back: (
                smooth_l1_loss(back(there(first)), first) + smooth_l1_loss(there(back(second)), second)
            ),
            "`smooth_l1_loss` squares differences below 1, and halves them. `l1_loss` is the mean absolute difference.",
        ),
        Mistake(
            lambda first, second, there, back: (
                mse_loss(back(there(first)), first).sqrt() + mse_loss(there(back(second)), second).sqrt()
            ),
            "You took the root of the mean squared difference. L1 is the mean *absolute* one.",
        ),
        Mistake(
            lambda first, second, there, back: (
                (back(there(first)) - first).norm() + (there(back(second)) - second).norm()
            ),
            "You took the length of the difference, a root of a sum of squares. L1 here is the mean absolute one.",
        ),
        Mistake(
            lambda first, second, there, back: (
                (back(there(first)) - first).mean() + (there(back(second)) - second).mean()
            ),
            "Without absolute values, pixels that came home too bright make up for those too dark.",
        ),
        Mistake(
            lambda first, second, there, back: (
                (back(there(first)) - first).mean().abs() + (there(back(second)) - second).mean().abs()
            ),
            "You took the absolute value of the mean. Each pixel's difference has to become positive first, and be "
            "averaged then.",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(there(first), first) + l1_loss(back(second), second),
            "You compared the *middle* with what set out. It should be of the other kind, and differ; only what came "
            "home is to be the same again.",
        ),
        Mistake(
            lambda *game: identity_loss(*game),
            "Each picture goes through one generator, the one that makes pictures of its own kind. Here it makes a "
            "journey of two steps: out by the one generator, and home by the other.",
        ),
        Mistake(
            lambda first, second, there, back: (
                l1_loss(torch.cat([back(there(first)), there(back(second))]), torch.cat([first, second])) * 2
            ),
            "You averaged over the pictures of both kinds together. Where there are more of one kind, it then has more "
            "to say: take a mean for each, and add the two.",
        ),
        Mistake(
            lambda first, second, there, back: cycle_loss(first, second, there, back) / 2,
            "The two journeys are to be added up. You have their mean.",
        ),
        Mistake(
            lambda first, second, there, back: (
                (back(there(first)) - first).abs().sum() + (there(back(second)) - second).abs().sum()
            ),
            "You added the differences of all pixels up. L1 here is their *mean*, so that it does not depend on the "
            "size of pictures and batches.",
        ),
    ),
    hints=(
        "Two journeys, each of two steps. A picture of the first kind goes `there`, and what arrived goes `back`.",
        "`back(there(first))` should be `first`. Take the mean of the absolute differences, and add the same for the "
        "second kind.",
    ),
    praise="Neither loss needs to know what the middle should look like: that is left to the discriminators.",
    diagnose=told_of_journeys,
)

# 15.2: what is there already


def identity_loss(first: Tensor, second: Tensor, there: Pictures, back: Pictures) -> Tensor:
    return l1_loss(there(second), second) + l1_loss(back(first), first)


def told_of_halves(cases: list[Case]) -> str:
    one = "the half that is about `there`", lambda first, second, there, back: l1_loss(there(second), second)
    other = "the half that is about `back`", lambda first, second, there, back: l1_loss(back(first), first)
    return told_terms(cases, dict((one, other)))


IDENTITY = Exercise(
    number="15.2",
    title="What is there already",
    name="identity_loss",
    probes=(
        Call("`identity_loss` where `there` adds 0.5 and `back` nothing", (*GREYS, Add(0.5), Add(0.0)), 0.5),
        Call(
            "`identity_loss` of three pictures of the first kind, and one of the second",
            THREE_AND_ONE,
            identity_loss(*THREE_AND_ONE),
        ),
        *drawn("identity_loss", draw_game, identity_loss, times=4),
        Slopes(draw_numbers, identity_loss, at=(2, 3), through=of_numbers),
    ),
    mistakes=(
        Mistake(
            lambda first, second, there, back: l1_loss(there(first), first) + l1_loss(back(second), second),
            "Each generator got the wrong kind. This loss asks `there` to leave a picture of the *first* kind as it "
            "is, and so not to translate at all. What it should leave alone are pictures of the second kind, which "
            "are there already.",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(there(second), first) + l1_loss(back(first), second),
            "The right pictures go in, and are compared with those of the other kind. They should come out as they "
            "went in.",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(there(first), second) + l1_loss(back(second), first),
            "You compared a translation with a picture of the kind that it was made for; these two do not belong "
            "together. Here nothing is to be translated: what goes in is of the right kind, and should come out as it "
            "is.",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(there(second), second),
            "The half that is about `back` is missing: what should `back` leave as it is?",
        ),
        Mistake(
            lambda first, second, there, back: l1_loss(back(first), first),
            "The half that is about `there` is missing: what should `there` leave as it is?",
        ),
        Mistake(
            cycle_loss,
            "This is the cycle loss: each picture goes through both generators. Here each goes through one.",
        ),
        Mistake(
            lambda first, second, there, back: (
                l1_loss(back(there(second)), second) + l1_loss(there(back(first)), first)
            ),
            "Each picture goes through both generators. What is there already goes through one, and should come out as "
            "it went in.",
        ),
        Mistake(
            lambda first, second, there, back: (there(second) - second).norm() + (back(first) - first).norm(),
            "You took the length of the difference, a root of a sum of squares; L1 is the mean absolute one.",
        ),
        Mistake(
            lambda first, second, there, back: mse_loss(there(second), second) + mse_loss(back(first), first),
            "You took the mean *squared* difference; L1 is the mean absolute one.",
        ),
        Mistake(
            lambda first, second, there, back: (
                l1_loss(torch.cat([there(second), back(first)]), torch.cat([second, first])) * 2
            ),
            "You averaged over the pictures of both kinds together. Where there are more of one kind, it then has more "
            "to say: take a mean for each, and add the two.",
        ),
        Mistake(
            lambda first, second, there, back: (
                smooth_l1_loss(there(second), second) + smooth_l1_loss(back(first), first)
            ),
            "`smooth_l1_loss` squares differences below 1, and halves them. `l1_loss` is the mean absolute difference.",
        ),
        Mistake(
            lambda first, second, there, back: (there(second) - second).abs().sum() + (back(first) - first).abs().sum(),
            "You added the differences of all pixels up. L1 is their *mean*, so that it does not depend on the size of "
            "pictures and batches.",
        ),
        Mistake(
            lambda first, second, there, back: identity_loss(first, second, there, back) / 2,
            "The two halves are to be added up. You have their mean.",
        ),
        Mistake(
            lambda first, second, there, back: (there(second) - second).mean() + (back(first) - first).mean(),
            "Without absolute values, pixels that became too bright make up for those that became too dark.",
        ),
    ),
    hints=(
        "`there` makes pictures of the second kind. Which pictures need no change to be of the second kind?",
        "`there(second)` should be `second`, and `back(first)` should be `first`: the mean absolute difference of "
        "each, added up.",
    ),
    praise="Who is there already has no way to go.",
    diagnose=told_of_halves,
)

# 15.3: the hidden message


def hidden(back: Pictures, picture: Tensor, middle: Tensor, seen: Tensor) -> Tensor:
    return l1_loss(back(seen), picture) - l1_loss(back(middle), picture)


def draw_message(rng: torch.Generator) -> tuple[nn.Module, Tensor, Tensor, Tensor]:
    """A way back, a picture, its middle, and what an eye sees of that, which is a little less."""
    shape = whole(rng, 1, 4), 3, whole(rng, 2, 6), whole(rng, 2, 6)
    middle = torch.rand(shape, generator=rng)
    back = shade(rng)
    picture = back(middle) + 0.02 * torch.randn(shape, generator=rng)
    return back, picture, middle, (4 * middle).round() / 4 + 0.1 * torch.rand(shape, generator=rng)


def told_of_homecomings(cases: list[Case]) -> str:
    seen = "the distance with `seen`", lambda back, picture, middle, seen: l1_loss(back(seen), picture)
    all_of_it = "the distance with `middle`", lambda back, picture, middle, seen: -l1_loss(back(middle), picture)
    return told_terms(cases, dict((seen, all_of_it)))


HIDDEN = Exercise(
    number="15.3",
    title="Catch the hidden message",
    name="hidden",
    probes=(
        Call(
            "`hidden` where `back` adds 0.5, the middle comes home 0.1 off, and what is seen of it 0.4 off,",
            (Add(0.5), torch.full((1, 3, 2, 2), 0.9), torch.full((1, 3, 2, 2), 0.5), torch.full((1, 3, 2, 2), 0.0)),
            0.3,
        ),
        Call(
            "`hidden` where all of the middle is seen",
            (Add(0.5), torch.ones(1, 3, 2, 2), torch.zeros(1, 3, 2, 2), torch.zeros(1, 3, 2, 2)),
            0.0,
        ),
        Call(
            "`hidden` where `back` adds 0.5, the middle comes home 0.4 off, and what is seen of it 0.1 off,",
            (Add(0.5), torch.full((1, 3, 2, 2), 0.9), torch.full((1, 3, 2, 2), 0.0), torch.full((1, 3, 2, 2), 0.5)),
            -0.3,
        ),
        *drawn("hidden", draw_message, hidden, times=4),
    ),
    mistakes=(
        Mistake(
            lambda back, picture, middle, seen: l1_loss(back(middle), picture) - l1_loss(back(seen), picture),
            "The sign is turned round: a way back that needs what is hidden should get a number above 0.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(back(seen), picture),
            "This is how far off the picture comes home without what is hidden. How far off does it come *with* it? "
            "Only the difference is due to the message.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(back(middle), picture),
            "This is how well the way back works. What you look for is how much *worse* it works with what is seen.",
        ),
        Mistake(
            lambda back, picture, middle, seen: (
                hidden(back, picture, middle, seen) / l1_loss(back(middle), picture).clamp(min=1e-9)
            ),
            "This is the difference as a share of how far off the picture comes home with all of the middle. Asked for "
            "is the difference itself.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(back(seen), back(middle)),
            "You compared the two homecomings with each other. They may differ and both be right, or both be wrong; "
            "the picture that set out decides.",
        ),
        Mistake(
            lambda back, picture, middle, seen: (back(seen) - back(middle)).mean(),
            "Without absolute values the picture itself drops out: pixels too bright make up for those too dark.",
        ),
        Mistake(
            lambda back, picture, middle, seen: hidden(back, picture, middle, seen).abs(),
            "The sign is lost: where a picture comes home *nearer* from what is seen, nothing is hidden that helps, "
            "and the number is below 0.",
        ),
        Mistake(
            lambda back, picture, middle, seen: hidden(back, picture, middle, seen).clamp(min=0),
            "You cut the number off at 0. Where a picture comes home nearer from what is seen, it is below that.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(back(seen), picture) / l1_loss(back(middle), picture),
            "You divided one distance by the other: *how many times* as far off. Asked for is how much further.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(seen, middle),
            "This is how large the hidden part is, and not how much the way back makes of it.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(back(middle - seen), picture) - l1_loss(back(middle), picture),
            "You sent the hidden part back by itself. Send back what an eye sees: the middle *without* it.",
        ),
        Mistake(
            lambda back, picture, middle, seen: mse_loss(back(seen), picture) - mse_loss(back(middle), picture),
            "You took mean *squared* differences; L1 is the mean absolute one.",
        ),
        Mistake(
            lambda back, picture, middle, seen: l1_loss(seen, picture) - l1_loss(middle, picture),
            "Nothing was sent `back`: a middle is a picture of the other kind, and cannot be compared with the one "
            "that set out.",
        ),
    ),
    hints=(
        "Two journeys home, one from the `middle` and one from what is `seen` of it. How far off does each arrive?",
        "The mean absolute difference of `back(seen)` from `picture`, less that of `back(middle)`.",
    ),
    praise="A translator that needs what nobody can see has written itself a note.",
    diagnose=told_of_homecomings,
)

# 15.4: colours


def shares_up_to(values: Tensor, others: Tensor) -> Tensor:
    """The share of `others` at or below each of `values`."""
    return (others <= values[:, None]).double().mean(1)


def shares_below(values: Tensor, others: Tensor) -> Tensor:
    return (others < values[:, None]).double().mean(1)


def relative_ranks(values: Tensor) -> Tensor:
    return relative_ranks_among(values, values)


def relative_ranks_among(values: Tensor, others: Tensor) -> Tensor:
    return (shares_below(values, others) + shares_up_to(values, others)) / 2


def ranks(values: Tensor) -> Tensor:
    """From 0, each by itself: equal values in the order in which they stand."""
    return values.argsort(stable=True).argsort()


def levels(values: Tensor) -> Tensor:
    """The relative rank that each would have, were there as many of every value."""
    different, which = values.unique(return_inverse=True)
    return (which + 0.5) / len(different)


def at(places: Tensor, others: Tensor) -> Tensor:
    return others.sort().values[places.long().clamp(max=len(others) - 1)]


def with_as_many(values: Tensor, others: Tensor) -> Tensor:
    matched = torch.empty_like(values)
    matched[values.argsort(stable=True)] = others.sort().values
    return matched


def match_colours(values: Tensor, others: Tensor) -> Tensor:
    return at(relative_ranks(values) * len(others), others)


def draw_channel(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Numbers of which some are equal, and how many others: so many that no relative rank falls between two of them."""
    counts = torch.randint(1, 4, (whole(rng, 3, 5),), generator=rng)
    counts[whole(rng, 0, 2)] = 4
    values = (2 * torch.rand(len(counts), generator=rng) - 1).repeat_interleave(counts)
    values = values[torch.randperm(len(values), generator=rng)]
    sizes = [size for size in range(5, 20) if math.gcd(size, 2 * len(values)) == 1]
    return values, 2 * torch.rand(sizes[whole(rng, 0, len(sizes) - 1)], generator=rng) - 1


def told_of_colours(cases: list[Case]) -> str:
    """What is to be seen of a histogram that was not matched: equal values torn apart, all numbers on a line, numbers
    that are none of the others', or places that are too high or too low."""
    if any(map(tears_apart, cases)):
        return (
            "Equal values became different colours. They have one relative rank, and so one colour: or a plain sky "
            "turns into noise."
        )
    if all(map(is_line, cases)) and any(map(is_long, cases)):
        return (
            "You stretched and shifted `values`, all in the same way. That can match two numbers, such as mean and "
            "deviation or the lowest and the highest; a histogram has more."
        )
    if not all(bool(torch.isin(case.result.float(), case.arguments[1]).all()) for case in cases):
        return "Not all of your numbers are among `others`. No colour is mixed: each is one that `others` has."
    off = {sign for case in cases for sign in (case.result - case.right).sign().tolist() if sign}
    if len(off) == 1:
        size, place = ("large", "high") if off == {1.0} else ("small", "low")
        return f"Each colour that is wrong is too {size}: its place among `others` is too {place}."
    return ""


def tears_apart(case: Case) -> bool:
    values, result = case.arguments[0], case.result
    return bool(((values == values[:, None]) & ((result - result[:, None]).abs() > 0)).any())


def is_line(case: Case) -> bool:
    """Whether the result is a multiple of the values plus a number, or no number at all."""
    values, result = case.arguments[0].double(), case.result
    if not bool(result.isfinite().all()):
        return bool(result.isnan().all())
    line = torch.stack([values, torch.ones_like(values)], dim=1)
    fitted = line @ torch.linalg.lstsq(line, result[:, None], driver="gelsd").solution
    return bool(torch.allclose(fitted[:, 0], result, atol=1e-4))


def is_long(case: Case) -> bool:
    """Whether three values became three numbers or more: two always lie on a line."""
    return len(case.arguments[0].unique()) > 2 and len(case.result.unique()) > 2


COLOURS = Exercise(
    number="15.4",
    title="Match the colours",
    name="match_colours",
    probes=(
        Call(
            "`match_colours` of 0.2, 0.4, 0.1 and 0.3, where the others are 40, 10, 20 and 30,",
            (torch.tensor([0.2, 0.4, 0.1, 0.3]), torch.tensor([40.0, 10.0, 20.0, 30.0])),
            [20.0, 40.0, 10.0, 30.0],
        ),
        Call(
            "`match_colours` of 1, 0, 0 and 0, where the others are 50, 10, 40, 20 and 30,",
            (torch.tensor([1.0, 0.0, 0.0, 0.0]), torch.tensor([50.0, 10.0, 40.0, 20.0, 30.0])),
            [50.0, 20.0, 20.0, 20.0],
        ),
        Call(
            "`match_colours` of two equal values, where the others are 30, 10 and 20,",
            (torch.tensor([0.5, 0.5]), torch.tensor([30.0, 10.0, 20.0])),
            [20.0, 20.0],
        ),
        Call(
            "`match_colours` of 0.7 and -0.7, where there is one other, 0.25,",
            (torch.tensor([0.7, -0.7]), torch.tensor([0.25])),
            [0.25, 0.25],
        ),
        Call(
            "`match_colours` of 0.3, 0.1 and 0.2, where the others are 10, 30, 10, 20 and 10,",
            (torch.tensor([0.3, 0.1, 0.2]), torch.tensor([10.0, 30.0, 10.0, 20.0, 10.0])),
            [30.0, 10.0, 10.0],
        ),
        Call(
            "`match_colours` of 0 and 1, where the others are 40, 10, 20 and 30,",
            (torch.tensor([0.0, 1.0]), torch.tensor([40.0, 10.0, 20.0, 30.0])),
            [20.0, 40.0],
        ),
        *drawn("match_colours", draw_channel, match_colours, times=6),
    ),
    mistakes=(
        Mistake(
            lambda values, others: match_colours(values, values),
            "Each value comes back as it was: among `values`, its relative rank leads to itself. Which of `others` has "
            "that relative rank?",
        ),
        Mistake(
            lambda values, others: relative_ranks(values),
            "These are relative ranks, between 0 and 1. Which of `others` has each of them?",
        ),
        Mistake(
            lambda values, others: (relative_ranks(values) * len(others)).floor(),
            "These are places among `others`. Which colour stands at each?",
        ),
        Mistake(
            lambda values, others: match_colours(values.sort().values, others),
            "The right colours in sorted order: the pixels have lost their places. Each colour has to go where its "
            "value stood.",
        ),
        Mistake(
            lambda values, others: others[(relative_ranks(values) * len(others)).long()],
            "You counted in `others` as they came. A relative rank is a place among them in order of size.",
        ),
        Mistake(
            lambda values, others: at((values.argsort(stable=True) + 0.5) / len(values) * len(others), others),
            "`argsort` says *which* value is the smallest, the second and so on. The rank of a value is the other way "
            "round: *where* it stands in that order.",
        ),
        Mistake(
            lambda values, others: others.sort().values[values.argsort(stable=True) * len(others) // len(values)],
            "`argsort` says which value comes next in order, and not the rank of each. The rank of a value is *where* "
            "it stands in that order.",
        ),
        Mistake(
            with_as_many,
            "You wrote all of `others`, in order, to where `values` stand in order. That works where there are as many "
            "of both. A relative rank is a share, so that it also leads from a few values to many others.",
        ),
        Mistake(
            lambda values, others: others.sort().values[ranks(values)],
            "You used the rank itself as a place among `others`. There may be more or fewer of them: what agrees is "
            "the *share* that lies below.",
        ),
        Mistake(
            lambda values, others: (
                (values - values.mean()) / values.std(correction=0) * others.std(correction=0) + others.mean()
            ),
            "You matched mean and standard deviation. These are two numbers of a histogram; its shape stays that of "
            "`values`.",
        ),
        Mistake(
            lambda values, others: at((ranks(values) + 0.5) / len(values) * len(others), others),
            "Right where no two values are equal. Equal ones have one rank here, in the middle of theirs; you gave "
            "each a rank of its own, and so tear a plain sky apart.",
        ),
        Mistake(
            lambda values, others: at(shares_below(values, values) * len(others), others),
            "You counted the values below, and none of the equal ones. All of them together then get the colour of "
            "their lowest rank, and the brightest may never get the brightest colour.",
        ),
        Mistake(
            lambda values, others: at(shares_up_to(values, values) * len(others), others),
            "You counted all values that are equal as if they were below. Half of them count, so that they stand in "
            "the middle of their ranks.",
        ),
        Mistake(
            lambda values, others: others.sort().values[(shares_up_to(values, values) * len(others)).long()],
            "The relative rank of your largest value is 1, and leads past the last of `others`. Of the values that are "
            "equal only half count, and the value itself is one of these.",
        ),
        Mistake(
            lambda values, others: at((shares_up_to(values, values) * len(others)).ceil() - 1, others),
            "You took the colour at which as large a share lies at or below. Equal values then get that of their "
            "highest rank; half of them count here, for the one in the middle.",
        ),
        Mistake(
            lambda values, others: at(levels(values) * len(others), others),
            "You ranked the *different* values, as if there were as many of each. A value that many pixels have takes "
            "up many ranks.",
        ),
        Mistake(
            lambda values, others: at(relative_ranks(values) * (len(others) - 1), others),
            "You multiplied by the number of `others` less 1. No relative rank reaches 1, so after rounding down the "
            "largest of `others` is never taken.",
        ),
        Mistake(
            lambda values, others: at((relative_ranks(values) * (len(others) - 1)).round(), others),
            "You took the *nearest* place from 0 to the last. Here the relative rank is multiplied by how many "
            "`others` there are, and rounded down.",
        ),
        Mistake(
            lambda values, others: at(relative_ranks(values) * len(others) - 1, others),
            "Ranks are off by one: all of your colours come from one place too low, and the largest of `others` is "
            "never reached. Places count from 0 already.",
        ),
        Mistake(
            lambda values, others: at(relative_ranks(values) * len(others) + 1, others),
            "Ranks are off by one: your colours come from one place too high, and the smallest of `others` is never "
            "reached. Round down.",
        ),
        Mistake(
            lambda values, others: at((relative_ranks(values) * len(others)).round(), others),
            "You rounded to the nearest whole number. Round down: from 0 up to 1 lies the first of `others`, whose "
            "place is 0.",
        ),
        Mistake(
            lambda values, others: torch.quantile(others, relative_ranks(values).float()),
            "You mixed colours between two of `others`, as `torch.quantile` does. Take one that is there.",
        ),
        Mistake(
            lambda values, others: others.sort().values[(relative_ranks(values) * len(values)).long()],
            "You multiplied by how many `values` there are. The place is one among `others`, of which there may be "
            "more or fewer.",
        ),
        Mistake(
            lambda values, others: at(relative_ranks_among(values, others) * len(others), others),
            "You ranked each value among `others`. Its relative rank is among `values`, and leads to a place among "
            "`others`.",
        ),
        Mistake(
            lambda values, others: match_colours(others, values),
            "In the wrong direction: you gave `others` the colours of `values`.",
        ),
        Mistake(
            lambda values, others: at((1 - relative_ranks(values)) * len(others), others),
            "Bright and dark have changed places: the smallest value should get the smallest of `others`.",
        ),
        Mistake(
            lambda values, others: others[(values[:, None] - others).abs().argmin(1)],
            "You took the one of `others` that is nearest in value. It is the ranks that should agree, however far "
            "apart the colours are.",
        ),
    ),
    hints=(
        "Two steps: where in the order of all `values` does each one stand, as a share? And what stands there in the "
        "order of `others`?",
        "With `values` sorted, `torch.searchsorted` tells for each value how many are below it, and with `right=True` "
        "how many are not above. The mean of both counts, as a share of all, is the relative rank.",
        "Multiply the relative rank by how many `others` there are. The whole part of that, as an integer, is an index "
        "into the sorted `others`.",
    ),
    praise="All of a histogram, and nothing of where anything is.",
    diagnose=told_of_colours,
)

EXERCISES = (CYCLE, IDENTITY, HIDDEN, COLOURS)

QUIZ = (
    Question(
        "A generator turns every plain digit into the same striped 3, and the discriminator is content. Which term "
        "forbids it?",
        key="b",
        options=(
            Option("the loss of the discriminator of striped digits", "A striped 3 is a striped digit."),
            Option("the cycle loss", "From one and the same 3, no way back can find ten different digits."),
            Option(
                "the identity loss, since a striped 3 should be left as it is",
                "Leaving striped pictures alone says nothing of plain ones.",
            ),
            Option("the pool of earlier pictures", "It steadies the discriminator, which has nothing to object."),
        ),
    ),
    Question(
        "Both ways of a translator leave every picture as it is. What are its cycle loss and its identity loss?",
        key="d",
        options=(
            Option("The cycle loss is 0 and the identity loss is large.", "Nothing is changed, so nothing is off."),
            Option("The identity loss is 0, and the cycle loss is large.", "Nothing is changed, so it comes home."),
            Option("Both are large.", "What never left has no way to be lost on."),
            Option("Both are 0.", "So only the discriminators object: their weight must not be too small."),
        ),
    ),
    Question(
        "Parrots come home from black and white in their own colours. What does that show?",
        key="a",
        options=(
            Option("The middle holds more than one sees in it.", "The colour has to be somewhere."),
            Option(
                "The network has learnt which digit has which colour.", "Colours were drawn at random for each picture."
            ),
            Option("The cycle loss was given too little weight.", "It is satisfied: that is the trouble."),
            Option("The translation to black and white is right.", "The truth says how right it is; home does not."),
        ),
    ),
    Question(
        "You translate scans of one machine into those of another, without pairs, and cannot know the truth. Which "
        "of these is a sound check?",
        key="c",
        options=(
            Option("A low cycle loss on held-out scans.", "It is low as well where the middle lies, and hides."),
            Option("Radiologists find the pictures convincing.", "A discriminator did, too."),
            Option("A few people scanned by both machines, held out.", "A small truth that training has never seen."),
            Option("A second CycleGAN with another seed that agrees.", "Two may share one mistake."),
        ),
    ),
    Question(
        "Histogram matching gives plain digits the colours of striped ones. Why does nobody see stripes?",
        key="c",
        options=(
            Option("There are too few colours in a plain digit.", "With more greys there would be no stripes either."),
            Option("It works on each picture by itself.", "Here all pictures were taken together."),
            Option(
                "It decides by a pixel's value, and not by its place.",
                "All black pixels become one colour, wherever they are.",
            ),
            Option("It was stopped too early.", "It is no training: ranks are exchanged once."),
        ),
    ),
)

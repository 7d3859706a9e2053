"""Exercises and quiz of chapter 01: a fair grade, both halves of k-means, purity, and what makes a task supervised."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, one_hot

from gancore.lessons.comparing import fits, tidy
from gancore.lessons.diagnosing import Case, told_mixture
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, Value, WrongKind, drawn, whole
from gancore.lessons.quizzes import Option, Question

# 1.1: a grade on held-out examples, of two small models in the manner of scikit-learn


class Model:
    """What every model of scikit-learn has."""

    def score(self, x: Any, y: Any) -> float:
        return float(np.mean(self.predict(x) == np.asarray(y)))


class ByHeart(Model):
    """Knows its examples by heart, and answers with the label of the nearest: always right on what it has seen."""

    examples: np.ndarray | None = None

    def fit(self, x: Any, y: Any) -> "ByHeart":
        self.examples, self.labels = np.asarray(x), np.asarray(y)
        return self

    def predict(self, x: Any) -> np.ndarray:
        if self.examples is None:
            raise ValueError("This model has not been fitted yet: call fit first.")
        distances = ((np.asarray(x)[:, None] - self.examples) ** 2).sum(2)
        return self.labels[distances.argmin(1)]


class Commonest(Model):
    """Answers with the label that was commonest among its examples, the smallest of them in a tie."""

    label: int | None = None

    def fit(self, x: Any, y: Any) -> "Commonest":
        self.label = int(np.bincount(np.asarray(y)).argmax())
        return self

    def predict(self, x: Any) -> np.ndarray:
        if self.label is None:
            raise ValueError("This model has not been fitted yet: call fit first.")
        return np.full(len(x), self.label)


def draw_examples(model: type[Model]) -> Callable[[torch.Generator], tuple]:
    """Examples of three classes that overlap, some of which are to be held out."""

    def draw(rng: torch.Generator) -> tuple:
        kept, count = whole(rng, 7, 9), whole(rng, 12, 20)
        labels = torch.randint(3, (count + kept,), generator=rng)
        return model(), torch.randn(len(labels), 2, generator=rng) + labels[:, None], labels, kept

    return draw


Grade = Callable[[Model, Tensor, Tensor, int], Any]


def graded(
    learn: Callable[[Tensor, int], Tensor], held_out: Callable[[Tensor, int], Tensor], share: Callable = np.mean
) -> Grade:
    """A grade that fits on what `learn` takes of examples and labels, and asks about what `held_out` takes of them."""

    def grade(model: Model, x: Tensor, y: Tensor, kept: int) -> Any:
        model.fit(learn(x, kept), learn(y, kept))
        return share(model.predict(held_out(x, kept)) == held_out(y, kept).numpy())

    return grade


def first(rows: Tensor, kept: int) -> Tensor:
    return rows[:-kept]


def last(rows: Tensor, kept: int) -> Tensor:
    return rows[-kept:]


def every(rows: Tensor, kept: int) -> Tensor:
    return rows


def beginning(rows: Tensor, kept: int) -> Tensor:
    return rows[:kept]


def after_the_beginning(rows: Tensor, kept: int) -> Tensor:
    return rows[kept:]


right_grade = graded(first, last)


def by_hand(model: type[Model]) -> tuple:
    """Five examples on a line, two of them held out: the nearest neighbour is right about one, the commonest about
    none."""
    x, y = torch.tensor([[0.0], [1.0], [5.0], [0.9], [4.5]]), torch.tensor([0, 0, 1, 1, 1])
    return model(), x, y, 2


def never_fitted(model: Model, x: Tensor, y: Tensor, kept: int) -> Any:
    return model.score(last(x, kept), last(y, kept))


LEARNED: dict[str, Callable] = {
    "": first,
    "it learns from all examples": every,
    "it learns from the first `kept` examples": beginning,
    "it learns from all but the first `kept`": after_the_beginning,
    "it learns from the last `kept` examples": last,
}
ASKED: dict[str, Callable] = {
    "": last,
    "it is graded on all examples": every,
    "it is graded on the first `kept` examples": beginning,
    "it is graded on all but the last `kept`": first,
    "it is graded on all but the first `kept`": after_the_beginning,
}
SHARES: dict[str, Callable] = {
    "": np.mean,
    "right answers are counted, without a share": np.sum,
    "*wrong* answers count": lambda right: 1 - right.mean(),
    "the share is in per cent": lambda right: 100 * right.mean(),
}


def grade_by(learn: Callable, held_out: Callable, share: Callable, *given: Any) -> Any:
    model, x, y, kept = given
    return graded(learn, held_out, share)(type(model)(), x, y, kept)


def find_other_parts(cases: list[Case]) -> str:
    """From what the model learns, and on what it is graded."""
    said = told_mixture(cases, (LEARNED, ASKED, SHARES), grade_by)
    return f"Your grade is that of a model of which is true: {said}." if said else ""


GRADE = Exercise(
    number="1.1",
    title="Grade on examples it has not seen",
    name="grade",
    probes=(
        Call("With a model that learns by heart, 5 examples and `kept` at 2, `grade`", by_hand(ByHeart), 0.5),
        Call("With a model that names the commonest label, 5 examples and `kept` at 2, `grade`", by_hand(Commonest), 0),
        *drawn("grade", draw_examples(ByHeart), right_grade),
        *drawn("grade", draw_examples(Commonest), right_grade),
    ),
    mistakes=(
        Mistake(
            graded(first, first),
            "You grade on the very examples that the model has learned from. One that knows them by heart gets full "
            "marks, and may have learned nothing else.",
        ),
        Mistake(
            graded(every, last),
            "The model has learned from all examples, the held-out ones too. Then nothing is left that it has not "
            "seen.",
        ),
        Mistake(
            graded(every, every),
            "The model learns from all examples and is graded on all of them. Nothing has been held out.",
        ),
        Mistake(
            graded(first, every),
            "You grade on all examples. Most of them the model has seen while it learned, and only the others count.",
        ),
        Mistake(
            graded(last, first),
            "You have exchanged the two parts: the last ones are for grading, and all others to learn from.",
        ),
        Mistake(
            graded(last, last),
            "The model learns from the held-out examples, and is graded on them.",
        ),
        Mistake(
            graded(after_the_beginning, beginning),
            "You hold out the *first* examples. Asked for are the last.",
        ),
        Mistake(
            graded(beginning, after_the_beginning),
            "You learn from the first `kept` examples. `kept` is how many are held out, and those are the last.",
        ),
        Mistake(
            graded(beginning, last),
            "You learn from the first `kept` examples only. `kept` is how many are held out; the model may learn from "
            "all others.",
        ),
        Mistake(
            never_fitted,
            "Your model is asked before it has learned anything: call `model.fit` with the examples to learn from.",
        ),
        Mistake(
            graded(first, last, lambda right: 1 - right.mean()),
            "This is the share of *wrong* answers.",
        ),
        Mistake(
            graded(first, last, np.sum),
            "This is the number of right answers. Asked for is their share.",
        ),
        Mistake(
            graded(first, last, lambda right: 100 * right.mean()),
            "Right, in per cent. Asked for is a share between 0 and 1.",
        ),
        Mistake(
            graded(first, last, lambda right: right),
            "You say of each held-out example whether it was read correctly. One step is missing: which share of them?",
        ),
        Mistake(
            lambda model, x, y, kept: model.fit(first(x, kept), first(y, kept)).predict(last(x, kept)),
            "These are the answers of the model. How many of them agree with the labels?",
        ),
        Mistake(
            lambda model, x, y, kept: right_grade(model, x, y, kept + 1),
            "You hold out one example more than `kept`: the last `kept` rows are `x[-kept:]`.",
        ),
        Mistake(
            lambda model, x, y, kept: right_grade(model, x, y, kept - 1),
            "You hold out one example fewer than `kept`: the last `kept` rows are `x[-kept:]`.",
        ),
        Mistake(
            lambda model, x, y, kept: (right_grade(model, x, y, kept) + graded(first, first)(model, x, y, kept)) / 2,
            "You average the grade on held-out examples with one on those that the model has seen. Only the held-out "
            "ones count.",
        ),
        Mistake(
            lambda model, x, y, kept: right_grade(model, x, y, kept) * kept / len(x),
            "You divide by the number of all examples. Only the held-out ones were asked about.",
        ),
        Mistake(
            graded(lambda rows, kept: rows[: -kept - 1], last),
            "One example is neither learned from nor held out: `x[:-kept]` are *all* rows but the last `kept`.",
        ),
        Mistake(
            graded(lambda rows, kept: rows[: len(rows) - kept + 1], last),
            "The model learns one of the held-out examples as well: those to learn from end before the last `kept`.",
        ),
        Mistake(
            lambda model, x, y, kept: np.mean(
                model.fit(first(x, kept), first(y, kept)).predict(last(x, kept)) == beginning(y, kept).numpy()
            ),
            "You compare answers for the last examples with the labels of the first.",
        ),
    ),
    hints=(
        "Four tensors are needed: examples and labels to learn from, examples and labels to be graded on. "
        "`x[:-kept]` are all rows but the last `kept`.",
        "Then three steps: `model.fit` gets the first two, `model.predict` the third, and the fourth is compared with "
        "what comes out.",
        "The share of agreements is the mean of ones and zeros. `model.score` does the last two steps in one.",
    ),
    praise="Whatever a model knows by heart does not help it here.",
    diagnose=find_other_parts,
)

# 1.2: the first half of a round of k-means

POINTS = torch.tensor([[5.0, 5.0], [5.0, 7.0], [4.0, -2.0], [0.0, 7.0], [7.0, 3.0], [5.0, 5.5]])
CENTRES = torch.tensor([[0.0, 5.0], [3.0, 3.0], [2.0, 5.0]])
NEAREST = [1, 2, 1, 0, 1, 2]  # squared distances: 25 8 9, 29 20 13, 65 26 53, 4 25 8, 53 16 29, 25¼ 10¼ 9¼
LEAST_LEAD = 0.05  # by which a point is nearer to its centre, so that rounding has no say


def differences(points: Tensor, centres: Tensor) -> Tensor:
    return points[:, None] - centres[None]


def squared(points: Tensor, centres: Tensor) -> Tensor:
    return differences(points, centres).square().sum(2)


def right_nearest(points: Tensor, centres: Tensor) -> Tensor:
    return squared(points, centres).argmin(1)


def draw_points(rng: torch.Generator) -> tuple:
    """Points and centres in some dimensions, no two of the three numbers equal, and no point between two centres."""
    width, count, many = whole(rng, 3, 5), whole(rng, 6, 8), 40
    centres = torch.randn(count, width, generator=rng) + 1
    points = 1.5 * torch.randn(many, width, generator=rng)
    two = squared(points, centres).topk(2, largest=False).values
    return points[two[:, 1] - two[:, 0] > LEAST_LEAD], centres


def draw_on_a_line(rng: torch.Generator) -> tuple:
    """Points on a line about two or three centres."""
    centres = torch.tensor([[-2.0], [1.0], [2.5]])[: whole(rng, 2, 3)]
    beside = torch.randint(len(centres), (whole(rng, 5, 9),), generator=rng)
    return centres[beside] + 1.2 * (torch.rand(len(beside), 1, generator=rng) - 0.5), centres


METRICS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "": squared,
    "distances are those of a taxi": lambda points, centres: differences(points, centres).abs().sum(2),
    "the coordinate that differs most decides": lambda points, centres: differences(points, centres).abs().amax(2),
    "only the first coordinate counts": lambda points, centres: differences(points, centres)[:, :, 0].abs(),
    "differences keep their signs": lambda points, centres: differences(points, centres).sum(2),
}
CHOICES: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda far: far.argmin(1),
    "the centre that is *farthest* is chosen": lambda far: far.argmax(1),
}
COUNTED: dict[str, int] = {"": 0, "centres are counted from 1": 1}


def find_places_beyond(cases: list[Case]) -> str:
    said = told_mixture(
        cases,
        (METRICS, CHOICES, COUNTED),
        lambda metric, choose, begin, points, centres: choose(metric(points, centres)) + begin,
    )
    if said:
        return f"In your answer {said}."
    shown = next((case for case in cases if case.wrong), None)  # whose numbers stand beside this sentence
    if shown and not bool(((shown.result >= 0) & (shown.result < len(shown.arguments[1]))).all()):
        return "Some of your numbers are no places in the list of centres, which are counted from 0."
    return ""


@dataclass(frozen=True)
class Places(Call):
    """Right places that are no whole numbers pick no rows of another tensor, as the chapter does with them."""

    def ask(self, answer: Any) -> Any:
        result = super().ask(answer)
        if "float" in str(getattr(result, "dtype", "")) and fits(tidy(result), tidy(self.right)):
            raise WrongKind(
                "The right places, but as numbers with a point, which pick no rows of another tensor: a place is a "
                "whole number. `torch.zeros` makes numbers with a point unless it is told `dtype=torch.long`; "
                "`.long()` turns them into whole ones."
            )
        return result


ASSIGN = Exercise(
    number="1.2",
    title="Join the nearest centre",
    name="nearest",
    probes=(
        Places("`nearest` of six points in the plane and three centres", (POINTS, CENTRES), NEAREST),
        Call("`nearest` of four points and a single centre", (POINTS[:4], CENTRES[:1]), [0, 0, 0, 0]),
        *drawn("nearest", draw_points, right_nearest),
        *drawn("nearest", draw_on_a_line, right_nearest),
    ),
    mistakes=(
        Mistake(
            lambda points, centres: squared(points, centres).argmax(1),
            "Every point has joined the centre that is *farthest* from it.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).argsort(1)[:, min(1, len(centres) - 1)],
            "Every point has joined the *second* nearest centre.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres)[:, :, -1].square().argmin(1),
            "You compare the last coordinates only. What do the others say?",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).argsort(1),
            "You order all centres by their distance. Only the first of each row is asked for.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).argmin(0),
            "You looked for the nearest point of each centre. Asked for is the nearest centre of each point: along "
            "which axis of your table of distances do the centres change?",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).square().sum(1).argmin(1),
            "You add the squares over the *centres*, the middle axis of `(N, K, D)`. A distance adds those of the "
            "coordinates, which are on the last.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).min(1).values,
            "These are the smallest squared distances. The question is *which* centre is that near, not how near.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).sqrt().min(1).values,
            "These are the smallest distances. The question is *which* centre is that near, not how near.",
        ),
        Mistake(
            lambda points, centres: (squared(points, centres).min(1).values, right_nearest(points, centres)),
            "You give back the smallest value and its place, both. Only the place is asked for.",
        ),
        Mistake(
            lambda points, centres: (squared(points, centres).sqrt().min(1).values, right_nearest(points, centres)),
            "You give back the smallest distance and its place, both. Only the place is asked for.",
        ),
        Mistake(
            lambda points, centres: centres[right_nearest(points, centres)],
            "You give back the nearest centres themselves. Asked for is the place of each in the list of centres.",
        ),
        Mistake(
            lambda points, centres: one_hot(right_nearest(points, centres), len(centres)),
            "You mark the nearest centre with a 1 in a row of zeros. Asked for is its place in the list, one number "
            "for each point.",
        ),
        Mistake(
            lambda points, centres: right_nearest(points, centres)[:, None],
            "The right places, in a column `(N, 1)`. Asked for is a list `(N,)`.",
        ),
        Mistake(
            lambda points, centres: right_nearest(points, centres) + 1,
            "The right centres, counted from 1. Python counts from 0.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).argmin(),
            "You looked for the smallest number of the whole table. Each point has a smallest number of its own: along "
            "which axis do you search?",
        ),
        Mistake(
            lambda points, centres: right_nearest(points, centres)[0],
            "This is the nearest centre of the first point. The others want to join one, too.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).abs().sum(2).argmin(1),
            "You added the differences of the coordinates as a taxi would drive. k-means goes by the straight line: "
            "what is done to a difference before it is added?",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).abs().amax(2).argmin(1),
            "You go by the coordinate that differs most. A distance takes all of them.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).sum(2).argmin(1),
            "Your differences keep their sign, so that being far to the left makes up for being far above.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres).sum(2).abs().argmin(1),
            "You add the differences first and take the size afterwards. Until then being far to the left makes up for "
            "being far above: each difference has to lose its sign before the sum.",
        ),
        Mistake(
            lambda points, centres: (
                (squared(points, torch.zeros(1, points.shape[1])) - centres.square().sum(1)).abs().argmin(1)
            ),
            "You compare how far point and centre are from the *origin*. Two of one length may lie on opposite sides.",
        ),
        Mistake(
            lambda points, centres: (points @ centres.T).argmax(1),
            "You chose the largest inner product. It favours centres that are far from the origin.",
        ),
        Mistake(
            lambda points, centres: cosine_similarity(points[:, None], centres[None], dim=2).argmax(1),
            "You chose the centre in the most similar *direction*, as seen from the origin. How far it is has no say.",
        ),
        Mistake(
            lambda points, centres: differences(points, centres)[:, :, 0].square().argmin(1),
            "You compare the first coordinates only. What do the others say?",
        ),
        Mistake(
            lambda points, centres: differences(points, centres)[:, :, :2].square().sum(2).argmin(1),
            "You compare the first two coordinates only. Points may have more of them.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres[:2]).argmin(1),
            "You compare the first two centres only. There may be any number of them.",
        ),
        Mistake(
            lambda points, centres: squared(points, centres[:-1]).argmin(1),
            "Nobody has joined the last centre: does your loop stop one short?",
        ),
        Mistake(
            lambda points, centres: squared(points, centres[1:]).argmin(1) + 1,
            "Nobody has joined centre 0: where does your loop begin?",
        ),
        Mistake(
            lambda points, centres: (points - centres).square().sum(1),
            "Points and centres are two lists of different lengths, so there is no subtracting one from the other as "
            "they are. How can *every* point meet *every* centre?",
        ),
        Mistake(
            lambda points, centres: squared(points, centres),
            "That is the table of squared distances, one row for each point. One step is missing: which entry of a "
            "row is the smallest?",
        ),
        Mistake(
            lambda points, centres: squared(points, centres).sqrt(),
            "That is the table of distances, one row for each point. One step is missing: which entry of a row is the "
            "smallest?",
        ),
    ),
    hints=(
        "Take one point, on paper. Which numbers would you compute before you could say which centre is nearest?",
        "You need a table with a row for each point and a column for each centre. `torch.cdist` makes it; so does "
        "`points[:, None] - centres`, which has one more axis to sum over.",
        "Now one entry of each row has to be found: not its value but its place. Tensors have a method for that, and "
        "it takes the axis to search along.",
    ),
    praise="It works in two dimensions, and in 784 just as well.",
    diagnose=find_places_beyond,
)

# 1.3: the second half

NEAR = 1e-4
HOUSES = torch.tensor([[0.0, 0.0], [2.0, 0.0], [4.0, 6.0], [5.0, 1.0], [7.0, 3.0]])
DISTRICTS = torch.tensor([0, 0, 0, 2, 2])
WELLS = torch.tensor([[1.0, 1.0], [-9.0, 4.0], [6.0, 6.0]])
MOVED = [[2.0, 2.0], [-9.0, 4.0], [6.0, 2.0]]  # nobody is in district 1


def of_each(
    reduce: Callable[[Tensor], Tensor], empty: Callable[[Tensor], Tensor] = lambda centre: centre
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Every centre goes to what `reduce` makes of its points, and to what `empty` makes of itself where it has none."""

    def move(points: Tensor, clusters: Tensor, centres: Tensor) -> Tensor:
        groups = [points[clusters == place] for place in range(len(centres))]
        return torch.stack([reduce(g) if len(g) else empty(centre) for g, centre in zip(groups, centres, strict=True)])

    return move


right_move = of_each(lambda group: group.mean(0))


def draw_clusters(rng: torch.Generator, gap: bool = False) -> tuple:
    """Points, the clusters they are in by chance, and where the centres were; with a `gap` one cluster is empty."""
    count, width, many = whole(rng, 4, 5), whole(rng, 2, 3), whole(rng, 20, 30)
    clusters = torch.cat([torch.arange(count), torch.randint(count, (many,), generator=rng)])
    if gap:
        empty = whole(rng, 0, count - 2)
        clusters[clusters == empty] = empty + 1
    points = torch.randn(len(clusters), width, generator=rng)
    return points, clusters, 2 * torch.randn(count, width, generator=rng)


def only_those_that_occur(points: Tensor, clusters: Tensor, centres: Tensor) -> Tensor:
    return torch.stack([points[clusters == place].mean(0) for place in clusters.unique()])


def only_with_company(points: Tensor, clusters: Tensor, centres: Tensor) -> Tensor:
    alone = (clusters.bincount(minlength=len(centres)) == 1)[:, None]
    return torch.where(alone, centres, right_move(points, clusters, centres))


def joined_anew(points: Tensor, clusters: Tensor, centres: Tensor) -> Tensor:
    return right_move(points, right_nearest(points, centres), centres)


def with_itself(points: Tensor, clusters: Tensor, centres: Tensor) -> Tensor:
    every_point, every_cluster = torch.cat([points, centres]), torch.cat([clusters, torch.arange(len(centres))])
    return right_move(every_point, every_cluster, centres)


TO_THE_MIDDLE: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda group: group.mean(0),
    "centres go to the sum of their points": lambda group: group.sum(0),
    "centres go to the median of their points": lambda group: group.median(0).values,
    "centres go to the first of their points": lambda group: group[0],
    "means lose what comes after the point": lambda group: group.mean(0).trunc(),
}
WITHOUT_POINTS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda centre: centre,
    "a centre without points goes to the origin": torch.zeros_like,
    "a centre without points is not a number": lambda centre: torch.full_like(centre, torch.nan),
}


def find_where_centres_go(cases: list[Case]) -> str:
    """What can be told of centres that go elsewhere."""
    said = told_mixture(
        cases, (TO_THE_MIDDLE, WITHOUT_POINTS), lambda reduce, empty, *given: of_each(reduce, empty)(*given)
    )
    if said:
        return f"In your answer {said}."
    told = [(case, case.arguments[1].bincount(minlength=len(case.right)) > 0) for case in cases]
    if all(bool((case.result - case.right)[some].abs().max() < NEAR) for case, some in told):
        return "Right wherever there are points. A centre that no point has joined should stay where it is."
    if all(is_row_of(case.result[some], case.arguments[0]) for case, some in told):
        return "Your centres go to places where there is a point. The mean of some points lies between them."
    steps = torch.cat([(case.result - case.arguments[2])[some].flatten() for case, some in told])
    right = torch.cat([(case.right - case.arguments[2])[some].flatten() for case, some in told])
    share = float((steps @ right) / (right @ right))
    if bool((steps - share * right).abs().max() < NEAR):
        return f"Your centres go in the right direction, {share:.3g} times as far as they should."
    return ""


def is_row_of(rows: Tensor, others: Tensor) -> bool:
    return bool((rows[:, None] - others).abs().amax(2).amin(1).max() < NEAR)


MOVE = Exercise(
    number="1.3",
    title="Move to the middle",
    name="moved",
    probes=(
        Call("`moved` of five points, three in cluster 0 and two in cluster 2,", (HOUSES, DISTRICTS, WELLS), MOVED),
        Call(
            "`moved` of five points, three in cluster 0 and two in cluster 1 of three,",
            (HOUSES, DISTRICTS.clamp(max=1), WELLS),
            [[2.0, 2.0], [6.0, 2.0], [6.0, 6.0]],
        ),
        Call(
            "`moved` of three points, two in cluster 0 and one in cluster 1,",
            (torch.tensor([[0.0, 0.0], [2.0, 4.0], [5.0, 1.0]]), torch.tensor([0, 0, 1]), WELLS[:2]),
            [[1.0, 2.0], [5.0, 1.0]],
        ),
        Call(
            "`moved` of two points on both sides of the origin, both in cluster 0 of two,",
            (torch.tensor([[-1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 0]), torch.tensor([[5.0, 5.0], [3.0, 3.0]])),
            [[0.0, 0.0], [3.0, 3.0]],
        ),
        *drawn("moved", draw_clusters, right_move),
        *drawn("moved", lambda rng: draw_clusters(rng, gap=True), right_move, times=2),
    ),
    mistakes=(
        Mistake(
            of_each(lambda group: group.mean(0), empty=lambda centre: torch.full_like(centre, torch.nan)),
            "Right wherever there are points. The mean of none at all is not a number: a centre without points stays "
            "where it is.",
        ),
        Mistake(
            of_each(lambda group: group.mean(0), empty=torch.zeros_like),
            "Right wherever there are points. A centre without any goes to the origin: it should stay where it is.",
        ),
        Mistake(
            only_those_that_occur,
            "You give back the centres that have points, and leave the others out, so that all later ones get another "
            "number. A centre without points stays where it is.",
        ),
        Mistake(
            lambda points, clusters, centres: torch.where(
                (moved := of_each(lambda group: group.mean(0), torch.zeros_like)(points, clusters, centres)) == 0,
                centres,
                moved,
            ),
            "You take a mean of 0 for a cluster without points. A mean may well be 0: count the points.",
        ),
        Mistake(
            only_with_company,
            "A centre that a single point has joined stays where it is in your answer. It moves as well: the mean of "
            "one point is that point.",
        ),
        Mistake(
            of_each(lambda group: group.sum(0)),
            "These are the sums of the points. Divided by how many there are in the cluster, they would be means.",
        ),
        Mistake(
            lambda points, clusters, centres: of_each(lambda group: group.sum(0) / len(points))(
                points, clusters, centres
            ),
            "You divide by the number of all points. How many of them are in the cluster?",
        ),
        Mistake(
            of_each(lambda group: group.median(0).values),
            "You take the median of each coordinate. Of all places, the *mean* has the smallest sum of squared "
            "distances.",
        ),
        Mistake(
            lambda points, clusters, centres: points.mean(0).expand_as(centres),
            "All centres go to the mean of all points. Each has points of its own.",
        ),
        Mistake(
            lambda points, clusters, centres: (centres + right_move(points, clusters, centres)) / 2,
            "Your centres go half of the way. They go all the way to the mean of their points.",
        ),
        Mistake(
            with_itself,
            "You count the old centre as one of the points. Once the points have joined it, it matters no more where "
            "it was.",
        ),
        Mistake(
            joined_anew,
            "You let the points join their nearest centre anew. That was the first half of the round: here `clusters` "
            "says who belongs where.",
        ),
        Mistake(
            lambda points, clusters, centres: right_move(points, clusters - 1, centres),
            "You take the clusters to be counted from 1. They are counted from 0.",
        ),
        Mistake(
            lambda points, clusters, centres: centres,
            "No centre has moved.",
        ),
        Mistake(
            lambda points, clusters, centres: right_move(points, clusters, centres) - centres,
            "This is how far each centre moves. Asked for is where it arrives.",
        ),
        Mistake(
            lambda points, clusters, centres: right_move(points, clusters, centres)[clusters],
            "You give every *point* the mean of its cluster. Asked for is one row for each centre.",
        ),
        Mistake(
            of_each(lambda group: group.mean()),
            "Your mean runs over points and coordinates together. A centre has as many coordinates as a point.",
        ),
        Mistake(
            of_each(lambda group: group[0]),
            "Every centre goes to the first of its points. What do the others say?",
        ),
        Mistake(
            lambda points, clusters, centres: points[clusters],
            "You used the clusters as places of points. A condition such as `clusters == 0` picks the points of a "
            "cluster.",
        ),
        Mistake(
            lambda points, clusters, centres: right_move(points, clusters, centres[: int(clusters.max()) + 1]),
            "Your list ends with the last centre that a point has joined. Those after it stay where they are, and in "
            "the list.",
        ),
    ),
    hints=(
        "For one centre: which points belong to it? `clusters == 0` is a row of True and False.",
        "The mean over dimension 0 of those points is where centre 0 goes. Do this for each place from 0 to the number "
        "of centres, and put the results on top of one another with `torch.stack`.",
        "Before you take a mean, look whether there are any points at all. Where there are none, the row of `centres` "
        "stays.",
    ),
    praise="Join, move, join, move: with both halves in turn you have k-means.",
    diagnose=find_where_centres_go,
)

# 1.4: purity
#
# Clusters 0, 1, 3 and 4; number 2 is empty. They hold 4, 2, 1 and 2 examples of their commonest label, out of 12.

CLUSTERS = torch.tensor([0, 0, 0, 0, 0, 1, 1, 1, 3, 3, 4, 4])
LABELS = torch.tensor([4, 4, 4, 4, 9, 1, 9, 9, 9, 7, 3, 3])
PURE = torch.tensor([2, 2, 0, 0, 0, 1])
PURE_LABELS = torch.tensor([5, 5, 3, 3, 3, 3])
GAP = "Nobody is in cluster 2, and there your function stops. Pass over clusters without members."


@dataclass(frozen=True)
class WithGap(Call):
    """A call in which a cluster is empty; an answer that stops there, and not where none is, is told so."""

    def ask(self, answer: Any) -> Any:
        try:
            return super().ask(answer)
        except (ArithmeticError, LookupError, RuntimeError, ValueError) as error:
            if isinstance(error, NotImplementedError):
                raise
            answer(torch.arange(10), torch.arange(10))  # whoever stops here too, has another trouble
            raise WrongKind(GAP) from error


MANY_CLUSTERS = torch.tensor([11, 11, 11, 3, 3, 4, 12])  # a table of ten by ten is too small for these
MANY_LABELS = torch.tensor([10, 10, 2, 12, 12, 5, 0])


HIGH_CLUSTERS = torch.tensor([4, 4, 4, 0]), torch.tensor([1, 1, 0, 0])  # more of these numbers than of labels
HIGH_LABELS = torch.tensor([0, 0, 0, 1]), torch.tensor([11, 11, 2, 3])


def in_a_table_of_ten(clusters: Tensor, labels: Tensor) -> Tensor:
    table = torch.bincount(10 * clusters + labels, minlength=100)[:100].view(10, 10)
    return table.amax(1).sum() / len(labels)


def one_to_one(clusters: Tensor, labels: Tensor) -> float:
    """The share that is right where each label may be the guess for one cluster only."""
    groups_of, nobody = [g.tolist() for g in groups(clusters, labels)], -1
    guesses = permutations([*labels.unique().tolist(), *[nobody] * (len(groups_of) - 1)], len(groups_of))
    right = (sum(map(list.count, groups_of, guess)) for guess in guesses)
    return max(right) / len(labels)


def pairs_agree(clusters: Tensor, labels: Tensor) -> Tensor:
    """The share of pairs that are together in both, or in neither."""
    return ((clusters[:, None] == clusters) == (labels[:, None] == labels)).double().mean()


def draw_labelled(rng: torch.Generator) -> tuple:
    """Clusters of unlike sizes, none empty, each with a commonest label; label 0 is the commonest of cluster 0."""
    clusters, labels = [], []
    for cluster in range(whole(rng, 3, 4)):
        common = cluster and whole(rng, 0, 3)
        others = [label for label in range(4) if label != common]
        mine = [common] * whole(rng, 3, 5) + others[: whole(rng, 1, 3)] + others[: whole(rng, 0, 2)]
        clusters += [cluster] * len(mine)
        labels += mine
    order = torch.randperm(len(labels), generator=rng)
    return torch.tensor(clusters)[order], torch.tensor(labels)[order]


def groups(clusters: Tensor, labels: Tensor) -> list[Tensor]:
    """The labels of each cluster that is not empty."""
    return [labels[clusters == cluster] for cluster in clusters.unique()]


def commonest(labels: Tensor) -> Tensor:
    return labels.bincount().max()


def right_purity(clusters: Tensor, labels: Tensor) -> Tensor:
    return sum(commonest(group) for group in groups(clusters, labels)) / len(labels)


def every_number(clusters: Tensor, labels: Tensor) -> list[Tensor]:
    """The labels of each cluster from 0 to the last, empty ones too."""
    return [labels[clusters == cluster] for cluster in range(int(clusters.max()) + 1)]


def first_numbers(clusters: Tensor, labels: Tensor) -> list[Tensor]:
    """The labels of as many clusters as there are, counted from 0 without gaps."""
    return [labels[clusters == cluster] for cluster in range(len(clusters.unique()))]


def purities(clusters: Tensor, labels: Tensor) -> Tensor:
    """Of each cluster that is not empty its own purity."""
    return torch.stack([commonest(group) / len(group) for group in groups(clusters, labels)])


def guessed_by(guess: Callable[[Tensor], Any]) -> Callable[[Tensor, Tensor], Tensor]:
    """The share of examples whose label is what `guess` makes of the labels of their cluster."""
    return lambda clusters, labels: sum((g == guess(g)).sum() for g in groups(clusters, labels)) / len(labels)


def majorities(clusters: Tensor, labels: Tensor) -> Tensor:
    return sum(len(g) for g in groups(clusters, labels) if 2 * commonest(g) > len(g)) / len(labels)


def find_no_share(cases: list[Case]) -> str:
    """What is odd about a number, as a share of examples that agree with the commonest label of their cluster."""
    pure = [case for case in cases if float(case.right) == 1 and case.wrong]
    if pure:
        return f"Where every cluster holds one label only, purity is 1. Yours is {float(pure[0].result):.3g} there."
    if any(not 0 <= float(case.result) <= 1 for case in cases):
        return "A share lies between 0 and 1."
    if all(float(case.result) == 1 for case in cases):
        return "Your purity is always 1: every example counts as right. Only those with the commonest label do."
    if all(float(case.result) <= float(case.right) + NEAR for case in cases):
        return "Your purity is never too large, and mostly too small: some examples are right and do not count."
    if all(float(case.result) >= float(case.right) - NEAR for case in cases):
        return "Your purity is never too small, and mostly too large: some examples count that are not right."
    return ""


PURITY = Exercise(
    number="1.4",
    title="Purity of a clustering",
    name="purity",
    probes=(
        WithGap("`purity` of twelve examples in clusters 0, 1, 3 and 4", (CLUSTERS, LABELS), 0.75),
        Call("`purity` where every cluster holds one label only", (PURE, PURE_LABELS), 1),
        Call("`purity` of seven examples in clusters 3, 4, 11 and 12", (MANY_CLUSTERS, MANY_LABELS), 6 / 7),
        Call("`purity` of four examples in clusters 4 and 0, with labels of 1 and 0", HIGH_CLUSTERS, 0.75),
        Call("`purity` of four examples in clusters 0 and 1, with labels up to 11", HIGH_LABELS, 0.75),
        *drawn("purity", draw_labelled, right_purity, times=4),
    ),
    mistakes=(
        Mistake(
            lambda clusters, labels: (clusters == labels).float().mean(),
            "You compare the number of a cluster with the label. The numbers of clusters mean nothing: cluster 3 may "
            "well hold the sevens.",
        ),
        Mistake(
            lambda clusters, labels: purities(clusters, labels).mean(),
            "You take the mean of each cluster's own purity. Then a cluster of two examples counts as much as one of a "
            "thousand.",
        ),
        Mistake(
            lambda clusters, labels: purities(clusters, labels).sum(),
            "You add up each cluster's own purity, so that more clusters always score more. Purity is one share, of "
            "all examples together.",
        ),
        Mistake(
            purities,
            "These are the purities of each cluster by itself. Asked for is one number: the share of *all* examples.",
        ),
        Mistake(
            lambda clusters, labels: torch.stack([commonest(g) for g in groups(clusters, labels)]),
            "You say of each cluster how often its commonest label occurs. Asked for is one number: the share of *all* "
            "examples.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(clusters, labels)),
            "That is how many examples carry their cluster's commonest label. Purity is the *share* of them.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(clusters, labels)) / len(clusters.unique()),
            "You divide by the number of clusters. Purity is a share of the examples.",
        ),
        Mistake(
            lambda clusters, labels: right_purity(labels, clusters),
            "Clusters and labels have changed places: you asked how well each label keeps to one cluster. Putting all "
            "examples into one cluster would be perfect then.",
        ),
        Mistake(
            lambda clusters, labels: purities(clusters, labels).max(),
            "This is the purity of the purest cluster. The others count too.",
        ),
        Mistake(
            lambda clusters, labels: commonest(labels) / len(labels),
            "You counted the commonest label of all examples together. Every cluster has a commonest label of its own.",
        ),
        Mistake(
            lambda clusters, labels: commonest(clusters) / len(labels),
            "This is the share of the largest cluster. The labels have not been used.",
        ),
        Mistake(
            lambda clusters, labels: 1 - right_purity(clusters, labels),
            "That is the share of examples which do *not* carry their cluster's commonest label.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(clusters, labels)) // len(labels),
            "Your division drops what comes after the point. A share is seldom a whole number.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in every_number(clusters, labels)) / len(labels),
            GAP,
        ),
        Mistake(
            lambda clusters, labels: (
                sum(commonest(g) if len(g) else 0 for g in first_numbers(clusters, labels)) / len(labels)
            ),
            "You take the clusters to be numbered without gaps, as many as there are. Where number 2 is empty, the "
            "last one is never looked at.",
        ),
        Mistake(
            lambda clusters, labels: 100 * right_purity(clusters, labels),
            "Right, in per cent. Asked for is a share between 0 and 1.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum(len(g.unique()) == 1 for g in groups(clusters, labels)) / len(clusters.unique())
            ),
            "You count the clusters that hold a single label. A cluster with one stranger among a hundred is nearly "
            "pure, and should get credit for it.",
        ),
        Mistake(
            majorities,
            "You credit a cluster with all of its examples as soon as more than half agree. Only those that carry the "
            "commonest label count.",
        ),
        Mistake(
            lambda clusters, labels: purities(clusters, labels).min(),
            "This is the purity of the least pure cluster. The others count too.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum(g.unique(return_counts=True)[1].min() for g in groups(clusters, labels)) / len(labels)
            ),
            "You count the *rarest* label of each cluster. The commonest is the best guess.",
        ),
        Mistake(
            guessed_by(lambda labels: labels[-1]),
            "You guess the label of the cluster's last member. Which guess is right most often?",
        ),
        Mistake(
            lambda clusters, labels: right_purity(clusters, labels) / len(clusters.unique()),
            "You divide by the number of examples, and by the number of clusters as well.",
        ),
        Mistake(
            guessed_by(lambda labels: labels[0]),
            "You guess the label of the cluster's first member. Which guess is right most often?",
        ),
        Mistake(
            guessed_by(lambda labels: labels.float().mean().round()),
            "You guess the *mean* of the labels. A three and a nine make no six: labels are names, and only counting "
            "them makes sense.",
        ),
        Mistake(
            guessed_by(lambda labels: labels.median()),
            "You guess the *median* of the labels. Labels are names, and only counting them makes sense.",
        ),
        Mistake(
            guessed_by(lambda labels: labels.max()),
            "You guess the largest label of each cluster. Labels are names: which of them is the commonest?",
        ),
        Mistake(
            lambda clusters, labels: sum(g.bincount().argmax() for g in groups(clusters, labels)) / len(labels),
            "You add up the commonest labels themselves. How *often* do they occur?",
        ),
        Mistake(
            lambda clusters, labels: (
                sum((g[g > 0].bincount(minlength=1)).max() for g in groups(clusters, labels)) / len(labels)
            ),
            "A cluster whose commonest label is 0 gets no credit for it. 0 is a label like any other.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum(commonest(labels[clusters == k]) for k in range(10) if k in clusters) / len(labels)
            ),
            "Your loop ends after cluster 9. There may be any number of clusters.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum(labels[clusters == k].bincount(minlength=10)[:10].max() for k in clusters.unique()) / len(labels)
            ),
            "You count the labels from 0 to 9 and no others. There may be any number of labels.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum(labels[clusters == k].bincount(minlength=1).max() for k in range(int(labels.max()) + 1))
                / len(labels)
            ),
            "You look at as many clusters as there are labels. They have nothing to do with each other: there may be "
            "more clusters than labels, or fewer.",
        ),
        Mistake(
            in_a_table_of_ten,
            "Your table has ten rows and ten columns. There may be any number of clusters, and of labels.",
        ),
        Mistake(
            one_to_one,
            "You let each label be the guess for one cluster only. Two clusters may well have the same commonest "
            "label, as upright and slanted ones do.",
        ),
        Mistake(
            pairs_agree,
            "You count *pairs* that agree, which is another measure, the Rand index. Purity counts examples.",
        ),
        Mistake(
            lambda clusters, labels: sum(commonest(g) for g in groups(clusters, labels)) / len(labels.unique()),
            "You divide by the number of labels that occur. Purity is a share of the examples.",
        ),
        Mistake(
            lambda clusters, labels: (
                sum((g.bincount() / len(g)).square().sum() * len(g) for g in groups(clusters, labels)) / len(labels)
            ),
            "You square the share of every label in a cluster: as if the guess were drawn from them. Your guess is the "
            "commonest label, each time.",
        ),
    ),
    hints=(
        "You are told the cluster of an example, and guess its label. Which guess is right most often?",
        "For one cluster: pick the labels of its members, and count how often the commonest occurs. "
        "`labels[clusters == c]` and `bincount` help.",
        "Add these counts over all clusters. What do you have to divide by so that a perfect clustering gets 1? And "
        "does your loop survive a cluster without members?",
    ),
    praise="Purity looks at the labels only after the clustering is done.",
    diagnose=find_no_share,
)

# 1.5: which tasks are supervised

TASKS = "abcdef"
ABOUT = {  # what is said of a task that is listed and does not belong, or the other way round
    "a": "An answer need not be a class: it may be a number.",
    "b": "Where nobody knows the groups, there is no answer to learn from, however useful the groups turn out to be.",
    "c": "Readers have marked the answers, one beside each message.",
    "d": "What is unlike all the rest can be found without anybody having marked it.",
    "e": "Two numbers for each picture sounds like regression; but who has said which two numbers are right?",
    "f": "An answer need not come from a person: whoever mixes the examples may have kept note.",
}


@dataclass(frozen=True)
class Letters(Value):
    """The answer is a choice of letters, in any order, as a text or a list."""

    def ask(self, answer: Any) -> Any:
        asked = super().ask(list(answer) if isinstance(answer, set) else answer)
        if isinstance(asked, tuple) and asked and all(isinstance(part, str) for part in asked):
            asked = "".join(asked)
        if asked is None or (isinstance(asked, (list, tuple)) and asked and all(part in (None, ...) for part in asked)):
            return None
        named = re.sub(r"\band\b", "", asked) if isinstance(asked, str) else ""
        letters = "".join(sorted({letter for letter in named if letter.isalpha()}))
        if not letters:
            raise WrongKind('The letters of the tasks are asked for, as a text in quotation marks such as `"bd"`.')
        return letters

    def complain(self, result: Any) -> str:
        unknown = sorted(set(result) - set(TASKS))
        if unknown:
            return f"There is no task {unknown[0]}; the letters go from a to {TASKS[-1]}."
        extra, missing = sorted(set(result) - set(self.right)), sorted(set(self.right) - set(result))
        said = [f"{in_words(len(extra))} too many. {ABOUT[extra[0]]}"] if extra else []
        said += [f"{in_words(len(missing))} missing. {ABOUT[missing[0]]}"] if missing else []
        return " ".join(said)


def in_words(count: int) -> str:
    names = ("None", "One is", "Two are", "Three are")
    return names[count]


SUPERVISED = Exercise(
    number="1.5",
    title="Which tasks are supervised?",
    name="supervised",
    probes=(Letters("acf"),),
    mistakes=(
        Mistake(
            "bde",
            "You listed the tasks whose examples come *without* an answer. Supervised is the other kind.",
        ),
        Mistake(
            "ac",
            "Both belong, and one is missing. A label need not be written by a person: where does the right answer "
            "come from if the program itself has made half of the examples?",
        ),
        Mistake(
            "cf",
            "Both belong, and one is missing. An answer to learn need not be a class: it may be a number.",
        ),
        Mistake(
            "c",
            "That one belongs. You seem to look for classes that a person has marked; an answer may also be a number, "
            "and it may cost nobody any work.",
        ),
        Mistake(
            "abcdef",
            "Every task has data, and every task has a goal. But do the *examples* come with answers in all of them?",
        ),
    ),
    hints=(
        "The kind of answer does not matter, and neither does the method. Look at one example of the data: is there "
        "a `y` beside its `x`?",
        "In three of the tasks there is. One `y` is a number, one was given by people, and one comes from the program "
        "itself.",
    ),
    praise="Keep the last one in mind: it is half of the game that begins in chapter 04.",
)

EXERCISES = (GRADE, ASSIGN, MOVE, PURITY, SUPERVISED)

QUIZ = (
    Question(
        "k-means has put the digits into ten clusters. What does it know about cluster 7?",
        key="b",
        options=(
            Option(
                "That its members are sevens, since seven is its number.",
                "k-means has seen no label. That the cluster has number 7 is an accident of where the centres began.",
            ),
            Option(
                "Where its centre is, and which digits are near it.",
                "That is all there is. Whether the members share a label is for us to find out, with labels.",
            ),
            Option(
                "That its members look alike to a person.",
                "They are near one another, pixel by pixel. People compare strokes, and the two often disagree.",
            ),
            Option(
                "How probable each of its members is.",
                "That would be density estimation. k-means keeps a centre for each cluster and no probabilities.",
            ),
        ),
    ),
    Question(
        "A colleague clusters 5,000 digits and reports a purity of 0.98. What do you ask first?",
        key="d",
        options=(
            Option(
                "Which random start was used.",
                "With ten clusters, ten starts gave from 0.49 to 0.61. There is a way to make purity as high as one "
                "likes.",
            ),
            Option(
                "Whether the digits were shuffled.",
                "Neither k-means nor purity cares about the order of the examples.",
            ),
            Option(
                "How many principal components were kept.",
                "It matters a little. It does not bring purity from 0.6 to 0.98.",
            ),
            Option(
                "How many clusters there are.",
                "With as many clusters as digits purity is 1, and nothing has been found. The number of clusters "
                "belongs beside every purity.",
            ),
        ),
    ),
    Question(
        "On the two-dimensional map, fours and nines lie in one heap. What follows?",
        key="a",
        options=(
            Option(
                "Two numbers are too few to tell them apart; 784 may do.",
                "The map keeps about a sixth of the spread. The classifier of section 3, which sees all pixels, tells "
                "most fours from nines.",
            ),
            Option(
                "No classifier can tell a four from a nine, however many pixels it is given.",
                "The map shows two numbers a digit. What it does not show may still be in the picture.",
            ),
            Option(
                "Many of the labels are wrong.",
                "The labels had no say in the map. It overlays digits that share their broad shape.",
            ),
            Option(
                "PCA was given too few digits.",
                "With twice as many the map looks much the same: these two directions are what they are.",
            ),
        ),
    ),
    Question(
        "Which of these numbers can be computed without a single label?",
        key="c",
        options=(
            Option("The accuracy on held-out digits.", "Accuracy compares predictions with labels."),
            Option("The purity of a clustering.", "Purity counts labels, though the clustering itself used none."),
            Option(
                "The mean log density of held-out digits.",
                "A density can be graded by how probable it finds new examples, and that takes the examples alone.",
            ),
            Option("The confusion matrix.", "Its rows are the labels."),
        ),
    ),
    Question(
        "You slide the width of the density estimate towards zero. What happens?",
        key="c",
        options=(
            Option(
                "Training and held-out digits both get more probable.",
                "The training digits do. Between them the density falls to nothing, and new digits lie between them.",
            ),
            Option(
                "Both get less probable, as the estimate becomes too rough.",
                "It becomes rough, but the bump above each training digit grows without end.",
            ),
            Option(
                "Training digits get more probable, and held-out ones less.",
                "The estimate learns its examples by heart. Only examples it has not seen can tell.",
            ),
            Option(
                "Nothing that labels could not repair.",
                "Labels say nothing about how wide a bump should be. This is about examples, seen and unseen.",
            ),
        ),
    ),
)

"""Exercises and quiz of chapter 10: a fooled inception score, the Fréchet distance, precision, and a copied sample."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from gancore.data import load, to_float
from gancore.lessons.diagnosing import Case, told_terms
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, WrongKind, after, call, drawn, whole
from gancore.lessons.quizzes import Option, Question
from gancore.metrics import inception_score
from gancore.metrics.classifier import load_extractor

# 10.1: an inception score that is fooled. There are many ways to do it, so what counts is the score that is reached.

READER = load_extractor("digits")
PICTURES, DIFFERENT, SCORE = 100, 10, 9.9


ALL = to_float(load("digits").images)
POOL = ALL[::5]
POOL_LOGITS = READER.logits(POOL)


def draw_heap(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two or three hundred digits and their logits.

    Of two classes there is one digit each, the very first and the very last. Next to the first come the thirty that the
    classifier is least sure of.
    """
    read, sure = POOL_LOGITS.argmax(1), POOL_LOGITS.softmax(1).max(1).values
    ends = torch.randperm(10, generator=rng)[:2].tolist()
    first, last = ((sure * (read == digit)).argmax() for digit in ends)
    others = sure.argsort()
    others = others[~torch.isin(read[others], torch.tensor(ends))]
    more = others[30:][torch.randperm(len(others) - 30, generator=rng)][: whole(rng, 200, 300)]
    chosen = torch.cat([first[None], others[:30], more, last[None]])
    return POOL[chosen], POOL_LOGITS[chosen]


@dataclass(frozen=True)
class Fooled:
    """The answer takes 100 pictures from a heap, at most ten of them different, that score higher than real digits do.

    What it gives back is "fooled" then, "strangers" where a picture is not from the heap, "from the start" where all
    are among its first ten, else how many pictures there
    are, how many different ones, their score, and as how many digits they are read and how certainly at least.
    """

    seed: int = 0
    right: Any = "fooled"

    def ask(self, answer: Any) -> Any:
        images, logits = draw_heap(torch.Generator().manual_seed(self.seed))
        return after(call(answer, (images, logits)), lambda made: self.weigh(made, images))

    def weigh(self, made: Any, images: Tensor) -> Any:
        if made is None or made is Ellipsis:
            return None
        if not isinstance(made, Tensor) or made.ndim != 4 or made.shape[1:] != images.shape[1:] or len(made) == 0:
            raise WrongKind("Your function has to give back pictures, in a tensor of shape (100, 1, 28, 28).")
        different = made.float().flatten(1).unique(dim=0)
        if not (different[:, None] == images.flatten(1)).all(2).any(1).all():
            return "strangers"
        from_the_start = (different[:, None] == images[:DIFFERENT].flatten(1)).all(2).any(1).all()
        if len(different) > 1 and from_the_start:
            return "from the start"
        score = inception_score(READER.logits(made.float()))
        if len(made) == PICTURES and len(different) <= DIFFERENT and score >= SCORE:
            return self.right
        shares = READER.logits(made.float()).softmax(1).max(1)
        return torch.tensor(
            [len(made), len(different), score, len(shares.indices.unique()), float(shares.values.min())]
        )

    def complain(self, result: Any) -> str:
        if not isinstance(result, Tensor):
            return "Your function has to give back pictures, in a tensor of shape (100, 1, 28, 28)."
        count, different, score, classes, least = result.tolist()
        return (
            f"You made {count:.0f} pictures, {different:.0f} of them different, with a score of "
            f"{math.floor(100 * score) / 100:.2f}. Asked for are {PICTURES}, at most {DIFFERENT} of them different, "
            f"with a score of at least {SCORE}. Yours are read as {classes:.0f} different digits, the least certain of "
            f"them with a probability of {least:.3f}."
        )


def one_of_them(images: Tensor, logits: Tensor) -> Tensor:
    return images[:1].repeat(100, 1, 1, 1)


def a_hundred_of_them(images: Tensor, logits: Tensor) -> Tensor:
    return images[-100:]


def surest_of_all(images: Tensor, logits: Tensor) -> Tensor:
    return images[logits.softmax(1).max(1).values.topk(10).indices].repeat(10, 1, 1, 1)


def least_sure(images: Tensor, logits: Tensor) -> Tensor:
    return images[logits.softmax(1).argmin(0)].repeat(10, 1, 1, 1)


def first_of_each(images: Tensor, logits: Tensor) -> Tensor:
    read = logits.argmax(1)
    return torch.stack([images[read == digit][0] for digit in range(10)]).repeat(10, 1, 1, 1)


def classes_for_places(images: Tensor, logits: Tensor) -> Tensor:
    return images[logits.argmax(1)][:100]


def ten_alone(images: Tensor, logits: Tensor) -> Tensor:
    return images[logits.softmax(1).argmax(0)]


def their_mean(images: Tensor, logits: Tensor) -> Tensor:
    read = logits.argmax(1)
    return torch.stack([images[read == digit].mean(0) for digit in range(10)]).repeat(10, 1, 1, 1) / 2


FOOL = Exercise(
    number="10.1",
    title="Fool the inception score",
    name="fool",
    probes=(Fooled(0), Fooled(1)),
    mistakes=(
        Mistake(
            one_of_them,
            "A single picture, however well it is read, scores 1: its prediction *is* the mean prediction. What has to "
            "differ from picture to picture?",
        ),
        Mistake(
            a_hundred_of_them,
            "These are a hundred different digits, and no fraud. At most ten different pictures are allowed.",
        ),
        Mistake(
            surest_of_all,
            "You took the ten that are read with the most certainty of all. Which classes are among them?",
        ),
        Mistake(
            least_sure,
            "For each class you took the picture that is *least* likely to belong to it: the other end, please.",
        ),
        Mistake(
            first_of_each,
            "One of each class, and you took the first that came. The classifier wavers on some of them, and that "
            "costs; others are read with certainty.",
        ),
        Mistake(
            classes_for_places,
            "All of your pictures are among the first ten of the heap. Did you take classes, which `logits.argmax(1)` "
            "gives, for places of pictures? Or the first ten that came?",
        ),
        Mistake(
            ten_alone, "The ten are well chosen. Asked for are a hundred pictures, so each has to come more often."
        ),
        Mistake(
            their_mean,
            "Some of your pictures are not in the heap that your function was given. Take its own pictures as they "
            "are, neither blended nor altered nor from elsewhere in the notebook.",
        ),
    ),
    hints=(
        "The score is high when each picture is read with certainty, and when the classes come equally often. Nothing "
        "else enters.",
        "So ten pictures are enough, one of each class. Which of them? `logits.softmax(1)` is a table with a row for "
        "each picture and a column for each class.",
        "For each class you want the picture that the classifier is surest of. In that table, is it the largest entry "
        "of a row or of a column? Ten pictures are not a hundred yet: what does the score say of one that comes twice?",
    ),
    praise="A generator that knows ten pictures by heart beats real handwriting by this score.",
)

# 10.2: the Fréchet distance of two Gaussians


def gaussian(mean: list[float], covariance: list[list[float]]) -> tuple[Tensor, Tensor]:
    return torch.tensor(mean).double(), torch.tensor(covariance).double()


LINE = gaussian([1.0], [[4.0]]), gaussian([3.0], [[0.25]])  # deviations 2 and 0.5
ROUND = gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 9.0]]), gaussian([1.0, 2.0], [[4.0, 0.0], [0.0, 1.0]])
TILTED = gaussian([0.5, -1.0], [[2.0, 1.0], [1.0, 3.0]]), gaussian([2.0, 1.0], [[1.0, -0.5], [-0.5, 2.0]])


SAME = TILTED[0], TILTED[0]


def draw_gaussians(rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Two Gaussians in three to six dimensions whose long axes lie askew to each other."""
    size = whole(rng, 3, 6)
    return (*draw_gaussian(size, rng), *draw_gaussian(size, rng))


def draw_gaussian(size: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    stretched = torch.randn(size, size, generator=rng, dtype=torch.double)
    flat = 0.2 * torch.eye(size, dtype=torch.double)  # none is so flat that rounding has a say
    return torch.randn(size, generator=rng, dtype=torch.double), stretched @ stretched.T / size + flat


def root(matrix: Tensor) -> Tensor:
    """The symmetric matrix that gives a symmetric `matrix` when multiplied with itself."""
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ values.sqrt().diag() @ vectors.T


def symmetric_root(cov_a: Tensor, cov_b: Tensor) -> Tensor:
    """The root of A^½ B A^½, which has the trace of that of AB."""
    half = root(cov_a)
    return root(half @ cov_b @ half)


def root_of_the_product(cov_a: Tensor, cov_b: Tensor) -> Tensor:
    """The root of AB itself, which is not symmetric."""
    half = root(cov_a)
    return half @ symmetric_root(cov_a, cov_b) @ half.inverse()


def with_symmetric_roots(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    """Another way than the last hint's."""
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * symmetric_root(cov_a, cov_b).trace()


def in_the_plane(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> float:
    """For 2×2 matrices √λ₁ + √λ₂ = √(tr + 2√det), which needs no eigenvalues."""
    product = one[1] @ other[1]
    overlap = (product.trace() + 2 * torch.linalg.det(product).sqrt()).sqrt()
    return float((one[0] - other[0]).square().sum() + (one[1] + other[1]).trace() - 2 * overlap)


def overlap(cov_a: Tensor, cov_b: Tensor) -> Tensor:
    return torch.linalg.eigvals(cov_a @ cov_b).real.sqrt().sum()


def shift(mean_a: Tensor, mean_b: Tensor) -> Tensor:
    return (mean_a - mean_b).square().sum()


def means_alone(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b)


def means_not_squared(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b).sqrt() + (cov_a + cov_b).trace() - 2 * overlap(cov_a, cov_b)


def without_means(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return (cov_a + cov_b).trace() - 2 * overlap(cov_a, cov_b)


def root_of_all(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return (shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * overlap(cov_a, cov_b)).sqrt()


def overlap_once(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - overlap(cov_a, cov_b)


def overlap_added(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() + 2 * overlap(cov_a, cov_b)


def no_root(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * (cov_a @ cov_b).trace()


def root_of_the_trace(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * (cov_a @ cov_b).trace().sqrt()


def root_of_entries(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * (cov_a @ cov_b).diagonal().sqrt().sum()


def product_of_roots(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * (root(cov_a) @ root(cov_b)).trace()


def half_of_the_product(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    """`eigvalsh` looks at one triangle of a matrix and takes the other for its mirror image."""
    values = torch.linalg.eigvalsh(cov_a @ cov_b)
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * values.clamp(min=0).sqrt().sum()


def singular_values(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    values = torch.linalg.svdvals(cov_a @ cov_b)
    return shift(mean_a, mean_b) + (cov_a + cov_b).trace() - 2 * values.sqrt().sum()


def diagonals_alone(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a.diagonal().sqrt() - cov_b.diagonal().sqrt()).square().sum()


def covariances_as_deviations(mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
    return shift(mean_a, mean_b) + (cov_a - cov_b).square().sum()


TINY = 1e-4  # an amount that no missing or wrong part of the formula explains


def told_parts(cases: list[Case]) -> str:
    """That a distance is off by next to nothing, in which amounts it has its three parts, or that only clouds along
    the axes come out right."""
    if all(abs(float(case.result - case.right)) < TINY for case in cases if case.wrong):
        return (
            "Your number is off by very little: is it rounded on the way, as in float32, or is something small added?"
        )
    found = told_terms(
        cases,
        {
            "the squared distance of the means": lambda mean_a, cov_a, mean_b, cov_b: shift(mean_a, mean_b),
            "the first trace": lambda mean_a, cov_a, mean_b, cov_b: cov_a.trace(),
            "the second trace": lambda mean_a, cov_a, mean_b, cov_b: cov_b.trace(),
            "the part with the root": lambda mean_a, cov_a, mean_b, cov_b: -2 * overlap(cov_a, cov_b),
        },
        {
            "the distance of the means, not squared": lambda mean_a, cov_a, mean_b, cov_b: (mean_a - mean_b).norm(),
            "the sum of all entries of a covariance": lambda mean_a, cov_a, mean_b, cov_b: cov_a.sum() + cov_b.sum(),
            "the sum of the sizes of the differences": lambda mean_a, cov_a, mean_b, cov_b: (
                (mean_a - mean_b).abs().sum()
            ),
            "the mean squared difference of the means": lambda mean_a, cov_a, mean_b, cov_b: (
                (mean_a - mean_b).square().mean()
            ),
            "the root of the trace of the product": lambda mean_a, cov_a, mean_b, cov_b: (cov_a @ cov_b).trace().sqrt(),
            "the trace of the product without a root": lambda mean_a, cov_a, mean_b, cov_b: (cov_a @ cov_b).trace(),
            "the trace of the product of both roots": lambda mean_a, cov_a, mean_b, cov_b: (
                root(cov_a) @ root(cov_b)
            ).trace(),
        },
    )
    along = [case for case in cases if all(each.diagonal().diag().equal(each) for each in case.arguments[1::2])]
    if found or any(case.wrong for case in along):
        return found
    return (
        "Right for clouds along the axes, and wrong for tilted ones. There the root of a matrix is neither the roots "
        "of its entries nor a triangle, as Cholesky's: it is the symmetric matrix of section 4."
    )


FRECHET = Exercise(
    number="10.2",
    title="The Fréchet distance of two Gaussians",
    name="frechet",
    probes=(
        Call("On the line, for means 1 and 3 and variances 4 and 0.25, `frechet`", (*LINE[0], *LINE[1]), 4 + 1.5**2),
        Call(
            "For means (0, 0) and (1, 2) and covariances diag(1, 9) and diag(4, 1), `frechet`",
            (*ROUND[0], *ROUND[1]),
            5 + 1 + 4,
        ),
        Call(
            "For two Gaussians that are tilted differently, `frechet`", (*TILTED[0], *TILTED[1]), in_the_plane(*TILTED)
        ),
        Call("For two equal Gaussians, `frechet`", (*SAME[0], *SAME[1]), 0.0),
        *drawn("frechet", draw_gaussians, with_symmetric_roots, times=4),
    ),
    mistakes=(
        Mistake(
            means_alone,
            "You measure how far the means lie apart. Two clouds can share their mean and still have different shapes.",
        ),
        Mistake(
            means_not_squared,
            "The part of the covariances is right. How does the distance of the means enter: as it is, or otherwise?",
        ),
        Mistake(without_means, "Your number does not change when one cloud is moved away from the other. It should."),
        Mistake(
            root_of_all,
            "You took the root of the whole at the end. The number that everybody reports is the *squared* distance.",
        ),
        Mistake(
            overlap_once,
            "The two traces are there, and of what they have in common you take too little away: put both covariances "
            "alike, and see whether you get 0.",
        ),
        Mistake(
            overlap_added,
            "Look at the sign of the last term: clouds that vary together are nearer to each other, not farther.",
        ),
        Mistake(
            no_root,
            "You use the trace of the product itself. In one dimension that is σ₁²σ₂², and the derivation has σ₁σ₂.",
        ),
        Mistake(
            root_of_the_trace,
            "You take the trace first and the root after. In one dimension that is the same; in two, which of them "
            "comes first?",
        ),
        Mistake(
            root_of_entries,
            "You took the root of each entry. The root of a matrix is another matrix that, *multiplied with itself*, "
            "gives the first: look at its eigenvalues.",
        ),
        Mistake(
            product_of_roots,
            "You took the root of each covariance and multiplied the roots. Where both lie along the same axes that is "
            "the root of the product; where they are tilted against each other it is not.",
        ),
        Mistake(
            half_of_the_product,
            "`eigvalsh` and `eigh` are for symmetric matrices, and the product of two symmetric ones is not symmetric: "
            "they look at one half of it and mirror that.",
        ),
        Mistake(
            singular_values,
            "You used singular values. They are the eigenvalues only of a symmetric matrix without negative ones, and "
            "the product of two covariances is not symmetric.",
        ),
        *(
            Mistake(
                lambda mean_a, cov_a, mean_b, cov_b, half=half, traces=traces: (
                    shift(mean_a, mean_b) + traces(cov_a + cov_b) - 2 * half(cov_a, cov_b).sum()
                ),
                f"You add up all entries of {name}. A trace is the sum of the diagonal alone.",
            )
            for name, half, traces in (
                ("the root", symmetric_root, torch.trace),
                ("the root of the product", root_of_the_product, torch.trace),
                ("each matrix", symmetric_root, torch.sum),
                ("each matrix, the root of the product among them", root_of_the_product, torch.sum),
            )
        ),
        Mistake(
            diagonals_alone,
            "You compare the deviations along each axis. That is right for clouds along the axes, and blind to how "
            "the coordinates vary together.",
        ),
        Mistake(
            covariances_as_deviations,
            "You subtract the covariances themselves. On the line, what is subtracted: variances or standard "
            "deviations?",
        ),
    ),
    hints=(
        "Write the three parts on lines of their own: the means, the two traces, what both have in common.",
        "The last part is the trace of the root of a matrix. A trace is the sum of the eigenvalues, and the root of a "
        "matrix has the roots of them.",
        "`torch.linalg.eigvals` gives the eigenvalues of any square matrix as complex numbers, and `.real` takes the "
        "real part. The product of the two covariances has the same ones as the matrix in the formula.",
    ),
    diagnose=told_parts,
    praise="The part with the root is what makes it more than a comparison of means and spreads.",
)

# 10.3: precision, which with its arguments exchanged is recall


def on_a_line(*places: float) -> Tensor:
    return torch.tensor(places).float()[:, None]


FOUR, PAIR = on_a_line(0, 1, 3, 7), torch.tensor([[0.0, 0.0], [0.0, 0.0], [5.0, 0.0], [5.0, 9.0]])


def draw_clouds(rng: torch.Generator) -> tuple[Tensor, Tensor, int]:
    """Points of one to four coordinates that lie partly among others, and which neighbour a circle reaches to."""
    width = whole(rng, 1, 4)
    real = torch.randn(whole(rng, 12, 24), width, generator=rng)
    generated = 0.4 + 1.5 * torch.randn(whole(rng, 25, 40), width, generator=rng)
    return real, generated, whole(rng, 1, 4)


def reaches(points: Tensor, k: int) -> Tensor:
    """From each point to its k-th nearest other one."""
    return torch.cdist(points, points).sort(1).values[:, k]


def inside(real: Tensor, generated: Tensor, reach: Tensor) -> Tensor:
    """A row for each generated point, a column for each circle."""
    return torch.cdist(generated, real) <= reach


def share_inside_any(real: Tensor, generated: Tensor, k: int) -> float:
    """Point by point, to compare with."""
    reaches = []
    for place, centre in enumerate(real):
        others = torch.cat([real[:place], real[place + 1 :]])
        reaches.append((others - centre).norm(dim=1).sort().values[k - 1])
    circles = list(zip(real, reaches, strict=True))
    found = sum(any((point - centre).norm() <= reach for centre, reach in circles) for point in generated)
    return found / len(generated)


def any_circle(real: Tensor, generated: Tensor, k: int) -> Tensor:
    return inside(real, generated, reaches(real, k)).any(1)


def nearest_circle_alone(real: Tensor, generated: Tensor, k: int) -> Tensor:
    distance, nearest = torch.cdist(generated, real).min(1)
    return (distance <= reaches(real, k)[nearest]).double().mean()


def by_city_blocks(real: Tensor, generated: Tensor, k: int) -> Tensor:
    reach = torch.cdist(real, real, p=1).sort(1).values[:, k]
    return (torch.cdist(generated, real, p=1) <= reach).any(1).double().mean()


def strictly(real: Tensor, generated: Tensor, k: int) -> Tensor:
    return (torch.cdist(generated, real) < reaches(real, k)).any(1).double().mean()


def circles_around_generated(real: Tensor, generated: Tensor, k: int) -> Tensor:
    return (torch.cdist(generated, real) <= reaches(generated, k)[:, None]).any(1).double().mean()


def reach_among_real(real: Tensor, generated: Tensor, k: int) -> Tensor:
    """The k-th distance from a generated point to the real ones, beside the reach of each."""
    return (torch.cdist(generated, real).sort(1).values[:, k - 1 : k] <= reaches(real, k)).any(1).double().mean()


def reach_among_all(real: Tensor, generated: Tensor, k: int) -> Tensor:
    reach = torch.cdist(real, torch.cat([real, generated])).sort(1).values[:, k]
    return inside(real, generated, reach).any(1).double().mean()


def reach_to_generated(real: Tensor, generated: Tensor, k: int) -> Tensor:
    reach = torch.cdist(real, generated).sort(1).values[:, k - 1]
    return inside(real, generated, reach).any(1).double().mean()


def reach_to_the_farthest(real: Tensor, generated: Tensor, k: int) -> Tensor:
    reach = torch.cdist(real, real).sort(1, descending=True).values[:, k - 1]
    return inside(real, generated, reach).any(1).double().mean()


def twins_left_out(real: Tensor, generated: Tensor, k: int) -> Tensor:
    table = torch.cdist(real, real)
    reach = table.masked_fill(table == 0, torch.inf).sort(1).values[:, k - 1]
    return inside(real, generated, reach).any(1).double().mean()


PRECISION = Exercise(
    number="10.3",
    title="Precision, and recall with it",
    name="precision",
    probes=(
        Call(
            "With real points at 0, 1, 3, 7, generated ones at 1.5, 5, 20, and k = 1, `precision`",
            (FOUR, on_a_line(1.5, 5, 20), 1),
            2 / 3,
        ),
        Call(
            "With real points at 0, 1, 3, 7, generated ones at 13, -4, 14, 9, and k = 2, `precision`",
            (FOUR, on_a_line(13, -4, 14, 9), 2),
            1 / 2,
        ),
        Call(
            "Where two real points are the same, `precision`",
            (PAIR, torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 1.0], [-2.0, 0.0], [-3.0, 9.0]]), 1),
            3 / 5,
        ),
        *drawn("precision", draw_clouds, share_inside_any, times=5),
    ),
    mistakes=(
        Mistake(
            lambda real, generated, k: any_circle(generated, real, k).double().mean(),
            "This is recall: your circles stand around generated points, and you count real ones.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k - 1)).any(1).double().mean(),
            "Your circles reach one neighbour too few. In the sorted distances of a real point to all real points the "
            "first is its distance to itself.",
        ),
        Mistake(
            lambda real, generated, k: (
                inside(real, generated, reaches(real, min(k + 1, len(real) - 1))).any(1).double().mean()
            ),
            "Your circles reach one neighbour too many. Have you left out the point itself twice?",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, 3)).any(1).double().mean(),
            "Your circles reach to the third neighbour whatever `k` is.",
        ),
        Mistake(
            lambda real, generated, k: any_circle(real, generated, k).sum(),
            "You counted the points that lie inside. The share of all generated points is asked for.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k)).double().mean(),
            "You took the mean over all pairs of point and circle. One circle is enough: first ask of each generated "
            "point whether *any* holds it.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k)).all(1).double().mean(),
            "You ask whether a point lies inside *every* circle. One is enough.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k)).any(0).double().mean(),
            "You counted circles that hold a generated point: that is coverage. Count the points that a circle holds.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k)).sum(1).double().mean() / k,
            "You count the circles that hold a point, and divide by k: that is density. For precision a point that "
            "lies in several circles counts once.",
        ),
        Mistake(
            nearest_circle_alone,
            "You ask only the circle of the nearest real point. A circle of one farther away may be larger, and hold "
            "the point.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k).mean()).any(1).double().mean(),
            "Your circles are all of one size, the mean. Each real point has a reach of its own.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k).median()).any(1).double().mean(),
            "Your circles are all of one size, the median. Each real point has a reach of its own.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k).sqrt()).any(1).double().mean(),
            "You compare squared distances with reaches that are not squared.",
        ),
        Mistake(
            lambda real, generated, k: (
                inside(real, generated, torch.cdist(real, real).sort(1).values[:, 1 : k + 1].mean(1))
                .any(1)
                .double()
                .mean()
            ),
            "Your circles reach as far as the k nearest points are *on average*. They reach to the k-th of them.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, reaches(real, k) / 2).any(1).double().mean(),
            "Your circles reach half of the way to the k-th neighbour. They reach to it.",
        ),
        Mistake(
            lambda real, generated, k: inside(real, generated, 2 * reaches(real, k)).any(1).double().mean(),
            "Your circles reach twice as far as to the k-th neighbour.",
        ),
        Mistake(
            lambda real, generated, k: any_circle(real, generated, k).sum() / len(real),
            "You divide by the number of real points. It is a share of the *generated* ones.",
        ),
        Mistake(
            lambda real, generated, k: (
                inside(real, generated, torch.cdist(real, real).sort(0).values[:, k]).any(1).double().mean()
            ),
            "You sort along one axis and read off along the other: the distances from a point belong to one row, "
            "sorted as a row.",
        ),
        Mistake(
            lambda real, generated, k: (inside(real, generated, reaches(real, k)).sum(1) >= k).double().mean(),
            "You ask for k circles around each generated point. One is enough: k says how far a circle reaches.",
        ),
        Mistake(
            reach_to_generated,
            "Your circles reach to the k-th *generated* point, and so each holds one. The k-th other *real* point is "
            "asked for.",
        ),
        *(
            Mistake(
                lambda real, generated, k, extreme=extreme: (
                    inside(real, generated, extreme(reaches(real, k))).any(1).double().mean()
                ),
                f"Your circles are all of one size, the {name}. Each real point has a reach of its own.",
            )
            for name, extreme in (("largest", torch.max), ("smallest", torch.min))
        ),
        Mistake(
            reach_among_all,
            "Generated points count among the neighbours, so that your circles are too small. They reach to the k-th "
            "other *real* point.",
        ),
        Mistake(
            lambda real, generated, k: (
                inside(real, generated, torch.cdist(real, real).sort(1, descending=True).values[:, k])
                .any(1)
                .double()
                .mean()
            ),
            "You sort the distances from the largest to the smallest, so that place k is far out.",
        ),
        Mistake(
            reach_to_the_farthest,
            "Your circles reach to the k-th point from the far end: the distances were sorted the other way round.",
        ),
        Mistake(
            circles_around_generated,
            "Your circles stand around the generated points. For precision they stand around real ones.",
        ),
        Mistake(
            reach_among_real,
            "You compare the reach of a real point with the distance from a generated one to *its* k-th real "
            "neighbour. Compare it with the distance between the two.",
        ),
        Mistake(strictly, "A point on a circle is inside: a distance equal to the reach counts."),
        Mistake(
            by_city_blocks,
            "You add up the sizes of the differences (p = 1). A circle is about the straight distance, p = 2.",
        ),
        Mistake(
            twins_left_out,
            "Right, but for two real points at the same place: each is the other's neighbour, at a distance of 0. Only "
            "the point itself is none.",
        ),
        Mistake(
            lambda real, generated, k: 1 - any_circle(real, generated, k).double().mean(),
            "This is the share that lies *outside* of all circles.",
        ),
    ),
    hints=(
        "You need two tables of distances, and `torch.cdist` makes both: real to real for the reach of each circle, "
        "generated to real for who lies inside.",
        "Sort each row of the first table. Which column holds the k-th neighbour, if the first one is the point "
        "itself?",
        "Compare the second table with all reaches at once: a row for each generated point, a column for each circle. "
        "Then ask of each row whether anything in it is true, and take the share of rows.",
    ),
    praise="Exchange its arguments, and it is recall.",
)

# 10.4: the copied sample

TRAINING, UNSEEN = ALL[::25], ALL[3::250]  # 200 digits, and 20 others
NOISE = 0.04  # more of it, and the sum of all differences would no longer find the copy


def with_copy(place: int, copy: Tensor) -> Tensor:
    """Twenty digits that are not among the training digits, but for that at `place`."""
    return torch.cat([UNSEEN[:place], copy[None], UNSEEN[place + 1 :]])


EXACT = with_copy(13, TRAINING[57])
LAST = with_copy(19, TRAINING[199])
FAINT = with_copy(0, 0.9 * (TRAINING[88] + 1) - 1)  # nine tenths of its brightness


def twins(place: int, copied: int, column: int) -> tuple[Tensor, Tensor]:
    """The training digit at `copied` is that at 4 with one column white, and the sample at `place` is its copy."""
    training = TRAINING.clone()
    training[copied] = TRAINING[4]
    training[copied, ..., column] = 1
    return with_copy(place, training[copied]), training


def draw_suspects(rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """A few digits, one of them a noisy copy, and the training digits."""
    order = torch.randperm(len(POOL), generator=rng)
    samples, training = POOL[order[: whole(rng, 4, 12)]].clone(), POOL[order[-whole(rng, 30, 90) :]]
    place, digit = whole(rng, 1, len(samples) - 1), whole(rng, 0, len(training) - 1)
    noise = NOISE * torch.randn(training[digit].shape, generator=rng)
    samples[place] = (training[digit] + noise).clamp(-1, 1)
    return samples, training


def distances(samples: Tensor, training: Tensor) -> Tensor:
    return torch.cdist(samples.flatten(1), training.flatten(1))


def among(samples: Tensor) -> Tensor:
    return distances(samples, samples).fill_diagonal_(torch.inf)


def of_pair(table: Tensor) -> tuple[int, int]:
    return divmod(int(table.argmin()), table.shape[1])


def nearest_pair(samples: Tensor, training: Tensor) -> list[int]:
    """One training digit after the other, to compare with."""
    far = torch.stack([(samples - digit).square().flatten(1).sum(1) for digit in training], dim=1)
    return list(of_pair(far))


def cosines(samples: Tensor, training: Tensor) -> Tensor:
    return normalize(samples.flatten(1), dim=1) @ normalize(training.flatten(1), dim=1).T


def the_other_way_round(samples: Tensor, training: Tensor) -> tuple[int, int]:
    return of_pair(distances(samples, training))[::-1]


def counted_from_one(samples: Tensor, training: Tensor) -> tuple[int, int]:
    sample, digit = of_pair(distances(samples, training))
    return sample + 1, digit + 1


def flat_place(samples: Tensor, training: Tensor) -> int:
    return int(distances(samples, training).argmin())


def farthest(samples: Tensor, training: Tensor) -> tuple[int, int]:
    return of_pair(-distances(samples, training))


def by_ink(samples: Tensor, training: Tensor) -> tuple[int, int]:
    return of_pair((samples.flatten(1).sum(1)[:, None] - training.flatten(1).sum(1)).abs())


def signed(samples: Tensor, training: Tensor) -> tuple[int, int]:
    return of_pair(samples.flatten(1).sum(1)[:, None] - training.flatten(1).sum(1))


def nearest_on_average(samples: Tensor, training: Tensor) -> tuple[int, int]:
    table = distances(samples, training)
    place = int(table.mean(1).argmin())
    return place, int(table[place].argmin())


def both_apart(samples: Tensor, training: Tensor) -> tuple[int, int]:
    table = distances(samples, training)
    return int(table.mean(1).argmin()), int(table.mean(0).argmin())


def of_the_first(samples: Tensor, training: Tensor) -> tuple[int, int]:
    return 0, int(distances(samples, training)[0].argmin())


def sample_alone(samples: Tensor, training: Tensor) -> int:
    return of_pair(distances(samples, training))[0]


def exact_copy(samples: Tensor, training: Tensor) -> tuple[int, int] | None:
    same = (samples.flatten(1)[:, None] == training.flatten(1)).all(2).nonzero()
    return (int(same[0, 0]), int(same[0, 1])) if len(same) else None


def told_pair(cases: list[Case]) -> str:
    """Which of the two places is none, lies outside, or is the wrong one in every case."""
    wrong = [case for case in cases if case.wrong]
    if any(bool((case.result != case.result.round()).any()) for case in wrong):
        return "One of your numbers is no place, for it has a fraction. Is it a distance? Asked for is where it stands."
    for case in wrong:
        for name, images, place in zip(("samples", "training"), case.arguments, case.result.tolist(), strict=True):
            if not 0 <= place < len(images):
                return (
                    f"Here `{name}` holds {len(images)} images, and you name number {place:.0f}: did you search in "
                    "something else?"
                )
    sample, digit = (torch.stack([case.result - case.right for case in wrong]) == 0).T
    if sample.all():
        return "The sample is right each time, and its training digit is not: look for the smallest entry of *its* row."
    if digit.all():
        return "The training digit is right each time, and the sample is not: look in *its* column."
    table = distances(*wrong[0].arguments)
    named = float(table[tuple(wrong[0].result.long())])
    return f"The pair that you name is {named:.1f} apart, by all pixels, and the nearest one {float(table.min()):.1f}."


FIND = Exercise(
    number="10.4",
    title="Find the copied sample",
    name="find_copy",
    probes=(
        Call("Where sample 13 is training digit 57, `find_copy`", (EXACT, TRAINING), [13, 57]),
        Call("Where sample 19 is training digit 199, `find_copy`", (LAST, TRAINING), [19, 199]),
        Call("Where sample 0 is training digit 88, a little darker, `find_copy`", (FAINT, TRAINING), [0, 88]),
        Call("Where training digit 4 has a twin but for its left edge, `find_copy`", twins(5, 120, 0), [5, 120]),
        Call("Where training digit 4 has a twin but for its right edge, `find_copy`", twins(8, 31, -1), [8, 31]),
        *drawn("find_copy", draw_suspects, nearest_pair),
    ),
    mistakes=(
        Mistake(the_other_way_round, "You found the pair, and name the training digit first. The sample comes first."),
        Mistake(
            counted_from_one,
            "You found the pair, and count from 1. Places in a tensor begin at 0, so both are one too large.",
        ),
        Mistake(
            flat_place,
            "You gave the place of the smallest entry in the flattened table. Which row is that, and which column?",
        ),
        Mistake(
            lambda samples, training: of_pair(among(samples)),
            "You compare the samples with each other. A copy is near to a *training* digit.",
        ),
        Mistake(
            lambda samples, training: divmod(flat_place(samples, training), len(samples)),
            "You divide the place in the flattened table by the number of samples. A row is as long as there are "
            "*training* digits.",
        ),
        Mistake(
            lambda samples, training: list(enumerate(distances(samples, training).argmin(1).tolist())),
            "You give every sample with the training digit nearest to it. Which of these pairs is the nearest?",
        ),
        Mistake(
            lambda samples, training: distances(samples, training).argmin(1),
            "You give the nearest training digit of every sample. Which sample is the copy?",
        ),
        Mistake(sample_alone, "You found the sample. Which training digit is it a copy of? Give both places."),
        Mistake(farthest, "You took the pair that lies farthest apart. A copy is the opposite."),
        Mistake(
            lambda samples, training: of_pair(cosines(samples, training)),
            "You compare directions, and take the pair whose cosine is smallest. It is largest where two are alike.",
        ),
        Mistake(
            by_ink,
            "You compare how much ink two pictures have in all. A thin 8 and a fat 1 may have as much: compare pixel "
            "by pixel.",
        ),
        Mistake(
            signed,
            "Your differences have a sign, and cancel or run below zero. Square them, or take their size, before you "
            "add them up.",
        ),
        Mistake(
            nearest_on_average,
            "You chose the sample that is nearest to *all* training digits on average: the most ordinary one. A copy "
            "is near to a single one.",
        ),
        Mistake(
            both_apart,
            "You chose the sample and the training digit apart from each other, each by its mean. It is the pair that "
            "has to be near.",
        ),
        Mistake(of_the_first, "You looked at the first sample alone. All of them are suspects."),
        Mistake(
            exact_copy,
            "You look for a training digit that is *equal* to a sample. With a little noise none is, and then you have "
            "no answer: which pair is nearest?",
        ),
    ),
    hints=(
        "Every sample has a distance to every training digit: a table with a row for each sample.",
        "`flatten(1)` makes a row of pixels of each picture, and `torch.cdist` compares two sets of rows.",
        "First the smallest entry of each row, then the row in which that is smallest. In that row, the column.",
    ),
    diagnose=told_pair,
    praise="Every claim that a generator invents begins with this table.",
)

EXERCISES = (FOOL, FRECHET, PRECISION, FIND)

QUIZ = (
    Question(
        "A generator has an inception score of 9.9, and real digits have 9.8. What do you know?",
        key="b",
        options=(
            Option(
                "Its digits are better than real ones: whoever saw both would take its digits for the real ones.",
                "They are read with more certainty than real ones. Static can be read with certainty too.",
            ),
            Option(
                "A classifier is sure of its pictures, and the classes come about equally often.",
                "That is all that goes into the score. It has never seen a real digit, and does not count how many "
                "different pictures there are.",
            ),
            Option(
                "It draws every kind of each digit.",
                "Ten pictures repeated for ever have that score. Kinds within a class do not enter.",
            ),
            Option(
                "It has learned the training digits by heart.",
                "Possible, and the score cannot tell: it compares with nothing.",
            ),
        ),
    ),
    Question(
        "Two sets of features have the same mean and the same covariance. Their Fréchet distance is 0. Are the two "
        "distributions the same?",
        key="d",
        options=(
            Option(
                "Yes: a distance of 0 means that they are the same.",
                "It would, if the distance compared the distributions.",
            ),
            Option(
                "Yes, if there are enough samples.",
                "More samples give a better estimate of mean and covariance, and of nothing else.",
            ),
            Option(
                "No, for the means could still differ.",
                "The means enter, squared: at distance 0 they are the same.",
            ),
            Option(
                "Not necessarily: only Gaussians were compared.",
                "The distance is that of the Gaussians fitted to them. A cloud of Gaussian features and the features "
                "of digits can share both, and precision tells them apart.",
            ),
        ),
    ),
    Question(
        "Your FID falls from 3.1 to 2.2 when you take 5,000 samples instead of 500. What has happened?",
        key="c",
        options=(
            Option("The generator has improved.", "It is the same generator, and has learned nothing in between."),
            Option(
                "A lucky draw: another 5,000 samples could as well have had a larger FID than 500.",
                "Luck would show in both directions. With fewer samples it is larger every time.",
            ),
            Option(
                "FID is biased: fewer samples make it larger.",
                "So compare values of equal counts only, and say the count with the number. KID has no such bias.",
            ),
            Option(
                "The covariance has no full rank.",
                "That happens below 65 samples of 64 features, and then there is no number at all.",
            ),
        ),
    ),
    Question(
        "High precision and low recall: what does this generator do?",
        key="a",
        options=(
            Option(
                "It draws a few kinds of digits, and those well.",
                "What it draws lies among real digits, and many real digits have nothing near them: mode collapse, or "
                "the beginning of it.",
            ),
            Option(
                "It draws all kinds of digits, and many of them badly.",
                "That is the opposite: everything real is covered, and much of what is drawn lies outside.",
            ),
            Option(
                "It copies training digits.",
                "A copier of all training digits has both high. Look at the nearest training image instead.",
            ),
            Option(
                "It ignores the class that it is asked for.",
                "Neither of the two looks at what was asked for. Class fidelity does.",
            ),
        ),
    ),
    Question(
        "Which of these would a generator that copies its training digits at random lose?",
        key="d",
        options=(
            Option(
                "The Fréchet distance to real digits not copied",
                "Copies of real digits have the moments of real digits: it comes out at the floor.",
            ),
            Option(
                "Precision and recall, taken together",
                "Every copy lies among real digits, and every real digit has a copy near it.",
            ),
            Option("Coverage", "There is a copy in the neighbourhood of nearly every real digit."),
            Option(
                "The distance to the nearest training image",
                "It is 0 for a copy. This is why it belongs in every table, beside scores that reward copying.",
            ),
        ),
    ),
    Question(
        "Why are nearly all of these scores taken in the features of a digit classifier, and not in pixels?",
        key="b",
        options=(
            Option(
                "Because pixels are too many to compute with.",
                "784 are no trouble: the distance to the nearest training image is taken in pixels.",
            ),
            Option(
                "Because a digit moved by one pixel is another point in pixels, and the same digit to a reader.",
                "Features keep what tells digits apart and drop much of the rest. What they drop, no score sees.",
            ),
            Option(
                "Because features are the same for every classifier, so that everybody's scores can be compared.",
                "They are not: scores by two classifiers cannot be compared, so a score comes with its extractor.",
            ),
            Option(
                "Because the generator was trained with the same features.",
                "It was not, and should not be: a score that is trained for soon says little.",
            ),
        ),
    ),
)

"""Exercises and quiz of chapter 11: the great circle, the thickness direction, an inversion, and saliency."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid, normalize, softplus

from gancore.lessons.comparing import Changed, alike, tidy
from gancore.lessons.diagnosing import Case
from gancore.lessons.exercises import Exercise, Mistake
from gancore.lessons.probes import Call, WrongKind, after, asks, call, drawn, intact, require_function, whole
from gancore.lessons.quizzes import Option, Question
from gancore.lessons.wording import kind

# 11.1: the great circle, between latents of equal length

UNIT = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
WIDE = torch.tensor([3.0, 4.0, 0.0]), torch.tensor([-4.0, 0.0, 3.0])  # of length 5, more than a right angle apart
SAME = torch.tensor([3.0, 4.0]), torch.tensor([3.0, 4.0])
ROUNDED_UP = torch.tensor([1.0, 1.0, 4.0])  # the cosine with itself is a little more than 1, in float32
SAME_WAY = 0.999999  # cosine of two directions that are one
LEAST_ANGLE, ACUTE, OBTUSE = 0.1, 0.5, 2.9  # radians; smaller ones may be taken for 0, larger ones for half a turn


def draw_ends(widest: float) -> Callable[[torch.Generator], tuple]:
    """What draws two vectors of equal length, at an angle of up to `widest`, and a share of the way."""

    def draw(rng: torch.Generator) -> tuple[Tensor, Tensor, float]:
        start = torch.randn(whole(rng, 2, 7), generator=rng)
        start = (0.5 + 8 * torch.rand((), generator=rng)) * normalize(start, dim=0)
        other = torch.randn(len(start), generator=rng)
        sideways = start.norm() * normalize(other - (other @ start) / (start @ start) * start, dim=0)
        angle = LEAST_ANGLE + (widest - LEAST_ANGLE) * torch.rand((), generator=rng)
        share = 0.1 + 0.35 * float(torch.rand((), generator=rng))  # less than half: both ends have their own part
        return start, angle.cos() * start + angle.sin() * sideways, share

    return draw


def angle_between(start: Tensor, end: Tensor) -> Tensor:
    return torch.acos((start @ end / (start.norm() * end.norm())).clamp(-1, 1))


def great_circle(start: Tensor, end: Tensor, share: float) -> Tensor:
    """By Gram and Schmidt, to compare with: turn `start` towards `end` within their plane."""
    if torch.equal(start, end):
        return start
    angle = share * angle_between(start, end).double()
    sideways = end - (start @ end) / (start @ start) * start
    return angle.cos() * start + angle.sin() * start.norm() * sideways / sideways.norm()


def straight(start: Tensor, end: Tensor, share: float) -> Tensor:
    return (1 - share) * start + share * end


def lengthened(start: Tensor, end: Tensor, share: float) -> Tensor:
    z = straight(start, end, share)
    return z / z.norm() * start.norm()


def not_divided(start: Tensor, end: Tensor, share: float) -> Tensor:
    omega = angle_between(start, end)
    return torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end


def turned_round(start: Tensor, end: Tensor, share: float) -> Tensor:
    return great_circle(end, start, share)


def with_cosines(start: Tensor, end: Tensor, share: float) -> Tensor:
    if torch.equal(start, end):
        return start
    omega = angle_between(start, end)
    return (torch.cos((1 - share) * omega) * start + torch.cos(share * omega) * end) / omega.sin()


def with_cosines_alone(start: Tensor, end: Tensor, share: float) -> Tensor:
    return with_cosines(start, end, share) * angle_between(start, end).tan() if not start.equal(end) else start


def sines(start: Tensor, end: Tensor, share: float, cosine: Tensor) -> Tensor:
    omega = torch.acos(cosine)
    return (torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end) / omega.sin()


def unguarded(start: Tensor, end: Tensor, share: float) -> Tensor:
    return sines(start, end, share, start @ end / (start.norm() * end.norm()))


def raw_product(start: Tensor, end: Tensor, share: float) -> Tensor:
    return start if torch.equal(start, end) else sines(start, end, share, start @ end)


def raw_product_cut(start: Tensor, end: Tensor, share: float) -> Tensor:
    return start if torch.equal(start, end) else sines(start, end, share, (start @ end).clamp(-1, 1))


def of_length_one(start: Tensor, end: Tensor, share: float) -> Tensor:
    return great_circle(start, end, share) / start.norm()


def as_if_at_a_right_angle(start: Tensor, end: Tensor, share: float) -> Tensor:
    if torch.equal(start, end):
        return start
    angle = share * angle_between(start, end)
    return angle.cos() * start + angle.sin() * end


def in_degrees(start: Tensor, end: Tensor, share: float) -> Tensor:
    if torch.equal(start, end):
        return start
    omega = torch.rad2deg(angle_between(start, end))
    return (torch.sin((1 - share) * omega) * start + torch.sin(share * omega) * end) / omega.sin()


def unclamped(start: Tensor, end: Tensor, share: float) -> Tensor:
    cosine = start @ end / (start.norm() * end.norm())
    return start if cosine == 1 else sines(start, end, share, cosine)


def cosine_for_angle(start: Tensor, end: Tensor, share: float) -> Tensor:
    cosine = start @ end / (start.norm() * end.norm())
    return start if torch.equal(start, end) else sines(start, end, share, cosine.cos())


def sine_for_cosine(start: Tensor, end: Tensor, share: float) -> Tensor:
    sine = start @ end / (start.norm() * end.norm())
    return start if torch.equal(start, end) else sines(start, end, share, torch.asin(sine).cos())


def told_weights(cases: list[Case]) -> str:
    """That only one simple case comes out right, or which of the two weights is wrong."""
    if all(case.arguments[0].equal(case.arguments[1]) for case in cases if case.wrong):
        return "Right, but for two equal vectors: the way from a place to itself stays where it is."
    inner = [case for case in cases if 0 < case.arguments[2] < 1 and not case.arguments[0].equal(case.arguments[1])]
    if all(case.wrong != is_simple(case) for case in inner):
        return (
            "Right for two vectors of length 1 at a right angle, and for no others. Is the cosine of Ω the product "
            "divided by *both* lengths, and is each weight divided by the sine of Ω?"
        )
    wrong = [case for case in inner if case.wrong]
    if all(torch.cosine_similarity(case.result, case.right, dim=0) > SAME_WAY for case in wrong):
        return "The direction is right each time, and the length is not. By what is each of the two sines divided?"
    agreeing = [agreeing_weights(case) for case in wrong]
    if not agreeing or None in agreeing:
        return ""
    start, end = zip(*agreeing, strict=True)
    if all(start) and not any(end):
        return "The weight of `start` is right each time, and that of `end` is not."
    return "The weight of `end` is right each time, and that of `start` is not." if all(end) and not any(start) else ""


def is_simple(case: Case) -> bool:
    return case.arguments[0].norm() == 1 and case.arguments[0] @ case.arguments[1] == 0


def agreeing_weights(case: Case) -> tuple[bool, bool] | None:
    """Whether `start` and `end` have the right weights in a result that is a sum of the two."""
    ends = torch.stack(case.arguments[:2], dim=1).double()
    if not bool(case.result.isfinite().all()):
        return None
    made, right = (torch.linalg.lstsq(ends, each[:, None]).solution[:, 0] for each in (case.result, case.right))
    return tuple((made - right).abs() < 1e-3) if alike(ends @ made, case.result) else None


SLERP = Exercise(
    number="11.1",
    title="The great circle",
    name="my_slerp",
    probes=(
        Call(
            "A third of the way from [1, 0] to [0, 1], `my_slerp`",
            (*UNIT, 1 / 3),
            [math.cos(math.pi / 6), math.sin(math.pi / 6)],
        ),
        Call("A quarter of the way from [3, 4, 0] to [-4, 0, 3], `my_slerp`", (*WIDE, 0.25), great_circle(*WIDE, 0.25)),
        Call("Half of the way from [3, 4] to itself, `my_slerp`", (*SAME, 0.5), SAME[0]),
        Call("Half of the way from [1, 1, 4] to itself, `my_slerp`", (ROUNDED_UP, ROUNDED_UP, 0.5), ROUNDED_UP),
        Call("At share 0, from [3, 4, 0] to [-4, 0, 3], `my_slerp`", (*WIDE, 0.0), WIDE[0]),
        Call("At share 1, from [3, 4, 0] to [-4, 0, 3], `my_slerp`", (*WIDE, 1.0), WIDE[1]),
        *drawn("my_slerp", draw_ends(ACUTE), great_circle),
        *drawn("my_slerp", draw_ends(OBTUSE), great_circle),
    ),
    mistakes=(
        Mistake(
            straight,
            "This is the straight line: in the middle of it the latent is shorter than at either end. Measure the "
            "length of what you return.",
        ),
        Mistake(
            lengthened,
            "Your latents have the right length, and lie on the right circle. But steps of equal size along the chord "
            "are not steps of equal angle: a third of the way should be a third of Ω.",
        ),
        Mistake(
            not_divided,
            "The two sines are right. At share 0 your result should be `start`, and the sine in front of it is "
            "still there: by what is the sum divided?",
        ),
        Mistake(
            turned_round,
            "You arrive where you should set out. Which of the two should be left alone at share 0?",
        ),
        Mistake(
            with_cosines_alone,
            "These are cosines, above and below. The formula has sines: at share 0 the weight of `end` has to be 0.",
        ),
        Mistake(
            with_cosines,
            "Put in share 0: the weight of `end` has to be 0 there, and a cosine of 0 is not.",
        ),
        Mistake(
            unguarded,
            "Right, but for two equal latents: Ω is 0 there, and you divide 0 by 0. Where should the way from a place "
            "to itself lead?",
        ),
        Mistake(
            unclamped,
            "Right, but rounding makes the cosine a little more than 1 now and then, and no angle has such a cosine: "
            "`acos` gives `nan`. `clamp` keeps it in range.",
        ),
        Mistake(
            raw_product,
            "The product of two latents is the cosine of their angle only where both have length 1. These have "
            "length 5, and no angle has a cosine beyond 1.",
        ),
        Mistake(
            of_length_one,
            "The direction is right and the length is 1. You need the directions for the angle alone; the sum is made "
            "of the latents themselves.",
        ),
        Mistake(
            raw_product_cut,
            "The product of two latents is the cosine of their angle only where both have length 1. You cut it off at "
            "1 and -1, and so take most angles for none or for half a turn.",
        ),
        Mistake(
            sine_for_cosine,
            "You take the angle whose *sine* is the product divided by both lengths. It is the cosine of Ω.",
        ),
        Mistake(
            cosine_for_angle,
            "You take the cosine of the angle for the angle itself: which function gives Ω back?",
        ),
        Mistake(
            lambda start, end, share: sines(start, end, share, (start @ end / (start.norm() * end.norm())).cos()),
            "You take the cosine of the angle for the angle itself, and at a right angle, where it is 0, divide 0 by "
            "0. Which function gives Ω back?",
        ),
        Mistake(
            as_if_at_a_right_angle,
            "Cosine and sine turn `start` towards a vector at a right angle to it, and `end` need not be one. Put in "
            "share 1: do you arrive?",
        ),
        Mistake(
            in_degrees,
            "Your angle is in degrees, and `torch.sin` takes radians, as `torch.acos` gives them.",
        ),
    ),
    hints=(
        "First the angle Ω: its cosine is the product of the two latents, divided by both lengths.",
        "Then two weights, one for each end, each a sine divided by the sine of Ω. At share 0 they are 1 and 0, at "
        "share 1 they are 0 and 1.",
        "The sine in the weight of `end` is that of `share * omega`. Which angle is left for `start`?",
        "At last the case in which the formula breaks down: when the two are equal, return one of them at once.",
    ),
    diagnose=told_weights,
    praise="It keeps the length, and turns by the same angle in every step.",
)

# 11.2: the thickness direction, planted where it is known

SLOPE, MEAN_THICKNESS, NOISE = 0.2, 2.6, 0.1  # pixels; much as they are in the chapter
CLOSE = 0.98  # cosine of the angle from which a direction counts as found


def plant(rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Two or three thousand latents of four to eight numbers, a thickness that grows along a direction, and that
    direction, which has a share of every coordinate."""
    size, count = whole(rng, 4, 8), whole(rng, 2000, 3000)
    signs = 2.0 * torch.randint(0, 2, (size,), generator=rng) - 1
    planted = normalize(signs * (0.5 + torch.rand(size, generator=rng)), dim=0)
    z = torch.randn(count, size, generator=rng)
    noise = torch.randn(count, generator=rng)
    return z, MEAN_THICKNESS + SLOPE * z @ planted + 0.05 * z[:, 0] * z[:, 1] + NOISE * noise, planted


@dataclass(frozen=True)
class Found:
    """What comes back is the length of the direction found, and 1 where it points along the planted one, -1 where it
    points the other way, or else the cosine of the angle between the two."""

    seed: int = 0
    right: Any = field(default_factory=lambda: [1.0, 1.0])

    def ask(self, answer: Any) -> Any:
        z, values, planted = plant(torch.Generator().manual_seed(self.seed))
        return after(call(answer, (z, values)), lambda result: self.compare(result, planted))

    def compare(self, result: Any, planted: Tensor) -> Any:
        result = tidy(result)
        if result is None:
            return None
        if not isinstance(result, Tensor) or result.shape != planted.shape:
            raise WrongKind(
                f"For latents of {len(planted)} coordinates a direction is a vector of {len(planted)} numbers. "
                f"Yours is {kind(result)}."
            )
        cosine = torch.cosine_similarity(result.float(), planted, dim=0).item()
        if len(result.nonzero()) == 1:
            raise WrongKind(
                "Your direction is a single coordinate. Nothing makes a generator keep thickness in one of them: a "
                "direction has a share of each."
            )
        if cosine < CLOSE < torch.cosine_similarity(result.float(), planted.abs(), dim=0):
            raise WrongKind(
                "The sizes are right, and their signs are lost: along some coordinates strokes get thinner."
            )
        return [result.norm().item(), math.copysign(1.0, cosine) if abs(cosine) > CLOSE else cosine]

    def complain(self, result: Any) -> str:
        if not isinstance(result, Tensor):
            return "A vector is asked for."
        length, cosine = result.tolist()
        if not math.isfinite(length):
            return "Your vector is not finite. Was something divided by 0, or a mean taken of nothing?"
        if cosine == -1:
            return "Your vector points to *thin* digits. It should point where the strokes get thicker."
        if cosine < 1:
            degrees = math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) if math.isfinite(cosine) else math.nan
            return f"Your vector is {degrees:.0f} degrees away from the direction that was planted."
        return f"The direction is right. Its length is {length:.6g}, and a unit vector is asked for."


def slope_of(z: Tensor, values: Tensor) -> Tensor:
    return torch.linalg.lstsq(z - z.mean(0), (values - values.mean())[:, None]).solution[:, 0]


def unit(vector: Tensor) -> Tensor:
    return vector / vector.norm()


def thickest_less_thinnest(z: Tensor, values: Tensor, count: int = 1) -> Tensor:
    thickest, thinnest = (values.topk(count, largest=largest).indices for largest in (True, False))
    return unit(z[thickest].mean(0) - z[thinnest].mean(0))


THICKNESS = Exercise(
    number="11.2",
    title="Find the thickness direction",
    name="thickness_direction",
    probes=(Found(0), Found(1), Found(2)),
    mistakes=(
        Mistake(
            slope_of,
            "The direction is right, but its length depends on the units of what you measured. Make it a unit vector, "
            "so that a step of 1 means the same for every direction.",
        ),
        Mistake(
            lambda z, values: -unit(slope_of(z, values)),
            "Your vector points to *thin* digits. It should point where the strokes get thicker.",
        ),
        Mistake(
            lambda z, values: unit((values[:, None] * z).mean(0)),
            "You weigh the latents by the thickness as it is, which is above 2 for all of them, so that chance has a "
            "say: the plain mean of your latents is mixed in. What would make thin digits count *against*?",
        ),
        Mistake(
            lambda z, values: unit(torch.linalg.lstsq(z, values[:, None]).solution[:, 0]),
            "Your plane is forced through 0 at z = 0, and the thickness there is above 2. Give it an intercept, or "
            "take the means away first.",
        ),
        Mistake(
            thickest_less_thinnest,
            "From the thinnest digit to the thickest: two samples out of thousands. In all that has nothing to do with "
            "thickness these two differ by chance. How could the others help?",
        ),
        Mistake(
            lambda z, values: thickest_less_thinnest(z, values, 10),
            "From the ten thinnest digits to the ten thickest: twenty samples out of thousands, in which chance still "
            "has a large share. How could the others help?",
        ),
        Mistake(
            lambda z, values: unit(z[values.argmax()]),
            "This is the latent of one digit, the thickest. Most of it has nothing to do with thickness: what do many "
            "thick digits share?",
        ),
        Mistake(
            lambda z, values: unit(z.mean(0)),
            "This is the mean of all latents. It does not depend on the thickness at all.",
        ),
        Mistake(
            lambda z, values: z @ unit(slope_of(z, values)),
            "You went one step too far: this is how thick the direction says each *sample* is. The direction itself is "
            "asked for.",
        ),
    ),
    hints=(
        "Compare the latents of thick digits with those of thin ones. What differs between the two groups on average?",
        "Either take the mean latent of the thicker half minus that of the thinner half, or fit a plane to the "
        "thickness with `torch.linalg.lstsq`.",
        "For the plane: take the mean away from the thickness first, so that it has no intercept to find.",
        "At last divide by the length.",
    ),
    praise="Nobody told the generator what thickness is. You found its axis from samples and measurements alone.",
)

# 11.3: an inversion, on a generator of 64 weights

STEPS = 300
ONE_STEP = 1.5  # further than a step leads
A_LITTLE = 0.8 / STEPS  # so that all steps together would not lead to the image
NEAR = 1e-3  # mean squared error of a pixel from which the image counts as found


class SmallGenerator(nn.Module):
    """Latents `(N, size)` to images `(N, 1, 4, 4)`."""

    def __init__(self, size: int, rng: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(16, size, generator=rng) / 2)

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(z @ self.weight.T).unflatten(1, (1, 4, 4))


Inversion = tuple[nn.Module, Tensor, Tensor]  # a generator, an image, and a latent to begin at


def draw_inversion(rng: torch.Generator) -> Inversion:
    """The image is one that the generator can draw, and the latent draws another."""
    size = whole(rng, 2, 4)
    generator = SmallGenerator(size, rng)
    aim = 1.6 * torch.rand(1, size, generator=rng) - 0.8
    with torch.no_grad():
        return generator, generator(aim), aim + 0.8 * normalize(torch.randn(1, size, generator=rng))


def walk(answer: Callable, inversion: Inversion, steps: int) -> tuple[Any, list[str]]:
    """Where an answer ends, and which of its arguments have changed on the way."""
    given = copy.deepcopy(inversion)
    end = answer(*given, steps)
    named = list(zip(("`generator`", "`image`", "`z`"), given, inversion, strict=True))
    written = [name for name, one, two in named if not intact(one, two)]
    return end, written + [f"`requires_grad` of {name}" for name, one, two in named if asks(one, two)]


def error_of(generator: nn.Module, image: Tensor, z: Tensor) -> float:
    with torch.no_grad():
        return squared(generator(z), image).item()


def is_downhill(step: Tensor, generator: nn.Module, z: Tensor, loss: Callable[[Tensor], Tensor]) -> bool:
    """Whether a first step of Adam's has been for this loss: it goes down in every coordinate, everywhere as far."""
    z = z.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(generator(z)), z)
    return step.sign().equal(-slope.sign())


def stays_without_steps(answer: Callable, inversion: Inversion) -> bool:
    """Whether no step leads nowhere. Who speaks of the last loss after the loop has none to speak of: no fault."""
    try:
        end, _ = walk(answer, inversion, 0)
    except NameError:
        return True
    return torch.equal(as_latent(end, inversion[2]), inversion[2])


def as_latent(end: Any, z: Tensor) -> Tensor:
    end = end.detach() if isinstance(end, Tensor) else tidy(end)
    if not isinstance(end, Tensor) or end.shape != z.shape:
        raise WrongKind(f"A latent is asked for, of the shape of the one that you start from, not {kind(end)}.")
    return end.float()


FAULTS = {  # what an inversion can do wrong, and what is said
    "teaches both": "The generator has changed. It should stay as it is: only z learns.",
    "teaches the generator": "The generator has changed, and your latent has not. Only z should learn.",
    "stands": "The latent that you return is the one that you were given.",
    "takes one step": f"After {STEPS} steps your latent is where it is after one.",
    "goes uphill": "The first step makes the image differ more from the one asked for.",
    "forgets the square": "Your latent walks as if the image had to be as dark as can be: a difference below zero "
    "counts as good.",
    "small steps": "Your first step hardly moves the latent: at this pace all of them together do not lead there.",
    "large steps": "Your first step leads far beyond the place where the image is: the steps are too large.",
    "a step too few": "With `steps` at 1 your latent does not move. How many steps does your loop take?",
    "a step too many": "With `steps` at 0 your latent moves, and should stay where it is. How many steps does your "
    "loop take?",
    "begins elsewhere": "With `steps` at 1 your latent ends far from the one given. Do you begin at `z`, and count "
    "steps?",
}


@dataclass(frozen=True)
class Brought:
    """What comes back is "found" where the latent's image is near the one asked for; else a key of FAULTS, or the
    error of the image where none of them fits."""

    seed: int = 0
    right: Any = "found"

    def ask(self, answer: Any) -> Any:
        require_function(answer)
        inversion = draw_inversion(torch.Generator().manual_seed(self.seed))
        end, changed = walk(answer, inversion, STEPS)
        if tidy(end) is None:
            return None
        end, z = as_latent(end, inversion[2]), inversion[2]
        if "`generator`" in changed:
            return "teaches the generator" if torch.equal(end, z) else "teaches both"
        found = "stands" if torch.equal(end, z) else self.compare(answer, inversion, end)
        return Changed(found, changed[0]) if changed else found

    def compare(self, answer: Any, inversion: Inversion, end: Tensor) -> Any:
        generator, image, z = inversion
        far = torch.where(z < 0, 2.0, -2.0)
        error = error_of(generator, image, end)
        if error >= NEAR:
            first = as_latent(walk(answer, inversion, 1)[0], z)
            if torch.equal(first, end):
                return "takes one step"
            if is_downhill(first - z, generator, z, lambda made: (made - image).mean()):
                return "forgets the square"
            if is_downhill(z - first, generator, z, lambda made: squared(made, image)):
                return "goes uphill"
            step = (first - z).norm()
            return "small steps" if step < A_LITTLE else "large steps" if step > ONE_STEP else error
        moved = (as_latent(walk(answer, (generator, image, far), 1)[0], z) - far).norm()
        if moved == 0 or moved > ONE_STEP:
            return "a step too few" if moved == 0 else "begins elsewhere"
        return "found" if stays_without_steps(answer, (generator, image, far)) else "a step too many"

    def complain(self, result: Any) -> str:
        if not isinstance(result, Tensor):
            return FAULTS.get(result, "A latent is asked for.")
        return (
            f"The image of your latent is {float(result):.3g} away from the one asked for, the mean squared error of a "
            f"pixel. Below {NEAR} it counts as found."
        )


Loss = Callable[[Tensor, Tensor], Tensor]


def squared(made: Tensor, image: Tensor) -> Tensor:
    return (made - image).square().mean()


def descend(generator: nn.Module, image: Tensor, z: Tensor, steps: int, loss: Loss = squared) -> Tensor:
    z = z.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(generator(z), image).backward()
        optimizer.step()
    return z.detach()


def teach_the_generator(generator: nn.Module, image: Tensor, z: Tensor, steps: int) -> Tensor:
    optimizer = torch.optim.Adam(generator.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        squared(generator(z), image).backward()
        optimizer.step()
    return z


def teach_both(generator: nn.Module, image: Tensor, z: Tensor, steps: int) -> Tensor:
    z = z.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z, *generator.parameters()], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        squared(generator(z), image).backward()
        optimizer.step()
    return z.detach()


def not_cleared(generator: nn.Module, image: Tensor, z: Tensor, steps: int) -> Tensor:
    z = z.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=0.1)
    for _ in range(steps):
        squared(generator(z), image).backward()
        optimizer.step()
    return z.detach()


def never_looked_again(generator: nn.Module, image: Tensor, z: Tensor, steps: int) -> Tensor:
    z = z.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=0.1)
    squared(generator(z), image).backward()
    for _ in range(steps):
        optimizer.step()
    return z.detach()


def cut_off(generator: nn.Module, image: Tensor, z: Tensor, steps: int) -> Tensor:
    with torch.no_grad():
        made = generator(z.clone())
    squared(made, image).backward()
    return z


INVERT = Exercise(
    number="11.3",
    title="Invert a digit",
    name="my_invert",
    probes=(Brought(0), Brought(1)),
    mistakes=(
        Mistake(
            teach_the_generator,
            "You gave the optimiser the generator's weights. It has learned to draw this image from *your* latent, and "
            "forgotten the rest; here the generator is finished, and z is what learns.",
        ),
        Mistake(
            teach_both,
            "z learns, and so does the generator: your optimiser holds both. Then the image is met half by changing "
            "the question.",
        ),
        Mistake(
            lambda generator, image, z, steps: descend(generator, image, z, steps, lambda a, b: -squared(a, b)),
            "You walk *uphill*: every step makes the images more different.",
        ),
        Mistake(
            lambda generator, image, z, steps: descend(generator, image, z, steps, lambda a, b: (a - b).mean()),
            "You take the mean of the differences without squaring them. Below zero they count as good, and the walk "
            "goes to the darkest image that there is.",
        ),
        Mistake(
            lambda generator, image, z, steps: descend(generator, image, z, 1),
            "One step downhill, and it ends there. The gradient only says where to go next; `steps` says how often.",
        ),
        Mistake(
            lambda generator, image, z, steps: descend(generator, image, z, steps + 1),
            "You take more steps than `steps` says: with `steps` at 0 your latent moves, and should stay where it is.",
        ),
        Mistake(
            lambda generator, image, z, steps: z,
            "You return the latent that you were given. Nothing has moved it: does it ask for gradients, does the "
            "optimiser hold it, and is there a step in the loop?",
        ),
        Mistake(
            not_cleared,
            "The gradients of all earlier steps are still in z, and each step follows their sum. Which line forgets "
            "them?",
        ),
        Mistake(
            never_looked_again,
            "The gradient is worked out once, before the walk, and each step follows it. Where z has come to, it is "
            "another one.",
        ),
        Mistake(
            cut_off,
            "The way back from the error to z is cut: either z was never told to keep its gradient, or the generator "
            "ran where none are recorded.",
        ),
        Mistake(
            lambda generator, image, z, steps: descend(
                generator, image, z, steps, lambda a, b: (a.mean() - b.mean()).square()
            ),
            "You compare how bright the two images are on average. Many images are as bright as this one: compare "
            "them pixel by pixel, and take the mean last.",
        ),
        Mistake(
            lambda generator, image, z, steps: generator(descend(generator, image, z, steps)),
            "You return the image that comes near. The latent that makes it is asked for.",
        ),
    ),
    hints=(
        "It is the loop that trains a network, but what learns is z: make a copy of it that asks for a gradient, and "
        "an optimiser that holds this copy and nothing else.",
        "The loss is the mean squared difference between `generator(z)` and `image`.",
        "In every step: forget the old gradients, go backward through the loss, step. Adam with a rate of 0.1 is fast "
        "enough here.",
        "At last return the copy, without its history: `detach` does that.",
    ),
    praise="The generator never learned to read images. Its gradient can be made to.",
)

# 11.4: saliency, of networks whose gradient can be written down


class SmallJudge(nn.Module):
    """Images `(N, 1, H, W)` to logits `(N,)`: a few units, each the tanh of a weighted sum of all pixels."""

    def __init__(self, height: int, width: int, rng: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, height * width, generator=rng) / 2)
        self.out = nn.Parameter(1 + torch.rand(3, generator=rng))

    def forward(self, images: Tensor) -> Tensor:
        return torch.tanh(images.flatten(1) @ self.weight.T) @ self.out


class LinearJudge(nn.Module):
    """Two by two pixels, weighted and added up."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[1.0, -2.0], [0.5, 3.0]]))

    def forward(self, images: Tensor) -> Tensor:
        return (images[:, 0] * self.weight).sum((1, 2))


def draw_judged(rng: torch.Generator) -> tuple[nn.Module, Tensor]:
    height, width = whole(rng, 2, 4), whole(rng, 2, 4)
    images = torch.randn(whole(rng, 2, 5), 1, height, width, generator=rng) / 2
    return SmallJudge(height, width, rng), images


@dataclass(frozen=True)
class Kept(Call):
    """A call whose answer is told where it looks for a gradient that nobody has kept."""

    def ask(self, answer: Any) -> Any:
        require_function(answer)

        @wraps(answer)
        def looking(network: nn.Module, images: Tensor) -> Any:
            found = answer(network, images)
            if found is None and any(weight.grad is not None for weight in network.parameters()):
                raise WrongKind(
                    "You go backward, and then give back nothing. Either a `return` is missing, or you return the "
                    "`.grad` of a tensor that was *computed*, which is `None`: `backward` leaves a gradient only with "
                    "the tensor that `requires_grad_` was called on, and not with what was made of it."
                )
            return found

        return super().ask(looking)


@torch.no_grad()
def slopes(network: SmallJudge, images: Tensor) -> Tensor:
    """By hand: the slope of the tanh is 1 - tanh²."""
    units = torch.tanh(images.flatten(1) @ network.weight.T)
    return (((1 - units.square()) * network.out) @ network.weight).view_as(images)


def gradient_of(network: nn.Module, images: Tensor, question: Callable[[Tensor], Tensor]) -> Tensor:
    pixels = images.clone().requires_grad_(True)
    return torch.autograd.grad(question(network(pixels)), pixels)[0]


def plain(network: nn.Module, images: Tensor) -> Tensor:
    return gradient_of(network, images, torch.sum)


def largest_is_one(network: nn.Module, images: Tensor) -> Tensor:
    found = plain(network, images)
    return found / found.abs().amax((1, 2, 3), keepdim=True)


@torch.no_grad()
def by_repainting(network: nn.Module, images: Tensor, colour: float) -> Tensor:
    """How much each logit loses when a pixel gets this colour."""
    found = torch.zeros_like(images)
    for row, column in torch.cartesian_prod(*map(torch.arange, images.shape[2:])):
        repainted = images.clone()
        repainted[:, 0, row, column] = colour
        found[:, 0, row, column] = network(images) - network(repainted)
    return found


def told_repainting(cases: list[Case]) -> str:
    """That what is measured is what a logit loses or gains when a pixel is made black, grey or white."""
    for colour, sign in product((-1.0, 0.0, 1.0), (1, -1)):
        if all(alike(case.result, sign * by_repainting(*case.arguments, colour).double()) for case in cases):
            return (
                "You measure what becomes of a logit when a pixel is repainted. How large a change of ink that is "
                "depends on the pixel, and the gradient asks what a *little* ink would do."
            )
    return ""


SALIENCY = Exercise(
    number="11.4",
    title="Saliency",
    name="my_saliency",
    probes=(
        Kept(
            "For a network that weighs four pixels by 1, -2, 0.5, 3 and adds them up, and two images, `my_saliency`",
            (LinearJudge(), torch.tensor([[[[0.5, -1.0], [1.0, 0.0]]], [[[1.0, 1.0], [-1.0, 0.3]]]])),
            torch.tensor([[[[1.0, -2.0], [0.5, 3.0]]]] * 2),
        ),
        *drawn("my_saliency", draw_judged, slopes, times=4),
    ),
    mistakes=(
        Mistake(
            lambda network, images: gradient_of(network, images, torch.mean),
            "You took the mean of the logits, so that every gradient is divided by the number of images. Each image "
            "has a logit of its own, and no other image has a say in it.",
        ),
        Mistake(
            lambda network, images: gradient_of(network, images, lambda logits: logits.sigmoid().sum()),
            "This is the gradient of the *probability*. Where D is sure, that is nearly flat, and the map is empty: "
            "take the logit.",
        ),
        Mistake(
            lambda network, images: gradient_of(network, images, lambda logits: softplus(-logits).sum()),
            "This is the gradient of a loss, -log D. It points the other way, and vanishes where D is sure: take the "
            "logit.",
        ),
        Mistake(
            lambda network, images: gradient_of(network, images, lambda logits: logsigmoid(logits).sum()),
            "This is the gradient of log D, which vanishes where D is sure: take the logit.",
        ),
        Mistake(
            lambda network, images: plain(network, images).mean(0, keepdim=True),
            "This is one map, the mean of all. Each image has a map of its own.",
        ),
        Mistake(
            lambda network, images: plain(network, images).abs(),
            "You gave the size of each gradient. Whether more or less ink would raise the logit is in its sign.",
        ),
        Mistake(
            lambda network, images: plain(network, images) * images,
            "You multiplied the gradient with the picture. Then a black pixel and a white one count differently, and a "
            "grey one not at all.",
        ),
        Mistake(
            lambda network, images: gradient_of(network, images, lambda logits: logits[0]),
            "Only the first image has a gradient, since you asked for the first logit alone.",
        ),
        Mistake(
            lambda network, images: gradient_of(network, images, torch.max),
            "Only the image with the largest logit has a gradient, since you asked for that logit alone.",
        ),
        Mistake(
            largest_is_one,
            "Every map is scaled so that its largest entry is 1. That is for the eye: the numbers themselves are asked "
            "for.",
        ),
        Mistake(
            lambda network, images: gradient_of(network, images, lambda logits: logits.square().sum()),
            "You squared the logits. The slope of a square depends on the logit itself, in its sign, too.",
        ),
        Mistake(
            lambda network, images: plain(network, images).abs().amax(1),
            "You take the largest size over the channels, as for colour pictures. Here is one channel, and it stays: "
            "the map has the shape of the images, and a sign at every pixel.",
        ),
        Mistake(
            lambda network, images: network(images),
            "You gave back the logits. How they change with each pixel is asked for, in the shape of the images.",
        ),
    ),
    hints=(
        "It is one backward pass, as in training, but what asks for a gradient are pixels and not weights: begin with "
        "a copy of the images that does.",
        "A backward pass starts from one number. Each logit depends on its own image alone: what can you do with all "
        "of them that leaves each gradient as it is?",
        "`torch.autograd.grad` takes that number and the pixels, and gives a `tuple` with one tensor in it.",
    ),
    diagnose=told_repainting,
    praise="One backward pass, and a network tells what it goes by. Whether it tells the truth is to be tested.",
)

EXERCISES = (SLERP, THICKNESS, INVERT, SALIENCY)

QUIZ = (
    Question(
        "A latent has 100 standard normal coordinates. Where do you expect it?",
        key="b",
        options=(
            Option(
                "Near the origin, where the density is highest.",
                "The density is highest there, and there is next to no room: all 100 numbers would have to be small at "
                "once.",
            ),
            Option(
                "About 10 away from the origin.",
                "Its squared length is a sum of 100 numbers of mean 1, so it is about 100, and varies little.",
            ),
            Option(
                "About 100 away from the origin.",
                "That is the squared length.",
            ),
            Option(
                "Anywhere between 0 and 20, all distances alike.",
                "A single coordinate varies as much as it is large. The length of a hundred varies by some 7 per cent.",
            ),
        ),
    ),
    Question(
        "Why do people walk along a great circle from one latent to another?",
        key="c",
        options=(
            Option(
                "Because it is shorter than the straight line.",
                "Nothing is shorter than the straight line. The circle is the shortest way that stays on the sphere.",
            ),
            Option(
                "Because pictures on the straight line are always blurred.",
                "Many texts say so. For the generator of this chapter it was measured, and they were not.",
            ),
            Option(
                "Because it stays where latents are, and the line does not.",
                "The middle of a line has half the squared length of a latent. What that does to pictures depends on "
                "the generator.",
            ),
            Option(
                "Because the digit then changes by the same amount in every step.",
                "The angle does. How much a picture changes for it is the generator's affair.",
            ),
        ),
    ),
    Question(
        "You truncate with ψ = 0.6 in place of 1. What do you expect?",
        key="a",
        options=(
            Option(
                "Precision a little higher, recall lower.",
                "The samples crowd where the generator is most ordinary. There it errs less, and shows less.",
            ),
            Option(
                "Precision and recall both higher.",
                "Recall counts the real digits that are covered. Samples that crowd together cover fewer.",
            ),
            Option(
                "Precision lower, recall a little higher.",
                "That is what ψ above 1 would do.",
            ),
            Option(
                "Neither changes, since the generator is the same.",
                "The generator is the same, but it is asked for other pictures.",
            ),
        ),
    ),
    Question(
        "To find a direction for thickness, why may you weigh latents by `thickness - thickness.mean()` and add them "
        "up, with no regression at all?",
        key="d",
        options=(
            Option(
                "Because thickness is a linear function of z.",
                "It is not, quite: the curve in section 4 bends. The recipe finds the best plane all the same.",
            ),
            Option(
                "Because the generator keeps thickness in one coordinate.",
                "It does not: the direction has a share of many coordinates.",
            ),
            Option(
                "Because 3,000 samples are more than 64 dimensions.",
                "Regression needs that as well. The question is why it becomes a weighted sum.",
            ),
            Option(
                "Because the covariance of z is the identity.",
                "Its coordinates are independent and have variance 1, so what is left of the normal equations is this "
                "sum.",
            ),
        ),
    ),
    Question(
        "An inversion of a picture ends with a large error, from every start. What may you conclude?",
        key="b",
        options=(
            Option(
                "The picture is not a real digit.",
                "It may be a real one of a kind that this generator cannot draw. The error is about the generator.",
            ),
            Option(
                "Probably this generator cannot draw it.",
                "Nothing near it was found. Probably, since a search downhill can also miss what is there; more "
                "starts make it more probable.",
            ),
            Option(
                "The generator has copied its training data.",
                "If it had, training pictures would come back with a very small error.",
            ),
            Option(
                "The latent has too few dimensions.",
                "G's own digits came back with many a latent each: here there are more dimensions than needed.",
            ),
        ),
    ),
    Question(
        "A discriminator gives your drawing a probability of 0.97 of being real. What does it tell you?",
        key="d",
        options=(
            Option(
                "The drawing is good.",
                "Good was never asked of it. It has learned to tell real digits from those of one generator, and yours "
                "is from neither.",
            ),
            Option(
                "Of 100 such drawings 97 are real handwritten digits.",
                "That would hold if drawings like yours had been among its examples, in those shares. None was.",
            ),
            Option(
                "The drawing is in the training data.",
                "It has met real digits, but it gives high logits to many that it has never met.",
            ),
            Option(
                "It does not look like the fakes that D has met.",
                "That is what it has learned to see. About all else its opinion is a guess.",
            ),
        ),
    ),
)

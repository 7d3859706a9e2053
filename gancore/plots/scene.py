"""The scene of the course: latents, generator, picture, discriminator and loss; what flows on, and what flows back."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from torch import Tensor

from gancore.lessons.passage import MOVES
from gancore.plots.style import BLUE, GREY, ORANGE, figure

WIDTH, HEIGHT = 9.6, 3.6  # inches, and the units of every place below
SIDE = 1.15  # of a box and of a picture
LOW, HIGH = 1.35, 2.85  # the middle of what is generated, and of what is real
LATENT, GENERATOR, PICTURE, DISCRIMINATOR, LOSS = 0.75, 2.75, 4.75, 6.85, 8.85  # middles, from left to right
BARS = 16  # of the latent's numbers are shown
WRONG = "loss\nhow wrong\nwas that?"


def scene(
    z: Tensor | None,
    generated: Tensor,
    real: Tensor,
    label: str = "",
    move: str = "",
    verdict: str = "",
    loss: str = WRONG,
    given: Tensor | None = None,
) -> Figure:
    """One turn of the game: a latent `z` `(L,)`, the image `(C, H, W)` that it became, and a real one beside it.

    Blue arrows lead from latents and pictures to the loss. Orange ones, dashed, are the way of its gradient, which
    reaches both players and no picture of the data. A `label` is what both players are told. Where a picture is `given`
    to both, it stands in place of `z`, which is None. `move` is one of MOVES:
    what flows in that move alone, the gradient cut off in front of D in D's own. `verdict` and `loss` are what stands
    between D and the loss, and in the last box.
    """
    drawn, (axes,) = figure(WIDTH, HEIGHT)
    axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal")
    axes.axis("off")
    axes.text(0.15, HEIGHT - 0.15, move, va="top", fontsize=12, weight="bold")
    if z is not None:
        add_latent(axes, z[:BARS].tolist())
    told = "given" if z is None else "z, y" if label else "z"
    for image, height, name in ((generated, LOW, f"x = G({told}), generated"), (real, HIGH, "x, real")):
        add_image(axes, image, PICTURE, height, name)
    middle = (LOW + HIGH) / 2
    for centre, height, name in (
        (GENERATOR, LOW, "G\ngenerator"),
        (DISCRIMINATOR, middle, "D\ndiscriminator"),
        (LOSS, middle, loss),
    ):
        add_box(axes, centre, height, name)
    half = SIDE / 2 + 0.06
    forward = [
        ((LATENT + half, LOW + 0.1), (GENERATOR - half, LOW + 0.1)),
        ((GENERATOR + half, LOW + 0.1), (PICTURE - half, LOW + 0.1)),
        ((PICTURE + half, LOW + 0.1), (DISCRIMINATOR - half, middle - 0.15)),
        ((DISCRIMINATOR + half, middle + 0.1), (LOSS - half, middle + 0.1)),
        ((PICTURE + half, HIGH), (DISCRIMINATOR - half, middle + 0.25)),
    ]
    back = [
        ((LOSS - half, middle - 0.2), (DISCRIMINATOR + half, middle - 0.2)),
        ((DISCRIMINATOR - half, middle - 0.45), (PICTURE + half, LOW - 0.25)),
        ((PICTURE - half, LOW - 0.2), (GENERATOR + half, LOW - 0.2)),
    ]
    if move == MOVES[0]:
        back = back[:1]
        axes.text((PICTURE + DISCRIMINATOR) / 2, LOW - 0.2, "✂ detach", ha="center", va="center", fontsize=10)
    elif move == MOVES[1]:
        forward = forward[:-1]  # its loss asks about no real picture
    for start, end in forward:
        add_arrow(axes, start, end, BLUE, "-")
    for start, end in back:
        add_arrow(axes, start, end, ORANGE, "--")
    if label:
        add_label(axes, GENERATOR, LOW + half, label)
        add_label(axes, DISCRIMINATOR, middle + half, label)
    if given is not None:
        add_image(axes, given, LATENT, LOW, "given")
        add_image(axes, given, DISCRIMINATOR, HEIGHT - 0.3, "", side=0.55)
        add_arrow(axes, (DISCRIMINATOR, HEIGHT - 0.6), (DISCRIMINATOR, middle + half), BLUE, "-")
    said = verdict or ("D(x, given)" if given is not None else "D(x, y)" if label else "D(x)")
    axes.text((DISCRIMINATOR + LOSS) / 2, middle + 0.22, said, ha="center", fontsize=10 if given is None else 8)
    axes.plot([], [], color=BLUE, label="forward: numbers on their way to the loss")
    axes.plot([], [], color=ORANGE, linestyle="--", label="back: the gradient, which says how to change")
    axes.legend(loc="lower center", ncols=2, frameon=False, fontsize=10, bbox_to_anchor=(0.5, -0.02))
    return drawn


def add_latent(axes: Axes, numbers: list[float]) -> None:
    """A bar for each of the numbers, from a line in the middle, and what they are called above."""
    for place, number in enumerate(numbers):
        axes.bar(LATENT + (place - len(numbers) / 2) * SIDE / BARS, number / 6, SIDE / BARS, LOW, color=GREY)
    named = "random numbers" if len(numbers) > 1 else "a random number"
    axes.text(LATENT, LOW + 0.75, f"z\n{named}", ha="center", va="center", fontsize=10)


def add_image(axes: Axes, image: Tensor, centre: float, height: float, name: str, side: float = SIDE) -> None:
    """An image `(C, H, W)`, grey or in colours, with its name above."""
    left, right, bottom, top = centre - side / 2, centre + side / 2, height - side / 2, height + side / 2
    pixels = ((image.cpu() + 1) / 2).clamp(0, 1).movedim(0, -1).squeeze(-1).numpy()
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=1, extent=(left, right, bottom, top), zorder=2)
    axes.text(centre, top + 0.04, name, ha="center", va="bottom", fontsize=10)


def add_box(axes: Axes, centre: float, height: float, name: str) -> None:
    """A player, or the loss."""
    corner = (centre - SIDE / 2, height - SIDE / 2)
    axes.add_patch(
        FancyBboxPatch(corner, SIDE, SIDE, "round,pad=0,rounding_size=0.15", facecolor="none", linewidth=1.4)
    )
    axes.text(centre, height, name, ha="center", va="center", fontsize=10)


def add_label(axes: Axes, centre: float, height: float, label: str) -> None:
    """The label above a player whose top is at `height`, and its way in."""
    axes.text(centre, height + 0.5, label, ha="center", va="bottom", fontsize=10)
    add_arrow(axes, (centre, height + 0.5), (centre, height), BLUE, "-")


def add_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, dash: str) -> None:
    style = {"arrowstyle": "-|>", "color": colour, "linestyle": dash, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=style)

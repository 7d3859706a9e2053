"""The way through a game, z → G → x → D → loss: what flows forward, what flows back, and where scissors cut it."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from gancore.data.toys import FRAME
from gancore.lessons.passage import AT_LOGIT, AT_POINT, LAST, STATIONS, Passage
from gancore.plots.plane import GENERATED, INK
from gancore.plots.style import BLUE, GREY, ORANGE

FORWARD, BACK = 0.62, 0.3  # heights of the two ways
PLAYERS = ("G", "D")
SCISSORS = {AT_POINT: STATIONS.index("x"), AT_LOGIT: STATIONS.index("logit")}  # they cut in front of these
LONGEST = 0.5  # of the arrow in the plane


def there_and_back(seen: Passage, real: Tensor, cut: str, moment: int = LAST) -> Figure:
    """The way of one latent up to `moment`, 0 to LAST, and beside it the plane with its point among the `real` ones.

    At 0 it is at z, half-way at the loss, and at LAST the gradient is back, if it comes so far.
    """
    drawn = Figure(figsize=(8.4, 2.9), dpi=100)
    drawn.set_layout_engine("constrained")
    way, plane = drawn.subplots(1, 2, width_ratios=(2.4, 1))
    draw_way(way, seen, cut, moment)
    draw_point(plane, seen, real, moment)
    return drawn


def draw_way(axes: Axes, seen: Passage, cut: str, moment: int) -> None:
    """Stations in a row, the way there above and the way back below."""
    last = len(STATIONS) - 1
    for place, station in enumerate(STATIONS):
        box = {"boxstyle": "round" if station in PLAYERS else "square", "facecolor": "white", "edgecolor": INK}
        bold = "bold" if station in PLAYERS else "normal"
        axes.text(place, (FORWARD + BACK) / 2, station, ha="center", va="center", bbox=box, fontsize=12, weight=bold)
        if place <= moment:
            axes.text(place, FORWARD + 0.14, there(station, seen), ha="center", fontsize=9, color=BLUE)
        if LAST - place <= moment and seen.comes_back_to(station):
            axes.text(place, BACK - 0.2, back(station, seen), ha="center", fontsize=9, color=GENERATED)
    for place in range(last):
        draw_arrow(axes, (place, place + 1), FORWARD, BLUE if place < moment else None)
        passed = LAST - place <= moment and seen.comes_back_to(STATIONS[place])
        draw_arrow(axes, (place + 1, place), BACK, ORANGE if passed else None, "--")
    if cut in SCISSORS:
        at = SCISSORS[cut] + (0.5 if cut == AT_POINT else -0.5)
        axes.axvline(at, 0.12, 0.6, color=INK, linestyle=":")
        axes.text(at, 0.02, "✂ detach", ha="center", fontsize=10)
    axes.set(xlim=(-0.5, last + 0.5), ylim=(0, 1))
    axes.axis("off")


def draw_arrow(axes: Axes, ends: tuple[float, float], height: float, colour: str | None, dash: str = "-") -> None:
    """From one station to the next; without a colour nothing has flowed there."""
    style = {"color": colour or GREY, "linewidth": 2.2 if colour else 0.8, "linestyle": dash if colour else "-"}
    axes.annotate("", (ends[1], height), (ends[0], height), arrowprops={"arrowstyle": "->", **style})


def there(station: str, seen: Passage) -> str:
    """What is at a station on the way there."""
    told = {
        "z": f"{len(seen.z)} numbers",
        "x": "({:.2f}, {:.2f})".format(*seen.point.tolist()),
        "logit": f"{seen.logit:.2f}",
        "loss": f"{seen.loss:.2f}",
    }
    return told.get(station, "")


def back(station: str, seen: Passage) -> str:
    """What comes back to a station: a slope, or the length of a gradient."""
    told = {
        "logit": lambda: f"{seen.at_logit:.2f}",
        "D": lambda: f"length {seen.in_d:.3f}",
        "x": lambda: "({:.3f}, {:.3f})".format(*seen.at_point.tolist()),
        "G": lambda: f"length {seen.in_g:.3f}",
    }
    return told.get(station, lambda: "")()


def draw_point(axes: Axes, seen: Passage, real: Tensor, moment: int) -> None:
    """The point among the real ones once it is made, and the way that the loss sends it once the gradient is there."""
    axes.plot(*real.numpy().T, "o", color=BLUE, markersize=2.2, alpha=0.6, markeredgewidth=0)
    if moment >= STATIONS.index("x"):
        axes.plot(*seen.point.tolist(), "x", color=GENERATED, markersize=9, markeredgewidth=2.5)
    if LAST - moment <= STATIONS.index("x") and seen.at_point is not None:
        step = -LONGEST * seen.at_point / seen.at_point.norm().clamp_min(1e-9)
        style = {"arrowstyle": "->", "color": INK, "linewidth": 1.5}
        axes.annotate("", (seen.point + step).tolist(), seen.point.tolist(), arrowprops=style)
    axes.set(xlim=(-FRAME, FRAME), ylim=(-FRAME, FRAME), xticks=[], yticks=[], aspect=1, title="the plane")

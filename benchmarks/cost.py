"""What a step costs: its time against the batch size and against the networks' width, and why the slope is so."""

from collections.abc import Callable
from dataclasses import replace
from math import log
from statistics import linear_regression, median

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.report import Result, plain_ticks
from benchmarks.timing import race
from gancore.data import load
from gancore.models import DCGANDiscriminator, DCGANGenerator
from gancore.models.dcgan import WIDTH
from gancore.models.mlp import DISCRIMINATOR_WIDTHS, DROPOUT, GENERATOR_WIDTHS, perceptron
from gancore.plots import BLUE, GREY, figure
from gancore.tables import as_text
from gancore.training.gan import GAN
from gancore.training.losses import NonSaturating
from gancore.training.recipes import get_recipe
from gancore.training.trainer import Trainer

LATENT_DIM = 100
SHAPE = (1, 28, 28)
PIXELS = 28 * 28
NEAR = 0.1  # slopes closer than this count as equal

Players = tuple[nn.Module, nn.Module]
Series = dict[str, tuple[str, tuple[float, ...], Callable[..., Trainer]]]


def perceptrons(factor: float = 1.0) -> Players:
    """The pair of the recipe `mlp` with its hidden layers `factor` times as wide."""
    up, down = ([round(factor * width) for width in widths] for widths in (GENERATOR_WIDTHS, DISCRIMINATOR_WIDTHS))
    generator = nn.Sequential(*perceptron(LATENT_DIM, *up, PIXELS), nn.Tanh(), nn.Unflatten(1, SHAPE))
    discriminator = nn.Sequential(nn.Flatten(), *perceptron(PIXELS, *down, 1, dropout=DROPOUT), nn.Flatten(0))
    return generator, discriminator


def convolutions(factor: float = 1.0) -> Players:
    """The pair of the recipe `dcgan`, `factor` times as wide."""
    width = round(factor * WIDTH)
    return DCGANGenerator(LATENT_DIM, SHAPE, width), DCGANDiscriminator(SHAPE, width)


def trainer(recipe: str, players: Players, batch: int | None = None) -> Trainer:
    """One of `recipe` with other players, and with `batch` examples in a move of the generator where it is given."""
    settings = get_recipe(recipe).settings
    own = settings.generator_batch_size
    if batch is not None:
        real = batch * settings.batch_size // (own or settings.batch_size)
        settings = replace(settings, batch_size=real, generator_batch_size=own and batch)
    game = GAN(*players, NonSaturating(), LATENT_DIM, share_fakes=own is None)
    return Trainer(game, load(), settings, device="cpu")


SERIES: Series = {  # title: what varies, its values, and a trainer for a value
    "perceptrons by batch": ("batch", (16, 32, 64, 128, 256, 512), lambda n: trainer("mlp", perceptrons(), n)),
    "DCGAN by batch": ("batch", (8, 16, 32, 64, 128), lambda n: trainer("dcgan", convolutions(), n)),
    "perceptrons by width": ("width", (0.25, 0.5, 1, 2), lambda w: trainer("mlp", perceptrons(w))),
    "DCGAN by width": ("width", (0.25, 0.5, 1, 1.5), lambda w: trainer("dcgan", convolutions(w))),
}


def run(quick: bool) -> Result:
    text, data = measured(SERIES, quick)
    return Result("cost", text, data, draw(data))


def measured(series: Series, quick: bool, turn: float = 1.0) -> tuple[str, dict[str, dict]]:
    """What a step costs at each value of each of `series`, as tables and plain values; a turn takes `turn` seconds."""
    text, data = [], {}
    for title, (varied, values, make) in series.items():
        values = values[-3:-1] if quick else values
        trainers = {value: make(value) for value in values}
        work = [multiply_adds(each) for each in trainers.values()]
        contenders = {str(value): (lambda steps, each=each: each.run(steps=steps)) for value, each in trainers.items()}
        times = race(contenders, **({"rounds": 3, "turn": 0.1} if quick else {"rounds": 5, "turn": turn}))
        medians = [median(each) for each in times.values()]
        time_slope, work_slope = slope(values, medians), slope(values, work)
        rows = [(varied, "ms a step", "million multiply-adds")]
        rows += [(str(v), f"{1000 * t:.2f}", f"{w / 1e6:,.0f}") for v, t, w in zip(values, medians, work, strict=True)]
        text.append(f"{title}\n{as_text(rows)}\n{explain(varied, time_slope, work_slope)}")
        data[title] = {
            "varied": varied, "values": values, "seconds_a_step": times, "multiply_adds": work,
            "time_slope": time_slope, "work_slope": work_slope,
        }  # fmt: skip
    return "\n\n".join(text), data


def draw(data: dict[str, dict]) -> Figure:
    """A panel for each series: the medians, and what they would be if time went with the multiply-adds."""
    drawn, panels = figure(width=14.0, height=3.4, columns=len(data))
    for (title, series), axes in zip(data.items(), panels, strict=True):
        draw_one(axes, title, series)
    return drawn


def draw_one(axes: Axes, title: str, series: dict) -> None:
    """The panel of one series."""
    values, work = series["values"], series["multiply_adds"]
    medians = [1000 * median(each) for each in series["seconds_a_step"].values()]
    axes.loglog(values, medians, "o-", color=BLUE, label="measured")
    scale = medians[-1] / work[-1]
    axes.loglog(values, [scale * each for each in work], "--", color=GREY, label="as the multiply-adds")
    axes.set(xlabel=series["varied"], ylabel="milliseconds a step")
    axes.set_title(f"{title}: slope {series['time_slope']:.2f}")
    plain_ticks(axes.yaxis)
    axes.set_xticks(values, labels=[str(value) for value in values])
    axes.xaxis.minorticks_off()
    axes.legend(frameon=False)


def multiply_adds(trainer: Trainer) -> int:
    """Counted in one step, in products and convolutions alone."""
    with FlopCounterMode(display=False) as counter:
        trainer.step()
    return counter.get_total_flops() // 2


def slope(sizes: tuple[float, ...], costs: list[float]) -> float:
    """The exponent k of costs ∝ sizes^k, by least squares on logarithms."""
    return linear_regression([log(size) for size in sizes], [log(cost) for cost in costs]).slope


def explain(varied: str, time_slope: float, work_slope: float) -> str:
    """The sentence that goes with a slope."""
    fact = f"Time grows as {varied}^{time_slope:.2f}, multiply-adds as {varied}^{work_slope:.2f}:"
    if time_slope < work_slope - NEAR:
        return (
            f"{fact} the larger, the cheaper each multiply-add, since what a step pays whatever its {varied} "
            "is shared by more of them, and larger matrices are multiplied nearer the processor's peak."
        )
    if time_slope > work_slope + NEAR:
        return f"{fact} the larger, the dearer each multiply-add, as when matrices no longer fit the caches."
    return f"{fact} the two keep step, so the time goes into arithmetic."

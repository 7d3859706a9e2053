"""Any picture sent there and back, and disturbed in the middle until it no longer finds its way home."""

from collections.abc import Mapping
from dataclasses import dataclass

from ipywidgets import Dropdown, FloatSlider, IntSlider
from torch import Tensor

from gancore.lessons.journeys import travel
from gancore.plots.journeys import stations
from gancore.training.cyclegan import TwoWays
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

MOST_NOISE = 0.2  # of black to white
MOST_BLUR = 2.0  # pixels


@dataclass(frozen=True)
class Route:
    """Two `ways` between two kinds of pictures, and pictures `(N, C, H, W)` of which those of one place are partners.

    `kinds` are what people call a picture of the first kind and one of the second.
    """

    ways: TwoWays
    firsts: Tensor
    seconds: Tensor
    kinds: tuple[str, str]

    def turned(self) -> "Route":
        """The same the other way round."""
        return Route(self.ways.turned(), self.seconds, self.firsts, self.kinds[::-1])


class JourneyView(View):
    """A picture sets out on one of `routes`, by name, and sliders disturb it in the middle.

    `journey` is what became of it.
    """

    def __init__(self, routes: Mapping[str, Route]) -> None:
        ends = {f"{one.kinds[0]} → {name} → back": one for name, one in routes.items()}
        ends |= {f"{name} → {one.kinds[0]} → back": one.turned() for name, one in routes.items()}
        self.ends = ends
        self.route = Dropdown(options=list(ends), description="journey", **WIDE)
        self.place = IntSlider(max=min(len(one.firsts) for one in routes.values()) - 1, description="picture")
        self.noise = FloatSlider(max=MOST_NOISE, step=0.01, description="noise")
        self.blur = FloatSlider(max=MOST_BLUR, step=0.25, description="blur")
        self.tint = FloatSlider(value=1.0, max=1.0, step=0.1, description="tint kept")
        self.status = Status()
        shown = Picture()
        rows = [in_a_row(self.route, self.place), in_a_row(self.noise, self.blur, self.tint), shown, self.status]
        super().__init__("There and back", rows, shown)
        for control in (self.route, self.place, self.noise, self.blur, self.tint):
            control.observe(on_main_thread(self._update), names="value")
        self._update()

    def _update(self) -> None:
        route, place = self.ends[self.route.value], self.place.value
        out, truth = route.firsts[place, None], route.seconds[place, None]
        self.journey = travel(route.ways, out, self.noise.value, self.blur.value, self.tint.value)
        undisturbed = travel(route.ways, out)
        met = float((self.journey.middle - truth).abs().mean())
        said = (
            f"In the middle it is {met:.3f} off its truth. It comes home {self.journey.lost:.3f} off, and undisturbed "
            f"{undisturbed.lost:.3f}."
        )
        done = f"noise {self.noise.value:.2f}, blur {self.blur.value:.2f} pixels, {self.tint.value:.0%} of the tint"
        told = f"{self.route.value}, picture {place}, {done}"
        self.picture.draw(
            stations(self.journey, truth),
            f"Six pictures: what sets out, the middle, what is sent back, what comes home, the true middle, and what "
            f"is hidden in it. {told}. {said}",
        )
        self.status.say(said)

"""The latent explorer: sliders that move latents about, and the pictures that follow while they are dragged.

A page sends one change of a slider at a time, and none before the kernel's answer to the last one is back, which takes
50 ms and more on the way through the server, however soon the kernel answers. So the pictures do not jump from one
change to the next: they glide.
"""

from collections.abc import Mapping
from typing import Any

from ipywidgets import Button, Dropdown, FloatSlider, HBox, IntSlider, VBox
from torch import Tensor
from torch.nn.functional import pad

from gancore.analysis.latents import lerp
from gancore.data.images import to_uint8
from gancore.lessons.latent_mover import COUNT, LAST_SEED, WAYS, LatentMover, measured, next_seed
from gancore.plots.images import picture
from gancore.pretrained import Pretrained
from gancore.widgets.canvas import Canvas, Heat, greys
from gancore.widgets.pace import Pace
from gancore.widgets.player import Player
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

COLUMNS, ZOOM = 4, 4
GAP = 1  # pixels of an image around each
FURTHEST = 4.0  # along a direction, in standard deviations of a latent's coordinate
MOST_SPREAD = 1.5
FRAMES_A_SECOND = 45  # made while gliding or playing; where several reach the page at once, it shows the newest
GLIDE = 0.25  # the share of the way to where the sliders are that a frame goes
NEAR = 0.005  # coordinates of a latent that differ by less make the same picture
FRAMES_A_LEG = 135  # from the latents of one seed to those of the next
WIDE = {"layout": {"width": "340px"}, "style": {"description_width": "6.5em"}}


class LatentExplorer(View):
    """Eight digits of `generator` that follow sliders, one for each of `directions` (name: unit vector `(D,)`).

    `latents` `(8, D)` and `images` are where the sliders are; what is shown glides there. Playing moves them from seed
    to seed.
    """

    def __init__(self, generator: Pretrained, directions: Mapping[str, Tensor], seed: int = 0) -> None:
        self.mover = LatentMover(generator, directions)
        self.seed = IntSlider(seed, 0, LAST_SEED, description="seed", **WIDE)
        self.share = FloatSlider(0, min=0, max=1, step=1 / FRAMES_A_LEG, description="to the next", **WIDE)
        self.way = Dropdown(options=list(WAYS), description="way", **WIDE)
        self.spread = FloatSlider(1, min=0, max=MOST_SPREAD, step=0.01, description="truncation ψ", **WIDE)
        self.moves = {name: slider(name) for name in directions}
        self.status = Status()
        self.play, self.reset = Player(self._tick, FRAMES_A_SECOND, self.status), Button(description="Reset")
        size = {"width": COLUMNS * 28 * ZOOM, "height": COUNT // COLUMNS * 28 * ZOOM}
        self.canvas = Canvas(**size, layout={"margin": "2px"})
        self.pace = Pace(self.canvas)
        sliders = [*self.moves.values(), self.spread, self.seed, self.share, self.way]
        rows = [HBox([self.play, self.reset]), in_a_row(self.canvas, VBox(sliders)), self.status]
        super().__init__("The latent explorer: eight digits, all moved alike", rows, Picture())
        update = on_main_thread(self._update)
        for control in sliders:
            control.observe(update, names="value")
        self.play.on_click(on_main_thread(self._come_to_rest))
        self.reset.on_click(on_main_thread(self._reset))
        self._aim_at(self.share.value)
        self._show(self.latents, aloud=True)

    @property
    def images(self) -> Tensor:
        """What the generator makes of `latents`: `(8, 1, H, W)`."""
        return self.mover.images(self.latents)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        images = self.images
        self.picture.content = picture(images, COLUMNS, ZOOM)
        self.picture.alt = in_words(measured(self.latents, images))
        return super()._repr_mimebundle_(**kwargs)

    def _update(self) -> None:
        """Glide to where the sliders are now; without an event loop, as in a script, be there at once."""
        self._aim_at(self.share.value)
        try:
            self.play.ticker.start()
        except RuntimeError:
            self._show(self.latents, aloud=True)

    def _aim_at(self, share: float) -> None:
        self.place = share
        moves = {name: control.value for name, control in self.moves.items()}
        self.latents = self.mover.latents(self.seed.value, share, self.way.value, self.spread.value, moves)

    def _show(self, latents: Tensor, aloud: bool) -> None:
        """Draw the images of `latents`; `aloud` also says what is measured, which screen readers read out."""
        self.shown = latents
        images = self.mover.images(latents)
        if aloud:
            self.measured = measured(latents, images)
            speed = self.pace.take()
            self.status.say(f"{self.measured} {speed}." if self.play.playing and speed else self.measured)
        self.canvas.draw([sheet(images)], (0, 1, 0, 1), in_words(self.measured))

    def _reset(self) -> None:
        """Every slider but the seed's back to where it began."""
        self.play.pause()
        self._come_to_rest()
        self.spread.value, self.share.value = 1, 0
        for control in self.moves.values():
            control.value = 0

    # Frame by frame

    def _come_to_rest(self) -> None:
        """Where playing has ended, move the slider, which follows by leaps, to where the digits are."""
        if not self.play.playing:
            self.share.value = self.place
            self._update()

    def _tick(self) -> None:
        if self.play.playing:
            self._go_on()
        arrived = bool((self.latents - self.shown).abs().max() < NEAR)
        done = arrived and not self.play.playing
        aloud = done or self.pace.due
        self._show(self.latents if arrived else lerp(self.shown, self.latents, GLIDE), aloud)
        if done:
            self.play.ticker.stop()

    def _go_on(self) -> None:
        """A little further, and from the end of the way to the beginning of the next.

        The slider follows by leaps: a page that has to move it with every frame shows fewer of them.
        """
        if self.place >= 1:  # these are the latents of the next seed already
            self.share.value, self.seed.value = 0, next_seed(self.seed.value)
        elif self.pace.due:
            self.share.value = self.place
        self._aim_at(min(1.0, self.place + 1 / FRAMES_A_LEG))


def slider(name: str) -> FloatSlider:
    """A slider that moves along a direction, either way."""
    return FloatSlider(0, min=-FURTHEST, max=FURTHEST, step=0.05, description=name, **WIDE)


def in_words(measured: str) -> str:
    """What the canvas shows, for those who do not see it."""
    return f"{COUNT} generated digits. {measured}"


def sheet(images: Tensor) -> Heat:
    """Grey images `(8, 1, H, W)` in [-1, 1] in rows of four."""
    framed = pad(images[:, 0], (GAP, GAP, GAP, GAP), value=-1.0)
    grid = framed.unflatten(0, (-1, COLUMNS)).transpose(1, 2).flatten(2).flatten(0, 1)
    return greys(to_uint8(grid).numpy())

"""The way through a game: a latent glides through both players, its gradient comes back, and scissors cut the way."""

from ipywidgets import Dropdown, IntSlider
from torch import Tensor, nn

from gancore.lessons.passage import CUTS, LAST, MOVES, NOWHERE, describe, send
from gancore.models.sampling import seeded_latents
from gancore.plots.passage import there_and_back
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

LATENTS = 50  # to choose from


class ThereAndBack(View):
    """z → G → x → D → loss, there and back, for `generator`, of `latent_dim` numbers, and `discriminator`.

    `real` points `(N, 2)` are drawn beside it.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module, latent_dim: int, real: Tensor) -> None:
        self.players, self.real = (generator, discriminator), real
        self.latents = seeded_latents(LATENTS, latent_dim, 0)
        self.moment = IntSlider(LAST, 0, LAST, description="way", **WIDE)
        self.latent = IntSlider(0, 0, LATENTS - 1, description="latent", **WIDE)
        self.move = Dropdown(options=MOVES, value=MOVES[1], description="loss of")
        self.cut = Dropdown(options=CUTS, value=NOWHERE, description="scissors")
        self.image, self.status = Picture(), Status()
        rows = [in_a_row(self.moment, self.latent), in_a_row(self.move, self.cut), self.image, self.status]
        super().__init__("There and back: z → G → x → D → loss", rows, self.image)
        for control in (self.moment, self.latent, self.move, self.cut):
            control.observe(on_main_thread(self._draw), names="value")
        self._draw()

    def _draw(self) -> None:
        move, cut, z = self.move.value, self.cut.value, self.latents[self.latent.value]
        seen = send(*self.players, z, move, cut)
        words = describe(seen, move, cut)
        self.image.draw(
            there_and_back(seen, self.real, cut, self.moment.value), f"Step {self.moment.value} of {LAST}. {words}"
        )
        self.status.say(words)

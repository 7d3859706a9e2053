"""A finished generator to play with: another seed, other digits."""

from ipywidgets import IntSlider

from gancore.plots.images import picture
from gancore.pretrained import Pretrained
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View

COUNT, COLUMNS, ZOOM = 30, 10, 3
LAST_SEED = 99


class Drawer(View):
    """Thirty pictures by `generator`, decided by a slider for the seed."""

    def __init__(self, generator: Pretrained) -> None:
        self.generator = generator
        self.seed = IntSlider(value=0, max=LAST_SEED, description="seed", continuous_update=False)
        self.status = Status()
        drawing = Picture()
        super().__init__("Thirty digits that nobody wrote", [self.seed, drawing, self.status], drawing)
        self.seed.observe(on_main_thread(self._update), names="value")
        self._update()

    def _update(self) -> None:
        seed = self.seed.value
        images = self.generator.sample(COUNT, seed=seed)
        alt = f"{COUNT} generated digits in rows of {COLUMNS}, seed {seed}."
        self.picture.draw(picture(images, COLUMNS, ZOOM), alt)
        self.status.say(f"Drawn with seed {seed}; the same seed draws the same digits.")

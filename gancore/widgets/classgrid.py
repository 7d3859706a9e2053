"""Class by latent: every class in a column, every latent in a row, by one generator or another."""

from ipywidgets import Dropdown, IntSlider

from gancore.analysis.hands import Sampler, write
from gancore.metrics.classifier import load_extractor
from gancore.plots.asked import asked
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

CLASSES = range(10)
ROWS = 4
LAST_SEED = 99


class ClassGrid(View):
    """All ten digits from each of four latents, drawn by one of `samplers`, and how many are read as asked."""

    def __init__(self, samplers: dict[str, Sampler]) -> None:
        self.samplers = samplers
        self.classifier = load_extractor("digits")
        self.generator = Dropdown(options=list(samplers), description="generator", **WIDE)
        self.seed = IntSlider(value=0, max=LAST_SEED, description="latents", **WIDE)
        self.status, grid = Status(), Picture()
        rows = [in_a_row(self.generator, self.seed), grid, self.status]
        super().__init__("Class by latent: a column for each digit, a row for each latent", rows, grid)
        update = on_main_thread(self._update)
        self.generator.observe(update, names="value")
        self.seed.observe(update, names="value")
        self._update()

    def _update(self) -> None:
        name = self.generator.value
        self.written = write(self.samplers[name], CLASSES, self.classifier, ROWS, self.seed.value)
        sheet = asked(self.written.images, tuple(map(str, CLASSES)), self.written.misread)
        words = f"Generator: {name}; latents {self.seed.value}. {self.written.verdict()}"
        self.picture.draw(sheet, f"Ten columns of digits, 0 to 9, each row from one latent. {words}")
        self.status.say(words)

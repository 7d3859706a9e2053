"""Blend two labels: a slider from one to the other, and what a classifier reads on the way."""

from ipywidgets import Dropdown, FloatSlider, IntSlider

from gancore.lessons.blending import between
from gancore.metrics.classifier import load_extractor
from gancore.plots.images import picture
from gancore.pretrained import Pretrained
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

COUNT, COLUMNS, ZOOM = 12, 6, 3
STEP = 0.05
LAST_SEED = 99
NARROW = {"layout": {"width": "10em"}, "style": {"description_width": "4em"}}


class LabelBlend(View):
    """Twelve images of `generator` whose label lies between two: a slider says how far from one to the other."""

    def __init__(self, generator: Pretrained, labels: tuple[int, int] = (3, 8)) -> None:
        self.generator = generator
        self.classifier = load_extractor("digits")
        labels_there_are = range(generator.classes)
        self.first = Dropdown(options=labels_there_are, value=labels[0], description="from", **NARROW)
        self.second = Dropdown(options=labels_there_are, value=labels[1], description="to", **NARROW)
        self.share = FloatSlider(value=0.5, max=1, step=STEP, description="how far", **WIDE)
        self.seed = IntSlider(value=0, max=LAST_SEED, description="latents", **WIDE)
        self.status, digits = Status(), Picture()
        rows = [in_a_row(self.first, self.second), in_a_row(self.share, self.seed), digits, self.status]
        super().__init__("Between two labels", rows, digits)
        update = on_main_thread(self._update)
        for control in (self.first, self.second, self.share, self.seed):
            control.observe(update, names="value")
        self._update()

    def _update(self) -> None:
        labels, share, seed = (self.first.value, self.second.value), self.share.value, self.seed.value
        self.seen = between(self.generator, labels, share, self.classifier, COUNT, seed)
        first, second, other = (round(COUNT * part) for part in (self.seen.first, self.seen.second, self.seen.other))
        words = (
            f"{share:.0%} of the way from {labels[0]} to {labels[1]}, latents {seed}. Of {COUNT} digits the classifier "
            f"reads {first} as {labels[0]}, {second} as {labels[1]} and {other} as others; "
            f"it gives its answers a probability of {self.seen.certainty:.2f} on average."
        )
        self.picture.draw(picture(self.seen.images, COLUMNS, ZOOM), words)
        self.status.say(words)

"""Blend two labels: a slider from one to the other, and what a classifier reads on the way."""

from dataclasses import dataclass
from typing import Any

import torch
from ipywidgets import Dropdown, FloatSlider, HBox, IntSlider
from torch import Tensor

from gancore.analysis.hands import blend
from gancore.metrics.classifier import Extractor, load_extractor
from gancore.models.sampling import seeded_latents
from gancore.plots.images import picture
from gancore.pretrained import Pretrained
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View

COUNT, COLUMNS, ZOOM = 12, 6, 3
STEP = 0.05
LAST_SEED = 99
NARROW = {"layout": {"width": "10em"}, "style": {"description_width": "4em"}}


@dataclass(frozen=True)
class Between:
    """Images with a label between two, and what a classifier makes of them.

    `first` and `second` are the shares, 0 to 1, of images `(N, C, H, W)` read as either of the two labels, and `other`
    that of the rest; `certainty` is the mean probability that the classifier gives to its own answer.
    """

    images: Tensor
    first: float
    second: float
    other: float
    certainty: float


def between(
    generator: Pretrained, labels: tuple[int, int], share: float, reader: Extractor, count: int, seed: int = 0
) -> Between:
    """`count` images from the first of two `labels`, where `share` is 0, to the second, where it is 1."""
    shares = torch.zeros(count, generator.classes)
    shares[:, labels[0]] += 1 - share
    shares[:, labels[1]] += share
    images = blend(generator.generator, seeded_latents(count, generator.latent_dim, seed), shares).cpu()
    chances = reader.logits(images).softmax(1)
    certainty, answers = chances.max(1)
    first, second = (answers == label for label in labels)
    read = (float(group.float().mean()) for group in (first, second, ~(first | second)))
    return Between(images, *read, float(certainty.mean()))


class LabelBlend(View):
    """Twelve latents of `generator`, told a label between two, as far along as a slider says."""

    def __init__(self, generator: Pretrained, labels: tuple[int, int] = (3, 8)) -> None:
        self.generator = generator
        self.reader = load_extractor("digits")
        digits = range(generator.classes)
        self.first = Dropdown(options=digits, value=labels[0], description="from", **NARROW)
        self.second = Dropdown(options=digits, value=labels[1], description="to", **NARROW)
        self.share = FloatSlider(value=0.5, max=1, step=STEP, description="how far", **WIDE)
        self.seed = IntSlider(value=0, max=LAST_SEED, description="latents", **WIDE)
        self.status, drawn = Status(), Picture()
        wrap = {"flex_flow": "row wrap"}
        rows = [HBox([self.first, self.second], layout=wrap), HBox([self.share, self.seed], layout=wrap)]
        super().__init__("Between two labels", [*rows, drawn, self.status], drawn)
        update = on_main_thread(self._update)
        for control in (self.first, self.second, self.share, self.seed):
            control.observe(update, names="value")
        self._update()

    def _update(self, event: Any = None) -> None:
        labels, share, seed = (self.first.value, self.second.value), self.share.value, self.seed.value
        self.seen = between(self.generator, labels, share, self.reader, COUNT, seed)
        first, second, other = (round(COUNT * part) for part in (self.seen.first, self.seen.second, self.seen.other))
        words = (
            f"{share:.0%} of the way from {labels[0]} to {labels[1]}, latents {seed}. Of {COUNT} digits the classifier "
            f"reads {first} as {labels[0]}, {second} as {labels[1]} and {other} as others; "
            f"it gives its answers a probability of {self.seen.certainty:.2f} on average."
        )
        self.picture.draw(picture(self.seen.images, COLUMNS, ZOOM), words)
        self.status.say(words)

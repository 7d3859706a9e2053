"""Logistic regression at work on one picture at a time: what each pixel says, and what the sum of it means."""

import torch
from ipywidgets import IntSlider
from torch import Tensor

from gancore.plots.labels import weighed
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View


class Weighing(View):
    """A slider through pictures of two classes: the picture, what each of its pixels adds to the logit, and the answer.

    `images` are `(N, 1, H, W)` in [-1, 1], `labels` `(N,)` are 0 or 1 for the two `names`. The logit, for the second
    class, is the sum of `weights` `(H * W,)` times pixels, and `bias`.
    """

    def __init__(self, images: Tensor, labels: Tensor, weights: Tensor, bias: float, names: tuple[str, str]) -> None:
        self.images, self.labels, self.names, self.bias = images, labels, names, bias
        self.said = (weights.view(images.shape[1:]) * images)[:, 0]
        self.largest = float(self.said.abs().max())
        self.place = IntSlider(0, 0, len(images) - 1, description="picture", continuous_update=False, **WIDE)
        self.status = Status()
        drawing = Picture()
        super().__init__(f"{names[0].capitalize()} or {names[1]}?", [self.place, drawing, self.status], drawing)
        self.place.observe(on_main_thread(self._update), names="value")
        self._update()

    def _update(self) -> None:
        place = self.place.value
        words = self._words(place)
        figure = weighed(self.images[place, 0], self.said[place], self.largest, self.names)
        self.picture.draw(figure, f"A picture, and beside it what each of its pixels says. {words}")
        self.status.say(words)

    def _words(self, place: int) -> str:
        logit = float(self.said[place].sum()) + self.bias
        sure = float(torch.tensor(logit).sigmoid())
        read = self.names[int(logit > 0)]
        truth = self.names[int(self.labels[place])]
        return (
            f"Pixels and bias add up to {logit:+.2f}, so P({self.names[1]}|x) = {sure:.2f}. It is read as {read}, and "
            f"its label is {truth}{'.' if read == truth else ': misread.'}"
        )

"""A dial for how rare a class is, and a remedy: what was made, the nearest originals, and what it was worth."""

import torch
from ipywidgets import Checkbox, Dropdown, SelectionSlider
from torch import Tensor

from gancore.data.images import ImageData
from gancore.lessons.rare.classifier import rare_recall
from gancore.lessons.rare.distances import apart, nearest
from gancore.lessons.rare.imbalance import RARE, imbalanced
from gancore.lessons.rare.remedies import REMEDIES, mixtures
from gancore.lessons.rare.results import Results
from gancore.metrics.classifier_training import distort
from gancore.plots.rare import dial
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

SHOWN = 7  # pictures of each class
MOVED = " + moved"


class RareDial(View):
    """How many examples the rare classes have, a remedy, and whether pictures are moved; recalls from `results`.

    `made` `(3, N, 1, 28, 28)` is what the classifier sees of the rare classes, and `distances` `(3, N)` how far each
    picture is from the nearest original.
    """

    def __init__(self, digits: ImageData, results: Results) -> None:
        self.digits, self.results = digits, results
        start = 10 if 10 in results.few else results.few[0]
        self.few = SelectionSlider(options=results.few, value=start, description="examples", **WIDE)
        self.remedy = Dropdown(options=list(REMEDIES), value="GAN", description="remedy", **WIDE)
        self.moved = Checkbox(value=False, description="turned, shifted and resized as well", indent=False)
        self.status, shown = Status(), Picture()
        rows = [in_a_row(self.few, self.remedy, self.moved), shown, self.status]
        super().__init__("How rare, and what is done about it?", rows, shown)
        for control in (self.few, self.remedy, self.moved):
            control.observe(on_main_thread(self._update), names="value")
        self._update()

    @property
    def chosen(self) -> str:
        return self.remedy.value + MOVED * self.moved.value

    def _update(self) -> None:
        few = self.few.value
        digits = imbalanced(self.digits, few)
        originals = [digits.few(label) for label in RARE]
        self.made = self._made(originals)
        pairs = zip(self.made, originals, strict=True)
        self.distances = torch.stack([nearest(pictures, own)[1] for pictures, own in pairs])
        measured = {
            name + MOVED * moved: self.results.measured(few, name, moved)
            for name in REMEDIES
            for moved in (False, True)
        }
        words = self._words(originals, measured[self.chosen])
        figure = dial(self.made, originals, measured, self.chosen)
        seen = f"What is seen of {', '.join(map(str, RARE))}, each picture over its nearest original"
        self.picture.draw(figure, f"{seen}; and a bar for each remedy. {words}")
        self.status.say(words)

    def _made(self, originals: list[Tensor]) -> Tensor:
        """What a classifier sees of the rare classes under the remedy."""
        rng = torch.Generator().manual_seed(self.few.value)
        if self.remedy.value == "GAN":
            made = self.results.pictures(self.few.value)[:, :SHOWN]
        elif self.remedy.value == "SMOTE":
            made = torch.stack([mixtures(own, SHOWN, rng) for own in originals])
        else:
            made = torch.stack([own[torch.arange(SHOWN) % len(own)] for own in originals])
        return torch.stack([distort(pictures, rng) for pictures in made]) if self.moved.value else made

    def _words(self, originals: list[Tensor], measured: Tensor) -> str:
        found, balanced = 100 * rare_recall(measured), 100 * measured.mean()
        near = f"What is seen is {self.distances.mean():.1f} from its nearest original"
        if self.few.value > 1:
            ruler = torch.cat([apart(own) for own in originals]).mean()
            near += f", an original is {ruler:.1f} from the nearest other one"
        tried = f"{found.min():.0f} to {found.max():.0f} over {len(found)} seeds" if len(found) > 1 else "one seed"
        return (
            f"{self.chosen}, {self.few.value} of each rare class: recall of the rare {found.mean():.0f} % ({tried}), "
            f"balanced accuracy {balanced:.0f} %. {near}."
        )

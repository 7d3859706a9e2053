"""The zoo: fitted models side by side, asked for a class again and again, with what each costs and what it scores."""

from ipywidgets import HTML, Button, Dropdown

from gancore.errors import GancoreError
from gancore.lessons.zoo import SHOWN, Zoo
from gancore.plots.zoo import side_by_side
from gancore.tables import as_html
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

CAPTION = "A low FID is good, and so is a high share read as asked."
LABELLED = {"style": {"description_width": "initial"}}  # a label takes no more room than it needs


class ZooView(View):
    """Choose a class, and let every model of `zoo` draw it again and again; below are the scores of all."""

    def __init__(self, zoo: Zoo) -> None:
        if not zoo.models:
            raise GancoreError("This zoo is empty; admit a model before you look at it.")
        self.zoo = zoo
        self.turn = 1
        choices = [("each in turn", None), *((str(label), label) for label in zoo.classes)]
        self.digit = Dropdown(options=choices, description="class", layout={"width": "13em"}, **LABELLED)
        self.again = Button(description="Draw again")
        self.status, table, shown = Status(), HTML(as_html(zoo.rows(), CAPTION)), Picture()
        rows = [in_a_row(self.digit, self.again), shown, self.status, table]
        super().__init__("The zoo: what each model draws", rows, shown)
        self._update()
        self.digit.observe(on_main_thread(self._update), names="value")
        self.again.on_click(on_main_thread(self._draw_again))

    def _draw_again(self) -> None:
        self.turn += 1
        self._update()

    def _update(self) -> None:
        label = self.digit.value
        drawn = {name: self.zoo.drawn(name, label, seed=self.turn) for name in self.zoo.models}
        read = {name: f"{self.zoo.read(images, label)} of {SHOWN}" for name, images in drawn.items()}
        asked = "each digit in turn" if label is None else f"the digit {label}"
        said = "; ".join(f"{name} {share}" for name, share in read.items())
        words = f"Draw {self.turn}, asked for {asked}. The classifier reads as asked: {said}."
        rows = {f"{name}: {share} read as asked": drawn[name] for name, share in read.items()}
        self.picture.draw(side_by_side(rows), words)
        self.status.say(words)

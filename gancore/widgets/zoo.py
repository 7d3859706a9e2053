"""The zoo: fitted models side by side, asked for a class again and again, with what each costs and what it scores."""

from ipywidgets import HTML, Button, Dropdown

from gancore.errors import GancoreError
from gancore.lessons.zoo import Zoo
from gancore.plots.images import picture
from gancore.tables import as_html
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

COLUMNS, ZOOM = 6, 3
CAPTION = "A low FID is good, and so is a high share read as asked."


class ZooView(View):
    """Choose a model of `zoo` and a class, and let it draw again; below are the scores of all."""

    def __init__(self, zoo: Zoo) -> None:
        if not zoo.models:
            raise GancoreError("This zoo is empty; admit a model before you look at it.")
        self.zoo = zoo
        self.model = Dropdown(options=list(zoo.models), value=zoo.name, description="model", **wide("24em"))
        anything = [("any", None), *((str(label), label) for label in zoo.classes)]
        self.digit = Dropdown(options=anything, value=zoo.label, description="class", **wide("9em"))
        self.again = Button(description="Draw again")
        self.status, self.table = Status(), HTML()
        shown = Picture()
        rows = [in_a_row(self.model, self.digit, self.again), shown, self.status, self.table]
        super().__init__("The zoo: what each model draws", rows, shown)
        self._update()
        update = on_main_thread(self._update)
        self.model.observe(update, names="value")
        self.digit.observe(update, names="value")
        self.again.on_click(on_main_thread(self._draw_again))

    def _draw_again(self, event: object) -> None:
        self.zoo.draw_again()
        self._update()

    def _update(self, event: object = None) -> None:
        self.zoo.ask(self.model.value, self.digit.value)
        images = self.zoo.images()
        words = self.zoo.words(images)
        self.picture.draw(picture(images, COLUMNS, ZOOM), words)
        self.status.say(words)
        self.table.value = as_html(self.zoo.rows(), CAPTION, chosen=self.zoo.name)


def wide(width: str) -> dict[str, dict[str, str]]:
    """Settings of a control so wide, whose label takes no more room than it needs."""
    return {"layout": {"width": width}, "style": {"description_width": "initial"}}

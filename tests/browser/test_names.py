"""Every slider's handle says which slider it belongs to, in views that are there and in what comes into them later."""

import pytest
from helpers.controls import button
from playwright.sync_api import expect

CELLS = (
    "from ipywidgets import Button, FloatSlider, HBox, IntSlider, VBox\nfrom gancore.widgets.view import Picture, View",
    "# view\n"
    "later, more, shown = VBox(), Button(description='More'), Picture()\n"
    "def add(event):\n"
    "    later.children = [FloatSlider(description='γ')]\n"
    "more.on_click(add)\n"
    "View('Two', [HBox([IntSlider(description='Hand', max=9)]), more, later, shown], shown)",
)


@pytest.fixture(scope="module")
def chapter(lab, open_chapter):
    lab.plant("named", CELLS)
    chapter = open_chapter("named")
    chapter.run("from ipywidgets")
    return chapter


def test_handles_of_sliders_have_the_names_that_are_written_beside_them(chapter):
    view = chapter.run("# view")
    expect(view.get_by_role("slider", name="Hand", exact=True)).to_have_count(1)
    button(view, "More").click()
    expect(view.get_by_role("slider", name="γ", exact=True)).to_have_count(1)

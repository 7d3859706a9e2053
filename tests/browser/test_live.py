"""The view of a run follows it while its cell is still running."""

import pytest
from playwright.sync_api import expect

CELLS = (
    "from gancore.data import load\nfrom gancore.recipes import RECIPES\nfrom gancore.widgets.live import Live",
    'recipe = RECIPES["mlp"]\n'
    'trainer = recipe.trainer(load("digits"), recorders=[Live(steps=60)])\n'
    "trainer.run(steps=60)",
)


@pytest.fixture(scope="module")
def chapter(lab, open_chapter):
    lab.plant("a_run", CELLS)
    return open_chapter("a_run")


def test_the_view_of_a_run_follows_the_run_and_ends_with_its_last_picture(chapter):
    chapter.run(CELLS[0])
    chapter.start(CELLS[1])
    view = chapter.output(CELLS[1])
    drawn = view.get_by_role("img")
    early = drawn.get_attribute("alt")
    expect(drawn).not_to_have_attribute("alt", early)
    assert not chapter.page.evaluate("window.run.finished")
    chapter.finish()
    expect(drawn).to_have_attribute("alt", "16 generated images after 60 rounds.")
    expect(view.get_by_role("status")).to_contain_text("60 of 60 rounds")
    chapter.screenshots("live", view)

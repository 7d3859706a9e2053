"""The view of a run follows it while its cell is still running."""

from helpers.chapter import SECONDS_TO_RUN
from helpers.controls import picture, status
from playwright.sync_api import expect

CHAPTER = "a_run"
CELLS = (
    "import time\n"
    "from pathlib import Path\n"
    "from gancore.data import load\n"
    "from gancore.training.recipes import RECIPES\n"
    "from gancore.training.recorders import Record\n"
    "from gancore.widgets import live\n"
    "live.EVERY = 0.0\n"
    "class Hold(Record):\n"
    "    def on_step(self, trainer):\n"
    "        while trainer.round == 2 and not Path('go_on').exists():\n"
    "            time.sleep(0.01)",
    "recorders = [live.Live(steps=3), Hold()]\n"
    'trainer = RECIPES["mlp"].trainer(load("digits"), recorders=recorders)\n'
    "trainer.run(steps=3)",
)


def test_the_view_of_a_run_follows_the_run_and_ends_with_its_last_picture(chapter):
    chapter.run(CELLS[0])
    chapter.start(CELLS[1])
    view = chapter.output(CELLS[1])
    drawn = picture(view)
    expect(drawn).to_have_attribute("alt", "16 generated images after 2 rounds.", timeout=1000 * SECONDS_TO_RUN)
    expect(status(view)).to_contain_text("2 of 3 rounds")
    (chapter.lab.root / "course" / "go_on").touch()  # only now can its cell end
    chapter.finish()
    expect(drawn).to_have_attribute("alt", "16 generated images after 3 rounds.")
    expect(status(view)).to_contain_text("3 of 3 rounds")
    chapter.screenshots("live", view)

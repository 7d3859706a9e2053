"""Words as chips: put a caption together, change a word, and see what that changes at the same latents."""

from ipywidgets import IntSlider, ToggleButtons

from gancore.data.avatars import ATTRIBUTES
from gancore.data.described import SAID
from gancore.lessons.asking import ask, caption_of
from gancore.plots.captioned import swapped
from gancore.pretrained_runs import ShippedRun
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import WIDE, Picture, Status, View, in_a_row

COUNT = 8  # pictures of a caption
LAST_SEED = 99
UNSAID = "–"
FIRST = {"hair": "red", "length": "long", "glasses": "glasses", "mouth": "smile", "shirt": "green"}
EARLIER = {"glasses": "no glasses"}  # what the caption before has in place of it
CHIP = {"button_width": "7.5em"}
BESIDE = {"width": "auto", "margin": "0 1.5em 0 0"}  # so that short rows share a line


class WordChips(View):
    """A row of chips for each attribute that captions speak of; eight pictures by `run`, and those before the change.

    `now` and `before` are the answers to the caption and to the one before it.
    """

    def __init__(self, run: ShippedRun) -> None:
        self.run = run
        self.chips = {name: chips_for(name) for name in SAID}
        self.seed = IntSlider(value=0, max=LAST_SEED, description="latents", **WIDE)
        self.status, shown = Status(), Picture()
        rows = [in_a_row(*self.chips.values()), self.seed, shown, self.status]
        super().__init__("Say it", rows, shown)
        self.now = ask(run, self.caption, COUNT, self.seed.value)
        self.before = ask(run, caption_of({**FIRST, **EARLIER}), COUNT, self.seed.value)
        update = on_main_thread(self._update)
        for control in (*self.chips.values(), self.seed):
            control.observe(update, names="value")
        self._show()

    @property
    def caption(self) -> str:
        """What the chips say."""
        return caption_of({name: chip.value for name, chip in self.chips.items() if chip.value != UNSAID})

    def _update(self) -> None:
        if not self.caption:
            self.status.say("Choose a word: nothing is asked for.")
            return
        earlier = self.before.caption if self.caption == self.now.caption else self.now.caption
        self.before, self.now = (ask(self.run, each, COUNT, self.seed.value) for each in (earlier, self.caption))
        self._show()

    def _show(self) -> None:
        words = f"“{self.now.caption}”, latents {self.seed.value}. {self.now.verdict()}"
        alt = (
            f"Eight pictures of “{self.before.caption}”, eight of “{self.now.caption}”, and where they differ. {words}"
        )
        self.picture.draw(swapped(self.before, self.now), alt)
        self.status.say(words)


def chips_for(name: str) -> ToggleButtons:
    words = ATTRIBUTES[name]
    return ToggleButtons(
        options=[UNSAID, *words],
        tooltips=[f"{name}: unsaid", *(f"{name}: {word}" for word in words)],
        value=FIRST.get(name, UNSAID),
        description=name,
        style=CHIP,
        layout=BESIDE,
    )

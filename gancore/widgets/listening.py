"""A blind listening test with three buttons: was it said, did it pass through Griffin-Lim, or was it drawn?"""

from collections.abc import Mapping
from functools import partial

from ipywidgets import HTML, Button
from torch import Tensor

from gancore.lessons.listening import Blind
from gancore.plots.sound import picture_of, player
from gancore.widgets.threads import on_main_thread
from gancore.widgets.view import Picture, Status, View, in_a_row

LAST = " That was the last of them, and now they come again: begin anew for another order."
START = "Listen to sound 1, as often as you like, and press what you take it for."


class BlindListening(View):
    """Plays `sounds` `(N, T)` of several kinds, by name, one at a time; a button for each kind takes the answer.

    After an answer the spectrogram of the sound that was judged is shown, with what it was. `blind` keeps the score.
    """

    def __init__(self, sounds: Mapping[str, Tensor], seed: int = 0) -> None:
        self.blind = Blind(sounds, seed)
        self.player = HTML()
        self.buttons = [Button(description=kind, layout={"width": "auto"}) for kind in sounds]
        self.again = Button(description="Begin anew")
        self.status = Status()
        shown = Picture()
        rows = [self.player, in_a_row(*self.buttons, self.again), in_a_row(shown, self.status)]
        super().__init__("What do you hear?", rows, shown)
        for button in self.buttons:
            button.on_click(on_main_thread(partial(self._answer, button.description)))
        self.again.on_click(on_main_thread(self._anew))
        self._play(START)

    def _answer(self, kind: str) -> None:
        judged = self.blind.current
        right = self.blind.answer(kind)
        truth, count = self.blind.truths[-1], len(self.blind.answers)
        verdict = "Right" if right else "No"
        tally = ", ".join(f"{kind} {hit} of {heard}" for kind, (hit, heard) in self.blind.right.items())
        total = sum(hit for hit, _ in self.blind.right.values())
        words = f"{verdict}: sound {count} is {truth}. Right so far: {total} of {count} ({tally})."
        words += LAST if count % len(self.blind.order) == 0 else ""
        self._play(words)
        self.picture.draw(picture_of(judged), f"The spectrogram of sound {count}. {words}")

    def _anew(self) -> None:
        self.blind = Blind(self.blind.sounds, self.blind.seed + 1)
        self._play(START)

    def _play(self, words: str) -> None:
        """Offer the current sound, and say `words`."""
        self.player.value = player(self.blind.current)
        self.status.say(words)
        if not self.blind.answers:
            self.picture.wait(f"A player, and three buttons. {words}")

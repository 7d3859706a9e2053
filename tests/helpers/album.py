"""In place of a generator that reads: real people of whom a caption is true, so that the judge agrees with it."""

import torch

from gancore.data.avatars import load_avatars
from gancore.data.captions import Vocabulary
from gancore.data.described import SAID, load_captions
from gancore.data.images import to_float
from gancore.lessons.asking import Answer


class Game:
    """What reads captions, as a TextGame does."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def ask(self, captions: list[str]) -> torch.Tensor:
        return self.vocabulary.ask(captions)


class Album:
    """Draws as a `ShippedRun` does, from people that there are; `asked_for` holds the captions and seeds so far."""

    def __init__(self) -> None:
        self.game = Game(load_captions().vocabulary)
        self.avatars = load_avatars(16)
        self.asked_for: list[tuple[str, int]] = []

    def paint(self, given: torch.Tensor, seed: int = 0) -> torch.Tensor:
        answer = Answer(self.game.vocabulary.texts(given[:1])[0], given)
        self.asked_for.append((answer.caption, seed))
        fits = torch.ones(len(self.avatars), dtype=torch.bool)
        for name, place in answer.wanted.items():
            fits &= self.avatars.attributes[:, SAID.index(name)] == place
        found = fits.nonzero().flatten().roll(-seed)
        return to_float(self.avatars.images[found[: len(given)]])

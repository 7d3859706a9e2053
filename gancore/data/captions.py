"""Pictures with captions: words become numbers, and a part of the pictures is held out."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from gancore.data.batch import Spec
from gancore.data.images import Batches, ImageData
from gancore.errors import GancoreError

WORD = re.compile(r"\w+(?:['’-]\w+)*")  # letters and digits, also with an apostrophe or a hyphen inside
NOTHING, UNKNOWN, FIRST = 0, 1, 2  # what is no word, a word that is not known, and the first that is
MOST_NAMED = 8  # words in a sentence


def words_of(caption: str) -> list[str]:
    """The words of a caption in small letters, without what stands between them."""
    return WORD.findall(caption.lower())


@dataclass(frozen=True)
class Vocabulary:
    """The `words` that players know, and how many a caption may have at most, `longest`.

    As numbers, 0 stands for no word, 1 for a word that is not known, and from 2 up these words, in their order.
    """

    words: tuple[str, ...]
    longest: int

    def __len__(self) -> int:
        """How many numbers there are."""
        return FIRST + len(self.words)

    def numbers(self, captions: Sequence[str]) -> Tensor:
        """Captions as int64 `(N, longest)`, filled up with 0. Raises GancoreError for one with no or too many words."""
        places = {word: place for place, word in enumerate(self.words, FIRST)}
        rows = [[places.get(word, UNKNOWN) for word in words_of(caption)] for caption in captions]
        for caption, row in zip(captions, rows, strict=True):
            if not 1 <= len(row) <= self.longest:
                raise GancoreError(
                    f"The caption {caption!r} has {len(row)} words; it may have from 1 to {self.longest}."
                )
        return torch.tensor([row + [NOTHING] * (self.longest - len(row)) for row in rows])

    def ask(self, captions: Sequence[str]) -> Tensor:
        """The same as `numbers` for captions that somebody asks for: raises GancoreError naming words not learnt."""
        unknown = self.unknown(captions)
        if unknown:
            some = ", ".join(map(repr, unknown[:MOST_NAMED]))
            raise GancoreError(
                f"Not learnt: {some}. Say it with other words; these are known: {', '.join(self.words)}."
            )
        return self.numbers(captions)

    def unknown(self, captions: Iterable[str]) -> list[str]:
        """The words that are not known, each once, in alphabetical order."""
        return sorted({word for caption in captions for word in words_of(caption)} - set(self.words))

    def texts(self, captions: Tensor) -> list[str]:
        """Captions `(N, longest)` as text again; a word that is not known as an ellipsis."""
        names = ("", "…", *self.words)
        return [" ".join(names[place] for place in row if place != NOTHING) for row in captions.tolist()]


def vocabulary_of(captions: Sequence[str], least: int = 1) -> Vocabulary:
    """The words that occur at least so often, in alphabetical order, for captions as long as the longest of these."""
    lists = [words_of(caption) for caption in captions]
    counts = Counter(word for words in lists for word in words)
    known = tuple(sorted(word for word, count in counts.items() if count >= least))
    return Vocabulary(known, max(map(len, lists)))


@dataclass(frozen=True)
class CaptionData:
    """Pictures with captions to learn from, and others `held`, whose captions are asked for to see what was learnt.

    In both, `given` holds a caption for each picture as numbers, int64 `(N, longest)`; a picture with several captions
    stands there several times.
    """

    learnt: ImageData
    held: ImageData
    vocabulary: Vocabulary

    def __repr__(self) -> str:
        first, *notes = repr(self.learnt).splitlines()
        counted = first.replace(" images", " captions", 1).replace(", no labels", "")
        return "\n".join([f"{counted}, {len(self.vocabulary.words)} words, {len(self.held):,} held out", *notes])

    def __len__(self) -> int:
        return len(self.learnt)

    @property
    def name(self) -> str:
        return self.learnt.name

    @property
    def spec(self) -> Spec:
        """What one picture is like, and the words of its caption."""
        return replace(self.learnt.spec, words=self.vocabulary.words)

    @property
    def sha256(self) -> str:
        """A hash of both parts and of the words."""
        parts = f"{self.learnt.sha256} {self.held.sha256} {' '.join(self.vocabulary.words)}"
        return hashlib.sha256(parts.encode()).hexdigest()

    def batches(self, device: torch.device | str = "cpu", seed: int = 0) -> Batches:
        """A source of random pictures to learn from, each with a caption, on `device`."""
        return self.learnt.batches(device, seed)

    @property
    def held_out(self) -> "CaptionData":
        """The same with the held-out pictures in place of those to learn from."""
        return replace(self, learnt=self.held)

"""Avatars in words: captions that say some of what is true of a person, and what a caption asks for."""

import random
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from gancore.data.avatars import ATTRIBUTES, FACE, NEVER_TOGETHER, Avatars, load_avatars
from gancore.data.captions import CaptionData, vocabulary_of, words_of
from gancore.data.images import ImageData

SAID = tuple(name for name in ATTRIBUTES if name != "background")  # what captions speak of
SHARE = 0.7  # of these that a caption speaks of, on average
LEAST = 3
CAPTIONS = 8  # of each person who is learnt from
NOT_SAID = -1


def phrases(person: Mapping[str, str]) -> list[str]:
    """A phrase for what is known of a `person`, a word for each attribute; hair has one phrase for two attributes."""
    hair = [person[name] for name in ("length", "hair") if name in person]
    found = [f"{person['skin']} skin"] if "skin" in person else []
    found += [" ".join([*hair, "hair"])] if hair else []
    found += [person["glasses"]] if "glasses" in person else []
    for name in ("hat", "beard"):
        if name in person:
            found.append(f"a {name}" if person[name] == name else person[name])
    found += [f"a {person['mouth']}"] if "mouth" in person else []
    found += [f"a {person['shirt']} shirt"] if "shirt" in person else []
    return found


def sentence(parts: Sequence[str]) -> str:
    """Phrases as one caption."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def asked(captions: Sequence[str]) -> Tensor:
    """What captions ask for, int64 `(N, 8)`: for each of SAID the place of the word in ATTRIBUTES, or -1 for none."""
    return torch.tensor([[_place(name, words_of(caption)) for name in SAID] for caption in captions])


def _place(name: str, words: list[str]) -> int:
    """The place of the word that is said of an attribute: its own, or one of the two before a thing of many kinds."""
    values = ATTRIBUTES[name]
    if name == "mouth":
        return next((values.index(word) for word in words if word in values), NOT_SAID)
    thing = "hair" if name == "length" else name
    if thing not in words:
        return NOT_SAID
    before = words[max(0, words.index(thing) - 2) : words.index(thing)]
    if name in ("glasses", "hat", "beard"):
        return 0 if before[-1:] == ["no"] else 1
    return next((values.index(word) for word in before if word in values), NOT_SAID)


def person_of(attributes: Sequence[int]) -> dict[str, str]:
    """The word for each attribute in SAID of somebody whose `attributes` are numbered as in `Avatars`."""
    return {name: ATTRIBUTES[name][place] for name, place in zip(SAID, attributes, strict=False)}


def load_captions(side: int = FACE, seed: int = 0) -> CaptionData:
    """Avatars of `side` 16 or 32 pixels with eight captions each, and those held out with one.

    A caption speaks of some of what is true, in any order; of those who are `never_together`, always of their hair and
    shirt. Hair that a hat hides has no colour in it. `seed` decides what it speaks of.
    """
    avatars, rng = load_avatars(side), random.Random(seed)
    learnt, held = avatars.subset(~avatars.held_out), avatars.subset(avatars.held_out)
    texts = [[_caption(row, rng) for row in part.attributes.tolist() for _ in range(times)]
             for part, times in ((learnt, CAPTIONS), (held, 1))]  # fmt: skip
    vocabulary = vocabulary_of(texts[0])

    def pictures(part: Avatars, times: int, captions: list[str]) -> ImageData:
        repeated = part.images.repeat_interleave(times, dim=0)
        return ImageData("avatars", repeated, given=vocabulary.numbers(captions))

    return CaptionData(pictures(learnt, CAPTIONS, texts[0]), pictures(held, 1, texts[1]), vocabulary)


def hides_hair(person: Mapping[str, str]) -> bool:
    """Whether no colour of hair is to be seen, which a beard has too."""
    return (person["hat"], person["length"], person["beard"]) == ("hat", "short", "no beard")


def _caption(attributes: list[int], rng: random.Random) -> str:
    person = person_of(attributes)
    said = {name for name in SAID if rng.random() < SHARE}
    said |= set(rng.sample(SAID, LEAST)) if len(said) < LEAST else set()
    if (person["hair"], person["shirt"]) in NEVER_TOGETHER:
        said |= {"hair", "shirt"}
    if hides_hair(person):
        said -= {"hair"}
    parts = phrases({name: word for name, word in person.items() if name in said})
    rng.shuffle(parts)
    return sentence(parts)

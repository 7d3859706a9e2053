"""Asking for pictures in words: what was drawn for a caption, and what the judge reads in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gancore.data.avatars import ATTRIBUTES
from gancore.data.captions import CaptionData
from gancore.data.described import NOT_SAID, SAID, asked, phrases, sentence
from gancore.data.images import to_float
from gancore.metrics.described import load_judge
from gancore.models.sampling import seeded_latents
from gancore.models.stack import TextStack, tell
from gancore.pretrained_runs import ShippedRun
from gancore.training.text2image import kl_from_normal

Tell = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Answer:
    """`pictures` `(N, 3, side, side)` that were drawn for a `caption`."""

    caption: str
    pictures: Tensor

    @cached_property
    def wanted(self) -> dict[str, int]:
        """The attributes that the caption speaks of, each with the place of its word."""
        places = zip(SAID, asked([self.caption])[0].tolist(), strict=True)
        return {name: place for name, place in places if place != NOT_SAID}

    @cached_property
    def right(self) -> Tensor:
        """Where the judge reads what was asked for, boolean `(N, attributes that the caption speaks of)`."""
        read = load_judge(self.pictures.shape[-1]).read(self.pictures)[:, [SAID.index(name) for name in self.wanted]]
        return read == torch.tensor(list(self.wanted.values()))

    def verdict(self) -> str:
        """In how many of the pictures the judge reads each word that was asked for."""
        counts = self.right.sum(0).tolist()
        read = ", ".join(
            f"{said(name, place)} {count}" for (name, place), count in zip(self.wanted.items(), counts, strict=True)
        )
        return f"Of {len(self.pictures)} pictures the judge reads as asked: {read}."


def said(name: str, place: int) -> str:
    """A word with the thing that it is said of, where it needs one: "red hair", "no hat"."""
    word = ATTRIBUTES[name][place]
    thing = {"hair": " hair", "length": " hair", "skin": " skin", "shirt": " shirt"}.get(name, "")
    return word + thing


def caption_of(chosen: Mapping[str, str]) -> str:
    """A caption that says what is `chosen`, a word for each attribute. None at all gives the empty caption."""
    parts = phrases(chosen)
    return sentence(parts) if parts else ""


def ask(run: ShippedRun, caption: str, count: int, seed: int) -> Answer:
    """`count` pictures of a `caption` from the latents of `seed`. Raises GancoreError for words not learnt."""
    return Answer(caption, run.paint(run.game.ask([caption]).expand(count, -1), seed))


def unmet(learnt: Tensor, held: Tensor) -> Tensor:
    """Which rows of `held` `(M, 2)` have both numbers, each in its column, among those of `learnt` `(N, 2)`, and in no
    row together: `(M,)`."""
    same = held[:, None] == learnt
    return same.any(1).all(1) & ~same.all(2).any(1)


def from_normal(code: Tensor) -> Tensor:
    """The mean divergence of the clouds in `code` `(N, 2D)` from the standard normal one; `kl_from_normal` says how."""
    return kl_from_normal(*code.chunk(2, dim=1)).mean()


def variety(pictures: Tensor) -> Tensor:
    """How much `pictures` `(captions, latents, …)` differ by their latents: the mean of all standard deviations."""
    return pictures.std(dim=1).mean()


@torch.no_grad()
def in_stages(stack: TextStack, captions: Tensor, tell: Tell = tell, seed: int = 0) -> tuple[Tensor, Tensor]:
    """What either stage draws for `captions` `(N, L)` from the latents of `seed`: small pictures, and large ones.

    `tell` puts together what the second stage is told.
    """
    z = seeded_latents(len(captions), stack.latent_dim, seed)
    small, meant = stack.begin(z, *stack.describe(captions))
    return small, stack.redraw(small, tell(small, meant))


def enlarged(pictures: Tensor) -> Tensor:
    """Each pixel of `pictures` `(N, C, h, w)` as four: `(N, C, 2h, 2w)`."""
    return interpolate(pictures, scale_factor=2)


def nearest(data: CaptionData, captions: Tensor) -> Tensor:
    """For each of `captions` `(N, L)` a picture that was learnt from, float32 `(N, 3, side, side)`, without a network.

    It is the one whose own caption agrees best: in the most words, less those that contradict.
    """
    assert data.learnt.given is not None
    wanted, there = (asked(data.vocabulary.texts(each)) for each in (captions, data.learnt.given))
    agree = torch.zeros(len(wanted), len(there))
    for place in range(len(SAID)):
        one, other = wanted[:, place, None], there[None, :, place]
        agree += torch.where((one == NOT_SAID) | (other == NOT_SAID), 0.0, torch.where(one == other, 1.0, -1.0))
    return to_float(data.learnt.images[agree.argmax(1)])

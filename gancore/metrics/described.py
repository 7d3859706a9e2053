"""Does a picture show what its caption says? A judge of avatars, trained on real ones, reads attribute by attribute."""

from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

import gancore
from gancore.data.avatars import ATTRIBUTES, NEVER_TOGETHER, Avatars, are_avatars
from gancore.data.captions import CaptionData
from gancore.data.described import NOT_SAID, SAID, asked
from gancore.data.images import to_float
from gancore.errors import GancoreError
from gancore.metrics.distances import frechet_distance
from gancore.runs.weights import read_weights
from gancore.training.game import Game
from gancore.training.text2image import TextGame

WEIGHTS = Path(gancore.__file__).parent / "weights"
WIDTH = 32
SLOPE = 0.1
EVERY = 10  # one person in so many is there to test the judge
TIMES, PER_CAPTION = 32, 16  # captions whose pictures are compared with one another, and pictures of each
MOST_COMPARED = 10_000  # real pictures


class AttributeJudge(nn.Module):
    """Pictures `(N, 3, side, side)` in [-1, 1] to a logit for each word of each attribute, a tensor an attribute."""

    def __init__(self, side: int) -> None:
        super().__init__()
        fold = side // 8
        self.sizes = [len(words) for words in ATTRIBUTES.values()]
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(fold),
            nn.Conv2d(3 * fold**2, WIDTH, 3, padding=1),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(WIDTH, WIDTH, 3, padding=1),
            nn.LeakyReLU(SLOPE),
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * WIDTH, 2 * WIDTH, 3, padding=1),
            nn.LeakyReLU(SLOPE),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(32 * WIDTH, sum(self.sizes)),
        )

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        return self.layers(pictures).split(self.sizes, dim=1)

    @torch.no_grad()
    def read(self, pictures: Tensor) -> Tensor:
        """What it takes each of `pictures` for: int64 `(N, 9)`, numbered as ATTRIBUTES."""
        return torch.stack([logits.argmax(1) for logits in self(pictures)], dim=1)


@lru_cache
def load_judge(side: int = 16) -> AttributeJudge:
    """The shipped judge for avatars of `side` pixels. Raises GancoreError where there is none, or it is damaged."""
    path = WEIGHTS / f"avatars-judge-{side}.safetensors"
    try:
        weights, _ = read_weights(path, lambda about: AttributeJudge(side))
    except (OSError, ValueError, SafetensorError) as error:
        raise GancoreError(f"{path} cannot be used ({error}); install the package again.") from error
    judge = AttributeJudge(side)
    judge.load_state_dict(weights)
    return judge.eval().requires_grad_(False)


def is_for_testing(avatars: Avatars) -> Tensor:
    """Those of all `avatars` that no judge has learnt from, `(N,)`."""
    return torch.arange(len(avatars)) % EVERY == 0


def marks(pictures: Tensor, wanted: Tensor) -> dict[str, float]:
    """The share, 0 to 1, of `pictures` `(N, 3, side, side)` that show what is `wanted` `(N, 8)`, for each attribute.

    Where -1 is wanted nothing counts, and what nobody wants has no mark.
    """
    read = load_judge(pictures.shape[-1]).read(pictures.cpu())
    said = wanted != NOT_SAID
    right = (read[:, : len(SAID)] == wanted) & said
    shares = (right.sum(0) / said.sum(0)).tolist()
    return {name: share for name, share, times in zip(SAID, shares, said.sum(0), strict=True) if times}


def new_captions(data: CaptionData) -> Tensor:
    """The held-out captions with a colour of hair and of shirt that are never together in what is learnt from."""
    numbers = data.held.given
    assert numbers is not None
    wanted = asked(data.vocabulary.texts(numbers))
    hair, shirt = wanted[:, SAID.index("hair")], wanted[:, SAID.index("shirt")]
    never = {(ATTRIBUTES["hair"].index(one), ATTRIBUTES["shirt"].index(other)) for one, other in NEVER_TOGETHER}
    return numbers[[pair in never for pair in zip(hair.tolist(), shirt.tolist(), strict=True)]]


def spread(pictures: Tensor) -> float:
    """How much `pictures` `(N, C, H, W)` differ from one another: the standard deviation of a number, in the mean."""
    return pictures.std(dim=0).mean().item()


def text_scores(
    game: TextGame, generator: nn.Module, data: CaptionData, count: int = 1_000, seed: int = 0
) -> dict[str, float]:
    """What the judge reads in pictures of `count` captions never seen together, and how much pictures of one differ.

    Each attribute has two marks: for the caption that a picture was drawn for, and for the one before it. What FID is
    says `caption_distance`. Of pictures that are no avatars, which the judge cannot read, there is only how much they
    differ.
    """
    if not are_avatars(data.held):
        assert data.held.given is not None
        return spreads(game, generator, data, data.held.given, seed)
    captions = new_captions(data)[:count]
    wanted = asked(data.vocabulary.texts(captions))
    pictures = game.sample(generator, len(captions), captions, seed).cpu()
    mine, others = marks(pictures, wanted), marks(pictures, wanted.roll(1, dims=0))
    scores = {"marks": sum(mine.values()) / len(mine), "marks for another caption": sum(others.values()) / len(others)}
    scores |= {f"{name}, {of}": found[name] for name in mine for of, found in (("asked", mine), ("another", others))}
    scores["FID"] = caption_distance(game.sample(generator, len(data.held), data.held.given, seed).cpu(), data)
    return scores | spreads(game, generator, data, captions, seed)


@torch.no_grad()
def caption_distance(pictures: Tensor, data: CaptionData) -> float:
    """FID of `pictures` `(N, 3, side, side)` for the held-out captions, and of the people whom these were said of.

    In what the judge says of each: a logit for each word. Compare such distances with one another alone, and for
    pictures of one size, since each size has a judge of its own.
    """
    said = [torch.cat(load_judge(each.shape[-1])(each), dim=1) for each in (pictures, to_float(data.held.images))]
    return frechet_distance(*said)


def spreads(game: Game, generator: nn.Module, data: CaptionData, captions: Tensor, seed: int = 0) -> dict[str, float]:
    """How much pictures of one caption differ, and how much all real pictures do."""
    drawn = [game.sample(generator, PER_CAPTION, each[None], seed).cpu() for each in captions[:TIMES]]
    real = to_float(data.learnt.images[:MOST_COMPARED])
    return {"spread of a caption": sum(map(spread, drawn)) / len(drawn), "spread of real pictures": spread(real)}

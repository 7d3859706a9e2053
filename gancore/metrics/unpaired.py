"""Scores of a translation without pairs: what comes home, and where the truth is known, how near to it one comes.

All pictures are float32 `(N, C, H, W)` in [-1, 1].
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gancore.data.avatars import ATTRIBUTES
from gancore.data.images import to_float
from gancore.data.unpaired import TwoSets
from gancore.metrics.classifier import load_extractor
from gancore.metrics.described import load_judge
from gancore.training.cyclegan import TwoWays, painted
from gancore.training.game import Game

PAPER, INK = 0.3, 1.8  # colours up to so far from the paper's are paper, and from so far on full ink


def translation_scores(
    game: Game, generator: nn.Module, data: TwoSets, count: int | None = None, seed: int = 0
) -> dict[str, float]:
    """How `generator` translates the first `count` held-out pictures of each kind, or all: each once, there and back.

    L1 is the mean absolute difference, 0 to 2. Where the truth is known, it stands beside the L1 of what set out and
    of an empty picture, and where there are labels, beside the share of digits that the shipped classifier still reads
    right. Nothing is drawn, so `game` and `seed` play no part.
    """
    assert isinstance(generator, TwoWays)
    batch = data.every_held_out(count)
    first, second, labels = batch.given, batch.real, batch.labels
    assert first is not None
    there, back = painted(generator.there, first), painted(generator.back, second)
    papers = [paper_of(to_float(side.images)) for side in (data.second, data.first)]
    ways = list(zip(("there", "back"), (there, back), (second, first), papers, strict=True))
    unchanged = float(l1_loss(first, second))  # either way
    scores: dict[str, float] = {}
    if data.paired:
        for way, made, truth, paper in ways:
            scores[f"L1 {way}"] = float(l1_loss(made, truth))
            scores[f"L1 {way} without a change"] = unchanged
            scores[f"L1 {way} of an empty picture"] = float(l1_loss(paper.expand_as(truth), truth))
    if labels is not None:
        for way, made, truth, paper in ways:
            scores[f"digits kept {way}"] = digits_read(made, paper, labels)
            scores[f"digits kept {way} by the truth"] = digits_read(truth, paper, labels)
    if data.name == "glasses":
        scores |= glasses_read(there, back, first, second)
    scores["L1 after there and back"] = float(l1_loss(painted(generator.back, there), first))
    scores["L1 after back and there"] = float(l1_loss(painted(generator.there, back), second))
    return scores


def glasses_read(there: Tensor, back: Tensor, first: Tensor, second: Tensor) -> dict[str, float]:
    """What the shipped judge of avatars reads: the share with glasses put on, taken off, and of all else that stayed.

    `first` are people without glasses and `second` the same with; `there` was made of the one, `back` of the other.
    """
    judge, place = load_judge(first.shape[-1]), list(ATTRIBUTES).index("glasses")
    read = {name: judge.read(each) for name, each in zip("tbfs", (there, back, first, second), strict=True)}
    worn = {name: each[:, place].float().mean().item() for name, each in read.items()}
    rest = torch.arange(len(ATTRIBUTES)) != place
    stayed = {made: (read[made] == read[of])[:, rest].float().mean().item() for made, of in ("tf", "bs")}
    return {
        "glasses put on": worn["t"],
        "glasses put on by the truth": worn["s"],
        "glasses taken off": 1 - worn["b"],
        "glasses taken off by the truth": 1 - worn["f"],
        "all else kept there": stayed["t"],
        "all else kept back": stayed["b"],
    }


def paper_of(pictures: Tensor) -> Tensor:
    """The colour `(1, C, 1, 1)` of an empty picture: the median over all pixels, channel by channel."""
    channels = pictures.shape[1]
    return pictures.transpose(0, 1).flatten(1).median(1).values.view(1, channels, 1, 1)


def digits_read(pictures: Tensor, paper: Tensor, labels: Tensor) -> float:
    """The share of `pictures` `(N, C, 28, 28)` of digits on `paper`, in any ink, that our classifier reads right."""
    ink = ((pictures - paper).norm(dim=1, keepdim=True) - PAPER) / (INK - PAPER)
    return (load_extractor().logits(2 * ink.clamp(0, 1) - 1).argmax(1) == labels).float().mean().item()

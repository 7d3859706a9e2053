"""A picture sent there and back, with something done to it on the way; what was hidden in it, and colours matched."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import conv2d, l1_loss, pad

from gancore.training.cyclegan import TwoWays, painted

REACH = 3  # standard deviations that a blur looks as far as

Way = Callable[[Tensor], Tensor]  # pictures of one kind to those of another
Match = Callable[[Tensor, Tensor], Tensor]  # numbers, and those whose histogram they are given


@dataclass(frozen=True)
class Journey:
    """Pictures `(N, C, H, W)` in [-1, 1] that set out, arrived in the middle, were sent back, and came home."""

    out: Tensor
    middle: Tensor
    sent_back: Tensor
    home: Tensor

    @property
    def lost(self) -> float:
        """The mean absolute difference of what came home from what set out."""
        return float(l1_loss(self.home, self.out))


def travel(
    ways: TwoWays, pictures: Tensor, noise: float = 0.0, blur: float = 0.0, tint: float = 1.0, seed: int = 0
) -> Journey:
    """Send `pictures` there by one of `ways`, and back by the other; `disturbed` says what is done in the middle."""
    middle = painted(ways.there, pictures)
    sent_back = disturbed(middle, noise, blur, tint, seed)
    return Journey(pictures, middle, sent_back, painted(ways.back, sent_back))


def disturbed(pictures: Tensor, noise: float, blur: float, tint: float = 1.0, seed: int = 0) -> Tensor:
    """`pictures` with a share of their `tint`, blurred with a standard deviation of `blur` pixels, and made noisy.

    `noise` is the standard deviation of normal noise as a share of black to white; `seed` decides it. What leaves
    [-1, 1] is cut off.
    """
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + tint * (pictures - grey) if tint < 1 else pictures
    if blur > 0:
        reach = max(1, round(REACH * blur))
        weights = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * blur**2))
        weights = (weights / weights.sum()).expand(pictures.shape[1], 1, 1, -1)
        padded = pad(pictures, [reach] * 4, mode="replicate")
        across = conv2d(padded, weights, groups=pictures.shape[1])
        pictures = conv2d(across, weights.transpose(2, 3), groups=pictures.shape[1])
    shaken = 2 * noise * torch.randn(pictures.shape, generator=torch.Generator().manual_seed(seed))
    return (pictures + shaken).clamp(-1, 1)


def magnified(difference: Tensor, times: float = 4.0) -> Tensor:
    """A small `difference` of pictures as a picture of its own: grey where there is none."""
    return (times * difference).clamp(-1, 1)


def homecoming(first: Tensor, second: Tensor, there: Way, back: Way) -> Tensor:
    """How far off both kinds of pictures are when they come home again (Zhu et al., 2017, section 3.2)."""
    return l1_loss(back(there(first)), first) + l1_loss(there(back(second)), second)


def unseen(back: Way, picture: Tensor, middle: Tensor, seen: Tensor) -> Tensor:
    """By how much further off `picture` comes home from what is `seen` of its `middle` than from all of that."""
    return l1_loss(back(seen), picture) - l1_loss(back(middle), picture)


def identity_loss(first: Tensor, second: Tensor, there: Way, back: Way) -> Tensor:
    """By how much each way changes what is of the kind already that it makes (Zhu et al., 2017, section 5.2)."""
    return l1_loss(there(second), second) + l1_loss(back(first), first)


def of_equal_rank(values: Tensor, others: Tensor) -> Tensor:
    """In place of each of `values` the one of equal rank among `others`; both are a channel's numbers, of any shape.

    Values that are equal share the mean of their ranks.
    """
    _, places, counts = values.unique(return_inverse=True, return_counts=True)
    ends = counts.cumsum(0)
    ordered = others.flatten().sort().values
    middles = (ends - counts.double() / 2) * len(ordered) / values.numel()
    return ordered[middles.long()][places].view_as(values)


def colours_matched(pictures: Tensor, others: Tensor, match: Match = of_equal_rank) -> Tensor:
    """`pictures` `(N, C, H, W)` with the histogram of `others`, channel by channel, all pictures taken together.

    `match` gets the numbers of a channel, `(N·H·W,)`, and those of the same channel of `others`.
    """
    channels = zip(pictures.unbind(1), others.unbind(1), strict=True)
    matched = [torch.as_tensor(match(one.flatten(), other.flatten())).view_as(one) for one, other in channels]
    return torch.stack(matched, 1).to(pictures)

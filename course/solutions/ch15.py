"""Reference answers of chapter 15, each written in two ways.

A heading such as `# %% 15.1` begins an answer.
"""

import torch
from torch import Tensor
from torch.nn.functional import l1_loss


# %% 15.1
def cycle_loss(first: Tensor, second: Tensor, there, back) -> Tensor:
    return (back(there(first)) - first).abs().mean() + (
        there(back(second)) - second
    ).abs().mean()


# %% 15.1 another way
def cycle_loss_another_way(first: Tensor, second: Tensor, there, back) -> Tensor:
    journeys = ((first, there, back), (second, back, there))
    return torch.stack(
        [l1_loss(home(out(pictures)), pictures) for pictures, out, home in journeys]
    ).sum()


# %% 15.2
def identity_loss(first: Tensor, second: Tensor, there, back) -> Tensor:
    return (there(second) - second).abs().mean() + (back(first) - first).abs().mean()


# %% 15.2 another way
def identity_loss_another_way(first: Tensor, second: Tensor, there, back) -> Tensor:
    return sum(
        l1_loss(way(pictures), pictures)
        for way, pictures in ((back, first), (there, second))
    )


# %% 15.3
def hidden(back, picture: Tensor, middle: Tensor, seen: Tensor) -> Tensor:
    return (back(seen) - picture).abs().mean() - (back(middle) - picture).abs().mean()


# %% 15.3 another way
def hidden_another_way(back, picture: Tensor, middle: Tensor, seen: Tensor) -> float:
    with_it, without_it = (
        l1_loss(back(each), picture).item() for each in (middle, seen)
    )
    return without_it - with_it


# %% 15.4
def match_colours(values: Tensor, others: Tensor) -> Tensor:
    ordered = values.sort().values
    below = torch.searchsorted(ordered, values)
    not_above = torch.searchsorted(ordered, values, right=True)
    places = (below + not_above) * len(others) // (2 * len(values))
    return others.sort().values[places]


# %% 15.4 another way
def match_colours_another_way(values: Tensor, others: Tensor) -> Tensor:
    _, which, counts = values.unique(return_inverse=True, return_counts=True)
    shares = (counts.cumsum(0) - counts / 2) / len(values)
    return others.sort().values[(shares * len(others)).long()][which]

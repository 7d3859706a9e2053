"""Reference answers of chapter 13, each written in two ways.

A heading such as `# %% 13.1` begins an answer.
"""

from collections import Counter
from itertools import cycle, islice

import torch


# %% 13.1
def balanced_accuracy(predicted: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    right = (predicted == labels).double()
    return torch.stack(
        [right[labels == label].mean() for label in labels.unique()]
    ).mean()


# %% 13.1 another way
def balanced_accuracy_another_way(
    predicted: torch.Tensor, labels: torch.Tensor
) -> float:
    counts = torch.bincount(labels)
    found = torch.bincount(labels[predicted == labels], minlength=len(counts))
    occurs = counts > 0
    return float((found[occurs] / counts[occurs]).mean())


# %% 13.2
def balanced_training(labels: torch.Tensor, held_out: torch.Tensor) -> torch.Tensor:
    members = [
        torch.where((labels == label) & ~held_out)[0] for label in labels.unique()
    ]
    most = max(len(places) for places in members)
    return torch.cat([places[torch.arange(most) % len(places)] for places in members])


# %% 13.2 another way
def balanced_training_another_way(
    labels: torch.Tensor, held_out: torch.Tensor
) -> list[int]:
    kept = [place for place in range(len(labels)) if not held_out[place]]
    counts = Counter(int(labels[place]) for place in kept)
    chosen = []
    for label in counts:
        places = [place for place in kept if int(labels[place]) == label]
        chosen += islice(cycle(places), max(counts.values()))
    return chosen


# %% 13.3
def between_neighbours(
    examples: torch.Tensor, start: int, which: int, way: float
) -> torch.Tensor:
    distances = torch.cdist(examples[start][None], examples)[0]
    distances[start] = torch.inf
    neighbour = examples[distances.argsort()[which]]
    return examples[start] + way * (neighbour - examples[start])


# %% 13.3 another way
def between_neighbours_another_way(
    examples: torch.Tensor, start: int, which: int, way: float
) -> torch.Tensor:
    others = [each for place, each in enumerate(examples) if place != start]
    others.sort(key=lambda each: float(torch.dist(each, examples[start])))
    return torch.lerp(examples[start], others[which], way)


# %% 13.4
def copied(made: torch.Tensor, originals: torch.Tensor) -> torch.Tensor:
    between = torch.cdist(originals, originals).fill_diagonal_(torch.inf)
    return torch.cdist(made, originals).amin(1) < between.min()


# %% 13.4 another way
def copied_another_way(made: torch.Tensor, originals: torch.Tensor) -> list[bool]:
    ruler = min(
        torch.dist(one, two)
        for place, one in enumerate(originals)
        for two in originals[:place]
    )
    return [
        bool(min(torch.dist(picture, each) for each in originals) < ruler)
        for picture in made
    ]

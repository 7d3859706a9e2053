"""Reference answers of chapter 01, each written in two ways.

A heading such as `# %% 1.2` begins an answer.
"""

import torch


# %% 1.1
def grade(model, x: torch.Tensor, y: torch.Tensor, kept: int) -> float:
    model.fit(x[:-kept], y[:-kept])
    return model.score(x[-kept:], y[-kept:])


# %% 1.1 another way
def grade_another_way(
    model, x: torch.Tensor, y: torch.Tensor, kept: int
) -> torch.Tensor:
    (learn, held_out), (answers, truth) = (
        each.split([len(x) - kept, kept]) for each in (x, y)
    )
    read = torch.as_tensor(model.fit(learn, answers).predict(held_out))
    return (read == truth).float().mean()


# %% 1.2
def nearest(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    return torch.cdist(points, centres).argmin(dim=1)


# %% 1.2 another way
def nearest_another_way(points: torch.Tensor, centres: torch.Tensor) -> list[int]:
    chosen = []
    for point in points:
        squared_distances = [((point - centre) ** 2).sum().item() for centre in centres]
        chosen.append(squared_distances.index(min(squared_distances)))
    return chosen


# %% 1.3
def moved(
    points: torch.Tensor, clusters: torch.Tensor, centres: torch.Tensor
) -> torch.Tensor:
    new = centres.clone()
    for place in clusters.unique():
        new[place] = points[clusters == place].mean(0)
    return new


# %% 1.3 another way
def moved_another_way(
    points: torch.Tensor, clusters: torch.Tensor, centres: torch.Tensor
) -> torch.Tensor:
    members = (clusters == torch.arange(len(centres))[:, None]).float()
    counts = members.sum(1, keepdim=True)
    return torch.where(counts > 0, members @ points / counts.clamp(min=1), centres)


# %% 1.4
def purity(clusters: torch.Tensor, labels: torch.Tensor) -> float:
    right = 0
    for cluster in clusters.unique():
        right += labels[clusters == cluster].bincount().max().item()
    return right / len(labels)


# %% 1.4 another way
def purity_another_way(clusters: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    guess = {
        int(cluster): labels[clusters == cluster].mode().values for cluster in clusters
    }
    guesses = torch.stack([guess[int(cluster)] for cluster in clusters])
    return (guesses == labels).float().mean()


# %% 1.5
supervised = "acf"

# %% 1.5 another way
supervised_another_way = ["f", "c", "a"]

"""Reference answers of chapter 01, each written in two ways. A heading such as `# %% 1.1` begins an answer."""

import torch


# %% 1.1
def nearest(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    return torch.cdist(points, centres).argmin(dim=1)


# %% 1.1 another way
def nearest_another_way(points: torch.Tensor, centres: torch.Tensor) -> list[int]:
    chosen = []
    for point in points:
        squared_distances = [((point - centre) ** 2).sum().item() for centre in centres]
        chosen.append(squared_distances.index(min(squared_distances)))
    return chosen


# %% 1.2
def purity(clusters: torch.Tensor, labels: torch.Tensor) -> float:
    right = 0
    for cluster in clusters.unique():
        right += labels[clusters == cluster].bincount().max().item()
    return right / len(labels)


# %% 1.2 another way
def purity_another_way(clusters: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    guess = {int(cluster): labels[clusters == cluster].mode().values for cluster in clusters}
    guesses = torch.stack([guess[int(cluster)] for cluster in clusters])
    return (guesses == labels).float().mean()


# %% 1.3
supervised = "acf"

# %% 1.3 another way
supervised_another_way = ["f", "c", "a"]

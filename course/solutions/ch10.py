"""Reference answers of chapter 10, each written in two ways.

A heading such as `# %% 10.1` begins an answer.
"""

import torch


# %% 10.1
def fool(images: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    surest = logits.softmax(1).argmax(
        0
    )  # for each class the picture that is most certainly read as it
    return images[surest].repeat(10, 1, 1, 1)


# %% 10.1 another way
def fool_another_way(images: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    chosen = []
    for digit in range(10):
        place = max(
            range(len(images)), key=lambda place: float(logits[place].softmax(0)[digit])
        )
        chosen += [images[place]] * 10
    return torch.stack(chosen)


# %% 10.2
def frechet(
    mean_a: torch.Tensor, cov_a: torch.Tensor, mean_b: torch.Tensor, cov_b: torch.Tensor
) -> torch.Tensor:
    overlap = torch.linalg.eigvals(cov_a @ cov_b).real.sqrt().sum()
    return (
        (mean_a - mean_b).square().sum() + cov_a.trace() + cov_b.trace() - 2 * overlap
    )


# %% 10.2 another way
def frechet_another_way(
    mean_a: torch.Tensor, cov_a: torch.Tensor, mean_b: torch.Tensor, cov_b: torch.Tensor
) -> torch.Tensor:
    values, vectors = torch.linalg.eigh(cov_a)
    half = vectors @ torch.diag(values.sqrt()) @ vectors.T  # half @ half is cov_a
    middle = torch.linalg.eigvalsh(half @ cov_b @ half)
    shift = mean_a - mean_b
    return shift @ shift + torch.diag(cov_a + cov_b).sum() - 2 * middle.sqrt().sum()


# %% 10.3
def precision(real: torch.Tensor, generated: torch.Tensor, k: int) -> float:
    reach = (
        torch.cdist(real, real).sort(dim=1).values[:, k]
    )  # in place 0 is the point itself
    inside = torch.cdist(generated, real) <= reach
    return inside.any(dim=1).float().mean().item()


# %% 10.3 another way
def precision_another_way(real: torch.Tensor, generated: torch.Tensor, k: int) -> float:
    among = torch.cdist(real, real).fill_diagonal_(torch.inf)
    reach = among.kthvalue(k, dim=1).values
    held = [bool(((real - point).norm(dim=1) <= reach).any()) for point in generated]
    return sum(held) / len(held)


# %% 10.4
def find_copy(samples: torch.Tensor, training: torch.Tensor) -> tuple[int, int]:
    distances = torch.cdist(samples.flatten(1), training.flatten(1))
    sample = distances.min(1).values.argmin().item()
    return sample, distances[sample].argmin().item()


# %% 10.4 another way
def find_copy_another_way(
    samples: torch.Tensor, training: torch.Tensor
) -> tuple[int, int]:
    best = (float("inf"), 0, 0)
    for place, sample in enumerate(samples):
        distance, nearest = (training - sample).square().sum((1, 2, 3)).min(0)
        best = min(best, (float(distance), place, int(nearest)))
    return best[1:]

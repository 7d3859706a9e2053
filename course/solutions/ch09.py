"""Reference answers of chapter 09, each written in two ways.

A heading such as `# %% 9.1` begins an answer.
"""

import torch
from torch import nn
from torch.nn.functional import one_hot

from gancore.metrics import class_fidelity
from gancore.metrics.classifier import load_extractor

reader = load_extractor("digits")  # this line is in the chapter


# %% 9.1
def draw_as_asked(
    network: nn.Module, z: torch.Tensor, labels: torch.Tensor, classes: int
) -> torch.Tensor:
    code = one_hot(labels, classes).float()
    return network(torch.cat([z, code], dim=1))


# %% 9.1 another way
def draw_as_asked_another_way(
    network: nn.Module, z: torch.Tensor, labels: torch.Tensor, classes: int
) -> torch.Tensor:
    told = torch.zeros(len(z), z.shape[1] + classes)
    told[:, : z.shape[1]] = z
    told[torch.arange(len(z)), z.shape[1] + labels] = 1
    return network(told)


# %% 9.2
def projection_logit(
    features: torch.Tensor,
    labels: torch.Tensor,
    head: torch.Tensor,
    embedding: torch.Tensor,
) -> torch.Tensor:
    match = (features * embedding[labels]).sum(dim=1)
    return features @ head + match


# %% 9.2 another way
def projection_logit_another_way(
    features: torch.Tensor,
    labels: torch.Tensor,
    head: torch.Tensor,
    embedding: torch.Tensor,
) -> torch.Tensor:
    for_all_classes = features @ (embedding + head).T
    return for_all_classes[torch.arange(len(labels)), labels]


# %% 9.3
def fidelity_of_each(logits: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    right = logits.argmax(dim=1) == asked
    return torch.stack(
        [right[asked == label].float().mean() for label in range(logits.shape[1])]
    )


# %% 9.3 another way
def fidelity_of_each_another_way(
    logits: torch.Tensor, asked: torch.Tensor
) -> torch.Tensor:
    labels = logits.shape[1]
    table = torch.zeros(labels, labels)
    for label, found in zip(asked.tolist(), logits.argmax(dim=1).tolist(), strict=True):
        table[label, found] += 1
    return table.diagonal() / table.sum(dim=1)


# %% 9.4
def name_the_cheat(sample) -> str:
    labels = torch.arange(10).repeat(30)
    images = sample(labels)
    spread = [images[labels == digit].std(dim=0).mean() for digit in range(10)]
    if min(spread) < 0.1:
        return "repeats"
    fidelity = class_fidelity(reader.logits(images), labels)
    if fidelity > 0.95:
        return "honest"
    return "deaf" if 0.05 < fidelity < 0.2 else "mixes up"


# %% 9.4 another way
def name_the_cheat_another_way(sample) -> str:
    labels = torch.arange(10).repeat_interleave(25)
    images = sample(labels).unflatten(0, (10, 25))
    read = reader.logits(images.flatten(0, 1)).argmax(1).view(10, 25)
    table = (
        torch.stack([row.bincount(minlength=10) for row in read]) / 25
    )  # asked for, read as
    apart = torch.cdist(images.flatten(2), images.flatten(2)).mean(dim=(1, 2))
    if apart.min() < 1:
        return "repeats"
    if table.diagonal().mean() > 0.95:
        return "honest"
    alike = (table - table.mean(dim=0)).abs().sum(
        dim=1
    ).max() < 1  # the same answers, whatever was asked
    return "deaf" if alike else "mixes up"

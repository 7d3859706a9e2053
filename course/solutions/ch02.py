"""Reference answers of chapter 02, each written in two ways.

A heading such as `# %% 2.1` begins an answer.
"""

import torch


# %% 2.1
def from_joint(
    joint: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    p_y = joint.sum(1)
    p_x = joint.sum(0)
    return p_y, p_x, joint / p_y[:, None], joint / p_x


# %% 2.1 another way
def from_joint_another_way(
    joint: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    p_y = torch.stack([row.sum() for row in joint])
    p_x = torch.stack([column.sum() for column in joint.T])
    p_x_given_y = torch.stack([row / row.sum() for row in joint])
    p_y_given_x = p_x_given_y * p_y.unsqueeze(1) / p_x  # Bayes' rule
    return p_y, p_x, p_x_given_y, p_y_given_x


# %% 2.2
def fit_bayes(
    images: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    classes = [images[labels == label] for label in range(labels.max() + 1)]
    prior = torch.tensor([len(mine) for mine in classes]) / len(labels)
    means = torch.stack([mine.mean(0) for mine in classes])
    deviations = torch.stack([mine.std(0, correction=0) for mine in classes])
    return prior, means, deviations


# %% 2.2 another way
def fit_bayes_another_way(
    images: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    members = torch.nn.functional.one_hot(labels).to(
        images.dtype
    )  # (N, K): 1 where a picture is of the class
    counts = members.sum(0)

    def average(pictures: torch.Tensor) -> torch.Tensor:
        """The mean over the pictures of each class."""
        return torch.einsum("nk,nchw->kchw", members, pictures) / counts.view(
            -1, 1, 1, 1
        )

    means = average(images)
    return counts / counts.sum(), means, average((images - means[labels]) ** 2).sqrt()


# %% 2.3
def read_bayes(
    images: torch.Tensor,
    prior: torch.Tensor,
    means: torch.Tensor,
    deviations: torch.Tensor,
) -> torch.Tensor:
    log_density = torch.distributions.Normal(means, deviations).log_prob(
        images[:, None]
    )  # (N, K, C, H, W)
    return (prior.log() + log_density.sum((2, 3, 4))).argmax(1)


# %% 2.3 another way
def read_bayes_another_way(
    images: torch.Tensor,
    prior: torch.Tensor,
    means: torch.Tensor,
    deviations: torch.Tensor,
) -> list[int]:
    read = []
    for image in images:
        costs = (((image - means) / deviations) ** 2 / 2 + deviations.log()).flatten(
            1
        ).sum(1) - prior.log()
        read.append(int(costs.argmin()))  # the lowest cost is the highest density
    return read


# %% 2.4
def draw(
    means: torch.Tensor, deviations: torch.Tensor, label: int, count: int
) -> torch.Tensor:
    noise = torch.randn(count, *means.shape[1:])
    return (means[label] + deviations[label] * noise).clamp(-1, 1)


# %% 2.4 another way
def draw_another_way(
    means: torch.Tensor, deviations: torch.Tensor, label: int, count: int
) -> torch.Tensor:
    pixels = torch.distributions.Normal(means[label], deviations[label])
    return pixels.sample((count,)).clamp(-1, 1)


# %% 2.5
def draw_labels(labels: torch.Tensor, count: int) -> torch.Tensor:
    classes, counts = labels.unique(return_counts=True)
    chosen = torch.multinomial(counts / len(labels), count, replacement=True)
    return classes[chosen]


# %% 2.5 another way
def draw_labels_another_way(labels: torch.Tensor, count: int) -> torch.Tensor:
    return labels[torch.randint(len(labels), (count,))]

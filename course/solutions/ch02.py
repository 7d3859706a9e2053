"""Reference answers of chapter 02, each written in two ways. A heading such as `# %% 2.1` begins an answer."""

import torch


# %% 2.1
def from_joint(joint: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    p_y = joint.sum(1)
    p_x = joint.sum(0)
    return p_y, p_x, joint / p_y[:, None], joint / p_x


# %% 2.1 another way
def from_joint_another_way(joint: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    p_y = torch.stack([row.sum() for row in joint])
    p_x = torch.stack([column.sum() for column in joint.T])
    p_x_given_y = torch.stack([row / row.sum() for row in joint])
    p_y_given_x = p_x_given_y * p_y.unsqueeze(1) / p_x  # Bayes' rule
    return p_y, p_x, p_x_given_y, p_y_given_x


# %% 2.2
def draw(means: torch.Tensor, deviations: torch.Tensor, label: int, count: int) -> torch.Tensor:
    noise = torch.randn(count, *means.shape[1:])
    return (means[label] + deviations[label] * noise).clamp(-1, 1)


# %% 2.2 another way
def draw_another_way(means: torch.Tensor, deviations: torch.Tensor, label: int, count: int) -> torch.Tensor:
    pixels = torch.distributions.Normal(means[label], deviations[label])
    return pixels.sample((count,)).clamp(-1, 1)


# %% 2.3
def draw_labels(labels: torch.Tensor, count: int) -> torch.Tensor:
    classes, counts = labels.unique(return_counts=True)
    chosen = torch.multinomial(counts / len(labels), count, replacement=True)
    return classes[chosen]


# %% 2.3 another way
def draw_labels_another_way(labels: torch.Tensor, count: int) -> torch.Tensor:
    return labels[torch.randint(len(labels), (count,))]

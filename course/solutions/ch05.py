"""Reference answers of chapter 05, each written in two ways.

A heading such as `# %% 5.1` begins an answer.
"""

import torch
from torch import nn
from torch.nn.functional import logsigmoid, softplus


# %% 5.1
def discriminator_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    on_real = nn.functional.binary_cross_entropy_with_logits(
        real, torch.ones_like(real)
    )
    on_fake = nn.functional.binary_cross_entropy_with_logits(
        fake, torch.zeros_like(fake)
    )
    return on_real + on_fake


# %% 5.1 another way
def discriminator_loss_another_way(
    real: torch.Tensor, fake: torch.Tensor
) -> torch.Tensor:
    return softplus(-real).mean() + softplus(fake).mean()


# %% 5.2
def generator_loss(fake: torch.Tensor) -> torch.Tensor:
    return nn.functional.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))


# %% 5.2 another way
def generator_loss_another_way(fake: torch.Tensor) -> torch.Tensor:
    return -logsigmoid(fake).mean()


# %% 5.3
def play_round(generator, discriminator, g_optimizer, d_optimizer, real, z) -> None:
    fake = generator(z)
    d_loss = discriminator_loss(discriminator(real), discriminator(fake.detach()))
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()

    g_loss = generator_loss(discriminator(fake))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()


# %% 5.3 another way
def play_round_another_way(
    generator, discriminator, g_optimizer, d_optimizer, real, z
) -> tuple[float, float]:
    def move(
        player: nn.Module, optimizer: torch.optim.Optimizer, loss: torch.Tensor
    ) -> float:
        weights = list(player.parameters())
        for weight, gradient in zip(
            weights, torch.autograd.grad(loss, weights), strict=True
        ):
            weight.grad = gradient
        optimizer.step()
        return loss.item()

    with torch.no_grad():
        fake = generator(z)
    first = move(
        discriminator,
        d_optimizer,
        discriminator_loss(discriminator(real), discriminator(fake)),
    )
    second = move(generator, g_optimizer, generator_loss(discriminator(generator(z))))
    return first, second


# %% 5.4
line = 3

# %% 5.4 another way
line_another_way = 2 + 1  # the line below the one that makes the fakes


# %% 5.5
def pull_lengths(loss, discriminator, points: torch.Tensor) -> torch.Tensor:
    points = points.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(discriminator(points)), points)
    return len(points) * gradient.norm(dim=1)


# %% 5.5 another way
def pull_lengths_another_way(loss, discriminator, points: torch.Tensor) -> torch.Tensor:
    lengths = []
    for point in points:
        alone = point.clone().unsqueeze(0).requires_grad_()
        loss(discriminator(alone)).backward()
        lengths.append(alone.grad.square().sum().sqrt())
    return torch.stack(lengths)

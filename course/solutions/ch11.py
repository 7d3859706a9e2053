"""Reference answers of chapter 11, each written in two ways.

A heading such as `# %% 11.1` begins an answer.
"""

import torch


# %% 11.1
def my_slerp(start: torch.Tensor, end: torch.Tensor, share: float) -> torch.Tensor:
    if torch.equal(start, end):
        return start
    omega = torch.acos(start @ end / (start.norm() * end.norm()))
    weights = (
        torch.sin((1 - share) * omega) / torch.sin(omega),
        torch.sin(share * omega) / torch.sin(omega),
    )
    return weights[0] * start + weights[1] * end


# %% 11.1 another way
def my_slerp_another_way(
    start: torch.Tensor, end: torch.Tensor, share: float
) -> torch.Tensor:
    length = start.norm()
    ahead = start / length
    sideways = (
        end - (end @ ahead) * ahead
    )  # at a right angle to the start, in the plane of both
    if sideways.norm() == 0:
        return start
    turned = share * torch.atan2(sideways.norm(), end @ ahead)
    return length * (turned.cos() * ahead + turned.sin() * sideways / sideways.norm())


# %% 11.2
def thickness_direction(z: torch.Tensor, thickness: torch.Tensor) -> torch.Tensor:
    slope = torch.linalg.lstsq(z, (thickness - thickness.mean())[:, None]).solution[
        :, 0
    ]
    return slope / slope.norm()


# %% 11.2 another way
def thickness_direction_another_way(
    z: torch.Tensor, thickness: torch.Tensor
) -> torch.Tensor:
    thick = thickness > thickness.median()
    difference = z[thick].mean(0) - z[~thick].mean(0)
    return difference / difference.norm()


# %% 11.3
def my_invert(
    generator: torch.nn.Module, image: torch.Tensor, z: torch.Tensor, steps: int
) -> torch.Tensor:
    z = z.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (generator(z) - image).square().mean()
        loss.backward()
        optimizer.step()
    return z.detach()


# %% 11.3 another way
def my_invert_another_way(
    generator: torch.nn.Module, image: torch.Tensor, z: torch.Tensor, steps: int
) -> torch.Tensor:
    velocity = torch.zeros_like(z)
    for _ in range(steps):
        z = z.detach().requires_grad_(True)
        loss = torch.nn.functional.mse_loss(generator(z), image)
        (gradient,) = torch.autograd.grad(loss, z)
        velocity = 0.9 * velocity - 0.5 * gradient
        z = z + velocity
    return z.detach()


# %% 11.4
def my_saliency(network: torch.nn.Module, images: torch.Tensor) -> torch.Tensor:
    pixels = images.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(network(pixels).sum(), pixels)
    return gradient


# %% 11.4 another way
def my_saliency_another_way(
    network: torch.nn.Module, images: torch.Tensor
) -> torch.Tensor:
    maps = []
    for image in images:
        pixels = image[None].clone().requires_grad_(True)
        network(pixels).backward()
        maps.append(pixels.grad)
    return torch.cat(maps)

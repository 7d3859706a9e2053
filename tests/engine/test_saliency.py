"""Saliency against networks whose gradient is known."""

import torch
from torch import nn

from gancore.analysis.saliency import saliency
from gancore.models import ModernDiscriminator


def linear() -> tuple[nn.Module, torch.Tensor]:
    weights = torch.randn(1, 784, generator=torch.Generator().manual_seed(0))
    layer = nn.Linear(784, 1)
    layer.weight.data = weights.clone()
    return nn.Sequential(nn.Flatten(), layer, nn.Flatten(0)), weights.view(1, 28, 28)


def test_the_saliency_of_a_linear_network_is_its_weights_whatever_the_image():
    network, weights = linear()
    for image in torch.rand(3, 1, 1, 28, 28):
        assert torch.allclose(saliency(network, image)[0], weights)


def test_the_saliency_is_the_slope_of_the_logit():
    torch.manual_seed(0)
    network, images = ModernDiscriminator(), torch.rand(4, 1, 28, 28) * 2 - 1
    gradient = saliency(network, images)
    step = 1e-3 * gradient / gradient.flatten(1).norm(dim=1)[:, None, None, None]
    with torch.no_grad():
        rise = network(images + step) - network(images - step)
    assert torch.allclose(rise, 2e-3 * gradient.flatten(1).norm(dim=1), rtol=0.01)


def test_saliency_leaves_network_and_images_as_they_were():
    network, images = ModernDiscriminator(), torch.zeros(1, 1, 28, 28)
    saliency(network, images)
    assert network.training
    assert not images.requires_grad
    assert all(weight.grad is None for weight in network.parameters())

"""The strided convolutions are PyTorch's, but for how the gradient of a kernel is computed."""

import pytest
import torch
from torch import nn
from torch.autograd import gradcheck, gradgradcheck
from torch.nn.functional import conv2d, conv_transpose2d

from gancore.models import strided

WAYS = {"halving": (conv2d, conv_transpose2d, 8), "doubling": (conv_transpose2d, conv2d, 4)}
PAIRS = {
    "halving": (strided.Conv2d, nn.Conv2d, 8),
    "doubling": (strided.ConvTranspose2d, nn.ConvTranspose2d, 4),
}


def twins(name: str) -> tuple[nn.Module, nn.Module, int]:
    """One of ours, PyTorch's with the same weights, and the side of a picture for them."""
    kind, known, side = PAIRS[name]
    ours, theirs = kind(3, 5), known(3, 5, kernel_size=4, stride=2, padding=1, bias=False)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs, side


@pytest.mark.parametrize("way", WAYS)
def test_first_and_second_derivatives_are_those_of_finite_differences(way: str) -> None:
    there, back, side = WAYS[way]
    x = torch.randn(2, 3, side, side, dtype=torch.float64, requires_grad=True)
    shape = (5, 3, 4, 4) if there is conv2d else (3, 5, 4, 4)
    weight = torch.randn(shape, dtype=torch.float64, requires_grad=True)

    def run(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return strided.Strided.apply(x, weight, there, back)

    assert gradcheck(run, (x, weight), fast_mode=True)
    assert gradgradcheck(run, (x, weight), fast_mode=True)


@pytest.mark.parametrize("name", PAIRS)
def test_in_bf16_they_agree_with_pytorchs(name: str) -> None:
    ours, theirs, side = twins(name)
    data = torch.randn(16, 3, side, side).to(memory_format=torch.channels_last)
    found = []
    for layer in (ours, theirs):
        x = data.clone().requires_grad_()
        with torch.autocast("cpu", torch.bfloat16):
            y = layer(x.bfloat16())
        y.float().square().sum().backward()
        found.append((y.float(), x.grad, *(weight.grad for weight in layer.parameters())))
    for mine, expected in zip(*found, strict=True):
        assert mine.shape == expected.shape
        assert (mine - expected).norm() < 0.01 * expected.norm()  # bf16 keeps eight bits


@pytest.mark.parametrize("name", PAIRS)
def test_in_fp32_they_are_pytorchs(name: str) -> None:
    ours, theirs, side = twins(name)
    x = torch.randn(2, 3, side, side)
    assert not strided.pays(x)
    assert torch.equal(ours(x), theirs(x))


def test_a_frozen_kernel_gets_no_gradient_and_passes_one_on() -> None:
    layer = strided.Conv2d(3, 5).requires_grad_(False)
    x = torch.randn(2, 3, 8, 8, dtype=torch.bfloat16, requires_grad=True)
    layer(x).float().sum().backward()
    assert layer.weight.grad is None
    assert x.grad.abs().sum() > 0

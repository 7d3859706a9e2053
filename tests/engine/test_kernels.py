"""The kernels that a trainer puts in compute what PyTorch's layers do, and leave all else of a network as it was."""

import copy
import io
import math

import pytest
import torch
from helpers.small import PointGame, Points
from torch import Tensor, nn
from torch.autograd import gradcheck, gradgradcheck
from torch.nn.functional import conv2d, conv_transpose2d

from gancore.models import DCGANDiscriminator, DCGANGenerator, MLPDiscriminator
from gancore.system import kernels
from gancore.system.kernels import BitDropout, PatchConv2d, PatchConvTranspose2d, use_fast_kernels
from gancore.training.trainer import Settings, Trainer

CPU = torch.device("cpu")
WAYS = {"halving": (conv2d, conv_transpose2d, 8), "doubling": (conv_transpose2d, conv2d, 4)}
PAIRS = {"halving": (PatchConv2d, nn.Conv2d, 8), "doubling": (PatchConvTranspose2d, nn.ConvTranspose2d, 4)}
STRIDED = {"kernel_size": 4, "stride": 2, "padding": 1, "bias": False}


def with_kernels(network: nn.Module, device: torch.device = CPU) -> nn.Module:
    use_fast_kernels(network, device)
    return network


def kinds(network: nn.Module) -> list[type]:
    return [type(layer) for layer in network.modules()]


# Where they are put in


def test_a_trainer_puts_them_into_both_players_and_so_into_the_average() -> None:
    game = PointGame()
    assert nn.Dropout in kinds(game.discriminator)
    game.generator = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.1))
    trainer = Trainer(game, Points(), Settings(batch_size=4), device="cpu", precision="fp32")
    for network in (game.generator, game.discriminator, trainer.average.module):
        assert BitDropout in kinds(network)
        assert nn.Dropout not in kinds(network)


@pytest.mark.parametrize(
    "network", [DCGANGenerator(), DCGANDiscriminator(), MLPDiscriminator()], ids=lambda n: type(n).__name__
)
def test_a_network_that_is_not_trained_is_plain_pytorch(network: nn.Module) -> None:
    assert not any(kind.__module__ == kernels.__name__ for kind in kinds(network))


def test_nothing_is_exchanged_where_it_is_not_faster() -> None:
    network = DCGANDiscriminator()
    before = kinds(network)
    assert kinds(with_kernels(network, torch.device("cuda"))) == before
    assert kinds(with_kernels(network)) != before


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(2, 4, 4, 2, 1),
        nn.Conv2d(2, 4, 3, 2, 1, bias=False),
        nn.Conv2d(2, 4, 4, 1, 1, bias=False),
        nn.Conv2d(2, 4, 4, 2, 0, bias=False),
        nn.Conv2d(2, 4, 4, 2, 1, groups=2, bias=False),
        nn.Conv2d(2, 4, 4, 2, 1, dilation=2, bias=False),
        nn.Conv2d(2, 4, 4, 2, 1, padding_mode="reflect", bias=False),
        nn.ConvTranspose2d(2, 4, 4, 2, 1),
        nn.ConvTranspose2d(2, 4, 4, 2, 1, output_padding=1, bias=False),
        nn.Conv1d(2, 4, 4, 2, 1, bias=False),
        nn.Dropout(0.5, inplace=True),
        nn.Dropout2d(0.5),
        nn.utils.parametrizations.spectral_norm(nn.Conv2d(2, 4, 4, 2, 1, bias=False)),
    ],
    ids=str,
)
def test_layers_of_another_kind_stay_as_they_are(layer: nn.Module) -> None:
    before = type(layer)
    assert type(with_kernels(layer)) is before


def test_the_layers_are_the_same_ones_with_the_same_names_weights_and_hooks() -> None:
    network = DCGANDiscriminator()
    layers, state = dict(network.named_modules()), network.state_dict(keep_vars=True)
    seen = []
    network.features[2].register_forward_hook(lambda *_: seen.append(1))
    with_kernels(network)(torch.zeros(2, 1, 28, 28))
    assert type(network.features[2]) is PatchConv2d
    assert seen == [1]
    assert all(layer is layers[name] for name, layer in network.named_modules())
    assert network.state_dict(keep_vars=True).keys() == state.keys()
    assert all(value is state[name] for name, value in network.state_dict(keep_vars=True).items())


def test_a_network_with_kernels_can_be_copied_saved_and_given_them_again() -> None:
    network = with_kernels(with_kernels(DCGANDiscriminator().eval()))
    x, file = torch.rand(2, 1, 28, 28), io.BytesIO()
    torch.save(network, file)
    file.seek(0)
    for other in (copy.deepcopy(network), torch.load(file, weights_only=False)):
        assert kinds(other) == kinds(network)
        assert torch.equal(other(x), network(x))


# Convolutions


def twins(name: str) -> tuple[nn.Module, nn.Module, int]:
    """One of ours, PyTorch's with the same weights, and the side of a picture for them."""
    kind, known, side = PAIRS[name]
    theirs = known(3, 5, **STRIDED)
    ours = with_kernels(copy.deepcopy(theirs))
    assert type(ours) is kind
    return ours, theirs, side


@pytest.mark.parametrize("way", WAYS)
def test_first_and_second_derivatives_are_those_of_finite_differences(way: str) -> None:
    there, back, side = WAYS[way]
    x = torch.randn(2, 3, side, side, dtype=torch.float64, requires_grad=True)
    shape = (5, 3, 4, 4) if there is conv2d else (3, 5, 4, 4)
    weight = torch.randn(shape, dtype=torch.float64, requires_grad=True)

    def run(x: Tensor, weight: Tensor) -> Tensor:
        return kernels.Strided.apply(x, weight, there, back)

    assert gradcheck(run, (x, weight), fast_mode=True)
    assert gradgradcheck(run, (x, weight), fast_mode=True)


def in_bf16(layer: nn.Module, data: Tensor, **options: object) -> list[Tensor]:
    """What `layer` gives for `data` under autocast, and the gradients of its input and its weights."""
    x = data.clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        y = layer(x.bfloat16(), **options)
    y.float().square().sum().backward()
    return [y.float(), x.grad, *(weight.grad for weight in layer.parameters())]


def agree(ours: list[Tensor], theirs: list[Tensor]) -> None:
    for mine, expected in zip(ours, theirs, strict=True):
        assert mine.shape == expected.shape
        assert (mine - expected).norm() < 0.01 * expected.norm()  # bf16 keeps eight bits


@pytest.mark.parametrize("name", PAIRS)
def test_in_bf16_they_agree_with_pytorchs(name: str) -> None:
    ours, theirs, side = twins(name)
    data = torch.randn(16, 3, side, side).to(memory_format=torch.channels_last)
    agree(in_bf16(ours, data), in_bf16(theirs, data))


def test_in_bf16_inputs_of_other_shapes_are_left_to_pytorch() -> None:
    ours, theirs, _ = twins("halving")
    for shape in ((2, 3, 9, 8), (2, 3, 8, 7), (3, 8, 8)):
        data = torch.randn(shape)
        agree(in_bf16(ours, data), in_bf16(theirs, data))
    ours, theirs, _ = twins("doubling")
    for shape, options in (((3, 4, 4), {}), ((2, 3, 4, 4), {"output_size": [9, 9]})):
        data = torch.randn(shape)
        agree(in_bf16(ours, data, **options), in_bf16(theirs, data, **options))


@pytest.mark.parametrize("name", PAIRS)
def test_in_fp32_they_are_pytorchs(name: str) -> None:
    ours, theirs, side = twins(name)
    x = torch.randn(2, 3, side, side)
    assert not kernels.faster_over_patches(x)
    assert torch.equal(ours(x), theirs(x))


def test_a_frozen_kernel_gets_no_gradient_and_passes_one_on() -> None:
    layer = twins("halving")[0].requires_grad_(False)
    x = torch.randn(2, 3, 8, 8, dtype=torch.bfloat16, requires_grad=True)
    layer(x).float().sum().backward()
    assert layer.weight.grad is None
    assert x.grad.abs().sum() > 0


# Dropout


def dropout(p: float) -> nn.Module:
    return with_kernels(nn.Dropout(p)).train()


@pytest.mark.parametrize("p", [0.3, 0.5, 0.9])
def test_dropout_zeroes_the_given_share_and_scales_the_rest_up(p: float, device: torch.device) -> None:
    torch.manual_seed(0)
    count = 400_000
    x = torch.full((count,), 3.0, device=device)
    out = dropout(p)(x)
    kept = out != 0
    assert torch.allclose(out[kept], torch.tensor(3 / (1 - p), device=device))
    dropped = 1 - kept.double().mean().item()
    assert abs(dropped - p) < 4 * math.sqrt(p * (1 - p) / count)


def test_dropout_decides_on_every_element_independently(device: torch.device) -> None:
    torch.manual_seed(0)
    count, p = 400_000, 0.3
    kept = (dropout(p)(torch.ones(count, device=device)) != 0).double() - (1 - p)
    # Four decisions come from one random word, so neighbours up to two words apart are compared.
    for lag in range(1, 9):
        correlation = (kept[:-lag] * kept[lag:]).mean().item() / (p * (1 - p))
        assert abs(correlation) < 4 / math.sqrt(count), lag
    for place in range(4):
        assert abs(kept[place::4].mean().item()) < 4 * math.sqrt(p * (1 - p) / (count / 4)), place


@pytest.mark.parametrize("shape", [(1,), (5,), (3, 7), (2, 3, 5, 1), (0, 4)], ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_dropout_keeps_shape_and_type_and_is_the_identity_in_eval_mode(shape: tuple, dtype: torch.dtype) -> None:
    x = torch.randn(shape).to(dtype)
    layer = dropout(0.3)
    assert layer.train()(x).shape == x.shape
    assert layer.train()(x).dtype == dtype
    assert torch.equal(layer.eval()(x), x)


def test_dropout_passes_gradients_where_it_passes_values() -> None:
    torch.manual_seed(0)
    x = torch.randn(1000, requires_grad=True)
    out = dropout(0.3)(x)
    out.sum().backward()
    assert torch.allclose(x.grad, torch.where(out != 0, 1 / 0.7, 0.0))


def test_dropout_draws_anew_from_the_global_random_state() -> None:
    layer, ones = dropout(0.3), torch.ones(100)
    torch.manual_seed(1)
    first, second = layer(ones), layer(ones)
    torch.manual_seed(1)
    assert torch.equal(layer(ones), first)
    assert not torch.equal(first, second)


@pytest.mark.parametrize(("p", "left"), [(0.0, 1.0), (1e-9, 1.0), (1.0, 0.0)])
def test_dropout_of_nothing_and_of_all_is_pytorchs(p: float, left: float) -> None:
    assert torch.allclose(dropout(p)(torch.ones(1000)), torch.full((1000,), left))


def test_dropout_of_a_seed_stays_the_same_for_ever() -> None:
    # Written down once: other numbers would change every run of perceptrons that a reader has noted the seed of.
    torch.manual_seed(0)
    assert (dropout(0.3)(torch.ones(12)) != 0).int().tolist() == [0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0]

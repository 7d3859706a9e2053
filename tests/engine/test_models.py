"""Every player: its size, its layers, what goes in and what comes out."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from gancore.errors import GancoreError
from gancore.models import (
    ConditionalDCGANGenerator,
    ConditionalMLPDiscriminator,
    ConditionalMLPGenerator,
    DCGANDiscriminator,
    DCGANGenerator,
    MLPDiscriminator,
    MLPGenerator,
    ProjectionDiscriminator,
)
from gancore.models.layers import OneHot, Project
from gancore.models.mlp import perceptron
from gancore.training.trainer import fastest_layout

LATENT, CLASSES = 12, 10
MNIST = (1, 28, 28)
SHAPES = [(channels, size, size) for channels in (1, 3) for size in (28, 32, 64)]

GENERATORS = {
    "mlp": lambda shape: MLPGenerator(LATENT, shape),
    "dcgan": lambda shape: DCGANGenerator(LATENT, shape),
    "conditional mlp, one-hot": lambda shape: ConditionalMLPGenerator(LATENT, shape, CLASSES),
    "conditional mlp, embedding": lambda shape: ConditionalMLPGenerator(LATENT, shape, CLASSES, "embedding"),
    "conditional dcgan": lambda shape: ConditionalDCGANGenerator(LATENT, shape, CLASSES),
}
DISCRIMINATORS = {
    "mlp": lambda shape, sn=False: MLPDiscriminator(shape, spectral_norm=sn),
    "dcgan": lambda shape, sn=False: DCGANDiscriminator(shape, spectral_norm=sn),
    "conditional mlp": lambda shape, sn=False: ConditionalMLPDiscriminator(shape, CLASSES, spectral_norm=sn),
    "projection": lambda shape, sn=False: ProjectionDiscriminator(shape, CLASSES, spectral_norm=sn),
}


def told(name, count, device="cpu"):
    """What a player takes beside its first input: labels where it is conditional."""
    labels = torch.arange(count, device=device) % CLASSES
    return (labels,) if "conditional" in name or name == "projection" else ()


def size(network):
    return sum(parameter.numel() for parameter in network.parameters())


def kinds(network):
    return [type(layer) for layer in network]


# Sizes and layers


def test_the_perceptrons_have_the_sizes_of_chapter_07():
    assert size(MLPGenerator(100, MNIST)) == 1_486_352
    assert size(MLPDiscriminator(MNIST)) == 1_460_225
    assert size(MLPGenerator()) == 1_486_352
    assert size(MLPDiscriminator()) == 1_460_225


@pytest.mark.parametrize(
    ("network", "widths"),
    [(MLPGenerator(), [100, 256, 512, 1024, 784]), (MLPDiscriminator(), [784, 1024, 512, 256, 1])],
)
def test_the_perceptrons_have_the_widths_of_chapter_07(network, widths):
    linear = [layer for layer in network.layers if isinstance(layer, nn.Linear)]
    assert [linear[0].in_features, *(layer.out_features for layer in linear)] == widths


def test_the_perceptrons_have_the_layers_of_chapter_07():
    hidden = [nn.Linear, nn.LeakyReLU]
    assert kinds(MLPGenerator().layers) == [*hidden * 3, nn.Linear, nn.Tanh]
    assert kinds(MLPDiscriminator().layers) == [*[*hidden, nn.Dropout] * 3, nn.Linear]
    assert {layer.p for layer in MLPDiscriminator().layers if isinstance(layer, nn.Dropout)} == {0.3}


def test_a_perceptron_has_activations_and_dropout_between_its_linear_layers():
    assert kinds(perceptron(2, 3, 4, 1)) == [nn.Linear, nn.LeakyReLU] * 2 + [nn.Linear]
    assert kinds(perceptron(2, 3, 1, activation=nn.SiLU, dropout=0.2)) == [nn.Linear, nn.SiLU, nn.Dropout, nn.Linear]
    assert kinds(perceptron(2, 1, dropout=0.2)) == [nn.Linear]


def test_the_dcgan_pair_has_the_sizes_that_its_layers_add_up_to():
    # 100 → 128 channels of 7×7 → 64 of 14×14 → 1 of 28×28, with two numbers a channel for each batch norm
    generator = 100 * 128 * 7 * 7 + 2 * 128 + 128 * 64 * 4 * 4 + 2 * 64 + 64 * 1 * 4 * 4 + 1
    # 1 → 64 channels with a bias → 128 with a batch norm → one logit from 7×7
    discriminator = 1 * 64 * 4 * 4 + 64 + 64 * 128 * 4 * 4 + 2 * 128 + 128 * 7 * 7 + 1
    assert size(DCGANGenerator(100, MNIST)) == generator
    assert size(DCGANDiscriminator(MNIST)) == discriminator


@pytest.mark.parametrize(
    ("side", "grid", "channels"), [(28, 7, [128, 64]), (32, 4, [256, 128, 64]), (64, 4, [512, 256, 128, 64])]
)
def test_every_stage_of_the_dcgan_pair_doubles_or_halves_the_side(side, grid, channels):
    shape = (3, side, side)
    pyramid = [(width, grid * 2**stage) for stage, width in enumerate(channels)]

    def sides(layers, x, kind):
        found = []
        for layer in layers:
            x = layer(x)
            if isinstance(layer, kind):
                found.append((x.shape[1], x.shape[2]))
        return found

    upwards = sides(DCGANGenerator(LATENT, shape).layers, torch.randn(2, LATENT), (Project, nn.ConvTranspose2d))
    assert upwards == [*pyramid, (3, side)]
    features = DCGANDiscriminator(shape).features
    assert sides(features, torch.randn(2, *shape), nn.Conv2d) == pyramid[::-1]


def test_the_dcgan_pair_follows_the_rules_of_2015():
    between = [nn.ConvTranspose2d, nn.BatchNorm2d, nn.ReLU]
    generator = kinds(DCGANGenerator(LATENT, (1, 32, 32)).layers)
    assert generator == [Project, nn.BatchNorm2d, nn.ReLU, *between * 2, nn.ConvTranspose2d, nn.Tanh]
    features = DCGANDiscriminator((1, 32, 32)).features
    assert kinds(features) == [nn.Conv2d, nn.LeakyReLU] + [nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU] * 2
    assert {layer.negative_slope for layer in features if isinstance(layer, nn.LeakyReLU)} == {0.2}
    halving = [layer for layer in features if isinstance(layer, nn.Conv2d)]
    assert {(layer.kernel_size, layer.stride) for layer in halving} == {((4, 4), (2, 2))}


def test_a_bias_is_left_out_only_where_batch_norm_brings_its_own():
    for layers in (DCGANGenerator(LATENT, MNIST).layers, DCGANDiscriminator(MNIST).features):
        for layer, following in pairwise(layers):
            layer = layer.linear if isinstance(layer, Project) else layer
            if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                assert (layer.bias is None) == isinstance(following, nn.BatchNorm2d)


# What comes out


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_generators_make_images_in_the_range_of_tanh(name, shape, device):
    torch.manual_seed(0)
    generator = GENERATORS[name](shape).to(device)
    z = 10 * torch.randn(3, LATENT, device=device)
    images = generator(z, *told(name, 3, device))
    assert images.shape == (3, *shape)
    assert images.dtype == torch.float32
    assert -1 <= images.min() < images.max() <= 1


@pytest.mark.parametrize("name", DISCRIMINATORS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_discriminators_return_a_logit_for_each_image(name, shape, device):
    torch.manual_seed(0)
    discriminator = DISCRIMINATORS[name](shape).to(device)
    logits = discriminator(torch.rand(3, *shape, device=device) * 2 - 1, *told(name, 3, device))
    assert logits.shape == (3,)
    assert logits.dtype == torch.float32
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_logits_are_no_probabilities(name):
    torch.manual_seed(0)
    discriminator = DISCRIMINATORS[name](MNIST).eval()
    logits = discriminator(torch.randn(50, *MNIST) * 100, *told(name, 50))
    assert ((logits < 0) | (logits > 1)).float().mean() > 0.5


@pytest.mark.parametrize("spectral_norm", [False, True])
@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_logits_stay_fp32_under_bf16_autocast(name, spectral_norm, device):
    torch.manual_seed(0)
    discriminator = DISCRIMINATORS[name](MNIST, spectral_norm).to(device).eval()
    images, labels = torch.rand(4, *MNIST, device=device) * 2 - 1, told(name, 4, device)
    with torch.autocast(device.type, torch.bfloat16):
        logits = discriminator(images, *labels)
    assert logits.shape == (4,)
    assert logits.dtype == torch.float32
    # bf16 keeps 8 bits, so the work inside was done in it, and done right.
    exact = discriminator(images, *labels)
    assert not torch.equal(logits, exact)
    assert torch.allclose(logits, exact, rtol=0.05, atol=0.02)


@pytest.mark.parametrize("name", GENERATORS)
def test_every_latent_and_every_parameter_of_a_generator_matters(name):
    torch.manual_seed(0)
    generator = GENERATORS[name](MNIST)
    z = torch.randn(CLASSES, LATENT, requires_grad=True)
    (generator(z, *told(name, CLASSES)) * torch.randn(CLASSES, *MNIST)).sum().backward()
    assert (z.grad != 0).all()
    assert all((parameter.grad != 0).any() for parameter in generator.parameters())


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_every_pixel_and_every_parameter_of_a_discriminator_matters(name):
    torch.manual_seed(0)
    discriminator = DISCRIMINATORS[name](MNIST)
    images = torch.randn(CLASSES, *MNIST, requires_grad=True)
    discriminator(images, *told(name, CLASSES)).square().sum().backward()
    assert (images.grad != 0).all()
    assert all((parameter.grad != 0).any() for parameter in discriminator.parameters())


# Conditioning


def one_input_and_all_labels(first):
    return first.repeat(CLASSES, *[1] * (first.ndim - 1)), torch.arange(CLASSES)


@pytest.mark.parametrize("name", [name for name in GENERATORS if "conditional" in name])
def test_a_conditional_generator_makes_another_image_for_every_label(name):
    torch.manual_seed(0)
    generator = GENERATORS[name](MNIST).eval()
    images = generator(*one_input_and_all_labels(torch.randn(1, LATENT)))
    assert len(images.flatten(1).unique(dim=0)) == CLASSES


@pytest.mark.parametrize("name", [name for name in DISCRIMINATORS if told(name, 1)])
def test_a_conditional_discriminator_gives_another_logit_for_every_label(name):
    torch.manual_seed(0)
    discriminator = DISCRIMINATORS[name](MNIST).eval()
    logits = discriminator(*one_input_and_all_labels(torch.randn(1, *MNIST)))
    assert len(logits.unique()) == CLASSES


def test_a_one_hot_code_has_a_one_at_the_label():
    assert OneHot(4)(torch.tensor([2, 0])).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize(("code", "width", "table"), [("one-hot", 10, 0), ("embedding", 32, 10 * 32)])
def test_the_label_code_is_laid_beside_the_first_input(code, width, table):
    generator = ConditionalMLPGenerator(100, MNIST, CLASSES, code)
    discriminator = ConditionalMLPDiscriminator(MNIST, CLASSES)
    assert size(generator) == 1_486_352 + width * 256 + table
    assert size(discriminator) == 1_460_225 + CLASSES * 1024


def test_the_projection_is_the_inner_product_of_embedding_and_features():
    torch.manual_seed(0)
    discriminator = ProjectionDiscriminator(MNIST, CLASSES).eval()
    images, labels = torch.randn(6, *MNIST), torch.tensor([3, 1, 4, 1, 5, 9])
    features = discriminator.features(images)
    unconditional = discriminator.head(features).flatten()
    found = discriminator(images, labels) - unconditional
    for row in range(6):
        match = torch.dot(discriminator.projection.weight[labels[row]], features[row].flatten())
        assert found[row].item() == pytest.approx(match.item(), rel=1e-3, abs=1e-5)


# The DCGAN start


def looks_normal(weight, centre, deviation):
    """Mean, deviation and tails of `weight` within four standard errors of a normal distribution's."""
    w, n = weight.detach().flatten().double(), weight.numel()
    tail = 0.0455  # the share beyond two deviations
    return (
        abs(w.mean() - centre) < 4 * deviation / math.sqrt(n)
        and abs(w.std() - deviation) < 4 * deviation / math.sqrt(2 * n)
        and abs(((w - centre).abs() > 2 * deviation).double().mean() - tail) < 4 * math.sqrt(tail / n)
    )


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_dcgan_weights_start_from_a_normal_distribution_of_deviation_0_02(shape):
    torch.manual_seed(0)
    for network in (
        DCGANGenerator(100, shape),
        DCGANDiscriminator(shape),
        ConditionalDCGANGenerator(100, shape, CLASSES).generator,
        ProjectionDiscriminator(shape, CLASSES),
    ):
        layers = [layer for layer in network.modules() if getattr(layer, "weight", None) is not None]
        for layer in layers:
            centre = 1 if isinstance(layer, nn.BatchNorm2d) else 0
            assert looks_normal(layer.weight, centre, 0.02), layer


def test_the_check_of_the_start_would_catch_another_start():
    torch.manual_seed(0)
    plain = nn.Conv2d(64, 128, 4)
    assert not looks_normal(plain.weight, 0, 0.02)
    nn.init.uniform_(plain.weight, -0.02 * math.sqrt(3), 0.02 * math.sqrt(3))  # same mean and deviation, no tails
    assert not looks_normal(plain.weight, 0, 0.02)


# Spectral normalisation


def largest_singular_value(layer):
    return torch.linalg.matrix_norm(layer.weight.detach().flatten(1), ord=2).item()


def weighted_layers(network):
    return [part for part in network.modules() if isinstance(part, (nn.Linear, nn.Conv2d, nn.Embedding))]


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_spectral_norm_makes_every_largest_singular_value_one(name, device):
    torch.manual_seed(0)
    discriminator = DISCRIMINATORS[name](MNIST, True).to(device).train()
    for _ in range(30):  # each forward in train mode moves the estimate one power iteration on
        discriminator(torch.randn(2, *MNIST, device=device), *told(name, 2, device))
    layers = weighted_layers(discriminator)
    assert all(parametrize.is_parametrized(layer, "weight") for layer in layers)
    # The estimate is never above the true value, so what is divided by it is never below one.
    assert all(1 - 1e-4 < largest_singular_value(layer) < 1.02 for layer in layers)


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_without_spectral_norm_singular_values_are_free(name):
    torch.manual_seed(0)
    layers = weighted_layers(DISCRIMINATORS[name](MNIST))
    assert not any(parametrize.is_parametrized(layer) for layer in layers)
    assert any(not 0.98 < largest_singular_value(layer) < 1.02 for layer in layers)


@pytest.mark.parametrize("name", ["dcgan", "projection"])
def test_spectral_norm_takes_the_place_of_batch_norm(name):
    def batch_norms(spectral_norm):
        network = DISCRIMINATORS[name](MNIST, spectral_norm)
        return sum(isinstance(part, nn.BatchNorm2d) for part in network.modules())

    assert batch_norms(False) == 1
    assert batch_norms(True) == 0


# Errors


@pytest.mark.parametrize("shape", [(1, 30, 30), (3, 128, 128), (1, 28, 32), (1, 32, 28)], ids=str)
@pytest.mark.parametrize(
    "build",
    [
        lambda shape: DCGANGenerator(LATENT, shape),
        DCGANDiscriminator,
        lambda shape: ConditionalDCGANGenerator(LATENT, shape, CLASSES),
        lambda shape: ProjectionDiscriminator(shape, CLASSES),
    ],
    ids=["DCGANGenerator", "DCGANDiscriminator", "ConditionalDCGANGenerator", "ProjectionDiscriminator"],
)
def test_a_convolutional_player_refuses_other_sizes(build, shape):
    with pytest.raises(GancoreError, match=f"{shape[1]}×{shape[2]} .*28×28, 32×32, 64×64"):
        build(shape)


def test_the_perceptrons_take_any_size():
    assert MLPGenerator(LATENT, (1, 5, 7))(torch.randn(2, LATENT)).shape == (2, 1, 5, 7)
    assert MLPDiscriminator((1, 5, 7))(torch.randn(2, 1, 5, 7)).shape == (2,)


def test_projection_is_a_transposed_convolution_of_the_pictures_size():
    project, x = Project(5, 3, 4), torch.randn(2, 5)
    kernel = project.linear.weight.detach().view(4, 4, 3, 5).permute(3, 2, 0, 1)
    bias = project.linear.bias.detach().view(4, 4, 3).permute(2, 0, 1)
    expected = nn.functional.conv_transpose2d(x[:, :, None, None], kernel) + bias
    torch.testing.assert_close(project(x), expected)


@pytest.mark.parametrize(("device", "as_it_is"), [("cpu", False), ("meta", True)])
def test_coarse_pictures_have_channels_last_only_where_that_is_fast_and_right(device: str, as_it_is: bool) -> None:
    """On Macs (mps) gradients come out wrong with it; "meta" stands in for all devices but cpu and cuda."""
    pictures = Project(3, 5, 4).to(device)(torch.ones(2, 3, device=device))
    assert pictures.shape == (2, 5, 4, 4)
    assert pictures.is_contiguous() == as_it_is
    convolutions = DCGANDiscriminator(MNIST)
    layout = fastest_layout(convolutions, torch.device(device))
    assert layout == (torch.preserve_format if as_it_is else torch.channels_last)

"""Features of a discriminator: which maps they are, pooled where, the same in any company, of any network of ours."""

import pytest
import torch
from torch import Tensor, nn

from gancore.analysis.features import features_of, stages_in
from gancore.errors import GancoreError
from gancore.models import (
    ConditionalMLPDiscriminator,
    DCGANDiscriminator,
    MLPDiscriminator,
    ModernDiscriminator,
    ProjectionDiscriminator,
)

DISCRIMINATORS = [
    (DCGANDiscriminator(), 1, 28, [64, 128]),
    (DCGANDiscriminator((3, 32, 32), width=8, spectral_norm=True), 3, 32, [8, 16, 32]),
    (ProjectionDiscriminator((1, 28, 28), classes=10), 1, 28, [64, 128]),
    (ModernDiscriminator(width=16), 1, 28, [16, 16]),
    (ModernDiscriminator((1, 64, 64), width=16), 1, 64, [16, 4 * 16, 16, 16]),  # the second folds 2×2 cells into one
    (ModernDiscriminator(classes=6, grouped=True), 1, 28, [32, 32]),
]


class Handmade(nn.Module):
    """One convolution that gives the image itself and the image upside down in brightness, then a second that doubles
    the first of these maps."""

    def __init__(self) -> None:
        super().__init__()
        first, second = nn.Conv2d(1, 2, 1, bias=False), nn.Conv2d(2, 1, 1, bias=False)
        first.weight.data = torch.tensor([1.0, -1.0]).view(2, 1, 1, 1)
        second.weight.data = torch.tensor([2.0, 0.0]).view(1, 2, 1, 1)
        self.features = nn.Sequential(first, nn.ReLU(), second, nn.Flatten())


@pytest.fixture
def pictures() -> Tensor:
    return torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_features_are_the_largest_number_in_each_of_four_by_four_places() -> None:
    image = torch.arange(64.0).view(1, 1, 8, 8) - 20
    largest = torch.tensor([[16 * row + 2 * column + 9 - 20 for column in range(4)] for row in range(4)]).float()
    smallest = largest - 9
    expected = torch.cat(
        [largest.clamp(min=0).flatten(), (-smallest).clamp(min=0).flatten(), 2 * largest.clamp(min=0).flatten()]
    )
    assert torch.equal(features_of(Handmade(), image)[0], expected)


@pytest.mark.parametrize(("discriminator", "channels", "side", "maps"), DISCRIMINATORS)
def test_every_convolutional_discriminator_of_ours_has_them(
    discriminator: nn.Module, channels: int, side: int, maps: list[int]
) -> None:
    found = features_of(discriminator, torch.zeros(2, channels, side, side))
    assert found.shape == (2, 16 * sum(maps))
    assert not found.requires_grad


@pytest.mark.parametrize("discriminator", [DCGANDiscriminator(), ModernDiscriminator()])
def test_the_last_stage_is_what_the_logit_is_made_of(discriminator: nn.Module, pictures: Tensor) -> None:
    maps = pictures
    with torch.no_grad():
        for stage in stages_in(discriminator.eval()):
            maps = stage(maps)
        assert torch.equal(maps.flatten(1), discriminator.features(pictures).flatten(1))


def test_an_image_has_the_same_features_in_any_company_and_the_network_stays_as_it_was(pictures: Tensor) -> None:
    discriminator = DCGANDiscriminator().train()
    mean = discriminator.features[3].running_mean.clone()
    together, alone = features_of(discriminator, pictures), features_of(discriminator, pictures[:1])
    assert torch.allclose(together[:1], alone, atol=1e-5)
    assert torch.equal(discriminator.features[3].running_mean, mean)
    assert discriminator.training


def test_a_finer_grid_has_more_places(pictures: Tensor) -> None:
    assert features_of(ModernDiscriminator(), pictures, grid=7).shape == (6, 2 * 32 * 49)


def test_a_discriminator_without_convolutions_is_refused(pictures: Tensor) -> None:
    with pytest.raises(GancoreError, match="MLPDiscriminator has no convolutions"):
        features_of(MLPDiscriminator(), pictures)
    with pytest.raises(GancoreError, match="ConditionalMLPDiscriminator has no convolutions"):
        features_of(ConditionalMLPDiscriminator((1, 28, 28), 10), pictures)  # whose `features` is a method

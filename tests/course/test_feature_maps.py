"""Feature maps: each is what the layer makes of the digit, with its shape and the pixels it sees in words."""

import numpy as np
import pytest
import torch
from torch import nn

from gancore.analysis.stages import stages_of
from gancore.data import ImageData, to_float
from gancore.errors import GancoreError
from gancore.models import DCGANDiscriminator, MLPDiscriminator
from gancore.plots.feature_maps import DIGIT_ZOOM, FRAME, GAP, GREY, LARGEST_ZOOM, beside
from gancore.widgets.feature_maps import FeatureMaps

SHAPES = [(64, 14, 14), (64, 14, 14), (128, 7, 7), (128, 7, 7), (128, 7, 7), (1, 1, 1)]


@pytest.fixture
def discriminator() -> DCGANDiscriminator:
    torch.manual_seed(0)
    return DCGANDiscriminator()


@pytest.fixture
def layers(discriminator) -> nn.Sequential:
    return nn.Sequential(*discriminator.features, discriminator.head)


@pytest.fixture
def ten(digits: ImageData) -> torch.Tensor:
    return to_float(digits.images[::500])


@pytest.fixture
def view(layers, ten) -> FeatureMaps:
    return FeatureMaps({"some": layers}, ten)


def test_stages_have_the_shapes_worked_out_by_hand_and_end_in_the_logit(discriminator, layers, ten):
    stages = stages_of(layers, ten[3])
    assert [tuple(stage.maps.shape) for stage in stages] == SHAPES
    with torch.no_grad():
        assert stages[-1].maps.item() == pytest.approx(discriminator.eval()(ten[3:4]).item(), abs=1e-5)
    assert str(stages[0]) == "64 maps of 14 × 14"
    assert str(stages[-1]) == "1 map of 1 × 1"


def test_a_number_depends_on_as_many_pixels_as_are_said(layers, ten):
    """Measured with gradients, at the number nearest to the middle of each layer that is not cut off by a border."""
    for place, stage in enumerate(stages_of(layers, ten[0])[:-1]):
        image = ten[:1].clone().requires_grad_(True)
        height, width = stage.maps.shape[1:]
        layers.eval()[: place + 1](image)[0, :, height // 2, width // 2].sum().backward()
        touched = image.grad[0, 0].abs() > 0
        assert (int(touched.any(0).sum()), int(touched.any(1).sum())) == (stage.sees, stage.sees)
    assert [stage.sees for stage in stages_of(layers, ten[0])] == [4, 4, 10, 10, 10, 34]


def test_looking_leaves_the_network_in_the_mode_it_was_in(layers, ten):
    before = layers[3].running_mean.clone()
    assert layers[3].training
    stages_of(layers, ten[0])
    assert layers[3].training
    assert torch.equal(layers[3].running_mean, before)


def test_a_layer_whose_sight_is_not_known_is_refused(ten):
    with pytest.raises(GancoreError, match="Linear"):
        stages_of(MLPDiscriminator().layers, ten[0].flatten())


def test_another_digit_or_layer_changes_picture_and_words(view):
    first = view.picture.value
    view.digit.value = 7
    seven = view.picture.value
    assert seven != first
    assert "The digit 7 after layer 1 of 6, convolution 4×4, stride 2: 64 maps of 14 × 14." in view.status.value
    view.layer.value = 4
    assert view.picture.value != seven
    assert "layer 5 of 6, LeakyReLU: 128 maps of 7 × 7. One number in a map sees 10 × 10 pixels" in view.picture.alt
    view.layer.value = 0
    view.digit.value = 0
    assert view.picture.value == first


def test_two_sets_of_weights_are_compared_at_the_same_digit_and_layer(layers, ten):
    other = DCGANDiscriminator()
    view = FeatureMaps({"one": layers, "other": nn.Sequential(*other.features, other.head)}, ten)
    view.digit.value, view.layer.value = 3, 2
    shown, said = view.picture.value, view.status.value
    assert "Weights: one. The digit 3 after layer 3 of 6" in said
    view.judge.value = "other"
    assert view.picture.value != shown
    assert "Weights: other. The digit 3 after layer 3 of 6" in view.status.value
    view.judge.value = "one"
    assert (view.picture.value, view.status.value) == (shown, said)


def test_every_layer_and_digit_can_be_chosen_by_its_name(view):
    assert [label for label, _ in view.digit.options] == list("0123456789")
    assert [label for label, _ in view.layer.options] == [
        "1 · convolution 4×4, stride 2",
        "2 · LeakyReLU",
        "3 · convolution 4×4, stride 2",
        "4 · batch normalisation",
        "5 · LeakyReLU",
        "6 · convolution 7×7, stride 1",
    ]
    assert all(control.description for control in (view.digit, view.layer))


def test_in_each_map_zero_is_mid_grey_and_what_is_farthest_from_it_is_white_or_black():
    maps = torch.zeros(2, 4, 4)
    maps[0, 1, 1], maps[1, 2, 2], maps[1, 3, 3] = 3.0, -1.5, 0.75
    right = np.asarray(beside(torch.ones(1, 4, 4), maps))[FRAME:-FRAME, 4 * DIGIT_ZOOM + GAP + FRAME : -FRAME]
    numbers = right[LARGEST_ZOOM // 2 :: LARGEST_ZOOM, LARGEST_ZOOM // 2 :: LARGEST_ZOOM]  # with borders two wide
    assert numbers.shape == (8, 14)
    assert (numbers[3, 3], numbers[4, 10], numbers[5, 11], numbers[2, 2]) == (255, 0, 191, 128)


def test_a_map_of_a_single_number_is_as_large_as_one_of_seven_by_seven():
    one, seven = (np.asarray(beside(torch.ones(1, 28, 28), torch.ones(1, side, side))) for side in (1, 7))
    assert np.array_equal(one, seven)
    right = one[:, 28 * DIGIT_ZOOM + GAP :]
    assert (right == 255).sum() == (7 * LARGEST_ZOOM) ** 2
    assert (right[: 7 * LARGEST_ZOOM, [0, -1]] == GREY).all()


def test_around_the_digit_and_its_maps_all_is_black():
    shown = np.asarray(beside(torch.ones(1, 4, 4), torch.ones(2, 4, 4)))
    assert shown[-1, 0] == 0
    assert (shown[:, 4 * DIGIT_ZOOM : 4 * DIGIT_ZOOM + GAP] == 0).all()

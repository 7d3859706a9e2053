"""The feature maps of chapter 08: another digit or another layer is another picture, with its shape in words."""

import pytest
from helpers.controls import picture, status
from playwright.sync_api import expect

CHAPTER = "08_convolutions_dcgan"


@pytest.fixture(scope="module")
def maps(chapter):
    """The widget, on a discriminator that has not been trained: as the chapter shows it first."""
    return chapter.run("begin(", "one_of_each =", "FeatureMaps(")


def test_another_digit_is_another_picture(chapter, maps):
    with chapter.changes(picture(maps), status(maps)):
        maps.get_by_label("digit").select_option("7")
    expect(status(maps)).to_contain_text("The digit 7 after layer 1 of 6")
    told = picture(maps).get_attribute("alt")
    assert "convolution 4×4, stride 2: 64 maps of 14 × 14. One number in a map sees 4 × 4 pixels." in told


def test_every_layer_shows_its_maps(chapter, maps):
    shapes = ("64 maps of 14 × 14", "128 maps of 7 × 7", "128 maps of 7 × 7", "128 maps of 7 × 7", "1 map of 1 × 1")
    layer = maps.get_by_label("layer")
    for place, shape in enumerate(shapes, start=1):
        with chapter.changes(picture(maps), status(maps)):
            layer.select_option(index=place)
        expect(status(maps)).to_contain_text(shape)


def test_the_keyboard_chooses_a_layer(chapter, maps):
    layer = maps.get_by_label("layer")
    layer.select_option(index=0)
    expect(status(maps)).to_contain_text("layer 1 of 6")
    with chapter.changes(picture(maps), status(maps)):
        layer.press("2")  # typed letters choose the option that begins with them
    expect(status(maps)).to_contain_text("layer 2 of 6")


@pytest.mark.parametrize("place", [0, 4])
def test_it_is_fit_to_be_projected(chapter, maps, place):
    maps.get_by_label("digit").select_option("3")
    maps.get_by_label("layer").select_option(index=place)
    expect(status(maps)).to_contain_text(f"The digit 3 after layer {place + 1}")
    chapter.screenshots(f"feature-maps-{place + 1}", maps)

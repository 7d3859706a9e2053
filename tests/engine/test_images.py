"""Images in memory: what they hold, and the batches drawn from them."""

import re

import numpy as np
import pytest
import torch
from PIL import Image

import gancore
from gancore.data import Batches, ImageData, to_float, to_uint8
from gancore.data.pictures import image_grid
from gancore.errors import GancoreError
from gancore.training.recipes import RECIPES

# Pixels and floats


def test_pixels_survive_the_round_trip_through_floats():
    pixels = torch.arange(256, dtype=torch.uint8)
    floats = to_float(pixels)
    already = pixels.float()
    assert torch.equal(to_float(already), floats)
    assert torch.equal(already, pixels.float())  # which stays as it is
    assert floats.dtype == torch.float32
    assert (floats[0], floats[-1]) == (-1, 1)
    assert (floats.diff() > 0).all()
    assert torch.equal(to_uint8(floats), pixels)
    assert torch.equal(pixels, torch.arange(256, dtype=torch.uint8))


def test_floats_out_of_range_are_clipped_and_others_rounded():
    values = torch.tensor([-7.0, -1.0, 0.0, 1.0, 1.001, 300.0, torch.inf, -torch.inf])
    assert to_uint8(values).tolist() == [0, 0, 128, 255, 255, 255, 255, 0]
    assert to_uint8(torch.tensor([-1 + 0.9 / 127.5, -1 + 1.1 / 127.5])).tolist() == [1, 1]


def test_half_precision_becomes_the_same_pixels_as_its_float():
    values = torch.linspace(-1, 1, 1000).bfloat16()
    assert torch.equal(to_uint8(values), to_uint8(values.float()))


# ImageData


def small_data(count=6, shape=(1, 2, 2), labelled=True):
    """Image i has the value 10·i everywhere and the label i mod 3."""
    images = (10 * torch.arange(count)).to(torch.uint8)[:, None, None, None].expand(count, *shape).contiguous()
    labels = torch.arange(count) % 3 if labelled else None
    return ImageData("small", images, labels, ("a", "b", "c") if labelled else None)


def test_a_subset_keeps_labels_beside_their_images():
    part = small_data().subset(torch.tensor([4, 1]))
    assert part.images[:, 0, 0, 0].tolist() == [40, 10]
    assert part.labels.tolist() == [1, 1]
    assert part.classes == ("a", "b", "c")
    assert len(small_data(labelled=False).subset(torch.tensor([True, False] * 3))) == 3


def test_image_data_says_what_it_holds():
    assert repr(small_data(shape=(3, 2, 4))) == "small: 6 images, 3×2×4, 3 classes"
    assert repr(small_data(labelled=False)) == "small: 6 images, 1×2×2, no labels"


def test_image_data_moves_to_a_device(device):
    moved = small_data().to(device)
    assert moved.images.device.type == moved.labels.device.type == device.type
    assert small_data(labelled=False).to(device).labels is None


# Batches


def test_a_batch_holds_floats_in_range_on_the_device(digits, device):
    batch = digits.batches(device).draw(64)
    assert batch.real.shape == (64, 1, 28, 28)
    assert batch.real.dtype == torch.float32
    assert (batch.real.min(), batch.real.max()) == (-1, 1)
    assert batch.labels.shape == (64,)
    assert batch.labels.dtype == torch.int64
    assert batch.real.device.type == batch.labels.device.type == device.type
    assert len(batch) == 64


def test_labels_in_a_batch_belong_to_its_images(device):
    batch = small_data().batches(device).draw(200)
    which = to_uint8(batch.real)[:, 0, 0, 0].int() // 10
    assert torch.equal(which % 3, batch.labels)
    assert which.unique().tolist() == list(range(6))
    assert small_data(labelled=False).batches(device).draw(4).labels is None


def test_a_batch_may_be_larger_than_the_data():
    assert len(small_data(2).batches().draw(1000)) == 1000


def test_every_example_is_drawn_equally_often():
    count, draws = 10, 50_000
    which = to_uint8(small_data(count).batches(seed=4).draw(draws).real)[:, 0, 0, 0].int() // 10
    expected = draws / count
    chi_square = ((which.bincount(minlength=count) - expected) ** 2 / expected).sum().item()
    assert chi_square < 27.9  # exceeded once in a thousand with nine degrees of freedom


def test_a_seed_decides_the_batches(device):
    def drawn(seed):
        batches = small_data(25).batches(device, seed)
        return torch.cat([batches.draw(30).real, batches.draw(30).real])

    assert torch.equal(drawn(1), drawn(1))
    assert not torch.equal(drawn(1), drawn(2))
    assert not torch.equal(*drawn(1).split(30))


def test_batches_and_the_global_random_state_leave_each_other_alone(device):
    plain = small_data(25).batches(device, seed=1)
    expected = [plain.draw(30).real for _ in range(2)]
    torch.manual_seed(7)
    expected_global = torch.rand(5, device=device)

    torch.manual_seed(7)
    batches = Batches(small_data(25), device, seed=1)
    first = batches.draw(30).real
    assert torch.equal(torch.rand(5, device=device), expected_global)
    torch.manual_seed(123)
    assert torch.equal(first, expected[0])
    assert torch.equal(batches.draw(30).real, expected[1])


def test_batches_go_on_from_a_saved_state(device):
    batches = small_data(25).batches(device, seed=1)
    batches.draw(30)
    state = batches.rng.get_state()
    expected = batches.draw(30).real
    restored = small_data(25).batches(device, seed=99)
    restored.rng.set_state(state)
    assert torch.equal(restored.draw(30).real, expected)


def test_pictures_whose_channels_lie_last_in_memory_have_the_same_hash() -> None:
    pixels = torch.arange(2 * 28 * 28 * 3).remainder(256).to(torch.uint8).view(2, 28, 28, 3).permute(0, 3, 1, 2)
    assert not pixels.is_contiguous()
    assert ImageData("colour", pixels).sha256 == ImageData("colour", pixels.contiguous()).sha256


# Arrays of one's own


PICTURES = np.random.default_rng(1).integers(2, 256, (5, 4, 6), np.uint8)  # five greys of 4 × 6 pixels
GREY = torch.from_numpy(PICTURES)[:, None]
COLOUR = np.random.default_rng(2).integers(2, 256, (5, 6, 8, 3), np.uint8)


@pytest.mark.parametrize(
    "images",
    [
        PICTURES,
        PICTURES[:, None],
        PICTURES.tolist(),
        list(PICTURES),
        list(torch.from_numpy(PICTURES)),
        [Image.fromarray(picture) for picture in PICTURES],
        torch.from_numpy(PICTURES).long(),
        PICTURES.astype(np.int32),
        PICTURES.astype(np.uint16),
        PICTURES.astype(">u2"),
        np.asfortranarray(PICTURES),
        PICTURES[::-1][::-1],
        GREY,
    ],
    ids=["NumPy", "with a channel", "lists", "a list of arrays", "a list of tensors", "a list of pictures", "int64",
         "int32", "uint16", "big-endian", "Fortran's order", "turned twice", "a tensor"],
)  # fmt: skip
def test_whole_numbers_from_0_to_255_become_pixels(images):
    found = ImageData("mine", images)
    assert found.images.dtype == torch.uint8
    assert torch.equal(found.images, GREY)


@pytest.mark.parametrize("shape", [(5, 28, 28, 1), (5, 28, 28, 3), (5, 6, 8, 3)])
@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy], ids=["NumPy", "torch"])
def test_channels_that_come_last_are_put_first(shape, kind):
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    found = ImageData("mine", kind(pixels)).images
    assert found.is_contiguous()
    assert np.array_equal(found.permute(0, 2, 3, 1), pixels)


@pytest.mark.parametrize("shape", [(5, 1, 28, 28), (5, 3, 28, 28), (5, 3, 2, 3), (5, 4, 28, 28)])
def test_channels_that_come_first_stay(shape):
    pixels = torch.randint(256, shape, dtype=torch.uint8)
    assert ImageData("mine", pixels).images is pixels


def test_true_is_white():
    assert ImageData("mine", PICTURES > 100).images.unique().tolist() == [0, 255]


def test_what_is_given_is_not_changed_and_may_change_later():
    mine = PICTURES.copy()
    mine.flags.writeable = False
    found = ImageData("mine", mine)
    found.images.zero_()
    assert np.array_equal(mine, PICTURES)


def converted(images, call):
    """What `call`, as an error names it, makes of `images`."""
    return eval(call, {"torch": torch, "gancore": gancore, "images": images})


@pytest.mark.parametrize(
    ("images", "ends"),
    [
        (np.float32([0, 0.25, 1]), [0, 64, 255]),
        (np.float64([-1, 0, 1]), [0, 128, 255]),
        (np.float32([0, 128, 255]), [0, 128, 255]),
        (np.float32([0, 1000, 4000]), [0, 64, 255]),
        (np.float32([-10, -6, 10]), [0, 51, 255]),
        (np.int64([0, 1, 1]), [0, 255, 255]),
        (np.uint16([0, 32768, 65535]), [0, 128, 255]),
        (np.int16([-100, -60, 100]), [0, 51, 255]),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [np.asarray, lambda images: images.tolist()], ids=["array", "list"])
def test_numbers_that_could_mean_two_things_are_refused_with_the_call_that_converts_them(images, ends, kind):
    images = kind(np.tile(images[:, None, None, None], (1, 1, 5, 5)))
    with pytest.raises(GancoreError, match=r"The images of mine are .* from .* to ") as caught:
        ImageData("mine", images)
    call = str(caught.value).split("; ")[1].split(" converts them")[0]
    assert ImageData("mine", converted(images, call)).images[:, 0, 0, 0].tolist() == ends


def test_numbers_that_are_not_finite_are_refused_with_the_call_that_takes_them_out():
    images = torch.tensor([0, torch.nan, torch.inf, 1]).view(4, 1, 1, 1)
    with pytest.raises(GancoreError, match=r"nan_to_num\(0, 1, 0\)") as caught:
        ImageData("mine", images)
    call = str(caught.value).split("such as by ")[1].removesuffix(".")
    assert converted(images, call).flatten().tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("shape", "made"),
    [((784,), (1, 28, 28)), ((3072,), (3, 32, 32)), ((28, 28, 4), (3, 28, 28)), ((28, 28, 2), (1, 28, 28))],
)
def test_shapes_that_are_not_those_of_images_are_refused_with_the_call_that_converts_them(shape, made):
    images = np.random.default_rng(0).integers(0, 256, (5, *shape), np.uint8)
    with pytest.raises(GancoreError, match=r"The images of mine have the shape \(5, ") as caught:
        ImageData("mine", images)
    call = re.split(" makes| leaves", str(caught.value).split("; ")[1])[0]
    assert ImageData("mine", converted(images, call)).shape == made


@pytest.mark.parametrize(("shape", "greys", "one"), [((3, 28, 28), 3, (3, 28, 28)), ((1, 28, 28), 1, (1, 28, 28))])
def test_three_axes_that_may_be_one_image_or_several_are_refused_with_both_calls(shape, greys, one):
    images = np.ones(shape, np.uint8)
    with pytest.raises(
        GancoreError, match=r"torch\.as_tensor\(images\)\[:, None\] makes greys of them, and \[None\] one"
    ):
        ImageData("mine", images)
    assert len(ImageData("mine", images[:, None])) == greys
    assert ImageData("mine", images[None]).shape == one


@pytest.mark.parametrize(
    "images",
    [
        [],
        [PICTURES[0], PICTURES[1][:2]],
        "pictures",
        None,
        7,
        np.array(["a"]),
        PICTURES[:0],
        np.ones((1, 1, 1, 1, 1), np.uint8),
    ],
    ids=["none", "two sizes", "text", "nothing", "a number", "words", "empty", "five axes"],
)
def test_what_is_no_array_of_images_is_refused(images):
    with pytest.raises(GancoreError, match="The images of mine") as caught:
        ImageData("mine", images)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1, 2, 1, 0],
        np.array([0, 1, 2, 1, 0]),
        np.uint8([0, 1, 2, 1, 0]),
        torch.tensor([0, 1, 2, 1, 0], dtype=torch.int32),
    ],
    ids=["list", "int64", "uint8", "torch"],
)
@pytest.mark.parametrize(
    "classes",
    [None, ("a", "b", "c"), ["a", "b", "c"], np.array(["a", "b", "c"])],
    ids=["unnamed", "tuple", "list", "array"],
)
def test_whole_numbers_become_labels(labels, classes):
    found = ImageData("mine", PICTURES, labels, classes)
    assert found.labels.dtype == torch.int64
    assert found.labels.tolist() == [0, 1, 2, 1, 0]
    assert found.classes == (tuple("012") if classes is None else ("a", "b", "c"))
    assert found.notes == ()


@pytest.mark.parametrize(
    "kind", [list, np.array, lambda words: np.array(words, dtype=object)], ids=["list", "text", "objects"]
)
def test_words_become_labels_and_name_the_classes(kind):
    found = ImageData("mine", PICTURES, kind(["10", "2", "cat2", "2", "cat"]))
    assert found.classes == ("2", "10", "cat", "cat2")
    assert {type(name) for name in found.classes} == {str}
    assert found.labels.tolist() == [1, 0, 3, 0, 2]
    named = ImageData("mine", PICTURES, kind(["b", "a", "a", "b", "b"]), ("c", "b", "a"))
    assert (named.labels.tolist(), named.classes) == ([1, 2, 2, 1, 1], ("c", "b", "a"))


def test_labels_that_begin_at_1_leave_no_class_empty():
    found = ImageData("mine", PICTURES, [1, 2, 3, 2, 1])
    assert (found.labels.tolist(), found.classes) == ([0, 1, 2, 1, 0], ("1", "2", "3"))
    assert "The labels ran from 1 to 3 and became 0 to 2" in repr(found)
    assert found.subset(torch.tensor([0])).notes == found.notes  # and not once more


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        (np.eye(5)[[0, 1, 2, 1, 0]], None, r"torch\.as_tensor\(labels\)\.argmax\(1\)"),
        (np.array([[0], [1], [2], [1], [0]]), None, r"torch\.as_tensor\(labels\)\.reshape\(-1\)"),
        ([0.0, 1.0, 2.0, 1.0, 0.0], None, r"torch\.as_tensor\(labels\)\.long\(\)"),
        (torch.tensor([0, 1, 1, 1, 0]) > 0, ("a", "b"), r"torch\.as_tensor\(labels\)\.long\(\)"),
        ([1, 2, 3, 2, 1], ("a", "b", "c"), r"from 1 to 3, and it has 3 classes; labels - 1 begins at 0"),
        ([0, 1, 2, 3, 4], ("a", "b", "c"), r"from 0 to 4, and it has 3 classes; they must be 0 to 2"),
        (torch.arange(5), ("a", "b", "c"), r"from 0 to 4, and it has 3 classes; they must be 0 to 2"),
        ([-1, 0, 1, 0, 1], None, r"from -1 to 1; they must be whole numbers from 0"),
        ([0, 1], None, r"5 images and 2 labels; each image needs one"),
        (["a", "b", "a", "b", "d"], ("a", "b"), r"a label 'd'; its classes are called a, b"),
        ([0, "a", None, 1, 2], None, r"The labels of mine are"),
        ([], None, r"5 images and 0 labels|cannot be one array"),
    ],
    ids=["one-hot", "a column", "floats", "bool", "from one", "too large", "too large a tensor", "negative", "too few",
         "unknown", "mixed", "none"],
)  # fmt: skip
def test_labels_that_could_mean_two_things_are_refused_with_the_way_out(labels, classes, message):
    with pytest.raises(GancoreError, match=message) as caught:
        ImageData("mine", PICTURES, labels, classes)
    assert "mine" in str(caught.value)


def test_a_recipe_trains_on_arrays_of_ones_own():
    data = ImageData("mine", np.random.default_rng(0).integers(0, 256, (6, 28, 28, 1), np.uint8), list("aabbcc"))
    trainer = RECIPES["cmlp"].change(batch_size=4, generator_batch_size=None).trainer(data, device="cpu").run(steps=1)
    assert trainer.sample(3, torch.tensor([0, 1, 2])).shape == (3, 1, 28, 28)


def test_notes_are_shown_with_the_data_and_kept_with_its_parts():
    data = ImageData("mine", PICTURES, notes=("They were turned.",))
    assert repr(data) == "mine: 5 images, 1×4×6, no labels\nThey were turned."
    assert data.subset(torch.tensor([0])).notes == data.to("cpu").notes == data.notes
    assert data.sha256 == ImageData("mine", PICTURES).sha256


def test_images_on_any_device_make_a_picture(device):
    images = torch.linspace(-1, 1, 4, device=device)[:, None, None, None].expand(4, 1, 8, 8).requires_grad_()
    sheet = np.asarray(image_grid(images, columns=2))
    assert sheet.shape == (22, 22)
    assert (sheet[5, 5], sheet[15, 15]) == (0, 255)

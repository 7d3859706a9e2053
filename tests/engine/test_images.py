"""Images in memory: what they hold, and the batches drawn from them."""

import torch

from gancore.data import Batches, ImageData, to_float, to_uint8

# Pixels and floats


def test_pixels_survive_the_round_trip_through_floats():
    pixels = torch.arange(256, dtype=torch.uint8)
    floats = to_float(pixels)
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

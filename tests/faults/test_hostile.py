"""Files made to do harm: no code in them runs, and what is absurd is refused within bounds of time and memory."""

import gzip
import html
import json
import os
import pickle
import re
import shutil
import struct
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from helpers.shown import copyist
from helpers.small import content, point_trainer
from ipywidgets import HTML, Box, Widget
from PIL import Image
from safetensors.torch import save

from gancore import data
from gancore.cli import main
from gancore.cli.labels import MOST_LABELS, parse_labels
from gancore.errors import GancoreError
from gancore.metrics.classifier import SHIPPED, load_extractor
from gancore.pretrained import load_pretrained
from gancore.runs.checkpoint import load_checkpoint
from gancore.runs.weights import load_generator
from gancore.system.files import LARGEST
from gancore.widgets.classgrid import ClassGrid
from gancore.widgets.explorer import LatentExplorer
from gancore.widgets.joint import JointExplorer
from gancore.widgets.view import Picture, Status, View
from gancore.widgets.writer import NumberWriter

MOST_SECONDS = 10.0  # of the processor, for refusing anything
MOST_MEMORY = 150e6  # bytes that this process may grow by meanwhile
BOMB = 200 * 10**6  # bytes that come of a small file
COMMON = ("--batch-size", 2, "--device", "cpu", "--quiet")
SCRIPT = "<img src=x onerror=alert(1)>"  # may be the name of a folder


class Intruder:
    """An object whose unpickling makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


@contextmanager
def within_bounds() -> Iterator[None]:
    """Fails what takes longer, or at its peak more memory, than refusing may take."""
    started, before = time.process_time(), psutil.Process().memory_info().rss
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    yield
    assert time.process_time() - started < MOST_SECONDS
    assert peak_memory() - before < MOST_MEMORY


def peak_memory() -> int:
    """The most bytes that this process has held since the peak began anew; elsewhere than on Linux, those it holds."""
    if sys.platform == "linux":
        (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    return psutil.Process().memory_info().rss


def gancore(*arguments: object) -> int:
    """Run the command line in this process; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return ended.value.code or 0


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "run"
    assert gancore("train", "cmodern", "--steps", 1, *COMMON, "--out", folder) == 0
    return folder


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """What appears where a payload has run."""
    return tmp_path / "it ran"


# Payloads


def test_payload_in_a_weights_file_never_runs(run: Path, marker: Path) -> None:
    for write in (pickle.dumps, lambda payload: archived({"format": 2, "weights": payload})):
        (run / "generator.safetensors").write_bytes(write(Intruder(marker)))
        with pytest.raises(GancoreError, match=r"generator\.safetensors is damaged"):
            load_generator(run)
        with pytest.raises(GancoreError, match="is not an extractor"):
            load_extractor(run / "generator.safetensors")
    assert not marker.exists()
    pickle.loads(pickle.dumps(Intruder(marker)))  # and it would have
    assert marker.exists()


def test_payload_in_the_cache_of_the_digits_never_runs(
    tmp_path: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANCORE_CACHE", str(tmp_path))
    np.save(tmp_path / "digits.npy", np.array([Intruder(marker)], dtype=object), allow_pickle=True)
    assert len(data.load("digits")) == 5000
    assert not marker.exists()


def test_picture_that_is_a_program_is_not_run(tmp_path: Path) -> None:
    """Pillow would hand PostScript to Ghostscript, whatever the file is called."""
    program = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 28 28\n%%EndComments\nshowpage\n"
    for index in range(2):
        (tmp_path / f"{index}.png").write_text(program)
    with pytest.raises(GancoreError, match=r"0\.png cannot be read as an image"):
        data.load(tmp_path)


# What is absurdly large


def safetensors_header(header: dict, length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text


@pytest.mark.parametrize(
    "weights",
    [
        safetensors_header({"w": {"dtype": "F32", "shape": [10**6, 10**6, 10**6], "data_offsets": [0, 4 * 10**18]}}),
        safetensors_header({"w": {"dtype": "F32", "shape": [-1, 2**63], "data_offsets": [0, 0]}}),
        safetensors_header({"w": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}) + b"\0" * 4,
        safetensors_header({}, length=2**60),
        struct.pack("<Q", 80_000_000) + b"[" * 80_000_000,
        save({"w": torch.zeros(1)}),
    ],
    ids=["shape", "negative", "shape above content", "header", "nested header", "another"],
)
def test_weights_of_absurd_shape_are_refused_within_bounds(weights: bytes, run: Path) -> None:
    (run / "generator.safetensors").write_bytes(weights)
    with within_bounds():
        with pytest.raises(GancoreError, match=r"generator\.safetensors"):
            load_generator(run)
        with pytest.raises(GancoreError, match=r"generator\.safetensors is not an extractor"):
            load_extractor(run / "generator.safetensors")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("recipe", "latent_dim"), 10**12),
        (("recipe", "latent_dim"), 10**30),
        (("spec", "shape"), [1, 10**6, 10**6]),
        (("spec", "shape"), [10**9, 28, 28]),
        (("spec", "shape"), [1, 28, "28"]),
        (("spec", "shape"), [1, -28, -28]),
        (("spec", "classes"), ["x"] * 10**6),
        (("spec", "classes"), 10),
        (("seed",), "0"),
        (("recipe", "settings", "batch_size"), 10**30),
        (("recipe", "steps"), 1e300),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_settings_of_absurd_size_are_refused_within_bounds(place: tuple, value: object, run: Path) -> None:
    config = json.loads((run / "config.json").read_text())
    inner = config
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    (run / "config.json").write_text(json.dumps(config))
    with within_bounds(), pytest.raises(GancoreError, match=r"config\.json"):
        load_generator(run)


@pytest.mark.parametrize("text", ["[" * 10**6, '{"recipe": ' * 10**5, "1" * 10**6], ids=["lists", "objects", "number"])
def test_settings_nested_without_end_are_refused_within_bounds(text: str, run: Path) -> None:
    (run / "config.json").write_text(text)
    with within_bounds(), pytest.raises(GancoreError, match=r"config\.json cannot be read"):
        load_generator(run)


@pytest.mark.parametrize("classes", [10**9, 10**30, -1])
def test_extractor_of_absurd_size_is_refused_within_bounds(classes: int, tmp_path: Path) -> None:
    path = tmp_path / "extractor.safetensors"
    about = {"data": "x", "shape": "1x28x28", "classes": str(classes), "accuracy": "1", "seed": "0", "fingerprint": "x"}
    path.write_bytes(save({"w": torch.zeros(1)}, about))
    with within_bounds(), pytest.raises(GancoreError, match="is not an extractor"):
        load_extractor(path)


def archived(state: object) -> bytes:
    """`state` as torch archives it."""
    buffer = BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def compressed(state: object, change: Callable[[str, bytes], bytes]) -> bytes:
    """`state` as a compressed checkpoint, after `change` of its members, whose checksums are right."""
    source, target = BytesIO(archived(state)), BytesIO()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.infolist():
            after.writestr(member.filename, change(member.filename, before.read(member)))
    return target.getvalue()


def grown(name: str, old: bytes) -> bytes:
    return bytes(BOMB) if name.endswith("data/0") else old


def refused_checkpoint(path: Path, named: str) -> None:
    with within_bounds(), pytest.raises(GancoreError, match=named):
        load_checkpoint(point_trainer(), path)


def test_checkpoint_that_decompresses_without_end_is_refused_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(compressed({"a": torch.zeros(4)}, grown))
    assert path.stat().st_size < 1e6
    refused_checkpoint(path, r"checkpoint\.pt is damaged")


def test_checkpoint_with_tensors_larger_than_itself_is_refused_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(archived({"format": 2, "generator": torch.zeros(1).expand(10**12)}))
    refused_checkpoint(path, r"checkpoint\.pt is damaged")


def test_checkpoint_that_counts_in_nonsense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    wrong = (("round", "many"), ("round", -1), ("moves", 0.5), ("average_updates", None), ("history", "<b>"))
    for name, value in wrong:
        state = {"format": 2, "history": [], **point_trainer().state_dict(), name: value}
        path.write_bytes(archived(state))
        refused_checkpoint(path, r"checkpoint\.pt is damaged: .*history.*counts")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes a hole out in full, and has no pipes in folders")
def test_checkpoint_without_end_is_refused_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.touch()
    os.truncate(path, 2 * LARGEST)
    refused_checkpoint(path, "larger than")
    path.unlink()
    os.mkfifo(path)
    refused_checkpoint(path, "is no file")


def png(width: int, height: int, rows: bytes, *extra: bytes) -> bytes:
    """A grey PNG that says it has `width` × `height` pixels, with `rows` as what is compressed."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    texts = b"".join(chunk(b"zTXt", b"k\0\0" + text) for text in extra)
    return b"\x89PNG\r\n\x1a\n" + head + texts + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def squeezed(size: int) -> bytes:
    """`size` zeros, compressed to a thousandth."""
    squeezer = zlib.compressobj(1)
    block = bytes(10**6)
    return b"".join(squeezer.compress(block) for _ in range(size // 10**6)) + squeezer.flush()


@pytest.mark.parametrize(
    "picture",
    [
        png(8_000, 8_000, squeezed(64 * 10**6)),
        png(12_000, 12_000, squeezed(10**6)),
        png(60_000, 60_000, squeezed(10**6)),
        png(2**31 - 1, 2**31 - 1, squeezed(10**6)),
        png(28, 28, zlib.compress(bytes(29 * 28)), *[squeezed(64 * 10**6)] * 3),
    ],
    ids=["above our limit", "above Pillow's warning", "above Pillow's limit", "absurd", "text"],
)
def test_pictures_that_decompress_without_end_are_refused_within_bounds(picture: bytes, tmp_path: Path) -> None:
    for index in range(2):
        (tmp_path / f"{index}.png").write_bytes(picture)
    with within_bounds(), pytest.raises(GancoreError, match=r"0\.png (cannot|is too large to) be read"):
        data.load(tmp_path)


@pytest.mark.parametrize(
    ("side", "message"),
    [(30_000, "of the same colour, 128 of 255"), (65_000, r"0\.jpg is too large to be read")],  # grey is what lacks
    ids=["small enough at an eighth", "too large at an eighth"],
)
def test_photographs_that_claim_to_be_enormous_are_refused_within_bounds(
    side: int, message: str, tmp_path: Path
) -> None:
    Image.effect_noise((64, 64), 50).save(tmp_path / "0.jpg")
    content = (tmp_path / "0.jpg").read_bytes()
    claim = content.index(b"\xff\xc0") + 5  # behind the mark of the frame, its length and its bits
    content = content[:claim] + struct.pack(">HH", side, side) + content[claim + 4 :]
    for index in range(2):
        (tmp_path / f"{index}.jpg").write_bytes(content)
    with within_bounds(), pytest.raises(GancoreError, match=message):
        data.load(tmp_path)


def test_pixels_beyond_those_a_picture_has_are_not_decompressed(tmp_path: Path) -> None:
    for index in range(2):
        (tmp_path / f"{index}.png").write_bytes(png(28, 28, squeezed(BOMB)))
    with within_bounds(), pytest.raises(GancoreError, match="of the same colour, 0 of 255"):  # its first zeros
        data.load(tmp_path)


@pytest.mark.parametrize("header", [[2, 28, 28], [2**32 - 1] * 3, [1] * 255], ids=["endless", "absurd", "deep"])
def test_idx_files_that_decompress_without_end_are_refused_within_bounds(header: list[int], tmp_path: Path) -> None:
    path = tmp_path / "train-images-idx3-ubyte.gz"
    with gzip.open(path, "wb", compresslevel=1) as handle:
        handle.write(bytes((0, 0, 8, len(header))) + struct.pack(f">{len(header)}I", *header))
        for _ in range(BOMB // 10**6):
            handle.write(bytes(10**6))
    with within_bounds(), pytest.raises(GancoreError, match=r"train-images-idx3-ubyte\.gz"):
        data.load(tmp_path)


# Archives


def test_archive_as_data_is_refused_and_unpacks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(inside / "evil.zip", "w") as archive:
        archive.writestr("../../evil.png", b"x")
    with tarfile.open(inside / "evil.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../../evil.png"))
    before = content(tmp_path)
    for name in ("evil.zip", "evil.tar"):
        assert gancore("train", "mlp", "--steps", 1, "--data", inside / name, "--out", inside / "run") == 2
        assert "neither a known data set" in capsys.readouterr().err
    assert gancore("train", "mlp", "--steps", 1, "--data", inside, "--out", inside / "run") == 2
    assert content(tmp_path) == before


def test_checkpoint_with_a_way_out_of_its_folder_writes_nothing(run: Path, tmp_path: Path) -> None:
    buffer = BytesIO((run / "checkpoint.pt").read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("checkpoint/../../evil", b"x")
    (run / "checkpoint.pt").write_bytes(buffer.getvalue())
    before = set(tmp_path.rglob("*"))
    assert gancore("train", "cmodern", "--steps", 1, *COMMON, "--out", run, "--resume") in (0, 2)
    assert set(tmp_path.rglob("*")) <= before


# Names with HTML in them


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, dict(attrs)))


def pages(widget: Widget) -> Iterator[str]:
    """What every HTML widget in `widget` shows."""
    if isinstance(widget, Box):
        for child in widget.children:
            yield from pages(child)
    elif isinstance(widget, HTML) or hasattr(widget, "click"):
        yield getattr(widget, "value", "")


def no_script(text: str) -> None:
    for tag, attributes in Elements(text).found:
        assert tag != "script"
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src", "data:").startswith("data:")


def test_html_in_a_class_name_does_not_come_alive_in_a_widget() -> None:
    points = torch.randn(40, 2)
    view = JointExplorer(points, torch.arange(40) % 2, (SCRIPT, f"</div>{SCRIPT}"), (SCRIPT, "y"))
    shown = list(pages(view))
    assert any(html.escape(SCRIPT) in page for page in shown)
    for page in (*shown, view._repr_mimebundle_()["text/html"]):
        no_script(page)


def test_html_in_what_a_view_says_does_not_come_alive() -> None:
    status, picture = Status(), Picture()
    status.say(f"Saved {SCRIPT}")
    picture.draw(Image.new("L", (2, 2)), f'"> {SCRIPT}')
    view = View(SCRIPT, [status], picture)
    for page in (*pages(view), picture.value, view._repr_mimebundle_()["text/html"]):
        no_script(page)
    assert html.escape(SCRIPT) in status.value


@pytest.mark.parametrize(
    "show",
    [
        lambda name: LatentExplorer(load_pretrained("modern"), {name: torch.ones(64)}),
        lambda name: ClassGrid({name: copyist()}),
        lambda name: NumberWriter(copyist(), name),
    ],
    ids=["latent explorer", "class grid", "number writer"],
)
def test_html_in_any_other_name_does_not_come_alive_in_a_widget(show: Callable[[str], View]) -> None:
    view = show(SCRIPT)
    for page in (*pages(view), view._repr_mimebundle_()["text/html"]):
        no_script(page)
    view.close()


@pytest.mark.parametrize("name", [SCRIPT, f"a`{SCRIPT}`", f"a\n\n{SCRIPT}", "`` [x](javascript:alert(1))"], ids=repr)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_html_in_a_folder_name_does_not_come_alive_in_a_model_card(name: str, tmp_path: Path) -> None:
    for kind in (SCRIPT, "other"):
        (tmp_path / name / kind).mkdir(parents=True)
        for index in range(2):
            noise = np.random.default_rng(index).integers(0, 256, (28, 28), np.uint8)
            Image.fromarray(noise).save(tmp_path / name / kind / f"{index}.png")
    assert gancore("train", "cmlp", "--steps", 1, *COMMON, "--data", tmp_path / name, "--out", tmp_path / "run") == 0
    card = (tmp_path / "run" / "README.md").read_text(encoding="utf-8")
    spans = re.compile(r"```.*?```|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
    assert name.split()[-1] in card
    outside = spans.sub("", card)
    assert "<" not in outside
    assert "javascript" not in outside


# Wishes without end


@pytest.mark.parametrize(
    "wishes",
    [
        ("sample", "--count", 10**40),
        ("sample", "--count", 10**6),
        ("sample", "--labels", ",".join(["0-9999"] * 1000)),
        ("evaluate", "--count", 10**6),
    ],
    ids=lambda wishes: " ".join(map(str, wishes))[:30],
)
def test_huge_wishes_are_refused_within_bounds(wishes: tuple, run: Path, capsys: pytest.CaptureFixture) -> None:
    before = content(run)
    command, *options = wishes
    with within_bounds():
        assert gancore(command, run, *options) == 2
    assert capsys.readouterr().err.startswith("gancore: ")
    assert content(run) == before


def test_as_many_labels_as_there_is_room_for_are_understood() -> None:
    assert parse_labels(f"0-{MOST_LABELS - 1}") == list(range(MOST_LABELS))
    with pytest.raises(GancoreError, match=f"{MOST_LABELS:,}"):
        parse_labels(f"0-{MOST_LABELS - 1},0")


def test_extractor_that_ships_is_read_all_the_same() -> None:
    with within_bounds():
        assert load_extractor(SHIPPED["digits"]).classes == 10

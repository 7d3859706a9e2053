"""Device, precision and random streams."""

import mmap
import platform
import time
from collections.abc import Iterator
from statistics import median
from types import SimpleNamespace

import pytest
import torch
from helpers.warm import Python
from torch import nn

from gancore import doctor
from gancore.errors import GancoreError, GancoreWarning
from gancore.system.device import has_fast_bf16, pick_device, pick_precision, why_unusable
from gancore.system.processor import one_thread
from gancore.system.random import as_global, seed_for, seeded

CPU = torch.device("cpu")


def test_auto_takes_the_first_device_that_is_there():
    there = [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available()), ("cpu", True)]
    assert pick_device("auto") == torch.device(next(name for name, present in there if present))
    assert pick_device("auto") == pick_device()


def test_a_device_that_is_there_is_taken(device):
    assert pick_device(device.type) == device
    assert pick_device(f"{device.type}:0") == torch.device(device.type, 0)


@pytest.mark.parametrize("name", ["gpu", "", "CPU", "tpu:0", "meta"])
def test_an_unknown_device_is_refused_with_the_choices(name):
    with pytest.raises(GancoreError) as caught:
        pick_device(name)
    assert repr(name) in str(caught.value)
    assert all(choice in str(caught.value) for choice in ("auto", "cuda", "mps", "cpu"))


@pytest.mark.parametrize("name", ["cpu:1", "cpu:x", "cpu:"])
def test_a_device_number_that_does_not_exist_is_refused(name):
    with pytest.raises(GancoreError, match=f"'{name}'.*cpu:0"):
        pick_device(name)


@pytest.mark.parametrize(
    ("name", "there"), [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
)
def test_an_absent_device_is_refused_with_what_is_usable(name, there):
    if there:
        assert pick_device(name).type == name
        return
    with pytest.raises(GancoreError, match=f"'{name}'.*cpu"):
        pick_device(name)


def test_precision_is_what_was_asked_for(device):
    assert pick_precision("fp32", device) == "fp32"
    assert pick_precision("bf16", device) == "bf16"
    assert pick_precision("auto", device) == ("bf16" if has_fast_bf16(device) else "fp32")


def test_an_unknown_precision_is_refused_with_the_choices():
    with pytest.raises(GancoreError, match=r"'fp16'.*auto, fp32, bf16"):
        pick_precision("fp16", CPU)


def test_auto_takes_bf16_on_the_processor_only_where_it_multiplies_faster():
    if pick_precision("auto", CPU) == "fp32":
        pytest.skip("this processor has no bf16 arithmetic, and auto stays with fp32")
    matrices = {dtype: torch.randn(1024, 1024).to(dtype) for dtype in (torch.float32, torch.bfloat16)}
    seconds = {dtype: [] for dtype in matrices}
    for _ in range(7):  # in turns, so that whatever else the machine does slows down both
        for dtype, matrix in matrices.items():
            started = time.perf_counter()
            matrix @ matrix
            seconds[dtype].append(time.perf_counter() - started)
    assert median(seconds[torch.bfloat16]) < median(seconds[torch.float32])


def test_every_seed_stream_and_rank_has_a_seed_of_its_own():
    seeds = {
        seed_for(seed, stream, rank)
        for seed in range(50)
        for stream in ("weights", "batches", "latents")
        for rank in range(4)
    }
    assert len(seeds) == 50 * 3 * 4
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_seeds_stay_the_same_for_ever():
    # Written down once: another value would change every run that a reader has noted the seed of.
    assert seed_for(0, "weights") == 5194615726227730
    assert seed_for(0, "weights") == seed_for(0, "weights", rank=0)


def test_inside_as_global_random_numbers_continue_the_given_stream(device):
    def stream():
        return torch.Generator(device).manual_seed(5)

    expected = torch.rand(6, generator=stream(), device=device)
    rng = stream()
    with as_global(rng):
        first = torch.rand(2, device=device)
    torch.rand(7, device=device)  # what others draw in between does not disturb it
    with as_global(rng):
        second = torch.rand(4, device=device)
    assert torch.equal(torch.cat([first, second]), expected)


def test_dropout_draws_from_the_given_stream(device):
    dropout, ones = nn.Dropout(0.5), torch.ones(100, device=device)
    found = []
    for _ in range(2):
        torch.rand(3, device=device)
        with as_global(torch.Generator(device).manual_seed(1)):
            found.append(dropout(ones))
    with as_global(torch.Generator(device).manual_seed(2)):
        other = dropout(ones)
    assert torch.equal(*found)
    assert not torch.equal(found[0], other)


def global_numbers(device):
    """The next global random numbers, without using them up."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        return torch.rand(8, device=device)


def test_as_global_leaves_the_global_state_as_it_was(device):
    before = global_numbers(device)
    with as_global(torch.Generator(device).manual_seed(1)):
        torch.rand(100, device=device)
        assert not torch.equal(global_numbers(device), before)
    assert torch.equal(global_numbers(device), before)


def test_as_global_puts_everything_back_when_the_body_raises(device):
    before = global_numbers(device)
    rng = torch.Generator(device).manual_seed(1)
    expected = torch.rand(4, generator=torch.Generator(device).manual_seed(1), device=device)

    def draw_and_fail():
        with as_global(rng):
            torch.rand(2, device=device)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        draw_and_fail()
    assert torch.equal(global_numbers(device), before)
    assert torch.equal(torch.rand(2, generator=rng, device=device), expected[2:])


def test_one_thread_is_one_while_inside_and_as_many_as_before_afterwards():
    def compute_and_fail():
        with one_thread():
            assert torch.get_num_threads() == 1
            raise RuntimeError("stop")

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with pytest.raises(RuntimeError, match="stop"):
            compute_and_fail()
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


# As a step does it: many blocks in use at once, then all of them freed. The first rounds make the heap grow.
FREES_AND_ASKS_AGAIN = """
import ctypes, resource
from gancore import data
from gancore.training import recipes

libc, size = ctypes.CDLL(None), 4 << 20
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

def frees_and_asks_again():
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        blocks = [libc.malloc(size) for _ in range(10)]
        for block in blocks:
            ctypes.memset(block, 1, size)
        for block in blocks:
            libc.free(block)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

frees_and_asks_again()
recipes.get_recipe("dcgan").trainer(data.load(), device="cpu")
frees_and_asks_again()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="speaks of the memory of glibc")
def test_once_there_is_a_trainer_memory_that_a_step_frees_is_there_for_the_next():
    before, after = map(int, Python("-c", FREES_AND_ASKS_AGAIN).finish().stdout.split())
    pages = 10 * (4 << 20) // mmap.PAGESIZE
    assert after < pages / 100
    assert before > pages / 2


def test_inside_seeded_the_processors_random_numbers_are_those_of_the_seed():
    torch.manual_seed(7)
    expected = torch.randn(5), torch.rand(3)
    torch.manual_seed(1)
    torch.randn(3)
    before = global_numbers(torch.device("cpu"))
    with seeded(7):
        assert torch.equal(torch.randn(5), expected[0])
        assert torch.equal(torch.rand(3), expected[1])
    assert torch.equal(global_numbers(torch.device("cpu")), before)


def test_seeded_leaves_the_random_numbers_of_gpus_alone(monkeypatch):
    sown = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", sown.append)
    with seeded(7):
        torch.rand(1)
    assert sown == []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
    assert sown == [7]  # which is what it would have done without


# A GPU that PyTorch sees


def seen_gpu(monkeypatch: pytest.MonkeyPatch, name: str, capability: tuple[int, int], trouble: str = "") -> None:
    """Have PyTorch see a CUDA device of this name; each kernel there ends in `trouble`, if there is any."""
    major, minor = capability
    about = SimpleNamespace(name=name, total_memory=8_510_000_000, major=major, minor=minor)
    ones = torch.ones

    def on_cpu(*size: int, device: torch.device = CPU) -> torch.Tensor:
        if trouble and device.type == "cuda":
            raise RuntimeError(f"{trouble}\nCUDA kernel errors might be asynchronously reported")
        return ones(*size)

    why_unusable.cache_clear()
    monkeypatch.setattr(torch, "ones", on_cpu)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: about)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)


@pytest.fixture
def no_memory_of_devices() -> Iterator[None]:
    """What was found of a GPU that was only played is forgotten."""
    yield
    why_unusable.cache_clear()


NO_KERNEL = "CUDA error: no kernel image is available for execution on the device"


@pytest.mark.usefixtures("no_memory_of_devices")
def test_auto_passes_over_a_gpu_that_cannot_compute_and_says_which_wheel_serves_it(monkeypatch):
    seen_gpu(monkeypatch, "NVIDIA GeForce GTX 1080", (6, 1), NO_KERNEL)
    with pytest.warns(
        GancoreWarning, match=r"GTX 1080 \(9 GB, capability 6.1\).*no kernel image.*whl/cu126.*processor"
    ):
        assert pick_device() == CPU
    with pytest.raises(GancoreError, match=r"GTX 1080.*whl/cu126.*--device cpu"):
        pick_device("cuda")


@pytest.mark.usefixtures("no_memory_of_devices")
def test_a_gpu_newer_than_pytorch_is_not_told_to_take_an_older_one(monkeypatch):
    seen_gpu(monkeypatch, "NVIDIA of tomorrow", (99, 0), NO_KERNEL)
    with pytest.warns(GancoreWarning, match=r"capability 99.0\).*get-started") as told:
        assert pick_device() == CPU
    assert "cu126" not in str(told[0].message)


@pytest.mark.usefixtures("no_memory_of_devices")
def test_bf16_is_refused_on_a_card_that_has_none(monkeypatch):
    seen_gpu(monkeypatch, "Tesla T4", (7, 5))
    cuda = pick_device()
    assert cuda == torch.device("cuda")
    assert pick_precision("auto", cuda) == "fp32"
    with pytest.raises(GancoreError, match=r"Tesla T4 \(9 GB, capability 7.5\) has no bf16.*8.0.*fp32"):
        pick_precision("bf16", cuda)
    seen_gpu(monkeypatch, "NVIDIA A100", (8, 0))
    assert pick_precision("bf16", cuda) == "bf16"


@pytest.mark.usefixtures("no_memory_of_devices")
def test_doctor_names_a_gpu_that_cannot_compute_and_times_the_processor(monkeypatch):
    seen_gpu(monkeypatch, "NVIDIA GeForce GTX 1080", (6, 1), NO_KERNEL)
    monkeypatch.setattr(doctor, "timed_rounds", lambda device: (SimpleNamespace(device=CPU, precision=device), 0.01))
    row, _ = doctor.look_at_device()
    assert row.found == "cpu in cpu, 10 ms a round of chapter 07"
    assert not row.good
    assert "GTX 1080 (9 GB, capability 6.1)" in row.advice
    assert "whl/cu126" in row.advice


@pytest.mark.usefixtures("no_memory_of_devices")
def test_doctor_ends_in_a_row_where_a_gpu_fails_only_in_a_game(monkeypatch):
    seen_gpu(monkeypatch, "NVIDIA A100", (8, 0))

    def timed(device: str) -> tuple[SimpleNamespace, float]:
        if device != "cpu":
            raise RuntimeError("CUDA error: out of memory\nand more")
        return SimpleNamespace(device=CPU, precision="fp32"), 0.01

    monkeypatch.setattr(doctor, "timed_rounds", timed)
    row, seconds = doctor.look_at_device()
    assert (row.good, seconds) == (False, 0.01)
    assert "CUDA error: out of memory" in row.advice
    assert "and more" not in row.advice


@pytest.mark.usefixtures("no_memory_of_devices")
def test_doctor_names_a_gpu_that_computes_with_its_memory_and_capability(monkeypatch):
    seen_gpu(monkeypatch, "NVIDIA A100", (8, 0))
    monkeypatch.setattr(
        doctor, "timed_rounds", lambda _: (SimpleNamespace(device=torch.device("cuda"), precision="bf16"), 0.001)
    )
    row, _ = doctor.look_at_device()
    assert row.found == "cuda, NVIDIA A100 (9 GB, capability 8.0), in bf16, 1 ms a round of chapter 07"
    assert row.good

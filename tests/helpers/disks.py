"""Disks that are small, and folders that cannot be written, not even by root."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="the fault is made as Linux makes it")
CAPABILITIES_VERSION = 0x20080522  # of Linux's capset
OVERRIDE = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, by which root may write and read anywhere


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """A file system of `size` bytes at `place`. Skips the test where this process may not make one."""
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no small disk: {error}")
    if done.returncode:
        pytest.skip(f"no small disk: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """While inside, nothing in `folder` can be changed, not even by root."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for each in folders:
        each.chmod(0o500)
    restore = give_up_override()
    try:
        yield
    finally:
        restore()
        for each in folders:
            each.chmod(0o700)


@contextmanager
def forbidden(path: Path) -> Iterator[None]:
    """While inside, `path` cannot be read, not even by root."""
    before = path.stat().st_mode
    path.chmod(0)
    restore = give_up_override()
    try:
        yield
    finally:
        restore()
        path.chmod(before)


def give_up_override() -> Callable[[], None]:
    """Make permissions bind this thread even where root runs it; returns what takes that back."""
    if os.geteuid() != 0:
        return lambda: None
    libc = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    before, now = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    now[:] = before[:]
    now[0] &= ~OVERRIDE
    assert libc.capset(header, now) == 0
    return lambda: libc.capset(header, before)

"""What the process of a submission may take, and what this system can hold it to."""

import ctypes
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER and CLONE_NEWNET of Linux


@dataclass(frozen=True)
class Limits:
    """What one notebook may take, in seconds and bytes.

    `step` is for a cell or a question, and counts what the process computes; `notebook` is for all of it, by the clock,
    of which a step that is stopped counts as no more than `step`.
    """

    step: float = 60
    notebook: float = 300
    memory: int = 2 * 2**30  # beside what the package itself takes: as much as any chapter may
    file: int = 2**30


USUAL = Limits()


def leave_network() -> bool:
    """Cut this process, which must have one thread only, off from every network. Whether the system let it."""
    if not sys.platform.startswith("linux"):
        return False
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_USER | NEW_NETWORK):
        return False
    with suppress(OSError):  # without a name of its own the process goes on as nobody
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def limit_memory(limits: Limits) -> None:
    """Let this process take `limits.memory` beside what it has, and write no file beyond `limits.file`.

    Only Linux holds a process to it; elsewhere the process that started this one looks on.
    """
    if sys.platform.startswith("linux"):
        import resource

        status = Path("/proc/self/status").read_text().split("VmData:")[1]
        most = int(status.split()[0]) * 1024 + limits.memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file, limits.file))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""How tests are run, and what several files share: the embedded digits, the devices, no way to other machines."""

import gc
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
import torch

from gancore import data

BROWSER = "tests/browser/"


def pytest_configure(config: pytest.Config) -> None:
    """Chapters run in kernels that are forked."""
    if config.getoption("nbval", False):
        from helpers.warm import forked_kernels
        from nbval import kernel

        kernel.start_new_kernel = forked_kernels()(kernel.start_new_kernel)


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: no search for garbage needs to go through it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """All tests in the browser go to one process, which opens JupyterLab once."""
    from xdist.scheduler import LoadScopeScheduling

    class InOneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)

    return InOneBrowser(config, log) if config.getoption("dist") == "loadscope" else None


class ConnectionTried(Exception):
    """Something connected to another machine, or asked for its address. No OSError, which many would swallow."""


def is_here(host: str | None) -> bool:
    """Whether `host` is this machine."""
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_other_machine() -> Iterator[None]:
    """Fails every test in which Python connects to another machine, and not to a server of the test's own."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def closed_look_up(host: str | None, *arguments: object, **named: object) -> list:
        if not is_here(host):
            raise ConnectionTried(host)
        return look_up(host, *arguments, **named)

    def closed_connect(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            raise ConnectionTried(address)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", closed_look_up)
        patch.setattr(socket.socket, "connect", closed_connect)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_predictions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of these tests' own for what a reader foresaw."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("predictions") / "predictions.json"
        patch.setenv("GANCORE_PREDICTIONS", str(path))
        yield path


@pytest.fixture(scope="session", autouse=True)
def nothing_shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test shares what the person who runs it has agreed to share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANCORE_SHARE", str(tmp_path_factory.mktemp("consent") / "share.json"))
        yield


@pytest.fixture(scope="session")
def digits() -> data.ImageData:
    return data.load()


@pytest.fixture(params=["cpu", "cuda"])
def device(request) -> torch.device:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return torch.device(request.param)

"""Nothing connects to anywhere: the core, and all of these tests, run with every way to another machine closed."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest
from conftest import ConnectionTried
from helpers.warm import Python

PROGRAM = """
import socket, sys

def closed(*arguments, **named):
    sys.exit(f"a connection was tried: {arguments}")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, closed)
socket.create_connection = socket.getaddrinfo = closed

def gancore(*arguments):
    from gancore.cli import main
    try:
        main([str(each) for each in arguments])
    except SystemExit as ended:
        assert not ended.code, (arguments, ended.code)

"""
CORE = """
gancore("train", "cmodern", "--steps", 2, "--batch-size", 4, "--device", "cpu", "--out", "run", "--quiet")
gancore("sample", "run", "--count", 4)
gancore("evaluate", "run", "--count", 100)
from gancore.pretrained import load_pretrained
load_pretrained("modern").sample(1)
from gancore.generative import GaussianNaiveBayes
from gancore.data import load, to_float
digits = load("digits")
GaussianNaiveBayes().fit(to_float(digits.images[:100]), digits.labels[:100]).sample(1)
"""
ONLINE = """
print("all of it", flush=True)
gancore("train", "mlp", "--data", "fashion", "--steps", 1, "--out", "run")
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess:
    """What is done without a connection, and then what needs one, in an empty folder with an empty cache."""
    folder = tmp_path_factory.mktemp("offline")
    environment = {"GANCORE_CACHE": str(folder / "cache"), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    environment["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", "1")  # another test may run beside this one
    return Python("-c", PROGRAM + CORE + ONLINE, env=environment, cwd=folder).finish()


def test_training_drawing_and_grading_work_without_any_connection(done: subprocess.CompletedProcess) -> None:
    assert "all of it" in done.stdout.splitlines(), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the environment of the process above lacks what Windows needs")
def test_a_connection_would_have_been_noticed(done: subprocess.CompletedProcess) -> None:
    assert done.returncode != 0
    assert "a connection was tried" in done.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_every_test_of_this_suite_fails_where_it_connects_to_another_machine(host: str) -> None:
    with pytest.raises(ConnectionTried, match=host):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{host}/", timeout=5)
    with socket.socket() as probe, pytest.raises(ConnectionTried, match=host):
        probe.connect((host, 80))

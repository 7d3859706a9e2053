"""The server of these tests is gone when they are, even when they are killed, and its kernels with it."""

import os
import subprocess
import sys

import psutil  # comes with ipykernel
from helpers.lab import SECONDS_TO_STOP

TESTS_THAT_ARE_KILLED = """
import sys, time, urllib.request
from pathlib import Path
from helpers.lab import Lab

lab = Lab(Path(sys.argv[1]))
urllib.request.urlopen(urllib.request.Request(lab.url("/api/kernels"), data=b"{}", method="POST")).close()
print("ready", flush=True)
time.sleep(600)
"""


def command_line(process: psutil.Process) -> str:
    """Empty for one that has ended: a server that starts has children of a moment."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def test_server_and_kernel_end_when_the_tests_are_killed(tmp_path):
    command = [sys.executable, "-c", TESTS_THAT_ARE_KILLED, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as tests:
        try:
            said = tests.stdout.readline()
            started = psutil.Process(tests.pid).children(recursive=True)
            lines = [command_line(process) for process in started]
        finally:
            tests.kill()
    assert said == "ready\n"
    assert [sum(name in line for line in lines) for name in ("-m jupyterlab", "ipykernel_launcher")] == [2, 1]
    left = psutil.wait_procs(started, SECONDS_TO_STOP)[1]
    assert left == []

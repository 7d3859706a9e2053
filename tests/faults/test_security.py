"""JupyterLab is for this machine's reader alone, the packages below us are audited, and a page says what is trusted."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import distributions
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest
from helpers.lab import COMMAND, LEASH, REPOSITORY, SECONDS_TO_START, SECONDS_TO_STOP, environment, free_port
from packaging.utils import canonicalize_name
from packaging.version import Version

LINES_OF_A_PAGE = 50
OF_PYTHON = {"pip", "setuptools"}  # come with Python's own venv


def text_of(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


# JupyterLab


def options_of_make_lab() -> list[str]:
    makefile = text_of("Makefile").replace("\\\n", " ")
    assert "-m jupyterlab $(LAB_FLAGS)" in makefile
    (flags,) = re.findall(r"^LAB_FLAGS = (.*)$", makefile, re.MULTILINE)
    return shlex.split(flags.replace("--ServerApp.port=$(PORT)", ""))


def options_of_readme() -> list[str]:
    """What follows JupyterLab's name, which is the same in all of its commands but for the slashes of Windows.

    A chapter stands in for the reader's own copy of it, which these tests do not make.
    """
    commands = re.findall(r"^.*(?:-m jupyterlab|^jupyter lab)\b(.*)$", text_of("README.md"), re.MULTILINE)
    assert len(commands) >= 3
    (options,) = {command.replace("\\", "/").strip() for command in commands}
    return shlex.split(options.replace("my/", "course/"))


STARTS = {"make lab": options_of_make_lab, "README": options_of_readme, "browser tests": lambda: COMMAND[2:]}


@pytest.fixture(scope="module", params=STARTS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    """JupyterLab as we start it, on another port and without a browser; what it tells of itself."""
    folder = tmp_path_factory.mktemp("lab")
    own = ["--no-browser", "--allow-root", f"--ServerApp.port={free_port()}"]
    command = [sys.executable, "-m", "jupyterlab", *STARTS[request.param](), *own]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", LEASH, *command],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | environment(folder),
            start_new_session=True,
        )
    try:
        yield wait_until_it_answers(folder)
    finally:
        process.stdin.close()
        process.wait(2 * SECONDS_TO_STOP)


def wait_until_it_answers(folder: Path) -> dict:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        for path in folder.rglob("jpserver-*.json"):
            try:
                about = json.loads(path.read_text())
                status(f"{about['url']}api?token={about['token']}")
                return about
            except (OSError, ValueError):
                pass  # not yet
        time.sleep(0.1)
    raise TimeoutError((folder / "log.txt").read_text())


def status(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_jupyterlab_listens_on_loopback_only(server: dict) -> None:
    connections = psutil.Process(server["pid"]).net_connections("inet")
    listening = [each.laddr for each in connections if each.status == psutil.CONN_LISTEN]
    assert server["port"] in {port for _, port in listening}
    assert all(ip_address(address).is_loopback for address, _ in listening), listening


def test_jupyterlab_answers_nobody_without_its_token(server: dict) -> None:
    assert len(server["token"]) >= 32
    address = f"{server['url']}api/contents"
    assert status(address) == status(f"{address}?token=x") == status(address, Authorization="token x") == 403
    assert status(f"{address}?token={server['token']}") == 200


# Dependencies


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The version of every package beside this one, as a file of requirements."""
    pins = {canonicalize_name(each.name): Version(each.version).public for each in distributions()}
    path = tmp_path / "installed.txt"
    path.write_text("".join(f"{name}=={pins[name]}\n" for name in sorted(pins.keys() - OF_PYTHON - {"gancore"})))
    return path


def audit(requirements: Path, *more: str) -> subprocess.CompletedProcess:
    options = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", *more)
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def weaknesses(requirements: Path) -> list[str]:
    """The known weaknesses that a newer version does not have. Skips the test where there is no answer."""
    done = audit(requirements)
    if not done.stdout:
        pytest.skip(f"dependencies are not audited: {done.stderr.splitlines()[-1]}")
    return [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions'])}"
        for package in json.loads(done.stdout)["dependencies"]
        for weakness in package.get("vulns", ())
        if weakness["fix_versions"]
    ]


def test_every_package_that_a_reader_installs_is_audited(installed: Path) -> None:
    names = re.findall("^[^=]+", installed.read_text(), re.MULTILINE)
    assert {"torch", "pillow", "jupyterlab", "tornado", "jinja2"} <= set(names)
    assert f"audited {len(names)} packages" in audit(installed, "--dry-run").stderr  # which asks nobody


@pytest.mark.skipif("CI" not in os.environ, reason="dependencies are audited in CI, which may ask another machine")
def test_no_package_has_a_known_weakness_that_is_mended_in_a_newer_version(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "weak.txt").write_text("flask==0.5")
    if not any("PYSEC-2019-179" in each for each in weaknesses(tmp_path / "weak.txt")):
        pytest.skip("dependencies are not audited: the package index here has no database of weaknesses")
    assert weaknesses(installed) == []


# SECURITY.md


def test_security_md_is_a_page_on_what_is_trusted_what_is_not_and_how_to_report() -> None:
    page = text_of("SECURITY.md")
    assert len(page.splitlines()) <= LINES_OF_A_PAGE
    assert "**Trusted:**" in page
    assert "**Not trusted:**" in page
    assert "## How to report" in page

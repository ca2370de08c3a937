"""Servers that tests talk to: real processes on free ports, stopped whatever happens."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail if anything was skipped")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--no-skips") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Tests were skipped, which --no-skips forbids.", red=True)
        terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED


REDIS = shutil.which("redis-server")
START_SECONDS = 30.0
STOP_SECONDS = 10.0
ADMIN_KEY = "administrators-key-of-the-tests"


@dataclass
class ArchiveProcess:
    """An archive in a process of its own."""

    process: subprocess.Popen[bytes]
    address: str
    output: Path
    folder: Path

    def stop(self) -> int:
        """End it as its starter's end would: by closing its standard input. Return its exit status."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def start_process(folder: Path, **environment: str) -> ArchiveProcess:
    """Start an archive on a free port and wait until it says where it listens.

    Raises
    ------
    RuntimeError
        With all it printed, if it ends or says nothing for too long.
    """
    output = folder.with_suffix(".out")
    arguments = ["--port", "0", "--data", str(folder), "--stop-with-parent"]
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "aurorax_dashboard.archive", *arguments],
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in output.read_text().splitlines():
            if line.startswith("AuroraX archive (simulated) at "):
                return ArchiveProcess(process, line.rpartition(" ")[2], output, folder)
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError(f"The archive did not start. It printed:\n{output.read_text()}")


@pytest.fixture
def start_archive(tmp_path: Path) -> Iterator[Callable[..., ArchiveProcess]]:
    """Start archives of the test's own; those still running are stopped after it."""
    started: list[ArchiveProcess] = []

    def start(name: str = "archive", **environment: str) -> ArchiveProcess:
        started.append(start_process(tmp_path / name, **environment))
        return started[-1]

    yield start
    for archive in started:
        archive.stop()


@pytest.fixture(scope="module")
def start_for_module(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., ArchiveProcess]]:
    """Start archives that the tests of one module share."""
    started: list[ArchiveProcess] = []

    def start(folder: Path | None = None, **environment: str) -> ArchiveProcess:
        folder = folder or tmp_path_factory.mktemp("archive") / "data"
        started.append(start_process(folder, **environment))
        return started[-1]

    yield start
    for archive in started:
        _stop_well(archive)


def _stop_well(archive: ArchiveProcess) -> None:
    status = archive.stop()
    printed = archive.output.read_text()
    assert status == 0, printed
    assert "Traceback" not in printed, printed


@pytest.fixture(scope="session")
def archive_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an archive that all tests share, and that nobody may change."""
    archive = start_process(tmp_path_factory.mktemp("archive") / "data")
    yield archive.address
    _stop_well(archive)


@pytest.fixture(scope="session")
def admin_key() -> str:
    """The administrator's key of the `writable_archive`."""
    return ADMIN_KEY


@pytest.fixture(scope="session")
def writable_archive(
    tmp_path_factory: pytest.TempPathFactory, admin_key: str
) -> Iterator[ArchiveProcess]:
    """An archive that all tests share, and to which each may add what is its own."""
    archive = start_process(tmp_path_factory.mktemp("writable") / "data", ARCHIVE_ADMIN_KEY=admin_key)
    yield archive
    _stop_well(archive)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server that all tests share."""
    if REDIS is None:
        pytest.skip("needs Redis (apt-get install redis-server)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(
        [REDIS, "--port", str(port), "--dir", str(folder), "--save", "", "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(STOP_SECONDS)

"""`make run` on a fresh machine: starts with nothing set, stops whole."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


Started = tuple[subprocess.Popen[bytes], str, Path]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Start what `make run` starts, in an environment with nothing in it but a free port."""
    started: list[subprocess.Popen[bytes]] = []

    def run(command: Sequence[str] = (sys.executable, "app.py"), **more: str) -> Started:
        output = tmp_path / "output.txt"
        environment = {"PORT": "0", "DASHBOARD_DATA": str(tmp_path / "data"), "PATH": os.defpath}
        with output.open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**environment, **more},
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            found = re.search(r"AuroraX Dashboard at (http://\S+)", output.read_text())
            if found:
                return process, found[1], output
            time.sleep(0.05)
        raise AssertionError(output.read_text())

    yield run
    for process in started:
        for member in _group(process.pid):
            member.kill()
        process.wait()


def _group(leader: int) -> list[psutil.Process]:
    """Return all processes of the session that `leader` began, whoever their parent is by now."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_everything_starts_and_nothing_is_left_behind(
    start: Callable[..., Started], ending: signal.Signals
) -> None:
    process, address, output = start()
    assert httpx.get(address, timeout=30).status_code == 200
    archive = re.search(r"AURORAX_API_URL\s+(\S+)", output.read_text())
    assert archive is not None
    assert httpx.get(archive[1], timeout=30).json()["simulated"] is True
    assert len(_group(process.pid)) >= 3
    process.send_signal(ending)
    process.wait(30)
    deadline = time.monotonic() + 15
    while _group(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _group(process.pid) == []
    assert "Traceback" not in output.read_text()


def procfile(kind: str) -> str:
    lines = (REPOSITORY / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)[kind]


def test_on_a_paas_it_is_reached_by_the_name_that_it_has_there(start: Callable[..., Started]) -> None:
    _, address, _ = start(
        ["sh", "-c", f"exec {procfile('web')}"],
        PATH=f"{Path(sys.executable).parent}:{os.defpath}",
        AURORAX_API_URL="http://127.0.0.1:9",
    )
    assert address.startswith("http://0.0.0.0:")
    # Proxies are believed where PROXY_HOPS says so, and none of them sends the last of these.
    headers = {"Host": "our-group.paas.example", "SCRIPT_NAME": "/elsewhere"}
    assert httpx.get(address, headers=headers, timeout=30).status_code == 200


def test_a_worker_without_redis_says_what_it_needs(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", *procfile("worker").split()],
        cwd=REPOSITORY,
        env={"DASHBOARD_DATA": str(tmp_path), "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "A worker needs REDIS_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("wrong", [{"PORT": "many"}, {"DASHBOARD_DATA": "/dev/null"}], ids=str)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, wrong: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "app.py"],
        cwd=REPOSITORY,
        env={"DASHBOARD_DATA": str(tmp_path), **wrong},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert next(iter(wrong)) in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_archive_that_is_killed_comes_back_under_its_address(
    start: Callable[..., Started],
) -> None:
    process, _, output = start()
    found = re.search(r"AURORAX_API_URL\s+(\S+)", output.read_text())
    assert found is not None
    sources = f"{found[1]}/api/v1/data_sources"
    before = httpx.get(sources, timeout=30).json()
    [archive] = [each for each in _group(process.pid) if "--socket" in each.cmdline()]
    archive.kill()
    assert httpx.get(sources, timeout=60).json() == before  # who asks meanwhile waits
    assert "ended by SIGKILL; it starts again" in output.read_text()

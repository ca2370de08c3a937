"""The archive as a process: how it starts, stops, restarts."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

SEARCH = {
    "data_sources": {"programs": ["swarm"]},
    "start": "2014-01-01T00:00:00",
    "end": "2023-12-31T23:59:59",
}

ENOUGH = "100000000"
"""Records, so that a search of ten years ends by its time and not by its size."""


STOP_SECONDS = 5
"""About one on an idle machine; searches that go on would take minutes."""


def status(archive: Any, request_id: str) -> dict[str, Any]:
    address = f"{archive.address}/api/v1/ephemeris/requests/{request_id}"
    answer: dict[str, Any] = httpx.get(address, timeout=30).json()
    return answer


def submitted(archive: Any, **changes: Any) -> str:
    answer = httpx.post(
        f"{archive.address}/api/v1/ephemeris/search", json={**SEARCH, **changes}, timeout=30
    )
    return answer.headers["location"].rpartition("/")[2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_while_searching(
    start_archive: Callable[..., Any], number: signal.Signals
) -> None:
    archive = start_archive(ARCHIVE_MAX_RECORDS=ENOUGH)
    request_id = submitted(archive)
    while len(status(archive, request_id)["logs"]) < 2:
        time.sleep(0.01)
    assert status(archive, request_id)["search_result"]["completed_timestamp"] is None
    asked = time.monotonic()
    archive.process.send_signal(number)
    assert archive.process.wait(10) == 0
    assert time.monotonic() - asked < STOP_SECONDS
    assert archive.output.read_text().splitlines() == [
        f"AuroraX archive (simulated) at {archive.address}"
    ]


def test_it_stops_with_its_parent(start_archive: Callable[..., Any]) -> None:
    archive = start_archive()
    assert archive.stop() == 0


def test_searches_survive_a_restart(start_archive: Callable[..., Any]) -> None:
    first = start_archive(ARCHIVE_MAX_RECORDS=ENOUGH)
    done = submitted(first, end="2014-01-01T01:00:00")
    while status(first, done)["search_result"]["completed_timestamp"] is None:
        time.sleep(0.05)
    before = httpx.get(f"{first.address}/api/v1/ephemeris/requests/{done}/data", timeout=30).json()
    running = submitted(first)
    first.process.kill()
    first.process.wait()
    again = start_archive(ARCHIVE_MAX_RECORDS=ENOUGH)
    after = httpx.get(f"{again.address}/api/v1/ephemeris/requests/{done}/data", timeout=30).json()
    assert after == before
    resumed = status(again, running)
    assert resumed["search_result"]["completed_timestamp"] is None
    assert any("restarted" in line["summary"] for line in resumed["logs"])


def test_one_folder_has_one_archive(start_archive: Callable[..., Any], tmp_path: Path) -> None:
    start_archive()
    second = subprocess.run(
        [
            sys.executable,
            "-m",
            "aurorax_dashboard.archive",
            "--port",
            "0",
            "--data",
            str(tmp_path / "archive"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert "already uses" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_wrong_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_WORKERS", "none")
    refused = subprocess.run(
        [sys.executable, "-m", "aurorax_dashboard.archive", "--port", "0", "--data", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert refused.returncode == 1
    assert "ARCHIVE_WORKERS" in refused.stderr

"""Two hundred searches at once, and a result larger than the memory it may take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx
import psutil
import pytest

SEARCHES = 200
MOST_MB = 500
PATIENCE_S = 100
"""From the first submission to the end of the last search, on a busy machine."""
SLOWEST_STATUS_S = 1.0

PATH = "/api/v1/conjunctions"
FIRST_DAY = datetime.fromisoformat("2019-01-01T00:00:00")


def query(number: int) -> dict[str, Any]:
    """Return a search of two days; no two are the same."""
    start = FIRST_DAY + timedelta(hours=number)
    return {
        "start": start.isoformat(),
        "end": (start + timedelta(days=2)).isoformat(),
        "conjunction_types": ["nbtrace"],
        "ground": [{"programs": ["themis-asi"]}],
        "space": [{"programs": ["swarm"]}],
        "max_distances": {"ground1-space1": 300},
    }


def searched(client: httpx.Client, number: int, deadline: float) -> dict[str, Any]:
    """Submit a search, again while the archive has no place for it, and return its last status."""
    while (answer := client.post(f"{PATH}/search", json=query(number))).status_code == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert time.monotonic() < deadline, "no place in the queue"
        time.sleep(0.3)
    assert answer.status_code == 202, answer.text
    path = httpx.URL(answer.headers["location"]).path
    while (status := client.get(path).json())["search_result"]["completed_timestamp"] is None:
        assert time.monotonic() < deadline, status
        time.sleep(0.5)
    return status


@pytest.mark.timeout(180)
def test_all_of_many_searches_end_while_the_archive_answers(start_archive: Callable[..., Any]) -> None:
    archive = start_archive()
    process = psutil.Process(archive.process.pid)
    waits: list[float] = []
    memory_mb: list[float] = []
    ended = threading.Event()

    # Before all others, who leave no place in the queue.
    first = httpx.post(f"{archive.address}{PATH}/search", json=query(SEARCHES))
    path = httpx.URL(first.headers["location"]).path

    def watch() -> None:
        with httpx.Client(base_url=archive.address, timeout=30) as client:
            while not ended.wait(0.1):
                begun = time.monotonic()
                assert client.get(path).status_code == 200
                waits.append(time.monotonic() - begun)
                memory_mb.append(process.memory_info().rss / 1e6)

    limits = httpx.Limits(max_connections=SEARCHES)
    deadline = time.monotonic() + PATIENCE_S
    with (
        ThreadPoolExecutor(SEARCHES + 1) as pool,
        httpx.Client(base_url=archive.address, timeout=60, limits=limits) as client,
    ):
        watching = pool.submit(watch)
        try:
            asked = [pool.submit(searched, client, n, deadline) for n in range(SEARCHES)]
            statuses = [each.result() for each in asked]
        finally:
            ended.set()
        watching.result()
    assert [each["search_result"]["error_condition"] for each in statuses] == [False] * SEARCHES
    assert any(each["search_result"]["result_count"] for each in statuses)
    assert max(memory_mb) < MOST_MB
    assert sorted(waits)[len(waits) * 95 // 100] < SLOWEST_STATUS_S


def test_a_large_result_is_passed_on_piece_by_piece(start_archive: Callable[..., Any]) -> None:
    archive = start_archive()
    process = psutil.Process(archive.process.pid)
    month = {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-25T00:00:00",
        "data_sources": {"programs": ["swarm"]},
    }
    with httpx.Client(base_url=archive.address, timeout=60) as client:
        path = httpx.URL(client.post("/api/v1/ephemeris/search", json=month).headers["location"]).path
        while client.get(path).json()["search_result"]["completed_timestamp"] is None:
            time.sleep(0.1)
        received_mb = more_mb = 0.0
        before_mb = process.memory_info().rss / 1e6
        with client.stream("GET", f"{path}/data") as answer:
            for piece in answer.iter_bytes(1_000_000):
                received_mb += len(piece) / 1e6
                more_mb = max(more_mb, process.memory_info().rss / 1e6 - before_mb)
    assert received_mb > 50
    assert more_mb < received_mb / 2

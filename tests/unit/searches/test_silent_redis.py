"""A Redis that takes connections and says nothing: nobody waits for it long, nor again and again."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from aurorax_dashboard.api import bytestore
from aurorax_dashboard.api.bytestore import RedisStore
from aurorax_dashboard.searches import quota, workers
from aurorax_dashboard.searches.keep import KeepError, RedisKeep
from aurorax_dashboard.searches.quota import Quota
from aurorax_dashboard.searches.workers import WorkerManager

WAIT_S = 0.2


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for module in (bytestore, quota, workers):
        monkeypatch.setattr(module, "_BUSY_S", WAIT_S)
    monkeypatch.setattr(workers, "_SILENCE_S", WAIT_S)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_what_a_page_asks_of_it_is_waited_for_once(silent: str) -> None:
    store, keep = RedisStore(silent, "answers"), RedisKeep(silent)
    began = time.monotonic()
    for number in range(20):
        assert store.get(f"answer {number}") is None
        with pytest.raises(KeepError):
            keep.get(f"search {number}")
    assert time.monotonic() - began < 5 * WAIT_S


def test_it_is_asked_again_after_a_while(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytestore, "_SPARED_S", 0.0)
    store = RedisStore(silent, "answers")
    began = time.monotonic()
    for _ in range(3):
        store.get("answer")
    assert time.monotonic() - began > 2.5 * WAIT_S


def test_who_starts_searches_is_told_soon(silent: str) -> None:
    began = time.monotonic()
    with pytest.raises(KeepError):
        Quota(20, silent).spend("ada")
    assert time.monotonic() - began < 10 * WAIT_S


def test_a_job_that_cannot_be_queued_fails_soon(silent: str) -> None:
    celery = WorkerManager(silent, max_jobs=2).handle
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="Retry limit"):
        celery.send_task("anything")
    assert time.monotonic() - began < 20 * WAIT_S

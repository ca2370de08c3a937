import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aurorax_dashboard.api.models import EphemerisCriteria, EphemerisQuery, SearchStatus
from aurorax_dashboard.archive import jobs as jobs_module
from aurorax_dashboard.archive.errors import (
    BusyError,
    ConflictError,
    SearchFailedError,
    ShareUsedError,
)
from aurorax_dashboard.archive.jobs import Jobs, Search
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.store import Asker, Store

CHOSEN = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"


def query(program: str = "swarm", request_id: str | None = None) -> EphemerisQuery:
    return EphemerisQuery(data_sources=EphemerisCriteria(programs=[program]), request_id=request_id)


class Bench:
    """Jobs with a search of the test's own."""

    def __init__(self, folder: Path, search: Search, **settings: Any) -> None:
        self.store = Store(folder)
        self.jobs = Jobs(self.store, {"ephemeris": search}, ArchiveSettings(**settings))
        self.jobs.start()

    def submit(self, asked: EphemerisQuery, caller: str = "somebody") -> str:
        return self.jobs.submit("ephemeris", asked, Asker(name=caller))

    def status(self, request_id: str) -> SearchStatus:
        return self.store.status(request_id, "ephemeris")

    def finished(self, request_id: str) -> SearchStatus:
        deadline = time.monotonic() + 5
        while not (status := self.status(request_id)).finished:
            assert time.monotonic() < deadline, status
            time.sleep(0.005)
        return status

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(search: Search, **settings: Any) -> Bench:
        for earlier in benches:
            earlier.close()
        benches[:] = [Bench(tmp_path / "archive", search, **settings)]
        return benches[0]

    yield make
    for last in benches:
        last.close()


def two_records(_: bytes, run: Run) -> Iterator[list[bytes]]:
    yield [b'{"a":1}', b'{"a":2}']


def endless(_: bytes, run: Run) -> Iterator[list[bytes]]:
    while True:
        run.check(0.5)
        time.sleep(0.002)
    yield []


def test_a_search_runs_to_its_end(bench: Callable[..., Bench]) -> None:
    on = bench(two_records)
    status = on.finished(on.submit(query()))
    assert status.search_result.error_condition is False
    assert (status.search_result.result_count, status.search_result.file_size) == (2, 16)
    summaries = [line.summary for line in status.logs]
    assert summaries[0] == "Search request arrived and saved"
    assert summaries[-1].startswith("Finished search in ")
    assert "File size is 16 bytes." in summaries


def test_no_records_are_a_normal_result_of_five_bytes(bench: Callable[..., Bench]) -> None:
    on = bench(lambda *_: iter(()))
    result = on.finished(on.submit(query())).search_result
    assert (result.error_condition, result.result_count, result.file_size) == (False, 0, 5)


def test_a_running_search_is_cancelled_at_once_and_its_worker_freed(
    bench: Callable[..., Bench],
) -> None:
    def once_endless(encoded: bytes, run: Run) -> Iterator[list[bytes]]:
        return two_records(encoded, run) if b"quick" in encoded else endless(encoded, run)

    on = bench(once_endless, workers=1)
    request_id = on.submit(query())
    asked = time.monotonic()
    assert on.jobs.cancel(request_id)
    status = on.status(request_id)
    assert time.monotonic() - asked < 1
    assert status.failed
    assert status.search_result.data_uri is not None
    assert (status.logs[-1].level, status.logs[-1].summary) == (
        "error",
        "The search was cancelled on request.",
    )
    assert not on.jobs.cancel(request_id)
    assert not on.finished(on.submit(query("quick"))).failed


def test_a_waiting_search_is_cancelled_without_ever_running(bench: Callable[..., Bench]) -> None:
    ran: list[bytes] = []
    release = threading.Event()

    def waiting(encoded: bytes, run: Run) -> Iterator[list[bytes]]:
        ran.append(encoded)
        release.wait(5)
        yield []

    on = bench(waiting, workers=1)
    first = on.submit(query("first"))
    second = on.submit(query("second"))
    assert on.jobs.cancel(second)
    release.set()
    on.finished(first)
    last = on.submit(query("last"))
    on.finished(last)
    assert [b"second" in encoded for encoded in ran] == [False, False]


def test_a_result_that_comes_after_the_cancellation_is_thrown_away(
    bench: Callable[..., Bench], tmp_path: Path
) -> None:
    running, release = threading.Event(), threading.Event()

    def deaf(_: bytes, run: Run) -> Iterator[list[bytes]]:
        running.set()
        release.wait(5)
        yield [b"{}"]

    on = bench(deaf, workers=1)
    request_id = on.submit(query())
    running.wait(5)
    on.jobs.cancel(request_id)
    release.set()
    on.finished(on.submit(query("next")))
    assert on.status(request_id).failed
    assert not (tmp_path / "archive/results" / f"{request_id}.jsonl").exists()


def test_the_same_query_twice_is_two_requests_but_a_chosen_id_is_one(
    bench: Callable[..., Bench],
) -> None:
    on = bench(two_records)
    assert on.submit(query()) != on.submit(query())
    assert on.submit(query(request_id=CHOSEN)) == CHOSEN
    on.finished(CHOSEN)
    assert on.submit(query(request_id=CHOSEN)) == CHOSEN
    assert len([line for line in on.status(CHOSEN).logs if "arrived" in line.summary]) == 1
    with pytest.raises(ConflictError):
        on.submit(query("other", request_id=CHOSEN))


def test_a_full_queue_refuses_and_forgets(bench: Callable[..., Bench]) -> None:
    running = threading.Event()

    def busy(encoded: bytes, run: Run) -> Iterator[list[bytes]]:
        running.set()
        return endless(encoded, run)

    on = bench(busy, workers=1, queue_size=1)
    on.submit(query())
    running.wait(5)
    [arrived] = on.status(on.submit(query())).logs
    assert "1 other search came before it" in (arrived.summary or "")
    with pytest.raises(BusyError):
        on.submit(query(request_id=CHOSEN))
    assert len(on.store.unfinished()) == 2


def test_nobody_takes_the_places_of_others(bench: Callable[..., Bench]) -> None:
    begun: list[bytes] = []
    going_on = threading.Event()

    def one_by_one(encoded: bytes, run: Run) -> Iterator[list[bytes]]:
        begun.append(encoded)
        while not going_on.wait(0.002):
            run.check(0.5)
        yield []

    on = bench(one_by_one, workers=1, queue_size=8)
    many = [on.submit(query("first"), "many")]
    while not begun:
        time.sleep(0.002)
    many += [on.submit(query("many"), "many") for _ in range(6)]
    with pytest.raises(ShareUsedError):
        on.submit(query("many"), "many")
    few = on.submit(query("few"), "few")
    going_on.set()
    for request_id in (*many, few):
        assert not on.finished(request_id).failed
    turns = [program for encoded in begun for program in ("many", "few") if program.encode() in encoded]
    assert turns.index("few") <= 1


@pytest.mark.parametrize(
    ("search", "settings", "words"),
    [
        (endless, {"time_limit_s": 0.05}, "took longer than 0.05 seconds"),
        (two_records, {"max_records": 1}, "more than 1 records"),
    ],
)
def test_limits_end_a_search_with_its_reason(
    bench: Callable[..., Bench], search: Search, settings: dict[str, Any], words: str
) -> None:
    on = bench(search, **settings)
    status = on.finished(on.submit(query()))
    assert status.failed
    assert status.search_result.data_uri is not None
    assert words in status.logs[-1].summary


def test_what_a_search_says_when_it_fails_is_its_last_line(bench: Callable[..., Bench]) -> None:
    def refusing(_: bytes, run: Run) -> Iterator[list[bytes]]:
        raise SearchFailedError("No two blocks have a greatest distance.")

    on = bench(refusing)
    status = on.finished(on.submit(query()))
    assert status.logs[-1].summary == "No two blocks have a greatest distance."


def test_a_defect_is_logged_here_and_not_told_there(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: bytes, run: Run) -> Iterator[list[bytes]]:
        raise ZeroDivisionError("secret detail")

    on = bench(broken)
    with caplog.at_level(logging.ERROR):
        status = on.finished(on.submit(query()))
    assert status.failed
    assert "secret" not in str(status.logs)
    assert "secret detail" in caplog.text
    assert not on.finished(on.submit(query())).search_result.result_count


def test_progress_is_told_now_and_then(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aurorax_dashboard.archive.runs._LOG_INTERVAL_S", 0.0)

    def halves(_: bytes, run: Run) -> Iterator[list[bytes]]:
        run.part(0.5, 1.0)(0.5)
        yield []

    on = bench(halves)
    status = on.finished(on.submit(query()))
    assert "75% searched" in [line.summary for line in status.logs]


def test_an_unfinished_search_starts_again_with_the_archive(bench: Callable[..., Bench]) -> None:
    on = bench(endless)
    running, waiting = (on.submit(query()) for _ in range(2))
    stopping = time.monotonic()
    again = bench(two_records)
    assert time.monotonic() - stopping < 2
    for request_id in (running, waiting):
        status = again.finished(request_id)
        assert not status.failed
        assert any("restarted" in line.summary for line in status.logs)


def test_results_expire(bench: Callable[..., Bench]) -> None:
    on = bench(two_records, result_days=1e-9)
    request_id = on.submit(query())
    on.finished(request_id)
    time.sleep(timedelta(days=1e-9).total_seconds() + 0.001)
    assert on.jobs.expire() == 1
    assert on.status(request_id).search_result.result_file_deleted_timestamp is not None


def test_a_thread_that_outlives_the_store_says_nothing(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("aurorax_dashboard.archive.jobs._CLOSE_PATIENCE_S", 0.01)
    running, release, ended = threading.Event(), threading.Event(), threading.Event()

    def deaf(_: bytes, run: Run) -> Iterator[list[bytes]]:
        running.set()
        release.wait(5)
        try:
            yield [b"{}"]
        finally:
            ended.set()

    on = bench(deaf)
    on.submit(query())
    running.wait(5)
    on.close()
    release.set()
    assert ended.wait(5)
    assert not caplog.records


def test_a_full_disk_ends_a_search_not_the_worker(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(jobs_module, "_STORE_PAUSE_S", 0.01)
    made = bench(two_records, workers=1)
    full = threading.Event()
    full.set()
    finish = made.store.finish

    def finish_if_there_is_room(*args: Any) -> bool:
        if full.is_set():
            raise sqlite3.OperationalError("database or disk is full")
        return finish(*args)

    monkeypatch.setattr(made.store, "finish", finish_if_there_is_room)
    first = made.submit(query())
    time.sleep(0.1)
    assert not made.status(first).finished
    full.clear()
    status = made.finished(first)
    assert status.failed
    assert "could not be written" in (status.logs[-1].summary or "")
    assert made.finished(made.submit(query("themis"))).search_result.result_count == 2
    assert "could not be kept yet" in caplog.text


def test_expiry_goes_on_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(jobs_module, "_EXPIRY_INTERVAL_S", 0.01)
    tries: list[int] = []

    def fail(_jobs: Jobs) -> int:
        tries.append(1)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(Jobs, "expire", fail)
    made = Bench(tmp_path / "archive", two_records)
    deadline = time.monotonic() + 5
    while len(tries) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    made.close()
    assert "could not be deleted" in caplog.text


def test_the_oldest_results_make_room(bench: Callable[..., Bench]) -> None:
    def megabyte(_: bytes, run: Run) -> Iterator[list[bytes]]:
        yield [b"x" * 600_000]

    made = bench(megabyte, result_bytes=1_000_000)
    first, second = (made.submit(query(program)) for program in ("swarm", "themis"))
    made.finished(first)
    made.finished(second)
    made.close()
    made = bench(megabyte, result_bytes=1_000_000)
    made.jobs.expire()
    deleted = [
        made.status(each).search_result.result_file_deleted_timestamp is not None
        for each in (first, second)
    ]
    assert sorted(deleted) == [False, True]


def test_clean_restarts_are_no_reason_to_give_up(bench: Callable[..., Bench]) -> None:
    def wait_for_the_end(_: bytes, run: Run) -> Iterator[list[bytes]]:
        begun.set()
        yield from endless(_, run)

    begun = threading.Event()
    made = bench(wait_for_the_end)
    request_id = made.submit(query())
    for _ in range(6):
        assert begun.wait(5)
        begun.clear()
        made = bench(wait_for_the_end)
    assert begun.wait(5)
    assert not made.status(request_id).finished


def test_files_that_a_dead_process_left_are_deleted(bench: Callable[..., Bench]) -> None:
    made = bench(two_records)
    kept = made.submit(query())
    made.finished(kept)
    stray = made.store.results._folder / f"{CHOSEN}.jsonl"
    stray.write_bytes(b"{}")
    made = bench(two_records)
    assert not stray.exists()
    assert len(next(made.store.results.read(kept))) == 2

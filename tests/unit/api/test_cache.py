import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aurorax_dashboard.api import cache as cache_module
from aurorax_dashboard.api.bytestore import DiskStore, RedisStore
from aurorax_dashboard.api.cache import Lifetime, ResponseCache
from aurorax_dashboard.api.errors import (
    InvalidQueryError,
    NotFoundError,
    TimedOutError,
    TryLaterError,
    UnexpectedAnswerError,
    UnreachableError,
)

HOUR = Lifetime(timedelta(hours=1), stale=timedelta(days=7))
ASKED_FIRST = Lifetime(timedelta(hours=1), stale=timedelta(days=7), ask_first=True)


class Upstream:
    """Counts how often it is asked; fails when told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None

    def __call__(self, _left_s: float) -> bytes:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return b"%d" % self.asked


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


class Behind:
    """Keeps what is to run in a thread until the test lets it run."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, task: Callable[[], None]) -> None:
        self.waiting.append(task)

    def run(self) -> int:
        """Run what waits; return how much it was."""
        tasks, self.waiting = self.waiting, []
        for task in tasks:
            task()
        return len(tasks)


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def cache(tmp_path: Path, clock: Any, behind: Behind) -> ResponseCache:
    return ResponseCache(DiskStore(tmp_path / "cache" / "answers"), now=clock.now, start=behind)


def test_an_answer_is_used_again_until_its_time_is_over(
    cache: ResponseCache, upstream: Upstream, clock: Any
) -> None:
    first = cache.fetch("k", HOUR, upstream, int)
    fetched_at = clock.now()
    clock.seconds += 3599
    assert cache.fetch("k", HOUR, upstream, int) == first
    assert (first.value, first.freshness.fetched_at, first.freshness.stale) == (1, fetched_at, False)
    clock.seconds += 2
    assert cache.fetch("k", ASKED_FIRST, upstream, int).value == 2


def test_an_old_answer_is_given_at_once_and_replaced_behind_it(
    cache: ResponseCache, upstream: Upstream, behind: Behind, clock: Any
) -> None:
    fetched_at = cache.fetch("k", HOUR, upstream, int).freshness.fetched_at
    clock.seconds += 7200
    for _ in range(3):
        old = cache.fetch("k", HOUR, upstream, int)
        assert (old.value, old.freshness.stale, old.freshness.fetched_at) == (1, True, fetched_at)
    assert upstream.asked == 1
    assert behind.run() == 1, "one request in flight for each key"
    new = cache.fetch("k", HOUR, upstream, int)
    assert (new.value, new.freshness.stale) == (2, False)


@pytest.mark.parametrize("error", [UnreachableError("gone"), UnexpectedAnswerError("a web page")])
def test_an_old_answer_outlives_failures_behind_it_for_its_time(
    cache: ResponseCache, upstream: Upstream, behind: Behind, clock: Any, error: Exception
) -> None:
    cache.fetch("k", HOUR, upstream, int)
    upstream.error = error
    clock.seconds += 86_400
    for asked in (2, 3):
        assert cache.fetch("k", HOUR, upstream, int).value == 1
        assert behind.run() == 1
        assert upstream.asked == asked
    clock.seconds += 7 * 86_400
    with pytest.raises(type(error)):
        cache.fetch("k", HOUR, upstream, int)


@pytest.mark.parametrize("error", [InvalidQueryError("no"), NotFoundError("gone for good")])
def test_a_refusal_behind_an_old_answer_ends_it(
    cache: ResponseCache, upstream: Upstream, behind: Behind, clock: Any, error: Exception
) -> None:
    cache.fetch("k", HOUR, upstream, int)
    upstream.error = error
    clock.seconds += 7200
    assert cache.fetch("k", HOUR, upstream, int).value == 1
    behind.run()
    with pytest.raises(type(error)):
        cache.fetch("k", HOUR, upstream, int)


def test_a_server_that_hangs_costs_nobody_time_who_has_an_old_answer(
    tmp_path: Path, upstream: Upstream, clock: Any
) -> None:
    cache = ResponseCache(DiskStore(tmp_path / "cache" / "answers"), now=clock.now)
    cache.fetch("k", HOUR, upstream, int)
    clock.seconds += 7200
    release = threading.Event()
    started = time.monotonic()
    assert cache.fetch("k", HOUR, _slow(release, upstream), int).value == 1
    assert time.monotonic() - started < 2
    [thread] = [thread for thread in threading.enumerate() if thread.name == "refresh"]
    assert thread.daemon
    release.set()
    thread.join(10)
    assert cache.fetch("k", HOUR, upstream, int).value == 2


def test_without_a_thread_to_be_had_the_old_answer_still_comes_and_the_next_call_tries_again(
    tmp_path: Path, upstream: Upstream, clock: Any
) -> None:
    tried = []

    def exhausted(task: Callable[[], None]) -> None:
        tried.append(task)
        raise RuntimeError("can't start new thread")

    cache = ResponseCache(DiskStore(tmp_path / "cache" / "answers"), now=clock.now, start=exhausted)
    cache.fetch("k", HOUR, upstream, int)
    clock.seconds += 7200
    assert [cache.fetch("k", HOUR, upstream, int).value for _ in range(2)] == [1, 1]
    assert len(tried) == 2


def test_keys_do_not_mix(cache: ResponseCache, upstream: Upstream) -> None:
    assert [cache.fetch(k, HOUR, upstream, int).value for k in "aba"] == [1, 2, 1]


@pytest.mark.parametrize("error", [UnreachableError("gone"), UnexpectedAnswerError("a web page")])
def test_when_the_server_is_away_the_old_copy_is_shown_with_its_age(
    cache: ResponseCache, upstream: Upstream, clock: Any, error: Exception
) -> None:
    fetched_at = cache.fetch("k", HOUR, upstream, int).freshness.fetched_at
    upstream.error = error
    clock.seconds += 86_400
    old = cache.fetch("k", ASKED_FIRST, upstream, int)
    assert (old.value, old.freshness.stale, old.freshness.fetched_at) == (1, True, fetched_at)
    assert upstream.asked == 2
    clock.seconds += 7 * 86_400
    with pytest.raises(type(error)):
        cache.fetch("k", ASKED_FIRST, upstream, int)


@pytest.mark.parametrize("error", [InvalidQueryError("no"), NotFoundError("gone for good")])
def test_a_refusal_is_not_papered_over(
    cache: ResponseCache, upstream: Upstream, clock: Any, error: Exception
) -> None:
    cache.fetch("k", HOUR, upstream, int)
    upstream.error = error
    clock.seconds += 7200
    with pytest.raises(type(error)):
        cache.fetch("k", ASKED_FIRST, upstream, int)


def test_after_a_failure_the_next_call_asks_again(cache: ResponseCache, upstream: Upstream) -> None:
    upstream.error = UnreachableError("gone")
    for _ in range(2):
        with pytest.raises(UnreachableError):
            cache.fetch("k", HOUR, upstream, int)
    upstream.error = None
    assert cache.fetch("k", HOUR, upstream, int).value == 3


def test_what_cannot_be_decoded_is_not_stored(cache: ResponseCache, upstream: Upstream) -> None:
    def picky(body: bytes) -> int:
        if body == b"1":
            raise UnexpectedAnswerError("not today")
        return int(body)

    with pytest.raises(UnexpectedAnswerError):
        cache.fetch("k", HOUR, upstream, picky)
    assert cache.fetch("k", HOUR, upstream, picky).value == 2


def test_a_stored_answer_that_no_longer_decodes_is_fetched_anew(
    cache: ResponseCache, upstream: Upstream
) -> None:
    cache.fetch("k", HOUR, upstream, int)

    def newer_program(body: bytes) -> bytes:
        if body == b"1":
            raise ValueError("an older form")
        return body

    assert cache.fetch("k", HOUR, upstream, newer_program).value == b"2"


def test_garbage_under_a_key_is_fetched_anew(cache: ResponseCache, upstream: Upstream) -> None:
    for garbage in (b"", b"garbage", b"\x93\x01"):
        cache.notes.put("k", garbage)
        assert cache.fetch("k", HOUR, upstream, int).value == upstream.asked


def test_answers_survive_a_restart_until_they_are_forgotten(
    cache: ResponseCache, upstream: Upstream, clock: Any, tmp_path: Path
) -> None:
    cache.fetch("k", HOUR, upstream, int)
    restarted = ResponseCache(DiskStore(tmp_path / "cache" / "answers"), now=clock.now)
    assert restarted.fetch("k", HOUR, upstream, int).value == 1
    restarted.forget("k")
    assert cache.fetch("k", HOUR, upstream, int).value == 2


def _slow(release: threading.Event, upstream: Upstream) -> Callable[[float], bytes]:
    def load(left_s: float) -> bytes:
        release.wait(10)
        return upstream(left_s)

    return load


def test_many_that_ask_the_same_cause_one_request(tmp_path: Path, upstream: Upstream) -> None:
    release = threading.Event()
    caches = [
        ResponseCache(DiskStore(tmp_path / "cache" / "answers")) for _ in range(2)
    ]  # as two processes have
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(caches[i % 2].fetch, "k", HOUR, _slow(release, upstream), int) for i in range(8)
        ]
        time.sleep(0.2)
        assert not any(future.done() for future in asked)
        release.set()
        assert {future.result(10).value for future in asked} == {1}
    assert upstream.asked == 1


def test_an_answer_that_came_just_before_our_turn_is_taken(
    cache: ResponseCache, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = cache.notes.add

    def late(name: str, value: bytes, expire_s: float) -> bool:
        monkeypatch.undo()
        cache.fetch("k", HOUR, upstream, int)
        return add(name, value, expire_s)

    monkeypatch.setattr(cache.notes, "add", late)
    assert cache.fetch("k", HOUR, upstream, int).value == 1
    assert upstream.asked == 1


def test_who_has_an_old_copy_does_not_wait_for_the_one_that_asks(
    cache: ResponseCache, upstream: Upstream, clock: Any
) -> None:
    cache.fetch("k", HOUR, upstream, int)
    clock.seconds += 7200
    release = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(cache.fetch, "k", ASKED_FIRST, _slow(release, upstream), int)
        while cache.notes.get("flight:k") is None:
            time.sleep(0.01)
        old = cache.fetch("k", ASKED_FIRST, upstream, int)
        release.set()
        assert (old.value, old.freshness.stale) == (1, True)
        assert asking.result(10).value == 2


def test_waiting_for_another_ends_in_time(cache: ResponseCache, upstream: Upstream) -> None:
    cache.notes.add("flight:k", b"somebody else", 30.0)
    started = time.monotonic()
    with pytest.raises(TryLaterError, match="still running") as waited:
        cache.fetch("k", HOUR, upstream, int, patience_s=0.2)
    assert not isinstance(waited.value, TimedOutError)  # which would tell of the answer itself
    assert time.monotonic() - started < 2
    assert upstream.asked == 0


def test_a_flight_whose_holder_died_frees_itself(cache: ResponseCache, upstream: Upstream) -> None:
    cache.notes.add("flight:k", b"somebody who crashed", 0.2)
    assert cache.fetch("k", HOUR, upstream, int, patience_s=10).value == 1


def test_a_flight_lasts_as_long_as_its_holder_asks(
    cache: ResponseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_FLIGHT_S", 0.15)
    others: list[bool] = []

    def load(_left_s: float) -> bytes:
        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            others.append(cache.notes.get("flight:k") is None)
            time.sleep(0.01)
        return b"1"

    cache.fetch("k", HOUR, load, int)
    assert not any(others)
    assert cache.notes.get("flight:k") is None


def test_what_is_forgotten_is_not_kept_by_who_asked_before(cache: ResponseCache, clock: Any) -> None:
    def load(_left_s: float) -> bytes:
        clock.seconds += 1
        cache.forget("k")
        clock.seconds += 1
        return b"1"

    assert cache.fetch("k", HOUR, load, int).value == 1
    clock.seconds += 1
    assert cache.fetch("k", HOUR, lambda _left_s: b"2", int).value == 2
    assert cache.fetch("k", HOUR, lambda _left_s: b"3", int).value == 2


def test_a_flight_that_another_took_over_is_not_ended(cache: ResponseCache) -> None:
    def load(_left_s: float) -> bytes:
        cache.notes.put("flight:k", b"somebody else", 30.0)
        return b"1"

    cache.fetch("k", HOUR, load, int)
    assert cache.notes.get("flight:k") == b"somebody else"


def test_the_loader_is_told_what_time_is_left(cache: ResponseCache) -> None:
    cache.notes.add("flight:k", b"somebody who crashed", 0.3)
    told: list[float] = []

    def load(left_s: float) -> bytes:
        told.append(left_s)
        return b"1"

    cache.fetch("k", HOUR, load, int, patience_s=5.0)
    assert 3.0 < told[0] < 4.75


def test_a_store_that_holds_nothing_does_not_work(
    cache: ResponseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [cache.works(), cache.works()] == [True, True]
    assert cache.notes.names("check:") == []
    monkeypatch.setattr(cache.notes, "put", lambda *_: None)  # as on a full disk
    assert not cache.works()
    assert not ResponseCache(RedisStore("redis://127.0.0.1:9/0", "answers")).works()


def test_the_directories_are_private(tmp_path: Path) -> None:
    cache = ResponseCache.in_directory(tmp_path / "cache")
    cache.fetch("k", HOUR, lambda _left_s: b"answer", bytes.decode)
    for folder in (tmp_path / "cache", tmp_path / "cache" / "answers"):
        assert folder.stat().st_mode & 0o777 == 0o700


PROCESS = """
import sys, time
from datetime import timedelta
from pathlib import Path
from aurorax_dashboard.api.cache import Lifetime, ResponseCache

directory = Path(sys.argv[1])

def load(left_s):
    with (directory / "asked").open("a") as log:
        log.write("x")
    time.sleep(0.3)
    return b"answer"

cache = ResponseCache.in_directory(directory / "cache")
while not (directory / "go").exists():
    time.sleep(0.01)
print(cache.fetch("k", Lifetime(timedelta(hours=1)), load, bytes.decode).value)
"""


def test_processes_that_ask_the_same_cause_one_request(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    (tmp_path / "go").touch()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["answer\n"] * 3
    assert (tmp_path / "asked").read_text() == "x"

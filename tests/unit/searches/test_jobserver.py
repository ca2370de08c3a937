"""The job server: forks nothing that is locked, refuses what is too much, ends with its web server."""

from __future__ import annotations

import multiprocessing
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from diskcache import Cache

from aurorax_dashboard.searches import jobserver
from aurorax_dashboard.searches.jobserver import (
    Jobs,
    Order,
    TooBusyError,
    serve,
    servers_folder,
    socket_path,
    sweep,
)

FORK = multiprocessing.get_context("fork")


def order(function: str = "note", *arguments: Any) -> Order:
    return Order(function=function, key="k", progress_key="p", arguments=list(arguments), context={})


def wait_for(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def web_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A process that stands for the web server, with the sockets of its own in a folder of its own."""
    monkeypatch.setattr(jobserver.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(Jobs, "launch", lambda _self: None)
    process = FORK.Process(target=time.sleep, args=(60,))
    process.start()
    yield process
    process.kill()
    process.join()


@pytest.fixture
def run(web_server: Any) -> Iterator[Callable[..., tuple[Jobs, Any]]]:
    """Start job servers that do the given work."""
    started: list[Any] = []

    def start(work: Callable[[Order], None], max_jobs: int = 4) -> tuple[Jobs, Any]:
        process = FORK.Process(target=serve, args=(web_server.pid, lambda: (work, max_jobs)))
        process.start()
        started.append(process)
        return Jobs(web_server.pid), process

    yield start
    for process in started:
        process.kill()
        process.join()


def test_a_job_is_done_in_a_process_of_its_own(
    run: Callable[..., tuple[Jobs, Any]], tmp_path: Path
) -> None:
    def note(given: Order) -> None:
        (tmp_path / given.arguments[0]).write_text(str(os.getpid()))

    jobs, _ = run(note)
    pids = [jobs.start(order("note", name)) for name in ("a", "b")]
    assert wait_for(lambda: (tmp_path / "a").exists() and (tmp_path / "b").exists())
    assert wait_for(lambda: [int((tmp_path / n).read_text() or 0) for n in "ab"] == pids)


def test_jobs_started_while_a_cache_is_written_do_not_hang(
    run: Callable[..., tuple[Jobs, Any]], tmp_path: Path
) -> None:
    """Forked from the process that writes, most of these waited for a lock that nobody held."""
    cache = Cache(str(tmp_path / "cache"))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            cache.set("busy", b"x" * 100)

    def note(given: Order) -> None:
        with Cache(str(tmp_path / "cache")) as own:
            own.set(given.arguments[0], True)

    jobs, _ = run(note, max_jobs=100)
    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        for n in range(20):
            jobs.start(order("note", n))
        assert wait_for(lambda: all(n in cache for n in range(20)))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        cache.close()


def test_more_jobs_than_allowed_are_refused_and_room_comes_back(
    run: Callable[..., tuple[Jobs, Any]],
) -> None:
    jobs, _ = run(lambda given: time.sleep(given.arguments[0]), max_jobs=2)
    first = jobs.start(order("sleep", 60))
    jobs.start(order("sleep", 60))
    with pytest.raises(TooBusyError, match="as many searches as it may"):
        jobs.start(order("sleep", 60))
    psutil.Process(first).kill()

    def has_room() -> bool:
        try:
            jobs.start(order("sleep", 60))
        except TooBusyError:
            return False
        return True

    assert wait_for(has_room)


def test_a_second_job_server_of_one_web_server_ends_at_once(
    run: Callable[..., tuple[Jobs, Any]],
) -> None:
    jobs, first = run(lambda _: None)
    jobs.start(order())
    _, second = run(lambda _: None)
    second.join(5)
    assert second.exitcode == 0
    assert first.is_alive()


def test_another_takes_over_when_the_job_server_was_killed(
    run: Callable[..., tuple[Jobs, Any]],
) -> None:
    jobs, first = run(lambda _: time.sleep(60))
    survivor = jobs.start(order())
    first.kill()
    first.join()
    run(lambda _: None)
    assert jobs.start(order()) != survivor
    assert psutil.pid_exists(survivor)
    psutil.Process(survivor).kill()


def test_everything_ends_with_the_web_server(
    run: Callable[..., tuple[Jobs, Any]], web_server: Any
) -> None:
    jobs, server = run(lambda _: time.sleep(60))
    job = psutil.Process(jobs.start(order()))
    web_server.kill()
    web_server.join()
    server.join(10)
    assert server.exitcode == 0
    assert wait_for(lambda: not job.is_running() or job.status() == psutil.STATUS_ZOMBIE)
    assert not socket_path(web_server.pid).exists()


def test_without_a_job_server_it_says_so(web_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobserver, "_CONNECT_S", 0.1)
    with pytest.raises(TooBusyError, match="does not start"):
        Jobs(web_server.pid).start(order())


def test_the_sockets_are_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jobserver.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = socket_path(1).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o777)
    with pytest.raises(PermissionError, match="not private"):
        socket_path(1)


def test_what_a_killed_web_server_left_is_swept_away(web_server: Any) -> None:
    gone = FORK.Process(target=int)
    gone.start()
    gone.join()
    folder = servers_folder()
    kept = {f"{web_server.pid}.sock", "notes.txt"}
    for name in (*kept, f"{gone.pid}.sock", f"{gone.pid}.lock"):
        (folder / name).touch()
    (folder / f"{gone.pid}.metrics").mkdir()
    (folder / f"{gone.pid}.metrics" / "histogram_1.db").touch()
    sweep()
    assert {each.name for each in folder.iterdir()} == kept

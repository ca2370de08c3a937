"""Background jobs: never shared between people, bounded, gone with their server."""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from aurorax_dashboard.searches import background
from aurorax_dashboard.searches.background import FollowManager, TooBusyError


def job(_report: Any, name: str) -> str:
    return name


def test_equal_inputs_never_share_a_job(tmp_path: Path) -> None:
    manager = FollowManager(tmp_path / "jobs", max_jobs=4)
    keys = {manager.build_cache_key(job, ["same"], [], ["same"]) for _ in range(20)}
    assert len(keys) == 20


def test_what_jobs_leave_expires(tmp_path: Path) -> None:
    manager = FollowManager(tmp_path / "jobs", max_jobs=4)
    manager.handle.set("progress", ["half"])
    _, expires = manager.handle.get("progress", expire_time=True)
    assert 0 < expires - time.time() <= 3600


def test_more_jobs_than_allowed_are_refused(tmp_path: Path) -> None:
    manager = FollowManager(tmp_path / "jobs", max_jobs=0)
    with pytest.raises(TooBusyError, match="already follows"):
        manager.call_job_fn("key", job, ["x"], {})


def test_a_job_ends_with_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    context = multiprocessing.get_context("fork")
    server = context.Process(target=time.sleep, args=(60,))
    server.start()
    assert server.pid is not None
    follower = context.Process(target=background._run_job, args=(server.pid, _sleep_long))
    follower.start()
    time.sleep(0.3)
    assert follower.is_alive()
    server.kill()
    server.join()
    follower.join(5)
    assert not follower.is_alive()


def _sleep_long() -> None:
    time.sleep(60)


def test_a_job_holds_none_of_its_workers_connections() -> None:
    """While it did, the browser waited on connections that the worker had closed."""
    ours, theirs = socket.socketpair()
    context = multiprocessing.get_context("fork")
    job_process = context.Process(target=background._run_job, args=(os.getpid(), _sleep_long))
    job_process.start()
    time.sleep(0.5)
    theirs.close()
    ours.settimeout(2)
    try:
        assert ours.recv(1) == b""  # the other end is closed, whatever the job does
    finally:
        job_process.kill()
        job_process.join()
        ours.close()

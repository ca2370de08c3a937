"""Background callbacks on Diskcache: one process a job, bounded, none left behind."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from dash import DiskcacheManager
from diskcache import Cache
from multiprocess import Process

from aurorax_dashboard.api.errors import AuroraXError

_FORGET_S = 3600
"""Progress and results of jobs whose page was closed are dropped after this long."""


_DESCRIPTORS = Path("/dev/fd")
"""The descriptors that this process has open (Linux, macOS)."""


class TooBusyError(AuroraXError):
    """More searches are followed at once than this server allows."""


class _ForgetfulCache(Cache):  # type: ignore[misc]  # diskcache has no type hints
    """A cache whose entries expire unless told otherwise: Dash sets none for jobs nobody fetched."""

    def set(self, key: str, value: Any, expire: float | None = None, **options: Any) -> bool:
        return bool(super().set(key, value, expire=expire or _FORGET_S, **options))


class FollowManager(DiskcacheManager):  # type: ignore[misc]  # Dash has no type hints
    """Dash's Diskcache manager, made safe for many people on one address.

    Dash keys a job by its function and inputs, so that two people with equal inputs share one job
    and one of them never hears of its end (seen with Dash 4.4.1). Here every job has a key of its
    own. Jobs end themselves when the web server that started them is gone for good.

    Parameters
    ----------
    directory
        Where jobs leave their progress and results (pickled by Dash, hence private to the user).
    max_jobs
        Jobs at once, over all processes of this web server.
    """

    def __init__(self, directory: Path, max_jobs: int) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(_ForgetfulCache(str(directory)))
        self._max_jobs = max_jobs

    def build_cache_key(self, *args: Any, **kwargs: Any) -> str:
        """Return a key that no other job has."""
        return f"{super().build_cache_key(*args, **kwargs)}-{uuid4().hex}"

    def call_job_fn(self, key: str, job_fn: Callable[..., None], args: Any, context: Any) -> int:
        """Start a job in a process of its own and return the process id.

        Raises
        ------
        TooBusyError
            If there are `max_jobs` already.
        """
        server = os.getppid()
        if _jobs_of(server) >= self._max_jobs:
            raise TooBusyError(
                f"This dashboard already follows {self._max_jobs} searches.",
                advice="Your search goes on at AuroraX: reload this page in a minute.",
            )
        process = Process(
            target=_run_job, args=(server, job_fn, key, self._make_progress_key(key), args, context)
        )
        process.start()
        return int(process.pid)


def _run_job(server: int, job_fn: Callable[..., None], *args: Any) -> None:
    """Run one job, ending it with the web server `server` (which outlives its workers)."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # the worker's own handlers came along with the fork
    _let_go_of_sockets()
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    job_fn(*args)


def _let_go_of_sockets() -> None:
    """Give up the sockets that came along with the fork, the worker's visitors among them.

    While a job held them, a connection that the worker had closed stayed open to the browser, which
    then waited for an answer that nobody would send. They are replaced, not closed: a number that
    became free could be taken by a file and then be closed by what is left of the socket's owner.
    """
    with Path(os.devnull).open("rb") as nothing:
        for entry in _DESCRIPTORS.iterdir():
            number = int(entry.name)
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.dup2(nothing.fileno(), number)
            except OSError:
                continue  # the descriptor of the listing itself, closed by now


def _end_with(server: int) -> None:
    while psutil.pid_exists(server):
        time.sleep(1.0)
    os._exit(0)


def _jobs_of(server: int) -> int:
    """Count the running jobs of all workers of `server`: the children of its children."""
    try:
        workers = psutil.Process(server).children()
    except psutil.NoSuchProcess:
        return 0
    count = 0
    for worker in workers:
        try:
            count += sum(job.status() != psutil.STATUS_ZOMBIE for job in worker.children())
        except psutil.NoSuchProcess:
            continue
    return count

"""Background callbacks on Diskcache, one process a job; with Redis, on Celery workers (:mod:`.workers`).

Dash keys a job by its function and inputs, so that two people with equal inputs share one job and one
of them never hears of its end (seen with Dash 4.4.1): here every job has a key of its own. And Dash ends
the job of a page that starts another: here jobs end themselves, for others may look on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from dash import DiskcacheManager
from dash.background_callback.managers import BaseBackgroundCallbackManager
from diskcache import Cache

from aurorax_dashboard.searches.jobserver import Jobs, Order
from aurorax_dashboard.settings import Settings

FORGET_S = 3600
"""Progress and results of jobs whose page was closed are dropped after this long."""


class _ForgetfulCache(Cache):  # type: ignore[misc]  # diskcache has no type hints
    """A cache whose entries expire unless told otherwise: Dash sets none for jobs nobody fetched."""

    def set(self, key: str, value: Any, expire: float | None = None, **options: Any) -> bool:
        return bool(super().set(key, value, expire=expire or FORGET_S, **options))


class FollowManager(DiskcacheManager):  # type: ignore[misc]  # Dash has no type hints
    """Jobs of one machine.

    Dash forks jobs from the web worker, whose threads hold locks at any moment; here they are forked
    by a process that has none (see :mod:`~aurorax_dashboard.searches.jobserver`).

    Parameters
    ----------
    directory
        Where jobs leave their progress and results (pickled by Dash, hence private to the user).
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(_ForgetfulCache(str(directory)))
        self._jobs = Jobs(os.getppid())

    def build_cache_key(self, *args: Any, **kwargs: Any) -> str:
        """Return a key that no other job has."""
        return f"{super().build_cache_key(*args, **kwargs)}-{uuid4().hex}"

    def terminate_job(self, job: Any) -> None:
        """Leave the job alone."""

    def call_job_fn(self, key: str, job_fn: Callable[..., None], args: Any, context: Any) -> int:
        """Start a job in a process of its own and return the process id.

        Raises
        ------
        TooBusyError
            If there are too many already.
        """
        (function,) = (name for name, known in self.func_registry.items() if known is job_fn)
        return self._jobs.start(
            Order(
                function=function,
                key=key,
                progress_key=self._make_progress_key(key),
                arguments=args,
                context=dict(context),
            )
        )

    def run(self, order: Order) -> None:
        """Do the job `order`; its progress and its result are left for the web workers."""
        self.func_registry[order.function](
            order.key, order.progress_key, order.arguments, order.context
        )


def job_manager(settings: Settings) -> BaseBackgroundCallbackManager:
    """Return what runs background callbacks under these `settings`."""
    if settings.redis_url:
        # Only where it is used: Celery takes a tenth of a second and some megabytes.
        from aurorax_dashboard.searches.workers import WorkerManager  # noqa: PLC0415

        return WorkerManager(settings.redis_url, settings.max_followers)
    return FollowManager(settings.data_path / "jobs")

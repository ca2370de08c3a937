"""Background callbacks on Celery workers, for a dashboard that several machines serve."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from celery import Celery
from dash import CeleryManager

from aurorax_dashboard.searches.background import FORGET_S

_LONGEST_S = 24 * 3600
"""A job that lasts longer than this would be given to a second worker."""
_BUSY_S = 2.0
"""How long a page or a job waits for Redis."""
_SILENCE_S = 4.0
"""The same for the queue, of which workers ask with a silence of a second."""


class WorkerManager(CeleryManager):  # type: ignore[misc]  # Dash has no type hints
    """Jobs on Celery workers: ``celery -A app:celery_app worker``.

    Parameters
    ----------
    redis_url
        Redis server that holds the queue and the results.
    max_jobs
        Jobs at once on each worker. They are threads: a job waits for answers most of its time.
    """

    def __init__(self, redis_url: str, max_jobs: int) -> None:
        celery = Celery("aurorax_dashboard", broker=redis_url, backend=redis_url)
        celery.conf.update(
            task_serializer="json",
            accept_content=["json"],
            result_expires=FORGET_S,
            task_default_queue="aurorax",
            worker_pool="threads",
            worker_concurrency=max_jobs,
            worker_hijack_root_logger=False,
            broker_connection_retry_on_startup=True,
            broker_connection_max_retries=None,
            broker_transport_options={
                "visibility_timeout": _LONGEST_S,
                "socket_timeout": _SILENCE_S,
                "socket_connect_timeout": _BUSY_S,
            },
            redis_socket_timeout=_BUSY_S,
            redis_socket_connect_timeout=_BUSY_S,
            # Who starts a job does not wait: the next page that looks starts it.
            task_publish_retry=False,
            result_backend_transport_options={"retry_policy": {"max_retries": 0}},
        )
        super().__init__(celery)

    def build_cache_key(self, *args: Any, **kwargs: Any) -> str:
        """Return a key that no other job has."""
        return f"{super().build_cache_key(*args, **kwargs)}-{uuid4().hex}"

    def terminate_job(self, job: Any) -> None:
        """Leave the job alone."""

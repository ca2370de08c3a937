"""What those who keep the dashboard running ask it: does it live, is it ready, how much does it do."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

Check = Callable[[], str | None]
"""Returns what is wrong, None if nothing is; may raise anything."""

ROUTERS_PATHS = frozenset({"/health", "/ready"})
"""What a router or a container's keeper asks, by any name and without password; it tells nothing of anybody's work."""

_BUCKETS_S = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def answer_health(server: Flask, checks: Mapping[str, Check], optional: Mapping[str, Check]) -> None:
    """Answer ``/health`` (alive) and ``/ready`` (can serve people).

    Parameters
    ----------
    checks
        What the dashboard cannot serve anybody without; each by its name.
    optional
        What it can do without for a while: told, but no reason to send people elsewhere.
    """

    @server.get("/health")
    def health() -> dict[str, str]:
        """Alive; says nothing of AuroraX, whose absence must not restart the dashboard."""
        return {"status": "ok"}

    @server.get("/ready")
    def ready() -> tuple[dict[str, object], int]:
        found = {name: _found(check) for name, check in {**checks, **optional}.items()}
        able = all(found[name] is None for name in checks)
        said = {name: wrong or "ok" for name, wrong in found.items()}
        return {"status": "ok" if able else "not ready", "parts": said}, 200 if able else 503


def _found(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:
        return type(error).__name__


def measure_requests(server: Flask) -> None:
    """Measure the requests of `server` and answer ``/metrics``, for Prometheus.

    The figures are those of all processes of one web server together: ``PROMETHEUS_MULTIPROC_DIR``
    names the folder where they meet, which ``gunicorn.conf.py`` makes before this module is loaded.
    """
    seconds = Histogram(
        "dashboard_request_seconds",
        "Time to answer a request, by what was asked",
        ["asked", "status"],
        buckets=_BUCKETS_S,
        registry=None,
    )

    @server.before_request
    def began() -> None:
        g.began = time.perf_counter()

    @server.after_request
    def ended(response: Response) -> Response:
        taken_s = time.perf_counter() - g.get("began", time.perf_counter())
        seconds.labels(_asked(), response.status_code).observe(taken_s)
        return response

    @server.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _asked() -> str:
    """Return what kind of address was asked for: few different words, whatever visitors type.

    The route tells, not the address: whatever no other route takes is a page to Dash.
    """
    if request.url_rule is None:
        return "unknown"
    first = request.url_rule.rule.strip("/").split("/", 1)[0]
    return first if first.startswith("_dash") or first in {"assets", "health", "ready"} else "page"

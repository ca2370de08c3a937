"""Searches as any client does them: submitted, followed to their end."""

from __future__ import annotations

import time
from typing import Any

import httpx

API = "/api/v1"

QUERIES: dict[str, dict[str, Any]] = {
    "conjunctions": {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-02T23:59:59",
        "ground": [{"programs": ["themis-asi"]}],
        "space": [{"programs": ["swarm"]}],
        "max_distances": {"ground1-space1": 500},
    },
    "ephemeris": {
        "start": "2019-01-01T03:00:00",
        "end": "2019-01-01T03:09:00",
        "data_sources": {"programs": ["swarm"]},
    },
    "data_products": {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-02T23:59:59",
        "data_sources": {"programs": ["rego"]},
    },
}
"""One of each kind that finds something, quickly."""


def submitted(http: httpx.Client, kind: str, query: dict[str, Any]) -> str:
    """Start a search and return its identifier."""
    answer = http.post(f"{API}/{kind}/search", json=query)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"].rpartition("/")[2]


def ended(http: httpx.Client, kind: str, request_id: str, patience_s: float = 60) -> dict[str, Any]:
    """Wait until a search has ended, well or badly, and return its status."""
    deadline = time.monotonic() + patience_s
    while True:
        status = http.get(f"{API}/{kind}/requests/{request_id}").json()
        if status["search_result"]["completed_timestamp"] is not None:
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.02)


def completed(http: httpx.Client, kind: str, query: dict[str, Any] | None = None) -> str:
    """Return the identifier of a search that has found what it looked for."""
    request_id = submitted(http, kind, query or QUERIES[kind])
    status = ended(http, kind, request_id)
    assert status["search_result"]["error_condition"] is False, status["logs"]
    return request_id


def records(http: httpx.Client, kind: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all that a search finds."""
    request_id = completed(http, kind, query)
    return http.get(f"{API}/{kind}/requests/{request_id}/data").json()["result"]

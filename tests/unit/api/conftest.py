"""A scripted server, and clocks that only move when something sleeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.bytestore import DiskStore
from aurorax_dashboard.api.cache import ResponseCache
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.health import HealthNotes
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.transport import Transport

API_KEY = "11111111-2222-3333-4444-555555555555"


class Clock:
    """Both clocks of a test; sleeping moves them at once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)


Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Server:
    """Answers requests with the steps of its script, the last one again and again."""

    url = "http://archive.test:8080"

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.steps: list[Step] = [httpx.Response(200, json=[])]

    def answers(self, *steps: Step) -> None:
        self.steps = list(steps)

    def answers_json(self, *documents: Any) -> None:
        self.answers(*(httpx.Response(200, json=document) for document in documents))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        if callable(step):
            return step(request)
        body = httpx.ByteStream(step.content)  # a response can be read only once: give a copy
        return httpx.Response(step.status_code, headers=step.headers, stream=body)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)

    @property
    def last_body(self) -> Any:
        return json.loads(self.requests[-1].content)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def api_key() -> str:
    return API_KEY


@pytest.fixture
def transport(server: Server, clock: Clock, api_key: str) -> Iterator[Transport]:
    made = Transport(
        server.url,
        api_key,
        transport=server.transport,
        sleep=clock.sleep,
        clock=clock.monotonic,
        now=clock.now,
    )
    yield made
    made.close()


@pytest.fixture
def uncached(transport: Transport) -> AuroraXClient:
    return AuroraXClient(Session(transport), today=lambda: date(2026, 3, 1))


@pytest.fixture
def make_cached(transport: Transport, clock: Any, tmp_path: Path) -> Callable[[], AuroraXClient]:
    def make() -> AuroraXClient:
        cache = ResponseCache(
            DiskStore(tmp_path / "cache" / "answers"), now=clock.now, start=lambda task: task()
        )
        health = HealthNotes(cache.notes, transport.base_url, clock.now)
        return AuroraXClient(Session(transport, cache, health=health), today=lambda: clock.now().date())

    return make


@pytest.fixture
def cached(make_cached: Callable[[], AuroraXClient]) -> AuroraXClient:
    return make_cached()

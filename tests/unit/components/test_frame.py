"""The badge tells where data come from, and notices by itself when the platform is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from aurorax_dashboard.api import LIVE_URL, health
from aurorax_dashboard.api.bytestore import DiskStore
from aurorax_dashboard.api.cache import ResponseCache
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError, MaintenanceError, UnreachableError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.transport import Transport
from aurorax_dashboard.components import frame


class Platform:
    """The platform, which may be away."""

    def __init__(self) -> None:
        self.away = False
        self.in_maintenance = False
        self.now = datetime(2026, 3, 1, 14, tzinfo=UTC)
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.away:
            raise httpx.ConnectError("refused")
        if self.in_maintenance:
            return httpx.Response(503)
        return httpx.Response(200, json=[])


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def client(platform: Platform, tmp_path: Path) -> AuroraXClient:
    session = Session(
        Transport(LIVE_URL, transport=httpx.MockTransport(platform)),
        ResponseCache(DiskStore(tmp_path / "answers"), now=lambda: platform.now),
    )
    return AuroraXClient(session).within(0.1)  # no time to try again


def test_a_platform_that_answers_is_not_asked_for_the_badge(
    client: AuroraXClient, platform: Platform
) -> None:
    assert frame.origin(client)[0] == "Live · api.aurorax.space"
    assert platform.asked == []


def test_the_badge_notices_that_the_platform_went_and_came_back(
    client: AuroraXClient, platform: Platform
) -> None:
    for _round in range(2):  # also the second time, though an answer of the first is kept
        platform.away = True
        with pytest.raises(UnreachableError):
            client.status("conjunctions", "0e9b1f5c-0000-4000-8000-000000000000")
        text, name, explanation = frame.origin(client)
        assert text.startswith("AuroraX unreachable")
        assert name.endswith("--down")
        assert "every half minute" in explanation
        platform.away = False
        platform.now += timedelta(seconds=30)
        assert frame.origin(client)[0] == "Live · api.aurorax.space"


def test_the_badge_notices_maintenance_and_its_end(client: AuroraXClient, platform: Platform) -> None:
    platform.in_maintenance = True
    with pytest.raises(MaintenanceError):
        client.submit_conjunctions(ConjunctionQuery())
    assert frame.origin(client)[0] == "Live · api.aurorax.space"  # too many searches may be waiting
    with pytest.raises(MaintenanceError):
        client.data_sources()
    for _question in range(2):
        text, name, explanation = frame.origin(client)
        assert text.startswith("AuroraX in maintenance")
        assert name.endswith("--down")
        assert "has been in maintenance since" in explanation
    platform.in_maintenance = False
    assert frame.origin(client)[0] == "Live · api.aurorax.space"


def test_the_badge_says_when_the_server_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, client: AuroraXClient
) -> None:
    since = datetime(2026, 3, 1, 14, 4, tzinfo=UTC)
    seen = health.ServerHealth(None, since, since + timedelta(seconds=70))
    monkeypatch.setattr(AuroraXClient, "health", lambda _client: seen)
    explanation = frame.origin(client)[2]
    assert "since 2026-03-01 14:04 UTC" in explanation
    assert "tried again at 14:05:10 UTC" in explanation


@pytest.mark.parametrize(("days", "form"), [(0, "%H:%M UTC"), (2, "%Y-%m-%d %H:%M UTC")])
def test_what_is_shown_meanwhile_is_dated(
    monkeypatch: pytest.MonkeyPatch, client: AuroraXClient, days: int, form: str
) -> None:
    now = datetime.now(UTC)
    seen = health.ServerHealth(now - timedelta(days=days), now)
    monkeypatch.setattr(AuroraXClient, "health", lambda _client: seen)
    text = frame.origin(client)[0]
    assert text == f"AuroraX unreachable · showing cached data from {seen.last_success:{form}}"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (AuroraXError("It broke", advice="Mend it."), "It broke. Mend it."),
        (AuroraXError("It broke.", advice="Mend it."), "It broke. Mend it."),
        (ValueError("internal"), "Nothing was lost. Reload the page and try again."),
    ],
)
def test_a_failed_callback_is_told_in_the_corner(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    shown: dict[str, dict[str, object]] = {}
    remember: Callable[..., None] = shown.__setitem__
    monkeypatch.setattr(frame, "set_props", remember)
    frame.show_error(error)
    assert shown[frame.Ids.TOASTS]["children"].children == sentence  # type: ignore[attr-defined]

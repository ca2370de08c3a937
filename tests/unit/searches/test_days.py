"""Counts by day: how old they are is told, and old ones are not kept for long."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from aurorax_dashboard.api.cache import Answer, Freshness
from aurorax_dashboard.searches.days import DayCounts, Span

SPAN = Span("ephemeris", date(2020, 1, 1), date(2020, 1, 3))
THEN = datetime(2020, 2, 1, tzinfo=UTC)


class Client:
    """Answers with what a cache had."""

    def __init__(self, *stale: bool) -> None:
        self._stale = list(stale)

    def ephemeris_availability(self, *_: Any, **__: Any) -> Answer[list[Any]]:
        return Answer([], Freshness(THEN, self._stale.pop(0)))


def test_counts_are_as_old_as_the_answer() -> None:
    found = DayCounts(Client(False)).look(SPAN, 10)  # type: ignore[arg-type]
    assert found is not None
    assert found.freshness == Freshness(THEN)


def test_stale_counts_say_so_and_are_soon_asked_for_anew() -> None:
    now = [0.0]
    counts = DayCounts(Client(True, False), lambda: now[0])  # type: ignore[arg-type]
    told = []
    for _ in range(3):
        found = counts.look(SPAN, 10)
        told.append(None if found is None else found.freshness.stale)
        now[0] += 10
    assert told == [True, True, False]

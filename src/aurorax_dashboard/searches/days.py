"""Counts of records by source and day, as the platform tells them: asked behind the page, kept for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from aurorax_dashboard.api.cache import Freshness
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.frames import availability_frame
from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.queries.days import What, to_date
from aurorax_dashboard.searches.questions import LongQuestion

_KEPT_S = 300.0
_KEPT_STALE_S = 15.0
_KEPT_FRAMES = 8


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: whole days, both included."""

    what: What
    first: date
    last: date
    exact: bool = False
    """Whether the platform counts anew instead of telling counts up to six hours old."""


@dataclass(frozen=True, slots=True)
class Days:
    """The counts of all sources."""

    counts: pd.DataFrame
    """As ``availability_frame`` describes it."""
    sources: dict[int, DataSource]
    freshness: Freshness


class DayCounts:
    """Counts for a whole page, shared by those who look at the same.

    Parameters
    ----------
    client
        The client with the time that the platform may take for many years.
    clock
        Seconds that grow.
    """

    def __init__(self, client: AuroraXClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._question: LongQuestion[Span, Days] = LongQuestion(self._ask)
        self._kept: dict[Span, tuple[float, Days]] = {}  # with when they are to be asked for anew
        self._lock = threading.Lock()

    def look(self, span: Span, wait_s: float) -> Days | None:
        """Return the counts, None if they are not there within `wait_s` seconds.

        Raises
        ------
        AuroraXError
            If AuroraX refuses or has no answer.
        """
        with self._lock:
            kept = self._kept.get(span)
            if kept is not None and self._clock() < kept[0]:
                return kept[1]
        return self._question.look(span, wait_s)

    def _ask(self, span: Span) -> Days:
        answer = (
            self._client.ephemeris_availability(span.first, span.last, slow=span.exact)
            if span.what == "ephemeris"
            else self._client.data_product_availability(span.first, span.last, slow=span.exact)
        )
        counts = availability_frame(answer.value, span.first, span.last)
        # Days that the platform does not name have nothing; of those to come nobody knows.
        past = to_date(pd.DatetimeIndex(counts.columns))
        counts.loc[:, past] = counts.loc[:, past].fillna(0.0)
        found = Days(
            counts=counts,
            sources={
                each.data_source.identifier: each.data_source
                for each in answer.value
                if each.data_source.identifier is not None
            },
            freshness=answer.freshness,
        )
        until = self._clock() + (_KEPT_STALE_S if found.freshness.stale else _KEPT_S)
        with self._lock:
            self._kept[span] = (until, found)
            for old in sorted(self._kept, key=lambda one: self._kept[one][0])[:-_KEPT_FRAMES]:
                del self._kept[old]
        return found

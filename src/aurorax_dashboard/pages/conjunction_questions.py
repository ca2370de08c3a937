"""What is asked about one conjunction while its page is looked at, and about its neighbours before."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.queries.nights import Product
from aurorax_dashboard.searches import surroundings
from aurorax_dashboard.searches.positions import Event, event
from aurorax_dashboard.searches.questions import LongQuestion
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.searches.surroundings import MARGINS, Surroundings, span_of
from aurorax_dashboard.services import Services

_SOON_S = 0.5
"""Where there is something to show already, nobody waits for more than that."""
_REMEMBERED = 64
_REMEMBERED_S = 600
"""So long an answer stays decoded in memory; the client keeps the bytes for longer."""

RecordsKey = tuple[str, int, int]
"""Request id, number of the conjunction, and the time in units of :data:`_REMEMBERED_S`."""

SkyKey = tuple[int, date, date, int]
"""Identifier of an imager, first and last day, and the time."""


class Questions:
    """What is asked around conjunctions, for everybody, in threads."""

    def __init__(self, services: Services) -> None:
        @lru_cache(_REMEMBERED)
        def ask(key: RecordsKey) -> Surroundings:
            stored = services.store.result(key[0])
            if stored is None:
                raise LookupError(key)
            return surroundings.ask_surroundings(services.client, stored.result, key[1])

        @lru_cache(_REMEMBERED)
        def ask_sky(key: SkyKey) -> list[Product]:
            return surroundings.ask_keograms(services.client, *key[:3])

        self.records = LongQuestion(ask)
        self.sky = LongQuestion(ask_sky)
        # Fetching ahead has threads of its own: it must not stand in the way of what somebody waits for.
        self._records_ahead = LongQuestion(ask)
        self._sky_ahead = LongQuestion(ask_sky)

    def fetch_ahead(self, stored: StoredResult, n: int, wait_s: float) -> list[Product]:
        """Have everything about a conjunction fetched that somebody may look at next.

        Returns
        -------
        list
            Its keograms, as far as they are known within `wait_s` seconds each.
        """
        found: list[Product] = []
        one = event(stored.result, n)
        try:
            self._records_ahead.look(records_key(stored, n), 0)
            for key in sky_keys(stored, one):
                products = self._sky_ahead.look(key, wait_s) or []
                found += surroundings.keograms_within(products, span_of(one, min(MARGINS)))
        except AuroraXError:
            return found  # who looks at it will be told
        return found


def _now() -> int:
    return int(time.time() // _REMEMBERED_S)


def records_key(stored: StoredResult, n: int) -> RecordsKey:
    """Return what is asked about the sources of conjunction `n`."""
    return stored.finished.status.search_request.request_id, n, _now()


def sky_keys(stored: StoredResult, one: Event) -> list[SkyKey]:
    """Return what is asked about the keograms of a conjunction."""
    first, last = span_of(one, max(MARGINS))
    kinds = stored.result.sources["source_type"]
    imagers = [each for each in one.sources if each >= 0 and kinds.get(each) == "ground"]
    return [(identifier, first.date(), last.date(), _now()) for identifier in imagers]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around a conjunction by now."""

    surroundings: Surroundings | None
    """None while they are looked up, or if they cannot be had."""
    complete: bool
    """Whether that is all there will be."""
    error: AuroraXError | None = None


def records_of(questions: Questions, stored: StoredResult, n: int, wait_s: float) -> Known:
    """Return the records around conjunction `n`; until they come, or without them, what was kept with the result."""
    key = records_key(stored, n)
    error: AuroraXError | None = None
    asked: Surroundings | None = None
    kept: Surroundings | None = None
    try:
        asked = questions.records.look(key, min(wait_s, _SOON_S))
        if asked is None:
            kept = surroundings.kept_surroundings(stored.result, stored.footprints, n)
            asked = questions.records.look(key, wait_s - _SOON_S) if kept is None else None
    except AuroraXError as failed:
        kept, error = surroundings.kept_surroundings(stored.result, stored.footprints, n), failed
    return Known(asked, True) if asked else Known(kept, error is not None, error)

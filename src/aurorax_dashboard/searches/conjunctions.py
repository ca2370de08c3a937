"""What is kept of conjunction searches: the query, the result and the footprints around its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.models import ConjunctionQuery, SearchKind, SearchStatus
from aurorax_dashboard.queries.importer import QueryImportError, import_query
from aurorax_dashboard.queries.words import title
from aurorax_dashboard.searches.errands import finished_now, remember_elsewhere
from aurorax_dashboard.searches.follow import Tell
from aurorax_dashboard.searches.footprints import fetch_footprints
from aurorax_dashboard.searches.store import SearchStore


@dataclass(frozen=True, slots=True)
class ConjunctionErrand:
    """Keeps conjunction searches in `store` (an :class:`~aurorax_dashboard.searches.follow.Errand`)."""

    client: AuroraXClient
    store: SearchStore
    map_events: int
    """Conjunctions whose footprints are fetched with the result."""
    kind: SearchKind = "conjunctions"

    def is_kept(self, request_id: str) -> bool:
        """Whether the result is kept."""
        return self.store.is_finished(request_id)

    def remember(self, status: SearchStatus) -> None:
        """Keep what the search asks."""
        remember_elsewhere(self.client, self.store, status, _read, title)

    def fetch(self, status: SearchStatus, tell: Tell) -> None:
        """Fetch the result and keep it."""
        count = status.search_result.result_count
        tell("Fetching the result." if count is None else f"Fetching {count:,} conjunctions.", None)
        result = self.client.conjunctions(status.search_request.request_id)
        self.store.finish(finished_now(self.client, status), result)

    def complete(self, request_id: str) -> None:
        """Fetch the footprints around the closest events of a kept result, and keep them."""
        stored = self.store.result(request_id)
        if stored is None or stored.placed:
            return
        found = fetch_footprints(self.client, stored.result, max_events=self.map_events)
        self.store.place(request_id, found)


def _read(document: dict[str, Any] | str) -> ConjunctionQuery | None:
    text = document if isinstance(document, str) else msgspec.json.encode(document).decode()
    try:
        return import_query(text)[0]
    except QueryImportError:
        return None

"""What is kept of conjunction searches: the query, the result and the footprints around its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.api.models import SearchKind, SearchStatus
from aurorax_dashboard.queries.importer import QueryImportError, import_query
from aurorax_dashboard.queries.words import title
from aurorax_dashboard.searches.follow import Tell, is_simulated
from aurorax_dashboard.searches.footprints import fetch_footprints
from aurorax_dashboard.searches.store import Finished, SearchStore, Submission
from aurorax_dashboard.times import utc


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
        """Keep what a search asks that was sent elsewhere: its link outlives the platform's copy."""
        request = status.search_request
        if request.query is None or self.store.submission(request.request_id) is not None:
            return
        try:
            query, _notes = import_query(
                request.query
                if isinstance(request.query, str)
                else msgspec.json.encode(request.query).decode()
            )
        except QueryImportError:
            return  # a query of a form that we do not know: the result can still be shown
        self.store.remember(
            Submission(
                request_id=request.request_id,
                query=query,
                title=title(query),
                server=self.client.base_url,
                submitted=utc(request.requested) if request.requested else datetime.now(UTC),
            )
        )

    def fetch(self, status: SearchStatus, tell: Tell) -> None:
        """Fetch the result and the footprints around its closest events, and keep them."""
        count = status.search_result.result_count
        tell("Fetching the result." if count is None else f"Fetching {count:,} conjunctions.", None)
        result = self.client.conjunctions(status.search_request.request_id)
        try:
            footprints = fetch_footprints(
                self.client,
                result,
                max_events=self.map_events,
                report=lambda done, of: tell(
                    f"Placing footprints on the map, {done} of {of}.", done / of
                ),
            )
        except AuroraXError:
            # The result is the promise; its map is filled when looked at.
            footprints = empty_ephemeris()
        finished = Finished(
            status=status,
            server=self.client.base_url,
            simulated=is_simulated(self.client),
            retrieved=datetime.now(UTC),
        )
        self.store.finish(finished, result, footprints)

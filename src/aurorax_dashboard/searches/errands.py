"""What is done alike for searches of every kind: kept when they are sent, heard of, and when they have ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.models import SearchStatus
from aurorax_dashboard.searches.follow import is_simulated
from aurorax_dashboard.searches.kept import Finished, KeptSearches, Query, Sent
from aurorax_dashboard.times import utc


def remember_sent(
    client: AuroraXClient, kept: KeptSearches[Query], request_id: str, query: Query, title: str
) -> Sent[Query]:
    """Keep, and return, what has just been sent under `request_id`."""
    sent = Sent(
        request_id=request_id,
        query=query,
        title=title,
        server=client.base_url,
        submitted=datetime.now(UTC),
    )
    kept.remember(sent)
    return sent


def remember_elsewhere(
    client: AuroraXClient,
    kept: KeptSearches[Query],
    status: SearchStatus,
    read: Callable[[dict[str, Any] | str], Query | None],
    title: Callable[[Query], str],
) -> None:
    """Keep what a search asks that was sent elsewhere: its link outlives the platform's copy.

    Parameters
    ----------
    read
        Returns the query that the platform tells of, an object or its JSON text; None if it is of a
        form that we do not know. The result can still be shown then.
    """
    request = status.search_request
    if request.query is None or kept.submission(request.request_id) is not None:
        return
    query = read(request.query)
    if query is None:
        return
    kept.remember(
        Sent(
            request_id=request.request_id,
            query=query,
            title=title(query),
            server=client.base_url,
            submitted=utc(request.requested) if request.requested else datetime.now(UTC),
        )
    )


def finished_now(client: AuroraXClient, status: SearchStatus) -> Finished:
    """Return how a search has ended whose result has just been fetched."""
    return Finished(
        status=status,
        server=client.base_url,
        simulated=is_simulated(client),
        retrieved=datetime.now(UTC),
    )

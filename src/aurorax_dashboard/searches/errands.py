"""What is done alike for searches of every kind: kept when they are sent, heard of, and when they have ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import TimedOutError, UnreachableError
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataProductQuery,
    EphemerisQuery,
    SearchStatus,
)
from aurorax_dashboard.searches.follow import is_simulated
from aurorax_dashboard.searches.keep import KeepError
from aurorax_dashboard.searches.kept import Finished, KeptSearches, Query, Sent
from aurorax_dashboard.times import utc

_LOG = logging.getLogger(__name__)

SomeQuery = TypeVar("SomeQuery", ConjunctionQuery, EphemerisQuery, DataProductQuery)


def send(
    client: AuroraXClient,
    submit: Callable[[SomeQuery], str],
    kept: KeptSearches[SomeQuery],
    query: SomeQuery,
    title: str,
) -> Sent[SomeQuery]:
    """Send `query` by `submit` and return what was kept of it.

    Its request id is chosen here. Where no answer comes, the search may be running all the same: it then
    counts as sent, and who follows it will find out.

    Raises
    ------
    AuroraXError
        If the server did not take it; then nothing is kept.
    """
    request_id = query.request_id or str(uuid4())
    try:
        request_id = submit(msgspec.structs.replace(query, request_id=request_id))
    except (TimedOutError, UnreachableError) as error:
        if not error.may_have_arrived or error.status == HTTPStatus.BAD_GATEWAY:
            raise
    sent = Sent(
        request_id=request_id,
        query=query,
        title=title,
        server=client.base_url,
        submitted=datetime.now(UTC),
    )
    try:
        kept.remember(sent)
    except KeepError as problem:  # it runs, and under its address it is found
        _LOG.warning("A search that was sent could not be kept: %s", problem.details)
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

"""How requests are spelled: paths, request ids, parameters, and queries as the platform reads them."""

from __future__ import annotations

import re
from datetime import date
from typing import TypedDict, TypeVar, get_args

import msgspec

from aurorax_dashboard.api.errors import NotFoundError
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataProductQuery,
    EphemerisQuery,
    RecordFormat,
    SearchKind,
)
from aurorax_dashboard.times import naive_utc

API = "/api/v1"

Query = TypeVar("Query", ConjunctionQuery, EphemerisQuery, DataProductQuery)

_REQUEST_ID = re.compile(r"[0-9a-fA-F-]{36}")


class SourceFilters(TypedDict, total=False):
    """Filters of lists of sources; each matches exactly."""

    program: str
    platform: str
    instrument_type: str
    source_type: str
    owner: str


def is_request_id(text: str) -> bool:
    """Whether `text` has the form of a search's request id."""
    return _REQUEST_ID.fullmatch(text) is not None


def request_path(kind: SearchKind, request_id: str) -> str:
    """Return the path of a search.

    Raises
    ------
    NotFoundError
        If there is no such `kind`, or `request_id` has not the form of one: no server needs to be asked.
    """
    if kind not in get_args(SearchKind) or not is_request_id(request_id):
        raise NotFoundError("This is not the id of a search", may_have_arrived=False)
    return f"{API}/{kind}/requests/{request_id}"


def as_sent(query: Query) -> Query:
    """Return `query` in the platform's spelling: times without zone, whole distances as integers."""
    sent = msgspec.structs.replace(
        query,
        start=None if query.start is None else naive_utc(query.start),
        end=None if query.end is None else naive_utc(query.end),
    )
    if isinstance(sent, ConjunctionQuery):
        sent.max_distances = {
            pair: int(km) if km is not None and float(km).is_integer() else km
            for pair, km in sent.max_distances.items()
        }
    return sent


def source_params(
    record_format: RecordFormat, include_stats: bool, filters: SourceFilters | None = None
) -> dict[str, str | bool]:
    """Return the parameters of a question about sources."""
    return {"format": record_format, "include_stats": include_stats, **_texts(filters or {})}


def availability_params(
    start: date, end: date, slow: bool, filters: SourceFilters
) -> dict[str, str | bool | None]:
    """Return the parameters of a question about availability."""
    period = {"start": start.isoformat(), "end": end.isoformat()}
    return {**period, "slow": slow or None, **_texts(filters)}


def _texts(filters: SourceFilters) -> dict[str, str]:
    return {name: str(value) for name, value in filters.items()}

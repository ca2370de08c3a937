"""Data sources: listed, found, looked up, counted, added, changed, deleted."""

from __future__ import annotations

import threading

from litestar import Response, Router, delete, get, patch, post, put
from litestar.di import Provide

from aurorax_dashboard.api.management import UserAccount
from aurorax_dashboard.api.models import DataSource, DataSourceQuery, DataSourceStats, RecordFormat
from aurorax_dashboard.archive.auth import Caller, signed_in
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.errors import ConflictError
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.source_records import SourceType, added, changed, replaced
from aurorax_dashboard.archive.sources import Attributes, fits, having, in_format

_changing = threading.Lock()
"""Held from reading a record to writing it, so that two changes at once are both made."""


def _shown(
    archive: Archive, source: DataSource, record_format: RecordFormat, include_stats: bool
) -> DataSource:
    shown = in_format(source, record_format)
    if include_stats:
        shown.stats = _stats(archive, source, record_format)
    return shown


def _stats(archive: Archive, source: DataSource, record_format: RecordFormat) -> DataSourceStats:
    counted = archive.sources.stats(source)
    return DataSourceStats(
        data_source=in_format(source, record_format),
        ephemeris_count=counted.ephemeris_count,
        earliest_ephemeris_loaded=counted.earliest_ephemeris_loaded,
        latest_ephemeris_loaded=counted.latest_ephemeris_loaded,
        data_product_count=counted.data_product_count,
        earliest_data_product_loaded=counted.earliest_data_product_loaded,
        latest_data_product_loaded=counted.latest_data_product_loaded,
    )


def attributes_asked(
    *,
    program: str | None = None,
    platform: str | None = None,
    instrument_type: str | None = None,
    source_type: SourceType | None = None,
    owner: str | None = None,
) -> Attributes:
    """Return what a request's query parameters ask of sources."""
    return Attributes(
        program=program,
        platform=platform,
        instrument_type=instrument_type,
        source_type=source_type,
        owner=owner,
    )


attributes_from_query = Provide(attributes_asked, sync_to_thread=False)


@get("/", dependencies={"attributes": attributes_from_query}, sync_to_thread=True)
def list_sources(
    archive: Archive,
    attributes: Attributes,
    format: RecordFormat = "basic_info",
    include_stats: bool = False,
) -> list[DataSource]:
    """Return the sources that have all of the given attributes, custom locations included."""
    chosen = having(archive.sources.everything(), attributes)
    return [_shown(archive, source, format, include_stats) for source in chosen]


@get("/{identifier:int}", sync_to_thread=True)
def get_source(
    archive: Archive, identifier: int, format: RecordFormat = "basic_info", include_stats: bool = False
) -> DataSource:
    """Return one source."""
    return _shown(archive, archive.sources.get(identifier), format, include_stats)


@get("/{identifier:int}/stats", deprecated=True, sync_to_thread=True)
def get_stats(
    archive: Archive,
    identifier: int,
    format: RecordFormat = "basic_info",
    slow: bool = False,  # noqa: ARG001
) -> DataSourceStats:
    """Return how many records of one source there are, and their first and last times.

    Counts are never out of date here, so that ``slow`` is accepted and changes nothing.
    """
    return _stats(archive, archive.sources.get(identifier), format)


@post("/search", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=True)
def search_sources(
    archive: Archive,
    data: DataSourceQuery,
    format: RecordFormat = "basic_info",
    include_stats: bool = False,
) -> list[DataSource]:
    """Return the sources that have any of the given programs, platforms and instrument types."""
    return [
        _shown(archive, source, format, include_stats)
        for source in archive.sources.everything()
        if fits(source, data)
    ]


@post("/", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=True, guards=[signed_in])
def add_source(archive: Archive, caller: Caller, data: DataSource) -> DataSource:
    """Add a source, which the caller owns; return its full record."""
    account = caller.require_may_add_sources()
    return in_format(archive.sources.add(added(data, account)), "full_record")


@put("/{identifier:int}", dto=JsonBody, return_dto=None, sync_to_thread=True, guards=[signed_in])
def replace_source(archive: Archive, caller: Caller, identifier: int, data: DataSource) -> DataSource:
    """Replace the record of a source; what the new one leaves out is empty."""
    with _changing:
        known, account = _to_change(archive, caller, identifier)
        record = archive.sources.replace(identifier, replaced(known, data, account))
    return in_format(record, "full_record")


@patch("/{identifier:int}", dto=JsonBody, return_dto=None, sync_to_thread=True, guards=[signed_in])
def change_source(archive: Archive, caller: Caller, identifier: int, data: DataSource) -> DataSource:
    """Change those fields of a source's record that are given."""
    with _changing:
        known, account = _to_change(archive, caller, identifier)
        record = archive.sources.replace(identifier, changed(known, data, account))
    return in_format(record, "full_record")


@delete("/{identifier:int}", status_code=200, sync_to_thread=True, guards=[signed_in])
def delete_source(archive: Archive, caller: Caller, identifier: int) -> Response[bytes]:
    """Delete a source that has no data."""
    with _changing:
        _to_change(archive, caller, identifier)
        archive.sources.delete(identifier)
    return Response(b"", media_type="application/json")


def _to_change(archive: Archive, caller: Caller, identifier: int) -> tuple[DataSource, UserAccount]:
    """Return the full record of a source, and the account that may change it.

    Raises
    ------
    NotFoundError
        If there is none with this identifier.
    ForbiddenError
        If the caller may not change it.
    ConflictError
        If it stands for a custom location.
    """
    known = archive.sources.get(identifier)
    account = caller.require_may_change(known)
    if identifier < 0:
        raise ConflictError(f"identifier: {identifier} stands for a custom location of searches")
    return known, account


router = Router(
    "/api/v1/data_sources",
    route_handlers=[
        list_sources,
        get_source,
        get_stats,
        search_sources,
        add_source,
        replace_source,
        change_source,
        delete_source,
    ],
    tags=["Data Sources"],
)

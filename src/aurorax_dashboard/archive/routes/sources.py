"""Data sources: listed, found, looked up, counted."""

from __future__ import annotations

from typing import Literal

from litestar import Router, get, post
from litestar.di import Provide

from aurorax_dashboard.api.models import DataSource, DataSourceQuery, DataSourceStats, RecordFormat
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.sources import Attributes, fits, having, in_format

SourceType = Literal["ground", "leo", "heo", "lunar", "event_list", "not_applicable"]


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


@get("/{identifier:int}/stats", sync_to_thread=True)
def get_stats(
    archive: Archive, identifier: int, format: RecordFormat = "basic_info"
) -> DataSourceStats:
    """Return how many records of one source there are, and their first and last times."""
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


router = Router(
    "/api/v1/data_sources",
    route_handlers=[list_sources, get_source, get_stats, search_sources],
    tags=["Data Sources"],
)

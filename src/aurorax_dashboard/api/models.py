"""The schemas of the AuroraX API, one typed struct each.

The same structs are read by the client and written by the embedded archive. They are lenient where
the platform is (empty objects for missing locations, three spellings of "no metadata filter") and
strict where a mistake would change a search.

Conventions: times are UTC, and a naive :class:`~datetime.datetime` *is* UTC, because that is how the
platform writes them (``2019-01-01T05:58:00``, no zone); :func:`~aurorax_dashboard.times.utc` makes either form aware.
Distances are kilometres, latitudes and longitudes degrees with longitudes in −180…180, latitudes of
spacecraft geocentric, durations as their names say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

ConjunctionType = Literal["nbtrace", "sbtrace", "geographic"]
Hemisphere = Literal["northern", "southern"]
FilterOperator = Literal["=", "!=", "<", "<=", ">", ">=", "between", "in", "not in"]
LogicalOperator = Literal["AND", "OR"]
RecordFormat = Literal["identifier_only", "basic_info", "with_metadata", "full_record"]
RequestType = Literal["conjunction", "ephemeris", "data_product"]
SearchKind = Literal["conjunctions", "ephemeris", "data_products"]
"""How the address of a search spells its kind (a status spells it as :data:`RequestType`)."""

MAX_CRITERIA_BLOCKS = 10
"""Criteria blocks of all four kinds together that one conjunction search may have."""


class Model(msgspec.Struct, kw_only=True):
    """Base of all schemas: built and compared by field name."""


# ---- places and sources ------------------------------------------------------------------------


class Location(Model):
    """A point on the sphere, degrees. Both null where a field line is open or nothing is known."""

    lat: float | None = None
    lon: float | None = None


class MetadataField(Model, omit_defaults=True):
    """One entry of a source's metadata schema (``MetadataSchema`` in the API's document)."""

    field_name: str
    description: str | None = None
    data_type: str | None = None
    """``string``, ``double``, ``int`` or ``bool``, as far as seen."""
    allowed_values: list[str] | None = None
    additional_description: str | None = None
    searchable: bool | None = None


class DataSourceStats(Model):
    """What the platform holds of a source: counts of records and their first and last times.

    Times are null, and present as such, where there is no record.
    """

    data_source: DataSource | None = None
    ephemeris_count: int | None = None
    earliest_ephemeris_loaded: datetime | None = None
    latest_ephemeris_loaded: datetime | None = None
    data_product_count: int | None = None
    earliest_data_product_loaded: datetime | None = None
    latest_data_product_loaded: datetime | None = None


class DataSource(Model, omit_defaults=True):
    """A satellite, a ground instrument or an event list. How much is filled depends on the format."""

    identifier: int | None = None
    program: str | None = None
    platform: str | None = None
    instrument_type: str | None = None
    source_type: str | None = None
    """``ground``, ``leo``, ``heo``, ``lunar``, ``event_list`` or ``not_applicable``."""
    display_name: str | None = None
    ephemeris_metadata_schema: list[MetadataField] | None = None
    data_product_metadata_schema: list[MetadataField] | None = None
    owner: str | None = None
    maintainers: list[str] | None = None
    metadata: dict[str, Any] | None = None
    stats: DataSourceStats | None = None


class DataSourceQuery(Model):
    """Body of a source search. An empty or null list means any."""

    programs: list[str] | None = None
    platforms: list[str] | None = None
    instrument_types: list[str] | None = None


class EphemerisAvailability(Model):
    """Minutes of ephemeris a day (at most 1440) by date ``YYYY-MM-DD``."""

    data_source: DataSource
    available_ephemeris: dict[str, int] | None = None
    available_data_products: dict[str, int] | None = None


class DataProductAvailability(Model):
    """Data products a day by date ``YYYY-MM-DD``."""

    data_source: DataSource
    available_data_products: dict[str, int] | None = None
    available_ephemeris: dict[str, int] | None = None


# ---- what a search asks ------------------------------------------------------------------------


class MetadataExpression(Model):
    """One condition on a metadata field; its values are alternatives (``between`` takes two)."""

    key: str
    operator: FilterOperator
    values: list[str | int | float | bool]


class MetadataFilters(Model):
    """Conditions joined by AND or OR. The API calls this ``MetadataExpressionGroup``."""

    logical_operator: LogicalOperator = "AND"
    expressions: list[MetadataExpression] = []


AnyMetadataFilters = MetadataFilters | list[MetadataExpression] | None
"""No filter is written ``{}``, ``null`` or ``[]``; a plain list is the older spelling of AND."""


def filters_of(filters: AnyMetadataFilters) -> MetadataFilters:
    """Return any of the spellings of metadata filters in the one form the code works with."""
    if filters is None:
        return MetadataFilters()
    if isinstance(filters, list):
        return MetadataFilters(expressions=filters)
    return filters


class GroundCriteria(Model):
    """Ground instruments, any of which may take part. An empty list means any."""

    programs: list[str] = []
    platforms: list[str] = []
    instrument_types: list[str] = []
    ephemeris_metadata_filters: AnyMetadataFilters = None


class SpaceCriteria(Model):
    """Spacecraft, any of which may take part while in one of the geographic hemispheres."""

    programs: list[str] = []
    platforms: list[str] = []
    instrument_types: list[str] = []
    hemisphere: list[Hemisphere] = []
    """By the geographic latitude of the spacecraft itself, whichever footprint is compared."""
    ephemeris_metadata_filters: AnyMetadataFilters = None


class EventsCriteria(Model):
    """Event lists (substorm onsets and the like), any of which may take part."""

    programs: list[str] = []
    platforms: list[str] = []
    instrument_types: list[str] = []
    ephemeris_metadata_filters: AnyMetadataFilters = None


class AdhocCriteria(Model):
    """Custom locations, any of which may take part."""

    locations: list[Location]


class ConjunctionQuery(Model):
    """A conjunction search (``SuperConjunctionQuery``).

    Participants within a block are alternatives; one of every block must be there at once.
    """

    start: datetime | None = None
    """Null means as early as there are data; ``end``, as late."""
    end: datetime | None = None
    conjunction_types: list[ConjunctionType] = msgspec.field(default_factory=lambda: ["nbtrace"])
    ground: list[GroundCriteria] = []
    space: list[SpaceCriteria] = []
    events: list[EventsCriteria] = []
    adhoc: list[AdhocCriteria] = []
    max_distances: dict[str, float | None] = {}
    """By pairs of blocks, ``ground1-space1``: kilometres, or null where the pair does not matter. Blocks
    are counted from 1 within their kind; kinds are ordered ground, space, events, adhoc."""
    epoch_search_precision: Literal[30, 60] = 60
    """Seconds between the epochs that are compared; 30 interpolates between records."""
    request_id: str | None = None


class EphemerisCriteria(Model):
    """Sources of an ephemeris search."""

    programs: list[str] = []
    platforms: list[str] = []
    instrument_types: list[str] = []
    ephemeris_metadata_filters: AnyMetadataFilters = None


class EphemerisQuery(Model):
    """An ephemeris search; both ends of the period are included."""

    data_sources: EphemerisCriteria
    start: datetime | None = None
    end: datetime | None = None
    request_id: str | None = None


class DataProductCriteria(Model):
    """Sources of a data product search."""

    programs: list[str] = []
    platforms: list[str] = []
    instrument_types: list[str] = []
    data_product_metadata_filters: AnyMetadataFilters = None


class DataProductQuery(Model):
    """A data product search: products that lie within the period, both ends included."""

    data_sources: DataProductCriteria
    start: datetime | None = None
    end: datetime | None = None
    data_product_type_filters: list[str] = []
    request_id: str | None = None


class SynchronousEphemerisQuery(Model):
    """Body of an ephemeris search answered at once (``EphemerisQueryWithResponseFormat``)."""

    query: EphemerisQuery
    response_format: dict[str, Any] | None = None
    """A tree of the fields of a record, true where one is wanted; all of them if it is null."""


class SynchronousDataProductQuery(Model):
    """Body of a data product search answered at once (``DataProductQueryWithResponseFormat``)."""

    query: DataProductQuery
    response_format: dict[str, Any] | None = None
    """A tree of the fields of a record, true where one is wanted; all of them if it is null."""


# ---- what a search answers ---------------------------------------------------------------------


class SearchRequest(Model):
    """What was asked. ``query`` comes as an object or as JSON text, by the platform's age."""

    request_id: str
    request_type: str | None = None
    query: dict[str, Any] | str | None = None
    requested: datetime | None = None


class SearchLog(Model):
    """One line of a search's log (``SearchRequestLog``)."""

    level: str | None = None
    summary: str | None = None
    timestamp: datetime | None = None


class SearchResult(Model):
    """How a search ended; every field is null while it runs."""

    completed_timestamp: datetime | None = None
    data_uri: str | None = None
    error_condition: bool | None = None
    file_size: int | None = None
    """Bytes of the stored result (larger than what is downloaded)."""
    query_duration: int | None = None
    """Milliseconds."""
    result_count: int | None = None
    result_file_deleted_timestamp: datetime | None = None


class SearchStatus(Model):
    """State of a search (``SearchQueryResponse``)."""

    search_request: SearchRequest
    search_result: SearchResult
    logs: list[SearchLog] = []

    @property
    def finished(self) -> bool:
        """Whether the search has ended, well or badly."""
        result = self.search_result
        return (
            result.data_uri is not None
            or result.completed_timestamp is not None
            or result.error_condition is True
        )

    @property
    def failed(self) -> bool:
        """Whether the search ended without a result."""
        return self.search_result.error_condition is True


class ConjunctionEvent(Model, omit_defaults=True):
    """One pair of sources within a conjunction."""

    conjunction_type: str | None = None
    e1_source: DataSource | None = None
    e2_source: DataSource | None = None
    start: datetime | None = None
    end: datetime | None = None
    min_distance: float | None = None
    max_distance: float | None = None
    generated_e1_ephemeris_query: EphemerisQuery | None = None
    generated_e2_ephemeris_query: EphemerisQuery | None = None


class Conjunction(Model, omit_defaults=True):
    """A maximal run of consecutive epochs at which one source of every block is within its limits.

    Distances are kilometres over the whole run and all limited pairs.
    """

    conjunction_type: str | None = None
    start: datetime | None = None
    """The first matching epoch; ``end`` is the last, and the same where there is only one."""
    end: datetime | None = None
    data_sources: list[DataSource] = []
    """One a block, in block order."""
    min_distance: float | None = None
    max_distance: float | None = None
    closest_epoch: datetime | None = None
    """When a limited pair was at ``min_distance``; ``farthest_epoch`` at ``max_distance``."""
    farthest_epoch: datetime | None = None
    events: list[ConjunctionEvent] = []
    """One for each limited pair of its sources."""


class Ephemeris(Model, omit_defaults=True):
    """Where a source was at one minute, with both magnetic footprints and its metadata."""

    data_source: DataSource | None = None
    epoch: datetime | None = None
    location_geo: Location | None = None
    """Geographic; of spacecraft, the latitude is geocentric."""
    location_gsm: Location | None = None
    """In geocentric solar magnetospheric coordinates; null for whatever stands on the ground."""
    nbtrace: Location | None = None
    """Northern footprint; ``sbtrace`` is the southern one. Null where the field line is open."""
    sbtrace: Location | None = None
    metadata: dict[str, Any] | None = None


class DataProduct(Model, omit_defaults=True):
    """A file made of observations: a keogram, a movie and the like. Its ``url`` tells it from others.

    ``start`` and ``end`` are the first and the last minute that it shows.
    """

    data_source: DataSource | None = None
    data_product_type: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    url: str | None = None
    metadata: dict[str, Any] | None = None


class ErrorDocument(Model):
    """The body of an error."""

    error_code: str | None = None
    error_message: str | None = None

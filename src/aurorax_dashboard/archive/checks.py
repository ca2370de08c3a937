"""Queries are checked before they are accepted; what is wrong is named by field.

What is checked here is what a struct's types cannot say. Times leave as the naive UTC times that the
platform writes, distances keyed in block order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import Any, TypeVar

import msgspec

from aurorax_dashboard.api.models import (
    MAX_CRITERIA_BLOCKS,
    AdhocCriteria,
    AnyMetadataFilters,
    ConjunctionQuery,
    DataProductQuery,
    EphemerisQuery,
    Location,
    filters_of,
)
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.products import DATA_PRODUCT_TYPES
from aurorax_dashboard.times import naive_utc

AnyQuery = TypeVar("AnyQuery", ConjunctionQuery, EphemerisQuery, DataProductQuery)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1850, 2149
"""Nothing was observed minute by minute earlier, and nobody plans later."""

_DEEPEST_METADATA = 50
_MAX_LOCATIONS = 100
"""Custom locations of one search: each is compared with every source of the other blocks."""
_BLOCK_KINDS = ("ground", "space", "events", "adhoc")


class SentConjunctionQuery(ConjunctionQuery):
    """A conjunction search as clients send it (``SuperConjunctionQuery``).

    PyAuroraX, from its version 1.27 on, asks for 30 s between epochs by a truth value of another name.
    """

    subminute_precision: bool | None = None


def block_names(query: ConjunctionQuery) -> list[str]:
    """Return the names of a query's criteria blocks in their order: ground1, ground2, space1."""
    return [
        f"{kind}{number}" for kind in _BLOCK_KINDS for number in range(1, len(getattr(query, kind)) + 1)
    ]


def pair_limits(query: ConjunctionQuery) -> dict[tuple[str, str], float | None]:
    """Return the largest distance in km of every pair of blocks, None for no limit.

    A pair that the query does not mention has no limit, but two ground blocks must be at one place.

    Raises
    ------
    BadRequestError
        If a distance is negative or belongs to no pair of blocks, or a pair is given twice.
    """
    pairs = list(combinations(block_names(query), 2))
    given: dict[tuple[str, str], float | None] = {}
    for key, distance in query.max_distances.items():
        first, _, second = key.partition("-")
        pair = next((pair for pair in pairs if pair in {(first, second), (second, first)}), None)
        if pair is None:
            raise BadRequestError(f"max_distances.{key}: the query has no such pair of criteria blocks")
        if pair in given and given[pair] != distance:
            raise BadRequestError(
                f"max_distances.{key}: this pair of criteria blocks has two distances"
            )
        if distance is not None and not (math.isfinite(distance) and distance >= 0):
            raise BadRequestError(f"max_distances.{key}: must be 0 km or more, or null")
        given[pair] = distance
    return {pair: given.get(pair, 0.0 if _both_ground(pair) else None) for pair in pairs}


def _both_ground(pair: tuple[str, str]) -> bool:
    return all(name.startswith("ground") for name in pair)


def check_conjunction_query(query: ConjunctionQuery) -> ConjunctionQuery:
    """Return a conjunction query in the form that it is kept and run in.

    Raises
    ------
    BadRequestError
        If it cannot be run, naming the field.
    """
    names = block_names(query)
    if len(names) < 2:
        raise BadRequestError("ground, space, events, adhoc: at least two criteria blocks are needed")
    if len(names) > MAX_CRITERIA_BLOCKS:
        raise BadRequestError(
            "ground, space, events, adhoc: Number of criteria blocks exceeds "
            f"{MAX_CRITERIA_BLOCKS}, please reduce the count"
        )
    for kind in ("ground", "space", "events"):
        for index, block in enumerate(getattr(query, kind)):
            _check_filters(
                f"{kind}[{index}].ephemeris_metadata_filters", block.ephemeris_metadata_filters
            )
    _check_locations(query.adhoc)
    limits = {f"{first}-{second}": distance for (first, second), distance in pair_limits(query).items()}
    half_minutes = isinstance(query, SentConjunctionQuery) and query.subminute_precision
    fields = {field: getattr(query, field) for field in ConjunctionQuery.__struct_fields__}
    fields["max_distances"] = limits
    fields["epoch_search_precision"] = 30 if half_minutes else query.epoch_search_precision
    return _with_plain_times(ConjunctionQuery(**fields))


def check_searchable(query: ConjunctionQuery) -> ConjunctionQuery:
    """Return a checked query if it can be searched for, and not only described.

    Without any distance the sources would meet whenever all of them have records: the answer to such a
    query is the times of all records, once for each combination of sources.

    Raises
    ------
    BadRequestError
        If no pair of blocks has a distance.
    """
    if all(distance is None for distance in query.max_distances.values()):
        raise BadRequestError(
            "max_distances: No two criteria blocks have a greatest distance, so every epoch would match. "
            "Give at least one pair of blocks a distance in km."
        )
    return query


def check_ephemeris_query(query: EphemerisQuery) -> EphemerisQuery:
    """Return an ephemeris query in the form that it is kept and run in.

    Raises
    ------
    BadRequestError
        If it cannot be run, naming the field.
    """
    criteria = query.data_sources
    filters = criteria.ephemeris_metadata_filters
    _check_filters("data_sources.ephemeris_metadata_filters", filters)
    named = (
        criteria.programs,
        criteria.platforms,
        criteria.instrument_types,
        filters_of(filters).expressions,
    )
    if not any(named):
        raise BadRequestError(
            "data_sources: at least one of programs, platforms, instrument_types, "
            "ephemeris_metadata_filters is needed"
        )
    return _with_plain_times(query)


def check_data_product_query(query: DataProductQuery) -> DataProductQuery:
    """Return a data product query in the form that it is kept and run in.

    Raises
    ------
    BadRequestError
        If it cannot be run, naming the field.
    """
    criteria = query.data_sources
    filters = criteria.data_product_metadata_filters
    _check_filters("data_sources.data_product_metadata_filters", filters)
    named = (
        criteria.programs,
        criteria.platforms,
        criteria.instrument_types,
        filters_of(filters).expressions,
    )
    if not any(named):
        raise BadRequestError(
            "data_sources: at least one of programs, platforms, instrument_types, "
            "data_product_metadata_filters is needed"
        )
    for index, kind in enumerate(query.data_product_type_filters):
        if kind not in DATA_PRODUCT_TYPES:
            raise BadRequestError(
                f"data_product_type_filters[{index}]: {kind} is none of {', '.join(DATA_PRODUCT_TYPES)}"
            )
    return _with_plain_times(query)


def _with_plain_times(query: AnyQuery) -> AnyQuery:
    start, end = checked_time("start", query.start), checked_time("end", query.end)
    if start and end and end < start:
        raise BadRequestError(f"end: {end.isoformat()} is before the start, {start.isoformat()}")
    request_id = None if query.request_id is None else checked_id(query.request_id)
    return msgspec.structs.replace(query, start=start, end=end, request_id=request_id)


def checked_time(field: str, time: datetime | None) -> datetime | None:
    """Return `time` as the naive UTC time that the platform writes.

    Raises
    ------
    BadRequestError
        If it is of no year in which anything can have been observed, naming `field`.
    """
    try:
        plain = None if time is None else naive_utc(time)
    except OverflowError:
        raise BadRequestError(f"{field}: this time cannot be written in UTC") from None
    if plain is not None:
        check_year(field, plain)
    return plain


def check_year(field: str, day: date) -> None:
    """Refuse a day of which nothing can be held.

    Raises
    ------
    BadRequestError
        Naming `field`.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadRequestError(
            f"{field}: the year must be {FIRST_YEAR} to {LAST_YEAR}, not {day.year:04}"
        )


def checked_id(request_id: str) -> str:
    """Return the identifier of a request as it is kept.

    Raises
    ------
    BadRequestError
        If it is none.
    """
    if not _UUID.fullmatch(request_id):
        raise BadRequestError("request_id: must be a UUID such as 5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55")
    return request_id.lower()


def metadata_problems(metadata: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is wrong with metadata: deep ones could be taken in, but not be read again."""
    level: list[Any] = [metadata]
    for _ in range(_DEEPEST_METADATA + 1):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    yield f"metadata: must not be nested deeper than {_DEEPEST_METADATA} levels"


def _check_filters(field: str, filters: AnyMetadataFilters) -> None:
    for index, expression in enumerate(filters_of(filters).expressions):
        where = f"{field}.expressions[{index}]"
        if not expression.key:
            raise BadRequestError(f"{where}.key: must not be empty")
        if not expression.values:
            raise BadRequestError(f"{where}.values: at least one value is needed")
        if expression.operator == "between" and len(expression.values) != 2:
            raise BadRequestError(
                f"{where}.values: between takes two values, not {len(expression.values)}"
            )


def _check_locations(blocks: Sequence[AdhocCriteria]) -> None:
    count = sum(len(block.locations) for block in blocks)
    if count > _MAX_LOCATIONS:
        raise BadRequestError(f"adhoc: at most {_MAX_LOCATIONS} locations, not {count:,}")
    for field, location in _fields_of_locations(blocks):
        if location.lat is None or not -90 <= location.lat <= 90:
            raise BadRequestError(f"{field}.lat: must be −90 to 90 degrees")
        if location.lon is None or not -180 <= location.lon <= 180:
            raise BadRequestError(f"{field}.lon: must be −180 to 180 degrees")


def _fields_of_locations(blocks: Sequence[AdhocCriteria]) -> Iterator[tuple[str, Location]]:
    for number, block in enumerate(blocks):
        if not block.locations:
            raise BadRequestError(f"adhoc[{number}].locations: at least one location is needed")
        for index, location in enumerate(block.locations):
            yield f"adhoc[{number}].locations[{index}]", location

"""Queries are checked before they are accepted; what is wrong is named by field.

What is checked here is what a struct's types cannot say. Times leave as the naive UTC times that the
platform writes, distances keyed in block order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import TypeVar

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
from aurorax_dashboard.times import naive_utc

AnyQuery = TypeVar("AnyQuery", ConjunctionQuery, EphemerisQuery, DataProductQuery)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BLOCK_KINDS = ("ground", "space", "events", "adhoc")


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
    return msgspec.structs.replace(_with_plain_times(query), max_distances=limits)


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
    """Return a data product query in the form that it is described in.

    Raises
    ------
    BadRequestError
        If it makes no sense, naming the field.
    """
    filters = query.data_sources.data_product_metadata_filters
    _check_filters("data_sources.data_product_metadata_filters", filters)
    return _with_plain_times(query)


def _with_plain_times(query: AnyQuery) -> AnyQuery:
    start, end = _plain("start", query.start), _plain("end", query.end)
    if start and end and end < start:
        raise BadRequestError(f"end: {end.isoformat()} is before the start, {start.isoformat()}")
    if query.request_id is not None and not _UUID.fullmatch(query.request_id):
        raise BadRequestError("request_id: must be a UUID such as 5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55")
    request_id = query.request_id.lower() if query.request_id else None
    return msgspec.structs.replace(query, start=start, end=end, request_id=request_id)


def _plain(field: str, time: datetime | None) -> datetime | None:
    try:
        return None if time is None else naive_utc(time)
    except OverflowError:
        raise BadRequestError(f"{field}: this time cannot be written in UTC") from None


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

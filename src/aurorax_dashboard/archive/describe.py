"""Queries as the sentences that the platform writes about them, and how many tuples they compare.

Of hemispheres, custom locations, pairs without a limit and filters with conditions no sentence of the
platform is known; the dashboard words them in the same way.
"""

from __future__ import annotations

from datetime import datetime
from math import prod

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    AnyMetadataFilters,
    ConjunctionQuery,
    DataProductQuery,
    EphemerisQuery,
    MetadataExpression,
    SpaceCriteria,
    filters_of,
)
from aurorax_dashboard.archive.blocks import criteria_blocks, sources_of
from aurorax_dashboard.archive.checks import pair_limits
from aurorax_dashboard.archive.sources import Criteria, Sources


def describe_conjunctions(query: ConjunctionQuery) -> str:
    """Return a conjunction query in words."""
    blocks = " AND ".join(f"{name}=({_block(block)})" for name, block in criteria_blocks(query))
    limits = ", ".join(
        f"{first}-{second}={_kilometres(distance)}"
        for (first, second), distance in pair_limits(query).items()
    )
    return (
        f"Find conjunctions of type ({', '.join(query.conjunction_types)}) "
        f"with epoch precision of {query.epoch_search_precision} seconds "
        f"between data sources of {blocks} "
        f"WHERE epochs are between {_full(query.start)} AND {_full(query.end)} UTC "
        f"HAVING max distances between location points of {limits}."
    )


def describe_ephemeris(query: EphemerisQuery) -> str:
    """Return an ephemeris query in words."""
    words = _searched(query.data_sources, query.data_sources.ephemeris_metadata_filters, "ephemeris")
    period = f"{_short(query.start)} and {_short(query.end)} UTC"
    return f"Find ephemeris for {words}  AND epoch between {period}"


def describe_data_products(query: DataProductQuery) -> str:
    """Return a data product query in words. Without types it ends in AND, as the platform's does."""
    words = _searched(
        query.data_sources, query.data_sources.data_product_metadata_filters, "data_product"
    )
    types = query.data_product_type_filters
    return (
        f"Find data_products for {words} AND data_product start >= {_short(query.start)} UTC "
        f"AND data_product end <= {_short(query.end)} UTC AND"
        + (f" data_product_type in ({', '.join(types)})" if types else "")
    )


def cartesian_products(query: ConjunctionQuery, sources: Sources) -> int:
    """Return how many tuples of one source of every block the query compares."""
    return prod(
        len(block.locations) if isinstance(block, AdhocCriteria) else len(sources_of(block, sources))
        for _, block in criteria_blocks(query)
    )


def _names(criteria: Criteria) -> list[str]:
    lists = (
        ("program", criteria.programs),
        ("platform", criteria.platforms),
        ("instrument_type", criteria.instrument_types),
    )
    return [f"{field} in ({', '.join(names)})" for field, names in lists if names]


def _block(block: Criteria | AdhocCriteria) -> str:
    if isinstance(block, AdhocCriteria):
        places = ", ".join(f"({_value(place.lat)}, {_value(place.lon)})" for place in block.locations)
        return f"location in ({places})"
    words = _names(block)
    if isinstance(block, SpaceCriteria) and block.hemisphere:
        words.append(f"hemisphere in ({', '.join(block.hemisphere)})")
    filters: AnyMetadataFilters = getattr(block, "ephemeris_metadata_filters", None)
    filtered = f"filtered by metadata ({_filters(filters)})" if filters_of(filters).expressions else ""
    return " ".join(part for part in (" AND ".join(words), filtered) if part)


def _searched(criteria: Criteria, filters: AnyMetadataFilters, kind: str) -> str:
    """Return the first half of the sentences about one kind of record."""
    names = " AND ".join(_names(criteria))
    expressions = filters_of(filters).expressions
    listed = ", ".join(_expression(expression) for expression in expressions)
    filtered = f"filtered by metadata ({_filters(filters)})"
    return f"(({names + ' ' if names else ''}{filtered}) AND  {kind}_metadata_filters [{listed}])"


def _filters(filters: AnyMetadataFilters) -> str:
    group = filters_of(filters)
    return f" {group.logical_operator} ".join(
        _expression(expression) for expression in group.expressions
    )


def _expression(expression: MetadataExpression) -> str:
    values = [_value(value) for value in expression.values]
    if expression.operator == "between":
        return f"{expression.key} between {' AND '.join(values)}"
    listed = ", ".join(values)
    if expression.operator in {"in", "not in"}:
        return f"{expression.key} {expression.operator} ({listed})"
    return f"{expression.key} {expression.operator} {listed}"


def _value(value: str | float | None) -> str:
    """Write a value; truth values as JSON does, whole numbers without ``.0``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _kilometres(distance: float | None) -> str:
    return "null" if distance is None else f"{_value(distance)} km"


def _full(time: datetime | None) -> str:
    return time.isoformat() if time else "any time"


def _short(time: datetime | None) -> str:
    """Return a time without its seconds where they are zero."""
    if time is None:
        return "any time"
    whole = time.second == 0 and time.microsecond == 0
    return time.isoformat(timespec="minutes" if whole else "auto")

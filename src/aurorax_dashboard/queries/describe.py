"""A conjunction search in the SQL-like form in which the platform describes it."""

from __future__ import annotations

from datetime import datetime

from aurorax_dashboard.api.models import AdhocCriteria, ConjunctionQuery, SpaceCriteria, filters_of
from aurorax_dashboard.queries.blocks import Criteria, SourceCriteria, blocks
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.match import NAME_FIELDS
from aurorax_dashboard.queries.operators import expression_sql, value_text


def describe(query: ConjunctionQuery) -> str:
    """Return `query` as the platform's describe service words it.

    Programs, platforms, instrument types, period and distances read as the platform's do. Of
    hemispheres, filters, custom locations and pairs without a limit no description of the platform is
    known; they follow the same style, and the embedded archive words them in the same way.
    """
    strict = canonical(query)
    parties = " AND ".join(f"{block.name}=({_criteria(block.criteria)})" for block in blocks(strict))
    limits = ", ".join(
        f"{key}={'null' if km is None else f'{value_text(km)} km'}"
        for key, km in strict.max_distances.items()
    )
    return (
        f"Find conjunctions of type ({', '.join(strict.conjunction_types)}) "
        f"with epoch precision of {strict.epoch_search_precision} seconds "
        f"between data sources of {parties} "
        f"WHERE epochs are between {_epoch(strict.start)} AND {_epoch(strict.end)} UTC "
        f"HAVING max distances between location points of {limits}."
    )


def _epoch(moment: datetime | None) -> str:
    return "any time" if moment is None else moment.isoformat()


def _criteria(criteria: Criteria) -> str:
    if isinstance(criteria, AdhocCriteria):
        places = ", ".join(
            f"({_degrees(place.lat)}, {_degrees(place.lon)})" for place in criteria.locations
        )
        return f"location in ({places})"
    conditions = [
        f"{field.removesuffix('s')} in ({', '.join(names)})"
        for field in NAME_FIELDS
        if (names := getattr(criteria, field))
    ]
    if isinstance(criteria, SpaceCriteria) and criteria.hemisphere:
        conditions.append(f"hemisphere in ({', '.join(criteria.hemisphere)})")
    return " ".join(part for part in (" AND ".join(conditions), _filters(criteria)) if part)


def _filters(criteria: SourceCriteria) -> str:
    filters = filters_of(criteria.ephemeris_metadata_filters)
    if not filters.expressions:
        return ""
    joined = f" {filters.logical_operator} ".join(
        expression_sql(expression) for expression in filters.expressions
    )
    return f"filtered by metadata ({joined})"


def _degrees(value: float | None) -> str:
    return "?" if value is None else value_text(value)

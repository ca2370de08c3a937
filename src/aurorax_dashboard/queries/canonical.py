"""The one strict form of a conjunction search, and the JSON body that is sent and exported.

Whatever spelling a search came in, two searches that mean the same have the same canonical form, so
links and saved searches can be compared.
"""

from __future__ import annotations

from typing import Any

import msgspec

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    MetadataFilters,
    SpaceCriteria,
    filters_of,
)
from aurorax_dashboard.queries.blocks import (
    KINDS,
    Criteria,
    SourceCriteria,
    blocks,
    criteria_of,
    distances,
)
from aurorax_dashboard.queries.period import whole_second

DEFAULT_PRECISION_S = 60
"""Epoch precision that the platform takes when a search names none."""


def canonical(query: ConjunctionQuery) -> ConjunctionQuery:
    """Return `query` in its strict form.

    Times are naive UTC in whole seconds, as the platform writes them; filters without conditions are
    None; every pair of blocks has its limit (km or None), in the platform's order; the request id,
    which belongs to one run of a search, is left out.
    """
    return msgspec.structs.replace(
        query,
        start=whole_second(query.start),
        end=whole_second(query.end),
        **{
            kind: [_canonical_criteria(criteria) for criteria in criteria_of(query, kind)]
            for kind in KINDS
        },
        max_distances=distances(query),
        request_id=None,
    )


def body(query: ConjunctionQuery) -> dict[str, Any]:
    """Return the JSON body of `query`, in the form of the platform's own search page.

    Every client takes it: times end in ``Z`` (PyAuroraX cuts the last letter off), "no filter" is
    ``{}``, whole kilometres are integers, and what equals the platform's default is not named.
    """
    strict = canonical(query)
    document: dict[str, Any] = {}
    for name, moment in (("start", strict.start), ("end", strict.end)):
        if moment is not None:
            document[name] = f"{moment.isoformat()}Z"
    document["conjunction_types"] = list(strict.conjunction_types)
    for kind in KINDS:
        document[kind] = [
            _criteria_body(block.criteria) for block in blocks(strict) if block.kind == kind
        ]
    document["max_distances"] = {key: _integral(km) for key, km in strict.max_distances.items()}
    if strict.epoch_search_precision != DEFAULT_PRECISION_S:
        document["epoch_search_precision"] = strict.epoch_search_precision
    return document


def _canonical_criteria(criteria: Criteria) -> Criteria:
    if isinstance(criteria, AdhocCriteria):
        return criteria
    filters = filters_of(criteria.ephemeris_metadata_filters)
    return msgspec.structs.replace(
        criteria, ephemeris_metadata_filters=filters if filters.expressions else None
    )


def _criteria_body(criteria: Criteria) -> dict[str, Any]:
    if isinstance(criteria, AdhocCriteria):
        return {"locations": [{"lat": place.lat, "lon": place.lon} for place in criteria.locations]}
    document: dict[str, Any] = {
        "programs": list(criteria.programs),
        "platforms": list(criteria.platforms),
        "instrument_types": list(criteria.instrument_types),
        "ephemeris_metadata_filters": _filters_body(criteria),
    }
    if isinstance(criteria, SpaceCriteria):
        document["hemisphere"] = list(criteria.hemisphere)
    return document


def _filters_body(criteria: SourceCriteria) -> dict[str, Any]:
    filters: MetadataFilters = filters_of(criteria.ephemeris_metadata_filters)
    built: dict[str, Any] = msgspec.to_builtins(filters) if filters.expressions else {}
    return built


def _integral(km: float | None) -> float | None:
    return int(km) if km is not None and float(km).is_integer() else km

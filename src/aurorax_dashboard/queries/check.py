"""Checks a conjunction search before it is sent, field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aurorax_dashboard.api.models import MAX_CRITERIA_BLOCKS, ConjunctionQuery, DataSource
from aurorax_dashboard.queries.blocks import Block, blocks, distances, pair_key, pairs
from aurorax_dashboard.queries.check_blocks import block_problems
from aurorax_dashboard.queries.match import combination_count
from aurorax_dashboard.queries.period import period_problems
from aurorax_dashboard.queries.problems import Problem, at_field, has_errors
from aurorax_dashboard.times import utc

__all__ = ["Problem", "at_field", "has_errors", "problems"]

LONG_PERIOD = timedelta(days=366)
"""Searches over more than this are warned of: they take minutes, and large results."""

HALF_CIRCUMFERENCE_KM = 20_015
"""No two points on Earth are farther apart than this (π × 6371.2 km)."""


def problems(query: ConjunctionQuery, sources: Sequence[DataSource] = ()) -> list[Problem]:
    """Return everything that is wrong or surprising about `query`, in the order of the form.

    Parameters
    ----------
    query
        The search, complete or not.
    sources
        The platform's data sources as full records. Without any (the platform is unreachable), names
        and metadata fields go unchecked.

    Returns
    -------
    list of Problem
        Empty for a search that can be sent as it is.
    """
    found = period_problems(query.start, query.end)
    if not query.conjunction_types:
        found.append(
            Problem(
                "conjunction_types", "Choose what is compared: north or south B-trace, or positions."
            )
        )
    found += _block_count(query)
    for block in blocks(query):
        found += block_problems(block, query, sources)
    found += _distances(query)
    return found + _cost(query, sources)


def _block_count(query: ConjunctionQuery) -> list[Problem]:
    count = len(blocks(query))
    if count == 0:
        return [
            Problem("blocks", "Add two criteria blocks: the things that should be close to each other.")
        ]
    if count == 1:
        return [Problem("blocks", "Add a second criteria block: a conjunction needs two things.")]
    if count > MAX_CRITERIA_BLOCKS:
        surplus = f"remove {count - MAX_CRITERIA_BLOCKS} of {count}"
        return [
            Problem(
                "blocks", f"A search takes {MAX_CRITERIA_BLOCKS} criteria blocks at most; {surplus}."
            )
        ]
    return []


def _distances(query: ConjunctionQuery) -> list[Problem]:
    found = _stray_distances(query)
    limits = distances(query)
    if limits and all(km is None for km in limits.values()):
        return [
            *found,
            Problem("max_distances", "Give at least one pair of blocks a maximum distance."),
        ]
    for (first, second), (key, km) in zip(pairs(query), limits.items(), strict=True):
        found += _distance(f"max_distances.{key}", first, second, km)
    return found + _unconnected(query, limits)


def _unconnected(query: ConjunctionQuery, limits: Mapping[str, float | None]) -> list[Problem]:
    """Warn of blocks that no limit ties to any other, where others are tied."""
    tied = {name for key, km in limits.items() if km is not None for name in key.split("-")}
    loose = "has no maximum distance to any other block, so it only has to exist at the same time"
    return [
        Problem(block.name, f"{block.label} {loose}.", "warning")
        for block in blocks(query)
        if limits and block.name not in tied
    ]


def _distance(field: str, first: Block, second: Block, km: float | None) -> list[Problem]:
    if km is None:
        return []
    if not math.isfinite(km):
        return [Problem(field, "The distance must be a number of kilometres.")]
    same_place = first.kind == second.kind == "ground"
    if km < 0 or (km == 0 and not same_place):
        zero = "" if same_place else "; 0 km is for two ground blocks, at one place"
        return [
            Problem(
                field, f"The distance must be {'0 km or more' if same_place else 'positive'}{zero}."
            )
        ]
    if km > HALF_CIRCUMFERENCE_KM:
        return [
            Problem(
                field, "No two points on Earth are that far apart; empty means no limit.", "warning"
            )
        ]
    if km != int(km):
        whole = f"The platform takes whole kilometres; {km:g} km may be read as {int(km)} km."
        return [Problem(field, whole, "warning")]
    return []


def _stray_distances(query: ConjunctionQuery) -> list[Problem]:
    """Warn of limits between blocks that the search does not have."""
    known = distances(query)
    stray = [key for key in query.max_distances if _canonical_key(key) not in known]
    return [
        Problem(
            "max_distances",
            f"The limit “{key}” belongs to no pair of blocks and is left out.",
            "warning",
        )
        for key in stray
    ]


def _canonical_key(key: str) -> str | None:
    first, _, second = key.partition("-")
    try:
        return pair_key(first, second)
    except ValueError:
        return None


def _cost(query: ConjunctionQuery, sources: Sequence[DataSource]) -> list[Problem]:
    if query.start is None or query.end is None:
        return []
    period = utc(query.end) - utc(query.start)
    if period <= LONG_PERIOD:
        return []
    count = combination_count(query, sources)
    over = f", over {count:,} combinations of sources" if count > 1 else ""
    years = f"The period spans {period / timedelta(days=365.25):.1f} years{over}"
    cost = "such a search can take minutes and find very much. A year at a time answers sooner"
    return [Problem("end", f"{years}: {cost}.", "warning")]

"""An ephemeris search: what is wrong with it, how it is called, and its strict form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from aurorax_dashboard.api.models import DataSource, EphemerisCriteria, EphemerisQuery, filters_of
from aurorax_dashboard.queries.check_blocks import filter_problems
from aurorax_dashboard.queries.documents import decoded
from aurorax_dashboard.queries.match import NAME_FIELDS, fitting
from aurorax_dashboard.queries.operators import expression_words, join_words
from aurorax_dashboard.queries.period import period_problems, whole_second, with_days
from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.queries.words import who_words
from aurorax_dashboard.times import format_time, utc

LARGE = 500_000
"""Searches that may bring more records than this are warned of: they take minutes."""

TOO_LARGE = 1_000_000
"""Searches that bring more than this are not sent: no page could hold their result."""


def chosen_sources(query: EphemerisQuery, sources: Iterable[DataSource]) -> list[DataSource]:
    """Return the sources that `query` asks for; none for one that names none."""
    criteria = query.data_sources
    return fitting(criteria, sources) if is_named(criteria) else []


def is_named(criteria: EphemerisCriteria) -> bool:
    """Whether any program, platform or instrument type is named."""
    return any(getattr(criteria, field) for field in NAME_FIELDS)


def most_records(query: EphemerisQuery, sources: Sequence[DataSource]) -> int | None:
    """Return how many records `query` can bring at most, one a source and minute; None if unknown."""
    chosen = chosen_sources(query, sources)
    if not chosen or query.start is None or query.end is None:
        return None
    minutes = (utc(query.end) - utc(query.start)) // timedelta(minutes=1) + 1
    return max(minutes, 0) * len(chosen)


def problems(query: EphemerisQuery, sources: Sequence[DataSource] = ()) -> list[Problem]:
    """Return everything that is wrong or surprising about `query`; names go unchecked without `sources`."""
    chosen = chosen_sources(query, sources)
    filters = filters_of(query.data_sources.ephemeris_metadata_filters)
    return [
        *period_problems(query.start, query.end),
        *_sources(query, sources, chosen),
        *filter_problems("ephemeris", filters.expressions, chosen),
        *_size(query, sources),
    ]


def _sources(
    query: EphemerisQuery, sources: Sequence[DataSource], chosen: Sequence[DataSource]
) -> list[Problem]:
    if not is_named(query.data_sources):
        return [Problem("sources", "Choose at least one program, platform or instrument type.")]
    if sources and not chosen:
        return [Problem("sources", "No data source fits all that is chosen.")]
    return []


def _size(query: EphemerisQuery, sources: Sequence[DataSource]) -> list[Problem]:
    most = most_records(query, sources)
    if most is None or most <= LARGE:
        return []
    if most > TOO_LARGE and not filters_of(query.data_sources.ephemeris_metadata_filters).expressions:
        message = (
            f"Up to {most:,} records are more than a page can hold ({TOO_LARGE:,}). "
            "Choose fewer sources, a shorter period, or filters."
        )
        return [Problem("end", message)]
    return [Problem("end", f"Large: up to {most:,} records, which take some minutes.", "warning")]


def title(query: EphemerisQuery, sources: Sequence[DataSource] = ()) -> str:
    """Return a short title, ``Ephemeris of Swarm A and Swarm B, 2019-01-01 – 2019-01-03``."""
    return with_days(f"Ephemeris of {_who(query, sources)}", query.start, query.end)


def sentence(query: EphemerisQuery, sources: Sequence[DataSource] = ()) -> str:
    """Return the search in a sentence."""
    filters = filters_of(query.data_sources.ephemeris_metadata_filters)
    condition = join_words(
        [expression_words(each) for each in filters.expressions], filters.logical_operator.lower()
    )
    period = " to ".join(format_time(moment) for moment in (query.start, query.end) if moment)
    alone = len(chosen_sources(query, sources)) == 1
    parts = [
        f"Where {'was' if alone else 'were'} {_who(query, sources)}",
        f", {period} UTC" if period else "",
    ]
    return "".join([*parts, f", while {condition}" if condition else "", "?"])


def _who(query: EphemerisQuery, sources: Sequence[DataSource]) -> str:
    return who_words(chosen_sources(query, sources), query.data_sources)


def canonical(query: EphemerisQuery) -> EphemerisQuery:
    """Return `query` with whole seconds of naive UTC, no empty filters and no request id."""
    filters = filters_of(query.data_sources.ephemeris_metadata_filters)
    return msgspec.structs.replace(
        query,
        start=whole_second(query.start),
        end=whole_second(query.end),
        data_sources=msgspec.structs.replace(
            query.data_sources, ephemeris_metadata_filters=filters if filters.expressions else None
        ),
        request_id=None,
    )


def read_query(document: dict[str, Any] | str) -> EphemerisQuery | None:
    """Return the ephemeris search that a server tells of; None if it is of a form that we do not know."""
    query = decoded(document, EphemerisQuery)
    return None if query is None else canonical(query)

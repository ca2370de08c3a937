"""An ephemeris search: what is wrong with it, how it is called, and its strict form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from aurorax_dashboard.api.models import DataSource, EphemerisCriteria, EphemerisQuery, filters_of
from aurorax_dashboard.queries.check_blocks import filter_problems
from aurorax_dashboard.queries.match import NAME_FIELDS, fitting
from aurorax_dashboard.queries.operators import expression_words, join_words
from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.queries.words import who_words
from aurorax_dashboard.times import EXAMPLE_TIME, format_date, format_time, naive_utc, utc

LARGE = 500_000
"""Searches that may bring more records than this are warned of: they take minutes."""

TOO_LARGE = 1_000_000
"""Searches that bring more than this are not sent: no page could hold their result."""


class EphemerisQueryError(ValueError):
    """A document is no ephemeris search."""


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
        *_period(query),
        *_sources(query, sources, chosen),
        *filter_problems("ephemeris", filters.expressions, chosen),
        *_size(query, sources),
    ]


def _period(query: EphemerisQuery) -> list[Problem]:
    missing = [
        Problem(field, f"Say when it {verb}, in UTC, like {EXAMPLE_TIME}.")
        for field, moment, verb in (("start", query.start, "begins"), ("end", query.end, "ends"))
        if moment is None
    ]
    if query.start is None or query.end is None:
        return missing
    if utc(query.end) < utc(query.start):
        return [Problem("end", f"The end is before the start ({format_time(query.start)}).")]
    return []


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
    days = [format_date(moment) for moment in (query.start, query.end) if moment is not None]
    parts = [
        f"Ephemeris of {_who(query, sources)}",
        " – ".join(dict.fromkeys(days)),
    ]
    return ", ".join(part for part in parts if part)


def sentence(query: EphemerisQuery, sources: Sequence[DataSource] = ()) -> str:
    """Return the search in a sentence."""
    filters = filters_of(query.data_sources.ephemeris_metadata_filters)
    condition = join_words(
        [expression_words(each) for each in filters.expressions], filters.logical_operator.lower()
    )
    period = " to ".join(format_time(moment) for moment in (query.start, query.end) if moment)
    parts = [
        f"Where was {_who(query, sources)}",
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
        start=None if query.start is None else naive_utc(query.start).replace(microsecond=0),
        end=None if query.end is None else naive_utc(query.end).replace(microsecond=0),
        data_sources=msgspec.structs.replace(
            query.data_sources, ephemeris_metadata_filters=filters if filters.expressions else None
        ),
        request_id=None,
    )


def read_query(document: dict[str, Any] | str) -> EphemerisQuery:
    """Return the ephemeris search that a server tells of, an object or its JSON text.

    Raises
    ------
    EphemerisQueryError
        If it is of a form that we do not know.
    """
    try:
        if isinstance(document, str):
            document = msgspec.json.decode(document)
        return canonical(msgspec.convert(document, EphemerisQuery))
    except (msgspec.DecodeError, msgspec.ValidationError) as problem:
        raise EphemerisQueryError(str(problem)) from None

"""A data product search: what it asks, what is wrong with it, how it is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Literal

import msgspec

from aurorax_dashboard.api.models import DataProductQuery, DataSource, filters_of
from aurorax_dashboard.queries.documents import decoded
from aurorax_dashboard.queries.match import NAME_FIELDS, name_of
from aurorax_dashboard.queries.operators import join_words
from aurorax_dashboard.queries.period import period_problems, whole_second, with_days
from aurorax_dashboard.queries.problems import Problem
from aurorax_dashboard.queries.words import who_words
from aurorax_dashboard.times import EXAMPLE_TIME, utc

ProductKind = Literal["keogram", "montage", "movie", "summary_plot"]

KIND_NAMES: dict[ProductKind, str] = {
    "keogram": "Keograms",
    "montage": "Montages",
    "movie": "Movies",
    "summary_plot": "Summary plots",
}
"""Kinds of products that are pictures, as people call them."""

SHORT = 100
"""Source-days up to which a search is answered while a page waits: some thousand products."""

LARGE = 6_000
"""Source-days from which a search takes minutes."""

TOO_LARGE = 40_000
"""Source-days that no page could hold: a million products."""


def product_sources(sources: Iterable[DataSource]) -> list[DataSource]:
    """Return the sources that can have data products: those whose records say so, else all on the ground."""
    ground = [
        source for source in sources if source.source_type == "ground" and (source.identifier or 0) >= 0
    ]
    saying = [source for source in ground if source.data_product_metadata_schema]
    return saying or ground


def days_query(query: DataProductQuery, first: date, last: date) -> DataProductQuery:
    """Return `query` for whole days, `first` and `last` included."""
    return msgspec.structs.replace(
        query,
        start=datetime.combine(first, time(), UTC),
        end=datetime.combine(last, time(23, 59, 59), UTC),
    )


def chosen_sources(query: DataProductQuery, sources: Iterable[DataSource]) -> list[DataSource]:
    """Return the sources that `query` asks for; none for one that names none."""
    criteria = query.data_sources
    wanted = {field: set(names) for field in NAME_FIELDS if (names := getattr(criteria, field))}
    if not wanted:
        return []
    return [
        source
        for source in product_sources(sources)
        if all(name_of(source, field) in names for field, names in wanted.items())
    ]


def source_days(query: DataProductQuery, sources: Sequence[DataSource]) -> int | None:
    """Return sources × days that `query` covers; None if that is not known."""
    chosen = chosen_sources(query, sources)
    if not chosen or query.start is None or query.end is None:
        return None
    return len(chosen) * max((utc(query.end).date() - utc(query.start).date()).days + 1, 0)


def is_short(query: DataProductQuery, sources: Sequence[DataSource]) -> bool:
    """Return whether a page may wait for the answer."""
    size = source_days(query, sources)
    return size is not None and size <= SHORT


def problems(query: DataProductQuery, sources: Sequence[DataSource] = ()) -> list[Problem]:
    """Return everything that is wrong or surprising about `query`; names go unchecked without `sources`."""
    return [
        *period_problems(query.start, query.end, EXAMPLE_TIME[:10]),
        *_sources(query, sources),
        *_size(query, sources),
    ]


def _sources(query: DataProductQuery, sources: Sequence[DataSource]) -> list[Problem]:
    if not any(getattr(query.data_sources, field) for field in NAME_FIELDS):
        return [Problem("sources", "Choose at least one program, platform or instrument type.")]
    if sources and not chosen_sources(query, sources):
        return [Problem("sources", "No data source with data products fits all that is chosen.")]
    return []


def _size(query: DataProductQuery, sources: Sequence[DataSource]) -> list[Problem]:
    size = source_days(query, sources)
    if size is None or size <= LARGE:
        return []
    if size > TOO_LARGE:
        message = f"{size:,} nights of imagers are too many at once. Choose fewer, or a shorter period."
        return [Problem("end", message)]
    return [Problem("end", f"Large: {size:,} nights of imagers, which take some minutes.", "warning")]


def title(query: DataProductQuery, sources: Sequence[DataSource] = ()) -> str:
    """Return a short title, ``Keograms of TREx RGB GILL, 2020-01-01 – 2020-01-27``."""
    kinds = [KIND_NAMES.get(kind, kind) for kind in query.data_product_type_filters]  # type: ignore[call-overload]
    what = join_words(kinds, "and") or "Data products"
    return with_days(f"{what} of {_who(query, sources)}", query.start, query.end)


def _who(query: DataProductQuery, sources: Sequence[DataSource]) -> str:
    return who_words(chosen_sources(query, sources), query.data_sources)


def canonical(query: DataProductQuery) -> DataProductQuery:
    """Return `query` with whole seconds of naive UTC, no empty filters and no request id."""
    filters = filters_of(query.data_sources.data_product_metadata_filters)
    return msgspec.structs.replace(
        query,
        start=whole_second(query.start),
        end=whole_second(query.end),
        data_sources=msgspec.structs.replace(
            query.data_sources, data_product_metadata_filters=filters if filters.expressions else None
        ),
        request_id=None,
    )


def read_query(document: dict[str, Any] | str) -> DataProductQuery | None:
    """Return the data product search that a server tells of; None if it is of a form that we do not know."""
    query = decoded(document, DataProductQuery)
    return None if query is None else canonical(query)


def night_query(source: DataSource, night: date) -> DataProductQuery:
    """Return the search for everything that `source` has of one day."""
    given = {field: [name] for field in NAME_FIELDS if (name := name_of(source, field)) is not None}
    query = msgspec.convert({"data_sources": given}, DataProductQuery)
    return days_query(query, night, night)

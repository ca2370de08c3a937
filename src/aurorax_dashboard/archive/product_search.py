"""Data product searches: the products of the chosen sources that lie within a period, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

import msgspec

from aurorax_dashboard.api.models import (
    DataProduct,
    DataProductQuery,
    DataSource,
    MetadataFilters,
    filters_of,
)
from aurorax_dashboard.archive.filters import fields_of, passes
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.products import ProductHoldings
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.sources import Sources
from aurorax_dashboard.archive.tracks import minute_of

_RECORDS_AT_A_TIME = 2_000
"""How many products are filtered and passed on together: some milliseconds of work."""

_Found = tuple[datetime, int, DataProduct]
"""A product with what it is sorted by: its start, and the identifier of its source."""


def search_data_products(
    query: DataProductQuery, sources: Sources, products: ProductHoldings, run: Run
) -> Iterator[list[DataProduct]]:
    """Yield the products that `query` asks for, sorted by start, with sources by identifier.

    A product is found if it begins and ends within the period; one that reaches beyond is not.

    Parameters
    ----------
    query
        A checked query; without a start or an end its period is as long as there are products.
    run
        Told about progress; what it raises ends the search.
    """
    run.log(f"Starting query for {run.request_id}")
    filters = filters_of(query.data_sources.data_product_metadata_filters)
    chosen = sources.matching(query.data_sources)
    run.log(f"Querying the database for data products of {len(chosen)} data sources")
    run.log("Starting to write data to file")
    found = heapq.merge(
        *(_of_source(source, query, products) for source in chosen), key=itemgetter(0, 1)
    )
    period = _period(query, chosen, products)
    while batch := list(islice(found, _RECORDS_AT_A_TIME)):
        run.check(_share(batch[-1][0], period))
        yield _passing([product for _, _, product in batch], filters)
    run.log("Finished writing data")


def _of_source(
    source: DataSource, query: DataProductQuery, products: ProductHoldings
) -> Iterator[_Found]:
    identifier = int(source.identifier or 0)
    reference = DataSource(identifier=identifier)
    types = query.data_product_type_filters
    for product in products.products(identifier, query.start, query.end, types):
        if product.start is not None:
            yield product.start, identifier, msgspec.structs.replace(product, data_source=reference)


def _passing(found: list[DataProduct], filters: MetadataFilters) -> list[DataProduct]:
    """Return those whose metadata pass `filters`; one that lacks a field does not."""
    if not filters.expressions:
        return found
    columns: dict[str, list[Any]] = {
        field: [(product.metadata or {}).get(field) for product in found]
        for field in fields_of(filters)
    }
    return [
        product
        for product, wanted in zip(found, passes(filters, columns, len(found)), strict=True)
        if wanted
    ]


def _period(query: DataProductQuery, chosen: list[DataSource], products: ProductHoldings) -> Life:
    """Return the minutes between which products are looked for, to tell how far a search is."""
    if query.start is not None and query.end is not None:
        return minute_of(query.start), minute_of(query.end)
    spans = [products.product_span(int(source.identifier or 0)) for source in chosen]
    first = query.start or min((first for _, first, _ in spans if first), default=None)
    last = query.end or max((last for _, _, last in spans if last), default=None)
    return (minute_of(first), minute_of(last)) if first and last else (0, 0)


def _share(time: datetime, period: Life) -> float:
    """Return which share of `period` lies before `time`, 0…1."""
    first, last = period
    return min(max((minute_of(time) - first) / max(last - first, 1), 0.0), 1.0)

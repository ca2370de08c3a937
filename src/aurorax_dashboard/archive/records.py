"""Stored records as the API sends them: sources in the asked format, or pruned by a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from aurorax_dashboard.api.models import (
    Conjunction,
    ConjunctionEvent,
    DataProduct,
    DataSource,
    Ephemeris,
    EphemerisCriteria,
    EphemerisQuery,
    RecordFormat,
)
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.sources import Sources, in_format

ResponseFormat = Mapping[str, Any]
"""A tree whose leaves are true where a field is wanted; what is false or absent is left out."""

Record = TypeVar("Record", Conjunction, Ephemeris, DataProduct)

_encode = msgspec.json.Encoder().encode


class Completion:
    """Completes the sources of stored records.

    Parameters
    ----------
    record_format
        How much of each source is shown.
    with_queries
        Whether each event of a conjunction gets the ephemeris queries of its two sources.
    """

    def __init__(
        self, sources: Sources, record_format: RecordFormat, with_queries: bool = False
    ) -> None:
        self._source = lru_cache(maxsize=None)(lambda n: in_format(sources.recall(n), record_format))
        self._full = sources.recall
        self._with_queries = with_queries

    def _complete(self, stored: DataSource | None) -> DataSource:
        source: DataSource = self._source(stored.identifier if stored else None)
        return source

    def ephemeris(self, record: Ephemeris) -> Ephemeris:
        """Complete an ephemeris record in place."""
        record.data_source = self._complete(record.data_source)
        return record

    def conjunction(self, record: Conjunction) -> Conjunction:
        """Complete a conjunction in place."""
        record.data_sources = [self._complete(source) for source in record.data_sources]
        for event in record.events:
            if self._with_queries:
                self._add_queries(event)
            event.e1_source = self._complete(event.e1_source)
            event.e2_source = self._complete(event.e2_source)
        return record

    def _add_queries(self, event: ConjunctionEvent) -> None:
        event.generated_e1_ephemeris_query = self._query(event.e1_source, event.start, event.end)
        event.generated_e2_ephemeris_query = self._query(event.e2_source, event.start, event.end)

    def _query(
        self, stored: DataSource | None, start: datetime | None, end: datetime | None
    ) -> EphemerisQuery:
        source = self._full(int(stored.identifier or 0)) if stored else DataSource()
        criteria = EphemerisCriteria(
            programs=[source.program or ""],
            platforms=[source.platform or ""],
            instrument_types=[source.instrument_type or ""],
        )
        return EphemerisQuery(data_sources=criteria, start=start, end=end)


class ProductCompletion(Completion):
    """Completes the sources of stored data products, and the addresses of those that are ours.

    Parameters
    ----------
    base_url
        Where the archive was asked. Our own products are kept by their path alone, so that they are
        found wherever the archive is next.
    """

    def __init__(self, sources: Sources, record_format: RecordFormat, base_url: str) -> None:
        super().__init__(sources, record_format)
        self._base_url = base_url.rstrip("/")

    def product(self, record: DataProduct) -> DataProduct:
        """Complete a data product in place."""
        record.data_source = self._complete(record.data_source)
        if record.url and record.url.startswith("/"):
            record.url = self._base_url + record.url
        return record


def decoded(batches: Iterable[list[bytes]], kind: type[Record]) -> Iterator[list[Record]]:
    """Yield stored records as structs, batch by batch."""
    decode = msgspec.json.Decoder(kind).decode
    for batch in batches:
        yield [decode(line) for line in batch]


def encoded(batches: Iterable[Sequence[Record]]) -> Iterator[list[bytes]]:
    """Yield records as they are stored, batch by batch."""
    for batch in batches:
        yield [_encode(record) for record in batch]


def rendered(
    batches: Iterable[list[Record]],
    complete: Callable[[Record], Record],
    response_format: ResponseFormat | None = None,
) -> Iterator[bytes]:
    """Yield the JSON text ``{"result": […]}`` piece by piece."""
    yield b'{"result":['
    separator = b""
    for batch in batches:
        records: list[Any] = [complete(record) for record in batch]
        if response_format is not None:
            records = [prune(msgspec.to_builtins(record), response_format) for record in records]
        if text := b",".join([_encode(record) for record in records]):
            yield separator + text
            separator = b","
    yield b"]}"


def check_response_format(template: ResponseFormat, where: str = "response_format") -> ResponseFormat:
    """Return `template` if it is a tree of truth values.

    Raises
    ------
    BadRequestError
        If a leaf is no truth value, naming it.
    """
    for key, wanted in template.items():
        if isinstance(wanted, dict):
            check_response_format(wanted, f"{where}.{key}")
        elif not isinstance(wanted, bool) and wanted is not None:
            raise BadRequestError(f"{where}.{key}: expected true, false or an object of them")
    return template


def prune(value: Any, template: ResponseFormat | bool | None) -> Any:
    """Return only those parts of a record that `template` wants.

    A template for the items of a list stands for each of them; true stands for everything below.
    """
    if template is True:
        return value
    if isinstance(value, list):
        return [prune(item, template) for item in value]
    if not isinstance(value, dict) or not isinstance(template, Mapping):
        return value
    return {
        key: prune(part, template[key])
        for key, part in value.items()
        if template.get(key) not in (None, False, {})
    }

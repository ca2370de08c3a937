"""Data products that users stored; implements the archive's interface for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataProduct
from aurorax_dashboard.archive.library.database import Database
from aurorax_dashboard.archive.library.records import require_stored
from aurorax_dashboard.archive.products import ProductSpan
from aurorax_dashboard.times import naive_utc, utc

_SECONDS_PER_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS_AT_A_TIME = 1_000


class StoredProducts:
    """Implements :class:`~aurorax_dashboard.archive.products.ProductHoldings`.

    Safe to use from many threads.

    Parameters
    ----------
    database
        Where the products are kept, to the second.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, identifier: int, products: Sequence[DataProduct]) -> None:
        """Store products of a source, all of them or none; they replace those of the same addresses.

        Raises
        ------
        NotFoundError
            If there is no such stored source.
        BusyError
            If another process writes for too long.
        """
        rows = [
            (
                identifier,
                product.url,
                product.data_product_type,
                _second(product.start) if product.start else 0,
                _second(product.end) if product.end else 0,
                msgspec.json.encode(product.metadata or {}).decode(),
            )
            for product in products
        ]
        with self._database.writing() as database:
            require_stored(database, identifier)
            database.executemany("INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?, ?, ?)", rows)

    def delete(self, identifier: int, urls: Collection[str]) -> int:
        """Delete the products of these addresses; return how many there were."""
        with self._database.writing() as database:
            require_stored(database, identifier)
            return sum(
                database.execute(
                    "DELETE FROM products WHERE source = ? AND url = ?", (identifier, url)
                ).rowcount
                for url in set(urls)
            )

    def products(
        self,
        identifier: int,
        start: datetime | None,
        end: datetime | None,
        types: Collection[str] | None = None,
    ) -> Iterator[DataProduct]:
        """Yield the products that lie within ``start … end``, both included, sorted by start."""
        after = (_ceiling(start) if start else -(2**62), "")
        last = _second(end) if end else 2**62
        while True:
            with self._database.reading() as database:
                rows = database.execute(
                    "SELECT start, url, stop, type, metadata FROM products "
                    "WHERE source = ? AND (start, url) > (?, ?) AND start <= ? "
                    "ORDER BY start, url LIMIT ?",
                    (identifier, *after, last, _ROWS_AT_A_TIME),
                ).fetchall()
            for begin, url, stop, kind, metadata in rows:
                if stop <= last and (not types or kind in types):
                    yield DataProduct(
                        data_product_type=kind,
                        start=_time(begin),
                        end=_time(stop),
                        url=url,
                        metadata=msgspec.json.decode(metadata),
                    )
            if len(rows) < _ROWS_AT_A_TIME:
                return
            after = rows[-1][0], rows[-1][1]

    def products_per_day(
        self, identifier: int, first_day: int, last_day: int, types: Collection[str] | None = None
    ) -> NDArray[np.int32]:
        """Return products a day, by the day of their start, for days since 1970-01-01."""
        counts = np.zeros(max(last_day - first_day + 1, 0), dtype=np.int32)
        with self._database.reading() as database:
            for begin, kind in database.execute(
                "SELECT start, type FROM products WHERE source = ? AND start >= ? AND start < ?",
                (identifier, first_day * _SECONDS_PER_DAY, (last_day + 1) * _SECONDS_PER_DAY),
            ):
                if not types or kind in types:
                    counts[begin // _SECONDS_PER_DAY - first_day] += 1
        return counts

    def product_span(self, identifier: int) -> ProductSpan:
        """Return how many products a source has, and the first and last of their starts."""
        with self._database.reading() as database:
            count, first, last = database.execute(
                "SELECT COUNT(*), MIN(start), MAX(start) FROM products WHERE source = ?", (identifier,)
            ).fetchone()
        return (count, _time(first), _time(last)) if count else (0, None, None)


def _second(time: datetime) -> int:
    return (utc(time) - _EPOCH) // timedelta(seconds=1)


def _ceiling(time: datetime) -> int:
    return -((_EPOCH - utc(time)) // timedelta(seconds=1))


def _time(second: int) -> datetime:
    return naive_utc(_EPOCH + timedelta(seconds=second))

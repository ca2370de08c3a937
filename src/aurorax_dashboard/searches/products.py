"""Data product searches: short ones answered at once, long ones followed and kept for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.models import DataProductQuery, DataSource, SearchKind, SearchStatus
from aurorax_dashboard.queries.products import canonical, read_query, title
from aurorax_dashboard.searches.errands import finished_now, remember_elsewhere, send
from aurorax_dashboard.searches.follow import Tell, is_simulated
from aurorax_dashboard.searches.keep import Keep
from aurorax_dashboard.searches.kept import Finished, KeptSearches, Sent, to_parquet

_OPEN_RESULTS = 4


ProductSubmission = Sent[DataProductQuery]


@dataclass(frozen=True, slots=True)
class ProductResult:
    """Data products that were found."""

    products: pd.DataFrame
    """As ``api.frames`` describes data products; addresses of the server's own files are those that it
    has now."""
    simulated: bool
    retrieved: datetime


class ProductStore(KeptSearches[DataProductQuery]):
    """Data product searches by request id; see :class:`~aurorax_dashboard.searches.kept.KeptSearches`."""

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep, ProductSubmission, "products-")
        self._open = lru_cache(maxsize=_OPEN_RESULTS)(self._read)

    def finish(self, finished: Finished, products: pd.DataFrame) -> None:
        """Keep a finished search."""
        self._keep_finished(finished, {"products": to_parquet(products)})

    def result(self, request_id: str, server: str) -> ProductResult | None:
        """Return the kept result of `request_id`. It is shared between callers: do not change it.

        Parameters
        ----------
        server
            Base address at which the server is reached now. Its own files may have been found under
            another one, as the embedded archive's are after each start.
        """
        return self._open(request_id.lower(), server) if self.is_finished(request_id) else None

    def _read(self, request_id: str, server: str) -> ProductResult | None:
        finished, products = self.finished(request_id), self._get(request_id, "products")
        if finished is None or products is None:
            return None
        found = pd.read_parquet(BytesIO(products))
        urls: list[Any] = [_moved(url, finished.server, server) for url in found["url"]]
        return ProductResult(found.assign(url=urls), finished.simulated, finished.retrieved)


def _moved(url: str | None, before: str, now: str) -> str | None:
    """Return `url` on the server as it is reached `now`, if it was one of that server's own."""
    if before == now or not isinstance(url, str) or not _local(before) or not _local(now):
        return url
    own = f"{before}/"
    return f"{now}/{url.removeprefix(own)}" if url.startswith(own) else url


def _local(server: str) -> bool:
    return urlsplit(server).hostname in {"localhost", "127.0.0.1", "::1"}


def found_at_once(client: AuroraXClient, query: DataProductQuery) -> ProductResult:
    """Search for data products while a page waits.

    Raises
    ------
    AuroraXError
        If there is no answer in time.
    """
    products = client.data_products_synchronous(canonical(query))
    return ProductResult(products, is_simulated(client), datetime.now(UTC))


def submit_products(
    client: AuroraXClient, store: ProductStore, query: DataProductQuery, sources: Sequence[DataSource]
) -> ProductSubmission:
    """Send `query` and return what was kept of it.

    Raises
    ------
    AuroraXError
        If the server did not take it; then nothing is kept.
    """
    strict = canonical(query)
    return send(client, client.submit_data_products, store, strict, title(strict, sources))


@dataclass(frozen=True, slots=True)
class ProductErrand:
    """Keeps data product searches in `store` (an :class:`~aurorax_dashboard.searches.follow.Errand`)."""

    client: AuroraXClient
    store: ProductStore
    kind: SearchKind = "data_products"

    def is_kept(self, request_id: str) -> bool:
        """Whether the products are kept."""
        return self.store.is_finished(request_id)

    def remember(self, status: SearchStatus) -> None:
        """Keep what the search asks."""
        remember_elsewhere(self.client, self.store, status, read_query, title)

    def fetch(self, status: SearchStatus, tell: Tell) -> None:
        """Fetch the list of products and keep it."""
        count = status.search_result.result_count
        tell("Fetching the list." if count is None else f"Fetching {count:,} data products.", None)
        products = self.client.data_products(status.search_request.request_id)
        self.store.finish(finished_now(self.client, status), products)

    def complete(self, request_id: str) -> None:
        """Do nothing: the list is all there is."""


_SOURCE_COLUMNS = ("program", "platform", "instrument_type", "display_name")


def listed(products: pd.DataFrame, sources: Sequence[DataSource]) -> pd.DataFrame:
    """Return a list of data products that stands alone: with the names of their sources."""
    known = {source.identifier: source for source in sources}
    owners = [None if pd.isna(each) else known.get(int(each)) for each in products["identifier"]]
    own = {name: [getattr(each, name, None) for each in owners] for name in _SOURCE_COLUMNS}
    return pd.concat([pd.DataFrame(own, index=products.index), products], axis=1)

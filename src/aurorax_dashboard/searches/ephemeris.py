"""Ephemeris searches: sent, followed like any other, and kept with their records for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import msgspec
import pandas as pd

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import DataSource, EphemerisQuery, SearchKind, SearchStatus
from aurorax_dashboard.queries.ephemeris import canonical, read_query, title
from aurorax_dashboard.queries.names import source_name
from aurorax_dashboard.searches.errands import finished_now, remember_elsewhere, send
from aurorax_dashboard.searches.follow import Tell
from aurorax_dashboard.searches.keep import Keep
from aurorax_dashboard.searches.kept import Finished, KeptSearches, Sent, to_parquet

_OPEN_RESULTS = 3
"""Results that one process holds in memory: half a million records take 100 MB."""


EphemerisSubmission = Sent[EphemerisQuery]


@dataclass(frozen=True, slots=True)
class EphemerisResult:
    """A finished search with all its records."""

    finished: Finished
    records: pd.DataFrame
    """As ``api.frames`` describes ephemeris, but sorted by identifier (int64) and epoch, one record for
    each source and minute, texts as categories."""
    sources: dict[int, DataSource]
    """Full records of the sources that occur, as far as they are known, by identifier."""

    def name(self, identifier: int) -> str:
        """Return how a source is called."""
        source = self.sources.get(identifier)
        return source_name(source) if source else f"source {identifier}"


class EphemerisStore(KeptSearches[EphemerisQuery]):
    """Ephemeris searches by request id; see :class:`~aurorax_dashboard.searches.kept.KeptSearches`."""

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep, EphemerisSubmission, "ephemeris-")
        self._open = lru_cache(maxsize=_OPEN_RESULTS)(self._read)

    def finish(self, finished: Finished, records: pd.DataFrame, sources: Sequence[DataSource]) -> None:
        """Keep a finished search; `records` as the API gives them, `sources` may be more than occur."""
        kept = arranged(records)
        occurring = set(kept["identifier"].unique().tolist())
        known = [source for source in sources if source.identifier in occurring]
        self._keep_finished(
            finished, {"records": to_parquet(kept), "sources": msgspec.json.encode(known)}
        )

    def result(self, request_id: str) -> EphemerisResult | None:
        """Return the kept result of `request_id`. It is shared between callers: do not change it."""
        return self._open(request_id.lower()) if self.is_finished(request_id) else None

    def _read(self, request_id: str) -> EphemerisResult | None:
        finished = self.finished(request_id)
        records, sources = (self._get(request_id, part) for part in ("records", "sources"))
        if finished is None or records is None or sources is None:
            return None
        known = msgspec.json.decode(sources, type=list[DataSource])
        return EphemerisResult(
            finished=finished,
            records=pd.read_parquet(BytesIO(records)),
            sources={source.identifier: source for source in known if source.identifier is not None},
        )


def arranged(records: pd.DataFrame) -> pd.DataFrame:
    """Return records in the order and with the types of :class:`EphemerisResult`.

    A record without source or time says nothing and is left out; of two for one source and minute, the
    later one stays.
    """
    known = records.dropna(subset=["identifier", "epoch"])
    known = known.drop_duplicates(["identifier", "epoch"], keep="last")
    known = known.astype({"identifier": "int64"}).sort_values(
        ["identifier", "epoch"], ignore_index=True
    )
    texts = [name for name in known.columns if isinstance(known[name].dtype, pd.StringDtype)]
    return known.astype(dict.fromkeys(texts, "category"))


def submit_ephemeris(
    client: AuroraXClient, store: EphemerisStore, query: EphemerisQuery, sources: Sequence[DataSource]
) -> EphemerisSubmission:
    """Send `query` and return what was kept of it.

    Raises
    ------
    AuroraXError
        If the server did not take it; then nothing is kept.
    """
    strict = canonical(query)
    return send(client, client.submit_ephemeris, store, strict, title(strict, sources))


@dataclass(frozen=True, slots=True)
class EphemerisErrand:
    """Keeps ephemeris searches in `store` (an :class:`~aurorax_dashboard.searches.follow.Errand`)."""

    client: AuroraXClient
    store: EphemerisStore
    kind: SearchKind = "ephemeris"

    def is_kept(self, request_id: str) -> bool:
        """Whether the records are kept."""
        return self.store.is_finished(request_id)

    def remember(self, status: SearchStatus) -> None:
        """Keep what the search asks."""
        remember_elsewhere(
            self.client, self.store, status, read_query, lambda query: title(query, self._sources())
        )

    def fetch(self, status: SearchStatus, tell: Tell) -> None:
        """Fetch the records and keep them."""
        count = status.search_result.result_count
        tell("Fetching the records." if count is None else f"Fetching {count:,} records.", None)
        records = self.client.ephemeris(status.search_request.request_id)
        tell(f"Keeping {len(records):,} records.", None)
        self.store.finish(finished_now(self.client, status), records, self._sources())

    def complete(self, request_id: str) -> None:
        """Do nothing: the records are all there is."""

    def _sources(self) -> list[DataSource]:
        try:
            return self.client.data_sources(format="full_record").value
        except AuroraXError:
            return []  # names are then numbers; the records are the promise

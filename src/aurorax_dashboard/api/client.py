"""The AuroraX API: a method per operation, typed by :mod:`~aurorax_dashboard.api.models`.

How requests travel is the transport's business, what is remembered the cache's; here stands what the
operations mean. Behaviour that the API's document does not tell, or tells wrong: a search is accepted
with 202 and an absolute ``Location``; results come as ``{"result": [...]}``; custom locations appear
among the sources with negative identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar, Unpack

import httpx
import msgspec
import pandas as pd

from aurorax_dashboard.api import cache as lifetimes
from aurorax_dashboard.api import searching
from aurorax_dashboard.api.answers import decode_list, list_of, one, sentence
from aurorax_dashboard.api.cache import Answer, Lifetime, ResponseCache
from aurorax_dashboard.api.errors import NotFoundError
from aurorax_dashboard.api.frames import data_product_frame, ephemeris_frame
from aurorax_dashboard.api.health import ServerHealth
from aurorax_dashboard.api.identity import LIVE_URL, ServerIdentity, identify
from aurorax_dashboard.api.models import (
    Conjunction,
    ConjunctionQuery,
    DataProductAvailability,
    DataProductQuery,
    DataSource,
    DataSourceQuery,
    DataSourceStats,
    Ephemeris,
    EphemerisAvailability,
    EphemerisQuery,
    RecordFormat,
    SearchKind,
    SearchStatus,
    SynchronousDataProductQuery,
    SynchronousEphemerisQuery,
)
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.api.session import Session
from aurorax_dashboard.api.sourcelists import listed_sources, one_source
from aurorax_dashboard.api.transport import Limits, Request, Transport
from aurorax_dashboard.api.wire import (
    API,
    Query,
    SourceFilters,
    as_sent,
    availability_params,
    is_request_id,
    request_path,
    source_params,
)
from aurorax_dashboard.times import utc

__all__ = ["LIVE_URL", "AuroraXClient", "ServerIdentity", "SourceFilters", "is_request_id"]

T = TypeVar("T")


class AuroraXClient:
    """An AuroraX server as Python.

    Every method raises :class:`~aurorax_dashboard.api.errors.AuroraXError` or one of its children if
    there is no answer. Those that return an :class:`Answer` may return an older one instead, marked
    stale.

    Parameters
    ----------
    session
        How the server is asked; :meth:`open` makes one.
    today
        The present day in UTC, which decides how long availability is kept.
    """

    def __init__(
        self, session: Session, *, today: Callable[[], date] = lambda: datetime.now(UTC).date()
    ) -> None:
        self._session = session
        self._today = today

    @classmethod
    def open(
        cls,
        base_url: str = LIVE_URL,
        *,
        api_key: str | None = None,
        cache: ResponseCache | None = None,
        limits: Limits | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> AuroraXClient:
        """Return a client of the server at `base_url`; nothing is connected yet.

        Parameters
        ----------
        base_url
            Address of the server, without ``/api/v1``.
        api_key
            Sent with every request; searching needs none.
        cache
            Where answers are kept for all processes; None keeps none.
        limits
            Limits on time, repetition and size.
        transport
            How httpx reaches the network, for tests.

        Raises
        ------
        ValueError
            If `base_url` is no address or `api_key` no key.
        """
        return cls(Session(Transport(base_url, api_key, limits=limits, transport=transport), cache))

    def __repr__(self) -> str:
        return f"AuroraXClient({self._session.transport!r})"

    @property
    def base_url(self) -> str:
        """Address of the server, without a slash at the end."""
        return self._session.transport.base_url

    def within(self, seconds: float) -> AuroraXClient:
        """Return a client that shares all with this one, with calls of about `seconds` at most."""
        return AuroraXClient(self._session.within(seconds), today=self._today)

    def close(self) -> None:
        """Close the connections that this process opened."""
        self._session.close()

    # ---- the server ------------------------------------------------------------------------

    def identity(self) -> ServerIdentity:
        """Return who answers at the address.

        The platform is known by its address. Other servers are asked: our archive introduces itself
        at ``/``; everything else counts as an unknown server with real data.
        """
        return identify(self._session)

    def health(self) -> ServerHealth:
        """Return when the server last answered and since when it does not, without asking it."""
        return self._session.health()

    # ---- data sources ----------------------------------------------------------------------

    def data_sources(
        self,
        *,
        format: RecordFormat = "full_record",
        include_stats: bool = False,
        **filters: Unpack[SourceFilters],
    ) -> Answer[list[DataSource]]:
        """Return the sources, by program, platform and instrument type; no custom locations."""
        request = Request("GET", f"{API}/data_sources", source_params(format, include_stats, filters))
        return self._session.answer(request, listed_sources, lifetimes.SOURCES)

    def search_data_sources(
        self,
        query: DataSourceQuery,
        *,
        format: RecordFormat = "full_record",
        include_stats: bool = False,
    ) -> Answer[list[DataSource]]:
        """Return the sources that match the lists of `query`, custom locations too."""
        request = Request(
            "POST",
            f"{API}/data_sources/search",
            source_params(format, include_stats),
            msgspec.json.encode(query),
        )
        return self._session.answer(request, list_of(DataSource), lifetimes.SOURCES)

    def data_source(
        self,
        identifier: int,
        *,
        format: RecordFormat = "full_record",
        include_stats: bool = False,
    ) -> Answer[DataSource]:
        """Return one source."""
        path = f"{API}/data_sources/{identifier:d}"
        request = Request("GET", path, source_params(format, include_stats))
        return self._session.answer(request, one_source, lifetimes.SOURCES)

    def data_source_stats(self, identifier: int) -> Answer[DataSourceStats]:
        """Return how many records one source has, and of what times."""
        full = self.data_source(identifier, format="identifier_only", include_stats=True)
        return Answer(full.value.stats or DataSourceStats(), full.freshness)

    # ---- availability ----------------------------------------------------------------------

    def ephemeris_availability(
        self, start: date, end: date, *, slow: bool = False, **filters: Unpack[SourceFilters]
    ) -> Answer[list[EphemerisAvailability]]:
        """Return minutes of ephemeris by source and day, `start` and `end` included.

        With `slow` the platform counts anew, where it otherwise answers from counts up to six hours
        old.
        """
        request = Request(
            "GET", f"{API}/availability/ephemeris", availability_params(start, end, slow, filters)
        )
        return self._session.answer(
            request, list_of(EphemerisAvailability), self._availability_lifetime(end, slow)
        )

    def data_product_availability(
        self,
        start: date,
        end: date,
        *,
        data_product_type: str | None = None,
        slow: bool = False,
        **filters: Unpack[SourceFilters],
    ) -> Answer[list[DataProductAvailability]]:
        """Return numbers of data products by source and day, `start` and `end` included."""
        params = availability_params(start, end, slow, filters)
        request = Request(
            "GET",
            f"{API}/availability/data_products",
            {**params, "data_product_type": data_product_type},
        )
        return self._session.answer(
            request, list_of(DataProductAvailability), self._availability_lifetime(end, slow)
        )

    def _availability_lifetime(self, end: date, slow: bool) -> Lifetime:
        if slow:
            return lifetimes.COUNTED_ANEW
        past = end.year < self._today().year
        return lifetimes.PAST_AVAILABILITY if past else lifetimes.AVAILABILITY

    # ---- searches of all kinds -------------------------------------------------------------

    def status(self, kind: SearchKind, request_id: str) -> SearchStatus:
        """Return how far a search is."""
        return searching.status(self._session, kind, request_id)

    def cancel(self, kind: SearchKind, request_id: str) -> None:
        """Ask the server to stop a search; it is cancelled when its status says so.

        Of a search that has ended the server deletes the result.
        """
        searching.delete(self._session, request_path(kind, request_id))

    def delete_data(self, kind: SearchKind, request_id: str) -> None:
        """Delete the result of a search, on the server and here."""
        path = f"{request_path(kind, request_id)}/data"
        searching.delete(self._session, path)
        self._session.forget(Request("GET", path, download=True))

    # ---- conjunctions ----------------------------------------------------------------------

    def submit_conjunctions(self, query: ConjunctionQuery) -> str:
        """Start a conjunction search and return its request id."""
        return searching.submit(self._session, "conjunctions", query)

    def conjunction_status(self, request_id: str) -> SearchStatus:
        """Return how far a conjunction search is."""
        return self.status("conjunctions", request_id)

    def conjunctions(self, request_id: str) -> ConjunctionResult:
        """Return the result of a finished search. It never changes and is kept for some hours.

        Raises
        ------
        NotFoundError
            If there is no such search, its result has expired, or it has not finished.
        """
        request = Request("GET", f"{request_path('conjunctions', request_id)}/data", download=True)

        def load(left_s: float) -> bytes:
            result = ConjunctionResult.from_json(self._session.send(request, total_s=left_s).body)
            if not len(result) and not self.conjunction_status(request_id).finished:
                raise NotFoundError("The search has not finished", advice="Wait until it has.")
            return result.to_bytes()

        answer = self._session.answer(
            request, ConjunctionResult.from_bytes, lifetimes.RESULT, load=load
        )
        return answer.value

    def conjunction_records(
        self,
        request_id: str,
        *,
        data_source_record_format: RecordFormat = "basic_info",
        generate_ephemeris_queries: bool = False,
    ) -> list[Conjunction]:
        """Return the result of a finished search record by record, as much of it as asked for.

        With `generate_ephemeris_queries` each event has the queries for the ephemeris of its pair.
        """
        params = {
            "data_source_record_format": data_source_record_format,
            "generate_ephemeris_queries": generate_ephemeris_queries,
        }
        path = f"{request_path('conjunctions', request_id)}/data"
        reply = self._session.send(Request("GET", path, params, download=True))
        return decode_list(reply.body, Conjunction)

    def conjunctions_formatted(
        self, request_id: str, response_format: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Return the result of a finished search with the keys that `response_format` sets true."""
        path = f"{request_path('conjunctions', request_id)}/data"
        request = Request("POST", path, body=msgspec.json.encode(response_format), download=True)
        return decode_list(self._session.send(request).body, dict[str, Any])

    # ---- ephemeris -------------------------------------------------------------------------

    def submit_ephemeris(self, query: EphemerisQuery) -> str:
        """Start an ephemeris search and return its request id."""
        return searching.submit(self._session, "ephemeris", query)

    def ephemeris_status(self, request_id: str) -> SearchStatus:
        """Return how far an ephemeris search is."""
        return self.status("ephemeris", request_id)

    def ephemeris(self, request_id: str) -> pd.DataFrame:
        """Return the result of a finished search, as :func:`~.frames.ephemeris_frame` describes."""
        path = f"{request_path('ephemeris', request_id)}/data"
        return ephemeris_frame(self._session.send(Request("GET", path, download=True)).body)

    def ephemeris_records(
        self, request_id: str, *, data_source_record_format: RecordFormat = "basic_info"
    ) -> list[Ephemeris]:
        """Return the result of a finished search record by record, metadata as they came."""
        params = {"data_source_record_format": data_source_record_format}
        path = f"{request_path('ephemeris', request_id)}/data"
        reply = self._session.send(Request("GET", path, params, download=True))
        return decode_list(reply.body, Ephemeris)

    def ephemeris_synchronous(self, query: EphemerisQuery) -> pd.DataFrame:
        """Search for ephemeris and return it at once; for short periods.

        Answers are kept for a day where the period is over, else for ten minutes.
        """
        body = msgspec.json.encode(SynchronousEphemerisQuery(as_sent(query)))
        request = Request("POST", f"{API}/ephemeris/search_synchronous", body=body)
        return self._session.answer(request, ephemeris_frame, self._records_lifetime(query.end)).value

    def _records_lifetime(self, end: datetime | None) -> Lifetime:
        over = end is not None and utc(end).date() < self._today() - timedelta(days=1)
        return lifetimes.PAST_EPHEMERIS if over else lifetimes.RECENT_EPHEMERIS

    # ---- data products ---------------------------------------------------------------------

    def submit_data_products(self, query: DataProductQuery) -> str:
        """Start a data product search and return its request id."""
        return searching.submit(self._session, "data_products", query)

    def data_product_status(self, request_id: str) -> SearchStatus:
        """Return how far a data product search is."""
        return self.status("data_products", request_id)

    def data_products(self, request_id: str) -> pd.DataFrame:
        """Return the result of a finished search, as :func:`~.frames.data_product_frame` describes."""
        path = f"{request_path('data_products', request_id)}/data"
        return data_product_frame(self._session.send(Request("GET", path, download=True)).body)

    def data_products_synchronous(self, query: DataProductQuery) -> pd.DataFrame:
        """Search for data products and return them at once; for short periods.

        Answers are kept as long as those about ephemeris.
        """
        body = msgspec.json.encode(SynchronousDataProductQuery(query=as_sent(query)))
        request = Request("POST", f"{API}/data_products/search_synchronous", body=body)
        lifetime = self._records_lifetime(query.end)
        return self._session.answer(request, data_product_frame, lifetime).value

    # ---- descriptions ----------------------------------------------------------------------

    def describe_conjunctions(self, query: ConjunctionQuery) -> str:
        """Return a conjunction query in the API's SQL-like words."""
        return self._describe("query/conjunction", query, sentence, lifetimes.DESCRIPTION)

    def describe_ephemeris(self, query: EphemerisQuery) -> str:
        """Return an ephemeris query in the API's SQL-like words."""
        return self._describe("query/ephemeris", query, sentence, lifetimes.DESCRIPTION)

    def describe_data_products(self, query: DataProductQuery) -> str:
        """Return a data product query in the API's SQL-like words."""
        return self._describe("query/data_products", query, sentence, lifetimes.DESCRIPTION)

    def cartesian_products(self, query: ConjunctionQuery) -> int:
        """Return how many combinations of sources, one of every block, a query compares."""
        return self._describe("cartesian_products", query, one(int), lifetimes.SOURCES)

    def _describe(
        self, what: str, query: Query, decoder: Callable[[bytes], T], lifetime: Lifetime
    ) -> T:
        body = msgspec.json.encode(msgspec.structs.replace(as_sent(query), request_id=None))
        request = Request("POST", f"{API}/utils/describe/{what}", body=body)
        return self._session.answer(request, decoder, lifetime).value

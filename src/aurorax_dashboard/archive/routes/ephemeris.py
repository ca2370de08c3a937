"""Ephemeris searches, in the background and at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import uuid4

from litestar import Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.response import Stream

from aurorax_dashboard.api.models import (
    Ephemeris,
    EphemerisQuery,
    RecordFormat,
    SearchKind,
    SearchStatus,
    SynchronousEphemerisQuery,
)
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.checks import check_ephemeris_query
from aurorax_dashboard.archive.ephemeris_search import search_ephemeris
from aurorax_dashboard.archive.errors import BadRequestError, SearchStoppedError
from aurorax_dashboard.archive.records import Completion, check_response_format, decoded, rendered
from aurorax_dashboard.archive.routes.requests import (
    SearchRequests,
    json_stream,
    stored_records,
    submit,
)
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.services import Archive


class EphemerisSearches(SearchRequests):
    """Search ephemeris records."""

    path = "/api/v1/ephemeris"
    tags = ("Ephemeris Search",)
    kind: ClassVar[SearchKind] = "ephemeris"

    @post("/search", dto=JsonBody, return_dto=None, status_code=202, sync_to_thread=True)
    def search(
        self, request: Request[Any, Any, State], archive: Archive, data: EphemerisQuery
    ) -> Response[bytes]:
        """Start a search."""
        return submit(request, archive, self.kind, check_ephemeris_query(data))

    @delete("/requests/{request_id:str}", status_code=200, sync_to_thread=True)
    def cancel(self, archive: Archive, request_id: str) -> Response[SearchStatus | None]:
        """Cancel a search; one that has finished is left as it is."""
        known = archive.store.status(request_id, self.kind).search_request.request_id
        archive.jobs.cancel(known)
        return Response(archive.store.status(known, self.kind), media_type="application/json")

    @get("/requests/{request_id:str}/data", sync_to_thread=True)
    def data(
        self, archive: Archive, request_id: str, data_source_record_format: RecordFormat = "basic_info"
    ) -> Stream:
        """Return the records that were found."""
        batches = decoded(stored_records(archive, self.kind, request_id), Ephemeris)
        completion = Completion(archive.sources, data_source_record_format)
        return json_stream(rendered(batches, completion.ephemeris))

    @post(
        "/requests/{request_id:str}/data",
        dto=JsonBody,
        return_dto=None,
        status_code=200,
        sync_to_thread=True,
    )
    def formatted_data(self, archive: Archive, request_id: str, data: dict[str, Any]) -> Stream:
        """Return the parts that the body's tree of truth values asks for."""
        template = check_response_format(data)
        batches = decoded(stored_records(archive, self.kind, request_id), Ephemeris)
        completion = Completion(archive.sources, "full_record")
        return json_stream(rendered(batches, completion.ephemeris, template))

    @post("/search_synchronous", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=True)
    def search_synchronous(
        self,
        archive: Archive,
        data: SynchronousEphemerisQuery,
        data_source_record_format: RecordFormat = "basic_info",
    ) -> Stream:
        """Return the records that a search finds. Nothing of it is kept."""
        template = data.response_format and check_response_format(data.response_format)
        batches = list(_found_at_once(archive, check_ephemeris_query(data.query)))
        completion = Completion(
            archive.sources, "full_record" if template else data_source_record_format
        )
        return json_stream(rendered(batches, completion.ephemeris, template))


def _found_at_once(archive: Archive, query: EphemerisQuery) -> Iterator[list[Ephemeris]]:
    """Yield the records of a search that has little time.

    Raises
    ------
    BadRequestError
        If it takes too long or finds too much.
    """
    settings = archive.settings
    count = 0
    run = Run(str(uuid4()), lambda _: None, settings.synchronous_time_limit_s)
    try:
        for batch in search_ephemeris(query, archive.sources, archive.holdings, run):
            count += len(batch)
            if count > settings.synchronous_max_records:
                raise BadRequestError(
                    f"query: it finds more than {settings.synchronous_max_records} records. "
                    "Use the asynchronous search, or a shorter period."
                )
            yield batch
    except SearchStoppedError as stopped:
        raise BadRequestError(f"query: {stopped} Or use the asynchronous search.") from None

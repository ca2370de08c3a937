"""Ephemeris searches, in the background and at once."""

from __future__ import annotations

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Stream

from aurorax_dashboard.api.models import (
    Ephemeris,
    EphemerisQuery,
    RecordFormat,
    SearchKind,
    SynchronousEphemerisQuery,
)
from aurorax_dashboard.archive.at_once import found_at_once
from aurorax_dashboard.archive.auth import Caller
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.checks import check_ephemeris_query
from aurorax_dashboard.archive.ephemeris_search import search_ephemeris
from aurorax_dashboard.archive.records import Completion, check_response_format, decoded, rendered
from aurorax_dashboard.archive.routes.requests import (
    RecordSearches,
    json_stream,
    stored_records,
    submit,
)
from aurorax_dashboard.archive.services import Archive


class EphemerisSearches(RecordSearches):
    """Search ephemeris records."""

    path = "/api/v1/ephemeris"
    tags = ("Ephemeris Search",)
    kind: ClassVar[SearchKind] = "ephemeris"

    @post("/search", dto=JsonBody, return_dto=None, status_code=202, sync_to_thread=True)
    def search(
        self, request: Request[Any, Any, State], archive: Archive, caller: Caller, data: EphemerisQuery
    ) -> Response[bytes]:
        """Start a search."""
        return submit(request, archive, caller, self.kind, check_ephemeris_query(data))

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
        template = check_response_format(data.response_format) if data.response_format else None
        query = check_ephemeris_query(data.query)
        batches = found_at_once(
            archive.settings,
            lambda run: search_ephemeris(query, archive.sources, archive.holdings, run),
        )
        completion = Completion(
            archive.sources, "full_record" if template else data_source_record_format
        )
        return json_stream(rendered(batches, completion.ephemeris, template))

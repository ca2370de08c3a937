"""Conjunction searches."""

from __future__ import annotations

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Stream

from aurorax_dashboard.api.models import Conjunction, RecordFormat, SearchKind
from aurorax_dashboard.archive.auth import Caller
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.checks import (
    SentConjunctionQuery,
    check_conjunction_query,
    check_searchable,
)
from aurorax_dashboard.archive.records import Completion, check_response_format, decoded, rendered
from aurorax_dashboard.archive.routes.requests import (
    SearchRequests,
    json_stream,
    stored_records,
    submit,
)
from aurorax_dashboard.archive.services import Archive


class Conjunctions(SearchRequests):
    """Search for conjunctions between sets of data sources."""

    path = "/api/v1/conjunctions"
    tags = ("Conjunction Search",)
    kind: ClassVar[SearchKind] = "conjunctions"

    @post("/search", dto=JsonBody, return_dto=None, status_code=202, sync_to_thread=True)
    def search(
        self,
        request: Request[Any, Any, State],
        archive: Archive,
        caller: Caller,
        data: SentConjunctionQuery,
    ) -> Response[bytes]:
        """Start a search."""
        query = check_searchable(check_conjunction_query(data))
        return submit(request, archive, caller, self.kind, query)

    @get("/requests/{request_id:str}/data", sync_to_thread=True)
    def data(
        self,
        archive: Archive,
        request_id: str,
        data_source_record_format: RecordFormat = "basic_info",
        generate_ephemeris_queries: bool = False,
    ) -> Stream:
        """Return the conjunctions that were found."""
        batches = decoded(stored_records(archive, self.kind, request_id), Conjunction)
        completion = Completion(archive.sources, data_source_record_format, generate_ephemeris_queries)
        return json_stream(rendered(batches, completion.conjunction))

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
        batches = decoded(stored_records(archive, self.kind, request_id), Conjunction)
        completion = Completion(archive.sources, "full_record", with_queries=True)
        return json_stream(rendered(batches, completion.conjunction, template))

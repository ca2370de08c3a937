"""Data product searches, in the background and at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Stream

from aurorax_dashboard.api.models import (
    DataProduct,
    DataProductQuery,
    RecordFormat,
    SearchKind,
    SynchronousDataProductQuery,
)
from aurorax_dashboard.archive.at_once import found_at_once
from aurorax_dashboard.archive.auth import Caller
from aurorax_dashboard.archive.bodies import JsonBody
from aurorax_dashboard.archive.checks import check_data_product_query
from aurorax_dashboard.archive.product_search import search_data_products
from aurorax_dashboard.archive.records import (
    ProductCompletion,
    ResponseFormat,
    check_response_format,
    decoded,
    rendered,
)
from aurorax_dashboard.archive.routes.requests import (
    RecordSearches,
    json_stream,
    stored_records,
    submit,
)
from aurorax_dashboard.archive.services import Archive

AnyRequest = Request[Any, Any, State]


class DataProductSearches(RecordSearches):
    """Search data products."""

    path = "/api/v1/data_products"
    tags = ("Data Products Search",)
    kind: ClassVar[SearchKind] = "data_products"

    @post("/search", dto=JsonBody, return_dto=None, status_code=202, sync_to_thread=True)
    def search(
        self, request: AnyRequest, archive: Archive, caller: Caller, data: DataProductQuery
    ) -> Response[bytes]:
        """Start a search."""
        return submit(request, archive, caller, self.kind, check_data_product_query(data))

    @get("/requests/{request_id:str}/data", sync_to_thread=True)
    def data(
        self,
        request: AnyRequest,
        archive: Archive,
        request_id: str,
        data_source_record_format: RecordFormat = "basic_info",
    ) -> Stream:
        """Return the data products that were found."""
        batches = decoded(stored_records(archive, self.kind, request_id), DataProduct)
        return _shown(request, archive, batches, data_source_record_format)

    @post(
        "/requests/{request_id:str}/data",
        dto=JsonBody,
        return_dto=None,
        status_code=200,
        sync_to_thread=True,
    )
    def formatted_data(
        self, request: AnyRequest, archive: Archive, request_id: str, data: dict[str, Any]
    ) -> Stream:
        """Return the parts that the body's tree of truth values asks for."""
        template = check_response_format(data)
        batches = decoded(stored_records(archive, self.kind, request_id), DataProduct)
        return _shown(request, archive, batches, "full_record", template)

    @post("/search_synchronous", dto=JsonBody, return_dto=None, status_code=200, sync_to_thread=True)
    def search_synchronous(
        self,
        request: AnyRequest,
        archive: Archive,
        data: SynchronousDataProductQuery,
        data_source_record_format: RecordFormat = "basic_info",
    ) -> Stream:
        """Return the data products that a search finds. Nothing of it is kept."""
        template = check_response_format(data.response_format) if data.response_format else None
        query = check_data_product_query(data.query)
        batches = found_at_once(
            archive.settings,
            lambda run: search_data_products(query, archive.sources, archive.products, run),
        )
        shown = "full_record" if template else data_source_record_format
        return _shown(request, archive, batches, shown, template)


def _shown(
    request: AnyRequest,
    archive: Archive,
    batches: Iterable[list[DataProduct]],
    record_format: RecordFormat,
    template: ResponseFormat | None = None,
) -> Stream:
    completion = ProductCompletion(archive.sources, record_format, str(request.base_url))
    return json_stream(rendered(batches, completion.product, template))

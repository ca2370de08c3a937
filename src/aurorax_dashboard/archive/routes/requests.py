"""What all kinds of searches share: submission, status, data, cancellation, deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from litestar import Controller, Request, Response, delete, get
from litestar.datastructures import State
from litestar.response import Stream

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataProductQuery,
    EphemerisQuery,
    SearchKind,
    SearchStatus,
)
from aurorax_dashboard.archive.auth import Caller
from aurorax_dashboard.archive.checks import checked_id
from aurorax_dashboard.archive.errors import NotFoundError
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.store import Asker

JSON = "application/json"


def submit(
    request: Request[Any, Any, State],
    archive: Archive,
    caller: Caller,
    kind: SearchKind,
    query: ConjunctionQuery | EphemerisQuery | DataProductQuery,
) -> Response[bytes]:
    """Take on a search; the answer has no body, only the absolute address of the request."""
    asker = Asker(name=caller.name, address=caller.address)
    request_id = archive.jobs.submit(kind, query, asker)
    base = str(request.base_url).rstrip("/")
    return Response(
        b"",
        status_code=202,
        media_type=JSON,
        headers={"Location": f"{base}/api/v1/{kind}/requests/{request_id}"},
    )


def stored_records(archive: Archive, kind: SearchKind, request_id: str) -> Iterator[list[bytes]]:
    """Return the stored records of a search.

    Raises
    ------
    NotFoundError
        If there is no such search, or it has no data: not finished, failed, or deleted.
    """
    status = archive.store.status(request_id, kind)
    result = status.search_result
    if not status.finished:
        raise NotFoundError(f"The search {request_id} has not finished.")
    if status.failed:
        raise NotFoundError(f"The search {request_id} has no data: {status.logs[-1].summary}")
    if result.result_file_deleted_timestamp:
        raise NotFoundError(
            f"The data of search {request_id} were deleted at "
            f"{result.result_file_deleted_timestamp.isoformat(timespec='seconds')} UTC. Run it again."
        )
    return archive.store.results.read(request_id)


def json_stream(pieces: Iterator[bytes]) -> Stream:
    """Answer with JSON text as it is made."""
    return Stream(pieces, media_type=JSON)


class SearchRequests(Controller):
    """Requests of one kind of search, by identifier."""

    kind: ClassVar[SearchKind]

    @get("/requests/{request_id:str}", sync_to_thread=False)
    def status(self, archive: Archive, request_id: str) -> SearchStatus:
        """Return what was asked, how it goes, and the log.

        Asked for most of all, and read faster than a thread is found for it.
        """
        return archive.store.status(request_id, self.kind)

    @delete("/requests/{request_id:str}", status_code=200, sync_to_thread=True)
    def cancel(self, archive: Archive, request_id: str) -> Response[SearchStatus | None]:
        """Cancel a search; of a finished one, delete the data."""
        known = archive.store.status(checked_id(request_id), self.kind).search_request.request_id
        if archive.jobs.cancel(known):
            return Response(archive.store.status(known, self.kind), media_type=JSON)
        archive.store.delete_result(known)
        return Response(None, status_code=204, media_type=JSON)

    @delete("/requests/{request_id:str}/data", status_code=200, sync_to_thread=True)
    def delete_data(self, archive: Archive, request_id: str) -> SearchStatus:
        """Delete the data of a search; the request itself stays known.

        Raises
        ------
        NotFoundError
            If there is no such search, or it has not finished.
        """
        status = archive.store.status(checked_id(request_id), self.kind)
        if not status.finished:
            raise NotFoundError(
                f"The search {request_id} has not finished: there are no data to delete."
            )
        archive.store.delete_result(status.search_request.request_id)
        return archive.store.status(request_id, self.kind)


class RecordSearches(SearchRequests):
    """Requests of searches for records: cancelling one that has finished leaves it as it is."""

    @delete("/requests/{request_id:str}", status_code=200, sync_to_thread=True)
    def cancel(self, archive: Archive, request_id: str) -> Response[SearchStatus | None]:
        """Cancel a search; one that has finished is left as it is."""
        known = archive.store.status(checked_id(request_id), self.kind).search_request.request_id
        archive.jobs.cancel(known)
        return Response(archive.store.status(known, self.kind), media_type=JSON)

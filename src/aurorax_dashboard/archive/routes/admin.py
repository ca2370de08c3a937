"""All searches of everybody, for administrators."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, Router, delete, get

from aurorax_dashboard.api.management import SearchRequestListing
from aurorax_dashboard.api.models import RequestType
from aurorax_dashboard.archive.auth import Caller, signed_in
from aurorax_dashboard.archive.checks import checked_time
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.services import Archive

_KILOBYTE = 1000


@get("/", sync_to_thread=True)
def list_requests(
    archive: Archive,
    caller: Caller,
    *,
    search_type: RequestType | None = None,
    active: bool | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    file_size: int | None = None,
    result_count: int | None = None,
    query_duration: int | None = None,
    error_condition: bool | None = None,
) -> list[SearchRequestListing]:
    """Return the searches that fit, oldest first.

    `start` and `end` limit when a search was requested. A least `file_size` (kilobytes) or
    `result_count` means searches that have ended, whatever `active` says; of active ones,
    `error_condition` says nothing. `query_duration` is in milliseconds.
    """
    caller.require_administrator()
    first, last = checked_time("start", start), checked_time("end", end)
    if first and last and last < first:
        raise BadRequestError(f"end: {last.isoformat()} is before the start, {first.isoformat()}")
    if file_size is not None or result_count is not None:
        active = False

    def fits(search: SearchRequestListing) -> bool:
        return (
            (search_type is None or search.search_type == search_type)
            and (active is None or search.active == active)
            and (first is None or search.requested >= first)
            and (last is None or search.requested <= last)
            and (file_size is None or (search.file_size or 0) >= file_size * _KILOBYTE)
            and (result_count is None or (search.result_count or 0) >= result_count)
            and (query_duration is None or (search.query_duration or 0) >= query_duration)
            and (error_condition is None or active or search.error_condition == error_condition)
        )

    return [search for search in archive.store.listings() if fits(search)]


@delete("/{request_id:str}", status_code=200, sync_to_thread=True)
def delete_request(archive: Archive, caller: Caller, request_id: str) -> Response[bytes]:
    """Remove a search and all that belongs to it; a running one is cancelled."""
    caller.require_administrator()
    known = request_id.lower()
    if not any(search.request_id == known for search in archive.store.listings()):
        raise BadRequestError(f"request_id: there is no search request with id {request_id}")
    archive.jobs.remove(known)
    return Response(b"", media_type="application/json")


router = Router(
    "/api/v1/utils/admin/search_requests",
    route_handlers=[list_requests, delete_request],
    guards=[signed_in],
    tags=["Utils"],
)

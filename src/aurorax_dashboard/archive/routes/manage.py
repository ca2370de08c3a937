"""Data of users: ephemeris and data products stored and deleted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import GenericAlias
from typing import Any, Generic, TypeVar, get_args

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import State
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from aurorax_dashboard.api.management import (
    DataProductDeletion,
    DataProductUpload,
    EphemerisDeletion,
    EphemerisUpload,
)
from aurorax_dashboard.api.models import DataSource, ErrorDocument
from aurorax_dashboard.archive.auth import Caller, signed_in
from aurorax_dashboard.archive.bodies import JsonBody, decode_body
from aurorax_dashboard.archive.errors import BadRequestError
from aurorax_dashboard.archive.library.deletions import Deletion
from aurorax_dashboard.archive.library.uploads import (
    Named,
    UploadError,
    checked_ephemeris,
    checked_products,
    name_problems,
)
from aurorax_dashboard.archive.services import Archive
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.tracks import minute_of, time_of
from aurorax_dashboard.times import format_time, naive_utc

JSON = "application/json"

T = TypeVar("T")

_MOST_PROBLEMS = 100
"""How many records that do not fit are named in one answer."""


@dataclass(frozen=True, slots=True)
class Upload(Generic[T]):
    """The body of an upload. It may be large, so that it is decoded where it keeps nobody waiting."""

    body: bytes
    kind: type[T]

    def records(self) -> list[T]:
        """Return the records.

        Raises
        ------
        BadRequestError
            If the body is not a JSON list.
        UploadError
            If any of its records does not fit.
        """
        try:
            records: list[T] = decode_body(self.body, _list_of(self.kind))
        except BadRequestError:
            if problems := self._problems():
                raise UploadError(problems) from None
            raise
        return records

    def _problems(self) -> list[str]:
        """Return what is wrong with the records of a list, nothing if it is no list."""
        problems = []
        try:
            records = msgspec.json.decode(self.body, type=list[msgspec.Raw])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return []
        for number, record in enumerate(records, start=1):
            try:
                decode_body(bytes(record), self.kind)
            except BadRequestError as error:
                problems.append(f"record {number}: {error}")
        return problems


def _list_of(kind: type) -> Any:
    return GenericAlias(list, (kind,))


class UploadBody(JsonBody):
    """Passes on the body of an upload as it is."""

    longest_text = sys.maxsize

    def decode_bytes(self, value: bytes) -> Any:
        """Return the body of the current request as an :class:`Upload`.

        Raises
        ------
        UnsupportedMediaError
            If it is declared as something else than JSON.
        """
        self.check_declared()
        field = self.asgi_connection.route_handler.parsed_data_field
        return Upload(value, get_args(field.raw)[0])

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any
    ) -> Reference | Schema:
        """Describe the body as a list of the records."""
        (kind,) = get_args(field_definition.raw)
        records = FieldDefinition.from_annotation(_list_of(kind))
        return super().create_openapi_schema(records, handler_id, schema_creator)


class Problem(ErrorDocument):
    """What is wrong with one of the records of an upload; PyAuroraX reads `message`."""

    message: str | None = None


def answer_upload_error(_: Request[Any, Any, State], error: UploadError) -> Response[list[Problem]]:
    """Answer with everything that is wrong, a document each."""
    sentences = list(error.problems[:_MOST_PROBLEMS])
    if more := len(error.problems) - len(sentences):
        sentences.append(f"There are {more:,} more problems like these.")
    return Response(
        [
            Problem(error_code=BadRequestError.code, error_message=each, message=each)
            for each in sentences
        ],
        status_code=HTTPStatus.BAD_REQUEST,
        media_type=JSON,
    )


def _managed(archive: Archive, caller: Caller, identifier: int) -> DataSource:
    """Return a source whose data the caller may change.

    Raises
    ------
    NotFoundError
        If there is no such source.
    ForbiddenError
        If the caller may not.
    ConflictError
        If its data are simulated.
    """
    caller.require_may_manage(archive.sources.get(identifier))
    return archive.sources.require_stored(identifier)


def _check_number(archive: Archive, records: Sequence[object]) -> None:
    most = archive.settings.max_upload_records
    if len(records) > most:
        raise BadRequestError(f"{len(records):,} records are more than one upload may have, {most:,}")
    if not records:
        raise BadRequestError("at least one record is needed")


def _check_name(source: DataSource, named: Named) -> None:
    for problem in name_problems(source, named):
        raise BadRequestError(problem)


def _minute(field: str, time: datetime) -> int:
    try:
        return minute_of(naive_utc(time))
    except OverflowError:
        raise BadRequestError(f"{field}: this time cannot be written in UTC") from None


def _nothing(status: int, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(b"", status_code=status, media_type=JSON, headers=headers)


@post(
    "/ephemeris",
    dto=UploadBody,
    return_dto=None,
    status_code=202,
    guards=[signed_in],
    sync_to_thread=True,
)
def add_ephemeris(
    archive: Archive, caller: Caller, identifier: int, data: Upload[EphemerisUpload]
) -> Response[bytes]:
    """Store ephemeris records, all of them or none. They replace those of the same minutes."""
    source = _managed(archive, caller, identifier)
    records = data.records()
    _check_number(archive, records)
    archive.library.ephemeris.write(identifier, checked_ephemeris(source, records))
    return _nothing(202)


@delete(
    "/ephemeris",
    dto=JsonBody,
    return_dto=None,
    status_code=202,
    guards=[signed_in],
    sync_to_thread=True,
)
def delete_ephemeris(
    request: Request[Any, Any, State],
    archive: Archive,
    caller: Caller,
    identifier: int,
    data: EphemerisDeletion,
) -> Response[bytes]:
    """Accept a deletion of the ephemeris records of a period, both ends included."""
    source = _managed(archive, caller, identifier)
    _check_name(source, data)
    first, last = _minute("start", data.start), _minute("end", data.end)
    if naive_utc(data.end) < naive_utc(data.start):
        raise BadRequestError("end: is before the start")
    if data.start.second or data.start.microsecond:
        first += 1
    job_id = archive.library.deletions.add(identifier, first, last + 1)
    base = str(request.base_url).rstrip("/")
    where = f"{base}/api/v1/data_sources/{identifier}/ephemeris/delete_jobs/{job_id}"
    return _nothing(202, {"Location": where})


@get("/ephemeris/delete_jobs", sync_to_thread=True)
def list_delete_jobs(archive: Archive, identifier: int) -> list[str]:
    """Return the identifiers of deletions that go on, or ended within an hour, newest first."""
    archive.sources.get(identifier)
    return [deletion.job_id for deletion in archive.library.deletions.recent(identifier)]


@get("/ephemeris/delete_jobs/{delete_job_id:str}", sync_to_thread=True)
def delete_job(archive: Archive, identifier: int, delete_job_id: str) -> list[str]:
    """Return what is known of a deletion that goes on, or ended within an hour: a line a fact."""
    archive.sources.get(identifier)
    return _lines(archive.library.deletions.get(identifier, delete_job_id))


def _lines(deletion: Deletion) -> list[str]:
    first, last = (format_time(time_of(m)) for m in (deletion.first, deletion.stop - 1))
    lines = [
        f"{deletion.accepted.isoformat(timespec='seconds')} accepted: ephemeris of {first} to {last}"
    ]
    if deletion.ended is None:
        lines.append(f"running: {deletion.deleted} records deleted so far")
    elif deletion.error is None:
        ended = deletion.ended.isoformat(timespec="seconds")
        lines.append(f"{ended} completed: {deletion.deleted} records deleted")
    else:
        ended = deletion.ended.isoformat(timespec="seconds")
        lines.append(f"{ended} failed: {deletion.error}")
    return lines


@post(
    "/data_products",
    dto=UploadBody,
    return_dto=None,
    status_code=202,
    guards=[signed_in],
    sync_to_thread=True,
)
def add_data_products(
    archive: Archive, caller: Caller, identifier: int, data: Upload[DataProductUpload]
) -> Response[bytes]:
    """Store data products, all of them or none. They replace those of the same addresses."""
    source = _managed(archive, caller, identifier)
    records = data.records()
    _check_number(archive, records)
    archive.library.products.write(identifier, checked_products(source, records))
    return _nothing(202)


@delete(
    "/data_products",
    dto=JsonBody,
    return_dto=None,
    status_code=200,
    guards=[signed_in],
    sync_to_thread=True,
)
def delete_data_products(
    archive: Archive, caller: Caller, identifier: int, data: DataProductDeletion
) -> Response[bytes]:
    """Delete the data products of the given addresses; those that are not there are no mistake."""
    source = _managed(archive, caller, identifier)
    _check_name(source, data)
    if not data.urls:
        raise BadRequestError("urls: at least one address is needed")
    archive.library.products.delete(identifier, data.urls)
    return _nothing(200)


def manage_router(settings: ArchiveSettings) -> Router:
    """Return the routes of managing data. The bodies of uploads may be larger than others."""
    uploads = Router(
        "/",
        route_handlers=[add_ephemeris, add_data_products],
        exception_handlers={UploadError: answer_upload_error},
        request_max_body_size=settings.max_upload_bytes,
    )
    return Router(
        "/api/v1/data_sources/{identifier:int}",
        route_handlers=[
            uploads,
            delete_ephemeris,
            list_delete_jobs,
            delete_job,
            delete_data_products,
        ],
        tags=["Manage Data"],
    )

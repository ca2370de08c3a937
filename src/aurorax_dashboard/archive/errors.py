"""Errors of the archive and the documents they become.

::

    ArchiveError                 anything that is answered with an ErrorDocument
    ├── BadRequestError   400    the request cannot be understood; names the field
    ├── UnauthorizedError 401    nobody is signed in, or the key or token is not valid
    ├── ForbiddenError    403    this account may not do this
    ├── NotFoundError     404    no such source, request or data
    ├── ConflictError     409    it does not go together with what there is already
    │   └── DuplicateError       there is such a data source
    ├── MaintenanceError  503    what is held cannot be changed now
    ├── UnsupportedMediaError    415, the body is declared as something else than JSON
    └── BusyError         503    too many searches wait; try again later
        └── ShareUsedError       too many of this caller
    SearchStoppedError           a running search ends early; the message goes to its log
    ├── SearchFailedError        it cannot be answered (no limit, too many results, too long)
    ├── SearchCancelledError     someone cancelled it
    └── ArchiveClosingError      the archive stops; the search starts again with it
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException

from aurorax_dashboard.api.models import ErrorDocument

_log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, State]


class ArchiveError(Exception):
    """An error that is answered with an :class:`ErrorDocument`."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "ApplicationError"
    retry_after_s: int | None = None


class BadRequestError(ArchiveError):
    """The request cannot be understood; the message names the field."""

    status = HTTPStatus.BAD_REQUEST
    code = "AssertionError"


class UnauthorizedError(ArchiveError):
    """Nobody is signed in, or the key, the token or the password is not valid."""

    status = HTTPStatus.UNAUTHORIZED
    code = "NotAuthenticated"


class ForbiddenError(ArchiveError):
    """The account may not do this."""

    status = HTTPStatus.FORBIDDEN
    code = "NotPermitted"


class NotFoundError(ArchiveError):
    """There is no such source, request or data."""

    status = HTTPStatus.NOT_FOUND
    code = "NotFound"


class ConflictError(ArchiveError):
    """What is asked does not go together with what there is already."""

    status = HTTPStatus.CONFLICT
    code = "Conflict"


class DuplicateError(ConflictError):
    """There is such a data source already."""

    code = "Duplicate"


class BusyError(ArchiveError):
    """Too many searches wait."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "Unavailable"
    retry_after_s = 10


class ShareUsedError(BusyError):
    """Too many searches of this caller wait.

    The status is that of :class:`BusyError`, because the platform's own client shows the words of no
    other that says "later".
    """

    code = "ToManyRequests"


class MaintenanceError(ArchiveError):
    """What is held cannot be changed now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "Unavailable"
    retry_after_s = 600


class UnsupportedMediaError(ArchiveError):
    """The body is declared as something that is not read here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "AssertionError"


class SearchStoppedError(Exception):
    """A running search ends early; the message is the last line of its log."""


class SearchFailedError(SearchStoppedError):
    """A search cannot be answered."""


class SearchCancelledError(SearchStoppedError):
    """Someone cancelled the search."""


class ArchiveClosingError(SearchStoppedError):
    """The archive stops; an unfinished search starts again with it."""


_CODES = {
    HTTPStatus.BAD_REQUEST: "AssertionError",
    HTTPStatus.NOT_FOUND: "NotFound",
    HTTPStatus.METHOD_NOT_ALLOWED: "NotImplemented",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Other",
}

_MESSAGES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not answer to this method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body of the request is too large.",
}


def _document(
    status: HTTPStatus, code: str, message: str, headers: dict[str, str] | None = None
) -> Response[ErrorDocument]:
    return Response(
        ErrorDocument(error_code=code, error_message=message),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def answer_archive_error(_: AnyRequest, error: ArchiveError) -> Response[ErrorDocument]:
    """Answer with the error's own status and words."""
    headers = {}
    if error.retry_after_s:
        headers["Retry-After"] = str(error.retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _document(error.status, error.code, str(error), headers)


def answer_http_error(_: AnyRequest, error: HTTPException) -> Response[ErrorDocument]:
    """Answer errors that the framework raises: unknown addresses, wrong parameters, large bodies."""
    status = HTTPStatus(error.status_code)
    message = _MESSAGES.get(status, error.detail)
    if isinstance(error, ValidationException):
        message = _parameter_words(error)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return _document(status, _CODES.get(status, "ApplicationError"), message, headers)


def answer_defect(request: AnyRequest, error: Exception) -> Response[ErrorDocument]:
    """Answer a mistake of ours: the trace goes to the log, not to the client."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _document(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "ApplicationError",
        "The archive could not answer this request.",
    )


_WORDS = {
    "Invalid RFC3339 encoded datetime": "must be a time such as 2019-01-01T05:58:00",
    "Invalid RFC3339 encoded date": "must be a date such as 2019-01-01",
}
"""The longer one first."""


def in_words(finding: str) -> str:
    """Return what the decoder says of a value as one says it who does not think of its standards."""
    for said, words in _WORDS.items():
        finding = finding.replace(said, words)
    return finding


def _parameter_words(error: ValidationException) -> str:
    """Return the framework's findings about parameters, one ``name: what`` each."""
    findings: list[str] = []
    for finding in error.extra if isinstance(error.extra, list) else []:
        message = in_words(re.sub(r"\s+-\s+at .*$", "", str(finding.get("message", ""))))
        key = finding.get("key")
        if key == "data":
            findings.append("A JSON body is expected, but the request has none.")
        else:
            findings.append(f"{key}: {message}" if key else message)
    return "; ".join(findings) or error.detail


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    ArchiveError: answer_archive_error,
    HTTPException: answer_http_error,
    Exception: answer_defect,
}

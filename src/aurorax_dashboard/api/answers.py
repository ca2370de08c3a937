"""The body of an answer, decoded: once, at the edge, straight into what is kept.

Lists come bare or as ``{"result": [...]}``; an error may stand inside an answer with status 200.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from aurorax_dashboard.api.errors import (
    AuroraXError,
    ServerFailedError,
    UnexpectedAnswerError,
    error_of_status,
)
from aurorax_dashboard.api.models import ErrorDocument

T = TypeVar("T")

_SPACE = 64

_STATUS_OF_CODE = {
    "AssertionError": 400,
    "NotAuthenticated": 401,
    "NotAuthorized": 401,
    "NotPermitted": 403,
    "NotFound": 404,
    "ToManyRequests": 429,
    "Unavailable": 503,
}
"""What the error codes of the API would be as HTTP statuses."""


class _Envelope(msgspec.Struct, Generic[T]):
    result: list[T] | UnsetType | None = UNSET
    error: ErrorDocument | str | None = None


def decode(body: bytes, schema: type[T]) -> T:
    """Return the JSON `body` as an instance of `schema`.

    Raises
    ------
    UnexpectedAnswerError
        If it is empty, not JSON, or JSON of another shape.
    """
    # A body that ends in a newline would be copied to be stripped, and it may be very large.
    if not body[:_SPACE].strip() and not body.strip():
        raise UnexpectedAnswerError("AuroraX sent an empty answer where data was expected")
    try:
        return msgspec.json.decode(body, type=schema)
    except RecursionError:
        raise UnexpectedAnswerError("AuroraX sent data that are nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        if isinstance(problem, msgspec.ValidationError):
            message = "AuroraX sent data of a kind that this program does not know"
        elif body.lstrip().startswith(b"<"):
            message = "A web page came instead of data"
        else:
            message = "The answer is cut off or is not JSON"
        raise UnexpectedAnswerError(message, details=str(problem)) from None


def decode_list(body: bytes, item: type[T]) -> list[T]:
    """Return the records of an answer, bare or in an envelope, as a list of `item`.

    Raises
    ------
    AuroraXError
        The error that the answer reports in spite of its status, if it does.
    UnexpectedAnswerError
        If it is empty, not JSON, or JSON of another shape.
    """
    document: Any = decode(body, _Envelope[item] | list[item])  # type: ignore[valid-type, arg-type]
    if isinstance(document, list):
        return document
    if document.error is not None:
        raise _reported(document.error)
    if document.result is UNSET:
        raise UnexpectedAnswerError("AuroraX sent an answer without a result")
    return document.result or []


def one(schema: type[T]) -> Callable[[bytes], T]:
    """Return a decoder of a single `schema`."""
    return lambda body: decode(body, schema)


def list_of(item: type[T]) -> Callable[[bytes], list[T]]:
    """Return a decoder of records of type `item`."""
    return lambda body: decode_list(body, item)


def sentence(body: bytes) -> str:
    """Decode a text. The API's document promises a list of texts, the platform sends one."""
    text: str | list[str] = decode(body, str | list[str])  # type: ignore[arg-type]
    return text if isinstance(text, str) else " ".join(text)


def _reported(error: ErrorDocument | str) -> AuroraXError:
    """Return our error for one that came inside an answer."""
    document = ErrorDocument(error_message=error) if isinstance(error, str) else error
    details = document.error_message or document.error_code
    status = _STATUS_OF_CODE.get(document.error_code or "")
    if status is None:
        return ServerFailedError("AuroraX reports an error instead of data", details=details)
    return error_of_status(status, "AuroraX", details=details)

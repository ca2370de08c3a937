"""What a failed answer says: the server's own words, and when to come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

_DETAILS_CHARACTERS = 500


def retry_time(header: str | None, now: datetime) -> datetime | None:
    """Return the time that a ``Retry-After`` header (seconds or an HTTP date) means, aware in UTC."""
    if header is None:
        return None
    try:
        if header.strip().isdecimal():
            return now + timedelta(seconds=int(header))
        time_asked = parsedate_to_datetime(header)
        if time_asked.tzinfo is None:
            return time_asked.replace(tzinfo=UTC)
        return time_asked.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class _ErrorBody(msgspec.Struct):
    """The keys under which servers of this kind explain an error."""

    error_message: Any = None
    error_code: Any = None
    detail: Any = None
    message: Any = None


def error_text(body: bytes) -> str | None:
    """Return the server's own words in the `body` of an error, shortened; None if it has none.

    Web pages count as none: their markup helps nobody.
    """
    try:
        document = msgspec.json.decode(body, type=_ErrorBody | list[_ErrorBody])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        plain = body.decode("utf-8", "replace").strip()
        return plain[:_DETAILS_CHARACTERS] if plain and not plain.startswith("<") else None
    entries = document if isinstance(document, list) else [document]
    texts = [e.error_message or e.detail or e.message or e.error_code for e in entries]
    return "; ".join(str(text) for text in texts if text)[:_DETAILS_CHARACTERS] or None

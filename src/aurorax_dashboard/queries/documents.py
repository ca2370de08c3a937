"""Searches as a server tells of them: an object, or the JSON text of one."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

Query = TypeVar("Query")


def decoded(document: dict[str, Any] | str, form: type[Query]) -> Query | None:
    """Return `document` as a query of the struct `form`; None if it is of another form."""
    try:
        if isinstance(document, str):
            document = msgspec.json.decode(document)
        return msgspec.convert(document, form)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None

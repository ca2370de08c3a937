"""Bodies of requests: decoded once, strictly, straight into the API's structs."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

import msgspec
from litestar.dto import AbstractDTO, DTOFieldDefinition
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from aurorax_dashboard.archive.errors import BadRequestError, UnsupportedMediaError, in_words

T = TypeVar("T")

_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$\.?(?P<path>.*)`)?$", re.DOTALL)


_SOME_ENTRY = "[...]"
"""How the decoder names whichever entry of an object with free names."""

_LONG_TEXT = re.compile(rb'"[^"]{10000}')
"""In the bytes of every body with a text longer than `LONGEST_TEXT`, and of few others."""

LONGEST_TEXT = 10_000
"""Characters of a text in a query, or in the record of a source: far more than anybody means."""


def decode_body(body: bytes, kind: type[T], longest_text: int = sys.maxsize) -> T:
    """Return a JSON `body` as a `kind`.

    Raises
    ------
    BadRequestError
        If it is not JSON, does not fit or has texts that nobody can mean, naming the field.
    """
    try:
        if b"\\u0000" in body or (longest_text < len(body) and _LONG_TEXT.search(body)):
            _check_texts(msgspec.json.decode(body), "", longest_text)
        return _decoded(body, kind)
    except msgspec.ValidationError as error:
        found = _PATH.match(str(error))
        what, path = (found["what"], found["path"]) if found else (str(error), None)
        what = in_words(what)
        raise BadRequestError(f"{_named(path, body, kind)}: {what}" if path else what) from None
    except msgspec.DecodeError as error:
        raise BadRequestError(f"The body is not JSON: {error}") from None
    except (UnicodeDecodeError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else "not UTF-8"
        raise BadRequestError(f"The body is not JSON: {why}") from None


def _named(path: str, body: bytes, kind: type) -> str:
    """Return a path with the name of the entry that does not fit, which the decoder leaves out."""
    field, unnamed, _ = path.partition(_SOME_ENTRY)
    if not unnamed:
        return path
    try:
        whole = msgspec.json.decode(body)
        entries = whole[field].items()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, AttributeError):
        return path  # what comes after the mistake is wrong too, or the entry lies deeper
    for name, value in entries:
        try:
            msgspec.convert({**whole, field: {name: value}}, kind)
        except msgspec.ValidationError as error:
            if _SOME_ENTRY in str(error):
                return path.replace(_SOME_ENTRY, f".{name}", 1)
    return path


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        if b"null" in body:
            with suppress(msgspec.ValidationError):
                return msgspec.convert(_without_nulls(msgspec.json.decode(body)), kind)
        raise


def _without_nulls(value: Any) -> Any:
    """Return `value` without the fields that are null: to most clients that is the same as absent."""
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item if key == "max_distances" else _without_nulls(item)
        for key, item in value.items()
        if item is not None
    }


def _check_texts(value: Any, path: str, longest: int) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise BadRequestError(f"{path}: must not contain NUL characters")
        if len(value) > longest:
            raise BadRequestError(f"{path}: is longer than {longest} characters")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_texts(item, f"{path}[{index}]", longest)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_texts(key, f"{path}: the name of a field".removeprefix(": "), longest)
            _check_texts(item, f"{path}.{key}".removeprefix("."), longest)


class JsonBody(AbstractDTO[Any]):
    """Decodes a handler's ``data`` by its annotation.

    The framework's own way converts laxly ("500" becomes 500) and reports errors without their path.
    """

    longest_text: ClassVar[int] = LONGEST_TEXT

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        """Do nothing: no transfer model is needed."""

    @classmethod
    def generate_field_definitions(
        cls,
        model_type: type[Any],  # noqa: ARG003
    ) -> Generator[DTOFieldDefinition, None, None]:
        """Yield nothing: no transfer model is needed."""
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:  # noqa: ARG003
        """Return False: no transfer model is needed."""
        return False

    def decode_bytes(self, value: bytes) -> Any:
        """Decode the body of the current request.

        Raises
        ------
        UnsupportedMediaError
            If the body is declared as something else than JSON.
        BadRequestError
            If it does not fit.
        """
        self.check_declared()
        field = self.asgi_connection.route_handler.parsed_data_field
        return decode_body(value, field.raw, self.longest_text)

    def check_declared(self) -> None:
        """Raise :class:`UnsupportedMediaError` if the body is declared as something else than JSON."""
        declared = self.asgi_connection.headers.get("content-type", "application/json")
        if declared.split(";")[0].strip().lower() != "application/json":
            raise UnsupportedMediaError(f"Content-Type: expected application/json, got {declared}")

    @classmethod
    def create_openapi_schema(
        cls,
        field_definition: FieldDefinition,
        handler_id: str,  # noqa: ARG003
        schema_creator: Any,
    ) -> Reference | Schema:
        """Describe the body by its struct."""
        schema: Reference | Schema = schema_creator.for_field_definition(field_definition)
        return schema

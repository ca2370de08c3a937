"""Bodies of requests: decoded once, strictly, straight into the API's structs."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, TypeVar

import msgspec
from litestar.dto import AbstractDTO, DTOFieldDefinition
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from aurorax_dashboard.archive.errors import BadRequestError

T = TypeVar("T")

_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$\.?(?P<path>.*)`)?$", re.DOTALL)


def decode_body(body: bytes, kind: type[T]) -> T:
    """Return a JSON `body` as a `kind`.

    Raises
    ------
    BadRequestError
        If it is not JSON or does not fit, naming the field.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        found = _PATH.match(str(error))
        what, path = (found["what"], found["path"]) if found else (str(error), None)
        raise BadRequestError(f"{path}: {what}" if path else what) from None
    except msgspec.DecodeError as error:
        raise BadRequestError(f"The body is not JSON: {error}") from None
    except (UnicodeDecodeError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else "not UTF-8"
        raise BadRequestError(f"The body is not JSON: {why}") from None


class JsonBody(AbstractDTO[Any]):
    """Decodes a handler's ``data`` by its annotation.

    The framework's own way converts laxly ("500" becomes 500) and reports errors without their path.
    """

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
        BadRequestError
            If the body is not declared as JSON, or does not fit.
        """
        declared = self.asgi_connection.headers.get("content-type", "application/json")
        if declared.split(";")[0].strip().lower() != "application/json":
            raise BadRequestError(f"Content-Type: expected application/json, got {declared}")
        field = self.asgi_connection.route_handler.parsed_data_field
        return decode_body(value, field.raw)

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

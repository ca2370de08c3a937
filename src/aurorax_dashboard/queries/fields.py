"""The metadata fields that a choice of data sources has in common, ready for building filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from aurorax_dashboard.api.models import DataSource, MetadataField
from aurorax_dashboard.queries.operators import FieldType, Operator, Value, operators_for

_TYPES: dict[str, FieldType] = {
    "double": "number",
    "float": "number",
    "number": "number",
    "int": "integer",
    "integer": "integer",
    "long": "integer",
    "bool": "boolean",
    "boolean": "boolean",
}
_BOOLEANS = ("true", "false")


class FilterField(msgspec.Struct, frozen=True):
    """A metadata field that can be filtered on."""

    name: str
    type: FieldType
    description: str | None
    allowed_values: list[str]
    """What the field can be; empty where anything goes."""

    @property
    def operators(self) -> list[Operator]:
        """The operators that the field's type allows."""
        return operators_for(self.type)


Records = Literal["ephemeris", "data_products"]
"""What metadata belong to."""


def common_fields(sources: Sequence[DataSource], records: Records = "ephemeris") -> list[FilterField]:
    """Return the searchable metadata fields that the `records` of every one of `sources` have.

    Order and description are those of the first source. Where allowed values differ, all are
    allowed, as each can match some source; where types differ, the field is compared as text.
    """
    schemas = [_searchable(source, records) for source in sources]
    if not schemas:
        return []
    first, rest = schemas[0], schemas[1:]
    return [
        _merged([field, *(schema[name] for schema in rest)])
        for name, field in first.items()
        if all(name in schema for schema in rest)
    ]


def fits_type(value: Value, field_type: FieldType) -> bool:
    """Return whether `value` can be compared with a field of this type; numbers may come as text."""
    if field_type == "boolean":
        return isinstance(value, bool) or str(value).lower() in _BOOLEANS
    if field_type == "string":
        return isinstance(value, str)
    number = as_number(value)
    return number is not None and (field_type == "number" or number.is_integer())


def as_number(value: Value) -> float | None:
    """Return `value` as a finite number, or None if it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _searchable(source: DataSource, records: Records) -> dict[str, MetadataField]:
    schema = (
        source.ephemeris_metadata_schema
        if records == "ephemeris"
        else source.data_product_metadata_schema
    )
    return {field.field_name: field for field in schema or [] if field.searchable is not False}


def _merged(fields: Sequence[MetadataField]) -> FilterField:
    types = {_TYPES.get((field.data_type or "").lower(), "string") for field in fields}
    field_type = types.pop() if len(types) == 1 else _common_type(types)
    # A source that lists no values takes any, so the union would forbid what it has.
    listed = [field.allowed_values or [] for field in fields]
    allowed = list(dict.fromkeys(value for values in listed for value in values)) if all(listed) else []
    return FilterField(
        name=fields[0].field_name,
        type=field_type,
        description=fields[0].description,
        allowed_values=allowed or (list(_BOOLEANS) if field_type == "boolean" else []),
    )


def _common_type(types: set[FieldType]) -> FieldType:
    return "number" if types == {"number", "integer"} else "string"

"""Reads the criteria blocks of an imported search, with their filters and locations."""

from __future__ import annotations

from typing import Any, cast

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    FilterOperator,
    Location,
    LogicalOperator,
    MetadataExpression,
    MetadataFilters,
)
from aurorax_dashboard.queries.blocks import CRITERIA_TYPES, BlockKind, Criteria
from aurorax_dashboard.queries.importer_values import (
    Notes,
    QueryImportError,
    read_items,
    read_number,
    read_texts,
    renamed,
    shown,
    snake,
)
from aurorax_dashboard.queries.operators import OPERATORS, Value

_ALIASES = {
    "program": "programs",
    "platform": "platforms",
    "instrument_type": "instrument_types",
    "instruments": "instrument_types",
    "hemispheres": "hemisphere",
    "metadata_filters": "ephemeris_metadata_filters",
    "metadata_filter": "ephemeris_metadata_filters",
}
_NAMES = ("programs", "platforms", "instrument_types")
_HEMISPHERES = {
    "northern": "northern",
    "north": "northern",
    "southern": "southern",
    "south": "southern",
}
_FILTER_ALIASES = {
    "logicaloperator": "logical_operator",
    "expression": "expressions",
    "filters": "expressions",
}
_EXPRESSION_ALIASES = {"field": "key", "field_name": "key", "value": "values"}
_OPERATORS = {
    "==": "=",
    "<>": "!=",
    "not_in": "not in",
    "notin": "not in",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_LOCATION_ALIASES = {"latitude": "lat", "longitude": "lon", "lng": "lon", "long": "lon"}


def read_block(kind: BlockKind, value: Any, place: str, notes: Notes) -> Criteria:
    """Read one block of ground instruments, spacecraft or events."""
    fields = _object(value, place, _ALIASES)
    known = {*_NAMES, "ephemeris_metadata_filters", *({"hemisphere"} if kind == "space" else set())}
    notes += [
        f"“{shown(name)}” of {place} was not understood and left out."
        for name in fields
        if name not in known
    ]
    criteria: dict[str, Any] = {
        name: read_texts(fields.get(name), f"{place}.{name}") for name in _NAMES
    }
    if kind == "space":
        criteria["hemisphere"] = _hemispheres(fields.get("hemisphere"), place, notes)
    filters = _filters(fields.get("ephemeris_metadata_filters"), f"{place}.filters")
    built: Criteria = CRITERIA_TYPES[kind](**criteria, ephemeris_metadata_filters=filters)
    return built


def read_locations_block(value: Any, notes: Notes) -> list[AdhocCriteria]:
    """Read the blocks of custom locations; a plain list of points is one block."""
    items = read_items(value, "adhoc")
    if items and all(_is_point(item) for item in items):
        notes.append("The custom locations were read as one criteria block.")
        items = [{"locations": items}]
    return [
        AdhocCriteria(locations=_locations(_object(item, f"adhoc{number}", {}), f"adhoc{number}"))
        for number, item in enumerate(items, start=1)
    ]


def _object(value: Any, place: str, aliases: dict[str, str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise QueryImportError(place, f"is {shown(value)}, not an object with fields")
    return renamed({snake(str(key)): item for key, item in value.items()}, aliases)


def _hemispheres(value: Any, place: str, notes: Notes) -> list[str]:
    names = read_texts(value, f"{place}.hemisphere")
    notes += [
        f"“{shown(name)}” of {place} is no hemisphere and was left out."
        for name in names
        if name.lower() not in _HEMISPHERES
    ]
    return list(
        dict.fromkeys(_HEMISPHERES[name.lower()] for name in names if name.lower() in _HEMISPHERES)
    )


def _filters(value: Any, place: str) -> MetadataFilters | None:
    """Read any spelling of filters: nothing, a group, or the older plain list (joined by AND)."""
    if isinstance(value, dict) and value:
        group = _object(value, place, _FILTER_ALIASES)
        if "key" in group or "field" in group:
            group = {"expressions": [value]}
    else:
        group = {"expressions": value}
    joined = str(group.get("logical_operator") or "AND").strip().upper()
    if joined not in {"AND", "OR"}:
        raise QueryImportError(f"{place}.logical_operator", f"is {shown(joined)}, not AND or OR")
    expressions = [
        _expression(item, f"{place}.{number}")
        for number, item in enumerate(read_items(group.get("expressions"), place))
    ]
    if not expressions:
        return None
    return MetadataFilters(logical_operator=cast(LogicalOperator, joined), expressions=expressions)


def _expression(value: Any, place: str) -> MetadataExpression:
    fields = _object(value, place, _EXPRESSION_ALIASES)
    keys = read_texts(fields.get("key"), f"{place}.key")
    if len(keys) != 1:
        raise QueryImportError(f"{place}.key", "is missing; it names the metadata field")
    written = " ".join(str(fields.get("operator") or "in").lower().split())
    symbol = _OPERATORS.get(written, written)
    if symbol not in OPERATORS:
        raise QueryImportError(
            f"{place}.operator", f"is {shown(written)}, not one of {', '.join(OPERATORS)}"
        )
    values = [
        _value(item, f"{place}.values") for item in read_items(fields.get("values"), f"{place}.values")
    ]
    return OPERATORS[cast(FilterOperator, symbol)].clause(keys[0], values)


def _value(value: Any, place: str) -> Value:
    if isinstance(value, str):
        return "".join(read_texts(value, place))
    if isinstance(value, bool):
        return value
    number = read_number(value, place)
    return int(value) if isinstance(value, int) and abs(number) < 2**53 else number


def _is_point(value: Any) -> bool:
    if isinstance(value, dict):
        return "locations" not in {str(key).lower() for key in value} and bool(value)
    return isinstance(value, list | tuple) and len(value) == 2


def _locations(fields: dict[str, Any], place: str) -> list[Location]:
    path = f"{place}.locations"
    items = read_items(fields.get("locations"), path)
    if len(items) == 2 and all(isinstance(item, int | float) for item in items):
        items = [items]
    return [_location(item, f"{path}.{number}") for number, item in enumerate(items)]


def _location(value: Any, place: str) -> Location:
    if isinstance(value, list | tuple) and len(value) == 2:
        value = dict(zip(("lat", "lon"), value, strict=True))
    fields = _object(value, place, _LOCATION_ALIASES)
    return Location(**{name: _degrees(fields.get(name), f"{place}.{name}") for name in ("lat", "lon")})


def _degrees(value: Any, place: str) -> float | None:
    return None if value is None else read_number(value, place)

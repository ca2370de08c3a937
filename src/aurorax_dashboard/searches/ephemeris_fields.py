"""The fields of ephemeris records: positions, what follows from them, and each source's metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec
import pandas as pd

from aurorax_dashboard.api.frames import METADATA_PREFIX
from aurorax_dashboard.api.models import DataSource, MetadataField
from aurorax_dashboard.searches.ephemeris import EphemerisResult

EARTH_RADIUS_KM = 6371.2
"""Radius of the sphere above which altitudes are given."""

MOST_CLASSES = 24
"""A text with more different values than this is no class: it stands in the table, but is not drawn."""

_RADIAL_DISTANCE = f"{METADATA_PREFIX}radial_distance"

Kind = Literal["number", "class", "text"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the records of a result."""

    name: str
    """As it stands in an address; also the column of :func:`with_fields`."""
    label: str
    """``Altitude, km``."""
    kind: Kind
    description: str = ""
    circle: float | None = None
    """For angles and times of day, the full circle in the field's unit."""
    whole: bool = False
    """Whether numbers are whole."""


_POSITIONS = (
    Field(name="lat", label="Latitude, °", kind="number", description="Geocentric latitude"),
    Field(name="lon", label="Longitude, °", kind="number", description="East is positive", circle=360),
    Field(name="nbtrace_lat", label="North B-trace latitude, °", kind="number"),
    Field(name="nbtrace_lon", label="North B-trace longitude, °", kind="number", circle=360),
    Field(name="sbtrace_lat", label="South B-trace latitude, °", kind="number"),
    Field(name="sbtrace_lon", label="South B-trace longitude, °", kind="number", circle=360),
    Field(name="gsm_lat", label="GSM latitude, °", kind="number"),
    Field(
        name="gsm_lon",
        label="GSM longitude, °",
        kind="number",
        description="0 is towards the Sun",
        circle=360,
    ),
)


def _altitude(records: pd.DataFrame) -> pd.Series:
    return records[_RADIAL_DISTANCE].astype("float64") - EARTH_RADIUS_KM


def _gsm_time(records: pd.DataFrame) -> pd.Series:
    return (records["gsm_lon"] / 15 + 12) % 24


_DERIVED: dict[str, tuple[str, Field, Callable[[pd.DataFrame], pd.Series]]] = {
    "altitude": (
        _RADIAL_DISTANCE,
        Field(
            name="altitude",
            label="Altitude, km",
            kind="number",
            description="Radial distance less 6371.2 km",
        ),
        _altitude,
    ),
    "gsm_time": (
        "gsm_lon",
        Field(
            name="gsm_time",
            label="Local time in GSM, h",
            kind="number",
            description="12 is towards the Sun: 12 h plus GSM longitude / 15°",
            circle=24,
        ),
        _gsm_time,
    ),
}
"""Fields that are computed: the column they need, and how."""


def fields_of(result: EphemerisResult) -> list[Field]:
    """Return the fields in which any record of `result` has a value, positions first."""
    records = result.records
    found = [
        field
        for needed, field, _ in _DERIVED.values()
        if needed in records and records[needed].notna().any()
    ]
    found += [field for field in _POSITIONS if records[field.name].notna().any()]
    described = _described(result.sources.values())
    metadata = [name for name in records.columns if name.startswith(METADATA_PREFIX)]
    return found + [_metadata_field(records[name], described) for name in metadata]


def _described(sources: Iterable[DataSource]) -> dict[str, MetadataField]:
    """Return what the sources say of each field, the first of them that says anything."""
    found: dict[str, MetadataField] = {}
    for source in sources:
        for field in source.ephemeris_metadata_schema or []:
            found.setdefault(field.field_name, field)
    return found


def _metadata_field(values: pd.Series, described: dict[str, MetadataField]) -> Field:
    key = str(values.name).removeprefix(METADATA_PREFIX)
    known = described.get(key)
    return Field(
        name=str(values.name),
        label=key.replace("_", " "),
        kind=_kind(values),
        description=(known.description or "") if known else "",
        whole=pd.api.types.is_integer_dtype(values.dtype),
    )


def _kind(values: pd.Series) -> Kind:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return "class" if len(values.cat.categories) <= MOST_CLASSES else "text"
    return "class" if pd.api.types.is_bool_dtype(values.dtype) else "number"


def first_fields(fields: Sequence[Field]) -> list[Field]:
    """Return what is drawn at first: one number and two classes, or what there is of them."""
    numbers = [field for field in fields if field.kind == "number"]
    classes = [field for field in fields if field.kind == "class"]
    return [*numbers[: 1 if classes else 2], *classes[:2]]


def with_fields(result: EphemerisResult, fields: Sequence[Field]) -> pd.DataFrame:
    """Return ``identifier``, ``epoch`` and a column for each of `fields`, classes in their schema's order."""
    records = result.records
    described = _described(result.sources.values())
    columns = {"identifier": records["identifier"], "epoch": records["epoch"]}
    for field in fields:
        if field.name in _DERIVED:
            columns[field.name] = _DERIVED[field.name][2](records)
        else:
            columns[field.name] = _ordered(records[field.name], described)
    return pd.DataFrame(columns)


def _ordered(values: pd.Series, described: dict[str, MetadataField]) -> pd.Series:
    """Return classes in the order in which the schema lists them, others after."""
    known = described.get(str(values.name).removeprefix(METADATA_PREFIX))
    if known is None or not isinstance(values.dtype, pd.CategoricalDtype):
        return values
    present = list(values.cat.categories)
    listed = [value for value in known.allowed_values or [] if value in present]
    return values.cat.set_categories([*listed, *(one for one in present if one not in listed)])

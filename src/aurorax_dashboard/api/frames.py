"""Records of the API as DataFrames.

JSON is decoded into narrow structs, which name only the fields that are kept (msgspec skips the rest
without building it: 100,000 conjunctions with full source schemas are 770 MB of JSON), and from there
into columns. Times are ``datetime64[ms, UTC]``, distances kilometres, angles degrees with longitudes
in −180…180.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from aurorax_dashboard.api.answers import decode_list
from aurorax_dashboard.api.columns import (
    categories,
    collector_paused,
    floats,
    identifiers,
    strings,
    times,
)
from aurorax_dashboard.api.models import DataProductAvailability, EphemerisAvailability
from aurorax_dashboard.api.results import ConjunctionResult

__all__ = [
    "ConjunctionResult",
    "availability_frame",
    "data_product_frame",
    "empty_data_products",
    "empty_ephemeris",
    "ephemeris_frame",
]

EPHEMERIS_POSITIONS = {
    "location_geo": ("lat", "lon"),
    "location_gsm": ("gsm_lat", "gsm_lon"),
    "nbtrace": ("nbtrace_lat", "nbtrace_lon"),
    "sbtrace": ("sbtrace_lat", "sbtrace_lon"),
}
"""Columns of the ephemeris frame by the position they hold."""

METADATA_PREFIX = "metadata."


class _Position(msgspec.Struct, gc=False):
    lat: float | None = None
    lon: float | None = None


class _Identified(msgspec.Struct, gc=False):
    identifier: int | None = None


class _Record(msgspec.Struct):
    """One ephemeris record, of its source only the identifier."""

    data_source: _Identified | None = None
    epoch: str | None = None
    location_geo: _Position | None = None
    location_gsm: _Position | None = None
    nbtrace: _Position | None = None
    sbtrace: _Position | None = None
    metadata: dict[str, Any] | str | None = None


def ephemeris_frame(body: bytes) -> pd.DataFrame:
    """Return ephemeris records as a frame, in the order in which they came.

    Parameters
    ----------
    body
        The JSON answer: ``{"result": [...]}`` or a bare list of ``Ephemeris``.

    Returns
    -------
    DataFrame
        Columns ``identifier`` (Int64), ``epoch`` (datetime64[ms, UTC]), ``lat, lon`` (geocentric),
        ``gsm_lat, gsm_lon``, ``nbtrace_lat, nbtrace_lon``, ``sbtrace_lat, sbtrace_lon`` (float64
        degrees, NaN where there is none), and one ``metadata.<field>`` for each field that occurs:
        boolean, Int64, float64 or str, missing where a record lacks the field.

    Raises
    ------
    AuroraXError
        If the body is not such an answer.
    """
    with collector_paused():
        records = decode_list(body, _Record)
        columns: dict[str, Any] = {
            "identifier": identifiers([r.data_source for r in records]),
            "epoch": times([r.epoch for r in records]),
        }
        for position, (lat, lon) in EPHEMERIS_POSITIONS.items():
            places: list[_Position | None] = [getattr(r, position) for r in records]
            columns[lat] = floats([None if p is None else p.lat for p in places])
            columns[lon] = floats([None if p is None else p.lon for p in places])
        columns |= _metadata_columns([r.metadata for r in records])
        return pd.DataFrame(columns)


def empty_ephemeris() -> pd.DataFrame:
    """Return an ephemeris frame without records or metadata."""
    return ephemeris_frame(b"[]")


class _Product(msgspec.Struct):
    """One data product, of its source only the identifier."""

    data_source: _Identified | None = None
    data_product_type: str | None = None
    start: str | None = None
    end: str | None = None
    url: str | None = None
    metadata: dict[str, Any] | str | None = None


def data_product_frame(body: bytes) -> pd.DataFrame:
    """Return data products as a frame, in the order in which they came.

    Parameters
    ----------
    body
        The JSON answer: ``{"result": [...]}`` or a bare list of ``DataProduct``.

    Returns
    -------
    DataFrame
        Columns ``identifier`` (Int64), ``start, end`` (datetime64[ms, UTC], the first and the last
        minute shown), ``data_product_type`` (category), ``url`` (str), and one ``metadata.<field>``
        for each field that occurs, as in :func:`ephemeris_frame`.

    Raises
    ------
    AuroraXError
        If the body is not such an answer.
    """
    with collector_paused():
        products = decode_list(body, _Product)
        return pd.DataFrame(
            {
                "identifier": identifiers([p.data_source for p in products]),
                "start": times([p.start for p in products]),
                "end": times([p.end for p in products]),
                "data_product_type": categories([p.data_product_type for p in products]),
                "url": strings([p.url for p in products]),
                **_metadata_columns([p.metadata for p in products]),
            }
        )


def empty_data_products() -> pd.DataFrame:
    """Return a data product frame without products or metadata."""
    return data_product_frame(b"[]")


def availability_frame(
    availability: Sequence[EphemerisAvailability] | Sequence[DataProductAvailability],
    start: date,
    end: date,
) -> pd.DataFrame:
    """Return counts of records as a frame of sources × days.

    Parameters
    ----------
    availability
        What the platform says of each source.
    start, end
        First and last day of the frame.

    Returns
    -------
    DataFrame
        Index ``identifier`` (int64), columns the days (datetime64[ms, UTC] at midnight) from `start`
        to `end` without a gap, values float64: minutes of ephemeris (at most 1440) or data
        products; NaN where the platform names no number. Sources without identifier are left out.
    """
    days = pd.date_range(start, end, freq="D", tz="UTC", unit="ms", name="day")
    place = {day.isoformat(): column for column, day in enumerate(days.date)}
    known = [entry for entry in availability if entry.data_source.identifier is not None]
    counts = np.full((len(known), len(days)), np.nan)
    for row, entry in enumerate(known):
        for day, count in _counts(entry).items():
            column = place.get(day[:10])
            if column is not None:
                counts[row, column] = count
    index = pd.Index([e.data_source.identifier for e in known], dtype="int64", name="identifier")
    return pd.DataFrame(counts, index=index, columns=days)


def _counts(entry: EphemerisAvailability | DataProductAvailability) -> Mapping[str, int]:
    if isinstance(entry, EphemerisAvailability):
        return entry.available_ephemeris or {}
    return entry.available_data_products or {}


def _metadata_columns(metadata: Sequence[dict[str, Any] | str | None]) -> dict[str, Any]:
    """Return one column for each field, in the order in which they first occur."""
    objects = [entry if isinstance(entry, dict) else _object(entry) for entry in metadata]
    fields = dict.fromkeys(field for entry in objects for field in entry)
    return {
        METADATA_PREFIX + field: _values_column([entry.get(field) for entry in objects])
        for field in fields
    }


def _object(text: str | None) -> dict[str, Any]:
    """Return metadata that came as JSON text, as the API's document has it; empty if it is not."""
    try:
        document = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _values_column(values: Sequence[Any]) -> Any:
    """Return metadata values as an array of the narrowest type that holds them all."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {bool}:
        return pd.array(values, dtype="boolean")
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pd.array(values, dtype="Int64")
    if kinds and kinds <= {int, float}:
        return floats(values)
    texts = [v if v is None or isinstance(v, str) else msgspec.json.encode(v).decode() for v in values]
    return strings(texts)

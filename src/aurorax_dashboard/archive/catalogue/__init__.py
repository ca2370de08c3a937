"""What the simulated archive is made of: sources, places, orbits, the field model, as data files.

The files sit beside this module; ``README.md`` there says where each comes from. Identifiers below
:data:`LOCAL_IDENTIFIERS` are those of the platform.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import as_file, files
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataSource, MetadataField

LOCAL_IDENTIFIERS = 100_000
"""From here on identifiers are our own, of sources whose real one is not known."""

_EPOCH_DAY = date(1970, 1, 1)

_FIRST_SATELLITE = 57
"""Two-digit years from this one on are those of the twentieth century."""

_SHAPES_TRACKS = ("orbits.csv", "geostationary.csv", "igrf14.csv", "footprints.npz")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source, and the days since 1970 from which and before which it can have records."""

    source: DataSource
    first_day: int
    stop_day: int


@dataclass(frozen=True, slots=True)
class Site:
    """Where a ground instrument stands, in degrees (geodetic, taken as they are by the platform)."""

    lat_deg: float
    lon_deg: float
    code: str = ""
    """Four letters such as ``gill``; empty where none is known."""


@dataclass(frozen=True, slots=True)
class Conjugates:
    """The far end of a site's field line at the beginning of years, to be interpolated."""

    years: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Orbit:
    """Elements of a spacecraft, in use from `valid_from` until its next entry."""

    kind: Literal["mean", "tle", "lunar"]
    """Around the Earth, the same with its two lines, or around the Moon."""
    valid_from: int
    """Minutes since 1970."""
    epoch_day: float
    """Days since 1970."""
    mean_motion_rev_day: float
    eccentricity: float
    inclination_deg: float
    node_deg: float
    perigee_deg: float
    anomaly_deg: float
    perigee_rate_deg_day: float | None
    """None: as the Earth's oblateness turns it."""
    line1: str
    line2: str


@dataclass(frozen=True, slots=True)
class Relocations:
    """Longitudes of a geostationary satellite at times between which it drifts."""

    minutes: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FieldModel:
    """Gauss coefficients of the main field, Schmidt semi-normalised; those with order < 0 are h."""

    epochs: NDArray[np.float64]
    degree: NDArray[np.int64]
    order: NDArray[np.int64]
    values_nt: NDArray[np.float64]
    """``[coefficient, epoch]``."""


@dataclass(frozen=True, slots=True)
class FootprintTable:
    """Traced values as integers, ``[epoch, lat, lon, shell, channel]``, and their units by channel."""

    values: NDArray[np.int32]
    scale: NDArray[np.float64]


class _SchemaFile(msgspec.Struct):
    """The two lists of ``metadata_schemas.json``."""

    ephemeris: dict[str, list[MetadataField]]
    data_products: dict[str, list[MetadataField]]


@lru_cache(maxsize=1)
def sources() -> tuple[SourceEntry, ...]:
    """Return every source as a full record, by identifier."""
    schemas = _schemas()
    return tuple(_source_entry(row, schemas) for row in _rows("sources.csv"))


@lru_cache(maxsize=1)
def stations() -> dict[str, Site]:
    """Return the places of ground instruments by platform."""
    return {
        row["platform"]: Site(float(row["lat_deg"]), float(row["lon_deg"]), row["code"])
        for row in _rows("stations.csv")
    }


@lru_cache(maxsize=1)
def conjugates() -> dict[str, Conjugates]:
    """Return the conjugate points of ground platforms."""
    found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for row in _rows("conjugates.csv"):
        point = float(row["year"]), float(row["lat_deg"]), float(row["lon_deg"])
        found[row["platform"]].append(point)
    return {platform: Conjugates(*np.array(points).T) for platform, points in found.items()}


@lru_cache(maxsize=1)
def orbits() -> dict[str, tuple[Orbit, ...]]:
    """Return the elements of each spacecraft that is not geostationary, in order of validity."""
    found: dict[str, list[Orbit]] = defaultdict(list)
    for row in _rows("orbits.csv"):
        found[row["platform"]].append(_orbit(row, round(_days(row["valid_from"]) * 1440)))
    return {platform: tuple(entries) for platform, entries in found.items()}


@lru_cache(maxsize=1)
def geostationary() -> dict[str, Relocations]:
    """Return where each geostationary satellite stood."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in _rows("geostationary.csv"):
        found[row["platform"]].append((_days(row["time"]) * 1440.0, float(row["longitude_deg"])))
    return {platform: Relocations(*np.array(moves).T) for platform, moves in found.items()}


@lru_cache(maxsize=1)
def igrf() -> FieldModel:
    """Return the coefficients of IGRF-14 from 2005 to its forecast for 2030."""
    rows = list(_rows("igrf14.csv"))
    epochs = [name for name in rows[0] if name.isdigit()]
    return FieldModel(
        epochs=np.array(epochs, dtype=np.float64),
        degree=np.array([int(row["degree"]) for row in rows]),
        order=np.array([int(row["order"]) for row in rows]),
        values_nt=np.array([[float(row[epoch]) for epoch in epochs] for row in rows]),
    )


@lru_cache(maxsize=4)
def footprint_table(name: str) -> FootprintTable:
    """Return a grid of the footprint table, written by ``scripts/trace_footprints.py``."""
    with as_file(files(__name__) / "footprints.npz") as path, np.load(path) as table:
        planes, scale = table[f"{name}_planes"], table[f"{name}_scale"]
    unsigned = np.zeros(planes.shape[1:], np.uint32)
    for number, plane in enumerate(planes):
        unsigned |= plane.astype(np.uint32) << np.uint32(8 * number)
    values = (unsigned >> 1).view(np.int32) ^ -(unsigned & 1).view(np.int32)
    for axis in (1, 2, 3):
        values = np.cumsum(values, axis=axis, dtype=np.int32)
    return FootprintTable(np.moveaxis(values, 0, -1), scale)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files(__name__) / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def spacecraft_schema() -> list[MetadataField]:
    """Return the metadata that ephemeris of any spacecraft have."""
    return _schemas().ephemeris["spacecraft"]


def _schemas() -> _SchemaFile:
    text = (files(__name__) / "metadata_schemas.json").read_bytes()
    return msgspec.json.decode(text, type=_SchemaFile)


def _source_entry(row: dict[str, str], schemas: _SchemaFile) -> SourceEntry:
    """Return a row of ``sources.csv`` as a full record.

    The schema of its ephemeris is that of its program, or else that of all spacecraft.
    """
    program = row["program"]
    spacecraft = row["instrument_type"] == "footprint"
    schema = schemas.ephemeris.get(program, schemas.ephemeris["spacecraft"] if spacecraft else [])
    products = schemas.data_products.get(f"{program} {row['instrument_type']}", [])
    identifier = int(row["identifier"])
    site = stations().get(row["platform"])
    place = {"location": {"lat": site.lat_deg, "lon": site.lon_deg}} if site else {}
    source = DataSource(
        identifier=identifier,
        program=program,
        platform=row["platform"],
        instrument_type=row["instrument_type"],
        source_type=row["source_type"],
        display_name=row["display_name"],
        ephemeris_metadata_schema=schema,
        data_product_metadata_schema=products,
        owner="",
        maintainers=[],
        metadata={
            "simulated": True,
            "identifier_is_local": identifier >= LOCAL_IDENTIFIERS,
            "provenance": row["provenance"],
            "operating_period": row["life"],
            **place,
        },
    )
    return SourceEntry(source, _day(row["first_day"]), _day(row["stop_day"]))


def orbit_of_lines(line1: str, line2: str, valid_from: int) -> Orbit:
    """Return the orbit of a two-line element set, in use from a minute since 1970 on."""
    return _orbit(
        {"kind": "tle", "perigee_rate_deg_day": "", "line1": line1, "line2": line2}, valid_from
    )


def _orbit(row: dict[str, str], valid_from: int) -> Orbit:
    line1, line2 = row["line1"], row["line2"]
    elements = _elements_of_lines(line1, line2) if line2 else row
    rate = row["perigee_rate_deg_day"]
    kinds: dict[str, Literal["mean", "tle", "lunar"]] = {"mean": "mean", "tle": "tle", "lunar": "lunar"}
    return Orbit(
        kind=kinds[row["kind"]],
        valid_from=valid_from,
        epoch_day=_days(elements["epoch"]),
        mean_motion_rev_day=float(elements["mean_motion_rev_day"]),
        eccentricity=float(elements["eccentricity"]),
        inclination_deg=float(elements["inclination_deg"]),
        node_deg=float(elements["node_deg"]),
        perigee_deg=float(elements["perigee_deg"]),
        anomaly_deg=float(elements["anomaly_deg"]),
        perigee_rate_deg_day=float(rate) if rate else None,
        line1=line1,
        line2=line2,
    )


def _elements_of_lines(line1: str, line2: str) -> dict[str, str]:
    """Return the columns of a two-line element set that ``orbits.csv`` leaves empty for it."""
    year = int(line1[18:20])
    century = 1900 if year >= _FIRST_SATELLITE else 2000
    epoch = datetime(century + year, 1, 1) + timedelta(days=float(line1[20:32]) - 1)  # noqa: DTZ001
    return {
        "epoch": epoch.isoformat(),
        "inclination_deg": line2[8:16],
        "node_deg": line2[17:25],
        "eccentricity": "0." + line2[26:33],
        "perigee_deg": line2[34:42],
        "anomaly_deg": line2[43:51],
        "mean_motion_rev_day": line2[52:63],
    }


def _day(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH_DAY).days


def _days(text: str) -> float:
    """Return days since 1970 of an ISO date or time, which is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() / 86400.0


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return a short text that differs whenever the data that tracks are computed from do."""
    digest = blake2b(digest_size=6)
    for name in _SHAPES_TRACKS:
        digest.update(files(__package__).joinpath(name).read_bytes())
    return digest.hexdigest()

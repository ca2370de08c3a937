"""Imagers from a list of stations: where they stand, and records of the minutes when it is dark there."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.catalogue import Site
from aurorax_dashboard.archive.library.blocks import Batch
from aurorax_dashboard.archive.library.elements import footprint_problem
from aurorax_dashboard.archive.library.surveys import (
    Found,
    Loadable,
    Names,
    Pieces,
    Progress,
    Survey,
    names_of,
)
from aurorax_dashboard.archive.library.tables import NAMES, Given, TableError, unreadable
from aurorax_dashboard.archive.periods import Life, calendar_months
from aurorax_dashboard.archive.simulation.footprints import trace_feet
from aurorax_dashboard.archive.simulation.frames import decimal_year
from aurorax_dashboard.archive.simulation.geomagnetic import dipole_axis
from aurorax_dashboard.archive.simulation.nights import HABITS, Habits, dark_periods
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, MinuteArray, lat_lon, unit_vectors

_HIGHEST_SUN_DEG = -10.0
"""Of an imager whose kind is not known."""

_DECIMALS = 5
_DIPOLE_YEAR = 2015.0


@dataclass(frozen=True, slots=True)
class _Station:
    site: Site
    highest_sun_deg: float | None
    """Elevation of the Sun below which it observes; None: by day too."""


def load_stations(path: Path, given: Given, period: Life | None, progress: Progress) -> Loadable:
    """Look through a CSV list of stations with columns platform, lat and lon.

    Columns program, instrument_type and display_name may be there too, or be given for all.

    Parameters
    ----------
    period
        Minutes ``first ≤ m < stop`` for which there shall be records; None: no records, only sources.

    Raises
    ------
    TableError
        If it is no such list, or its stations have no footprints in the period.
    """
    survey = Survey()
    stations: dict[Names, _Station] = {}
    first, stop = period or (0, 0)
    if period and (problem := footprint_problem(first, stop)):
        raise TableError(problem)
    for where, row in _rows(path):
        try:
            source, station = _station(row, given)
        except ValueError as error:
            survey.complain(f"{where}: {error}")
            continue
        names = names_of(source)
        if names in stations:
            survey.complain(f"{where}: {' '.join(names)} stands there twice")
            continue
        stations[names] = station
        survey.found[names] = Found(source, 0, first, stop)
        for begin, end in calendar_months(first, stop):
            survey.found[names].count += len(_dark_minutes(station, begin, end))
    progress(1.0)

    def pieces(progress: Progress) -> Pieces:
        months = list(calendar_months(first, stop))
        for done, (names, station) in enumerate(stations.items()):
            for begin, end in months:
                if (minutes := _dark_minutes(station, begin, end)).size:
                    yield names, _records(station, minutes)
            progress((done + 1) / len(stations))

    return Loadable(survey, pieces)


def is_list_of_stations(path: Path) -> bool:
    """Return whether a CSV file looks like one: places without times."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header = {name.strip() for name in next(csv.reader(file), [])}
    return {"platform", "lat", "lon"} <= header and "epoch" not in header


def _rows(path: Path) -> list[tuple[str, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, restval="", strict=True)
            header = [name.strip() for name in lines.fieldnames or []]
            lines.fieldnames = header
            if missing := [name for name in ("platform", "lat", "lon") if name not in header]:
                raise TableError(f"line 1: there is no column {missing[0]}")
            known = {*NAMES, "lat", "lon", "display_name"}
            if extra := [name for name in header if name not in known]:
                raise TableError(f"line 1: column {extra[0]!r} is not known")
            return [
                (f"line {lines.line_num}", {n: (v or "").strip() for n, v in row.items() if n in known})
                for row in lines
            ]
    except (csv.Error, UnicodeDecodeError) as error:
        raise unreadable(error) from None


def _station(row: Mapping[str, str], given: Given) -> tuple[DataSource, _Station]:
    """Return what a row says.

    Raises
    ------
    ValueError
        If it does not fit, naming the column.
    """
    names = {name: row.get(name) or given.names.get(name, "") for name in NAMES}
    for name, value in names.items():
        if not value:
            raise ValueError(f"{name}: is empty; give it for all with --{name.replace('_', '-')}")
    site = Site(_degrees("lat", row["lat"], 90.0), _degrees("lon", row["lon"], 180.0))
    habits = HABITS.get(names["instrument_type"], Habits(_HIGHEST_SUN_DEG))
    origin = given.origin
    if habits.highest_sun_deg is not None:
        origin += f"; records while the Sun is more than {-habits.highest_sun_deg:g}° down"
    source = DataSource(
        program=names["program"],
        platform=names["platform"],
        instrument_type=names["instrument_type"],
        source_type=given.source_type or "ground",
        display_name=row.get("display_name") or given.display_name or names["platform"],
        ephemeris_metadata_schema=[],
        data_product_metadata_schema=[],
        owner=given.owner,
        maintainers=[],
        metadata={
            "origin": origin,
            "location": {"lat": site.lat_deg, "lon": site.lon_deg},
        },
    )
    return source, _Station(site, habits.highest_sun_deg)


def _degrees(name: str, text: str, limit: float) -> float:
    try:
        degrees = float(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is not a number") from None
    if not -limit <= degrees <= limit:
        raise ValueError(f"{name}: {text} is not within −{limit:g} to {limit:g} degrees")
    return degrees


def _dark_minutes(station: _Station, start: int, stop: int) -> MinuteArray:
    if station.highest_sun_deg is None:
        return np.arange(start, stop, dtype=np.int64)
    dark = np.zeros(stop - start, dtype=np.bool_)
    for first, last in dark_periods(station.site, station.highest_sun_deg, start, stop):
        dark[max(first - start, 0) : max(last - start, 0)] = True
    return start + np.flatnonzero(dark).astype(np.int64)


def _records(station: _Station, minutes: MinuteArray) -> Batch:
    """Return records of a station: one footprint is the station, the other the end of its field line.

    The far footprint moves by some metres a day and is taken at the first of the `minutes`.
    """
    here = np.array([station.site.lat_deg, station.site.lon_deg])
    direction = unit_vectors(here[:1], here[1:])
    feet = trace_feet(direction * EARTH_RADIUS_KM, decimal_year(minutes[:1]))
    northern = float(dipole_axis(_DIPOLE_YEAR) @ direction[:, 0]) > 0
    far = np.round(lat_lon(feet.south if northern else feet.north), _DECIMALS)[:, 0]
    nowhere = np.full(2, np.nan)
    north, south = (here, far) if northern else (far, here)
    places = np.stack([here, north, south, nowhere])
    return Batch(minutes, np.repeat(places[:, :, None], len(minutes), axis=2), {})

"""Satellites from two-line element sets, propagated by the orbits and footprints of the simulation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sgp4.api import Satrec
from sgp4.io import verify_checksum

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import Orbit
from aurorax_dashboard.archive.library.blocks import Batch
from aurorax_dashboard.archive.library.surveys import (
    Found,
    Loadable,
    Names,
    Pieces,
    Progress,
    Survey,
    names_of,
)
from aurorax_dashboard.archive.library.tables import Given, TableError, unreadable
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.simulation.flight import Flight
from aurorax_dashboard.archive.simulation.footprints import EPOCHS
from aurorax_dashboard.archive.simulation.geomagnetic import Vectors
from aurorax_dashboard.archive.simulation.metadata import spacecraft_field
from aurorax_dashboard.archive.simulation.orbits import NEAR_EPOCH_DAYS, along
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, MinuteArray, lat_lon, time_of

DAYS_AT_A_TIME = 20

_DECIMALS = 5
"""Of degrees: about a metre."""

_LOW_ORBITS_REV_DAY = 11.25
_LOW_ORBITS_ECCENTRICITY = 0.25
"""What is commonly called a low Earth orbit: a period of at most 128 minutes, not far from a circle."""

_FIELDS = tuple(
    entry.field_name for entry in catalogue.spacecraft_schema() if entry.field_name != "state"
)
"""Metadata that follow from a position; whether an orbit is definitive does not."""

_FIRST_YEAR, _LAST_YEAR = int(EPOCHS[0]), int(EPOCHS[-1])


@dataclass(slots=True)
class Satellite:
    """A satellite of a file, with all of its element sets."""

    number: str
    """Of the satellite catalogue."""
    name: str
    sets: list[tuple[str, str]] = field(default_factory=list)

    def orbits(self) -> list[Orbit]:
        """Return its orbits in order of validity: each is in use from halfway between two epochs."""
        known = sorted(
            (catalogue.orbit_of_lines(*lines, valid_from=0) for lines in self.sets),
            key=lambda orbit: orbit.epoch_day,
        )
        turns = [(one.epoch_day + next_one.epoch_day) / 2 for one, next_one in pairwise(known)]
        return [
            catalogue.orbit_of_lines(orbit.line1, orbit.line2, round(turn * MINUTES_PER_DAY))
            for orbit, turn in zip(known, [0.0, *turns], strict=True)
        ]


class _Propagated(Flight):
    """A flight on given orbits."""

    def __init__(self, orbits: Sequence[Orbit], minutes: MinuteArray) -> None:
        super().__init__("", minutes)
        self._orbits = orbits

    @cached_property
    def position_km(self) -> Vectors:
        """Earth-fixed positions ``[3, n]``."""
        return along(self._orbits, self.minutes)


def load_elements(path: Path, given: Given, period: Life | None, progress: Progress) -> Loadable:
    """Look through a file of two-line element sets, with or without lines of names.

    Parameters
    ----------
    period
        Minutes ``first ≤ m < stop`` for which ephemeris are wanted; None: as long as the elements are
        good for.

    Raises
    ------
    TableError
        If there are none.
    """
    survey = Survey()
    satellites = _read(path, survey)
    if not satellites and not survey.problem_count:
        raise TableError("there is no two-line element set in it")
    plans: dict[Names, tuple[list[Orbit], Life]] = {}
    for satellite in satellites:
        orbits = satellite.orbits()
        first, stop = period or _good_for(orbits)
        if problem := footprint_problem(first, stop):
            survey.complain(f"{satellite.name}: {problem}")
            continue
        good = _good_for(orbits)
        if first < good[0] or stop > good[1]:
            survey.notes.append(
                f"{satellite.name}: more than {NEAR_EPOCH_DAYS:g} days from its elements its mean "
                "orbit is used, which may be minutes early or late after some weeks"
            )
        source = _source(satellite, orbits, given)
        if names_of(source) in plans:
            survey.complain(f"{satellite.name}: another satellite of the file has the same name")
            continue
        plans[names_of(source)] = orbits, (first, stop)
        survey.found[names_of(source)] = Found(source, stop - first, first, stop)
    progress(1.0)

    def pieces(progress: Progress) -> Pieces:
        total, done = sum(stop - first for _, (first, stop) in plans.values()), 0
        for names, (orbits, (first, stop)) in plans.items():
            for start in range(first, stop, DAYS_AT_A_TIME * MINUTES_PER_DAY):
                end = min(start + DAYS_AT_A_TIME * MINUTES_PER_DAY, stop)
                yield names, _records(orbits, np.arange(start, end, dtype=np.int64))
                done += end - start
                progress(done / total)

    return Loadable(survey, pieces)


def footprint_problem(first: int, stop: int) -> str | None:
    """Return why there are no footprints at minutes ``first ≤ m < stop``, None if there are."""
    if _FIRST_YEAR <= time_of(first).year <= time_of(stop - 1).year < _LAST_YEAR:
        return None
    return f"footprints can be found from {_FIRST_YEAR} to {_LAST_YEAR - 1} only"


def _read(path: Path, survey: Survey) -> list[Satellite]:
    """Return the satellites of a file, in the order in which they stand there."""
    satellites: dict[str, Satellite] = {}
    name, first = "", ""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise unreadable(error) from None
    for number, line in enumerate(map(str.rstrip, lines), start=1):
        if line.startswith("1 ") and not first:
            first = line
        elif first:
            if problem := _problem(first, line):
                survey.complain(f"line {number - 1}: {problem}")
            else:
                key = line[2:7]
                satellite = satellites.setdefault(key, Satellite(key.strip(), name or key.strip()))
                satellite.sets.append((first, line))
            name, first = "", ""
        elif line.startswith("2 "):
            survey.complain(f"line {number}: a second line of elements without a first")
        elif line:
            name = line.removeprefix("0 ").strip()
    if first:
        survey.complain(f"line {len(lines)}: the second line of these elements is missing")
    return list(satellites.values())


def _problem(line1: str, line2: str) -> str | None:
    """Return what is wrong with an element set, None if nothing is."""
    if not line2.startswith("2 "):
        return "the second line of these elements is missing"
    if len(line1) != 69 or len(line2) != 69:
        return "a line of elements has 69 characters"
    if line1[2:7] != line2[2:7]:
        return "the two lines are of different satellites"
    try:
        verify_checksum(line1, line2)
        satellite = Satrec.twoline2rv(line1, line2)
        catalogue.orbit_of_lines(line1, line2, valid_from=0)
    except ValueError as error:
        return "the checksum is wrong" if "checksum" in str(error) else str(error).splitlines()[0]
    return f"no orbit has these elements (SGP4 error {satellite.error})" if satellite.error else None


def _good_for(orbits: Sequence[Orbit]) -> Life:
    return (
        round((orbits[0].epoch_day - NEAR_EPOCH_DAYS) * MINUTES_PER_DAY),
        round((orbits[-1].epoch_day + NEAR_EPOCH_DAYS) * MINUTES_PER_DAY),
    )


def _source(satellite: Satellite, orbits: Sequence[Orbit], given: Given) -> DataSource:
    low = all(
        orbit.mean_motion_rev_day >= _LOW_ORBITS_REV_DAY
        and orbit.eccentricity < _LOW_ORBITS_ECCENTRICITY
        for orbit in orbits
    )
    schema = [entry for entry in catalogue.spacecraft_schema() if entry.field_name in _FIELDS]
    return DataSource(
        program=given.names.get("program", "own"),
        platform=given.names.get("platform", _plain(satellite.name)),
        instrument_type=given.names.get("instrument_type", "footprint"),
        source_type=given.source_type or ("leo" if low else "heo"),
        display_name=given.display_name or satellite.name[:50],
        ephemeris_metadata_schema=schema,
        data_product_metadata_schema=[],
        owner=given.owner,
        maintainers=[],
        metadata={
            "origin": f"{given.origin}: propagated from two-line elements, not tracked",
            "satellite_number": satellite.number,
            "elements": [line for orbit in orbits for line in (orbit.line1, orbit.line2)],
        },
    )


def _plain(name: str) -> str:
    """Return a satellite's name as platforms are written: ``SWARM A`` as ``swarma``."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())[:50] or "satellite"


def _records(orbits: Sequence[Orbit], minutes: MinuteArray) -> Batch:
    flight = _Propagated(orbits, minutes)
    places = (flight.geographic, flight.feet.north, flight.feet.south, flight.gsm_km)
    metadata: dict[str, Sequence[Any]] = {name: spacecraft_field(0, flight, name) for name in _FIELDS}
    return Batch(minutes, np.stack([_degrees(place) for place in places]), metadata)


def _degrees(vectors: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.round(lat_lon(vectors), _DECIMALS))

"""Where spacecraft are, from the orbital elements of the catalogue.

Within 15 days of a two-line element set its own theory, SGP4, is used. Elsewhere elements are mean
ones: an ellipse whose node and perigee turn at the secular rates of the Earth's oblateness (J2), with no
drag, so that an orbit stays what it is over decades. Swarm A on 2019-01-01 comes out within 0.5 km
of the platform's records. The inertial frame is that of SGP4 (true equator, mean equinox) and is turned
to the Earth by sidereal time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sgp4.api import Satrec

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import Orbit
from aurorax_dashboard.archive.simulation.frames import Reals, earth_fixed, j2000_days, moon_position_km
from aurorax_dashboard.archive.simulation.geomagnetic import Vectors
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, MinuteArray

_EARTH_GM = 398600.4418
_MOON_GM = 4902.80
"""km³/s²."""
_EQUATORIAL_RADIUS_KM = 6378.137
_J2 = 1.08262668e-3
_GEOSTATIONARY_KM = 42164.2

_SECONDS_PER_DAY = 86400.0
_J2000_JULIAN_DATE = 2451545.0

NEAR_EPOCH_DAYS = 15.0
"""How long SGP4 is trusted before and after the epoch of its elements."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Mean elements at an epoch, in radians, and their secular rates in radians a day."""

    epoch_days: float
    """Days since 2000-01-01T12:00."""
    axis_km: float
    eccentricity: float
    inclination: float
    node: float
    perigee: float
    anomaly: float
    node_rate: float
    perigee_rate: float
    anomaly_rate: float


def position_km(platform: str, minutes: MinuteArray) -> Vectors:
    """Return Earth-fixed positions ``[3, n]`` of a spacecraft at (sorted) `minutes` since 1970.

    Raises
    ------
    KeyError
        If the catalogue has no orbit of `platform`.
    """
    if platform in (moves := catalogue.geostationary()):
        return _geostationary(moves[platform], minutes)
    return along(catalogue.orbits()[platform], minutes)


def along(orbits: Sequence[Orbit], minutes: MinuteArray) -> Vectors:
    """Return Earth-fixed positions ``[3, n]`` on `orbits`, in order of validity, at (sorted) `minutes`."""
    days = j2000_days(minutes)
    turns = np.searchsorted(minutes, [orbit.valid_from for orbit in orbits[1:]])
    pieces = np.split(days, turns)
    return np.concatenate(
        [_on_orbit(orbit, piece) for orbit, piece in zip(orbits, pieces, strict=True)], axis=1
    )


def kepler(elements: Elements, days: Reals) -> Vectors:
    """Return inertial positions ``[3, n]`` in km on an ellipse that turns slowly."""
    elapsed = days - elements.epoch_days
    e = elements.eccentricity
    eccentric = _eccentric_anomaly(elements.anomaly + elements.anomaly_rate * elapsed, e)
    along = elements.axis_km * (np.cos(eccentric) - e)
    aside = elements.axis_km * np.sqrt(1 - e * e) * np.sin(eccentric)
    perigee = elements.perigee + elements.perigee_rate * elapsed
    node = elements.node + elements.node_rate * elapsed
    cos, sin = np.cos(perigee), np.sin(perigee)
    x, y = along * cos - aside * sin, along * sin + aside * cos
    cos, sin = np.cos(node), np.sin(node)
    level = y * np.cos(elements.inclination)
    return np.stack([x * cos - level * sin, x * sin + level * cos, y * np.sin(elements.inclination)])


def mean_elements(orbit: Orbit) -> Elements:
    """Return the elements of a catalogue entry with their secular rates.

    Node and perigee turn by J2 (Vallado, *Fundamentals of Astrodynamics*, section 9.6) unless the entry
    gives the perigee's own rate; the mean motion given is that of the anomaly.
    """
    body = _MOON_GM if orbit.kind == "lunar" else _EARTH_GM
    motion = orbit.mean_motion_rev_day * 2 * np.pi
    axis = float(np.cbrt(body / (motion / _SECONDS_PER_DAY) ** 2))
    e, inclination = orbit.eccentricity, np.radians(orbit.inclination_deg)
    oblateness = 0.0
    if orbit.kind != "lunar":
        oblateness = 1.5 * _J2 * (_EQUATORIAL_RADIUS_KM / (axis * (1 - e * e))) ** 2 * motion
    perigee_rate = oblateness * (2 - 2.5 * np.sin(inclination) ** 2)
    if orbit.perigee_rate_deg_day is not None:
        perigee_rate = np.radians(orbit.perigee_rate_deg_day)
    return Elements(
        epoch_days=float(j2000_days(np.array(orbit.epoch_day * MINUTES_PER_DAY))),
        axis_km=axis,
        eccentricity=e,
        inclination=float(inclination),
        node=float(np.radians(orbit.node_deg)),
        perigee=float(np.radians(orbit.perigee_deg)),
        anomaly=float(np.radians(orbit.anomaly_deg)),
        node_rate=float(-oblateness * np.cos(inclination)),
        perigee_rate=float(perigee_rate),
        anomaly_rate=motion,
    )


def _on_orbit(orbit: Orbit, days: Reals) -> Vectors:
    """Return Earth-fixed positions ``[3, n]`` on one entry of the catalogue."""
    elements = mean_elements(orbit)
    inertial = kepler(elements, days)
    if orbit.kind == "lunar":
        inertial += moon_position_km(days)
    if orbit.line1:
        near = np.flatnonzero(np.abs(days - elements.epoch_days) <= NEAR_EPOCH_DAYS)
        inertial[:, near] = _by_sgp4(orbit, days[near], inertial[:, near])
    return earth_fixed(inertial, days)


def _by_sgp4(orbit: Orbit, days: Reals, otherwise: Vectors) -> Vectors:
    """Return positions of SGP4, and `otherwise` where it finds none."""
    errors, places, _ = _satellite(orbit.line1, orbit.line2).sgp4_array(
        np.full(days.shape, _J2000_JULIAN_DATE), days
    )
    return np.where(errors == 0, places.T, otherwise)


@lru_cache(maxsize=32)
def _satellite(line1: str, line2: str) -> Satrec:
    return Satrec.twoline2rv(line1, line2)


def _geostationary(moves: catalogue.Relocations, minutes: MinuteArray) -> Vectors:
    """Return positions over the equator; between two stations a satellite drifts evenly."""
    longitude = np.radians(np.interp(minutes, moves.minutes, moves.longitude_deg))
    return _GEOSTATIONARY_KM * np.stack(
        [np.cos(longitude), np.sin(longitude), np.zeros_like(longitude)]
    )


def _eccentric_anomaly(mean: Reals, eccentricity: float) -> Reals:
    """Solve Kepler's equation for the eccentric anomaly, in radians, by Newton's method.

    Started at ``M ± 0.85 e`` (Danby, *Celestial Mechanics* 40, 1987), which converges everywhere.
    """
    turn = np.remainder(mean, 2 * np.pi)
    anomaly = turn + np.where(turn < np.pi, 0.85, -0.85) * eccentricity
    for _ in range(20):
        change = (anomaly - eccentricity * np.sin(anomaly) - turn) / (
            1 - eccentricity * np.cos(anomaly)
        )
        anomaly -= change
        if change.size == 0 or np.abs(change).max() < 1e-9:
            break
    return anomaly

"""Where the Earth, the Sun and the Moon are: rotation, directions, magnetospheric coordinates.

Formulas are the low-precision ones of the *Astronomical Almanac* (pages C5, D22), good to 0.01° for
the Sun and 0.3° for the Moon; sidereal time is that of the IAU 1982, taking UTC for UT1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.simulation.geomagnetic import Vectors, dipole_axes
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, MINUTES_PER_DAY, MinuteArray

Reals = NDArray[np.float64]

_J2000_DAYS = 10957.5
"""Days from 1970-01-01T00:00 to 2000-01-01T12:00."""

_DAYS_PER_YEAR = 365.25


def j2000_days(minutes: MinuteArray) -> Reals:
    """Return days since 2000-01-01T12:00 of minutes since 1970."""
    days: Reals = np.asarray(minutes, dtype=np.float64) / MINUTES_PER_DAY - _J2000_DAYS
    return days


def decimal_year(minutes: MinuteArray) -> Reals:
    """Return Julian decimal years, at most a day off the calendar's."""
    return np.asarray(2000.0 + (j2000_days(minutes) + 0.5) / _DAYS_PER_YEAR)


def sidereal_angle(days: Reals) -> Reals:
    """Return Greenwich mean sidereal time in radians (Meeus, *Astronomical Algorithms*, 12.4)."""
    centuries = days / 36525.0
    degrees = 280.46061837 + 360.98564736629 * days + 0.000387933 * centuries**2
    return np.radians(degrees % 360.0)


def earth_fixed(inertial: Vectors, days: Reals) -> Vectors:
    """Turn vectors ``[3, n]`` of the equator and equinox of date into the Earth-fixed frame."""
    angle = sidereal_angle(days)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y, z = inertial
    return np.stack([cos * x + sin * y, cos * y - sin * x, z])


def sun_direction(days: Reals) -> Vectors:
    """Return unit vectors ``[3, n]`` towards the Sun, Earth-fixed."""
    anomaly = np.radians(357.528 + 0.9856003 * days)
    longitude = np.radians(
        280.460 + 0.9856474 * days + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly)
    )
    return earth_fixed(_from_ecliptic(longitude, np.zeros_like(longitude), days), days)


def moon_position_km(days: Reals) -> Vectors:
    """Return the Moon's centre ``[3, n]`` in km, equator and equinox of date."""
    t = days / 36525.0

    def sine(phase: float, rate: float) -> Reals:
        return np.asarray(np.sin(np.radians(phase + rate * t)))

    def cosine(phase: float, rate: float) -> Reals:
        return np.asarray(np.cos(np.radians(phase + rate * t)))

    longitude = (
        218.32
        + 481267.881 * t
        + 6.29 * sine(135.0, 477198.87)
        - 1.27 * sine(259.3, -413335.36)
        + 0.66 * sine(235.7, 890534.22)
        + 0.21 * sine(269.9, 954397.74)
        - 0.19 * sine(357.5, 35999.05)
        - 0.11 * sine(186.5, 966404.03)
    )
    latitude = (
        5.13 * sine(93.3, 483202.02)
        + 0.28 * sine(228.2, 960400.89)
        - 0.28 * sine(318.3, 6003.15)
        - 0.17 * sine(217.6, -407332.21)
    )
    parallax = (
        0.9508
        + 0.0518 * cosine(135.0, 477198.87)
        + 0.0095 * cosine(259.3, -413335.36)
        + 0.0078 * cosine(235.7, 890534.22)
        + 0.0028 * cosine(269.9, 954397.74)
    )
    distance = EARTH_RADIUS_KM / np.sin(np.radians(parallax))
    return _from_ecliptic(np.radians(longitude), np.radians(latitude), days) * distance


def gsm(position: Vectors, days: Reals) -> Vectors:
    """Turn Earth-fixed vectors ``[3, n]`` into geocentric solar magnetospheric coordinates.

    x points to the Sun and the centred dipole's axis lies in the plane of x and z (Russell, *Cosmic
    Electrodynamics* 2, 1971).
    """
    sun, axis = sun_direction(days), _axes(days)
    dusk = _unit(np.cross(axis, sun, axis=0))
    north = np.cross(sun, dusk, axis=0)
    return np.stack([np.einsum("in,in->n", unit, position) for unit in (sun, dusk, north)])


@dataclass(frozen=True, slots=True)
class Magnetic:
    """Coordinates in the frame of the centred dipole."""

    latitude_deg: Reals
    local_time_h: Reals
    """Magnetic local time, 0…24: 12 towards the Sun, 18 towards dusk."""


def magnetic(direction: Vectors, days: Reals) -> Magnetic:
    """Return dipole coordinates of Earth-fixed unit vectors ``[3, n]``; NaN stays NaN."""
    sun, axis = sun_direction(days), _axes(days)
    dusk = _unit(np.cross(axis, sun, axis=0))
    noon = np.cross(dusk, axis, axis=0)
    towards = [np.einsum("in,in->n", unit, direction) for unit in (noon, dusk, axis)]
    return Magnetic(
        latitude_deg=np.degrees(np.arcsin(np.clip(towards[2], -1.0, 1.0))),
        local_time_h=(12.0 + np.arctan2(towards[1], towards[0]) * 12.0 / np.pi) % 24.0,
    )


def magnetic_direction(place: Magnetic, days: Reals) -> Vectors:
    """Return Earth-fixed unit vectors ``[3, n]`` of dipole coordinates: :func:`magnetic` reversed."""
    sun, axis = sun_direction(days), _axes(days)
    dusk = _unit(np.cross(axis, sun, axis=0))
    noon = np.cross(dusk, axis, axis=0)
    latitude = np.radians(place.latitude_deg)
    angle = (place.local_time_h - 12.0) * np.pi / 12.0
    return np.asarray(
        np.cos(latitude) * (np.cos(angle) * noon + np.sin(angle) * dusk) + np.sin(latitude) * axis
    )


def _axes(days: Reals) -> Vectors:
    return dipole_axes(2000.0 + days / _DAYS_PER_YEAR)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=0))


def _from_ecliptic(longitude: Reals, latitude: Reals, days: Reals) -> Vectors:
    """Return equatorial unit vectors ``[3, n]`` of ecliptic angles in radians."""
    obliquity = np.radians(23.439 - 0.0000004 * days)
    x = np.cos(latitude) * np.cos(longitude)
    y = np.cos(latitude) * np.sin(longitude)
    z = np.sin(latitude)
    return np.stack(
        [
            x,
            np.cos(obliquity) * y - np.sin(obliquity) * z,
            np.sin(obliquity) * y + np.cos(obliquity) * z,
        ]
    )

"""Geometry on the sphere that maps need: distances, circles, arcs, and where the Sun stands.

Degrees and kilometres; longitudes that are returned lie in −180…180. Everything is vectorised.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from aurorax_dashboard.figures.drawing import Moment, instant

EARTH_RADIUS_KM = 6371.2
"""Radius of the sphere on which AuroraX measures distances."""

AURORA_HEIGHT_KM = 110.0
"""Height that fields of view are drawn for: that of the green line."""

MIN_ELEVATION_DEG = 10.0
"""Elevation above the horizon down to which an all-sky imager is taken to see."""

Degrees = NDArray[np.float64]


def great_circle_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Degrees:
    """Return great-circle distances in km (haversine: exact also for neighbours)."""
    phi1, lambda1, phi2, lambda2 = (
        np.radians(np.asarray(angle, dtype=float)) for angle in (lat1, lon1, lat2, lon2)
    )
    haversine = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * np.cos(phi2) * np.sin((lambda2 - lambda1) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(haversine, 0, 1))))


def field_of_view_deg(
    elevation_deg: float = MIN_ELEVATION_DEG, height_km: float = AURORA_HEIGHT_KM
) -> float:
    """Return the angular radius, seen from the Earth's centre, of what an imager sees at a height.

    In the triangle Earth's centre C, imager I, point P at height h on the line of sight, the angle at I
    is 90° + e for an elevation e. The law of sines gives the angle at P: sin P = R cos e / (R + h); the
    angles add up to 180°, so the angle at C is 90° − e − P = arccos(R cos e / (R + h)) − e.
    """
    elevation = np.radians(elevation_deg)
    ratio = EARTH_RADIUS_KM * np.cos(elevation) / (EARTH_RADIUS_KM + height_km)
    return float(np.degrees(np.arccos(ratio) - elevation))


def km_to_degrees(distance_km: float) -> float:
    """Return the angle at the Earth's centre under which a distance on the ground is seen."""
    return float(np.degrees(distance_km / EARTH_RADIUS_KM))


def destination(
    lat: ArrayLike, lon: ArrayLike, bearing_deg: ArrayLike, distance_deg: float
) -> tuple[Degrees, Degrees]:
    """Return where one arrives from places by going an angle along great circles.

    Parameters
    ----------
    lat, lon
        Where one starts.
    bearing_deg
        Direction there, from north through east; broadcast against `lat` and `lon`.
    distance_deg
        How far, as the angle at the Earth's centre.
    """
    phi, lam, bearing = (
        np.radians(np.asarray(angle, dtype=float)) for angle in (lat, lon, bearing_deg)
    )
    inward, outward = np.cos(np.radians(distance_deg)), np.sin(np.radians(distance_deg))
    # Along up, north and east: unlike formulas in angles, that holds at the poles too.
    ahead, aside = outward * np.cos(bearing), outward * np.sin(bearing)
    level = inward * np.cos(phi) - ahead * np.sin(phi)
    x = level * np.cos(lam) - aside * np.sin(lam)
    y = level * np.sin(lam) + aside * np.cos(lam)
    z = inward * np.sin(phi) + ahead * np.cos(phi)
    return np.degrees(np.arcsin(np.clip(z, -1, 1))), np.degrees(np.arctan2(y, x))


def bearing_deg(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the direction at the first place towards the second, from north through east, −180…180."""
    phi1, phi2, east = np.radians([lat1, lat2, lon2 - lon1])
    northward = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(east)
    return float(np.degrees(np.arctan2(np.sin(east) * np.cos(phi2), northward)))


def small_circles(
    lat: ArrayLike, lon: ArrayLike, radius_deg: float, points: int = 72
) -> tuple[Degrees, Degrees]:
    """Return circles on the sphere around places.

    Parameters
    ----------
    lat, lon
        Centres, shape ``[n]``.
    radius_deg
        Angular radius, 0…180.
    points
        Different points per circle; the first is repeated to close it.

    Returns
    -------
    lat, lon
        Shape ``[n, points + 1]``, from north through east.
    """
    centre_lat, centre_lon = (
        np.atleast_1d(np.asarray(angle, dtype=float))[:, None] for angle in (lat, lon)
    )
    return destination(centre_lat, centre_lon, np.linspace(0, 360, points + 1)[None, :], radius_deg)


def great_circle_path(
    lat1: float, lon1: float, lat2: float, lon2: float, points: int = 25
) -> tuple[Degrees, Degrees]:
    """Return `points` evenly spaced points of the shorter great-circle arc, both ends included.

    Of two antipodal points, which have no shorter arc, only the two ends are returned.
    """
    ends = _unit_vectors(np.array([lat1, lat2]), np.array([lon1, lon2]))
    angle = float(great_circle_km(lat1, lon1, lat2, lon2)) / EARTH_RADIUS_KM
    if angle < 1e-9 or np.pi - angle < 1e-9:
        return np.array([lat1, lat2], dtype=float), np.array([lon1, lon2], dtype=float)
    share = np.linspace(0, 1, points)
    arc = (np.sin((1 - share) * angle) * ends[:, :1] + np.sin(share * angle) * ends[:, 1:]) / np.sin(
        angle
    )
    return np.degrees(np.arcsin(np.clip(arc[2], -1, 1))), np.degrees(np.arctan2(arc[1], arc[0]))


def mean_place(lat: ArrayLike, lon: ArrayLike) -> tuple[float, float]:
    """Return the place in the middle of others, the direction of their mean vector; (90, 0) of none."""
    latitudes, longitudes = np.asarray(lat, dtype=float), np.asarray(lon, dtype=float)
    known = np.isfinite(latitudes) & np.isfinite(longitudes)
    if not known.any():
        return 90.0, 0.0
    x, y, z = _unit_vectors(latitudes[known], longitudes[known]).mean(axis=1)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def subsolar_point(time: Moment) -> tuple[float, float]:
    """Return latitude and longitude of the place that has the Sun in the zenith.

    The low-precision formulas of the Astronomical Almanac (section C, "Low-precision formulas for the
    Sun"): 0.01° between 1950 and 2050, aberration included. UT1 is taken to be UTC (0.004°).
    """
    days = (instant(time) - pd.Timestamp("2000-01-01T12:00")) / pd.Timedelta(days=1)
    anomaly = np.radians((357.528 + 0.9856003 * days) % 360)
    longitude = np.radians(
        (280.460 + 0.9856474 * days + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly)) % 360
    )
    obliquity = np.radians(23.439 - 0.0000004 * days)
    ascension = np.degrees(np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude)))
    declination = np.degrees(np.arcsin(np.sin(obliquity) * np.sin(longitude)))
    sidereal = (280.46061837 + 360.98564736629 * days) % 360
    return float(declination), float(wrap_lon(ascension - sidereal))


def night(time: Moment, sun_altitude_deg: float = 0.0, points: int = 180) -> tuple[Degrees, Degrees]:
    """Return the edge of the region where the Sun is lower than an altitude, shape ``[points + 1]``.

    It is the circle of radius 90° + altitude about the antisolar point; 0° gives the geometric
    terminator, −12° the end of nautical twilight. It runs clockwise as seen from above, which is how
    d3, the map's projection library, tells the inside of a polygon from its outside.
    """
    lat, lon = subsolar_point(time)
    edge_lat, edge_lon = small_circles(-lat, lon + 180, 90 + sun_altitude_deg, points)
    return edge_lat[0], edge_lon[0]


def wrap_lon(lon: Any) -> Any:
    """Return longitudes in −180…180 (180 itself becomes −180)."""
    return (np.asarray(lon) + 180) % 360 - 180


def _unit_vectors(lat: Degrees, lon: Degrees) -> Degrees:
    """Return directions ``[3, n]``: x through 0° E on the equator, z through the north pole."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])

"""Magnetic field lines followed step by step through the IGRF: exact, and slow.

Searches read the table that :mod:`~aurorax_dashboard.archive.simulation.footprints` keeps; this
module fills that table and is what it is measured against. Against published records of Swarm A, feet
in the satellite's own hemisphere are within 2 km, conjugate feet within 9 km.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.simulation.geomagnetic import Vectors, field_nt
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM

FOOT_ALTITUDE_KM = 100.0
"""Footprints lie this high above the ellipsoid: it fits the platform's records, a sphere does not."""

OPEN_KM = 15 * EARTH_RADIUS_KM
"""Lines that lead farther than this from the Earth's centre count as open.

The platform's records give no conjugate foot to lines whose apex in this field is at 24 Earth radii
or more, and the magnetopause cuts lines nearer than that.
"""

_EQUATORIAL_RADIUS_KM = 6378.137
_POLAR_RADIUS_KM = 6356.752
"""Semi-axes of the WGS 84 ellipsoid."""

_STEP = 0.08
"""Length of a step in units of the distance from the Earth's centre (520 km at the foot)."""
_MOST_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Trace:
    """Where field lines end, and how far out they lead."""

    foot: Vectors
    """Unit vectors ``[3, n]``; NaN where the line leads beyond the limit."""
    apex_km: NDArray[np.float64]
    """``[n]``: greatest distance from the Earth's centre that was met on the way."""


def surface_radius_km(position: Vectors) -> NDArray[np.float64]:
    """Return how far the ellipsoid is from the Earth's centre in the direction of `position` ``[3, n]``."""
    x, y, z = position / np.linalg.norm(position, axis=0)
    inverse: NDArray[np.float64] = np.sqrt(
        (x**2 + y**2) / _EQUATORIAL_RADIUS_KM**2 + z**2 / _POLAR_RADIUS_KM**2
    )
    return 1.0 / inverse


def altitude(position_km: Vectors) -> NDArray[np.float64]:
    """Return the height above the ellipsoid in km, measured towards the Earth's centre."""
    height: NDArray[np.float64] = np.linalg.norm(position_km, axis=0) - surface_radius_km(position_km)
    return height


def trace(
    position_km: Vectors,
    year: float,
    hemisphere: Literal["northern", "southern"],
    *,
    altitude_km: float = FOOT_ALTITUDE_KM,
    limit_km: float = OPEN_KM,
) -> Trace:
    """Follow field lines from `position_km` to the foot in a magnetic hemisphere.

    Runge–Kutta steps of fourth order along the unit vector of the field; the last step is cut at the
    foot by a cubic Hermite polynomial. Halving the step moves feet by less than 0.04 km.

    Parameters
    ----------
    position_km
        Earth-fixed Cartesian, ``[3, n]``, higher than the foot.
    hemisphere
        The field points down in the northern one, so that its feet lie along the field.
    altitude_km
        Height of the foot above the ellipsoid.
    limit_km
        Distance from the Earth's centre at which a line counts as open.
    """
    sign = 1.0 if hemisphere == "northern" else -1.0

    def direction(place: Vectors) -> Vectors:
        field = field_nt(place, year)
        unit: Vectors = sign * field / np.linalg.norm(field, axis=0)
        return unit

    foot = np.full_like(position_km, np.nan)
    radius = np.linalg.norm(position_km, axis=0)
    apex = radius.copy()
    running = np.arange(position_km.shape[1])
    place, heading = position_km.copy(), direction(position_km)
    for _ in range(_MOST_STEPS):
        step = _STEP * radius
        ahead = _runge_kutta(place, heading, step, direction)
        radius = np.linalg.norm(ahead, axis=0)
        heading_ahead = direction(ahead)
        apex[running] = np.maximum(apex[running], radius)
        landed = altitude(ahead) <= altitude_km
        if landed.any():
            foot[:, running[landed]] = _cut_at_foot(
                place[:, landed],
                ahead[:, landed],
                heading[:, landed] * step[landed],
                heading_ahead[:, landed] * step[landed],
                altitude_km,
            )
        on = ~landed & (radius < limit_km)
        running, radius = running[on], radius[on]
        place, heading = ahead[:, on], heading_ahead[:, on]
        if running.size == 0:
            break
    return Trace(foot / np.linalg.norm(foot, axis=0), apex)


def conjugate(
    foot: Vectors, year: float, *, altitude_km: float = FOOT_ALTITUDE_KM, limit_km: float = OPEN_KM
) -> Trace:
    """Return the other ends of the field lines that start at unit vectors `foot` ``[3, n]``."""
    start = foot * (surface_radius_km(foot) + altitude_km + 1e-6)
    north = np.einsum("in,in->n", foot, field_nt(start, year)) < 0
    ends, apex = np.full_like(foot, np.nan), np.full(foot.shape[1], np.nan)
    options: tuple[tuple[Literal["northern", "southern"], NDArray[np.bool_]], ...] = (
        ("southern", north),
        ("northern", ~north),
    )
    for hemisphere, at in options:
        traced = trace(start[:, at], year, hemisphere, altitude_km=altitude_km, limit_km=limit_km)
        ends[:, at], apex[at] = traced.foot, traced.apex_km
    return Trace(ends, apex)


def _runge_kutta(
    place: Vectors, heading: Vectors, step: NDArray[np.float64], direction: Callable[[Vectors], Vectors]
) -> Vectors:
    """Return the places one step further along a field line."""
    k2 = direction(place + step / 2 * heading)
    k3 = direction(place + step / 2 * k2)
    k4 = direction(place + step * k3)
    return place + step / 6 * (heading + 2 * k2 + 2 * k3 + k4)


def _cut_at_foot(
    above: Vectors, below: Vectors, leaving: Vectors, arriving: Vectors, altitude_km: float
) -> Vectors:
    """Return where a cubic from above the foot's altitude to below it passes it, by bisection.

    Parameters
    ----------
    leaving, arriving
        Derivatives at the two ends, for a parameter that runs from 0 to 1.
    """
    low, high = np.zeros(below.shape[1]), np.ones(below.shape[1])
    point = below
    for _ in range(32):
        t = (low + high) / 2
        point = (
            (1 + 2 * t) * (1 - t) ** 2 * above
            + t * (1 - t) ** 2 * leaving
            + t**2 * (3 - 2 * t) * below
            - t**2 * (1 - t) * arriving
        )
        higher = altitude(point) > altitude_km
        low, high = np.where(higher, t, low), np.where(higher, high, t)
    return point

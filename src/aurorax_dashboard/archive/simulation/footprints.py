"""Magnetic footprints of whole tracks, from a pre-traced table.

Field lines of a centred dipole end where a formula says. The table holds by how much the feet of
lines traced through the IGRF (:mod:`~aurorax_dashboard.archive.simulation.tracing`) differ from
that, which is small and smooth, so that a coarse grid will do: it is refined by cubics in latitude and
longitude when loaded, then read linearly in these, by cubics in a function of the distance, and
linearly in time between the model's epochs, every five years. A satellite-year takes about 0.6 s.

Errors against tracing, in km, at 6,000 places all over the sphere in 2018 (the largest are near the
magnetic equator):

=====================  ====  ====  =======  ====  ====  =======
distance               foot in own half     foot in other half
---------------------  -------------------  -------------------
..                     p50   p99   largest  p50   p99   largest
=====================  ====  ====  =======  ====  ====  =======
410 km up (ISS)        0.02  0.84  1.74     0.14  2.02  3.75
450 km up (Swarm A)    0.02  0.82  1.70     0.14  1.98  3.68
850 km up (DMSP)       0.02  0.63  1.52     0.12  1.65  3.10
351–4175 km up (FAST)  0.04  0.53  1.11     0.12  1.39  3.41
2–6 Earth radii        0.04  0.44  0.74     0.08  0.48  1.26
geostationary          0.02  0.06  0.09     0.03  0.07  0.09
6–12 Earth radii       0.27  1.62  1.84     0.34  1.66  1.84
=====================  ====  ====  =======  ====  ====  =======

About one line in 5,000, right at the limit, is open in the one and closed in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.simulation.geomagnetic import Vectors, dipole_axis
from aurorax_dashboard.archive.simulation.tracing import OPEN_KM
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, FloatArray

Table = NDArray[np.float32]

_EPOCH_STEP = 5.0
EPOCHS = np.arange(2005.0, 2031.0, _EPOCH_STEP)
"""Years for which lines were traced, those of the field model."""

CHANNELS = 7
"""What the table holds: northern foot (3), southern foot (3), inverse apex in 1/Earth radii."""

_FOOT_KM = EARTH_RADIUS_KM + 100.0
_DIPOLE_YEAR = 2015.0
_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class Grid:
    """Where lines were traced from: every `step_deg` in latitude and longitude, at some distances."""

    name: str
    lat_step_deg: float
    lon_step_deg: float
    nearest_km: float
    farthest_km: float
    shells: int
    refined: int
    """How many steps of the refined grid make one of the traced one."""

    @property
    def lat_deg(self) -> NDArray[np.float64]:
        """Latitudes from pole to pole."""
        return np.linspace(-90.0, 90.0, round(180 / self.lat_step_deg) + 1)

    @property
    def lon_deg(self) -> NDArray[np.float64]:
        """Longitudes once around."""
        return np.arange(0.0, 360.0, self.lon_step_deg)

    @property
    def radius_km(self) -> NDArray[np.float64]:
        """Distances from the Earth's centre, evenly spaced in :func:`_height`."""
        bottom, top = _height(np.array([self.nearest_km, self.farthest_km])).tolist()
        heights: NDArray[np.float64] = np.linspace(bottom, top, self.shells)
        return _FOOT_KM / (1.0 - heights**2)


LOW = Grid("low", 2.5, 5.0, EARTH_RADIUS_KM + 280, EARTH_RADIUS_KM + 1700, shells=6, refined=4)
HIGH = Grid("high", 4.0, 6.0, EARTH_RADIUS_KM + 1600, OPEN_KM, shells=13, refined=4)
GRIDS = (LOW, HIGH)


@dataclass(frozen=True, slots=True)
class Feet:
    """Both ends of field lines as unit vectors, float32 ``[3, n]``; NaN where there is none."""

    north: FloatArray
    south: FloatArray


def dipole_feet(position_km: Vectors) -> tuple[Vectors, Vectors]:
    """Return northern and southern feet on the lines of a centred dipole, ``[3, n]`` each.

    Along a line ``cos² latitude / distance`` is constant; the axis is fixed, so that a track has no
    jumps.
    """
    axis = dipole_axis(_DIPOLE_YEAR)
    radius = np.linalg.norm(position_km, axis=0)
    up = position_km / radius
    across = up - np.outer(axis, axis @ up)
    across *= np.sqrt(np.minimum(_FOOT_KM / radius, 1.0))
    along = np.outer(axis, np.sqrt(1.0 - np.einsum("in,in->n", across, across)))
    return across + along, across - along


def _height(radius_km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sine of the foot's latitude on a dipole's line whose apex is at `radius_km`.

    Feet move evenly with it; with the distance itself they move as its square root just above the
    foot, which a polynomial cannot follow.
    """
    return np.asarray(np.sqrt(np.maximum(1.0 - _FOOT_KM / radius_km, 0.0)))


def trace_feet(position_km: Vectors, year: NDArray[np.float64]) -> Feet:
    """Return both footprints of each position.

    The far foot of an open line is missing, and both feet beyond where the table ends. Positions lower
    than 280 km are treated as if they were there.

    Parameters
    ----------
    position_km
        Earth-fixed Cartesian, ``[3, n]``.
    year
        Decimal years, ``[n]``.
    """
    n = position_km.shape[1]
    feet = Feet(np.full((3, n), np.nan, np.float32), np.full((3, n), np.nan, np.float32))
    radius = np.linalg.norm(position_km, axis=0)
    interval = np.clip((year - EPOCHS[0]) // _EPOCH_STEP, 0, len(EPOCHS) - 2).astype(np.int64)
    share = ((year - EPOCHS[interval]) / _EPOCH_STEP).astype(np.float32)
    low = radius < LOW.farthest_km
    for grid, chosen in ((LOW, low), (HIGH, ~low & (radius < OPEN_KM))):
        for number in np.unique(interval[chosen]).tolist():
            at = np.flatnonzero(chosen & (interval == number))
            for first in range(0, at.size, _CHUNK):
                piece = at[first : first + _CHUNK]
                found = _read(grid, number, position_km[:, piece], radius[piece], share[piece])
                feet.north[:, piece], feet.south[:, piece] = found.north, found.south
    return feet


def _read(
    grid: Grid, interval: int, position_km: Vectors, radius: NDArray[np.float64], share: FloatArray
) -> Feet:
    """Return the feet of positions that all lie in one grid."""
    both = _interpolated(grid, _table(grid, interval), position_km, radius)
    value = both[:, :CHANNELS] + share[:, None] * (both[:, CHANNELS:] - both[:, :CHANNELS])
    dipole_north, dipole_south = dipole_feet(position_km)
    north, south = value[:, :3].T + dipole_north, value[:, 3:6].T + dipole_south
    north /= np.linalg.norm(north, axis=0)
    south /= np.linalg.norm(south, axis=0)
    closed = value[:, 6] * (OPEN_KM / EARTH_RADIUS_KM) > 1.0
    in_north = dipole_axis(_DIPOLE_YEAR) @ position_km > 0
    north[:, ~closed & ~in_north] = np.nan
    south[:, ~closed & in_north] = np.nan
    return Feet(north.astype(np.float32), south.astype(np.float32))


def _interpolated(grid: Grid, table: Table, position_km: Vectors, radius: NDArray[np.float64]) -> Table:
    """Return the table's values ``[n, 14]``, linear in latitude and longitude, cubic in distance."""
    lats, lons, shells, _ = table.shape
    lat = np.degrees(np.arcsin(position_km[2] / radius))
    lon = np.degrees(np.arctan2(position_km[1], position_km[0])) % 360.0
    row = (lat + 90.0) * (lats - 1) / 180.0
    column = lon * lons / 360.0
    i = np.minimum(row.astype(np.int64), lats - 2)
    j = column.astype(np.int64)
    east = (column - j).astype(np.float32)
    north = (row - i).astype(np.float32)
    j %= lons
    bottom, top = _height(np.array([grid.nearest_km, grid.farthest_km]))
    height = (_height(radius) - bottom) * (shells - 1) / (top - bottom)
    k = np.clip(height.astype(np.int64) - 1, 0, shells - 4)
    radial = _cubic_weights(np.clip(height - k, 0.0, 3.0)).astype(np.float32)
    rows = table.reshape(-1, table.shape[-1])
    result = np.zeros((len(radius), table.shape[-1]), np.float32)
    for di, weight_i in ((0, 1 - north), (1, north)):
        for dj, weight_j in ((0, 1 - east), (1, east)):
            corner = ((i + di) * lons + (j + dj) % lons) * shells + k
            weight = weight_i * weight_j
            for dk in range(4):
                result += rows[corner + dk] * (weight * radial[dk])[:, None]
    return result


def _cubic_weights(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Lagrange weights ``[4, n]`` of the points 0, 1, 2, 3 at `x`."""
    return np.stack(
        [
            -(x - 1) * (x - 2) * (x - 3) / 6,
            x * (x - 2) * (x - 3) / 2,
            -x * (x - 1) * (x - 3) / 2,
            x * (x - 1) * (x - 2) / 6,
        ]
    )


@lru_cache(maxsize=8)
def _table(grid: Grid, interval: int) -> Table:
    """Return values at both ends of a five-year interval, refined, ``[lat, lon, shell, 14]``."""
    ends = [refined(grid, traced(grid, epoch)) for epoch in (interval, interval + 1)]
    return np.ascontiguousarray(np.concatenate(ends, axis=-1))


def traced(grid: Grid, epoch: int) -> Table:
    """Return the stored values of an epoch, ``[lat, lon, shell, 7]``."""
    stored = catalogue.footprint_table(grid.name)
    values: Table = stored.values[epoch].astype(np.float32) * stored.scale.astype(np.float32)
    return values


def refined(grid: Grid, values: Table) -> Table:
    """Return `values` on a grid finer in latitude and longitude, by cubics through four points each."""
    # A meridian goes on over the pole, on the other side of the Earth.
    beyond = np.roll(values, values.shape[1] // 2, axis=1)
    over = np.concatenate([beyond[1:2], values, beyond[-2:-1]])
    over = _refine(over, grid.refined)
    around = np.concatenate([over[:, -1:], over, over[:, :2]], axis=1)
    return np.moveaxis(_refine(np.moveaxis(around, 1, 0), grid.refined)[:-1], 0, 1)


def _refine(values: Table, times: int) -> Table:
    """Return `times` as many steps along the first axis, whose outermost values fall away."""
    weights = _cubic_weights(1 + np.arange(times) / times).astype(np.float32)
    cells = len(values) - 3
    stack = np.stack([values[n : n + cells] for n in range(4)])
    fine = np.tensordot(weights, stack, axes=(0, 0))
    fine = np.moveaxis(fine, 0, 1).reshape(cells * times, *values.shape[1:])
    return np.concatenate([fine, values[-2:-1]])

"""Magnetic latitude and the auroral oval as lines on a map: a dipole, and an oval that fits it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurorax_dashboard.figures.drawing import Moment, instant
from aurorax_dashboard.figures.sphere import small_circles

FloatArray = NDArray[np.float64]

LATITUDES = (50.0, 60.0, 70.0, 80.0)
"""Dipole latitudes that are drawn, in degrees."""

_EPOCHS = (1980.0, 1985.0, 1990.0, 1995.0, 2000.0, 2005.0, 2010.0, 2015.0, 2020.0, 2025.0, 2030.0)
_G10_NT = (
    -29992.0, -29873.0, -29775.0, -29692.0, -29619.4, -29554.63,
    -29496.57, -29441.46, -29403.41, -29350.0, -29287.0,
)  # fmt: skip
_G11_NT = (
    -1956.0, -1905.0, -1848.0, -1784.0, -1728.2, -1669.05,
    -1586.42, -1501.77, -1451.37, -1410.3, -1360.3,
)  # fmt: skip
_H11_NT = (
    5604.0, 5500.0, 5406.0, 5306.0, 5186.1, 5077.99,
    4944.26, 4795.99, 4653.35, 4545.5, 4438.0,
)  # fmt: skip
"""First-degree Gauss coefficients of IGRF-14 (IAGA, 2024); those of 2030 follow from its forecast."""

_EQUATORWARD = (
    (17.36, 3.03, 3.46, 0.42, 2.11, -0.25, 1.13),
    (18.66, 3.90, 3.37, 0.16, 2.55, -0.13, 0.96),
    (19.73, 4.69, 3.34, -0.57, -1.41, -0.07, 0.75),
    (20.63, 4.95, 3.31, -0.66, -1.28, 0.30, -0.58),
    (21.56, 4.93, 3.31, -0.44, -0.81, -0.07, -0.75),
    (22.32, 4.96, 3.29, -0.39, -0.72, -0.16, -0.52),
    (23.18, 4.85, 3.34, -0.38, -0.62, -0.53, -0.16),
)
_POLEWARD = (
    (15.22, 2.41, 3.34, -0.85, 1.01, 0.32, 0.90),
    (15.85, 2.70, 3.32, -0.67, 1.15, 0.49, 1.00),
    (16.09, 2.51, 3.27, -0.56, 1.30, 0.42, 0.94),
    (16.16, 1.92, 3.14, -0.46, 1.43, 0.32, 0.96),
    (16.29, 1.41, 3.06, -0.09, 1.35, 0.40, 1.03),
    (16.44, 0.81, 2.99, 0.14, 1.25, 0.48, 1.05),
    (16.71, 0.37, 2.90, 0.63, 1.59, 0.60, 1.00),
)
"""Holzworth and Meng's fits by activity Q 0…6: amplitudes in degrees, phases in radians."""


def dipole_pole(time: Moment) -> tuple[float, float]:
    """Return latitude and longitude of the north pole of the Earth's centred dipole.

    It lies opposite to the direction of the dipole moment, ``(g11, h11, g10)``; coefficients are linear
    in time between the model's epochs.
    """
    moment = instant(time)
    year = moment.year + (moment.day_of_year - 1) / 365.25
    x, y, z = (-np.interp(year, _EPOCHS, values) for values in (_G11_NT, _H11_NT, _G10_NT))
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def latitude_circles(time: Moment, *, north: bool) -> pd.DataFrame:
    """Return circles of equal dipole latitude: ``lat, lon`` in degrees and a row without after each.

    Parameters
    ----------
    north
        Whether the northern ones, else the southern.
    """
    lat, lon = dipole_pole(time) if north else southern(*dipole_pole(time))
    circles = [small_circles(lat, lon, 90 - latitude) for latitude in LATITUDES]
    gap = [np.nan]
    return pd.DataFrame(
        {
            "lat": np.concatenate([np.append(circle[0][0], gap) for circle in circles]),
            "lon": np.concatenate([np.append(circle[1][0], gap) for circle in circles]),
        }
    )


def southern(lat: float, lon: float) -> tuple[float, float]:
    """Return the pole opposite to one."""
    return -lat, lon - 180 if lon > 0 else lon + 180


def oval(activity: int, local_hours: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the statistical auroral oval as magnetic colatitudes of its two edges.

    The fits of Holzworth and Meng (Geophys. Res. Lett. 2, 377, 1975) to the ovals that Feldstein found
    in all-sky pictures: ``A1 + A2 cos(φ + A3) + A4 cos 2(φ + A5) + A6 cos 3(φ + A7)``, φ being the
    magnetic local time as an angle from noon.

    Parameters
    ----------
    activity
        Feldstein's index Q, 0 (quiet) … 6 (active).
    local_hours
        Magnetic local time, shape ``[n]``.

    Returns
    -------
    equatorward, poleward
        Corrected geomagnetic colatitude in degrees, each ``[n]``.
    """
    phase = (np.asarray(local_hours, dtype=float) - 12) * np.pi / 12
    return _edge(_EQUATORWARD[activity], phase), _edge(_POLEWARD[activity], phase)


def _edge(fit: tuple[float, ...], phase: FloatArray) -> FloatArray:
    a1, a2, a3, a4, a5, a6, a7 = fit
    return np.asarray(
        a1 + a2 * np.cos(phase + a3) + a4 * np.cos(2 * (phase + a5)) + a6 * np.cos(3 * (phase + a7))
    )

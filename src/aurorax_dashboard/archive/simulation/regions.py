"""Which part of the magnetosphere a point belongs to, by simple models of its boundaries.

Feet and ground points are told apart by magnetic latitude and local time, with the auroral oval as an
offset circle in the manner of Feldstein (*Planetary and Space Science* 14, 1966). In space, the
magnetopause is that of Shue et al. (*Journal of Geophysical Research* 103, 1998) for a quiet solar
wind and the bow shock a wider surface of the same shape.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.simulation.frames import Magnetic, Reals
from aurorax_dashboard.archive.simulation.geomagnetic import Vectors
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM

Names = NDArray[np.str_]

POLAR_CAP, CUSP, CLEFT, OVAL, MID_LATITUDE, LOW_LATITUDE = range(6)
_ZONES = ("polar cap", "cusp", "cleft", "auroral oval", "mid-latitude")
_NORTHERN = np.array([*(f"north {zone}" for zone in _ZONES), "low latitude"])
_SOUTHERN = np.array([*(f"south {zone}" for zone in _ZONES), "low latitude"])

_LOW_LATITUDE_DEG = 30.0
_MAGNETOPAUSE_RE, _MAGNETOPAUSE_FLARING = 10.2, 0.58
_BOW_SHOCK_RE, _BOW_SHOCK_FLARING = 13.5, 0.75
_PLASMAPAUSE_L = 4.5


def zones(magnetic: Magnetic) -> NDArray[np.int64]:
    """Return codes ``[n]``, from :data:`POLAR_CAP` to :data:`LOW_LATITUDE`."""
    latitude, time = np.abs(magnetic.latitude_deg), magnetic.local_time_h
    towards_noon = -np.cos(time * np.pi / 12.0)
    equatorward = 69.5 + 4.5 * towards_noon
    poleward = 74.5 + 4.0 * towards_noon
    code = np.where(latitude < equatorward, MID_LATITUDE, OVAL)
    code = np.where(latitude < _LOW_LATITUDE_DEG, LOW_LATITUDE, code)
    from_noon = np.abs(time - 12.0)
    code = np.where((from_noon < 4.0) & (latitude >= 75.5) & (latitude < poleward), CLEFT, code)
    code = np.where(latitude >= poleward, POLAR_CAP, code)
    return np.where((from_noon < 1.5) & (latitude >= 76.5) & (latitude < 79.5), CUSP, code)


def zone_names(magnetic: Magnetic) -> Names:
    """Return names of zones with the hemisphere each point is in, ``[n]``."""
    code = zones(magnetic)
    return np.where(magnetic.latitude_deg >= 0, _NORTHERN[code], _SOUTHERN[code])


def foot_names(magnetic: Magnetic, hemisphere_north: bool) -> NDArray[np.object_]:
    """Return names of zones of the feet in one hemisphere, ``[n]``; None where there is no foot."""
    names = (_NORTHERN if hemisphere_north else _SOUTHERN)[zones(magnetic)].astype(object)
    names[np.isnan(magnetic.latitude_deg)] = None
    return names


def spacecraft_names(gsm_km: Vectors, magnetic: Magnetic) -> Names:
    """Return the part of the magnetosphere, or beyond it, that each position is in, ``[n]``.

    Parameters
    ----------
    gsm_km
        Positions ``[3, n]`` in geocentric solar magnetospheric coordinates.
    magnetic
        The same positions in the dipole's frame.
    """
    distance = np.linalg.norm(gsm_km, axis=0) / EARTH_RADIUS_KM
    day = gsm_km[0] > 0
    cos_zenith = gsm_km[0] / np.linalg.norm(gsm_km, axis=0)
    side = np.where(day, "dayside", "nightside")
    # On the dipole's line of a position: where it meets the equatorial plane, and the ground.
    shell = distance / np.maximum(np.cos(np.radians(magnetic.latitude_deg)) ** 2, 1e-6)
    foot = Magnetic(np.degrees(np.arccos(np.sqrt(np.minimum(1 / shell, 1.0)))), magnetic.local_time_h)
    code = zones(foot)
    names = np.strings.add(side, np.where(shell < _PLASMAPAUSE_L, " plasmasphere", " magnetosphere"))
    names = names.astype("U28")
    names[(code == OVAL) & ~day] = "plasma sheet"
    names[(code == OVAL) & day] = "low latitude boundary layer"
    names[(code == CLEFT) | (code == CUSP)] = "high latitude boundary layer"
    names[code == POLAR_CAP] = "tail lobe"
    outside = distance > _surface(_MAGNETOPAUSE_RE, _MAGNETOPAUSE_FLARING, cos_zenith)
    names[outside] = np.strings.add(side, " magnetosheath")[outside]
    names[distance > _surface(_BOW_SHOCK_RE, _BOW_SHOCK_FLARING, cos_zenith)] = "interplanetary medium"
    return names


def _surface(nose_re: float, flaring: float, cos_zenith: Reals) -> Reals:
    """Return the distance of a boundary in Earth radii at angles from the direction of the Sun."""
    return np.asarray(nose_re * (2.0 / np.maximum(1.0 + cos_zenith, 1e-3)) ** flaring)

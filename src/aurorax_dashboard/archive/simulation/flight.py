"""A spacecraft at some minutes: where it is and where its field line ends, each worked out when asked."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from aurorax_dashboard.archive.simulation import frames
from aurorax_dashboard.archive.simulation.footprints import Feet, trace_feet
from aurorax_dashboard.archive.simulation.frames import Magnetic, Reals
from aurorax_dashboard.archive.simulation.geomagnetic import Vectors
from aurorax_dashboard.archive.simulation.orbits import position_km
from aurorax_dashboard.archive.tracks import FloatArray, MinuteArray


class Flight:
    """Positions of one spacecraft.

    Parameters
    ----------
    platform
        As the catalogue names it.
    minutes
        Since 1970, sorted, ``[n]``.
    """

    def __init__(self, platform: str, minutes: MinuteArray) -> None:
        self.minutes = minutes
        self._platform = platform

    @cached_property
    def days(self) -> Reals:
        """Days since 2000-01-01T12:00."""
        return frames.j2000_days(self.minutes)

    @cached_property
    def position_km(self) -> Vectors:
        """Earth-fixed positions ``[3, n]``."""
        return position_km(self._platform, self.minutes)

    @cached_property
    def radius_km(self) -> Reals:
        """Distances from the Earth's centre."""
        return np.asarray(np.linalg.norm(self.position_km, axis=0))

    @cached_property
    def geographic(self) -> FloatArray:
        """Unit vectors towards the positions."""
        return np.asarray(self.position_km / self.radius_km, dtype=np.float32)

    @cached_property
    def feet(self) -> Feet:
        """Footprints in both hemispheres."""
        return trace_feet(self.position_km, frames.decimal_year(self.minutes))

    @cached_property
    def gsm_km(self) -> Vectors:
        """Positions in geocentric solar magnetospheric coordinates."""
        return frames.gsm(self.position_km, self.days)

    @cached_property
    def magnetic(self) -> Magnetic:
        """Coordinates of the positions in the dipole's frame."""
        return frames.magnetic(self.position_km / self.radius_km, self.days)

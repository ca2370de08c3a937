"""Where a source was, minute by minute: the one form in which positions cross the archive.

The simulation, the store of uploaded records and the search engine all speak :class:`Track`.
Minutes are counted from 1970-01-01T00:00 UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import ConjunctionType, DataSource
from aurorax_dashboard.times import utc

EARTH_RADIUS_KM = 6371.2
"""Radius of the sphere on which the platform measures distances (the IGRF reference radius)."""

MINUTES_PER_DAY = 1440

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
MinuteArray = NDArray[np.int64]

Degrees = Mapping[str, NDArray[np.float64]]
"""Latitudes and longitudes ``[2, m]`` by the name of the position, NaN where there is none."""


def minute_of(time: datetime) -> int:
    """Return the minute since 1970-01-01T00:00 UTC that `time` falls in."""
    return (utc(time) - _EPOCH) // timedelta(minutes=1)


def time_of(minute: int) -> datetime:
    """Return the aware UTC time at which `minute` begins."""
    return _EPOCH + timedelta(minutes=int(minute))


@dataclass(frozen=True, slots=True)
class Track:
    """Positions of one source at the minutes ``start, start + 1, … start + n − 1``.

    The three positions are unit vectors in the Earth-fixed frame (x through 0° E on the equator, z
    through the north pole), float32, shape ``[3, n]``, or ``[3, 1]`` where the source stands still.
    They are NaN where there is none (an open field line); values at minutes that are not `present`
    mean nothing.
    """

    start: int
    present: BoolArray
    """``[n]``: whether the source has a record at this minute."""
    geographic: FloatArray
    """Direction of the source from the Earth's centre."""
    nbtrace: FloatArray
    """Footprint in the northern magnetic hemisphere."""
    sbtrace: FloatArray
    """Footprint in the southern magnetic hemisphere."""

    def position(self, kind: ConjunctionType) -> FloatArray:
        """Return the position that conjunctions of this `kind` compare, ``[3, n]`` or ``[3, 1]``."""
        return {"geographic": self.geographic, "nbtrace": self.nbtrace, "sbtrace": self.sbtrace}[kind]


@dataclass(frozen=True, slots=True)
class Records:
    """Whole ephemeris records of one source at chosen minutes, as columns of length ``m``."""

    minutes: MinuteArray
    geographic: FloatArray
    """``[3, m]`` unit vectors; so are the two traces. NaN where there is none."""
    nbtrace: FloatArray
    sbtrace: FloatArray
    gsm: FloatArray | None
    """Position in geocentric solar magnetospheric coordinates, None for ground sources."""
    metadata: Mapping[str, Sequence[Any]]
    """Values by field; None where a record lacks the field."""
    degrees: Degrees | None = None
    """The same positions as they were given, where they were; those of a simulation follow from the vectors."""


class Holdings(Protocol):
    """What an archive of ephemeris offers, be it simulated or stored."""

    def sources(self) -> Sequence[DataSource]:
        """Return every source as a full record."""

    def life(self, identifier: int) -> tuple[int, int]:
        """Return the first minute and the minute after the last that this source can have."""

    def track(self, identifier: int, start: int, stop: int) -> Track:
        """Return the positions at minutes ``start ≤ m < stop``."""

    def records(self, identifier: int, minutes: MinuteArray) -> Records:
        """Return whole records at `minutes` (sorted); of minutes without a record there is none."""

    def metadata(
        self, identifier: int, minutes: MinuteArray, fields: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Return only these metadata `fields` at `minutes` (sorted), cheaper than whole records."""

    def present(self, identifier: int, start: int, stop: int) -> BoolArray:
        """Return whether there is a record at minutes ``start ≤ m < stop``, cheaper than a track."""

    def minutes_per_day(self, identifier: int, first_day: int, last_day: int) -> NDArray[np.int32]:
        """Return records a day for days (since 1970-01-01) ``first_day … last_day``, both included."""


def unit_vectors(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors ``[3, …]`` of geocentric latitudes and longitudes in degrees."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def lat_lon(vectors: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude in degrees of vectors ``[3, …]`` (any length; NaN stays NaN)."""
    x, y, z = np.asarray(vectors, dtype=np.float64)
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))

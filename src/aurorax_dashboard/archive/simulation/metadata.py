"""Metadata of ephemeris records, field by field, so that a filter on one costs no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.simulation.chance import Purpose, smooth, uniform
from aurorax_dashboard.archive.simulation.flight import Flight
from aurorax_dashboard.archive.simulation.frames import magnetic
from aurorax_dashboard.archive.simulation.regions import foot_names, spacecraft_names, zone_names
from aurorax_dashboard.archive.simulation.sky import Sky
from aurorax_dashboard.archive.tracks import (
    MINUTES_PER_DAY,
    BoolArray,
    FloatArray,
    MinuteArray,
    minute_of,
)

DEFINITIVE_BEFORE = minute_of(datetime(2026, 7, 1, tzinfo=UTC))
"""From here on orbits count as forecasts. Fixed, so that a record never changes."""

_TII_TURN = 47
"""Minutes for which a thermal ion imager stays on or off: half an orbit of Swarm."""
_TII_CAMPAIGN = 5 * MINUTES_PER_DAY
_TII_DRIFT = 12
"""Minutes over which the share of half-orbits in use, or the quality, changes."""
_TII_COMPONENTS = 4
_TII_POOR_ABOVE = 0.8


def spacecraft_field(identifier: int, flight: Flight, name: str) -> Sequence[Any]:
    """Return the values of a spacecraft's metadata field, None where a record lacks it.

    Raises
    ------
    KeyError
        If no spacecraft has such a field.
    """
    minutes = flight.minutes
    fields: dict[str, Callable[[], NDArray[Any]]] = {
        "nbtrace_region": lambda: _foot_region(flight.feet.north, flight, hemisphere_north=True),
        "sbtrace_region": lambda: _foot_region(flight.feet.south, flight, hemisphere_north=False),
        "radial_trace_region": lambda: zone_names(flight.magnetic),
        "radial_distance": lambda: flight.radius_km,
        "spacecraft_region": lambda: spacecraft_names(flight.gsm_km, flight.magnetic),
        "state": lambda: np.where(minutes < DEFINITIVE_BEFORE, "definitive", "predictive"),
        "tii_on": lambda: _ion_imager_field(identifier, minutes),
        "tii_quality_vixh": lambda: _ion_quality(identifier, 0, minutes),
        "tii_quality_vixv": lambda: _ion_quality(identifier, 1, minutes),
        "tii_quality_viy": lambda: _ion_quality(identifier, 2, minutes),
        "tii_quality_viz": lambda: _ion_quality(identifier, 3, minutes),
    }
    values: list[Any] = fields[name]().tolist()
    return values


def _foot_region(foot: FloatArray, flight: Flight, *, hemisphere_north: bool) -> NDArray[np.object_]:
    return foot_names(magnetic(foot.astype(np.float64), flight.days), hemisphere_north)


def _ion_imager_on(identifier: int, minutes: MinuteArray) -> BoolArray:
    """Return whether the thermal ion imager works: some half-orbits, more of them in campaigns."""
    campaign = smooth(identifier, Purpose.INSTRUMENT_DUTY, minutes, _TII_CAMPAIGN)
    turn = uniform(identifier, Purpose.INSTRUMENT_ON, minutes // _TII_TURN)
    on: BoolArray = turn < 0.2 + 0.7 * campaign
    return on


def _ion_imager_field(identifier: int, minutes: MinuteArray) -> NDArray[np.object_]:
    """Return true while the imager works; the platform leaves the field out while it does not."""
    on = np.full(len(minutes), None, dtype=object)
    on[_ion_imager_on(identifier, minutes)] = True
    return on


def _ion_quality(identifier: int, component: int, minutes: MinuteArray) -> NDArray[np.object_]:
    """Return flags: 0 is good, 1 poor, for minutes on end; None while the imager is off."""
    drift = smooth(_TII_COMPONENTS * identifier + component, Purpose.QUALITY, minutes, _TII_DRIFT)
    quality = (drift > _TII_POOR_ABOVE).astype(np.int64).astype(object)
    quality[~_ion_imager_on(identifier, minutes)] = None
    return quality


def sky_field(sky: Sky, name: str) -> Sequence[Any]:
    """Return the values of a camera's metadata field, None where a record lacks it.

    Raises
    ------
    KeyError
        If no camera has such a field.
    """
    fields: dict[str, Callable[[], NDArray[Any]]] = {
        "calgary_cloud_ml_v1": sky.cloud_class,
        "calgary_cloud_ml_v1_confidence": sky.cloud_confidence,
        "calgary_apa_ml_v1": sky.apa_class,
        "calgary_apa_ml_v1_confidence": sky.apa_confidence,
        "clausen_ml_oath": sky.oath_class,
    }
    values: list[Any] = fields[name]().tolist()
    return values

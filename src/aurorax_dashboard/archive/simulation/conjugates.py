"""The southern footprints of ground sites, as the platform finds them."""

from __future__ import annotations

import numpy as np

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, FloatArray, MinuteArray, unit_vectors


def conjugate_direction(platform: str, minutes: MinuteArray) -> FloatArray:
    """Return unit vectors ``[3, n]`` of the southern footprint of a ground site at sorted `minutes`.

    It is tabulated for the beginning of each year and moves evenly in between; it is evaluated once
    a day.
    """
    on = minutes // MINUTES_PER_DAY
    days = np.arange(on[0], on[-1] + 1) if on.size else on
    table = catalogue.conjugates()[platform]
    new_years = (table.years - 1970).astype(np.int64).astype("datetime64[Y]")
    knots = new_years.astype("datetime64[D]").astype(np.int64)
    lat = np.interp(days, knots, table.lat_deg)
    lon = np.interp(days, knots, np.unwrap(table.lon_deg, period=360.0))
    daily = unit_vectors(lat, lon).astype(np.float32)
    return np.take(daily, on - days[:1], axis=1)  # much faster than an index

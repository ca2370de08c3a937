"""Trace the field lines that the footprint table of the simulation is made of.

Takes some minutes; run it again only when the field model or the tracing changes::

    python scripts/trace_footprints.py
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.simulation.footprints import CHANNELS, EPOCHS, GRIDS, Grid, dipole_feet
from aurorax_dashboard.archive.simulation.tracing import trace
from aurorax_dashboard.archive.tracks import EARTH_RADIUS_KM, unit_vectors

TABLE = Path(catalogue.__file__).with_name("footprints.npz")

FARTHEST_KM = 60 * EARTH_RADIUS_KM
"""Lines are followed well beyond where they count as open, so that what is kept is smooth there."""

_INT16 = 32767


def trace_grid(grid: Grid, year: float) -> NDArray[np.float64]:
    """Return the table of one epoch, ``[lat, lon, shell, 7]``."""
    lat, lon, radius = np.meshgrid(grid.lat_deg, grid.lon_deg, grid.radius_km, indexing="ij")
    position = (unit_vectors(lat, lon) * radius).reshape(3, -1)
    dipole_north, dipole_south = dipole_feet(position)
    north = trace(position, year, "northern", limit_km=FARTHEST_KM)
    south = trace(position, year, "southern", limit_km=FARTHEST_KM)
    apex = np.maximum(north.apex_km, south.apex_km)
    channels = [
        *np.nan_to_num(north.foot - dipole_north),
        *np.nan_to_num(south.foot - dipole_south),
        np.where(apex < FARTHEST_KM, EARTH_RADIUS_KM / apex, 0.0),
    ]
    return np.stack(channels, axis=-1).reshape(*lat.shape, CHANNELS)


def packed(values: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return integers in a form that compresses to a quarter; ``catalogue.footprint_table`` undoes it.

    Differences between neighbours are small: their signs go to the lowest bit, and equal bytes
    of all numbers stand together.
    """
    for axis in range(3):
        values = np.diff(values, axis=axis, prepend=np.int32(0))
    unsigned = ((values << 1) ^ (values >> 31)).view(np.uint32)
    planes = [(unsigned >> shift).astype(np.uint8) for shift in (0, 8, 16, 24)]
    return np.ascontiguousarray(np.moveaxis(np.stack(planes), -1, 1))


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    arrays: dict[str, Any] = {}
    for grid in GRIDS:
        values = np.stack([trace_grid(grid, year) for year in EPOCHS])
        scale = np.abs(values).max(axis=(0, 1, 2, 3)) / _INT16
        arrays[f"{grid.name}_planes"] = packed(np.round(values / scale).astype(np.int32))
        arrays[f"{grid.name}_scale"] = scale
    np.savez_compressed(arguments.output, **arrays)


if __name__ == "__main__":
    main()

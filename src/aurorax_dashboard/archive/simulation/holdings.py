"""The simulated archive: every source of the catalogue, wherever and whenever it is asked for.

Tracks of spacecraft are computed by calendar months and kept on disk; everything else is quick enough
to be computed each time. Nothing depends on what was asked before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.periods import Life, calendar_months
from aurorax_dashboard.archive.simulation import diary
from aurorax_dashboard.archive.simulation.blockstore import BlockStore
from aurorax_dashboard.archive.simulation.conjugates import conjugate_direction
from aurorax_dashboard.archive.simulation.flight import Flight
from aurorax_dashboard.archive.simulation.metadata import sky_field, spacecraft_field
from aurorax_dashboard.archive.simulation.sky import Sky
from aurorax_dashboard.archive.tracks import (
    MINUTES_PER_DAY,
    BoolArray,
    FloatArray,
    MinuteArray,
    Records,
    Track,
    minute_of,
    time_of,
    unit_vectors,
)

MODEL_VERSION = 1
"""To be raised whenever code gives other tracks; other data give other tracks by themselves."""

CACHE_BYTES = 4 * 1024**3
"""Room for tracks on disk: some 200 years of one spacecraft."""


class SimulatedHoldings:
    """Implements :class:`~aurorax_dashboard.archive.tracks.Holdings`. Safe to use from many threads.

    Methods raise :class:`KeyError` for an identifier that the catalogue does not have.

    Parameters
    ----------
    cache_dir
        Where tracks are kept, for use by any number of processes.
    cache_bytes
        How much may be kept there.
    """

    def __init__(self, cache_dir: Path, cache_bytes: int = CACHE_BYTES) -> None:
        self._entries = diary.entries()
        self._events = diary.event_lists()
        self._blocks = BlockStore(
            cache_dir / f"tracks-{MODEL_VERSION}-{catalogue.fingerprint()}", cache_bytes
        )

    def sources(self) -> Sequence[DataSource]:
        """Return every source as a full record."""
        return [entry.source for entry in self._entries.values()]

    def life(self, identifier: int) -> Life:
        """Return the first minute and the minute after the last; equal if it ended before 2007."""
        return diary.life(self._entries[identifier])

    def track(self, identifier: int, start: int, stop: int) -> Track:
        """Return the positions at minutes ``start ≤ m < stop``."""
        platform = self._entries[identifier].source.platform or ""
        working = diary.present(identifier, start, stop)
        if events := self._events.get(identifier):
            return replace(events.track(start, stop), present=working)
        if (here := _site_direction(platform)) is not None:
            south = conjugate_direction(platform, np.arange(start, stop))
            return Track(start, working, geographic=here, nbtrace=here, sbtrace=south)
        rows = self._rows(platform, start, stop)
        return Track(start, working, geographic=rows[0:3], nbtrace=rows[3:6], sbtrace=rows[6:9])

    def records(self, identifier: int, minutes: MinuteArray) -> Records:
        """Return whole records at `minutes` (sorted)."""
        source = self._entries[identifier].source
        platform = source.platform or ""
        fields = [field.field_name for field in source.ephemeris_metadata_schema or []]
        if events := self._events.get(identifier):
            return events.records(minutes, fields)
        if (site := _site_direction(platform)) is not None:
            here = np.repeat(site, len(minutes), axis=1)
            return Records(
                minutes=minutes,
                geographic=here,
                nbtrace=here,
                sbtrace=conjugate_direction(platform, minutes),
                gsm=None,
                metadata=self.metadata(identifier, minutes, fields),
            )
        flights = _flights(platform, minutes)
        return Records(
            minutes=minutes,
            geographic=_joined([flight.geographic for flight in flights]),
            nbtrace=_joined([flight.feet.north for flight in flights]),
            sbtrace=_joined([flight.feet.south for flight in flights]),
            gsm=_joined([(flight.gsm_km / flight.radius_km).astype(np.float32) for flight in flights]),
            metadata=_metadata_of(identifier, flights, fields),
        )

    def metadata(
        self, identifier: int, minutes: MinuteArray, fields: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Return the metadata `fields`, which the source's schema has, at `minutes` (sorted)."""
        if events := self._events.get(identifier):
            return events.metadata(minutes, fields)
        platform = self._entries[identifier].source.platform or ""
        if (site := catalogue.stations().get(platform)) is None:
            return _metadata_of(identifier, _flights(platform, minutes), fields)
        sky = Sky(identifier, platform, site, minutes)
        return {field: sky_field(sky, field) for field in fields}

    def present(self, identifier: int, start: int, stop: int) -> BoolArray:
        """Return whether there is a record at minutes ``start ≤ m < stop``: no position is computed."""
        return diary.present(identifier, start, stop)

    def minutes_per_day(self, identifier: int, first_day: int, last_day: int) -> NDArray[np.int32]:
        """Return records a day for days since 1970-01-01, both ends included."""
        worked = diary.hours(identifier, first_day, last_day)
        counts: NDArray[np.int32] = worked.sum(axis=1, dtype=np.int32)
        return counts

    def _rows(self, platform: str, start: int, stop: int) -> FloatArray:
        """Return geographic, nbtrace and sbtrace ``[9, n]``; a memory map if in one month."""
        pieces = []
        for first, last in calendar_months(start, stop):
            begin, end = _month_of(first)
            name = f"{platform}-{time_of(begin):%Y-%m}"
            block = self._blocks.get(name, partial(_month_rows, platform, begin, end))
            pieces.append(block[:, first - begin : last - begin])
        if len(pieces) == 1:
            return pieces[0]
        return _joined([np.empty((9, 0), dtype=np.float32), *pieces])


def _month_rows(platform: str, first: int, stop: int) -> FloatArray:
    flight = Flight(platform, np.arange(first, stop))
    return np.concatenate([flight.geographic, flight.feet.north, flight.feet.south])


def _flights(platform: str, minutes: MinuteArray) -> list[Flight]:
    """Return a spacecraft at sorted `minutes`, month by month (traces need less than five years)."""
    if not minutes.size:
        return [Flight(platform, minutes)]
    turns = [last for _, last in calendar_months(int(minutes[0]), int(minutes[-1]))]
    pieces = np.split(minutes, np.searchsorted(minutes, turns))
    return [Flight(platform, piece) for piece in pieces if piece.size]


def _metadata_of(
    identifier: int, flights: Sequence[Flight], fields: Sequence[str]
) -> dict[str, list[Any]]:
    return {
        field: [value for flight in flights for value in spacecraft_field(identifier, flight, field)]
        for field in fields
    }


def _joined(pieces: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate(pieces, axis=1)


def _site_direction(platform: str) -> FloatArray | None:
    """Return the unit vector ``[3, 1]`` of a ground site, its own northern footprint; else None."""
    if (site := catalogue.stations().get(platform)) is None:
        return None
    return unit_vectors(np.array([site.lat_deg]), np.array([site.lon_deg])).astype(np.float32)


def _month_of(minute: int) -> Life:
    """Return the first minute of the calendar month of `minute`, and of the next."""
    begin = minute_of(time_of(minute).replace(day=1, hour=0, minute=0))
    return next(calendar_months(begin, begin + 31 * MINUTES_PER_DAY))

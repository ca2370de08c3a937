"""When every kind of source has records, and how many an hour, remembered by calendar year."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive import catalogue
from aurorax_dashboard.archive.catalogue import SourceEntry
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.simulation import nights
from aurorax_dashboard.archive.simulation.events import EventList
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, BoolArray, minute_of, time_of

_FIRST_MINUTE = minute_of(datetime(2007, 1, 1, tzinfo=UTC))
"""Nothing is simulated before; the platform's own data begin about then."""

_HOURS, _MINUTES = 24, 60
_REMEMBERED_MINUTES = 31 * MINUTES_PER_DAY
"""Searches go by calendar month, and come back to the same ones; a month takes 6 kB."""


@lru_cache(maxsize=1)
def entries() -> dict[int, SourceEntry]:
    """Return the sources of the catalogue by identifier."""
    return {int(entry.source.identifier or 0): entry for entry in catalogue.sources()}


@lru_cache(maxsize=1)
def event_lists() -> dict[int, EventList]:
    """Return the lists of events by identifier."""
    return {
        identifier: EventList(identifier, entry.source.instrument_type or "")
        for identifier, entry in entries().items()
        if entry.source.source_type == "event_list"
    }


def life(entry: SourceEntry) -> Life:
    """Return the first minute and the minute after the last; equal if it ended before 2007."""
    first = max(entry.first_day * MINUTES_PER_DAY, _FIRST_MINUTE)
    return first, max(first, entry.stop_day * MINUTES_PER_DAY)


def present(identifier: int, start: int, stop: int) -> BoolArray:
    """Return whether a source has a record at minutes ``start ≤ m < stop``, ``[n]``."""
    if stop - start > _REMEMBERED_MINUTES:
        return _worked_out(identifier, start, stop)
    return np.unpackbits(_packed(identifier, start, stop), count=stop - start).view(np.bool_)


@lru_cache(maxsize=4096)
def _packed(identifier: int, start: int, stop: int) -> NDArray[np.uint8]:
    return np.packbits(_worked_out(identifier, start, stop))


def _worked_out(identifier: int, start: int, stop: int) -> BoolArray:
    entry = entries()[identifier]
    born, gone = life(entry)
    events = event_lists().get(identifier)
    working = events.present(start, stop) if events else nights.present(entry, start, stop)
    working[: max(born - start, 0)] = False
    working[max(gone - start, 0) :] = False
    return working


@lru_cache(maxsize=4096)
def minutes_per_hour(identifier: int, year: int) -> NDArray[np.uint8]:
    """Return ``[day of the year, hour]``: at how many minutes a source has a record. Not to be changed."""
    first, stop = days_of(year)
    working = present(identifier, first * MINUTES_PER_DAY, stop * MINUTES_PER_DAY)
    minutes: NDArray[np.uint8] = working.reshape(-1, _HOURS, _MINUTES).sum(axis=2, dtype=np.uint8)
    minutes.setflags(write=False)
    return minutes


def hours(identifier: int, first_day: int, last_day: int) -> NDArray[np.uint8]:
    """Return minutes with a record ``[day, hour]`` for days since 1970-01-01, both ends included."""
    counts = np.zeros((max(last_day - first_day + 1, 0), _HOURS), dtype=np.uint8)
    born, gone = life(entries()[identifier])
    first_year = year_of(max(first_day, born // MINUTES_PER_DAY))
    last_year = year_of(min(last_day, gone // MINUTES_PER_DAY))
    for year in range(first_year, last_year + 1):
        begin, end = days_of(year)
        begun, ended = max(begin, first_day), min(end, last_day + 1)
        if begun < ended:
            of_year = minutes_per_hour(identifier, year)
            counts[begun - first_day : ended - first_day] = of_year[begun - begin : ended - begin]
    return counts


def year_of(day: int) -> int:
    """Return the calendar year of a day since 1970-01-01."""
    return time_of(day * MINUTES_PER_DAY).year


def days_of(year: int) -> tuple[int, int]:
    """Return the first day of a year, since 1970, and of the next."""
    first, stop = (
        minute_of(datetime(y, 1, 1, tzinfo=UTC)) // MINUTES_PER_DAY for y in (year, year + 1)
    )
    return first, stop

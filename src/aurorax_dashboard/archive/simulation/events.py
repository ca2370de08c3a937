"""Simulated lists of auroral events: when something happened, and where it was minute by minute.

Time is divided into slots, each of which has one event or none, so that an event follows from its slot
alone. Places are magnetic: a latitude and local time at which such events are common in the literature
(substorm onsets: Frey et al., *Journal of Geophysical Research* 109, A10304, 2004; STEVE:
Gallardo-Lacourt et al., *Journal of Geophysical Research* 123, 9893, 2018). None of the events happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.simulation.chance import Purpose, Reals, uniform
from aurorax_dashboard.archive.simulation.footprints import trace_feet
from aurorax_dashboard.archive.simulation.frames import (
    Magnetic,
    decimal_year,
    j2000_days,
    magnetic_direction,
)
from aurorax_dashboard.archive.simulation.geomagnetic import Vectors
from aurorax_dashboard.archive.simulation.sky import activity
from aurorax_dashboard.archive.tracks import (
    EARTH_RADIUS_KM,
    BoolArray,
    FloatArray,
    MinuteArray,
    Records,
    Track,
)

_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHabits:
    """How events of one kind come about."""

    slot: int
    """Minutes of a slot; an event lies within its own."""
    share: float
    """Share of slots with an event at average activity; more of them when it is higher."""
    latitude_deg: float
    latitude_spread_deg: float
    local_time_h: float
    local_time_spread_h: float
    shortest: int = 1
    longest: int = 1
    """Minutes that it is recorded for."""
    poleward_deg_h: float = 0.0
    eastward_deg_h: float = 0.0
    """How it moves over the ground, in magnetic degrees an hour."""


HABITS = {
    "substorm onset": EventHabits(
        slot=4 * _HOUR,
        share=0.45,
        latitude_deg=66.3,
        latitude_spread_deg=2.2,
        local_time_h=22.8,
        local_time_spread_h=1.4,
    ),
    "STEVE": EventHabits(
        slot=24 * _HOUR,
        share=0.12,
        latitude_deg=61.0,
        latitude_spread_deg=1.6,
        local_time_h=22.2,
        local_time_spread_h=1.2,
        shortest=20,
        longest=75,
        poleward_deg_h=-0.7,
        eastward_deg_h=-6.0,
    ),
    "torches and omega bands": EventHabits(
        slot=8 * _HOUR,
        share=0.25,
        latitude_deg=66.0,
        latitude_spread_deg=1.5,
        local_time_h=3.8,
        local_time_spread_h=1.6,
        shortest=15,
        longest=60,
        eastward_deg_h=30.0,
    ),
    "field line resonance": EventHabits(
        slot=12 * _HOUR,
        share=0.2,
        latitude_deg=67.5,
        latitude_spread_deg=2.5,
        local_time_h=5.0,
        local_time_spread_h=3.0,
        shortest=20,
        longest=120,
        poleward_deg_h=0.6,
    ),
}
"""By instrument type, which is what the platform calls the kind of an event list."""

_AVERAGE_ACTIVITY = 0.5
_EQUATORWARD_WHEN_ACTIVE_DEG = 5.0


@dataclass(frozen=True, slots=True)
class Events:
    """Events in order of time, each array ``[e]``."""

    start: MinuteArray
    length: MinuteArray
    """Minutes."""
    place: Magnetic
    """Where each one begins."""
    intensity: Reals
    """0…1, on no scale of physics."""

    def at(self, chosen: NDArray[Any]) -> Events:
        """Return those events that an index or a mask chooses."""
        place = Magnetic(self.place.latitude_deg[chosen], self.place.local_time_h[chosen])
        return Events(self.start[chosen], self.length[chosen], place, self.intensity[chosen])


class EventList:
    """One source of events.

    Parameters
    ----------
    identifier
        Of the source.
    kind
        Its instrument type, one of :data:`HABITS`.
    """

    def __init__(self, identifier: int, kind: str) -> None:
        self._identifier = identifier
        self._habits = HABITS[kind]

    def events(self, start: int, stop: int) -> Events:
        """Return the events with a record at any of the minutes ``start ≤ m < stop``."""
        habits = self._habits
        slots = np.arange(start // habits.slot, (stop - 1) // habits.slot + 1)
        middle = slots * habits.slot + habits.slot // 2
        active = activity(middle)
        likely = habits.share * (1.0 + 2.0 * (active - _AVERAGE_ACTIVITY))
        happens = self._chance(Purpose.EVENT, slots) < likely
        slots, active = slots[happens], active[happens]
        longer = self._chance(Purpose.EVENT_LENGTH, slots)
        length = habits.shortest + np.floor(longer * (habits.longest - habits.shortest + 1)).astype(
            np.int64
        )
        into = self._chance(Purpose.EVENT_START, slots) * (habits.slot - length)
        first = slots * habits.slot + np.floor(into).astype(np.int64)
        events = Events(
            start=first,
            length=length,
            place=self._places(slots, active),
            intensity=np.round(
                0.3 + 0.5 * active + 0.2 * self._chance(Purpose.EVENT_INTENSITY, slots), 2
            ),
        )
        return events.at((first < stop) & (first + length > start))

    def present(self, start: int, stop: int) -> BoolArray:
        """Return ``[n]``: at which minutes ``start ≤ m < stop`` an event goes on."""
        alive = np.zeros(stop - start, dtype=np.bool_)
        events = self.events(start, stop)
        for first, length in zip(events.start.tolist(), events.length.tolist(), strict=True):
            alive[max(first - start, 0) : max(first + length - start, 0)] = True
        return alive

    def track(self, start: int, stop: int) -> Track:
        """Return positions at minutes ``start ≤ m < stop``, NaN while nothing happens."""
        present = self.present(start, stop)
        geographic, north, south = (np.full((3, stop - start), np.nan, np.float32) for _ in range(3))
        minutes = start + np.flatnonzero(present)
        if minutes.size:
            here = self.positions(minutes)
            geographic[:, present] = north[:, present] = here
            south[:, present] = _southern_feet(here, minutes)
        return Track(start, present, geographic, north, south)

    def records(self, minutes: MinuteArray, fields: Sequence[str]) -> Records:
        """Return whole records at `minutes` (sorted; something happens at each)."""
        here = self.positions(minutes)
        return Records(
            minutes=minutes,
            geographic=here.astype(np.float32),
            nbtrace=here.astype(np.float32),
            sbtrace=_southern_feet(here, minutes),
            gsm=None,
            metadata=self.metadata(minutes, fields),
        )

    def metadata(self, minutes: MinuteArray, fields: Sequence[str]) -> Mapping[str, Sequence[Any]]:
        """Return metadata `fields` at `minutes` (sorted; something happens at each)."""
        events, into = self._at(minutes)
        place = self._moved(events, into)
        columns: dict[str, NDArray[Any]] = {
            "magnetic_latitude": np.round(place.latitude_deg, 2),
            "magnetic_local_time": np.round(place.local_time_h, 2),
            "intensity": events.intensity,
            "minutes_since_start": into,
            "duration": events.length,
        }
        return {field: columns[field].tolist() for field in fields}

    def positions(self, minutes: MinuteArray) -> Vectors:
        """Return Earth-fixed unit vectors ``[3, m]`` at `minutes` (sorted; something happens at each)."""
        events, into = self._at(minutes)
        # As the ground turns with the Earth, an event that keeps its place keeps that of its first minute.
        place = self._moved(events, into)
        rest = Magnetic(place.latitude_deg, events.place.local_time_h + self._eastward_deg(into) / 15.0)
        return magnetic_direction(rest, j2000_days(events.start))

    def _at(self, minutes: MinuteArray) -> tuple[Events, MinuteArray]:
        """Return the event of each of `minutes`, and how many minutes it has gone on for, ``[m]``."""
        if not minutes.size:
            return self.events(0, 1).at(np.zeros(0, dtype=np.int64)), minutes
        events = self.events(int(minutes[0]), int(minutes[-1]) + 1)
        which = np.searchsorted(events.start, minutes, side="right") - 1
        return events.at(which), minutes - events.start[which]

    def _moved(self, events: Events, into: MinuteArray) -> Magnetic:
        """Return where each event is after `into` minutes."""
        drift = self._habits.poleward_deg_h * into / _HOUR
        turned = (into / _HOUR) + self._eastward_deg(into) / 15.0
        return Magnetic(events.place.latitude_deg + drift, (events.place.local_time_h + turned) % 24.0)

    def _eastward_deg(self, into: MinuteArray) -> Reals:
        return np.asarray(self._habits.eastward_deg_h * into / _HOUR)

    def _places(self, slots: MinuteArray, active: Reals) -> Magnetic:
        """Return where the events of `slots` begin: more equatorward when the aurora is active."""
        habits = self._habits
        lower = _EQUATORWARD_WHEN_ACTIVE_DEG * (active - _AVERAGE_ACTIVITY)
        latitude = self._bell(Purpose.EVENT_LATITUDE, slots) * habits.latitude_spread_deg
        time = self._bell(Purpose.EVENT_LOCAL_TIME, slots) * habits.local_time_spread_h
        return Magnetic(habits.latitude_deg + latitude - lower, (habits.local_time_h + time) % 24.0)

    def _bell(self, purpose: Purpose, slots: MinuteArray) -> Reals:
        """Return numbers in −2…2, most of them within 1 of 0: nearly normal."""
        draws = [self._chance(purpose, 4 * slots + n) for n in range(4)]
        return np.asarray(np.sum(draws, axis=0) - 2.0)

    def _chance(self, purpose: Purpose, index: MinuteArray) -> Reals:
        return uniform(self._identifier, purpose, index)


def _southern_feet(here: Vectors, minutes: MinuteArray) -> FloatArray:
    """Return where the field lines of northern places end in the south, ``[3, m]``."""
    return trace_feet(np.asarray(here) * EARTH_RADIUS_KM, decimal_year(minutes)).south

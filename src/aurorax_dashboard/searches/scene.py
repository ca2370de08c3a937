"""Where everything was: the ephemeris of all sources, asked for and kept by the hour."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.models import ConjunctionType, DataSource, EphemerisCriteria, EphemerisQuery
from aurorax_dashboard.figures.sphere import EARTH_RADIUS_KM, great_circle_km
from aurorax_dashboard.searches.ephemeris import arranged
from aurorax_dashboard.searches.positions import COLUMNS
from aurorax_dashboard.searches.questions import LongQuestion

FloatArray = NDArray[np.float64]

MINUTES = 60
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

_KEPT_HOURS = 96
_KEPT_S = 600.0
"""As long as the shortest-lived answers about ephemeris are used: records of today still come in."""

_NOWHERE = ("event_list", "not_applicable")


def has_place(source: DataSource) -> bool:
    """Whether a source is somewhere minute by minute: lists of events are not."""
    return source.source_type not in _NOWHERE and source.identifier is not None


def moves(source: DataSource) -> bool:
    """Whether a source is a spacecraft."""
    return source.source_type != "ground"


@dataclass(frozen=True, slots=True)
class Scene:
    """Positions of sources over some minutes, degrees; NaN where there is none.

    A source that has a record in a minute without a position of this kind (an open field line) is
    nowhere in that minute.
    """

    start: datetime
    """First minute, aware, UTC."""
    identifiers: NDArray[np.int64]
    """Sorted, ``[n]``."""
    lat: FloatArray
    """``[n, minutes]``."""
    lon: FloatArray

    @property
    def minutes(self) -> int:
        """How many minutes it has."""
        return int(self.lat.shape[1])

    @property
    def times(self) -> pd.DatetimeIndex:
        """The minutes, aware."""
        return pd.date_range(self.start, periods=self.minutes, freq="min", unit="ms")

    def part(self, first: datetime, last: datetime) -> Scene:
        """Return the minutes from `first` to `last`, as far as they are held."""
        begin = max(0, (first - self.start) // MINUTE)
        end = max(begin, min(self.minutes, (last - self.start) // MINUTE + 1))
        return Scene(
            self.start + begin * MINUTE,
            self.identifiers,
            self.lat[:, begin:end],
            self.lon[:, begin:end],
        )

    def of(self, identifiers: Sequence[int]) -> Scene:
        """Return only those of the sources `identifiers` that occur."""
        chosen = np.isin(self.identifiers, list(identifiers))
        return Scene(self.start, self.identifiers[chosen], self.lat[chosen], self.lon[chosen])

    def track(self, identifier: int) -> tuple[FloatArray, FloatArray]:
        """Return latitudes and longitudes ``[minutes]`` of one source, NaN throughout if it has none."""
        row = int(np.searchsorted(self.identifiers, identifier))
        if row < len(self.identifiers) and self.identifiers[row] == identifier:
            return self.lat[row], self.lon[row]
        nothing = np.full(self.minutes, np.nan)
        return nothing, nothing

    def directions(self) -> FloatArray:
        """Return unit vectors from the Earth's centre, ``[n, minutes, 3]``."""
        phi, lam = np.radians(self.lat), np.radians(self.lon)
        level = np.cos(phi)
        return np.stack([level * np.cos(lam), level * np.sin(lam), np.sin(phi)], axis=-1)


@dataclass(frozen=True, slots=True)
class Hour:
    """Where the sources were in the minutes of one hour."""

    start: datetime
    identifiers: NDArray[np.int64]
    """Sources with any record in it, sorted, ``[n]``."""
    positions: FloatArray
    """Degrees, ``[3, 2, n, 60]``: kinds in the order of :data:`~.positions.COLUMNS`, latitude and longitude."""

    def scene(self, kind: ConjunctionType) -> Scene:
        """Return its positions of one kind."""
        lat, lon = self.positions[list(COLUMNS).index(kind)]
        return Scene(self.start, self.identifiers, lat, lon)


def hour_of(time: datetime) -> datetime:
    """Return the beginning of the hour of `time`."""
    return time.replace(minute=0, second=0, microsecond=0)


def hours_between(first: datetime, last: datetime) -> list[datetime]:
    """Return the beginnings of the hours that hold the minutes from `first` to `last`."""
    start = hour_of(first)
    return [start + n * HOUR for n in range((last - start) // HOUR + 1)]


def hour_from(records: pd.DataFrame, start: datetime) -> Hour:
    """Return the hour that begins at `start` from ephemeris records; others are left out."""
    ordered = arranged(records)
    minute = ((ordered["epoch"] - pd.Timestamp(start)) // pd.Timedelta(minutes=1)).to_numpy(dtype=int)
    within = (minute >= 0) & (minute < MINUTES)
    known = ordered[within]
    identifiers, row = np.unique(known["identifier"].to_numpy(dtype=np.int64), return_inverse=True)
    positions = np.full((len(COLUMNS), 2, len(identifiers), MINUTES), np.nan)
    for place, columns in enumerate(COLUMNS.values()):
        for axis, column in enumerate(columns):
            positions[place, axis, row, minute[within]] = known[column].to_numpy(dtype=float)
    return Hour(start, identifiers, positions)


def ask_hour(client: AuroraXClient, programs: Sequence[str], start: datetime) -> Hour:
    """Return one hour as AuroraX has it.

    Raises
    ------
    AuroraXError
        If it cannot be had.
    """
    query = EphemerisQuery(
        data_sources=EphemerisCriteria(programs=sorted(programs)),
        start=start,
        end=start + HOUR - MINUTE,
    )
    return hour_from(client.ephemeris_synchronous(query), start)


def joined(hours: Sequence[Hour], kind: ConjunctionType) -> Scene:
    """Return hours, one directly after the other, as one scene.

    Raises
    ------
    ValueError
        If there is none.
    """
    scenes = [hour.scene(kind) for hour in sorted(hours, key=lambda hour: hour.start)]
    if not scenes:
        raise ValueError("A scene has at least one hour.")
    identifiers = np.unique(np.concatenate([scene.identifiers for scene in scenes]))
    lat, lon = np.full((2, len(identifiers), MINUTES * len(scenes)), np.nan)
    for place, scene in enumerate(scenes):
        rows = np.searchsorted(identifiers, scene.identifiers)
        minutes = slice(MINUTES * place, MINUTES * (place + 1))
        lat[rows, minutes], lon[rows, minutes] = scene.lat, scene.lon
    return Scene(scenes[0].start, identifiers, lat, lon)


class Hours:
    """Hours of ephemeris, asked for once and held in memory for some minutes.

    Parameters
    ----------
    ask
        Returns the hour that begins at a time, in its own time.
    clock
        Seconds that grow.
    """

    def __init__(
        self, ask: Callable[[datetime], Hour], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._question: LongQuestion[datetime, Hour] = LongQuestion(ask)
        self._clock = clock
        self._kept: OrderedDict[datetime, tuple[float, Hour]] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, starts: Sequence[datetime], wait_s: float) -> list[Hour]:
        """Return those of the hours that are there within `wait_s` seconds: look again for the others.

        Raises
        ------
        AuroraXError
            If one cannot be had.
        """
        until = self._clock() + wait_s
        found = {start: hour for start in starts if (hour := self._held(start))}
        missing = [start for start in starts if start not in found]
        for patience in (False, True):  # all are asked for before any is waited for
            for start in missing:
                if start in found:
                    continue
                left = max(0.0, until - self._clock()) if patience else 0.0
                hour = self._question.look(start, left)
                if hour is not None:
                    found[start] = hour
                    self._hold(hour)
        return [found[start] for start in starts if start in found]

    def _held(self, start: datetime) -> Hour | None:
        with self._lock:
            since, hour = self._kept.get(start, (0.0, None))
        return hour if hour is not None and self._clock() - since < _KEPT_S else None

    def _hold(self, hour: Hour) -> None:
        with self._lock:
            self._kept[hour.start] = (self._clock(), hour)
            self._kept.move_to_end(hour.start)
            while len(self._kept) > _KEPT_HOURS:
                self._kept.popitem(last=False)


def distance_km(scene: Scene, one: int, other: int) -> pd.Series[float]:
    """Return the great-circle distance of two sources minute by minute, NaN where one is nowhere."""
    return pd.Series(great_circle_km(*scene.track(one), *scene.track(other)), index=scene.times)


def meetings(scene: Scene, moving: Sequence[int], below_km: float) -> pd.DataFrame:
    """Return which pairs come closer than a distance, the closest first; one of each pair moves.

    Parameters
    ----------
    moving
        Identifiers of the sources that move.

    Returns
    -------
    DataFrame
        ``one, other`` (identifiers; the one that stands first, else the smaller), ``closest`` (the
        minute of closest approach), ``min_km``, ``first, last`` (of the unbroken minutes around it that
        are below the distance), ``minutes`` (how many of all are).
    """
    where = scene.directions()
    mobile = np.isin(scene.identifiers, list(moving))
    rows: list[tuple[object, ...]] = []
    limit = 2 * np.sin(min(below_km / EARTH_RADIUS_KM, np.pi) / 2)
    for row in np.flatnonzero(mobile):
        others = np.flatnonzero(~mobile | (np.arange(len(mobile)) > row))
        chord = np.linalg.norm(where[others] - where[row], axis=-1)
        below = chord < limit  # false where one is nowhere
        for place in np.flatnonzero(below.any(axis=1)):
            other = others[place]
            pair = (row, other) if mobile[other] else (other, row)
            rows.append((*pair, *_meeting(chord[place], below[place])))
    table = np.array(rows, dtype=float).reshape(-1, 7)
    one, other, closest, first, last, minutes = table[:, [0, 1, 2, 4, 5, 6]].astype(int).T
    found = pd.DataFrame(
        {
            "one": scene.identifiers[one],
            "other": scene.identifiers[other],
            "closest": scene.times[closest],
            "min_km": table[:, 3],
            "first": scene.times[first],
            "last": scene.times[last],
            "minutes": minutes,
        }
    )
    return found.sort_values(["min_km", "one", "other"], ignore_index=True)


def _meeting(chord: FloatArray, below: NDArray[np.bool_]) -> tuple[int, float, int, int, int]:
    """Return minute and km of closest approach, the ends of the stretch around it, and the count."""
    closest = int(np.nanargmin(chord))
    outside = np.flatnonzero(~below)
    first = int(outside[outside < closest].max(initial=-1)) + 1
    last = int(outside[outside > closest].min(initial=len(below))) - 1
    kilometres = 2 * EARTH_RADIUS_KM * float(np.arcsin(min(chord[closest] / 2, 1.0)))
    return closest, kilometres, first, last, int(below.sum())

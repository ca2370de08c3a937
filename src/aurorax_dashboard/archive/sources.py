"""The data sources an archive has, found by the criteria of a query.

Custom locations are sources too, as on the platform: hidden ones with negative identifiers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

import msgspec
import numpy as np

from aurorax_dashboard.api.models import DataSource, DataSourceStats, Location, RecordFormat
from aurorax_dashboard.archive.errors import NotFoundError
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, Holdings, time_of
from aurorax_dashboard.times import naive_utc

GROUND = frozenset({"ground"})
SPACE = frozenset({"leo", "heo", "lunar"})
EVENTS = frozenset({"event_list"})

_BASIC = ("identifier", "program", "platform", "instrument_type", "source_type", "display_name")
_FIELDS: dict[RecordFormat, tuple[str, ...]] = {
    "identifier_only": ("identifier",),
    "basic_info": _BASIC,
    "with_metadata": (*_BASIC, "metadata"),
    "full_record": tuple(
        field.name for field in msgspec.structs.fields(DataSource) if field.name != "stats"
    ),
}


class Criteria(Protocol):
    """What the criteria of all searches have in common. An empty or null list means any."""

    @property
    def programs(self) -> list[str] | None:
        """Such as ``themis-asi``."""

    @property
    def platforms(self) -> list[str] | None:
        """Such as ``gillam``."""

    @property
    def instrument_types(self) -> list[str] | None:
        """Such as ``panchromatic ASI``."""


class Locations(Protocol):
    """Where custom locations get their identifiers, and keep them."""

    def locations(self) -> dict[int, Location]:
        """Return every custom location that was searched for, by its negative identifier."""

    def identify_location(self, location: Location) -> int:
        """Return the identifier of `location`, a new one if it has none."""


def in_format(source: DataSource, record_format: RecordFormat) -> DataSource:
    """Return only those fields of a full record that `record_format` has."""
    return DataSource(**{name: getattr(source, name) for name in _FIELDS[record_format]})


def fits(source: DataSource, criteria: Criteria) -> bool:
    """Return whether `source` has one of the programs, of the platforms and of the instrument types.

    Names must be equal in every letter; a name that nothing has is no mistake, it finds nothing.
    """
    return (
        (not criteria.programs or source.program in criteria.programs)
        and (not criteria.platforms or source.platform in criteria.platforms)
        and (not criteria.instrument_types or source.instrument_type in criteria.instrument_types)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What the sources of a list have in common; None means any."""

    program: str | None = None
    platform: str | None = None
    instrument_type: str | None = None
    source_type: str | None = None
    owner: str | None = None


def having(sources: Iterable[DataSource], attributes: Attributes) -> list[DataSource]:
    """Return those of `sources` that have all `attributes`."""
    given = {name: value for name, value in asdict(attributes).items() if value is not None}
    return [
        source
        for source in sources
        if all(getattr(source, name) == value for name, value in given.items())
    ]


def location_source(identifier: int, location: Location) -> DataSource:
    """Return the data source that stands for a custom location."""
    place = f"{location.lat:g}, {location.lon:g}"
    return DataSource(
        identifier=identifier,
        program="adhoc",
        platform=place,
        instrument_type="adhoc",
        source_type="not_applicable",
        display_name=f"Location {place}",
        ephemeris_metadata_schema=[],
        data_product_metadata_schema=[],
        maintainers=[],
        metadata={},
    )


class Sources:
    """Every data source of the archive."""

    def __init__(self, holdings: Holdings, locations: Locations) -> None:
        self._holdings = holdings
        self._locations = locations
        self._held = {int(source.identifier or 0): source for source in holdings.sources()}
        self._stats: dict[int, DataSourceStats] = {}
        self._counting = threading.Lock()

    def held(self) -> Sequence[DataSource]:
        """Return the sources that have ephemeris, as full records."""
        return list(self._held.values())

    def everything(self) -> Sequence[DataSource]:
        """Return all sources, custom locations last, as full records."""
        locations = self._locations.locations()
        return [*self._held.values(), *(location_source(n, place) for n, place in locations.items())]

    def get(self, identifier: int) -> DataSource:
        """Return the full record of a source.

        Raises
        ------
        NotFoundError
            If there is none with this identifier.
        """
        if source := self._held.get(identifier):
            return source
        if location := self._locations.locations().get(identifier):
            return location_source(identifier, location)
        raise NotFoundError(f"There was no data source record found with identifier {identifier}.")

    def matching(
        self, criteria: Criteria, source_types: Iterable[str] | None = None
    ) -> list[DataSource]:
        """Return the held sources that fit `criteria` and are one of `source_types` (None: any)."""
        types = None if source_types is None else set(source_types)
        return [
            source
            for source in self._held.values()
            if (types is None or source.source_type in types) and fits(source, criteria)
        ]

    def at_locations(self, locations: Iterable[Location]) -> list[DataSource]:
        """Return the sources that stand for `locations`, each once."""
        identified = {self._locations.identify_location(place): place for place in locations}
        return [location_source(identifier, place) for identifier, place in identified.items()]

    def location(self, source: DataSource) -> Location | None:
        """Return where a custom location is, None for any other source."""
        identifier = int(source.identifier or 0)
        return self._locations.locations().get(identifier) if identifier < 0 else None

    def stats(self, source: DataSource) -> DataSourceStats:
        """Return how many records `source` has, and its first and last times; counted once."""
        identifier = int(source.identifier or 0)
        if identifier not in self._held:
            return DataSourceStats(ephemeris_count=0, data_product_count=0)
        with self._counting:
            if identifier not in self._stats:
                self._stats[identifier] = self._count(identifier)
            return self._stats[identifier]

    def _count(self, identifier: int) -> DataSourceStats:
        first, stop = self._holdings.life(identifier)
        first_day, last_day = first // MINUTES_PER_DAY, (stop - 1) // MINUTES_PER_DAY
        per_day = self._holdings.minutes_per_day(identifier, first_day, last_day)
        days = np.flatnonzero(per_day)
        stats = DataSourceStats(ephemeris_count=int(per_day.sum()), data_product_count=0)
        if days.size:
            stats.earliest_ephemeris_loaded = self._edge(identifier, first_day + int(days[0]), 0)
            stats.latest_ephemeris_loaded = self._edge(identifier, first_day + int(days[-1]), -1)
        return stats

    def _edge(self, identifier: int, day: int, which: int) -> datetime:
        """Return the time of the first (0) or last (−1) record of a day that has some."""
        start = day * MINUTES_PER_DAY
        track = self._holdings.track(identifier, start, start + MINUTES_PER_DAY)
        return naive_utc(time_of(start + int(np.flatnonzero(track.present)[which])))

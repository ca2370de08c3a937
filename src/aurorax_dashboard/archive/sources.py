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
from aurorax_dashboard.archive.errors import ConflictError, DuplicateError, NotFoundError
from aurorax_dashboard.archive.products import ProductHoldings
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
        """Return the custom locations that were new last, by their negative identifiers."""

    def location(self, identifier: int) -> Location | None:
        """Return one custom location, None if there is none with this identifier."""

    def identify_location(self, location: Location) -> int:
        """Return the identifier of `location`, a new one if it has none."""


class Records(Protocol):
    """Where records of sources are kept that were added or changed."""

    def version(self) -> int:
        """Return a number that grows whenever a record is added, changed or removed."""

    def is_stored(self, identifier: int) -> bool:
        """Return whether this source was added, rather than simulated."""

    def add(self, record: DataSource) -> DataSource:
        """Keep a new source and return its record, with an identifier if it had none."""

    def replace(self, identifier: int, record: DataSource) -> None:
        """Keep another record of a source, be it stored or simulated."""

    def remove(self, identifier: int) -> None:
        """Remove a stored source that has no data."""

    def former(self, identifier: int) -> DataSource | None:
        """Return the record of a source that was removed."""


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
    """Every data source of the archive. Safe to use from many threads.

    Parameters
    ----------
    holdings
        What has ephemeris; its list of sources is read again when `records` have changed.
    products
        Data products of the same sources.
    locations
        Custom locations.
    records
        What was added and changed, by this process or another.
    """

    def __init__(
        self,
        holdings: Holdings,
        products: ProductHoldings,
        locations: Locations,
        records: Records,
    ) -> None:
        self._holdings = holdings
        self._products = products
        self._locations = locations
        self._records = records
        self._changing = threading.Lock()
        self._known: tuple[int, dict[int, DataSource]] = (-1, {})
        self._stats: dict[int, DataSourceStats] = {}
        self._counting = threading.Lock()

    def _held(self) -> dict[int, DataSource]:
        """Return the sources by identifier, as they are now. Not to be changed."""
        # The version is read first: what changes meanwhile is read again the next time.
        version = self._records.version()
        read, held = self._known
        if read != version:
            held = {int(source.identifier or 0): source for source in self._holdings.sources()}
            self._known = version, held
        return held

    def held(self) -> Sequence[DataSource]:
        """Return the sources that have ephemeris, as full records."""
        return list(self._held().values())

    def everything(self) -> Sequence[DataSource]:
        """Return all sources, then the newest custom locations, as full records."""
        locations = self._locations.locations()
        return [*self.held(), *(location_source(n, place) for n, place in locations.items())]

    def get(self, identifier: int) -> DataSource:
        """Return the full record of a source.

        Raises
        ------
        NotFoundError
            If there is none with this identifier.
        """
        if source := self._held().get(identifier):
            return source
        if identifier < 0 and (location := self._locations.location(identifier)):
            return location_source(identifier, location)
        raise NotFoundError(f"There was no data source record found with identifier {identifier}.")

    def recall(self, identifier: int) -> DataSource:
        """Return the full record of a source, as it last was if it is gone: results outlive sources."""
        try:
            return self.get(identifier)
        except NotFoundError:
            return self._records.former(identifier) or DataSource(identifier=identifier)

    # ---- adding, changing, removing ------------------------------------------------------------

    def add(self, record: DataSource) -> DataSource:
        """Add a source and return its full record, with an identifier if `record` has none.

        Raises
        ------
        ConflictError
            If there is a source of the same identifier, or of the same program, platform and
            instrument type.
        """
        with self._changing:
            held = self._held()
            if record.identifier in held:
                raise DuplicateError(
                    f"There is already a data source record with identifier {record.identifier}."
                )
            self._refuse_same_name(record)
            return self._records.add(record)

    def replace(self, identifier: int, record: DataSource) -> DataSource:
        """Give a source another record and return it. Its identifier stays.

        Of a simulated source the record alone changes: its data stay as they are.

        Raises
        ------
        NotFoundError
            If there is no source with this identifier.
        ConflictError
            If it is a custom location, or another source has the same program, platform and
            instrument type.
        """
        record = msgspec.structs.replace(record, identifier=identifier, stats=None)
        with self._changing:
            self.get(identifier)
            if identifier < 0:
                raise ConflictError("A custom location cannot be changed.")
            self._refuse_same_name(record)
            self._records.replace(identifier, record)
        return record

    def delete(self, identifier: int) -> None:
        """Remove a source.

        Raises
        ------
        NotFoundError
            If there is no source with this identifier.
        ConflictError
            If it still has data; simulated sources and custom locations always do.
        """
        with self._changing:
            self.get(identifier)
            if not self._records.is_stored(identifier):
                raise ConflictError("This data source is simulated: it still has ephemeris.")
            self._records.remove(identifier)

    def require_stored(self, identifier: int) -> DataSource:
        """Return the record of a source that records may be added to and deleted from.

        Raises
        ------
        NotFoundError
            If there is no source with this identifier.
        ConflictError
            If it is simulated.
        """
        source = self.get(identifier)
        if not self._records.is_stored(identifier):
            raise ConflictError(
                "This data source is simulated, and simulated data are never mixed with others. "
                "Add a data source of your own."
            )
        return source

    def _refuse_same_name(self, record: DataSource) -> None:
        name = _name(record)
        for other in self._held().values():
            if other.identifier != record.identifier and _name(other) == name:
                raise DuplicateError(
                    "There is already a data source record with this program, platform and "
                    f"instrument type; its identifier is {other.identifier}."
                )

    # ---- finding -------------------------------------------------------------------------------

    def matching(
        self, criteria: Criteria, source_types: Iterable[str] | None = None
    ) -> list[DataSource]:
        """Return the held sources that fit `criteria` and are one of `source_types` (None: any)."""
        types = None if source_types is None else set(source_types)
        return [
            source
            for source in self._held().values()
            if (types is None or source.source_type in types) and fits(source, criteria)
        ]

    def at_locations(self, locations: Iterable[Location]) -> list[DataSource]:
        """Return the sources that stand for `locations`, each once."""
        identified = {self._locations.identify_location(place): place for place in locations}
        return [location_source(identifier, place) for identifier, place in identified.items()]

    def location(self, source: DataSource) -> Location | None:
        """Return where a custom location is, None for any other source."""
        identifier = int(source.identifier or 0)
        return self._locations.location(identifier) if identifier < 0 else None

    def stats(self, source: DataSource) -> DataSourceStats:
        """Return how many records `source` has, and its first and last times.

        What is simulated never changes and is counted once.
        """
        identifier = int(source.identifier or 0)
        if identifier not in self._held():
            return DataSourceStats(ephemeris_count=0, data_product_count=0)
        if self._records.is_stored(identifier):
            return self._count(identifier)
        with self._counting:
            if identifier not in self._stats:
                self._stats[identifier] = self._count(identifier)
            return self._stats[identifier]

    def _count(self, identifier: int) -> DataSourceStats:
        first, stop = self._holdings.life(identifier)
        first_day, last_day = first // MINUTES_PER_DAY, (stop - 1) // MINUTES_PER_DAY
        per_day = self._holdings.minutes_per_day(identifier, first_day, last_day)
        days = np.flatnonzero(per_day)
        products, first_product, last_product = self._products.product_span(identifier)
        stats = DataSourceStats(
            ephemeris_count=int(per_day.sum()),
            data_product_count=products,
            earliest_data_product_loaded=first_product,
            latest_data_product_loaded=last_product,
        )
        if days.size:
            stats.earliest_ephemeris_loaded = self._edge(identifier, first_day + int(days[0]), 0)
            stats.latest_ephemeris_loaded = self._edge(identifier, first_day + int(days[-1]), -1)
        return stats

    def _edge(self, identifier: int, day: int, which: int) -> datetime | None:
        """Return the time of the first (0) or last (−1) record of a day; None if it has just lost them."""
        start = day * MINUTES_PER_DAY
        present = self._holdings.present(identifier, start, start + MINUTES_PER_DAY)
        minutes = np.flatnonzero(present)
        return naive_utc(time_of(start + int(minutes[which]))) if minutes.size else None


def _name(source: DataSource) -> tuple[str | None, str | None, str | None]:
    return source.program, source.platform, source.instrument_type

"""Ephemeris of all sources, be they simulated or stored, behind one interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.library import Library
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.products import Origin
from aurorax_dashboard.archive.tracks import BoolArray, Holdings, MinuteArray, Records, Track


class CombinedHoldings:
    """Implements :class:`~aurorax_dashboard.archive.tracks.Holdings`.

    A source is simulated or stored, never both: a stored one takes the place of the simulated one of the
    same identifier, and its name is not simulated either.
    """

    def __init__(self, simulated: Holdings, library: Library) -> None:
        self._simulated = simulated
        self._stored = library.ephemeris
        self._records = library.records
        self._simulated_identifiers = frozenset(source.identifier for source in simulated.sources())

    def origin(self, identifier: int) -> Origin:
        """Return whether a source is simulated; what is not known counts as stored, without data."""
        if identifier not in self._simulated_identifiers or self._records.is_stored(identifier):
            return "stored"
        return "simulated"

    def sources(self) -> Sequence[DataSource]:
        """Return every source as a full record, by identifier."""
        stored, changed = self._records.all("stored"), self._records.all("changed")
        simulated = {int(source.identifier or 0): source for source in self._simulated.sources()}
        taken = {_name(source) for source in stored.values()}
        free = {n: source for n, source in simulated.items() if _name(source) not in taken}
        together = {**free, **changed, **stored}
        return [together[identifier] for identifier in sorted(together)]

    def life(self, identifier: int) -> Life:
        """Return the first minute and the minute after the last that this source can have."""
        return self._of(identifier).life(identifier)

    def track(self, identifier: int, start: int, stop: int) -> Track:
        """Return the positions at minutes ``start ≤ m < stop``."""
        return self._of(identifier).track(identifier, start, stop)

    def records(self, identifier: int, minutes: MinuteArray) -> Records:
        """Return whole records at `minutes` (sorted); of minutes without a record there is none."""
        return self._of(identifier).records(identifier, minutes)

    def metadata(
        self, identifier: int, minutes: MinuteArray, fields: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Return only these metadata `fields` at `minutes` (sorted), cheaper than whole records."""
        return self._of(identifier).metadata(identifier, minutes, fields)

    def present(self, identifier: int, start: int, stop: int) -> BoolArray:
        """Return whether there is a record at minutes ``start ≤ m < stop``, cheaper than a track."""
        return self._of(identifier).present(identifier, start, stop)

    def minutes_per_day(self, identifier: int, first_day: int, last_day: int) -> NDArray[np.int32]:
        """Return records a day for days since 1970-01-01, both ends included."""
        return self._of(identifier).minutes_per_day(identifier, first_day, last_day)

    def _of(self, identifier: int) -> Holdings:
        return self._stored if self.origin(identifier) == "stored" else self._simulated


def _name(source: DataSource) -> tuple[str | None, str | None, str | None]:
    return source.program, source.platform, source.instrument_type

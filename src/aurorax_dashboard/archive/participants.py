"""Who may take part in a conjunction search, where, and when: whole tracks for the engine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import (
    ConjunctionType,
    DataSource,
    Hemisphere,
    Location,
    MetadataFilters,
    SpaceCriteria,
    filters_of,
)
from aurorax_dashboard.archive.blocks import Block as Criteria
from aurorax_dashboard.archive.conjunctions import Block, Conjunctions, Participant
from aurorax_dashboard.archive.errors import SearchFailedError
from aurorax_dashboard.archive.filters import fields_of, passes
from aurorax_dashboard.archive.periods import calendar_months
from aurorax_dashboard.archive.tracks import (
    BoolArray,
    FloatArray,
    Holdings,
    Track,
    unit_vectors,
)

_T = TypeVar("_T", bound=np.generic)

_NOWHERE: FloatArray = np.full((3, 1), np.nan, dtype=np.float32)
"""Stands for the positions that a search does not compare."""


class TrackSpace:
    """Room for the tracks of one search: memory, and beyond that a temporary file.

    Parameters
    ----------
    in_memory
        Bytes of memory.
    in_all
        Bytes altogether.
    """

    def __init__(self, in_memory: int, in_all: int) -> None:
        self._memory = in_memory
        self._left = in_all

    def zeros(self, shape: tuple[int, ...], kind: type[_T]) -> NDArray[_T]:
        """Return an array of zeros.

        Raises
        ------
        SearchFailedError
            If there is no room for it.
        """
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        self._left -= size
        if self._left < 0:
            raise SearchFailedError(
                "The tracks of these sources over this period are too large. "
                "Search a shorter period or fewer sources."
            )
        if size <= self._memory:
            self._memory -= size
            return np.zeros(shape, kind)
        with tempfile.TemporaryFile(prefix="aurorax-tracks-") as file:
            return np.memmap(file, dtype=kind, mode="w+", shape=shape)


@dataclass(frozen=True, slots=True)
class Window:
    """What a conjunction search compares: positions of a kind at minutes ``first ≤ m < stop``."""

    kind: ConjunctionType
    first: int
    stop: int

    @property
    def minutes(self) -> int:
        """How many minutes there are."""
        return self.stop - self.first

    def track(self, positions: FloatArray, allowed: BoolArray) -> Track:
        """Return a track of this window that has only the positions that are compared."""
        places = {
            "geographic": _NOWHERE,
            "nbtrace": _NOWHERE,
            "sbtrace": _NOWHERE,
            self.kind: positions,
        }
        return Track(self.first, allowed, **places)


def fixed_participant(identifier: int, location: Location, window: Window) -> Participant:
    """Return a custom location, which is there all the time.

    It is compared as it stands with whichever position the search compares, a footprint in either
    hemisphere included.
    """
    lat, lon = np.array([location.lat], dtype=np.float64), np.array([location.lon], dtype=np.float64)
    allowed: BoolArray = np.broadcast_to(np.True_, (window.minutes,))  # takes no memory of its own
    positions = unit_vectors(lat, lon).astype(np.float32)
    return Participant(identifier, window.track(positions, allowed), allowed)


def held_participant(
    source: DataSource,
    criteria: Criteria,
    window: Window,
    holdings: Holdings,
    *,
    space: TrackSpace,
    check: Callable[[float], None],
) -> Participant:
    """Return a source with its whole track, allowed where it has records in the wanted hemisphere.

    Parameters
    ----------
    check
        Told about progress (0…1) month by month.
    """
    identifier = int(source.identifier or 0)
    hemispheres = criteria.hemisphere if isinstance(criteria, SpaceCriteria) else []
    born, gone = holdings.life(identifier)
    allowed = space.zeros((window.minutes,), np.bool_)
    still: FloatArray | None = None
    moving: FloatArray | None = None
    for start, stop in calendar_months(max(window.first, born), min(window.stop, gone)):
        check((start - window.first) / window.minutes)
        piece = holdings.track(identifier, start, stop)
        at = slice(start - window.first, stop - window.first)
        allowed[at] = piece.present & _in_hemispheres(piece.geographic, hemispheres)
        positions = piece.position(window.kind)
        unmoved = still is None or np.array_equal(still, positions, equal_nan=True)
        if moving is None and positions.shape[1] == 1 and unmoved:
            still = positions
            continue
        if moving is None:
            moving = space.zeros((3, window.minutes), np.float32)
            if still is not None:
                moving[:, : at.start] = still
        moving[:, at] = positions
    positions = moving if moving is not None else still if still is not None else _NOWHERE
    return Participant(identifier, window.track(positions, allowed), allowed)


def _in_hemispheres(geographic: FloatArray, hemispheres: Sequence[Hemisphere]) -> BoolArray:
    """Return ``[n]`` or ``[1]``: where the geographic latitude is in one of `hemispheres`."""
    if len(set(hemispheres)) != 1:
        return np.ones(1, dtype=np.bool_)
    north: BoolArray = geographic[2] >= 0
    south: BoolArray = geographic[2] < 0  # a record without a position is in neither
    return north if hemispheres[0] == "northern" else south


def passing_filters(
    block: Block,
    filters: MetadataFilters,
    column: int,
    found: Conjunctions,
    *,
    holdings: Holdings,
    fields: Callable[[int], set[str]],
    check: Callable[[float], None],
) -> Block:
    """Return `block` with its sources allowed only where they passed `filters` and were found.

    Metadata are looked up only where positions match already, which is a small share of all
    records: with filters there is never a conjunction where there is none without.

    Parameters
    ----------
    column
        Index of the block.
    found
        Conjunctions of the same search without filters.
    fields
        Metadata fields that records of a source may have.
    """
    participants = []
    for number, participant in enumerate(block.participants):
        check(number / len(block.participants))
        track = participant.track
        rows = found.participants[:, column] == participant.identifier
        near = _covered(found.start[rows], found.end[rows], track.start, len(participant.allowed))
        at = np.flatnonzero(near & participant.allowed)
        known = [field for field in fields_of(filters) if field in fields(participant.identifier)]
        minutes = (track.start + at).astype(np.int64)
        columns = holdings.metadata(participant.identifier, minutes, known) if at.size and known else {}
        allowed = np.zeros(len(participant.allowed), dtype=np.bool_)
        allowed[at[passes(filters, columns, len(at))]] = True
        participants.append(Participant(participant.identifier, track, allowed))
    return Block(block.name, participants)


def _covered(start_s: NDArray[np.int64], end_s: NDArray[np.int64], first: int, n: int) -> BoolArray:
    """Return which of `n` minutes from `first` lie in any of the intervals (seconds, ends included).

    An end between two minutes covers both.
    """
    steps = np.zeros(n + 1, dtype=np.int64)
    np.add.at(steps, start_s // 60 - first, 1)
    np.add.at(steps, np.minimum(-(-end_s // 60) - first + 1, n), -1)
    covered: BoolArray = np.cumsum(steps[:-1]) > 0
    return covered


def filters_on(criteria: Criteria) -> MetadataFilters:
    """Return the metadata filters of a block; custom locations have none."""
    return filters_of(getattr(criteria, "ephemeris_metadata_filters", None))

"""Conjunction searches: a query's blocks become tracks, the engine compares them, records come out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import (
    Conjunction,
    ConjunctionEvent,
    ConjunctionQuery,
    ConjunctionType,
    DataSource,
)
from aurorax_dashboard.archive.blocks import Block as Criteria
from aurorax_dashboard.archive.blocks import criteria_blocks, sources_of
from aurorax_dashboard.archive.checks import pair_limits
from aurorax_dashboard.archive.conjunctions import (
    Block,
    Conjunctions,
    NoLimitError,
    TooManyConjunctionsError,
    TooManyMatchesError,
    find_conjunctions,
)
from aurorax_dashboard.archive.describe import describe_conjunctions
from aurorax_dashboard.archive.errors import SearchFailedError
from aurorax_dashboard.archive.participants import (
    TrackSpace,
    Window,
    filters_on,
    fixed_participant,
    held_participant,
    passing_filters,
)
from aurorax_dashboard.archive.periods import Life, clipped_period
from aurorax_dashboard.archive.runs import Run
from aurorax_dashboard.archive.settings import ArchiveSettings
from aurorax_dashboard.archive.sources import Sources
from aurorax_dashboard.archive.tracks import Holdings

ALL_TYPES: Sequence[ConjunctionType] = ("nbtrace", "sbtrace", "geographic")

_BATCH = 5_000
_DECIMALS = 3
"""Of kilometres: float32 positions carry no more than a metre."""
_COMBINATIONS_LOGGED = 30


@dataclass(frozen=True, slots=True)
class _Side:
    """One block of the query and the sources it stands for."""

    name: str
    criteria: Criteria
    chosen: Sequence[DataSource]


def search_conjunctions(
    query: ConjunctionQuery, sources: Sources, holdings: Holdings, run: Run, settings: ArchiveSettings
) -> Iterator[list[Conjunction]]:
    """Yield the conjunctions that `query` asks for, with sources by identifier.

    Parameters
    ----------
    query
        A checked query. An empty list of types means all of them.
    run
        Told about progress; what it raises ends the search.

    Raises
    ------
    SearchFailedError
        If no pair of blocks has a limit, or there is too much to compare or to tell.
    """
    run.log(f"Starting conjunction search for query {run.request_id}")
    limits = pair_limits(query)
    sides = [
        _Side(name, criteria, sources_of(criteria, sources))
        for name, criteria in criteria_blocks(query)
    ]
    for side in sides:
        if not side.chosen:
            run.log(f"No data source fits the criteria of {side.name}")
    types = list(dict.fromkeys(query.conjunction_types)) or list(ALL_TYPES)
    for number, kind in enumerate(types):
        run.log(f"Start search for {kind} conjunctions using query: {describe_conjunctions(query)}")
        part = run.part(number / len(types), (number + 1) / len(types))
        search = _Search(query, kind, sides, limits, sources, holdings, settings, run.max_records)
        try:
            found = search.found(run.log, part)
        except TooManyConjunctionsError:
            raise run.too_many_records() from None
        except (NoLimitError, TooManyMatchesError) as error:
            raise SearchFailedError(str(error)) from None
        _log_findings(found, run.log)
        run.log("Saving results")
        yield from _batches(found, kind)


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for conjunctions of one type."""

    query: ConjunctionQuery
    kind: ConjunctionType
    sides: Sequence[_Side]
    limits: Mapping[tuple[str, str], float | None]
    sources: Sources
    holdings: Holdings
    settings: ArchiveSettings
    most: int
    """How many conjunctions there may be."""

    def found(self, log: Callable[[str], None], check: Callable[[float], None]) -> Conjunctions:
        """Load the tracks and compare them; with metadata filters, twice."""
        window = self._window()
        blocks = self._blocks(window, log, _part(check, 0.0, 0.6))
        filtered = [
            (column, filters_on(side.criteria))
            for column, side in enumerate(self.sides)
            if filters_on(side.criteria).expressions
        ]
        if not filtered:
            return self._compared(blocks, window, _part(check, 0.6, 1.0), self.most)
        found = self._compared(blocks, window, _part(check, 0.6, 0.75), sys.maxsize)
        log(f"Found {found.single_epoch_events} single epoch events before metadata filters")
        for column, filters in filtered:
            blocks[column] = passing_filters(
                blocks[column],
                filters,
                column,
                found,
                holdings=self.holdings,
                fields=self._fields,
                check=_part(check, 0.75, 0.85),
            )
        return self._compared(blocks, window, _part(check, 0.85, 1.0), self.most)

    def _compared(
        self, blocks: Sequence[Block], window: Window, check: Callable[[float], None], most: int
    ) -> Conjunctions:
        return find_conjunctions(
            blocks,
            self.limits,
            self.kind,
            window.first,
            self.query.epoch_search_precision,
            check=check,
            max_conjunctions=most,
        )

    def _window(self) -> Window:
        """Return the minutes at which every block has a source that lives."""
        lives = [life for side in self.sides if (life := self._life(side))]
        first, stop = clipped_period(self.query.start, self.query.end, lives)
        for born, gone in lives:
            first, stop = max(first, born), min(stop, gone)
        return Window(self.kind, first, max(first, stop))

    def _life(self, side: _Side) -> Life | None:
        """Return from when to when any source of a block lives; None for custom locations."""
        held = [
            int(source.identifier or 0) for source in side.chosen if not self.sources.location(source)
        ]
        lives = [self.holdings.life(identifier) for identifier in held]
        return (min(life[0] for life in lives), max(life[1] for life in lives)) if lives else None

    def _blocks(
        self, window: Window, log: Callable[[str], None], check: Callable[[float], None]
    ) -> list[Block]:
        """Return the blocks with whole tracks."""
        space = TrackSpace(self.settings.track_bytes, self.settings.track_file_bytes)
        total = sum(len(side.chosen) for side in self.sides)
        log(f"Querying the database {total} times, for {window.minutes} minutes each")
        names = ", ".join(side.name for side in self.sides)
        log(f"Querying database for criteria combination [{names}]")
        blocks, loaded = [], 0
        for side in self.sides:
            participants = []
            for source in side.chosen:
                progress = _part(check, loaded / total, (loaded + 1) / total)
                progress(0.0)
                if location := self.sources.location(source):
                    participants.append(
                        fixed_participant(int(source.identifier or 0), location, window)
                    )
                else:
                    participants.append(
                        held_participant(
                            source, side.criteria, window, self.holdings, space=space, check=progress
                        )
                    )
                loaded += 1
            blocks.append(Block(side.name, participants))
        return blocks

    def _fields(self, identifier: int) -> set[str]:
        schema = self.sources.get(identifier).ephemeris_metadata_schema or []
        return {field.field_name for field in schema}


def _part(check: Callable[[float], None], low: float, high: float) -> Callable[[float], None]:
    """Return a `check` for a part of the work."""
    return lambda progress: check(low + (high - low) * progress)


def _log_findings(found: Conjunctions, log: Callable[[str], None]) -> None:
    log(f"Found {found.single_epoch_events} single epoch events")
    intervals = sum(found.pair_intervals(pair) for pair in range(len(found.pairs)))
    log(f"Reduced single events into {intervals} continuous intervals")
    combinations = found.combinations.tolist()
    named = ", ".join(str(combination) for combination in combinations[:_COMBINATIONS_LOGGED])
    more = len(combinations) - _COMBINATIONS_LOGGED
    ending = f", and {more} more" if more > 0 else ""
    log(f"Searching for super events across all data source combinations: [{named}{ending}]")
    log(f"Found {len(found)} super events")


def _batches(found: Conjunctions, kind: ConjunctionType) -> Iterator[list[Conjunction]]:
    """Yield conjunctions as records."""
    for first in range(0, len(found), _BATCH):
        yield _records(found, slice(first, first + _BATCH), kind)


def _records(found: Conjunctions, rows: slice, kind: ConjunctionType) -> list[Conjunction]:
    """Return the conjunctions of some `rows` with one event for each limited pair."""
    pair_least, pair_greatest = (
        _kilometres(found.pair_min_km[rows]),
        _kilometres(found.pair_max_km[rows]),
    )
    columns = zip(
        found.participants[rows].tolist(),
        _times(found.start[rows]),
        _times(found.end[rows]),
        _times(found.closest[rows]),
        _times(found.farthest[rows]),
        _kilometres(found.min_km[rows]),
        _kilometres(found.max_km[rows]),
        strict=True,
    )
    known = {each: DataSource(identifier=each) for each in np.unique(found.participants[rows]).tolist()}
    records = []
    for number, (identifiers, start, end, closest, farthest, least, greatest) in enumerate(columns):
        participants = [known[identifier] for identifier in identifiers]
        events = [
            ConjunctionEvent(
                conjunction_type=kind,
                e1_source=participants[one],
                e2_source=participants[other],
                start=start,
                end=end,
                min_distance=pair_least[number][pair],
                max_distance=pair_greatest[number][pair],
            )
            for pair, (one, other) in enumerate(found.pairs)
        ]
        records.append(
            Conjunction(
                conjunction_type=kind,
                start=start,
                end=end,
                data_sources=participants,
                min_distance=least,
                max_distance=greatest,
                closest_epoch=closest,
                farthest_epoch=farthest,
                events=events,
            )
        )
    return records


def _times(seconds: NDArray[np.int64]) -> list[datetime]:
    """Return naive UTC times of seconds since 1970-01-01T00:00."""
    times: list[datetime] = seconds.astype("datetime64[s]").tolist()
    return times


def _kilometres(distances: NDArray[np.float64]) -> list[Any]:
    """Return distances ``[m]`` or ``[m, p]`` as (lists of) numbers, rounded to metres."""
    rounded: list[Any] = np.round(distances, _DECIMALS).tolist()
    return rounded

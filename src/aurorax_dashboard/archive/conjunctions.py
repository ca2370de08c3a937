"""The search engine: positions in, conjunctions out. It knows no HTTP.

A conjunction is a maximal run of consecutive epochs at which one source of every block is, pair by
pair, within the limit of its pair of blocks.

- Epochs are 60 s apart, or 30 s with an interpolated one between two minutes. An interpolated epoch
  lies in the middle of the great circle arc, and exists only where both minutes are allowed.
- Sources of one block are alternatives: each combination of sources has its own conjunctions. A
  combination with the same source twice is none.
- Distances are great circles on a sphere of :data:`EARTH_RADIUS_KM`. Limits are inclusive, and none is
  less than :data:`COLOCATED_KM`. A source without position (NaN) is within no limit.
- A pair of blocks without limit asks only that both sources be allowed at the same time. A block
  without any limit thus multiplies the matches by its sources; `max_matches` is the guard.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import ConjunctionType
from aurorax_dashboard.archive.engine.matches import Matcher
from aurorax_dashboard.archive.engine.plan import BlockPair, plan_search
from aurorax_dashboard.archive.engine.positions import IndexArray, Positions
from aurorax_dashboard.archive.engine.runs import Runs
from aurorax_dashboard.archive.engine.scan import batched, scan
from aurorax_dashboard.archive.tracks import BoolArray, Track

COLOCATED_KM = 0.01
"""Sources this close are at one place, so that a limit of 0 means that.

Float32 unit vectors of one place computed in two ways differ by less than a metre; no two
instruments with separate coordinates are meant to be apart by less than this.
"""

DEFAULT_WINDOW = 16_384
"""Epochs read at a time: 11 days, 200 kB a track, so that a few tracks stay in the cache."""

DEFAULT_MAX_MATCHES = 10_000_000

_SECONDS_BETWEEN_CHECKS = 0.05
_WINDOWS_PER_BATCH = 4

SecondsArray = NDArray[np.int64]
"""Times as seconds since 1970-01-01T00:00 UTC."""


class NoLimitError(ValueError):
    """No pair of blocks has a greatest distance, so that everything would match."""


class TooManyMatchesError(Exception):
    """The search matches at more epochs than it may."""


class TooManyConjunctionsError(Exception):
    """The search finds more conjunctions than it may."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One source that may take part."""

    identifier: int
    track: Track
    allowed: BoolArray
    """``[n]``: the minutes at which it may; never one at which the track has no record."""


@dataclass(frozen=True, slots=True)
class Block:
    """Sources that are alternatives for one place in a conjunction."""

    name: str
    """``ground1``, ``space2`` and so on."""
    participants: Sequence[Participant]


@dataclass(frozen=True, slots=True)
class PairEvents:
    """Conjunctions seen pair by pair, columns of one length: every limited pair of every conjunction.

    An event lasts as long as its conjunction: only that time is told of, even if the pair stayed
    close for longer.
    """

    conjunction: NDArray[np.intp]
    """Index of the conjunction, ascending."""
    first_source: NDArray[np.int64]
    """Identifier of the source of the earlier block; `second_source` of the later."""
    second_source: NDArray[np.int64]
    start: SecondsArray
    end: SecondsArray
    min_km: NDArray[np.float64]
    max_km: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Conjunctions:
    """What a search found: columns by conjunction, sorted by start and then by sources.

    With ``m`` conjunctions, ``b`` blocks and ``p`` limited pairs of blocks:
    """

    participants: NDArray[np.int64]
    """``[m, b]``: identifiers of the sources, in block order."""
    start: SecondsArray
    """First matching epoch."""
    end: SecondsArray
    """Last matching epoch, the same as `start` for a single one."""
    closest: SecondsArray
    """First epoch at which any limited pair has its least distance of the conjunction."""
    farthest: SecondsArray
    min_km: NDArray[np.float64]
    """Least distance of all limited pairs over the conjunction."""
    max_km: NDArray[np.float64]
    pairs: Sequence[BlockPair]
    """Indices of the blocks of each limited pair."""
    pair_min_km: NDArray[np.float64]
    """``[m, p]``: least distance of each limited pair."""
    pair_max_km: NDArray[np.float64]
    single_epoch_events: int
    """Matching epochs of all combinations of sources together."""

    def __len__(self) -> int:
        return len(self.start)

    @property
    def combinations(self) -> NDArray[np.int64]:
        """The combinations of sources that have a conjunction, ``[c, b]`` identifiers, sorted."""
        return np.unique(self.participants, axis=0)

    def pair_intervals(self, pair: int) -> int:
        """Return how many different intervals of two sources there are for a limited pair of blocks."""
        sources = self.participants[:, list(self.pairs[pair])]
        return len(np.unique(np.column_stack([sources, self.start, self.end]), axis=0))

    @property
    def events(self) -> PairEvents:
        """The conjunctions pair by pair."""
        conjunction = np.repeat(np.arange(len(self)), len(self.pairs))
        first, second = np.array(self.pairs).T
        return PairEvents(
            conjunction=conjunction,
            first_source=self.participants[:, first].ravel(),
            second_source=self.participants[:, second].ravel(),
            start=self.start[conjunction],
            end=self.end[conjunction],
            min_km=self.pair_min_km.ravel(),
            max_km=self.pair_max_km.ravel(),
        )


def find_conjunctions(
    blocks: Sequence[Block],
    limits: Mapping[tuple[str, str], float | None],
    kind: ConjunctionType,
    start: int,
    precision_s: int = 60,
    *,
    check: Callable[[float], None] | None = None,
    max_matches: int = DEFAULT_MAX_MATCHES,
    max_conjunctions: int = sys.maxsize,
    window: int = DEFAULT_WINDOW,
) -> Conjunctions:
    """Return all conjunctions between the sources of `blocks`.

    Parameters
    ----------
    blocks
        In the order in which results name them. All tracks begin at minute `start` and are of one
        length; they may be memory maps.
    limits
        Greatest distance in km by names of two blocks, the earlier first. None, or no entry, is no
        limit for the pair.
    kind
        Which positions are compared.
    start
        First minute of the search, since 1970-01-01T00:00 UTC.
    precision_s
        Seconds between epochs, 60 or 30.
    check
        Called with the progress, 0…1, some twenty times a second; what it raises ends the search.
    max_matches
        How many matching epochs, of all combinations together, there may be.
    max_conjunctions
        How many conjunctions there may be; a search that finds more ends while it scans.
    window
        Epochs read at a time. It bounds memory and has no influence on the result.

    Raises
    ------
    NoLimitError
        If no pair of blocks has a limit.
    TooManyMatchesError
        If there are more than `max_matches`.
    TooManyConjunctionsError
        If there are more than `max_conjunctions`.
    ValueError
        If tracks differ in start or length, a limit is negative or between unknown blocks, a block
        names a source twice, or the precision is another.
    """
    if precision_s not in (60, 30):
        raise ValueError(f"The precision must be 60 or 30 s, not {precision_s}.")
    blocks = [
        Block(block.name, sorted(block.participants, key=attrgetter("identifier"))) for block in blocks
    ]
    numbered = _limits_by_number([block.name for block in blocks], limits)
    minutes = _common_length(blocks, start)
    runs, matches = Runs.none(len(blocks), len(numbered)), 0
    if minutes and all(block.participants for block in blocks):
        positions = [_positions(block, kind, 60 // precision_s) for block in blocks]
        # Places without position are NaN and stay so; they need no warning.
        with np.errstate(invalid="ignore", divide="ignore"):
            runs, matches = _search(
                positions, numbered, window, (max_matches, max_conjunctions), _Pulse(check)
            )
    return _conjunctions(
        blocks, list(numbered), runs, matches=matches, start_s=60 * start, precision_s=precision_s
    )


def _search(
    blocks: Sequence[Positions],
    limits: Mapping[BlockPair, float],
    window: int,
    most: tuple[int, int],
    pulse: _Pulse,
) -> tuple[Runs, int]:
    """Return the runs of all combinations of sources, and how many matching epochs they have.

    There may be at most so many epochs and so many runs as `most` says.
    """
    max_matches, max_conjunctions = most
    plan = plan_search(blocks, limits)
    matcher = Matcher(blocks, plan, _WINDOWS_PER_BATCH * window, pulse)
    first, second = (blocks[number] for number in plan.seed)
    found = scan(first, second, plan.seed_limit_km, window, pulse.advance)
    count = 0
    runs = _Pieces(blocks, len(limits), max_conjunctions)
    for candidates in batched(found, matcher.batch):
        for matches in matcher.completed(candidates):
            count += len(matches)
            if count > max_matches:
                raise TooManyMatchesError(
                    f"The sources meet at more than {max_matches:,} epochs. "
                    "Choose a shorter period, smaller distances or fewer sources."
                )
            runs.add(matcher.runs(matches))
    pulse()
    return runs.joined(), count


class _Pieces:
    """Runs as they are found: batches end anywhere, so that some are pieces of one run.

    Epochs of one combination of sources are found in order of time. Pieces that do not touch thus never
    become one later, and joined ones are never more than in the end.
    """

    def __init__(self, blocks: Sequence[Positions], pairs: int, most: int) -> None:
        self._sizes = [len(block) for block in blocks]
        self._epochs = blocks[0].epochs
        self._parts = [Runs.none(len(blocks), pairs)]
        self._pieces = 0
        self._most = most
        self._room = most

    def add(self, part: Runs) -> None:
        """Add runs found; now and then, join them all and count them."""
        self._parts.append(part)
        self._pieces += len(part)
        if self._pieces > self._room:
            self._parts = [self.joined()]
            self._pieces = len(self._parts[0])
            self._room = max(self._most, self._pieces + self._most // 4)

    def joined(self) -> Runs:
        """Return the runs so far.

        Raises
        ------
        TooManyConjunctionsError
            If they are too many.
        """
        runs = Runs.concatenated(self._parts).joined(self._sizes, self._epochs)
        if len(runs) > self._most:
            raise TooManyConjunctionsError(f"There are more than {self._most:,} conjunctions.")
        return runs


def _conjunctions(
    blocks: Sequence[Block],
    pairs: Sequence[BlockPair],
    runs: Runs,
    *,
    matches: int,
    start_s: int,
    precision_s: int,
) -> Conjunctions:
    """Return `runs`, sorted by sources, with identifiers and times and sorted by start."""
    identifiers = np.empty(runs.members.shape, np.int64)
    for row, members, block in zip(identifiers, runs.members, blocks, strict=True):
        row[:] = _identifiers(block)[members]
    order = np.argsort(runs.first, kind="stable")
    runs = runs.take(order)

    def seconds(epochs: IndexArray) -> SecondsArray:
        return start_s + precision_s * epochs.astype(np.int64)

    return Conjunctions(
        participants=identifiers[:, order].T,
        start=seconds(runs.first),
        end=seconds(runs.last),
        closest=seconds(runs.closest),
        farthest=seconds(runs.farthest),
        min_km=runs.least_km.min(axis=0),
        max_km=runs.greatest_km.max(axis=0),
        pairs=pairs,
        pair_min_km=runs.least_km.T,
        pair_max_km=runs.greatest_km.T,
        single_epoch_events=matches,
    )


def _identifiers(block: Block) -> NDArray[np.int64]:
    return np.array([participant.identifier for participant in block.participants], np.int64)


def _positions(block: Block, kind: ConjunctionType, per_minute: int) -> Positions:
    return Positions(
        _identifiers(block),
        [participant.track.position(kind) for participant in block.participants],
        [participant.allowed for participant in block.participants],
        per_minute,
    )


def _limits_by_number(
    names: Sequence[str], limits: Mapping[tuple[str, str], float | None]
) -> dict[BlockPair, float]:
    """Return the limits in km that there are, by indices of the two blocks, sorted."""
    numbers = {pair: (names.index(pair[0]), names.index(pair[1])) for pair in combinations(names, 2)}
    unknown = sorted("-".join(pair) for pair in limits.keys() - numbers.keys())
    if unknown:
        raise ValueError(f"There are limits between unknown blocks: {', '.join(unknown)}.")
    numbered = {}
    for pair, number in numbers.items():
        limit_km = limits.get(pair)
        if limit_km is None:
            continue
        if not limit_km >= 0:
            raise ValueError(f"The limit of {'-'.join(pair)} must be 0 km or more, not {limit_km}.")
        numbered[number] = max(limit_km, COLOCATED_KM)
    if not numbered:
        raise NoLimitError(
            "No two blocks have a greatest distance, so every epoch would match. "
            "Give at least one pair of blocks a distance in km."
        )
    return numbered


def _common_length(blocks: Sequence[Block], start: int) -> int:
    """Return how many minutes all tracks have, having checked that they belong together."""
    for block in blocks:
        if len(np.unique(_identifiers(block))) < len(block.participants):
            raise ValueError(f"Block {block.name} names a source twice.")
    participants = [participant for block in blocks for participant in block.participants]
    minutes = max((len(participant.allowed) for participant in participants), default=0)
    for participant in participants:
        track = participant.track
        lengths = {vectors.shape[1] for vectors in (track.geographic, track.nbtrace, track.sbtrace)}
        if track.start != start or len(participant.allowed) != minutes or not lengths <= {1, minutes}:
            raise ValueError(f"The track of source {participant.identifier} is of another period.")
    return minutes


class _Pulse:
    """Tells the caller of progress, often but not all the time."""

    def __init__(self, check: Callable[[float], None] | None) -> None:
        self._check = check
        self._progress = 0.0
        self._next = -math.inf

    def advance(self, progress: float) -> None:
        self._progress = progress
        self()

    def __call__(self) -> None:
        now = time.monotonic()
        if self._check is not None and now >= self._next:
            self._check(self._progress)
            self._next = time.monotonic() + _SECONDS_BETWEEN_CHECKS

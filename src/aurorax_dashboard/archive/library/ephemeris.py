"""Ephemeris that users stored, block by block of a day; implements the archive's interface for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.archive.library import blocks
from aurorax_dashboard.archive.library.blocks import POSITIONS, Batch
from aurorax_dashboard.archive.library.database import Database
from aurorax_dashboard.archive.library.days import (
    delete_minutes,
    merge_block,
    read_any_part,
    read_block,
    read_edges,
    read_parts,
    read_present,
    write_block,
)
from aurorax_dashboard.archive.library.deletions import finish_deletions
from aurorax_dashboard.archive.library.records import SourceRecords, require_stored
from aurorax_dashboard.archive.periods import Life
from aurorax_dashboard.archive.tracks import (
    MINUTES_PER_DAY,
    BoolArray,
    FloatArray,
    MinuteArray,
    Records,
    Track,
    unit_vectors,
)

_NOWHERE: FloatArray = np.full((3, 1), np.nan, dtype=np.float32)


class StoredHoldings:
    """Implements :class:`~aurorax_dashboard.archive.tracks.Holdings`. Safe to use from many threads.

    A source that is not known, or no longer, has no records.

    Parameters
    ----------
    database
        Where the blocks are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = SourceRecords(database)

    # ---- writing -------------------------------------------------------------------------------

    def write(self, identifier: int, batch: Batch) -> None:
        """Store records of a source, all of them or none; they replace those of the same minutes.

        Raises
        ------
        NotFoundError
            If there is no such stored source.
        BusyError
            If another process writes for too long.
        """
        with self._database.writing() as database:
            require_stored(database, identifier)
            finish_deletions(database, identifier)
            for day, records in batch.by_day():
                merge_block(database, identifier, day, records)

    def copy(self, identifier: int, counts: Mapping[int, int], batch: Batch) -> None:
        """Store whole days of a source that is a copy, instead of what was there of these days.

        Parameters
        ----------
        counts
            By day since 1970, how many records the original says it has; remembered for :meth:`copied`.
        batch
            The records of these days.

        Raises
        ------
        NotFoundError
            If there is no such stored source.
        BusyError
            If another process writes for too long.
        """
        with self._database.writing() as database:
            require_stored(database, identifier)
            finish_deletions(database, identifier)
            for day in counts:
                first = day * MINUTES_PER_DAY
                delete_minutes(database, identifier, first, first + MINUTES_PER_DAY)
            for day, records in batch.by_day():
                if day in counts:
                    write_block(database, identifier, day, records)
            database.executemany(
                "INSERT INTO copied VALUES (?, ?, ?)",
                [(identifier, day, count) for day, count in counts.items()],
            )

    def copied(self, identifier: int) -> dict[int, int]:
        """Return the days that were copied, with how many records the original said it had."""
        with self._database.reading() as database:
            rows = database.execute(
                "SELECT day, count FROM copied WHERE source = ?", (identifier,)
            ).fetchall()
        return dict(rows)

    # ---- reading -------------------------------------------------------------------------------

    def sources(self) -> Sequence[DataSource]:
        """Return every stored source as a full record."""
        return list(self._records.all("stored").values())

    def life(self, identifier: int) -> Life:
        """Return the minute of the first record and the minute after the last; equal if there is none."""
        with self._database.reading() as database:
            edges = read_edges(database, identifier)
        return (edges[0], edges[1] + 1) if edges else (0, 0)

    def minutes_per_day(self, identifier: int, first_day: int, last_day: int) -> NDArray[np.int32]:
        """Return records a day for days since 1970-01-01, both ends included."""
        counts = np.zeros(max(last_day - first_day + 1, 0), dtype=np.int32)
        with self._database.reading() as database:
            for day, count in database.execute(
                "SELECT day, count FROM days WHERE source = ? AND day BETWEEN ? AND ?",
                (identifier, first_day, last_day),
            ):
                counts[day - first_day] = count
        return counts

    def present(self, identifier: int, start: int, stop: int) -> BoolArray:
        """Return whether there is a record at minutes ``start ≤ m < stop``, cheaper than a track."""
        first_day, last_day = start // MINUTES_PER_DAY, (stop - 1) // MINUTES_PER_DAY
        with self._database.reading() as database:
            present = _presence(database, identifier, first_day, last_day)
        return present.reshape(-1)[_minutes_from(first_day, start, stop)]

    def track(self, identifier: int, start: int, stop: int) -> Track:
        """Return the positions at minutes ``start ≤ m < stop``."""
        first_day, last_day = start // MINUTES_PER_DAY, (stop - 1) // MINUTES_PER_DAY
        with self._database.reading() as database:
            present = _presence(database, identifier, first_day, last_day)
            positions = {
                name: _positions(database, identifier, name, present, first_day) for name in POSITIONS
            }
        cut = _minutes_from(first_day, start, stop)
        return Track(
            start,
            present.reshape(-1)[cut],
            **{
                name: vectors if vectors.shape[1] == 1 else vectors[:, cut]
                for name, vectors in positions.items()
            },
        )

    def records(self, identifier: int, minutes: MinuteArray) -> Records:
        """Return whole records at those of `minutes` (sorted) that have one."""
        found = [Batch(np.zeros(0, np.int64), np.zeros((len(blocks.PLACES), 2, 0)), {})]
        with self._database.reading() as database:
            for day, wanted in _by_day(minutes):
                if (block := read_block(database, identifier, day)) is not None:
                    found.append(block.at(np.isin(block.minutes, wanted)))
        batch = blocks.joined(found)
        degrees = blocks.by_place(batch.degrees)
        vectors = {
            name: unit_vectors(lat, lon).astype(np.float32) for name, (lat, lon) in degrees.items()
        }
        return Records(minutes=batch.minutes, metadata=batch.metadata, degrees=degrees, **vectors)

    def metadata(
        self, identifier: int, minutes: MinuteArray, fields: Sequence[str]
    ) -> Mapping[str, Sequence[Any]]:
        """Return metadata `fields` at `minutes` (sorted), None where a record lacks them."""
        columns: dict[str, list[Any]] = {field: [] for field in fields}
        with self._database.reading() as database:
            for day, wanted in _by_day(minutes):
                rows, known = _metadata_rows(database, identifier, day, wanted, fields)
                for field, column in columns.items():
                    values = known.get(field)
                    column.extend(None if values is None or row < 0 else values[row] for row in rows)
        return columns


def _minutes_from(first_day: int, start: int, stop: int) -> slice:
    """Return where minutes ``start ≤ m < stop`` are, counted from the first minute of a day."""
    return slice(start - first_day * MINUTES_PER_DAY, stop - first_day * MINUTES_PER_DAY)


def _presence(
    database: sqlite3.Connection, identifier: int, first_day: int, last_day: int
) -> BoolArray:
    """Return whether there is a record ``[days, 1440]``, both ends included."""
    present = np.zeros((last_day - first_day + 1, MINUTES_PER_DAY), dtype=np.bool_)
    for day, here in read_present(database, identifier, first_day, last_day).items():
        present[day - first_day] = here
    return present


def _positions(
    database: sqlite3.Connection,
    identifier: int,
    name: str,
    present: BoolArray,
    first_day: int,
) -> FloatArray:
    """Return unit vectors ``[3, n]`` at all minutes of the days of `present` ``[days, 1440]``.

    If the source stands still, ``[3, 1]``.
    """
    parts = read_parts(database, identifier, name, first_day, first_day + len(present) - 1)
    if not parts:
        # Nobody is to think that a source that stands still has moved while it had no records.
        still = blocks.decode_vectors(read_any_part(database, identifier, name) or b"")
        return still if still.shape[1] == 1 else _NOWHERE
    pieces = {day: blocks.decode_vectors(data) for day, data in parts.items()}
    still = next(iter(pieces.values()))
    if still.shape[1] == 1 and len(set(parts.values())) == 1:
        return still
    vectors = np.full((3, *present.shape), np.nan, dtype=np.float32)
    for day, piece in pieces.items():
        vectors[:, day - first_day, present[day - first_day]] = piece
    return vectors.reshape(3, -1)


def _by_day(minutes: MinuteArray) -> Iterator[tuple[int, MinuteArray]]:
    """Yield days since 1970 with those of (sorted) `minutes` that they have."""
    days = minutes // MINUTES_PER_DAY
    for piece in np.split(minutes, np.flatnonzero(np.diff(days)) + 1):
        if piece.size:
            yield int(piece[0]) // MINUTES_PER_DAY, piece


def _metadata_rows(
    database: sqlite3.Connection,
    identifier: int,
    day: int,
    minutes: MinuteArray,
    fields: Sequence[str],
) -> tuple[list[int], dict[str, list[Any]]]:
    """Return the row of each of the `minutes` of a day, −1 without a record, and the columns of `fields`."""
    here = read_present(database, identifier, day, day).get(day)
    if here is None:
        return [-1] * len(minutes), {}
    at = minutes % MINUTES_PER_DAY
    rows: list[int] = np.where(here[at], np.cumsum(here)[at] - 1, -1).tolist()
    data = read_parts(database, identifier, "metadata", day, day)[day]
    return rows, blocks.decode_metadata(data, fields)

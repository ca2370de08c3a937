"""Day blocks in the file: read, written and deleted within a transaction of the caller's."""

from __future__ import annotations

import sqlite3

import numpy as np

from aurorax_dashboard.archive.library import blocks
from aurorax_dashboard.archive.library.blocks import POSITIONS, Batch
from aurorax_dashboard.archive.tracks import MINUTES_PER_DAY, BoolArray, MinuteArray


def read_present(
    database: sqlite3.Connection, identifier: int, first_day: int, last_day: int
) -> dict[int, BoolArray]:
    """Return by day ``[1440]`` which minutes have a record; days without records are left out."""
    rows = database.execute(
        "SELECT day, present FROM days WHERE source = ? AND day BETWEEN ? AND ?",
        (identifier, first_day, last_day),
    )
    return {day: blocks.decode_present(present) for day, present in rows}


def read_parts(
    database: sqlite3.Connection, identifier: int, part: str, first_day: int, last_day: int
) -> dict[int, bytes]:
    """Return one part of the blocks of some days."""
    return dict(
        database.execute(
            "SELECT day, data FROM parts WHERE source = ? AND part = ? AND day BETWEEN ? AND ?",
            (identifier, part, first_day, last_day),
        ).fetchall()
    )


def read_any_part(database: sqlite3.Connection, identifier: int, part: str) -> bytes | None:
    """Return one part of the first block of a source, None if it has none."""
    row = database.execute(
        "SELECT data FROM parts WHERE source = ? AND part = ? ORDER BY day LIMIT 1", (identifier, part)
    ).fetchone()
    return row[0] if row else None


def read_edges(database: sqlite3.Connection, identifier: int) -> tuple[int, int] | None:
    """Return the minutes of the first and the last record of a source, None if it has none."""
    days = database.execute(
        "SELECT MIN(day), MAX(day) FROM days WHERE source = ?", (identifier,)
    ).fetchone()
    if days[0] is None:
        return None
    first, last = (minutes_of(day, read_present(database, identifier, day, day)[day]) for day in days)
    return int(first[0]), int(last[-1])


def read_block(database: sqlite3.Connection, identifier: int, day: int) -> Batch | None:
    """Return the records of a source on a day, None if there are none."""
    here = read_present(database, identifier, day, day).get(day)
    if here is None:
        return None
    degrees, metadata = (
        read_parts(database, identifier, part, day, day)[day] for part in ("degrees", "metadata")
    )
    return Batch(
        minutes=minutes_of(day, here),
        degrees=blocks.decode_degrees(degrees),
        metadata=blocks.decode_metadata(metadata),
    )


def write_block(database: sqlite3.Connection, identifier: int, day: int, records: Batch) -> None:
    """Keep the records of a source on a day (sorted, one a minute) instead of those there were."""
    database.execute(
        "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?)",
        (identifier, day, len(records), blocks.encode_present(records.minutes)),
    )
    places = blocks.by_place(records.degrees)
    parts: dict[str, bytes] = {
        **{name: blocks.encode_vectors(places[name]) for name in POSITIONS},
        "degrees": blocks.encode_degrees(records.degrees),
        "metadata": blocks.encode_metadata(records.metadata),
    }
    database.executemany(
        "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?)",
        [(identifier, part, day, data) for part, data in parts.items()],
    )


def merge_block(database: sqlite3.Connection, identifier: int, day: int, records: Batch) -> None:
    """Add records of a day; they replace those of the same minutes."""
    if (known := read_block(database, identifier, day)) is not None:
        ((_, records),) = blocks.joined([known, records]).by_day()
    write_block(database, identifier, day, records)


def delete_minutes(database: sqlite3.Connection, identifier: int, first: int, stop: int) -> int:
    """Delete the records at minutes ``first ≤ m < stop`` and return how many there were."""
    if first >= stop:
        return 0
    first_day, last_day = first // MINUTES_PER_DAY, (stop - 1) // MINUTES_PER_DAY
    kept: list[tuple[int, Batch]] = []
    # Only the first and the last day can keep some of their records.
    for day in {first_day, last_day}:
        if (block := read_block(database, identifier, day)) is not None:
            outside = (block.minutes < first) | (block.minutes >= stop)
            if outside.any():
                kept.append((day, block.at(outside)))
    days = (identifier, first_day, last_day)
    (deleted,) = database.execute(
        "SELECT COALESCE(SUM(count), 0) FROM days WHERE source = ? AND day BETWEEN ? AND ?", days
    ).fetchone()
    database.execute("DELETE FROM days WHERE source = ? AND day BETWEEN ? AND ?", days)
    database.execute("DELETE FROM copied WHERE source = ? AND day BETWEEN ? AND ?", days)
    for part in (*POSITIONS, "degrees", "metadata"):
        database.execute(
            "DELETE FROM parts WHERE source = ? AND part = ? AND day BETWEEN ? AND ?",
            (identifier, part, first_day, last_day),
        )
    for day, records in kept:
        write_block(database, identifier, day, records)
    return int(deleted) - sum(len(records) for _, records in kept)


def minutes_of(day: int, present: BoolArray) -> MinuteArray:
    """Return the minutes since 1970 at which `present` ``[1440]`` is true on a day."""
    return day * MINUTES_PER_DAY + np.flatnonzero(present).astype(np.int64)

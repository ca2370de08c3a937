"""Ephemeris records as they are stored: the records of one source and one day together, as columns.

Positions are kept twice: in degrees, exactly as they were given, and as the unit vectors that searches
compare. What does not move is kept once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from aurorax_dashboard.archive.tracks import (
    MINUTES_PER_DAY,
    BoolArray,
    Degrees,
    FloatArray,
    MinuteArray,
    unit_vectors,
)

Position = Literal["geographic", "nbtrace", "sbtrace"]
POSITIONS: tuple[Position, ...] = get_args(Position)
"""What conjunctions compare."""

PLACES = (*POSITIONS, "gsm")
"""Positions of a record, in the order in which :attr:`Batch.degrees` has them."""

_QUICKEST = 1
"""Compression level: degrees hardly get smaller however long one tries."""

_FLOAT32 = np.dtype("<f4")
_FLOAT64 = np.dtype("<f8")


@dataclass(frozen=True, slots=True)
class Batch:
    """Ephemeris records of one source as columns of length ``n``."""

    minutes: MinuteArray
    """Since 1970, in any order; of records of the same minute the last one counts."""
    degrees: NDArray[np.float64]
    """``[4, 2, n]``: latitude and longitude of each of :data:`PLACES`, NaN where there is none."""
    metadata: Mapping[str, Sequence[Any]]
    """Values by field, None where a record lacks it."""

    def __len__(self) -> int:
        return len(self.minutes)

    def at(self, rows: NDArray[np.intp] | BoolArray) -> Batch:
        """Return only these rows."""
        wanted = np.arange(len(self))[rows].tolist()
        return Batch(
            minutes=self.minutes[rows],
            degrees=self.degrees[:, :, rows],
            metadata={field: [column[n] for n in wanted] for field, column in self.metadata.items()},
        )

    def by_day(self) -> Iterator[tuple[int, Batch]]:
        """Yield days since 1970 with their records, sorted, one a minute."""
        order = np.argsort(self.minutes, kind="stable")
        sorted_minutes = self.minutes[order]
        last_of_minute = np.append(sorted_minutes[1:] != sorted_minutes[:-1], True)[: len(order)]
        order = order[last_of_minute]
        day = self.minutes[order] // MINUTES_PER_DAY
        turns = np.flatnonzero(np.diff(day)) + 1
        for rows in np.split(order, turns):
            if rows.size:
                yield int(self.minutes[rows[0]]) // MINUTES_PER_DAY, self.at(rows)


def joined(batches: Sequence[Batch]) -> Batch:
    """Return the records of `batches` one after another."""
    fields = dict.fromkeys(field for batch in batches for field in batch.metadata)
    return Batch(
        minutes=np.concatenate([batch.minutes for batch in batches]),
        degrees=np.concatenate([batch.degrees for batch in batches], axis=2),
        metadata={
            field: [
                value for batch in batches for value in batch.metadata.get(field, [None] * len(batch))
            ]
            for field in fields
        },
    )


# ---- presence ----------------------------------------------------------------------------------


def encode_present(minutes: MinuteArray) -> bytes:
    """Return one bit for each minute of the day that `minutes` lie in."""
    present = np.zeros(MINUTES_PER_DAY, dtype=np.bool_)
    present[minutes % MINUTES_PER_DAY] = True
    return np.packbits(present).tobytes()


def decode_present(data: bytes) -> BoolArray:
    """Return ``[1440]``: the minutes of a day that have a record."""
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8)).view(np.bool_)


# ---- positions ---------------------------------------------------------------------------------


def encode_vectors(degrees: NDArray[np.float64]) -> bytes:
    """Return unit vectors of latitudes and longitudes ``[2, n]``, one only if all are the same."""
    if np.array_equal(degrees, np.broadcast_to(degrees[:, :1], degrees.shape), equal_nan=True):
        degrees = degrees[:, :1]
    return unit_vectors(degrees[0], degrees[1]).astype(_FLOAT32).tobytes()


def decode_vectors(data: bytes) -> FloatArray:
    """Return unit vectors ``[3, n]``, or ``[3, 1]`` if all are the same."""
    return np.frombuffer(data, dtype=_FLOAT32).reshape(3, -1)


def encode_degrees(degrees: NDArray[np.float64]) -> bytes:
    """Return ``[4, 2, n]`` degrees, every bit of them."""
    return zlib.compress(degrees.astype(_FLOAT64).tobytes(), _QUICKEST)


def decode_degrees(data: bytes) -> NDArray[np.float64]:
    """Return ``[4, 2, n]`` degrees."""
    return np.frombuffer(zlib.decompress(data), dtype=_FLOAT64).reshape(len(PLACES), 2, -1)


def by_place(degrees: NDArray[np.float64]) -> Degrees:
    """Return ``[2, n]`` degrees by name of the position."""
    return dict(zip(PLACES, degrees, strict=True))


# ---- metadata ----------------------------------------------------------------------------------


def encode_metadata(metadata: Mapping[str, Sequence[Any]]) -> bytes:
    """Return columns of metadata; fields that no record has are left out."""
    some = {
        field: list(column)
        for field, column in metadata.items()
        if any(value is not None for value in column)
    }
    return zlib.compress(msgspec.json.encode(some), _QUICKEST)


def decode_metadata(data: bytes, fields: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """Return columns of metadata: those of `fields` that there are, or all."""
    columns = msgspec.json.decode(zlib.decompress(data), type=dict[str, msgspec.Raw])
    wanted = columns if fields is None else [field for field in fields if field in columns]
    return {field: msgspec.json.decode(columns[field], type=list[Any]) for field in wanted}

"""The result of a conjunction search: decoded into three frames, kept as bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from aurorax_dashboard.api.answers import decode_list
from aurorax_dashboard.api.columns import (
    categories,
    collector_paused,
    floats,
    identifiers,
    labelled,
    strings,
    times,
)

LEAST_SOURCES = 2
"""Source columns that even an empty result has: nothing is in conjunction with itself."""

Identifiers = pd.arrays.IntegerArray
Order = np.ndarray[Any, np.dtype[np.intp]]

_PARTS = ("rows", "events", "sources")
_SOURCE_FIELDS = ("program", "platform", "instrument_type", "source_type", "display_name")


class _Identified(msgspec.Struct, gc=False):
    identifier: int | None = None


class _Source(msgspec.Struct, gc=False):
    identifier: int | None = None
    program: str | None = None
    platform: str | None = None
    instrument_type: str | None = None
    source_type: str | None = None
    display_name: str | None = None

    def name(self) -> str:
        return self.display_name or self.platform or f"source {self.identifier}"


class _Event(msgspec.Struct, gc=False):
    start: str
    end: str
    e1_source: _Identified | None = None
    e2_source: _Identified | None = None
    min_distance: float | None = None
    max_distance: float | None = None


class _Conjunction(msgspec.Struct, gc=False):
    start: str
    end: str
    conjunction_type: str | None = None
    data_sources: list[_Source] = []
    min_distance: float | None = None
    max_distance: float | None = None
    closest_epoch: str | None = None
    farthest_epoch: str | None = None
    events: list[_Event] = []


@dataclass(frozen=True, slots=True)
class ConjunctionResult:
    """Conjunctions, the pairs within them, and the sources that took part.

    Times are datetime64[ms, UTC], distances float64 km, identifiers Int64.
    """

    rows: pd.DataFrame
    """One conjunction a row, sorted by start (then end, sources and type, so that numbers stay the
    same whatever order the platform sends); index 0, 1, …. Columns ``conjunction_type`` (category),
    ``start``, ``end`` (first and last matching epoch), ``closest_epoch``, ``farthest_epoch``,
    ``duration_min`` (int64, minutes including both ends), ``min_distance_km``, ``max_distance_km``,
    ``between`` (category: display names in block order, joined by " – "), ``source_1 … source_k``
    (identifiers in block order; at least two columns)."""
    events: pd.DataFrame
    """One pair of sources within a conjunction a row: ``conjunction`` (int64, index in `rows`),
    ``conjunction_type`` (category), ``e1``, ``e2`` (identifiers), ``start``, ``end``,
    ``min_distance_km``, ``max_distance_km``."""
    sources: pd.DataFrame
    """Index ``identifier`` (int64); ``program``, ``platform``, ``instrument_type``, ``source_type``,
    ``display_name`` (str)."""

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def from_json(cls, body: bytes) -> ConjunctionResult:
        """Decode an answer of the API: ``{"result": [...]}`` or a bare list of conjunctions.

        Raises
        ------
        AuroraXError
            If the body is not such an answer.
        """
        with collector_paused():
            return cls(*_frames(decode_list(body, _Conjunction)))

    def to_bytes(self) -> bytes:
        """Return the three frames as Parquet files in one archive."""
        container = io.BytesIO()
        with zipfile.ZipFile(container, "w", zipfile.ZIP_STORED) as archive:
            for part in _PARTS:
                archive.writestr(f"{part}.parquet", _to_parquet(getattr(self, part)))
        return container.getvalue()

    @classmethod
    def from_bytes(cls, raw: bytes) -> ConjunctionResult:
        """Return the result that :meth:`to_bytes` wrote. Nothing in it is ever run or unpickled.

        Raises
        ------
        ValueError
            If `raw` is anything else.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                return cls(
                    *(_from_parquet(archive.read(f"{p}.parquet"), getattr(_NOTHING, p)) for p in _PARTS)
                )
        except _DAMAGED as problem:
            raise ValueError(f"not a stored conjunction result: {problem}") from None


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What reading bytes that are no such archive raises (Arrow's errors are ValueErrors or OSErrors,
and a way of packing that is unknown is a RuntimeError)."""


def _to_parquet(frame: pd.DataFrame) -> bytes:
    """Return `frame` as Parquet; categories as texts, because empty ones would lose their type."""
    texts = dict.fromkeys(frame.select_dtypes("category").columns, "str")
    file = io.BytesIO()
    frame.astype(texts).to_parquet(file, engine="pyarrow", compression="zstd")
    return file.getvalue()


def _from_parquet(raw: bytes, like: pd.DataFrame) -> pd.DataFrame:
    """Return what :func:`_to_parquet` wrote, a frame that has at least the columns of `like`.

    Raises
    ------
    ValueError, OSError
        If `raw` is not Parquet or a column is missing or of another type.
    """
    frame = pd.read_parquet(io.BytesIO(raw), engine="pyarrow")
    missing = like.columns.difference(frame.columns)
    if len(missing):
        raise ValueError(f"no column {', '.join(missing)}")
    frame = frame.astype(dict.fromkeys(like.select_dtypes("category").columns, "category"))
    wrong = [name for name in like.columns if frame[name].dtype != like[name].dtype]
    wrong = [name for name in wrong if not isinstance(like[name].dtype, pd.CategoricalDtype)]
    if wrong or frame.index.name != like.index.name:
        raise ValueError(f"no proper {', '.join(wrong) or 'index'}")
    return frame


# ---- records to columns ------------------------------------------------------------------------


def _frames(records: Sequence[_Conjunction]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return conjunctions, pairs and sources. The records are free when this ends."""
    blocks = _by_block(records)
    taking_part = [identifiers(block) for block in blocks]
    rows = _rows(records, taking_part)
    order = _lasting_order(rows, taking_part)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    events = _events(records, place, rows["conjunction_type"].array)
    return _taken(rows, order), events, _sources(blocks, taking_part)


def _by_block(records: Sequence[_Conjunction]) -> list[Sequence[_Source | None]]:
    """Return, for each block of the search, the source that took part in each conjunction."""
    blocks: list[Sequence[_Source | None]] = list(
        zip_longest(*[record.data_sources for record in records])
    )
    nobody = (None,) * len(records)
    return blocks + [nobody] * (LEAST_SOURCES - len(blocks))


def _rows(records: Sequence[_Conjunction], taking_part: Sequence[Identifiers]) -> pd.DataFrame:
    start = times([r.start for r in records])
    end = times([r.end for r in records])
    columns: dict[str, Any] = {
        "conjunction_type": categories([r.conjunction_type for r in records]),
        "start": start,
        "end": end,
        "closest_epoch": times([r.closest_epoch for r in records]),
        "farthest_epoch": times([r.farthest_epoch for r in records]),
        "duration_min": (end.asi8 - start.asi8) // 60_000 + 1,
        "min_distance_km": floats([r.min_distance for r in records]),
        "max_distance_km": floats([r.max_distance for r in records]),
        "between": _between(records, taking_part),
    }
    for number, block in enumerate(taking_part, start=1):
        columns[f"source_{number}"] = block
    return pd.DataFrame(columns, copy=False)


def _lasting_order(rows: pd.DataFrame, taking_part: Sequence[Identifiers]) -> Order:
    """Return the rows by start, end, sources (unknown ones last) and type."""
    keys = [rows["start"].array.asi8, rows["end"].array.asi8]
    for block in taking_part:
        keys += [block.isna(), block.to_numpy(dtype=np.int64, na_value=0)]
    kind = rows["conjunction_type"].cat.codes.to_numpy()
    keys += [kind < 0, kind]
    return np.lexsort(keys[::-1])


def _taken(frame: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Return the rows of `frame` in another order, numbered anew."""
    if len(order) < 2 or (order[1:] > order[:-1]).all():
        return frame  # already so, as mostly
    return frame.take(order).reset_index(drop=True)


def _events(records: Sequence[_Conjunction], place: Order, types: pd.Categorical) -> pd.DataFrame:
    """Return the pairs; each is of the type of its conjunction, which the platform says twice."""
    pairs = [record.events for record in records]
    events = list(chain.from_iterable(pairs))
    came = np.repeat(np.arange(len(records)), [len(each) for each in pairs])
    owners = place[came]
    frame = pd.DataFrame(
        {
            "conjunction": owners.astype(np.int64),
            "conjunction_type": types.take(came),
            "e1": identifiers([e.e1_source for e in events]),
            "e2": identifiers([e.e2_source for e in events]),
            "start": times([e.start for e in events]),
            "end": times([e.end for e in events]),
            "min_distance_km": floats([e.min_distance for e in events]),
            "max_distance_km": floats([e.max_distance for e in events]),
        },
        copy=False,
    )
    return _taken(frame, np.argsort(owners, kind="stable"))


def _sources(
    blocks: Sequence[Sequence[_Source | None]], taking_part: Sequence[Identifiers]
) -> pd.DataFrame:
    """Return each source once, by identifier."""
    known: dict[int, _Source] = {}
    for block, numbers in zip(blocks, taking_part, strict=True):
        for n in _firsts(numbers):
            source = block[n]
            if source is not None and source.identifier is not None:
                known.setdefault(source.identifier, source)
    ordered = [known[identifier] for identifier in sorted(known)]
    return pd.DataFrame(
        {field: strings([getattr(s, field) for s in ordered]) for field in _SOURCE_FIELDS},
        index=pd.Index([s.identifier for s in ordered], dtype="int64", name="identifier"),
    )


def _between(records: Sequence[_Conjunction], taking_part: Sequence[Identifiers]) -> pd.Categorical:
    """Return who met whom; conjunctions of the same known sources share one label."""
    group = np.zeros(len(records), dtype=np.int64)
    for block in taking_part:
        # Each source by its place in the block; one that is not known is like no other.
        numbers, found = pd.factorize(pd.Series(block))
        unknown = numbers < 0
        numbers[unknown] = len(found) + np.flatnonzero(unknown)
        group = pd.factorize(group * (len(found) + len(records)) + numbers)[0]
    labels = [" – ".join(source.name() for source in records[n].data_sources) for n in _firsts(group)]
    return labelled(group, labels)


def _firsts(values: Any) -> list[int]:
    """Return the places where a value stands for the first time."""
    return [int(place) for place in np.flatnonzero(~pd.Series(values).duplicated())]


_NOTHING = ConjunctionResult.from_json(b"[]")
"""An empty result: the columns and types that every result has."""

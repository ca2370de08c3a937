"""The result of a conjunction search: decoded into three frames, kept as bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
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
    strings,
    times,
)

LEAST_SOURCES = 2
"""Source columns that even an empty result has: nothing is in conjunction with itself."""

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
    conjunction_type: str | None = None
    e1_source: _Identified | None = None
    e2_source: _Identified | None = None
    min_distance: float | None = None
    max_distance: float | None = None


class _Conjunction(msgspec.Struct):
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
            records = decode_list(body, _Conjunction)
            rows, order = _sorted(_rows(records))
            return cls(rows, _events(records, order), _sources(records))

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
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What reading bytes that are no such archive raises (Arrow's errors are ValueErrors or OSErrors)."""


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


def _rows(records: Sequence[_Conjunction]) -> pd.DataFrame:
    start = times([r.start for r in records])
    end = times([r.end for r in records])
    columns: dict[str, Any] = {
        "conjunction_type": categories([r.conjunction_type for r in records]),
        "start": start,
        "end": end,
        "closest_epoch": times([r.closest_epoch for r in records]),
        "farthest_epoch": times([r.farthest_epoch for r in records]),
        "duration_min": ((end.asi8 - start.asi8) // 60_000 + 1).astype(np.int64),
        "min_distance_km": floats([r.min_distance for r in records]),
        "max_distance_km": floats([r.max_distance for r in records]),
        "between": _between(records),
    }
    blocks = max([len(r.data_sources) for r in records], default=LEAST_SOURCES)
    for block in range(max(blocks, LEAST_SOURCES)):
        columns[f"source_{block + 1}"] = identifiers(
            [r.data_sources[block] if block < len(r.data_sources) else None for r in records]
        )
    return pd.DataFrame(columns)


def _sorted(rows: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.intp]]]:
    """Return `rows` in their lasting order, and the place in it of each row as it came."""
    sources = [name for name in rows.columns if name.startswith("source_")]
    keys = rows[["start", "end", *sources]].assign(kind=rows["conjunction_type"].astype("str"))
    came = keys.sort_values(list(keys.columns), kind="stable").index.to_numpy()
    place = np.empty(len(came), dtype=np.intp)
    place[came] = np.arange(len(came))
    return rows.take(came).reset_index(drop=True), place


def _events(records: Sequence[_Conjunction], place: np.ndarray[Any, np.dtype[np.intp]]) -> pd.DataFrame:
    events = [event for record in records for event in record.events]
    owners = np.repeat(place, [len(record.events) for record in records])
    frame = pd.DataFrame(
        {
            "conjunction": owners.astype(np.int64),
            "conjunction_type": categories([e.conjunction_type for e in events]),
            "e1": identifiers([e.e1_source for e in events]),
            "e2": identifiers([e.e2_source for e in events]),
            "start": times([e.start for e in events]),
            "end": times([e.end for e in events]),
            "min_distance_km": floats([e.min_distance for e in events]),
            "max_distance_km": floats([e.max_distance for e in events]),
        }
    )
    return frame.sort_values("conjunction", kind="stable", ignore_index=True)


def _sources(records: Sequence[_Conjunction]) -> pd.DataFrame:
    """Return each source once, by identifier."""
    known: dict[int, _Source] = {}
    for record in records:
        for source in record.data_sources:
            if source.identifier is not None and source.identifier not in known:
                known[source.identifier] = source
    ordered = [known[identifier] for identifier in sorted(known)]
    return pd.DataFrame(
        {field: strings([getattr(s, field) for s in ordered]) for field in _SOURCE_FIELDS},
        index=pd.Index([s.identifier for s in ordered], dtype="int64", name="identifier"),
    )


def _between(records: Sequence[_Conjunction]) -> pd.Categorical:
    """Return who met whom; equal tuples of sources share one label."""
    labels: dict[tuple[int | None, ...], str] = {}
    texts = []
    for record in records:
        key = tuple([source.identifier for source in record.data_sources])
        label = labels.get(key)
        if label is None or None in key:
            label = labels[key] = " – ".join(source.name() for source in record.data_sources)
        texts.append(label)
    return categories(texts)


_NOTHING = ConjunctionResult.from_json(b"[]")
"""An empty result: the columns and types that every result has."""

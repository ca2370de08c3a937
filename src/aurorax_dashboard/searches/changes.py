"""What changed from one result to another: new, gone and moved conjunctions.

Compared is what was found, not how it was asked, so two runs of one search can be compared as well as
two searches. A conjunction is the same event in both where the same sources, compared in the same
way, are together at overlapping times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from aurorax_dashboard.api.results import ConjunctionResult

SAME_KM = 0.5
"""Distances that differ by no more than this are equal: as numbers on a page they mostly are."""

Rows = np.ndarray[Any, np.dtype[np.intp]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Changes:
    """Conjunctions of an old and a new result, by their numbers there (counted from 0)."""

    new: Rows
    """In the new result only; numbers there."""
    gone: Rows
    """In the old result only; numbers there."""
    moved: pd.DataFrame
    """In both, but with other times or distances: columns ``old``, ``new`` (int64) and by how much
    it moved: ``start_min``, ``end_min`` (minutes, later is positive), ``min_distance_km``,
    ``max_distance_km`` (km, farther is positive)."""
    unchanged: int
    """How many are in both as they were."""

    @property
    def none(self) -> bool:
        """Whether both results say the same."""
        return not (len(self.new) or len(self.gone) or len(self.moved))


def changes(old: ConjunctionResult, new: ConjunctionResult) -> Changes:
    """Return what changed from `old` to `new`.

    Where several conjunctions overlap one (an event that fell apart, or grew together), it is the same
    as the one with the longest overlap; the others are new or gone.
    """
    pairs = _pairs(_spans(old), _spans(new))
    matched = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    moved = _moves(old.rows, new.rows, matched)
    differs = ~_same(old.rows, new.rows, moved)
    return Changes(
        new=np.setdiff1d(np.arange(len(new)), matched[:, 1]),
        gone=np.setdiff1d(np.arange(len(old)), matched[:, 0]),
        moved=moved[differs].reset_index(drop=True),
        unchanged=len(moved) - int(differs.sum()),
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """When the sources of `key` were together: from `start` to `end` (ms since 1970), row `n`."""

    key: tuple[str, ...]
    start: int
    end: int
    n: int


def _spans(result: ConjunctionResult) -> list[_Span]:
    rows = result.rows
    names = _names(result.sources)
    blocks = [
        rows[column].to_numpy(dtype="int64", na_value=0)
        for column in rows.columns
        if column.startswith("source_")
    ]
    keys = [
        (kind, *sorted(names.get(int(each), "") for each in identifiers if each))
        for kind, *identifiers in zip(rows["conjunction_type"].astype(str), *blocks, strict=True)
    ]
    times = zip(*(rows[name].astype("int64").tolist() for name in ("start", "end")), strict=True)
    spans = [
        _Span(key, start, end, n) for n, (key, (start, end)) in enumerate(zip(keys, times, strict=True))
    ]
    return sorted(spans, key=lambda span: (span.key, span.start, span.end))


def _names(sources: pd.DataFrame) -> dict[int, str]:
    """Return what identifies a source: its identifier, or of a custom location its place.

    A server may number the custom locations of every search anew, with negative identifiers.
    """
    return {
        int(identifier): str(identifier) if int(identifier) >= 0 else f"at {platform}"
        for identifier, platform in zip(sources.index, sources["platform"], strict=True)
    }


def _pairs(old: list[_Span], new: list[_Span]) -> list[tuple[int, int]]:
    """Return the numbers of conjunctions that are the same event."""
    by_key = {key: list(spans) for key, spans in groupby(new, key=lambda span: span.key)}
    pairs = []
    for key, spans in groupby(old, key=lambda span: span.key):
        pairs += _paired(list(spans), by_key.get(key, []))
    return pairs


def _paired(old: list[_Span], new: list[_Span]) -> list[tuple[int, int]]:
    """Pair the spans of one set of sources: the longest overlaps first, each span once."""
    overlaps = sorted(_overlaps(old, new), key=lambda found: -found[0])
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs = []
    for _length, first, second in overlaps:
        if first.n not in taken_old and second.n not in taken_new:
            taken_old.add(first.n)
            taken_new.add(second.n)
            pairs.append((first.n, second.n))
    return pairs


def _overlaps(old: Iterable[_Span], new: list[_Span]) -> Iterator[tuple[int, _Span, _Span]]:
    """Yield the length (ms) of every overlap; both lists are sorted by start."""
    first = 0
    for span in old:
        while first < len(new) and new[first].end < span.start:
            first += 1
        for other in new[first:]:
            if other.start > span.end:
                break
            length = min(span.end, other.end) - max(span.start, other.start)
            if length >= 0:
                yield length, span, other


def _same(old: pd.DataFrame, new: pd.DataFrame, moved: pd.DataFrame) -> Flags:
    """Return which conjunctions of both have the same times and distances (or equally none)."""
    same = ((moved["start_min"] == 0) & (moved["end_min"] == 0)).to_numpy()
    for name in ("min_distance_km", "max_distance_km"):
        before = old[name].to_numpy()[moved["old"].to_numpy()]
        after = new[name].to_numpy()[moved["new"].to_numpy()]
        same = same & np.isclose(before, after, rtol=0, atol=SAME_KM, equal_nan=True)
    return same


def _moves(old: pd.DataFrame, new: pd.DataFrame, matched: Rows) -> pd.DataFrame:
    before, after = old.iloc[matched[:, 0]], new.iloc[matched[:, 1]]
    moves: dict[str, Any] = {"old": matched[:, 0].astype("int64"), "new": matched[:, 1].astype("int64")}
    for name in ("start", "end"):
        shift = after[name].to_numpy() - before[name].to_numpy()
        moves[f"{name}_min"] = shift / np.timedelta64(1, "m")
    for name in ("min_distance_km", "max_distance_km"):
        moves[name] = after[name].to_numpy() - before[name].to_numpy()
    return pd.DataFrame(moves).sort_values("new", ignore_index=True)

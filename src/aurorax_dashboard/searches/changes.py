"""What changed from one result to another: new, gone and moved conjunctions.

Compared is what was found, not how it was asked, so two runs of one search can be compared as well as
two searches. A conjunction is the same event in both where the same sources, compared in the same
way, are together at overlapping times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    matched = _pairs(old, new)
    moved = _moves(old.rows, new.rows, matched)
    differs = ~_same(old.rows, new.rows, moved)
    return Changes(
        new=np.setdiff1d(np.arange(len(new)), matched[:, 1]),
        gone=np.setdiff1d(np.arange(len(old)), matched[:, 0]),
        moved=moved[differs].reset_index(drop=True),
        unchanged=len(moved) - int(differs.sum()),
    )


# ---- which conjunctions are the same event ------------------------------------------------------


class _Span(NamedTuple):
    """When some sources were together: from `start` to `end` (ms since 1970), row `n`."""

    start: int
    end: int
    n: int


def _pairs(old: ConjunctionResult, new: ConjunctionResult) -> Rows:
    """Return the numbers of conjunctions that are the same event, one pair a row."""
    before, after = _spans(old, new)
    same = before.merge(after, on=["key", "start", "end", "again"], suffixes=("_old", "_new"))
    exact = same[["n_old", "n_new"]].to_numpy()
    left = before[~before["n"].isin(exact[:, 0])], after[~after["n"].isin(exact[:, 1])]
    by_key = {key: _listed(spans) for key, spans in left[1].groupby("key")}
    shifted = [
        pair
        for key, spans in left[0].groupby("key")
        for pair in _paired(_listed(spans), by_key.get(key, []))
    ]
    return np.concatenate([exact, np.array(shifted, dtype=np.intp).reshape(-1, 2)]).astype(np.intp)


def _spans(*results: ConjunctionResult) -> list[pd.DataFrame]:
    """Return when what was together in each of `results`.

    Returns
    -------
    list of DataFrame
        Sorted by key and start: ``key`` (int64, of type and sources, whatever their order), ``start``,
        ``end`` (int64, ms since 1970), ``n`` (row of the result), ``again`` (how many are equal so far).
    """
    width = max(len(_blocks(result.rows)) for result in results)
    codes: dict[str, int] = {}
    columns = [_source_codes(result, width, codes) for result in results]
    _, keys = np.unique(np.concatenate(columns), axis=0, return_inverse=True)
    parts = np.split(keys.ravel(), np.cumsum([len(result) for result in results])[:-1])
    spans = []
    for result, part in zip(results, parts, strict=True):
        span = pd.DataFrame({"key": part, "n": np.arange(len(result))})
        for name in ("start", "end"):
            span[name] = result.rows[name].astype("int64").to_numpy()
        span["again"] = span.groupby(["key", "start", "end"]).cumcount()
        spans.append(span.sort_values(["key", "start", "end"]))
    return spans


def _blocks(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name.startswith("source_")]


def _source_codes(result: ConjunctionResult, width: int, codes: dict[str, int]) -> Rows:
    """Return type and sources of each row as numbers, the sources sorted; new names are added to `codes`.

    A server may number the custom locations of every search anew, with negative identifiers, so they are
    known by their place.
    """
    places = zip(result.sources.index, result.sources["platform"], strict=True)
    names = {
        int(identifier): f"at {place}" if int(identifier) < 0 else f"source {identifier}"
        for identifier, place in places
    }
    number = {identifier: codes.setdefault(name, len(codes) + 1) for identifier, name in names.items()}
    matrix = np.zeros((len(result), width + 1), dtype=np.intp)
    for place, block in enumerate(_blocks(result.rows), start=1):
        matrix[:, place] = result.rows[block].map(number).fillna(0).astype("int64").to_numpy()
    matrix[:, 1:].sort(axis=1)
    kinds = result.rows["conjunction_type"].astype(str)
    matrix[:, 0] = [codes.setdefault(kind, len(codes) + 1) for kind in kinds]
    return matrix


def _listed(spans: pd.DataFrame) -> list[_Span]:
    return [_Span(*each) for each in spans[["start", "end", "n"]].itertuples(index=False)]


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

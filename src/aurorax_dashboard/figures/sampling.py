"""Time series made small enough for a screen, honestly: extremes stay, gaps stay.

A month of ten satellites has 432,000 values, a screen 2,000 columns. Of numbers the lowest and the
highest of each column are drawn (so no excursion is lost), of classes the most frequent one. A line
never crosses a minute without a record.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler

MINUTE_MS = 60_000
"""Time between two records of AuroraX."""

Times = NDArray[np.int64]
"""Milliseconds since 1970 in UTC, rising."""
Numbers = NDArray[np.float64]


class Line(NamedTuple):
    """A curve with gaps."""

    times: Times
    values: Numbers
    """NaN where the line is broken."""
    alone: NDArray[np.bool_]
    """Which values have no neighbour to be joined with: a line alone would not show them."""


def sampled_line(times: Times, values: Numbers, most: int, circle: float | None = None) -> Line:
    """Return a curve of about `most` points at most.

    Parameters
    ----------
    times, values
        Shape ``[n]``; missing values are NaN.
    most
        Above this, the lowest and the highest value of each of ``most / 2`` equal spans of time stand
        for all of it.
    circle
        For angles, the full circle in their unit: the line is broken where it wraps around.
    """
    known = np.isfinite(values)
    times, values = times[known], values[known]
    stretch = stretches(times)
    if circle is not None:
        wraps = np.abs(np.diff(values, prepend=values[:1])) > circle / 2
        stretch = stretch + np.cumsum(wraps)
    if len(times) > most:
        chosen = _extremes(times, values, most)
        if 4 * (stretch[-1] + 1) <= most:
            # Few enough to draw each gap exactly where it is.
            ends = np.flatnonzero(np.diff(stretch))
            chosen = np.union1d(chosen, np.concatenate([[0], ends, ends + 1, [len(times) - 1]]))
        times, values, stretch = times[chosen], values[chosen], stretch[chosen]
    breaks = np.flatnonzero(np.diff(stretch)) + 1
    first = np.diff(stretch, prepend=-1) != 0
    last = np.diff(stretch, append=-1) != 0
    return Line(
        np.insert(times, breaks, times[breaks]),
        np.insert(values, breaks, np.nan),
        np.insert(first & last, breaks, False),
    )


def stretches(times: Times) -> NDArray[np.int64]:
    """Return for each time the number of its stretch: a missing minute begins a new one."""
    gaps = np.diff(times, prepend=times[:1]) > 1.5 * MINUTE_MS
    return np.cumsum(gaps).astype(np.int64)


def _extremes(times: Times, values: Numbers, most: int) -> NDArray[np.int64]:
    chosen = MinMaxDownsampler().downsample(
        np.ascontiguousarray(times), np.ascontiguousarray(values), n_out=most - most % 2
    )
    return np.unique(chosen.astype(np.int64))


class Bins(NamedTuple):
    """Classes by spans of time."""

    start_ms: int
    width_ms: int
    codes: NDArray[np.float32]
    """The most frequent class of each span, shape ``[spans]``; NaN without records."""


def bin_width_ms(window: tuple[int, int], most: int) -> int:
    """Return the width of at most `most` spans that cover `window`, whole minutes."""
    minutes = max((window[1] - window[0]) // MINUTE_MS + 1, 1)
    return int(-(-minutes // most)) * MINUTE_MS


def most_frequent(
    times: Times,
    codes: NDArray[np.int64],
    window: tuple[int, int],
    width_ms: int,
    classes: int,
) -> Bins:
    """Return the most frequent of `classes` in each span of `window`; −1 is no class."""
    start = window[0] // width_ms * width_ms
    spans = (window[1] - start) // width_ms + 1
    inside = (codes >= 0) & (times >= start) & (times <= window[1])
    cell = (times[inside] - start) // width_ms * classes + codes[inside]
    counts = np.bincount(cell, minlength=spans * classes).reshape(spans, classes)
    found = counts.argmax(axis=1).astype(np.float32)
    found[counts.sum(axis=1) == 0] = np.nan
    return Bins(start, width_ms, found)

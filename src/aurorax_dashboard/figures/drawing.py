"""What every figure function returns, and the few ways in which figures write times and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.times import format_time

Moment = datetime | pd.Timestamp | np.datetime64
"""One time; a naive one is taken to be UTC."""

PAIR_SEPARATOR = " – "
"""What stands between the names of sources that met."""

_MAX_LINE = 26


class Drawing(NamedTuple):
    """A figure and the sentence that tells its content to those who do not see it."""

    figure: go.Figure
    summary: str


def naive_utc(times: Any) -> NDArray[np.datetime64]:
    """Return times as naive UTC ``datetime64[ms]``: the axis is UTC, whatever zone the browser is in.

    Parameters
    ----------
    times
        A series, index or sequence of timestamps; naive ones are taken to be UTC.
    """
    index = pd.DatetimeIndex(pd.to_datetime(times, utc=True))
    return index.tz_localize(None).to_numpy().astype("datetime64[ms]")


def instant(time: Moment) -> pd.Timestamp:
    """Return one time as a naive UTC timestamp."""
    stamp = pd.Timestamp(time)
    return stamp if stamp.tzinfo is None else stamp.tz_convert(None)


def time_text(time: Moment) -> str:
    """Return ``2019-01-01 05:58``, with seconds only where there are any."""
    moment = instant(time)
    return format_time(moment.to_pydatetime(), seconds=bool(moment.second))


def span_text(start: Moment, end: Moment) -> str:
    """Return ``2019-01-01 05:58 – 05:59``, with the second date only where it differs."""
    first, last = time_text(start), time_text(end)
    if first == last:
        return first
    return f"{first} – {last[11:] if first[:10] == last[:10] else last}"


def count_text(count: int, noun: str) -> str:
    """Return ``1 conjunction`` or ``1,234 conjunctions``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def degrees_text(lat: float, lon: float) -> str:
    """Return ``60.0° N 111.9° W``."""
    return f"{abs(lat):.1f}° {'N' if lat >= 0 else 'S'} {abs(lon):.1f}° {'E' if lon >= 0 else 'W'}"


def wrapped(name: str) -> str:
    """Return the name of a pair (``A – B``) on two lines, each cut where an axis has no room for it."""
    first, separator, rest = name.partition(PAIR_SEPARATOR)
    lines = [f"{first}{separator.rstrip()}", rest] if rest else [first]
    return "<br>".join(
        line if len(line) <= _MAX_LINE else f"{line[: _MAX_LINE - 1]}…" for line in lines
    )


def thinned(count: int, most: int, keep: int | None = None) -> NDArray[np.intp]:
    """Return which of `count` marks to draw when a browser can take `most`: every k-th, evenly.

    Parameters
    ----------
    keep
        Place of one mark that is drawn in any case, or None.

    Returns
    -------
    places
        Sorted, shape ``[m]`` with ``m ≤ most + 1``.
    """
    step = max(1, -(-count // most))
    places = np.arange(0, count, step)
    return places if keep is None else np.union1d(places, [keep])

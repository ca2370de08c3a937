"""What every figure function returns, and the few ways in which figures write times and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Self

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

_TICK_FONT_PX = 12
_TICK_GAP_PX = 14
_NARROW = " .,:;'|!()[]fijlrtI1"


class _Drawing(NamedTuple):
    figure: go.Figure
    summary: str


class Drawing(_Drawing):
    """A figure and the sentence that tells its content to those who do not see it.

    Plotly takes texts for HTML of a kind. What figure functions write themselves stays; any other tag
    in a text came with a name of the platform's, and is shown as the letters it is (:func:`disarmed`).
    """

    __slots__ = ()

    def __new__(cls, figure: go.Figure, summary: str) -> Self:
        """Return the figure with its texts disarmed, and the sentence."""
        _disarm(figure)
        return super().__new__(cls, figure, summary)


_FOREIGN_TAG = re.compile(
    r"<(?!/?b>|br>|/?extra>|/span>|span style=\"color:(?:#[0-9A-Fa-f]{6}|rgb\([0-9, ]{5,13}\))\">)"
)
_TRACE_TEXTS = ("name", "text", "hovertext", "customdata", "x", "y")


def disarmed(text: str) -> str:
    """Return `text` so that Plotly shows every tag in it but those that figures of ours are written with."""
    return _FOREIGN_TAG.sub("&lt;", text)


def _disarm(figure: go.Figure) -> None:
    for trace in figure.data:
        for prop in _TRACE_TEXTS:
            if prop in trace and (value := _disarmed_all(trace[prop])) is not None:
                trace[prop] = value
    for note in figure.layout.annotations:
        note.text = disarmed(note.text or "")
    for title in (figure.layout.title, figure.layout.title.subtitle):
        title.text = disarmed(title.text or "")
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        for prop in ("ticktext", "tickvals", "categoryarray"):
            if (value := _disarmed_all(axis[prop])) is not None:
                axis[prop] = value


def _disarmed_all(value: Any) -> Any:
    """Return a text, or texts within lists or arrays, disarmed; None where there was nothing to do."""
    if isinstance(value, str):
        return disarmed(value) if "<" in value else None
    if isinstance(value, np.ndarray) and value.dtype.kind not in "OUT":
        return None
    if not isinstance(value, list | tuple | np.ndarray):
        return None
    found = [_disarmed_all(each) for each in value]
    if all(each is None for each in found):
        return None
    return [old if new is None else new for old, new in zip(value, found, strict=True)]


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


def tick_labels_px(labels: Iterable[str]) -> int:
    """Return how wide the labels of a vertical axis may become, with what separates them from it.

    A margin of this width spares the browser drawing a figure a second time, which it does to fit a margin
    to labels. Widths of characters are those of the widest of our fonts.
    """
    widest = max((_width_em(line) for label in labels for line in label.split("<br>")), default=0.0)
    return round(_TICK_FONT_PX * widest) + _TICK_GAP_PX


def _width_em(text: str) -> float:
    wide, narrow = sum(each.isupper() for each in text), sum(each in _NARROW for each in text)
    return 0.75 * wide + 0.36 * narrow + 0.63 * (len(text) - wide - narrow)


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

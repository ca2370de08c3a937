"""What a result is made of: distances, durations, hours of the day and pairs, as small multiples.

Each is a figure of its own and of one size, so that a page lays as many beside each other as fit. A line,
or a frame around a pair, shows where the selected conjunction stands; each bar carries the number of its
nearest conjunction as ``customdata``, for who clicks on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.figures.drawing import Drawing, count_text, instant, naive_utc, tick_labels_px
from aurorax_dashboard.figures.theme import TITLE_PX, distance_axis, new_figure, palette
from aurorax_dashboard.times import format_distance, format_duration

DISTANCE_BINS = 20
MAX_PAIRS = 8
"""Pairs that have a bar; the rest is counted together in the line under the title."""

_MAX_DURATION_BINS = 30
_AXIS_PX = 56
"""Room for ticks, their labels and the title of a horizontal axis."""

Places = NDArray[np.int64]
"""The bar that each row belongs to."""


def distributions(
    rows: pd.DataFrame,
    limit_km: float | None = None,
    dark: bool = False,
    selected: int | None = None,
) -> tuple[Drawing, ...]:
    """Return the four distributions of a result, in the order in which they are read.

    Parameters
    ----------
    rows
        Conjunctions, indexed by their number: ``start, duration_min, min_distance_km, between``.
    limit_km
        The search's maximum distance, where the axis of distances ends.
    dark
        Whether the page is dark.
    selected
        Number of the conjunction to point out; one that is not among `rows` is not.
    """
    chosen = selected if selected in rows.index else None
    return (
        distance_histogram(rows, limit_km, dark, chosen),
        duration_histogram(rows, dark, chosen),
        hour_histogram(rows, dark, chosen),
        pair_counts(rows, dark, chosen),
    )


def bars_table(drawing: Drawing, what: str) -> pd.DataFrame:
    """Return the bars of a distribution as a table to read: `what` each stands for, and how many it counts."""
    bars = drawing.figure.data[0]
    counts = bars.x if bars.orientation == "h" else bars.y
    table = pd.DataFrame({what: list(bars.hovertext), "Conjunctions": [int(count) for count in counts]})
    return table[table["Conjunctions"] > 0]


def distance_histogram(
    rows: pd.DataFrame,
    limit_km: float | None = None,
    dark: bool = False,
    selected: int | None = None,
) -> Drawing:
    """Draw how many conjunctions had which minimum distance."""
    known = rows[rows["min_distance_km"].notna()]
    values = known["min_distance_km"].to_numpy(dtype=float)
    low, high = distance_axis(limit_km, list(values))
    edges = np.linspace(low, max(high, values.max(initial=0.0)), DISTANCE_BINS + 1)
    figure = _bars(
        "Minimum distance",
        known,
        np.digitize(values, edges[1:-1]),
        centres=(edges[:-1] + edges[1:]) / 2,
        width=float(edges[1] - edges[0]),
        labels=[f"{left:,.0f} – {right:,.0f} km" for left, right in pairwise(edges)],
        at=None if selected is None else float(rows["min_distance_km"].loc[selected]),
        dark=dark,
    )
    figure.update_xaxes(title_text="km", range=[low, edges[-1]])
    if not len(values):
        return Drawing(figure, "Minimum distances: no conjunctions.")
    return Drawing(
        figure,
        f"Minimum distances from {format_distance(values.min())} to {format_distance(values.max())}, "
        f"half of them up to {format_distance(float(np.median(values)))}.",
    )


def duration_histogram(rows: pd.DataFrame, dark: bool = False, selected: int | None = None) -> Drawing:
    """Draw how many conjunctions lasted how many minutes."""
    values = rows["duration_min"].to_numpy(dtype=int)
    longest = int(values.max(initial=1))
    width = -(-longest // _MAX_DURATION_BINS)
    firsts = np.arange(1, longest + 1, width)
    figure = _bars(
        "Duration",
        rows,
        (values - 1) // width,
        centres=firsts + (width - 1) / 2,
        width=float(width),
        labels=[
            format_duration(first) if width == 1 else f"{first} – {first + width - 1} min"
            for first in firsts.tolist()
        ],
        at=None if selected is None else float(rows["duration_min"].loc[selected]),
        dark=dark,
    )
    figure.update_xaxes(title_text="minutes", range=[0.4, firsts[-1] + width - 0.4])
    if longest <= 12:
        figure.update_xaxes(dtick=1)
    if not len(values):
        return Drawing(figure, "Durations: no conjunctions.")
    return Drawing(
        figure,
        f"Durations from {format_duration(float(values.min()))} to {format_duration(longest)}, "
        f"half of them up to {format_duration(float(np.median(values)))}.",
    )


def hour_histogram(rows: pd.DataFrame, dark: bool = False, selected: int | None = None) -> Drawing:
    """Draw in which hours of the day (UTC) conjunctions began."""
    hours = pd.DatetimeIndex(naive_utc(rows["start"])).hour.to_numpy().astype(np.int64)
    began = None if selected is None else instant(rows["start"].loc[selected])
    figure = _bars(
        "Hour of the day",
        rows,
        hours,
        centres=np.arange(24) + 0.5,
        width=1.0,
        labels=[f"{hour:02d}:00 – {hour:02d}:59 UTC" for hour in range(24)],
        at=None if began is None else began.hour + began.minute / 60,
        dark=dark,
    )
    figure.update_xaxes(title_text="hour, UTC", range=[0, 24], dtick=6)
    if not len(hours):
        return Drawing(figure, "Hours of the day: no conjunctions.")
    counts = np.bincount(hours, minlength=24)
    busiest = int(counts.argmax())
    return Drawing(
        figure,
        f"Hours of the day (UTC): most begin between {busiest:02d} and {busiest + 1:02d} h, "
        f"{count_text(int(counts[busiest]), 'conjunction')}; "
        f"{count_text(int((counts == 0).sum()), 'hour')} without any.",
    )


def pair_counts(rows: pd.DataFrame, dark: bool = False, selected: int | None = None) -> Drawing:
    """Draw how many conjunctions each pair of sources had."""
    codes, pairs = pd.factorize(rows["between"])
    counts = pd.Series(
        np.bincount(codes, minlength=len(pairs)), index=[str(pair) for pair in pairs]
    ).sort_values(ascending=False, kind="stable")
    top = counts.iloc[:MAX_PAIRS]
    names, numbers = list(top.index), top.tolist()
    nearest = dict(zip(map(str, pairs), _nearest(rows, codes, len(pairs)), strict=True))
    rest = len(counts) - MAX_PAIRS
    subtitle = "conjunctions"
    if rest > 0:
        others = int(counts.iloc[MAX_PAIRS:].sum())
        subtitle = f"conjunctions; {count_text(rest, 'other pair')}: {others:,}"
    inks = palette(dark)
    mine = None if selected is None else str(rows["between"].loc[selected])
    figure = new_figure("Pairs", subtitle, dark=dark, uirevision="pairs")
    figure.update_layout(margin={"l": 12, "r": 16, "t": TITLE_PX, "b": 12}, bargap=0.15)
    figure.add_trace(
        go.Bar(
            orientation="h",
            x=numbers,
            y=list(range(len(names))),
            marker={
                "color": inks.soft,
                "line": {"color": inks.text, "width": [2 * (name == mine) for name in names]},
            },
            # Names stand on their bars, and run over the ends of short ones: an axis has no room.
            text=[f"{number:,}  {name}" for name, number in zip(names, numbers, strict=True)],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            constraintext="none",
            cliponaxis=False,
            textfont={"size": 11, "color": inks.text},
            customdata=[nearest[name] for name in names],
            hovertext=names,
            hovertemplate="%{hovertext}: %{x:,}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, range=[MAX_PAIRS - 0.5, -0.5])
    if counts.empty:
        return Drawing(figure, "Pairs: no conjunctions.")
    return Drawing(
        figure,
        f"{count_text(len(counts), 'pair')}; {counts.index[0]} has most, "
        f"{count_text(int(counts.iloc[0]), 'conjunction')}.",
    )


def _bars(
    title: str,
    rows: pd.DataFrame,
    places: Places,
    *,
    centres: Any,
    width: float,
    labels: Sequence[str],
    at: float | None,
    dark: bool,
) -> go.Figure:
    """Return a histogram of `rows` by the bar that each belongs to, with a line at the selected one."""
    inks = palette(dark)
    counts = np.bincount(places, minlength=len(labels))
    subtitle = "conjunctions" if at is None else "conjunctions; line: the selected one"
    figure = new_figure(title, subtitle, dark=dark, uirevision=title)
    left_px = tick_labels_px([f"{counts.max(initial=0):,}"])
    figure.update_layout(margin={"l": left_px, "r": 16, "t": TITLE_PX, "b": _AXIS_PX}, bargap=0)
    figure.add_trace(
        go.Bar(
            x=centres,
            y=counts,
            width=width,
            marker={"color": inks.accent, "line": {"width": 1, "color": inks.paper}},
            customdata=_nearest(rows, places, len(labels)),
            hovertext=list(labels),
            hovertemplate="%{hovertext}: %{y:,}<extra></extra>",
        )
    )
    if at is not None:
        figure.add_vline(x=at, line={"width": 2, "color": inks.text})
    figure.update_xaxes(showgrid=False, fixedrange=True, automargin=False)
    figure.update_yaxes(
        rangemode="tozero", fixedrange=True, tickformat=",d", nticks=5, automargin=False
    )
    if counts.max(initial=0) <= 5:
        figure.update_yaxes(dtick=1)
    return figure


def _nearest(rows: pd.DataFrame, places: Places, count: int) -> list[int | None]:
    """Return the number of the nearest conjunction in each of `count` bars; None in an empty one."""
    found: list[int | None] = [None] * count
    order = np.lexsort((rows["min_distance_km"].to_numpy(dtype=float), places))
    for first in order[np.flatnonzero(np.diff(places[order], prepend=-1))]:
        found[int(places[first])] = int(rows.index[first])
    return found

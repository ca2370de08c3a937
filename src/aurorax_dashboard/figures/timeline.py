"""When conjunctions happened: one lane for each pair of sources, or for each ground instrument."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale

from aurorax_dashboard.figures.drawing import (
    PAIR_SEPARATOR,
    Drawing,
    count_text,
    naive_utc,
    span_text,
    thinned,
    tick_labels_px,
    time_text,
    wrapped,
)
from aurorax_dashboard.figures.theme import (
    LEGEND_PX,
    TITLE_PX,
    distance_axis,
    distance_colorbar,
    distance_legend,
    distance_scale,
    new_figure,
    palette,
    set_time_axis,
)
from aurorax_dashboard.times import format_distance, format_duration

MAX_MARKS = 1200
"""Conjunctions drawn at most; more than this many a browser redraws too slowly when zooming."""

MAX_PAIR_LANES = 14
"""With more pairs than this, a lane is a first (ground) source instead."""

MAX_LANES = 30
"""Lanes in all; what is rarest shares the last one."""

_FEW = 300
"""Up to so many conjunctions have large marks, and bars however short they are."""

_SEEN = 0.005
"""Share of the whole time that a bar among many lasts at least: a shorter one would hide below its mark."""

_LANE_PX = 34
_AXIS_PX = 62
"""Two lines of ticks and the axis' title."""

_BELOW_PX = _AXIS_PX + LEGEND_PX
_REST = "others"


def conjunction_timeline(
    rows: pd.DataFrame,
    selected: int | None = None,
    limit_km: float | None = None,
    dark: bool = False,
    *,
    period: tuple[datetime, datetime] | None = None,
) -> Drawing:
    """Draw when conjunctions happened, coloured by their minimum distance.

    Each is a bar from start to end with a mark of fixed size on it, because minutes vanish in a year;
    both carry the row as ``customdata``. Of many conjunctions, those have no bar whose mark would hide it.

    Parameters
    ----------
    rows
        Conjunctions, indexed by their number: ``start, end, duration_min, min_distance_km, between``.
    selected
        Number of the conjunction to point out.
    limit_km
        The search's maximum distance: end of the colour scale.
    dark
        Whether the page is dark.
    period
        Start and end of the search, which the axis then spans, so that empty nights show too.
    """
    lanes, order, what = _lanes(rows["between"])
    keep = next(iter(np.flatnonzero(rows.index == selected).tolist()), None)
    chosen = _drawn(rows, lanes, keep)
    shown, shown_lanes = rows.iloc[chosen], lanes.iloc[chosen]
    figure = new_figure(
        f"When, by {what}",
        _subtitle(rows, len(shown), period),
        dark=dark,
        uirevision=f"timeline-{what}-{period}",
    )
    plot_px = _plot_px(order)
    figure.update_layout(
        height=TITLE_PX + _BELOW_PX + plot_px,
        margin={"l": tick_labels_px(order), "r": 16, "t": TITLE_PX, "b": _BELOW_PX},
        bargap=0.35,
        hovermode="closest",
        meta={"shown": len(shown), "of": len(rows)},
    )
    set_time_axis(
        figure,
        range=_range(rows, period),
        showticklabels=bool(order) or period is not None,
        automargin=False,
    )
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=order[::-1],
        range=[-0.6, max(len(order), 1) - 0.4],
        ticks="",
        showgrid=True,
        fixedrange=True,
        showticklabels=bool(order),
        automargin=False,
    )
    if rows.empty:
        figure.add_annotation(
            text="No conjunctions in this period",
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            showarrow=False,
        )
        return Drawing(figure, "Timeline: no conjunctions in this period.")
    figure.add_annotation(distance_legend(limit_km, _AXIS_PX, dark, right=True))
    figure.add_traces(_marks(shown, shown_lanes, limit_km, selected, -_AXIS_PX / plot_px, dark))
    if keep is not None:
        moment = str(naive_utc(rows["start"].iloc[[keep]])[0])
        figure.add_vline(x=moment, line={"width": 1, "color": palette(dark).text})
    return Drawing(figure, _summary(rows, keep))


def timeline_height_px(between: pd.Series) -> int:
    """Return how high the timeline of conjunctions will be, from their ``between``."""
    return TITLE_PX + _BELOW_PX + _plot_px(_lanes(between)[1])


def _plot_px(lanes: list[str]) -> int:
    return _LANE_PX * max(len(lanes), 3)


def _lanes(between: pd.Series) -> tuple[pd.Series, list[str], str]:
    """Return the lane of each row, the lanes from the top, and what a lane is."""
    codes, pairs = pd.factorize(between)
    what = "pair" if len(pairs) <= MAX_PAIR_LANES else "first source"
    named = [wrapped(pair if what == "pair" else pair.split(PAIR_SEPARATOR, 1)[0]) for pair in pairs]
    # Lanes are few and rows many: all is done per lane.
    lane_of, lanes = pd.factorize(np.array(named, dtype=object))
    counts = np.bincount(lane_of[codes], minlength=len(lanes)) if len(codes) else np.zeros(0)
    if len(lanes) > MAX_LANES:
        lanes[np.argsort(-counts, kind="stable")[MAX_LANES - 1 :]] = _REST
    order = sorted(set(lanes) - {_REST}) + ([_REST] if _REST in lanes else [])
    return pd.Series(lanes[lane_of[codes]], index=between.index, dtype=object), order, what


def _drawn(rows: pd.DataFrame, lanes: pd.Series, keep: int | None) -> NDArray[np.intp]:
    """Return the places of the rows that are drawn: all, or a sample in which every lane has its part.

    Half of the marks are the nearest conjunction of each lane and stretch of time, so that no lane and
    no time with conjunctions looks empty and none of the nearest is missed; the others are every k-th of
    each lane, so that fuller ones look fuller.
    """
    if len(rows) <= MAX_MARKS:
        return np.arange(len(rows))
    lane, found = pd.factorize(lanes)
    stretches = max(MAX_MARKS // 2 // len(found), 1)
    start = naive_utc(rows["start"]).astype(np.int64)
    since = start - start.min()
    cell = lane * stretches + since * stretches // (since.max() + 1)
    nearest_first = np.lexsort((rows["min_distance_km"].to_numpy(dtype=float), cell))
    nearest = nearest_first[np.flatnonzero(np.diff(cell[nearest_first], prepend=-1))]
    evenly = np.argsort(lane, kind="stable")[thinned(len(rows), MAX_MARKS // 2)]
    return np.union1d(np.union1d(nearest, evenly), [] if keep is None else [keep]).astype(np.intp)


def _marks(
    shown: pd.DataFrame,
    lanes: pd.Series,
    limit_km: float | None,
    selected: int | None,
    legend_y: float,
    dark: bool,
) -> list[go.Bar | go.Scatter]:
    """Return the bars (true length, where that can be seen) and the marks (always visible)."""
    inks = palette(dark)
    distances = shown["min_distance_km"].to_numpy(dtype=float)
    nearest, farthest = distance_axis(limit_km, list(distances))
    start, end = naive_utc(shown["start"]), naive_utc(shown["end"])
    length_ms = (end - start).astype(np.int64)
    chosen = shown.index == selected
    numbers = shown.index.to_numpy()
    colour = {
        "color": distances,
        "colorscale": distance_scale(dark),
        "cmin": nearest,
        "cmax": farthest,
        "opacity": np.where(chosen, 1.0, 0.8) if chosen.any() else 0.95,
    }
    few = len(shown) <= _FEW
    seen = length_ms >= (0 if few else _SEEN * int((end.max() - start.min()).astype(np.int64)))
    share = np.clip((distances[seen] - nearest) / (farthest - nearest), 0, 1)
    scale = [list(step) for step in distance_scale(dark)]
    bars = go.Bar(
        orientation="h",
        base=start[seen],
        x=length_ms[seen],
        y=lanes[seen],
        customdata=numbers[seen],
        marker={
            # Plotly.js takes the numbers of a bar's colours for colours, and complains of each.
            "color": sample_colorscale(scale, np.nan_to_num(share, nan=1.0)),
            "opacity": np.where(chosen, 1.0, 0.8)[seen] if chosen.any() else 0.95,
            "line": {"width": 0},
        },
        hoverinfo="skip",
    )
    marks = go.Scatter(
        x=start + (length_ms // 2).astype("timedelta64[ms]"),
        y=lanes,
        mode="markers",
        customdata=numbers,
        hovertext=_hovers(shown),
        hovertemplate="%{hovertext}<extra></extra>",
        marker=colour
        | {
            "size": np.where(chosen, 15, 10 if few else 6),
            "line": {"width": np.where(chosen, 2, 0.7), "color": inks.edge},
            "colorbar": distance_colorbar(dark, y=legend_y, ypad=0, right=True),
        },
    )
    return [bars, marks]


def _hovers(shown: pd.DataFrame) -> list[str]:
    columns = (shown[name] for name in ("between", "start", "end", "duration_min", "min_distance_km"))
    return [
        f"<b>{between}</b><br>{span_text(start, end)} UTC, {format_duration(minutes)}"
        f"<br>nearest {format_distance(nearest)}"
        for between, start, end, minutes, nearest in zip(*columns, strict=True)
    ]


def _range(rows: pd.DataFrame, period: tuple[datetime, datetime] | None) -> list[str] | None:
    """Return the ends of the time axis: the search's period, else the rows with a little room."""
    if period is not None:
        first, last = naive_utc(list(period))
    elif rows.empty:
        return None
    else:
        first, last = naive_utc([rows["start"].min(), rows["end"].max()])
    room = max((last - first) // 40, np.timedelta64(2, "m"))
    return [str(first - room), str(last + room)]


def _subtitle(rows: pd.DataFrame, shown: int, period: tuple[datetime, datetime] | None) -> str:
    """Say what is drawn, and of which days, because the axis has no room for whole dates."""
    if period is None and rows.empty:
        return count_text(0, "conjunction")
    first, last = period or (rows["start"].min(), rows["end"].max())
    days = f"{time_text(first)[:10]} – {time_text(last)[:10]}"
    if shown < len(rows):
        return f"{shown:,} of {len(rows):,} conjunctions drawn, the nearest of each stretch among them, {days}"
    return f"{count_text(len(rows), 'conjunction')}, {days}"


def _summary(rows: pd.DataFrame, place: int | None) -> str:
    """Say when conjunctions happened, how long they were and which (by its place) is selected."""
    text = (
        f"Timeline of {count_text(len(rows), 'conjunction')} between {time_text(rows['start'].min())} "
        f"and {time_text(rows['end'].max())} UTC, {count_text(rows['between'].nunique(), 'pair')}; "
        f"the longest lasts {format_duration(rows['duration_min'].max())}, "
        f"the nearest is {format_distance(rows['min_distance_km'].min())}."
    )
    if place is None:
        return text
    span = span_text(rows["start"].iloc[place], rows["end"].iloc[place])
    return f"{text} Selected: {rows['between'].iloc[place]}, {span} UTC."

"""How far apart the sources of one conjunction were, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.figures.drawing import Drawing, Moment, naive_utc, span_text, time_text
from aurorax_dashboard.figures.theme import (
    PROGRAM_COLOURS,
    TITLE_PX,
    new_figure,
    palette,
    set_time_axis,
)
from aurorax_dashboard.times import format_distance

_LIMITS_SHOWN = 3
"""The axis ends at so many times the largest limit at most; the rest can be reached by zooming out."""


def distance_curve(
    distances: pd.DataFrame,
    start: Moment,
    end: Moment,
    limits_km: Sequence[float] = (),
    dark: bool = False,
) -> Drawing:
    """Draw the distances of one conjunction's pairs against time.

    Parameters
    ----------
    distances
        Kilometres, indexed by UTC time, one column for each pair of sources, named as it shall be read.
        Missing values and missing times are gaps in the curve.
    start, end
        First and last epoch of the conjunction, which is shaded.
    limits_km
        The maximum distances of the search, each drawn as a line: pairs of blocks may differ.
    dark
        Whether the page is dark.
    """
    inks = palette(dark)
    several = distances.shape[1] > 1
    figure = new_figure(
        "Distance around the conjunction",
        f"Shaded: {span_text(start, end)} UTC",
        dark=dark,
        uirevision=f"distance-{time_text(start)}",
    )
    figure.update_layout(hovermode="x unified", margin={"l": 12, "r": 16, "t": TITLE_PX, "b": 12})
    set_time_axis(figure)
    figure.update_yaxes(title_text="Distance, km", rangemode="tozero", hoverformat=",.0f")
    known = distances.dropna(how="all")
    if known.empty:
        figure.update_layout(xaxis_visible=False, yaxis_visible=False)  # of what, and when?
        figure.add_annotation(
            text="No positions known around this time",
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            showarrow=False,
        )
        return Drawing(figure, "Distance against time: no positions are known around this conjunction.")
    _shade(figure, start, end, dark)
    times, values = with_gaps(distances)
    for place, pair in enumerate(distances.columns):
        colour = PROGRAM_COLOURS[place % len(PROGRAM_COLOURS)] if several else inks.accent
        figure.add_trace(_curve(str(pair), times, values[:, place], colour))
    if limits_km:
        # Satellites cross thousands of km in minutes: what matters lies near the limit.
        figure.update_yaxes(range=[0, min(1.05 * np.nanmax(values), _LIMITS_SHOWN * max(limits_km))])
    for limit_km in limits_km:
        figure.add_hline(
            y=limit_km,
            line={"width": 1.5, "dash": "dash", "color": inks.muted},
            annotation={
                "text": f"limit {format_distance(limit_km)}",
                "font": {"size": 11, "color": inks.muted},
                "bgcolor": inks.paper,
            },
            annotation_position="top left",
        )
    if several:
        _show_legend(figure, distances.shape[1])
    return Drawing(figure, _summary(known, start, end, limits_km))


def distance_table(distances: pd.DataFrame) -> pd.DataFrame:
    """Return `distances`, as :func:`distance_curve` takes them, as a table to read, km with one decimal."""
    known = distances.dropna(how="all").sort_index()
    times = [time_text(time) for time in naive_utc(known.index)]
    values = {f"{pair}, km": known[pair].round(1).to_numpy() for pair in known.columns}
    return pd.DataFrame({"Time (UTC)": times, **values})


def with_gaps(distances: pd.DataFrame) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return times and values with an empty row wherever records are missing.

    A pause of more than one and a half times the usual step is one: a line across it would show
    distances that nobody measured.

    Returns
    -------
    times
        Naive UTC, shape ``[m]``.
    values
        Kilometres, shape ``[m, pairs]``.
    """
    ordered = distances.sort_index()
    times = naive_utc(ordered.index)
    values = ordered.to_numpy(dtype=float)
    if len(times) < 3:
        return times, values
    steps = np.diff(times).astype(np.int64)
    after = np.flatnonzero(steps > 1.5 * np.median(steps))
    middles = times[after] + (steps[after] // 2).astype("timedelta64[ms]")
    return np.insert(times, after + 1, middles), np.insert(values, after + 1, np.nan, axis=0)


def _curve(
    pair: str, times: NDArray[np.datetime64], values: NDArray[np.float64], colour: str
) -> go.Scatter:
    return go.Scatter(
        name=pair,
        x=times,
        y=values,
        mode="lines+markers",
        connectgaps=False,
        line={"width": 2, "color": colour},
        marker={"size": 4},
        hovertemplate="%{fullData.name}: %{y:,.0f} km<extra></extra>",
    )


def _show_legend(figure: go.Figure, curves: int) -> None:
    """Name the curves at the figure's lower edge, with room for one on each line, as on a phone."""
    figure.update_xaxes(automargin=False)
    figure.update_layout(
        showlegend=True,
        margin_b=62 + 20 * curves,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "font": {"size": 11},
        },
    )


def _shade(figure: go.Figure, start: Moment, end: Moment, dark: bool) -> None:
    """Shade the conjunction with half a minute around its first and last epoch."""
    first, last = naive_utc([start, end])
    half = np.timedelta64(30, "s")
    figure.add_vrect(
        x0=str(first - half),
        x1=str(last + half),
        fillcolor=palette(dark).accent,
        opacity=0.16,
        line_width=0,
        layer="below",
    )


def _summary(
    known: pd.DataFrame,
    start: Moment,
    end: Moment,
    limits_km: Sequence[float],
) -> str:
    """Say how near the sources came, when, and what the limit was."""
    nearest = known.min(axis=1).to_numpy(dtype=float)
    place = int(nearest.argmin())
    pair = known.columns[int(known.iloc[place].argmin())]
    limits = " and ".join(format_distance(limit_km) for limit_km in limits_km)
    said = f" The limit{'s are' if len(limits_km) > 1 else ' is'} {limits}." if limits else ""
    times = naive_utc(known.index)
    return (
        f"Distance against time from {time_text(times.min())} to {time_text(times.max())} UTC. "
        f"The nearest is {format_distance(nearest[place])} at {time_text(times[place])} UTC ({pair}); "
        f"the conjunction lasts from {span_text(start, end)} UTC.{said}"
    )

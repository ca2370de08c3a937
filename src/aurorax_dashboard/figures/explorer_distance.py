"""How far apart two things are before and after one minute."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aurorax_dashboard.figures.distance import with_gaps
from aurorax_dashboard.figures.drawing import Drawing, Moment, instant, time_text
from aurorax_dashboard.figures.theme import TITLE_PX, new_figure, palette, set_time_axis
from aurorax_dashboard.times import format_distance


def distance_in_time(
    distances: pd.Series[float], pair: str, now: Moment, limit_km: float, dark: bool = False
) -> Drawing:
    """Draw the distance of two things against time.

    Parameters
    ----------
    distances
        Kilometres, indexed by UTC minute; NaN where one of them is nowhere.
    pair
        What the two are called.
    now
        The minute that the map shows, a line.
    limit_km
        Below this distance is a conjunction, a dashed line.
    dark
        Whether the page is dark.
    """
    inks = palette(dark)
    figure = new_figure(pair, _subtitle(distances, now), dark=dark, uirevision=f"apart-{pair}")
    figure.update_layout(margin={"l": 12, "r": 16, "t": TITLE_PX, "b": 12})
    set_time_axis(figure, range=[_naive(distances.index[0]), _naive(distances.index[-1])])
    figure.update_yaxes(title_text="Distance, km", rangemode="tozero", hoverformat=",.0f")
    known = distances.dropna()
    if known.empty:
        figure.add_annotation(
            text="No minute in which both have a position",
            x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False,
        )  # fmt: skip
        return Drawing(figure, f"{pair}: no minute in which both have a position.")
    times, values = with_gaps(known.to_frame())
    figure.add_trace(
        go.Scatter(
            x=times,
            y=values[:, 0],
            mode="lines",
            line={"width": 2, "color": inks.accent},
            hovertemplate="%{x|%H:%M} UTC: %{y:,.0f} km<extra></extra>",
        )
    )
    figure.add_hline(y=limit_km, line={"width": 1.2, "dash": "dash", "color": inks.muted})
    figure.add_vline(x=_naive(now), line={"width": 1.2, "color": inks.text})
    return Drawing(figure, f"{pair}: {_words(known, now)}.")


def _naive(time: Moment) -> str:
    return str(np.datetime64(instant(time), "ms"))


def _subtitle(distances: pd.Series[float], now: Moment) -> str:
    here = distances.get(pd.Timestamp(now))
    if here is None or np.isnan(here):
        return f"At {time_text(now)} UTC one of them has no position"
    return f"{format_distance(float(here))} at {time_text(now)} UTC"


def _words(known: pd.Series[float], now: Moment) -> str:
    closest = pd.DatetimeIndex(known.index)[int(known.argmin())]
    there = f"closest {format_distance(float(known.min()))} at {time_text(closest)} UTC"
    here = known.get(pd.Timestamp(now))
    return there if here is None else f"{format_distance(float(here))} at {time_text(now)} UTC, {there}"

"""One conjunction against time: distances, keograms and the sources' own fields on one UTC axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aurorax_dashboard.figures.distance import with_gaps
from aurorax_dashboard.figures.drawing import Drawing, Moment, instant, naive_utc, span_text, time_text
from aurorax_dashboard.figures.panels import Panel, axis_name, iso, panel_head, stack
from aurorax_dashboard.figures.sampling import MINUTE_MS
from aurorax_dashboard.figures.theme import PROGRAM_COLOURS, new_figure, palette, set_time_axis
from aurorax_dashboard.times import format_distance

CURSOR = "cursor"
"""Name of the line at the minute shown, which the browser moves."""

_DISTANCE_PX = 210
_SKY_PX = 120
_LIMITS_SHOWN = 3
"""The axis of distances ends at so many times the limit at most; zooming out shows the rest."""
_LEAST_GAP_MS = 2 * MINUTE_MS
_NIGHT_INK = "#c9d3de"
_NIGHT_PAPER = "#0d1117"


@dataclass(frozen=True, slots=True)
class Picture:
    """A keogram, or a part of one, that has a place in time."""

    address: str
    """Where the browser gets it."""
    start: Moment
    stop: Moment
    """The first minute after it."""


@dataclass(frozen=True, slots=True)
class Sky:
    """What one imager saw."""

    name: str
    pictures: Sequence[Picture]
    lack: str
    """What is said of minutes without a picture."""


def event_series(
    distances: pd.DataFrame,
    limits: Mapping[str, float],
    skies: Sequence[Sky],
    fields: Sequence[Panel],
    *,
    span: tuple[Moment, Moment],
    conjunction: tuple[Moment, Moment],
    at: Moment,
    dark: bool = False,
) -> Drawing:
    """Draw everything around one conjunction that has a time, on one axis.

    Parameters
    ----------
    distances
        Kilometres, indexed by UTC time, a column for each pair, named as it shall be read.
    limits
        The search's maximum distance of each pair (km); pairs without one are left out.
    skies
        Keograms, one row for each imager.
    fields
        Rows of the sources' own fields, as :func:`~aurorax_dashboard.figures.series.field_panels` makes them.
    span
        First and last minute that is drawn.
    conjunction
        First and last epoch of the conjunction, which is marked in every row.
    at
        The minute at which a line stands.
    dark
        Whether the page is dark.
    """
    ends = tuple(instant(moment).value // 1_000_000 for moment in span)
    panels = [
        _distance_panel(distances, limits, dark),
        *(_sky_panel(sky, (ends[0], ends[1])) for sky in skies),
        *fields,
    ]
    figure = new_figure(
        "Around the conjunction",
        f"Shaded: {span_text(*conjunction)} UTC",
        dark=dark,
        uirevision="-".join(str(end) for end in ends),
    )
    stack(figure, panels, dark)
    set_time_axis(
        figure,
        range=[iso(ends[0] - MINUTE_MS // 2), iso(ends[1] + MINUTE_MS // 2)],
        anchor="free",
        position=0,
        automargin=False,
        nticks=8,
    )
    grounds = [_ground(axis_name(place), (ends[0], ends[1])) for place, _ in enumerate(skies, start=1)]
    figure.update_layout(
        hovermode="closest",
        dragmode="zoom",
        shapes=[*grounds, *_marks(conjunction, at, dark)],
        images=[
            _hung(picture, axis_name(place))
            for place, sky in enumerate(skies, start=1)
            for picture in sky.pictures
        ],
    )
    words = ". ".join(panel.words for panel in panels)
    return Drawing(figure, f"{span_text(*span)} UTC. {words}.")


# ---- distances -----------------------------------------------------------------------------------


def _distance_panel(distances: pd.DataFrame, limits: Mapping[str, float], dark: bool) -> Panel:
    """Return the distances of the pairs with the limits that they were searched with."""
    inks = palette(dark)
    times, values = with_gaps(distances)
    several = distances.shape[1] > 1
    colours = {
        str(pair): PROGRAM_COLOURS[place % len(PROGRAM_COLOURS)] if several else inks.accent
        for place, pair in enumerate(distances.columns)
    }
    traces = [
        go.Scatter(
            name=pair,
            x=times,
            y=values[:, place],
            mode="lines+markers",
            connectgaps=False,
            line={"width": 2, "color": colour},
            marker={"size": 4},
            hovertemplate="<b>%{fullData.name}</b><br>%{x|%Y-%m-%d %H:%M} UTC<br>%{y:,.0f} km<extra></extra>",
        )
        for place, (pair, colour) in enumerate(colours.items())
    ]
    traces += [_limit_line(km, times, inks.muted) for km in sorted(set(limits.values()))]
    known = values[np.isfinite(values)]
    axis: dict[str, Any] = {
        "fixedrange": True,
        "nticks": 5,
        "hoverformat": ",.0f",
        "rangemode": "tozero",
    }
    if len(known):
        axis["range"] = [0, _top(float(known.max()), max(limits.values(), default=None))]
    entries = [(colour, "━", pair) for pair, colour in colours.items()]
    asked = ", ".join(format_distance(km) for km in sorted(set(limits.values())))
    label = f"Distance, km; limit {asked}" if asked else "Distance, km"
    return Panel(traces, panel_head(label, entries), _DISTANCE_PX, axis, _nearest_words(distances))


def _top(farthest_km: float, limit_km: float | None) -> float:
    """Return where the axis of distances ends: the limit is always on it, and what is near it fills it."""
    if limit_km is None:
        return 1.05 * farthest_km
    return min(max(1.05 * farthest_km, 1.1 * limit_km), _LIMITS_SHOWN * limit_km)


def _limit_line(km: float, times: Any, colour: str) -> go.Scatter:
    ends = times[[0, -1]] if len(times) else times
    return go.Scatter(
        x=ends,
        y=[km] * len(ends),
        mode="lines",
        line={"width": 1.5, "dash": "dash", "color": colour},
        hovertemplate=f"Limit {format_distance(km)}<extra></extra>",
    )


def _nearest_words(distances: pd.DataFrame) -> str:
    known = distances.dropna(how="all")
    if known.empty:
        return "Distances: no positions are known"
    nearest = known.min(axis=1).to_numpy(dtype=float)
    place = int(nearest.argmin())
    pair = known.columns[int(known.iloc[place].argmin())]
    when = naive_utc(known.index)[place]
    return f"Nearest {format_distance(nearest[place])} at {time_text(when)} UTC ({pair})"


# ---- keograms ------------------------------------------------------------------------------------


def _sky_panel(sky: Sky, ends: tuple[int, int]) -> Panel:
    """Return the row of one imager: its minutes for the pointer, and what is said where nothing hangs."""
    minutes = np.arange(ends[0], ends[1] + 1, MINUTE_MS)
    gaps = [gap for gap in uncovered(sky, ends) if gap[1] - gap[0] >= _LEAST_GAP_MS]
    said = [((first + last) / 2, sky.lack) for first, last in gaps]
    for picture in sky.pictures:
        first = max(_ms(picture.start), ends[0])
        last = min(_ms(picture.stop), ends[1])
        said.append(((first + last) / 2, "picture missing, or still loading"))
    words = go.Scatter(
        x=[when for when, _ in said],
        y=[0.5] * len(said),
        text=[text for _, text in said],
        mode="text",
        textfont={"size": 12, "color": _NIGHT_INK},
        hoverinfo="skip",
    )
    pointer = go.Scatter(
        name=sky.name,
        x=minutes.astype(float),
        y=np.full(len(minutes), 0.5),
        mode="markers",
        marker={"opacity": 0},
        hovertemplate="<b>%{fullData.name}</b><br>%{x|%Y-%m-%d %H:%M} UTC<extra></extra>",
    )
    axis = {
        "range": [0, 1],
        "fixedrange": True,
        "showgrid": False,
        "ticks": "",
        "tickmode": "array",
        "tickvals": [0.08, 0.92],
        "ticktext": ["south", "north"],
    }
    seen = "shown" if sky.pictures else sky.lack
    return Panel(
        [words, pointer],
        panel_head(f"Keogram, {sky.name}", []),
        _SKY_PX,
        axis,
        f"Keogram of {sky.name}: {seen}",
    )


def uncovered(sky: Sky, ends: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the times (ms since 1970) between `ends` of which there is no picture."""
    gaps = []
    reached = ends[0]
    for picture in sorted(sky.pictures, key=lambda each: _ms(each.start)):
        start, stop = _ms(picture.start), _ms(picture.stop)
        if start > reached:
            gaps.append((reached, min(start, ends[1])))
        reached = max(reached, stop)
    if reached < ends[1]:
        gaps.append((reached, ends[1]))
    return gaps


def _ground(axis: str, ends: tuple[int, int]) -> dict[str, Any]:
    """Return the ground of a row of pictures, which is dark in both themes."""
    return {
        "type": "rect", "xref": "x", "yref": axis, "y0": 0, "y1": 1,
        "x0": iso(ends[0] - MINUTE_MS // 2), "x1": iso(ends[1] + MINUTE_MS // 2),
        "fillcolor": _NIGHT_PAPER, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _hung(picture: Picture, axis: str) -> dict[str, Any]:
    """Return a picture in its row; as every mark of a minute, it begins half a minute before."""
    start = _ms(picture.start)
    return {
        "source": picture.address,
        "xref": "x", "yref": axis, "x": iso(start - MINUTE_MS // 2), "y": 1,
        "sizex": _ms(picture.stop) - start, "sizey": 1,
        "xanchor": "left", "yanchor": "top", "sizing": "stretch", "layer": "above",
    }  # fmt: skip


def _ms(moment: Moment) -> int:
    return int(instant(moment).value // 1_000_000)


# ---- marks through all rows ----------------------------------------------------------------------


def _marks(conjunction: tuple[Moment, Moment], at: Moment, dark: bool) -> list[dict[str, Any]]:
    """Return the shade of the conjunction through all rows, its edges above the pictures, and the minute shown."""
    half = np.timedelta64(30, "s")
    first, last = naive_utc(list(conjunction))
    start, stop, now = str(first - half), str(last + half), iso(_ms(at))
    through: dict[str, Any] = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    line = through | {"type": "line"}
    edge = {"width": 1, "dash": "dot", "color": PROGRAM_COLOURS[4]}
    shade = {"fillcolor": palette(dark).accent, "opacity": 0.16, "line": {"width": 0}, "layer": "below"}
    return [
        through | shade | {"type": "rect", "x0": start, "x1": stop},
        *(line | {"x0": side, "x1": side, "line": edge} for side in (start, stop)),
        line
        | {"name": CURSOR, "x0": now, "x1": now, "line": {"width": 2, "color": PROGRAM_COLOURS[4]}},
    ]

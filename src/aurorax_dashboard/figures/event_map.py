"""The map of one conjunction: the ways of its sources, and where they are at one minute of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aurorax_dashboard.figures import map_layers as layers
from aurorax_dashboard.figures.drawing import Drawing, Moment, count_text, time_text
from aurorax_dashboard.figures.map_view import MapView, graticule_labels, map_ground
from aurorax_dashboard.figures.sphere import AURORA_HEIGHT_KM, MIN_ELEVATION_DEG
from aurorax_dashboard.figures.theme import (
    TITLE_PX,
    marker_symbol,
    new_figure,
    palette,
    program_colours,
)
from aurorax_dashboard.times import format_distance

NOW, APART, NIGHT = "now", "apart", "night"
"""Names of the traces that change from minute to minute, which the browser moves."""

_TITLES = {
    "nbtrace": "Northern footprints",
    "sbtrace": "Southern footprints",
    "geographic": "Positions",
}


def event_map(
    tracks: pd.DataFrame,
    places: pd.DataFrame,
    *,
    view: MapView,
    conjunction_type: str,
    at: Moment,
    apart: tuple[pd.DataFrame, float] | None,
    names: Sequence[str],
    limit_km: float | None = None,
    dark: bool = False,
) -> Drawing:
    """Draw the sources of one conjunction around it.

    Parameters
    ----------
    tracks
        What moves: ``identifier, name, source_type, epoch, lat, lon, inside`` (whether this minute is
        part of the conjunction).
    places
        What stands still: ``identifier, name, label, source_type, lat, lon``.
    view
        Where to look from.
    conjunction_type
        Which positions these are.
    at
        The minute at which sources, distance and night are shown.
    apart
        The two nearest places at that minute (``lat, lon``) and how far apart they are, km.
    names
        Names of all sources in the order that gives them their colours.
    limit_km
        The search's maximum distance: radius of the dashed circles.
    dark
        Whether the page is dark.
    """
    colours = program_colours(names, dark)
    figure = new_figure(
        _TITLES.get(conjunction_type, "Positions"),
        "A dot is a minute; thick within the conjunction",
        dark=dark,
        uirevision=f"event-{view.name}-{view.centre_lat}-{view.centre_lon}",
    )
    figure.update_layout(
        geo=map_ground(view, dark) | {"domain": {"x": [0, 1], "y": [0, 1]}},
        margin={"l": 8, "r": 8, "t": TITLE_PX, "b": 58},
    )
    night = layers.night_shade(at, dark)
    if night is not None:
        night.name = NIGHT
    stationary = places.assign(program=places["name"])
    own = places["identifier"].tolist()
    side = _label_side(places, tracks, view)
    traces: list[go.Scattergeo | None] = [
        night,
        graticule_labels(view, dark),
        layers.search_radius(places, limit_km, dark),
        *layers.fields_of_view(stationary, colours, own, dark),
        *layers.track_lines(tracks.drop(columns="program", errors="ignore"), colours, view, dark),
        *layers.place_marks(stationary, colours, own, side, dark),
        _apart(apart, "middle right" if side != "middle right" else "middle left", dark),
        _now(tracks, at, dark),
    ]
    figure.add_traces([trace for trace in traces if trace is not None])
    _annotate(figure, view, places, limit_km, dark)
    return Drawing(figure, _summary(tracks, places, at, apart))


def positions_at(tracks: pd.DataFrame, at: Moment) -> pd.DataFrame:
    """Return the row of each moving source at a minute, in the order of the tracks; NaN where unknown."""
    order = tracks.drop_duplicates("identifier").set_index("identifier")[["name", "source_type"]]
    moment = pd.Timestamp(at)
    moment = moment if moment.tzinfo else moment.tz_localize("UTC")
    there = tracks[tracks["epoch"] == moment].set_index("identifier")[["lat", "lon"]]
    return order.join(there)


def _now(tracks: pd.DataFrame, at: Moment, dark: bool) -> go.Scattergeo | None:
    """Return the marks of what moves at one minute."""
    if tracks.empty:
        return None
    now = positions_at(tracks, at)
    inks = palette(dark)
    return go.Scattergeo(
        name=NOW,
        lat=now["lat"],
        lon=now["lon"],
        mode="markers",
        marker={
            "symbol": [marker_symbol(kind) for kind in now["source_type"]],
            "size": 12,
            "color": inks.paper,
            "line": {"width": 2.5, "color": inks.text},
        },
        hovertext=now["name"],
        hovertemplate="<b>%{hovertext}</b><extra></extra>",
    )


def _apart(apart: tuple[pd.DataFrame, float] | None, side: str, dark: bool) -> go.Scattergeo:
    """Return the great circle between the two nearest, with its kilometres at a side of its end; or nothing.

    A map draws the line between two points as the great circle.
    """
    ends, km = apart if apart is not None else (pd.DataFrame({"lat": [], "lon": []}), 0.0)
    inks = palette(dark)
    return go.Scattergeo(
        name=APART,
        lat=ends["lat"],
        lon=ends["lon"],
        mode="lines+text",
        line={"width": 2, "color": inks.text, "dash": "dot"},
        text=["", f"\u2002\u2002<b>{format_distance(km)}</b>\u2002\u2002"],
        textposition=side,
        textfont={"size": 12, "color": inks.text, "shadow": layers.halo(inks.paper)},
        hoverinfo="skip",
    )


def _label_side(places: pd.DataFrame, tracks: pd.DataFrame, view: MapView) -> str:
    """Return on which side of the places their labels are clear of the tracks."""
    inside = tracks[tracks["inside"].astype(bool)].dropna(subset=["lat", "lon"])
    if places.empty or inside.empty:
        return "bottom center"
    place_x, _ = view.project(places["lat"], places["lon"])
    track_x, _ = view.project(inside["lat"], inside["lon"])
    return "middle left" if np.mean(track_x) >= np.mean(place_x) else "middle right"


def _annotate(
    figure: go.Figure, view: MapView, places: pd.DataFrame, limit_km: float | None, dark: bool
) -> None:
    """Write in the corners what the map is, and what its lines and shades are."""
    marks = ["Shaded: night"]
    if (places["source_type"] == "ground").any():
        marks.append(f"Solid: view, {MIN_ELEVATION_DEG:.0f}° up at {AURORA_HEIGHT_KM:.0f} km")
    if len(places) and limit_km:
        marks.append(f"Dashed: {format_distance(limit_km)} around")
    common: dict[str, Any] = {
        "y": 0, "xref": "paper", "yref": "paper", "yanchor": "top", "yshift": -4,
        "showarrow": False, "font": {"size": 10, "color": palette(dark).muted},
    }  # fmt: skip
    left = {"text": "<br>".join(marks), "x": 0, "xanchor": "left", "align": "left"}
    right = {"text": view.caption, "x": 1, "xanchor": "right", "align": "right"}
    figure.update_layout(annotations=[left | common, right | common])


def _summary(
    tracks: pd.DataFrame,
    places: pd.DataFrame,
    at: Moment,
    apart: tuple[pd.DataFrame, float] | None,
) -> str:
    """Say in a sentence or two what the map shows."""
    moving = ", ".join(tracks["name"].drop_duplicates())
    still = f" past {', '.join(places['name'])}" if len(places) else ""
    text = (
        f"Map of {moving}{still}, {count_text(tracks['epoch'].nunique(), 'minute')} of them"
        if moving
        else f"Map of {', '.join(places['name'])}"
    )
    near = f"; {format_distance(apart[1])} apart at {time_text(at)} UTC" if apart else ""
    return f"{text}{near}."

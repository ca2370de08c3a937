"""The map of one minute: its ground and its traces, which the browser fills minute by minute.

``assets/20-behaviour/explorer.js`` knows a trace by its ``meta`` and moves what is in it: a server could
not answer ten times a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from aurorax_dashboard.figures.drawing import Moment
from aurorax_dashboard.figures.magnetic import LATITUDES, dipole_pole, latitude_circles, southern
from aurorax_dashboard.figures.magnetic import oval as magnetic_oval
from aurorax_dashboard.figures.map_layers import halo
from aurorax_dashboard.figures.map_view import VIEWS, MapView, graticule_labels, map_ground
from aurorax_dashboard.figures.sphere import (
    AURORA_HEIGHT_KM,
    MIN_ELEVATION_DEG,
    bearing_deg,
    destination,
    field_of_view_deg,
)
from aurorax_dashboard.figures.theme import PROGRAM_COLOURS, TITLE_PX, new_figure, palette

IMAGING = PROGRAM_COLOURS[4]
"""Colour of what images now; no program has it."""

SPACE_COLOURS = tuple(colour for colour in PROGRAM_COLOURS if colour != IMAGING)

_OVAL_POINTS = 73

_GLOBE = MapView("globe", "the globe", 55, -100, 90)


def view_of(name: str) -> MapView:
    """Return the view of a name; the globe where there is none."""
    return VIEWS.get(name, _GLOBE)


def space_colours(programs: Sequence[str], dark: bool) -> dict[str, str]:
    """Return a colour for each program of spacecraft; those after the sixth share a grey."""
    rest = palette(dark).muted
    return {
        program: SPACE_COLOURS[place] if place < len(SPACE_COLOURS) else rest
        for place, program in enumerate(dict.fromkeys(programs))
    }


def explorer_map(
    view: MapView,
    title: str,
    time: Moment,
    colours: Mapping[str, str],
    *,
    layers: Sequence[str] = (),
    oval: int | None = None,
    dark: bool = False,
) -> go.Figure:
    """Return the map without what moves.

    Parameters
    ----------
    view
        Where to look from.
    title
        Which positions are shown.
    time
        A time of the day that is shown, for the magnetic pole.
    colours
        Colour of each program of spacecraft.
    layers
        Which of ``night``, ``mlat``, ``views`` and ``names`` are drawn.
    oval
        Activity (Feldstein's Q, 0…6) that the auroral oval is drawn for; None for none.
    dark
        Whether the page is dark.

    Returns
    -------
    Figure
        Its traces carry ``meta``: ``night``, ``oval``, ``views-off``, ``views-on``, ``tracks`` (one for
        each colour), ``ground``, ``space``, ``pair``, or nothing where they stay as they are.
        ``layout.meta`` has what the browser needs to fill them.
    """
    inks = palette(dark)
    figure = new_figure(title, " ", dark=dark, uirevision=f"explorer-{view.name}")
    figure.update_layout(
        geo=_ground(view, dark) | {"domain": {"x": [0, 1], "y": [0, 1]}},
        margin={"l": 8, "r": 8, "t": TITLE_PX, "b": 12},
        meta={
            "radius_deg": field_of_view_deg(),
            "imaging": IMAGING,
            "muted": inks.muted,
            "edge": inks.edge,
            "colours": dict(colours),
            "pole": list(dipole_pole(time)),
            "names": "names" in layers,
            "oval": _oval_edges(oval),
        },
    )
    if "night" in layers:
        figure.add_trace(_night(dark))
    if view.name != _GLOBE.name:
        figure.add_trace(_listed(graticule_labels(view, dark)))
    if "mlat" in layers:
        figure.add_traces(_magnetic(view, time, dark))
    if oval is not None:
        figure.add_trace(_lines("oval", {"width": 1.5, "color": "#009E73", "dash": "dash"}))
    if "views" in layers:
        figure.add_trace(_lines("views-off", {"width": 1, "color": inks.muted, "dash": "dot"}))
        figure.add_trace(
            _lines("views-on", {"width": 1.6, "color": IMAGING}, fillcolor="rgba(230,159,0,0.16)")
        )
    for colour in dict.fromkeys(colours.values()):
        figure.add_trace(_lines("tracks", {"width": 1.6, "color": colour}))
    figure.add_trace(_lines("pair", {"width": 2, "color": inks.text, "dash": "dash"}))
    figure.add_trace(_marks("ground", "circle", dark))
    figure.add_trace(_marks("space", "triangle-up", dark))
    _annotate(figure, view, layers, oval, dark)
    return figure


def _oval_edges(activity: int | None) -> list[list[float]]:
    """Return the colatitudes of the oval's two edges by magnetic local time, noon first and last."""
    if activity is None:
        return []
    hours = 12 + np.linspace(0, 24, _OVAL_POINTS)
    return [edge.round(2).tolist() for edge in magnetic_oval(activity, hours)]


def _ground(view: MapView, dark: bool) -> dict[str, Any]:
    ground = map_ground(view, dark)
    if view.name == _GLOBE.name:
        ground["projection"] = {
            "type": "orthographic",
            "rotation": {"lat": view.centre_lat, "lon": view.centre_lon},
        }
        ground |= {"showframe": True, "framecolor": palette(dark).coast, "framewidth": 0.7}
    return ground


def _listed(trace: go.Scattergeo) -> go.Scattergeo:
    """Return a trace with lists for arrays: the browser's own code reads them too."""
    places = {name: np.asarray(trace[name]).tolist() for name in ("lat", "lon")}
    return go.Scattergeo(trace.to_plotly_json() | places)


def _night(dark: bool) -> go.Scattergeo:
    return _lines(
        "night",
        {"width": 1, "color": palette(dark).coast},
        fillcolor="rgba(0,0,0,0.28)" if dark else "rgba(40,60,100,0.12)",
    )


def _lines(meta: str, line: dict[str, Any], fillcolor: str | None = None) -> go.Scattergeo:
    filled = {} if fillcolor is None else {"fill": "toself", "fillcolor": fillcolor}
    return go.Scattergeo(lat=[], lon=[], meta=meta, mode="lines", line=line, hoverinfo="skip", **filled)


def _marks(meta: str, symbol: str, dark: bool) -> go.Scattergeo:
    """Return marks with names; those of spacecraft are turned to where they go."""
    inks = palette(dark)
    return go.Scattergeo(
        lat=[],
        lon=[],
        meta=meta,
        mode="markers+text",
        textposition="top center",
        textfont={"size": 10, "color": inks.text, "shadow": halo(inks.paper)},
        marker={"symbol": symbol, "opacity": 1, "line": {"width": 1, "color": inks.edge}},
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _magnetic(view: MapView, time: Moment, dark: bool) -> list[go.Scattergeo]:
    """Return circles of magnetic latitude of the hemisphere that is looked at, and their degrees."""
    inks = palette(dark)
    north = view.centre_lat > 0
    circles = latitude_circles(time, north=north)
    lat, lon = dipole_pole(time) if north else southern(*dipole_pole(time))
    side = bearing_deg(lat, lon, 0.5 * view.centre_lat, view.bottom_meridian - 45)
    places = [destination(lat, lon, side, 90 - latitude) for latitude in LATITUDES]
    return [
        go.Scattergeo(
            lat=circles["lat"].tolist(),
            lon=circles["lon"].tolist(),
            mode="lines",
            line={"width": 0.9, "color": inks.accent},
            opacity=0.55,
            hoverinfo="skip",
        ),
        go.Scattergeo(
            lat=[float(place[0]) for place in places],
            lon=[float(place[1]) for place in places],
            text=[f"{latitude:.0f}°" for latitude in LATITUDES],
            mode="text",
            textfont={"size": 10, "color": inks.accent, "shadow": halo(inks.paper)},
            hoverinfo="skip",
        ),
    ]


def _annotate(
    figure: go.Figure, view: MapView, layers: Sequence[str], oval: int | None, dark: bool
) -> None:
    """Write below what the map is, and whose its lines are."""
    lines = [
        "Orthographic, turned by dragging" if view.name == _GLOBE.name else view.caption,
        f"Circles: view, {MIN_ELEVATION_DEG:.0f}° up at {AURORA_HEIGHT_KM:.0f} km"
        * ("views" in layers),
        "Blue: latitude of the centred dipole, IGRF-14" * ("mlat" in layers),
        ""
        if oval is None
        else f"Green: oval of Holzworth and Meng (1975), Q {oval},<br>about the dipole's pole",
    ]
    text = "<br>".join(line for line in lines if line)
    figure.update_layout(margin_b=10 + 13 * (text.count("<br>") + 1))
    figure.add_annotation(
        text=text,
        x=0, y=0, xref="paper", yref="paper", xanchor="left", yanchor="top", yshift=-2,
        align="left", showarrow=False, font={"size": 10, "color": palette(dark).muted},
    )  # fmt: skip

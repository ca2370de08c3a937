"""A map on which places are picked: its clicks are read by ``assets/20-behaviour/places.js``."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from aurorax_dashboard.figures.drawing import Drawing, count_text, degrees_text
from aurorax_dashboard.figures.map_layers import halo
from aurorax_dashboard.figures.map_view import MapView, graticule_labels, map_ground
from aurorax_dashboard.figures.theme import TITLE_PX, marker_symbol, new_figure, palette

PLACES = "places"
"""``meta`` of the trace of the places."""
_MAX_LABELS = 14


def place_map(
    places: pd.DataFrame, view: MapView, block: str, *, whole: bool = False, dark: bool = False
) -> Drawing:
    """Draw the places picked so far.

    Parameters
    ----------
    places
        ``lat``, ``lon`` in degrees; ``line``, the line of text that holds each.
    view
        Where to look from.
    block
        Name of the criteria block that the places belong to; the figure's ``meta`` holds it.
    whole
        Whether all of the Earth is shown instead, whatever `view`.
    """
    inks = palette(dark)
    figure = new_figure(
        "Pick locations",
        "Click to add one; click one to take it away",
        dark=dark,
        uirevision="earth" if whole else view.name,
    )
    ground = map_ground(view, dark) | {"domain": {"x": [0, 1], "y": [0, 1]}}
    if whole:
        ground |= {"projection": {"type": "natural earth"}, "uirevision": "earth"}
        ground |= {axis: ground[axis] | {"dtick": 30} for axis in ("lonaxis", "lataxis")}
    figure.update_layout(
        geo=ground, margin={"l": 8, "r": 8, "t": TITLE_PX, "b": 8}, meta={"block": block}
    )
    if not whole:
        figure.add_trace(graticule_labels(view, dark))
    said = [degrees_text(lat, lon) for lat, lon in zip(places["lat"], places["lon"], strict=True)]
    figure.add_trace(
        go.Scattergeo(
            meta=PLACES,
            lat=places["lat"].tolist(),
            lon=places["lon"].tolist(),
            customdata=places["line"].tolist(),
            mode="markers+text" if len(places) <= _MAX_LABELS else "markers",
            text=said,
            textposition="top center",
            textfont={"size": 11, "color": inks.text, "shadow": halo(inks.paper)},
            marker={"symbol": marker_symbol("adhoc"), "size": 11, "color": inks.accent},
            hoverinfo="skip",
        )
    )
    listed = ", ".join(said[:_MAX_LABELS]) + (" …" if len(said) > _MAX_LABELS else "")
    return Drawing(figure, f"{count_text(len(places), 'location')}: {listed}." if said else "")

"""The dialog in which custom locations are picked on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from aurorax_dashboard.components.criteria import Part, part
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, graph, summary_id
from aurorax_dashboard.figures.map_view import NORTH_AMERICA, VIEWS
from aurorax_dashboard.figures.place_map import place_map
from aurorax_dashboard.queries.draft import located

_EARTH = "earth"
_HEIGHT_PX = 500
"""So that all of the dialog fits a laptop's screen."""


class Ids(StrEnum):
    """Names of the dialog's parts."""

    DIALOG = "places-dialog"
    TITLE = "places-title"
    MAP = "places-map"
    VIEW = "places-view"
    BLOCK = "places-block"
    CLOSE = "places-close"


def dialog() -> dbc.Modal:
    """Return the dialog, closed; it belongs once into a page that shows criteria blocks."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Custom locations", id=Ids.TITLE)),
            dbc.ModalBody(
                [
                    html.Div(
                        dbc.RadioItems(
                            id=Ids.VIEW,
                            options=[
                                *({"label": one.title, "value": one.name} for one in VIEWS.values()),
                                {"label": "Whole Earth", "value": _EARTH},
                            ],
                            value=NORTH_AMERICA.name,
                            inline=True,
                            className="ax-choice",
                        ),
                        className="ax-view-bar",
                        role="group",
                        **{"aria-label": "Map view"},
                    ),
                    graph(Ids.MAP, "own", file_name="locations", height_px=_HEIGHT_PX),
                ]
            ),
            dbc.ModalFooter(dbc.Button("Done", id=Ids.CLOSE, color="primary")),
            dcc.Store(id=Ids.BLOCK),
        ],
        id=Ids.DIALOG,
        labelledby=Ids.TITLE,
        size="lg",
        is_open=False,
    )


def places_in(text: str) -> pd.DataFrame:
    """Return the places of a text of custom locations: ``lat, lon`` in degrees and their ``line``, from 0."""
    rows = [
        (place.lat, place.lon, line)
        for line, (_, place) in enumerate(located(text))
        if place is not None and abs(place.lat or 0) <= 90 and abs(place.lon or 0) <= 180
    ]
    return pd.DataFrame(rows, columns=["lat", "lon", "line"])


def text_of(block: str, texts: Sequence[str | None], ids: Sequence[Mapping[str, str]]) -> str | None:
    """Return the text of one block's locations; None if there is no such block (any more)."""
    found = (text or "" for text, own in zip(texts, ids, strict=True) if own["block"] == block)
    return next(found, None)


def register(app: Dash) -> None:
    """Add the callbacks to `app`."""

    @app.callback(
        Output(Ids.DIALOG, "is_open"),
        Output(Ids.BLOCK, "data"),
        Input(part(Part.PICK, ALL), "n_clicks"),
        Input(Ids.CLOSE, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_or_close(_picks: Any, _close: Any) -> tuple[Any, Any]:
        if not ctx.triggered[0]["value"]:
            return no_update, no_update  # a card has come or gone
        pressed = ctx.triggered_id
        return (True, pressed["block"]) if isinstance(pressed, dict) else (False, None)

    @app.callback(
        Output(Ids.MAP, "figure"),
        Output(summary_id(Ids.MAP), "children"),
        Input(Ids.BLOCK, "data"),
        Input(Ids.VIEW, "value"),
        Input(FrameIds.THEME, "data"),
        Input(part(Part.LOCATIONS, ALL), "value"),
        State(part(Part.LOCATIONS, ALL), "id"),
        prevent_initial_call=True,
    )
    def draw(
        block: str | None, view: str, theme: str | None, texts: list[str | None], ids: list[Any]
    ) -> tuple[Any, Any]:
        text = None if block is None else text_of(block, texts, ids)
        if block is None or text is None:
            return no_update, no_update
        return drawn(
            place_map(
                places_in(text),
                VIEWS.get(view, NORTH_AMERICA),
                block,
                whole=view == _EARTH,
                dark=theme == "dark",
            )
        )

"""What a result needs of the browser, fetched before there is one: scripts of figures and tables, outlines of maps."""

from __future__ import annotations

from enum import StrEnum

import dash
import dash_ag_grid as dag
from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from aurorax_dashboard.figures.theme import graph_config


class Ids(StrEnum):
    """Names of the parts."""

    PARTS = "ahead-parts"
    WHEN_IDLE = "ahead-when-idle"


def at_once() -> html.Div:
    """Return what has them fetched now: somebody waits for a result already."""
    return html.Div([_unseen_graph(), dag.AgGrid()], hidden=True)


def when_idle() -> html.Div:
    """Return what has them fetched as soon as the browser has nothing else to do."""
    return html.Div(
        [
            html.Div(id=Ids.PARTS, hidden=True),
            dcc.Store(id=Ids.WHEN_IDLE, data=[_unseen_graph(), dag.AgGrid()]),
        ]
    )


def _unseen_graph() -> dcc.Graph:
    return dcc.Graph(config=graph_config(dash.get_relative_path("/")))


def register(app: Dash) -> None:
    """Add the callback to `app`."""
    app.clientside_callback(
        ClientsideFunction("aurorax", "whenIdle"),
        Output(Ids.PARTS, "children"),
        Input(Ids.WHEN_IDLE, "data"),
    )

"""Results: the searches of this browser, and a way to any other by its request id."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.components import addresses, recent
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.head import page_head
from aurorax_dashboard.components.runs import Ids as RunIds
from aurorax_dashboard.services import Services


class Ids(StrEnum):
    """Names of the page's parts."""

    LIST = "results-list"
    REQUEST_ID = "results-request-id"
    OPEN = "results-open"
    PROBLEM = "results-problem"
    GO = "results-go"


def layout(**_params: str) -> html.Div:
    """Return the page."""
    return html.Div(
        [
            page_head("Results"),
            html.Section(
                [
                    html.Label(
                        "Open a search by its request id",
                        htmlFor=Ids.REQUEST_ID,
                    ),
                    dbc.InputGroup(
                        [
                            dbc.Input(
                                id=Ids.REQUEST_ID,
                                placeholder="b0a5a8a2-…, or an address that holds one",
                                className="ax-num",
                            ),
                            dbc.Button("Open", id=Ids.OPEN, color="primary"),
                        ]
                    ),
                    html.Div(id=Ids.PROBLEM, className="ax-mistake", **{"aria-live": "polite"}),
                ],
                className="ax-panel",
            ),
            html.Section(
                [
                    html.H2("Searches of this browser"),
                    html.Div(id=Ids.LIST),
                ],
                className="ax-panel",
            ),
            dcc.Location(id=Ids.GO, refresh="callback-nav"),
        ],
        className="ax-page",
    )


def register(app: Dash, _services: Services) -> None:
    """Add the page and its callbacks to `app`."""
    dash.register_page(
        "results", path=addresses.RESULTS, title="Results · AuroraX Dashboard", layout=layout
    )

    @app.callback(
        Output(Ids.LIST, "children"), Input(FrameIds.RECENT, "data"), Input(RunIds.STATES, "data")
    )
    def show_recent(data: Any, states: Any) -> Any:
        return recent.listing(data, states=states)

    @app.callback(
        Output(Ids.GO, "href"),
        Output(Ids.PROBLEM, "children"),
        Input(Ids.OPEN, "n_clicks"),
        Input(Ids.REQUEST_ID, "n_submit"),
        State(Ids.REQUEST_ID, "value"),
        prevent_initial_call=True,
    )
    def open_search(_clicks: int | None, _enter: int | None, text: str | None) -> tuple[Any, str]:
        request_id = addresses.request_id_in(text or "")
        if request_id is None:
            return no_update, "There is no request id in this: 36 letters, digits and hyphens."
        return addresses.result(request_id), ""

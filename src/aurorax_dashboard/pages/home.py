"""Home: what this is, seven searches to start from, and the searches of this browser."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
from dash import Dash, Input, Output, dcc, html

from aurorax_dashboard.components import addresses, recent
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.notices import icon, link_button
from aurorax_dashboard.queries.blocks import blocks
from aurorax_dashboard.queries.examples import Example, examples
from aurorax_dashboard.queries.words import title
from aurorax_dashboard.services import Services

_RECENT_SHOWN = 8

_PICTURES = {"ground": "camera", "space": "broadcast", "events": "star", "adhoc": "geo-alt"}
"""What takes part in an example, at a glance."""


class Ids(StrEnum):
    """Names of the page's parts."""

    RECENT = "home-recent"


def layout(**_params: str) -> html.Div:
    """Return the page."""
    return html.Div(
        [
            html.Section(
                [
                    html.H1("When did a satellite's footprint meet a camera?"),
                    html.P(
                        "AuroraX knows which auroral data exist and finds conjunctions: minutes when the magnetic "
                        "footprints of spacecraft and ground instruments come close.",
                        className="ax-lead",
                    ),
                    link_button("Build a search", addresses.search(), primary=True, icon_name="search"),
                ],
                className="ax-hero",
            ),
            html.Section(
                [
                    html.H2("Start from an example"),
                    html.Div([_card(example) for example in examples()], className="ax-cards"),
                ]
            ),
            html.Section(
                [html.H2("Searches of this browser"), html.Div(id=Ids.RECENT)],
                className="ax-panel",
            ),
        ],
        className="ax-page",
    )


def _card(example: Example) -> dcc.Link:
    who, _comma, when = title(example.query).rpartition(", ")
    return dcc.Link(
        [
            html.Div(
                [icon(_PICTURES[block.kind]) for block in blocks(example.query)],
                className="ax-card-picture",
            ),
            html.H3(example.title),
            html.P(example.description),
            html.P([html.Span(who), html.Span(when, className="ax-nowrap")], className="ax-card-foot"),
        ],
        href=addresses.search(example.query),
        className="ax-card",
    )


def register(app: Dash, _services: Services) -> None:
    """Add the page and its callbacks to `app`."""
    dash.register_page("home", path=addresses.HOME, title="AuroraX Dashboard", layout=layout)

    @app.callback(Output(Ids.RECENT, "children"), Input(FrameIds.RECENT, "data"))
    def show_recent(data: Any) -> Any:
        return recent.listing(data, _RECENT_SHOWN)

"""Home: what this is, seven searches to start from, the searches of this browser, and the platform's state."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
from dash import Dash, Input, Output, dcc, html

from aurorax_dashboard.components import addresses, recent
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.frame import origin
from aurorax_dashboard.components.notices import link_button
from aurorax_dashboard.components.runs import Ids as RunIds
from aurorax_dashboard.pages.home_picture import picture
from aurorax_dashboard.queries.blocks import BlockKind
from aurorax_dashboard.queries.examples import Example, examples
from aurorax_dashboard.queries.match import sources_of_kind
from aurorax_dashboard.queries.operators import join_words
from aurorax_dashboard.queries.words import title
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_time

_RECENT_SHOWN = 8

_KINDS: dict[BlockKind, str] = {
    "ground": "ground instruments",
    "space": "spacecraft",
    "events": "lists of events",
}


class Ids(StrEnum):
    """Names of the page's parts."""

    RECENT = "home-recent"
    PLATFORM = "home-platform"


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
            html.Div(
                [
                    html.Section(
                        [html.H2("Searches of this browser"), html.Div(id=Ids.RECENT)],
                        className="ax-panel",
                    ),
                    html.Section(
                        [
                            html.H2("State of the platform"),
                            html.Div("Asking …", id=Ids.PLATFORM, role="status"),
                        ],
                        className="ax-panel",
                    ),
                ],
                className="ax-split ax-home-foot",
            ),
        ],
        className="ax-page",
    )


def _card(example: Example) -> dcc.Link:
    who, _comma, when = title(example.query).rpartition(", ")
    return dcc.Link(
        [
            picture(example.query),
            html.H3(example.title),
            html.P(example.description),
            html.P([html.Span(who), html.Span(when, className="ax-nowrap")], className="ax-card-foot"),
        ],
        href=addresses.search(example.query),
        className="ax-card",
    )


def platform_state(services: Services) -> list[Any]:
    """Return where the data come from, when that was last heard of, and how much there is."""
    where, look, explanation = origin(services.client)
    facts: list[tuple[str, Any]] = [("Data from", html.Span(where, className=look))]
    sources = services.known_sources()
    if sources:
        kinds = [
            f"{count:,} {noun}"
            for kind, noun in _KINDS.items()
            if (count := len(sources_of_kind(kind, sources)))
        ]
        programs = len({source.program for source in sources})
        facts += [
            ("Sources", dcc.Link(join_words(kinds, "and"), href=addresses.sources())),
            ("Programs", f"{programs:,}"),
        ]
    heard = services.client.health().last_success
    if heard is not None:
        facts.append(("Last heard of", f"{format_time(heard)} UTC"))
    listed = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    return [html.Dl(listed, className="ax-kv"), html.P(explanation, className="form-text")]


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""
    dash.register_page("home", path=addresses.HOME, title="AuroraX Dashboard", layout=layout)

    @app.callback(
        Output(Ids.RECENT, "children"), Input(FrameIds.RECENT, "data"), Input(RunIds.STATES, "data")
    )
    def show_recent(data: Any, states: Any) -> Any:
        return recent.listing(data, _RECENT_SHOWN, states=states)

    @app.callback(Output(Ids.PLATFORM, "children"), Input(FrameIds.BADGE, "children"))
    def show_platform(_changed: Any) -> Any:
        return platform_state(services)

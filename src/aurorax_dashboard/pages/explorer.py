"""Explorer: "what was where at this minute?". The address holds all that is seen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import dash
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionType
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.head import copy_link_button, csv_button, page_head
from aurorax_dashboard.components.notices import error_notice
from aurorax_dashboard.components.text_table import rows_id
from aurorax_dashboard.figures.explorer_map import explorer_map, space_colours, view_of
from aurorax_dashboard.pages import explorer_around, explorer_form
from aurorax_dashboard.pages.explorer_asked import (
    TRACE_NAMES,
    VIEW_NAMES,
    Asked,
    asked_of,
    natural_trace,
    read_minute,
    this_minute,
)
from aurorax_dashboard.pages.explorer_form import Ids, placed
from aurorax_dashboard.pages.explorer_scene import hour_payload, things, wanted_hours
from aurorax_dashboard.pages.listed import listed_sources
from aurorax_dashboard.searches.scene import Hour, Hours, ask_hour
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_time

_WAIT_S = 3.0
_MOST_HOURS = 5
_STORES = (Ids.BASE, Ids.WANTED, Ids.HOURS, Ids.PARAMS, rows_id(Ids.NEAR))


def layout(services: Services, asked: Asked) -> html.Div:
    """Return the page; where things are comes later."""
    listed, said = listed_sources(services)
    sources = placed(listed)
    return html.Div(
        [
            page_head("Explorer", copy_link_button("what is seen")),
            *said,
            explorer_form.time_bar(asked),
            html.Div(id=Ids.NOTE),
            html.Div(
                [
                    html.Div(
                        [
                            html.Div(id=Ids.EMPTY),
                            graph(Ids.MAP, "map", file_name="explorer", table=True),
                            html.Div(csv_button(Ids.CSV, "Positions"), className="ax-actions"),
                        ]
                    ),
                    html.Div(
                        [
                            explorer_form.comparison(asked, sources),
                            explorer_form.choices(asked, sources),
                        ]
                    ),
                ],
                className="ax-split ax-split--map ax-explorer",
            ),
            explorer_form.near_panel(asked),
            dcc.Store(id=Ids.THINGS, data=_text(things(sources))),
            *(dcc.Store(id=name) for name in _STORES),
            dcc.Store(id=Ids.TIME, data=format_time(asked.time)),
            dcc.Download(id=Ids.FILE),
        ],
        className="ax-page",
    )


def _text(data: Any) -> str:
    """Return data as text: Dash's browser code walks through all else that a store holds, for seconds."""
    return msgspec.json.encode(data).decode()


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        return layout(services, asked_of(params, this_minute()))

    dash.register_page(
        "explorer", path=addresses.EXPLORER, title="Explorer · AuroraX Dashboard", layout=page
    )

    def ask(start: datetime) -> Hour:
        sources = placed(services.client.data_sources().value)
        return ask_hour(services.client, explorer_form.programs_of(sources), start)

    hours = Hours(ask)
    _register_map(app, services, hours)
    _register_time(app)
    _register_choices(app)
    explorer_around.register(app, services, hours)


def _register_map(app: Dash, services: Services, hours: Hours) -> None:
    @app.callback(
        Output(Ids.BASE, "data"),
        Input(Ids.VIEW, "value"),
        Input(Ids.TRACE, "value"),
        Input(Ids.LAYERS, "value"),
        Input(Ids.OVAL, "value"),
        Input(FrameIds.THEME, "data"),
        State(Ids.TIME, "data"),
    )
    def draw(
        view: str, trace: ConjunctionType, layers: list[str], oval: str, theme: str | None, time: str
    ) -> Any:
        dark = theme == "dark"
        programs = explorer_form.space_programs(placed(services.known_sources()))
        figure = explorer_map(
            view_of(view),
            f"{TRACE_NAMES[trace]}, {VIEW_NAMES[view]}",
            read_minute(time),
            space_colours(programs, dark),
            layers=layers,
            oval=None if oval == "none" else int(oval),
            dark=dark,
        )
        return figure.to_json()

    @app.callback(
        Output(Ids.HOURS, "data"),
        Output(Ids.NOTE, "children"),
        Input(Ids.WANTED, "data"),
        prevent_initial_call=True,
    )
    def load(wanted: dict[str, Any] | None) -> tuple[Any, Any]:
        if wanted is None:
            return no_update, no_update
        kind: ConjunctionType = wanted["trace"]
        starts = wanted_hours(wanted["hours"], _MOST_HOURS)
        try:
            sources = placed(services.sources())
            found = hours.look(starts, _WAIT_S)
        except AuroraXError as error:
            again = html.Button(
                "Try again",
                type="button",
                className="btn btn-outline-secondary",
                **{"data-explorer-again": "1"},
            )
            failure = error_notice(error, again, title="Where things were could not be fetched")
            return _text({"trace": kind, "hours": [], "failed": True}), failure
        active = {day: active_on(services, day) for day in {hour.start.date() for hour in found}}
        payloads = [hour_payload(hour, kind, sources, active[hour.start.date()]) for hour in found]
        return _text({"trace": kind, "hours": payloads, "pending": len(found) < len(starts)}), None

    app.clientside_callback(
        ClientsideFunction("explorer", "compose"),
        Output(Ids.MAP, "figure"),
        Input(Ids.BASE, "data"),
        Input(Ids.HOURS, "data"),
        Input(Ids.TIME, "data"),
        Input(Ids.MINUTES, "value"),
        Input(Ids.PROGRAMS, "value"),
        Input(Ids.ONE, "value"),
        Input(Ids.OTHER, "value"),
        State(Ids.THINGS, "data"),
        State(Ids.TRACE, "value"),
    )


def active_on(services: Services, day: date) -> frozenset[int]:
    """Return the sources with records on a day; none where that cannot be had quickly."""
    try:
        answer = services.hurried.ephemeris_availability(day, day)
    except AuroraXError:
        return frozenset()
    return frozenset(
        each.data_source.identifier
        for each in answer.value
        if each.data_source.identifier is not None and any((each.available_ephemeris or {}).values())
    )


def _register_time(app: Dash) -> None:
    @app.callback(
        Output(Ids.TIME, "data"),
        Output(Ids.TYPED_PROBLEM, "children"),
        Input(Ids.TYPED, "value"),
        State(Ids.TIME, "data"),
        prevent_initial_call=True,
    )
    def go_to(text: str | None, shown: str) -> tuple[Any, str]:
        try:
            asked = format_time(read_minute(text or ""))
        except ValueError as error:
            return no_update, str(error)
        return no_update if asked == shown else asked, ""


def _register_choices(app: Dash) -> None:
    @app.callback(
        Output(Ids.TRACE, "value"),
        Input(Ids.VIEW, "value"),
        State(Ids.TRACE, "value"),
        prevent_initial_call=True,
    )
    def follow_view(view: str, trace: str) -> Any:
        return no_update if trace == "geographic" else natural_trace(view)

    for name, function, output in (
        (Ids.ALL, "allPrograms", Output(Ids.PROGRAMS, "value", allow_duplicate=True)),
        (Ids.NONE, "noPrograms", Output(Ids.PROGRAMS, "value", allow_duplicate=True)),
    ):
        app.clientside_callback(
            ClientsideFunction("explorer", function),
            output,
            Input(name, "n_clicks"),
            State(Ids.PROGRAMS, "options"),
            prevent_initial_call=True,
        )
    app.clientside_callback(
        ClientsideFunction("explorer", "choose"),
        Output(Ids.ONE, "value"),
        Output(Ids.OTHER, "value"),
        Output(Ids.MAP, "clickData"),
        Input(Ids.MAP, "clickData"),
        State(Ids.ONE, "value"),
        State(Ids.OTHER, "value"),
        prevent_initial_call=True,
    )

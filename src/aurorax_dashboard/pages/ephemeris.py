"""Ephemeris: "where was it, and in which state?". The address holds the search, or what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import dash
import msgspec
from dash import Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.components import addresses, following
from aurorax_dashboard.components.address_bar import show_in_address
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.components.head import copy_link_button, page_head
from aurorax_dashboard.components.notices import error_notice, link_button, notice
from aurorax_dashboard.pages import ephemeris_files, ephemeris_form, ephemeris_shown, ephemeris_views
from aurorax_dashboard.pages.ephemeris_asked import (
    PARAMS,
    Asked,
    Look,
    address,
    asked_of,
    read_asked,
    read_look,
    read_request,
)
from aurorax_dashboard.pages.ephemeris_form import Ids as FormIds
from aurorax_dashboard.pages.listed import listed_sources
from aurorax_dashboard.queries.problems import has_errors
from aurorax_dashboard.searches.ephemeris import submit_ephemeris
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.services import Services
from aurorax_dashboard.web.caller import caller

_EXAMPLES = (
    (
        "Swarm for a day",
        "Three satellites, 2019-01-01: positions, footprints and regions",
        Asked("2019-01-01 00:00", "2019-01-01 23:59", ("swarm",)),
    ),
    (
        "A month of THEMIS",
        "Five satellites, January 2019: orbits far out, and the regions they cross",
        Asked("2019-01-01 00:00", "2019-01-31 23:59", ("themis",)),
    ),
    (
        "When a camera worked",
        "THEMIS-ASI at Gillam, five nights of January 2019",
        Asked("2019-01-01 00:00", "2019-01-05 23:59", ("themis-asi",), ("gillam",)),
    ),
)


class Ids(StrEnum):
    """Names of the page's own parts."""

    BODY = "ephemeris-body"
    REQUEST = "ephemeris-request"
    LOOK = "ephemeris-asked-look"
    FORM_PARAMS = "ephemeris-form-params"
    GO = "ephemeris-go"


def layout(services: Services, params: Mapping[str, str | list[str]]) -> html.Div:
    """Return the page: the form, and below it what the address names."""
    given = {name: addresses.single(params, name) for name in PARAMS}
    request_id, look = read_request(given), read_look(given)
    submission = services.ephemeris.submission(request_id) if request_id else None
    sources, said = listed_sources(services)
    asked = asked_of(submission.query) if submission else read_asked(given)
    if given["request"] and request_id is None:
        said.append(_no_such_address())
    return html.Div(
        [
            page_head("Ephemeris", copy_link_button()) if request_id is None else None,
            *said,
            ephemeris_form.layout(
                asked if request_id else ephemeris_form.fresh(asked),
                sources,
                is_open=request_id is None,
            ),
            html.Div(_body(services, request_id, look, asked), id=Ids.BODY),
            dcc.Store(id=Ids.REQUEST, data=request_id or ""),
            dcc.Store(id=Ids.LOOK, data=look.params()),
            dcc.Store(id=Ids.FORM_PARAMS),
            dcc.Location(id=Ids.GO, refresh="callback-nav"),
        ],
        className="ax-page",
    )


def _body(services: Services, request_id: str | None, look: Look, asked: Asked) -> Any:
    if request_id is None:
        return None if asked.begun else _examples()
    submission, result = (
        services.ephemeris.submission(request_id),
        services.ephemeris.result(request_id),
    )
    if result is not None:
        return ephemeris_views.finished(result, submission, look)
    return [
        html.H1(submission.title if submission else "Ephemeris search"),
        following.panel("ephemeris", request_id, address(request_id, look)),
    ]


def _examples() -> html.Section:
    return html.Section(
        [
            html.H2("Start from an example"),
            html.Div(
                [
                    dcc.Link(
                        [html.H3(name), html.P(text)],
                        href=addresses.ephemeris(**{k: v for k, v in asked.params().items() if v}),
                        className="ax-card",
                    )
                    for name, text, asked in _EXAMPLES
                ],
                className="ax-cards",
            ),
        ]
    )


def _no_such_address() -> html.Section:
    return notice(
        "This link cannot be read",
        "The address names a search in a way that no search is named: 36 letters, digits and hyphens.",
        kind="warn",
    )


_ENDINGS = {
    SearchState.CANCELLED: "This search was cancelled",
    SearchState.UNKNOWN: "AuroraX does not know this search",
    SearchState.EXPIRED: "The result of this search has expired",
    SearchState.ABANDONED: "This search takes very long",
}


def ended(services: Services, request_id: str, ending: Ending) -> html.Section:
    """Return what is said of a search that ended without records, with the way on."""
    submission = services.ephemeris.submission(request_id)
    sentence = ending.message.rstrip(".") or "It ended without records"
    steps = [link_button("New search", addresses.ephemeris(), primary=submission is None)]
    if submission is not None:
        params = {k: v for k, v in asked_of(submission.query).params().items() if v}
        steps = [link_button("Edit and run again", addresses.ephemeris(**params), primary=True)]
    return notice(
        _ENDINGS.get(ending.state, "This search failed"),
        f"{sentence}. {ending.advice}".strip(),
        *steps,
        kind="error" if ending.state is SearchState.FAILED else "warn",
        details=ending.details,
    )


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        return layout(services, params)

    dash.register_page(
        "ephemeris", path=addresses.EPHEMERIS, title="Ephemeris · AuroraX Dashboard", layout=page
    )
    ephemeris_form.register(app, services)
    ephemeris_shown.register(app, services)
    ephemeris_files.register(app, services)
    _register_address(app)
    _register_sending(app, services)
    _register_ending(app, services)


def _register_address(app: Dash) -> None:
    @app.callback(
        Output(Ids.FORM_PARAMS, "data"),
        Input(FormIds.SETTLED, "data"),
        State(Ids.REQUEST, "data"),
        *ephemeris_form.fields(State),
        prevent_initial_call=True,
    )
    def hold_form(_settled: Any, request_id: str, *values: Any) -> Any:
        # Beside a result the form is a draft of the next search; the address stays that of the result.
        return no_update if request_id else ephemeris_form.read(*values).params()

    show_in_address(app, Ids.FORM_PARAMS)


def _register_sending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.GO, "href"),
        Output(FormIds.FAILURE, "children"),
        Input(FormIds.SUBMIT, "n_clicks"),
        *ephemeris_form.fields(State),
        running=[(Output(FormIds.SUBMIT, "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def send(clicks: int | None, *values: Any) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        asked, sources = ephemeris_form.read(*values), services.known_sources()
        if has_errors(ephemeris_form.problems_of(asked, sources)):
            return no_update, notice("Not sent yet", "Mend what is marked above.", kind="warn")
        try:
            services.quota.spend(caller())
            sent = submit_ephemeris(services.hurried, services.ephemeris, asked.query()[0], sources)
        except AuroraXError as error:
            return no_update, error_notice(error, title="The search was not taken")
        return address(sent.request_id), ""


def _register_ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.BODY, "children"),
        Input(FollowIds.ENDING, "data"),
        State(FollowIds.FOLLOWED, "data"),
        State(Ids.LOOK, "data"),
        prevent_initial_call=True,
    )
    def show_ending(data: str | None, followed: Any, look: dict[str, str]) -> Any:
        if data is None or followed["kind"] != "ephemeris":
            return no_update
        ending, request_id = msgspec.json.decode(data, type=Ending), followed["request_id"]
        done = ending.state is SearchState.DONE
        result = services.ephemeris.result(request_id) if done else None
        if result is None:
            return ended(services, request_id, ending)
        submission = services.ephemeris.submission(request_id)
        return ephemeris_views.finished(result, submission, read_look(look))

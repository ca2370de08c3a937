"""Result: "what did it find?". One address for a search's whole life, from queued to years later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components import recent as recent_searches
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.components.following import tab_title
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.pages import (
    result_changes,
    result_figures,
    result_files,
    result_judging,
    result_kept,
    result_placing,
    result_selection,
)
from aurorax_dashboard.pages import result_states as states
from aurorax_dashboard.pages import result_views as views
from aurorax_dashboard.pages.result_states import Ids as StateIds
from aurorax_dashboard.pages.result_views import Asked
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.predictions import predicted_words
from aurorax_dashboard.searches.selection import PARAMS, selection_of
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.services import Services
from aurorax_dashboard.web.caller import caller

_BODY = "result-body"
_PATH = f"{addresses.RESULTS}/<request_id>"
_SINGLE = ("event", "view", "by", "sort", "hide", "against")
"""Parameters of the address beside those of the filters, as :class:`Asked` names them."""


def layout(services: Services, request_id: str, asked: Asked) -> html.Div:
    """Return the page of the search `request_id`.

    Nothing is asked of the API here: a result that is kept is shown at once, any other search is
    followed in the background.
    """
    return html.Div(
        [
            html.Div(_body(services, request_id, asked), id=_BODY),
            dcc.Location(id=StateIds.GO, refresh="callback-nav"),
            dcc.Store(id=StateIds.ASKED, data=_params(asked)),
            dcc.Store(id=StateIds.TITLE),
        ],
        className="ax-page",
    )


def _body(services: Services, request_id: str, asked: Asked) -> html.Div | html.Section:
    if not is_request_id(request_id):
        return notice(
            "This is not the address of a search",
            "A request id has 36 letters, digits and hyphens. Perhaps a part of it was lost in copying.",
            link_button("Results", addresses.results()),
            kind="error",
        )
    stored = services.store.result(request_id)
    if stored is None:
        return states.running(request_id, services.store.submission(request_id))
    return _finished(services, request_id, stored, asked)


def _finished(services: Services, request_id: str, stored: StoredResult, asked: Asked) -> html.Div:
    """Return the page of a result with what is to be said of it as a whole."""
    submission, rows = services.store.submission(request_id), stored.result.rows
    predictions = predicted_words(rows, stored.finished.retrieved)
    beside = [
        *([notice("Predictions", predictions, kind="warn")] if predictions else []),
        *result_changes.section(services.store, request_id, stored, asked.against),
    ]
    judgements = services.judgements.of(request_id)
    return html.Div(
        [
            views.finished(stored, submission, asked, judgements, beside),
            result_changes.chooser(request_id),
            *(result_placing.waiting(stored) if len(rows) else []),
        ],
        className="ax-stack",
    )


def _params(asked: Asked) -> dict[str, str]:
    """Return the parameters that :func:`asked_of` reads."""
    given = {name: getattr(asked, name) for name in _SINGLE}
    return {name: value for name, value in given.items() if value} | asked.selection.params()


def asked_of(params: Mapping[str, str | list[str]]) -> Asked:
    """Return what the parameters of an address ask of a result."""
    selection, problems = selection_of({name: addresses.single(params, name) for name in PARAMS})
    return Asked(
        selection=selection,
        problems=problems,
        **{name: addresses.single(params, name) for name in _SINGLE},
    )


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        (request_id,) = addresses.in_path(params, _PATH)
        return layout(services, request_id, asked_of(params))

    def title(request_id: str = "", **_other: str) -> str:
        submission = services.store.submission(request_id) if is_request_id(request_id) else None
        return tab_title(submission.title if submission else "Result")

    dash.register_page(
        "result",
        path_template=_PATH,
        title=title,
        layout=page,
    )
    _register_ending(app, services)
    _register_again(app, services)
    result_selection.register(app, services)
    result_figures.register(app, services)
    result_judging.register(app, services)
    result_files.register(app, services)
    result_kept.register(app, services)
    result_placing.register(app, services)
    result_changes.register(app)


def _register_ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(_BODY, "children"),
        Output(StateIds.TITLE, "data"),
        Input(FollowIds.ENDING, "data"),
        State(FollowIds.FOLLOWED, "data"),
        State(StateIds.ASKED, "data"),
        prevent_initial_call=True,
    )
    def show_ending(data: str | None, followed: Any, asked: dict[str, str]) -> tuple[Any, Any]:
        if data is None or followed["kind"] != "conjunctions":
            return no_update, no_update
        ending, request_id = msgspec.json.decode(data, type=Ending), followed["request_id"]
        submission = services.store.submission(request_id)
        stored = services.store.result(request_id) if ending.state is SearchState.DONE else None
        if stored is None:
            return states.ended(request_id, ending, submission), tab_title(ending.state)
        page = _finished(services, request_id, stored, asked_of(asked))
        return page, tab_title(views.headline(stored))

    app.clientside_callback(
        ClientsideFunction("aurorax", "showTitle"),
        Input(StateIds.TITLE, "data"),
        prevent_initial_call=True,
    )


def _register_again(app: Dash, services: Services) -> None:
    @app.callback(
        Output(StateIds.GO, "href"),
        Output(StateIds.RERUN_NOTE, "children"),
        Output(FrameIds.RECENT, "data", allow_duplicate=True),
        Input(StateIds.RERUN, "n_clicks"),
        State(StateIds.RERUN_OF, "data"),
        State(FrameIds.RECENT, "data"),
        running=[(Output(StateIds.RERUN, "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def run_again(clicks: int | None, request_id: str, recent: Any) -> tuple[Any, Any, Any]:
        try:
            fresh = services.start_again(request_id, caller()) if clicks else None
        except AuroraXError as error:
            return no_update, error.sentence, no_update
        if fresh is None:
            return no_update, no_update, no_update
        remembered = recent_searches.with_search(recent, fresh.request_id, fresh.title)
        known = services.store.is_finished(request_id)
        address = addresses.result(fresh.request_id, against=request_id if known else None)
        return address, "", remembered

"""One conjunction: "is this event worth my time?". The address holds all that is looked at."""

from __future__ import annotations

import re
from typing import Any

import dash
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.components.following import tab_title
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.pages import conjunction_figures, conjunction_files, result_kept
from aurorax_dashboard.pages import conjunction_views as views
from aurorax_dashboard.pages import result_states as states
from aurorax_dashboard.pages.conjunction_asked import Asked, asked_of
from aurorax_dashboard.pages.conjunction_questions import Questions
from aurorax_dashboard.pages.conjunction_views import Ids
from aurorax_dashboard.pages.result_states import Ids as StateIds
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.positions import event
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.services import Services

_PATH = f"{addresses.RESULTS}/<request_id>/<number>"
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)


def layout(services: Services, request_id: str, number: str, asked: Asked) -> html.Div:
    """Return the page of conjunction `number` (from 1) of a search.

    Nothing is asked of the API here: a result that is kept is shown at once, any other search is
    followed in the background as on its own page.
    """
    return html.Div(
        [
            html.Div(_body(services, request_id, number, asked), id=Ids.BODY),
            dcc.Location(id=StateIds.GO, refresh="callback-nav"),
            dcc.Store(id=Ids.ASKED, data={"number": number, **asked.params()}),
        ],
        className="ax-page",
    )


def _body(services: Services, request_id: str, number: str, asked: Asked) -> Any:
    if not is_request_id(request_id) or not _NUMBER.fullmatch(number):
        return notice(
            "This is not the address of a conjunction",
            "It is made of a request id, which has 36 letters, digits and hyphens, and the number of a conjunction. "
            "Perhaps a part of it was lost in copying.",
            link_button("Results", addresses.results()),
            kind="error",
        )
    stored = services.store.result(request_id)
    if stored is None:
        return states.running(request_id, services.store.submission(request_id))
    return _shown(services, stored, number, asked)


def _shown(services: Services, stored: StoredResult, number: str, asked: Asked) -> Any:
    if int(number) > len(stored.result):
        return views.no_such(stored, number)
    request_id = stored.finished.status.search_request.request_id
    submission = services.store.submission(request_id)
    query = submission.query if submission else None
    page = views.finished(stored, query, int(number) - 1, asked, services.judgements.of(request_id))
    return html.Div(page, **result_kept.origin(stored, submission))


def _title(services: Services, request_id: str, number: str) -> str:
    stored = services.store.result(request_id) if is_request_id(request_id) else None
    if stored is None or not _NUMBER.fullmatch(number) or int(number) > len(stored.result):
        return tab_title("Conjunction")
    return views.title(event(stored.result, int(number) - 1))


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(**params: str | list[str]) -> html.Div:
        request_id, number = addresses.in_path(params, _PATH)
        return layout(services, request_id, number, asked_of(params))

    def title(request_id: str = "", number: str = "", **_other: str) -> str:
        return _title(services, request_id, number)

    # Dash takes the first template that fits, sorted by name, and that of a result fits this too.
    dash.register_page(
        "conjunction",
        path_template=_PATH,
        title=title,
        layout=page,
    )
    _register_ending(app, services)
    _register_playing(app)
    questions = Questions(services)
    conjunction_figures.register(app, services, questions)
    conjunction_files.register(app, services, questions)


def _register_ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(Ids.BODY, "children"),
        Input(FollowIds.ENDING, "data"),
        State(FollowIds.FOLLOWED, "data"),
        State(Ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    def show_ending(data: str | None, followed: Any, asked: dict[str, str]) -> Any:
        if data is None or followed["kind"] != "conjunctions":
            return no_update
        ending, request_id = msgspec.json.decode(data, type=Ending), followed["request_id"]
        stored = services.store.result(request_id) if ending.state is SearchState.DONE else None
        if stored is None:
            return states.ended(request_id, ending, services.store.submission(request_id))
        return _shown(services, stored, asked["number"], asked_of(asked))


def _register_playing(app: Dash) -> None:
    """Let the browser alone go from minute to minute: nothing is asked of the server for it."""
    app.clientside_callback(
        ClientsideFunction("conjunction", "move"),
        Output(Ids.MINUTE, "value"),
        Output(Ids.PLAY_CLOCK, "disabled"),
        Output(Ids.PLAY, "children"),
        Input(Ids.PLAY, "n_clicks"),
        Input(Ids.PLAY_CLOCK, "n_intervals"),
        Input(Ids.SERIES, "clickData"),
        State(Ids.MINUTE, "value"),
        State(Ids.MINUTE, "min"),
        State(Ids.MINUTE, "max"),
        State(Ids.PLAY_CLOCK, "disabled"),
        State(Ids.FRAMES, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("conjunction", "show"),
        Output(Ids.MAP, "figure", allow_duplicate=True),
        Output(Ids.SERIES, "figure", allow_duplicate=True),
        Output(Ids.SAID, "children"),
        Output(Ids.EXPLORER, "href"),
        Input(Ids.MINUTE, "value"),
        Input(Ids.FRAMES, "data"),
        State(Ids.MAP, "figure"),
        State(Ids.SERIES, "figure"),
        State(Ids.EXPLORER, "href"),
        State(Ids.PLAY_CLOCK, "disabled"),
        prevent_initial_call=True,
    )

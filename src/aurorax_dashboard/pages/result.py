"""Result: "what did it find?". One address for a search's whole life, from queued to years later."""

from __future__ import annotations

from typing import Any

import dash
import msgspec
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses, result_table
from aurorax_dashboard.components import recent as recent_searches
from aurorax_dashboard.components.following import Ids as FollowIds
from aurorax_dashboard.components.following import tab_title
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.graph import drawn, summary_id
from aurorax_dashboard.components.notices import error_notice, link_button, notice
from aurorax_dashboard.pages import result_states as states
from aurorax_dashboard.pages import result_views as views
from aurorax_dashboard.pages.result_states import Ids as StateIds
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.searches.submit import submit
from aurorax_dashboard.services import Services

_BODY = "result-body"


def layout(services: Services, request_id: str, event: str | None, view: str | None) -> html.Div:
    """Return the page of the search `request_id`.

    Nothing is asked of the API here: a result that is kept is shown at once, any other search is
    followed in the background.
    """
    return html.Div(
        [
            html.Div(_body(services, request_id, event, view), id=_BODY),
            dcc.Location(id=StateIds.GO, refresh="callback-nav"),
            dcc.Store(id=StateIds.TITLE),
            dcc.Store(id=StateIds.TITLE_SHOWN),
        ],
        className="ax-page",
    )


def _body(
    services: Services, request_id: str, event: str | None, view: str | None
) -> html.Div | html.Section:
    if not is_request_id(request_id):
        return notice(
            "This is not the address of a search",
            "A request id has 36 letters, digits and hyphens. Perhaps a part of it was lost in copying.",
            link_button("Results", addresses.results()),
            kind="error",
        )
    stored = services.store.result(request_id)
    submission = services.store.submission(request_id)
    if stored is None:
        return states.running(request_id, submission)
    return views.finished(stored, submission, event, view)


def register(app: Dash, services: Services) -> None:
    """Add the page and its callbacks to `app`."""

    def page(request_id: str = "", **params: str | list[str]) -> html.Div:
        return layout(
            services, request_id, addresses.single(params, "event"), addresses.single(params, "view")
        )

    def title(request_id: str = "", **_other: str) -> str:
        submission = services.store.submission(request_id) if is_request_id(request_id) else None
        return tab_title(submission.title if submission else "Result")

    dash.register_page(
        "result",
        path_template=f"{addresses.RESULTS}/<request_id>",
        title=title,
        layout=page,
    )
    _register_ending(app, services)
    _register_again(app, services)
    _register_selection(app, services)
    _register_figures(app, services)


def _register_ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(_BODY, "children"),
        Output(StateIds.TITLE, "data"),
        Input(FollowIds.ENDING, "data"),
        State(FollowIds.FOLLOWED, "data"),
        prevent_initial_call=True,
    )
    def show_ending(data: str | None, followed: Any) -> tuple[Any, Any]:
        if data is None or followed["kind"] != "conjunctions":
            return no_update, no_update
        ending, request_id = msgspec.json.decode(data, type=Ending), followed["request_id"]
        submission = services.store.submission(request_id)
        stored = services.store.result(request_id) if ending.state is SearchState.DONE else None
        if stored is None:
            return states.ended(request_id, ending, submission), tab_title(ending.state)
        return views.finished(stored, submission, None, None), tab_title(views.headline(stored))

    app.clientside_callback(
        ClientsideFunction("aurorax", "showTitle"),
        Output(StateIds.TITLE_SHOWN, "data"),
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
        submission = services.store.submission(request_id) if clicks else None
        if submission is None:
            return no_update, no_update, no_update
        try:
            sources = services.known_sources()
            fresh = submit(services.hurried, services.store, submission.query, sources)
        except AuroraXError as error:
            return no_update, error.sentence, no_update
        remembered = recent_searches.with_search(recent, fresh.request_id, fresh.title)
        return addresses.result(fresh.request_id), "", remembered


def _register_selection(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ViewIds.TABLE, "getRowsResponse"),
        Input(ViewIds.TABLE, "getRowsRequest"),
        State(ViewIds.SHOWN, "data"),
    )
    def serve_rows(request: dict[str, Any] | None, request_id: str) -> Any:
        stored = services.store.result(request_id)
        if request is None or stored is None:
            return no_update
        return result_table.window(stored.result.rows, request)

    @app.callback(
        Output(ViewIds.SELECTED, "data"),
        Input(ViewIds.TABLE, "selectedRows"),
        Input(ViewIds.MAP, "clickData"),
        Input(ViewIds.TIMELINE, "clickData"),
        Input(ViewIds.PREVIOUS, "n_clicks"),
        Input(ViewIds.NEXT, "n_clicks"),
        State(ViewIds.SELECTED, "data"),
        State(ViewIds.TABLE, "getRowsRequest"),
        State(ViewIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def select(
        rows: Any,
        on_map: Any,
        on_timeline: Any,
        _previous: Any,
        _next: Any,
        now: int,
        request: dict[str, Any] | None,
        request_id: str,
    ) -> Any:
        stored = services.store.result(request_id)
        if stored is None or ctx.triggered_id is None:
            return no_update
        shown = stored.result.rows
        wanted = {
            ViewIds.TABLE: lambda: _of_rows(rows),
            ViewIds.MAP: lambda: _of_click(on_map),
            ViewIds.TIMELINE: lambda: _of_click(on_timeline),
            ViewIds.PREVIOUS: lambda: result_table.neighbour(shown, request, now, -1),
            ViewIds.NEXT: lambda: result_table.neighbour(shown, request, now, 1),
        }[ViewIds(ctx.triggered_id)]()
        return no_update if wanted is None or wanted == now or wanted not in shown.index else wanted

    @app.callback(
        Output(ViewIds.PLACE, "data"),
        Input(ViewIds.SELECTED, "data"),
        State(ViewIds.TABLE, "getRowsRequest"),
        State(ViewIds.SHOWN, "data"),
    )
    def find_in_table(n: int | None, request: dict[str, Any] | None, request_id: str) -> Any:
        stored = services.store.result(request_id)
        if n is None or stored is None:
            return no_update
        return {"n": n, "row": result_table.order(stored.result.rows, request).index.get_loc(n)}

    app.clientside_callback(
        ClientsideFunction("aurorax", "markRow"),
        Output(ViewIds.MARKED, "data"),
        Input(ViewIds.PLACE, "data"),
        State(ViewIds.TABLE, "id"),
    )
    app.clientside_callback(
        ClientsideFunction("aurorax", "showResult"),
        Output(ViewIds.ADDRESS, "data"),
        Input(ViewIds.SELECTED, "data"),
        Input(ViewIds.VIEW, "value"),
        prevent_initial_call=True,
    )


def _of_rows(rows: Any) -> int | None:
    """Return the number of the conjunction that the table has selected."""
    return int(rows[0]["n"]) if rows else None


def _of_click(click: Any) -> int | None:
    """Return the number of the conjunction that was clicked in a figure, if it was one."""
    number = (click or {}).get("points", [{}])[0].get("customdata")
    number = number[0] if isinstance(number, list) and number else number
    return int(number) if isinstance(number, int | float) else None


def _register_figures(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ViewIds.MAP, "figure"),
        Output(summary_id(ViewIds.MAP), "children"),
        Output(ViewIds.TIMELINE, "figure"),
        Output(summary_id(ViewIds.TIMELINE), "children"),
        Output(ViewIds.DISTANCE, "figure"),
        Output(summary_id(ViewIds.DISTANCE), "children"),
        Output(ViewIds.EVENT, "children"),
        Input(ViewIds.SELECTED, "data"),
        Input(ViewIds.VIEW, "value"),
        Input(ViewIds.TYPE, "value"),
        Input(FrameIds.THEME, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def draw(n: int, view: str, kind: str, theme: str | None, request_id: str) -> tuple[Any, ...]:
        stored = services.store.result(request_id)
        if stored is None:
            return (no_update,) * 7
        submission = services.store.submission(request_id)
        query, dark = submission.query if submission else None, theme == "dark"
        selected = positions.event(stored.result, n)
        around, failure = _around(services, stored, query, n)
        distance: tuple[Any, Any] = (
            (no_update, failure)
            if around is None
            else drawn(views.draw_distance(query, selected, around, dark))
        )
        return (
            *drawn(views.draw_map(stored, query, kind, view, selected, around, dark)),
            *drawn(views.draw_timeline(stored, query, n, dark)),
            *distance,
            views.event_words(selected, len(stored.result)),
        )

    @app.callback(
        *(Output(views.distribution_id(place), "figure") for place in range(views.DISTRIBUTIONS)),
        *(
            Output(summary_id(views.distribution_id(place)), "children")
            for place in range(views.DISTRIBUTIONS)
        ),
        Input(FrameIds.THEME, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def draw_distributions(theme: str | None, request_id: str) -> tuple[Any, ...]:
        stored = services.store.result(request_id)
        if stored is None:
            return (no_update,) * (2 * views.DISTRIBUTIONS)
        submission = services.store.submission(request_id)
        query = submission.query if submission else None
        drawings = views.draw_distributions(stored, query, theme == "dark")
        return (*(each.figure for each in drawings), *(each.summary for each in drawings))


def _around(
    services: Services, stored: StoredResult, query: ConjunctionQuery | None, n: int
) -> tuple[pd.DataFrame | None, Any]:
    """Return the positions around conjunction `n`, or why they cannot be had."""
    try:
        return views.around_event(services, stored, query, n), None
    except AuroraXError as error:
        return None, error_notice(error, title="The track of this conjunction could not be fetched")

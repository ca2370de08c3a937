"""The drawer of this browser's searches: what runs, what has ended, on every page, by one interval.

States come from the dashboard's own stores, which all pages and the following jobs share: nothing is
asked of AuroraX here. A search that runs and that nobody follows any more is followed again; of one whose
following has ended, only its own page asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.components import addresses, following, recent
from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.components.recent import RecentSearch
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Follows
from aurorax_dashboard.searches.store import SearchStore, Submission
from aurorax_dashboard.times import format_time

_RUNNING_MS = 2_000
_QUIET_MS = 20_000
_SHOWN = 15

_RUNNING = frozenset(
    {
        SearchState.QUEUED,
        SearchState.RUNNING,
        SearchState.STALLED,
        SearchState.UNREACHABLE,
        SearchState.FETCHING,
    }
)

_LOOKS = {
    SearchState.DONE: "done",
    SearchState.QUEUED: "queued",
    SearchState.RUNNING: "running",
    SearchState.FETCHING: "running",
}


class Ids(StrEnum):
    """Names of the drawer's parts."""

    OPEN = "runs-open"
    COUNT = "runs-count"
    DRAWER = "runs-drawer"
    TITLE = "runs-title"
    LIST = "runs-list"
    TICK = "runs-tick"
    STATES = "runs-states"
    NOTIFY = "runs-notify"
    SAID = "runs-said"
    GO = "runs-go"


_PAGE = "_pages_location"
"""Where Dash tells which page is shown."""

CANCEL = "runs-cancel"
"""The id type of the buttons that cancel a search."""
AGAIN = "runs-again"
"""The id type of the buttons that send a search again."""


@dataclass(frozen=True, slots=True)
class Run:
    """One search of this browser, and where it stands."""

    search: RecentSearch
    state: SearchState
    elapsed_s: float | None = None
    found: int | None = None
    """Conjunctions found, once that is known."""
    start: bool = False
    """Whether this page is to start the job that follows it."""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state in _RUNNING

    @property
    def look(self) -> str:
        """What its state looks like, of the styles ``ax-state--…``."""
        return _LOOKS.get(self.state, "stalled")

    def words(self) -> str:
        """Return the state as it is shown."""
        if self.state is SearchState.DONE and self.found is not None:
            return f"{self.found:,} found"
        text = str(self.state).capitalize()
        return f"{text}, {self.elapsed_s:.0f} s" if self.running and self.elapsed_s else text


def runs(searches: Sequence[RecentSearch], store: SearchStore, follows: Follows) -> list[Run]:
    """Return where each of `searches` stands, by what the dashboard's own stores know."""
    found = []
    for search in searches[:_SHOWN]:
        finished = store.finished(search.request_id)
        if finished is not None:
            count = finished.status.search_result.result_count
            found.append(Run(search, SearchState.DONE, found=count))
            continue
        sight = follows.look(search.request_id)
        if sight.ending is not None:
            found.append(Run(search, sight.ending.state))
            continue
        progress, _, start = following.shown(follows, search.request_id)
        found.append(Run(search, progress.state, progress.elapsed_s, start=start))
    return found


def button() -> html.Button:
    """Return the button in the bar that opens the drawer, with the number of searches that run."""
    return html.Button(
        [icon("list-check"), html.Span(id=Ids.COUNT, className="ax-count")],
        id=Ids.OPEN,
        className="ax-icon-button",
        title="Searches of this browser",
        **{"aria-label": "Searches of this browser"},
    )


def drawer() -> html.Div:
    """Return the drawer, closed."""
    return html.Div(
        [
            dbc.Offcanvas(
                [
                    dbc.Switch(id=Ids.NOTIFY, label="Tell me when a search is done", value=False),
                    html.Div(id=Ids.SAID, className="form-text", role="status"),
                    html.Div(id=Ids.LIST),
                ],
                id=Ids.DRAWER,
                title=html.Span("Searches of this browser", id=Ids.TITLE),
                labelledby=Ids.TITLE,
                placement="end",
                is_open=False,
            ),
            dcc.Interval(id=Ids.TICK, interval=_QUIET_MS),
            dcc.Store(id=Ids.STATES),
            dcc.Location(id=Ids.GO, refresh="callback-nav"),
        ]
    )


def listing(found: Sequence[Run]) -> Any:
    """Return the searches with their states and what can be done with them."""
    if not found:
        return html.P(
            "None yet. Searches that you start in this browser are listed here.", className="ax-muted"
        )
    return html.Ul([_item(run) for run in found], className="ax-runs")


def _item(run: Run) -> html.Li:
    search = run.search
    parts: list[Any] = [
        dcc.Link(search.title, href=addresses.result(search.request_id)),
        html.Div(
            [
                html.Span(run.words(), className=f"ax-state ax-state--{run.look}"),
                html.Span(f"{format_time(search.at)} UTC", className="ax-num"),
            ],
            className="ax-run-state",
        ),
    ]
    if run.state is not SearchState.DONE:
        kind, text = (CANCEL, "Cancel") if run.running else (AGAIN, "Run again")
        parts.append(
            dbc.Button(
                text,
                id={"type": kind, "request": search.request_id},
                color="secondary",
                outline=True,
                size="sm",
            )
        )
    return html.Li(parts)


def register(
    app: Dash,
    store: SearchStore,
    follows: Follows,
    client: AuroraXClient,
    start_again: Callable[[str], Submission | None],
    recent_id: str,
) -> None:
    """Add the drawer's callbacks.

    Parameters
    ----------
    start_again
        Sends what an earlier search asked, None if that is not known.
    recent_id
        Id of the store that holds the searches of this browser.
    """

    @app.callback(
        Output(Ids.LIST, "children"),
        Output(Ids.COUNT, "children"),
        Output(Ids.STATES, "data"),
        Output(Ids.TICK, "interval"),
        Output(following.Ids.LEAD_ELSEWHERE, "data"),
        Input(Ids.TICK, "n_intervals"),
        Input(recent_id, "data"),
    )
    def look(ticks: int | None, data: Any) -> tuple[Any, ...]:
        found = runs(recent.read(data), store, follows)
        running = sum(run.running for run in found)
        to_lead = next((run.search.request_id for run in found if run.start), None)
        return (
            listing(found),
            str(running) if running else "",
            [
                {
                    "id": run.search.request_id,
                    "title": run.search.title,
                    "said": run.words(),
                    "look": run.look,
                    "running": run.running,
                }
                for run in found
            ],
            _RUNNING_MS if running else _QUIET_MS,
            {"kind": "conjunctions", "request_id": to_lead, "n": ticks} if to_lead else no_update,
        )

    @app.callback(
        Output(Ids.SAID, "children"),
        Input({"type": CANCEL, "request": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def cancel(clicks: list[int | None]) -> Any:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update
        return following.cancelled(client, "conjunctions", ctx.triggered_id["request"])[0]

    @app.callback(
        Output(Ids.GO, "href"),
        Output(Ids.SAID, "children", allow_duplicate=True),
        Output(recent_id, "data", allow_duplicate=True),
        Input({"type": AGAIN, "request": ALL}, "n_clicks"),
        State(recent_id, "data"),
        prevent_initial_call=True,
    )
    def run_again(clicks: list[int | None], data: Any) -> tuple[Any, Any, Any]:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update, no_update
        try:
            fresh = start_again(ctx.triggered_id["request"])
        except AuroraXError as error:
            return no_update, error.sentence, no_update
        if fresh is None:
            return no_update, "What this search asked is not known here any more.", no_update
        remembered = recent.with_search(data, fresh.request_id, fresh.title)
        return addresses.result(fresh.request_id), "", remembered

    app.clientside_callback(
        ClientsideFunction("aurorax", "drawer"),
        Output(Ids.DRAWER, "is_open"),
        Input(Ids.OPEN, "n_clicks"),
        Input(_PAGE, "pathname"),
        State(Ids.DRAWER, "is_open"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("aurorax", "notify"),
        Output(Ids.NOTIFY, "value"),
        Input(Ids.STATES, "data"),
        Input(Ids.NOTIFY, "value"),
    )

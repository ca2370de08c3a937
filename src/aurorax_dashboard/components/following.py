"""A search that runs, on any page: how far it is, its log, Cancel; and the job that follows it.

Every page reads what is known of the search at short intervals from
:class:`~aurorax_dashboard.searches.follows.Follows`. Where nobody follows it yet, the page starts the
background callback that does, for itself and for all others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.client import AuroraXClient, is_request_id
from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.api.models import SearchKind, SearchLog
from aurorax_dashboard.components.notices import icon, link_button, notice
from aurorax_dashboard.searches.follow import Outcome, Progress
from aurorax_dashboard.searches.follow import State as SearchState
from aurorax_dashboard.searches.follows import Ending, Follows
from aurorax_dashboard.times import format_time

_LOG = logging.getLogger(__name__)

_TICKS_MS = ((10, 200), (25, 500))
"""Up to so many looks, so much time between them."""
_LATER_MS = 2_000
_WATCH_MS = 5_000
_SHOWN_LOGS = 40
_JOB_CHECKED_MS = 10_000
"""How often Dash asks whether the job has ended; nothing waits for its answer."""

_STATE_WORDS = {
    SearchState.QUEUED: "Queued",
    SearchState.RUNNING: "Running",
    SearchState.STALLED: "Stalled",
    SearchState.UNREACHABLE: "AuroraX does not answer",
    SearchState.FETCHING: "Fetching the result",
}

_STATE_LOOKS = {
    SearchState.QUEUED: "queued",
    SearchState.STALLED: "stalled",
    SearchState.UNREACHABLE: "stalled",
}

Report = Callable[[Progress], None]
Follower = Callable[[str, Report], Outcome]
"""Follows the search with a request id until it has ended, reporting on the way."""


class Ids(StrEnum):
    """Names of the parts of a followed search."""

    FOLLOWED = "follow-request"
    TICK = "follow-tick"
    PROGRESS = "follow-progress"
    HEARTBEAT = "follow-heartbeat"
    WATCH = "follow-watch"
    SILENT = "follow-silent"
    LEAD = "follow-lead"
    LED = "follow-led"
    LEAD_ELSEWHERE = "follow-lead-elsewhere"
    LED_ELSEWHERE = "follow-led-elsewhere"
    ENDING = "follow-ending"
    CANCEL = "follow-cancel"
    CANCEL_NOTE = "follow-cancel-note"


def tab_title(text: str) -> str:
    """Return what the browser's tab shows: the state of the search, or what it found."""
    return f"{text[:1].upper()}{text[1:]} · AuroraX Dashboard"


def panel(kind: SearchKind, request_id: str, address: str) -> html.Div:
    """Return the part of a page that shows a search until it has ended.

    Parameters
    ----------
    address
        Address of the page, for who wants to look anew.
    """
    return html.Div(
        [
            html.Section(
                [
                    dbc.Button(  # above the log: what grows must not push it from under the pointer
                        [icon("stop-circle"), " Cancel the search"],
                        id=Ids.CANCEL,
                        color="secondary",
                        outline=True,
                        size="sm",
                        className="ax-cancel",
                    ),
                    html.Div(progress_panel(Progress(SearchState.QUEUED, 0.0)), id=Ids.PROGRESS),
                    html.P(id=Ids.CANCEL_NOTE, role="status"),
                    html.P(
                        "You can close this page: the search goes on, and this address shows it again, to anyone.",
                        className="form-text",
                    ),
                ],
                className="ax-panel",
            ),
            html.Div(
                notice(
                    "Updates have stopped",
                    "Nothing was heard from the dashboard for half a minute. The search itself goes on.",
                    link_button("Follow again", address, primary=True),
                    kind="warn",
                ),
                id=Ids.SILENT,
                hidden=True,
            ),
            dcc.Store(id=Ids.FOLLOWED, data={"kind": kind, "request_id": request_id}),
            dcc.Store(id=Ids.HEARTBEAT),
            dcc.Store(id=Ids.LEAD),
            dcc.Store(id=Ids.LED),
            dcc.Store(id=Ids.ENDING),
            dcc.Interval(id=Ids.TICK, interval=_interval_ms(0)),
            dcc.Interval(id=Ids.WATCH, interval=_WATCH_MS),
        ]
    )


def progress_panel(progress: Progress) -> list[Any]:
    """Return what is known of a running search: state, how far, how long, and its log."""
    return [
        html.Div(
            [
                html.Span(
                    _STATE_WORDS.get(progress.state, progress.state.capitalize()),
                    className=f"ax-state ax-state--{_STATE_LOOKS.get(progress.state, 'running')}",
                ),
                html.Span(
                    f"{progress.elapsed_s:.0f} s",
                    className="ax-num",
                    title="Time since the search was sent",
                ),
            ],
            className="ax-following",
            role="status",
        ),
        _bar(progress.fraction),
        html.P(progress.note or _last_words(progress.logs)),
        log_lines(progress.logs[-_SHOWN_LOGS:]),
    ]


def _bar(fraction: float | None) -> html.Div:
    """Return the bar of progress; it wanders while nobody knows how far the search is."""
    said = {"role": "progressbar", "aria-label": "How far the search is"}
    if fraction is None:
        fill = html.Div(className="ax-progress-fill")
        return html.Div(fill, className="ax-progress ax-progress--unknown", **said)
    percent = f"{100 * fraction:.0f}"
    fill = html.Div(className="ax-progress-fill", style={"width": f"{percent}%"})
    return html.Div(fill, className="ax-progress", **said, **{"aria-valuenow": percent})


def _last_words(logs: tuple[SearchLog, ...]) -> str:
    return (logs[-1].summary or "") if logs else "Waiting for the first word of the search."


def log_lines(logs: tuple[SearchLog, ...] | list[SearchLog]) -> html.Ol:
    """Return the platform's own log of a search."""
    return html.Ol(
        [
            html.Li(
                [
                    html.Time(
                        format_time(log.timestamp, seconds=True)[11:] if log.timestamp else "",
                        className="ax-num",
                    ),
                    html.Span(log.summary or ""),
                ],
                className=f"ax-log--{log.level}" if log.level in ("warn", "error") else "",
            )
            for log in logs
        ],
        className="ax-log",
        tabIndex="0",
        **{"aria-label": "Log of the search"},
    )


def _interval_ms(ticks: int) -> int:
    """Return how long a page waits before it looks again: most searches end soon, some take hours."""
    return next((interval_ms for most, interval_ms in _TICKS_MS if ticks < most), _LATER_MS)


def shown(follows: Follows, request_id: str) -> tuple[Progress, Ending | None, bool]:
    """Return what a page shows of a search, how it ended if it has, and whether this page starts the job."""
    if not is_request_id(request_id):  # what a browser sends must not become names in our store
        return Progress(SearchState.UNKNOWN, 0.0), None, False
    sight = follows.look(request_id)
    progress = sight.progress or Progress(SearchState.QUEUED, 0.0)
    if sight.followed and progress.state is SearchState.DONE:  # what is still fetched, nobody waits for
        return progress, Ending(state=SearchState.DONE), False
    if sight.followed or (sight.ending is not None and not sight.again):
        return progress, sight.ending, False
    before = follows.place(request_id)
    if before is None:
        note = "The dashboard's own store cannot be used now. The search itself goes on at AuroraX."
        return replace(progress, note=note), None, False
    if before:
        others = "Another search is" if before == 1 else f"{before} other searches are"
        note = f"{others} to be followed before this one. The search itself goes on at AuroraX."
        return replace(progress, note=note), None, False
    return progress, None, follows.may_start(request_id)


def register(
    app: Dash, follows: Follows, client: AuroraXClient, followers: Mapping[SearchKind, Follower]
) -> None:
    """Add the callbacks that follow searches.

    Parameters
    ----------
    client
        The client for what a page waits for.
    followers
        What follows a search of each kind.
    """
    _register_watching(app, follows)
    _register_job(app, follows, followers)
    _register_cancelling(app, client)


def _register_watching(app: Dash, follows: Follows) -> None:
    @app.callback(
        Output(Ids.PROGRESS, "children"),
        Output(Ids.HEARTBEAT, "data"),
        Output(Ids.LEAD, "data"),
        Output(Ids.ENDING, "data"),
        Output(Ids.TICK, "interval"),
        Input(Ids.TICK, "n_intervals"),
        State(Ids.FOLLOWED, "data"),
    )
    def watch(ticks: int | None, followed: Mapping[str, str]) -> tuple[Any, ...]:
        progress, ending, start = shown(follows, followed["request_id"])
        return (
            progress_panel(progress),
            {"title": tab_title(progress.state), "at": time.time()},
            {**followed, "n": ticks} if start else no_update,
            no_update if ending is None else msgspec.json.encode(ending).decode(),
            _interval_ms(ticks or 0),
        )

    app.clientside_callback(
        ClientsideFunction("aurorax", "watch"),
        Output(Ids.SILENT, "hidden"),
        Input(Ids.HEARTBEAT, "data"),
        Input(Ids.WATCH, "n_intervals"),
    )


def _register_job(app: Dash, follows: Follows, followers: Mapping[SearchKind, Follower]) -> None:
    """Register the job twice: for the search of the page, and for one of the drawer on any page."""
    for order, done in ((Ids.LEAD, Ids.LED), (Ids.LEAD_ELSEWHERE, Ids.LED_ELSEWHERE)):

        @app.callback(
            Output(done, "data"),
            Input(order, "data"),
            background=True,
            interval=_JOB_CHECKED_MS,
            prevent_initial_call=True,
        )
        def lead(wanted: Any) -> Any:
            lead_to_end(follows, followers, wanted["kind"], wanted["request_id"])
            return wanted


def lead_to_end(
    follows: Follows, followers: Mapping[SearchKind, Follower], kind: SearchKind, request_id: str
) -> None:
    """Follow a search until it has ended, unless somebody does, and leave word of how it ended."""
    if kind not in followers or not is_request_id(request_id):
        return  # no page of ours asks for this
    lease = follows.claim(request_id)
    if lease is None:
        return  # another page was quicker
    with lease:
        try:
            ending = Ending.of(followers[kind](request_id, lease.tell))
        except Exception:  # whatever it is: pages that hear nothing would wait for ever
            _LOG.exception("Following a search failed")
            ending = Ending(
                state=SearchState.FAILED, message="The dashboard failed at this search", passing=True
            )
        lease.end(ending)


def _register_cancelling(app: Dash, client: AuroraXClient) -> None:
    @app.callback(
        Output(Ids.CANCEL_NOTE, "children"),
        Output(Ids.CANCEL, "disabled"),
        Input(Ids.CANCEL, "n_clicks"),
        State(Ids.FOLLOWED, "data"),
        prevent_initial_call=True,
    )
    def cancel(_clicks: int, followed: Any) -> tuple[str, bool]:
        return cancelled(client, followed["kind"], followed["request_id"])


def cancelled(client: AuroraXClient, kind: SearchKind, request_id: str) -> tuple[str, bool]:
    """Cancel a search; return what came of it in a sentence, and whether that is settled."""
    try:
        # Cancelling a search that has ended would delete its result, for everybody.
        if client.status(kind, request_id).finished:
            return "This search has already ended.", True
        client.cancel(kind, request_id)
    except AuroraXError as error:
        return error.sentence, False
    return "Cancelling. The search is cancelled when AuroraX says so.", True


def stores() -> list[dcc.Store]:
    """Return what the frame holds, so that any page can have a search followed."""
    return [dcc.Store(id=Ids.LEAD_ELSEWHERE), dcc.Store(id=Ids.LED_ELSEWHERE)]

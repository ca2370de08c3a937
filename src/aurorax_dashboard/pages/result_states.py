"""A result's page before, or without, a result: running, cancelled, failed, unknown, gone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
import msgspec
from dash import dcc, html

from aurorax_dashboard.api.models import SearchLog
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.notices import icon, link_button, notice
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.searches.follow import Outcome, Progress, State
from aurorax_dashboard.searches.store import Submission
from aurorax_dashboard.times import format_date, format_time

_WATCH_MS = 5_000
_SHOWN_LOGS = 40

_STATE_WORDS = {
    State.QUEUED: "Queued",
    State.RUNNING: "Running",
    State.STALLED: "Stalled",
    State.UNREACHABLE: "AuroraX does not answer",
    State.FETCHING: "Fetching the result",
}


_STATE_LOOKS = {State.QUEUED: "queued", State.STALLED: "stalled", State.UNREACHABLE: "stalled"}


class Ids(StrEnum):
    """Names of the parts of a followed search."""

    FOLLOWED = "follow-request"
    OUTCOME = "follow-outcome"
    PROGRESS = "follow-progress"
    HEARTBEAT = "follow-heartbeat"
    WATCH = "follow-watch"
    SILENT = "follow-silent"
    CANCEL = "follow-cancel"
    CANCEL_NOTE = "follow-cancel-note"
    RERUN = "result-rerun"
    RERUN_NOTE = "result-rerun-note"
    RERUN_OF = "result-rerun-of"
    GO = "result-go"
    TITLE = "result-title"
    TITLE_SHOWN = "result-title-shown"


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How following ended, as the background job hands it to the page."""

    state: State
    message: str = ""
    advice: str = ""
    details: str | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> Ending:
        """Return the `outcome` in the words that the page shows."""
        if outcome.error is not None:
            error = outcome.error
            return cls(
                state=outcome.state, message=error.message, advice=error.advice, details=error.details
            )
        log = outcome.status.logs[-1].summary if outcome.status and outcome.status.logs else None
        return cls(state=outcome.state, message=log or "")


def tab_title(text: str) -> str:
    """Return what the browser's tab shows: the state of the search, or what it found."""
    return f"{text[:1].upper()}{text[1:]} · AuroraX Dashboard"


def following(request_id: str, submission: Submission | None) -> html.Div:
    """Return the page of a search that is still to be followed."""
    heading = submission.title if submission else "Conjunction search"
    return html.Div(
        [
            html.Div(
                [html.H1(heading), html.Div(copy_link_button(), className="ax-actions")],
                className="ax-page-head",
            ),
            html.Section(
                [
                    html.Div(progress_panel(Progress(State.QUEUED, 0.0)), id=Ids.PROGRESS),
                    html.Div(
                        [
                            dbc.Button(
                                [icon("stop-circle"), " Cancel the search"],
                                id=Ids.CANCEL,
                                color="secondary",
                                outline=True,
                            ),
                            html.Span(id=Ids.CANCEL_NOTE, className="form-text", role="status"),
                        ],
                        className="ax-actions",
                    ),
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
                    "Nothing was heard for half a minute from the part of the dashboard that follows this search. "
                    "The search itself goes on.",
                    link_button("Follow again", addresses.result(request_id), primary=True),
                    kind="warn",
                ),
                id=Ids.SILENT,
                hidden=True,
            ),
            # The browser fetches its largest scripts while the search runs, not after it.
            html.Div([dcc.Graph(), dag.AgGrid()], hidden=True),
            dcc.Store(id=Ids.FOLLOWED, data=request_id),
            dcc.Store(id=Ids.OUTCOME),
            dcc.Store(id=Ids.HEARTBEAT),
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
    if fraction is None:
        fill = html.Div(className="ax-progress-fill")
        return html.Div(fill, className="ax-progress ax-progress--unknown", role="progressbar")
    percent = f"{100 * fraction:.0f}"
    fill = html.Div(className="ax-progress-fill", style={"width": f"{percent}%"})
    return html.Div(fill, className="ax-progress", role="progressbar", **{"aria-valuenow": percent})


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


def ended(request_id: str, ending: Ending, submission: Submission | None) -> html.Div:
    """Return the page of a search that ended without a result to show."""
    build = {
        State.CANCELLED: _cancelled,
        State.UNKNOWN: _unknown,
        State.EXPIRED: _expired,
        State.ABANDONED: _abandoned,
    }.get(ending.state, _failed)
    heading = submission.title if submission else "Conjunction search"
    return html.Div([html.H1(heading, className="ax-page-head"), build(request_id, ending, submission)])


def _cancelled(request_id: str, _ending: Ending, submission: Submission | None) -> html.Section:
    return notice(
        "This search was cancelled",
        "It was stopped before it had a result.",
        *again(request_id, submission),
        kind="warn",
    )


def _failed(request_id: str, ending: Ending, submission: Submission | None) -> html.Section:
    return notice(
        "This search failed",
        f"{ending.message.rstrip('.') or 'AuroraX gave no reason'}. "
        f"{ending.advice or 'Change the search, or run it again.'}",
        *again(request_id, submission),
        kind="error",
        details=ending.details,
    )


def _unknown(request_id: str, ending: Ending, submission: Submission | None) -> html.Section:
    return notice(
        "AuroraX does not know this search",
        f"No search has the request id {request_id}. It may have been mistyped, belong to another server, or be so "
        "old that AuroraX has forgotten it.",
        *again(request_id, submission),
        *([] if submission else [link_button("Build a search", addresses.search(), primary=True)]),
        details=ending.details,
    )


def _expired(request_id: str, _ending: Ending, submission: Submission | None) -> html.Section:
    asked = f" It was asked on {format_date(submission.submitted)}." if submission else ""
    return notice(
        "The result of this search has expired",
        f"AuroraX deletes results after some days.{asked} Run it again to see the conjunctions.",
        *again(request_id, submission),
    )


def _abandoned(request_id: str, _ending: Ending, _submission: Submission | None) -> html.Section:
    return notice(
        "This search takes very long",
        "It may still be running; this page has stopped asking.",
        link_button("Follow again", addresses.result(request_id), primary=True),
        kind="warn",
    )


def edit_link(submission: Submission, *, primary: bool = False) -> list[Any]:
    """Return the link that opens the search in the builder; none if it is too large for an address."""
    try:
        address = addresses.search(submission.query)
    except LinkError:
        return []
    return [link_button("Edit this search", address, primary=primary, icon_name="pencil")]


def again(request_id: str, submission: Submission | None) -> list[Any]:
    """Return the buttons that run or edit the search once more, where its query is known."""
    if submission is None:
        return []
    return [
        dbc.Button([icon("arrow-repeat"), " Run again"], id=Ids.RERUN, color="primary"),
        *edit_link(submission),
        html.Span(id=Ids.RERUN_NOTE, role="alert"),
        dcc.Store(id=Ids.RERUN_OF, data=request_id),
    ]


def copy_link_button() -> html.Button:
    """Return the button that copies the page's address."""
    return html.Button(
        [icon("link-45deg"), " Copy link"],
        className="btn btn-outline-secondary btn-sm ax-copy-link",
        title="Copy the address of this page",
    )

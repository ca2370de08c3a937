"""A result's page before, or without, a result: running, cancelled, failed, unknown, gone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from aurorax_dashboard.components import addresses, ahead, following
from aurorax_dashboard.components.head import copy_link_button, page_head
from aurorax_dashboard.components.notices import icon, link_button, notice, unbroken
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches.follow import State
from aurorax_dashboard.searches.follows import Ending
from aurorax_dashboard.searches.store import Submission
from aurorax_dashboard.times import format_date


class Ids(StrEnum):
    """Names of the parts around a search without a result."""

    RERUN = "result-rerun"
    RERUN_NOTE = "result-rerun-note"
    RERUN_OF = "result-rerun-of"
    GO = "result-go"
    ASKED = "result-asked"
    TITLE = "result-title"


def running(request_id: str, submission: Submission | None) -> html.Div:
    """Return the page of a search that is still to be followed."""
    heading = submission.title if submission else "Conjunction search"
    return html.Div(
        [
            page_head(heading, copy_link_button("this search")),
            *(
                [html.P(unbroken(sentence(submission.query)), className="ax-muted")]
                if submission
                else []
            ),
            following.panel("conjunctions", request_id, addresses.result(request_id)),
            ahead.at_once(),
        ]
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
    return html.Div([page_head(heading), build(request_id, ending, submission)])


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
    """Return the link that opens the search in the builder."""
    try:
        address = addresses.search(submission.query)
    except LinkError:  # too large for an address
        address = addresses.search_of(submission.request_id)
    return [link_button("Edit this search", address, primary=primary, icon_name="pencil")]


def again(request_id: str, submission: Submission | None, *, primary: bool = True) -> list[Any]:
    """Return the buttons that run or edit the search once more, where its query is known.

    Parameters
    ----------
    primary
        Whether to run it again is the next thing to do.
    """
    if submission is None:
        return []
    look = {"color": "primary"} if primary else {"color": "secondary", "outline": True, "size": "sm"}
    return [
        dbc.Button([icon("arrow-repeat"), " Run again"], id=Ids.RERUN, **look),
        *edit_link(submission),
        html.Span(id=Ids.RERUN_NOTE, role="alert"),
        dcc.Store(id=Ids.RERUN_OF, data=request_id),
    ]

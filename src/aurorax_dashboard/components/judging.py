"""What a group thinks of the selected conjunction: star, labels, comments, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from aurorax_dashboard.components.notices import icon
from aurorax_dashboard.searches.judgements import MAX_COMMENT, MAX_LABEL, MAX_NAME, Change, Judgement
from aurorax_dashboard.times import format_time

_DONE = {
    "star": "Starred.",
    "unstar": "No longer starred.",
    "label": "Labelled “{}”.",
    "unlabel": "Label “{}” taken off.",
    "comment": "Comment added.",
    "undo": "Taken back.",
}


class Ids(StrEnum):
    """Names of the parts."""

    PANEL = "judging"
    REQUEST = "judging-request"
    EVENT = "judging-event"
    STAR = "judging-star"
    LABELS = "judging-labels"
    LABEL = "judging-label"
    KNOWN = "judging-known-labels"
    COMMENTS = "judging-comments"
    COMMENT = "judging-comment"
    SEND = "judging-send"
    NAME = "judging-name"
    SAID = "judging-said"
    UNDO = "judging-undo"
    LAST = "judging-last"
    CHANGES = "judging-changes"
    POLL = "judging-poll"


REMOVE = "judging-remove-label"
"""The id type of the buttons that take a label off."""

_POLL_MS = 15_000


def panel(request_id: str, n: int | None = None) -> html.Section:
    """Return the panel, empty until the callbacks fill it.

    Parameters
    ----------
    request_id
        The search that is judged.
    n
        The conjunction; where it changes on a page, that writes it into :attr:`Ids.EVENT`.
    """
    return html.Section(
        [
            html.Div(
                [
                    html.H2("For the group"),
                    html.Button(icon("star"), id=Ids.STAR, className="ax-icon-button"),
                ],
                className="ax-judging-head",
            ),
            html.Div(id=Ids.LABELS, className="ax-chips"),
            html.Div(
                [
                    html.Label(
                        [
                            html.Span("Add a label", className="form-label"),
                            dbc.Input(
                                id=Ids.LABEL,
                                list=Ids.KNOWN,
                                maxLength=MAX_LABEL,
                                debounce=True,
                                size="sm",
                                placeholder="e.g. substorm; Enter adds it",
                            ),
                        ]
                    ),
                    html.Datalist(id=Ids.KNOWN),
                    html.Label(
                        [
                            html.Span("Your name (optional)", className="form-label"),
                            dbc.Input(
                                id=Ids.NAME,
                                maxLength=MAX_NAME,
                                debounce=True,
                                size="sm",
                                persistence=True,
                                persistence_type="local",
                            ),
                        ]
                    ),
                ],
                className="ax-judging-fields",
            ),
            html.Ul(id=Ids.COMMENTS, className="ax-comments"),
            html.Label(
                [
                    html.Span("Comment", className="form-label"),
                    dbc.Textarea(id=Ids.COMMENT, rows=2, maxLength=MAX_COMMENT, size="sm"),
                ],
                className="ax-judging-comment",
            ),
            html.Div(
                [
                    dbc.Button("Add comment", id=Ids.SEND, color="secondary", outline=True, size="sm"),
                    html.Span(id=Ids.SAID, className="form-text", role="status"),
                    dbc.Button("Undo", id=Ids.UNDO, color="link", size="sm", style={"display": "none"}),
                ],
                className="ax-actions",
            ),
            html.P(
                "Everybody who opens this address sees and can change these. A name is as its owner chose it; "
                "it is remembered in this browser only.",
                className="form-text",
            ),
            dcc.Store(id=Ids.REQUEST, data=request_id),
            dcc.Store(id=Ids.EVENT, data=n),
            dcc.Store(id=Ids.LAST),
            dcc.Store(id=Ids.CHANGES, data=0),
            dcc.Interval(id=Ids.POLL, interval=_POLL_MS),
        ],
        id=Ids.PANEL,
        className="ax-panel ax-judging",
        **{"aria-label": "Star, labels and comments"},
    )


def star_button(judgement: Judgement) -> tuple[Any, str]:
    """Return what stands on the button that stars, and its title."""
    starred = judgement.starred
    return icon("star-fill" if starred else "star"), "Take the star off" if starred else "Star it"


def label_chips(judgement: Judgement) -> list[Any]:
    """Return the labels of one conjunction, each with a button that takes it off."""
    return [
        html.Span(
            [
                label,
                html.Button(
                    icon("x-lg"),
                    id={"type": REMOVE, "label": label},
                    className="ax-icon-button",
                    **{"aria-label": f"Take the label {label} off"},
                ),
            ],
            className="ax-chip",
        )
        for label in judgement.labels
    ]


def comment_items(judgement: Judgement) -> list[html.Li]:
    """Return what was said, oldest first."""
    return [
        html.Li(
            [
                html.Span(
                    f"{each.author or 'Somebody'}, {format_time(each.at)} UTC", className="ax-muted"
                ),
                html.P(each.text),
            ]
        )
        for each in judgement.comments
    ]


def known_labels(labels: Sequence[tuple[str, int]]) -> list[html.Option]:
    """Return labels that are in use, for the browser to offer."""
    return [html.Option(value=label) for label, _count in labels]


def done(change: Change) -> str:
    """Return what a change did, in a sentence."""
    return _DONE[change.kind].format(change.text)

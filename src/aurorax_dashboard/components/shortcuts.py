"""Keys that lead through the dashboard, and the dialog that lists them (``?``).

The keys themselves are listened to by ``assets/20-behaviour/shortcuts.js``, which presses what is on the
page: a key does nothing that a click could not do.
"""

from __future__ import annotations

from enum import StrEnum

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from aurorax_dashboard.components import addresses


class Ids(StrEnum):
    """Names of the dialog's parts."""

    OPEN = "shortcuts-open"
    DIALOG = "shortcuts"
    TITLE = "shortcuts-title"


KEYS: tuple[tuple[str, str], ...] = (
    ("?", "Show these keys"),
    ("g s", "Go to Search"),
    ("g r", "Go to Results"),
    ("g a", "Go to Availability"),
    ("g x", "Go to Explorer"),
    ("g k", "Go to Keograms"),
    ("g e", "Go to Ephemeris"),
    ("g o", "Go to Sources"),
    ("t", "Light or dark"),
    ("j", "Next conjunction of a result"),
    ("k", "Previous conjunction of a result"),
    ("]", "The same as j; on Keograms the next night"),
    ("[", "The same as k; on Keograms the night before"),
    ("s", "Star the conjunction, or take its star away"),
    ("Ctrl Enter", "Send the search that is being built"),
    ("Esc", "Close a dialog"),
)
"""Keys as they are typed one after the other, or together with Ctrl, and what they do."""


def button() -> html.Button:
    """Return the button of the frame that opens the dialog."""
    return html.Button(
        "?",
        id=Ids.OPEN,
        className="ax-icon-button",
        title="Guide and keys",
        **{"aria-label": "Guide and keys"},
    )


def listing() -> html.Table:
    """Return the keys as a table."""
    rows = [
        html.Tr([html.Td([html.Kbd(key) for key in keys.split()]), html.Td(what)])
        for keys, what in KEYS
    ]
    return html.Table(html.Tbody(rows), className="ax-keys")


def dialog() -> dbc.Modal:
    """Return the dialog, closed."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Keys", id=Ids.TITLE)),
            dbc.ModalBody(
                [
                    listing(),
                    html.P(
                        dcc.Link("The guide explains pages and words", href=addresses.guide()),
                        className="ax-muted",
                    ),
                ]
            ),
        ],
        id=Ids.DIALOG,
        labelledby=Ids.TITLE,
        scrollable=True,
    )


def register(app: Dash) -> None:
    """Add the callback of the button to `app`."""
    app.clientside_callback(
        ClientsideFunction("aurorax", "toggle"),
        Output(Ids.DIALOG, "is_open"),
        Input(Ids.OPEN, "n_clicks"),
        State(Ids.DIALOG, "is_open"),
        prevent_initial_call=True,
    )

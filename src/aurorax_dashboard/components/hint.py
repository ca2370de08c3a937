"""Hints for who is here for the first time; each is closed once and stays closed in this browser."""

from __future__ import annotations

from typing import Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, dcc, html

from aurorax_dashboard.components.notices import icon

_HINT, _CLOSE, _CLOSED = "hint", "hint-close", "hint-closed"


def hint(name: str, *words: Any) -> html.Div:
    """Return the hint `name`, not shown before the browser has said that it was never closed."""
    return html.Div(
        [
            html.Div(
                [
                    html.Span(list(words)),
                    html.Button(
                        icon("x-lg"),
                        id={"type": _CLOSE, "name": name},
                        type="button",
                        className="ax-icon-button",
                        **{"aria-label": "Close this hint for good"},
                    ),
                ],
                className="ax-hint",
            ),
            dcc.Store(id={"type": _CLOSED, "name": name}, storage_type="local"),
        ],
        id={"type": _HINT, "name": name},
        hidden=True,
    )


def register(app: Dash) -> None:
    """Add the callback of all hints to `app`."""
    app.clientside_callback(
        ClientsideFunction("aurorax", "hint"),
        Output({"type": _HINT, "name": MATCH}, "hidden"),
        Output({"type": _CLOSED, "name": MATCH}, "data"),
        Input({"type": _CLOSE, "name": MATCH}, "n_clicks"),
        Input({"type": _CLOSED, "name": MATCH}, "modified_timestamp"),
        Input({"type": _CLOSED, "name": MATCH}, "data"),
    )

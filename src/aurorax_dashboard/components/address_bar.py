"""The browser's address follows what a page shows."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input


def show_in_address(app: Dash, name: str) -> None:
    """Have the address hold the parameters in the store `name`; without a new entry in the history."""
    app.clientside_callback(
        ClientsideFunction("address", "show"), Input(name, "data"), prevent_initial_call=True
    )

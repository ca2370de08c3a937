"""The dialog that reads a search from JSON into the builder."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.notices import toast
from aurorax_dashboard.queries.importer import MAX_TEXT, QueryImportError, import_query
from aurorax_dashboard.queries.link import LinkError, to_param


class Ids(StrEnum):
    """Names of the dialog's parts."""

    OPEN = "search-import-open"
    DIALOG = "search-import-dialog"
    TEXT = "search-import-text"
    FILE = "search-import-file"
    APPLY = "search-import-apply"
    NOTES = "search-import-notes"


def dialog() -> dbc.Modal:
    """Return the dialog, closed."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Import a search")),
            dbc.ModalBody(
                [
                    html.P(
                        "Paste or drop a query in JSON: from AuroraX, PyAuroraX, IDL-AuroraX or aurorax.space."
                    ),
                    dbc.Textarea(
                        id=Ids.TEXT,
                        rows=12,
                        className="ax-code",
                        spellcheck=False,
                        submit_on_enter=False,
                    ),
                    dcc.Upload(
                        id=Ids.FILE,
                        children="Drop a file here, or click to choose one",
                        className="ax-drop",
                        max_size=MAX_TEXT,
                    ),
                    html.Div(id=Ids.NOTES, className="ax-mistake", **{"aria-live": "polite"}),
                ]
            ),
            dbc.ModalFooter(dbc.Button("Load into the builder", id=Ids.APPLY, color="primary")),
        ],
        id=Ids.DIALOG,
        size="lg",
    )


def register(app: Dash, location: str) -> None:
    """Add the callbacks of the dialog to `app`; `location` is the id of the page's ``dcc.Location``."""

    @app.callback(
        Output(Ids.DIALOG, "is_open"),
        Input(Ids.OPEN, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_import(_clicks: int) -> bool:
        return True

    app.clientside_callback(
        ClientsideFunction("aurorax", "readUpload"),
        Output(Ids.TEXT, "value"),
        Input(Ids.FILE, "contents"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(location, "href", allow_duplicate=True),
        Output(Ids.NOTES, "children"),
        Output(FrameIds.TOASTS, "children", allow_duplicate=True),
        Input(Ids.APPLY, "n_clicks"),
        State(Ids.TEXT, "value"),
        prevent_initial_call=True,
    )
    def load(clicks: int | None, text: str | None) -> tuple[Any, Any, Any]:
        if not clicks:
            return no_update, no_update, no_update
        try:
            query, notes = import_query(text or "")
            to_param(query)  # the builder takes its search from the address
        except (QueryImportError, LinkError) as error:
            return no_update, str(error), no_update
        said = (
            toast("Imported, with these changes", " ".join(notes), kind="warning")
            if notes
            else no_update
        )
        return addresses.search(query), None, said

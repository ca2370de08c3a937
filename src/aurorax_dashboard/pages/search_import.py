"""The dialog that reads a search from JSON into the builder."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.errors import AuroraXError
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.notices import toast
from aurorax_dashboard.pages import search_links as links
from aurorax_dashboard.queries.importer import MAX_TEXT, QueryImportError, import_query
from aurorax_dashboard.queries.link import LinkError


class Ids(StrEnum):
    """Names of the dialog's parts."""

    OPEN = "search-import-open"
    DIALOG = "search-import-dialog"
    TITLE = "search-import-title"
    TEXT = "search-import-text"
    FILE = "search-import-file"
    APPLY = "search-import-apply"
    NOTES = "search-import-notes"


def dialog() -> dbc.Modal:
    """Return the dialog, closed."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Import a search", id=Ids.TITLE)),
            dbc.ModalBody(
                [
                    dbc.Label(
                        "Paste or drop a query: JSON from AuroraX, PyAuroraX, IDL-AuroraX or aurorax.space, "
                        "or a PyAuroraX script. Nothing of it is run.",
                        html_for=Ids.TEXT,
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
                        max_size=2 * MAX_TEXT,  # bytes; a letter may take several
                    ),
                    html.Div(id=Ids.NOTES, className="ax-mistake", **{"aria-live": "assertive"}),
                ]
            ),
            dbc.ModalFooter(dbc.Button("Load into the builder", id=Ids.APPLY, color="primary")),
        ],
        id=Ids.DIALOG,
        labelledby=Ids.TITLE,
        size="lg",
    )


def told(notes: list[str]) -> Any:
    """Return the message that lists what an import changed or left out."""
    return toast(
        "Imported, with these changes", html.Ul([html.Li(note) for note in notes]), kind="warning"
    )


def register(app: Dash, location: str, keep: links.Keep) -> None:
    """Add the callbacks of the dialog to `app`.

    Parameters
    ----------
    location
        Id of the page's ``dcc.Location``.
    keep
        Keeps a search that is too large for an address.
    """

    @app.callback(
        Output(Ids.DIALOG, "is_open"),
        Input(Ids.OPEN, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_import(_clicks: int) -> bool:
        return True

    app.clientside_callback(
        ClientsideFunction("exchange", "readUpload"),
        Output(Ids.TEXT, "value"),
        Output(Ids.NOTES, "children", allow_duplicate=True),
        Output(Ids.FILE, "contents"),
        Input(Ids.FILE, "contents"),
        State(Ids.FILE, "filename"),
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
            address = links.imported(keep, query)
        except (QueryImportError, LinkError) as error:
            return no_update, str(error), no_update
        except AuroraXError as error:
            return no_update, error.sentence, no_update
        return address, None, told(notes) if notes else no_update

"""Whose copy of a result is shown: the platform deletes its own after some days, ours stays."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from dash import Dash, Input, Output, dcc, html

from aurorax_dashboard.api.errors import AuroraXError, NotFoundError
from aurorax_dashboard.api.models import SearchStatus
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.store import StoredResult, Submission
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_date, format_time


class Ids(StrEnum):
    """Names of the parts."""

    OF = "result-kept-of"
    LINE = "result-kept"


def line(stored: StoredResult) -> html.Div:
    """Return the line that says of when this copy is; what became of the platform's is asked for later."""
    end = stored.finished
    return html.Div(
        [
            html.P(f"As of {format_time(end.retrieved)} UTC.", id=Ids.LINE, className="ax-subline"),
            dcc.Store(id=Ids.OF, data=end.status.search_request.request_id),
        ]
    )


def origin(stored: StoredResult, submission: Submission | None) -> dict[str, str]:
    """Return the attributes of a page part that tell what a saved picture says below it (``pictures.js``)."""
    end = stored.finished
    said = tables.facts(
        submission.title if submission else "Conjunction search",
        server=end.server,
        simulated=end.simulated,
        retrieved=end.retrieved,
        Request_id=end.status.search_request.request_id,
        Query=sentence(submission.query) if submission else "",
    )
    del said["Made by"]  # the picture is made later
    lines = [text if name == "Data" else f"{name}: {text}" for name, text in said.items()]
    return {"data-origin": "\n".join(lines)} | ({"data-simulated": ""} if end.simulated else {})


def words(status: SearchStatus | None, retrieved: datetime) -> str:
    """Return what a reader should know of this copy, `retrieved` then.

    Parameters
    ----------
    status
        What the server says of the search today; None if it does not know it any more.
    """
    kept = f"as of {format_time(retrieved)} UTC"
    if status is None:
        return f"AuroraX has forgotten this search. What is shown is the copy kept here, {kept}."
    deleted = status.search_result.result_file_deleted_timestamp
    if deleted is not None:
        return (
            f"AuroraX deleted this result on {format_date(deleted)}. What is shown is the copy kept here, "
            f"{kept}; run the search again to see what has changed."
        )
    return f"{kept[:1].upper()}{kept[1:]}."


def register(app: Dash, services: Services) -> None:
    """Add the callback of :func:`line` to `app`."""

    @app.callback(Output(Ids.LINE, "children"), Input(Ids.OF, "data"))
    def say(request_id: str) -> str:
        end = services.store.finished(request_id)
        if end is None:
            return ""
        if end.server != services.client.base_url:
            return f"From {end.server}, as of {format_time(end.retrieved)} UTC."
        try:
            return words(services.hurried.status("conjunctions", request_id), end.retrieved)
        except NotFoundError:
            return words(None, end.retrieved)
        except AuroraXError:
            return (
                f"As of {format_time(end.retrieved)} UTC."  # nothing is known of the server's copy now
            )

"""A result as files: the menu on its page, and the addresses it leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
import pandas as pd
from dash import Dash, Input, Output, State
from flask import Response, abort, request

from aurorax_dashboard.api.client import LIVE_URL, is_request_id
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.head import download_menu
from aurorax_dashboard.pages.result_selection import seen
from aurorax_dashboard.pages.result_views import Ids as ViewIds
from aurorax_dashboard.queries.canonical import body
from aurorax_dashboard.queries.exporter import to_pyaurorax_fetch
from aurorax_dashboard.searches import files
from aurorax_dashboard.searches.files import Provenance
from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.searches.predictions import predicted_words
from aurorax_dashboard.searches.selection import PARAMS, Selection, names_of, selection_of
from aurorax_dashboard.searches.store import StoredResult, Submission
from aurorax_dashboard.searches.tables import SIMULATED
from aurorax_dashboard.services import Services

_SWARM_AURORA = "https://swarm-aurora.com/conjunctionFinder"
_MOST_IN_SWARM_AURORA = 5_000
"""Conjunctions up to which IDL-AuroraX hands a result to Swarm-Aurora."""
_MOST_IN_A_CALENDAR = 5_000
"""Nobody plans with more, and writing them takes a second per five thousand."""


class FileTooLargeError(ValueError):
    """There are more conjunctions than a kind of file takes."""


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file."""

    name: str
    """What the menu says."""
    ending: str
    media_type: str
    write: Callable[[pd.DataFrame, Provenance], bytes]
    most: int | None = None
    """Conjunctions that it takes."""

    def takes(self, count: int) -> bool:
        """Whether so many conjunctions fit."""
        return self.most is None or count <= self.most


def _script(_table: pd.DataFrame, provenance: Provenance) -> bytes:
    heading = f"{provenance.title}. {SIMULATED}" if provenance.simulated else provenance.title
    return to_pyaurorax_fetch(provenance.request_id, provenance.server, heading).encode()


FORMS = {
    "csv": Form("CSV", "csv", "text/csv; charset=utf-8", files.to_csv),
    "excel": Form(
        "Excel",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        files.to_excel,
    ),
    "json": Form("JSON", "json", "application/json", files.to_json),
    "parquet": Form("Parquet", "parquet", "application/vnd.apache.parquet", files.to_parquet),
    "cdf": Form("CDF", "cdf", "application/x-cdf", files.to_cdf),
    "calendar": Form(
        "Calendar (.ics)", "ics", "text/calendar; charset=utf-8", files.to_calendar, _MOST_IN_A_CALENDAR
    ),
    "script": Form("PyAuroraX script that fetches it", "py", "text/x-python; charset=utf-8", _script),
}


def menu(
    request_id: str, filters: Mapping[str, str], server: str, count: int, passing: int
) -> list[Any]:
    """Return the menu of files of a result of `count` conjunctions, found by `server`.

    Of these, `passing` pass the `filters`.
    """
    items = [
        dbc.DropdownMenuItem(
            form.name, href=addresses.result_file(request_id, key, **filters), external_link=True
        )
        if form.takes(passing)
        else dbc.DropdownMenuItem(f"{form.name}: up to {form.most:,}, filter first", disabled=True)
        for key, form in FORMS.items()
    ]
    note = [dbc.DropdownMenuItem("Only what the filters let through", header=True)] if filters else []
    return [
        download_menu(
            [
                *note,
                *items,
                dbc.DropdownMenuItem(divider=True),
                *_swarm_aurora(request_id, server, count),
            ]
        )
    ]


def _swarm_aurora(request_id: str, server: str, count: int) -> list[dbc.DropdownMenuItem]:
    """Return the ways into Swarm-Aurora, which asks the live platform for the whole result itself."""
    if server.rstrip("/") != LIVE_URL:
        reason = "Swarm-Aurora knows searches of the live platform only"
    elif count >= _MOST_IN_SWARM_AURORA:
        reason = f"Swarm-Aurora takes fewer than {_MOST_IN_SWARM_AURORA:,} conjunctions"
    else:
        asked = f"aurorax_request_id={request_id}"
        ways = {
            "Open in Swarm-Aurora": f"{_SWARM_AURORA}?{asked}",
            "Swarm-Aurora import file": f"{_SWARM_AURORA}/generate_custom_import_json?{asked}",
        }
        return [
            dbc.DropdownMenuItem(name, href=href, external_link=True, target="_blank")
            for name, href in ways.items()
        ]
    return [dbc.DropdownMenuItem(reason, disabled=True)]


def provenance_of(
    stored: StoredResult,
    submission: Submission | None,
    selection: Selection,
    judgements: Mapping[int, Judgement],
    link: str,
) -> Provenance:
    """Return where the files of a result come from."""
    end = stored.finished
    rows = selection.chosen(stored.result.rows, judgements)
    return Provenance(
        title=submission.title if submission else "Conjunction search",
        request_id=end.status.search_request.request_id,
        server=end.server,
        simulated=end.simulated,
        retrieved=end.retrieved,
        link=link,
        query=msgspec.json.encode(body(submission.query)).decode() if submission else None,
        filters=selection.words(names_of(stored.result.sources)),
        predictions=predicted_words(rows, end.retrieved),
    )


def file_of(
    form: Form,
    stored: StoredResult,
    judgements: Mapping[int, Judgement],
    selection: Selection,
    provenance: Provenance,
) -> bytes:
    """Return what passes the filters of a result, as a file.

    Raises
    ------
    FileTooLargeError
        If that is more than such a file takes.
    """
    rows = selection.chosen(stored.result.rows, judgements)
    if not form.takes(len(rows)):
        raise FileTooLargeError(
            f"This kind of file takes {form.most:,} conjunctions at most: filter first."
        )
    table = files.flat(stored.result, rows, judgements, stored.finished.retrieved)
    return form.write(table, provenance)


def file_name(provenance: Provenance, form: Form) -> str:
    """Return a name that says what is in the file, in letters every system takes."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", provenance.title).strip("-").lower()[:60]
    simulated = "simulated-" if provenance.simulated else ""
    return f"{simulated}{words}-{provenance.request_id[:8]}.{form.ending}"


def register(app: Dash, services: Services) -> None:
    """Add the menu's callback, and the addresses of the files."""

    @app.callback(
        Output(ViewIds.FILES, "children"),
        Input(ViewIds.FILTERS, "data"),
        State(ViewIds.SHOWN, "data"),
    )
    def show_menu(filters: dict[str, str], request_id: str) -> list[Any]:
        found = seen(services, request_id, filters)
        if found is None:
            return []
        server, count = found.stored.finished.server, len(found.stored.result)
        return menu(request_id, filters, server, count, len(found.passing.result))

    @app.server.get(f"{addresses.RESULTS}/<request_id>/files/<form>")
    def result_file(request_id: str, form: str) -> Response:
        known = FORMS.get(form)
        stored = services.store.result(request_id) if known and is_request_id(request_id) else None
        if known is None or stored is None:
            abort(404)
        selection, problems = selection_of({name: request.args.get(name) for name in PARAMS})
        if problems:
            abort(400, " ".join(problems))
        link = request.url_root.rstrip("/") + addresses.RESULTS + f"/{request_id}"
        submission, judgements = (
            services.store.submission(request_id),
            services.judgements.of(request_id),
        )
        provenance = provenance_of(stored, submission, selection, judgements, link)
        try:
            written = file_of(known, stored, judgements, selection, provenance)
        except FileTooLargeError as problem:
            abort(400, str(problem))
        named = f'attachment; filename="{file_name(provenance, known)}"'
        headers = {"Content-Disposition": named, "X-Robots-Tag": "noindex"}
        return Response(written, content_type=known.media_type, headers=headers)

"""One conjunction as a file: its minutes, with where they come from."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from dash import Dash, Input, Output, State, dcc, html, no_update
from flask import request

from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.notices import error_notice
from aurorax_dashboard.pages.conjunction_questions import Questions, records_of
from aurorax_dashboard.pages.conjunction_scene import Scene, scene_of
from aurorax_dashboard.pages.conjunction_views import Ids
from aurorax_dashboard.queries.canonical import body
from aurorax_dashboard.searches import tables
from aurorax_dashboard.searches.positions import event
from aurorax_dashboard.searches.predictions import predicted_words
from aurorax_dashboard.searches.store import StoredResult, Submission
from aurorax_dashboard.searches.surroundings import minute_table, span_of
from aurorax_dashboard.services import Services
from aurorax_dashboard.times import format_time

_WAIT_S = 3.5


def file_of(scene: Scene, stored: StoredResult, submission: Submission | None, link: str) -> bytes:
    """Return the minutes of a conjunction as CSV that says where it comes from."""
    end = stored.finished
    table, columns = minute_table(
        scene.around, scene.distances, scene.ephemeris.records, scene.event, scene.span
    )
    about = tables.facts(
        f"Conjunction {scene.event.n + 1} of {len(stored.result)}: {scene.event.between}, minute by minute",
        server=end.server,
        simulated=end.simulated,
        Search=submission.title if submission else "",
        Request_id=end.status.search_request.request_id,
        Link=link,
        Predictions=predicted_words(stored.result.rows.loc[[scene.event.n]], end.retrieved),
        Query=msgspec.json.encode(body(submission.query)).decode() if submission else "",
    )
    return tables.csv_bytes(table, about, columns)


def file_name(scene: Scene, simulated: bool) -> str:
    """Return a name that says what is in the file, in letters every system takes."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", scene.event.between).strip("-").lower()[:60]
    time = re.sub(r"[^0-9]", "", format_time(scene.event.closest))
    return f"{'simulated-' if simulated else ''}conjunction-{words}-{time}.csv"


def register(app: Dash, services: Services, questions: Questions) -> None:
    """Add the callback of the download to `app`."""

    @app.callback(
        Output(Ids.FILE, "data"),
        Output(Ids.NOTE, "children", allow_duplicate=True),
        Input(Ids.CSV, "n_clicks"),
        State(Ids.MARGIN, "value"),
        State(Ids.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def download(clicks: int | None, margin: int, shown: Any) -> tuple[Any, Any]:
        request_id, n = shown["request_id"], shown["n"]
        stored = services.store.result(request_id) if clicks else None
        if stored is None:
            return no_update, no_update
        known = records_of(questions, stored, n, _WAIT_S)
        if known.error is not None:
            return no_update, error_notice(known.error, title="The file could not be made")
        if known.surroundings is None or not known.complete:
            return no_update, html.P("The records are still looked up: press CSV again in a moment.")
        submission = services.store.submission(request_id)
        span = span_of(event(stored.result, n), margin)
        query = submission.query if submission else None
        scene = scene_of(stored, query, n, known.surroundings, span)
        link = request.url_root.rstrip("/") + addresses.RESULTS + f"/{request_id}/{n + 1}"
        file = file_of(scene, stored, submission, link)
        name = file_name(scene, stored.finished.simulated)
        return dcc.send_bytes(file, name, type="text/csv"), no_update

"""A finished ephemeris search: what of it is shown, time series, maps and table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html

from aurorax_dashboard.components import addresses, record_table
from aurorax_dashboard.components.following import log_lines
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.head import copy_link_button, download_menu, page_head
from aurorax_dashboard.components.notices import notice
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.ground_track import ground_track
from aurorax_dashboard.figures.map_view import ANTARCTICA, VIEWS
from aurorax_dashboard.figures.series import Row, time_series
from aurorax_dashboard.pages.ephemeris_asked import TRACES, Look
from aurorax_dashboard.queries.ephemeris import sentence
from aurorax_dashboard.searches.ephemeris import EphemerisResult, EphemerisSubmission
from aurorax_dashboard.searches.ephemeris_fields import (
    Field,
    fields_of,
    first_fields,
    with_fields,
)
from aurorax_dashboard.times import EXAMPLE_TIME, format_time, parse_time, utc

MOST_FIELDS = 6
"""Fields that are drawn at once."""

FORMS = {"csv": "CSV", "parquet": "Parquet"}
"""Kinds of files, and what the menu says."""

SPANS = {"1 h": 60, "6 h": 360, "1 d": 1440, "all": 0}
"""Lengths of time to look at, in minutes; 0 is all of it."""

Window = tuple[datetime, datetime]
"""First and last minute that is looked at."""


class Ids(StrEnum):
    """Names of the parts of a result."""

    SHOWN = "ephemeris-shown"
    FIELDS = "ephemeris-fields"
    SERIES = "ephemeris-series"
    SERIES_PLACE = "ephemeris-series-place"
    T0 = "ephemeris-t0"
    T1 = "ephemeris-t1"
    WINDOW = "ephemeris-window"
    ZOOMED = "ephemeris-zoomed"
    WINDOW_PROBLEM = "ephemeris-window-problem"
    TRACE = "ephemeris-trace"
    VIEW = "ephemeris-view"
    NORTH = "ephemeris-north"
    SOUTH = "ephemeris-south"
    TABLE = "ephemeris-table"
    PARAMS = "ephemeris-params"


SPAN = "ephemeris-look"
STEP = "ephemeris-turn"
"""Id types of the buttons that choose how much time is looked at, and that move on."""


def finished(result: EphemerisResult, submission: EphemerisSubmission | None, look: Look) -> html.Div:
    """Return the page of a finished search."""
    request_id = result.finished.status.search_request.request_id
    if result.records.empty:
        return html.Div([_head(result, submission), _nothing_found(), _provenance(result, submission)])
    fields = fields_of(result)
    window = window_of(look.t0, look.t1, result)
    return html.Div(
        [
            _head(result, submission),
            html.Section(
                [_field_choice(fields, look), _time_choice(window)],
                className="ax-panel ax-ephemeris-look",
                **{"aria-label": "What is shown"},
            ),
            html.Div(
                graph(Ids.SERIES, "own", file_name="ephemeris"),
                id=Ids.SERIES_PLACE,
                style={"--ax-height": "640px"},
            ),
            _map_choice(look),
            html.Div(
                [
                    graph(Ids.NORTH, "map", file_name="ephemeris-north"),
                    graph(Ids.SOUTH, "map", file_name="ephemeris-south"),
                ],
                className="ax-split",
            ),
            html.H2("Records"),
            html.Div(
                record_table.table(Ids.TABLE, fields, len(result.records)),
                className="ax-panel ax-panel--flush",
            ),
            _provenance(result, submission),
            dcc.Store(id=Ids.SHOWN, data=request_id),
            dcc.Store(id=Ids.ZOOMED),
            dcc.Store(id=Ids.WINDOW, data=[_iso(moment) for moment in window]),
            dcc.Store(id=Ids.PARAMS),
        ],
        className="ax-result",
    )


def _head(result: EphemerisResult, submission: EphemerisSubmission | None) -> html.Div:
    request_id = result.finished.status.search_request.request_id
    files = [
        dbc.DropdownMenuItem(
            f"{name}, all records", href=addresses.ephemeris_file(request_id, form), external_link=True
        )
        for form, name in FORMS.items()
    ]
    return page_head(
        html.H1(headline(result), className="ax-headline"),
        download_menu(files, disabled=result.records.empty),
        copy_link_button("this view"),
        lines=(html.P(submission.title if submission else "", className="ax-subline"),),
    )


def headline(result: EphemerisResult) -> str:
    """Return what was found: ``4,320 records of 3 sources``."""
    count, sources = len(result.records), result.records["identifier"].nunique()
    if not count:
        return "No records"
    return (
        f"{count:,} record{'' if count == 1 else 's'} of {sources} source{'' if sources == 1 else 's'}"
    )


def _nothing_found() -> html.Section:
    return notice(
        "No source has records then",
        "The search ran to its end and found nothing. Another time, other sources or fewer filters may bring some; "
        "Availability shows on which days there are any.",
    )


def _field_choice(fields: Sequence[Field], look: Look) -> html.Div:
    drawn = [field for field in fields if field.kind != "text"]
    known = {field.name for field in drawn}
    wanted = [name for name in look.fields or () if name in known][:MOST_FIELDS]
    return html.Div(
        html.Label(
            [
                html.Span(f"Fields (up to {MOST_FIELDS})", className="form-label"),
                dcc.Dropdown(
                    id=Ids.FIELDS,
                    options=[
                        {"value": field.name, "label": field.label, "title": field.description}
                        for field in drawn
                    ],
                    value=wanted or [field.name for field in first_fields(drawn)],
                    multi=True,
                    placeholder="Choose what to draw",
                    className="ax-dropdown",
                ),
            ]
        ),
        className="ax-field",
    )


def _time_choice(window: Window) -> html.Div:
    def moment(name: Ids, value: datetime) -> dbc.Input:
        return dbc.Input(
            id=name,
            value=format_time(value),
            placeholder=EXAMPLE_TIME,
            className="ax-num",
            autocomplete="off",
            debounce=True,
        )

    def chip(text: str, ids: dict[str, Any], title: str) -> html.Button:
        return html.Button(text, type="button", id=ids, className="ax-chip", title=title)

    return html.Div(
        [
            html.Label(
                [html.Span("Shown from (UTC)", className="form-label"), moment(Ids.T0, window[0])]
            ),
            html.Label([html.Span("to", className="form-label"), moment(Ids.T1, window[1])]),
            html.Div(
                [
                    chip("‹", {"type": STEP, "by": -1}, "Earlier, by the length of what is shown"),
                    *(
                        chip(
                            text,
                            {"type": SPAN, "minutes": minutes},
                            f"Show {text}" if minutes else "Show all of it",
                        )
                        for text, minutes in SPANS.items()
                    ),
                    chip("›", {"type": STEP, "by": 1}, "Later, by the length of what is shown"),
                ],
                className="ax-chips",
            ),
            html.Div(id=Ids.WINDOW_PROBLEM, className="ax-mistake", **{"aria-live": "polite"}),
        ],
        className="ax-ephemeris-time",
    )


def _map_choice(look: Look) -> html.Div:
    def choice(name: Ids, options: dict[str, str], value: str) -> dbc.RadioItems:
        return dbc.RadioItems(
            id=name,
            options=[{"label": label, "value": key} for key, label in options.items()],
            value=value,
            inline=True,
            className="ax-choice",
        )

    north = {name: view.title for name, view in VIEWS.items() if view.centre_lat > 0}
    return html.Div(
        [choice(Ids.TRACE, TRACES, look.trace), choice(Ids.VIEW, north, look.view)],
        className="ax-view-bar",
        role="group",
        **{"aria-label": "Maps"},
    )


def _provenance(result: EphemerisResult, submission: EphemerisSubmission | None) -> html.Details:
    """Return where the records come from, folded away."""
    end = result.finished
    facts = [
        ("Request id", end.status.search_request.request_id),
        ("Server", f"{end.server}{' (simulated data)' if end.simulated else ''}"),
        ("Retrieved", f"{format_time(end.retrieved)} UTC"),
        ("Sources", ", ".join(names_of(result).values())),
    ]
    words = sentence(submission.query, list(result.sources.values())) if submission else ""
    return html.Details(
        [
            html.Summary("About this result"),
            html.P(words, className="ax-words"),
            html.Dl(
                [part for name, value in facts if value for part in (html.Dt(name), html.Dd(value))],
                className="ax-kv",
            ),
            log_lines(end.status.logs),
        ],
        className="ax-panel",
    )


# ---- what is looked at ---------------------------------------------------------------------------


def _iso(moment: datetime) -> str:
    return utc(moment).isoformat()


def whole(result: EphemerisResult) -> Window:
    """Return the first and the last minute that has records."""
    epochs = result.records["epoch"]
    return epochs.min().to_pydatetime(), epochs.max().to_pydatetime()


def window_of(t0: str, t1: str, result: EphemerisResult) -> Window:
    """Return the time that two texts mean, within the result; all of it where they mean none."""
    first, last = whole(result)
    try:
        start = max(parse_time(t0), first) if t0 else first
        end = min(parse_time(t1, end_of_day=True), last) if t1 else last
    except ValueError:
        return first, last
    return (start, end) if start < end else (first, last)


def stored_window(data: Sequence[str]) -> Window:
    """Return the time that the page's store holds."""
    start, end = (datetime.fromisoformat(text).astimezone(UTC) for text in data)
    return start, end


def moved(window: Window, result: EphemerisResult, *, minutes: int | None, by: int = 0) -> Window:
    """Return another time to look at.

    Parameters
    ----------
    minutes
        Its length from the present start; 0 is all of the result; None leaves it as it is.
    by
        How many lengths to go on (or back) by.
    """
    first, last = whole(result)
    if minutes == 0:
        return first, last
    start, end = window
    if minutes is not None:
        end = start + timedelta(minutes=minutes - 1)
    length = end - start + timedelta(minutes=1)
    start, end = start + by * length, end + by * length
    if start > last or end < first:
        return window
    if start < first:
        start, end = first, first + length - timedelta(minutes=1)
    return start, min(end, last)


def names_of(result: EphemerisResult) -> dict[int, str]:
    """Return the names of the sources that occur, in their order."""
    found = {int(one): result.name(int(one)) for one in result.records["identifier"].unique()}
    return dict(sorted(found.items(), key=lambda each: each[1].casefold()))


def chosen_fields(result: EphemerisResult, names: Sequence[str] | None) -> list[Field]:
    """Return the fields with these names, in this order, as far as there are such."""
    known = {field.name: field for field in fields_of(result) if field.kind != "text"}
    return [known[name] for name in (names or ())[:MOST_FIELDS] if name in known]


def draw_series(
    result: EphemerisResult, names: Sequence[str] | None, window: Window, dark: bool
) -> Drawing:
    """Return the chosen fields against time."""
    fields = chosen_fields(result, names)
    rows = [
        Row(
            column=field.name,
            label=field.label,
            kind="number" if field.kind == "number" else "class",
            circle=field.circle,
            whole=field.whole,
        )
        for field in fields
    ]
    return time_series(with_fields(result, fields), names_of(result), rows, window, dark)


def draw_maps(
    result: EphemerisResult, trace: str, view: str, window: Window, dark: bool
) -> tuple[Drawing, Drawing]:
    """Return where the sources were, over the north and over the south."""
    names = names_of(result)
    types = {one: source.source_type for one, source in result.sources.items()}
    sources = pd.DataFrame(
        {"name": list(names.values()), "source_type": [types.get(one) or "" for one in names]},
        index=list(names),
    )
    footprints = trace == "footprints"
    return (
        ground_track(
            result.records, sources, VIEWS[view], window,
            position="nbtrace" if footprints else "geographic", dark=dark,
        ),
        ground_track(
            result.records, sources, ANTARCTICA, window,
            position="sbtrace" if footprints else "geographic", dark=dark,
        ),
    )  # fmt: skip


def within(records: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the records of a time."""
    start, end = (pd.Timestamp(moment) for moment in window)
    return records[records["epoch"].between(start, end)]

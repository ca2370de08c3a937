"""A finished search: headline, table, map, timeline and distance curve of one selection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import judging, result_filters, result_table
from aurorax_dashboard.components.following import log_lines
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.head import copy_link_button, page_head
from aurorax_dashboard.components.hint import hint
from aurorax_dashboard.components.notices import badges, notice
from aurorax_dashboard.components.table_state import columns_menu
from aurorax_dashboard.figures.map_view import VIEWS
from aurorax_dashboard.figures.timeline import timeline_height_px
from aurorax_dashboard.pages import result_kept
from aurorax_dashboard.pages import result_states as states
from aurorax_dashboard.pages.result_drawings import AUTOMATIC, EVENT
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches.judgements import Judgement, label_counts
from aurorax_dashboard.searches.positions import Event
from aurorax_dashboard.searches.selection import PARAMS, Selection
from aurorax_dashboard.searches.store import StoredResult, Submission
from aurorax_dashboard.times import format_distance, format_duration, format_time


class Ids(StrEnum):
    """Names of the parts of a result."""

    SHOWN = "result-shown"
    CHOSEN = "result-chosen"
    SELECTED = "result-selected"
    PLACE = "result-place"
    TABLE = "result-table"
    COLUMNS = "result-columns"
    MAP = "result-map"
    VIEW = "result-view"
    TYPE = "result-type"
    TIMELINE = "result-timeline"
    DISTANCE = "result-distance"
    EVENT = "result-event"
    PREVIOUS = "result-previous"
    NEXT = "result-next"
    FILTERS = "result-filters"
    FILES = "result-files"
    PARAMS = "result-params"
    FIGURES = "result-figures"
    LATER = "result-later"


DISTRIBUTED = ("Minimum distance", "Duration", "Began", "Pair")
"""What the small figures of a result count conjunctions by, in their order."""
DISTRIBUTIONS = len(DISTRIBUTED)


def distribution_id(place: int) -> str:
    """Return the id of one of the small figures."""
    return f"result-distribution-{place}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a result."""

    event: str | None = None
    """The selected conjunction, counted from 1."""
    view: str | None = None
    by: str | None = None
    """Type of the conjunctions on the map."""
    sort: str | None = None
    hide: str | None = None
    """How the table stands (``components.table_state``)."""
    against: str | None = None
    """Request id of the search that the result is compared with."""
    selection: Selection = field(default_factory=Selection)
    problems: Sequence[str] = ()
    """What could not be read, in sentences."""


def finished(
    stored: StoredResult,
    submission: Submission | None,
    asked: Asked,
    judgements: Mapping[int, Judgement],
    beside: Sequence[Any] = (),
) -> html.Div:
    """Return the page of a finished search as the address asks for it.

    Parameters
    ----------
    beside
        What is to be said of the result as a whole, below its head.
    """
    request_id = stored.finished.status.search_request.request_id
    query = submission.query if submission else None
    if len(stored.result) == 0:
        return html.Div(
            [
                _head(stored, submission),
                *beside,
                _nothing_found(submission),
                _provenance(stored, query),
            ]
        )
    selected = _numbered(stored, asked.event)
    shown = asked.selection.chosen(stored.result.rows, judgements)
    first = closest(stored, shown) if selected is None else selected
    types = list(stored.result.rows["conjunction_type"].unique())
    return html.Div(
        [
            _head(stored, submission),
            hint(
                "result",
                "Select a conjunction in the table, on the map or in the timeline, or go on with the keys j and k: "
                "all views follow. Stars, labels and comments are seen by everybody who has the link.",
            ),
            *beside,
            *([_no_such(stored, asked.event)] if asked.event and selected is None else []),
            *(notice("A filter was left out", problem, kind="warn") for problem in asked.problems),
            result_filters.bar(
                asked.selection,
                stored.result.sources,
                types,
                [label for label, _count in label_counts(judgements)],
                columns_menu(Ids.COLUMNS, result_table.COLUMNS, asked.hide),
            ),
            html.Div(
                result_table.table(Ids.TABLE, len(stored.result), asked.sort, asked.hide),
                className="ax-panel ax-panel--flush",
            ),
            html.Div(id=Ids.FIGURES, className="ax-result ax-late"),
            dcc.Store(id=Ids.LATER, data=_figures(stored, asked, first)),
            _provenance(stored, query),
            dcc.Store(id=Ids.SHOWN, data=request_id),
            dcc.Store(id=Ids.CHOSEN),
            dcc.Store(id=Ids.SELECTED, data=first),
            dcc.Store(id=Ids.FILTERS, data=asked.selection.params()),
            dcc.Store(id=Ids.PARAMS, data=list(PARAMS)),
            dcc.Store(id=Ids.PLACE),
        ],
        className="ax-result",
        **result_kept.origin(stored, submission),
    )


def _figures(stored: StoredResult, asked: Asked, first: int) -> list[Any]:
    """Return the places of the figures; the browser sets them when the first rows of the table stand."""
    rows = stored.result.rows
    return [
        html.Div(
            [
                html.Div(
                    [
                        _map_controls(list(rows["conjunction_type"].unique()), asked),
                        graph(Ids.MAP, "map", file_name="conjunction-map"),
                    ]
                ),
                html.Div(
                    [
                        _event_bar(),
                        graph(Ids.DISTANCE, "curve", file_name="conjunction-distance", table=True),
                        judging.panel(stored.finished.status.search_request.request_id, first),
                    ],
                    className="ax-stack",
                ),
            ],
            className="ax-split ax-split--map",
        ),
        graph(
            Ids.TIMELINE,
            "own",
            file_name="conjunction-timeline",
            height_px=timeline_height_px(rows["between"]),
        ),
        html.Div(
            [
                graph(distribution_id(place), "small", file_name="distribution", table=True)
                for place in range(DISTRIBUTIONS)
            ],
            className="ax-multiples",
        ),
    ]


def _numbered(stored: StoredResult, event: str | None) -> int | None:
    """Return the row of the conjunction that an address counts as `event`, if there is one."""
    if event is None or not re.fullmatch(r"[0-9]{1,9}", event):
        return None
    return int(event) - 1 if 0 < int(event) <= len(stored.result) else None


def _no_such(stored: StoredResult, event: str) -> html.Section:
    return notice(
        f"There is no conjunction {event[:20]} in this result",
        f"It has {len(stored.result):,}; the closest of them is selected.",
        kind="warn",
    )


def closest(stored: StoredResult, shown: pd.DataFrame) -> int:
    """Return the conjunction that is selected at first: the closest of those `shown`, or of all."""
    rows = shown if len(shown) else stored.result.rows
    return int(rows.index[int(rows["min_distance_km"].to_numpy().argmin())])


def _head(stored: StoredResult, submission: Submission | None) -> html.Div:
    request_id = stored.finished.status.search_request.request_id
    return page_head(
        html.H1(
            [headline(stored), *badges(simulated=stored.finished.simulated)], className="ax-headline"
        ),
        *states.again(request_id, submission, primary=False),
        html.Div(id=Ids.FILES),
        copy_link_button("this view"),
        lines=(
            html.P(submission.title if submission else "", className="ax-subline"),
            result_kept.line(stored),
        ),
    )


def headline(stored: StoredResult) -> str:
    """Return how many conjunctions were found and how long it took, ``11 conjunctions in 1.3 s``."""
    count = len(stored.result)
    took = stored.finished.status.search_result.query_duration
    found = "No conjunctions" if count == 0 else f"{count:,} conjunction{'' if count == 1 else 's'}"
    if took is None:
        return found
    return f"{found} in {took / 1000:.1f} s" if took >= 100 else f"{found} in {took} ms"


def _nothing_found(submission: Submission | None) -> html.Section:
    steps = [] if submission is None else states.edit_link(submission, primary=True)
    return notice(
        "Nothing came this close",
        "The search ran to its end and found no conjunction. A larger distance, a longer period, other sources or "
        "fewer filters may find some; the builder tells on how many days all blocks have data.",
        *steps,
    )


def _provenance(stored: StoredResult, query: ConjunctionQuery | None) -> html.Details:
    """Return where the result comes from, folded away: query, server, times, the platform's log."""
    end = stored.finished
    facts = [
        ("Request id", end.status.search_request.request_id),
        ("Server", f"{end.server}{' (simulated data)' if end.simulated else ''}"),
        ("Retrieved", f"{format_time(end.retrieved)} UTC"),
        (
            "Footprints on the map",
            "fetched after the result for the closest conjunctions of each pair; for others when they are selected",
        ),
    ]
    return html.Details(
        [
            html.Summary("About this result"),
            html.P(sentence(query) if query else "", className="ax-words"),
            html.Dl(
                [part for name, value in facts for part in (html.Dt(name), html.Dd(value))],
                className="ax-kv",
            ),
            log_lines(end.status.logs),
        ],
        className="ax-panel",
    )


def _map_controls(types: list[str], asked: Asked) -> html.Div:
    names = {"nbtrace": "North B-trace", "sbtrace": "South B-trace", "geographic": "Geographic"}
    return html.Div(
        [
            dbc.RadioItems(
                id=Ids.VIEW,
                options=[
                    {"label": "Automatic", "value": AUTOMATIC},
                    *({"label": one.title, "value": one.name} for one in VIEWS.values()),
                    {"label": "This event", "value": EVENT},
                ],
                value=asked.view if asked.view in (*VIEWS, EVENT) else AUTOMATIC,
                inline=True,
                className="ax-choice",
            ),
            html.Div(
                dbc.RadioItems(
                    id=Ids.TYPE,
                    options=[
                        {"label": "As selected", "value": AUTOMATIC},
                        *({"label": names.get(kind, kind), "value": kind} for kind in types),
                    ],
                    value=asked.by if asked.by in types else AUTOMATIC,
                    inline=True,
                    className="ax-choice",
                ),
                hidden=len(types) == 1,
            ),
        ],
        className="ax-view-bar",
        role="group",
        **{"aria-label": "Map view"},
    )


def _event_bar() -> html.Div:
    return html.Div(
        [
            dbc.Button("‹ Previous", id=Ids.PREVIOUS, color="secondary", outline=True, size="sm"),
            html.Div(id=Ids.EVENT, className="ax-event", role="status"),
            dbc.Button("Next ›", id=Ids.NEXT, color="secondary", outline=True, size="sm"),
        ],
        className="ax-panel ax-event-bar",
    )


def _epoch(time: pd.Timestamp) -> str:
    return format_time(time, seconds=bool(time.second))


def event_words(selected: Event, count: int, address: str) -> list[Any]:
    """Return the selected conjunction, one of `count`, in a line that leads to the `address` of its page."""
    return [
        html.Strong(selected.between),
        html.Span(
            f"{_epoch(selected.start)} UTC, {format_duration(selected.duration_min)}, "
            f"{format_distance(selected.min_distance_km)} – {format_distance(selected.max_distance_km)}"
        ),
        html.Span(f"{selected.n + 1:,} of {count:,}", className="ax-muted"),
        dcc.Link("Open this conjunction", href=address),
    ]

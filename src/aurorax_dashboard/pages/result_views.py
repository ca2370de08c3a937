"""A finished search: headline, table, map, timeline and distance curve of one selection."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.api.times import format_distance, format_duration, format_time
from aurorax_dashboard.components import addresses, result_table
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.figures.distance import distance_curve
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.map_view import VIEWS, MapView
from aurorax_dashboard.figures.polar_map import conjunction_map
from aurorax_dashboard.figures.timeline import conjunction_timeline
from aurorax_dashboard.pages import result_states as states
from aurorax_dashboard.queries.blocks import distances, uniform_distance
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.footprints import fetch_windows, plan_windows, source_columns
from aurorax_dashboard.searches.store import StoredResult, Submission
from aurorax_dashboard.services import Services

AUTOMATIC = "automatic"
"""The map view that is chosen by what there is to see."""


class Ids(StrEnum):
    """Names of the parts of a result."""

    SHOWN = "result-shown"
    SELECTED = "result-selected"
    ADDRESS = "result-address"
    TABLE = "result-table"
    MAP = "result-map"
    VIEW = "result-view"
    TYPE = "result-type"
    TIMELINE = "result-timeline"
    DISTANCE = "result-distance"
    EVENT = "result-event"
    PREVIOUS = "result-previous"
    NEXT = "result-next"


def finished(
    stored: StoredResult, submission: Submission | None, event: int | None, view: str | None
) -> html.Div:
    """Return the page of a finished search with conjunction `event` selected."""
    request_id = stored.finished.status.search_request.request_id
    query = submission.query if submission else None
    if len(stored.result) == 0:
        return html.Div(
            [
                _head(stored, submission),
                _nothing_found(request_id, submission),
                _provenance(stored, query),
            ]
        )
    selected = event if event in stored.result.rows.index else None
    types = list(stored.result.rows["conjunction_type"].unique())
    return html.Div(
        [
            _head(stored, submission),
            html.Div(result_table.table(Ids.TABLE, selected), className="ax-panel ax-panel--flush"),
            html.Div(
                [
                    html.Div(
                        [_map_controls(types, view), graph(Ids.MAP, "map", file_name="conjunction-map")]
                    ),
                    html.Div(
                        [
                            _event_bar(),
                            graph(Ids.DISTANCE, "curve", file_name="conjunction-distance"),
                            graph(Ids.TIMELINE, "timeline", file_name="conjunction-timeline"),
                        ],
                        className="ax-stack",
                    ),
                ],
                className="ax-split ax-split--map",
            ),
            _provenance(stored, query),
            dcc.Store(id=Ids.SHOWN, data=request_id),
            dcc.Store(id=Ids.SELECTED, data=selected if selected is not None else _closest(stored)),
            dcc.Store(id=Ids.ADDRESS),
        ]
    )


def _closest(stored: StoredResult) -> int:
    """Return the conjunction that is selected at first: the closest one."""
    return int(stored.result.rows["min_distance_km"].idxmin())


def _head(stored: StoredResult, submission: Submission | None) -> html.Div:
    request_id = stored.finished.status.search_request.request_id
    return html.Div(
        [
            html.Div(
                [
                    html.H1(headline(stored), className="ax-headline"),
                    html.P(submission.title if submission else "", className="ax-subline"),
                ]
            ),
            html.Div(
                [*states.again(request_id, submission), states.copy_link_button()],
                className="ax-actions",
            ),
        ],
        className="ax-page-head",
    )


def headline(stored: StoredResult) -> str:
    """Return how many conjunctions were found and how long it took, ``11 conjunctions in 1.3 s``."""
    count = len(stored.result)
    took = stored.finished.status.search_result.query_duration
    found = "No conjunctions" if count == 0 else f"{count:,} conjunction{'' if count == 1 else 's'}"
    if took is None:
        return found
    return f"{found} in {took / 1000:.1f} s" if took >= 100 else f"{found} in {took} ms"


def _nothing_found(request_id: str, submission: Submission | None) -> html.Section:
    steps = (
        []
        if submission is None
        else [link_button("Edit this search", addresses.search(submission.query), primary=True)]
    )
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
            f"for {_with_footprints(stored):,} of {len(stored.result):,} conjunctions at once; others when selected",
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
            states.log_lines(end.status.logs),
        ],
        className="ax-panel",
    )


def _with_footprints(stored: StoredResult) -> int:
    types = stored.result.rows["conjunction_type"].unique()
    return sum(positions.closest_footprints(stored, kind)["n"].nunique() for kind in types)


def _map_controls(types: list[str], view: str | None) -> html.Div:
    names = {"nbtrace": "North B-trace", "sbtrace": "South B-trace", "geographic": "Geographic"}
    return html.Div(
        [
            dbc.RadioItems(
                id=Ids.VIEW,
                options=[
                    {"label": "Automatic", "value": AUTOMATIC},
                    *({"label": one.title, "value": one.name} for one in VIEWS.values()),
                ],
                value=view if view in VIEWS else AUTOMATIC,
                inline=True,
                className="ax-choice",
            ),
            html.Div(
                dbc.RadioItems(
                    id=Ids.TYPE,
                    options=[{"label": names.get(kind, kind), "value": kind} for kind in types],
                    value=types[0],
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


def limit_of(query: ConjunctionQuery | None) -> float | None:
    """Return the distance (km) up to which the query asked, the largest where pairs differ."""
    if query is None:
        return None
    return uniform_distance(query) or max((km for km in distances(query).values() if km), default=None)


def draw_map(
    stored: StoredResult,
    query: ConjunctionQuery | None,
    kind: str,
    view: str,
    around: pd.DataFrame | None,
    n: int | None,
    dark: bool,
) -> Drawing:
    """Return the map of the conjunctions of one type with conjunction `n` pointed out."""
    rows = stored.result.rows
    mine = n is not None and rows.loc[n, "conjunction_type"] == kind
    chosen: MapView | None = VIEWS.get(view)
    row = rows.loc[n] if mine else None
    return conjunction_map(
        positions.places(stored, query, kind),
        _footprints(stored, kind, around if mine else None, n),
        view=chosen,
        conjunction_type=kind,
        limit_km=limit_of(query),
        selected=n if mine else None,
        sources=[] if row is None else [int(row[c]) for c in source_columns(rows) if pd.notna(row[c])],
        tracks=around[around.duplicated("identifier", keep=False)]
        if mine and around is not None
        else None,
        dark=dark,
    )


def _footprints(
    stored: StoredResult, kind: str, around: pd.DataFrame | None, n: int | None
) -> pd.DataFrame:
    """Return the footprints at closest approach, that of `n` included even if it was fetched only now."""
    known = positions.closest_footprints(stored, kind)
    if around is None or (known["n"] == n).any():
        return known
    row = stored.result.rows.loc[n]
    there = around[around["epoch"] == row["closest_epoch"].floor("min")]
    late = there.assign(n=n, min_distance_km=row["min_distance_km"])[known.columns]
    return pd.concat([known, late], ignore_index=True)


def draw_timeline(
    stored: StoredResult, query: ConjunctionQuery | None, n: int | None, dark: bool
) -> Drawing:
    """Return when the conjunctions happened."""
    period = (query.start, query.end) if query and query.start and query.end else None
    return conjunction_timeline(stored.result.rows, n, limit_of(query), dark, period=period)


def draw_distance(
    stored: StoredResult, query: ConjunctionQuery | None, around: pd.DataFrame, n: int, dark: bool
) -> Drawing:
    """Return the distance of the pairs of conjunction `n` against time."""
    row = stored.result.rows.loc[n]
    order = [int(row[c]) for c in source_columns(stored.result.rows) if pd.notna(row[c])]
    return distance_curve(
        positions.pair_distances(around, order), row["start"], row["end"], limit_of(query), dark
    )


def event_words(stored: StoredResult, n: int) -> list[Any]:
    """Return the selected conjunction in a line."""
    row = stored.result.rows.loc[n]
    return [
        html.Strong(row["between"]),
        html.Span(
            f"{format_time(row['start'])} UTC, {format_duration(row['duration_min'])}, "
            f"{format_distance(row['min_distance_km'])} – {format_distance(row['max_distance_km'])}"
        ),
        html.Span(f"{n + 1:,} of {len(stored.result):,}", className="ax-muted"),
    ]


def around_event(services: Services, stored: StoredResult, n: int) -> pd.DataFrame:
    """Return the positions around conjunction `n`, asked for now if they were not fetched before.

    Raises
    ------
    AuroraXError
        If they had to be asked for and could not be had.
    """
    ephemeris = stored.footprints
    if not positions.is_covered(stored.result, ephemeris, n):
        ephemeris = fetch_windows(services.hurried, stored.result, plan_windows(stored.result, [n]))
    return positions.around(stored.result, ephemeris, n)

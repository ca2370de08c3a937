"""Beside a result: what changed since an earlier one, or from another search."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

import dash_bootstrap_components as dbc
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from aurorax_dashboard.api.client import is_request_id
from aurorax_dashboard.components import addresses, recent
from aurorax_dashboard.components.frame import Ids as FrameIds
from aurorax_dashboard.components.notices import link_button, notice
from aurorax_dashboard.pages.result_states import Ids as StateIds
from aurorax_dashboard.queries.canonical import canonical
from aurorax_dashboard.queries.names import conjunction_type_name
from aurorax_dashboard.queries.words import sentence
from aurorax_dashboard.searches.changes import Changes, changes
from aurorax_dashboard.searches.store import SearchStore, StoredResult, Submission
from aurorax_dashboard.times import format_duration, format_time, km_figure

_SHOWN_ROWS = 200
_LONGEST_TEXT = 2_000


class Ids(StrEnum):
    """Names of the parts."""

    OTHER = "result-other"
    KNOWN = "result-other-known"
    COMPARE = "result-compare"
    MISTAKE = "result-compare-mistake"
    OF = "result-compare-of"
    CHANGES = "result-changes"
    COMPARED = "result-compared"


class Line(NamedTuple):
    """One change, as the table shows it."""

    change: str
    n: int
    """Number of the conjunction, from 0, in the new result; of one that is gone, in the old."""
    row: Any
    moved: str


def section(
    store: SearchStore, request_id: str, stored: StoredResult, against: str | None
) -> list[html.Section]:
    """Return what changed from the result `against` to this one; nothing if none is asked for."""
    if not against:
        return []
    if not is_request_id(against) or against.lower() == request_id.lower():
        return [
            notice(
                "Nothing to compare with",
                "The address names no other search. Choose one under “Compare with another search”.",
                kind="warn",
            )
        ]
    old = store.result(against)
    if old is None:
        return [
            notice(
                "The other result is not kept here",
                "Open that search first: once its result is here, the two can be compared.",
                link_button("Open the other search", addresses.result(against)),
                kind="warn",
            )
        ]
    found = changes(old.result, stored.result)
    before, now = store.submission(against), store.submission(request_id)
    same = before is None or now is None or canonical(before.query) == canonical(now.query)
    names = ("Before", "Now") if same else ("The other search", "This search")
    return [
        html.Section(
            [
                html.H2(headline(found)),
                *([] if same else [html.P("The two searches ask for different things.")]),
                html.Div(
                    [
                        _side(names[0], against, old, before),
                        _side(names[1], request_id, stored, now),
                    ],
                    className="ax-split",
                ),
                *_table(found, old.result.rows, stored.result.rows, against, request_id),
                dcc.Store(id=Ids.COMPARED, data=against),
            ],
            id=Ids.CHANGES,
            className="ax-panel ax-changes",
            **{"aria-label": "What changed"},
        )
    ]


def headline(found: Changes) -> str:
    """Return how much changed, ``2 new, 1 gone, 3 moved, 8 as they were``."""
    if found.none:
        return f"Nothing changed: {found.unchanged:,} conjunctions as they were"
    counts = [("new", len(found.new)), ("gone", len(found.gone)), ("moved", len(found.moved))]
    said = [f"{count:,} {name}" for name, count in counts if count]
    return ", ".join([*said, f"{found.unchanged:,} as they were"])


def _side(name: str, request_id: str, stored: StoredResult, submission: Submission | None) -> html.Div:
    facts: list[tuple[str, Any]] = [
        ("Conjunctions", f"{len(stored.result):,}"),
        ("Retrieved", f"{format_time(stored.finished.retrieved, seconds=True)} UTC"),
        ("Server", stored.finished.server),
        (
            "Search",
            dcc.Link(submission.title if submission else request_id, href=addresses.result(request_id)),
        ),
    ]
    return html.Div(
        [
            html.H3(name),
            html.Dl(
                [part for title, value in facts for part in (html.Dt(title), html.Dd(value))],
                className="ax-kv",
                title=sentence(submission.query) if submission else None,
            ),
        ]
    )


def _table(found: Changes, old: pd.DataFrame, new: pd.DataFrame, old_id: str, new_id: str) -> list[Any]:
    if found.none:
        return []
    shown = list(_first_lines(found, old, new))
    count = len(found.new) + len(found.gone) + len(found.moved)
    note = f"The first {len(shown)} of {count:,} changes." if len(shown) < count else ""
    names = (
        "Change",
        "Start (UTC)",
        "Duration",
        "Between",
        "Type",
        "Closest (km)",
        "What moved",
        "Number",
    )
    return [
        html.P(note, className="form-text"),
        html.Div(
            html.Table(
                [
                    html.Thead(html.Tr([html.Th(name, scope="col") for name in names])),
                    html.Tbody(
                        [
                            html.Tr(_cells(line, old_id if line.change == "Gone" else new_id))
                            for line in shown
                        ]
                    ),
                ],
                className="ax-plain-table",
            ),
            className="table-responsive",
            tabIndex=0,
            role="region",
            **{"aria-label": "Changes"},
        ),
    ]


def _first_lines(found: Changes, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Line]:
    """Yield the changes that are shown, the earliest ones."""
    parts = {
        "New": (found.new, new),
        "Gone": (found.gone, old),
        "Moved": (found.moved["new"].to_numpy(), new),
    }
    listed = pd.concat(
        [
            pd.DataFrame({"change": change, "n": numbers, "start": rows["start"].array[numbers]})
            for change, (numbers, rows) in parts.items()
            if len(numbers)
        ]
    ).sort_values("start", kind="stable")
    for place, change, number in listed[["change", "n"]].head(_SHOWN_ROWS).itertuples(name=None):
        row = next(parts[change][1].iloc[[number]].itertuples())
        words = ""
        if change == "Moved":
            move: Any = next(found.moved.iloc[[place]].itertuples())
            words = moved_words(move, next(old.iloc[[move.old]].itertuples()))
        yield Line(change, number, row, words)


def moved_words(move: Any, before: Any) -> str:
    """Return how a conjunction moved, a row of ``Changes.moved``, from the row it was `before`."""
    said = [
        f"{verb} {format_duration(abs(minutes))} {'later' if minutes > 0 else 'earlier'}"
        for verb, minutes in (("starts", move.start_min), ("ends", move.end_min))
        if minutes
    ]
    for name, km in (("closest", "min_distance_km"), ("farthest", "max_distance_km")):
        change = getattr(move, km)
        if not abs(change) < 0.05:
            said.append(f"{name} was {km_figure(getattr(before, km))} km")
    return ", ".join(said)


def _cells(line: Line, request_id: str) -> list[html.Td]:
    row = line.row
    link = dcc.Link(f"No. {line.n + 1:,}", href=addresses.result(request_id, event=line.n + 1))
    values = (
        line.change,
        format_time(row.start, seconds=bool(row.start.second)),
        format_duration(row.duration_min),
        row.between,
        conjunction_type_name(row.conjunction_type),
        km_figure(row.min_distance_km),
        line.moved,
        link,
    )
    return [html.Td(value) for value in values]


def chooser(request_id: str) -> html.Details:
    """Return where another search is named to compare this one with."""
    return html.Details(
        [
            html.Summary("Compare with another search"),
            dbc.Label(
                "Shows which conjunctions are new, gone or moved. Paste the address of a result, or choose one of "
                "this browser's searches.",
                html_for=Ids.OTHER,
            ),
            html.Div(
                [
                    dbc.Input(
                        id=Ids.OTHER,
                        type="text",
                        list=Ids.KNOWN,
                        placeholder="Address or request id of the other search",
                        autocomplete="off",
                        maxLength=_LONGEST_TEXT,
                    ),
                    dbc.Button("Compare", id=Ids.COMPARE, color="secondary", outline=True),
                ],
                className="ax-actions",
            ),
            html.Datalist(id=Ids.KNOWN),
            html.Div(id=Ids.MISTAKE, className="ax-mistake", **{"aria-live": "polite"}),
            dcc.Store(id=Ids.OF, data=request_id),
        ],
        className="ax-panel",
    )


def other_search(text: str | None, request_id: str) -> tuple[str | None, str]:
    """Return the search that a person named, and what is wrong with it if it cannot be taken."""
    found = addresses.request_id_in(text or "")
    if found is None:
        return (
            None,
            "This holds no request id. Copy the address of the other result, and paste it here.",
        )
    if found.lower() == request_id.lower():
        return None, "This is the search that is shown."
    return found.lower(), ""


def register(app: Dash) -> None:
    """Add the callbacks of :func:`chooser` to `app`."""

    @app.callback(
        Output(Ids.KNOWN, "children"),
        Input(Ids.OF, "data"),
        Input(FrameIds.RECENT, "data"),
    )
    def offer(request_id: str, data: Any) -> list[html.Option]:
        return [
            html.Option(value=each.request_id, label=f"{each.title}, {format_time(each.at)} UTC")
            for each in recent.read(data)
            if each.request_id != request_id
        ]

    # Who asked for the comparison did so at the end of the page.
    app.clientside_callback(
        ClientsideFunction("exchange", "reveal"),
        Output(
            Ids.CHANGES, "title"
        ),  # never set: Dash makes a first call only where there is an output
        Input(Ids.COMPARED, "data"),
        State(Ids.CHANGES, "id"),
    )

    @app.callback(
        Output(StateIds.GO, "href", allow_duplicate=True),
        Output(Ids.MISTAKE, "children"),
        Input(Ids.COMPARE, "n_clicks"),
        Input(Ids.OTHER, "n_submit"),
        State(Ids.OTHER, "value"),
        State(Ids.OF, "data"),
        prevent_initial_call=True,
    )
    def compare(
        clicks: int | None, submits: int | None, text: str | None, request_id: str
    ) -> tuple[Any, str]:
        if not (clicks or submits):
            return no_update, ""
        other, mistake = other_search(text, request_id)
        if other is None:
            return no_update, mistake
        return addresses.result(request_id, against=other), ""

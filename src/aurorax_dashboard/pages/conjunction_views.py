"""What the page of one conjunction is made of, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
import msgspec
import numpy as np
from dash import dcc, html

from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.components import addresses, judging
from aurorax_dashboard.components.following import tab_title
from aurorax_dashboard.components.graph import graph
from aurorax_dashboard.components.head import copy_link_button, csv_button, page_head
from aurorax_dashboard.components.notices import badges, link_button, notice
from aurorax_dashboard.figures.drawing import span_text
from aurorax_dashboard.pages.conjunction_asked import VIEWS, Asked, minute_range, time_of
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.queries.names import conjunction_type_name
from aurorax_dashboard.searches.judgements import Judgement
from aurorax_dashboard.searches.positions import Event, event
from aurorax_dashboard.searches.store import StoredResult
from aurorax_dashboard.searches.surroundings import MARGINS, is_whole
from aurorax_dashboard.times import format_date, format_distance, format_duration, format_time

MOST_FIELDS = 6
"""Fields that are drawn at once."""
_PLAY_MS = 250
_LOOK_MS = 700
_SEARCH_AROUND = timedelta(hours=12)
_EPHEMERIS_AROUND = timedelta(minutes=max(MARGINS))
_MARKS = 5


class Ids(StrEnum):
    """Names of the parts of the page."""

    BODY = "conjunction-body"
    ASKED = "conjunction-asked"
    SHOWN = "conjunction-shown"
    DRAW = "conjunction-draw"
    NAVIGATION = "conjunction-navigation"
    MARGIN = "conjunction-margin"
    VIEW = "conjunction-view"
    FIELDS = "conjunction-fields"
    MAP = "conjunction-map"
    SERIES = "conjunction-series"
    SERIES_PLACE = "conjunction-series-place"
    NOTE = "conjunction-note"
    MINUTE = "conjunction-minute"
    PLAY = "conjunction-play"
    PLAY_CLOCK = "conjunction-play-clock"
    SAID = "conjunction-said"
    FRAMES = "conjunction-frames"
    LOOK = "conjunction-look"
    EXPLORER = "conjunction-explorer"
    CSV = "conjunction-csv"
    FILE = "conjunction-file"
    PARAMS = "conjunction-params"
    HEAD = "conjunction-head"
    WAYS = "conjunction-ways"
    LONG = "conjunction-long"
    TITLE = "conjunction-title"
    AHEAD = "conjunction-ahead"


def finished(
    stored: StoredResult,
    query: ConjunctionQuery | None,
    n: int,
    asked: Asked,
    judgements: Mapping[int, Judgement],
) -> html.Div:
    """Return the page of conjunction `n` of a finished search."""
    request_id = stored.finished.status.search_request.request_id
    one = event(stored.result, n)
    return html.Div(
        [
            page_head(
                html.Div(head(stored, one), id=Ids.HEAD),
                csv_button(
                    Ids.CSV,
                    title="Positions, distances and fields of all sources, minute by minute",
                ),
                copy_link_button("this view"),
            ),
            html.Div(navigation(stored, n, asked, judgements), id=Ids.NAVIGATION),
            html.Div(
                ways(stored, query, one, asked.minute(one)),
                id=Ids.WAYS,
                className="ax-chips ax-event-ways",
            ),
            html.Div(id=Ids.NOTE, role="status"),
            html.Div(
                [
                    html.Div(
                        [
                            _choices(asked),
                            _player(one, asked),
                            graph(Ids.MAP, "map", file_name="conjunction"),
                            judging.panel(request_id, n),
                        ],
                        className="ax-stack ax-event-place",
                    ),
                    html.Div(
                        [
                            _field_choice(asked),
                            html.Div(
                                graph(Ids.SERIES, "own", file_name="conjunction-time", table=True),
                                id=Ids.SERIES_PLACE,
                                style={"--ax-height": "640px"},
                            ),
                        ],
                        className="ax-stack",
                    ),
                ],
                className="ax-split ax-event-split",
            ),
            dcc.Store(id=Ids.SHOWN, data={"request_id": request_id, "n": n}),
            dcc.Store(id=Ids.DRAW),
            dcc.Store(id=Ids.FRAMES),
            dcc.Store(id=Ids.PARAMS),
            dcc.Store(id=Ids.TITLE),
            dcc.Store(id=Ids.AHEAD),
            dcc.Interval(id=Ids.LOOK, interval=_LOOK_MS, disabled=True),
            dcc.Interval(id=Ids.PLAY_CLOCK, interval=_PLAY_MS, disabled=True),
            dcc.Download(id=Ids.FILE),
        ]
    )


def no_such(stored: StoredResult, wanted: str) -> html.Section:
    """Return what is said where a result has no conjunction of that number."""
    request_id, count = stored.finished.status.search_request.request_id, len(stored.result)
    steps = [link_button("All of this result", addresses.result(request_id), primary=True)]
    if count:
        steps.append(link_button("The first conjunction", addresses.conjunction(request_id, 1)))
    has = "It has none." if not count else f"It has {count:,}, counted from 1."
    return notice(f"There is no conjunction {wanted[:20]} in this result", has, *steps, kind="warn")


def _range_text(least_km: float, most_km: float) -> str:
    return " – ".join(dict.fromkeys([format_distance(least_km), format_distance(most_km)]))


def title(one: Event) -> str:
    """Return what a browser's tab says."""
    return tab_title(f"{one.between}, {format_time(one.closest)}")


def head(stored: StoredResult, one: Event) -> list[Any]:
    """Return what the conjunction is, in a headline and a line."""
    end = stored.finished
    return [
        html.H1(
            [one.between, *badges(simulated=end.simulated, predicted=one.end > end.retrieved)],
            className="ax-headline",
        ),
        html.P(
            f"{span_text(one.start, one.end)} UTC, {format_duration(one.duration_min)}, "
            f"{_range_text(one.min_distance_km, one.max_distance_km)}, "
            f"{conjunction_type_name(one.conjunction_type)}",
            className="ax-subline",
        ),
    ]


# ---- ways to elsewhere -----------------------------------------------------------------------------


def neighbours(
    stored: StoredResult, n: int, asked: Asked, judgements: Mapping[int, Judgement]
) -> tuple[int | None, int | None, int, int]:
    """Return the conjunctions before and after `n` that pass the filters, its place among them, and their count.

    Places count from 1; 0 where `n` itself does not pass.
    """
    passing = asked.selection.chosen(stored.result.rows, judgements).index.to_numpy()
    before, after = np.searchsorted(passing, n), np.searchsorted(passing, n, side="right")
    return (
        int(passing[before - 1]) if before else None,
        int(passing[after]) if after < len(passing) else None,
        int(after) if after > before else 0,
        len(passing),
    )


def navigation(
    stored: StoredResult, n: int, asked: Asked, judgements: Mapping[int, Judgement]
) -> html.Nav:
    """Return the ways to the conjunctions before and after, which keep what is looked at."""
    request_id = stored.finished.status.search_request.request_id
    before, after, place, count = neighbours(stored, n, asked, judgements)
    kept = asked.but(t="").params()

    def way(text: str, to: int | None, name: str, keys: str) -> Any:
        look = "btn btn-outline-secondary btn-sm"
        if to is None:
            return html.Span(text, className=f"{look} disabled", **{"aria-disabled": "true"})
        address = addresses.conjunction(request_id, to + 1, **kept)
        attributes = {"data-n": str(to), "data-request": request_id}
        # A plain click turns the page in place (conjunction.js); others are the browser's.
        return html.A(
            text, href=address, className=f"{look} {name}", title=f"Keys: {keys}", **attributes
        )

    among = "" if asked.selection.empty else " that pass the filters"
    said = f"{place:,} of {count:,}{among}" if place else f"{n + 1:,}; it does not pass the filters"
    return html.Nav(
        [
            way("‹ Previous", before, "ax-event-before", "← or k"),
            html.Span(f"Conjunction {said}", className="ax-num"),
            way("Next ›", after, "ax-event-after", "→ or j"),
            dcc.Link(
                "Back to the result",
                href=addresses.result(request_id, event=n + 1, **asked.selection.params()),
                className="ax-event-back",
            ),
        ],
        className="ax-event-nav",
        **{"aria-label": "Conjunctions of this result"},
    )


def ways(stored: StoredResult, query: ConjunctionQuery | None, one: Event, minute: int) -> list[Any]:
    """Return the ways to what else there is of this time and these sources."""
    sources = stored.result.sources
    found = [
        dcc.Link(
            "What was where at this minute",
            id=Ids.EXPLORER,
            href=addresses.explorer(t=format_time(time_of(minute, one))),
            className="ax-chip",
        )
    ]
    for identifier in one.sources:
        source: Any = sources.loc[identifier] if identifier >= 0 else None
        if source is not None and source["source_type"] == "ground":
            address = addresses.keograms(
                of=identifier, night=format_date(one.closest), t=format_time(one.closest)[11:]
            )
            text = f"Keograms of that night, {source['display_name']}"
            found.append(dcc.Link(text, href=address, className="ax-chip"))
    found.append(
        dcc.Link("Ephemeris of these sources", href=_ephemeris(stored, one), className="ax-chip")
    )
    around = _search_around(query, one)
    if around:
        found.append(dcc.Link("Search again around it", href=around, className="ax-chip"))
    return found


def _ephemeris(stored: StoredResult, one: Event) -> str:
    own = stored.result.sources.reindex([each for each in one.sources if each >= 0])
    names = {
        param: ",".join(own[column].dropna().astype(str).unique())
        for param, column in (
            ("program", "program"),
            ("platform", "platform"),
            ("instrument", "instrument_type"),
        )
    }
    return addresses.ephemeris(
        **names,
        start=format_time(one.start - _EPHEMERIS_AROUND),
        end=format_time(one.end + _EPHEMERIS_AROUND),
    )


def _search_around(query: ConjunctionQuery | None, one: Event) -> str | None:
    """Return the address of the same search for half a day before and after; None if it is too large for one."""
    if query is None:
        return None
    around = msgspec.structs.replace(
        query,
        start=(one.start - _SEARCH_AROUND).to_pydatetime(),
        end=(one.end + _SEARCH_AROUND).to_pydatetime(),
    )
    try:
        return addresses.search(around)
    except LinkError:
        return None


# ---- what is looked at -----------------------------------------------------------------------------


def _choices(asked: Asked) -> html.Div:
    def choice(name: Ids, options: dict[Any, str], value: Any, label: str) -> html.Div:
        buttons = dbc.RadioItems(
            id=name,
            options=[{"label": text, "value": key} for key, text in options.items()],
            value=value,
            inline=True,
            className="ax-choice",
        )
        return html.Div(buttons, role="group", **{"aria-label": label})

    margins = {margin: f"± {margin} min" for margin in MARGINS}
    return html.Div(
        [
            choice(Ids.MARGIN, margins, asked.margin, "Minutes before and after"),
            choice(Ids.VIEW, VIEWS, asked.view, "Map view"),
        ],
        className="ax-view-bar",
    )


def slider(one: Event, margin: int) -> tuple[int, int, dict[str, str]]:
    """Return first and last value and the marks of the slider: minutes from the closest approach."""
    first, last = minute_range(one, margin)
    step = max(round((last - first) / (_MARKS - 1)), 1)
    marks = {
        str(minute): format_time(time_of(minute, one))[11:] for minute in range(first, last + 1, step)
    }
    return first, last, marks


def _player(one: Event, asked: Asked) -> html.Div:
    """Return the slider over the minutes with its button to play."""
    first, last, marks = slider(one, asked.margin)
    return html.Div(
        [
            html.Button("▶ Play", id=Ids.PLAY, className="btn btn-outline-secondary btn-sm"),
            html.Div(
                dcc.Slider(
                    id=Ids.MINUTE,
                    min=first,
                    max=last,
                    step=1,
                    marks=marks,
                    value=asked.minute(one),
                    included=False,
                    updatemode="drag",
                    allow_direct_input=False,
                ),
                className="ax-event-slider",
                role="group",
                **{"aria-label": "Minute shown, counted from the closest approach"},
            ),
            html.P(id=Ids.SAID, className="ax-num ax-event-said", role="status"),
            html.P(_LONG, id=Ids.LONG, className="form-text", hidden=is_whole(one)),
        ],
        className="ax-panel ax-event-player",
    )


_LONG = "This conjunction is long: three hours before and after its closest approach are looked at."


def _field_choice(asked: Asked) -> html.Label:
    return html.Label(
        [
            html.Span(f"Fields of the sources (up to {MOST_FIELDS})", className="form-label"),
            dcc.Dropdown(
                id=Ids.FIELDS,
                options=[{"value": name, "label": name} for name in asked.fields],
                value=list(asked.fields),
                multi=True,
                placeholder="Positions and first classes; choose others here",
                className="ax-dropdown",
            ),
        ],
        className="ax-event-fields",
    )

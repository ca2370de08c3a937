"""Common days of chosen sources, the calendars of one, what is there on a day; and the searches handed over."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

import msgspec
import numpy as np
import pandas as pd
from dash import dcc, html

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSource,
    EventsCriteria,
    GroundCriteria,
    SpaceCriteria,
)
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.notices import link_button
from aurorax_dashboard.components.source_calendar import source_calendars
from aurorax_dashboard.figures.calendar import calendars
from aurorax_dashboard.figures.drawing import Drawing, count_text
from aurorax_dashboard.pages.availability_asked import Asked
from aurorax_dashboard.pages.availability_views import Shown
from aurorax_dashboard.queries.blocks import SOURCE_KINDS, blocks, with_uniform_distance
from aurorax_dashboard.queries.days import NOTHING, UNKNOWN, common_days, spans
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.queries.match import block_sources, kind_of
from aurorax_dashboard.queries.names import source_name
from aurorax_dashboard.times import format_date

Criteria = TypeVar("Criteria", GroundCriteria, SpaceCriteria, EventsCriteria)

_SPANS_SHOWN = 40
_DISTANCE_KM = 500.0
_COMMON_LABELS = ("", "not known", "not all have data", "all have data")
_ALL_HAVE = NOTHING + 1


def common(shown: Shown, asked: Asked, known: Mapping[int, DataSource]) -> list[date]:
    """Return the days on which all chosen sources have data."""
    return common_days(shown.days.counts, [each for each in asked.of if each in known])


def draw_calendars(shown: Shown, asked: Asked, known: Mapping[int, DataSource], dark: bool) -> Drawing:
    """Return the calendars of the one chosen source, or of the days that several share."""
    columns = pd.DatetimeIndex(shown.days.counts.columns)
    if len(asked.of) == 1:
        (identifier,) = asked.of
        source, counts = known[identifier], shown.counts(identifier)
        return source_calendars(counts, source, shown.span.what, shown.lives, dark)
    shared = set(common(shown, asked, known))
    unknown = np.zeros(len(columns), dtype=bool)
    for identifier in asked.of:
        unknown |= shown.counts(identifier).isna().to_numpy()
    graded = np.array(
        [_ALL_HAVE if day.date() in shared else NOTHING for day in columns], dtype=np.uint8
    )
    graded[unknown] = UNKNOWN
    words = [_COMMON_LABELS[grade] for grade in graded]
    return calendars(graded, columns, _COMMON_LABELS, words, title="Common days", dark=dark)


def days_table(shown: Shown, asked: Asked, known: Mapping[int, DataSource]) -> pd.DataFrame:
    """Return the counts of the chosen sources day by day, as the calendars are read."""
    columns = pd.DatetimeIndex(shown.days.counts.columns)
    table = pd.DataFrame({"day": columns.strftime("%Y-%m-%d")})
    for place, identifier in enumerate(asked.of):
        words = ["not known" if math.isnan(n) else f"{n:.0f}" for n in shown.counts(identifier)]
        table.insert(place + 1, source_name(known[identifier]), words, allow_duplicates=True)
    if len(asked.of) > 1:
        shared = set(common(shown, asked, known))
        table["all have data"] = ["yes" if day.date() in shared else "no" for day in columns]
    return table


def common_words(shown: Shown, asked: Asked, known: Mapping[int, DataSource]) -> list[Any]:
    """Return on how many days the chosen sources have data, with the ways to search them."""
    names = [source_name(known[each]) for each in asked.of if each in known]
    if not names:
        return [
            html.P(
                "Choose sources here, or a day in the figure above, to see on which days they all have data.",
                className="ax-muted",
            )
        ]
    days = common(shown, asked, known)
    total = shown.days.counts.shape[1]
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "has" if len(names) == 1 else "all have"
    said = html.P(
        [html.Strong(f"{len(days):,}"), f" of {total:,} days: {who} {verb} data."], role="status"
    )
    if not days:
        return [said]
    found = spans(days)
    chosen = [known[each] for each in asked.of if each in known]
    whole = (days[0], days[-1])
    length = (whole[1] - whole[0]).days + 1
    note = (
        f" The search spans {_period(whole)}: {len(days):,} of its {length:,} days are common, the others "
        "bring nothing."
        if len(found) > 1
        else ""
    )
    listed = [
        html.Li(
            [
                html.Span(
                    format_date(first)
                    if first == last
                    else f"{format_date(first)} – {format_date(last)}",
                    className="ax-num",
                ),
                html.Span(f"{(last - first).days + 1} d", className="ax-muted"),
                _search_link("search", chosen, (first, last)),
            ]
        )
        for first, last in found[:_SPANS_SHOWN]
    ]
    more = len(found) - _SPANS_SHOWN
    return [
        said,
        html.Div(_ways_to_search(asked, chosen, days), className="ax-actions"),
        html.P(
            f"{len(found):,} span{'' if len(found) == 1 else 's'} of days in a row.{note}"
            f"{_others(chosen, whole, known)} Drag across the figure above to choose a span of days.",
            className="form-text",
        ),
        html.Ol(listed, className="ax-spans"),
        *(
            [html.P(f"and {more:,} more: the CSV has them all.", className="form-text")]
            if more > 0
            else []
        ),
    ]


def _period(period: tuple[date, date]) -> str:
    return f"{format_date(period[0])} – {format_date(period[1])}"


def _ways_to_search(asked: Asked, chosen: Sequence[DataSource], days: Sequence[date]) -> list[Any]:
    brushed = asked.brushed()
    within = [day for day in days if brushed and brushed[0] <= day <= brushed[1]]
    whole = "Search all common days" if within else "Search these days"
    ways = [_search_button(whole, chosen, (days[0], days[-1]), primary=not within)]
    if within:
        text = f"Search {_period((within[0], within[-1]))} ({count_text(len(within), 'common day')})"
        ways.insert(0, _search_button(text, chosen, (within[0], within[-1]), primary=True))
    return [way for way in ways if way is not None]


def _others(
    chosen: Sequence[DataSource], period: tuple[date, date], known: Mapping[int, DataSource]
) -> str:
    """Return which sources the search takes in besides, since their names combine those of the chosen."""
    mine = {one.identifier for one in chosen}
    others = {
        source_name(one)
        for block in blocks(search_of(chosen, period))
        for one in block_sources(block, known.values())
        if one.identifier not in mine
    }
    return (
        f" The same names fit {', '.join(sorted(others))}: the search has them too." if others else ""
    )


def search_of(sources: Sequence[DataSource], period: tuple[date, date]) -> ConjunctionQuery:
    """Return the conjunction search between chosen sources, from the first day to the end of the last.

    Ground instruments are one block, spacecraft another, event lists a third; where all are of one kind,
    each is a block of its own.
    """
    groups: dict[str, list[Sequence[DataSource]]] = {}
    for kind in SOURCE_KINDS:
        mine = [one for one in sources if kind_of(one) == kind]
        groups[kind] = [[one] for one in mine] if len(mine) == len(sources) else [mine] if mine else []
    query = ConjunctionQuery(
        start=datetime.combine(period[0], time(), UTC),
        end=datetime.combine(period[1], time(), UTC) + timedelta(days=1, seconds=-1),
        ground=[_named(GroundCriteria(), each) for each in groups["ground"]],
        space=[_named(SpaceCriteria(), each) for each in groups["space"]],
        events=[_named(EventsCriteria(), each) for each in groups["events"]],
    )
    return with_uniform_distance(query, _DISTANCE_KM)


def _named(criteria: Criteria, sources: Sequence[DataSource]) -> Criteria:
    def all_of(attribute: str) -> list[str]:
        return list(dict.fromkeys(value for one in sources if (value := getattr(one, attribute))))

    return msgspec.structs.replace(
        criteria,
        programs=all_of("program"),
        platforms=all_of("platform"),
        instrument_types=all_of("instrument_type"),
    )


def _search_button(
    text: str, sources: Sequence[DataSource], period: tuple[date, date], *, primary: bool
) -> Any:
    address = _search_address(sources, period)
    return address and link_button(text, address, primary=primary, icon_name="search")


def _search_link(text: str, sources: Sequence[DataSource], period: tuple[date, date]) -> Any:
    address = _search_address(sources, period)
    return dcc.Link(text, href=address) if address else ""


def _search_address(sources: Sequence[DataSource], period: tuple[date, date]) -> str | None:
    """Return the address of their search, None where it is too long or cannot hold all of them."""
    if any(kind_of(one) is None for one in sources):
        return None
    try:
        return addresses.search(search_of(sources, period))
    except LinkError:
        return None


def day_panel(shown: Shown, asked: Asked, known: Mapping[int, DataSource]) -> Any:
    """Return what there is of one source on one day, and the ways on."""
    picked = asked.picked()
    source = known.get(picked[0]) if picked else None
    if picked is None or source is None:
        return None
    identifier, day = picked
    count = shown.counts(identifier).get(pd.Timestamp(day, tz="UTC"), np.nan)
    unit = "minutes of ephemeris" if shown.span.what == "ephemeris" else "data products"
    said = "nothing is known" if pd.isna(count) else f"{int(count):,} {unit}" if count else f"no {unit}"
    names = {
        "program": source.program,
        "platform": source.platform,
        "instrument": source.instrument_type,
    }
    text = format_date(day)
    ways = [
        link_button(
            "Its ephemeris", addresses.ephemeris(**names, start=f"{text} 00:00", end=f"{text} 23:59")
        ),
        *(
            [link_button("Keograms", addresses.keograms(**names, start=text, end=text))]
            if source.source_type == "ground"
            else []
        ),
        link_button("Explorer", addresses.explorer(t=f"{text} 06:00")),
        _search_button("Search that day", [source], (day, day), primary=False),
    ]
    return html.Section(
        [
            html.H2([dcc.Link(source_name(source), href=addresses.source(identifier)), f", {text}"]),
            html.P(f"{said[0].upper()}{said[1:]} on that day."),
            html.Div(ways, className="ax-actions"),
        ],
        className="ax-panel",
    )

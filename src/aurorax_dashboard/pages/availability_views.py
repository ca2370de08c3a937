"""What the page of availability shows of the counts: matrix, calendars, common days, one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

import msgspec
import numpy as np
import pandas as pd
from dash import dcc, html

from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSource,
    GroundCriteria,
    SpaceCriteria,
)
from aurorax_dashboard.components import addresses
from aurorax_dashboard.components.notices import link_button
from aurorax_dashboard.figures.availability import Line, calendars, grade_colours, matrix
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.pages.availability_asked import Asked
from aurorax_dashboard.pages.source_views import name_of
from aurorax_dashboard.queries.days import (
    NOTHING,
    UNKNOWN,
    Coverage,
    What,
    by_month,
    common_days,
    coverage,
    grades,
    spans,
)
from aurorax_dashboard.queries.link import LinkError
from aurorax_dashboard.queries.names import program_name
from aurorax_dashboard.searches.days import Days, Span
from aurorax_dashboard.times import format_date

Criteria = TypeVar("Criteria", GroundCriteria, SpaceCriteria)

_MONTHS_FROM_DAYS = 800
"""With more days than this a day is thinner than a pixel: months are drawn instead."""
_SPANS_SHOWN = 40
_DISTANCE_KM = 500.0

LABELS: dict[What, tuple[str, ...]] = {
    "ephemeris": (
        "outside its life", "not known", "none", "under 6 h a day", "6 to 12 h", "over 12 h", "all 24 h",
    ),
    "products": ("outside its life", "not known", "none", "1 a day", "2 to 6", "7 to 12", "13 and more"),
}  # fmt: skip
_COMMON_LABELS = ("", "not known", "not all have data", "all have data")
_ALL_HAVE = NOTHING + 1


@dataclass(frozen=True, slots=True)
class Shown:
    """The counts of the sources that pass the filters."""

    days: Days
    span: Span
    sources: list[DataSource]
    """In the order of the page: by program, then as sorted."""
    covered: dict[int, Coverage]
    lives: dict[int, tuple[date, date]]

    def counts(self, identifier: int) -> pd.Series:
        """Return the counts of one source by day; NaN where it is not in the platform's list."""
        columns = self.days.counts.columns
        if identifier in self.days.counts.index:
            return self.days.counts.T[identifier]
        return pd.Series(np.nan, index=columns)


def shown_of(
    days: Days,
    span: Span,
    asked: Asked,
    sources: Sequence[DataSource],
    lives: dict[int, tuple[date, date]],
) -> Shown:
    """Return what the page shows of `days`."""
    known = [source for source in asked.chosen(sources) if (source.identifier or -1) >= 0]
    columns = pd.DatetimeIndex(days.counts.columns)
    covered: dict[int, Coverage] = {}
    for source in known:
        identifier = source.identifier or 0
        if identifier in days.counts.index:
            covered[identifier] = coverage(days.counts.loc[identifier].to_numpy(), columns)
        else:
            covered[identifier] = Coverage(len(columns), 0, None, None, 0)

    def rank(source: DataSource) -> tuple[Any, ...]:
        held = covered[source.identifier or 0]
        name = name_of(source).casefold()
        if asked.sort == "coverage":
            return (-held.with_data, name)
        if asked.sort == "last":
            return (-(held.last.toordinal() if held.last else 0), name)
        return (name,)

    ordered = sorted(known, key=lambda each: (program_name(each.program or "").casefold(), *rank(each)))
    return Shown(days, span, ordered, covered, lives)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix before it is drawn."""

    lines: list[Line]
    keys: list[str | int]
    """What each line stands for: a program, or a source by its identifier."""
    columns: pd.DatetimeIndex
    months: bool
    """Whether columns are months."""


def matrix_of(shown: Shown, asked: Asked) -> Matrix:
    """Return the lines of the matrix, programs first and then their sources."""
    identifiers = [source.identifier or 0 for source in shown.sources]
    counts = shown.days.counts.reindex(identifiers)
    months = counts.shape[1] > _MONTHS_FROM_DAYS
    if months:
        counts = by_month(counts)
    graded = grades(counts, shown.span.what, shown.lives)
    lines: list[Line] = []
    keys: list[str | int] = []
    place = 0
    while place < len(shown.sources):
        program = shown.sources[place].program or ""
        end = place
        while end < len(shown.sources) and (shown.sources[end].program or "") == program:
            end += 1
        closed = program in asked.closed
        head = f"{'▸' if closed else '▾'} {program_name(program)} ({end - place})"
        # A group has what the fullest of its sources has.
        lines.append(Line(head, graded[place:end].max(axis=0), group=True))
        keys.append(program)
        if not closed:
            lines += [Line(name_of(shown.sources[n]), graded[n]) for n in range(place, end)]
            keys += identifiers[place:end]
        place = end
    return Matrix(lines, keys, pd.DatetimeIndex(counts.columns), months)


def draw_matrix(shown: Shown, asked: Asked, dark: bool) -> Drawing:
    """Return sources × days."""
    found = matrix_of(shown, asked)
    what = "Ephemeris" if shown.span.what == "ephemeris" else "Data products"
    each = "; by month, mean of its days" if found.months else ""
    return matrix(
        found.lines,
        found.columns,
        LABELS[shown.span.what],
        title=f"{what} by source and {'month' if found.months else 'day'}",
        subtitle=f"{_period(shown.span)}{each}",
        dark=dark,
    )


def legend(what: What, dark: bool) -> html.Ul:
    """Return what the colours of the matrix mean."""
    colours = grade_colours(len(LABELS[what]) - 3, dark)
    return html.Ul(
        [
            html.Li([html.Span(className="ax-swatch", style={"background": colour}), label])
            for label, colour in zip(LABELS[what], colours, strict=True)
        ],
        className="ax-legend",
        **{"aria-label": "What the colours mean"},
    )


def _period(span: Span) -> str:
    return f"{format_date(span.first)} – {format_date(span.last)}"


def coverage_table(shown: Shown) -> pd.DataFrame:
    """Return the coverage of each source, as it is read and downloaded."""
    rows = []
    for source in shown.sources:
        held = shown.covered[source.identifier or 0]
        rows.append(
            {
                "source": name_of(source),
                "program": source.program,
                "platform": source.platform,
                "instrument type": source.instrument_type,
                "days with data": held.with_data,
                "% of days": round(100 * held.share, 1),
                "longest gap (days)": held.longest_gap,
                "first day": held.first.isoformat() if held.first else "",
                "last day": held.last.isoformat() if held.last else "",
            }
        )
    return pd.DataFrame(rows)


def counts_table(shown: Shown) -> pd.DataFrame:
    """Return a row for each source and day that has data."""
    identifiers = [source.identifier or 0 for source in shown.sources]
    names = {source.identifier: name_of(source) for source in shown.sources}
    counts = shown.days.counts.reindex(identifiers)
    counts.columns = [f"{day:%Y-%m-%d}" for day in pd.DatetimeIndex(counts.columns)]
    unit = "minutes" if shown.span.what == "ephemeris" else "data_products"
    table = counts.rename_axis(index="identifier").reset_index()
    table = table.melt("identifier", var_name="day", value_name=unit)
    table = table.sort_values(["identifier", "day"], ignore_index=True)
    table = table[table[unit] > 0].astype({unit: "int64"})
    table.insert(0, "source", table["identifier"].map(names))
    return table


# ---- calendars and common days -------------------------------------------------------------------


def common(shown: Shown, asked: Asked, known: Mapping[int, DataSource]) -> list[date]:
    """Return the days on which all chosen sources have data."""
    return common_days(shown.days.counts, [each for each in asked.of if each in known])


def draw_calendars(shown: Shown, asked: Asked, known: Mapping[int, DataSource], dark: bool) -> Drawing:
    """Return the calendars of the one chosen source, or of the days that several share."""
    columns = pd.DatetimeIndex(shown.days.counts.columns)
    if len(asked.of) == 1:
        (identifier,) = asked.of
        counts = shown.counts(identifier).to_frame().T.set_axis([identifier], axis="index")
        graded = grades(counts, shown.span.what, shown.lives)[0]
        labels = LABELS[shown.span.what]
        return calendars(graded, columns, labels, title=name_of(known[identifier]), dark=dark)
    shared = set(common(shown, asked, known))
    unknown = np.zeros(len(columns), dtype=bool)
    for identifier in asked.of:
        unknown |= shown.counts(identifier).isna().to_numpy()
    graded = np.array(
        [_ALL_HAVE if day.date() in shared else NOTHING for day in columns], dtype=np.uint8
    )
    graded[unknown] = UNKNOWN
    return calendars(graded, columns, _COMMON_LABELS, title="Common days", dark=dark)


def common_words(shown: Shown, asked: Asked, known: Mapping[int, DataSource]) -> list[Any]:
    """Return on how many days the chosen sources have data, with the ways to search them."""
    names = [name_of(known[each]) for each in asked.of if each in known]
    if not names:
        return [
            html.P(
                "Choose sources here, or a day in the figure above, to see on which days they all have data.",
                className="ax-muted",
            )
        ]
    days = common(shown, asked, known)
    total = (shown.span.last - shown.span.first).days + 1
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
    buttons = [_search_button("Search these days", chosen, whole, primary=True)]
    note = (
        f" The search spans {format_date(whole[0])} – {format_date(whole[1])}; other days in it bring nothing."
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
        html.Div([each for each in buttons if each is not None], className="ax-actions"),
        html.P(
            f"{len(found):,} span{'' if len(found) == 1 else 's'} of days in a row.{note}",
            className="form-text",
        ),
        html.Ol(listed, className="ax-spans"),
        *(
            [html.P(f"and {more:,} more: the CSV has them all.", className="form-text")]
            if more > 0
            else []
        ),
    ]


def search_of(sources: Sequence[DataSource], period: tuple[date, date]) -> ConjunctionQuery:
    """Return the conjunction search between chosen sources, from the first day to the end of the last.

    Ground instruments are one block, spacecraft another; of two of a kind each is a block of its own.
    """
    ground = [one for one in sources if one.source_type == "ground"]
    space = [one for one in sources if one.source_type != "ground"]
    ground_blocks = [ground] if ground and space else [[one] for one in ground]
    space_blocks = [space] if ground and space else [[one] for one in space]
    blocks = [
        *(f"ground{n}" for n in range(1, len(ground_blocks) + 1)),
        *(f"space{n}" for n in range(1, len(space_blocks) + 1)),
    ]
    return ConjunctionQuery(
        start=datetime.combine(period[0], time(), UTC),
        end=datetime.combine(period[1], time(), UTC) + timedelta(days=1, seconds=-1),
        ground=[_named(GroundCriteria(), each) for each in ground_blocks],
        space=[_named(SpaceCriteria(), each) for each in space_blocks],
        max_distances={
            f"{one}-{other}": _DISTANCE_KM for n, one in enumerate(blocks) for other in blocks[n + 1 :]
        },
    )


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
    try:
        address = addresses.search(search_of(sources, period))
    except LinkError:
        return None
    return link_button(text, address, primary=primary, icon_name="search")


def _search_link(text: str, sources: Sequence[DataSource], period: tuple[date, date]) -> Any:
    try:
        return dcc.Link(text, href=addresses.search(search_of(sources, period)))
    except LinkError:
        return ""


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
            html.H2([dcc.Link(name_of(source), href=addresses.source(identifier)), f", {text}"]),
            html.P(f"{said[0].upper()}{said[1:]} on that day."),
            html.Div(ways, className="ax-actions"),
        ],
        className="ax-panel",
    )

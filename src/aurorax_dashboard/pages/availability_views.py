"""What the page of availability shows of the counts: matrix, calendars, common days, one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from dash import html

from aurorax_dashboard.api.models import DataSource
from aurorax_dashboard.figures.availability import Line, matrix, row_names
from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.grades import swatches
from aurorax_dashboard.pages.availability_asked import Asked
from aurorax_dashboard.queries.days import (
    LABELS,
    Coverage,
    Lives,
    What,
    by_month,
    coverage,
    grades,
    with_known_zeros,
)
from aurorax_dashboard.queries.names import program_name, source_name
from aurorax_dashboard.searches.days import Days, Span
from aurorax_dashboard.times import format_date

_MONTHS_FROM_DAYS = 800
"""With more days than this a day is thinner than a pixel: months are drawn instead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The counts of the sources that pass the filters."""

    days: Days
    span: Span
    sources: list[DataSource]
    """In the order of the page: by program, then as sorted."""
    covered: dict[int, Coverage]
    lives: Lives
    whole: bool = True
    """Whether `lives` are known, or not to be had."""

    def counts(self, identifier: int) -> pd.Series:
        """Return the counts of one source by day; NaN where nothing is known of it."""
        columns = self.days.counts.columns
        if identifier in self.days.counts.index:
            return self.days.counts.T[identifier]
        return pd.Series(np.nan, index=columns)


def shown_of(
    days: Days,
    span: Span,
    asked: Asked,
    sources: Sequence[DataSource],
    lives: Lives | None,
) -> Shown:
    """Return what the page shows of `days`; `lives` are None where the platform still gathers them."""
    days = replace(days, counts=with_known_zeros(days.counts, lives or {}))
    known = [source for source in asked.chosen(sources) if (source.identifier or -1) >= 0]
    columns = pd.DatetimeIndex(days.counts.columns)
    held = dict(zip(days.counts.index.tolist(), days.counts.to_numpy(), strict=True))
    none = Coverage(len(columns), 0, None, None, 0)
    covered = {
        identifier: coverage(held[identifier], columns) if identifier in held else none
        for identifier in (source.identifier or 0 for source in known)
    }

    def rank(source: DataSource) -> tuple[Any, ...]:
        own = covered[source.identifier or 0]
        name = source_name(source).casefold()
        if asked.sort == "coverage":
            return (-own.with_data, name)
        if asked.sort == "last":
            return (-(own.last.toordinal() if own.last else 0), name)
        return (name,)

    ordered = sorted(known, key=lambda each: (program_name(each.program or "").casefold(), *rank(each)))
    return Shown(days, span, ordered, covered, lives or {}, whole=lives is not None)


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
    values, graded = counts.to_numpy(), grades(counts, shown.span.what, shown.lives)
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
        most = np.fmax.reduce(values[place:end], axis=0)
        lines.append(Line(head, graded[place:end].max(axis=0), most, group=True))
        keys.append(program)
        if not closed:
            lines += [
                Line(source_name(shown.sources[n]), graded[n], values[n]) for n in range(place, end)
            ]
            keys += identifiers[place:end]
        place = end
    return Matrix(lines, keys, pd.DatetimeIndex(counts.columns), months)


def draw_matrix(shown: Shown, asked: Asked, dark: bool) -> Drawing:
    """Return sources × days; ``layout.meta`` has the program of each line that folds one."""
    found = matrix_of(shown, asked)
    what = "Ephemeris" if shown.span.what == "ephemeris" else "Data products"
    each = "; by month, mean of its days" if found.months else ""
    unit = "min" if shown.span.what == "ephemeris" else "data products"
    drawing = matrix(
        found.lines,
        found.columns,
        LABELS[shown.span.what],
        title=f"{what} by source and {'month' if found.months else 'day'}",
        subtitle=f"{_period(shown.span)}{each}",
        brushed=asked.brushed(),
        dark=dark,
        column_form="%Y-%m" if found.months else "%Y-%m-%d",
        count_form=",.1f" if found.months else ",.0f",
        unit=f"{unit} a day" if found.months else unit,
    )
    named = zip(row_names(found.lines), found.keys, strict=True)
    drawing.figure.update_layout(meta={name: key for name, key in named if isinstance(key, str)})
    return drawing


def legend(what: What, dark: bool) -> html.Ul:
    """Return what the colours of the matrix mean."""
    backgrounds = swatches(len(LABELS[what]) - 3, dark)
    return html.Ul(
        [
            html.Li([html.Span(className="ax-swatch", style={"background": background}), label])
            for label, background in zip(LABELS[what], backgrounds, strict=True)
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
        identifier = source.identifier or 0
        held = shown.covered[identifier]
        named = identifier in shown.days.counts.index  # of others the platform says nothing
        rows.append(
            {
                "source": source_name(source),
                "program": source.program,
                "platform": source.platform,
                "instrument type": source.instrument_type,
                "days with data": held.with_data if named else None,
                "% of days": round(100 * held.share, 1) if named else None,
                "longest gap (days)": held.longest_gap if named else None,
                "first day": held.first.isoformat() if held.first else "",
                "last day": held.last.isoformat() if held.last else "",
            }
        )
    return pd.DataFrame(rows, dtype=object)


def counts_table(shown: Shown) -> pd.DataFrame:
    """Return a row for each source and day that has data."""
    identifiers = [source.identifier or 0 for source in shown.sources]
    names = {source.identifier: source_name(source) for source in shown.sources}
    counts = shown.days.counts.reindex(identifiers)
    counts.columns = [f"{day:%Y-%m-%d}" for day in pd.DatetimeIndex(counts.columns)]
    unit = "minutes" if shown.span.what == "ephemeris" else "data_products"
    table = counts.rename_axis(index="identifier").reset_index()
    table = table.melt("identifier", var_name="day", value_name=unit)
    table = table.sort_values(["identifier", "day"], ignore_index=True)
    table = table[table[unit] > 0].astype({unit: "int64"})
    table.insert(0, "source", table["identifier"].map(names))
    return table

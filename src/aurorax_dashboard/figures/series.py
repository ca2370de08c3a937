"""Fields of ephemeris against time: numbers as lines, classes as coloured bands, one above the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.figures.drawing import Drawing, Moment, count_text, instant, span_text
from aurorax_dashboard.figures.panels import Panel, iso, panel_head, stack
from aurorax_dashboard.figures.sampling import (
    MINUTE_MS,
    bin_width_ms,
    most_frequent,
    sampled_line,
)
from aurorax_dashboard.figures.theme import (
    PROGRAM_COLOURS,
    new_figure,
    palette,
    set_time_axis,
)
from aurorax_dashboard.times import format_duration

MOST_POINTS = 60_000
"""Points of all lines together; more are neither seen nor sent quickly."""
MOST_POINTS_EACH = 2_000
MOST_SPANS = 900
"""Spans of time in a band."""

_LINE_PX = 170
_LANE_PX = 20
_THIN_LANE_PX = 11
_FEW_LANES = 24

_MORE_COLOURS = ("#882255", "#DDCC77")
_MARKS = {"solid": "━", "dash": "╍", "dot": "┅", "dashdot": "┉"}
"""Dashes of lines, and how a legend shows them."""
_DASHES = tuple(_MARKS)
_TITLE_LETTERS = 28


@dataclass(frozen=True, slots=True)
class Row:
    """One field to be drawn."""

    column: str
    """Column of the records."""
    label: str
    """``Altitude, km``."""
    kind: Literal["number", "class"]
    circle: float | None = None
    """For angles and times of day: the full circle."""
    whole: bool = False
    """Whether numbers are whole, and so change in steps."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The records of one source within the window."""

    identifier: int
    name: str
    colour: str
    dash: str
    times: NDArray[np.int64]
    rows: slice


def time_series(
    records: pd.DataFrame,
    names: Mapping[int, str],
    rows: Sequence[Row],
    window: tuple[Moment, Moment],
    dark: bool = False,
) -> Drawing:
    """Draw fields of ephemeris against time.

    Parameters
    ----------
    records
        ``identifier`` (int64), ``epoch`` and a column for each of `rows`, sorted by identifier and epoch.
        Classes are of the type category (their order is that of their colours) or boolean.
    names
        Name of each source by identifier, in the order in which they are drawn.
    rows
        What to draw, from the top.
    window
        First and last minute that is drawn.
    dark
        Whether the page is dark.
    """
    ends = tuple(instant(moment).value // 1_000_000 for moment in window)
    sources = list(_within(records, names, (ends[0], ends[1]), dark))
    shown = sum(len(source.times) for source in sources)
    most = _points_each(len(sources), sum(row.kind == "number" for row in rows))
    width_ms = bin_width_ms((ends[0], ends[1]), MOST_SPANS)
    said = _subtitle(window, sources, most, width_ms, rows)
    figure = new_figure(
        f"{_title(rows)} against time",
        said,
        dark=dark,
        uirevision="-".join(str(end) for end in ends),
    )
    panels = _panels(rows, records, sources, (ends[0], ends[1]), dark)
    stack(figure, panels, dark)
    set_time_axis(
        figure,
        range=[iso(ends[0] - MINUTE_MS // 2), iso(ends[1] + MINUTE_MS // 2)],
        anchor="free",
        position=0,
        automargin=False,
        nticks=8,
    )
    figure.update_layout(hovermode="closest", dragmode="zoom", meta={"shown": shown})
    if not shown:
        figure.add_annotation(
            text="No records in this time", x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False
        )
    return Drawing(figure, _summary(said, sources, panels))


def field_panels(
    records: pd.DataFrame,
    names: Mapping[int, str],
    rows: Sequence[Row],
    window: tuple[Moment, Moment],
    dark: bool = False,
) -> list[Panel]:
    """Return fields of ephemeris as panels for a figure of more than them; all as in :func:`time_series`."""
    first, last = (instant(moment).value // 1_000_000 for moment in window)
    return _panels(
        rows, records, list(_within(records, names, (first, last), dark)), (first, last), dark
    )


def _panels(
    rows: Sequence[Row],
    records: pd.DataFrame,
    sources: Sequence[_Source],
    window: tuple[int, int],
    dark: bool,
) -> list[Panel]:
    most = _points_each(len(sources), sum(row.kind == "number" for row in rows))
    width_ms = bin_width_ms(window, MOST_SPANS)
    first_lines = next((place for place, row in enumerate(rows) if row.kind == "number"), None)
    return [
        _lines(row, records, sources, most, named=place == first_lines)
        if row.kind == "number"
        else _bands(row, records, sources, window, width_ms, dark)
        for place, row in enumerate(rows)
    ]


# ---- what there is -------------------------------------------------------------------------------


def _within(
    records: pd.DataFrame, names: Mapping[int, str], window: tuple[int, int], dark: bool
) -> Iterator[_Source]:
    """Yield the sources with their records within the window, which may be none."""
    identifiers = records["identifier"].to_numpy()
    epochs = pd.DatetimeIndex(records["epoch"]).as_unit("ms").asi8
    styles = source_styles(list(names), dark)
    for identifier, name in names.items():
        first, last = np.searchsorted(identifiers, [identifier, identifier + 1])
        begin = first + np.searchsorted(epochs[first:last], window[0])
        end = first + np.searchsorted(epochs[first:last], window[1], side="right")
        yield _Source(identifier, name, *styles[identifier], epochs[begin:end], slice(begin, end))


def source_styles(identifiers: Sequence[int], dark: bool) -> dict[int, tuple[str, str]]:
    """Return colour and dash of each source: seven colours, then again with another dash."""
    if len(identifiers) == 1:
        return {identifiers[0]: (palette(dark).accent, _DASHES[0])}
    return {
        identifier: (
            PROGRAM_COLOURS[place % len(PROGRAM_COLOURS)],
            _DASHES[place // len(PROGRAM_COLOURS) % len(_DASHES)],
        )
        for place, identifier in enumerate(identifiers)
    }


def _points_each(sources: int, lines: int) -> int:
    return min(MOST_POINTS_EACH, MOST_POINTS // max(sources * lines, 1))


def _classes(values: pd.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Return the classes of a column and the number of each value's; −1 where there is none."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        names = [str(one) for one in values.cat.categories]
        return names, np.asarray(values.cat.codes, dtype=np.int64)
    truth = values.map({True: 0, False: 1}).fillna(-1)
    return ["true", "false"], np.asarray(truth, dtype=np.int64)


def class_colours(count: int, dark: bool) -> list[str]:
    """Return a colour for each of `count` classes; those after the tenth share a grey."""
    inks = palette(dark)
    distinct = [*PROGRAM_COLOURS, *_MORE_COLOURS, inks.text]
    return [*distinct[:count], *[inks.muted] * max(count - len(distinct), 0)]


# ---- one row -------------------------------------------------------------------------------------


def _lines(
    row: Row, records: pd.DataFrame, sources: Sequence[_Source], most: int, *, named: bool
) -> Panel:
    """Return a row of lines; where several rows have the same lines, one has them `named`."""
    traces = []
    seen = []
    for source in sources:
        values = records[row.column].iloc[source.rows].to_numpy(dtype=float, na_value=np.nan)
        line = sampled_line(source.times, values, most, row.circle)
        seen.append(line.values[np.isfinite(line.values)])
        style = {"width": 1.5, "color": source.colour, "dash": source.dash}
        hover = "<b>%{fullData.name}</b><br>%{x|%Y-%m-%d %H:%M} UTC<br>%{y:,.6~r}<extra></extra>"
        common = {"name": source.name, "hovertemplate": hover}
        traces.append(
            go.Scatter(
                x=line.times.astype(np.float64),
                y=line.values.astype(np.float32),
                mode="lines",
                connectgaps=False,
                line=style | ({"shape": "hv"} if row.whole else {}),
                **common,
            )
        )
        if line.alone.any():
            traces.append(
                go.Scatter(
                    x=line.times[line.alone].astype(np.float64),
                    y=line.values[line.alone].astype(np.float32),
                    mode="markers",
                    marker={"size": 3, "color": source.colour},
                    **common,
                )
            )
    found = np.concatenate(seen) if seen else np.empty(0)
    words = (
        f"{row.label}: {found.min():,.6g} to {found.max():,.6g}" if len(found) else f"{row.label}: none"
    )
    several = named and len(sources) > 1
    entries = [(source.colour, _MARKS[source.dash], source.name) for source in sources if several]
    axis = {"fixedrange": True, "nticks": 5, "hoverformat": ",.6~r"}
    if row.circle and len(found) and np.ptp(found) > row.circle / 4:
        axis |= {"tickmode": "linear", "tick0": 0, "dtick": row.circle / 4}
    return Panel(traces, panel_head(row.label, entries), _LINE_PX, axis, words)


def _bands(
    row: Row,
    records: pd.DataFrame,
    sources: Sequence[_Source],
    window: tuple[int, int],
    width_ms: int,
    dark: bool,
) -> Panel:
    classes, codes = _classes(records[row.column])
    colours = class_colours(len(classes), dark)
    having = set(records["identifier"].to_numpy()[codes >= 0].tolist())
    sources = [source for source in sources if source.identifier in having]
    lanes = [
        most_frequent(source.times, codes[source.rows], window, width_ms, len(classes))
        for source in sources
    ]
    height = max(len(lanes), 1) * (_LANE_PX if len(lanes) <= _FEW_LANES else _THIN_LANE_PX)
    axis = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [source.name for source in sources][::-1],
        "fixedrange": True,
        "showgrid": False,
        "ticks": "",
        "dtick": 1,
    }
    inside = np.concatenate([codes[source.rows] for source in sources] or [np.empty(0, dtype=np.int64)])
    counts = np.bincount(inside[inside >= 0], minlength=len(classes))
    present = np.flatnonzero(counts)
    head = panel_head(row.label, [(colours[place], "■", classes[place]) for place in present])
    if not lanes or not len(present):
        return Panel([], head, height, axis, f"{row.label}: none")
    grid = np.stack([lane.codes for lane in lanes])
    heatmap = go.Heatmap(
        # A record stands in the middle of its minute's cell, as its point stands on a line.
        x0=lanes[0].start_ms + (width_ms / 2 if width_ms > MINUTE_MS else 0),
        dx=width_ms,
        y=[source.name for source in sources],
        z=grid,
        zmin=-0.5,
        zmax=len(classes) - 0.5,
        colorscale=_steps(colours),
        showscale=False,
        ygap=2 if len(lanes) <= _FEW_LANES else 1,
        hoverongaps=False,
        text=[[classes[int(code)] if np.isfinite(code) else "" for code in lane] for lane in grid],
        hovertemplate="<b>%{y}</b><br>%{x|%Y-%m-%d %H:%M} UTC<br>%{text}<extra></extra>",
    )
    order = present[np.argsort(-counts[present])]
    shares = ", ".join(f"{classes[place]} {counts[place] / counts.sum():.0%}" for place in order)
    return Panel([heatmap], head, height, axis, f"{row.label}: {shares}")


def _steps(colours: Sequence[str]) -> list[list[Any]]:
    """Return a colour scale of equal steps without transitions."""
    count = len(colours)
    return [
        [edge / count, colour] for place, colour in enumerate(colours) for edge in (place, place + 1)
    ]


# ---- all rows ------------------------------------------------------------------------------------


def _title(rows: Sequence[Row]) -> str:
    """Return the names of `rows`, as far as a narrow page has room for them."""
    labels = [row.label.split(",")[0] for row in rows]
    if len(labels) < 2:
        return "".join(labels) or "Nothing chosen"
    both = f"{labels[0]} and {labels[1].lower()}"
    if len(labels) == 2 and len(both) <= _TITLE_LETTERS:
        return both
    return f"{labels[0]} and {len(labels) - 1} more"


def _subtitle(
    window: tuple[Moment, Moment],
    sources: Sequence[_Source],
    most: int,
    width_ms: int,
    rows: Sequence[Row],
) -> str:
    """Say of what time, and what is left out."""
    parts = [f"{span_text(*window)} UTC"]
    longest = max((len(source.times) for source in sources), default=0)
    if any(row.kind == "number" for row in rows) and longest > most:
        minutes = (instant(window[1]) - instant(window[0])).total_seconds() / 60
        span = max(round(minutes / (most / 2)), 1)
        parts.append(f"lines: lowest and highest of each {format_duration(span)}")
    if any(row.kind == "class" for row in rows) and width_ms > MINUTE_MS:
        parts.append(f"bands: most frequent in {format_duration(width_ms / MINUTE_MS)}")
    return "; ".join(parts)


def _summary(said: str, sources: Sequence[_Source], panels: Sequence[Panel]) -> str:
    shown = sum(len(source.times) for source in sources)
    return (
        f"{count_text(shown, 'record')} of {count_text(len(sources), 'source')}, {said}. "
        f"{'. '.join(panel.words for panel in panels)}."
    )

"""Who has data when: sources × days, graded, in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from aurorax_dashboard.figures.drawing import Drawing, count_text
from aurorax_dashboard.figures.grades import (
    NOTHING,
    colour_steps,
    grade_colours,
    hatched,
    unknown_runs,
)
from aurorax_dashboard.figures.theme import TITLE_PX, new_figure, set_time_axis

ROW_PX = 16
_AXIS_PX = 38
_BELOW_PX = 12
_HALF_DAY_MS = 12 * 3_600_000
_FEW_COLUMNS = 120
_NAME = 28
"""Letters of a source's name at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the matrix: a source, or a group of them as one."""

    name: str
    grades: NDArray[np.uint8]
    """One for each column."""
    counts: NDArray[np.floating[Any]]
    """What is told of each column that has data."""
    group: bool = False


def matrix(
    lines: Sequence[Line],
    days: pd.DatetimeIndex,
    labels: Sequence[str],
    *,
    title: str,
    subtitle: str,
    brushed: tuple[date, date] | None,
    dark: bool,
    column_form: str = "%Y-%m-%d",
    count_form: str = ",.0f",
    unit: str = "min",
) -> Drawing:
    """Draw who has data when.

    Parameters
    ----------
    lines
        From top to bottom.
    days
        First day of each column: days, or months.
    labels
        What each grade means, the first for days outside the life of a source.
    brushed
        First and last day to be drawn closer.
    column_form, count_form, unit
        How a column and what it has are told.
    """
    figure = new_figure(title, subtitle, dark=dark, uirevision=f"{days[0]}-{days[-1]}")
    colours = grade_colours(len(labels) - 3, dark)
    names = row_names(lines)
    grades = np.stack([line.grades for line in lines])
    counts = np.stack([line.counts for line in lines])
    # The numbers lie unseen above the colours, where there is one to tell. As arrays, not as texts, which
    # would take the server and the browser a second.
    told = {
        "z": np.where(grades > NOTHING, counts, np.nan).astype(np.float32),
        "opacity": 0,
        "hoverongaps": False,
    }
    seen = {"z": grades, "colorscale": colour_steps(colours), "zmin": 0, "zmax": len(colours)}
    for own, words in ((seen, "no data known"), (told, f"%{{z:{count_form}}} {unit}")):
        figure.add_trace(
            go.Heatmap(
                **own,
                x=days.tz_localize(None).to_numpy().astype("datetime64[ms]"),
                y=names,
                showscale=False,
                xgap=0.5 if len(days) < _FEW_COLUMNS else 0,
                ygap=1,
                hovertemplate=f"%{{y}}<br>%{{x|{column_form}}}: {words}<extra></extra>",
            )
        )
    _hatch_unknown(figure, grades, days, names, dark)
    figure.update_yaxes(
        type="category",
        tickmode="array",
        tickvals=names,
        ticktext=[f"<b>{_cut(line.name)}</b>" if line.group else _cut(line.name) for line in lines],
        autorange="reversed",
        showgrid=False,
        ticks="",
        fixedrange=True,
        tickfont={"size": 11},
    )
    # Above the rows, where it is seen first however many rows there are.
    set_time_axis(figure, showgrid=False, side="top", nticks=4)
    # Slanted where the page is so narrow that even these few would overlap.
    figure.update_xaxes(title_text="", tickangle=None, autotickangles=[0, 35])
    if brushed:
        half = timedelta(hours=12)  # the column of a day is drawn around its midnight
        first, last = (datetime.combine(day, time()) for day in brushed)
        figure.update_xaxes(range=[first - half, last + half])
    top = TITLE_PX + _AXIS_PX
    height = top + _BELOW_PX + ROW_PX * max(len(lines), 2)
    figure.update_layout(height=height, margin={"t": top, "b": _BELOW_PX, "r": 16}, dragmode="zoom")
    sources = sum(not line.group for line in lines)
    return Drawing(figure, f"{title}: {count_text(sources, 'source')}. {subtitle}")


def _hatch_unknown(
    figure: go.Figure,
    grades: NDArray[np.uint8],
    days: pd.DatetimeIndex,
    names: Sequence[str],
    dark: bool,
) -> None:
    runs = unknown_runs(grades)
    if not len(runs):
        return
    rows, first, after = runs.T
    edges = _edges(days)
    figure.add_trace(
        hatched(
            edges[first].astype("datetime64[ms]"),
            edges[after] - edges[first],
            [names[row] for row in rows],
            dark,
            width=1 - 1 / ROW_PX,
            hovertemplate="%{y}: not known<extra></extra>",
        )
    )
    figure.update_layout(barmode="overlay")


def _edges(days: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Return where columns begin and the last ends, in ms: in the middle between one day and the next."""
    moments = days.tz_localize(None).to_numpy().astype("datetime64[ms]").astype(np.int64)
    if len(moments) == 1:
        return np.array([moments[0] - _HALF_DAY_MS, moments[0] + _HALF_DAY_MS])
    middle = (moments[1:] + moments[:-1]) // 2
    return np.concatenate([[2 * moments[0] - middle[0]], middle, [2 * moments[-1] - middle[-1]]])


def row_names(lines: Sequence[Line]) -> list[str]:
    """Return a name for each line that no other has, as a click tells it."""
    seen: Counter[str] = Counter()
    names = []
    for line in lines:
        # A space of no width is not seen, and not equal.
        names.append(line.name + "\u200b" * seen[line.name])
        seen[line.name] += 1
    return names


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"

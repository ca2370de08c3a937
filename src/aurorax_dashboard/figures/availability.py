"""Who has data when: sources × days, graded, in groups; and calendars of weeks × weekdays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots

from aurorax_dashboard.figures.drawing import Drawing, count_text
from aurorax_dashboard.figures.theme import TITLE_PX, new_figure, palette, set_time_axis, template

ROW_PX = 16
_AXIS_PX = 56
_LEGEND_PX = 34
_YEAR_PX = 130
_FEW_COLUMNS = 120
_NAME = 28
"""Letters of a source's name at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the matrix: a source, or a group of them as one."""

    name: str
    grades: NDArray[np.uint8]
    """One for each column."""
    group: bool = False


def grade_colours(steps: int, dark: bool) -> list[str]:
    """Return a colour for each grade: outside, unknown, nothing, then from little to much.

    Data are told in viridis, nothing in the colour of lines, unknown in a warm grey between the two;
    outside is the ground itself.
    """
    colours = palette(dark)
    places = [0.25 + 0.65 * n / max(steps - 1, 1) for n in range(steps)]
    data = sample_colorscale("Viridis", places if dark else [0.95 - place for place in places])
    return [colours.paper, "#6b5a52" if dark else "#d9c9bd", colours.grid, *data]


def matrix(
    lines: Sequence[Line],
    days: pd.DatetimeIndex,
    labels: Sequence[str],
    *,
    title: str,
    subtitle: str,
    dark: bool,
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
    """
    figure = new_figure(title, subtitle, dark=dark, uirevision=f"{days[0]}-{days[-1]}")
    colours = grade_colours(len(labels) - 3, dark)
    names = row_names(lines)
    figure.add_trace(
        go.Heatmap(
            z=np.stack([line.grades for line in lines]),
            x=days.tz_localize(None).to_numpy().astype("datetime64[ms]"),
            y=names,
            colorscale=_steps(colours),
            zmin=0,
            zmax=len(colours),
            showscale=False,
            xgap=0.5 if len(days) < _FEW_COLUMNS else 0,
            ygap=1,
            hovertemplate="%{y}<br>%{x|%Y-%m-%d}<extra></extra>",
        )
    )
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
    set_time_axis(figure, showgrid=False)
    height = TITLE_PX + _AXIS_PX + ROW_PX * max(len(lines), 2)
    figure.update_layout(height=height, margin={"b": _AXIS_PX, "r": 16}, dragmode="zoom")
    sources = sum(not line.group for line in lines)
    return Drawing(figure, f"{title}: {count_text(sources, 'source')}. {subtitle}")


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


def _steps(colours: Sequence[str]) -> list[list[object]]:
    """Return a scale with a step for each grade: 0 has the first colour."""
    count = len(colours)
    return [
        [place / count, colour] for n, colour in enumerate(colours) for place in (n, n + 1 - 1e-9)
    ] + [[1.0, colours[-1]]]


def _add_legend(figure: go.Figure, labels: Sequence[str], colours: Sequence[str], dark: bool) -> None:
    edge = palette(dark).coast
    for label, colour in zip(labels, colours, strict=True):
        if not label:
            continue
        figure.add_trace(
            go.Scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=label,
                marker={
                    "symbol": "square",
                    "size": 11,
                    "color": colour,
                    "line": {"color": edge, "width": 1},
                },
                hoverinfo="skip",
            )
        )
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yref": "container",
            "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False,
            "font": {"size": 11, "color": palette(dark).muted},
        },
    )  # fmt: skip


def calendars(
    grades: NDArray[np.uint8],
    days: pd.DatetimeIndex,
    labels: Sequence[str],
    *,
    title: str,
    dark: bool,
) -> Drawing:
    """Draw the days of one source (or what several share): a calendar for each year, weeks × weekdays.

    Parameters
    ----------
    grades
        One for each of the `days`.
    labels
        What each grade means.
    """
    colours = grade_colours(len(labels) - 3, dark)
    years = sorted(set(days.year))
    figure = make_subplots(rows=len(years), cols=1, vertical_spacing=0.25 / max(len(years), 1))
    figure.update_layout(template=template(dark))
    for row, year in enumerate(years, start=1):
        within = days.year == year
        mine = days[within]
        week = (mine.dayofyear - 1 + pd.Timestamp(year, 1, 1).weekday()) // 7
        z = np.full((7, 54), np.nan)
        words = np.full((7, 54), "", dtype=object)
        z[mine.weekday, week] = grades[within]
        words[mine.weekday, week] = mine.strftime("%Y-%m-%d")
        figure.add_trace(
            go.Heatmap(
                z=z,
                customdata=words,
                text=[[labels[int(v)] if v == v else "" for v in line] for line in z],  # noqa: PLR0124 - NaN
                colorscale=_steps(colours),
                zmin=0,
                zmax=len(colours),
                showscale=False,
                xgap=2,
                ygap=2,
                hoverongaps=False,
                hovertemplate="%{customdata}<br>%{text}<extra></extra>",
            ),
            row=row,
            col=1,
        )
        months = [pd.Timestamp(year, month, 1) for month in range(1, 13)]
        offset = pd.Timestamp(year, 1, 1).weekday()
        figure.update_xaxes(
            tickvals=[(month.dayofyear - 1 + offset) // 7 for month in months],
            ticktext=[f"{year}-{month.month:02d}" if month.month == 1 else f"{month.month:02d}" for month in months],
            range=[-0.6, 53.6], showgrid=False, ticks="", fixedrange=True, row=row, col=1,
        )  # fmt: skip
        figure.update_yaxes(
            tickvals=[0, 2, 4, 6], ticktext=["Mon", "Wed", "Fri", "Sun"], autorange="reversed",
            showgrid=False, ticks="", fixedrange=True, tickfont={"size": 10}, row=row, col=1,
        )  # fmt: skip
    held = int((grades > 2).sum())
    subtitle = f"{count_text(held, 'day')} with data of {len(days):,}, by week and weekday"
    figure.update_layout(
        title={"text": title, "subtitle": {"text": subtitle}},
        height=TITLE_PX + _LEGEND_PX + _YEAR_PX * len(years) + _AXIS_PX,
        margin={"b": _LEGEND_PX + 30},
    )
    _add_legend(figure, labels, colours, dark)
    return Drawing(figure, f"{title}: {subtitle}.")

"""The days of one source, or those that several share: a calendar a year, weeks × weekdays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from aurorax_dashboard.figures.drawing import Drawing, count_text
from aurorax_dashboard.figures.grades import UNKNOWN, colour_steps, grade_colours, hatched, unknown_runs
from aurorax_dashboard.figures.theme import TITLE_PX, palette, template

_AXIS_PX = 56
_LEGEND_PX = 34
_YEAR_PX = 130


def _add_legend(figure: go.Figure, labels: Sequence[str], colours: Sequence[str], dark: bool) -> None:
    edge = palette(dark).coast
    for grade, (label, colour) in enumerate(zip(labels, colours, strict=True)):
        if not label:
            continue
        if grade == UNKNOWN:
            figure.add_trace(hatched([None], [None], [None], dark, name=label))
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
    words: Sequence[str],
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
    words
        What is said of each day.
    """
    colours = grade_colours(len(labels) - 3, dark)
    years = sorted(set(days.year))
    figure = make_subplots(rows=len(years), cols=1, vertical_spacing=0.25 / max(len(years), 1))
    figure.update_layout(template=template(dark))
    for row, year in enumerate(years, start=1):
        within = days.year == year
        mine = days[within]
        week = (mine.day_of_year - 1 + pd.Timestamp(year, 1, 1).weekday()) // 7
        z = np.full((7, 54), np.nan)
        named, said = np.full((2, 7, 54), "", dtype=object)
        z[mine.day_of_week, week] = grades[within]
        named[mine.day_of_week, week] = mine.strftime("%Y-%m-%d")
        said[mine.day_of_week, week] = np.asarray(words, dtype=object)[within]
        figure.add_trace(
            go.Heatmap(
                z=z,
                customdata=named,
                text=said,
                colorscale=colour_steps(colours),
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
        weekdays, first, after = unknown_runs(np.nan_to_num(z).astype(np.uint8)).T
        figure.add_trace(
            hatched(first - 0.45, after - first - 0.1, weekdays, dark, width=0.85, hoverinfo="skip"),
            row=row,
            col=1,
        )
        months = [pd.Timestamp(year, month, 1) for month in range(1, 13)]
        offset = pd.Timestamp(year, 1, 1).weekday()
        figure.update_xaxes(
            tickvals=[(month.day_of_year - 1 + offset) // 7 for month in months],
            # Every other month: all twelve overlap where a page is narrow.
            ticktext=[_month_text(month) for month in months], tickangle=0,
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
        barmode="overlay",
    )
    occurring = set(grades.tolist())
    _add_legend(
        figure,
        [label if grade in occurring else "" for grade, label in enumerate(labels)],
        colours,
        dark,
    )
    return Drawing(figure, f"{title}: {subtitle}.")


def _month_text(month: pd.Timestamp) -> str:
    if month.month == 1:
        return f"{month:%Y-%m}"
    return f"{month:%m}" if month.month % 2 else ""

"""Sources × days, and calendars of weeks × weekdays."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures.availability import Line, matrix, row_names
from aurorax_dashboard.figures.calendar import calendars
from aurorax_dashboard.figures.grades import grade_colours, swatches, unknown_runs

LABELS = ("outside its life", "not known", "none", "few", "many")
DAYS = pd.date_range("2019-12-30", "2020-01-02", freq="D", tz="UTC", unit="ms")


def lines() -> list[Line]:
    grades = np.array([0, 2, 3, 4], dtype=np.uint8)
    counts = np.array([np.nan, 0, 10, 1440])
    return [
        Line("Swarm", grades, counts, group=True),
        Line("Swarm A", grades, counts),
        Line("Swarm A", grades, counts),
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_every_grade_has_a_colour_of_its_own(dark: bool) -> None:
    colours = grade_colours(4, dark)
    assert len(colours) == len(set(colours)) == 7
    assert [each.startswith("repeating") for each in swatches(4, dark)] == [False, True, *[False] * 5]


def test_what_is_not_known_is_hatched() -> None:
    grades = np.array([1, 1, 3, 1], dtype=np.uint8)
    line = Line("Swarm A", grades, np.full(4, np.nan))
    figure = matrix([line], DAYS, LABELS, title="", subtitle="", brushed=None, dark=False).figure
    bars = figure.data[-1]
    assert [str(base)[:13] for base in bars.base] == ["2019-12-29T12", "2020-01-01T12"]
    assert [days / 86_400_000 for days in bars.x] == [2, 1]
    assert set(bars.y) == {"Swarm A"}
    assert unknown_runs(np.ones((3, 4), np.uint8)).tolist() == [[0, 0, 4], [1, 0, 4], [2, 0, 4]]


def test_one_day_alone_is_hatched_as_wide_as_a_day() -> None:
    line = Line("Swarm A", np.array([1], dtype=np.uint8), np.full(1, np.nan))
    figure = matrix([line], DAYS[:1], LABELS, title="", subtitle="", brushed=None, dark=False).figure
    assert list(figure.data[-1].x) == [86_400_000]


def test_no_flood_of_stretches_is_hatched() -> None:
    grades = np.tile(np.array([1, 3], dtype=np.uint8), (100, 50))
    assert len(unknown_runs(grades)) == 2_000


def test_the_matrix_has_a_row_for_each_line() -> None:
    drawing = matrix(lines(), DAYS, LABELS, title="Ephemeris", subtitle="x", brushed=None, dark=False)
    trace, told = drawing.figure.data
    assert np.array_equal(told.z[1], [np.nan, np.nan, 10, 1440], equal_nan=True), "where there is one"
    assert told.opacity == 0
    assert trace.z.shape == (3, 4)
    assert trace.z.dtype == np.uint8  # small on the way to the browser
    assert (trace.zmin, trace.zmax) == (0, len(LABELS))
    assert list(trace.y) == row_names(lines())
    assert len(set(trace.y)) == 3
    assert "2 sources" in drawing.summary


def test_a_brushed_span_is_drawn_closer() -> None:
    brushed = (date(2019, 12, 31), date(2020, 1, 1))
    figure = matrix(lines(), DAYS, LABELS, title="", subtitle="", brushed=brushed, dark=True).figure
    first, last = (pd.Timestamp(end) for end in figure.layout.xaxis.range)
    assert (first, last) == (pd.Timestamp("2019-12-30T12:00"), pd.Timestamp("2020-01-01T12:00"))


def test_a_calendar_for_each_year_has_each_day_at_its_weekday() -> None:
    grades = np.array([3, 2, 4, 1], dtype=np.uint8)
    words = ["360 min", "none", "1,440 min", "not known"]
    drawing = calendars(grades, DAYS, LABELS, words, title="Swarm A", dark=False)
    years = [trace for trace in drawing.figure.data if trace.type == "heatmap"]
    assert len(years) == 2
    placed = {
        str(day): (weekday, float(trace.z[weekday, week]))
        for trace in years
        for (weekday, week), day in np.ndenumerate(trace.customdata)
        if day
    }
    assert placed == {
        "2019-12-30": (0, 3.0),
        "2019-12-31": (1, 2.0),
        "2020-01-01": (2, 4.0),
        "2020-01-02": (3, 1.0),
    }
    assert [trace.text[trace.customdata == "2020-01-01"].tolist() for trace in years] == [
        [],
        ["1,440 min"],
    ]
    legend = [
        trace.name for trace in drawing.figure.data if trace.showlegend or trace.type == "scatter"
    ]
    assert legend == ["not known", "none", "few", "many"], "what does not occur is not told"
    assert "2 days with data of 4" in drawing.summary

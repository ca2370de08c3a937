import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures.distance import distance_curve, distance_table, with_gaps

START, END = pd.Timestamp("2019-01-01T09:55", tz="UTC"), pd.Timestamp("2019-01-01T09:56", tz="UTC")


@pytest.fixture
def distances():
    times = pd.date_range("2019-01-01T09:50", periods=11, freq="min", tz="UTC")
    return pd.DataFrame({"FSMI – Swarm A": np.abs(np.arange(-5, 6)) * 400.0 + 207}, index=times)


def test_a_missing_minute_is_a_gap(distances):
    times, values = with_gaps(distances.drop(distances.index[7]))

    gap = np.flatnonzero(np.isnan(values[:, 0]))
    assert len(gap) == 1
    assert times[gap[0] - 1] < times[gap[0]] < times[gap[0] + 1]
    assert len(times) == 11


def test_no_gap_is_made_where_all_minutes_are_there(distances):
    assert np.isfinite(with_gaps(distances)[1]).all()


def test_the_conjunction_is_shaded_and_the_limit_is_a_line(distances):
    figure = distance_curve(distances, START, END, [500]).figure
    shade, limit = figure.layout.shapes

    assert (shade.x0, shade.x1) == ("2019-01-01T09:54:30.000", "2019-01-01T09:56:30.000")
    assert limit.y0 == limit.y1 == 500
    assert figure.layout.annotations[0].text == "limit 500 km"


def test_limits_that_differ_are_lines_of_their_own(distances):
    drawing = distance_curve(distances, START, END, [300, 900])

    assert [shape.y0 for shape in drawing.figure.layout.shapes[1:]] == [300, 900]
    assert [note.text for note in drawing.figure.layout.annotations] == ["limit 300 km", "limit 900 km"]
    assert drawing.figure.layout.yaxis.range[1] == pytest.approx(2317.35)
    assert "The limits are 300 km and 900 km." in drawing.summary


def test_the_axis_shows_what_lies_near_the_limit(distances):
    assert distance_curve(distances, START, END, [500]).figure.layout.yaxis.range == (0, 1500)
    assert distance_curve(distances, START, END, [5000]).figure.layout.yaxis.range[1] == pytest.approx(
        2317.35
    )


def test_several_pairs_are_named(distances):
    distances["GILL – Swarm A"] = 900.0
    figure = distance_curve(distances, START, END).figure

    assert [trace.name for trace in figure.data] == ["FSMI – Swarm A", "GILL – Swarm A"]
    assert figure.layout.showlegend
    assert len({trace.line.color for trace in figure.data}) == 2


def test_summary_names_the_nearest(distances):
    distances["GILL – Swarm A"] = np.nan
    text = distance_curve(distances, START, END, [500]).summary

    assert "nearest is 207 km at 2019-01-01 09:55 UTC (FSMI – Swarm A)" in text
    assert "The limit is 500 km." in text


def test_unknown_positions_are_said(distances):
    drawing = distance_curve(distances * np.nan, START, END, [500])

    assert not drawing.figure.data
    assert drawing.figure.layout.xaxis.visible is drawing.figure.layout.yaxis.visible is False
    assert "no positions are known" in drawing.summary


def test_distances_are_read_as_a_table(distances):
    table = distance_table(distances)

    assert list(table.columns) == ["Time (UTC)", *(f"{pair}, km" for pair in distances.columns)]
    assert len(table) == len(distances.dropna(how="all"))
    assert table["Time (UTC)"].is_monotonic_increasing

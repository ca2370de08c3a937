import numpy as np
import pandas as pd

from aurorax_dashboard.figures.explorer_distance import distance_in_time

TIMES = pd.date_range("2020-01-29T05:00", periods=121, freq="min", tz="UTC")
NOW = TIMES[60]


def series(values):
    return pd.Series(np.asarray(values, dtype=float), index=TIMES)


def test_the_curve_has_a_gap_where_one_of_them_is_nowhere():
    values = np.abs(np.arange(121) - 70) * 100.0 + 50
    values[20:30] = np.nan

    drawing = distance_in_time(series(values), "Swarm A – FSMI", NOW, 500)

    curve = drawing.figure.data[0]
    assert np.isnan(np.array(curve.y, dtype=float)).sum() == 1
    assert "1,050 km at 2020-01-29 06:00 UTC" in drawing.summary
    assert "closest 50 km at 2020-01-29 06:10 UTC" in drawing.summary
    assert drawing.figure.layout.title.subtitle.text == "1,050 km at 2020-01-29 06:00 UTC"


def test_now_and_the_limit_are_lines():
    shapes = distance_in_time(
        series(np.full(121, 800.0)), "A – B", NOW, 500, dark=True
    ).figure.layout.shapes

    assert {shape.y0 for shape in shapes if shape.xref != "x"} == {500}
    assert [shape.x0 for shape in shapes if shape.xref == "x"] == ["2020-01-29T06:00:00.000"]


def test_without_a_common_minute_it_says_so():
    drawing = distance_in_time(series(np.full(121, np.nan)), "A – B", NOW, 500)

    assert not drawing.figure.data
    assert "no minute in which both have a position" in drawing.summary
    assert "has no position" in drawing.figure.layout.title.subtitle.text


def test_one_that_is_nowhere_now_is_told():
    values = np.full(121, 800.0)
    values[55:65] = np.nan

    drawing = distance_in_time(series(values), "A – B", NOW, 500)

    assert (
        drawing.figure.layout.title.subtitle.text
        == "At 2020-01-29 06:00 UTC one of them has no position"
    )
    assert drawing.summary == "A – B: closest 800 km at 2020-01-29 05:00 UTC."

import re

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures import timeline
from aurorax_dashboard.figures.timeline import conjunction_timeline


def many(rows, pairs):
    """Repeat a result with as many different pairs, each with its own first source."""
    names = [f"CAMERA {number:03d} – Swarm A" for number in range(pairs)]
    return pd.concat([rows] * pairs, ignore_index=True).assign(between=np.repeat(names, len(rows)))


def test_bars_run_from_start_to_end_and_marks_carry_the_row(result):
    bars, marks = conjunction_timeline(result.rows, limit_km=500).figure.data

    assert bars.base[0] == np.datetime64("2019-01-01T05:58")
    assert list(bars.x) == [60_000, 60_000, 0]
    assert list(bars.customdata) == list(marks.customdata) == [0, 1, 2]
    assert list(marks.marker.color) == [319, 207, 490]
    assert (marks.marker.cmin, marks.marker.cmax) == (0, 500)


def test_of_many_only_those_have_a_bar_that_shows_beside_its_mark(result):
    days = pd.date_range("2019-01-01", periods=400, freq="D", tz="UTC", unit="ms")
    rows = pd.DataFrame(
        {
            "start": days,
            "end": days + pd.Timedelta(minutes=3),
            "duration_min": 4,
            "min_distance_km": 100.0,
            "between": "A – B",
        }
    )
    rows.loc[7, "end"] += pd.Timedelta(days=5)
    bars, marks = conjunction_timeline(rows, selected=3).figure.data

    assert list(bars.customdata) == [7]
    assert len(bars.marker.color) == len(bars.x) == len(bars.marker.opacity) == 1
    assert len(marks.x) == 400


def test_rows_keep_their_numbers_when_some_are_filtered_away(result):
    bars, marks = conjunction_timeline(result.rows.iloc[1:], selected=2).figure.data

    assert list(bars.customdata) == list(marks.customdata) == [1, 2]
    assert marks.marker.size[1] > marks.marker.size[0]


def test_times_stay_utc_for_rows_of_other_zones(result):
    local = result.rows.assign(start=result.rows["start"].dt.tz_convert("Asia/Tokyo"))
    bars, marks = conjunction_timeline(local).figure.data

    assert bars.base[0] == np.datetime64("2019-01-01T05:58")
    assert "2019-01-01 05:58 – 05:59 UTC, 2 min" in marks.hovertext[0]


def test_a_lane_for_each_pair(result):
    drawing = conjunction_timeline(result.rows)

    assert len(set(drawing.figure.data[1].y)) == 3
    assert drawing.figure.layout.title.text == "When, by pair"


def test_many_pairs_share_the_lane_of_their_first_source(result):
    rows = many(result.rows, 20)
    rows["between"] = [f"CAMERA {n % 4} – Swarm {n}" for n in range(len(rows))]
    drawing = conjunction_timeline(rows)

    assert set(drawing.figure.data[1].y) == {f"CAMERA {n}" for n in range(4)}
    assert drawing.figure.layout.title.text == "When, by first source"


def test_lanes_beyond_the_most_are_counted_as_others(result):
    drawing = conjunction_timeline(many(result.rows, 40))
    lanes = set(drawing.figure.data[1].y)

    assert len(lanes) == timeline.MAX_LANES
    assert "others" in lanes


def test_thinning_keeps_the_selected_and_is_said(result, monkeypatch):
    monkeypatch.setattr(timeline, "MAX_MARKS", 20)
    drawing = conjunction_timeline(many(result.rows, 10), selected=29)

    assert 29 in drawing.figure.data[1].customdata
    subtitle = drawing.figure.layout.title.subtitle.text
    assert re.match(r"\d\d of 30 conjunctions drawn, the nearest of each stretch among them", subtitle)


def test_thinning_empties_no_lane_and_leaves_out_none_of_the_nearest(result):
    hours = pd.date_range("2019-01-01", periods=24_000, freq="h", tz="UTC", unit="ms")
    numbers = np.arange(len(hours))
    rows = pd.DataFrame(
        {
            "start": hours,
            "end": hours,
            "duration_min": 1,
            "min_distance_km": 100.0 + numbers % 300,
            "between": [f"CAMERA {n % 24:02d} – Swarm A" for n in numbers],
        }
    )
    rows.loc[[7_001, 19_013], "min_distance_km"] = 3.0  # no k-th row
    drawing = conjunction_timeline(rows)
    marks = drawing.figure.data[1]

    lanes = pd.Series(marks.y).value_counts()
    assert len(lanes) == 24
    assert lanes.max() < 1.2 * lanes.min()
    assert {7_001, 19_013} <= set(marks.customdata)
    assert 0.75 * timeline.MAX_MARKS < len(marks.x) <= timeline.MAX_MARKS
    weeks = pd.Series(marks.x).groupby(marks.y).apply(lambda x: x.sort_values().diff().max())
    assert weeks.max() < pd.Timedelta(days=60)  # of a thousand days


def test_the_axis_spans_the_searched_period(result):
    period = (pd.Timestamp("2019-01-01", tz="UTC"), pd.Timestamp("2019-01-31", tz="UTC"))
    first, last = conjunction_timeline(result.rows, period=period).figure.layout.xaxis.range

    assert pd.Timestamp(first) < period[0].tz_localize(None)
    assert pd.Timestamp(last) > period[1].tz_localize(None)


def test_summary_says_when_how_long_and_how_near(result):
    text = conjunction_timeline(result.rows, selected=1).summary

    assert "3 conjunctions between 2019-01-01 05:58 and 2019-01-02 05:39 UTC" in text
    assert "longest lasts 2 min, the nearest is 207 km" in text
    assert text.endswith("Selected: THEMIS-ASI FSMI – Swarm A, 2019-01-01 09:55 – 09:56 UTC.")


@pytest.mark.parametrize("selected", [None, 0])
def test_no_conjunctions_is_said(result, selected):
    drawing = conjunction_timeline(result.rows.iloc[:0], selected)

    assert not drawing.figure.data
    assert "No conjunctions" in drawing.figure.layout.annotations[0].text

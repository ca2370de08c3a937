import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures import distributions as d


@pytest.mark.parametrize("limit", [500, None, 300])
def test_every_conjunction_is_counted_once(result, limit):
    rows = pd.concat([result.rows] * 7, ignore_index=True)

    for drawing in d.distributions(rows, limit)[:3]:
        assert sum(drawing.figure.data[0].y) == 21


def test_distances_are_counted_from_zero_to_the_limit(result):
    figure = d.distance_histogram(result.rows, 500).figure
    counts = dict(zip(figure.data[0].hovertext, figure.data[0].y, strict=True))

    assert figure.layout.xaxis.range == (0, 500)
    assert counts["200 – 225 km"] == 1
    assert counts["0 – 25 km"] == 0


def test_durations_have_a_bar_each_minute(result):
    bars = d.duration_histogram(result.rows).figure.data[0]

    assert list(bars.x) == [1, 2]
    assert list(bars.y) == [1, 2]


def test_long_durations_share_bars(result):
    rows = pd.concat([result.rows] * 40, ignore_index=True).assign(duration_min=np.arange(1, 121))
    bars = d.duration_histogram(rows).figure.data[0]

    assert set(bars.y) == {4}
    assert bars.hovertext[0] == "1 – 4 min"


def test_hours_are_utc(result):
    local = result.rows.assign(start=result.rows["start"].dt.tz_convert("America/Edmonton"))
    counts = d.hour_histogram(local).figure.data[0].y

    assert {hour: count for hour, count in enumerate(counts) if count} == {5: 2, 9: 1}


def test_pairs_are_ordered_and_the_rest_is_told(result):
    names = [f"CAMERA {number} – Swarm A" for number in range(10)]
    counts = [20 - number for number in range(10)]
    rows = pd.concat([result.rows.iloc[:1]] * sum(counts)).assign(between=np.repeat(names, counts))
    drawing = d.pair_counts(rows)

    assert list(drawing.figure.data[0].hovertext) == names[:8]
    assert drawing.figure.layout.title.subtitle.text == "conjunctions; 2 other pairs: 23"
    assert drawing.summary == "10 pairs; CAMERA 0 – Swarm A has most, 20 conjunctions."


def test_summaries_tell_the_numbers(result):
    distance, duration, hour, _ = (drawing.summary for drawing in d.distributions(result.rows, 500))

    assert distance == "Minimum distances from 207 km to 490 km, half of them up to 319 km."
    assert duration == "Durations from 1 min to 2 min, half of them up to 2 min."
    assert "most begin between 05 and 06 h, 2 conjunctions; 22 hours without any" in hour


def test_no_conjunctions_are_drawn_as_none(result):
    for drawing in d.distributions(result.rows.iloc[:0], 500):
        assert drawing.summary.endswith("no conjunctions.")


def test_each_bar_leads_to_its_nearest_conjunction(result):
    rows = result.rows.iloc[[2, 1, 0]]
    distance, duration, hour, pair = (drawing.figure.data[0] for drawing in d.distributions(rows, 500))

    assert [n for n in distance.customdata if n is not None] == [1, 0, 2]
    assert dict(zip(duration.x, duration.customdata, strict=True)) == {1: 2, 2: 1}
    assert [hour.customdata[place] for place in (4, 5, 9)] == [None, 0, 1]
    assert dict(zip(pair.hovertext, pair.customdata, strict=True))["THEMIS-ASI FSMI – Swarm A"] == 1


def test_the_selected_conjunction_is_pointed_out(result):
    *histograms, pairs = d.distributions(result.rows, 500, selected=1)

    lines = [drawing.figure.layout.shapes[0].x0 for drawing in histograms]
    assert lines == pytest.approx([207, 2, 9 + 55 / 60])
    bars = pairs.figure.data[0]
    framed = {name for name, px in zip(bars.hovertext, bars.marker.line.width, strict=True) if px}
    assert framed == {"THEMIS-ASI FSMI – Swarm A"}
    for drawing in d.distributions(result.rows.iloc[:1], 500, selected=1):
        assert not drawing.figure.layout.shapes


def test_bars_are_read_as_a_table_without_empty_ones(result):
    drawings = d.distributions(result.rows, 500)

    assert d.bars_table(drawings[1], "Duration").to_numpy().tolist() == [["1 min", 1], ["2 min", 2]]
    pairs = d.bars_table(drawings[3], "Pair")
    assert list(pairs.columns) == ["Pair", "Conjunctions"]
    assert pairs["Conjunctions"].sum() == 3

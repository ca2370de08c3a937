from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures import series
from aurorax_dashboard.figures.series import Row, class_colours, source_styles, time_series
from aurorax_dashboard.figures.theme import PROGRAM_COLOURS

NAMES = {3: "Swarm A", 7: "Swarm B"}
WINDOW = (datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, 0, 9, tzinfo=UTC))
ALTITUDE = Row("alt", "Altitude, km", "number")
REGION = Row("region", "Region", "class")


@pytest.fixture
def records() -> pd.DataFrame:
    """Ten minutes of Swarm A with one missing, five of Swarm B."""
    minutes_a, minutes_b = [0, 1, 2, 3, 5, 6, 7, 8, 9], [0, 1, 2, 3, 4]
    epochs = pd.Timestamp("2019-01-01", tz="UTC") + pd.to_timedelta(minutes_a + minutes_b, unit="min")
    return pd.DataFrame(
        {
            "identifier": [3] * 9 + [7] * 5,
            "epoch": epochs,
            "alt": [460.0 + n for n in range(9)] + [510.0] * 5,
            "region": pd.Categorical(["polar cap"] * 6 + ["cusp"] * 3 + ["polar cap"] * 5),
            "open": [True] * 9 + [False] * 5,
        }
    )


def lines(drawing):
    return {trace.name: trace for trace in drawing.figure.data if trace.type == "scatter"}


def test_numbers_are_lines_with_gaps(records):
    drawn = lines(time_series(records, NAMES, [ALTITUDE], WINDOW))
    assert list(drawn) == ["Swarm A", "Swarm B"]
    assert np.isnan(drawn["Swarm A"].y).sum() == 1
    assert drawn["Swarm A"].connectgaps is False
    assert drawn["Swarm A"].line.color != drawn["Swarm B"].line.color


def test_only_the_window_is_drawn(records):
    window = (datetime(2019, 1, 1, 0, 5, tzinfo=UTC), datetime(2019, 1, 1, 0, 6, tzinfo=UTC))
    drawing = time_series(records, NAMES, [ALTITUDE], window)
    assert lines(drawing)["Swarm A"].y.tolist() == [464, 465]
    assert drawing.figure.layout.meta["shown"] == 2
    assert drawing.summary.startswith("2 records of 2 sources, 2019-01-01 00:05 – 00:06 UTC")


def test_classes_are_bands_with_shares_in_words(records):
    drawing = time_series(records, NAMES, [REGION], WINDOW)
    (band,) = drawing.figure.data
    assert band.type == "heatmap"
    assert list(band.y) == ["Swarm A", "Swarm B"]
    grid = np.asarray(band.z)
    assert np.isnan(grid[0, 4]), "the missing minute is a gap"
    assert np.isnan(grid[1, 5:]).all()
    assert "Region: polar cap 79%, cusp 21%" in drawing.summary


def test_truth_is_a_class(records):
    drawing = time_series(records, NAMES, [Row("open", "Shutter open", "class")], WINDOW)
    assert "Shutter open: true 64%, false 36%" in drawing.summary


def test_a_time_without_records_says_so(records):
    later = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))
    drawing = time_series(records, NAMES, [ALTITUDE, REGION], later)
    assert [note.text for note in drawing.figure.layout.annotations if "No records" in note.text]
    assert "Altitude, km: none" in drawing.summary
    assert "Region: none" in drawing.summary


def test_what_is_left_out_is_said(records, monkeypatch):
    monkeypatch.setattr(series, "MOST_POINTS_EACH", 4)
    monkeypatch.setattr(series, "MOST_SPANS", 5)
    drawing = time_series(records, NAMES, [ALTITUDE, REGION], WINDOW)
    said = drawing.figure.layout.title.subtitle.text
    assert "lowest and highest of each" in said
    assert "most frequent in 2 min" in said
    assert said in drawing.summary, "a narrow page cuts the line below the title"


def test_the_title_names_two_fields_and_counts_more(records):
    def title(*rows: Row) -> str:
        return time_series(records, NAMES, rows, WINDOW).figure.layout.title.text

    assert title(ALTITUDE, REGION) == "Altitude and region against time"
    assert title(ALTITUDE, REGION, ALTITUDE) == "Altitude and 2 more against time"


def test_sources_differ_in_colour_then_in_dash():
    styles = source_styles(list(range(2 * len(PROGRAM_COLOURS))), dark=False)
    assert len(set(styles.values())) == len(styles)
    assert len({colour for colour, _ in styles.values()}) == len(PROGRAM_COLOURS)


@pytest.mark.parametrize("count", [0, 1, 7, 10, 14])
def test_every_class_has_a_colour(count: int):
    colours = class_colours(count, dark=True)
    assert len(colours) == count
    assert len(set(colours)) == min(count, 11)

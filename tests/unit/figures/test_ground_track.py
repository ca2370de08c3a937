from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.figures import ground_track as module
from aurorax_dashboard.figures.ground_track import ground_track
from aurorax_dashboard.figures.map_view import VIEWS

NORTH = next(iter(VIEWS.values()))
WINDOW = (datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, 0, 29, tzinfo=UTC))
SOURCES = pd.DataFrame(
    {"name": ["Swarm A", "THEMIS-ASI GILL"], "source_type": ["leo", "ground"]}, index=[3, 46]
)


@pytest.fixture
def records() -> pd.DataFrame:
    """Half an hour of a satellite that flies north, and of an imager that stands."""
    epochs = pd.Timestamp("2019-01-01", tz="UTC") + pd.to_timedelta(np.arange(30), unit="min")
    moving = pd.DataFrame(
        {"identifier": 3, "epoch": epochs, "lat": 60 + 0.5 * np.arange(30), "lon": -95.0}
    )
    moving.loc[12:14, ["lat", "lon"]] = np.nan
    standing = pd.DataFrame({"identifier": 46, "epoch": epochs, "lat": 56.4, "lon": -94.7})
    return pd.concat([moving, standing], ignore_index=True)


def test_a_track_has_a_gap_where_positions_are_missing(records):
    drawing = ground_track(records, SOURCES, NORTH, WINDOW)
    line = next(
        trace for trace in drawing.figure.data if trace.mode == "lines" and trace.name == "Swarm A"
    )
    known = np.isfinite(np.asarray(line.lat, dtype=float))
    assert known.sum() == 27
    assert not known.all()
    assert drawing.figure.layout.meta["shown"] == 27
    assert "27 minutes of Swarm A" in drawing.summary


def test_what_stands_is_a_place_with_what_it_sees(records):
    drawing = ground_track(records[records["identifier"] == 46], SOURCES, NORTH, WINDOW)
    assert drawing.summary.startswith("Where it stands, North America, 2019-01-01")
    assert "standing: THEMIS-ASI GILL" in drawing.summary
    assert any("Circle: view" in note.text for note in drawing.figure.layout.annotations)


def test_nothing_within_view_says_so(records):
    elsewhere = records.assign(lat=-80.0)
    drawing = ground_track(elsewhere, SOURCES.loc[[3]], NORTH, WINDOW)
    assert "nothing was within the view" in drawing.summary
    assert any("Nothing within this view" in note.text for note in drawing.figure.layout.annotations)


def test_too_many_minutes_are_cut_and_it_is_said(records, monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 10)
    drawing = ground_track(records, SOURCES, NORTH, WINDOW)
    assert drawing.figure.layout.meta["shown"] <= 10
    assert "drawn only until 2019-01-01 00:" in drawing.summary
    assert "10 minutes; narrow the time" in drawing.figure.layout.title.subtitle.text

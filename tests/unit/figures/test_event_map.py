"""The map of one conjunction at one of its minutes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from aurorax_dashboard.figures.drawing import Drawing
from aurorax_dashboard.figures.event_map import APART, NIGHT, NOW, event_map, positions_at
from aurorax_dashboard.figures.map_view import NORTH_AMERICA

EPOCHS = pd.date_range("2019-01-02T09:10", periods=11, freq="min", tz="UTC", unit="ms")
AT = EPOCHS[5]


def way(identifier: int, name: str, lon: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "identifier": identifier,
            "name": name,
            "source_type": "leo",
            "program": "swarm",
            "epoch": EPOCHS,
            "lat": np.linspace(40, 70, 11),
            "lon": lon,
            "inside": EPOCHS.to_series().between(EPOCHS[4], EPOCHS[6]).to_numpy(),
        }
    )


TRACKS = pd.concat([way(3, "Swarm A", -95), way(30, "Swarm C", -94)], ignore_index=True)
PLACES = pd.DataFrame(
    {
        "identifier": [46],
        "name": ["THEMIS-ASI GILL"],
        "label": ["GILL"],
        "source_type": ["ground"],
        "lat": [56.4],
        "lon": [-94.6],
    }
)
NAMES = ["THEMIS-ASI GILL", "Swarm A", "Swarm C"]


def drawn(
    tracks: pd.DataFrame = TRACKS,
    places: pd.DataFrame = PLACES,
    *,
    apart: bool = True,
    kind: str = "nbtrace",
) -> Drawing:
    ends = pd.DataFrame({"lat": [56.4, 55.0], "lon": [-94.6, -95.0]})
    return event_map(
        tracks,
        places,
        view=NORTH_AMERICA,
        conjunction_type=kind,
        at=AT,
        apart=(ends, 157.0) if apart else None,
        names=NAMES,
        limit_km=500,
    )


def trace(figure: go.Figure, name: str) -> go.Scattergeo:
    [found] = [each for each in figure.data if each.name == name]
    return found


def test_what_moves_stands_where_it_is_at_that_minute() -> None:
    now = trace(drawn().figure, NOW)
    assert list(now.lat) == [55.0, 55.0]
    assert list(now.lon) == [-95, -94]


def test_the_nearest_two_are_joined_with_their_distance() -> None:
    apart = trace(drawn().figure, APART)
    assert list(apart.lat) == [56.4, 55.0]
    assert "157 km" in apart.text[1]


def test_the_night_is_that_of_the_minute() -> None:
    assert len(trace(drawn().figure, NIGHT).lat) > 90


def test_satellites_of_one_program_have_colours_of_their_own() -> None:
    lines = {
        each.line.color for each in drawn().figure.data if each.mode == "lines" and each.line.width == 5
    }
    assert len(lines) == 2


def test_an_imagers_view_and_the_limit_are_circles() -> None:
    figure, _ = drawn()
    texts = " ".join(note.text for note in figure.layout.annotations)
    assert "10° up at 110 km" in texts
    assert "500 km around" in texts
    dashed = [each for each in figure.data if each.line.dash == "dash"]
    assert len(dashed) == 1


def test_two_satellites_alone_have_no_circles() -> None:
    figure, summary = drawn(places=PLACES.iloc[:0])
    texts = " ".join(note.text for note in figure.layout.annotations)
    assert "Dashed" not in texts
    assert "Solid" not in texts
    assert summary.startswith("Map of Swarm A, Swarm C, 11 minutes")


def test_a_minute_without_records_leaves_a_gap() -> None:
    gone = TRACKS[(TRACKS["epoch"] != AT) | (TRACKS["identifier"] == 3)]
    now = positions_at(gone, AT)
    assert now.index.tolist() == [3, 30]
    assert now["lat"].isna().tolist() == [False, True]
    drawing = drawn(gone, apart=False)
    assert drawing.summary.endswith("of them.")
    whole, broken = (
        each.lat for each in drawing.figure.data if each.mode == "lines" and each.line.width == 2
    )
    assert not np.isnan(whole).any()
    assert np.flatnonzero(np.isnan(broken)).tolist() == [5]
    np.testing.assert_allclose(np.delete(broken, 5), np.delete(np.linspace(40, 70, 11), 5))


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("nbtrace", "Northern footprints"),
        ("sbtrace", "Southern footprints"),
        ("geographic", "Positions"),
    ],
)
def test_the_title_says_which_positions(kind: str, title: str) -> None:
    assert drawn(kind=kind).figure.layout.title.text == title

"""A small result in the frames that the figures take."""

from dataclasses import dataclass

import pandas as pd
import pytest


@dataclass
class Result:
    """Three conjunctions of two cameras with two satellites."""

    rows: pd.DataFrame
    places: pd.DataFrame
    footprints: pd.DataFrame
    tracks: pd.DataFrame


@pytest.fixture
def result() -> Result:
    start = pd.to_datetime(["2019-01-01 05:58", "2019-01-01 09:55", "2019-01-02 05:39"], utc=True)
    end = pd.to_datetime(["2019-01-01 05:59", "2019-01-01 09:56", "2019-01-02 05:39"], utc=True)
    nearest = [319.0, 207.0, 490.0]
    rows = pd.DataFrame(
        {
            "start": start.as_unit("ms"),
            "end": end.as_unit("ms"),
            "duration_min": [2, 2, 1],
            "min_distance_km": nearest,
            "between": pd.Categorical(
                ["THEMIS-ASI FSMI – Swarm B", "THEMIS-ASI FSMI – Swarm A", "THEMIS-ASI GILL – Swarm B"]
            ),
        }
    )
    places = pd.DataFrame(
        {
            "name": ["THEMIS-ASI FSMI", "THEMIS-ASI GILL"],
            "label": ["FSMI", "GILL"],
            "lat": [60.0, 56.4],
            "lon": [-111.9, -94.7],
            "identifier": [1, 2],
            "source_type": ["ground", "ground"],
            "program": ["themis-asi", "themis-asi"],
        }
    )
    footprints = pd.DataFrame(
        {
            "n": [0, 1, 2],
            "identifier": [11, 10, 11],
            "name": ["Swarm B", "Swarm A", "Swarm B"],
            "lat": [60.0, 61.0, 56.0],
            "lon": [-106.2, -108.6, -102.6],
            "epoch": start,
            "min_distance_km": nearest,
        }
    )
    minutes = range(-5, 6)
    tracks = pd.DataFrame(
        {
            "identifier": 10,
            "name": "Swarm A",
            "epoch": [start[1] + pd.Timedelta(minutes=minute) for minute in minutes],
            "lat": [61.0 + 3.9 * minute for minute in minutes],
            "lon": [-108.6 + 0.5 * minute for minute in minutes],
            "inside": [minute in (0, 1) for minute in minutes],
        }
    )
    return Result(rows, places, footprints, tracks)

"""A small result: two conjunctions of one imager, one of two satellites with a place of one's own."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from aurorax_dashboard.api.frames import ephemeris_frame
from aurorax_dashboard.api.results import ConjunctionResult

_FIELDS = ("program", "platform", "instrument_type", "source_type", "display_name")
SOURCES = {
    46: ("themis-asi", "gillam", "panchromatic ASI", "ground", "THEMIS-ASI GILL"),
    3: ("swarm", "swarma", "footprint", "leo", "Swarm A"),
    30: ("swarm", "swarmc", "footprint", "leo", "Swarm C"),
    -1: ("adhoc", "custom", "location", "not_applicable", "Custom location 1"),
}


def conjunction(start: str, end: str, closest: str, km: float, *sources: int) -> dict[str, Any]:
    return {
        "conjunction_type": "nbtrace",
        "start": start,
        "end": end,
        "closest_epoch": closest,
        "farthest_epoch": start,
        "min_distance": km,
        "max_distance": km + 100,
        "data_sources": [
            {"identifier": source, **dict(zip(_FIELDS, SOURCES[source], strict=True))}
            for source in sources
        ],
        "events": [],
    }


@pytest.fixture
def result() -> ConjunctionResult:
    rows = [
        conjunction("2019-01-02T09:16:00", "2019-01-02T09:17:00", "2019-01-02T09:16:00", 252, 46, 30),
        conjunction("2019-01-02T09:17:00", "2019-01-02T09:17:00", "2019-01-02T09:17:00", 340, 46, 3),
        conjunction("2019-01-03T08:37:00", "2019-01-03T08:38:00", "2019-01-03T08:37:30", 238, -1, 3),
    ]
    return ConjunctionResult.from_json(json.dumps({"result": rows}).encode())


def minutes(
    identifier: int, start: str, count: int, lat: float, lon: float, step: float
) -> list[dict[str, Any]]:
    """Return ephemeris of a source moving north by `step` degrees a minute (0: standing still)."""
    return [
        {
            "data_source": {"identifier": identifier},
            "epoch": str(time.isoformat()),
            "location_geo": {"lat": lat + step * place + 1, "lon": lon},
            "nbtrace": {"lat": lat + step * place, "lon": lon},
            "sbtrace": {"lat": None, "lon": None},
        }
        for place, time in enumerate(pd.date_range(start, periods=count, freq="min"))
    ]


@pytest.fixture
def ephemeris() -> pd.DataFrame:
    records = [
        *minutes(46, "2019-01-02T09:16:00", 1, 56.4, -94.6, 0),
        *minutes(30, "2019-01-02T09:11:00", 12, 40.0, -95.0, 3.0),
        *minutes(3, "2019-01-02T09:12:00", 11, 41.0, -97.0, 3.0),
    ]
    return ephemeris_frame(json.dumps({"result": records}).encode())

"""From a kept result to what the figures draw."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from aurorax_dashboard.api.frames import ephemeris_frame
from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    Location,
    SearchRequest,
    SearchResult,
    SearchStatus,
)
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches import positions
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.store import StoredResult

AT = pd.Timestamp("2019-01-02T09:16", tz="UTC")


@pytest.fixture
def stored(result: ConjunctionResult, ephemeris: pd.DataFrame) -> StoredResult:
    status = SearchStatus(search_request=SearchRequest(request_id="a"), search_result=SearchResult())
    finished = Finished(status=status, server="http://a", simulated=True, retrieved=datetime.now(UTC))
    return StoredResult(finished, result, ephemeris)


def test_places_are_what_stands_still_and_the_custom_locations(stored: StoredResult) -> None:
    query = ConjunctionQuery(adhoc=[AdhocCriteria(locations=[Location(lat=10.0, lon=20.0)])])
    places = positions.places(stored, query, "nbtrace", AT)
    assert list(places["identifier"]) == [46, -1]
    assert list(places["label"]) == ["GILL", "10°, 20°"]
    assert places["lat"].tolist() == [56.4, 10.0]


def test_footprints_are_where_the_satellite_was_at_closest_approach(stored: StoredResult) -> None:
    found = positions.closest_footprints(stored, "nbtrace").set_index("n")
    assert found.loc[0, "lat"] == pytest.approx(55.0)
    assert found.loc[0, "name"] == "Swarm C"
    assert found.loc[1, "lat"] == pytest.approx(56.0)
    assert 2 not in found.index  # its ephemeris was not fetched


def test_other_types_of_conjunction_are_not_mixed_in(stored: StoredResult) -> None:
    assert positions.closest_footprints(stored, "geographic").empty


def test_around_an_event_are_its_own_sources_with_a_margin(stored: StoredResult) -> None:
    around = positions.around(stored.result, stored.footprints, 0, None)
    assert set(around["identifier"]) == {46, 30}
    moving = around[around["identifier"] == 30]
    assert (moving["epoch"].min(), moving["epoch"].max()) == (
        pd.Timestamp("2019-01-02T09:11", tz="UTC"),
        pd.Timestamp("2019-01-02T09:22", tz="UTC"),
    )
    assert moving["inside"].sum() == 2


def test_whether_an_event_can_be_drawn(stored: StoredResult) -> None:
    assert positions.is_covered(stored.result, stored.footprints, 0)
    assert not positions.is_covered(stored.result, stored.footprints, 2)


def moved(record: pd.DataFrame, time: str, lat: float) -> pd.DataFrame:
    """Return the record of an imager at another time, by when its footprint has wandered."""
    return record.assign(epoch=pd.Timestamp(time, tz="UTC").as_unit("ms"), nbtrace_lat=lat)


def test_what_stands_still_is_where_it_was_nearest_in_time(stored: StoredResult) -> None:
    imager = stored.footprints[stored.footprints["identifier"] == 46]
    earlier, later = moved(imager, "2016-01-01", 50.0), moved(imager, "2019-06-01", 60.0)
    ephemeris = pd.concat([earlier, stored.footprints, later], ignore_index=True)
    around = positions.around(stored.result, ephemeris, 0, None)
    assert around.loc[around["identifier"] == 46, ["epoch", "lat"]].to_numpy().tolist() == [[AT, 56.4]]
    whole = replace(stored, footprints=ephemeris)
    for at, lat in (
        (AT, 56.4),
        (AT - pd.Timedelta(days=900), 50.0),
        (AT + pd.Timedelta(days=900), 60.0),
    ):
        assert positions.places(whole, None, "nbtrace", at)["lat"].tolist() == [lat]


def test_an_event_cannot_be_drawn_with_where_an_imager_was_years_ago(stored: StoredResult) -> None:
    imager = stored.footprints["identifier"] == 46
    old = moved(stored.footprints[imager], "2016-01-01", 50.0)
    others = stored.footprints[~imager]
    assert not positions.is_covered(stored.result, pd.concat([others, old]), 0)
    assert positions.is_covered(stored.result, others, 0)  # it may have no position


def test_distances_of_a_pair_against_time(stored: StoredResult) -> None:
    around = positions.around(stored.result, stored.footprints, 0, None)
    distances = positions.pair_distances(around, [46, 30])
    assert list(distances.columns) == ["THEMIS-ASI GILL – Swarm C"]
    assert len(distances) == 12
    kilometres = distances.iloc[:, 0].to_numpy()
    assert np.argmin(kilometres) == 5
    # 1.4° of latitude and 0.4° of longitude at 56° north, on a sphere of 6371.2 km
    assert kilometres[5] == pytest.approx(157.6, abs=0.5)


def test_a_custom_location_takes_part_under_the_servers_own_identifier(stored: StoredResult) -> None:
    records = [
        {
            "data_source": {"identifier": 3},
            "epoch": f"2019-01-03T08:{minute}:00",
            "nbtrace": {"lat": lat, "lon": 20.0},
        }
        for minute, lat in (("36", 8.0), ("37", 10.0), ("38", 12.0))
    ]
    ephemeris = ephemeris_frame(json.dumps(records).encode())
    query = ConjunctionQuery(adhoc=[AdhocCriteria(locations=[Location(lat=10.0, lon=20.0)])])
    renamed = ConjunctionResult(
        stored.result.rows.replace({"source_1": {-1: -7}}),
        stored.result.events,
        stored.result.sources.rename(index={-1: -7}),
    )
    around = positions.around(renamed, ephemeris, 2, query)
    distances = positions.pair_distances(around, [-7, 3])
    assert list(distances.columns) == ["Custom location 10°, 20° – Swarm A"]
    assert distances.iloc[:, 0].tolist() == pytest.approx([222.4, 0.0, 222.4], abs=0.1)


def test_sources_that_all_stand_still_have_one_distance(stored: StoredResult) -> None:
    around = positions.around(stored.result, stored.footprints, 0, None)
    still = around[around["identifier"] == 46]
    twin = still.assign(identifier=81, name="REGO GILL")
    distances = positions.pair_distances(pd.concat([still, twin]), [46, 81])
    assert distances.shape == (1, 1)
    assert distances.iloc[0, 0] == pytest.approx(0.0, abs=1e-6)

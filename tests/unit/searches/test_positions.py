"""From a kept result to what the figures draw."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

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
from aurorax_dashboard.searches.store import Finished, StoredResult


@pytest.fixture
def stored(result: ConjunctionResult, ephemeris: pd.DataFrame) -> StoredResult:
    status = SearchStatus(search_request=SearchRequest(request_id="a"), search_result=SearchResult())
    finished = Finished(status=status, server="http://a", simulated=True, retrieved=datetime.now(UTC))
    return StoredResult(finished, result, ephemeris)


def test_places_are_what_stands_still_and_the_custom_locations(stored: StoredResult) -> None:
    query = ConjunctionQuery(adhoc=[AdhocCriteria(locations=[Location(lat=10.0, lon=20.0)])])
    places = positions.places(stored, query, "nbtrace")
    assert list(places["identifier"]) == [46, -1]
    assert list(places["label"]) == ["GILL", "location 1"]
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
    around = positions.around(stored.result, stored.footprints, 0)
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


def test_distances_of_a_pair_against_time(stored: StoredResult) -> None:
    around = positions.around(stored.result, stored.footprints, 0)
    distances = positions.pair_distances(around, [46, 30])
    assert list(distances.columns) == ["THEMIS-ASI GILL – Swarm C"]
    assert len(distances) == 12
    kilometres = distances.iloc[:, 0].to_numpy()
    assert np.argmin(kilometres) == 5
    # 1.4° of latitude and 0.4° of longitude at 56° north, on a sphere of 6371.2 km
    assert kilometres[5] == pytest.approx(157.6, abs=0.5)

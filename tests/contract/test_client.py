"""Our client against our archive, over real HTTP."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pandas as pd
import pytest

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError, InvalidQueryError, NotFoundError
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataProductCriteria,
    DataProductQuery,
    DataSourceQuery,
    EphemerisCriteria,
    EphemerisQuery,
    SearchStatus,
)


@pytest.fixture(scope="module")
def client(archive_address: str) -> Iterator[AuroraXClient]:
    opened = AuroraXClient.open(archive_address)
    yield opened
    opened.close()


def conjunctions(**changes: Any) -> ConjunctionQuery:
    fields = {
        "start": "2019-01-01T04:00:00Z",
        "end": "2019-01-01T07:59:59Z",
        "ground": [{"programs": ["themis-asi"], "platforms": ["fort smith", "gillam"]}],
        "space": [{"programs": ["swarm"], "hemisphere": ["northern"]}],
        "max_distances": {"ground1-space1": 2000},
        **changes,
    }
    return msgspec.convert(fields, ConjunctionQuery)


def ephemeris(**changes: Any) -> EphemerisQuery:
    fields: dict[str, Any] = {
        "start": datetime(2019, 1, 1, 3, 24, tzinfo=UTC),
        "end": datetime(2019, 1, 1, 3, 30, tzinfo=UTC),
        "data_sources": EphemerisCriteria(programs=["swarm"], platforms=["swarma", "swarmc"]),
        **changes,
    }
    return EphemerisQuery(**fields)


def followed(client: AuroraXClient, kind: Any, request_id: str) -> SearchStatus:
    deadline = time.monotonic() + 60
    while not (status := client.status(kind, request_id)).finished:
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


def test_the_archive_introduces_itself_as_simulated(client: AuroraXClient) -> None:
    assert client.identity().simulated is True


def test_sources_are_listed_found_and_looked_up(client: AuroraXClient) -> None:
    listed = client.data_sources(program="swarm", include_stats=True).value
    assert {source.platform for source in listed} == {"swarma", "swarmb", "swarmc"}
    assert all(source.stats and source.stats.ephemeris_count for source in listed)
    found = client.search_data_sources(DataSourceQuery(platforms=["gillam"])).value
    assert {source.platform for source in found} == {"gillam"}
    one = client.data_source(3).value
    assert (one.display_name, one.source_type) == ("Swarm A", "leo")
    assert one.ephemeris_metadata_schema
    with pytest.raises(NotFoundError):
        client.data_source(999_999)


def test_availability_is_counted_by_day(client: AuroraXClient) -> None:
    day = date(2019, 1, 1)
    [swarm] = client.ephemeris_availability(day, day, platform="swarma").value
    assert swarm.available_ephemeris is not None
    assert 0 < swarm.available_ephemeris["2019-01-01"] <= 1440
    [rego] = client.data_product_availability(day, day, program="rego", platform="gillam").value
    assert rego.available_data_products is not None
    assert rego.available_data_products["2019-01-01"] > 20


def test_a_conjunction_search_from_submission_to_frames(client: AuroraXClient) -> None:
    request_id = client.submit_conjunctions(conjunctions())
    status = followed(client, "conjunctions", request_id)
    assert not status.failed
    result = client.conjunctions(request_id)
    assert len(result) == status.search_result.result_count
    rows = result.rows
    assert rows["start"].is_monotonic_increasing
    assert (rows["max_distance_km"] >= rows["min_distance_km"]).all()
    assert rows["max_distance_km"].max() <= 2000
    assert set(result.sources["program"]) == {"themis-asi", "swarm"}
    assert set(rows["source_2"]) <= set(result.sources.index)


def test_a_data_product_search_gives_the_same_both_ways(client: AuroraXClient) -> None:
    query = DataProductQuery(
        data_sources=DataProductCriteria(programs=["rego"], platforms=["gillam"]),
        start=datetime(2019, 1, 1, tzinfo=UTC),
        end=datetime(2019, 1, 1, 23, 59, 59, tzinfo=UTC),
        data_product_type_filters=["keogram"],
    )
    request_id = client.submit_data_products(query)
    assert not followed(client, "data_products", request_id).failed
    assert client.data_product_status(request_id).search_result.result_count > 10
    found = client.data_products(request_id)
    assert set(found["data_product_type"]) == {"keogram"}
    assert set(found["metadata.keogram_type"]) == {"daily", "hourly"}
    assert (found["end"] > found["start"]).all()
    pd.testing.assert_frame_equal(found, client.data_products_synchronous(query))


def test_an_ephemeris_search_gives_the_same_both_ways(client: AuroraXClient) -> None:
    request_id = client.submit_ephemeris(ephemeris())
    assert not followed(client, "ephemeris", request_id).failed
    searched = client.ephemeris(request_id)
    assert len(searched) == 14
    assert searched.equals(client.ephemeris_synchronous(ephemeris()))
    assert searched["lat"].abs().max() <= 90


def test_a_search_is_cancelled(client: AuroraXClient) -> None:
    months = ephemeris(start=datetime(2019, 1, 1, tzinfo=UTC), end=datetime(2019, 11, 30, tzinfo=UTC))
    request_id = client.submit_ephemeris(months)
    assert not client.ephemeris_status(request_id).finished
    client.cancel("ephemeris", request_id)
    ended = followed(client, "ephemeris", request_id)
    assert ended.failed
    assert "cancelled" in (ended.logs[-1].summary or "")


def test_a_result_is_deleted(client: AuroraXClient) -> None:
    request_id = client.submit_conjunctions(conjunctions())
    followed(client, "conjunctions", request_id)
    client.delete_data("conjunctions", request_id)
    with pytest.raises(NotFoundError):
        client.conjunctions(request_id)


def test_a_chosen_id_is_kept(client: AuroraXClient) -> None:
    chosen = str(uuid4())
    assert client.submit_ephemeris(ephemeris(request_id=chosen)) == chosen
    assert client.ephemeris_status(chosen).search_request.request_id == chosen


def test_queries_are_described_and_counted(client: AuroraXClient) -> None:
    assert "ground1-space1=2000 km" in client.describe_conjunctions(conjunctions())
    assert "platform in (swarma, swarmc)" in client.describe_ephemeris(ephemeris())
    assert client.cartesian_products(conjunctions()) == 6


def test_a_mistake_comes_back_with_its_field(client: AuroraXClient) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        client.submit_conjunctions(conjunctions(max_distances={"ground1-space1": -5}))
    assert "max_distances.ground1-space1" in f"{caught.value} {caught.value.details}"


def test_an_unknown_search_is_not_found(client: AuroraXClient) -> None:
    with pytest.raises(AuroraXError):
        client.conjunction_status(str(uuid4()))

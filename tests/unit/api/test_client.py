from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.cache import ResponseCache
from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.health import FAILURES_TO_OPEN
from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    DataProductCriteria,
    DataProductQuery,
    DataSourceQuery,
    EphemerisCriteria,
    EphemerisQuery,
    Location,
)

ID = "a8d2f6de-0bd6-4a92-9d06-2c3b7ad8a3a4"
START, END = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 3, 23, 59, 59, tzinfo=UTC)
QUERY = ConjunctionQuery(start=START, end=END)
EPHEMERIS = EphemerisQuery(data_sources=EphemerisCriteria(programs=["swarm"]), start=START, end=END)
CONJUNCTION = {
    "start": "2019-01-01T05:58:00",
    "end": "2019-01-01T05:59:00",
    "data_sources": [{"identifier": 44}, {"identifier": 29}],
}


def test_sources_are_listed_in_a_lasting_order_without_custom_locations(
    uncached: AuroraXClient, server: Any
) -> None:
    server.answers_json(
        [
            {"identifier": 29, "program": "swarm", "platform": "swarmb"},
            {"identifier": -7, "program": "adhoc", "platform": "here"},
            {"identifier": 3, "program": "swarm", "platform": "swarma", "new_field": 1},
            {"identifier": 44, "program": None},
        ]
    )
    answer = uncached.data_sources(include_stats=True, program="swarm", source_type="leo")
    assert [source.identifier for source in answer.value] == [44, 3, 29]
    assert server.requests[0].url.path == "/api/v1/data_sources"
    assert dict(server.requests[0].url.params) == {
        "format": "full_record",
        "include_stats": "true",
        "program": "swarm",
        "source_type": "leo",
    }


def test_a_source_search_keeps_custom_locations(uncached: AuroraXClient, server: Any) -> None:
    server.answers_json([{"identifier": -7}])
    answer = uncached.search_data_sources(DataSourceQuery(programs=["swarm"]), format="basic_info")
    assert [source.identifier for source in answer.value] == [-7]
    assert (server.requests[0].method, server.last_body["programs"]) == ("POST", ["swarm"])


def test_one_source_and_its_statistics(uncached: AuroraXClient, server: Any) -> None:
    stats = {
        "data_source": {},
        "ephemeris_count": 5,
        "latest_ephemeris_loaded": "2024-06-18T01:58:12.18355",
    }
    server.answers_json({"identifier": 3, "stats": stats})
    assert uncached.data_source(3).value.identifier == 3
    found = uncached.data_source_stats(3).value
    assert (found.ephemeris_count, found.data_product_count) == (5, None)
    assert server.requests[1].url.path == "/api/v1/data_sources/3"
    server.answers_json({"identifier": 3, "stats": None})
    assert uncached.data_source_stats(3).value.ephemeris_count is None


def test_availability_is_asked_by_days(uncached: AuroraXClient, server: Any) -> None:
    server.answers_json(
        [{"data_source": {"identifier": 3}, "available_ephemeris": {"2019-01-01": 1440}}]
    )
    days = date(2019, 1, 1), date(2019, 1, 2)
    answer = uncached.ephemeris_availability(*days, program="swarm")
    assert answer.value[0].available_ephemeris == {"2019-01-01": 1440}
    assert dict(server.requests[0].url.params) == {
        "start": "2019-01-01",
        "end": "2019-01-02",
        "program": "swarm",
    }
    server.answers_json([{"data_source": {}, "available_data_products": {"2019-01-01": 24}}])
    products = uncached.data_product_availability(*days, data_product_type="keogram", slow=True)
    assert products.value[0].available_data_products == {"2019-01-01": 24}
    assert server.requests[1].url.path == "/api/v1/availability/data_products"
    assert server.requests[1].url.params["slow"] == "true"


@pytest.mark.parametrize(("end", "hours_kept"), [(date(2025, 12, 31), 24), (date(2026, 1, 1), 1)])
def test_availability_of_past_years_is_kept_longer(
    cached: AuroraXClient, server: Any, clock: Any, end: date, hours_kept: int
) -> None:
    cached.ephemeris_availability(date(2025, 1, 1), end)
    clock.seconds += hours_kept * 3600 - 60
    cached.ephemeris_availability(date(2025, 1, 1), end)
    assert len(server.requests) == 1
    clock.seconds += 120
    assert cached.ephemeris_availability(date(2025, 1, 1), end).freshness.stale
    assert len(server.requests) == 2
    assert not cached.ephemeris_availability(date(2025, 1, 1), end).freshness.stale


def test_availability_that_the_user_has_counted_anew_is_never_an_old_copy(
    cached: AuroraXClient, server: Any, clock: Any
) -> None:
    days = (date(2026, 1, 1), date(2026, 1, 2))
    cached.ephemeris_availability(*days, slow=True)
    clock.seconds += 3600
    assert not cached.ephemeris_availability(*days, slow=True).freshness.stale
    assert len(server.requests) == 2


def test_who_answers_is_asked_before_it_is_told(cached: AuroraXClient, server: Any, clock: Any) -> None:
    server.answers_json(
        {"name": "AuroraX archive", "simulated": True}, {"name": "X", "simulated": False}
    )
    assert cached.identity().simulated
    clock.seconds += 60
    assert not cached.identity().simulated


def test_with_the_server_down_for_a_day_sources_are_shown_with_their_age(
    cached: AuroraXClient, server: Any, clock: Any
) -> None:
    server.answers_json([{"identifier": 3}])
    fetched_at = cached.data_sources().freshness.fetched_at
    server.answers(httpx.ConnectError("refused"))
    clock.seconds += 86_400
    for _ in range(FAILURES_TO_OPEN + 3):
        answer = cached.data_sources()
        assert answer.value[0].identifier == 3
        assert answer.freshness.stale
        assert answer.freshness.fetched_at == fetched_at
    assert len(server.requests) == 1 + FAILURES_TO_OPEN * 4, "then the breaker spares the network"
    health = cached.health()
    assert (health.last_success, health.reachable) == (fetched_at, False)
    assert health.next_try is not None


def test_ephemeris_by_request(uncached: AuroraXClient, server: Any) -> None:
    record = {"data_source": {"identifier": 3}, "epoch": "2019-01-01T00:00:00", "location_geo": {}}
    server.answers_json({"result": [record]})
    assert list(uncached.ephemeris(ID)["identifier"]) == [3]
    assert server.requests[0].url.path == f"/api/v1/ephemeris/requests/{ID}/data"


@pytest.mark.parametrize(
    ("end", "seconds_kept"),
    [(END, 86_400), (datetime(2026, 2, 28, 23, tzinfo=UTC), 600), (None, 600)],
)
def test_ephemeris_at_once_is_kept_by_how_long_ago_it_was(
    cached: AuroraXClient, server: Any, clock: Any, end: datetime | None, seconds_kept: int
) -> None:
    server.answers_json([{"data_source": {"identifier": 3}, "epoch": "2019-01-01T00:00:00"}])
    query = EphemerisQuery(data_sources=EphemerisCriteria(programs=["swarm"]), start=START, end=end)
    for wait in (0, seconds_kept - 5):
        clock.seconds += wait
        assert len(cached.ephemeris_synchronous(query)) == 1
    assert len(server.requests) == 1
    assert server.requests[0].url.path == "/api/v1/ephemeris/search_synchronous"
    assert server.last_body["query"]["data_sources"]["programs"] == ["swarm"]
    clock.seconds += 10
    cached.ephemeris_synchronous(query)
    assert len(server.requests) == 2


def test_descriptions(cached: AuroraXClient, server: Any) -> None:
    server.answers_json("Find")
    products = DataProductQuery(data_sources=DataProductCriteria(programs=["trex"]))
    assert cached.describe_conjunctions(QUERY) == "Find"
    assert cached.describe_ephemeris(EPHEMERIS) == "Find"
    assert cached.describe_data_products(products) == "Find"
    assert [r.url.path.rpartition("/")[2] for r in server.requests] == [
        *("conjunction", "ephemeris", "data_products")
    ]
    other = ConjunctionQuery(adhoc=[AdhocCriteria(locations=[Location(lat=1, lon=2)])], request_id=ID)
    server.answers_json(42)
    assert cached.cartesian_products(other) == 42
    assert server.last_body["request_id"] is None


def test_the_api_key_is_in_no_file_and_no_text(server: Any, tmp_path: Path, api_key: str) -> None:
    client = AuroraXClient.open(
        server.url,
        api_key=api_key,
        cache=ResponseCache.in_directory(tmp_path / "cache"),
        transport=server.transport,
    )
    server.answers_json([{"identifier": 3}])
    client.data_sources()
    server.answers_json({"result": [CONJUNCTION]})
    client.conjunctions(ID)
    assert all(r.headers["x-aurorax-api-key"] == api_key for r in server.requests)
    assert api_key not in repr(client)
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(files) >= 2
    for path in files:
        assert api_key.encode() not in path.read_bytes()
        assert api_key not in str(path)
    client.close()


def test_accounts_do_not_see_each_others_kept_answers(server: Any, tmp_path: Path) -> None:
    server.answers_json([{"identifier": 3}])
    for key in ("one", "two", None, "one"):
        AuroraXClient.open(
            server.url,
            api_key=key,
            cache=ResponseCache.in_directory(tmp_path),
            transport=server.transport,
        ).data_sources()
    assert len(server.requests) == 3


def test_a_hurried_client_shares_what_is_known(cached: AuroraXClient, server: Any) -> None:
    server.answers_json([{"identifier": 3}])
    cached.within(4.0).data_sources()
    cached.data_sources()
    assert len(server.requests) == 1
    assert server.requests[0].extensions["timeout"]["read"] <= 4.0

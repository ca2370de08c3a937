"""What goes over the wire, as the platform's own clients need it."""

import json
import re
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

API = "/api/v1"
NIGHT = {"start": "2019-01-01T04:00:00.000Z", "end": "2019-01-01T07:59:59.000Z"}
CONJUNCTIONS: dict[str, Any] = {
    **NIGHT,
    "conjunction_types": ["nbtrace"],
    "ground": [
        {
            "programs": ["themis-asi"],
            "platforms": ["fort smith", "gillam"],
            "instrument_types": ["panchromatic ASI"],
            "ephemeris_metadata_filters": {},
        }
    ],
    "space": [
        {
            "programs": ["swarm"],
            "platforms": [],
            "instrument_types": ["footprint"],
            "ephemeris_metadata_filters": None,
            "hemisphere": ["northern"],
        }
    ],
    "events": [],
    "max_distances": {"ground1-space1": 2000},
}
EPHEMERIS: dict[str, Any] = {
    "start": "2019-01-01T03:24:00",
    "end": "2019-01-01T03:30:00",
    "data_sources": {"programs": ["swarm"], "platforms": ["swarma", "swarmc"], "instrument_types": []},
}
BASIC = ["identifier", "program", "platform", "instrument_type", "source_type", "display_name"]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def submitted(http: httpx.Client, kind: str, query: dict[str, Any]) -> str:
    """Start a search and return the address of its request."""
    answer = http.post(f"{API}/{kind}/search", json=query)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


def finished(http: httpx.Client, address: str) -> dict[str, Any]:
    """Wait for a search and return its status."""
    deadline = time.monotonic() + 60
    while (status := http.get(address).json())["search_result"]["completed_timestamp"] is None:
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


@pytest.fixture(scope="module")
def conjunctions(http: httpx.Client) -> str:
    """The address of a finished conjunction search."""
    address = submitted(http, "conjunctions", CONJUNCTIONS)
    assert finished(http, address)["search_result"]["error_condition"] is False
    return address


@pytest.fixture(scope="module")
def ephemeris(http: httpx.Client) -> str:
    """The address of a finished ephemeris search."""
    address = submitted(http, "ephemeris", EPHEMERIS)
    assert finished(http, address)["search_result"]["error_condition"] is False
    return address


# ---- identity and transport --------------------------------------------------------------------


def test_it_says_that_it_is_simulated(http: httpx.Client) -> None:
    identity = http.get("/").json()
    assert identity["name"] == "AuroraX archive"
    assert identity["simulated"] is True


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"{API}/data_sources",
        f"{API}/data_sources/-5",
        "/nowhere",
        f"{API}/availability/data_products",
    ],
)
def test_the_content_type_is_exactly_json(http: httpx.Client, path: str) -> None:
    assert http.get(path).headers["content-type"] == "application/json"


def test_nulls_are_as_good_as_nothing(http: httpx.Client) -> None:
    query = {
        **CONJUNCTIONS,
        "ground": [{"programs": ["themis-asi"], "platforms": None}],
        "events": None,
    }
    words = http.post(f"{API}/utils/describe/query/conjunction", json=query)
    assert "ground1=(program in (themis-asi))" in words.json()


def test_half_minutes_have_two_names(http: httpx.Client) -> None:
    for name, value in (("epoch_search_precision", 30), ("subminute_precision", True)):
        words = http.post(f"{API}/utils/describe/query/conjunction", json={**CONJUNCTIONS, name: value})
        assert "epoch precision of 30 seconds" in words.json()


def test_clients_quirks_are_accepted(http: httpx.Client, archive_address: str) -> None:
    query = {"programs": ["swarm"], "platforms": [], "instrument_types": []}
    address = f"{archive_address}//api/v1/data_sources/search?format=full_record&include_stats=False"
    assert [source["program"] for source in http.post(address, json=query).json()] == ["swarm"] * 3
    listed = http.request("GET", f"{API}/data_sources", params={"program": "swarm"}, json={})
    assert listed.status_code == 200


# ---- data sources and availability -------------------------------------------------------------


def test_sources_come_in_the_asked_format(http: httpx.Client) -> None:
    swarm = {"program": "swarm", "platform": "swarma"}
    [basic] = http.get(f"{API}/data_sources", params=swarm).json()
    assert list(basic) == BASIC
    [least] = http.get(f"{API}/data_sources", params={**swarm, "format": "identifier_only"}).json()
    assert list(least) == ["identifier"]
    full = http.get(f"{API}/data_sources/3", params={"format": "full_record"}).json()
    assert set(BASIC) < set(full)
    assert "stats" not in full
    assert {"field_name", "data_type"} <= set(full["ephemeris_metadata_schema"][0])


def test_stats_have_every_key(http: httpx.Client) -> None:
    [source] = http.get(f"{API}/data_sources?platform=swarma&include_stats=True").json()
    stats = source["stats"]
    assert stats["ephemeris_count"] > 1_000_000
    assert STAMP.fullmatch(stats["earliest_ephemeris_loaded"])
    assert (stats["data_product_count"], stats["earliest_data_product_loaded"]) == (0, None)
    assert http.get(f"{API}/data_sources/3/stats").json() == stats


def test_an_unknown_source_is_not_found_in_the_platforms_words(http: httpx.Client) -> None:
    answer = http.get(f"{API}/data_sources/123456")
    assert answer.status_code == 404
    assert "no data source record found" in answer.json()["error_message"].lower()


def test_availability_counts_minutes_by_day(http: httpx.Client) -> None:
    params = {"start": "2019-01-01", "end": "2019-01-02", "platform": "swarma", "slow": "False"}
    [swarm] = http.get(f"{API}/availability/ephemeris", params=params).json()
    assert list(swarm["data_source"]) == BASIC
    assert set(swarm["available_ephemeris"]) <= {"2019-01-01", "2019-01-02"}
    assert 0 < max(swarm["available_ephemeris"].values()) <= 1440
    assert swarm["available_data_products"] is None
    assert http.get(f"{API}/availability/data_products", params=params).json() == []


# ---- searches ----------------------------------------------------------------------------------


def test_a_submission_answers_with_an_absolute_address_alone(http: httpx.Client) -> None:
    answer = http.post(
        f"{API}/conjunctions/search", json=CONJUNCTIONS, headers={"Host": "archive.example:81"}
    )
    assert (answer.status_code, answer.content) == (202, b"")
    address = answer.headers["location"]
    base = "http://archive.example:81/api/v1/conjunctions/requests/"
    assert address.startswith(base)
    assert len(address) == len(base) + 36


def test_a_finished_status(http: httpx.Client, conjunctions: str) -> None:
    status = finished(http, conjunctions)
    request, result = status["search_request"], status["search_result"]
    assert request["request_type"] == "conjunction"
    assert request["query"]["request_id"] is None
    assert request["query"]["max_distances"] == {"ground1-space1": 2000.0}
    assert result["data_uri"] == "/api/v1/conjunctions/requests/" + request["request_id"] + "/data"
    assert conjunctions.endswith(request["request_id"])
    assert set(result) == {
        "completed_timestamp",
        "data_uri",
        "error_condition",
        "file_size",
        "query_duration",
        "result_count",
        "result_file_deleted_timestamp",
    }
    assert isinstance(result["query_duration"], int)
    assert result["result_file_deleted_timestamp"] is None
    assert not result["completed_timestamp"].endswith("Z")
    assert status["logs"][0]["summary"].startswith("Search request arrived and saved")
    assert {line["level"] for line in status["logs"]} == {"debug", "info"}


def test_conjunctions_are_whole_records(http: httpx.Client, conjunctions: str) -> None:
    records = http.get(f"{conjunctions}/data").json()["result"]
    assert len(records) == finished(http, conjunctions)["search_result"]["result_count"] > 0
    for record in records:
        for name in ("start", "end", "closest_epoch", "farthest_epoch"):
            assert STAMP.fullmatch(record[name])
        assert [list(source) for source in record["data_sources"]] == [BASIC, BASIC]
        assert [source["program"] for source in record["data_sources"]] == ["themis-asi", "swarm"]
        [event] = record["events"]
        assert event["e1_source"] == record["data_sources"][0]
        assert "generated_e1_ephemeris_query" not in event
        assert 0 <= record["min_distance"] <= record["max_distance"] <= 2000


def test_ephemeris_queries_are_generated_for_events(http: httpx.Client, conjunctions: str) -> None:
    params = {"generate_ephemeris_queries": "True", "data_source_record_format": "identifier_only"}
    record = http.get(f"{conjunctions}/data", params=params).json()["result"][0]
    assert list(record["data_sources"][0]) == ["identifier"]
    query = record["events"][0]["generated_e2_ephemeris_query"]
    assert query["data_sources"]["programs"] == ["swarm"]
    [first, *_] = http.post(f"{API}/ephemeris/search_synchronous", json={"query": query}).json()[
        "result"
    ]
    assert first["epoch"] == record["start"]


def test_a_response_format_prunes(http: httpx.Client, conjunctions: str) -> None:
    template = {"start": True, "end": False, "data_sources": {"display_name": True}}
    record = http.post(f"{conjunctions}/data", json=template).json()["result"][0]
    assert set(record) == {"start", "data_sources"}
    assert [list(source) for source in record["data_sources"]] == [["display_name"]] * 2


def test_ephemeris_are_sorted_and_whole(http: httpx.Client, ephemeris: str) -> None:
    records = http.get(f"{ephemeris}/data").json()["result"]
    assert len(records) == 14
    epochs = [record["epoch"] for record in records]
    assert epochs == sorted(epochs)
    assert epochs[0] == "2019-01-01T03:24:00"
    places = ["location_geo", "location_gsm", "nbtrace", "sbtrace"]
    assert list(records[0]) == ["data_source", "epoch", *places, "metadata"]
    assert all(set(record[place]) == {"lat", "lon"} for record in records for place in places)
    assert isinstance(records[0]["metadata"], dict)


def test_a_ground_record_has_no_place_in_gsm(http: httpx.Client) -> None:
    query = {**NIGHT, "data_sources": {"programs": ["themis-asi"], "platforms": ["gillam"]}}
    record = http.post(f"{API}/ephemeris/search_synchronous", json={"query": query}).json()["result"][0]
    assert record["location_gsm"] == {"lat": None, "lon": None}
    assert record["nbtrace"] == record["location_geo"]
    assert record["sbtrace"]["lat"] < 0


def test_a_synchronous_search_takes_a_format(http: httpx.Client) -> None:
    body = {"query": EPHEMERIS, "response_format": {"epoch": True, "nbtrace": {"lat": True}}}
    records = http.post(f"{API}/ephemeris/search_synchronous", json=body).json()["result"]
    assert len(records) == 14
    assert {tuple(record) for record in records} == {("epoch", "nbtrace")}
    assert list(records[0]["nbtrace"]) == ["lat"]


def test_no_results_are_a_normal_end(http: httpx.Client) -> None:
    retired = {**CONJUNCTIONS, "space": [{"programs": ["small-explorer"]}]}
    address = submitted(http, "conjunctions", retired)
    result = finished(http, address)["search_result"]
    assert (result["error_condition"], result["result_count"]) == (False, 0)
    assert http.get(f"{address}/data").json() == {"result": []}


def test_a_failed_search_says_why(http: httpx.Client) -> None:
    ever = {"data_sources": {"programs": ["swarm", "themis"]}}
    address = submitted(http, "ephemeris", ever)
    status = finished(http, address)
    assert status["search_result"]["error_condition"] is True
    assert status["search_result"]["data_uri"] is not None
    assert "more than 1,000,000 records" in status["logs"][-1]["summary"]
    assert status["search_result"]["query_duration"] < 5_000, "counted, not searched"
    assert http.get(f"{address}/data").status_code == 404


def test_a_long_search_is_cancelled_within_a_second(http: httpx.Client) -> None:
    months = {**EPHEMERIS, "start": "2019-01-01T00:00:00", "end": "2019-11-30T23:59:59"}
    address = submitted(http, "ephemeris", months)
    running = http.get(address).json()["search_result"]
    assert set(running.values()) == {None}
    assert http.get(f"{address}/data").status_code == 404
    asked = time.monotonic()
    assert http.delete(address).status_code == 200
    status = http.get(address).json()
    assert time.monotonic() - asked < 1
    assert status["search_result"]["error_condition"] is True
    assert "cancelled" in status["logs"][-1]["summary"]


def test_cancelling_a_finished_conjunction_search_deletes_its_data(http: httpx.Client) -> None:
    address = submitted(http, "conjunctions", CONJUNCTIONS)
    finished(http, address)
    answer = http.delete(address)
    assert (answer.status_code, answer.content) == (204, b"")
    gone = http.get(f"{address}/data")
    assert gone.status_code == 404
    assert "deleted" in gone.json()["error_message"]
    assert http.get(address).json()["search_result"]["data_uri"] is not None


def test_data_are_deleted_and_the_request_stays(http: httpx.Client) -> None:
    address = submitted(http, "ephemeris", EPHEMERIS)
    finished(http, address)
    assert http.delete(f"{address}/data").json()["search_result"]["result_file_deleted_timestamp"]
    assert http.get(f"{address}/data").status_code == 404
    assert http.get(address).status_code == 200


def test_a_chosen_id_is_used_once(http: httpx.Client) -> None:
    chosen = str(uuid4())
    query = {**EPHEMERIS, "request_id": chosen}
    assert submitted(http, "ephemeris", query).endswith(chosen)
    assert submitted(http, "ephemeris", query).endswith(chosen)
    other = http.post(f"{API}/ephemeris/search", json={**query, "end": "2019-01-01T03:31:00"})
    assert (other.status_code, other.json()["error_code"]) == (409, "Conflict")


def test_custom_locations_are_hidden_sources(http: httpx.Client) -> None:
    query = {
        **NIGHT,
        "space": CONJUNCTIONS["space"],
        "adhoc": [{"locations": [{"lat": 58.227808, "lon": -103.680631}]}],
        "max_distances": {"space1-adhoc1": 3000},
    }
    address = submitted(http, "conjunctions", query)
    assert finished(http, address)["search_result"]["error_condition"] is False
    sources = http.get(f"{API}/data_sources").json()
    [hidden] = [source for source in sources if source["platform"] == "58.2278, -103.681"]
    assert hidden["identifier"] < 0
    for record in http.get(f"{address}/data").json()["result"]:
        assert record["data_sources"][1] == hidden


# ---- descriptions ------------------------------------------------------------------------------


def test_descriptions_are_json_strings(http: httpx.Client) -> None:
    describe = f"{API}/utils/describe"
    words = http.post(f"{describe}/query/conjunction", json=CONJUNCTIONS)
    assert words.headers["content-type"] == "application/json"
    assert words.json().startswith(
        "Find conjunctions of type (nbtrace) with epoch precision of 60 seconds"
    )
    assert (
        http.post(f"{describe}/query/ephemeris", json=EPHEMERIS)
        .json()
        .startswith("Find ephemeris for ((")
    )
    products = {"data_sources": {"programs": ["auroramax"]}, **NIGHT}
    assert http.post(f"{describe}/query/data_products", json=products).json().endswith(" AND")
    assert http.post(f"{describe}/cartesian_products", json=CONJUNCTIONS).json() == 6


# ---- mistakes ----------------------------------------------------------------------------------

JSON = "application/json"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
DEEP = b'{"anything":' + b"[" * 50_000 + b"]" * 50_000 + b"}"


@pytest.mark.parametrize(
    ("content", "content_type", "status", "words"),
    [
        (b'{"start":"yesterday"}', JSON, 400, "start: "),
        (b'{"ground":[{"programs":"themis-asi"}]}', JSON, 400, "ground[0].programs"),
        (b'{"epoch_search_precision":45}', JSON, 400, "epoch_search_precision"),
        (b'{"conjunction_types":["sideways"]}', JSON, 400, "conjunction_types[0]"),
        (b'{"max_distances":{"ground1-space1":NaN}}', JSON, 400, "not JSON"),
        (b'{"max_distances":{"ground1-space1":"500"}}', JSON, 400, "max_distances"),
        (b"{}", JSON, 400, "criteria blocks"),
        (
            b'{"ground":[{}],"space":[{}],"max_distances":{"ground1-space1":null}}',
            JSON,
            400,
            "max_distances",
        ),
        (b'{"start":"0001-01-01T00:00:00","ground":[{},{}]}', JSON, 400, "year"),
        (
            b'{"ground":[{"programs":["\\u0000"]}]}',
            JSON,
            400,
            "ground[0].programs[0]: must not contain NUL",
        ),
        (
            b'{"ground":[{"programs":["' + b"a" * 10_001 + b'"]}]}',
            JSON,
            400,
            "ground[0].programs[0]: is longer",
        ),
        (b"", JSON, 400, "body"),
        (b"[]", JSON, 400, "object"),
        (b"{", JSON, 400, "not JSON"),
        (b"\xff\xfe{}", JSON, 400, "not JSON"),
        (DEEP, JSON, 400, "not JSON"),
        (b"{}", "text/plain", 415, "Content-Type"),
        (b" " * 1_000_001, JSON, 413, "too large"),
    ],
)
def test_bad_bodies_are_explained(
    http: httpx.Client, content: bytes, content_type: str, status: int, words: str
) -> None:
    answer = http.post(
        f"{API}/conjunctions/search", content=content, headers={"Content-Type": content_type}
    )
    assert answer.status_code == status
    document = answer.json()
    assert set(document) == {"error_code", "error_message"}
    assert words in document["error_message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{API}/conjunctions/requests/{UNKNOWN}", 404),
        ("GET", f"{API}/ephemeris/requests/{UNKNOWN}/data", 404),
        ("DELETE", f"{API}/conjunctions/requests/{UNKNOWN}", 404),
        ("DELETE", f"{API}/ephemeris/requests/not-an-id/data", 400),
        ("GET", f"{API}/conjunctions/requests/%00", 404),
        ("GET", f"{API}/data_sources?format=everything", 400),
        ("GET", f"{API}/data_sources?include_stats=perhaps", 400),
        ("GET", f"{API}/availability/ephemeris?start=2019-02-30", 400),
        ("GET", f"{API}/availability/ephemeris?start=2019-02-02&end=2019-02-01", 400),
        ("GET", f"{API}/conjunctions/search", 405),
        ("GET", "/nowhere", 404),
    ],
)
def test_errors_are_documents(http: httpx.Client, method: str, path: str, status: int) -> None:
    answer = http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert set(json.loads(answer.content)) == {"error_code", "error_message"}

"""Data products over real HTTP: searches, files, availability, statistics, events as sources."""

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest
from PIL import Image

API = "/api/v1"
SEARCH = f"{API}/data_products"
DAY = {"start": "2020-01-01T00:00:00.000Z", "end": "2020-01-01T23:59:59.000Z"}
TREX_RGB_GILL = {"programs": ["trex"], "platforms": ["gillam"], "instrument_types": ["RGB ASI"]}
DAILY_KEOGRAMS = {
    "start": "2020-01-01T00:00:00",
    "end": "2020-01-10T23:59:59",
    "data_sources": {
        **TREX_RGB_GILL,
        "data_product_metadata_filters": {
            "logical_operator": "AND",
            "expressions": [{"key": "keogram_type", "operator": "in", "values": ["daily"]}],
        },
    },
    "data_product_type_filters": ["keogram"],
}
"""The platform's second published example."""
BASIC = ["identifier", "program", "platform", "instrument_type", "source_type", "display_name"]
FULL_DAY = {**DAY, "data_sources": TREX_RGB_GILL}


@pytest.fixture
def at_once(http: httpx.Client) -> Callable[..., list[dict[str, Any]]]:
    def search(query: dict[str, Any], **body: Any) -> list[dict[str, Any]]:
        answer = http.post(f"{SEARCH}/search_synchronous", json={"query": query, **body})
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    return search


def submitted(http: httpx.Client, query: dict[str, Any]) -> str:
    answer = http.post(f"{SEARCH}/search", json=query)
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    return answer.headers["location"]


def finished(http: httpx.Client, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (status := http.get(address).json())["search_result"]["completed_timestamp"] is None:
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


# ---- searches ----------------------------------------------------------------------------------


def test_the_platforms_example_from_submission_to_data(http: httpx.Client) -> None:
    address = submitted(http, DAILY_KEOGRAMS)
    request_id = address.rpartition("/")[2]
    assert address == f"{str(http.base_url).rstrip('/')}{SEARCH}/requests/{request_id}"
    status = finished(http, address)
    assert status["search_request"]["request_type"] == "data_product"
    result = status["search_result"]
    assert result["error_condition"] is False
    assert result["data_uri"] == f"{SEARCH}/requests/{request_id}/data"
    assert [log["summary"] for log in status["logs"]][1] == f"Starting query for {request_id}"
    found = http.get(f"{address}/data").json()["result"]
    assert len(found) == result["result_count"] == 10
    first = found[0]
    assert list(first["data_source"]) == BASIC
    assert (first["start"], first["end"]) == ("2020-01-01T00:00:00", "2020-01-01T23:59:00")
    assert (first["data_product_type"], first["metadata"]["keogram_type"]) == ("keogram", "daily")
    assert [record["start"] for record in found] == sorted(record["start"] for record in found)


def test_a_search_at_once_finds_the_same(http: httpx.Client, at_once: Callable[..., Any]) -> None:
    address = submitted(http, FULL_DAY)
    finished(http, address)
    found = at_once(FULL_DAY)
    assert found == http.get(f"{address}/data").json()["result"]
    assert 44 <= len(found) <= 60


def test_sources_come_in_the_asked_format(http: httpx.Client) -> None:
    address = submitted(http, DAILY_KEOGRAMS)
    finished(http, address)
    least = http.get(f"{address}/data", params={"data_source_record_format": "identifier_only"})
    assert least.json()["result"][0]["data_source"] == {"identifier": 103}
    full = http.get(f"{address}/data", params={"data_source_record_format": "full_record"})
    assert full.json()["result"][0]["data_source"]["data_product_metadata_schema"]


def test_a_response_format_prunes(http: httpx.Client, at_once: Callable[..., Any]) -> None:
    template = {"url": True, "start": True, "metadata": False, "data_source": {"platform": True}}
    address = submitted(http, DAILY_KEOGRAMS)
    finished(http, address)
    pruned = http.post(f"{address}/data", json=template).json()["result"]
    assert {tuple(sorted(record)) for record in pruned} == {("data_source", "start", "url")}
    assert pruned[0]["data_source"] == {"platform": "gillam"}
    assert at_once(DAILY_KEOGRAMS, response_format=template) == pruned
    assert at_once(DAILY_KEOGRAMS, response_format={}) == at_once(DAILY_KEOGRAMS)


def test_the_first_published_example_finds_auroramax(at_once: Callable[..., Any]) -> None:
    query = {**DAY, "data_sources": {"programs": ["auroramax"], "platforms": []}}
    found = at_once({**query, "end": "2020-01-05T23:59:59"})
    assert {record["data_source"]["identifier"] for record in found} == {175}
    assert {record["data_product_type"] for record in found} == {"keogram", "montage", "movie"}


def test_nothing_found_is_an_empty_result(http: httpx.Client) -> None:
    address = submitted(http, {**DAY, "data_sources": {"programs": ["swarm"]}})
    status = finished(http, address)
    result = status["search_result"]
    assert (result["result_count"], result["file_size"]) == (0, 5)
    assert http.get(f"{address}/data").json() == {"result": []}


def test_data_are_deleted_and_the_request_stays(http: httpx.Client) -> None:
    address = submitted(http, DAILY_KEOGRAMS)
    finished(http, address)
    deleted = http.delete(f"{address}/data")
    assert deleted.status_code == 200
    assert deleted.json()["search_result"]["result_file_deleted_timestamp"]
    assert http.get(f"{address}/data").status_code == 404
    assert http.get(address).status_code == 200


def test_a_search_is_cancelled(http: httpx.Client) -> None:
    everything = {"data_sources": {"programs": ["themis-asi", "trex", "rego", "rainbow"]}}
    address = submitted(http, everything)
    cancelled = http.request("DELETE", address, json={})
    assert cancelled.status_code == 200
    status = finished(http, address)
    assert status["search_result"]["error_condition"] is True
    assert "cancelled" in status["logs"][-1]["summary"]
    assert http.get(f"{address}/data").status_code == 404
    assert http.delete(address).json()["search_result"] == status["search_result"]


def test_a_chosen_request_id_is_kept(http: httpx.Client) -> None:
    request_id = str(uuid4())
    assert submitted(http, {**DAILY_KEOGRAMS, "request_id": request_id}).endswith(request_id)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"data_sources": {}}, "data_sources"),
        ({"data_product_type_filters": ["selfie"]}, "data_product_type_filters[0]"),
        ({"start": "2020-02-30T00:00:00"}, "start"),
        ({"start": "2021-01-01T00:00:00"}, "end"),
        ({"data_sources": {"programs": "trex"}}, "data_sources.programs"),
        ({"request_id": "me"}, "request_id"),
    ],
)
@pytest.mark.parametrize("how", ["search", "search_synchronous", "describe"])
def test_mistakes_are_answered_by_field(
    http: httpx.Client, how: str, change: dict[str, Any], where: str
) -> None:
    query = {**DAILY_KEOGRAMS, **change}
    path = f"{API}/utils/describe/query/data_products" if how == "describe" else f"{SEARCH}/{how}"
    answer = http.post(path, json={"query": query} if how == "search_synchronous" else query)
    assert answer.status_code == 400
    assert where in answer.json()["error_message"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("tail", ["", "/data"])
def test_an_unknown_request_is_not_found(http: httpx.Client, method: str, tail: str) -> None:
    answer = http.request(method, f"{SEARCH}/requests/{uuid4()}{tail}")
    assert answer.status_code == 404
    assert answer.json()["error_message"]


def test_a_description_ends_as_the_platforms_does(http: httpx.Client) -> None:
    words = http.post(f"{API}/utils/describe/query/data_products", json=FULL_DAY).json()
    assert words.startswith("Find data_products for ((program in (trex) AND platform in (gillam)")
    assert words.endswith(" AND")


# ---- files -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(http: httpx.Client) -> str:
    answer = http.post(f"{SEARCH}/search_synchronous", json={"query": DAILY_KEOGRAMS})
    return str(answer.json()["result"][0]["url"])


def test_every_found_address_leads_to_its_file(http: httpx.Client, at_once: Callable[..., Any]) -> None:
    kinds: dict[tuple[str, str], str] = {}
    for record in at_once(FULL_DAY):
        kind = record["data_product_type"]
        kinds.setdefault((kind, record["metadata"][f"{kind}_type"]), record["url"])
    assert len(kinds) == 9
    for (kind, _), url in kinds.items():
        answer = http.get(url)
        assert answer.status_code == 200
        picture = Image.open(io.BytesIO(answer.content))
        assert answer.headers["content-type"] == picture.get_format_mimetype()
        assert (picture.format == "WEBP") == (kind == "movie")


def test_a_file_may_be_kept_for_good(http: httpx.Client, address: str) -> None:
    first = http.get(address)
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["content-type"] == "image/png"
    again = http.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert http.get(address, headers={"If-None-Match": '"other"'}).content == first.content
    head = http.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_a_thumbnail_is_another_smaller_file(http: httpx.Client, address: str) -> None:
    whole, small = http.get(address), http.get(address, params={"thumbnail": "true"})
    assert len(small.content) < len(whole.content) / 4
    assert small.headers["etag"] != whole.headers["etag"]
    assert Image.open(io.BytesIO(small.content)).width == 360


def test_another_archive_draws_the_same_bytes_and_finds_old_results(
    start_archive: Callable[..., Any], http: httpx.Client, address: str
) -> None:
    archive = start_archive()
    with httpx.Client(base_url=archive.address, timeout=30) as other:
        path = httpx.URL(address).path
        assert other.get(path).content == http.get(address).content
        where = httpx.URL(submitted(other, DAILY_KEOGRAMS)).path
        finished(other, where)
    archive.stop()
    restarted = start_archive()
    with httpx.Client(base_url=restarted.address, timeout=30) as other:
        kept = other.get(f"{where}/data").json()["result"][0]["url"]
        assert kept == restarted.address + path
        assert other.get(kept).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/data/trex/rgb/stream2/2020/01/01/gill_rgb-103/20200101__gill_rgb-103_full-keogram.jpg",
        "/data/rego/redline/stream2/2019/06/21/fsmi_redline-100001/20190621__fsmi_redline-100001_full-keogram.png",
        "/data/trex/rgb/stream2/2020/01/01/gill_rgb-103/ut18/20200101_18_gill_rgb-103_full-keogram.png",
        "/data/%2e%2e/%2e%2e/etc/passwd",
        "/data/x",
    ],
)
def test_there_is_no_file_where_nothing_was_observed(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert answer.json()["error_code"] == "NotFound"


def test_the_archive_answers_while_it_draws(http: httpx.Client) -> None:
    days = [
        f"/data/themis-asi/asi/stream2/2019/12/{day:02d}/gill_asi-46/"
        f"201912{day:02d}__gill_asi-46_full-keogram.png"
        for day in range(1, 13)
    ]
    waits = []
    with ThreadPoolExecutor(len(days)) as pool:
        drawing = [pool.submit(http.get, day) for day in days]
        while not all(future.done() for future in drawing):
            begun = time.monotonic()
            http.get("/")
            waits.append(time.monotonic() - begun)
    assert {future.result().status_code for future in drawing} <= {200, 404}
    assert sorted(waits)[len(waits) // 2] < 0.5


# ---- availability and statistics ---------------------------------------------------------------


def test_availability_counts_what_a_search_finds(
    http: httpx.Client, at_once: Callable[..., Any]
) -> None:
    asked = {"start": "2020-01-01", "end": "2020-01-01", "program": "trex", "platform": "gillam"}
    asked["instrument_type"] = "RGB ASI"
    [gill] = http.get(f"{API}/availability/data_products", params=asked).json()
    assert list(gill["data_source"]) == BASIC
    assert gill["available_ephemeris"] is None
    found = at_once(FULL_DAY)
    assert gill["available_data_products"] == {"2020-01-01": len(found)}
    for kind in ("keogram", "montage", "movie"):
        params = {**asked, "data_product_type": kind, "slow": "True"}
        [of_kind] = http.get(f"{API}/availability/data_products", params=params).json()
        count = sum(record["data_product_type"] == kind for record in found)
        assert of_kind["available_data_products"] == {"2020-01-01": count}
    params = {**asked, "data_product_type": "gridded_data"}
    assert http.get(f"{API}/availability/data_products", params=params).json() == []
    params = {**asked, "data_product_type": "selfie"}
    assert http.get(f"{API}/availability/data_products", params=params).status_code == 400


@pytest.mark.parametrize("kind", ["ephemeris", "data_products"])
def test_a_year_of_all_sources_is_quick_once_counted(http: httpx.Client, kind: str) -> None:
    params = {"start": "2019-01-01", "end": "2019-12-31"}
    path = f"{API}/availability/{kind}"
    first = http.get(path, params=params)
    begun = time.monotonic()
    again = http.get(path, params=params)
    assert time.monotonic() - begun < 0.3
    assert again.content == first.content
    assert len(first.json()) > 50


@pytest.mark.parametrize("kind", ["ephemeris", "data_products"])
def test_availability_of_all_times_is_answered(http: httpx.Client, kind: str) -> None:
    params = {"start": "1850-01-01", "end": "2149-12-31", "program": "rego"}
    answer = http.get(f"{API}/availability/{kind}", params=params)
    assert answer.status_code == 200
    assert len(answer.json()) == 4


def test_statistics_tell_of_products(http: httpx.Client) -> None:
    stats = http.get(f"{API}/data_sources/103/stats").json()
    assert stats["data_product_count"] > 50_000
    assert stats["earliest_data_product_loaded"].startswith("2018-10-")
    assert stats["latest_data_product_loaded"] > "2020"
    swarm = http.get(f"{API}/data_sources/3/stats").json()
    assert (swarm["data_product_count"], swarm["latest_data_product_loaded"]) == (0, None)


# ---- events ------------------------------------------------------------------------------------


def conjunctions(http: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    period = {"start": "2019-01-01T00:00:00", "end": "2019-02-28T23:59:59"}
    answer = http.post(f"{API}/conjunctions/search", json={**period, **query})
    assert answer.status_code == 202, answer.text
    address = answer.headers["location"]
    status = finished(http, address)
    assert status["search_result"]["error_condition"] is False, status["logs"]
    return http.get(f"{address}/data").json()["result"]


def test_event_lists_are_sources_of_their_own_type(http: httpx.Client) -> None:
    lists = http.get(f"{API}/data_sources", params={"source_type": "event_list"}).json()
    assert {source["program"] for source in lists} == {"events"}
    assert {"substorm onset", "STEVE"} <= {source["instrument_type"] for source in lists}
    assert all(source["identifier"] >= 100_000 for source in lists)
    assert all("simulated" in source["display_name"] for source in lists)


@pytest.mark.parametrize("precision", [30, 60])
@pytest.mark.parametrize("kind", ["nbtrace", "sbtrace", "geographic"])
def test_onsets_near_imagers_are_found(http: httpx.Client, kind: str, precision: int) -> None:
    found = conjunctions(
        http,
        conjunction_types=[kind],
        epoch_search_precision=precision,
        ground=[{"programs": ["themis-asi"]}],
        events=[{"programs": ["events"], "instrument_types": ["substorm onset"]}],
        max_distances={"ground1-events1": 300},
    )
    assert len(found) > 10
    for conjunction in found:
        assert conjunction["start"] == conjunction["end"], "an onset is one minute"
        assert conjunction["max_distance"] <= 300
        imager, onsets = conjunction["data_sources"]
        assert (imager["source_type"], onsets["source_type"]) == ("ground", "event_list")


def test_distances_to_moving_events_follow_from_the_ephemeris(http: httpx.Client) -> None:
    lists = {"programs": ["events"], "instrument_types": ["torches and omega bands", "STEVE"]}
    found = conjunctions(
        http,
        conjunction_types=["nbtrace"],
        space=[{"programs": ["swarm"]}],
        events=[lists],
        max_distances={"space1-events1": 600},
    )
    assert found
    for conjunction in found[:3]:
        places = {}
        for source in conjunction["data_sources"]:
            criteria = {
                "programs": [source["program"]],
                "platforms": [source["platform"]],
                "instrument_types": [source["instrument_type"]],
            }
            epoch = conjunction["closest_epoch"]
            body = {"query": {"start": epoch, "end": epoch, "data_sources": criteria}}
            answer = http.post(f"{API}/ephemeris/search_synchronous", json=body)
            [record] = answer.json()["result"]
            places[source["source_type"]] = record["nbtrace"]
        apart = great_circle_km(places["leo"], places["event_list"])
        assert apart == pytest.approx(conjunction["min_distance"], abs=1.0)


def test_events_are_filtered_by_their_metadata_and_meet_custom_locations(http: httpx.Client) -> None:
    query: dict[str, Any] = {
        "conjunction_types": ["nbtrace"],
        "events": [{"programs": ["events"]}],
        "adhoc": [{"locations": [{"lat": 58.227808, "lon": -103.680631}]}],
        "max_distances": {"events1-adhoc1": 400},
    }
    everything = conjunctions(http, **query)
    strong = {"expressions": [{"key": "intensity", "operator": ">=", "values": ["0.7"]}]}
    query["events"] = [{"programs": ["events"], "ephemeris_metadata_filters": strong}]
    some = conjunctions(http, **query)
    assert 0 < len(some) < len(everything)
    assert all(conjunction["data_sources"][1]["identifier"] < 0 for conjunction in everything)


def great_circle_km(first: dict[str, float], second: dict[str, float]) -> float:
    lat, lon = (np.radians([place[key] for place in (first, second)]) for key in ("lat", "lon"))
    cosine = np.sin(lat).prod() + np.cos(lat).prod() * np.cos(lon[0] - lon[1])
    return float(6371.2 * np.arccos(cosine))

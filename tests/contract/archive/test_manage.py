"""Ephemeris and data products of users: stored, given back, replaced, deleted, and by whom."""

import json
import time
from itertools import count
from typing import Any

import httpx
import pytest
from managing import (
    SOURCES,
    address,
    deleted,
    found,
    found_products,
    names,
    product,
    record,
    send,
    uploaded,
)

SIMULATED = 3
NAMES = {"platform": "our platform", "instrument_type": "our camera"}
_numbers = count()


@pytest.fixture
def source(people: dict[str, httpx.Client]) -> dict[str, Any]:
    """A source of the owner's, with a maintainer, that no other test has."""
    body = {
        **NAMES,
        "program": f"managed-{next(_numbers)}",
        "source_type": "leo",
        "display_name": "Our satellite",
        "maintainers": ["maintainer@example.org"],
        "ephemeris_metadata_schema": [
            {"field_name": "height", "data_type": "double", "searchable": True},
            {"field_name": "state", "data_type": "string", "searchable": True},
        ],
    }
    answer = people["owner"].post(SOURCES, json=body)
    assert answer.status_code == 200, answer.text
    added: dict[str, Any] = answer.json()
    return added


# ---- ephemeris ---------------------------------------------------------------------------------


def test_ephemeris_comes_back_as_it_was_given(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    metadata = {"height": 0.1 + 0.2, "state": "définitive", "tii_on": True, "flags": [1, {"x": 2}]}
    body = [
        record(source, "2020-03-01T00:02", location_geo=None, nbtrace={}, metadata=None),
        record(source, "2020-03-01T00:01", metadata=metadata),
    ]
    uploaded(people["owner"], address(source), body)
    first, second = found(people["nobody"], source)
    assert first["epoch"] == "2020-03-01T00:01:00"
    assert first["location_geo"] == {"lat": 56.376723, "lon": -94.64366412345}
    assert first["nbtrace"] == {"lat": 0.1 + 0.2, "lon": 180.0}
    assert first["location_gsm"] == {"lat": None, "lon": None}
    assert first["metadata"] == metadata
    assert second["metadata"] == {}
    assert all(
        second[place] == {"lat": None, "lon": None}
        for place in ("location_geo", "location_gsm", "nbtrace", "sbtrace")
    )


def test_a_record_that_is_sent_again_is_replaced(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    uploaded(
        people["owner"],
        address(source),
        [
            record(source, "2020-03-01T00:01", metadata={"height": 1, "state": "predictive"}),
            record(source, "2020-03-01T00:02", metadata={"height": 2}),
        ],
    )
    uploaded(people["owner"], address(source), [record(source, "2020-03-01T00:01", metadata={"a": 1})])
    assert [each["metadata"] for each in found(people["nobody"], source)] == [{"a": 1}, {"height": 2}]


def test_what_is_stored_is_searched_like_what_is_simulated(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    body = [
        record(
            source, f"2020-03-01T00:{n:02}", metadata={"height": n}, nbtrace={"lat": 60 + n, "lon": 0}
        )
        for n in range(20)
    ]
    uploaded(people["owner"], address(source), body)
    filters = {"expressions": [{"key": "height", "operator": ">=", "values": ["17"]}]}
    high = found(people["nobody"], source, filters=filters)
    assert [each["metadata"]["height"] for each in high] == [17, 18, 19]
    query = {
        "start": "2020-03-01T00:00:00",
        "end": "2020-03-01T23:59:59",
        "space": [{"programs": [source["program"]]}],
        "adhoc": [{"locations": [{"lat": 70, "lon": 0}]}],
        "max_distances": {"space1-adhoc1": 115},
    }
    client = people["nobody"]
    where = client.post("/api/v1/conjunctions/search", json=query).headers["location"]
    while not (status := client.get(where).json())["search_result"]["completed_timestamp"]:
        time.sleep(0.02)
    assert status["search_result"]["error_condition"] is False, status["logs"]
    [met] = client.get(f"{where}/data").json()["result"]
    assert (met["start"], met["end"]) == ("2020-03-01T00:09:00", "2020-03-01T00:11:00")
    assert met["min_distance"] < 0.01


def test_availability_and_statistics_are_fresh(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    client = people["nobody"]

    def known() -> tuple[dict[str, Any], list[Any]]:
        stats = client.get(f"{SOURCES}/{source['identifier']}", params={"include_stats": True})
        availability = client.get(
            "/api/v1/availability/ephemeris",
            params={"start": "2020-01-01", "end": "2020-12-31", "program": source["program"]},
        )
        return stats.json()["stats"], [each["available_ephemeris"] for each in availability.json()]

    stats, days = known()
    assert (stats["ephemeris_count"], stats["earliest_ephemeris_loaded"], days) == (0, None, [])
    epochs = ["2020-03-01T23:59", "2020-03-02T00:00", "2020-03-02T12:00"]
    uploaded(people["owner"], address(source), [record(source, epoch) for epoch in epochs])
    uploaded(
        people["owner"], address(source, "data_products"), [product(source, 4), product(source, 7)]
    )
    stats, days = known()
    assert days == [{"2020-03-01": 1, "2020-03-02": 2}]
    assert stats["ephemeris_count"] == 3
    assert stats["earliest_ephemeris_loaded"] == "2020-03-01T23:59:00"
    assert stats["latest_ephemeris_loaded"] == "2020-03-02T12:00:00"
    assert stats["data_product_count"] == 2
    assert stats["latest_data_product_loaded"] == "2020-03-01T07:00:00"


def nested(levels: int) -> dict[str, Any]:
    """Return metadata that are so deep."""
    metadata: dict[str, Any] = {}
    for _ in range(levels):
        metadata = {"within": metadata}
    return metadata


WRONG_RECORDS: list[tuple[dict[str, Any], str]] = [
    ({"location_geo": {"lat": 91, "lon": 0}}, "location_geo.lat"),
    ({"nbtrace": {"lat": 9, "lon": -180.5}}, "nbtrace.lon"),
    ({"sbtrace": {"lat": 9, "lon": None}}, "sbtrace"),
    ({"location_gsm": {"lat": "9", "lon": 0}}, "location_gsm.lat"),
    ({"epoch": "2020-03-01T00:01:30.000Z"}, "epoch"),
    ({"epoch": "2020-13-01T00:01:00.000Z"}, "epoch"),
    ({"epoch": "0001-01-01T00:00:00+10:00"}, "epoch"),
    ({"epoch": "2120-01-01T00:00:00Z"}, "epoch"),
    ({"epoch": None}, "epoch"),
    ({"program": "another"}, "program"),
    ({"platform": "another"}, "platform"),
    ({"instrument_type": "another"}, "instrument_type"),
    ({"metadata": "none"}, "metadata"),
    ({"metadata": nested(60)}, "metadata"),
]


@pytest.mark.parametrize(("fields", "named"), WRONG_RECORDS)
def test_a_record_that_does_not_fit_is_named(
    people: dict[str, httpx.Client], source: dict[str, Any], fields: dict[str, Any], named: str
) -> None:
    body = [record(source, "2020-03-01T00:01"), record(source, "2020-03-01T00:02", **fields)]
    answer = people["owner"].post(address(source), json=body)
    assert answer.status_code == 400
    problems = answer.json()
    assert {each["error_code"] for each in problems} == {"AssertionError"}
    assert all(each["message"] == each["error_message"] for each in problems)
    assert problems[0]["message"].startswith(f"record 2: {named}: ")
    assert found(people["nobody"], source) == []


def test_every_record_that_does_not_fit_is_counted(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    body = [record(source, f"2020-03-01T0{n // 60}:{n % 60:02}", epoch=n) for n in range(120)]
    problems = people["owner"].post(address(source), json=body).json()
    assert [each["message"].partition(":")[0] for each in problems[:3]] == [
        "record 1",
        "record 2",
        "record 3",
    ]
    assert len(problems) == 101
    assert "20 more" in problems[-1]["message"]


@pytest.mark.parametrize("body", [b"", b"[", b"{}", b'"x"', b"null", b"[[", b"[1]", b"[]", b"\xff"])
@pytest.mark.parametrize("what", ["ephemeris", "data_products"])
def test_a_body_that_is_no_list_of_records_is_refused(
    people: dict[str, httpx.Client], source: dict[str, Any], body: bytes, what: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = people["owner"].post(address(source, what), content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"


def test_uploads_may_be_larger_than_other_bodies(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    note = {"note": "x" * 2_000_000}
    uploaded(people["owner"], address(source), [record(source, "2020-03-01T00:01", metadata=note)])
    assert found(people["nobody"], source)[0]["metadata"] == note


def test_uploads_have_a_limit(start_archive: Any, admin_key: str) -> None:
    archive = start_archive(
        ARCHIVE_MAX_UPLOAD_BYTES="10000",
        ARCHIVE_MAX_UPLOAD_RECORDS="3",
        ARCHIVE_ADMIN_KEY=admin_key,
    )
    headers = {"x-aurorax-api-key": admin_key}
    with httpx.Client(base_url=archive.address, headers=headers, timeout=30) as client:
        body = {**NAMES, "program": "p", "source_type": "leo", "display_name": "d"}
        source = client.post(SOURCES, json=body).json()
        four = [record(source, f"2020-03-01T00:0{n}") for n in range(4)]
        uploaded(client, address(source), four[:3])
        refused = client.post(address(source), json=four)
        assert refused.status_code == 400
        assert "3" in refused.json()["error_message"]
        large = [record(source, "2020-03-01T00:01", metadata={"note": "x" * 10_000})]
        assert client.post(address(source), json=large).status_code == 413


# ---- deleting ephemeris ------------------------------------------------------------------------


def test_ephemeris_of_a_period_is_deleted_with_both_ends(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    epochs = [f"2020-03-0{day}T{time}" for day in (1, 2, 3) for time in ("00:00", "12:00", "23:59")]
    uploaded(people["owner"], address(source), [record(source, epoch) for epoch in epochs])
    lines = deleted(people["owner"], source, "2020-03-01T12:00:00", "2020-03-03T00:00:00")
    assert ": 6 records deleted" in lines[1]
    left = [each["epoch"] for each in found(people["nobody"], source)]
    assert left == ["2020-03-01T00:00:00", "2020-03-03T12:00:00", "2020-03-03T23:59:00"]
    listed = people["nobody"].get(f"{address(source)}/delete_jobs").json()
    assert len(listed) == 1
    assert people["nobody"].get(f"{address(source)}/delete_jobs/{listed[0]}").json() == lines


def test_what_is_stored_after_a_deletion_stays(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    before = [record(source, f"2020-03-01T00:{n:02}") for n in range(60)]
    uploaded(people["owner"], address(source), before)
    body = {**names(source), "start": "2020-01-01T00:00:00", "end": "2020-12-31T00:00:00"}
    assert send(people["owner"], "DELETE", address(source), body).status_code == 202
    uploaded(people["owner"], address(source), [record(source, "2020-03-01T00:30")])
    deleted(people["owner"], source, "2020-02-01T00:00:00", "2020-02-01T00:00:00")
    assert [each["epoch"] for each in found(people["nobody"], source)] == ["2020-03-01T00:30:00"]


def test_unknown_deletions_and_sources_are_not_found(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    client = people["owner"]
    assert client.get(f"{address(source)}/delete_jobs").json() == []
    assert client.get(f"{address(source)}/delete_jobs/none").status_code == 404
    nowhere = {"identifier": 999_999}
    assert client.get(f"{address(nowhere)}/delete_jobs").status_code == 404
    assert client.post(address(nowhere), json=[record(source, "2020-03-01T00:00")]).status_code == 404


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"end": "2020-02-28T00:00:00"}, "end"),
        ({"start": None}, "start"),
        ({"end": "9999-12-31T23:59:59-10:00"}, "end"),
        ({"program": "another"}, "program"),
    ],
)
def test_a_deletion_that_does_not_fit_is_refused(
    people: dict[str, httpx.Client], source: dict[str, Any], fields: dict[str, Any], named: str
) -> None:
    body = {**names(source), "start": "2020-03-01T00:00:00", "end": "2020-03-02T00:00:00"} | fields
    answer = send(people["owner"], "DELETE", address(source), body)
    assert answer.status_code == 400
    assert named in answer.json()["error_message"]


def test_a_source_with_data_cannot_be_deleted(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    client, where = people["owner"], f"{SOURCES}/{source['identifier']}"
    uploaded(client, address(source), [record(source, "2020-03-01T00:00")])
    assert client.delete(where).status_code == 409
    body = {**names(source), "start": "2020-01-01T00:00:00", "end": "2020-12-31T00:00:00"}
    assert send(client, "DELETE", address(source), body).status_code == 202
    assert client.delete(where).status_code == 200
    assert client.get(where).status_code == 404


# ---- data products -----------------------------------------------------------------------------


def test_data_products_are_known_by_their_address(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    path = address(source, "data_products")
    uploaded(people["owner"], path, [product(source, hour) for hour in (5, 3, 4)])
    changed = product(source, 4, data_product_type="movie", metadata={"frames": 10})
    uploaded(people["owner"], path, [changed])
    products = found_products(people["nobody"], source)
    assert [each["start"][11:13] for each in products] == ["03", "04", "05"]
    assert products[1]["data_product_type"] == "movie"
    assert products[1]["metadata"] == {"frames": 10}
    assert products[0]["url"] == product(source, 3)["url"]
    assert products[0]["end"] == "2020-03-01T03:59:00"
    urls = [products[0]["url"], products[2]["url"], "https://example.org/never.png"]
    answer = send(people["owner"], "DELETE", path, {**names(source), "urls": urls})
    assert (answer.status_code, answer.content) == (200, b"")
    assert [each["url"] for each in found_products(people["nobody"], source)] == [changed["url"]]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"data_product_type": "poster"}, "data_product_type"),
        ({"url": ""}, "url"),
        ({"url": "/data/keogram.png"}, "url"),
        ({"end": "2020-02-01T00:00:00.000"}, "end"),
        ({"start": "yesterday"}, "start"),
        ({"start": "0001-01-01T00:00:00+10:00"}, "start"),
        ({"instrument_type": "another"}, "instrument_type"),
        ({"metadata": nested(60)}, "metadata"),
    ],
)
def test_a_data_product_that_does_not_fit_is_named(
    people: dict[str, httpx.Client], source: dict[str, Any], fields: dict[str, Any], named: str
) -> None:
    path = address(source, "data_products")
    answer = people["owner"].post(path, json=[product(source, 3), product(source, 4, **fields)])
    assert answer.status_code == 400
    assert answer.json()[0]["message"].startswith(f"record 2: {named}")
    assert found_products(people["nobody"], source) == []


def test_deleting_products_needs_their_addresses(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    answer = send(people["owner"], "DELETE", address(source, "data_products"), names(source))
    assert answer.status_code == 400
    assert "urls" in answer.json()["error_message"]


# ---- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("stranger", 403), ("user", 403), ("maintainer", 202), ("administrator", 202)],
)
def test_who_may_manage_data(
    people: dict[str, httpx.Client], source: dict[str, Any], who: str, status: int
) -> None:
    client = people[who]
    period = {"start": "2020-01-01T00:00:00", "end": "2020-12-31T00:00:00"}
    answers = [
        client.post(address(source), json=[record(source, "2020-03-01T00:00")]),
        client.post(address(source, "data_products"), json=[product(source, 3)]),
        send(client, "DELETE", address(source), {**names(source), **period}),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3
    urls = {**names(source), "urls": [product(source, 3)["url"]]}
    removed = send(client, "DELETE", address(source, "data_products"), urls)
    assert removed.status_code == (200 if status == 202 else status)
    if status != 202:
        assert found(people["owner"], source) == []
        assert all("error_message" in answer.json() for answer in answers)


@pytest.mark.parametrize("what", ["ephemeris", "data_products"])
def test_simulated_data_are_never_mixed_with_others(people: dict[str, httpx.Client], what: str) -> None:
    swarm = people["nobody"].get(f"{SOURCES}/{SIMULATED}").json()
    body = [record(swarm, "2020-03-01T00:00") if what == "ephemeris" else product(swarm, 3)]
    answer = people["administrator"].post(f"{SOURCES}/{SIMULATED}/{what}", json=body)
    assert answer.status_code == 409
    assert "simulated" in answer.json()["error_message"]


def test_results_outlive_the_source(people: dict[str, httpx.Client], source: dict[str, Any]) -> None:
    client = people["owner"]
    uploaded(client, address(source), [record(source, "2020-03-01T00:00")])
    query = {"start": "2020-01-01T00:00:00", "data_sources": {"programs": [source["program"]]}}
    where = client.post("/api/v1/ephemeris/search", json=query).headers["location"]
    while not client.get(where).json()["search_result"]["completed_timestamp"]:
        time.sleep(0.02)
    before = client.get(f"{where}/data").content
    assert json.loads(before)["result"][0]["data_source"]["program"] == source["program"]
    deleted(client, source, "2020-01-01T00:00:00", "2020-12-31T00:00:00")
    assert client.delete(f"{SOURCES}/{source['identifier']}").status_code == 200
    assert client.get(f"{where}/data").content == before

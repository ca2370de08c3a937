"""Data sources: added, changed, replaced, deleted, and by whom."""

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

SOURCES = "/api/v1/data_sources"
_numbers = count()
SIMULATED = 3
"""Swarm A."""


def record(**fields: Any) -> dict[str, Any]:
    """Return a record that no other test has."""
    return {
        "program": f"our-program-{next(_numbers)}",
        "platform": "our platform",
        "instrument_type": "our camera",
        "source_type": "ground",
        "display_name": "Our camera",
    } | fields


@pytest.fixture
def source(people: dict[str, httpx.Client]) -> dict[str, Any]:
    """A source of the owner's, with a maintainer."""
    body = record(maintainers=["maintainer@example.org"], metadata={"colour": "green"})
    answer = people["owner"].post(SOURCES, json=body)
    assert answer.status_code == 200, answer.text
    added: dict[str, Any] = answer.json()
    return added


def full(client: httpx.Client, identifier: int) -> dict[str, Any]:
    answer = client.get(f"{SOURCES}/{identifier}", params={"format": "full_record"})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_a_source_is_added_found_and_owned(people: dict[str, httpx.Client]) -> None:
    schema = [{"field_name": "cloud", "data_type": "double", "description": "Cover, 0 to 1"}]
    body = record(
        owner="somebody@example.org", ephemeris_metadata_schema=schema, metadata={"deep": {"x": [1]}}
    )
    answer = people["owner"].post(SOURCES, json=body)
    assert answer.status_code == 200
    added = answer.json()
    assert isinstance(added.pop("identifier"), int)
    expected = body | {
        "owner": "owner@example.org",
        "maintainers": [],
        "data_product_metadata_schema": [],
    }
    assert added == expected
    query = {"programs": [body["program"]]}
    found = people["nobody"].post(f"{SOURCES}/search?format=full_record", json=query).json()
    assert [one | {"identifier": None} for one in found] == [expected | {"identifier": None}]


def test_a_new_source_has_no_data(people: dict[str, httpx.Client], source: dict[str, Any]) -> None:
    params = {"include_stats": "True"}
    stats = people["nobody"].get(f"{SOURCES}/{source['identifier']}", params=params).json()["stats"]
    assert (stats["ephemeris_count"], stats["data_product_count"]) == (0, 0)
    assert stats["earliest_ephemeris_loaded"] is None


def test_an_identifier_may_be_chosen_once(people: dict[str, httpx.Client]) -> None:
    answer = people["owner"].post(SOURCES, json=record(identifier=1_234_567))
    assert answer.json()["identifier"] == 1_234_567
    again = people["owner"].post(SOURCES, json=record(identifier=1_234_567))
    assert again.status_code == 409
    assert again.json()["error_code"] == "Duplicate"


def test_a_name_is_taken_once(people: dict[str, httpx.Client], source: dict[str, Any]) -> None:
    name = {key: source[key] for key in ("program", "platform", "instrument_type")}
    answer = people["stranger"].post(SOURCES, json=record(**name, display_name="Another"))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["error_code"] == "Duplicate"
    other = people["owner"].post(SOURCES, json=record()).json()
    assert people["owner"].patch(f"{SOURCES}/{other['identifier']}", json=name).status_code == 409


def test_a_change_touches_only_what_is_given(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    address = f"{SOURCES}/{source['identifier']}"
    changes = {"display_name": "New name", "program": None}
    answer = people["owner"].patch(address, json=changes)
    assert (answer.status_code, answer.json()) == (200, source | {"display_name": "New name"})
    assert full(people["nobody"], source["identifier"]) == answer.json()


def test_a_replacement_leaves_nothing_but_identifier_and_owner(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    body = record(program=source["program"])
    answer = people["owner"].put(f"{SOURCES}/{source['identifier']}", json=body)
    assert answer.status_code == 200
    assert answer.json() == source | body | {"maintainers": [], "metadata": {}}
    assert full(people["nobody"], source["identifier"]) == answer.json()


def test_a_source_without_data_is_deleted(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    address = f"{SOURCES}/{source['identifier']}"
    answer = people["owner"].request("DELETE", address, json={})
    assert (answer.status_code, answer.content) == (200, b"")
    gone = people["nobody"].get(address)
    assert gone.status_code == 404
    assert "no data source record found" in gone.json()["error_message"]
    assert people["owner"].delete(address).status_code == 404


def test_an_administrator_changes_the_record_of_a_simulated_source_but_does_not_delete_it(
    people: dict[str, httpx.Client],
) -> None:
    before = full(people["nobody"], SIMULATED)
    changed = people["administrator"].patch(f"{SOURCES}/{SIMULATED}", json={"display_name": "Swarm α"})
    assert (changed.status_code, changed.json()) == (200, before | {"display_name": "Swarm α"})
    people["administrator"].patch(
        f"{SOURCES}/{SIMULATED}", json={"display_name": before["display_name"]}
    )
    assert full(people["nobody"], SIMULATED) == before
    deleted = people["administrator"].delete(f"{SOURCES}/{SIMULATED}")
    assert deleted.status_code == 409
    assert deleted.json()["error_code"] == "Conflict"


def test_an_administrator_gives_a_source_away(
    people: dict[str, httpx.Client], source: dict[str, Any]
) -> None:
    address = f"{SOURCES}/{source['identifier']}"
    to = {"owner": "stranger@example.org"}
    assert people["owner"].patch(address, json=to).status_code == 403
    assert people["administrator"].patch(address, json=to).json()["owner"] == "stranger@example.org"
    assert people["owner"].patch(address, json={"display_name": "Mine?"}).status_code == 403
    assert people["stranger"].patch(address, json={"display_name": "Mine"}).status_code == 200


def test_a_source_is_kept_over_a_restart(start_archive: Callable[..., Any]) -> None:
    key = {"x-aurorax-api-key": "administrators-key"}
    archive = start_archive(ARCHIVE_ADMIN_KEY=key["x-aurorax-api-key"])
    added = httpx.post(f"{archive.address}{SOURCES}", json=record(), headers=key, timeout=30).json()
    archive.process.kill()
    archive.process.wait()
    archive = start_archive()
    with httpx.Client(base_url=archive.address, timeout=30) as client:
        assert full(client, added["identifier"]) == added


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"program": "x" * 201}, "program: "),
        ({"platform": "x" * 51}, "platform: "),
        ({"instrument_type": "x" * 201}, "instrument_type: "),
        ({"display_name": "x" * 51}, "display_name: "),
        ({"display_name": None}, "display_name: "),
        ({"source_type": "satellite"}, "source_type: "),
        ({"identifier": "7"}, "identifier: "),
        ({"identifier": -7}, "identifier: "),
        ({"identifier": 10**20}, "identifier: "),
        ({"maintainers": "ada"}, "maintainers: "),
        ({"metadata": "text"}, "metadata: "),
        ({"ephemeris_metadata_schema": [{}]}, "ephemeris_metadata_schema[0]: "),
        (
            {"ephemeris_metadata_schema": [{"field_name": 1}]},
            "ephemeris_metadata_schema[0].field_name: ",
        ),
        (
            {"data_product_metadata_schema": [{"field_name": "a", "data_type": "x"}]},
            "data_product_metadata_schema[0].data_type: ",
        ),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    people: dict[str, httpx.Client], source: dict[str, Any], fields: dict[str, Any], word: str
) -> None:
    address = f"{SOURCES}/{source['identifier']}"
    asked = [("POST", SOURCES, record(**fields)), ("PUT", address, record(**fields))]
    if fields != {"display_name": None}:
        asked.append(("PATCH", address, fields))
    for method, where, body in asked:
        answer = people["owner"].request(method, where, json=body)
        assert answer.status_code == 400, (method, answer.text)
        assert answer.json()["error_message"].startswith(word), (method, answer.text)
    assert full(people["nobody"], source["identifier"]) == source


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 50_000])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_that_is_no_record_is_a_bad_request(
    people: dict[str, httpx.Client], source: dict[str, Any], method: str, body: bytes
) -> None:
    address = SOURCES if method == "POST" else f"{SOURCES}/{source['identifier']}"
    answer = people["owner"].request(
        method, address, content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["error_message"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("user", 403), ("maintainer", 403), ("owner", 200), ("administrator", 200)],
)
def test_owners_and_administrators_add_sources(
    people: dict[str, httpx.Client], who: str, status: int
) -> None:
    assert people[who].post(SOURCES, json=record()).status_code == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 401), ("user", 403), ("maintainer", 403), ("stranger", 403), ("administrator", 200)],
)
def test_only_the_owner_and_administrators_change_a_source(
    people: dict[str, httpx.Client], source: dict[str, Any], method: str, who: str, status: int
) -> None:
    address = f"{SOURCES}/{source['identifier']}"
    answer = people[who].request(method, address, json=record())
    assert answer.status_code == status
    if status != 200:
        assert full(people["nobody"], source["identifier"]) == source


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_source_that_is_none_cannot_be_changed(people: dict[str, httpx.Client], method: str) -> None:
    answer = people["administrator"].request(method, f"{SOURCES}/2000000000", json=record())
    assert answer.status_code == 404
    assert "no data source record found" in answer.json()["error_message"].lower()


def test_a_custom_location_cannot_be_changed(people: dict[str, httpx.Client]) -> None:
    query = {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-01T00:00:00",
        "adhoc": [{"locations": [{"lat": 51.05, "lon": -114.07}]}],
        "space": [{"programs": ["swarm"]}],
        "max_distances": {"space1-adhoc1": 1},
    }
    people["nobody"].post("/api/v1/utils/describe/cartesian_products", json=query).raise_for_status()
    location = people["nobody"].post("/api/v1/conjunctions/search", json=query)
    request = location.headers["location"]
    for _ in range(500):
        if people["nobody"].get(request).json()["search_result"]["data_uri"]:
            break
    sources = people["nobody"].get(SOURCES, params={"program": "adhoc"}).json()
    identifier = sources[-1]["identifier"]
    assert identifier < 0
    for method in ("PUT", "PATCH", "DELETE"):
        answer = people["administrator"].request(method, f"{SOURCES}/{identifier}", json=record())
        assert answer.status_code == 409


# ---- what clients send that is not quite right -------------------------------------------------


@pytest.mark.parametrize("path", ["//api/v1/data_sources/search", "/api//v1///data_sources/search/"])
def test_doubled_slashes_are_one(http: httpx.Client, archive_address: str, path: str) -> None:
    answer = http.post(f"{archive_address}{path}", json={"programs": ["swarm"]})
    assert answer.status_code == 200
    assert len(answer.json()) == 3


@pytest.mark.parametrize("text", ["True", "true", "TRUE"])
def test_truth_values_are_read_in_any_case(http: httpx.Client, text: str) -> None:
    assert "stats" in http.get(f"{SOURCES}/3", params={"include_stats": text}).json()


@pytest.mark.parametrize("text", ["False", "false", "FALSE"])
def test_untruth_too(http: httpx.Client, text: str) -> None:
    assert "stats" not in http.get(f"{SOURCES}/3", params={"include_stats": text}).json()


@pytest.mark.parametrize("body", [b"{}", b'{"identifier": 9', b"[1, 2"])
def test_the_body_of_a_question_is_ignored(http: httpx.Client, body: bytes) -> None:
    answer = http.request(
        "GET", f"{SOURCES}/3", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["identifier"]) == (200, 3)

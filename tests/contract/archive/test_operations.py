"""Each operation of the API goes well, and fails in each documented way, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from platform_document import published
from platform_operations import OPERATIONS, Operation
from searching import API, QUERIES, completed, submitted

CASES = [
    (operation, status)
    for operation in OPERATIONS
    for status in (operation.success, *operation.errors)
    if status != 503
]
IN_MAINTENANCE = [operation for operation in OPERATIONS if 503 in operation.errors]
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
PERIOD = {"start": "2020-03-01T00:00:00", "end": "2020-03-01T01:00:00"}
PLACE = {"lat": 51.0, "lon": -114.0}
NAMES = ("program", "platform", "instrument_type")
SIGN_IN = {"email_address": "owner@example.org", "password": "password of owner"}
TEMPLATE = {"start": True, "epoch": True}

_numbers = count()


class World:
    """The writable archive, with everybody who has an account there."""

    def __init__(self, people: dict[str, httpx.Client]) -> None:
        self.people = people
        self.administrator = people["administrator"]
        self._searches: dict[str, str] = {}

    def new_source(self) -> dict[str, Any]:
        """Return the record of a source that is not there yet."""
        place = f"place {next(_numbers)}"
        names = {"program": "operations", "platform": place, "instrument_type": "camera"}
        return {**names, "source_type": "ground", "display_name": "Ours"}

    def source(self) -> dict[str, Any]:
        """Add a source without data."""
        added = self.administrator.post(f"{API}/data_sources", json=self.new_source())
        assert added.status_code == 200, added.text
        return added.json()

    def search(self, kind: str) -> str:
        """Return a finished search that nobody deletes."""
        if kind not in self._searches:
            self._searches[kind] = completed(self.administrator, kind)
        return self._searches[kind]


@pytest.fixture(scope="module")
def world(people: dict[str, httpx.Client]) -> World:
    return World(people)


def names(source: dict[str, Any]) -> dict[str, Any]:
    return {name: source[name] for name in NAMES}


def record(source: dict[str, Any]) -> dict[str, Any]:
    return {**names(source), "epoch": "2020-03-01T00:01:00Z", "location_geo": PLACE, "nbtrace": PLACE}


def product(source: dict[str, Any]) -> dict[str, Any]:
    url = f"https://example.org/{source['platform']}.png"
    return {**names(source), **PERIOD, "data_product_type": "keogram", "url": url}


def good_body(name: str, source: dict[str, Any], world: World) -> Any:
    """Return a body with which an operation goes well, None if it has none."""
    sync = {"query": QUERIES["ephemeris"]}
    return {
        "searchMulti": QUERIES["conjunctions"],
        "search": QUERIES["data_products"],
        "search_2": QUERIES["ephemeris"],
        "searchSynchronous": {"query": QUERIES["data_products"]},
        "searchSynchronous_1": sync,
        "getSearchResultWithDatAdvancedFormatting": TEMPLATE,
        "getSearchResultDataWithAdvancedFormatting": TEMPLATE,
        "getSearchResultDataWithAdvancedFormatting_1": TEMPLATE,
        "add_1": world.new_source(),
        "update_1": {**names(source), "source_type": "leo", "display_name": "Replaced"},
        "partialUpdate_1": {"display_name": "Changed"},
        "search_1": {"programs": ["swarm"]},
        "addDataProducts": [product(source)],
        "deleteDataProduct": {**names(source), "urls": [product(source)["url"]]},
        "addEphemerisData": [record(source)],
        "deleteEphemeris": {**names(source), **PERIOD},
        "authenticate": SIGN_IN,
        "cartesianProduct": QUERIES["conjunctions"],
        "parse": QUERIES["conjunctions"],
        "parse_1": QUERIES["data_products"],
        "parse_2": QUERIES["ephemeris"],
    }.get(name)


BAD_PARAMETERS = {
    "getDataProductAvailability": {"start": "the first of May"},
    "getEphemerisAvailability": {"start": "2019-02-30"},
    "getSearchResultData_2": {"data_source_record_format": "everything"},
    "getDetail": {"format": "everything"},
    "getStats": {"format": "everything"},
    "findSearchRequests": {"search_type": "everything"},
}


def ask(world: World, operation: Operation, status: int) -> httpx.Response:
    """Bring an operation to answer with a status."""
    client = world.people[{401: "nobody", 403: "user"}.get(status, "administrator")]
    if operation.name == "authenticate" and status == 401:
        wrong = {"email_address": "owner@example.org", "password": "a wrong one"}
        return client.post(operation.path, json=wrong)
    if operation.name == "endSession":
        signed_in = client.post(f"{API}/authenticate", json=SIGN_IN)
        headers = {"Authorization": signed_in.headers["authorization"]} if status == 200 else {}
        return client.post(operation.path, headers=headers)
    if operation.name == "cancelRequest" and status == 200:
        years = {**QUERIES["conjunctions"], "end": "2022-12-31T23:59:59"}
        return client.delete(operation.path.format(request_id=submitted(client, "conjunctions", years)))
    source = world.source() if "{identifier}" in operation.path else {}
    body = good_body(operation.name, source or world.new_source(), world)
    parameters: dict[str, Any] = {}
    path = operation.path
    if status == 404:
        path = path.format(identifier=999_999, request_id=UNKNOWN_ID, delete_job_id=UNKNOWN_ID)
    elif status == 400 and operation.method == "DELETE":
        path = path.format(identifier=source.get("identifier"), request_id="no-id")
        body = body and {**body, "program": "another"}
    elif status == 400:
        parameters = BAD_PARAMETERS.get(operation.name, {})
        body = (
            None if parameters else {"programs": 1, "start": 1, "epoch": 1, "platform": 1, "ground": 1}
        )
    elif status == 409:
        body = _conflicting(world, operation, source, body)
    path = path.format(
        identifier=source.get("identifier"),
        request_id=_request_id(world, operation),
        delete_job_id=_delete_job(world, source) if "{delete_job_id}" in path else None,
    )
    if operation.name == "calcUtc":
        parameters = {"ts": "2020-01-01T00:00:00", "tz": "America/Edmonton"}
    return client.request(operation.method, path, json=body, params=parameters)


def _request_id(world: World, operation: Operation) -> str:
    """Return a search of the operation's kind, a new one if it will be deleted."""
    kind = operation.path.split("/")[3]
    if operation.method == "DELETE":
        return completed(world.administrator, kind if kind in QUERIES else "ephemeris")
    return world.search(kind) if kind in QUERIES and "{request_id}" in operation.path else ""


def _delete_job(world: World, source: dict[str, Any]) -> str:
    path = f"{API}/data_sources/{source['identifier']}/ephemeris"
    accepted = world.administrator.request("DELETE", path, json={**names(source), **PERIOD})
    return accepted.headers["location"].rpartition("/")[2]


def _conflicting(world: World, operation: Operation, source: dict[str, Any], body: Any) -> Any:
    """Return a body that does not go together with another source, or give the source data."""
    if operation.method == "DELETE":
        path = f"{API}/data_sources/{source['identifier']}/ephemeris"
        assert world.administrator.post(path, json=[record(source)]).status_code == 202
        return body
    return {**body, **names(world.source()), "source_type": "ground", "display_name": "A second"}


@pytest.mark.parametrize(("operation", "status"), CASES, ids=str)
def test_an_operation_answers_as_documented(world: World, operation: Operation, status: int) -> None:
    answer = ask(world, operation, status)
    assert answer.status_code == status, answer.text
    if status >= 400:
        document = answer.json()
        document = document[0] if isinstance(document, list) else document
        assert {"error_code", "error_message"} <= set(document)
        assert document["error_message"]
    if answer.content:
        assert answer.headers["content-type"] == "application/json"


@pytest.fixture(scope="module")
def resting(start_for_module: Any, admin_key: str) -> Iterator[httpx.Client]:
    """An administrator at an archive in maintenance mode."""
    archive = start_for_module(ARCHIVE_ADMIN_KEY=admin_key, ARCHIVE_MAINTENANCE="true")
    headers = {"x-aurorax-api-key": admin_key}
    with httpx.Client(base_url=archive.address, headers=headers, timeout=30) as client:
        yield client


@pytest.mark.parametrize("operation", IN_MAINTENANCE, ids=str)
def test_what_changes_rests_in_maintenance(resting: httpx.Client, operation: Operation) -> None:
    answer = resting.request(
        operation.method, operation.path.format(identifier=3), json={}, params={"slow": "True"}
    )
    assert answer.status_code == 503
    assert "maintenance mode" in answer.json()["error_message"]
    assert answer.headers["retry-after"]


def test_searching_goes_on_in_maintenance(resting: httpx.Client) -> None:
    assert completed(resting, "ephemeris")
    day = {"start": "2019-01-01", "end": "2019-01-01", "program": "swarm"}
    assert resting.get(f"{API}/availability/ephemeris", params=day).status_code == 200


def test_the_table_has_every_operation_of_the_platforms_document() -> None:
    described = {
        (method.upper(), path, operation["operationId"])
        for path, item in published()["paths"].items()
        for method, operation in item.items()
        if "wadl" not in path
    }
    assert len(OPERATIONS) == 46
    assert {(each.method, each.path, each.name) for each in OPERATIONS} == described


def test_the_archives_own_document_names_the_same_operations(http: httpx.Client) -> None:
    document = http.get(f"{API}/openapi.json").json()
    described = {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if path.startswith(API)
    }
    assert {key: each["operationId"] for key, each in described.items()} == {
        (each.method, each.path): each.name for each in OPERATIONS
    }
    platform = published()
    for operation in OPERATIONS:
        ours = described[operation.method, operation.path]
        theirs = platform["paths"][operation.path][operation.method.lower()]
        assert ours["tags"] == theirs["tags"]
        assert _parameters(theirs) <= _parameters(ours)
        assert {str(operation.success), *map(str, operation.errors)} <= set(ours["responses"])
        assert ("security" in theirs) == ("security" in ours)


def _parameters(described: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in described.get("parameters", [])}

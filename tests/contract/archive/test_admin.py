"""The list of all searches, and their removal."""

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

LIST = "/api/v1/utils/admin/search_requests"
SEARCH: dict[str, Any] = {
    "data_sources": {"programs": ["swarm"], "platforms": ["swarma"]},
    "start": "2019-01-01T00:00:00",
    "end": "2019-01-01T00:09:59",
}


def submitted(client: httpx.Client, kind: str = "ephemeris", **changes: Any) -> str:
    answer = client.post(f"/api/v1/{kind}/search", json=SEARCH | changes)
    assert answer.status_code == 202
    return answer.headers["location"].rpartition("/")[2]


def finished(client: httpx.Client, request_id: str, kind: str = "ephemeris") -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        status = client.get(f"/api/v1/{kind}/requests/{request_id}").json()
        if status["search_result"]["data_uri"]:
            return request_id
        time.sleep(0.02)
    raise AssertionError(status)


@pytest.fixture(scope="module")
def done(people: dict[str, httpx.Client]) -> str:
    """A search that has ended, with ten records."""
    return finished(people["nobody"], submitted(people["nobody"]))


@pytest.fixture
def listed(people: dict[str, httpx.Client]) -> Any:
    def ask(**params: Any) -> dict[str, dict[str, Any]]:
        answer = people["administrator"].get(LIST, params=params)
        assert answer.status_code == 200, answer.text
        return {search["request_id"]: search for search in answer.json()}

    return ask


def test_a_search_is_listed_with_its_figures(listed: Any, done: str) -> None:
    search = listed()[done]
    assert search["search_type"] == "ephemeris"
    assert (search["active"], search["error_condition"], search["result_count"]) == (False, False, 10)
    assert search["result_file_exists"] is True
    assert search["file_size"] > 100
    assert search["query_duration"] >= 0
    assert search["requested"][:4].isdigit()


@pytest.mark.parametrize(
    ("params", "is_in"),
    [
        ({"search_type": "ephemeris"}, True),
        ({"search_type": "conjunction"}, False),
        ({"active": "False"}, True),
        ({"active": "true"}, False),
        ({"start": "2019-01-01T00:00:00"}, True),
        ({"start": "2149-01-01T00:00:00Z"}, False),
        ({"end": "2149-01-01T00:00:00"}, True),
        ({"end": "2019-01-01T00:00:00"}, False),
        ({"file_size": 1}, True),
        ({"file_size": 1000}, False),
        ({"file_size": -1, "active": "true"}, True),
        ({"result_count": 10, "active": "true"}, True),
        ({"result_count": 11}, False),
        ({"query_duration": 0}, True),
        ({"query_duration": 10**30}, False),
        ({"error_condition": "FALSE"}, True),
        ({"error_condition": "True"}, False),
    ],
)
def test_the_list_is_filtered(listed: Any, done: str, params: dict[str, Any], is_in: bool) -> None:
    assert (done in listed(**params)) is is_in


def test_a_running_search_is_active_until_it_is_removed(
    people: dict[str, httpx.Client], listed: Any
) -> None:
    nobody = people["nobody"]
    running = submitted(
        nobody,
        data_sources={"programs": ["swarm"], "platforms": ["swarma", "swarmb"]},
        start="2019-01-01T00:00:00",
        end="2019-11-30T00:00:00",
    )
    search = listed(active=True, error_condition=True)[running]
    assert search["active"] is True
    assert search["result_count"] is search["error_condition"] is None
    assert search["result_file_exists"] is False
    removed = people["administrator"].delete(f"{LIST}/{running}")
    assert (removed.status_code, removed.content) == (200, b"")
    assert nobody.get(f"/api/v1/ephemeris/requests/{running}").status_code == 404
    assert running not in listed()


def test_a_search_is_removed_with_its_data(people: dict[str, httpx.Client], listed: Any) -> None:
    request_id = str(uuid4())
    nobody = people["nobody"]
    finished(nobody, submitted(nobody, request_id=request_id))
    people["nobody"].get(f"/api/v1/ephemeris/requests/{request_id}/data").raise_for_status()
    people["administrator"].delete(f"{LIST}/{request_id.upper()}").raise_for_status()
    assert nobody.get(f"/api/v1/ephemeris/requests/{request_id}/data").status_code == 404
    assert request_id not in listed()
    # The identifier is free again.
    finished(nobody, submitted(nobody, request_id=request_id, end="2019-01-01T00:04:59"))


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"search_type": "conjunctions"}, "search_type"),
        ({"active": "perhaps"}, "active"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2019-01-02T00:00:00", "end": "2019-01-01T00:00:00"}, "end"),
        ({"end": "0001-01-01T00:00:00+01:00"}, "end"),
        ({"file_size": "large"}, "file_size"),
        ({"result_count": "1.5"}, "result_count"),
    ],
)
def test_a_filter_that_does_not_fit_is_named(
    people: dict[str, httpx.Client], params: dict[str, str], field: str
) -> None:
    answer = people["administrator"].get(LIST, params=params)
    assert answer.status_code == 400
    assert field in answer.json()["error_message"]


def test_a_search_that_is_none_cannot_be_removed(people: dict[str, httpx.Client]) -> None:
    answer = people["administrator"].delete(f"{LIST}/{uuid4()}")
    assert answer.status_code == 400
    assert answer.json()["error_message"].startswith("request_id: ")


@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 401), ("user", 403), ("maintainer", 403), ("owner", 403)]
)
def test_only_administrators_list_and_remove(
    people: dict[str, httpx.Client], done: str, who: str, status: int
) -> None:
    assert people[who].get(LIST).status_code == status
    assert people[who].delete(f"{LIST}/{done}").status_code == status


def test_an_identifier_is_free_as_soon_as_its_running_search_is_removed(
    people: dict[str, httpx.Client], listed: Any
) -> None:
    nobody = people["nobody"]
    long_search = {
        "start": "2014-01-01T00:00:00",
        "end": "2023-12-31T00:00:00",
        "ground": [{"programs": ["themis-asi"]}],
        "space": [{"programs": ["swarm"]}],
        "max_distances": {"ground1-space1": 500},
    }
    for _ in range(4):
        request_id = str(uuid4())
        answer = nobody.post(
            "/api/v1/conjunctions/search", json=long_search | {"request_id": request_id}
        )
        assert answer.status_code == 202
        while not nobody.get(f"/api/v1/conjunctions/requests/{request_id}").json()["logs"][1:]:
            time.sleep(0.01)
        assert listed()[request_id]["active"]
        people["administrator"].delete(f"{LIST}/{request_id}").raise_for_status()
        finished(nobody, submitted(nobody, request_id=request_id))
        found = nobody.get(f"/api/v1/ephemeris/requests/{request_id}/data").json()["result"]
        assert len(found) == 10

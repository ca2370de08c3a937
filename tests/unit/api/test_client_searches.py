import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from aurorax_dashboard.api.client import AuroraXClient
from aurorax_dashboard.api.errors import (
    InvalidQueryError,
    NotFoundError,
    UnexpectedAnswerError,
)
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataProductCriteria,
    DataProductQuery,
    EphemerisCriteria,
    EphemerisQuery,
    GroundCriteria,
    SpaceCriteria,
)

ID = "a8d2f6de-0bd6-4a92-9d06-2c3b7ad8a3a4"
OTHER_ID = "56a9c1de-0bd6-4a92-9d06-2c3b7ad8a3a4"
START, END = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 3, 23, 59, 59, tzinfo=UTC)
QUERY = ConjunctionQuery(
    start=START,
    end=END,
    ground=[GroundCriteria(programs=["themis-asi"])],
    space=[SpaceCriteria(programs=["swarm"], hemisphere=["northern"])],
    max_distances={"ground1-space1": 500.0, "space1-space2": None, "ground1-space2": 0.5},
)
CONJUNCTION = {
    "start": "2019-01-01T05:58:00",
    "end": "2019-01-01T05:59:00",
    "data_sources": [{"identifier": 44}, {"identifier": 29}],
}
STATUS = {
    "search_request": {"request_id": ID, "request_type": "conjunction", "query": "{}"},
    "search_result": {"data_uri": f"/api/v1/conjunctions/requests/{ID}/data", "result_count": 0},
    "logs": [],
}
RUNNING = {**STATUS, "search_result": {"data_uri": None, "error_condition": None}}


def _accepted(request: httpx.Request) -> httpx.Response:
    request_id = json.loads(request.content)["request_id"]
    kind = request.url.path.split("/")[3]
    location = f"https://api.aurorax.space/api/v1/{kind}/requests/{request_id}"
    return httpx.Response(202, headers={"location": location})


def test_a_search_is_sent_with_its_own_id_in_the_platforms_spelling(
    uncached: AuroraXClient, server: Any
) -> None:
    server.answers(_accepted)
    request_id = uncached.submit_conjunctions(QUERY)
    sent = server.last_body
    assert server.requests[0].url.path == "/api/v1/conjunctions/search"
    assert sent["request_id"] == request_id
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", request_id
    )
    assert (sent["start"], sent["end"]) == ("2019-01-01T00:00:00", "2019-01-03T23:59:59")
    assert '"ground1-space1":500,' in server.requests[0].content.decode(), "not 500.0"
    assert sent["max_distances"]["ground1-space2"] == 0.5
    assert sent["max_distances"]["space1-space2"] is None
    assert QUERY.request_id is None
    assert QUERY.start == START


def test_times_of_other_zones_are_sent_as_utc(uncached: AuroraXClient, server: Any) -> None:
    server.answers(_accepted)
    local = datetime(2019, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    uncached.submit_ephemeris(EphemerisQuery(data_sources=EphemerisCriteria(), start=local))
    assert server.last_body["start"] == "2019-01-01T00:00:00"
    assert server.requests[0].url.path == "/api/v1/ephemeris/search"


def test_two_equal_searches_are_two(uncached: AuroraXClient, server: Any) -> None:
    server.answers(_accepted)
    assert uncached.submit_conjunctions(QUERY) != uncached.submit_conjunctions(QUERY)


def test_the_id_in_the_location_wins(uncached: AuroraXClient, server: Any) -> None:
    location = f"https://api.aurorax.space/api/v1/conjunctions/requests/{OTHER_ID}"
    server.answers(httpx.Response(202, headers={"location": location}))
    assert uncached.submit_conjunctions(QUERY) == OTHER_ID


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(202),
        httpx.Response(202, headers={"location": "https://api.aurorax.space/login"}),
        httpx.Response(200, headers={"location": f"https://x/api/v1/conjunctions/requests/{ID}"}),
        httpx.Response(200, json={"request_id": ID}),
    ],
)
def test_anything_but_accepted_with_a_location_is_an_error(
    uncached: AuroraXClient, server: Any, answer: httpx.Response
) -> None:
    server.answers(answer)
    with pytest.raises(UnexpectedAnswerError, match="without telling"):
        uncached.submit_conjunctions(QUERY)


def test_a_submission_whose_answer_was_lost_is_repeated_with_the_same_id(
    uncached: AuroraXClient, server: Any
) -> None:
    server.answers(httpx.ReadTimeout("silence"), httpx.Response(502), _accepted)
    request_id = uncached.submit_conjunctions(QUERY)
    assert {json.loads(r.content)["request_id"] for r in server.requests} == {request_id}
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 409])
def test_an_id_refused_as_taken_by_the_first_try_is_ours(
    uncached: AuroraXClient, server: Any, status: int
) -> None:
    server.answers(
        httpx.ReadTimeout("silence"),
        httpx.Response(status, json={"error_code": "Duplicate"}),
        httpx.Response(200, json=RUNNING),
    )
    request_id = uncached.submit_conjunctions(QUERY)
    assert server.requests[-1].url.path == f"/api/v1/conjunctions/requests/{request_id}"


def test_an_invalid_query_stays_one_even_after_a_lost_answer(
    uncached: AuroraXClient, server: Any
) -> None:
    refused = httpx.Response(400, json={"error_message": "start is missing"})
    server.answers(httpx.ReadTimeout("silence"), refused, httpx.Response(404))
    with pytest.raises(InvalidQueryError) as caught:
        uncached.submit_conjunctions(QUERY)
    assert caught.value.details == "start is missing"


def test_an_invalid_query_is_refused_at_once(uncached: AuroraXClient, server: Any) -> None:
    server.answers(httpx.Response(400, json={"error_message": "start is missing"}))
    with pytest.raises(InvalidQueryError):
        uncached.submit_conjunctions(QUERY)
    assert len(server.requests) == 1


@pytest.mark.parametrize("bad", ["", "x", "../../admin", f"{ID}/data", f"{ID}\n", "%2e" * 12])
def test_what_has_not_the_form_of_an_id_is_never_sent(
    uncached: AuroraXClient, server: Any, bad: str
) -> None:
    calls: list[Callable[[], object]] = [
        lambda: uncached.conjunction_status(bad),
        lambda: uncached.conjunctions(bad),
        lambda: uncached.cancel("ephemeris", bad),
    ]
    for call in calls:
        with pytest.raises(NotFoundError):
            call()
    assert server.requests == []


def test_a_status_is_asked_every_time(cached: AuroraXClient, server: Any) -> None:
    server.answers_json(RUNNING, STATUS)
    assert not cached.conjunction_status(ID).finished
    assert cached.conjunction_status(ID).finished
    assert cached.ephemeris_status(ID).finished
    assert server.requests[2].url.path == f"/api/v1/ephemeris/requests/{ID}"


def test_a_finished_result_is_fetched_once_in_some_hours(
    make_cached: Callable[[], AuroraXClient], server: Any, clock: Any
) -> None:
    server.answers_json({"result": [CONJUNCTION]})
    assert len(make_cached().conjunctions(ID)) == 1
    server.answers(httpx.Response(404))
    clock.seconds += 5 * 3600
    restarted = make_cached()
    assert restarted.conjunctions(ID).rows["between"].tolist() == ["source 44 – source 29"]
    assert len(server.requests) == 1
    with pytest.raises(NotFoundError):
        restarted.conjunctions(OTHER_ID)
    clock.seconds += 2 * 3600
    with pytest.raises(NotFoundError):  # what is to be kept longer is in the store of searches
        restarted.conjunctions(ID)


def test_an_empty_result_counts_only_if_the_search_has_finished(
    cached: AuroraXClient, server: Any
) -> None:
    nothing: dict[str, object] = {"result": []}
    server.answers_json(nothing, RUNNING, nothing, STATUS)
    with pytest.raises(NotFoundError, match="not finished"):
        cached.conjunctions(ID)
    assert len(cached.conjunctions(ID)) == 0
    assert len(cached.conjunctions(ID)) == 0
    assert len(server.requests) == 4


def test_records_come_as_detailed_as_asked(uncached: AuroraXClient, server: Any) -> None:
    event = {"generated_e1_ephemeris_query": {"data_sources": {"programs": ["swarm"]}}}
    server.answers_json({"result": [{**CONJUNCTION, "events": [event]}]})
    records = uncached.conjunction_records(
        ID, data_source_record_format="full_record", generate_ephemeris_queries=True
    )
    generated = records[0].events[0].generated_e1_ephemeris_query
    assert generated is not None
    assert generated.data_sources.programs == ["swarm"]
    assert dict(server.requests[0].url.params) == {
        "data_source_record_format": "full_record",
        "generate_ephemeris_queries": "true",
    }


def test_a_result_can_be_fetched_in_a_chosen_format(uncached: AuroraXClient, server: Any) -> None:
    server.answers_json({"result": [{"start": "2019-01-01T05:58:00"}]})
    assert uncached.conjunctions_formatted(ID, {"start": True}) == [{"start": "2019-01-01T05:58:00"}]
    assert (server.requests[0].method, server.last_body) == ("POST", {"start": True})


def test_cancel_and_delete(cached: AuroraXClient, server: Any) -> None:
    server.answers_json({"result": [CONJUNCTION]})
    cached.conjunctions(ID)
    server.answers(httpx.Response(204))
    cached.cancel("conjunctions", ID)
    cached.delete_data("conjunctions", ID)
    assert [(r.method, r.url.path.removeprefix("/api/v1/")) for r in server.requests[1:]] == [
        ("DELETE", f"conjunctions/requests/{ID}"),
        ("DELETE", f"conjunctions/requests/{ID}/data"),
    ]
    server.answers(httpx.Response(404))
    with pytest.raises(NotFoundError):
        cached.conjunctions(ID)


def test_a_deletion_whose_answer_was_lost_has_happened(uncached: AuroraXClient, server: Any) -> None:
    server.answers(httpx.ReadError("reset"), httpx.Response(404))
    uncached.delete_data("ephemeris", ID)
    with pytest.raises(NotFoundError):
        uncached.delete_data("ephemeris", ID)


PRODUCTS = DataProductQuery(
    data_sources=DataProductCriteria(programs=["trex"]),
    start=START,
    end=END,
    data_product_type_filters=["keogram"],
)
PRODUCT = {
    "data_source": {"identifier": 103},
    "data_product_type": "keogram",
    "start": "2019-01-01T00:00:00",
    "end": "2019-01-01T23:59:00",
    "url": "https://archive.test/keogram.png",
    "metadata": {"keogram_type": "daily"},
}


def test_a_data_product_search_goes_the_same_way(uncached: AuroraXClient, server: Any) -> None:
    server.answers(_accepted)
    request_id = uncached.submit_data_products(PRODUCTS)
    assert server.requests[0].url.path == "/api/v1/data_products/search"
    assert server.last_body["data_product_type_filters"] == ["keogram"]
    server.answers_json({**STATUS, "search_request": {"request_id": request_id}})
    assert uncached.data_product_status(request_id).finished
    assert server.requests[1].url.path == f"/api/v1/data_products/requests/{request_id}"
    server.answers_json({"result": [PRODUCT]})
    found = uncached.data_products(request_id)
    assert found["url"].tolist() == [PRODUCT["url"]]
    assert server.requests[2].url.path == f"/api/v1/data_products/requests/{request_id}/data"


def test_data_products_of_a_past_period_are_asked_for_once(
    make_cached: Callable[[], AuroraXClient], server: Any, clock: Any
) -> None:
    server.answers_json({"result": [PRODUCT]})
    assert make_cached().data_products_synchronous(PRODUCTS)["identifier"].tolist() == [103]
    assert server.requests[0].url.path == "/api/v1/data_products/search_synchronous"
    assert server.last_body["query"]["start"] == "2019-01-01T00:00:00"
    clock.seconds += 20 * 3600
    make_cached().data_products_synchronous(PRODUCTS)
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", ["data_sources/5?x=", "", "conjunctions/../ephemeris"])
def test_a_search_of_no_kind_is_never_asked_for(
    uncached: AuroraXClient, server: Any, kind: Any
) -> None:
    for ask in (uncached.status, uncached.cancel):
        with pytest.raises(NotFoundError):
            ask(kind, ID)
    assert server.requests == []

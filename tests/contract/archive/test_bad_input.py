"""Whatever is wrong with a request is answered in words that name it, by every operation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from platform_document import published
from platform_operations import OPERATIONS, Operation
from searching import API, QUERIES

JSON = "application/json"
SOME_ID = "00000000-0000-4000-8000-000000000000"
TEN_MEGABYTES = b" " * 10_000_000
DEEP = b'{"anything":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
SOURCE = {
    "program": "bad input",
    "platform": "place",
    "instrument_type": "camera",
    "source_type": "ground",
    "display_name": "Ours",
}
NAMES = {name: SOURCE[name] for name in ("program", "platform", "instrument_type")}
HOUR = {"start": "2020-03-01T00:00:00", "end": "2020-03-01T01:00:00"}

BY_NAME = {operation.name: operation for operation in OPERATIONS}
WITH_BODY = [
    operation
    for operation in OPERATIONS
    if "requestBody" in published()["paths"][operation.path][operation.method.lower()]
]
UPLOADS = ("addEphemerisData", "addDataProducts")


@pytest.fixture(scope="module")
def source(people: dict[str, httpx.Client]) -> dict[str, Any]:
    """A source that data may be added to."""
    return people["administrator"].post(f"{API}/data_sources", json=SOURCE).json()


@pytest.fixture
def ask(people: dict[str, httpx.Client], source: dict[str, Any]) -> Any:
    """Ask an operation as an administrator, who may do everything."""

    def send(operation: Operation, content: Any, declared: str = JSON) -> httpx.Response:
        path = operation.path.format(identifier=source["identifier"], request_id=SOME_ID)
        headers = {"Content-Type": declared}
        client = people["administrator"]
        return client.request(operation.method, path, content=content, headers=headers)

    return send


def said(answer: httpx.Response) -> str:
    """Return all that an answer says is wrong."""
    assert answer.headers["content-type"] == JSON
    documents = answer.json() if isinstance(answer.json(), list) else [answer.json()]
    assert all({"error_code", "error_message"} <= set(document) for document in documents)
    words = "; ".join(document["error_message"] for document in documents)
    assert "Traceback" not in words
    return words


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "body"),
        (b"{", "not JSON|Expected `array`"),
        (b"\xff\xfe{}", "not JSON"),
        (DEEP, "not JSON|Expected `array`"),
        (b"17", "Expected"),
        (b'"a text"', "Expected"),
    ],
    ids=["none", "torn", "not UTF-8", "deep", "a number", "a text"],
)
def test_a_body_that_is_none(ask: Any, operation: Operation, content: bytes, words: str) -> None:
    answer = ask(operation, content)
    assert answer.status_code == 400, answer.text
    assert re.search(words, said(answer))


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_a_body_that_is_declared_as_something_else(ask: Any, operation: Operation) -> None:
    answer = ask(operation, b"{}", "text/plain")
    assert answer.status_code == 415
    assert "Content-Type" in said(answer)


@pytest.mark.parametrize("operation", [each for each in WITH_BODY if each.name not in UPLOADS], ids=str)
def test_a_body_of_ten_megabytes(ask: Any, operation: Operation) -> None:
    answer = ask(operation, TEN_MEGABYTES)
    assert answer.status_code == 413
    assert "too large" in said(answer)


def test_a_large_body_of_unknown_length(ask: Any) -> None:
    def chunks() -> Iterator[bytes]:
        for start in range(0, len(TEN_MEGABYTES), 1_000_000):
            yield TEN_MEGABYTES[start : start + 1_000_000]

    assert ask(BY_NAME["parse"], chunks()).status_code == 413


CONJUNCTIONS: list[tuple[dict[str, Any], str]] = [
    ({"start": "2019-02-30T00:00:00"}, "start: must be a time such as 2019-01-01T05:58:00"),
    ({"end": "2018-12-31T00:00:00"}, "end"),
    ({"end": 5}, "end"),
    ({"conjunction_types": ["sideways"]}, "conjunction_types[0]"),
    ({"epoch_search_precision": 45}, "epoch_search_precision"),
    ({"ground": [{}] * 5, "space": [{}] * 6}, "ground, space, events, adhoc"),
    ({"space": [{"hemisphere": ["eastern"]}]}, "space[0].hemisphere[0]"),
    ({"ground": [{"programs": [None]}]}, "ground[0].programs[0]"),
    ({"max_distances": {"ground1-space1": -1}}, "max_distances.ground1-space1"),
    ({"max_distances": {"ground1-space1": "500"}}, "max_distances.ground1-space1: Expected"),
    ({"max_distances": {"ground1-space2": 500}}, "max_distances.ground1-space2"),
    ({"adhoc": [{"locations": [{"lat": 91, "lon": 0}]}]}, "adhoc[0].locations[0].lat"),
    ({"adhoc": [{"locations": [{"lat": 0, "lon": 180.1}]}]}, "adhoc[0].locations[0].lon"),
    ({"adhoc": [{"locations": []}]}, "adhoc[0].locations"),
    ({"request_id": "mine"}, "request_id"),
]


def filtered(field: str, **expression: Any) -> tuple[dict[str, Any], str]:
    """Return a change of a query by a wrong condition on metadata, and what the answer has to name."""
    condition = {"key": "a", "operator": "=", "values": ["1"], **expression}
    [wrong] = expression
    sources = {"programs": ["swarm"], field: {"expressions": [condition]}}
    return {"data_sources": sources}, f"data_sources.{field}.expressions[0].{wrong}"


def records(field: str) -> list[tuple[dict[str, Any], str]]:
    return [
        ({"start": "yesterday"}, "start"),
        ({"end": "2018-12-31T00:00:00"}, "end"),
        ({"data_sources": {}}, "data_sources"),
        ({"data_sources": None}, "data_sources"),
        ({"data_sources": {"platforms": [7]}}, "data_sources.platforms[0]"),
        filtered(field, operator="~"),
        filtered(field, values=[]),
        filtered(field, key=""),
        ({"request_id": 17}, "request_id"),
    ]


EPHEMERIS = records("ephemeris_metadata_filters")
PRODUCTS = [
    *records("data_product_metadata_filters"),
    ({"data_product_type_filters": ["selfie"]}, "data_product_type_filters[0]"),
]
RECORD = {**NAMES, "epoch": "2020-03-01T00:01:00Z", "location_geo": {"lat": 51.0, "lon": -114.0}}
PRODUCT = {
    **NAMES,
    **HOUR,
    "data_product_type": "keogram",
    "url": "https://example.org/keogram.png",
}

MISTAKES: dict[str, tuple[Any, list[tuple[Any, str]]]] = {
    **dict.fromkeys(
        ("searchMulti", "parse", "cartesianProduct"), (QUERIES["conjunctions"], CONJUNCTIONS)
    ),
    **dict.fromkeys(("search_2", "parse_2"), (QUERIES["ephemeris"], EPHEMERIS)),
    **dict.fromkeys(("search", "parse_1"), (QUERIES["data_products"], PRODUCTS)),
    "searchSynchronous": (
        {"query": QUERIES["data_products"]},
        [({"query": {**QUERIES["data_products"], **change}}, where) for change, where in PRODUCTS],
    ),
    "searchSynchronous_1": (
        {"query": QUERIES["ephemeris"]},
        [({"query": {**QUERIES["ephemeris"], **change}}, where) for change, where in EPHEMERIS],
    ),
    **dict.fromkeys(
        (
            "getSearchResultWithDatAdvancedFormatting",
            "getSearchResultDataWithAdvancedFormatting",
            "getSearchResultDataWithAdvancedFormatting_1",
        ),
        ({}, [({"start": 1}, "start"), ({"data_source": {"program": "yes"}}, "data_source.program")]),
    ),
    "search_1": ({}, [({"programs": "swarm"}, "programs"), ({"platforms": [1]}, "platforms[0]")]),
    **dict.fromkeys(
        ("add_1", "update_1"),
        (
            SOURCE,
            [
                ({"source_type": "underwater"}, "source_type"),
                ({"display_name": "x" * 51}, "display_name"),
                ({"platform": 5}, "platform"),
                ({"maintainers": "me"}, "maintainers"),
                ({"ephemeris_metadata_schema": [{}]}, "ephemeris_metadata_schema[0]"),
            ],
        ),
    ),
    "partialUpdate_1": ({}, [({"source_type": 1}, "source_type"), ({"program": ""}, "program")]),
    "addEphemerisData": (
        RECORD,
        [
            ({"epoch": "2020-02-30T00:00:00Z"}, "epoch"),
            ({"location_geo": {"lat": 91, "lon": 0}}, "location_geo"),
            ({"nbtrace": {"lat": "north", "lon": 0}}, "nbtrace.lat"),
            ({"platform": "another"}, "platform"),
            ({"metadata": []}, "metadata"),
        ],
    ),
    "addDataProducts": (
        PRODUCT,
        [
            ({"start": "soon"}, "start"),
            ({"end": "2020-02-01T00:00:00"}, "end"),
            ({"data_product_type": "selfie"}, "data_product_type"),
            ({"url": ""}, "url"),
            ({"program": "another"}, "program"),
        ],
    ),
    "deleteEphemeris": (
        {**NAMES, **HOUR},
        [({"start": "soon"}, "start"), ({"end": "2020-02-01T00:00:00"}, "end"), ({"program": 1}, "program")],
    ),
    "deleteDataProduct": ({**NAMES, "urls": ["a"]}, [({"urls": "a"}, "urls"), ({"urls": []}, "urls")]),
    "authenticate": (
        {"email_address": "a@example.org", "password": "b"},
        [({"email_address": 1}, "email_address"), ({"password": None}, "password")],
    ),
}  # fmt: skip


def test_there_are_mistakes_for_every_operation_with_a_body() -> None:
    assert set(MISTAKES) == {operation.name for operation in WITH_BODY}


@pytest.mark.parametrize(
    ("operation", "body", "where"),
    [
        pytest.param(BY_NAME[name], {**good, **change}, where, id=f"{name}-{where}")
        for name, (good, changes) in MISTAKES.items()
        for change, where in changes
    ],
)
def test_a_field_that_does_not_fit_is_named(
    ask: Any, operation: Operation, body: dict[str, Any], where: str
) -> None:
    answer = ask(operation, json.dumps([body] if operation.name in UPLOADS else body))
    assert answer.status_code == 400, answer.text
    assert where in said(answer)


@pytest.mark.parametrize(
    ("path", "parameters", "where"),
    [
        ("availability/ephemeris", {"start": "2019-02-30"}, "start: must be a date such as 2019-01-01"),
        ("availability/ephemeris", {"start": "2019-02-02", "end": "2019-02-01"}, "end"),
        ("availability/data_products", {"end": "1066-10-14"}, "end"),
        ("availability/data_products", {"data_product_type": "selfie"}, "data_product_type"),
        ("availability/data_products", {"slow": "perhaps"}, "slow"),
        ("data_sources", {"format": "everything"}, "format"),
        ("data_sources", {"include_stats": "perhaps"}, "include_stats"),
        ("data_sources/3", {"format": "everything"}, "format"),
        ("data_sources/3/stats", {"format": "everything"}, "format"),
        (f"conjunctions/requests/{SOME_ID}/data", {"generate_ephemeris_queries": "2"}, "generate_"),
        (f"ephemeris/requests/{SOME_ID}/data", {"data_source_record_format": "all"}, "data_source_"),
        (f"data_products/requests/{SOME_ID}/data", {"data_source_record_format": ""}, "data_source_"),
        ("utils/timezones/convert", {}, "ts"),
        ("utils/timezones/convert", {"ts": "noon", "tz": "UTC"}, "ts"),
        ("utils/timezones/convert", {"ts": "2020-01-01T00:00:00", "tz": "Nowhere"}, "tz"),
        ("utils/admin/search_requests", {"search_type": "all"}, "search_type"),
        ("utils/admin/search_requests", {"start": "yesterday"}, "start"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    people: dict[str, httpx.Client], path: str, parameters: dict[str, str], where: str
) -> None:
    answer = people["administrator"].get(f"{API}/{path}", params=parameters)
    assert answer.status_code == 400, answer.text
    assert where in said(answer)

"""Data of a source as tests send them, find them and delete them."""

from __future__ import annotations

import time
from typing import Any

import httpx

SOURCES = "/api/v1/data_sources"


def names(source: dict[str, Any]) -> dict[str, str]:
    return {field: source[field] for field in ("program", "platform", "instrument_type")}


def record(source: dict[str, Any], at: str, **fields: Any) -> dict[str, Any]:
    """Return an ephemeris record as PyAuroraX sends it."""
    nowhere = {"lat": None, "lon": None}
    return {
        **names(source),
        "epoch": f"{at}:00.000Z",
        "location_geo": {"lat": 56.376723, "lon": -94.64366412345},
        "location_gsm": nowhere,
        "nbtrace": {"lat": 0.1 + 0.2, "lon": 180},
        "sbtrace": nowhere,
        "metadata": {},
    } | fields


def product(source: dict[str, Any], hour: int, **fields: Any) -> dict[str, Any]:
    return {
        **names(source),
        "start": f"2020-03-01T{hour:02}:00:00.000",
        "end": f"2020-03-01T{hour:02}:59:00.000",
        "data_product_type": "keogram",
        "url": f"https://example.org/{source['program']}/{hour:02}.png",
        "metadata": {"hour": hour},
    } | fields


def address(source: dict[str, Any], what: str = "ephemeris") -> str:
    return f"{SOURCES}/{source['identifier']}/{what}"


def send(client: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    return client.request(method, path, json=body)


def uploaded(client: httpx.Client, path: str, body: list[dict[str, Any]]) -> None:
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.content) == (202, b""), answer.text


def found(client: httpx.Client, source: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    """Return the ephemeris of a source, searched for at once."""
    filters = query.pop("filters", {})
    body = {
        "start": "2020-01-01T00:00:00",
        "end": "2020-12-31T23:59:59",
        "data_sources": {"programs": [source["program"]], "ephemeris_metadata_filters": filters},
    } | query
    answer = client.post("/api/v1/ephemeris/search_synchronous", json={"query": body})
    assert answer.status_code == 200, answer.text
    result: list[dict[str, Any]] = answer.json()["result"]
    return result


def found_products(client: httpx.Client, source: dict[str, Any]) -> list[dict[str, Any]]:
    query = {
        "data_sources": {"programs": [source["program"]]},
        "start": "2020-01-01T00:00:00",
        "end": "2020-12-31T00:00:00",
    }
    answer = client.post("/api/v1/data_products/search_synchronous", json={"query": query})
    result: list[dict[str, Any]] = answer.json()["result"]
    return result


def deleted(client: httpx.Client, source: dict[str, Any], start: str, end: str) -> list[str]:
    """Delete ephemeris, wait until it is done, and return what is known of the deletion."""
    answer = send(client, "DELETE", address(source), {**names(source), "start": start, "end": end})
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    deadline = time.monotonic() + 10
    while True:
        lines: list[str] = client.get(answer.headers["location"]).json()
        if len(lines) == 2 and "running" not in lines[1]:
            return lines
        assert time.monotonic() < deadline, lines
        time.sleep(0.02)

"""The archive describes itself: to programs, and to people on a page that needs nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import msgspec
import pytest
from platform_operations import OPERATIONS
from searching import API


class Page(HTMLParser):
    """What a page consists of, as far as it matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.addresses: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in {"href", "src"}:
                self.addresses.add(value or "")


@pytest.fixture(scope="module")
def document(http: httpx.Client) -> dict[str, Any]:
    return http.get(f"{API}/openapi.json").json()


@pytest.fixture(scope="module")
def page(http: httpx.Client) -> Page:
    return Page(http.get("/docs").text)


def references(node: Any) -> Iterator[str]:
    """Yield all that a document refers to within itself."""
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_the_document_is_the_same_in_both_forms(http: httpx.Client, document: dict[str, Any]) -> None:
    written = http.get(f"{API}/openapi.yaml")
    assert written.headers["content-type"].startswith("application/yaml")
    assert msgspec.yaml.decode(written.content) == document
    assert document["openapi"].startswith("3.1")


def test_everything_that_is_referred_to_is_described(document: dict[str, Any]) -> None:
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= schemas
    schemes = set(document["components"]["securitySchemes"])
    for item in document["paths"].values():
        for operation in item.values():
            assert {name for way in operation.get("security", []) for name in way} <= schemes


def test_every_operation_is_described_in_words(document: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        described = document["paths"][operation.path][operation.method.lower()]
        assert described["summary"].endswith((".", "else"))
        assert all(answer["description"] for answer in described["responses"].values())


def test_times_are_told_from_other_texts_and_fields_have_their_units(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema, field in (("EphemerisUpload", "epoch"), ("Conjunction", "closest_epoch")):
        value = schemas[schema]["properties"][field]
        [text] = [each for each in value.get("anyOf", [value]) if each["type"] == "string"]
        assert re.search(text["pattern"], "2019-01-01T05:58:00")
        assert not re.search(text["pattern"], "yesterday")
    assert schemas["SearchResult"]["properties"]["query_duration"]["description"] == "Milliseconds."
    # Also of what a struct inherits.
    distances = schemas["SentConjunctionQuery"]["properties"]["max_distances"]
    assert "kilometres" in distances["description"]


def test_the_page_tells_names_and_times_from_words(http: httpx.Client) -> None:
    page = http.get("/docs").text
    assert "`" not in page
    assert "<code>max_distances</code></td><td>object of number or null<p>By pairs" in page
    assert "<code>epoch</code> <small>required</small></td><td>time</td>" in page


def test_the_page_shows_every_operation_and_schema(page: Page, document: dict[str, Any]) -> None:
    assert {operation.name for operation in OPERATIONS} <= set(page.ids)
    schemas = {f"schema-{name.lower()}" for name in document["components"]["schemas"]}
    assert schemas <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    within = {address[1:] for address in page.addresses if address.startswith("#")}
    assert within <= set(page.ids)


def test_the_page_needs_nothing_from_elsewhere(http: httpx.Client, page: Page) -> None:
    assert not page.tags & {"script", "iframe", "object"}
    beyond = {address for address in page.addresses if not address.startswith("#")}
    assert beyond == {"/docs/docs.css", f"{API}/openapi.json", f"{API}/openapi.yaml"}
    for address in beyond:
        assert http.get(address).status_code == 200
    styles = http.get("/docs/docs.css")
    assert styles.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import", styles.text)
    answer = http.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]

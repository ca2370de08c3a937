"""Whatever a document lets a client ask gets an answer that the document lets it expect.

That is held against two documents: the archive's own, and the platform's with its known corrections.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from platform_document import corrected
from platform_operations import OPERATIONS, Operation
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from searching import API, QUERIES, completed

EXAMPLES = 30
DOCUMENTS = ("ours", "the platform's")
DELETED = ("a search", "its data", "all of it, by an administrator")
"""What of a search operations delete, each once for each document."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SOURCE = {
    "program": "ours",
    "platform": "camera",
    "instrument_type": "imager",
    "source_type": "ground",
    "display_name": "Our camera",
}


@dataclass(frozen=True)
class Prepared:
    """What is in an archive, so that every operation can go well."""

    folder: Path
    source: int
    searches: dict[str, list[str]]
    """Finished searches of each kind. The first is there to stay; the others may be deleted."""


@pytest.fixture(scope="module")
def prepared(start_for_module: Any, admin_key: str) -> Prepared:
    """What an archive has found that gave its searches all the time they needed."""
    archive = start_for_module(ARCHIVE_ADMIN_KEY=admin_key)
    headers = {"x-aurorax-api-key": admin_key}
    with httpx.Client(base_url=archive.address, headers=headers, timeout=30) as client:
        source = client.post(f"{API}/data_sources", json=SOURCE).json()["identifier"]
        searches = {
            kind: [completed(client, kind) for _ in range(1 + len(DELETED) * len(DOCUMENTS))]
            for kind in QUERIES
        }
    archive.stop()
    return Prepared(archive.folder, source, searches)


@pytest.fixture(scope="module")
def http(start_for_module: Any, admin_key: str, prepared: Prepared) -> Iterator[httpx.Client]:
    """An administrator at that archive, where searches have little time now: most ask for all there is."""
    archive = start_for_module(
        prepared.folder,
        ARCHIVE_ADMIN_KEY=admin_key,
        ARCHIVE_TIME_LIMIT_S="0.5",
        ARCHIVE_SYNCHRONOUS_TIME_LIMIT_S="0.2",
    )
    headers = {"x-aurorax-api-key": admin_key}
    with httpx.Client(base_url=archive.address, headers=headers, timeout=30) as client:
        # The first to ask for statistics of everything waits until all nights were counted.
        client.get(f"{API}/data_sources", params={"include_stats": True})
        yield client


@pytest.fixture(scope="module")
def documents(http: httpx.Client) -> dict[str, Any]:
    """Both documents as schemathesis reads them."""
    described = (http.get(f"{API}/openapi.json").json(), corrected())
    return dict(zip(DOCUMENTS, map(schemathesis.openapi.from_dict, described), strict=True))


@pytest.fixture
def somewhere(request: pytest.FixtureRequest, prepared: Prepared) -> dict[str, Any]:
    """Parameters in the path of an operation that lead to something, so that it can go well."""
    operation: Operation = request.node.callspec.params["operation"]
    if "{identifier}" in operation.path:
        return {"identifier": prepared.source}
    if "{request_id}" not in operation.path:
        return {}
    searches = prepared.searches.get(operation.path.split("/")[3], prepared.searches["ephemeris"])
    return {"request_id": searches.pop() if operation.method == "DELETE" else searches[0]}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("whose", DOCUMENTS)
def test_no_answer_contradicts_the_document(
    whose: str,
    operation: Operation,
    somewhere: dict[str, Any],
    documents: dict[str, Any],
    http: httpx.Client,
) -> None:
    asked = documents[whose][operation.path][operation.method]
    cases = [asked.as_strategy(GenerationMode.POSITIVE)]
    if somewhere:
        cases.append(asked.as_strategy(GenerationMode.POSITIVE, path_parameters=somewhere))
    if asked.definition.raw.get("parameters") or "requestBody" in asked.definition.raw:
        cases.append(asked.as_strategy(GenerationMode.NEGATIVE))

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases))
    def hold(case: Any) -> None:
        case.call_and_validate(str(http.base_url), headers=dict(http.headers), checks=CHECKS)

    hold()

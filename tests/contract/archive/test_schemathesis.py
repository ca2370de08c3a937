"""Whatever a document lets a client ask gets an answer that the document lets it expect.

That is held against two documents: the archive's own, and the platform's with its known corrections.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from searching import API, QUERIES, completed, submitted

EXAMPLES = 50
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


@pytest.fixture(scope="module")
def http(start_for_module: Any, admin_key: str) -> Iterator[httpx.Client]:
    """An administrator at an archive of these tests' own, whose searches have little time."""
    archive = start_for_module(
        ARCHIVE_ADMIN_KEY=admin_key, ARCHIVE_TIME_LIMIT_S="1", ARCHIVE_SYNCHRONOUS_TIME_LIMIT_S="0.2"
    )
    headers = {"x-aurorax-api-key": admin_key}
    with httpx.Client(base_url=archive.address, headers=headers, timeout=30) as client:
        # The first to ask for statistics of everything waits until all nights were counted.
        client.get(f"{API}/data_sources", params={"include_stats": True})
        yield client


@pytest.fixture(scope="module")
def documents(http: httpx.Client) -> dict[str, Any]:
    """Both documents as schemathesis reads them."""
    return {
        "ours": schemathesis.openapi.from_dict(http.get(f"{API}/openapi.json").json()),
        "the platform's": schemathesis.openapi.from_dict(corrected()),
    }


@pytest.fixture(scope="module")
def stored_source(http: httpx.Client) -> int:
    return http.post(f"{API}/data_sources", json=SOURCE).json()["identifier"]


@pytest.fixture(scope="module")
def searches(http: httpx.Client) -> dict[str, str]:
    """A finished search of each kind."""
    return {kind: completed(http, kind) for kind in QUERIES}


@pytest.fixture
def somewhere(
    request: pytest.FixtureRequest, http: httpx.Client, stored_source: int, searches: dict[str, str]
) -> dict[str, Any]:
    """Parameters in the path of an operation that lead to something, so that it can go well."""
    operation: Operation = request.node.callspec.params["operation"]
    if "{identifier}" in operation.path:
        return {"identifier": stored_source}
    if "{request_id}" not in operation.path:
        return {}
    kind = operation.path.split("/")[3]
    if kind not in searches:
        return {"request_id": submitted(http, "ephemeris", QUERIES["ephemeris"])}
    # What is deleted is nobody else's.
    return {"request_id": completed(http, kind) if operation.method == "DELETE" else searches[kind]}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("whose", ["ours", "the platform's"])
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

"""Every script that the dashboard exports runs as it is, against a real archive, and finds the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from aurorax_dashboard.api.models import (
    AdhocCriteria,
    ConjunctionQuery,
    GroundCriteria,
    Location,
    MetadataExpression,
    MetadataFilters,
    SpaceCriteria,
)
from aurorax_dashboard.queries.canonical import body
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.queries.exporter import to_curl, to_json, to_pyaurorax, to_pyaurorax_fetch
from aurorax_dashboard.queries.importer import import_query

SCRIPT_SECONDS = 60
REGION = MetadataFilters(
    expressions=[MetadataExpression(key="nbtrace_region", operator="in", values=["north auroral oval"])]
)
EVERYTHING = ConjunctionQuery(
    start=datetime.fromisoformat("2019-01-01"),
    end=datetime.fromisoformat("2019-01-03T23:59:59"),
    conjunction_types=["nbtrace", "geographic"],
    ground=[GroundCriteria(programs=["themis-asi"])],
    space=[SpaceCriteria(programs=["swarm"], ephemeris_metadata_filters=REGION)],
    adhoc=[AdhocCriteria(locations=[Location(lat=58.2, lon=-103.7)])],
    max_distances={"ground1-space1": 800, "space1-adhoc1": 2_500},
    epoch_search_precision=30,
)
QUERIES = {"first example": examples()[0].query, "every kind of block": EVERYTHING}

needs_pyaurorax = pytest.mark.skipif(
    # Looked up, not imported: the import warns, and takes a while.
    not any((Path(folder) / "pyaurorax").is_dir() for folder in sys.path),
    reason="needs the extra pyaurorax, which needs a compiler",
)
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")


@pytest.fixture(params=QUERIES)
def query(request: pytest.FixtureRequest) -> ConjunctionQuery:
    return QUERIES[request.param]


@pytest.fixture
def found(http: httpx.Client, query: ConjunctionQuery) -> list[dict[str, Any]]:
    """What the archive finds when it is asked directly."""
    return ask(http, query)[1]


def ask(http: httpx.Client, query: ConjunctionQuery) -> tuple[str, list[dict[str, Any]]]:
    """Return request id and conjunctions of a search."""
    answer = http.post("/api/v1/conjunctions/search", json=body(query))
    assert answer.status_code == 202, answer.text
    location = answer.headers["location"]
    while not http.get(location).json()["search_result"]["data_uri"]:
        pass
    conjunctions = http.get(f"{location}/data").json()["result"]
    assert conjunctions
    return location.rpartition("/")[2], conjunctions


def run(arguments: list[str], folder: Path) -> str:
    """Run a script in `folder` as its user would; return what it prints."""
    ended = subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def python(script: str, folder: Path) -> str:
    path = folder / "script.py"
    path.write_text(script)
    return run([sys.executable, "-W", "ignore", str(path)], folder)


def starts(conjunctions: list[dict[str, Any]]) -> list[str]:
    return sorted(each["start"].replace("T", " ") for each in conjunctions)


def printed(output: str) -> tuple[str, list[str]]:
    """Return the line with the count, and the starts of the lines that follow it."""
    lines = output.splitlines()
    first = next(n for n, line in enumerate(lines) if line.endswith(" conjunctions"))
    return lines[first], [line[:19].replace("T", " ") for line in lines[first + 1 :]]


@needs_pyaurorax
def test_the_pyaurorax_script_finds_the_same(
    archive_address: str, tmp_path: Path, query: ConjunctionQuery, found: list[dict[str, Any]]
) -> None:
    count, begins = printed(python(to_pyaurorax(query, archive_address), tmp_path))
    assert count == f"{len(found)} conjunctions"
    assert begins == starts(found)


@needs_pyaurorax
def test_the_fetching_script_fetches_this_very_request(
    http: httpx.Client, archive_address: str, tmp_path: Path
) -> None:
    request_id, conjunctions = ask(http, QUERIES["first example"])
    script = to_pyaurorax_fetch(request_id, archive_address, "THEMIS-ASI × Swarm")
    count, begins = printed(python(script, tmp_path))
    assert count == "11 conjunctions"
    assert begins == starts(conjunctions)


@needs_pyaurorax
def test_the_json_is_what_pyaurorax_takes_as_a_raw_query(
    archive_address: str, tmp_path: Path, query: ConjunctionQuery, found: list[dict[str, Any]]
) -> None:
    (tmp_path / "query.json").write_text(to_json(query))
    script = f"""
import pyaurorax
aurorax = pyaurorax.PyAuroraX(api_base_url={archive_address!r})
search = aurorax.search.conjunctions.search_from_raw_query(open("query.json").read())
print(len(search.data), "conjunctions")
"""
    assert printed(python(script, tmp_path))[0] == f"{len(found)} conjunctions"


@needs_curl
def test_the_curl_script_saves_the_same(
    archive_address: str, tmp_path: Path, query: ConjunctionQuery, found: list[dict[str, Any]]
) -> None:
    (tmp_path / "script.sh").write_text(to_curl(query, archive_address))
    assert "Saved to conjunctions.json" in run(["sh", "script.sh"], tmp_path)
    saved = json.loads((tmp_path / "conjunctions.json").read_text())["result"]
    assert starts(saved) == starts(found)


def test_the_json_and_what_is_read_back_from_it_find_the_same(
    http: httpx.Client, query: ConjunctionQuery, found: list[dict[str, Any]]
) -> None:
    again, notes = import_query(to_json(query))
    assert notes == []
    assert msgspec.json.encode(again) == msgspec.json.encode(import_query(to_json(again))[0])
    assert starts(ask(http, again)[1]) == starts(found)

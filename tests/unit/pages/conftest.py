"""Three sources, a search of theirs and its small result; what a browser would report of a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from dash.development.base_component import Component

from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.api.models import (
    ConjunctionQuery,
    DataSource,
    GroundCriteria,
    SearchRequest,
    SearchResult,
    SearchStatus,
    SpaceCriteria,
)
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.store import StoredResult, Submission

ID = "5f0c2f4e-8f1b-4c0e-9b0a-2d8f3a1c7e55"


class Shown:
    """A page as it is laid out, asked for its parts as Dash reports them to a callback."""

    def __init__(self, page: Component) -> None:
        self._page = page

    def _parts(self) -> Iterator[Component]:
        yield self._page
        yield from (part for part in self._page._traverse() if isinstance(part, Component))

    def part(self, name: str) -> Component:
        """Return the one part with the id `name`."""
        [found] = [part for part in self._parts() if getattr(part, "id", None) == name]
        return found

    def has(self, name: str) -> bool:
        return any(getattr(part, "id", None) == name for part in self._parts())

    def group(self, kind: str, prop: str = "value") -> list[dict[str, Any]]:
        """Return id and value of all parts whose id has the type `kind`."""
        return [
            {"id": part.id, "property": prop, "value": getattr(part, prop, None)}
            for part in self._parts()
            if isinstance(getattr(part, "id", None), dict) and part.id["type"] == kind
        ]

    @property
    def text(self) -> str:
        """All words of the page."""
        words = [part for part in self._page._traverse() if isinstance(part, str)]
        lone = [
            part.children for part in self._parts() if isinstance(getattr(part, "children", None), str)
        ]
        return " ".join([*words, *lone])

    def links(self) -> list[str]:
        return [part.href for part in self._parts() if getattr(part, "href", None)]


@pytest.fixture
def shown() -> type[Shown]:
    return Shown


@pytest.fixture
def sources() -> list[DataSource]:
    rows = [
        (3, "swarm", "swarma", "footprint", "leo"),
        (33, "themis", "themisa", "footprint", "heo"),
        (46, "themis-asi", "gillam", "panchromatic ASI", "ground"),
    ]
    return [
        DataSource(
            identifier=i, program=p, platform=q, instrument_type=t, source_type=s, display_name=q
        )
        for i, p, q, t, s in rows
    ]


@pytest.fixture
def query() -> ConjunctionQuery:
    return ConjunctionQuery(
        start=datetime.fromisoformat("2019-01-01"),
        end=datetime.fromisoformat("2019-01-03T23:59:59"),
        ground=[GroundCriteria(programs=["themis-asi"])],
        space=[SpaceCriteria(programs=["swarm", "themis"])],
        max_distances={"ground1-space1": 500},
    )


@pytest.fixture
def submission(query: ConjunctionQuery) -> Submission:
    return Submission(
        request_id=ID,
        query=query,
        title="THEMIS-ASI and Swarm",
        server="http://archive.test",
        submitted=datetime(2026, 3, 1, tzinfo=UTC),
    )


@pytest.fixture
def stored() -> StoredResult:
    """Two conjunctions; the second in time is the closer one."""
    records = [
        {
            "conjunction_type": "nbtrace",
            "start": f"2019-01-0{day}T09:16:00",
            "end": f"2019-01-0{day}T09:17:00",
            "closest_epoch": f"2019-01-0{day}T09:16:00",
            "farthest_epoch": f"2019-01-0{day}T09:17:00",
            "min_distance": km,
            "max_distance": 450,
            "data_sources": [
                {"identifier": 46, "program": "themis-asi", "display_name": "THEMIS-ASI GILL"},
                {"identifier": 3, "program": "swarm", "display_name": "Swarm A"},
            ],
            "events": [],
        }
        for day, km in ((1, 300), (2, 200))
    ]
    status = SearchStatus(search_request=SearchRequest(request_id=ID), search_result=SearchResult())
    return StoredResult(
        finished=Finished(
            status=status,
            server="http://archive.test",
            simulated=True,
            retrieved=datetime(2026, 3, 1, tzinfo=UTC),
        ),
        result=ConjunctionResult.from_json(json.dumps({"result": records}).encode()),
        footprints=empty_ephemeris(),
    )

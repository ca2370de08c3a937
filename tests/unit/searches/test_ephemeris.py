"""Ephemeris searches are kept with all their records, and survive the platform's own copy."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from aurorax_dashboard.api.errors import InvalidQueryError, UnreachableError
from aurorax_dashboard.api.frames import ephemeris_frame
from aurorax_dashboard.api.models import (
    DataSource,
    EphemerisCriteria,
    EphemerisQuery,
    SearchRequest,
    SearchResult,
    SearchStatus,
)
from aurorax_dashboard.searches.ephemeris import (
    EphemerisErrand,
    EphemerisStore,
    arranged,
    submit_ephemeris,
)
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.times import naive_utc

REQUEST_ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab"
SWARM_A = DataSource(identifier=3, program="swarm", platform="swarma", display_name="Swarm A")
NEW_YEAR = naive_utc(datetime(2019, 1, 1, tzinfo=UTC))
QUERY = EphemerisQuery(
    start=NEW_YEAR,
    end=NEW_YEAR + timedelta(minutes=2),
    data_sources=EphemerisCriteria(programs=["swarm"]),
)


def frame(*rows: tuple[int, str, float]) -> pd.DataFrame:
    records = [
        {
            "data_source": {"identifier": identifier},
            "epoch": epoch,
            "location_geo": {"lat": lat, "lon": 0.0},
            "metadata": {"nbtrace_region": "north polar cap"},
        }
        for identifier, epoch, lat in rows
    ]
    return ephemeris_frame(json.dumps({"result": records}).encode())


def ended(query: Any = None, request_id: str = REQUEST_ID) -> SearchStatus:
    return SearchStatus(
        search_request=SearchRequest(request_id=request_id, query=query),
        search_result=SearchResult(data_uri="/data", error_condition=False, result_count=3),
    )


class Server:
    """Answers as a client would; `error` is raised by what asks it."""

    base_url = "https://api.example.org"
    error: Exception | None = None

    def submit_ephemeris(self, _query: EphemerisQuery) -> str:
        if self.error:
            raise self.error
        return REQUEST_ID

    def ephemeris(self, _request_id: str) -> pd.DataFrame:
        return frame((3, "2019-01-01T00:00:00", 60), (3, "2019-01-01T00:01:00", 61))

    def data_sources(self, **_asked: Any) -> Any:
        if self.error:
            raise self.error
        return type("Answer", (), {"value": [SWARM_A]})

    def identity(self) -> Any:
        return type("Identity", (), {"simulated": True})


@pytest.fixture
def store(tmp_path: Path) -> EphemerisStore:
    return EphemerisStore(DiskKeep(tmp_path / "keep"))


def test_records_are_sorted_and_one_for_each_minute():
    raw = frame(
        (30, "2019-01-01T00:00:00", 1),
        (3, "2019-01-01T00:01:00", 2),
        (3, "2019-01-01T00:00:00", 3),
        (3, "2019-01-01T00:01:00", 4),
    )
    kept = arranged(raw)
    assert kept["identifier"].tolist() == [3, 3, 30]
    assert kept["lat"].tolist() == [3, 4, 1], "of two for one minute the later one stays"


def test_a_result_comes_back_as_it_was_kept(store: EphemerisStore):
    assert store.result(REQUEST_ID) is None
    now = datetime.now(UTC)
    finished = Finished(
        status=ended(), server="https://api.example.org", simulated=False, retrieved=now
    )
    raw = frame((3, "2019-01-01T00:00:00", 60), (99, "2019-01-01T00:00:00", 61))
    store.finish(finished, raw, [SWARM_A, DataSource(identifier=5, program="other")])
    result = store.result(REQUEST_ID.upper())
    assert result is not None
    pd.testing.assert_frame_equal(result.records, arranged(raw), check_categorical=False)
    assert list(result.sources) == [3], "only sources that occur"
    assert (result.name(3), result.name(99)) == ("Swarm A", "source 99")


def test_what_was_sent_can_be_run_again(store: EphemerisStore):
    sent = submit_ephemeris(Server(), store, QUERY, [SWARM_A])
    assert store.submission(REQUEST_ID) == sent
    assert sent.title == "Ephemeris of Swarm A, 2019-01-01"


def test_a_search_that_was_not_taken_leaves_nothing(store: EphemerisStore):
    server = Server()
    server.error = InvalidQueryError("no")
    with pytest.raises(InvalidQueryError):
        submit_ephemeris(server, store, QUERY, [SWARM_A])
    assert store.submission(REQUEST_ID) is None


def test_a_search_sent_elsewhere_is_remembered_from_its_status(store: EphemerisStore):
    errand = EphemerisErrand(Server(), store)
    errand.remember(ended('{"start": "2019-01-01T00:00:00", "data_sources": {"programs": ["swarm"]}}'))
    submission = store.submission(REQUEST_ID)
    assert submission is not None
    assert submission.query.data_sources.programs == ["swarm"]
    errand.remember(ended("unreadable", request_id="1" + REQUEST_ID[1:]))
    assert store.submission("1" + REQUEST_ID[1:]) is None


def test_records_are_kept_even_where_names_cannot_be_asked_for(store: EphemerisStore):
    server = Server()
    server.error = UnreachableError("gone")
    told: list[str] = []
    errand = EphemerisErrand(server, store)
    errand.fetch(ended(), lambda words, _share: told.append(words))
    assert errand.is_kept(REQUEST_ID)
    result = store.result(REQUEST_ID)
    assert result is not None
    assert (len(result.records), result.finished.simulated) == (2, True)
    assert told == ["Fetching 3 records.", "Keeping 2 records."]

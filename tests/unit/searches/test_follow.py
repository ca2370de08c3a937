"""One search is followed to its end, whatever that is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from aurorax_dashboard.api.client import ServerIdentity
from aurorax_dashboard.api.errors import (
    AuroraXError,
    InvalidQueryError,
    MaintenanceError,
    NotFoundError,
    TimedOutError,
    UnreachableError,
)
from aurorax_dashboard.api.frames import empty_ephemeris
from aurorax_dashboard.api.models import SearchLog, SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.searches.conjunctions import ConjunctionErrand
from aurorax_dashboard.searches.follow import Outcome, Progress, State, follow, state_of
from aurorax_dashboard.searches.keep import DiskKeep, KeepError
from aurorax_dashboard.searches.store import SearchStore

REQUEST_ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab"


def status(*logs: str, query: Any = None, **result: Any) -> SearchStatus:
    return SearchStatus(
        search_request=SearchRequest(request_id=REQUEST_ID, query=query),
        search_result=SearchResult(**result),
        logs=[SearchLog(level="info", summary=text) for text in logs],
    )


RUNNING = status("Search request arrived and saved", "Querying the database 3 times")
DONE = status("Search completed", data_uri="/data", error_condition=False, result_count=0)


class ScriptedClient:
    """Answers each question for the status with the next entry of a script; the last one stays."""

    base_url = "http://archive.test"

    def __init__(self, *script: SearchStatus | AuroraXError) -> None:
        self.script = list(script)
        self.asked = 0

    def status(self, _kind: str, _request_id: str) -> SearchStatus:
        entry = self.script[min(self.asked, len(self.script) - 1)]
        self.asked += 1
        if isinstance(entry, AuroraXError):
            raise entry
        return entry

    def conjunctions(self, _request_id: str) -> ConjunctionResult:
        return ConjunctionResult.from_json(b'{"result": []}')

    def ephemeris_synchronous(self, _query: Any) -> pd.DataFrame:
        return empty_ephemeris()

    def identity(self) -> ServerIdentity:
        return ServerIdentity("Archive", simulated=True)


@pytest.fixture
def store(tmp_path: Path) -> SearchStore:
    return SearchStore(DiskKeep(tmp_path / "searches"))


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def run(
    client: ScriptedClient, store: SearchStore, patience_s: float = 3600
) -> tuple[Outcome, list[Progress], Clock]:
    clock, told = Clock(), []
    outcome = follow(
        client,  # type: ignore[arg-type]
        ConjunctionErrand(client, store, map_events=10),  # type: ignore[arg-type]
        REQUEST_ID,
        told.append,
        patience_s=patience_s,
        sleep=clock.sleep,
        clock=clock,
    )
    return outcome, told, clock


def test_a_finished_search_is_kept_with_its_provenance(store: SearchStore) -> None:
    outcome, told, _ = run(ScriptedClient(RUNNING, DONE), store)
    assert outcome.state is State.DONE
    kept = store.result(REQUEST_ID)
    assert kept is not None
    assert kept.finished.simulated
    assert kept.finished.server == "http://archive.test"
    assert [progress.state for progress in told][:2] == [State.RUNNING, State.FETCHING]


def test_what_is_kept_is_not_asked_again(store: SearchStore) -> None:
    run(ScriptedClient(DONE), store)
    again = ScriptedClient(NotFoundError("gone"))
    assert run(again, store)[0].state is State.DONE
    assert again.asked == 0


def test_an_unreachable_server_is_asked_again(store: SearchStore) -> None:
    outcome, told, _ = run(ScriptedClient(UnreachableError("No connection"), RUNNING, DONE), store)
    assert outcome.state is State.DONE
    assert told[0].state is State.UNREACHABLE
    assert told[0].note == "No connection"


class ResultLater(ScriptedClient):
    """A server that fails at the first question for the result."""

    def __init__(self, *script: SearchStatus | AuroraXError, error: AuroraXError) -> None:
        super().__init__(*script)
        self._errors = [error]

    def conjunctions(self, request_id: str) -> ConjunctionResult:
        if self._errors:
            raise self._errors.pop()
        return super().conjunctions(request_id)


def test_a_result_that_cannot_be_had_yet_is_fetched_later(store: SearchStore) -> None:
    client = ResultLater(RUNNING, DONE, error=MaintenanceError("In maintenance"))
    outcome, told, _ = run(client, store)
    assert outcome.state is State.DONE
    assert (State.UNREACHABLE, "In maintenance") in [(each.state, each.note) for each in told]
    assert store.is_finished(REQUEST_ID)


def test_a_result_too_large_to_come_in_time_is_not_fetched_for_ever(store: SearchStore) -> None:
    client = ResultLater(RUNNING, DONE, error=TimedOutError("Too slow"))
    outcome, _, _ = run(client, store)
    assert outcome.state is State.FAILED
    assert outcome.error is not None


def test_a_store_that_keeps_nothing_ends_the_following_with_its_error(
    store: SearchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise KeepError("The dashboard's own store cannot be used now")

    monkeypatch.setattr(store, "is_finished", full)
    outcome, _, _ = run(ScriptedClient(RUNNING, DONE), store)
    assert outcome.state is State.FAILED
    assert isinstance(outcome.error, KeepError)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (NotFoundError("unknown"), State.UNKNOWN),
        (InvalidQueryError("bad"), State.FAILED),
        (
            status("Search request was cancelled", error_condition=True, data_uri="/data"),
            State.CANCELLED,
        ),
        (status("Out of memory", error_condition=True, data_uri="/data"), State.FAILED),
        (status("Done", data_uri="/d", result_file_deleted_timestamp=datetime.now(UTC)), State.EXPIRED),
    ],
)
def test_each_bad_end_is_told_apart(store: SearchStore, last: Any, state: State) -> None:
    assert run(ScriptedClient(RUNNING, last), store)[0].state is state
    assert not store.is_finished(REQUEST_ID)


def test_patience_ends(store: SearchStore) -> None:
    outcome, _, clock = run(ScriptedClient(RUNNING), store, patience_s=100)
    assert outcome.state is State.ABANDONED
    assert 100 <= clock.now < 115


def test_silence_is_called_stalled(store: SearchStore) -> None:
    _, told, _ = run(ScriptedClient(RUNNING), store, patience_s=300)
    assert told[0].state is State.RUNNING
    assert told[-1].state is State.STALLED


def test_questions_come_quickly_at_first_then_slower(store: SearchStore) -> None:
    _, _, clock = run(ScriptedClient(RUNNING), store, patience_s=600)
    assert clock.pauses[0] < 0.3
    assert max(clock.pauses[:20]) < 2.3
    assert 8 < clock.pauses[-1] < 11.5


def test_a_search_sent_elsewhere_is_remembered_with_its_query(store: SearchStore) -> None:
    query = {
        "start": "2019-01-01T00:00:00",
        "end": "2019-01-01T23:59:59",
        "ground": [{"programs": ["themis-asi"]}],
        "space": [{"programs": ["swarm"]}],
        "max_distances": {"ground1-space1": 500},
    }
    run(ScriptedClient(status("Search request arrived", query=query), DONE), store)
    submission = store.submission(REQUEST_ID)
    assert submission is not None
    assert submission.query.ground[0].programs == ["themis-asi"]
    assert "THEMIS-ASI × Swarm" in submission.title


def _percentages() -> Iterator[tuple[str, float | None]]:
    yield "Searched 40 % of the period", 0.4
    yield "Searched 40% of the period", 0.4
    yield "Found 92 single epoch events", None


@pytest.mark.parametrize(("text", "fraction"), list(_percentages()))
def test_a_percentage_in_the_log_is_progress(
    store: SearchStore, text: str, fraction: float | None
) -> None:
    _, told, _ = run(ScriptedClient(status("arrived", text), DONE), store)
    assert told[0].fraction == fraction


def test_a_search_with_one_log_line_is_queued() -> None:
    assert state_of(status("Search request arrived and saved")) is State.QUEUED


class WithoutFootprints(ScriptedClient):
    """Has the result, but fails at every question for where the sources were, and at who it is."""

    def conjunctions(self, _request_id: str) -> ConjunctionResult:
        source = {
            "program": "swarm",
            "platform": "swarma",
            "instrument_type": "footprint",
            "source_type": "leo",
        }
        row = {
            "conjunction_type": "nbtrace",
            **dict.fromkeys(("start", "end", "closest_epoch", "farthest_epoch"), "2019-01-01T05:58:00"),
            "min_distance": 1.0,
            "max_distance": 2.0,
            "data_sources": [
                {"identifier": 3, **source},
                {"identifier": 30, **source, "platform": "swarmc"},
            ],
        }
        return ConjunctionResult.from_json(json.dumps([row]).encode())

    def ephemeris_synchronous(self, _query: Any) -> pd.DataFrame:
        raise UnreachableError("No connection")

    def identity(self) -> ServerIdentity:
        raise UnreachableError("No connection")


def test_a_result_is_kept_though_its_footprints_cannot_be_had(store: SearchStore) -> None:
    assert run(WithoutFootprints(DONE), store)[0].state is State.DONE
    kept = store.result(REQUEST_ID)
    assert kept is not None
    assert len(kept.result) == 1
    assert kept.footprints.empty
    assert not kept.placed
    assert kept.finished.simulated  # nobody said otherwise, and it is not the platform


class WithFootprints(WithoutFootprints):
    """Has them now, and looks what is kept when it is asked for them."""

    def __init__(self, store: SearchStore, ephemeris: pd.DataFrame, *script: SearchStatus) -> None:
        super().__init__(*script)
        self._store, self._ephemeris = store, ephemeris
        self.kept: list[tuple[bool, bool]] = []

    def ephemeris_synchronous(self, _query: Any) -> pd.DataFrame:
        self.kept.append((self._store.is_finished(REQUEST_ID), self._store.is_placed(REQUEST_ID)))
        return self._ephemeris


def test_a_result_can_be_shown_before_its_footprints_have_come(
    store: SearchStore, ephemeris: pd.DataFrame
) -> None:
    client = WithFootprints(store, ephemeris, DONE)
    _, told, _ = run(client, store)
    assert set(client.kept) == {(True, False)}
    assert told[-1].state is State.DONE
    kept = store.result(REQUEST_ID)
    assert kept is not None
    assert kept.placed
    assert len(kept.footprints) == len(ephemeris)


def test_footprints_that_could_not_be_had_are_fetched_by_who_follows_next(
    store: SearchStore, ephemeris: pd.DataFrame
) -> None:
    run(WithoutFootprints(DONE), store)
    before = store.result(REQUEST_ID)
    again = WithFootprints(store, ephemeris, DONE)
    assert run(again, store)[0].state is State.DONE
    after = store.result(REQUEST_ID)
    assert before is not None
    assert after is not None
    assert (before.placed, after.placed) == (False, True)
    assert again.asked == 0  # nothing but the footprints

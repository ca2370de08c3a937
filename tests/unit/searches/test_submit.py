"""What was asked is kept as soon as the server may have taken it, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from aurorax_dashboard.api.errors import (
    AuroraXError,
    InvalidQueryError,
    MaintenanceError,
    TimedOutError,
    UnreachableError,
)
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.searches.keep import DiskKeep, KeepError
from aurorax_dashboard.searches.store import SearchStore
from aurorax_dashboard.searches.submit import submit

REQUEST_ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab"


class Server:
    """Takes a search, or refuses it."""

    base_url = "http://archive.test"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[ConjunctionQuery] = []

    def submit_conjunctions(self, query: ConjunctionQuery) -> str:
        self.asked.append(query)
        if self.error:
            raise self.error
        return REQUEST_ID


def test_a_taken_search_can_be_run_again(tmp_path: Path) -> None:
    store, query = SearchStore(DiskKeep(tmp_path / "s")), examples()[0].query
    sent = submit(Server(), store, query, [])  # type: ignore[arg-type]
    assert store.submission(REQUEST_ID) == sent
    assert sent.query == query
    assert sent.title == "THEMIS-ASI × Swarm, 2019-01-01 – 2019-01-03"


def test_a_refused_search_leaves_nothing(tmp_path: Path) -> None:
    store = SearchStore(DiskKeep(tmp_path / "s"))
    with pytest.raises(InvalidQueryError):
        submit(Server(InvalidQueryError("no")), store, examples()[0].query, [])  # type: ignore[arg-type]
    assert store.submission(REQUEST_ID) is None


@pytest.mark.parametrize(
    "error",
    [TimedOutError("late"), UnreachableError("broke"), UnreachableError("gateway", status=504)],
    ids=["no answer in time", "a broken connection", "504"],
)
def test_a_search_whose_answer_was_lost_counts_as_sent(tmp_path: Path, error: Exception) -> None:
    store, query, server = SearchStore(DiskKeep(tmp_path / "s")), examples()[0].query, Server(error)
    sent = submit(server, store, query, [])  # type: ignore[arg-type]
    assert sent.request_id == server.asked[0].request_id
    assert store.submission(sent.request_id) == sent
    assert sent.query == query


@pytest.mark.parametrize(
    "error",
    [
        UnreachableError("refused", may_have_arrived=False),
        UnreachableError("down", status=502),
        MaintenanceError("closed", status=503),
    ],
    ids=["no connection", "502", "503"],
)
def test_a_search_that_certainly_does_not_run_was_not_sent(tmp_path: Path, error: AuroraXError) -> None:
    with pytest.raises(type(error)):
        submit(Server(error), SearchStore(DiskKeep(tmp_path / "s")), examples()[0].query, [])  # type: ignore[arg-type]


def test_a_search_that_runs_is_told_though_it_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise KeepError("full")

    monkeypatch.setattr(SearchStore, "remember", full)
    sent = submit(Server(), SearchStore(DiskKeep(tmp_path / "s")), examples()[0].query, [])  # type: ignore[arg-type]
    assert sent.request_id == REQUEST_ID

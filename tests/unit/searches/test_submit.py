"""What was asked is kept as soon as the server has taken it, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from aurorax_dashboard.api.errors import InvalidQueryError
from aurorax_dashboard.api.models import ConjunctionQuery
from aurorax_dashboard.queries.examples import examples
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.store import SearchStore
from aurorax_dashboard.searches.submit import submit

REQUEST_ID = "7d0a3f8e-2f9e-4c1b-9c1a-0123456789ab"


class Server:
    """Takes a search, or refuses it."""

    base_url = "http://archive.test"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def submit_conjunctions(self, _query: ConjunctionQuery) -> str:
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

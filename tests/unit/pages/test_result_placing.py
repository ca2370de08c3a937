"""A result is on its page before its footprints are on the map."""

from __future__ import annotations

from pathlib import Path

import pytest

from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.pages.result_placing import Placing, placing
from aurorax_dashboard.searches.follow import Progress, State
from aurorax_dashboard.searches.follows import Ending, Follows
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.store import SearchStore, StoredResult


@pytest.fixture
def store(tmp_path: Path, stored: StoredResult) -> SearchStore:
    kept = SearchStore(DiskKeep(tmp_path))
    kept.finish(stored.finished, stored.result)
    return kept


@pytest.fixture
def follows() -> Follows:
    return Follows(MemoryStore(), most=4)


def request_id(stored: StoredResult) -> str:
    return stored.finished.status.search_request.request_id


def test_while_they_are_fetched_the_page_waits_and_soon_does_without(
    store: SearchStore, stored: StoredResult, follows: Follows
) -> None:
    of = request_id(stored)
    lease = follows.claim(of)
    assert lease is not None
    with lease:
        lease.tell(Progress(State.DONE, 1.0))
        assert placing(store, follows, of, Placing.SOON, 0) == (Placing.SOON, True, False)
        assert placing(store, follows, of, Placing.SOON, 9) == (Placing.LATE, True, False)
        assert placing(store, follows, of, Placing.LATE, 0) == (Placing.LATE, True, False)
        store.place(of, stored.footprints)
        assert placing(store, follows, of, Placing.LATE, 10) == (Placing.DONE, False, False)


def test_what_could_not_be_had_is_not_waited_for(
    store: SearchStore, stored: StoredResult, follows: Follows
) -> None:
    lease = follows.claim(request_id(stored))
    assert lease is not None
    with lease:
        lease.end(Ending(state=State.DONE))
    found = placing(store, follows, request_id(stored), Placing.SOON, 1)
    assert found == (Placing.LATE, False, False)


def test_where_the_job_has_died_one_page_starts_another(
    store: SearchStore, stored: StoredResult, follows: Follows
) -> None:
    of = request_id(stored)
    assert placing(store, follows, of, Placing.SOON, 1) == (Placing.SOON, True, True)
    assert placing(store, follows, of, Placing.SOON, 2) == (Placing.SOON, True, False)

"""Where the searches of this browser stand, by what the dashboard's own stores know."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.api.models import SearchRequest, SearchResult, SearchStatus
from aurorax_dashboard.api.results import ConjunctionResult
from aurorax_dashboard.components.recent import RecentSearch
from aurorax_dashboard.components.runs import runs
from aurorax_dashboard.searches.follow import Progress, State
from aurorax_dashboard.searches.follows import Ending, Follows
from aurorax_dashboard.searches.keep import DiskKeep
from aurorax_dashboard.searches.kept import Finished
from aurorax_dashboard.searches.store import SearchStore

IDS = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(4)]
SEARCHES = [
    RecentSearch(request_id=request_id, title=f"Search {n}", at=datetime(2026, 1, 1, tzinfo=UTC))
    for n, request_id in enumerate(IDS)
]


@pytest.fixture
def store(tmp_path: Path) -> SearchStore:
    store = SearchStore(DiskKeep(tmp_path))
    status = SearchStatus(
        search_request=SearchRequest(request_id=IDS[0]), search_result=SearchResult(result_count=1234)
    )
    result = ConjunctionResult.from_json(b'{"result": []}')
    end = Finished(status=status, server="http://a", simulated=True, retrieved=datetime.now(UTC))
    store.finish(end, result, result.rows)
    return store


def test_each_search_has_its_state(store: SearchStore) -> None:
    follows = Follows(MemoryStore(), most=8)
    running, failed = follows.claim(IDS[1]), follows.claim(IDS[2])
    assert running is not None
    assert failed is not None
    running.tell(Progress(State.RUNNING, 61.7))
    failed.end(Ending(state=State.FAILED, message="out of memory"))
    found = runs(SEARCHES, store, follows)
    assert [run.words() for run in found] == ["1,234 found", "Running, 62 s", "Failed", "Queued"]
    assert [run.running for run in found] == [False, True, False, True]
    assert [run.start for run in found] == [False, False, False, True]
    assert [run.start for run in runs(SEARCHES, store, follows)] == [False] * 4


def test_the_drawer_never_follows_again_what_has_ended(store: SearchStore) -> None:
    now = [1000.0]
    follows = Follows(MemoryStore(clock=lambda: now[0]), most=8, clock=lambda: now[0])
    lease = follows.claim(IDS[1])
    assert lease is not None
    with lease:
        lease.end(Ending(state=State.UNKNOWN, passing=True))
    for _ in range(3):
        now[0] += 60
        (run,) = runs(SEARCHES[1:2], store, follows)
        assert (run.state, run.start) == (State.UNKNOWN, False)

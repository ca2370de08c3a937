"""What a page shows of a search that runs, and which of many pages starts the job."""

from __future__ import annotations

from typing import Any

import pytest

from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.components.following import lead_to_end, shown
from aurorax_dashboard.searches.follow import Outcome, Progress, State
from aurorax_dashboard.searches.follows import Ending, Follows, Sight

FIRST, SECOND, THIRD = (f"{n:08d}-0000-4000-8000-000000000000" for n in (1, 2, 3))


def test_the_first_page_starts_the_job_and_the_others_look_on() -> None:
    follows = Follows(MemoryStore(), most=4)
    assert shown(follows, FIRST) == (Progress(State.QUEUED, 0.0), None, True)
    assert shown(follows, FIRST)[2] is False
    lease = follows.claim(FIRST)
    assert lease is not None
    with lease:
        lease.tell(Progress(State.RUNNING, 2.0))
        assert shown(follows, FIRST) == (Progress(State.RUNNING, 2.0), None, False)
        lease.tell(Progress(State.DONE, 3.0))
        assert shown(follows, FIRST) == (Progress(State.DONE, 3.0), Ending(state=State.DONE), False)
        lease.tell(Progress(State.RUNNING, 2.0))
        lease.end(Ending(state=State.DONE))
    assert shown(follows, FIRST) == (Progress(State.RUNNING, 2.0), Ending(state=State.DONE), False)


@pytest.mark.parametrize("name", ["", "not an id", "a" * 1_000, FIRST + "/"], ids=len)
def test_what_is_no_search_leaves_nothing_in_the_store(name: str) -> None:
    notes = MemoryStore()
    assert shown(Follows(notes, most=4), name) == (Progress(State.UNKNOWN, 0.0), None, False)
    assert notes.names("") == []


def test_who_has_to_wait_is_told_how_many_come_first() -> None:
    follows = Follows(MemoryStore(), most=1)
    lease = follows.claim(FIRST)
    assert lease is not None
    with lease:
        progress, _, start = shown(follows, SECOND)
        assert start is False
        assert progress.note.startswith("Another search is to be followed before this one")
        assert shown(follows, THIRD)[0].note.startswith("2 other searches are to be followed")
    assert shown(follows, SECOND)[2] is True


def test_an_ending_that_may_have_passed_is_asked_for_again_by_who_opens_the_search() -> None:
    now = [1000.0]
    follows = Follows(MemoryStore(clock=lambda: now[0]), most=4, clock=lambda: now[0])
    lead_to_end(follows, {"conjunctions": lambda *_: Outcome(State.ABANDONED)}, "conjunctions", FIRST)
    ending = Ending(state=State.ABANDONED, passing=True)
    assert shown(follows, FIRST)[1:] == (ending, False)
    now[0] += 60
    assert shown(follows, FIRST)[1:] == (None, True)


@pytest.mark.parametrize(("kind", "request_id"), [("ephemera", FIRST), ("conjunctions", "../etc")])
def test_what_no_page_asks_for_leaves_no_word(kind: Any, request_id: str) -> None:
    follows = Follows(MemoryStore(), most=4)
    lead_to_end(follows, {"conjunctions": lambda *_: Outcome(State.DONE)}, kind, request_id)
    assert follows.look(request_id) == Sight(followed=False)


def test_a_follower_that_breaks_leaves_word_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> Outcome:
        raise ZeroDivisionError

    follows = Follows(MemoryStore(), most=4)
    lead_to_end(follows, {"conjunctions": broken}, "conjunctions", FIRST)
    ending = follows.look(FIRST).ending
    assert ending is not None
    assert (ending.state, ending.passing) == (State.FAILED, True)
    assert "Following a search failed" in caplog.text

"""What a page shows of a search that runs, and which of many pages starts the job."""

from __future__ import annotations

from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.components.following import shown
from aurorax_dashboard.searches.follow import Progress, State
from aurorax_dashboard.searches.follows import Ending, Follows

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
        lease.end(Ending(state=State.DONE))
    assert shown(follows, FIRST) == (Progress(State.RUNNING, 2.0), Ending(state=State.DONE), False)


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

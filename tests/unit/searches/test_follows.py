"""One job a search, whoever looks at it, and a queue in which everybody keeps their place."""

from __future__ import annotations

import time

import pytest

from aurorax_dashboard.api import lease as lease_module
from aurorax_dashboard.api.bytestore import MemoryStore
from aurorax_dashboard.api.errors import NotFoundError, TimedOutError
from aurorax_dashboard.searches import follows as follows_module
from aurorax_dashboard.searches.follow import Outcome, Progress, State
from aurorax_dashboard.searches.follows import Ending, Follows

FIRST, SECOND, THIRD = (f"{n:08d}-0000-4000-8000-000000000000" for n in (1, 2, 3))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def follows(clock: Clock) -> Follows:
    return Follows(MemoryStore(clock), most=1, clock=clock)


def test_what_the_job_tells_everybody_sees(follows: Follows) -> None:
    assert follows.look(FIRST).followed is False
    lease = follows.claim(FIRST)
    assert lease is not None
    with lease:
        lease.tell(Progress(State.RUNNING, 3.5, fraction=0.4))
        seen = follows.look(FIRST.upper())
        assert (seen.followed, seen.ending) == (True, None)
        assert seen.progress == Progress(State.RUNNING, 3.5, fraction=0.4)
        lease.end(Ending.of(Outcome(State.CANCELLED)))
    seen = follows.look(FIRST)
    assert seen.followed is False
    assert seen.ending is not None
    assert seen.ending.state is State.CANCELLED


def test_a_search_is_followed_once(follows: Follows) -> None:
    lease = follows.claim(FIRST)
    assert lease is not None
    with lease:
        assert follows.claim(FIRST) is None
    assert follows.claim(FIRST) is not None


def test_a_dead_job_loses_the_search(follows: Follows, clock: Clock) -> None:
    assert follows.claim(FIRST) is not None  # and never again heard of
    clock.now += 14
    assert follows.look(FIRST).followed is True
    clock.now += 2
    assert follows.look(FIRST).followed is False
    assert follows.claim(FIRST) is not None


def test_a_living_job_keeps_it(follows: Follows, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "_RENEWALS", 15_000)
    lease = follows.claim(FIRST)
    assert lease is not None
    with lease:
        for _ in range(10):
            clock.now += 5
            time.sleep(0.02)
        assert follows.look(FIRST).followed is True


def test_who_lost_it_does_not_end_the_next_one(follows: Follows, clock: Clock) -> None:
    late = follows.claim(FIRST)
    assert late is not None
    clock.now += 20
    with late:
        assert follows.claim(FIRST) is not None
    assert follows.look(FIRST).followed is True


def test_the_queue_is_served_in_order(follows: Follows, clock: Clock) -> None:
    running = follows.claim(FIRST)
    assert running is not None
    with running:
        assert follows.place(SECOND) == 1
        clock.now += 1
        assert follows.place(THIRD) == 2
        clock.now += 1
        assert follows.place(SECOND) == 1
    assert (follows.place(SECOND), follows.place(THIRD)) == (0, 1)


def test_who_stopped_looking_loses_the_place(follows: Follows, clock: Clock) -> None:
    running = follows.claim(FIRST)
    assert running is not None
    with running:
        follows.place(SECOND)
        clock.now += 8
        assert follows.place(THIRD) == 2
        clock.now += 4
        assert follows.place(THIRD) == 1


def test_an_end_that_may_change_is_asked_for_again_but_not_at_once(
    follows: Follows, clock: Clock
) -> None:
    lease = follows.claim(FIRST)
    assert lease is not None
    with lease:
        error = NotFoundError("no such search", advice="look again", details="404")
        lease.end(Ending.of(Outcome(State.UNKNOWN, error=error)))
    seen = follows.look(FIRST)
    assert seen.ending is not None
    assert (seen.ending.message, seen.ending.advice, seen.ending.details) == (
        "no such search", "look again", "404",
    )  # fmt: skip
    assert seen.again is False
    clock.now += 60
    assert follows.look(FIRST) == follows_module.Sight(followed=False, ending=seen.ending, again=True)
    clock.now += 3600
    assert follows.look(FIRST) == follows_module.Sight(followed=False)


@pytest.mark.parametrize(
    ("outcome", "passing"),
    [
        (Outcome(State.DONE), False),
        (Outcome(State.CANCELLED), False),
        (Outcome(State.FAILED), False),
        (Outcome(State.EXPIRED, error=NotFoundError("gone")), False),
        (Outcome(State.FAILED, error=TimedOutError("slow")), True),
        (Outcome(State.UNKNOWN, error=NotFoundError("unknown")), True),
        (Outcome(State.ABANDONED), True),
    ],
)
def test_what_the_platform_said_of_a_search_stays(outcome: Outcome, passing: bool) -> None:
    assert Ending.of(outcome).passing is passing


def test_of_many_pages_one_starts_the_job(follows: Follows, clock: Clock) -> None:
    assert [follows.may_start(FIRST) for _ in range(3)] == [True, False, False]
    clock.now += 6
    assert follows.may_start(FIRST) is True

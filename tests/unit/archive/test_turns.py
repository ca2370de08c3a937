import threading
import time

import pytest

from aurorax_dashboard.archive.turns import FairQueue, QueueFullError, ShareUsedUpError


def filled(size: int, **items: int) -> FairQueue[str]:
    """Return a queue in which callers have put so many items each, one caller after the other."""
    queue: FairQueue[str] = FairQueue(size)
    for caller, count in items.items():
        for number in range(count):
            queue.put(caller, f"{caller}{number}")
    return queue


def taken(queue: FairQueue[str], count: int, *, at_once: bool = False) -> list[str]:
    """Take items out, each done before the next is taken unless all are to be worked on at once."""
    found = []
    for _ in range(count):
        turn = queue.take(0)
        assert turn is not None
        caller, item = turn
        found.append(item)
        if not at_once:
            queue.done(caller)
    return found


def test_one_caller_is_served_in_order() -> None:
    assert taken(filled(10, ann=3), 3) == ["ann0", "ann1", "ann2"]


def test_callers_take_turns_however_many_items_one_has() -> None:
    queue = filled(100, ann=50, bob=2, cy=1)
    assert taken(queue, 6) == ["ann0", "bob0", "cy0", "ann1", "bob1", "ann2"]


def test_who_has_nothing_at_work_is_next() -> None:
    queue = filled(10, ann=3)
    assert taken(queue, 2, at_once=True) == ["ann0", "ann1"]
    queue.put("bob", "bob0")
    assert taken(queue, 2, at_once=True) == ["bob0", "ann2"]


def test_a_full_queue_refuses_everybody() -> None:
    queue = filled(3, ann=2, bob=1)
    with pytest.raises(QueueFullError):
        queue.put("cy", "cy0")
    assert len(queue) == 3
    assert taken(queue, 1) == ["ann0"]
    queue.put("cy", "cy0")


def test_the_last_places_are_for_those_who_have_none() -> None:
    queue = filled(8, ann=6)
    with pytest.raises(ShareUsedUpError):
        queue.put("ann", "ann6")
    queue.put("bob", "bob0")
    queue.put("cy", "cy0")
    with pytest.raises(QueueFullError):
        queue.put("di", "di0")


def test_what_was_taken_on_before_a_restart_is_never_refused() -> None:
    queue = filled(1, ann=1)
    queue.put("ann", "ann1", beyond_size=True)
    assert taken(queue, 2) == ["ann0", "ann1"]


def test_an_item_leaves_before_its_turn() -> None:
    queue = filled(10, ann=2, bob=1)
    assert queue.remove(lambda item: item == "ann0")
    assert not queue.remove(lambda item: item == "ann0")
    assert queue.remove(lambda item: item == "bob0")
    assert taken(queue, 1) == ["ann1"]
    assert queue.take(0) is None


def test_who_waits_is_woken_by_the_next_item() -> None:
    queue: FairQueue[str] = FairQueue(1)
    threading.Timer(0.05, queue.put, ("ann", "ann0")).start()
    begun = time.monotonic()
    assert queue.take(5) == ("ann", "ann0")
    assert time.monotonic() - begun < 2

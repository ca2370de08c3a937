from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aurorax_dashboard.api.bytestore import DiskStore, MemoryStore
from aurorax_dashboard.api.errors import UnreachableError
from aurorax_dashboard.api.health import FAILURES_TO_OPEN, OPEN_FOR, HealthNotes

URL = "http://archive.test"


@pytest.fixture
def notes(clock: Any) -> HealthNotes:
    return HealthNotes(MemoryStore(clock.monotonic), URL, clock.now)


def _fail(notes: HealthNotes, times: int) -> None:
    for _ in range(times):
        notes.check("AuroraX")
        notes.failed()


def test_nothing_is_known_at_first(notes: HealthNotes) -> None:
    state = notes.state()
    assert state.reachable
    assert (state.last_success, state.unreachable_since, state.next_try) == (None, None, None)


def test_it_remembers_the_last_success_and_the_first_failure_after_it(
    notes: HealthNotes, clock: Any
) -> None:
    notes.answered()
    succeeded = clock.now()
    clock.seconds += 60
    first_failure = clock.now()
    _fail(notes, 1)
    clock.seconds += 60
    _fail(notes, 1)
    state = notes.state()
    assert not state.reachable
    assert (state.last_success, state.unreachable_since) == (succeeded, first_failure)
    notes.answered()
    assert notes.state().reachable
    assert notes.state().last_success == clock.now()


def test_processes_agree(tmp_path: Path, clock: Any) -> None:
    one, other, elsewhere = (
        HealthNotes(DiskStore(tmp_path), url, clock.now) for url in (URL, URL, "http://other.test")
    )
    _fail(one, 1)
    assert not other.state().reachable
    assert elsewhere.state().reachable


def test_after_five_failures_requests_fail_at_once_for_half_a_minute(
    notes: HealthNotes, clock: Any
) -> None:
    _fail(notes, FAILURES_TO_OPEN)
    with pytest.raises(UnreachableError) as caught:
        notes.check("AuroraX")
    assert caught.value.retry_at == clock.now() + OPEN_FOR == notes.state().next_try
    assert not caught.value.may_have_arrived
    clock.seconds += 29
    with pytest.raises(UnreachableError):
        notes.check("AuroraX")


def test_then_one_trial_decides(notes: HealthNotes, clock: Any) -> None:
    _fail(notes, FAILURES_TO_OPEN)
    clock.seconds += 31
    assert notes.state().next_try is None
    notes.check("AuroraX")
    with pytest.raises(UnreachableError):
        notes.check("AuroraX")
    notes.failed()
    with pytest.raises(UnreachableError):
        notes.check("AuroraX")
    clock.seconds += 31
    notes.check("AuroraX")
    notes.answered()
    notes.check("AuroraX")
    notes.check("AuroraX")


def test_a_trial_that_never_ends_is_followed_by_another(notes: HealthNotes, clock: Any) -> None:
    _fail(notes, FAILURES_TO_OPEN)
    clock.seconds += 31
    notes.check("AuroraX")
    clock.seconds += 31
    notes.check("AuroraX")


def test_a_success_in_between_starts_the_count_anew(notes: HealthNotes) -> None:
    _fail(notes, FAILURES_TO_OPEN - 1)
    notes.answered()
    _fail(notes, FAILURES_TO_OPEN - 1)
    notes.check("AuroraX")


def test_successes_are_written_down_only_now_and_then(clock: Any) -> None:
    written: list[str] = []

    class Counting(MemoryStore):
        def put(self, name: str, value: bytes, expire_s: float | None = None) -> None:
            written.append(name)
            super().put(name, value, expire_s)

    notes = HealthNotes(Counting(), URL, clock.now)
    for _ in range(5):
        notes.answered()
    assert len(written) == 1
    clock.seconds += timedelta(seconds=11).total_seconds()
    notes.answered()
    assert len(written) == 2


def test_a_damaged_note_is_as_good_as_none(clock: Any) -> None:
    store = MemoryStore()
    store.put(f"health:{URL}", b"garbage")
    assert HealthNotes(store, URL, clock.now).state().reachable


def test_silence_counts_only_where_others_got_no_answer_lately(notes: HealthNotes, clock: Any) -> None:
    notes.answered()
    for _ in range(FAILURES_TO_OPEN):
        notes.check("AuroraX")
        notes.silent()
    assert notes.state().reachable  # one slow answer is not a server that is gone
    clock.seconds += 120
    for _ in range(FAILURES_TO_OPEN):
        notes.check("AuroraX")
        notes.silent()
    with pytest.raises(UnreachableError):
        notes.check("AuroraX")


def test_a_server_in_maintenance_is_there_and_is_asked(notes: HealthNotes, clock: Any) -> None:
    _fail(notes, FAILURES_TO_OPEN)
    clock.seconds += 31
    notes.check("AuroraX")
    began = clock.now()
    notes.closed()
    clock.seconds += 60
    notes.closed()
    state = notes.state()
    assert (state.reachable, state.serving, state.maintenance_since) == (True, False, began)
    notes.check("AuroraX")
    notes.answered()
    assert notes.state().serving

"""Follow one search to its result: ask for its status, tell how far it is, fetch and keep the result.

Nothing here knows Dash: the page's background job calls :func:`follow` with a function that shows
each :class:`Progress`. What is done with a search of a kind once it has ended is an :class:`Errand`.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from aurorax_dashboard.api.client import LIVE_URL, AuroraXClient
from aurorax_dashboard.api.errors import AuroraXError, NotFoundError, TimedOutError, TryLaterError
from aurorax_dashboard.api.models import SearchKind, SearchLog, SearchStatus
from aurorax_dashboard.times import utc

_FIRST_INTERVAL_S = 0.2
_GROWTH = 1.25
_SHORT_INTERVAL_S = 2.0
_LONG_INTERVAL_S = 10.0
_PATIENCE_S = 60.0
"""A search that has run this long is asked after every ten seconds instead of every two."""
_STALLED_S = 120.0
"""Silence (no new log line) after which a running search is called stalled."""


class State(StrEnum):
    """Where a search stands; each reads as it is shown."""

    QUEUED = "queued"
    RUNNING = "running"
    STALLED = "stalled"
    UNREACHABLE = "unreachable"
    FETCHING = "fetching the result"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    ABANDONED = "no longer followed"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a search at one moment."""

    state: State
    elapsed_s: float
    """Seconds since the platform took the search, or since we began to follow it."""
    logs: tuple[SearchLog, ...] = ()
    fraction: float | None = None
    """Share of the search that is done, where the server says so."""
    note: str = ""
    """What is happening beyond the platform's own log, in a sentence."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How following a search ended."""

    state: State
    status: SearchStatus | None = None
    error: AuroraXError | None = None


Tell = Callable[[str, float | None], None]
"""Says what is being done with a result, and what share of that is done, if known."""


class Errand(Protocol):
    """What is kept of the searches of one kind. Its methods raise AuroraXError where they fail."""

    @property
    def kind(self) -> SearchKind:
        """The kind of these searches."""

    def is_kept(self, request_id: str) -> bool:
        """Whether the result is kept, so that it can be shown."""

    def remember(self, status: SearchStatus) -> None:
        """Keep what the search asks, should it have been sent elsewhere."""

    def fetch(self, status: SearchStatus, tell: Tell) -> None:
        """Fetch the result and keep it; NotFoundError means that it has expired."""

    def complete(self, request_id: str) -> None:
        """Fetch and keep, unless it is kept, what a page adds to a result that it already shows."""


def state_of(status: SearchStatus) -> State:
    """Return where the search of `status` stands."""
    if status.search_result.result_file_deleted_timestamp is not None:
        return State.EXPIRED
    if status.failed:
        return State.CANCELLED if _was_cancelled(status) else State.FAILED
    if status.finished:
        return State.DONE
    return State.RUNNING if len(status.logs) > 1 else State.QUEUED


def _was_cancelled(status: SearchStatus) -> bool:
    """Whether the log says so; the API has no field for it."""
    return any(re.search(r"\bcancel", log.summary or "", re.IGNORECASE) for log in status.logs)


def _fraction_of(status: SearchStatus) -> float | None:
    """Return the last percentage in the log; the embedded archive writes them, the platform does not."""
    for log in reversed(status.logs):
        found = re.search(r"\b(\d{1,3}) ?%", log.summary or "")
        if found:
            return min(int(found[1]), 100) / 100
    return None


def _intervals() -> Iterator[float]:
    """Yield the seconds to wait before each further question, with jitter so that viewers spread."""
    interval, waited = _FIRST_INTERVAL_S, 0.0
    while True:
        pause = interval * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, keeps no secret
        yield pause
        waited += pause
        ceiling = _SHORT_INTERVAL_S if waited < _PATIENCE_S else _LONG_INTERVAL_S
        interval = min(interval * _GROWTH, ceiling)


def follow(
    client: AuroraXClient,
    errand: Errand,
    request_id: str,
    report: Callable[[Progress], None],
    *,
    patience_s: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Follow `request_id` until it has ended and its result is kept.

    A server that cannot be reached, at any question, is asked again, as long as `patience_s` seconds;
    everything else that goes wrong ends the following with the error in the outcome. Nothing is raised.

    Parameters
    ----------
    report
        Called after every question, so that its caller can show a sign of life.
    """
    watch = _Watch(clock)
    outcome = _follow_to_end(client, errand, request_id, report, watch, patience_s, sleep)
    if outcome.state is State.DONE:
        report(Progress(State.DONE, watch.elapsed(), watch.logs))
        with suppress(AuroraXError):  # the result is the promise; the next who looks has it tried again
            errand.complete(request_id)
    return outcome


def _follow_to_end(
    client: AuroraXClient,
    errand: Errand,
    request_id: str,
    report: Callable[[Progress], None],
    watch: _Watch,
    patience_s: float,
    sleep: Callable[[float], None],
) -> Outcome:
    """Ask until the search has ended and its result is kept."""
    for pause in _intervals():
        try:
            if errand.is_kept(request_id):
                return Outcome(State.DONE)
            outcome = _ask(client, errand, request_id, report, watch)
        except TryLaterError as error:
            report(Progress(State.UNREACHABLE, watch.elapsed(), watch.logs, note=error.message))
        except AuroraXError as error:
            return Outcome(State.FAILED, error=error)
        else:
            if outcome is not None:
                return outcome
        if watch.elapsed_here() > patience_s:
            return Outcome(State.ABANDONED)
        sleep(pause)
    raise AssertionError("the intervals never end")


def _ask(
    client: AuroraXClient,
    errand: Errand,
    request_id: str,
    report: Callable[[Progress], None],
    watch: _Watch,
) -> Outcome | None:
    """Ask once how far the search is, and keep what it has found; None while it has not ended."""
    try:
        status = client.status(errand.kind, request_id)
    except NotFoundError as error:
        return Outcome(State.UNKNOWN, error=error)
    errand.remember(status)
    watch.see(status)
    state = state_of(status)
    if state is State.DONE:
        return _fetch(errand, status, report, watch)
    if state not in (State.QUEUED, State.RUNNING):
        return Outcome(state, status)
    report(watch.progress(status, state))
    return None


def _fetch(
    errand: Errand, status: SearchStatus, report: Callable[[Progress], None], watch: _Watch
) -> Outcome:
    def tell(note: str, fraction: float | None) -> None:
        report(Progress(State.FETCHING, watch.elapsed(), watch.logs, fraction, note))

    try:
        errand.fetch(status, tell)
    except NotFoundError as error:
        return Outcome(State.EXPIRED, status, error)
    except TimedOutError as error:
        return Outcome(
            State.FAILED, status, error
        )  # so large a result would not come in time later either
    return Outcome(State.DONE, status)


def is_simulated(client: AuroraXClient) -> bool:
    """Whether data of this server are invented; of one that does not say, better yes than no."""
    try:
        return client.identity().simulated
    except AuroraXError:
        return not client.base_url.startswith(LIVE_URL)


class _Watch:
    """Remembers when a search began and when it last said something."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._heard = self._began
        self._head_start = 0.0
        self.logs: tuple[SearchLog, ...] = ()

    def elapsed_here(self) -> float:
        return self._clock() - self._began

    def elapsed(self) -> float:
        return self._head_start + self.elapsed_here()

    def see(self, status: SearchStatus) -> None:
        if not self.logs and status.search_request.requested is not None:
            age = (datetime.now(UTC) - utc(status.search_request.requested)).total_seconds()
            self._head_start = max(age - self.elapsed_here(), 0.0)
        if len(status.logs) != len(self.logs):
            self._heard = self._clock()
        self.logs = tuple(status.logs)

    def progress(self, status: SearchStatus, state: State) -> Progress:
        silent_s = self._clock() - self._heard
        if silent_s > _STALLED_S:
            note = f"Nothing heard from the search for {silent_s:.0f} s."
            return Progress(State.STALLED, self.elapsed(), self.logs, _fraction_of(status), note)
        return Progress(state, self.elapsed(), self.logs, _fraction_of(status))

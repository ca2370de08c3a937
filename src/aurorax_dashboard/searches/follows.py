"""Who follows which search, and what is known of it: shared by all pages, processes and machines.

A search is followed by one job, however many people look at it. The job holds a lease, which it renews
while it lives; what it learns is left here, where every page reads it. When a lease runs out, because
the job or its machine died, the next page that looks starts another job.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from aurorax_dashboard.api.bytestore import ByteStore
from aurorax_dashboard.api.lease import Lease
from aurorax_dashboard.searches.follow import Outcome, Progress, State

T = TypeVar("T")

_LEASE_S = 15.0
_WANTED_S = 10.0
"""How long a search keeps its place in the queue after the last page looked at it."""
_REMEMBERED_S = 3600.0
_SETTLED_S = 20.0
"""How long an ending that another look may change is taken for granted."""
_STARTING_S = 5.0


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How following a search ended, as a page shows it."""

    state: State
    message: str = ""
    advice: str = ""
    details: str | None = None
    passing: bool = False
    """Whether the search itself has not ended, so that following it again may end otherwise."""

    @classmethod
    def of(cls, outcome: Outcome) -> Ending:
        """Return the `outcome` in the words that the page shows."""
        if outcome.error is not None:
            error = outcome.error
            return cls(
                state=outcome.state,
                message=error.message,
                advice=error.advice,
                details=error.details,
                passing=outcome.state is not State.EXPIRED,
            )
        log = outcome.status.logs[-1].summary if outcome.status and outcome.status.logs else None
        passing = outcome.state is State.ABANDONED
        return cls(state=outcome.state, message=log or "", passing=passing)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a search that is, or should be, followed."""

    followed: bool
    """Whether a job holds the lease."""
    progress: Progress | None = None
    """What the job told last."""
    ending: Ending | None = None
    """How it ended, if it has."""
    again: bool = False
    """Whether somebody who opens it now has it followed again: its ending may have passed."""


class Follows:
    """The searches that are followed.

    Parameters
    ----------
    notes
        Where processes meet; nothing else is kept in it.
    most
        Searches that may be followed at once.
    clock
        Wall clock in seconds.
    """

    def __init__(self, notes: ByteStore, most: int, clock: Callable[[], float] = time.time) -> None:
        self._notes = notes
        self._most = most
        self._clock = clock

    def look(self, request_id: str) -> Sight:
        """Return what is known of a search."""
        ending = self._read(_ending(request_id), Ending)
        return Sight(
            followed=self._notes.get(_lease(request_id)) is not None,
            progress=self._read(_progress(request_id), Progress),
            ending=ending,
            again=ending is not None
            and ending.passing
            and self._notes.get(_settled(request_id)) is None,
        )

    def place(self, request_id: str) -> int | None:
        """Return how many searches are before this one in the queue; 0 means that it may be followed now.

        Asking keeps its place for some seconds. None means that nothing can be kept now, not even this.
        """
        wanted = _wanted(request_id)
        if not self._notes.add(wanted, _number(self._clock()), _WANTED_S):
            since = self._notes.get(wanted)
            self._notes.put(wanted, since or _number(self._clock()), _WANTED_S)
        if self._notes.get(wanted) is None:
            return None
        running = sum(self._notes.get(name) is not None for name in self._notes.names("lease:"))
        free = max(self._most - running, 0)
        ours = (float(self._notes.get(wanted) or b"inf"), wanted)
        waiting = [
            (float(since), name)
            for name in self._notes.names("wanted:")
            if (since := self._notes.get(name))
        ]
        before = sum(other < ours for other in waiting)
        return max(before + 1 - free, 0)

    def may_start(self, request_id: str) -> bool:
        """Return whether the asking page is to start the job; of many that ask within seconds, one is."""
        return self._notes.add(f"starting:{request_id.lower()}", b"", _STARTING_S)

    def claim(self, request_id: str) -> Following | None:
        """Return the right to follow a search, None if somebody else has it.

        What was known of an earlier following is forgotten.
        """
        lease = Lease(self._notes, _lease(request_id), _LEASE_S)
        if not lease.take():
            return None
        self._notes.delete(_wanted(request_id))
        self._notes.delete(_ending(request_id))
        return Following(self._notes, request_id, lease)

    def _read(self, name: str, kind: type[T]) -> T | None:
        raw = self._notes.get(name)
        try:
            return None if raw is None else msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError:
            return None  # left by another version


class Following:
    """The right to follow one search, alive while this is open."""

    def __init__(self, notes: ByteStore, request_id: str, lease: Lease) -> None:
        self._notes = notes
        self._request_id = request_id
        self._lease = lease

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._lease.end()

    def tell(self, progress: Progress) -> None:
        """Leave what is known now."""
        self._notes.put(_progress(self._request_id), msgspec.json.encode(progress), _REMEMBERED_S)

    def end(self, ending: Ending) -> None:
        """Leave how it ended."""
        self._notes.put(_settled(self._request_id), b"", _SETTLED_S)
        self._notes.put(_ending(self._request_id), msgspec.json.encode(ending), _REMEMBERED_S)


def _lease(request_id: str) -> str:
    return f"lease:{request_id.lower()}"


def _wanted(request_id: str) -> str:
    return f"wanted:{request_id.lower()}"


def _progress(request_id: str) -> str:
    return f"progress:{request_id.lower()}"


def _ending(request_id: str) -> str:
    return f"ending:{request_id.lower()}"


def _settled(request_id: str) -> str:
    return f"settled:{request_id.lower()}"


def _number(value: float) -> bytes:
    return repr(value).encode()

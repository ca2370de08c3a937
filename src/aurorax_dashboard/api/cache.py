"""Which answers may be used again, for how long, and one request in flight for each.

An answer is kept as the bytes that came, with the time they came; the bytes are decoded anew at each
use. While an answer is `fresh` no request is made. Later the old copy is given at once, with its age,
and a thread asks for a new one behind it (stale-while-revalidate, RFC 5861); where the answer has to be
new, the old copy stands in only if asking fails (stale-if-error). While one thread of one process asks,
others that want the same wait for its answer, or take the old copy.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, Self, TypeVar
from uuid import uuid4

import msgspec

from aurorax_dashboard.api.bytestore import ByteStore, DiskStore, make_private
from aurorax_dashboard.api.errors import (
    AuroraXError,
    TryLaterError,
    UnexpectedAnswerError,
)
from aurorax_dashboard.api.lease import Lease

_log = logging.getLogger(__name__)

T = TypeVar("T")

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MIB = 1024 * 1024

_ENTRY_VERSION = 1
_FLIGHT_S = 30.0
"""A request in flight counts as lost, and another may start, so long after its process died."""
_LONGEST_FLIGHT_S = 3600.0
_WAIT_STEP_S = 0.05
_CHECK_S = 60.0


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an answer is used without asking again, and how much longer as an old copy."""

    fresh: timedelta
    stale: timedelta = timedelta(0)
    ask_first: bool = False
    """Whether the old copy is given only if asking fails, not while it is asked."""


SOURCES = Lifetime(_HOUR, stale=7 * _DAY)
AVAILABILITY = Lifetime(_HOUR, stale=7 * _DAY)
PAST_AVAILABILITY = Lifetime(_DAY, stale=7 * _DAY)
"""Availability of years that are over; the platform counts anew every six hours."""
COUNTED_ANEW = Lifetime(timedelta(minutes=1), stale=7 * _DAY, ask_first=True)
"""Availability that the user asked the platform to count at once."""
DESCRIPTION = Lifetime(30 * _DAY, stale=60 * _DAY)
"""A query in words: the same query always reads the same."""
PAST_EPHEMERIS = Lifetime(_DAY)
RECENT_EPHEMERIS = Lifetime(10 * timedelta(minutes=1))
"""Ephemeris of the last days, which still grows."""
RESULT = Lifetime(6 * _HOUR)
"""The result of a finished search never changes, but the store of searches is what keeps it."""
IDENTITY = Lifetime(timedelta(seconds=20), stale=7 * _DAY, ask_first=True)
"""Short and asked first: it is how a page notices that the server is gone, or is another one."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When an answer was fetched (aware, UTC), and whether it is past its lifetime."""

    fetched_at: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A decoded answer and how old it is."""

    value: T
    freshness: Freshness


class _Entry(msgspec.Struct, array_like=True, frozen=True):
    version: int
    fetched_at: datetime
    body: bytes


_decode_entry = msgspec.msgpack.Decoder(_Entry).decode


def _in_thread(task: Callable[[], None]) -> None:
    """Run `task` in a thread that keeps no process alive."""
    threading.Thread(target=task, name="refresh", daemon=True).start()


class ResponseCache:
    """Answers of AuroraX in a store that all processes share.

    Parameters
    ----------
    answers
        Where they are kept; :meth:`in_directory` makes one on disk.
    now
        The wall clock (aware, UTC).
    sleep
        Pauses while another thread or process asks.
    start
        Runs what refreshes an answer behind its old copy.
    """

    def __init__(
        self,
        answers: ByteStore,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        start: Callable[[Callable[[], None]], None] = _in_thread,
    ) -> None:
        self._answers = answers
        self._now = now
        self._sleep = sleep
        self._start = start

    @classmethod
    def in_directory(cls, directory: Path, limit_bytes: int = 1024 * _MIB) -> Self:
        """Return a cache on disk for all processes of this user.

        Parameters
        ----------
        directory
            Made if need be, and closed to other users.
        limit_bytes
            Size above which the oldest answers are dropped.

        Raises
        ------
        PermissionError
            If `directory` belongs to another user.
        """
        make_private(directory)
        return cls(DiskStore(directory / "answers", limit_bytes))

    @property
    def notes(self) -> ByteStore:
        """Where processes leave each other small notes, such as the state of the server."""
        return self._answers

    def works(self) -> bool:
        """Whether what is put into the store now is found there again."""
        name = f"check:{uuid4()}"  # its own: others may be checking, or have left theirs
        self._answers.put(name, b"", _CHECK_S)
        found = self._answers.get(name) is not None
        if found:
            self._answers.delete(name)
        return found

    def fetch(
        self,
        key: str,
        lifetime: Lifetime,
        load: Callable[[float], bytes],
        decode: Callable[[bytes], T],
        *,
        patience_s: float = 60.0,
    ) -> Answer[T]:
        """Return the answer under `key`, from the store or by `load`.

        Parameters
        ----------
        key
            Name of the answer.
        lifetime
            How long it may be used.
        load
            Asks the server; is given the seconds that are left.
        decode
            Makes a value of the bytes. Bytes that do not decode are not stored.
        patience_s
            How long this may last altogether.

        Raises
        ------
        TryLaterError
            If another thread or process is asking and did not finish in time.
        AuroraXError
            As `load` and `decode` raise it, where no old copy can stand in.
        """
        deadline = time.monotonic() + patience_s
        while True:
            found = self._find(key, lifetime, decode)
            if found is not None and not found.freshness.stale:
                return found
            if found is not None and not lifetime.ask_first:
                self._refresh(key, lifetime, load, decode, patience_s)
                return found
            flight = self._flight(key)
            if flight.take():
                try:
                    found = self._find(key, lifetime, decode)  # it may have come in between
                    if found is not None and not found.freshness.stale:
                        return found
                    return self._load(
                        key, lifetime, lambda: load(deadline - time.monotonic()), decode, old=found
                    )
                finally:
                    flight.end()
            if found is not None:
                return found
            if time.monotonic() >= deadline:
                raise TryLaterError("Another request for the same data is still running")
            self._sleep(_WAIT_STEP_S)

    def forget(self, key: str) -> None:
        """Drop the answer under `key`, and one that somebody has already asked for, too."""
        self._answers.put(f"gone:{key}", self._now().isoformat().encode(), _LONGEST_FLIGHT_S)
        self._answers.delete(key)

    def _flight(self, key: str) -> Lease:
        """Return the right to ask for one key, which one thread of one process has at a time."""
        return Lease(self._answers, f"flight:{key}", _FLIGHT_S)

    def _find(self, key: str, lifetime: Lifetime, decode: Callable[[bytes], T]) -> Answer[T] | None:
        """Return the stored answer if it may still be used; drop what cannot be read."""
        raw = self._answers.get(key)
        if raw is None:
            return None
        try:
            entry = _decode_entry(raw)
            if entry.version != _ENTRY_VERSION:
                return None
            age = self._now() - entry.fetched_at
            if age > lifetime.fresh + lifetime.stale:
                return None
            return Answer(decode(entry.body), Freshness(entry.fetched_at, age > lifetime.fresh))
        except (msgspec.DecodeError, ValueError, UnexpectedAnswerError):
            self._answers.delete(key)
            return None

    def _refresh(
        self,
        key: str,
        lifetime: Lifetime,
        load: Callable[[float], bytes],
        decode: Callable[[bytes], T],
        patience_s: float,
    ) -> None:
        """Ask for a new answer behind the old one, unless somebody does already.

        The old copy stays if the server is not to be had. If it refuses, the copy goes, so that the
        next call asks itself and hears why.
        """
        flight = self._flight(key)
        if not flight.take():
            return

        def ask() -> None:
            asked_at = self._now()
            try:
                self._store(key, lifetime, load(patience_s), decode, asked_at)
            except (TryLaterError, UnexpectedAnswerError) as problem:
                _log.info("an old copy is shown on: %s", problem)
            except AuroraXError as refusal:
                _log.info("an old copy is dropped: %s", refusal)
                self._answers.delete(key)
            finally:
                flight.end()

        try:
            self._start(ask)
        except RuntimeError as problem:  # no further thread can be had
            _log.warning("an old copy cannot be refreshed: %s", problem)
            flight.end()

    def _load(
        self,
        key: str,
        lifetime: Lifetime,
        load: Callable[[], bytes],
        decode: Callable[[bytes], T],
        *,
        old: Answer[T] | None,
    ) -> Answer[T]:
        """Return a new answer, or the `old` one if the server is not to be had."""
        asked_at = self._now()
        try:
            return self._store(key, lifetime, load(), decode, asked_at)
        except (TryLaterError, UnexpectedAnswerError):
            if old is None:
                raise
            return old

    def _store(
        self,
        key: str,
        lifetime: Lifetime,
        body: bytes,
        decode: Callable[[bytes], T],
        asked_at: datetime,
    ) -> Answer[T]:
        """Keep the new answer `body`, if it decodes and was not forgotten since it was asked for; return it."""
        value, fetched_at = decode(body), self._now()
        gone = self._answers.get(f"gone:{key}")
        if gone is None or gone.decode() <= asked_at.isoformat():
            entry = msgspec.msgpack.encode(_Entry(_ENTRY_VERSION, fetched_at, body))
            self._answers.put(key, entry, (lifetime.fresh + lifetime.stale).total_seconds())
        return Answer(value, Freshness(fetched_at))

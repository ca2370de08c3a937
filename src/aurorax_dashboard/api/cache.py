"""Which answers may be used again, for how long, and one request in flight for each.

An answer is kept as the bytes that came, with the time they came; the bytes are decoded anew at each
use. While an answer is `fresh` no request is made. Later it is asked for again, and if that fails the
old copy is shown with its age (stale-if-error, RFC 5861). While one thread of one process asks, others
that want the same wait for its answer, or take the old copy.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from aurorax_dashboard.api.bytestore import ByteStore, DiskStore, make_private
from aurorax_dashboard.api.errors import TimedOutError, TryLaterError, UnexpectedAnswerError

T = TypeVar("T")

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MIB = 1024 * 1024

_ENTRY_VERSION = 1
_FLIGHT_S = 30.0
"""After this long a request in flight counts as lost, and another may start."""
_WAIT_STEP_S = 0.05


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an answer is used without asking again, and how much longer if asking fails."""

    fresh: timedelta
    stale: timedelta = timedelta(0)


SOURCES = Lifetime(_HOUR, stale=7 * _DAY)
AVAILABILITY = Lifetime(_HOUR, stale=7 * _DAY)
PAST_AVAILABILITY = Lifetime(_DAY, stale=7 * _DAY)
"""Availability of years that are over; the platform counts anew every six hours."""
COUNTED_ANEW = Lifetime(timedelta(minutes=1), stale=7 * _DAY)
"""Availability that the user asked the platform to count at once."""
DESCRIPTION = Lifetime(30 * _DAY, stale=60 * _DAY)
"""A query in words: the same query always reads the same."""
PAST_EPHEMERIS = Lifetime(_DAY)
RECENT_EPHEMERIS = Lifetime(10 * timedelta(minutes=1))
"""Ephemeris of the last days, which still grows."""
IDENTITY = Lifetime(timedelta(seconds=20), stale=7 * _DAY)
"""Short, because this question is also how a page notices that the server is gone."""


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


class ResponseCache:
    """Answers of AuroraX in a directory that all processes of one user share.

    Parameters
    ----------
    directory
        Made if need be, and closed to other users.
    limit_bytes
        Size of the passing answers above which the oldest are dropped. Kept results do not count.
    now
        The wall clock (aware, UTC).
    sleep
        Pauses while another thread or process asks.

    Raises
    ------
    PermissionError
        If `directory` belongs to another user.
    """

    def __init__(
        self,
        directory: Path,
        *,
        limit_bytes: int = 1024 * _MIB,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        make_private(directory)
        self._passing: ByteStore = DiskStore(directory / "answers", limit_bytes)
        self._kept: ByteStore = DiskStore(directory / "results")
        self._now = now
        self._sleep = sleep

    @property
    def notes(self) -> ByteStore:
        """Where processes leave each other small notes, such as the state of the server."""
        return self._passing

    def fetch(
        self,
        key: str,
        lifetime: Lifetime | None,
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
            How long it may be used; None for what never changes and is kept for good.
        load
            Asks the server; is given the seconds that are left.
        decode
            Makes a value of the bytes. Bytes that do not decode are not stored.
        patience_s
            How long this may last altogether.

        Raises
        ------
        TimedOutError
            If another thread or process is asking and did not finish in time.
        AuroraXError
            As `load` and `decode` raise it, where no old copy can stand in.
        """
        deadline = time.monotonic() + patience_s
        while True:
            found = self._find(key, lifetime, decode)
            if found is not None and not found.freshness.stale:
                return found
            with _Flight(self._passing, key) as ours:
                if ours:
                    found = self._find(key, lifetime, decode)  # it may have come in between
                    if found is not None and not found.freshness.stale:
                        return found
                    return self._load(
                        key, lifetime, lambda: load(deadline - time.monotonic()), decode, old=found
                    )
            if found is not None:
                return found
            if time.monotonic() >= deadline:
                raise TimedOutError("Another request for the same data is still running")
            self._sleep(_WAIT_STEP_S)

    def forget(self, key: str) -> None:
        """Drop the answer under `key`, kept or passing."""
        self._passing.delete(key)
        self._kept.delete(key)

    def _find(
        self, key: str, lifetime: Lifetime | None, decode: Callable[[bytes], T]
    ) -> Answer[T] | None:
        """Return the stored answer if it may still be used; drop what cannot be read."""
        raw = (self._kept if lifetime is None else self._passing).get(key)
        if raw is None:
            return None
        try:
            entry = _decode_entry(raw)
            if entry.version != _ENTRY_VERSION:
                return None
            age = self._now() - entry.fetched_at
            if lifetime is not None and age > lifetime.fresh + lifetime.stale:
                return None
            stale = lifetime is not None and age > lifetime.fresh
            return Answer(decode(entry.body), Freshness(entry.fetched_at, stale))
        except (msgspec.DecodeError, ValueError, UnexpectedAnswerError):
            self.forget(key)
            return None

    def _load(
        self,
        key: str,
        lifetime: Lifetime | None,
        load: Callable[[], bytes],
        decode: Callable[[bytes], T],
        *,
        old: Answer[T] | None,
    ) -> Answer[T]:
        """Return a new answer, or the `old` one if the server is not to be had."""
        try:
            body = load()
            value = decode(body)
        except (TryLaterError, UnexpectedAnswerError):
            if old is None:
                raise
            return old
        fetched_at = self._now()
        entry = msgspec.msgpack.encode(_Entry(_ENTRY_VERSION, fetched_at, body))
        if lifetime is None:
            self._kept.put(key, entry)
        else:
            self._passing.put(key, entry, (lifetime.fresh + lifetime.stale).total_seconds())
        return Answer(value, Freshness(fetched_at))


class _Flight:
    """The right to ask for one key: ``with`` gives True to one thread of one process at a time.

    A holder that dies loses it after 30 s, and so does one that takes longer.
    """

    def __init__(self, store: ByteStore, key: str) -> None:
        self._store = store
        self._name = f"flight:{key}"
        self._token = f"{os.getpid()}:{threading.get_ident()}:{time.monotonic_ns()}".encode()
        self._ours = False

    def __enter__(self) -> bool:
        self._ours = self._store.add(self._name, self._token, _FLIGHT_S)
        return self._ours

    def __exit__(self, *_exception: object) -> None:
        if self._ours and self._store.get(self._name) == self._token:
            self._store.delete(self._name)

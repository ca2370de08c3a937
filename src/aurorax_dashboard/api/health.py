"""Whether the server answers, as all processes saw it last, and a breaker that spares it and the user.

After five failures in a row requests fail at once for 30 s; then one is let through as a trial, and
its outcome decides for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from aurorax_dashboard.api.bytestore import ByteStore
from aurorax_dashboard.api.errors import UnreachableError

FAILURES_TO_OPEN = 5
OPEN_FOR = timedelta(seconds=30)

_LATELY = timedelta(minutes=1)
"""A server that answered others since then is not gone because one answer takes long."""
_NOTED_EVERY = timedelta(seconds=10)
"""A success is written down at most this often: every request would be a write for all."""


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """What is known about the server; times are aware and UTC."""

    last_success: datetime | None = None
    """When it last answered, to about 10 s."""
    unreachable_since: datetime | None = None
    """When it first failed to answer since then; None while it answers."""
    next_try: datetime | None = None
    """Until when requests fail at once; None unless the breaker is open."""
    maintenance_since: datetime | None = None
    """When it first answered, since it last served anybody, that it is in maintenance."""

    @property
    def reachable(self) -> bool:
        """Whether the last request got an answer (True before the first)."""
        return self.unreachable_since is None

    @property
    def serving(self) -> bool:
        """Whether the last request was served (True before the first)."""
        return self.reachable and self.maintenance_since is None


class _Note(msgspec.Struct, array_like=True, frozen=True):
    last_success: datetime | None = None
    unreachable_since: datetime | None = None
    failures: int = 0
    last_failure: datetime | None = None
    maintenance_since: datetime | None = None


class HealthNotes:
    """The record of one server's health in a store shared by processes.

    Parameters
    ----------
    store
        Where the record lives.
    base_url
        The server.
    now
        The wall clock (aware, UTC).
    """

    def __init__(
        self,
        store: ByteStore,
        base_url: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._name = f"health:{base_url}"
        self._now = now

    def state(self) -> ServerHealth:
        """Return what is known now."""
        note = self._read()
        return ServerHealth(
            note.last_success, note.unreachable_since, self._open_until(note), note.maintenance_since
        )

    def check(self, server: str) -> None:
        """Let a request through, unless the breaker is open.

        Raises
        ------
        UnreachableError
            While it is open, and while another request is the trial; ``retry_at`` says until when.
        """
        note = self._read()
        if note.failures < FAILURES_TO_OPEN:
            return
        until = self._open_until(note)
        if until is None:
            if self._store.add(f"trial:{self._name}", b"", OPEN_FOR.total_seconds()):
                return
            until = self._now() + OPEN_FOR
        raise UnreachableError(
            f"{server} has not answered since {note.unreachable_since or until:%Y-%m-%d %H:%M} UTC",
            retry_at=until,
            may_have_arrived=False,
        )

    def answered(self) -> None:
        """Note that the server answered, be it with a refusal."""
        note, now = self._read(), self._now()
        recent = note.last_success is not None and now - note.last_success < _NOTED_EVERY
        if note.failures or note.maintenance_since or not recent:
            self._write(_Note(last_success=now))
            self._store.delete(f"trial:{self._name}")

    def closed(self) -> None:
        """Note that the server answered that it is in maintenance: it is there, and serves nobody."""
        note = self._read()
        if note.failures or note.maintenance_since is None:
            since = note.maintenance_since or self._now()
            self._write(_Note(note.last_success, maintenance_since=since))
            self._store.delete(f"trial:{self._name}")

    def silent(self) -> None:
        """Note that an answer did not come in time: a failure, unless the server answered others lately."""
        last = self._read().last_success
        if last is None or self._now() - last > _LATELY:
            self.failed()

    def failed(self) -> None:
        """Note that the server could not be reached."""
        note, now = self._read(), self._now()
        self._write(_Note(note.last_success, note.unreachable_since or now, note.failures + 1, now))
        self._store.delete(f"trial:{self._name}")

    def _open_until(self, note: _Note) -> datetime | None:
        if note.failures < FAILURES_TO_OPEN or note.last_failure is None:
            return None
        until = note.last_failure + OPEN_FOR
        return until if self._now() < until else None

    def _read(self) -> _Note:
        raw = self._store.get(self._name)
        try:
            return _Note() if raw is None else msgspec.msgpack.decode(raw, type=_Note)
        except msgspec.DecodeError:
            return _Note()

    def _write(self, note: _Note) -> None:
        self._store.put(self._name, msgspec.msgpack.encode(note))
